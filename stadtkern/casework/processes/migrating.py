"""Running instances move to another version of their procedure: first said for each what would happen, then done, each in one
transaction, in batches by job. What does not fit stays where it is.

    move = transfer(source=old_id, target=new_id, mapping={"pruefen": "antrag_pruefen"})
    for case in dry_run(move): print(case.subject_id, case.fits, case.needs, case.lost)
    start(move, accept_lost=False, actor=actor, now=now)
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar
from uuid import UUID

from django.db import transaction
from django.db.models import Count

from stadtkern.casework.processes import execution, jobs, locking
from stadtkern.casework.processes.engine import commands as c
from stadtkern.casework.processes.engine import engine
from stadtkern.casework.processes.engine import events as e
from stadtkern.casework.processes.engine import migration as moving
from stadtkern.casework.processes.engine.state import State, loads
from stadtkern.casework.processes.events import SubjectMigrated
from stadtkern.casework.processes.execution import Running
from stadtkern.casework.processes.models import Instance, ProcessVersion, Task, Wait
from stadtkern.casework.processes.packages.procedure import Procedure
from stadtkern.casework.processes.situation import actions_of, state_code
from stadtkern.casework.processes.versions import parameters_of, procedure
from stadtkern.foundation.access.api import Actor
from stadtkern.foundation.audit import api as audit
from stadtkern.foundation.jobs import api as job_room
from stadtkern.kernel import events
from stadtkern.kernel.errors import InvalidInput

BATCH = 100
SHOWN = 1_000


class BadMapping(InvalidInput):
    """A mapping that names elements which do not exist, or versions of different services."""

    code: ClassVar[str] = "bad-migration-mapping"
    message = "Die Zuordnung nennt Elemente, die es in einer der Fassungen nicht gibt."
    message_en = "The mapping names elements that one of the versions does not have."


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """What moving one subject means. ``tasks``: name before and after; sentences for what is needed, lost and added."""

    instance_id: UUID
    subject_kind: str
    subject_id: UUID
    state_before: str
    state_after: str
    tasks: tuple[tuple[str, str], ...]
    needs: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    added: tuple[str, ...] = ()

    @property
    def fits(self) -> bool:
        """It can be moved."""
        return not self.needs

    def moves(self, *, accept_lost: bool) -> bool:
        """Whether it is moved; what would be lost wants a person's yes."""
        return self.fits and (accept_lost or not self.lost)


@dataclass(frozen=True, kw_only=True)
class Transfer:
    """From one version to another. Made by ``transfer``."""

    source: UUID
    target: UUID
    mapping: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def old(self) -> Procedure:
        """The procedure the instances run on."""
        return procedure(self.source)

    @cached_property
    def new(self) -> Procedure:
        """The procedure they go to."""
        return procedure(self.target)

    @cached_property
    def plans(self) -> Mapping[str, moving.Plan]:
        """How each process goes on, by the id of the old one; one that is gone has none."""
        found = {}
        for key, old in self.old.processes.items():
            new = self.new.process if old.id == self.old.process.id else self.new.processes.get(key)
            if new is not None:
                own = {a: b for a, b in self.mapping.items() if a in old.nodes or a in old.flows}
                found[key] = moving.plan_migration(old, new, own)
        return found

    @cached_property
    def parameters(self) -> Mapping[str, Any]:
        """What holds in this municipality for the parameters of the new version."""
        return parameters_of(self.new)

    def homeless(self, *, all_of_them: bool = False) -> list[tuple[str, str, str]]:
        """Elements without a place in the new version (``all_of_them``: also those that the mapping has given one): id, name,
        and the id of one there that has the same name and kind."""
        rows = []
        for plan in self.plans.values():
            for key, node in plan.old.nodes.items():
                if key in plan.new.nodes or (key in self.mapping and not all_of_them):
                    continue
                same = [other for other, name in self.places_for(key) if node.name and name == node.name]
                rows.append((key, node.name, same[0] if len(same) == 1 else ""))
        return rows

    def places_for(self, key: str) -> list[tuple[str, str]]:
        """The elements of the new version that could take an element's place, by kind: id and name."""
        for plan in self.plans.values():
            node = plan.old.nodes.get(key)
            if node is not None:
                fits = (other for other in plan.new.nodes.values() if type(other) is type(node))
                return [(other.id, other.name or other.id) for other in fits]
        return []


