"""Tables of relief. No person in them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from stadtkern.foundation.tenancy.api import TenantModel


class Measure(TenantModel):
    """One decided case in figures. ``case_id`` goes when the case is erased; the figures stay."""

    case_id = models.UUIDField("Vorgang", null=True, blank=True)
    service_slug = models.SlugField("Leistung")
    decided_on = models.DateField("entschieden am")
    days = models.PositiveIntegerField("Tage vom Eingang bis zur Entscheidung")
    online = models.BooleanField("online gestellt")
    automatic = models.BooleanField("automatisch entschieden")
    minutes = models.PositiveIntegerField("gemessene Arbeitsminuten", null=True, blank=True)

    class Meta:
        verbose_name = "gemessener Vorgang"
        verbose_name_plural = "gemessene Vorgänge"
        constraints = [models.UniqueConstraint(fields=["tenant_id", "case_id"], name="measure_once_per_case")]
        indexes = [models.Index(fields=["tenant_id", "decided_on", "service_slug"], name="measure_by_day")]


class Baseline(TenantModel):
    """What a service took before it went online, as the service manager estimates it, and how she knows."""

    service_slug = models.SlugField("Leistung")
    minutes = models.PositiveIntegerField("Arbeitsminuten je Vorgang vorher")
    days = models.PositiveIntegerField("Tage bis zur Entscheidung vorher", null=True, blank=True)
    source = models.CharField("Woher die Schätzung kommt", max_length=500)
    set_by_name = models.CharField("eingetragen von", max_length=200)
    set_at = models.DateTimeField("eingetragen")

    class Meta:
        verbose_name = "Aufwand vorher"
        verbose_name_plural = "Aufwände vorher"
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "service_slug"], name="baseline_once_per_service"),
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=10_000), name="baseline_minutes_plausible"
            ),
        ]


class Figure(TenantModel):
    """What is published about a service over [from_on, to_on); the row without slug is about all of them together."""

    service_slug = models.SlugField("Leistung", blank=True)
    title = models.CharField("Name", max_length=300)
    title_en = models.CharField("Name (englisch)", max_length=300, blank=True)
    from_on = models.DateField("von")
    to_on = models.DateField("bis (ausschließlich)")
    cases = models.PositiveIntegerField("entschiedene Vorgänge")
    online_percent = models.PositiveSmallIntegerField("online gestellt, Prozent")
    automatic_percent = models.PositiveSmallIntegerField("automatisch entschieden, Prozent")
    median_days = models.PositiveIntegerField("Tage bis zur Entscheidung (Median)")
    minutes = models.PositiveIntegerField("Arbeitsminuten je Vorgang", null=True, blank=True)
    days_before = models.PositiveIntegerField("Tage vorher", null=True, blank=True)
    minutes_before = models.PositiveIntegerField("Arbeitsminuten vorher", null=True, blank=True)
    saved_minutes = models.IntegerField("gesparte Arbeitsminuten im Zeitraum", null=True, blank=True)
    computed_at = models.DateTimeField("berechnet")

    class Meta:
        verbose_name = "veröffentlichte Kennzahl der Entlastung"
        verbose_name_plural = "veröffentlichte Kennzahlen der Entlastung"
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "service_slug"], name="figure_once_per_service"),
            models.CheckConstraint(condition=Q(cases__gte=5), name="figure_of_at_least_five_cases"),
        ]
