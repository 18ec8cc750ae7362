"""The steps of a round up to the hand-over to the providers: each one an action of the youth office with an audit entry."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from stadtkern.casework.kita import policies
from stadtkern.casework.kita.models import (
    FREE_LEVELS,
    Level,
    ListEntry,
    ProviderConfirmation,
    Registration,
    Round,
    RoundEntry,
    RoundKind,
    RoundState,
)
from stadtkern.casework.kita.rounds import rules, running, tasks
from stadtkern.casework.kita.rounds.actions import freezing
from stadtkern.casework.kita.rounds.actions.common import (
    keep,
    locked,
    move,
    read,
    require_step,
    set_free,
    tell,
)
from stadtkern.casework.kita.rounds.errors import (
    BeaconTooEarly,
    CertificateFailed,
    PreflightRed,
    SecondPerson,
    WrongStep,
)
from stadtkern.foundation.access.api import Actor
from stadtkern.foundation.files import api as files
from stadtkern.kernel.errors import InvalidInput

BATCH = 2_000
MOST_EXCUSED = 10


@transaction.atomic
def create(
    *,
    actor: Actor,
    name: str,
    kind: str,
    start_from: date,
    start_to: date,
    beacon_source: str,
    beacon_at: datetime,
    confirm_by: date,
    now: datetime,
    answer_days: int = 10,
    seconds: int = 60,
) -> UUID:
    """A new round in draft. The source of the random number is named here, before anything is frozen. Raises ``InvalidInput``."""
    policies.require_office(actor)
    if not name.strip() or not beacon_source.strip():
        raise InvalidInput(
            "Bitte nennen Sie die Runde und die Quelle der Zufallszahl.",
            message_en="Please name the round and the source of the random number.",
        )
    if start_to <= start_from or not 1 <= answer_days <= 60 or not 1 <= seconds <= 3_600:
        raise InvalidInput(
            "Die Daten der Runde passen nicht zusammen.", message_en="The dates of the round do not fit."
        )
    row = Round.objects.create(
        name=name.strip()[:120],
        kind=RoundKind(kind) if kind in RoundKind.values else RoundKind.MAIN,
        start_from_on=start_from,
        start_to_on=start_to,
        beacon_source=beacon_source.strip()[:300],
        beacon_at=beacon_at,
        confirm_by_on=confirm_by,
        answer_days=answer_days,
        seconds=seconds,
        secret=secrets.token_hex(32),
        created_by_id=actor.account_id,
        created_by_name=actor.name[:200],
        created_at=now,
    )  # fmt: skip
    tell(actor, "round_created", row.pk, now)
    return row.pk


@transaction.atomic
def ask(*, actor: Actor, round_id: UUID, task: str, now: datetime) -> None:
    """Let the worker do the pre-flight or the freeze; its progress stands on the page. Raises ``WrongStep``."""
    policies.require_office(actor)
    row = locked(round_id)
    if row.state != RoundState.DRAFT or (row.task and not row.problem) or task not in ("preview", "freeze"):
        raise WrongStep()
    if row.frozen_at is not None and task == "preview":
        raise WrongStep()
    if task == "freeze":
        freezing.require_before_beacon(row, now)
    tasks.begin(row, task, now)
    tell(actor, f"round_{task}_asked", row.pk, now)


@transaction.atomic
def retry(*, actor: Actor, round_id: UUID, now: datetime) -> None:
    """Begin again what failed for good. Raises ``WrongStep`` when nothing did."""
    policies.require_office(actor)
    row = locked(round_id)
    if not row.task or not row.problem:
        raise WrongStep()
    tasks.begin(row, row.task, now)
    tell(actor, "round_retried", row.pk, now, task=row.task)


@transaction.atomic
def check(*, actor: Actor, round_id: UUID, now: datetime) -> None:
    """The findings of the frozen round are looked at. Raises ``PreflightRed``: then only cancelling and freezing anew helps."""
    policies.require_office(actor)
    row = locked(round_id)
    require_step(row, RoundState.CHECKED)
    if rules.red(row.checks):
        raise PreflightRed()
    move(row, RoundState.CHECKED, actor=actor, now=now, yellow=len(row.checks))
    tasks.begin(row, "shadow", now)


@transaction.atomic
def draw(*, actor: Actor, round_id: UUID, beacon: str, now: datetime) -> None:
    """Enter the random number that became known after the freeze, and ask for the run. Raises ``BeaconTooEarly``, ``InvalidInput``."""
    policies.require_office(actor)
    row = locked(round_id)
    require_step(row, RoundState.DRAWN)
    if row.state != RoundState.CHECKED:
        raise WrongStep()
    if now < row.beacon_at:
        raise BeaconTooEarly()
    clean = beacon.strip().lower()
    if not 16 <= len(clean) <= 2_048 or len(clean) % 2 or any(c not in "0123456789abcdef" for c in clean):
        raise InvalidInput(
            "Bitte geben Sie die Zufallszahl als Hexadezimalzahl ein (mindestens 16 Zeichen, gerade Anzahl).",
            message_en="Please enter the random number in hexadecimal (16 characters or more, an even number).",
        )
    row.beacon_hex, row.beacon_by_id = clean, actor.account_id
    row.asked_by_id, row.asked_by_name = actor.account_id, actor.name[:200]
    _write_instance(row, now)
    move(row, RoundState.DRAWN, actor=actor, now=now, beacon=clean[:64])


def _write_instance(row: Round, now: datetime) -> None:
    """The published file with beacon and granted seats; the one before it is dropped."""
    before = row.instance_file_id
    frozen = json.loads(read(row.frozen_file_id))
    content = running.instance_bytes(
        frozen,
        row.root_sha256,
        row.beacon_hex,
        [item["seat"] for item in row.granted if "seat" in item],
        [item["family"] for item in row.granted if "family" in item],
    )
    row.instance_file_id = keep(content, "runde.json", now)
    if before is not None:
        files.delete(before)


@transaction.atomic
def release(*, actor: Actor, round_id: UUID, now: datetime) -> None:
    """A second person lets the run begin. Raises ``SecondPerson``. The job may be asked for again; it gives the same bytes."""
    policies.require_office(actor)
    row = locked(round_id)
    if row.state != RoundState.DRAWN:
        raise WrongStep()
    if actor.account_id is None or actor.account_id == row.asked_by_id:
        raise SecondPerson()
    row.released_by_id, row.released_by_name = actor.account_id, actor.name[:200]
    row.proposal = {}
    row.save()
    tasks.begin(row, "run", now)
    tell(actor, "round_released", row.pk, now)


@transaction.atomic
def grant(*, actor: Actor, round_id: UUID, now: datetime) -> None:
    """The office adds the seats that were proposed because no stable result exists without them. The run has to be released again.

    The lottery stays as it is drawn: what is decided now is outside of what the root binds, and published with it.
    """
    policies.require_office(actor)
    row = locked(round_id)
    if row.state != RoundState.DRAWN or not row.proposal.get("seats"):
        raise WrongStep()
    _decide(row, [{"seat": seat} for seat in row.proposal["seats"]], actor, now)
    tell(actor, "round_seats_granted", row.pk, now)


@transaction.atomic
def excuse(*, actor: Actor, round_id: UUID, now: datetime) -> None:
    """The office goes on without a stable place for the few families on whom it turns; it decides about them apart (hardship).

    They are numbers in the published file, so everybody sees how many and that nobody else is concerned. Raises ``WrongStep``.
    """
    policies.require_office(actor)
    row = locked(round_id)
    if row.state != RoundState.DRAWN or not row.proposal.get("families"):
        raise WrongStep()
    _decide(row, [{"family": family} for family in row.proposal["families"]], actor, now)
    tell(actor, "round_families_excused", row.pk, now)


def _decide(row: Round, items: list[dict[str, Any]], actor: Actor, now: datetime) -> None:
    by = {"by": actor.name[:200], "at": now.isoformat()}
    row.granted = [*row.granted, *(item | by for item in items)]
    row.proposal, row.progress = {}, 0
    row.asked_by_id, row.asked_by_name = actor.account_id, actor.name[:200]
    row.released_by_id, row.released_by_name = None, ""
    _write_instance(row, now)
    row.save()


def finish(
    *, round_id: UUID, computed: running.Computed, reader: running.Reader | None, actor: Actor, now: datetime
) -> None:
    """Write a finished computation in one transaction: all of it or nothing (a killed run begins again and ends the same)."""
    with transaction.atomic():
        row = locked(round_id)
        if (
            row.state != RoundState.DRAWN
            or hashlib.sha256(read(row.instance_file_id)).digest() != computed.digest
        ):
            return  # cancelled, finished by another attempt, or seats were granted meanwhile
        if reader is None:
            _propose(row, computed)
            tell(actor, "round_unstable", row.pk, now, blocking=len(computed.result.blocking))
            return
        row.outcome_file_id = keep(computed.outcome, "ergebnis.json", now)
        row.result = _figures(row, computed, reader)
        row.progress, row.run_at = 100, now
        move(row, RoundState.RUN, actor=actor, now=now, placed=computed.result.placed)


def _propose(row: Round, computed: running.Computed) -> None:
    frozen = json.loads(read(row.frozen_file_id))
    row.proposal = {
        "blocking": len(computed.result.blocking),
        "families": _few(computed),
        "exact": computed.exact,
        "seats": [list(seat) for seat in computed.extra],
        "names": [
            f"{frozen['kita_names'][kita]}: {frozen['seat_names'][kita][place]}"
            for kita, place in computed.extra
        ],
    }
    row.progress = 0
    row.save()


def _few(computed: running.Computed) -> list[int]:
    """The families to name, if they are few and all have joint wishes; else there is nothing to decide about apart."""
    found = list(computed.result.blocking)
    joint = all(len(computed.market.families[family]) > 1 for family in found)
    return found if joint and len(found) <= MOST_EXCUSED else []


def _figures(row: Round, computed: running.Computed, reader: running.Reader) -> dict[str, Any]:
    """Writes places and lists; returns the figures of the round."""
    annex = reader.annex
    kitas = [(UUID(k["facility"]), UUID(k["provider"])) for k in annex["kitas"]]
    keys = [UUID(child["registration"]) for child in annex["children"]]
    entries = {entry.child_index: entry for entry in RoundEntry.objects.filter(round=row)}
    placed = moved = first = top = lottery = 0
    for place in reader.placings():
        entry = entries.get(place.child)
        placed += place.kita is not None
        moved += place.moves
        first += place.rank == 1
        top += place.rank is not None and 1 <= place.rank <= 3
        lottery += place.by_lottery
        if entry is None:  # erased since the freeze
            continue
        entry.held, entry.rank, entry.moves = place.held, place.rank, place.moves
        entry.facility_id = kitas[place.kita][0] if place.kita is not None else None
        entry.by_lottery, entry.refusals = place.by_lottery, place.refusals
    RoundEntry.objects.bulk_update(
        entries.values(), ["held", "rank", "facility", "moves", "by_lottery", "refusals"], batch_size=BATCH
    )
    _write_lists(row, reader, kitas, keys, {entry.registration_id for entry in entries.values()})
    return {
        "children": computed.market.children,
        "placed": placed,
        "moved": moved,
        "first": first,
        "top_three": top,
        "by_lottery": lottery,
        "seats": sum(sum(counts) for counts in computed.market.seats),
        "exact": computed.exact,
    }


def _write_lists(
    row: Round, reader: running.Reader, kitas: list[tuple[UUID, UUID]], keys: list[UUID], known: set[UUID]
) -> None:
    ListEntry.objects.filter(round=row).delete()
    rows, at, last = [], 0, -1
    for line in reader.lists():
        at = at + 1 if line.kita == last else 1
        last = line.kita
        if keys[line.child] not in known:
            continue
        facility, provider = kitas[line.kita]
        parts: Mapping[str, Any] = reader.annex["children"][line.child]["parts"]
        rows.append(
            ListEntry(
                round=row, facility_id=facility, provider_id=provider, registration_id=keys[line.child], position=at,
                points=line.points, parts=parts.get(str(line.kita), []), ticket_rank=line.ticket, hours=line.hours,
                start_on=line.start, seat_class_id=UUID(line.seat_class) if line.seat_class else None,
                proposed=line.placed, placed=line.placed, protected=line.protected,
            )
        )  # fmt: skip
    ListEntry.objects.bulk_create(rows, batch_size=BATCH)


@transaction.atomic
def certify(*, actor: Actor, round_id: UUID, now: datetime) -> None:
    """The independent checker reads the two files as a stranger would. Raises ``CertificateFailed`` with the first broken promise."""
    from stadtkern.casework.kita.allocation.formats import RoundInstance, read_instance
    from stadtkern.casework.kita.allocation.verify import Violation, verify
    from stadtkern.kernel.strict_reading import load_json

    policies.require_office(actor)
    row = locked(round_id)
    require_step(row, RoundState.CERTIFIED)
    data, outcome = read(row.instance_file_id), read(row.outcome_file_id)
    digest = hashlib.sha256(data).hexdigest()
    instance = read_instance(load_json(data, "runde.json"))
    try:
        verify(instance, load_json(outcome, "ergebnis.json"), digest)
    except Violation as violation:
        raise CertificateFailed(f"{CertificateFailed.message} {violation}") from violation
    row.result = {
        **row.result,
        "instance_sha256": digest,
        "outcome_sha256": hashlib.sha256(outcome).hexdigest(),
        "justified_envy": len(instance.excused) if isinstance(instance, RoundInstance) else 0,
        "certified_at": now.isoformat(),
    }
    move(row, RoundState.CERTIFIED, actor=actor, now=now, outcome=row.result["outcome_sha256"])


@transaction.atomic
def hand_over(*, actor: Actor, round_id: UUID, now: datetime) -> None:
    """The lists go to the providers. Who gave the city a mandate (level 4) has confirmed by it."""
    policies.require_office(actor)
    row = locked(round_id)
    require_step(row, RoundState.CONFIRMING)
    lines = ListEntry.objects.filter(round=row, placed=True, protected=False)
    here = lines.filter(provider__active=True).exclude(
        provider__level__in=FREE_LEVELS
    )  # who left is not asked
    levels = dict(here.order_by().values_list("provider_id", "provider__level").distinct())
    ProviderConfirmation.objects.bulk_create(
        [
            ProviderConfirmation(
                round=row,
                provider_id=key,
                confirmed_at=now if level == Level.MANDATE else None,
                confirmed_by_name="Mandat" if level == Level.MANDATE else "",
            )
            for key, level in levels.items()
        ]
    )
    move(row, RoundState.CONFIRMING, actor=actor, now=now, providers=len(levels))


@transaction.atomic
def cancel(*, actor: Actor, round_id: UUID, reason: str, now: datetime) -> None:
    """The emergency stop before anything was sent: families may change their wishes again."""
    policies.require_office(actor)
    row = locked(round_id)
    require_step(row, RoundState.CANCELLED)
    give_back(row)
    row.task = row.problem = ""
    move(row, RoundState.CANCELLED, actor=actor, now=now, given=bool(reason))


def give_back(row: Round) -> None:
    """Children of the round that have no offer are free again."""
    set_free(Registration.objects.filter(entries__round=row))


@transaction.atomic
def close(*, actor: Actor, round_id: UUID, now: datetime) -> None:
    """All offers are answered. Raises ``WrongStep`` while one is open."""
    policies.require_office(actor)
    row = locked(round_id)
    if row.offers.filter(state__in=("ready", "sent")).exists():
        raise WrongStep("Es sind noch Angebote offen.", message_en="There are open offers left.")
    row.closed_at = now
    move(row, RoundState.CLOSED, actor=actor, now=now)
