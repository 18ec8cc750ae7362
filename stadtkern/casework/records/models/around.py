"""What hangs on an object of a record: history, circulation, contacts, cross references."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from stadtkern.casework.records.models.tree import DocumentRecord, FileRecord, ProcessRecord
from stadtkern.foundation.tenancy.api import TenantModel


class OnRecord(TenantModel):
    """A row that belongs to exactly one file, process record or document. ``details`` is the rest in xdomea's words."""

    file = models.ForeignKey(
        FileRecord, models.PROTECT, null=True, blank=True, related_name="%(class)s_set", verbose_name="Akte"
    )
    process = models.ForeignKey(
        ProcessRecord,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="%(class)s_set",
        verbose_name="Vorgang in der Akte",
    )
    document = models.ForeignKey(
        DocumentRecord,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="%(class)s_set",
        verbose_name="Dokument",
    )
    position = models.PositiveIntegerField("Reihenfolge", default=0)
    details = models.JSONField("Angaben", default=dict, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(file__isnull=False, process__isnull=True, document__isnull=True)
                | Q(file__isnull=True, process__isnull=False, document__isnull=True)
                | Q(file__isnull=True, process__isnull=True, document__isnull=False),
                name="%(class)s_on_one_object",
            )
        ]


class HistoryEntry(OnRecord):
    """Who did what with an object and when (Historien- und Protokollinformation)."""

    at = models.DateTimeField("Zeitpunkt")
    actor = models.TextField("Akteur")
    action = models.TextField("Aktion")

    class Meta(OnRecord.Meta):
        verbose_name = "Eintrag der Historie"
        verbose_name_plural = "Historie"


class CirculationStep(OnRecord):
    """One step of a circulation (Geschäftsgang): who should do what, and what was done."""

    circulation = models.PositiveIntegerField("Geschäftsgang", default=0)
    number = models.TextField("Nummer")
    status = models.CharField(
        "Stand",
        max_length=10,
        choices=[("001", "kommt noch"), ("002", "läuft"), ("003", "erledigt"), ("004", "übersprungen")],
    )

    class Meta(OnRecord.Meta):
        verbose_name = "Beteiligungsschritt"
        verbose_name_plural = "Beteiligungsschritte"


class RecordContact(OnRecord):
    """Somebody who has to do with an object, and as what."""

    part = models.CharField(
        "Stelle",
        max_length=12,
        choices=[("senders", "Absender"), ("recipients", "Empfänger"), ("contacts", "Kontakt")],
        default="contacts",
    )
    name = models.TextField("Name", blank=True, default="")
    role = models.TextField("Rolle", blank=True, default="")

    class Meta(OnRecord.Meta):
        verbose_name = "Kontakt eines Schriftgutobjekts"
        verbose_name_plural = "Kontakte der Schriftgutobjekte"


class CrossReference(OnRecord):
    """An object points to another one (Verweis), which need not be here."""

    target_uid = models.UUIDField("xdomea-UUID des Ziels", null=True, blank=True)
    target_reference = models.TextField("Kennzeichen des Ziels", blank=True, default="")

    class Meta(OnRecord.Meta):
        verbose_name = "Verweis"
        verbose_name_plural = "Verweise"
