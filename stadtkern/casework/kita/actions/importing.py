"""Lists from other programs: uploaded, read, and their good rows taken over one by one by the actions that people use.

A row is one transaction: a killed job goes on with the next one, and none is taken twice. Whoever may not do something by hand cannot do
it by a list either: a manager's rows stay inside of its provider.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import BinaryIO, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from stadtkern.casework.kita import policies, rules
from stadtkern.casework.kita.actions import providers, registering
from stadtkern.casework.kita.errors import AlreadyRegistered, RegistrationRefused
from stadtkern.casework.kita.form import Answers, Contact
from stadtkern.casework.kita.importing.fields import Kind
from stadtkern.casework.kita.importing.reading import Import, read_import
from stadtkern.casework.kita.models import (
    Facility,
    ListImport,
    Provider,
    Registration,
    RegistrationDraft,
)
from stadtkern.foundation.access.api import Actor, NotAllowed, NotVisible, system
from stadtkern.foundation.audit import api as audit
from stadtkern.foundation.files import api as files
from stadtkern.foundation.jobs import api as jobs
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel import clock
from stadtkern.kernel.errors import Conflict, DomainError, InvalidInput
from stadtkern.kernel.search.words import fold

MOST_BYTES: Final = 5_000_000
MOST_ROWS: Final = 5_000
KEPT: Final = timedelta(days=30)
HOURS: Final = 7
"""Hours a day where the list has none (§ 14 KiTaG: the claim)."""


class RowRefused(InvalidInput):
    """One row cannot be taken; the message says why."""

    code = "kita-import-row-refused"


def require_importer(actor: Actor, today: date) -> policies.Scope:
    """The office, or managers of a provider; raises ``NotAllowed``."""
    scope = policies.scope_of(actor, today)
    if not (scope.office or scope.manages):
        raise NotAllowed()
    return scope


def find(actor: Actor, key: UUID, today: date) -> ListImport:
    """One's own, or any for the office; raises ``NotVisible``."""
    scope = require_importer(actor, today)
    row = ListImport.objects.select_related("provider", "facility").filter(pk=key).first()
    if row is None or not (scope.office or row.provider_id in scope.manages):
        raise NotVisible()
    return row


def upload(
    *, actor: Actor, kind: str, provider_id: UUID | None, facility_id: UUID | None, content: BinaryIO, name: str, now: datetime
) -> UUID:  # fmt: skip
    """Keep the file; nothing is taken yet. Raises ``InputRefused`` for what is no list, ``NotVisible`` for a foreign provider or Kita."""
    today = clock.local(now).date()
    scope = require_importer(actor, today)
    facility = policies.find_facility(actor, facility_id, today) if facility_id is not None else None
    if facility is not None:
        provider_id = facility.provider_id
    if not scope.office and provider_id not in scope.manages:
        raise NotVisible()
    provider = Provider.objects.filter(pk=provider_id).first() if provider_id is not None else None
    if kind not in ListImport.Kind.values:
        raise InvalidInput(
            "Bitte wählen Sie, was in der Liste steht.", message_en="Please choose what the list holds."
        )
    data = content.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise InvalidInput(
            "Die Datei ist zu groß (höchstens 5 MB).", message_en="The file is too large (5 MB at most)."
        )
    found = read_import(
        data, name[:200] or "Liste", today=today, kind="waiting" if kind == "waiting" else "places"
    )
    if len(found.table.lines) > MOST_ROWS:
        raise InvalidInput(
            "Die Liste hat mehr als 5.000 Zeilen. Bitte teilen Sie sie auf.",
            message_en="The list has more than 5,000 rows. Please divide it.",
        )
    stored = files.store(
        data, name=name or "liste.csv", max_bytes=MOST_BYTES, purpose="kita-import", now=now,
        as_it_came=True,  # read as a table above; Latin-1 is no text by itself
    )  # fmt: skip
    row = ListImport.objects.create(
        provider=provider, facility=facility, kind=kind, file_id=stored.id, file_name=stored.name[:200],
        created_by_id=actor.account_id, created_by_name=actor.name[:200], created_at=now,
    )  # fmt: skip
    _tell(actor, "import_uploaded", row, now, rows=len(found.table.lines))
    return row.pk


def read(row: ListImport, today: date) -> Import:
    """The file as it is understood with the columns chosen so far. Raises ``InputRefused``, ``NotVisible`` once it is gone."""
    if row.file_id is None:
        raise NotVisible()
    kind: Kind = "waiting" if row.kind == ListImport.Kind.WAITING else "places"
    return read_import(files.read(row.file_id), row.file_name, today=today, kind=kind, chosen=row.chosen)


@transaction.atomic
def choose(*, actor: Actor, key: UUID, chosen: Mapping[str, str], now: datetime) -> None:
    """Another field for a column, or none. Raises ``InputRefused`` when a needed column is missing then."""
    row = _still_open(actor, key, now)
    row.chosen = dict(chosen)
    read(row, clock.local(now).date())
    row.save(update_fields=["chosen"])


