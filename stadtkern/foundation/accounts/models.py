"""People who log in. Accounts are global (one login for all municipalities); rights are given per tenant in ``access``."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models

from stadtkern.foundation.tenancy.api import TenantModel, UuidV7


class Assurance(models.IntegerChoices):
    """Level of assurance of a login (BundID: Basis, Elster, eID; eIDAS: low, substantial, high)."""

    NONE = 0, "ohne Anmeldung"
    LOW = 1, "Basis (Passwort)"
    SUBSTANTIAL = 3, "substanziell"
    HIGH = 4, "hoch (Online-Ausweis)"


class Account(AbstractUser):
    """A login of a resident, a member of staff or a machine."""

    class Kind(models.TextChoices):
        RESIDENT = "resident", "Bürgerin oder Bürger"
        STAFF = "staff", "Beschäftigte"
        MACHINE = "machine", "Programm"

    id = models.UUIDField(primary_key=True, db_default=UuidV7(), editable=False)
    kind = models.CharField("Art", max_length=20, choices=Kind, default=Kind.RESIDENT)
    display_name = models.CharField("Anzeigename", max_length=200, blank=True)
    language = models.CharField("Sprache", max_length=5, default="de")
    home = models.ForeignKey(
        "organizations.Municipality",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="verwaltet von",
        related_name="+",
        help_text="Nur diese Kommune darf ein Konto von Beschäftigten ändern oder an ihre Anmeldung binden.",
    )

    class Meta:
        verbose_name = "Konto"
        verbose_name_plural = "Konten"

    def __str__(self) -> str:
        return self.display_name or self.username


class Identity(models.Model):
    """What an identity provider told us about the person behind an account (BundID, eID)."""

    id = models.UUIDField(primary_key=True, db_default=UuidV7(), editable=False)
    account = models.OneToOneField(Account, models.CASCADE, related_name="identity", verbose_name="Konto")
    given_names = models.CharField("Vornamen", max_length=200, blank=True)
    family_name = models.CharField("Familienname", max_length=200, blank=True)
    birth_date = models.DateField("Geburtsdatum", null=True, blank=True)
    street = models.CharField("Straße und Hausnummer", max_length=200, blank=True)
    postcode = models.CharField("Postleitzahl", max_length=10, blank=True)
    city = models.CharField("Ort", max_length=200, blank=True)
    pseudonym = models.CharField("bereichsspezifisches Kennzeichen (bPK)", max_length=200, blank=True)
    assurance = models.IntegerField("Vertrauensniveau", choices=Assurance, default=Assurance.LOW)
    updated_at = models.DateTimeField("geändert", auto_now=True)

    class Meta:
        verbose_name = "Identität"
        verbose_name_plural = "Identitäten"


class LoginRecord(models.Model):
    """One login: when, how, at which level of assurance (real time, not the demo's)."""

    id = models.UUIDField(primary_key=True, db_default=UuidV7(), editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="logins", verbose_name="Konto")
    at = models.DateTimeField("Zeitpunkt")
    method = models.CharField("Verfahren", max_length=40)
    assurance = models.IntegerField("Vertrauensniveau", choices=Assurance)

    class Meta:
        verbose_name = "Anmeldung"
        verbose_name_plural = "Anmeldungen"
        ordering = ["-at", "-id"]


class AppPassword(models.Model):
    """A password for one device or program, with scopes; the only Basic login. Only its hash is stored."""

    id = models.UUIDField(primary_key=True, db_default=UuidV7(), editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="app_passwords", verbose_name="Konto")
    name = models.CharField("Gerät oder Programm", max_length=100)
    scopes = ArrayField(models.CharField(max_length=40), verbose_name="erlaubt", default=list)
    digest = models.CharField("Prüfsumme", max_length=64, unique=True)
    created_at = models.DateTimeField("angelegt")
    last_used_at = models.DateTimeField("zuletzt benutzt", null=True, blank=True)
    revoked_at = models.DateTimeField("gesperrt", null=True, blank=True)

    class Meta:
        verbose_name = "App-Passwort"
        verbose_name_plural = "App-Passwörter"
        ordering = ["name", "id"]


class SignOnProvider(TenantModel):
    """An OpenID Connect provider of a municipality: BundID behind Keycloak, Entra ID.

    A login is remembered by ``<slug of the municipality>.<key>``: two municipalities never share that name, so
    neither can vouch for the other's people.
    """

    class Audience(models.TextChoices):
        RESIDENT = "resident", "Bürgerinnen und Bürger"
        STAFF = "staff", "Beschäftigte"

    key = models.SlugField("Kürzel")
    name = models.CharField("Name auf der Anmeldeseite", max_length=100)
    audience = models.CharField("für", max_length=20, choices=Audience)
    server_url = models.URLField("Adresse des Anbieters (Issuer oder Discovery)")
    client_id = models.CharField("Client-ID", max_length=200)
    client_secret_sealed = models.TextField("Client-Geheimnis (verschlüsselt)", blank=True)
    scopes = ArrayField(models.CharField(max_length=60), verbose_name="Scopes", default=list)
    acr_values = models.CharField("angefordertes Niveau (acr_values)", max_length=200, blank=True)
    acr_levels = models.JSONField("Niveau je acr-Wert", default=dict, blank=True)
    claim_names = models.JSONField("Namen der Claims", default=dict, blank=True)
    vouches_second_factor = models.BooleanField("bringt den zweiten Faktor mit", default=False)
    active = models.BooleanField("aktiv", default=True)

    class Meta:
        verbose_name = "Anmeldedienst"
        verbose_name_plural = "Anmeldedienste"
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "key"],
                name="sign_on_key_once_per_tenant",
                violation_error_message="Dieses Kürzel ist schon vergeben.",
            )
        ]

    def __str__(self) -> str:
        return self.name
