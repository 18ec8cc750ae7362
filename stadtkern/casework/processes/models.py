"""The process of a service, version by version. A running case stays on its version."""

from __future__ import annotations

from django.db import models

from stadtkern.foundation.tenancy.api import TenantModel


class ProcessVersion(TenantModel):
    """An immutable process definition, identified by the checksum of its JSON."""

    service_slug = models.SlugField("Leistung")
    digest = models.CharField("Prüfsumme", max_length=64)
    definition = models.JSONField("Ablauf")
    created_at = models.DateTimeField("angelegt")

    class Meta:
        verbose_name = "Fassung eines Ablaufs"
        verbose_name_plural = "Fassungen von Abläufen"
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "service_slug", "digest"], name="process_version_stored_once"
            )
        ]
