"""Tables of cases."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from stadtkern.foundation.tenancy.api import TenantModel

ACCOUNT = settings.AUTH_USER_MODEL
IN_WORK = Q(state_kind__in=["open", "waiting"])


class Channel(models.TextChoices):
    """How an application reached us."""

    ONLINE = "online", "online"
    COUNTER = "counter", "am Schalter"
    POST = "post", "per Post"
    PHONE = "phone", "am Telefon"
    API = "api", "über eine Schnittstelle"


class NumberRange(TenantModel):
    """The last case number given per prefix and year."""

    prefix = models.CharField("Kürzel", max_length=8)
    year = models.PositiveSmallIntegerField("Jahr")
    last = models.PositiveIntegerField("zuletzt vergeben", default=0)

    class Meta:
        verbose_name = "Nummernkreis"
        verbose_name_plural = "Nummernkreise"
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "prefix", "year"], name="number_range_once_per_year")
        ]


class Case(TenantModel):
    """A case. ``revision`` grows with every change, so that two people cannot overwrite each other."""

    class StateKind(models.TextChoices):
        OPEN = "open", "in Arbeit"
        WAITING = "waiting", "wartet"
        CLOSED = "closed", "abgeschlossen"

    number = models.CharField("Aktenzeichen", max_length=40)
    service_slug = models.SlugField("Leistung")
    service_title = models.CharField("Name der Leistung", max_length=300)
    process_version = models.ForeignKey("processes.ProcessVersion", models.PROTECT, verbose_name="Ablauf")
    submission_id = models.UUIDField("Einreichung (aktuelle Fassung)")
    root_submission_id = models.UUIDField("Einreichung (erste Fassung)")
    channel = models.CharField("Eingangsweg", max_length=10, choices=Channel, default=Channel.ONLINE)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="linked", verbose_name="Widerspruch gegen"
    )

    state = models.CharField("Stand", max_length=40, default="received")
    state_kind = models.CharField("Art des Stands", max_length=10, choices=StateKind, default=StateKind.OPEN)
    revision = models.PositiveIntegerField("Änderungsstand", default=1)

    office = models.ForeignKey(
        "organizations.Office", models.PROTECT, verbose_name="Amt", null=True, blank=True
    )
    team = models.ForeignKey("organizations.Team", models.PROTECT, verbose_name="Team", null=True, blank=True)
    assignee = models.ForeignKey(
        ACCOUNT,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="assigned_cases",
        verbose_name="zuständig",
    )

    applicant = models.ForeignKey(
        ACCOUNT, models.SET_NULL, null=True, blank=True, related_name="cases", verbose_name="Konto"
    )
    business = models.ForeignKey(
        "businesses.Business",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="Unternehmen",
    )
    applicant_name = models.CharField("Antragstellerin oder Antragsteller", max_length=300, blank=True)
    applicant_address = models.TextField("Anschrift", blank=True)
    applicant_email = models.EmailField("E-Mail", blank=True)
    language = models.CharField("Sprache", max_length=5, default="de")

    received_at = models.DateTimeField("eingegangen")
    due_on = models.DateField("Frist", null=True, blank=True)
    decided_at = models.DateTimeField("entschieden", null=True, blank=True)
    closed_at = models.DateTimeField("abgeschlossen", null=True, blank=True)
    retain_until_on = models.DateField("Aufbewahrung bis (ausschließlich)", null=True, blank=True)
    held_at = models.DateTimeField("Löschsperre seit", null=True, blank=True)
    held_reason = models.CharField("Grund der Löschsperre", max_length=500, blank=True, db_default="")
    appointment_at = models.DateTimeField("Termin", null=True, blank=True)
    record_id = models.UUIDField("Akte", null=True, blank=True)

    class Meta:
        verbose_name = "Vorgang"
        verbose_name_plural = "Vorgänge"
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "number"], name="case_number_once_per_tenant"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(state_kind="closed"),
                name="case_closed_has_closed_state",
            ),
            models.CheckConstraint(
                condition=Q(held_at__isnull=True) | ~Q(held_reason=""),
                name="case_hold_has_reason",
                violation_error_message="Eine Löschsperre braucht einen Grund.",
            ),
            models.CheckConstraint(
                condition=Q(business__isnull=True) | Q(applicant__isnull=True),
                name="case_has_one_party",
                violation_error_message="Ein Vorgang gehört einer Person oder einem Unternehmen.",
            ),
        ]
        # One index per question of the work list. Each begins with the tenant (row security); the orders are those of
        # ``worklist.SORTS``. What is open lies apart where age and order go together, so that old cases are not in the way.
        indexes = [
            models.Index(fields=["tenant_id", "team", "state_kind", "service_slug"], name="case_of_team"),
            models.Index(fields=["tenant_id", "office", "state_kind", "service_slug"], name="case_of_office"),
            models.Index(
                fields=["tenant_id", "assignee", "state_kind", "service_slug"], name="case_of_worker"
            ),
            models.Index(fields=["tenant_id", "state_kind", "service_slug"], name="case_of_service"),
            models.Index(fields=["tenant_id", "due_on", "id"], name="case_by_due"),
            models.Index(fields=["tenant_id", "received_at", "id"], name="case_by_arrival"),
            models.Index(fields=["tenant_id", "applicant_name", "id"], name="case_by_name"),
            models.Index(fields=["tenant_id", "service_title", "id"], name="case_by_title"),
            models.Index(fields=["tenant_id", "due_on", "id"], condition=IN_WORK, name="case_open_by_due"),
            models.Index(
                fields=["tenant_id", "received_at", "id"], condition=IN_WORK, name="case_open_by_arrival"
            ),
            models.Index(fields=["tenant_id", "number"], condition=IN_WORK, name="case_open_by_number"),
            models.Index(
                fields=["tenant_id", "due_on", "id"],
                condition=IN_WORK & Q(assignee__isnull=True),
                name="case_unassigned_by_due",
            ),
            models.Index(
                fields=["tenant_id", "due_on", "id"],
                condition=Q(state="awaiting_second"),
                name="case_to_release_by_due",
            ),
            models.Index(fields=["tenant_id", "applicant", "-received_at"], name="case_of_applicant"),
            models.Index(
                fields=["tenant_id", "business", "-received_at"],
                condition=Q(business__isnull=False),
                name="case_of_business",
            ),
            models.Index(fields=["tenant_id", "root_submission_id"], name="case_of_submission"),
            models.Index(
                fields=["tenant_id", "retain_until_on"],
                condition=Q(retain_until_on__isnull=False),
                name="case_by_end_of_retention",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class NameWord(TenantModel):
    """One word of an applicant's name, without accents and in small letters; a trigger keeps them (migration 0002)."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="name_words", verbose_name="Vorgang")
    word = models.CharField("Wort", max_length=300)

    class Meta:
        verbose_name = "Wort eines Namens"
        verbose_name_plural = "Wörter von Namen"
        constraints = [models.UniqueConstraint(fields=["case", "word"], name="name_word_once_per_case")]
        indexes = [models.Index(fields=["tenant_id", "word", "case"], name="name_word_of_case")]


