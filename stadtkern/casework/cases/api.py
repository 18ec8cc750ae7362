"""What the rooms above use of cases."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from stadtkern.casework.cases.models import Case, Channel, Decision

__all__ = ["DecidedCase", "decided_cases", "numbers_of"]


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
