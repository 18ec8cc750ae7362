"""Records in xdomea's tree: file (Akte), process record (Vorgang in der Akte), document."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from stadtkern.foundation.tenancy.api import TenantModel


class FileRecord(TenantModel):
    """A file (Akte) of the file plan."""

    plan_unit = models.CharField("Aktenplaneinheit", max_length=40)
    title = models.CharField("Betreff", max_length=300)

    class Meta:
        verbose_name = "Akte"
        verbose_name_plural = "Akten"
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "plan_unit"], name="one_file_per_plan_unit")
        ]


class ProcessRecord(TenantModel):
    """A process record (Vorgang in der Akte). After "zdA" nothing in it changes (database trigger)."""

    file = models.ForeignKey(FileRecord, models.PROTECT, related_name="processes", verbose_name="Akte")
    reference = models.CharField("Kennzeichen", max_length=60)
    subject = models.CharField("Betreff", max_length=300)
    opened_at = models.DateTimeField("eröffnet")
    closed_at = models.DateTimeField("zu den Akten verfügt (zdA)", null=True, blank=True)
    retention_years = models.PositiveSmallIntegerField("Aufbewahrungsdauer in Jahren")
    retention_until_on = models.DateField("Aufbewahrungsende", null=True, blank=True)

    class Meta:
        verbose_name = "Vorgang in der Akte"
        verbose_name_plural = "Vorgänge in der Akte"
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "reference"], name="process_record_reference_once"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, retention_until_on__isnull=True)
                | Q(closed_at__isnull=False, retention_until_on__isnull=False),
                name="closed_record_has_retention_end",
            ),
        ]


class DocumentRecord(TenantModel):
    """A document in a process record: the stored bytes and where they came from."""

    process = models.ForeignKey(
        ProcessRecord, models.PROTECT, related_name="documents", verbose_name="Vorgang in der Akte"
    )
    title = models.CharField("Titel", max_length=300)
    kind = models.CharField("Dokumenttyp", max_length=40)
    direction = models.CharField(
        "Richtung", max_length=10, choices=[("in", "Eingang"), ("out", "Ausgang"), ("internal", "intern")]
    )
    file_id = models.UUIDField("Datei")
    sha256 = models.CharField("SHA-256", max_length=64)
    filed_at = models.DateTimeField("zur Akte genommen")

    class Meta:
        verbose_name = "Dokument"
        verbose_name_plural = "Dokumente"
        ordering = ["filed_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["process", "file_id", "title"], name="document_filed_once")
        ]
