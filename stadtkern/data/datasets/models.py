"""The passport of a dataset, its versions and what can be downloaded of them. The rows themselves are files; see ``storage``."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from stadtkern.data.datasets.vocabulary import FORMATS, FREQUENCIES, LICENCES, PRIVACY_CLASSES
from stadtkern.foundation.tenancy.api import TenantModel


class Dataset(TenantModel):
    """A dataset of this municipality: what it says about itself. Public is what ``published_version`` names."""

    slug = models.SlugField("Kürzel", max_length=80)
    title = models.CharField("Titel", max_length=200)
    description = models.TextField("Beschreibung", blank=True)
    publisher = models.CharField("Herausgeber", max_length=200, blank=True)
    contact_email = models.EmailField("Ansprechstelle (E-Mail)", blank=True)
    licence = models.CharField("Lizenz", max_length=40, choices=LICENCES, blank=True)
    attribution = models.CharField("Namensnennung", max_length=300, blank=True)
    themes = ArrayField(models.CharField(max_length=8), verbose_name="Themen", default=list, blank=True)
    keywords = ArrayField(
        models.CharField(max_length=60), verbose_name="Schlagwörter", default=list, blank=True
    )
    frequency = models.CharField("Aktualisierung", max_length=20, choices=FREQUENCIES, blank=True)
    privacy = models.CharField("Datenschutz", max_length=20, choices=PRIVACY_CLASSES, blank=True)
    privacy_reason = models.CharField("Warum das veröffentlicht werden darf", max_length=500, blank=True)
    retention_months = models.PositiveIntegerField(
        "Aufbewahrung alter Versionen (Monate)", null=True, blank=True
    )
    published_version = models.ForeignKey(
        "datasets.Version",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="öffentliche Version",
        related_name="+",
    )
    first_published_at = models.DateTimeField("zuerst veröffentlicht", null=True, blank=True)
    withdrawn_at = models.DateTimeField("zurückgezogen", null=True, blank=True)
    withdrawn_reason = models.CharField("Grund der Rücknahme", max_length=500, blank=True)
    created_at = models.DateTimeField("angelegt")
    changed_at = models.DateTimeField("geändert")

    class Meta:
        verbose_name = "Datensatz"
        verbose_name_plural = "Datensätze"
        ordering = ["title", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "slug"],
                name="dataset_slug_once_per_tenant",
                violation_error_message="Dieses Kürzel ist schon vergeben.",
            ),
            models.CheckConstraint(
                condition=Q(published_version__isnull=True)
                | (
                    Q(privacy="open")
                    & ~Q(licence="")
                    & ~Q(description="")
                    & Q(first_published_at__isnull=False)
                ),
                name="published_dataset_has_a_passport",
                violation_error_message="Veröffentlicht werden kann nur, was einen vollständigen Pass hat.",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(published_version__isnull=True),
                name="withdrawn_dataset_is_not_public",
                violation_error_message="Ein zurückgezogener Datensatz ist nicht öffentlich.",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Version(TenantModel):
    """One state of the rows: an immutable file and what is known about it. A trigger refuses to change it."""

    class State(models.TextChoices):
        DRAFT = "draft", "Entwurf"
        HANDED_OVER = "handed_over", "wartet auf Freigabe"
        PUBLISHED = "published", "veröffentlicht"

    dataset = models.ForeignKey(Dataset, models.CASCADE, verbose_name="Datensatz", related_name="versions")
    number = models.PositiveIntegerField("Nummer")
    state = models.CharField("Stand", max_length=20, choices=State, default=State.DRAFT)
    uri = models.CharField("Ort der Datei", max_length=300)
    sha256 = models.CharField("Prüfsumme (SHA-256)", max_length=64)
    size = models.BigIntegerField("Größe in Byte")
    rows = models.BigIntegerField("Zeilen")
    columns = models.JSONField("Spalten")
    crs = models.CharField("Koordinatensystem der Quelle", max_length=40, blank=True)
    bbox = models.JSONField("Ausdehnung (CRS84)", null=True, blank=True)
    geometry_types = ArrayField(
        models.CharField(max_length=30), verbose_name="Arten von Geometrie", default=list, blank=True
    )
    report = models.JSONField("Bericht der Übernahme")
    source_name = models.CharField("Name der Datei", max_length=200)
    note = models.CharField("Was ist neu", max_length=500, blank=True)
    created_at = models.DateTimeField("angelegt")
    created_by_id = models.UUIDField("angelegt von", null=True, blank=True)
    handed_over_at = models.DateTimeField("übergeben", null=True, blank=True)
    handed_over_by_id = models.UUIDField("übergeben von", null=True, blank=True)
    published_at = models.DateTimeField("veröffentlicht", null=True, blank=True)
    published_by_id = models.UUIDField("freigegeben von", null=True, blank=True)

    class Meta:
        verbose_name = "Version eines Datensatzes"
        verbose_name_plural = "Versionen der Datensätze"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["dataset", "number"],
                name="dataset_version_number_once",
                violation_error_message="Diese Version gibt es schon.",
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False),
                name="published_version_has_a_time",
                violation_error_message="Eine veröffentlichte Version hat einen Zeitpunkt.",
            ),
            models.CheckConstraint(
                condition=Q(published_by_id__isnull=True)
                | Q(handed_over_by_id__isnull=True)
                | ~Q(published_by_id=F("handed_over_by_id")),
                name="version_released_by_a_second_person",
                violation_error_message="Freigeben muss eine zweite Person.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dataset_id} v{self.number}"


class Distribution(TenantModel):
    """A format in which a published version is offered."""

    version = models.ForeignKey(Version, models.CASCADE, verbose_name="Version", related_name="distributions")
    format = models.CharField(
        "Format", max_length=20, choices={key: label for key, (label, *_) in FORMATS.items()}
    )
    media_type = models.CharField("Medientyp", max_length=80)

    class Meta:
        verbose_name = "Angebot zum Herunterladen"
        verbose_name_plural = "Angebote zum Herunterladen"
        ordering = ["format"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "format"],
                name="distribution_format_once",
                violation_error_message="Dieses Format gibt es schon.",
            )
        ]