class CaseEvent(TenantModel):
    """One line of the history. Public ones are the applicant's timeline."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="events", verbose_name="Vorgang")
    at = models.DateTimeField("Zeitpunkt")
    kind = models.CharField("Art", max_length=40)
    public = models.BooleanField("für die antragstellende Person sichtbar", default=False)
    actor_name = models.CharField("durch", max_length=200, blank=True)
    actor_account_id = models.UUIDField("Konto", null=True, blank=True)
    data = models.JSONField("Einzelheiten", default=dict)

    class Meta:
        verbose_name = "Ereignis"
        verbose_name_plural = "Ereignisse"
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["tenant_id", "case", "at"], name="case_event_in_order")]


class Message(TenantModel):
    """A message between the applicant and the office, or a note among staff."""

    class Direction(models.TextChoices):
        TO_APPLICANT = "to_applicant", "an die antragstellende Person"
        FROM_APPLICANT = "from_applicant", "von der antragstellenden Person"
        NOTE = "note", "interner Vermerk"

    case = models.ForeignKey(Case, models.CASCADE, related_name="messages", verbose_name="Vorgang")
    direction = models.CharField("Richtung", max_length=20, choices=Direction)
    text = models.TextField("Text")
    author_name = models.CharField("von", max_length=200, blank=True)
    sent_at = models.DateTimeField("gesendet")
    read_at = models.DateTimeField("gelesen", null=True, blank=True)
    file_ids = ArrayField(models.UUIDField(), verbose_name="Anlagen", default=list)

    class Meta:
        verbose_name = "Nachricht"
        verbose_name_plural = "Nachrichten"
        ordering = ["sent_at", "id"]


class Request(TenantModel):
    """The applicant is asked for something that is missing."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="requests", verbose_name="Vorgang")
    text = models.TextField("Was fehlt")
    paths = ArrayField(models.CharField(max_length=300), verbose_name="betroffene Felder", default=list)
    answer_by_on = models.DateField("Antwort erbeten bis")
    asked_at = models.DateTimeField("gefragt")
    answered_at = models.DateTimeField("beantwortet", null=True, blank=True)
    answer_text = models.TextField("Antwort", blank=True)
    old_submission_id = models.UUIDField("Einreichung vorher")
    new_submission_id = models.UUIDField("Einreichung nachher", null=True, blank=True)

    class Meta:
        verbose_name = "Nachforderung"
        verbose_name_plural = "Nachforderungen"
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(answered_at__isnull=True),
                name="one_open_request_per_case",
                violation_error_message="Zu diesem Vorgang ist schon eine Nachforderung offen.",
            )
        ]


