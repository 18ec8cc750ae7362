"""Children, their registrations, ranked wishes, criteria with proofs."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from stadtkern.casework.kita.models.facilities import Facility
from stadtkern.casework.kita.models.providers import Provider
from stadtkern.foundation.tenancy.api import TenantModel


class Child(TenantModel):
    """A child, born or expected. ``identity`` (see ``rules.identity``) recognises the same child entered twice."""

    given_names = models.CharField("Vornamen", max_length=200, blank=True)
    family_name = models.CharField("Familienname", max_length=200)
    birth_date = models.DateField("Geburtsdatum", null=True, blank=True)
    expected_on = models.DateField("errechneter Termin", null=True, blank=True)
    identity = models.CharField("Kennung", max_length=300)
    namesake = models.PositiveSmallIntegerField("laufende Nummer bei Namensgleichheit", default=0)

    class Meta:
        verbose_name = "Kind"
        verbose_name_plural = "Kinder"
        constraints = [
            models.CheckConstraint(
                condition=Q(birth_date__isnull=False) | Q(expected_on__isnull=False),
                name="child_born_or_expected",
                violation_error_message="Geburtsdatum oder errechneter Termin fehlt.",
            ),
            models.UniqueConstraint(
                fields=["tenant_id", "identity", "namesake"],
                name="child_once_per_tenant",
                violation_error_message="Dieses Kind ist schon eingetragen.",
            ),
        ]

    def __str__(self) -> str:
        return " ".join(part for part in (self.given_names, self.family_name) if part)


class State(models.TextChoices):
    """Where a registration stands. Rounds and offers move it on."""

    REGISTERED = "registered", "angemeldet"
    FROZEN = "frozen", "in der Vergabe"
    OFFERED = "offered", "Angebot liegt vor"
    PLACED = "placed", "Platz angenommen"
    WITHDRAWN = "withdrawn", "zurückgezogen"
    EXPIRED = "expired", "abgelaufen"
    CLOSED = "closed", "abgeschlossen"


ACTIVE_STATES = (State.REGISTERED, State.FROZEN, State.OFFERED, State.PLACED)


class SiblingRule(models.TextChoices):
    """What matters to a family that registers several children at once."""

    SAME_ONLY = "same_only", "nur dieselbe Kita"
    SAME_PREFERRED = "same_preferred", "dieselbe Kita, wenn möglich"
    ANY = "any", "egal"


class Registration(TenantModel):
    """A child looks for a place. A case like any other (``case_id``): its record, post box and audit are those of the case.

    Children of one family that apply together share ``family_id`` (that of the first registration). ``facts`` are the answers that
    catalogues ask for (``criteria.facts``: those marked ``asked``); everything else is known from the other fields.
    """

    child = models.ForeignKey(Child, models.PROTECT, related_name="registrations", verbose_name="Kind")
    case_id = models.UUIDField("Vorgang")
    number = models.CharField("Aktenzeichen", max_length=40)
    state = models.CharField("Stand", max_length=12, choices=State, default=State.REGISTERED)
    start_on = models.DateField("Platz gebraucht ab (Monatserster)")
    latest_on = models.DateField("spätestens ab (Monatserster)", null=True, blank=True)
    hours = models.PositiveSmallIntegerField("Stunden am Tag")
    integration = models.BooleanField("besonderer Förderbedarf", default=False)
    district = models.ForeignKey(
        "places.District",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="Ortsbezirk",
    )
    longitude = models.FloatField("Länge der Wohnung", null=True, blank=True)
    latitude = models.FloatField("Breite der Wohnung", null=True, blank=True)
    family_id = models.UUIDField("Familie", null=True, blank=True)
    sibling_rule = models.CharField(
        "Geschwister", max_length=20, choices=SiblingRule, default=SiblingRule.SAME_PREFERRED
    )
    sibling_facility = models.ForeignKey(
        Facility,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="Geschwister schon in der Kita",
    )
    language = models.CharField("Sprache", max_length=5, default="de")
    channel = models.CharField("Weg", max_length=10, default="online")
    facts = models.JSONField("Angaben der Familie", default=dict)
    entered_by_id = models.UUIDField("erfasst von (Konto)", null=True, blank=True)
    registered_at = models.DateTimeField("angemeldet")
    confirm_by_on = models.DateField("bestätigen bis")
    ended_at = models.DateTimeField("beendet", null=True, blank=True)
    ended_reason = models.CharField("Grund des Endes", max_length=200, blank=True)

    class Meta:
        verbose_name = "Kita-Anmeldung"
        verbose_name_plural = "Kita-Anmeldungen"
        constraints = [
            models.UniqueConstraint(
                fields=["child"],
                condition=Q(state__in=["registered", "frozen", "offered", "placed"]),
                name="one_active_registration_per_child",
                violation_error_message="Für dieses Kind gibt es schon eine Anmeldung.",
            ),
            models.UniqueConstraint(fields=["tenant_id", "case_id"], name="registration_once_per_case"),
            models.CheckConstraint(
                condition=Q(start_on__day=1) & (Q(latest_on__isnull=True) | Q(latest_on__day=1)),
                name="registration_months",
            ),
            models.CheckConstraint(
                condition=Q(latest_on__isnull=True) | Q(latest_on__gte=F("start_on")),
                name="registration_latest_after_start",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "state", "start_on"], name="registration_by_start"),
            models.Index(fields=["tenant_id", "family_id"], name="registration_of_family"),
            models.Index(fields=["tenant_id", "confirm_by_on"], name="registration_to_confirm"),
        ]

    def __str__(self) -> str:
        return self.number


class Guardian(TenantModel):
    """Who cares for the child, as said in one registration; the first one is written to."""

    registration = models.ForeignKey(
        Registration, models.CASCADE, related_name="guardians", verbose_name="Anmeldung"
    )
    position = models.PositiveSmallIntegerField("Reihenfolge", default=1)
    given_names = models.CharField("Vornamen", max_length=200)
    family_name = models.CharField("Familienname", max_length=200)
    street = models.CharField("Straße und Hausnummer", max_length=200, blank=True)
    postcode = models.CharField("Postleitzahl", max_length=10, blank=True)
    town = models.CharField("Ort", max_length=100, blank=True)
    email = models.EmailField("E-Mail", blank=True)
    phone = models.CharField("Telefon", max_length=40, blank=True)
    consented_at = models.DateTimeField("einverstanden", null=True, blank=True)

    class Meta:
        verbose_name = "Sorgeberechtigte Person"
        verbose_name_plural = "Sorgeberechtigte"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["registration", "position"], name="guardian_once_per_position")
        ]


class WishList(TenantModel):
    """One version of the ranked wishes. Versions are only added (a trigger holds that); the highest number counts."""

    registration = models.ForeignKey(
        Registration, models.CASCADE, related_name="wish_lists", verbose_name="Anmeldung"
    )
    version = models.PositiveIntegerField("Fassung")
    created_at = models.DateTimeField("erklärt")
    created_by = models.CharField("erklärt durch", max_length=60)

    class Meta:
        verbose_name = "Wunschliste"
        verbose_name_plural = "Wunschlisten"
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "version"], name="wish_list_version_once_per_registration"
            )
        ]


class Wish(TenantModel):
    """One entry: this Kita, these hours, from this month. Rank 1 is the favourite. The stored order alone counts."""

    wish_list = models.ForeignKey(WishList, models.CASCADE, related_name="wishes", verbose_name="Wunschliste")
    rank = models.PositiveSmallIntegerField("Rang")
    facility = models.ForeignKey(Facility, models.PROTECT, related_name="wishes", verbose_name="Kita")
    hours = models.PositiveSmallIntegerField("Stunden am Tag")
    start_on = models.DateField("ab (Monatserster)")

    class Meta:
        verbose_name = "Wunsch"
        verbose_name_plural = "Wünsche"
        ordering = ["rank"]
        constraints = [
            models.UniqueConstraint(fields=["wish_list", "rank"], name="wish_rank_once_per_list"),
            models.UniqueConstraint(
                fields=["wish_list", "facility", "hours", "start_on"], name="wish_once_per_list"
            ),
            models.CheckConstraint(condition=Q(rank__gte=1), name="wish_rank_from_one"),
        ]
        indexes = [models.Index(fields=["tenant_id", "facility"], name="wish_of_facility")]


class CriterionClaim(TenantModel):
    """A proof for a criterion of the catalogues (by its id). What a provider thinks of it is a ``ClaimReview``."""

    registration = models.ForeignKey(
        Registration, models.CASCADE, related_name="claims", verbose_name="Anmeldung"
    )
    criterion = models.SlugField("Kriterium", max_length=60)
    file_ids = ArrayField(models.UUIDField(), verbose_name="Nachweise", default=list, blank=True)
    claimed_at = models.DateTimeField("angegeben")
    proof_due_on = models.DateField("Nachweis bis", null=True, blank=True)
    dropped_at = models.DateTimeField("zurückgenommen", null=True, blank=True)

    class Meta:
        verbose_name = "Angabe zu einem Kriterium"
        verbose_name_plural = "Angaben zu Kriterien"
        ordering = ["criterion", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "criterion"],
                condition=Q(dropped_at__isnull=True),
                name="claim_once_per_registration",
            )
        ]


class Verdict(models.TextChoices):
    """What became of a proof."""

    ACCEPTED = "accepted", "anerkannt"
    REJECTED = "rejected", "nicht anerkannt"


class ClaimReview(TenantModel):
    """A provider (or, without one, the youth office for all) judged a claim. Rows are added, never changed; the newest counts.

    An accepted proof holds until ``valid_to_on`` (exclusive). A rejection has its reason in words for the family.
    """

    claim = models.ForeignKey(CriterionClaim, models.CASCADE, related_name="reviews", verbose_name="Angabe")
    provider = models.ForeignKey(
        Provider, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="Träger"
    )
    verdict = models.CharField("Ergebnis", max_length=10, choices=Verdict)
    reason = models.CharField("Grund", max_length=500, blank=True)
    valid_to_on = models.DateField("gilt bis (ausschließlich)", null=True, blank=True)
    reviewer_id = models.UUIDField("geprüft von (Konto)", null=True)
    reviewer_name = models.CharField("geprüft von", max_length=200)
    reviewed_at = models.DateTimeField("geprüft")

    class Meta:
        verbose_name = "Prüfung eines Nachweises"
        verbose_name_plural = "Prüfungen von Nachweisen"
        ordering = ["reviewed_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict="accepted") | ~Q(reason=""),
                name="claim_rejection_has_reason",
                violation_error_message="Wer einen Nachweis nicht anerkennt, nennt den Grund.",
            )
        ]
        indexes = [models.Index(fields=["tenant_id", "claim", "reviewed_at"], name="claim_review_newest")]


class Reconfirmation(TenantModel):
    """The family was asked whether it still needs a place. The link in the mail carries a token; only its digest is kept."""

    registration = models.ForeignKey(
        Registration, models.CASCADE, related_name="reconfirmations", verbose_name="Anmeldung"
    )
    asked_at = models.DateTimeField("gefragt")
    due_on = models.DateField("antworten bis (ausschließlich)")
    token_digest = models.CharField("Kennwort (Prüfsumme)", max_length=64)
    confirmed_at = models.DateTimeField("bestätigt", null=True, blank=True)

    class Meta:
        verbose_name = "Nachfrage zum Bedarf"
        verbose_name_plural = "Nachfragen zum Bedarf"
        ordering = ["-asked_at", "-id"]
        indexes = [models.Index(fields=["tenant_id", "token_digest"], name="reconfirmation_by_token")]
