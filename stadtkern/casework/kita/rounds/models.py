"""Tables of a round. What a provider decides carries its id and stands behind the wall; ranks of families never do (``wall``)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from stadtkern.foundation.tenancy.api import TenantModel


class RoundKind(models.TextChoices):
    """The yearly round, or the weekly one over what became free."""

    MAIN = "main", "Hauptrunde"
    ROLLING = "rolling", "Nachrückrunde"


class RoundState(models.TextChoices):
    """Where a round stands; ``rules.MOVES`` says what leads on."""

    DRAFT = "draft", "vorbereitet"
    FROZEN = "frozen", "eingefroren"
    CHECKED = "preflight", "geprüft"
    DRAWN = "drawn", "ausgelost"
    RUN = "run", "gerechnet"
    CERTIFIED = "certified", "bestätigt durch Prüfer"
    CONFIRMING = "confirming", "bei den Trägern"
    OFFERED = "offered", "Angebote verschickt"
    CLOSED = "closed", "abgeschlossen"
    CANCELLED = "cancelled", "abgebrochen"


LIVE_STATES = tuple(
    state for state in RoundState if state not in (RoundState.DRAFT, RoundState.CLOSED, RoundState.CANCELLED)
)


class Round(TenantModel):
    """One allocation. ``root_sha256`` binds what was frozen before the beacon named in ``beacon_source`` was known.

    ``secret`` makes the ids of children in the published file: nobody can get from a registration to its line.
    """

    name = models.CharField("Name", max_length=120)
    kind = models.CharField("Art", max_length=10, choices=RoundKind, default=RoundKind.MAIN)
    state = models.CharField("Stand", max_length=12, choices=RoundState, default=RoundState.DRAFT)
    start_from_on = models.DateField("Plätze ab")
    start_to_on = models.DateField("Plätze bis (ausschließlich)")
    beacon_source = models.CharField("Quelle der Zufallszahl", max_length=300)
    beacon_at = models.DateTimeField("Zufallszahl wird bekannt")
    beacon_hex = models.CharField("Zufallszahl", max_length=2048, blank=True)
    beacon_by_id = models.UUIDField("eingetragen von (Konto)", null=True, blank=True)
    confirm_by_on = models.DateField("Träger bestätigen bis (ausschließlich)")
    answer_days = models.PositiveSmallIntegerField("Antwort der Familien (Arbeitstage)", default=10)
    seconds = models.PositiveSmallIntegerField("Zeit für die exakte Suche (s)", default=60)
    secret = models.CharField("Geheimnis der Kennungen", max_length=64)
    catalogues = models.JSONField("Kataloge", default=list)
    root_sha256 = models.CharField("Prüfsumme des eingefrorenen Stands", max_length=64, blank=True)
    frozen_file_id = models.UUIDField("eingefrorener Stand (Datei)", null=True, blank=True)
    annex_file_id = models.UUIDField("Anlage (Datei)", null=True, blank=True)
    instance_file_id = models.UUIDField("Runde (Datei)", null=True, blank=True)
    outcome_file_id = models.UUIDField("Ergebnis (Datei)", null=True, blank=True)
    checks = models.JSONField("Vorprüfung", default=list)
    shadow = models.JSONField("Schattenlauf", default=dict)
    granted = models.JSONField("zusätzliche Plätze", default=list)
    proposal = models.JSONField("Vorschlag zur Reparatur", default=dict)
    result = models.JSONField("Ergebnis in Zahlen", default=dict)
    audit = models.JSONField("Fairness in Zahlen", default=dict)
    task = models.CharField("läuft gerade", max_length=10, blank=True)
    task_at = models.DateTimeField("läuft seit", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("Versuche", default=0)
    progress = models.PositiveSmallIntegerField("Fortschritt (%)", default=0)
    problem = models.CharField("Fehler", max_length=300, blank=True)
    created_by_id = models.UUIDField("angelegt von (Konto)", null=True, blank=True)
    created_by_name = models.CharField("angelegt von", max_length=200, blank=True)
    asked_by_id = models.UUIDField("Lauf beantragt von (Konto)", null=True, blank=True)
    asked_by_name = models.CharField("Lauf beantragt von", max_length=200, blank=True)
    released_by_id = models.UUIDField("Lauf freigegeben von (Konto)", null=True, blank=True)
    released_by_name = models.CharField("Lauf freigegeben von", max_length=200, blank=True)
    created_at = models.DateTimeField("angelegt")
    frozen_at = models.DateTimeField("eingefroren", null=True, blank=True)
    run_at = models.DateTimeField("gerechnet", null=True, blank=True)
    offered_at = models.DateTimeField("Angebote freigegeben", null=True, blank=True)
    closed_at = models.DateTimeField("abgeschlossen", null=True, blank=True)

    class Meta:
        verbose_name = "Vergaberunde"
        verbose_name_plural = "Vergaberunden"
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(start_to_on__gt=F("start_from_on")),
                name="round_period_not_empty",
                violation_error_message="„Plätze bis“ muss nach „Plätze ab“ liegen.",
            ),
            models.CheckConstraint(
                condition=Q(released_by_id__isnull=True) | ~Q(released_by_id=F("asked_by_id")),
                name="round_released_by_another",
                violation_error_message="Den Lauf gibt eine zweite Person frei.",
            ),
            models.CheckConstraint(
                condition=Q(beacon_hex="") | ~Q(root_sha256=""), name="round_beacon_after_root"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RoundEntry(TenantModel):
    """A child in a round: its line in the file, what it got, why better wishes were refused. Families and the office only.

    ``held``: index of the wish its family holds, -1 none. ``rank``: of the wish in the child's own list, 0 for the place it had before.
    """

    round = models.ForeignKey(Round, models.CASCADE, related_name="entries", verbose_name="Vergaberunde")
    registration = models.ForeignKey(
        "kita.Registration", models.CASCADE, related_name="entries", verbose_name="Anmeldung"
    )
    public_id = models.CharField("Kennung in der Datei", max_length=40)
    child_index = models.PositiveIntegerField("Nummer des Kindes")
    family_index = models.PositiveIntegerField("Nummer der Familie")
    held = models.IntegerField("gehaltener Wunsch", null=True, blank=True)
    rank = models.PositiveSmallIntegerField("Rang", null=True, blank=True)
    facility = models.ForeignKey(
        "kita.Facility", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="Kita"
    )
    moves = models.BooleanField("bekommt einen neuen Platz", default=False)
    by_lottery = models.BooleanField("das Los hat entschieden", default=False)
    refusals = models.JSONField("Gründe", default=list)
    told_at = models.DateTimeField("mitgeteilt", null=True, blank=True)

    class Meta:
        verbose_name = "Kind in einer Vergaberunde"
        verbose_name_plural = "Kinder in Vergaberunden"
        constraints = [
            models.UniqueConstraint(fields=["round", "registration"], name="round_entry_once_per_child"),
            models.UniqueConstraint(fields=["round", "child_index"], name="round_entry_index_once"),
        ]


class ListEntry(TenantModel):
    """A child on the list of a Kita: its place there comes from the run (``proposed``) or from an approved deviation."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="lists", verbose_name="Vergaberunde")
    facility = models.ForeignKey("kita.Facility", models.CASCADE, related_name="+", verbose_name="Kita")
    provider = models.ForeignKey("kita.Provider", models.CASCADE, related_name="+", verbose_name="Träger")
    registration = models.ForeignKey(
        "kita.Registration", models.CASCADE, related_name="+", verbose_name="Anmeldung"
    )
    position = models.PositiveIntegerField("Platz in der Liste")
    points = models.IntegerField("Punkte")
    parts = models.JSONField("Teile der Punkte", default=list)
    ticket_rank = models.PositiveIntegerField("Los (Rang)")
    hours = models.PositiveSmallIntegerField("Stunden am Tag")
    start_on = models.DateField("ab")
    seat_class = models.ForeignKey(
        "kita.SeatClass", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="Platzart"
    )
    proposed = models.BooleanField("bekommt nach der Vergabe einen Platz", default=False)
    placed = models.BooleanField("bekommt einen Platz", default=False)
    protected = models.BooleanField("hat dort schon einen Platz", default=False)

    class Meta:
        verbose_name = "Kind auf der Liste einer Kita"
        verbose_name_plural = "Kinder auf den Listen der Kitas"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "facility", "registration"], name="list_entry_once_per_kita"
            ),
            models.UniqueConstraint(
                fields=["round", "registration"], condition=Q(placed=True), name="list_entry_one_place"
            ),
        ]