class Pause(TenantModel):
    """The deadline stands still, with a legal basis. Days in [from_on, to_on) do not count."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="pauses", verbose_name="Vorgang")
    from_on = models.DateField("von")
    to_on = models.DateField("bis (ausschließlich)", null=True, blank=True)
    reason = models.CharField("Grund", max_length=300)
    legal_basis = models.CharField("Rechtsgrundlage", max_length=200)

    class Meta:
        verbose_name = "Unterbrechung der Frist"
        verbose_name_plural = "Unterbrechungen der Frist"
        ordering = ["from_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")), name="pause_ends_after_begin"
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(to_on__isnull=True),
                name="one_open_pause_per_case",
                violation_error_message="Die Frist steht schon still.",
            ),
        ]


class CheckVerdict(TenantModel):
    """A person's judgement of a check, with reason; it takes precedence over the computed result."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="verdicts", verbose_name="Vorgang")
    check_id = models.CharField("Prüfung", max_length=100)
    ok = models.BooleanField("in Ordnung")
    reason = models.CharField("Begründung", max_length=500)
    by_name = models.CharField("durch", max_length=200)
    at = models.DateTimeField("Zeitpunkt")

    class Meta:
        verbose_name = "Urteil zu einer Prüfung"
        verbose_name_plural = "Urteile zu Prüfungen"
        constraints = [models.UniqueConstraint(fields=["case", "check_id"], name="one_verdict_per_check")]


