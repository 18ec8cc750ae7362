"""Tables of forms: definitions and their versions, code lists, drafts, submissions.

Published versions and submissions never change (triggers in ``migrations/0002``). Files, accounts and cases are named
by id only: a submission outlives the account that sent it.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from stadtkern.foundation.tenancy.api import TenantModel


class Channel(models.TextChoices):
    """How the answers reached the city."""

    ONLINE = "online", "online"
    COUNTER = "counter", "am Schalter"
    PHONE = "phone", "am Telefon"
    POST = "post", "auf Papier"
    API = "api", "über die Schnittstelle"
    PREVIEW = "preview", "Vorschau (wird nie abgeschickt)"


STAFF_CHANNELS = (Channel.COUNTER, Channel.PHONE, Channel.POST)


class FormDefinition(TenantModel):
    """The form of one service; its content lives in the versions."""

    service_slug = models.SlugField("Leistung", max_length=120)
    title = models.CharField("Titel", max_length=300)
    created_at = models.DateTimeField("angelegt")

    class Meta:
        verbose_name = "Formular"
        verbose_name_plural = "Formulare"
        ordering = ["title", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "service_slug"],
                name="form_once_per_service",
                violation_error_message="Diese Leistung hat schon ein Formular.",
            )
        ]

    def __str__(self) -> str:
        return self.title


# Large documents that the process keeps (``loading.load``); queries for one row leave them out.
HEAVY = ("model", "ruleset", "texts")
HEAVY_OF_VERSION = tuple(f"version__{name}" for name in HEAVY)


class FormVersion(TenantModel):
    """One version: model, rules and texts. It changes only while it is being edited."""

    class State(models.TextChoices):
        DRAFT = "draft", "in Arbeit"
        PUBLISHED = "published", "veröffentlicht"
        RETIRED = "retired", "abgelöst"

    definition = models.ForeignKey(
        FormDefinition, models.PROTECT, related_name="versions", verbose_name="Formular"
    )
    number = models.PositiveIntegerField("Nummer")
    state = models.CharField("Zustand", max_length=20, choices=State, default=State.DRAFT)
    model = models.JSONField("Modell")
    ruleset = models.JSONField("Regeln", default=dict)
    texts = models.JSONField("Texte in anderen Sprachen", default=dict)
    note = models.CharField("Anlass", max_length=500, blank=True)
    source_file_id = models.UUIDField("Quelldatei", null=True, blank=True)
    source_name = models.CharField("Name der Quelldatei", max_length=300, blank=True)
    source_sha256 = models.CharField("Prüfsumme der Quelldatei", max_length=64, blank=True)
    code_list_ids = ArrayField(
        models.UUIDField(),
        verbose_name="Fassungen der Codelisten (bei Veröffentlichung festgehalten)",
        default=list,
    )
    revision = models.PositiveIntegerField("Stand der Bearbeitung", default=1)
    created_at = models.DateTimeField("angelegt")
    created_by_id = models.UUIDField("angelegt von", null=True, blank=True)
    published_at = models.DateTimeField("veröffentlicht", null=True, blank=True)
    published_by_id = models.UUIDField("veröffentlicht von", null=True, blank=True)
    retired_at = models.DateTimeField("abgelöst", null=True, blank=True)
    drafts_may_finish = models.BooleanField("angefangene Anträge dürfen zu Ende gehen", default=True)

    class Meta:
        verbose_name = "Formularfassung"
        verbose_name_plural = "Formularfassungen"
        ordering = ["definition_id", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["definition", "number"],
                name="form_version_number_once",
                violation_error_message="Diese Fassung gibt es schon.",
            ),
            models.UniqueConstraint(
                fields=["definition"],
                condition=Q(state="published"),
                name="form_one_published_version",
                violation_error_message="Es ist schon eine andere Fassung veröffentlicht.",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(published_at__isnull=False),
                name="form_version_published_has_date",
                violation_error_message="Eine veröffentlichte Fassung braucht ein Datum.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.definition_id} {self.number}"


class CodeListVersion(TenantModel):
    """One version of a code list (genericode); its rows are ``CodeListEntry``."""

    uri = models.CharField("Kennung", max_length=300)
    version = models.CharField("Version", max_length=100, blank=True)
    key = models.CharField("kanonische Versionskennung", max_length=400)
    title = models.CharField("Titel", max_length=300, blank=True)
    columns = ArrayField(models.CharField(max_length=300), verbose_name="Spalten", default=list)
    code_column = models.CharField("Spalte des Codes", max_length=300, blank=True)
    name_column = models.CharField("Spalte des Namens", max_length=300, blank=True)
    help_column = models.CharField("Spalte der Hilfe", max_length=300, blank=True)
    size = models.PositiveIntegerField("Zahl der Einträge", default=0)
    source_sha256 = models.CharField("Prüfsumme der Quelle", max_length=64, blank=True)
    imported_at = models.DateTimeField("eingelesen")
    imported_by_id = models.UUIDField("eingelesen von", null=True, blank=True)

    class Meta:
        verbose_name = "Fassung einer Codeliste"
        verbose_name_plural = "Fassungen von Codelisten"
        ordering = ["uri", "-imported_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "key"],
                name="code_list_version_once",
                violation_error_message="Diese Fassung der Codeliste ist schon eingelesen.",
            )
        ]


class CodeListEntry(TenantModel):
    """One row of a code list: all cells, and code and name by the list's own choice of columns."""

    code_list = models.ForeignKey(
        CodeListVersion, models.CASCADE, related_name="entries", verbose_name="Codeliste", db_index=False
    )
    position = models.PositiveIntegerField("Stelle")
    code = models.CharField("Code", max_length=200)
    name = models.CharField("Name", max_length=1000)
    cells = ArrayField(models.TextField(blank=True), verbose_name="Zellen")

    class Meta:
        verbose_name = "Eintrag einer Codeliste"
        verbose_name_plural = "Einträge von Codelisten"
        ordering = ["code_list_id", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["code_list", "position"],
                name="code_list_position_once",
                violation_error_message="Diese Stelle der Codeliste ist schon belegt.",
            )
        ]
        indexes = [models.Index(fields=["code_list", "code"], name="code_list_code")]