@transaction.atomic
def take_over(*, actor: Actor, key: UUID, now: datetime) -> None:
    """Take the good rows over, as a job."""
    from stadtkern.casework.kita.jobs import take_over_list

    row = _still_open(actor, key, now)
    read(row, clock.local(now).date())
    row.state = ListImport.State.RUNNING
    row.save(update_fields=["state"])
    jobs.enqueue(take_over_list, import_id=row.pk, lock=f"kita-import-{row.pk}")
    _tell(actor, "import_started", row, now)


@transaction.atomic
def discard(*, actor: Actor, key: UUID, now: datetime) -> None:
    """The list and its file go; rows that were taken stay."""
    row = find(actor, key, clock.local(now).date())
    _tell(actor, "import_discarded", row, now)
    _forget(row)
    row.delete()


def forget_old(now: datetime) -> int:
    """Every night: files of lists older than thirty days; how many."""
    rows = list(ListImport.objects.filter(created_at__lte=now - KEPT, file_id__isnull=False)[:500])
    for row in rows:
        _forget(row)
        row.save(update_fields=["file_id", "refused"])
    return len(rows)


def _forget(row: ListImport) -> None:
    if row.file_id is not None:
        files.delete(row.file_id)
    row.file_id, row.refused = None, []


def _still_open(actor: Actor, key: UUID, now: datetime) -> ListImport:
    found = find(actor, key, clock.local(now).date())
    row = ListImport.objects.select_for_update(of=("self",)).get(pk=found.pk)
    if row.state != ListImport.State.NEW:
        raise Conflict(
            "Diese Liste wird schon übernommen.", message_en="This list is being taken over already."
        )
    return row


def _tell(actor: Actor, action: str, row: ListImport, now: datetime, **details: int) -> None:
    audit.record(actor=actor, action=f"kita.{action}", obj=("kita_import", row.pk), now=now, details=details)


# --- taking over -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Kitas and providers by name, as far as the list may speak of them."""

    kitas: Mapping[str, Facility]
    providers: Mapping[str, Provider]


def run(*, key: UUID, now: datetime) -> None:
    """Row after row; what was taken before is passed over."""
    row = ListImport.objects.get(pk=key)
    if row.state != ListImport.State.RUNNING:
        return
    today = clock.local(now).date()
    found, known = read(row, today), _known(row)
    done = set(row.taken) | {item["row"] for item in row.refused}
    for line in found.taken:
        if line.row in done:
            continue
        try:
            with transaction.atomic():
                if row.kind == ListImport.Kind.WAITING:
                    _child(row, line.values, known, now)
                else:
                    _place(row, line.values, known, now)
                row.taken = [*row.taken, line.row]
                row.save(update_fields=["taken"])
        except DomainError as error:
            row.taken = [number for number in row.taken if number != line.row]
            row.refused = [*row.refused, {"row": line.row, "reason": error.text("de")[:300]}]
            row.save(update_fields=["refused"])
    row.state = ListImport.State.DONE
    row.save(update_fields=["state"])
    _tell(
        system(tenancy.current_id()), "import_done", row, now, taken=len(row.taken), refused=len(row.refused)
    )


def _known(row: ListImport) -> Known:
    kitas = Facility.objects.select_related("provider").filter(provider__active=True)
    return Known(
        kitas={name: kita for kita in kitas for name in (fold(kita.name), kita.key)},
        providers={fold(item.name): item for item in Provider.objects.filter(active=True)},
    )


def _kita(row: ListImport, name: str, known: Known) -> Facility:
    """A Kita of a list, by its name; a provider's list may name its own only."""
    kita = known.kitas.get(fold(name)) or known.kitas.get(fold(f"Kita {name}"))
    if kita is None:
        raise RowRefused(f"Die Kita „{name[:80]}“ gibt es hier nicht.")
    if row.provider_id is not None and kita.provider_id != row.provider_id:
        raise RowRefused(f"Die Kita „{name[:80]}“ gehört nicht zu Ihrem Träger.")
    return kita


def _child(row: ListImport, values: Mapping[str, object], known: Known, now: datetime) -> None:
    """A registration, made and judged as if it were sent on paper; only the day it was registered is the old one."""
    names = [str(values[name]) for name in sorted(values, key=_wish_number) if name.startswith("wish_")]
    kitas = [_kita(row, name, known) for name in dict.fromkeys(names)]
    if not kitas and row.facility is not None:
        kitas = [row.facility]
    if not kitas:
        raise RowRefused("Die Zeile nennt keine Kita. Wählen Sie beim Hochladen die Kita der Liste.")
    answers = _answers(values, kitas, clock.local(now).date())
    actor = system(tenancy.current_id())
    draft = RegistrationDraft.objects.create(
        channel="online", created_at=now, updated_at=now, expires_at=now + timedelta(days=1)
    )
    try:
        sent = registering.send(
            actor=replace(actor, guest_keys=frozenset({draft.pk})),
            draft_id=draft.pk,
            answers=answers,
            now=now,
        )
    except RegistrationRefused as refused:
        raise RowRefused(" ".join(problem.text() for problem in refused.problems)[:300]) from refused
    except AlreadyRegistered as twice:
        raise RowRefused("Für dieses Kind gibt es schon eine Anmeldung.") from twice
    registered = values.get("registered_on")
    since = (
        now if not isinstance(registered, date) else datetime.combine(registered, time(12), tzinfo=clock.ZONE)
    )
    Registration.objects.filter(pk=sent.registration_id).update(
        registered_at=min(since, now), channel="import"
    )


