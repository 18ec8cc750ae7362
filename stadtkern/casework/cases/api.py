"""What the rooms above use of cases."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from stadtkern.casework.cases import policies
from stadtkern.casework.cases.actions import withdraw
from stadtkern.casework.cases.actions.common import put_into_post_box, write_history
from stadtkern.casework.cases.guests import open_with_code, remember
from stadtkern.casework.cases.models import Case, Channel, Decision
from stadtkern.casework.cases.timeline import register_titles
from stadtkern.foundation.access.api import Actor

__all__ = [
    "CaseLine",
    "DecidedCase",
    "case_of_submission",
    "decided_cases",
    "is_own",
    "note",
    "numbers_of",
    "open_with_code",
    "own_ids",
    "register_titles",
    "remember",
    "tell_applicant",
    "withdraw",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedCase:
    """A decided case in figures, without any person."""

    id: UUID
    service_slug: str
    online: bool
    automatic: bool
    received_at: datetime
    decided_at: datetime


def decided_cases(
    *, since: datetime, until: datetime, after: tuple[datetime, UUID] | None = None, limit: int = 2_000
) -> list[DecidedCase]:
    """Cases decided in [since, until), objections apart, in order; ``after`` is the end of the piece before."""
    rows = Case.objects.filter(parent=None, decided_at__gte=since, decided_at__lt=until)
    if after is not None:
        rows = rows.filter(Q(decided_at__gt=after[0]) | Q(decided_at=after[0], id__gt=after[1]))
    automatic = Decision.objects.filter(case=OuterRef("pk"), released_at__isnull=False, automatic=True)
    found = (
        rows.annotate(by_machine=Exists(automatic))
        .order_by("decided_at", "id")
        .values_list("id", "service_slug", "channel", "by_machine", "received_at", "decided_at")
    )
    return [
        DecidedCase(
            id=key,
            service_slug=slug,
            online=channel in (Channel.ONLINE, Channel.API),
            automatic=by_machine,
            received_at=received,
            decided_at=decided,
        )
        for key, slug, channel, by_machine, received, decided in found[:limit]
        if decided is not None
    ]


def numbers_of(case_ids: Collection[UUID]) -> dict[UUID, str]:
    """The numbers of cases, for pages that speak of cases without opening them."""
    return dict(Case.objects.filter(pk__in=case_ids).values_list("pk", "number"))


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """A case for rooms that keep an object of their own beside it."""

    id: UUID
    number: str
    language: str
    email: str
    name: str


def case_of_submission(submission_id: UUID) -> CaseLine | None:
    """The case that a submission became, or None."""
    row = Case.objects.filter(root_submission_id=submission_id, parent=None).first()
    return None if row is None else _line(row)


def _line(row: Case) -> CaseLine:
    return CaseLine(
        id=row.pk,
        number=row.number,
        language=row.language,
        email=row.applicant_email,
        name=row.applicant_name,
    )


def own_ids(actor: Actor, service_slug: str) -> list[UUID]:
    """The cases of a service in which the actor is the applicant (account, or guest with number and code)."""
    rows = policies.own(actor).filter(service_slug=service_slug, parent=None)
    return list(rows.order_by("-received_at").values_list("pk", flat=True))


def is_own(actor: Actor, case_id: UUID) -> bool:
    """Whether the actor is the applicant of this case."""
    return policies.own(actor).filter(pk=case_id).exists()


def note(
    case_id: UUID,
    kind: str,
    *,
    actor: Actor,
    now: datetime,
    public: bool = False,
    data: Mapping[str, Any] | None = None,
) -> None:
    """A line of the history with its audit entry, by a room that checked its own policy. ``kind`` has its title by ``register_titles``."""
    write_history(Case.objects.get(pk=case_id), kind, actor=actor, now=now, public=public, data=data)


def tell_applicant(
    case_id: UUID, *, kind: str, title: str, now: datetime, file_id: UUID | None = None, mail: bool = True
) -> None:
    """Lay something into the applicant's post box, with a mail that says only that it is there."""
    put_into_post_box(
        Case.objects.get(pk=case_id), kind=kind, title=title, now=now, file_id=file_id, mail=mail
    )