def transfer(*, source: UUID, target: UUID, mapping: Mapping[str, str] | None = None) -> Transfer:
    """A plan from one stored version to another; raises ``BadMapping``."""
    found = Transfer(source=source, target=target, mapping=dict(mapping or {}))
    known = {name for process in found.old.processes.values() for name in (*process.nodes, *process.flows)}
    if found.old.slug != found.new.slug or not found.mapping.keys() <= known:
        raise BadMapping()
    try:
        assert found.plans is not None
    except ValueError as error:
        raise BadMapping(extra={"why": str(error)}) from error
    return found


def running_by_version(slug: str) -> list[tuple[str, int]]:
    """How many subjects run on which version of a service, the oldest first: (day of the version, count)."""
    rows = (
        Instance.objects.filter(version__service_slug=slug, status="running", parent=None)
        .values("version_id", "version__created_at")
        .annotate(count=Count("id"))
        .order_by("version__created_at", "version_id")
    )
    return [(row["version__created_at"].date().isoformat(), row["count"]) for row in rows]


def versions_in_use(slug: str) -> list[tuple[UUID, datetime, int]]:
    """The stored versions of a service, the newest first, with the number of subjects that run on each."""
    rows = ProcessVersion.objects.filter(service_slug=slug).order_by("-created_at", "-id")[:50]
    counts = dict(
        Instance.objects.filter(version__in=list(rows), status="running", parent=None)
        .values_list("version_id")
        .annotate(count=Count("id"))
        .order_by("version_id")
    )
    return [(row.pk, row.created_at, counts.get(row.pk, 0)) for row in rows]


# --- what would happen


def dry_run(move: Transfer, *, limit: int = SHOWN) -> list[Foreseen]:
    """What would happen to each running subject, nothing is written."""
    return [foresee(move, family) for family in _families(move, limit)]


def standing_at(move: Transfer, *, limit: int = SHOWN) -> frozenset[str]:
    """The elements of the old version at which somebody stands or inside which somebody is."""
    found: set[str] = set()
    for family in _families(move, limit):
        for row in family:
            state = loads(row.state)
            found |= {token.node for token in state.tokens.values()}
            found |= {scope.node for scope in state.scopes.values()}
    return frozenset(found)


def _families(move: Transfer, limit: int) -> list[list[Instance]]:
    """Each running subject with the processes it called, the caller first; one query for each depth of calling."""
    families = {row.pk: [row] for row in _mains(move).order_by("started_at", "id")[:limit]}
    home = {pk: pk for pk in families}
    level = list(families)
    while level:
        rows = list(Instance.objects.filter(parent__in=level, status="running").order_by("id"))
        for row in rows:
            assert row.parent_id is not None
            home[row.pk] = home[row.parent_id]
            families[home[row.pk]].append(row)
        level = [row.pk for row in rows]
    return list(families.values())


def _mains(move: Transfer) -> Any:
    return Instance.objects.filter(version_id=move.source, status="running", parent=None)


def foresee(move: Transfer, family: list[Instance]) -> Foreseen:
    """What would happen to one subject with the processes it called, its own first."""
    row = family[0]
    needs: dict[str, None] = {}
    lost: dict[str, None] = {}
    added: dict[str, None] = {}
    tasks: list[tuple[str, str]] = []
    after = row.state_code
    for part in family:
        plan, state = move.plans.get(part.process), loads(part.state)
        if plan is None:
            needs[f"Den aufgerufenen Ablauf „{part.process}“ gibt es in der neuen Fassung nicht."] = None
            continue
        verdict = plan.dry_run(state)
        needs |= dict.fromkeys(_sentences(plan, verdict.needs))
        lost |= dict.fromkeys(_sentences(plan, verdict.lost))
        added |= dict.fromkeys(_sentences(plan, verdict.added))
        if not verdict.needs:
            tasks += _tasks(plan, state)
        if part.pk == row.pk:
            after = _state_after(move, plan, state, row.state_code) if not verdict.needs else row.state_code
            added |= dict.fromkeys(
                f"Der Wert „parameter.{name}“ kommt hinzu." for name in _fresh(move, state)
            )
    if after and after not in move.new.texts.states:
        needs[f"Den Stand „{after}“ gibt es in der neuen Fassung nicht."] = None
    return Foreseen(
        instance_id=row.pk,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        state_before=row.state_code,
        state_after=after,
        tasks=tuple(tasks),
        needs=tuple(needs),
        lost=tuple(lost),
        added=tuple(added),
    )


def _family(row: Instance) -> Iterator[Instance]:
    """An instance and the running ones it called, the caller first, each locked."""
    yield row
    for child in locking.called_by(row):
        yield from _family(child)


def _sentences(plan: moving.Plan, notes: tuple[moving.Note, ...]) -> list[str]:
    return [note._replace(node=_label(plan, note.node)).text() for note in notes]