class Draft(TenantModel):
    """An application that is being filled in. It belongs to an account, to a business, or to whoever has link and code.

    ``acted_by_id`` is who began it for somebody else: a member of the business, or by a power of attorney (``power_id``).

    ``values`` are what people typed, also when it is not valid yet. After submission they are emptied and the row stays
    until it expires, so that a second press of the button finds the same receipt.
    """

    version = models.ForeignKey(
        FormVersion, models.PROTECT, related_name="drafts", verbose_name="Formularfassung"
    )
    account_id = models.UUIDField("Konto", null=True, blank=True)
    business_id = models.UUIDField("Unternehmen", null=True, blank=True)
    acted_by_id = models.UUIDField("ausgefüllt von", null=True, blank=True)
    power_id = models.UUIDField("Vollmacht", null=True, blank=True)
    code_digest = models.CharField("Prüfsumme des Codes", max_length=64, blank=True)
    device_digest = models.CharField("Prüfsumme des Geräts", max_length=64, blank=True)
    failed_codes = models.PositiveSmallIntegerField("falsche Codes", default=0)
    locked_until_at = models.DateTimeField("gesperrt bis", null=True, blank=True)
    channel = models.CharField("Weg", max_length=20, choices=Channel, default=Channel.ONLINE)
    on_behalf_of = models.CharField("im Namen von", max_length=300, blank=True)
    contact_email = models.EmailField("E-Mail für Nachrichten", blank=True)
    contact_address = models.TextField("Anschrift für Briefe", max_length=500, blank=True)
    language = models.CharField("Sprache", max_length=5, default="de")
    values = models.JSONField("Angaben", default=dict)
    page = models.CharField("zuletzt besuchte Seite", max_length=120, blank=True)
    done_pages = ArrayField(models.CharField(max_length=120), verbose_name="erledigte Seiten", default=list)
    revision = models.PositiveIntegerField("Stand", default=1)
    amends = models.ForeignKey(
        "Submission",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="amending_drafts",
        verbose_name="ergänzt",
    )
    submission = models.ForeignKey(
        "Submission",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="drafts",
        verbose_name="Einreichung",
    )
    created_at = models.DateTimeField("begonnen")
    updated_at = models.DateTimeField("geändert")
    expires_at = models.DateTimeField("läuft ab")

    class Meta:
        verbose_name = "Entwurf"
        verbose_name_plural = "Entwürfe"
        ordering = ["-updated_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")),
                name="draft_period_not_empty",
                violation_error_message="Ein Entwurf muss nach seinem Beginn ablaufen.",
            ),
            models.CheckConstraint(
                condition=Q(account_id__isnull=False) | ~Q(code_digest="") | ~Q(device_digest=""),
                name="draft_has_an_owner",
                violation_error_message="Ein Entwurf braucht ein Konto, einen Code oder ein Gerät.",
            ),
            models.CheckConstraint(
                condition=Q(business_id__isnull=True) | Q(account_id__isnull=True, acted_by_id__isnull=False),
                name="draft_has_one_party",
                violation_error_message="Ein Entwurf gehört einer Person oder einem Unternehmen.",
            ),
        ]
        indexes = [
            models.Index(fields=["account_id", "-updated_at"], name="draft_of_account"),
            models.Index(
                fields=["business_id", "-updated_at"],
                condition=Q(business_id__isnull=False),
                name="draft_of_business",
            ),
            models.Index(fields=["expires_at"], name="draft_expiry"),
        ]