class ProviderConfirmation(TenantModel):
    """A provider confirmed its lists, or its deadline passed (``automatic``). Without all of them nothing is sent."""

    round = models.ForeignKey(
        Round, models.CASCADE, related_name="confirmations", verbose_name="Vergaberunde"
    )
    provider = models.ForeignKey("kita.Provider", models.CASCADE, related_name="+", verbose_name="Träger")
    confirmed_at = models.DateTimeField("bestätigt", null=True, blank=True)
    confirmed_by_id = models.UUIDField("bestätigt von (Konto)", null=True, blank=True)
    confirmed_by_name = models.CharField("bestätigt von", max_length=200, blank=True)
    automatic = models.BooleanField("Frist abgelaufen", default=False)

    class Meta:
        verbose_name = "Bestätigung eines Trägers"
        verbose_name_plural = "Bestätigungen der Träger"
        constraints = [
            models.UniqueConstraint(fields=["round", "provider"], name="confirmation_once_per_provider")
        ]


class DeviationReason(models.TextChoices):
    """Why a Kita departs from its list. Anything else needs the office."""

    SIBLINGS = "siblings", "Geschwister kämen sonst in verschiedene Kitas"
    CARE = "care", "Förderbedarf, für den der andere Platz nicht taugt"
    HARDSHIP = "hardship", "Härtefall (Jugendhilfe)"
    ERROR = "error", "Angabe war falsch und wurde nach dem Stichtag berichtigt"
    GROUP = "group", "Zusammensetzung der Gruppe (mit Genehmigung)"