def _label(plan: moving.Plan, name: str) -> str:
    node = plan.old.nodes.get(name) or plan.new.nodes.get(name)
    return node.name or node.id if node is not None else name


def _tasks(plan: moving.Plan, state: State) -> Iterator[tuple[str, str]]:
    for wait in state.waits.values():
        if wait.kind == "task":
            yield _label(plan, wait.node), _label(plan, plan.target(wait.node))


def _state_after(move: Transfer, plan: moving.Plan, state: State, before: str) -> str:
    return state_code(move.new.texts, plan.new, moving.migrate(state, plan).state, (), before)


def _fresh(move: Transfer, state: State) -> dict[str, Any]:
    """Parameters that the new version has and the subject does not know yet; those it knows stay as they were."""
    known = state.variables.get("parameter")
    return {
        key: value
        for key, value in move.parameters.items()
        if not isinstance(known, Mapping) or key not in known
    }


# --- doing it


@transaction.atomic
def start(move: Transfer, *, accept_lost: bool, actor: Actor, now: datetime) -> int:
    """Begin to move; returns how many subjects are looked at. The caller has checked that the actor may."""
    count = int(_mains(move).count())
    audit.record(
        actor=actor,
        action="processes.migrate",
        obj=("process_version", move.target),
        now=now,
        details={"from": str(move.source), "count": count, "mapping": len(move.mapping)},
        retention="permanent",
    )
    job_room.enqueue(
        jobs.migrate_batch,
        source=str(move.source),
        target=str(move.target),
        mapping=json.dumps(dict(move.mapping)),
        accept_lost=accept_lost,
        after="",
        by=str(actor.account_id or ""),
    )
    return count


def migrate_batch(
    move: Transfer, *, accept_lost: bool, after: UUID | None, by: str, actor: Actor, now: datetime
) -> tuple[UUID | None, int]:
    """Move the next subjects, each in its own transaction; returns where to go on (None: all done) and how many moved."""
    rows = _mains(move).order_by("id")
    found = list((rows.filter(pk__gt=after) if after else rows).values_list("pk", flat=True)[:BATCH])
    moved = sum(
        migrate_one(move, instance_id=pk, accept_lost=accept_lost, by=by, actor=actor, now=now)
        for pk in found
    )
    return (found[-1] if len(found) == BATCH else None), moved


@transaction.atomic
def migrate_one(
    move: Transfer, *, instance_id: UUID, accept_lost: bool, by: str, actor: Actor, now: datetime
) -> bool:
    """Move one subject with the processes it called; False when it stays."""
    row = locking.by_id(instance_id)
    if row is None or row.version_id != move.source or row.status != "running":
        return False
    family = list(_family(row))
    if not foresee(move, family).moves(accept_lost=accept_lost):
        return False
    source = row.state_code
    for part in family:
        _move(move, execution.running(part), actor=actor, now=now)
    audit.record(
        actor=actor,
        action="processes.migrated",
        obj=(row.subject_kind, row.subject_id),
        now=now,
        details={"from": str(move.source), "to": str(move.target), "by": by},
    )
    row.refresh_from_db(fields=["state_code"])
    events.publish(
        SubjectMigrated(
            subject_kind=row.subject_kind,
            subject_id=row.subject_id,
            version_id=move.target,
            source=source,
            state=row.state_code,
            at=now,
        )
    )
    return True


def _move(move: Transfer, before: Running, *, actor: Actor, now: datetime) -> None:
    plan = move.plans[before.row.process]
    step = moving.migrate(before.state, plan)
    state, commands = step.state, step.commands
    if before.row.parent_id is None and (fresh := _fresh(move, state)):
        known = state.variables.get("parameter")
        both = {**fresh, **(known if isinstance(known, Mapping) else {})}
        after = engine.step(plan.new, state, e.VariablesSet({"parameter": both}))
        state, commands = after.state, (*commands, *after.commands)
    row = before.row
    row.version_id, row.process = move.target, plan.new.id
    row.save(update_fields=["version", "process"])
    moved = Running(row, move.new, state)
    execution.store(moved, (*commands, c.TookWay(())), event="Migrated", actor=actor, now=now)
    _follow(moved)


def _follow(moved: Running) -> None:
    """Rows of what goes on as it was carry the names of the new version."""
    model = moved.procedure.processes[moved.row.process]
    for number, wait in moved.state.waits.items():
        if wait.kind == "task":
            actions = " ".join(actions_of(model.nodes[wait.node]))
            Task.objects.filter(instance=moved.row, number=number, status="open").update(actions=actions)
        else:
            Wait.objects.filter(instance=moved.row, number=number).exclude(node=wait.node).update(
                node=wait.node
            )
