"""Tables of businesses."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from stadtkern.foundation.tenancy.api import TenantModel

ACCOUNT = settings.AUTH_USER_MODEL


class Business(TenantModel):
    """The account of a business in one municipality: what it is called, where it is registered, whether that was checked."""

    class LegalForm(models.TextChoices):
        SOLE = "sole", "Einzelunternehmen"
        EK = "ek", "eingetragene Kauffrau, eingetragener Kaufmann (e. K.)"
        GBR = "gbr", "GbR"
        EGBR = "egbr", "eGbR"
        OHG = "ohg", "OHG"
        KG = "kg", "KG"
        GMBH_CO_KG = "gmbh_co_kg", "GmbH & Co. KG"
        UG = "ug", "UG (haftungsbeschränkt)"
        GMBH = "gmbh", "GmbH"
        AG = "ag", "AG"
        EG = "eg", "eingetragene Genossenschaft (eG)"
        PARTG = "partg", "Partnerschaftsgesellschaft"
        EV = "ev", "eingetragener Verein (e. V.)"
        OTHER = "other", "andere Rechtsform"

    legal_name = models.CharField("Name (Firma)", max_length=300)
    legal_form = models.CharField("Rechtsform", max_length=20, choices=LegalForm)
    register_court = models.CharField("Registergericht", max_length=100, blank=True)
    register_number = models.CharField("Registernummer", max_length=20, blank=True)
    economy_id = models.CharField("Wirtschafts-Identifikationsnummer", max_length=20, blank=True)
    street = models.CharField("Straße", max_length=200)
    house_number = models.CharField("Hausnummer", max_length=20)
    postcode = models.CharField("Postleitzahl", max_length=5)
    city = models.CharField("Ort", max_length=100)
    email = models.EmailField("E-Mail")
    phone = models.CharField("Telefon", max_length=40, blank=True)
    founded_by = models.ForeignKey(ACCOUNT, models.PROTECT, related_name="+", verbose_name="angelegt von")
    created_at = models.DateTimeField("angelegt")
    checked_at = models.DateTimeField("geprüft", null=True, blank=True)
    checked_by = models.ForeignKey(
        ACCOUNT, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="geprüft von"
    )
    checked_with = models.CharField("geprüft anhand von", max_length=200, blank=True)
    closed_at = models.DateTimeField("geschlossen", null=True, blank=True)

    class Meta:
        verbose_name = "Unternehmen"
        verbose_name_plural = "Unternehmen"
        ordering = ["legal_name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "register_court", "register_number"],
                condition=Q(checked_at__isnull=False, closed_at__isnull=True) & ~Q(register_number=""),
                name="checked_business_once_per_register",
                violation_error_message="Zu diesem Registereintrag gibt es schon ein geprüftes Unternehmenskonto.",
            ),
            models.CheckConstraint(
                condition=Q(checked_at__isnull=True, checked_with="")
                | (Q(checked_at__isnull=False) & ~Q(checked_with="")),
                name="business_check_says_with_what",
                violation_error_message="Eine Prüfung nennt, womit geprüft wurde.",
            ),
        ]
        indexes = [models.Index(fields=["tenant_id", "legal_name", "id"], name="business_by_name")]

    def __str__(self) -> str:
        return self.legal_name


class Member(TenantModel):
    """A person acts for a business, with one role."""

    class Role(models.TextChoices):
        ADMINISTER = "administer", "verwalten"
        APPLY = "apply", "Anträge stellen"
        READ = "read", "lesen"

    business = models.ForeignKey(Business, models.CASCADE, related_name="members", verbose_name="Unternehmen")
    account = models.ForeignKey(ACCOUNT, models.PROTECT, related_name="+", verbose_name="Konto")
    role = models.CharField("Rolle", max_length=20, choices=Role)
    since_at = models.DateTimeField("seit")

    class Meta:
        verbose_name = "Person eines Unternehmens"
        verbose_name_plural = "Personen von Unternehmen"
        ordering = ["since_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["business", "account"],
                name="member_once_per_business",
                violation_error_message="Diese Person gehört schon zu diesem Unternehmen.",
            )
        ]
        indexes = [models.Index(fields=["tenant_id", "account"], name="member_of_account")]


class Invitation(TenantModel):
    """Somebody is invited by mail to act for a business. The link works once; only its digest is stored."""

    business = models.ForeignKey(
        Business, models.CASCADE, related_name="invitations", verbose_name="Unternehmen"
    )
    email = models.EmailField("E-Mail")
    role = models.CharField("Rolle", max_length=20, choices=Member.Role)
    token_digest = models.CharField("Prüfsumme des Links", max_length=64)
    invited_by = models.ForeignKey(ACCOUNT, models.PROTECT, related_name="+", verbose_name="eingeladen von")
    invited_at = models.DateTimeField("eingeladen")
    expires_at = models.DateTimeField("gilt bis (ausschließlich)")
    used_at = models.DateTimeField("angenommen", null=True, blank=True)
    taken_back_at = models.DateTimeField("zurückgenommen", null=True, blank=True)

    class Meta:
        verbose_name = "Einladung"
        verbose_name_plural = "Einladungen"
        ordering = ["-invited_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "token_digest"], name="invitation_link_once"),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(taken_back_at__isnull=True),
                name="invitation_used_or_taken_back",
                violation_error_message="Diese Einladung gilt nicht mehr.",
            ),
        ]


class PowerOfAttorney(TenantModel):
    """A business or a person lets another one act for it: what for, for which services, from one day to another.

    Offered by mail; whoever opens the link accepts for herself or for a business she administers.
    """

    grantor_business = models.ForeignKey(
        Business, models.CASCADE, null=True, blank=True, related_name="powers_given", verbose_name="vollmachtgebendes Unternehmen"
    )  # fmt: skip
    grantor_account = models.ForeignKey(
        ACCOUNT,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="vollmachtgebende Person",
    )
    grantee_business = models.ForeignKey(
        Business, models.CASCADE, null=True, blank=True, related_name="powers_held", verbose_name="bevollmächtigtes Unternehmen"
    )  # fmt: skip
    grantee_account = models.ForeignKey(
        ACCOUNT,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="bevollmächtigte Person",
    )
    services = ArrayField(
        models.SlugField(max_length=120), verbose_name="Leistungen (leer: alle)", null=True, blank=True
    )
    may_apply = models.BooleanField("Anträge stellen", default=False)
    may_receive = models.BooleanField("Bescheide empfangen", default=False)
    valid_from_on = models.DateField("gilt ab")
    valid_to_on = models.DateField("gilt bis (ausschließlich)", null=True, blank=True)
    email = models.EmailField("angeboten an", blank=True)
    token_digest = models.CharField("Prüfsumme des Links", max_length=64)
    granted_by = models.ForeignKey(ACCOUNT, models.PROTECT, related_name="+", verbose_name="erteilt von")
    granted_at = models.DateTimeField("erteilt")
    expires_at = models.DateTimeField("anzunehmen bis (ausschließlich)")
    accepted_at = models.DateTimeField("angenommen", null=True, blank=True)
    accepted_by = models.ForeignKey(
        ACCOUNT, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="angenommen von"
    )
    ended_at = models.DateTimeField("widerrufen oder niedergelegt", null=True, blank=True)
    ended_by = models.ForeignKey(
        ACCOUNT, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="beendet von"
    )

    class Meta:
        verbose_name = "Vollmacht"
        verbose_name_plural = "Vollmachten"
        ordering = ["-granted_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "token_digest"], name="power_link_once"),
            models.CheckConstraint(
                condition=Q(grantor_business__isnull=False, grantor_account__isnull=True)
                | Q(grantor_business__isnull=True, grantor_account__isnull=False),
                name="power_has_one_grantor",
                violation_error_message="Eine Vollmacht erteilt genau ein Unternehmen oder eine Person.",
            ),
            models.CheckConstraint(
                condition=Q(
                    accepted_at__isnull=True, grantee_business__isnull=True, grantee_account__isnull=True
                )
                | Q(accepted_at__isnull=False, grantee_business__isnull=False, grantee_account__isnull=True)
                | Q(accepted_at__isnull=False, grantee_business__isnull=True, grantee_account__isnull=False),
                name="power_accepted_by_one_grantee",
                violation_error_message="Eine angenommene Vollmacht hat genau einen Bevollmächtigten.",
            ),
            models.CheckConstraint(
                condition=(Q(grantee_business__isnull=True) | ~Q(grantee_business=F("grantor_business")))
                & (Q(grantee_account__isnull=True) | ~Q(grantee_account=F("grantor_account"))),
                name="power_not_to_oneself",
                violation_error_message="Sich selbst kann man keine Vollmacht erteilen.",
            ),
            models.CheckConstraint(
                condition=Q(valid_to_on__isnull=True) | Q(valid_to_on__gt=F("valid_from_on")),
                name="power_period_not_empty",
                violation_error_message="Die Vollmacht muss nach ihrem Beginn enden.",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "grantee_account"], name="power_of_grantee_account"),
            models.Index(fields=["tenant_id", "grantee_business"], name="power_of_grantee_business"),
            models.Index(fields=["tenant_id", "grantor_account"], name="power_of_grantor_account"),
        ]
