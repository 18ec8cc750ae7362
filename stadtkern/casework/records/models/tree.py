"""File, process record and document: the three kinds of objects of a record (Schriftgutobjekte)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from stadtkern.foundation.tenancy.api import TenantModel, UuidV7


class Confidentiality(models.TextChoices):
    """xdomea's levels (code list Vertraulichkeitsstufe 1.0)."""

    UNKNOWN = "", "nicht angegeben"
    OPEN = "003", "offen"
    RESTRICTED = "002", "nur für den Dienstgebrauch"
    CONFIDENTIAL = "005", "vertraulich"
    SECRET = "001", "geheim"
    TOP_SECRET = "004", "streng geheim"


class Origin(models.TextChoices):
    """Where an object comes from: made here, handed over to us, or only offered to us (metadata without content)."""

    OWN = "own", "hier entstanden"
    TAKEN_OVER = "taken_over", "übernommen"
    OFFERED = "offered", "angeboten"


class RecordObject(TenantModel):
    """What every object of a record has: identity and xdomea's common metadata.

    ``uid`` identifies it in messages and addresses, ``uid_text`` keeps a foreign spelling. ``details`` holds what else xdomea says
    about it, in the words of ``xdomea.model``; a field that has a column is not in it.
    """

    uid = models.UUIDField("xdomea-UUID", db_default=UuidV7(), editable=False)
    uid_text = models.CharField("Schreibweise der UUID", max_length=36, blank=True, default="")
    position = models.PositiveIntegerField("Reihenfolge", default=0)
    subject = models.TextField("Betreff", blank=True)
    reference = models.TextField("Kennzeichen", blank=True, default="")
    confidentiality = models.CharField(
        "Vertraulichkeitsstufe", max_length=3, blank=True, default="", choices=Confidentiality
    )
    origin = models.CharField("Herkunft", max_length=12, choices=Origin, default=Origin.OWN)
    office = models.ForeignKey(
        "organizations.Office", models.PROTECT, null=True, blank=True, verbose_name="Amt", related_name="+"
    )
    details = models.JSONField("weitere Metadaten", default=dict, blank=True)

    class Meta:
        abstract = True


class FileRecord(RecordObject):
    """A file (Akte) of the file plan, or a sub-file inside another one. A ``collective`` file holds the cases of one plan unit."""

    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="subfiles",
        verbose_name="übergeordnete Akte",
    )
    plan_unit = models.TextField("Aktenplaneinheit", blank=True, default="")
    collective = models.BooleanField("Sammelakte", default=False)
    opened_at = models.DateTimeField("angelegt", null=True, blank=True)
    closed_at = models.DateTimeField("zu den Akten verfügt (zdA)", null=True, blank=True)

    class Meta:
        verbose_name = "Akte"
        verbose_name_plural = "Akten"
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "uid"], name="file_record_uid_once"),
            models.UniqueConstraint(
                fields=["tenant_id", "plan_unit"],
                condition=Q(collective=True),
                name="one_collective_file_per_plan_unit",
            ),
        ]
        indexes = [models.Index(fields=["tenant_id", "parent", "id"], name="records_file_roots")]


class ProcessRecord(RecordObject):
    """A process record (Vorgang in der Akte), or a part of one. After "zdA" nothing in it changes (database trigger)."""

    file = models.ForeignKey(
        FileRecord, models.PROTECT, null=True, blank=True, related_name="processes", verbose_name="Akte"
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="subprocesses",
        verbose_name="übergeordneter Vorgang",
    )
    opened_at = models.DateTimeField("eröffnet")
    closed_at = models.DateTimeField("zu den Akten verfügt (zdA)", null=True, blank=True)
    retention_years = models.PositiveSmallIntegerField("Aufbewahrungsdauer in Jahren", null=True, blank=True)
    retention_until_on = models.DateField("Aufbewahrungsende", null=True, blank=True)

    class Meta:
        verbose_name = "Vorgang in der Akte"
        verbose_name_plural = "Vorgänge in der Akte"
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "uid"], name="process_record_uid_once"),
            models.UniqueConstraint(
                fields=["tenant_id", "reference"],
                condition=Q(origin="own"),
                name="own_process_record_reference_once",
            ),
            models.CheckConstraint(
                condition=Q(origin="own", closed_at__isnull=True, retention_until_on__isnull=True)
                | Q(origin="own", closed_at__isnull=False, retention_until_on__isnull=False)
                | ~Q(origin="own"),
                name="closed_record_has_retention_end",
            ),
            models.CheckConstraint(
                condition=~Q(file__isnull=False, parent__isnull=False), name="process_record_has_one_parent"
            ),
        ]


class DocumentRecord(RecordObject):
    """A document in a process record or file, an attachment of another document, or a part of one made of several pieces."""

    process = models.ForeignKey(
        ProcessRecord,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="documents",
        verbose_name="Vorgang in der Akte",
    )
    file = models.ForeignKey(
        FileRecord, models.PROTECT, null=True, blank=True, related_name="documents", verbose_name="Akte"
    )
    attachment_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="attachments", verbose_name="Anlage zu"
    )
    part_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", verbose_name="Schriftstück von"
    )
    kind = models.TextField("Dokumenttyp", blank=True, default="")
    direction = models.CharField(
        "Richtung",
        max_length=10,
        choices=[("in", "Eingang"), ("out", "Ausgang"), ("internal", "intern")],
        default="internal",
    )
    written_on = models.DateField("Datum des Schreibens", null=True, blank=True)
    filed_at = models.DateTimeField("zur Akte genommen")

    class Meta:
        verbose_name = "Dokument"
        verbose_name_plural = "Dokumente"
        ordering = ["position", "filed_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "uid"], name="document_record_uid_once"),
            models.CheckConstraint(
                condition=Q(process__isnull=True, file__isnull=True, attachment_of__isnull=True)
                | Q(process__isnull=True, file__isnull=True, part_of__isnull=True)
                | Q(process__isnull=True, attachment_of__isnull=True, part_of__isnull=True)
                | Q(file__isnull=True, attachment_of__isnull=True, part_of__isnull=True),
                name="document_record_has_one_parent",
            ),
        ]