class DraftFile(TenantModel):
    """An upload that belongs to a draft (whoever may open the draft may open it)."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="files", verbose_name="Entwurf")
    file_id = models.UUIDField("Datei")
    added_at = models.DateTimeField("hochgeladen")

    class Meta:
        verbose_name = "Datei eines Entwurfs"
        verbose_name_plural = "Dateien von Entwürfen"
        constraints = [
            models.UniqueConstraint(
                fields=["draft", "file_id"],
                name="draft_file_once",
                violation_error_message="Diese Datei gehört schon zum Entwurf.",
            )
        ]


class Submission(TenantModel):
    """What was sent, once and for all. An amendment is a new row that names its predecessor."""

    version = models.ForeignKey(
        FormVersion, models.PROTECT, related_name="submissions", verbose_name="Formularfassung"
    )
    service_slug = models.SlugField("Leistung", max_length=120)
    number = models.PositiveIntegerField("Nummer in der Kette", default=1)
    previous = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="next", verbose_name="ersetzt"
    )
    root_id = models.UUIDField("erste Einreichung der Kette", null=True, blank=True)
    channel = models.CharField("Weg", max_length=20, choices=Channel)
    account_id = models.UUIDField("Konto", null=True, blank=True)
    business_id = models.UUIDField("Unternehmen", null=True, blank=True)
    acted_by_id = models.UUIDField("abgeschickt von", null=True, blank=True)
    power_id = models.UUIDField("Vollmacht", null=True, blank=True)
    entered_by_id = models.UUIDField("erfasst von", null=True, blank=True)
    on_behalf_of = models.CharField("im Namen von", max_length=300, blank=True)
    contact_email = models.EmailField("E-Mail für Nachrichten", blank=True)
    contact_address = models.TextField("Anschrift für Briefe", max_length=500, blank=True)
    guest_code_digest = models.CharField("Prüfsumme des Codes", max_length=64, blank=True)
    language = models.CharField("Sprache", max_length=5, default="de")
    assurance = models.PositiveSmallIntegerField("Vertrauensniveau", default=0)
    values = models.JSONField("Angaben")
    parameters = models.JSONField("Werte der Kommune, die dabei galten", default=dict, blank=True)
    sha256 = models.CharField("Prüfsumme der Angaben", max_length=64)
    client = models.CharField("Absender (für Wiederholungen)", max_length=80)
    idempotency_key = models.CharField("Schlüssel gegen Wiederholung", max_length=200, blank=True)
    request_sha256 = models.CharField("Prüfsumme der Anfrage", max_length=64, blank=True)
    submitted_at = models.DateTimeField("eingereicht")

    class Meta:
        verbose_name = "Einreichung"
        verbose_name_plural = "Einreichungen"
        ordering = ["-submitted_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "client", "idempotency_key"],
                condition=~Q(idempotency_key=""),
                name="submission_sent_once",
                violation_error_message="Dieser Antrag ist schon angekommen.",
            ),
            models.CheckConstraint(
                condition=Q(number=1, previous__isnull=True) | Q(number__gt=1, previous__isnull=False),
                name="submission_chain_is_whole",
                violation_error_message="Eine Ergänzung muss ihren Vorgänger nennen.",
            ),
            models.CheckConstraint(
                condition=~Q(channel="preview"),
                name="submission_is_no_preview",
                violation_error_message="Eine Vorschau wird nicht eingereicht.",
            ),
            models.CheckConstraint(
                condition=Q(business_id__isnull=True) | Q(account_id__isnull=True),
                name="submission_has_one_party",
                violation_error_message="Ein Antrag gehört einer Person oder einem Unternehmen.",
            ),
        ]
        indexes = [
            models.Index(fields=["account_id", "-submitted_at"], name="submission_of_account"),
            models.Index(
                fields=["business_id", "-submitted_at"],
                condition=Q(business_id__isnull=False),
                name="submission_of_business",
            ),
            models.Index(fields=["root_id", "number"], name="submission_chain"),
        ]


class SubmissionFile(TenantModel):
    """A file that was sent; ``path`` is the place in the values (``G1[0]/F2``)."""

    submission = models.ForeignKey(
        Submission, models.CASCADE, related_name="files", verbose_name="Einreichung"
    )
    file_id = models.UUIDField("Datei")
    path = models.CharField("Stelle", max_length=500)
    name = models.CharField("Name", max_length=300)
    media_type = models.CharField("Dateiart", max_length=200)
    size = models.PositiveBigIntegerField("Größe in Byte")
    sha256 = models.CharField("Prüfsumme", max_length=64)

    class Meta:
        verbose_name = "Datei einer Einreichung"
        verbose_name_plural = "Dateien von Einreichungen"
        ordering = ["submission_id", "path", "id"]
        indexes = [models.Index(fields=["file_id"], name="submission_file_id")]


class BuildingBlock(TenantModel):
    """A group of fields that was read on its own (message 0103), on the shelf for forms to be put together from."""

    key = models.CharField("Kennung mit Version", max_length=200)
    name = models.CharField("Name", max_length=300)
    model = models.JSONField("Modell")
    source_file_id = models.UUIDField("Quelldatei", null=True, blank=True)
    source_name = models.CharField("Name der Quelldatei", max_length=300, blank=True)
    source_sha256 = models.CharField("Prüfsumme der Quelldatei", max_length=64, blank=True)
    imported_at = models.DateTimeField("eingelesen")
    imported_by_id = models.UUIDField("eingelesen von", null=True, blank=True)

    class Meta:
        verbose_name = "Baustein"
        verbose_name_plural = "Bausteine"
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "key"],
                name="building_block_once",
                violation_error_message="Dieser Baustein ist schon eingelesen.",
            )
        ]

    def __str__(self) -> str:
        return self.name
