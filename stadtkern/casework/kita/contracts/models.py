"""Tables around a contract. What a Kita decides or is told carries its provider and stands behind the wall; income never does."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from stadtkern.foundation.tenancy.api import TenantModel


class ContractTerms(TenantModel):
    """The start plan and the paper of one contract. Presented: the paper is kept as it was; new terms need a new signature."""

    contract = models.OneToOneField(
        "kita.Contract", models.CASCADE, related_name="terms", verbose_name="Betreuungsvertrag"
    )
    provider = models.ForeignKey("kita.Provider", models.PROTECT, related_name="+", verbose_name="Träger")
    meeting_at = models.DateTimeField("Kennenlernen", null=True, blank=True)
    settling_from_on = models.DateField("Eingewöhnung ab")
    settling_days = models.PositiveSmallIntegerField("Eingewöhnung (Werktage)", default=15)
    settling_to_on = models.DateField("Eingewöhnung bis (ausschließlich)")
    key_person = models.CharField("Bezugsperson", max_length=120, blank=True)
    note = models.CharField("Absprachen", max_length=500, blank=True)
    presented_at = models.DateTimeField("vorgelegt", null=True, blank=True)
    presented_by_id = models.UUIDField("vorgelegt von (Konto)", null=True, blank=True)
    presented_by_name = models.CharField("vorgelegt von", max_length=200, blank=True)
    file_id = models.UUIDField("Vertrag (Datei)", null=True, blank=True)
    signed_at = models.DateTimeField("bestätigt", null=True, blank=True)
    signed_by = models.CharField("bestätigt durch", max_length=10, blank=True)

    class Meta:
        verbose_name = "Vertragsbedingungen"
        verbose_name_plural = "Vertragsbedingungen"
        constraints = [
            models.CheckConstraint(
                condition=Q(settling_to_on__gt=F("settling_from_on")),
                name="contract_settling_not_empty",
                violation_error_message="Die Eingewöhnung dauert mindestens einen Tag.",
            ),
            models.CheckConstraint(
                condition=Q(presented_at__isnull=True) | Q(file_id__isnull=False),
                name="contract_presented_has_paper",
            ),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True) | Q(presented_at__isnull=False),
                name="contract_signed_was_presented",
            ),
        ]
        indexes = [models.Index(fields=["tenant_id", "settling_from_on"], name="kita_terms_settling")]


class ContractChange(TenantModel):
    """Other hours (asked, then agreed or refused) or the end (a declaration: it holds when it is made)."""

    class Kind(models.TextChoices):
        HOURS = "hours", "andere Stunden"
        END = "end", "Ende"

    class State(models.TextChoices):
        ASKED = "asked", "wartet auf die Kita"
        AGREED = "agreed", "gilt"
        REFUSED = "refused", "abgelehnt"
        TAKEN_BACK = "taken_back", "zurückgenommen"

    contract = models.ForeignKey(
        "kita.Contract", models.CASCADE, related_name="changes", verbose_name="Betreuungsvertrag"
    )
    provider = models.ForeignKey("kita.Provider", models.PROTECT, related_name="+", verbose_name="Träger")
    kind = models.CharField("Art", max_length=10, choices=Kind)
    by = models.CharField("erklärt durch", max_length=10)
    hours = models.PositiveSmallIntegerField("Stunden am Tag", null=True, blank=True)
    effective_on = models.DateField("gilt ab")
    reason = models.CharField("Grund", max_length=500, blank=True)
    state = models.CharField("Stand", max_length=10, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField("erklärt")
    asked_by_id = models.UUIDField("erklärt von (Konto)", null=True, blank=True)
    decided_at = models.DateTimeField("entschieden", null=True, blank=True)
    decided_by_id = models.UUIDField("entschieden von (Konto)", null=True, blank=True)
    decided_by_name = models.CharField("entschieden von", max_length=200, blank=True)
    answer = models.CharField("Antwort", max_length=500, blank=True)

    class Meta:
        verbose_name = "Änderung eines Vertrags"
        verbose_name_plural = "Änderungen von Verträgen"
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="hours") | Q(hours__isnull=False), name="contract_change_has_hours"
            ),
            models.CheckConstraint(
                condition=~Q(kind="end", by="kita") | ~Q(reason=""),
                name="contract_end_by_kita_has_reason",
                violation_error_message="Wer einen Vertrag beendet, nennt den Grund.",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(answer=""),
                name="contract_refusal_has_reason",
                violation_error_message="Wer ablehnt, nennt den Grund.",
            ),
            models.UniqueConstraint(
                fields=["contract", "kind"],
                condition=Q(state="asked"),
                name="contract_change_one_open",
                violation_error_message="Darüber ist noch nicht entschieden.",
            ),
        ]


class Absence(TenantModel):
    """The child is not there on [from, to). No diagnosis, ever: the kind is enough for the Kita."""

    class Kind(models.TextChoices):
        ILL = "ill", "krank"
        HOLIDAY = "holiday", "Urlaub"
        OTHER = "other", "anderer Grund"

    contract = models.ForeignKey(
        "kita.Contract", models.CASCADE, related_name="absences", verbose_name="Betreuungsvertrag"
    )
    provider = models.ForeignKey("kita.Provider", models.PROTECT, related_name="+", verbose_name="Träger")
    kind = models.CharField("Grund", max_length=10, choices=Kind)
    from_on = models.DateField("von")
    to_on = models.DateField("bis (ausschließlich)")
    told_at = models.DateTimeField("gemeldet")
    told_by = models.CharField("gemeldet durch", max_length=10)

    class Meta:
        verbose_name = "Abwesenheit eines Kindes"
        verbose_name_plural = "Abwesenheiten von Kindern"
        ordering = ["from_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(to_on__gt=F("from_on")), name="absence_not_empty"),
        ]
        indexes = [models.Index(fields=["tenant_id", "to_on"], name="kita_absence_by_end")]


class Household(TenantModel):
    """What the fee depends on, as the family says it. The family and the youth office only; providers never see it."""

    registration = models.OneToOneField(
        "kita.Registration", models.CASCADE, related_name="household", verbose_name="Anmeldung"
    )
    children = models.PositiveSmallIntegerField("Kinder im Haushalt", default=1)
    net_income_cents = models.PositiveIntegerField("Nettoeinkommen im Monat (Cent)", null=True, blank=True)
    benefits = models.BooleanField("bezieht Leistungen", default=False)
    said_at = models.DateTimeField("angegeben")

    class Meta:
        verbose_name = "Angaben zum Haushalt"
        verbose_name_plural = "Angaben zu Haushalten"
        constraints = [models.CheckConstraint(condition=Q(children__gte=1), name="household_has_a_child")]


class SecondGuardian(TenantModel):
    """Another guardian with a view of her own, opened by link and code. ``ended_at``: after an objection nothing is shown any more."""

    registration = models.ForeignKey(
        "kita.Registration", models.CASCADE, related_name="seconds", verbose_name="Anmeldung"
    )
    given_names = models.CharField("Vornamen", max_length=200)
    family_name = models.CharField("Familienname", max_length=200)
    email = models.EmailField("E-Mail", blank=True)
    token_digest = models.CharField("Link (Prüfsumme)", max_length=64)
    code_digest = models.CharField("Code (Prüfsumme)", max_length=64)
    account_id = models.UUIDField("Konto", null=True, blank=True)
    invited_at = models.DateTimeField("eingeladen")
    confirmed_at = models.DateTimeField("bestätigt", null=True, blank=True)
    ended_at = models.DateTimeField("beendet", null=True, blank=True)
    ended_by = models.CharField("beendet durch", max_length=10, blank=True)

    class Meta:
        verbose_name = "zweite sorgeberechtigte Person"
        verbose_name_plural = "zweite sorgeberechtigte Personen"
        constraints = [
            models.UniqueConstraint(
                fields=["registration"],
                condition=Q(ended_at__isnull=True),
                name="one_second_guardian_at_a_time",
                violation_error_message="Es ist schon eine zweite Person eingeladen.",
            )
        ]
        indexes = [models.Index(fields=["tenant_id", "token_digest"], name="second_guardian_by_token")]

    def __str__(self) -> str:
        return f"{self.given_names} {self.family_name}".strip()


class FeeScale(TenantModel):
    """The municipality's scale of fees (``fees.tariff``) from a day on; without one the example of the product counts, and is called so."""

    document = models.JSONField("Staffel")
    valid_from_on = models.DateField("gilt ab")
    published_at = models.DateTimeField("veröffentlicht")
    published_by_name = models.CharField("veröffentlicht von", max_length=200, blank=True)

    class Meta:
        verbose_name = "Beitragsstaffel"
        verbose_name_plural = "Beitragsstaffeln"
        ordering = ["-valid_from_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "valid_from_on"], name="fee_scale_once_a_day")
        ]