class Participation(TenantModel):
    """A colleague is asked for a statement; she sees this one case."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="participations", verbose_name="Vorgang")
    account = models.ForeignKey(
        ACCOUNT, models.PROTECT, related_name="participations", verbose_name="beteiligt"
    )
    question = models.TextField("Frage")
    asked_by_name = models.CharField("gefragt von", max_length=200)
    asked_at = models.DateTimeField("gefragt")
    statement = models.TextField("Stellungnahme", blank=True)
    answered_at = models.DateTimeField("beantwortet", null=True, blank=True)

    class Meta:
        verbose_name = "Beteiligung"
        verbose_name_plural = "Beteiligungen"
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "account"],
                condition=Q(answered_at__isnull=True),
                name="one_open_question_per_colleague",
                violation_error_message="Diese Person ist schon gefragt worden und hat noch nicht geantwortet.",
            )
        ]


class Decision(TenantModel):
    """A decision (Bescheid): proposed, released, delivered. Its letter is fixed when it is released."""

    class Kind(models.TextChoices):
        GRANT = "grant", "stattgeben"
        PARTLY = "partly", "teilweise stattgeben"
        REFUSE = "refuse", "ablehnen"

    class Delivery(models.TextChoices):
        ONLINE = "online", "im Postfach"
        LETTER = "letter", "als Brief"

    case = models.ForeignKey(Case, models.CASCADE, related_name="decisions", verbose_name="Vorgang")
    kind = models.CharField("Entscheidung", max_length=10, choices=Kind)
    text = models.TextField("Text des Bescheids")
    reason = models.TextField("Begründung", blank=True)
    block_ids = ArrayField(models.CharField(max_length=60), verbose_name="Textbausteine", default=list)
    remedy = models.TextField("Rechtsbehelfsbelehrung", blank=True)
    fee_cents = models.PositiveIntegerField("Gebühr in Cent", default=0)
    delivery = models.CharField("Zustellung", max_length=10, choices=Delivery, default=Delivery.ONLINE)
    proposed_by = models.ForeignKey(
        ACCOUNT, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="vorgeschlagen von"
    )
    automatic = models.BooleanField("automatisch erlassen (§ 35a VwVfG)", default=False, db_default=False)
    proof = models.JSONField("Nachweis der automatischen Prüfung", default=list, db_default=[])
    proposed_at = models.DateTimeField("vorgeschlagen")
    needs_release = models.BooleanField("braucht eine zweite Person", default=False)
    released_by = models.ForeignKey(
        ACCOUNT, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="freigegeben von"
    )
    released_at = models.DateTimeField("freigegeben", null=True, blank=True)
    sent_back_reason = models.TextField("zurückgegeben, weil", blank=True)
    file_id = models.UUIDField("Bescheid (PDF)", null=True, blank=True)
    notified_on = models.DateField("bekannt gegeben am", null=True, blank=True)
    objection_until_on = models.DateField("Widerspruch bis", null=True, blank=True)

    class Meta:
        verbose_name = "Bescheid"
        verbose_name_plural = "Bescheide"
        ordering = ["proposed_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(needs_release=False)
                | Q(released_by__isnull=True)
                | ~Q(released_by=F("proposed_by")),
                name="decision_four_eyes",
                violation_error_message="Die Freigabe braucht eine zweite Person.",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["partly", "refuse"]) | ~Q(reason=""),
                name="burdening_decision_has_reason",
                violation_error_message="Eine belastende Entscheidung braucht eine Begründung (§ 39 VwVfG).",
            ),
            models.CheckConstraint(
                condition=Q(automatic=False, proposed_by__isnull=False)
                | Q(automatic=True, proposed_by__isnull=True, kind="grant"),
                name="decision_by_person_or_automatic",
                violation_error_message="Nur eine Bewilligung darf ohne einen Menschen ergehen.",
            ),
        ]


class PostBoxItem(TenantModel):
    """Something in the applicant's post box: receipt, question, decision, message."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="post_box", verbose_name="Vorgang")
    kind = models.CharField("Art", max_length=40)
    title = models.CharField("Betreff", max_length=300)
    file_id = models.UUIDField("Dokument", null=True, blank=True)
    at = models.DateTimeField("Zeitpunkt")
    read_at = models.DateTimeField("gelesen", null=True, blank=True)

    class Meta:
        verbose_name = "Sendung im Postfach"
        verbose_name_plural = "Sendungen im Postfach"
        ordering = ["-at", "-id"]


class AutomaticSetting(TenantModel):
    """How a municipality lets a service decide automatically: the share a person looks at all the same, and the stop switch."""

    service_slug = models.SlugField("Leistung")
    stopped = models.BooleanField("angehalten", default=False)
    sample_percent = models.PositiveSmallIntegerField("Stichprobe in Prozent", default=10)
    reason = models.CharField("Grund", max_length=500)
    changed_at = models.DateTimeField("geändert")
    changed_by_name = models.CharField("geändert durch", max_length=200)

    class Meta:
        verbose_name = "Einstellung der automatischen Entscheidung"
        verbose_name_plural = "Einstellungen der automatischen Entscheidung"
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "service_slug"], name="automatic_setting_once_per_service"
            ),
            models.CheckConstraint(condition=Q(sample_percent__lte=100), name="automatic_sample_at_most_all"),
        ]
