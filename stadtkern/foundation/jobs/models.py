"""Why an attempt failed. The queue itself belongs to procrastinate."""

from __future__ import annotations

from django.db import models

from stadtkern.foundation.tenancy.api import TenantModel


class JobFailure(TenantModel):
    """One failed attempt: kind of error and place in the program, never its text (it may quote personal data)."""

    job_number = models.BigIntegerField("Nummer des Auftrags")
    name = models.CharField("Auftrag", max_length=128)
    attempt = models.PositiveIntegerField("Versuch")
    error = models.CharField("Fehlerart", max_length=200)
    place = models.CharField("Stelle im Programm", max_length=300)
    failed_at = models.DateTimeField("Zeitpunkt")

    class Meta:
        verbose_name = "Fehlversuch eines Auftrags"
        verbose_name_plural = "Fehlversuche von Aufträgen"
        ordering = ["-failed_at", "-id"]
        indexes = [models.Index(fields=["tenant_id", "job_number"], name="job_failure_by_job")]