class Deviation(TenantModel):
    """One child instead of another on the list of a Kita: reason, who is passed over (with points), two people."""

    class State(models.TextChoices):
        ASKED = "asked", "wartet auf die zweite Person"
        APPROVED = "approved", "genehmigt"
        REFUSED = "refused", "abgelehnt"

    round = models.ForeignKey(Round, models.CASCADE, related_name="deviations", verbose_name="Vergaberunde")
    facility = models.ForeignKey("kita.Facility", models.CASCADE, related_name="+", verbose_name="Kita")
    provider = models.ForeignKey("kita.Provider", models.CASCADE, related_name="+", verbose_name="Träger")
    out = models.ForeignKey(
        "kita.Registration", models.CASCADE, related_name="+", verbose_name="gibt den Platz ab"
    )
    into = models.ForeignKey(
        "kita.Registration", models.CASCADE, related_name="+", verbose_name="bekommt den Platz"
    )
    reason = models.CharField("Grund", max_length=20, choices=DeviationReason)
    note = models.CharField("Begründung", max_length=500)
    passed_over = models.JSONField("übergangen", default=list)
    state = models.CharField("Stand", max_length=10, choices=State, default=State.ASKED)
    asked_by_id = models.UUIDField("beantragt von (Konto)")
    asked_by_name = models.CharField("beantragt von", max_length=200)
    asked_at = models.DateTimeField("beantragt")
    decided_by_id = models.UUIDField("entschieden von (Konto)", null=True, blank=True)
    decided_by_name = models.CharField("entschieden von", max_length=200, blank=True)
    decided_at = models.DateTimeField("entschieden", null=True, blank=True)

    class Meta:
        verbose_name = "Abweichung von der Liste"
        verbose_name_plural = "Abweichungen von den Listen"
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by_id__isnull=True) | ~Q(decided_by_id=F("asked_by_id")),
                name="deviation_by_two_people",
                violation_error_message="Über die Abweichung entscheidet eine zweite Person.",
            ),
            models.CheckConstraint(
                condition=~Q(note=""),
                name="deviation_has_a_reason",
                violation_error_message="Bitte begründen Sie die Abweichung.",
            ),
        ]


