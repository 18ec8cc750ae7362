"""Services, the versions of their content, and who is responsible where."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from stadtkern.foundation.tenancy.api import TenantModel


class Service(TenantModel):
    """A Leistung of this municipality. What it says stands in its versions; here is what lists filter by."""

    class State(models.TextChoices):
        DRAFT = "draft", "Entwurf"
        PUBLISHED = "published", "veröffentlicht"
        WITHDRAWN = "withdrawn", "zurückgezogen"

    class Assurance(models.TextChoices):
        NONE = "none", "ohne Anmeldung"
        LOW = "low", "Basis"
        SUBSTANTIAL = "substantial", "substanziell"
        HIGH = "high", "hoch"

    slug = models.SlugField("Kürzel", max_length=100)
    leika_key = models.CharField("Leistungsschlüssel (LeiKa)", max_length=14, blank=True)
    typing = models.CharField("Typisierung (FIM)", max_length=4, default="5")
    state = models.CharField("Stand", max_length=20, choices=State, default=State.DRAFT)
    title = models.CharField("Name", max_length=300)
    office = models.ForeignKey(
        "organizations.Office",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="zuständiges Amt",
        related_name="+",
    )
    audience = ArrayField(models.CharField(max_length=20), verbose_name="für wen", default=list, blank=True)
    life_situations = ArrayField(
        models.CharField(max_length=60), verbose_name="Lebenslagen", default=list, blank=True
    )
    languages = ArrayField(models.CharField(max_length=5), verbose_name="Sprachen", default=list, blank=True)
    assurance_level = models.CharField(
        "Vertrauensniveau", max_length=20, choices=Assurance, default=Assurance.NONE
    )
    online = models.BooleanField("online", default=False)
    published_version = models.ForeignKey(
        "services.ServiceVersion",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="veröffentlichte Fassung",
        related_name="+",
    )
    source = models.CharField("Herkunft", max_length=20, default="own")
    upstream = models.JSONField("übernommener Stand", null=True, blank=True)
    upstream_pending = models.JSONField("neuer Stand der Herkunft", null=True, blank=True)
    reviewed_on = models.DateField("fachlich geprüft am", null=True, blank=True)
    changed_at = models.DateTimeField("geändert")

    class Meta:
        verbose_name = "Leistung"
        verbose_name_plural = "Leistungen"
        ordering = ["title", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "slug"],
                name="service_slug_once_per_tenant",
                violation_error_message="Dieses Kürzel ist schon vergeben.",
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_version__isnull=False),
                name="published_service_has_version",
                violation_error_message="Veröffentlicht werden kann nur eine Fassung.",
            ),
            models.CheckConstraint(
                condition=Q(leika_key="") | Q(leika_key__regex=r"^\d{14}$"),
                name="service_leika_key_14_digits",
                violation_error_message="Der Leistungsschlüssel hat 14 Ziffern.",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ServiceVersion(TenantModel):
    """One state of the content and the process. A version that was published once is never changed."""

    service = models.ForeignKey(Service, models.CASCADE, verbose_name="Leistung", related_name="versions")
    number = models.PositiveIntegerField("Nummer")
    content = models.JSONField("Inhalt")
    process = models.JSONField("Verfahren", null=True, blank=True)
    note = models.CharField("Anlass der Änderung", max_length=300, blank=True)
    created_at = models.DateTimeField("angelegt")
    created_by_id = models.UUIDField("angelegt von", null=True, blank=True)
    published_at = models.DateTimeField("veröffentlicht", null=True, blank=True)

    class Meta:
        verbose_name = "Fassung einer Leistung"
        verbose_name_plural = "Fassungen der Leistungen"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["service", "number"],
                name="service_version_number_once",
                violation_error_message="Diese Fassung gibt es schon.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.service_id} v{self.number}"


class Responsibility(TenantModel):
    """An office is responsible for a service in a part of the area (district slug), from one day to another.

    ``team`` is what nobody outside sees: which team of that office gets the new cases.
    """

    service = models.ForeignKey(
        Service, models.CASCADE, verbose_name="Leistung", related_name="responsibilities"
    )
    office = models.ForeignKey("organizations.Office", models.PROTECT, verbose_name="Amt", related_name="+")
    team = models.ForeignKey(
        "organizations.Team",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="Team, das neue Vorgänge bekommt",
        related_name="+",
    )
    area = models.CharField("Gebiet (Ortsbezirk), leer: überall", max_length=100, blank=True)
    valid_from_on = models.DateField("gilt ab")
    valid_to_on = models.DateField("gilt bis (ausschließlich)", null=True, blank=True)

    class Meta:
        verbose_name = "Zuständigkeit"
        verbose_name_plural = "Zuständigkeiten"
        ordering = ["area", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to_on__isnull=True) | Q(valid_to_on__gt=models.F("valid_from_on")),
                name="responsibility_period_not_empty",
                violation_error_message="Das Ende muss nach dem Beginn liegen.",
            ),
            models.UniqueConstraint(
                fields=["service", "area", "valid_from_on"],
                name="responsibility_once_per_area",
                violation_error_message="Für dieses Gebiet ist schon ein Amt zuständig.",
            ),
        ]


class CatalogState(TenantModel):
    """Counts the changes of the published catalogue; processes rebuild their search index when it moved."""

    version = models.BigIntegerField("Stand", default=0)

    class Meta:
        verbose_name = "Stand des Leistungskatalogs"
        verbose_name_plural = "Stände des Leistungskatalogs"
        constraints = [models.UniqueConstraint(fields=["tenant_id"], name="catalog_state_once_per_tenant")]
