"""Failed steps and their repair: seen, tried again with other values, or skipped when two people agree.

Every reading and every repair is in the audit log. Skipping needs two: one asks with a reason, another one confirms.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.db import transaction

from stadtkern.casework.processes.actions import repair
from stadtkern.casework.processes.engine import model as m
from stadtkern.casework.processes.engine.state import loads
from stadtkern.casework.processes.models import Incident
from stadtkern.casework.processes.versions import procedure
from stadtkern.foundation.access.api import Actor
from stadtkern.foundation.audit import api as audit
from stadtkern.kernel import feel
from stadtkern.kernel.errors import Conflict, DomainError, InvalidInput

SKIP = "skip"


class NoSuchIncident(DomainError):
    """The failed step was repaired meanwhile, or never was."""

    code: ClassVar[str] = "no-such-incident"
    status: ClassVar[int] = 409
    message = "Diese Störung ist schon behoben."
    message_en = "This failure has already been repaired."


class SkipNeedsSecondPerson(DomainError):
    """Whoever asked to skip a step may not confirm it."""

    code: ClassVar[str] = "skip-needs-second-person"
    status: ClassVar[int] = 409
    message = "Überspringen braucht eine zweite Person; Sie haben es selbst vorgeschlagen."
    message_en = "Skipping needs a second person; you asked for it yourself."


@dataclass(frozen=True, slots=True, kw_only=True)
class SkipAsked:
    """Somebody wants a failed step skipped."""

    by_id: UUID | None
    by_name: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A failed step with what one needs to repair it. ``reads``: the values its expressions read, as FEEL writes them."""

    id: UUID
    instance_id: UUID
    subject_kind: str
    subject_id: UUID
    slug: str
    node: str
    label: str
    code: str
    message: str
    message_en: str
    opened_at: datetime
    reads: Mapping[str, str]
    flows: tuple[tuple[str, str], ...]
    skip: SkipAsked | None

    def text(self, language: str) -> str:
        """What went wrong, for people."""
        return self.message_en if language.startswith("en") and self.message_en else self.message


def failures(*, subject: tuple[str, UUID] | None = None, limit: int = 200) -> list[Failure]:
    """Failed steps that wait for repair (of one subject), the oldest first."""
    rows = Incident.objects.filter(closed_at=None).select_related("instance", "instance__version")
    if subject is not None:
        rows = rows.filter(instance__subject_kind=subject[0], instance__subject_id=subject[1])
    return [_failure(row) for row in rows.order_by("opened_at", "id")[:limit]]


def failure(incident_id: UUID) -> Failure:
    """One failed step; raises ``NoSuchIncident`` when it is repaired."""
    row = (
        Incident.objects.filter(pk=incident_id, closed_at=None)
        .select_related("instance", "instance__version")
        .first()
    )
    if row is None:
        raise NoSuchIncident()
    return _failure(row)


def _failure(row: Incident) -> Failure:
    instance = row.instance
    model = procedure(instance.version_id).processes[instance.process]
    node = model.nodes.get(row.node)
    known = loads(instance.state).variables
    asked = row.detail.get(SKIP)
    return Failure(
        id=row.pk,
        instance_id=instance.pk,
        subject_kind=instance.subject_kind,
        subject_id=instance.subject_id,
        slug=instance.version.service_slug,
        node=row.node,
        label=(node.name if node else "") or row.node,
        code=row.code,
        message=row.message,
        message_en=row.message_en,
        opened_at=row.opened_at,
        reads={name: literal(known.get(name)) for name in sorted(_names(model, node))} if node else {},
        flows=tuple((flow.id, flow.name or _target(model, flow)) for flow in model.out(row.node)),
        skip=SkipAsked(
            by_id=UUID(asked["by"]) if asked.get("by") else None,
            by_name=asked["name"],
            reason=asked["reason"],
            at=datetime.fromisoformat(asked["at"]),
        )
        if asked
        else None,
    )


def _target(model: m.Process, flow: m.Flow) -> str:
    return model.nodes[flow.target].name or flow.target


