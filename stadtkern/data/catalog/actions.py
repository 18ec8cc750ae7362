"""Every write of the catalogue: sources, runs, own entries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F

from stadtkern.data.catalog import policies
from stadtkern.data.catalog.engine import codec
from stadtkern.data.catalog.engine.changes import Changes, compare
from stadtkern.data.catalog.engine.harvesting import Fetch, Limits, Reading, read_source
from stadtkern.data.catalog.engine.mending import Mended
from stadtkern.data.catalog.engine.problems import SourceRefused
from stadtkern.data.catalog.engine.records import Agent, Entry, text
from stadtkern.data.catalog.engine.repairs import Repair, counted
from stadtkern.data.catalog.models import RHYTHMS, CatalogEntry, CatalogState, HarvestRun, HarvestSource
from stadtkern.foundation.access.api import Actor
from stadtkern.foundation.audit import api as audit
from stadtkern.foundation.organizations import api as organizations
from stadtkern.kernel import clock
from stadtkern.kernel.errors import Conflict, InvalidInput

SHOWN = 200  # addresses of each kind that a run keeps
CHUNK = 500


class BadSource(InvalidInput):
    """The source cannot be kept like this; ``extra["field"]`` says where."""

    code = "catalogue-source-invalid"


class ForeignAddress(Conflict):
    """An own entry has the address of one that a source or another room gave."""

    code = "catalogue-address-taken"
    message = "Unter dieser Adresse steht schon ein Eintrag aus einer anderen Quelle im Katalog."
    message_en = "The catalogue already has an entry of another source under this address."


def keep_source(
    *,
    actor: Actor,
    name: str,
    address: str,
    publisher_name: str = "",
    rhythm: str = "day",
    private: bool = False,
    source_id: UUID | None = None,
    now: datetime,
) -> HarvestSource:
    """Add or change a source. Raises ``BadSource``, ``NotAllowed``, ``NotVisible``."""
    policies.require_editor(actor)
    name, address = name.strip()[:200], address.strip()
    _check_source(name, address, rhythm)
    try:
        with transaction.atomic():
            row = (
                policies.find_source(actor, source_id)
                if source_id
                else HarvestSource(created_at=now, created_by_name=actor.name)
            )
            row.name, row.address, row.rhythm, row.private = name, address, rhythm, private
            row.publisher_name = publisher_name.strip()[:300]
            row.save()
            audit.record(
                actor=actor,
                action="catalog.keep-source",
                obj=("catalog-source", row.pk),
                now=now,
                retention="administration",
            )
    except IntegrityError as error:
        raise BadSource(
            "Diese Adresse ist schon eine Quelle.",
            message_en="This address already is a source.",
            extra={"field": "address"},
        ) from error
    return row


def _check_source(name: str, address: str, rhythm: str) -> None:
    if not name:
        raise BadSource(
            "Geben Sie der Quelle einen Namen.", message_en="Give the source a name.", extra={"field": "name"}
        )
    if (
        not address.startswith(("http://", "https://", "file:"))
        or len(address) > 2000
        or any(c.isspace() for c in address)
    ):
        raise BadSource(
            "Die Adresse muss mit https:// oder http:// beginnen und darf keine Leerzeichen enthalten.",
            message_en="The address must begin with https:// or http:// and must not contain spaces.",
            extra={"field": "address"},
        )
    if rhythm not in dict(RHYTHMS):
        raise BadSource(
            "Wählen Sie einen Abstand.", message_en="Choose an interval.", extra={"field": "rhythm"}
        )


def switch_source(*, actor: Actor, source_id: UUID, active: bool, now: datetime) -> None:
    """Pause a source or let it go on; its entries stay."""
    policies.require_editor(actor)
    with transaction.atomic():
        row = policies.find_source(actor, source_id)
        row.active = active
        row.save(update_fields=["active"])
        action = "catalog.resume-source" if active else "catalog.pause-source"
        audit.record(
            actor=actor, action=action, obj=("catalog-source", row.pk), now=now, retention="administration"
        )


def remove_source(*, actor: Actor, source_id: UUID, now: datetime) -> int:
    """Remove a source with its entries; returns how many entries went."""
    policies.require_editor(actor)
    with transaction.atomic():
        row = policies.find_source(actor, source_id)
        gone = row.entries.count()
        audit.record(
            actor=actor, action="catalog.remove-source", obj=("catalog-source", row.pk), now=now,
            details={"entries": gone}, retention="administration",
        )  # fmt: skip
        row.delete()
        _moved(now)
    return gone


def harvest(
    *,
    actor: Actor,
    source_id: UUID,
    fetch: Fetch,
    now: datetime,
    limits: Limits | None = None,
    read_from: str = "",
) -> HarvestRun:
    """Read a source and take over what changed. The network is used outside of any transaction.

    A source that cannot be read ends the run as refused and changes nothing. ``read_from``: where a ``file:`` source lies.
    """
    policies.require_editor(actor)
    source = policies.find_source(actor, source_id)
    run = HarvestRun.objects.create(source=source, started_at=now)
    default = Agent(name=source.publisher_name) if source.publisher_name else None
    try:
        reading = read_source(read_from or source.address, fetch, publisher=default, limits=limits)
    except SourceRefused as error:
        return _finish(actor, run, HarvestRun.State.REFUSED, reason=error.reason, message=error.message)
    with transaction.atomic():
        HarvestSource.objects.select_for_update().get(pk=source.pk)
        _leave_to_others(source, reading)
        changes = _apply(source, reading, now)
        _describe(run, reading, changes)
        state = HarvestRun.State.DONE if reading.complete else HarvestRun.State.INCOMPLETE
        return _finish(actor, run, state, reason=reading.broken or changes.doubt)


def _finish(actor: Actor, run: HarvestRun, state: str, *, reason: str = "", message: str = "") -> HarvestRun:
    with transaction.atomic():
        run.state, run.reason, run.message, run.finished_at = state, reason[:100], message[:1000], clock.now()
        run.save()
        audit.record(
            actor=actor, action="catalog.harvest", obj=("catalog-source", run.source_id), now=run.finished_at,
            outcome=str(state), details={"run": str(run.pk), "taken": run.taken, "changed": run.changed, "removed": run.removed},
            retention="administration",
        )  # fmt: skip
    return run


def _leave_to_others(source: HarvestSource, reading: Reading) -> None:
    """What another source or an own room already lists stays there."""
    others = CatalogEntry.objects.exclude(source_id=source.pk)
    by_address = dict(others.values_list("address", "slug"))
    by_identifier = dict(others.values_list("identifier", "slug")) if by_address else {}
    for address, one in list(reading.mended.items()):
        slug = by_address.get(address) or by_identifier.get(one.entry.identifier)
        if slug:
            reading.doubled[address] = slug
            del reading.mended[address]


def _apply(source: HarvestSource, reading: Reading, now: datetime) -> Changes:
    stored = dict(source.entries.values_list("address", "fingerprint"))
    found = {address: codec.fingerprint(one.entry) for address, one in reading.mended.items()}
    changes = compare(stored, found, complete=reading.complete)
    for part in _chunks(changes.taken):
        CatalogEntry.objects.bulk_create(
            _filled(CatalogEntry(source=source, listed_at=now), reading.mended[address], found[address], now)
            for address in part
        )
    for part in _chunks(changes.changed):
        rows = [
            _filled(row, reading.mended[row.address], found[row.address], now)
            for row in source.entries.filter(address__in=part).order_by("pk")
        ]
        CatalogEntry.objects.bulk_update(rows, WRITTEN)
    for part in _chunks(changes.removed):
        source.entries.filter(address__in=part).delete()
    if changes.taken or changes.changed or changes.removed:
        _moved(now)
    return changes


WRITTEN = [
    "identifier", "record", "fingerprint", "repairs", "title", "summary", "publisher", "keywords", "themes", "formats", "licences",
    "high_value", "modified", "changed_at",
]  # fmt: skip


def _filled(row: CatalogEntry, one: Mended, fingerprint: str, now: datetime) -> CatalogEntry:
    """The row with everything that follows from the record."""
    entry = one.entry
    row.address, row.identifier, row.record, row.fingerprint = (
        entry.id,
        entry.identifier,
        codec.to_json(entry),
        fingerprint,
    )
    row.repairs = [[repair.code, repair.at, repair.before, repair.after] for repair in one.repairs]
    row.title, row.publisher = text(entry.title)[:1000], entry.publisher.name[:500]
    row.summary = _shortened(" ".join(text(entry.description).split()), 400)
    row.keywords = list(dict.fromkeys(word for _, word in entry.keywords))[:100]
    row.themes = list(entry.themes)
    row.formats = list(
        dict.fromkeys(d.format or d.media_type for d in entry.distributions if d.format or d.media_type)
    )
    row.licences = list(dict.fromkeys(d.licence for d in entry.distributions))
    row.high_value, row.modified, row.changed_at = entry.high_value, entry.modified or entry.issued, now
    if not row.slug:
        mark = sha256(entry.id.encode()).hexdigest()[:8]
        row.slug = f"{organizations.short_name(row.title) or 'daten'}-{mark}"
    return row


def _shortened(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 1].rsplit(" ", 1)[0] + "…"


def _describe(run: HarvestRun, reading: Reading, changes: Changes) -> None:
    run.kind, run.pages, run.bytes = reading.kind, reading.pages, reading.bytes
    for name in ("taken", "changed", "unchanged", "removed", "kept"):
        setattr(run, name, len(getattr(changes, name)))
    run.doubled, run.refused = len(reading.doubled), len(reading.refused)
    run.repairs = counted(repair for one in reading.mended.values() for repair in one.repairs)
    shown: dict[str, Any] = {
        name: list(getattr(changes, name)[:SHOWN]) for name in ("taken", "changed", "removed", "kept")
    }
    shown["doubled"] = sorted(reading.doubled.items())[:SHOWN]
    shown["refused"] = [[one.id, one.reason] for one in reading.refused[:SHOWN]]
    run.details = {name: value for name, value in shown.items() if value}


def put(*, entry: Entry, owner: str, now: datetime, repairs: Iterable[Repair] = ()) -> str:
    """Own data: list a dataset or replace what is listed under its identifier, in the caller's transaction; returns its short name.

    Raises ``ForeignAddress`` where a source or another owner has that address.
    """
    with transaction.atomic():
        rows = CatalogEntry.objects.select_for_update()
        row = rows.filter(owner=owner, identifier=entry.identifier).first()
        others = rows.filter(address=entry.id)
        foreign = (others.exclude(pk=row.pk) if row else others).exists()
        if foreign:
            raise ForeignAddress()
        row = row or CatalogEntry(owner=owner, listed_at=now)
        fingerprint = codec.fingerprint(entry)
        if row.fingerprint != fingerprint:
            _filled(row, Mended(entry=entry, repairs=tuple(repairs)), fingerprint, now).save()
            _moved(now)
    return row.slug


def withdraw(*, identifier: str, owner: str, now: datetime) -> bool:
    """Own data: take a dataset out of the catalogue, in the caller's transaction; False if it was not there."""
    with transaction.atomic():
        gone, _ = CatalogEntry.objects.filter(identifier=identifier, owner=owner).delete()
        if gone:
            _moved(now)
    return bool(gone)


def _moved(now: datetime) -> None:
    state, fresh = CatalogState.objects.get_or_create(defaults={"changed_at": now})
    if not fresh:
        CatalogState.objects.filter(pk=state.pk).update(version=F("version") + 1, changed_at=now)


def _chunks(addresses: tuple[str, ...]) -> Iterable[tuple[str, ...]]:
    return (addresses[start : start + CHUNK] for start in range(0, len(addresses), CHUNK))
