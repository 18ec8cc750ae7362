"""Municipalities (the tenants), their offices and teams."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models

from stadtkern.foundation.tenancy.api import TenantModel, UuidV7


class Municipality(models.Model):
    """A tenant: a municipality or a free provider. Global table: every request looks it up by host name."""

    class Kind(models.TextChoices):
        MUNICIPALITY = "municipality", "Kommune"
        PROVIDER = "provider", "Freier Träger"

    id = models.UUIDField(primary_key=True, db_default=UuidV7(), editable=False)
    slug = models.SlugField("Kürzel", unique=True)
    name = models.CharField("Name", max_length=200)
    kind = models.CharField("Art", max_length=20, choices=Kind, default=Kind.MUNICIPALITY)
    ags = models.CharField(
        "Amtlicher Gemeindeschlüssel", max_length=8, blank=True, validators=[RegexValidator(r"^\d{8}$")]
    )
    state = models.CharField("Land (ISO 3166-2)", max_length=5, default="DE-RP")
    domains = ArrayField(
        models.CharField(max_length=253), verbose_name="Adressen im Netz", default=list, blank=True
    )
    languages = ArrayField(models.CharField(max_length=5), verbose_name="Sprachen", default=list, blank=True)
    color_primary = models.CharField("Farbe 1", max_length=7, default="#16233b")
    color_accent = models.CharField("Farbe 2", max_length=7, default="#8c1d2c")
    logo_file_id = models.UUIDField("Logo", null=True, blank=True)
    sender_email = models.EmailField("Absenderadresse", blank=True)
    phone = models.CharField("Telefon", max_length=40, blank=True)
    address = models.TextField("Anschrift", blank=True)
    brand = models.CharField("Name des Angebots", max_length=120, blank=True)
    operator = models.BooleanField(
        "betreibt die Installation",
        default=False,
        help_text="Ihre Verwaltung darf weitere Kommunen anlegen.",
    )
    mail_tested_at = models.DateTimeField("E-Mail-Versand geprüft", null=True, blank=True)
    active = models.BooleanField("in Betrieb", default=True)
    created_at = models.DateTimeField("angelegt", auto_now_add=True)

    class Meta:
        verbose_name = "Kommune"
        verbose_name_plural = "Kommunen"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Office(TenantModel):
    """Amt or Fachbereich; a tree."""

    slug = models.SlugField("Kürzel")
    name = models.CharField("Name", max_length=200)
    name_en = models.CharField("Name englisch", max_length=200, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, verbose_name="gehört zu", related_name="children"
    )
    address = models.TextField("Anschrift", blank=True)
    phone = models.CharField("Telefon", max_length=40, blank=True)
    email = models.EmailField("E-Mail", blank=True)
    opening_hours = models.TextField("Öffnungszeiten", blank=True)
    active = models.BooleanField("aktiv", default=True)

    class Meta:
        verbose_name = "Amt"
        verbose_name_plural = "Ämter"
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "slug"],
                name="office_slug_once_per_tenant",
                violation_error_message="Dieses Kürzel ist schon vergeben.",
            ),
            models.CheckConstraint(
                condition=~models.Q(parent=models.F("id")),
                name="office_not_its_own_parent",
                violation_error_message="Ein Amt kann nicht zu sich selbst gehören.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Team(TenantModel):
    """A team inside an office; work lists belong to teams."""

    office = models.ForeignKey(Office, models.PROTECT, verbose_name="Amt", related_name="teams")
    slug = models.SlugField("Kürzel")
    name = models.CharField("Name", max_length=200)
    active = models.BooleanField("aktiv", default=True)

    class Meta:
        verbose_name = "Team"
        verbose_name_plural = "Teams"
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "slug"],
                name="team_slug_once_per_tenant",
                violation_error_message="Dieses Kürzel ist schon vergeben.",
            )
        ]

    def __str__(self) -> str:
        return self.name
