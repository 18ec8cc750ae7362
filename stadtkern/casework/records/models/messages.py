"""xdomea messages that came or went, and what an archive decided."""

from __future__ import annotations

from django.db import models

from stadtkern.foundation.tenancy.api import TenantModel


class RecordMessage(TenantModel):
    """A message of the record exchange: what came in or went out, for which objects, with which result."""

    direction = models.CharField("Richtung", max_length=3, choices=[("in", "Eingang"), ("out", "Ausgang")])
    message_type = models.CharField("Nachrichtentyp", max_length=4)
    version = models.CharField("xdomea-Version", max_length=12)
    process_uid = models.UUIDField("Prozess-ID")
    sha256 = models.CharField("SHA-256 der Nachricht", max_length=64)
    result_code = models.CharField("Rückmeldung", max_length=7)
    objects_named = models.JSONField("Schriftgutobjekte", default=list, blank=True)
    at = models.DateTimeField("Zeitpunkt")

    class Meta:
        verbose_name = "xdomea-Nachricht"
        verbose_name_plural = "xdomea-Nachrichten"
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "process_uid", "message_type", "sha256"],
                condition=models.Q(direction="in"),
                name="record_message_taken_in_once",
            )
        ]


class Appraisal(TenantModel):
    """What an archive decided about one object (Bewertung): A archive, V destroy, B look again."""

    message = models.ForeignKey(
        RecordMessage, models.PROTECT, related_name="appraisals", verbose_name="xdomea-Nachricht"
    )
    target_uid = models.UUIDField("xdomea-UUID des Schriftgutobjekts", db_index=True)
    kind = models.CharField("Aussonderungsart", max_length=20)

    class Meta:
        verbose_name = "Bewertung"
        verbose_name_plural = "Bewertungen"
        constraints = [
            models.UniqueConstraint(fields=["message", "target_uid"], name="appraisal_once_per_message")
        ]
