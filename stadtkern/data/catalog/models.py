"""Tables of the catalogue. No personal data besides the contacts that publishers themselves publish."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from stadtkern.foundation.tenancy.api import TenantModel

RHYTHMS = [("day", "täglich"), ("week", "wöchentlich"), ("month", "monatlich"), ("manual", "nur von Hand")]


class HarvestSource(TenantModel):
    """A foreign catalogue that is taken in. ``address`` is a web address, or ``file:NAME`` for a file handed in by command."""

    name = models.CharField("Name", max_length=200)
    address = models.CharField("Adresse", max_length=2000)
    publisher_name = models.CharField("Herausgeber, wenn die Quelle keinen nennt", max_length=300, blank=True)
    rhythm = models.CharField("Abstand", max_length=10, choices=RHYTHMS, default="day")
    private = models.BooleanField("steht im eigenen Netz", default=False)
    active = models.BooleanField("wird eingesammelt", default=True)
    created_at = models.DateTimeField("angelegt")
    created_by_name = models.CharField("angelegt von", max_length=200)

    class Meta:
        verbose_name = "Datenquelle"
        verbose_name_plural = "Datenquellen"
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "address"], name="source_once_per_address")
        ]


class HarvestRun(TenantModel):
    """One reading of a source: how it ended, what it changed, what had to be repaired.

    ``details`` holds the first addresses of each kind (taken, changed, removed, kept, doubled) and refused ones with reasons.
    """

    class State(models.TextChoices):
        RUNNING = "running", "läuft"
        DONE = "done", "vollständig"
        INCOMPLETE = "incomplete", "abgebrochen"
        REFUSED = "refused", "nicht lesbar"

    source = models.ForeignKey("HarvestSource", models.CASCADE, related_name="runs", verbose_name="Quelle")
    started_at = models.DateTimeField("begonnen")
    finished_at = models.DateTimeField("beendet", null=True, blank=True)
    state = models.CharField("Stand", max_length=12, choices=State, default=State.RUNNING)
    reason = models.CharField("Grund", max_length=100, blank=True)
    message = models.CharField("Meldung", max_length=1000, blank=True)
    kind = models.CharField("Art der Quelle", max_length=10, blank=True)
    pages = models.PositiveIntegerField("Seiten", default=0)
    bytes = models.PositiveBigIntegerField("Bytes", default=0)
    taken = models.PositiveIntegerField("neu", default=0)
    changed = models.PositiveIntegerField("geändert", default=0)
    unchanged = models.PositiveIntegerField("gleich", default=0)
    removed = models.PositiveIntegerField("entfernt", default=0)
    kept = models.PositiveIntegerField("vorsorglich behalten", default=0)
    doubled = models.PositiveIntegerField("doppelt", default=0)
    refused = models.PositiveIntegerField("abgelehnt", default=0)
    repairs = models.JSONField("Reparaturen", default=dict)
    details = models.JSONField("Einzelheiten", default=dict)

    class Meta:
        verbose_name = "Lauf einer Datenquelle"
        verbose_name_plural = "Läufe der Datenquellen"
        constraints = [
            models.CheckConstraint(
                condition=(Q(state="running") & Q(finished_at__isnull=True))
                | (~Q(state="running") & Q(finished_at__isnull=False)),
                name="run_that_ended_says_when",
            ),
        ]
        indexes = [models.Index(fields=["source", "-started_at"], name="run_by_source")]


class CatalogEntry(TenantModel):
    """A dataset in the catalogue: its record (``engine.records.Entry`` as JSON) and what the search needs of it.

    Without ``source`` it is the municipality's own, handed in by another room (``owner`` says which).
    """

    address = models.CharField("Adresse", max_length=2000)
    slug = models.SlugField("Kurzname", max_length=80)
    identifier = models.CharField("Kennung", max_length=1000)
    source = models.ForeignKey(
        "HarvestSource", models.CASCADE, null=True, blank=True, related_name="entries", verbose_name="Quelle"
    )
    owner = models.CharField("eigener Bereich", max_length=100, blank=True)
    record = models.JSONField("Angaben nach DCAT-AP.de")
    fingerprint = models.CharField("Fingerabdruck", max_length=64)
    repairs = models.JSONField("Reparaturen", default=list)
    title = models.CharField("Titel", max_length=1000)
    summary = models.CharField("Kurzbeschreibung", max_length=400, blank=True)
    publisher = models.CharField("Herausgeber", max_length=500)
    keywords = ArrayField(models.CharField(max_length=200), verbose_name="Schlagwörter", default=list)
    themes = ArrayField(models.CharField(max_length=200), verbose_name="Themen", default=list)
    formats = ArrayField(models.CharField(max_length=200), verbose_name="Formate", default=list)
    licences = ArrayField(models.CharField(max_length=2000), verbose_name="Lizenzen", default=list)
    high_value = models.BooleanField("hochwertiger Datensatz", default=False)
    modified = models.CharField("Stand der Daten", max_length=40, blank=True)
    listed_at = models.DateTimeField("im Katalog seit")
    changed_at = models.DateTimeField("im Katalog geändert")

    class Meta:
        verbose_name = "Katalogeintrag"
        verbose_name_plural = "Katalogeinträge"
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "address"], name="entry_once_per_address"),
            models.UniqueConstraint(fields=["tenant_id", "slug"], name="entry_once_per_slug"),
            models.CheckConstraint(
                condition=(Q(source__isnull=True) & ~Q(owner="")) | (Q(source__isnull=False) & Q(owner="")),
                name="entry_is_own_or_harvested",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "identifier"], name="entry_by_identifier"),
            models.Index(fields=["tenant_id", "-modified", "slug"], name="entry_newest_first"),
        ]


class CatalogState(TenantModel):
    """Moves with every change of the catalogue; search and exports compare it."""

    version = models.PositiveBigIntegerField("Stand", default=1)
    changed_at = models.DateTimeField("geändert")

    class Meta:
        verbose_name = "Stand des Katalogs"
        verbose_name_plural = "Stände des Katalogs"
        constraints = [models.UniqueConstraint(fields=["tenant_id"], name="catalog_state_once")]
