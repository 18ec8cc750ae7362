"""What has outlived its purpose: cases, bookings, drafts, records of logins. Found here, erased every night.

Nothing is erased that is held (``actions.hold``) or whose objection is still open or kept. Records (the E-Akte) have a
disposal of their own; they hear ``events.CaseErased``.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from stadtkern.casework.appointments import api as appointments
from stadtkern.casework.cases.actions import disposal
from stadtkern.casework.cases.models import Case
from stadtkern.casework.forms import api as forms
from stadtkern.foundation.access.api import Actor, system
from stadtkern.foundation.accounts import api as accounts
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel import clock

log = logging.getLogger("stadtkern.retention")
AT_ONCE = 500  # cases per night and municipality; the rest waits for the next night
LISTED = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something whose time is over. ``since_on`` is the day on which it ended."""

    kind: str
    id: UUID
    since_on: date
    reference: str = ""

    def as_json(self) -> dict[str, str]:
        return {
            "kind": self.kind,
            "id": str(self.id),
            "since": str(self.since_on),
            "reference": self.reference,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What would go in one municipality, and which cases something stops."""

    items: list[Item] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    stopped: dict[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {
            "counts": self.counts,
            "stopped": self.stopped,
            "items": [item.as_json() for item in self.items],
        }


def ended(today: date) -> QuerySet[Case]:
    """Closed cases (not objections: they go with theirs) whose retention has ended, whatever stops them."""
    return Case.objects.filter(retain_until_on__lte=today, state_kind=Case.StateKind.CLOSED, parent=None)


def due_cases(today: date) -> QuerySet[Case]:
    """The cases that may go: nobody holds them or an objection, and no objection is open or must be kept longer."""
    kept = Case.objects.filter(parent=OuterRef("pk")).filter(_keeps(today))
    return ended(today).filter(~Exists(kept), held_at__isnull=True).order_by("retain_until_on", "id")


def _keeps(today: date) -> Q:
    still = Q(retain_until_on__isnull=True) | Q(retain_until_on__gt=today)
    return still | ~Q(state_kind=Case.StateKind.CLOSED) | Q(held_at__isnull=False)


def plan(now: datetime) -> Plan:
    """What ``run`` would erase in the current municipality; changes nothing."""
    today = clock.local(now).date()
    due = due_cases(today).annotate(since=F("retain_until_on"))
    items = [
        Item(kind="cases", id=case.pk, since_on=case.since, reference=case.number) for case in due[:LISTED]
    ]
    over = {"bookings": appointments.due_for_erasure(now), "drafts": forms.expired_drafts(now)}
    for kind, rows in over.items():
        items += [Item(kind=kind, id=key, since_on=clock.local(at).date()) for key, at in rows]
    held = ended(today).filter(Q(held_at__isnull=False) | Q(linked__held_at__isnull=False)).distinct().count()
    return Plan(
        items=items,
        counts={"cases": due.count(), **{kind: len(rows) for kind, rows in over.items()}},
        stopped={"hold": held, "objection": ended(today).count() - due.count() - held},
    )


def run(now: datetime) -> dict[str, int]:
    """Erase in the current municipality what has outlived its purpose; returns how many of each kind.

    A case that cannot be erased is logged and left out; the others go. Raises ``RuntimeError`` at the end then.
    """
    actor, today = system(tenancy.current_id()), clock.local(now).date()
    done = {"cases": 0, "bookings": 0, "drafts": 0}
    failed = 0
    for case_id in list(due_cases(today).values_list("pk", flat=True)[:AT_ONCE]):
        try:
            done["cases"] += disposal.erase_case(actor=actor, case_id=case_id, today=today, now=now)
        except Exception:
            failed += 1
            log.exception("case not erased", extra={"code": str(case_id)})
    done["bookings"] = appointments.erase_due(actor=actor, now=now)
    done["drafts"] = _drafts(actor, now)
    if failed:
        raise RuntimeError(f"{failed} of {failed + done['cases']} cases could not be erased")
    return done


def _drafts(actor: Actor, now: datetime) -> int:
    number = len(forms.expired_drafts(now))
    if number:
        forms.expire_drafts(actor=actor, now=now)
    return number


def old_logins() -> int:
    """How many records of logins of this installation are over (logins belong to no municipality)."""
    return accounts.old_logins(clock.real_now())


def forget_logins() -> int:
    """Erase them."""
    return accounts.forget_logins(now=clock.real_now())
