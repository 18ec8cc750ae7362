"""Tables of the log. Triggers and grants (migration 0002) keep them append-only."""

from __future__ import annotations

from django.db import models

from stadtkern.foundation.tenancy.api import TenantModel


class Entry(TenantModel):
    """Who did what with which object. No foreign keys: an entry outlives what it speaks of."""

    recorded_at = models.DateTimeField("aufgezeichnet")  # real time
    at = models.DateTimeField("Zeitpunkt", null=True)  # the domain's time
    actor_kind = models.CharField("Art der handelnden Stelle", max_length=20, blank=True)
    actor_id = models.UUIDField("Konto", null=True)
    action = models.CharField("Handlung", max_length=100, blank=True)
    object_kind = models.CharField("Art des Gegenstands", max_length=60, blank=True)
    object_id = models.UUIDField("Gegenstand", null=True)
    outcome = models.CharField("Ergebnis", max_length=40, blank=True)
    reason = models.TextField("Begründung", blank=True)
    details = models.JSONField("Einzelheiten", null=True)
    retention = models.CharField("Aufbewahrungsklasse", max_length=40)
    salt = models.BinaryField("Salz", null=True)
    digest = models.BinaryField("Prüfsumme des Inhalts")
    leaf_index = models.BigIntegerField("Platz im Baum", null=True)
    erased_at = models.DateTimeField("Inhalt gelöscht", null=True)

    class Meta:
        verbose_name = "Protokolleintrag"
        verbose_name_plural = "Protokolleinträge"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "leaf_index"], name="audit_leaf_once"),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "-id"], name="audit_newest"),
            models.Index(fields=["tenant_id", "object_kind", "object_id", "-id"], name="audit_by_object"),
            models.Index(fields=["tenant_id", "actor_id", "-id"], name="audit_by_actor"),
            models.Index(fields=["tenant_id", "action", "-id"], name="audit_by_action"),
            models.Index(
                fields=["tenant_id", "id"], name="audit_unsealed", condition=models.Q(leaf_index__isnull=True)
            ),
            models.Index(
                fields=["tenant_id", "retention", "recorded_at"],
                name="audit_not_erased",
                condition=models.Q(erased_at__isnull=True),
            ),
        ]


class Tile(TenantModel):
    """Up to 256 neighbouring hashes of one level of the tree (level 0: leaves, 1: roots of 256 leaves, …)."""

    level = models.PositiveSmallIntegerField("Ebene")
    number = models.BigIntegerField("Nummer")
    hashes = models.BinaryField("Prüfsummen")

    class Meta:
        verbose_name = "Kachel des Protokollbaums"
        verbose_name_plural = "Kacheln des Protokollbaums"
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "level", "number"], name="audit_tile_once"),
        ]


class Checkpoint(TenantModel):
    """Size and root of the tree at one moment, signed."""

    size = models.BigIntegerField("Zahl der Einträge")
    root = models.BinaryField("Wurzel")
    note = models.TextField("signierte Notiz")
    sealed_at = models.DateTimeField("besiegelt")  # real time

    class Meta:
        verbose_name = "Prüfpunkt des Protokolls"
        verbose_name_plural = "Prüfpunkte des Protokolls"
        ordering = ["-size"]
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "size"], name="audit_checkpoint_once"),
        ]


class RetentionPeriod(models.Model):
    """How long the content of a class is kept; the database's own erasing function reads it. Filled by migrations."""

    name = models.CharField("Aufbewahrungsklasse", max_length=40, primary_key=True)
    months = models.PositiveIntegerField("Monate nach Ablauf des Kalenderjahres", null=True)

    class Meta:
        verbose_name = "Aufbewahrungsfrist des Protokolls"
        verbose_name_plural = "Aufbewahrungsfristen des Protokolls"
