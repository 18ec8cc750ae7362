"""Files, the contents they share, and the wrapped data keys."""

from __future__ import annotations

from django.db import models

from stadtkern.foundation.tenancy.api import TenantModel


class DataKey(TenantModel):
    """A key that encrypts blobs, wrapped by the tenant's master key. A new epoch is a rotation."""

    epoch = models.PositiveIntegerField("Epoche")
    wrapped = models.BinaryField("verpackter Schlüssel")
    created_at = models.DateTimeField("angelegt")

    class Meta:
        verbose_name = "Datenschlüssel"
        verbose_name_plural = "Datenschlüssel"
        constraints = [models.UniqueConstraint(fields=["tenant_id", "epoch"], name="files_epoch_once")]


class Blob(TenantModel):
    """One content, encrypted."""

    class Scan(models.TextChoices):
        CLEAN = "clean", "geprüft, nichts gefunden"
        NOT_SCANNED = "not_scanned", "nicht auf Schadsoftware geprüft"

    address = models.CharField("Adresse", max_length=64)
    size = models.BigIntegerField("Größe in Byte")
    media_type = models.CharField("Medientyp", max_length=100)
    epoch = models.PositiveIntegerField("Epoche des Schlüssels")
    salt = models.BinaryField("Salz")
    sealed_sha256 = models.BinaryField("verschlüsselte Prüfsumme")
    scan = models.CharField("Virenprüfung", max_length=20, choices=Scan)
    stored_at = models.DateTimeField("gespeichert")

    class Meta:
        verbose_name = "Dateiinhalt"
        verbose_name_plural = "Dateiinhalte"
        constraints = [models.UniqueConstraint(fields=["tenant_id", "address"], name="files_content_once")]


class StoredFile(TenantModel):
    """One file as people know it. ``name`` is safe to show and to print, ``original_name`` is what was sent."""

    blob = models.ForeignKey(Blob, models.PROTECT, related_name="files", verbose_name="Inhalt")
    name = models.CharField("Name", max_length=160)
    original_name = models.CharField("ursprünglicher Name", max_length=255)
    purpose = models.CharField("Zweck", max_length=60)
    stored_at = models.DateTimeField("gespeichert")

    class Meta:
        verbose_name = "Datei"
        verbose_name_plural = "Dateien"