def _names(model: m.Process, node: m.Node) -> set[str]:
    """The variables that a node and the flows behind it read."""
    texts: list[m.Expression] = [flow.condition for flow in model.out(node.id) if flow.condition]
    for part in ("inputs", "outputs", "assignments"):
        texts += [assignment.value for assignment in getattr(node, part, ())]
    multi: m.MultiInstance | None = getattr(node, "multi", None)
    if multi is not None:
        texts += [text for text in (multi.collection, multi.cardinality, multi.completion) if text]
    names: set[str] = set()
    for text in texts:
        names |= feel.variables(text.text, text.names)
    return names - {"action", "parameter", "result"}


def literal(value: Any) -> str:
    """A value as FEEL writes it."""
    if isinstance(value, Mapping):
        return (
            "{" + ", ".join(f"{json.dumps(str(key))}: {literal(each)}" for key, each in value.items()) + "}"
        )
    if isinstance(value, list | tuple):
        return "[" + ", ".join(literal(each) for each in value) + "]"
    found = feel.to_json(feel.from_python(value))
    if isinstance(found, str) and not isinstance(value, str):
        return f'@"{found}"'  # dates, times and durations
    return json.dumps(found, ensure_ascii=False)


def read_literal(name: str, text: str) -> Any:
    """The value of a FEEL text without any variables; raises ``InvalidInput`` with the place of the mistake."""
    try:
        return feel.to_python(feel.evaluate(text, {}))
    except feel.FeelError as error:
        raise InvalidInput(
            f"„{name}“: {error}", message_en=f"“{name}”: {error}", extra={"field": name}
        ) from error


@transaction.atomic
def retry(*, incident_id: UUID, variables: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Try a failed step again, after setting variables. Raises ``NoSuchIncident``."""
    found = failure(incident_id)
    _record(actor, "retried", found, now=now, details={"variables": sorted(variables)})
    if not repair(incident_id=incident_id, way="retry", variables=variables, actor=actor, now=now):
        raise NoSuchIncident()


@transaction.atomic
def ask_to_skip(*, incident_id: UUID, reason: str, actor: Actor, now: datetime) -> None:
    """Ask that a failed step be skipped, with a reason; a second person confirms."""
    row = Incident.objects.select_for_update().filter(pk=incident_id, closed_at=None).first()
    if row is None:
        raise NoSuchIncident()
    if not reason.strip():
        raise InvalidInput(
            "Bitte schreiben Sie, warum der Schritt entfallen kann.",
            message_en="Please write why the step can be skipped.",
        )
    row.detail = {
        **row.detail,
        SKIP: {
            "by": str(actor.account_id or ""),
            "name": actor.name,
            "reason": reason.strip()[:2000],
            "at": now.isoformat(),
        },
    }
    row.save(update_fields=["detail"])
    _record(actor, "skip_asked", _failure(row), now=now, reason=reason.strip()[:500])


@transaction.atomic
def skip(*, incident_id: UUID, flow: str | None, actor: Actor, now: datetime) -> SkipAsked:
    """Confirm that a failed step is skipped. Raises ``SkipNeedsSecondPerson`` for the one who asked."""
    found = failure(incident_id)
    if found.skip is None:
        raise Conflict(
            "Niemand hat vorgeschlagen, diesen Schritt zu überspringen.",
            message_en="Nobody asked to skip this step.",
        )
    if actor.account_id is None or found.skip.by_id == actor.account_id:
        raise SkipNeedsSecondPerson()
    _record(actor, "skipped", found, now=now, reason=found.skip.reason[:500], details={"flow": flow or ""})
    if not repair(incident_id=incident_id, way="skip", variables={}, flow=flow or None, actor=actor, now=now):
        raise NoSuchIncident()
    return found.skip


@transaction.atomic
def refuse_skip(*, incident_id: UUID, actor: Actor, now: datetime) -> None:
    """The second person says no: the step waits for repair as before."""
    row = Incident.objects.select_for_update().filter(pk=incident_id, closed_at=None).first()
    if row is None:
        raise NoSuchIncident()
    row.detail = {key: value for key, value in row.detail.items() if key != SKIP}
    row.save(update_fields=["detail"])
    _record(actor, "skip_refused", _failure(row), now=now)


def _record(
    actor: Actor,
    what: str,
    found: Failure,
    *,
    now: datetime,
    reason: str = "",
    details: Mapping[str, Any] | None = None,
) -> None:
    audit.record(
        actor=actor,
        action=f"processes.step_{what}",
        obj=(found.subject_kind, found.subject_id),
        reason=reason,
        details={"incident": str(found.id), "node": found.node, "code": found.code, **(details or {})},
        now=now,
    )