def _wish_number(name: str) -> int:
    return int(name.removeprefix("wish_")) if name.startswith("wish_") else 0


def _answers(values: Mapping[str, object], kitas: list[Facility], today: date) -> Answers:
    def text(name: str) -> str:
        return str(values.get(name, "") or "").strip()

    born = values["birth_date"]
    assert isinstance(born, date)
    start = values.get("start_on")
    begin = start.replace(day=1) if isinstance(start, date) else _next_opening(today)
    hours = values.get("hours")
    care = hours if isinstance(hours, int) and hours <= 24 else HOURS
    given, _, family = text("guardian").rpartition(" ")
    street = " ".join(part for part in (text("street"), text("house_number")) if part)
    return Answers(
        contact=Contact(
            given=given or "Familie", family=family or text("family_name"), email=text("email"), phone=text("phone"),
            street=street, postcode=text("postcode"), town=text("town"),
        ),
        child_given=text("given_names"), child_family=text("family_name"),
        birth=born if born <= today else None, expected=None if born <= today else born,
        start=begin, hours=care, integration=values.get("integration") is True,
        sibling_facility=kitas[0].key if values.get("sibling") is True else "",
        wishes=[rules.WishEntry(key=kita.key, hours=care, start=begin) for kita in kitas],
        facts={"alleinerziehend": values["single_parent"] is True} if "single_parent" in values else {},
    )  # fmt: skip


def _next_opening(today: date) -> date:
    return date(today.year + (today > date(today.year, 5, 1)), 8, 1)


def _place(row: ListImport, values: Mapping[str, object], known: Known, now: datetime) -> None:
    """A Kita with its address and seats: a known one of this name (or number) is brought up to date."""
    actor, name = system(tenancy.current_id()), str(values["name"])
    provider = _provider(row, values, known)
    own = Facility.objects.filter(provider=provider)
    kita = own.filter(Q(name__iexact=name) | Q(key=str(values.get("key", "")))).order_by("name").first()
    fields: dict[str, object] = {"name": name}
    street = " ".join(str(values[part]) for part in ("street", "house_number") if values.get(part))
    fields |= {"street": street} if street else {}
    fields |= {
        key: values[key]
        for key in ("postcode", "town", "email", "phone", "lunch", "longitude", "latitude")
        if key in values
    }
    hours = values.get("opening_hours")
    if isinstance(hours, tuple):
        fields |= {"opens": time.fromisoformat(hours[0]), "closes": time.fromisoformat(hours[1])}
    if kita is None:
        fields["accepting_from_on"] = clock.local(now).date()
    key = providers.save_facility(
        actor=actor, facility_id=kita.pk if kita else None, provider_id=provider.pk, values=fields, now=now
    )
    _seats(actor, Facility.objects.get(pk=key), values, now)


def _provider(row: ListImport, values: Mapping[str, object], known: Known) -> Provider:
    said = str(values.get("provider", "")).strip()
    if row.provider is not None:
        if said and fold(said) != fold(row.provider.name):
            raise RowRefused(f"Die Zeile gehört zum Träger „{said[:80]}“, nicht zu Ihrem.")
        return row.provider
    provider = known.providers.get(fold(said)) if said else None
    if provider is None:
        raise RowRefused(
            f"Den Träger „{said[:80]}“ gibt es hier nicht." if said else "Die Zeile nennt keinen Träger."
        )
    return provider


SEATS: Final = (
    ("places_u2", "U2", 0, 24, ""),
    ("places_o2", "Ü2", 24, 84, ""),
    ("places_integration", "Integration", 24, 84, "integration"),
)


def _seats(actor: Actor, kita: Facility, values: Mapping[str, object], now: datetime) -> None:
    """Permitted, planned and staffed are the same number until the Kita says otherwise."""
    given = [seats for seats in SEATS if isinstance(values.get(seats[0]), int)]
    if not given and isinstance(values.get("places"), int):
        given = [("places", "Plätze", 0, 84, "")]
    for field, name, first, last, tag in given:
        known = kita.seat_classes.filter(name=name).first()
        seat = providers.save_seat_class(
            actor=actor, facility_id=kita.pk, seat_class_id=known.pk if known else None, now=now,
            values={"name": name, "tag": tag} | ({} if known else {"from_months": first, "to_months": last}),
        )  # fmt: skip
        count = int(str(values[field]))
        providers.set_counts(
            actor=actor, seat_class_id=seat, from_on=clock.local(now).date().replace(day=1), permitted=count,
            planned=count, staffed=count, now=now,
        )  # fmt: skip