class Offer(TenantModel):
    """The one offer a child gets in a round. It is sent by a job, once by its key; the answer of the family closes it."""

    class State(models.TextChoices):
        READY = "ready", "wird verschickt"
        SENT = "sent", "verschickt"
        ACCEPTED = "accepted", "angenommen"
        DECLINED = "declined", "abgelehnt"
        EXPIRED = "expired", "abgelaufen"

    round = models.ForeignKey(Round, models.PROTECT, related_name="offers", verbose_name="Vergaberunde")
    registration = models.ForeignKey(
        "kita.Registration", models.CASCADE, related_name="offers", verbose_name="Anmeldung"
    )
    facility = models.ForeignKey("kita.Facility", models.PROTECT, related_name="+", verbose_name="Kita")
    provider = models.ForeignKey("kita.Provider", models.PROTECT, related_name="+", verbose_name="Träger")
    seat_class = models.ForeignKey(
        "kita.SeatClass", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="Platzart"
    )
    hours = models.PositiveSmallIntegerField("Stunden am Tag")
    start_on = models.DateField("ab")
    state = models.CharField("Stand", max_length=10, choices=State, default=State.READY)
    outside_wishes = models.BooleanField("außerhalb der Wünsche", default=False)
    expires_on = models.DateField("gilt bis (ausschließlich)")
    reminded = models.PositiveSmallIntegerField("Erinnerungen", default=0)
    keep_higher = models.BooleanField("bleibt für bessere Wünsche angemeldet", default=False)
    created_at = models.DateTimeField("angelegt")
    sent_at = models.DateTimeField("verschickt", null=True, blank=True)
    answered_at = models.DateTimeField("beantwortet", null=True, blank=True)
    answered_by = models.CharField("beantwortet durch", max_length=20, blank=True)
    contract = models.ForeignKey(
        "kita.Contract", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="Vertrag"
    )

    class Meta:
        verbose_name = "Platzangebot"
        verbose_name_plural = "Platzangebote"
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["registration"],
                condition=Q(state__in=["ready", "sent"]),
                name="one_open_offer_per_child",
                violation_error_message="Dieses Kind hat schon ein offenes Angebot.",
            ),
            models.UniqueConstraint(
                fields=["round", "registration"],
                condition=Q(outside_wishes=False),
                name="one_offer_per_round",
            ),
        ]
        indexes = [models.Index(fields=["tenant_id", "state", "expires_on"], name="kita_offer_by_end")]


class HardshipGrant(TenantModel):
    """A child may use the seats for hardship cases. Only the youth office sees this; two people decide."""

    registration = models.ForeignKey(
        "kita.Registration", models.CASCADE, related_name="+", verbose_name="Anmeldung"
    )
    reason = models.CharField("Grund", max_length=300)
    asked_by_id = models.UUIDField("beantragt von (Konto)")
    asked_by_name = models.CharField("beantragt von", max_length=200)
    asked_at = models.DateTimeField("beantragt")
    approved_by_id = models.UUIDField("genehmigt von (Konto)", null=True, blank=True)
    approved_at = models.DateTimeField("genehmigt", null=True, blank=True)

    class Meta:
        verbose_name = "Härtefall"
        verbose_name_plural = "Härtefälle"
        constraints = [
            models.UniqueConstraint(fields=["registration"], name="hardship_once_per_registration"),
            models.CheckConstraint(
                condition=Q(approved_by_id__isnull=True) | ~Q(approved_by_id=F("asked_by_id")),
                name="hardship_by_two_people",
                violation_error_message="Über den Härtefall entscheidet eine zweite Person.",
            ),
        ]


class OwnRanking(TenantModel):
    """A Kita of a provider at level 2 brings its own order: best first; who is missing cannot be admitted there."""

    facility = models.ForeignKey("kita.Facility", models.CASCADE, related_name="+", verbose_name="Kita")
    provider = models.ForeignKey("kita.Provider", models.CASCADE, related_name="+", verbose_name="Träger")
    registration_ids = ArrayField(models.UUIDField(), verbose_name="Reihenfolge", default=list)
    updated_at = models.DateTimeField("geändert")
    updated_by_name = models.CharField("geändert von", max_length=200)

    class Meta:
        verbose_name = "eigene Rangliste"
        verbose_name_plural = "eigene Ranglisten"
        constraints = [models.UniqueConstraint(fields=["facility"], name="own_ranking_once_per_kita")]
