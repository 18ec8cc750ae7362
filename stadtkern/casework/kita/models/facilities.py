"""Kitas and childminders, their seats, and how many of them are permitted, planned and staffed."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Q

from stadtkern.casework.kita.models.providers import DateSpan, Provider
from stadtkern.foundation.tenancy.api import TenantModel


class Facility(TenantModel):
    """A Kita or a childminder. Registrations may begin from ``accepting_from_on``; nothing begins at or after ``closed_on``."""

    class Kind(models.TextChoices):
        KITA = "kita", "Kita"
        CHILDMINDER = "childminder", "Tagespflege"

    provider = models.ForeignKey(Provider, models.PROTECT, related_name="facilities", verbose_name="Träger")
    key = models.SlugField("Kürzel", max_length=80)
    name = models.CharField("Name", max_length=200)
    kind = models.CharField("Art", max_length=20, choices=Kind, default=Kind.KITA)
    street = models.CharField("Straße und Hausnummer", max_length=200, blank=True)
    postcode = models.CharField("Postleitzahl", max_length=10, blank=True)
    town = models.CharField("Ort", max_length=100, blank=True)
    district = models.ForeignKey(
        "places.District",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="Ortsbezirk",
    )
    longitude = models.FloatField("Länge (Grad)", null=True, blank=True)
    latitude = models.FloatField("Breite (Grad)", null=True, blank=True)
    concepts = ArrayField(models.SlugField(max_length=40), verbose_name="Konzepte", default=list, blank=True)
    languages = ArrayField(
        models.CharField(max_length=5), verbose_name="Sprachen im Alltag", default=list, blank=True
    )
    opens = models.TimeField("öffnet", null=True, blank=True)
    closes = models.TimeField("schließt", null=True, blank=True)
    lunch = models.BooleanField("Mittagessen", default=True)
    text = models.TextField("Beschreibung", blank=True)
    text_en = models.TextField("Beschreibung (englisch)", blank=True)
    email = models.EmailField("E-Mail", blank=True)
    phone = models.CharField("Telefon", max_length=40, blank=True)
    accepting_from_on = models.DateField("nimmt Anmeldungen an ab", null=True, blank=True)
    closed_on = models.DateField("schließt am (ausschließlich)", null=True, blank=True)
    updated_at = models.DateTimeField("Angaben bestätigt", null=True, blank=True)

    class Meta:
        verbose_name = "Kita"
        verbose_name_plural = "Kitas"
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "key"],
                name="facility_key_once_per_tenant",
                violation_error_message="Dieses Kürzel ist schon vergeben.",
            )
        ]
        indexes = [models.Index(fields=["tenant_id", "provider"], name="facility_of_provider")]

    def __str__(self) -> str:
        return self.name


class SeatClass(TenantModel):
    """Seats of one Kita that take the same children: ages in months [from, to), hours a day, free from, tag.

    What the engine calls a seat class (``allocation.seats``, ADR 0100). A childminder has one.
    """

    facility = models.ForeignKey(Facility, models.CASCADE, related_name="seat_classes", verbose_name="Kita")
    name = models.CharField("Name", max_length=80)
    from_months = models.PositiveSmallIntegerField("Alter ab (Monate)", default=0)
    to_months = models.PositiveSmallIntegerField("Alter bis (Monate, ausschließlich)", default=84)
    max_hours = models.PositiveSmallIntegerField("höchstens Stunden am Tag", default=9)
    tag = models.SlugField("Besonderheit", max_length=40, blank=True)
    free_from_on = models.DateField("frei ab", null=True, blank=True)
    position = models.PositiveSmallIntegerField("Reihenfolge", default=0)

    class Meta:
        verbose_name = "Platzart"
        verbose_name_plural = "Platzarten"
        ordering = ["position", "name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["facility", "name"],
                name="seat_class_name_once_per_facility",
                violation_error_message="Diese Platzart gibt es in der Kita schon.",
            ),
            models.CheckConstraint(
                condition=Q(to_months__gt=F("from_months")),
                name="seat_class_ages_not_empty",
                violation_error_message="Das Alter „bis“ muss über dem Alter „ab“ liegen.",
            ),
            models.CheckConstraint(
                condition=Q(max_hours__gte=1, max_hours__lte=24), name="seat_class_hours_of_a_day"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SeatCount(TenantModel):
    """How many seats of a class there are in [from, to): permitted (Betriebserlaubnis), planned, and staffed.

    Only staffed seats can be offered; occupied ones are counted from contracts, never stored.
    """

    seat_class = models.ForeignKey(SeatClass, models.CASCADE, related_name="counts", verbose_name="Platzart")
    from_on = models.DateField("von")
    to_on = models.DateField("bis (ausschließlich)", null=True, blank=True)
    permitted = models.PositiveSmallIntegerField("erlaubt")
    planned = models.PositiveSmallIntegerField("geplant")
    staffed = models.PositiveSmallIntegerField("mit Personal")

    class Meta:
        verbose_name = "Platzzahl"
        verbose_name_plural = "Platzzahlen"
        ordering = ["from_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gt=F("from_on")),
                name="seat_count_period_not_empty",
            ),
            models.CheckConstraint(
                condition=Q(planned__lte=F("permitted")),
                name="seat_count_planned_is_permitted",
                violation_error_message="Geplant sind mehr Plätze, als erlaubt sind.",
            ),
            models.CheckConstraint(
                condition=Q(staffed__lte=F("permitted")),
                name="seat_count_staffed_is_permitted",
                violation_error_message="Mit Personal sind mehr Plätze, als erlaubt sind.",
            ),
            ExclusionConstraint(
                name="seat_count_one_at_a_time",
                expressions=[
                    ("seat_class", RangeOperators.EQUAL),
                    (DateSpan(F("from_on"), F("to_on")), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Für diese Zeit gibt es schon eine Platzzahl.",
            ),
        ]


class BlockedSeat(TenantModel):
    """Seats that are kept free, with a reason, an author and an end (a place kept free without reason is unlawful, OVG Lüneburg 4 ME 221/14)."""

    seat_class = models.ForeignKey(SeatClass, models.CASCADE, related_name="blocked", verbose_name="Platzart")
    provider = models.ForeignKey(Provider, models.CASCADE, related_name="+", verbose_name="Träger")
    count = models.PositiveSmallIntegerField("Plätze", default=1)
    reason = models.CharField("Grund", max_length=300)
    author_id = models.UUIDField("gesperrt von (Konto)", null=True)
    author_name = models.CharField("gesperrt von", max_length=200)
    from_on = models.DateField("von")
    to_on = models.DateField("bis (ausschließlich)")
    lifted_at = models.DateTimeField("aufgehoben", null=True, blank=True)

    class Meta:
        verbose_name = "gesperrter Platz"
        verbose_name_plural = "gesperrte Plätze"
        ordering = ["to_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(to_on__gt=F("from_on")),
                name="blocked_seat_ends",
                violation_error_message="Eine Sperre braucht ein Ende nach ihrem Beginn.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="blocked_seat_has_reason",
                violation_error_message="Eine Sperre braucht einen Grund.",
            ),
            models.CheckConstraint(condition=Q(count__gte=1), name="blocked_seat_is_one_at_least"),
        ]
