"""Versions of a document and the files they consist of. Rows are added, never changed (database trigger)."""

from __future__ import annotations

from django.db import models

from stadtkern.casework.records.models.tree import DocumentRecord
from stadtkern.foundation.tenancy.api import TenantModel, UuidV7


class DocumentVersion(TenantModel):
    """One state of a document; it exists in one or more formats."""

    document = models.ForeignKey(
        DocumentRecord, models.PROTECT, related_name="versions", verbose_name="Dokument"
    )
    position = models.PositiveIntegerField("Reihenfolge", default=0)
    number = models.TextField("Nummer")
    created_at = models.DateTimeField("aufgenommen")

    class Meta:
        verbose_name = "Version eines Dokuments"
        verbose_name_plural = "Versionen der Dokumente"
        constraints = [
            models.UniqueConstraint(fields=["document", "position"], name="document_version_position_once")
        ]


class DocumentFormat(TenantModel):
    """One file of a version: the stored bytes, their hash and the name under which they travel.

    Without ``file_id`` the content was only announced (an offer to an archive).
    """

    version = models.ForeignKey(
        DocumentVersion, models.PROTECT, related_name="formats", verbose_name="Version eines Dokuments"
    )
    position = models.PositiveIntegerField("Reihenfolge", default=0)
    uid = models.UUIDField("UUID der Datei", db_default=UuidV7(), editable=False)
    code = models.CharField("Dateiformat", max_length=20, blank=True, default="")
    file_name = models.TextField("Dateiname im Austausch", blank=True, default="")
    file_id = models.UUIDField("Datei", null=True, blank=True, db_index=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True, default="")
    details = models.JSONField("weitere Metadaten", default=dict, blank=True)

    class Meta:
        verbose_name = "Format einer Version"
        verbose_name_plural = "Formate der Versionen"
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="document_format_position_once"),
            models.CheckConstraint(
                condition=models.Q(file_id__isnull=True, sha256="")
                | (models.Q(file_id__isnull=False) & ~models.Q(sha256="")),
                name="stored_format_has_a_hash",
            ),
        ]
