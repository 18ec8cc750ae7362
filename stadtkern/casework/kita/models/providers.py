"""Providers of Kitas, how far they take part, and their people."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from stadtkern.foundation.tenancy.api import TenantModel


class DateSpan(Func):
    """``daterange(from, to)``: [from, to); no end means for ever."""

    function = "DATERANGE"


class Level(models.IntegerChoices):
    """How far a provider takes part; its own choice, taken back at any time before a round is frozen (VG Darmstadt 5 K 1831/15)."""

    LISTED = 0, "nur im Verzeichnis"
    SHARED = 1, "gemeinsame Anmeldung und Warteliste, eigene Entscheidung"
    RANKED = 2, "eigene Rangliste, nimmt an der Vergabe teil"
    POINTS = 3, "Punkte rechnet die Plattform"
    MANDATE = 4, "die Stadt verschickt auch die Angebote"


FREE_LEVELS = (Level.LISTED, Level.SHARED)  # their seats are not in a round; what they accept is consumed


class ProviderKind(models.TextChoices):
    """Who runs the Kita."""

    CITY = "city", "Stadt"
    CATHOLIC = "catholic", "katholisch"
    PROTESTANT = "protestant", "evangelisch"
    WELFARE = "welfare", "Wohlfahrtsverband"
    INITIATIVE = "initiative", "Elterninitiative"
    COMPANY = "company", "Betrieb"
    CHILDMINDER = "childminder", "Kindertagespflege"
    OTHER = "other", "anderer freier Träger"


class PrivacyRegime(models.TextChoices):
    """Which law of data protection binds the provider."""

    GDPR = "DSGVO", "DSGVO"
    KDG = "KDG", "KDG (katholische Kirche)"
    DSG_EKD = "DSG-EKD", "DSG-EKD (evangelische Kirche)"


class Provider(TenantModel):
    """A provider (Träger) on the joint platform of a municipality (ADR 0130).

    Everything beyond being listed needs the signed agreement of joint controllers (Art. 26 GDPR, § 28 KDG, § 29 DSG-EKD).
    ``home_tenant_id`` is the provider's own tenant, if it has one on this installation.
    """

    key = models.SlugField("Kürzel", max_length=80)
    name = models.CharField("Name", max_length=200)
    kind = models.CharField("Art", max_length=20, choices=ProviderKind)
    level = models.PositiveSmallIntegerField("Teilnahme", choices=Level, default=Level.LISTED)
    privacy_regime = models.CharField(
        "Datenschutzrecht", max_length=10, choices=PrivacyRegime, default=PrivacyRegime.GDPR
    )
    agreement_signed_on = models.DateField("Vereinbarung unterschrieben", null=True, blank=True)
    agreement_ends_on = models.DateField("Vereinbarung endet (ausschließlich)", null=True, blank=True)
    agreement_file_id = models.UUIDField("Vereinbarung (Datei)", null=True, blank=True)
    home_tenant_id = models.UUIDField("eigener Mandant", null=True, blank=True)
    email = models.EmailField("E-Mail", blank=True)
    phone = models.CharField("Telefon", max_length=40, blank=True)
    address = models.TextField("Anschrift", blank=True)
    active = models.BooleanField("aktiv", default=True)

    class Meta:
        verbose_name = "Träger"
        verbose_name_plural = "Träger"
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "key"],
                name="provider_key_once_per_tenant",
                violation_error_message="Dieses Kürzel ist schon vergeben.",
            ),
            models.CheckConstraint(
                condition=Q(level=Level.LISTED)
                | Q(kind=ProviderKind.CITY)
                | Q(agreement_signed_on__isnull=False),
                name="provider_takes_part_by_agreement",
                violation_error_message="Ohne unterschriebene Vereinbarung bleibt der Träger nur im Verzeichnis.",
            ),
            models.CheckConstraint(condition=Q(level__lte=Level.MANDATE), name="provider_level_known"),
        ]

    def __str__(self) -> str:
        return self.name


class Function(models.TextChoices):
    """What somebody does for a provider."""

    HEAD = "head", "Leitung einer Kita"
    MANAGER = "manager", "Verwaltung des Trägers"


class ProviderStaff(TenantModel):
    """An account works for a provider, in one Kita (``facility``) or in all of them. Together with ``Role.KITA_STAFF``."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="Konto"
    )
    provider = models.ForeignKey(Provider, models.CASCADE, related_name="staff", verbose_name="Träger")
    facility = models.ForeignKey(
        "kita.Facility", models.CASCADE, null=True, blank=True, related_name="staff", verbose_name="Kita"
    )
    function = models.CharField("Aufgabe", max_length=10, choices=Function, default=Function.HEAD)
    valid_from_on = models.DateField("gilt ab")
    valid_to_on = models.DateField("gilt bis (ausschließlich)", null=True, blank=True)

    class Meta:
        verbose_name = "Beschäftigte eines Trägers"
        verbose_name_plural = "Beschäftigte der Träger"
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to_on__isnull=True) | Q(valid_to_on__gt=F("valid_from_on")),
                name="provider_staff_period_not_empty",
            ),
            models.CheckConstraint(
                condition=Q(function=Function.MANAGER) | Q(facility__isnull=False),
                name="provider_staff_head_has_facility",
                violation_error_message="Eine Leitung gehört zu einer Kita.",
            ),
            ExclusionConstraint(
                name="provider_staff_once_at_a_time",
                expressions=[
                    ("account", RangeOperators.EQUAL),
                    ("provider", RangeOperators.EQUAL),
                    (Func(F("facility"), F("provider"), function="COALESCE"), RangeOperators.EQUAL),
                    (DateSpan(F("valid_from_on"), F("valid_to_on")), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Diese Person arbeitet dort schon.",
            ),
        ]


class Catalogue(TenantModel):
    """One version of a criteria catalogue (``criteria.reading``): of everybody, of a provider or of one Kita, valid in [from, to).

    ``document`` never changes; a new version is a new row. Without ``published_at`` it is a proposal that waits for a second person,
    with the ``trial`` of ``rounds.trying``.
    """

    catalogue_id = models.SlugField("Katalog", max_length=60)
    version = models.PositiveIntegerField("Fassung")
    provider = models.ForeignKey(
        Provider, models.CASCADE, null=True, blank=True, related_name="catalogues", verbose_name="Träger"
    )
    facility = models.ForeignKey(
        "kita.Facility", models.CASCADE, null=True, blank=True, related_name="+", verbose_name="Kita"
    )
    document = models.JSONField("Katalog")
    valid_from_on = models.DateField("gilt ab")
    valid_to_on = models.DateField("gilt bis (ausschließlich)", null=True, blank=True)
    published_at = models.DateTimeField("veröffentlicht", null=True, blank=True)
    published_by_name = models.CharField("veröffentlicht von", max_length=200, blank=True)
    proposed_by_id = models.UUIDField("vorgeschlagen von (Konto)", null=True, blank=True)
    proposed_by_name = models.CharField("vorgeschlagen von", max_length=200, blank=True)
    proposed_at = models.DateTimeField("vorgeschlagen", null=True, blank=True)
    trial = models.JSONField("Probe", default=dict, blank=True)

    class Meta:
        verbose_name = "Kriterienkatalog"
        verbose_name_plural = "Kriterienkataloge"
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "catalogue_id", "version"], name="catalogue_version_once"
            ),
            models.CheckConstraint(
                condition=Q(facility__isnull=True) | Q(provider__isnull=False),
                name="catalogue_of_facility_has_provider",
            ),
            models.CheckConstraint(
                condition=Q(valid_to_on__isnull=True) | Q(valid_to_on__gt=F("valid_from_on")),
                name="catalogue_period_not_empty",
            ),
        ]
