"""JSON: the published figures of relief, for everybody and for the steering floor."""

from __future__ import annotations

from datetime import date, datetime

from django.http import HttpRequest
from ninja import Router, Schema

from stadtkern.casework.relief import queries
from stadtkern.casework.relief.models import Figure
from stadtkern.casework.relief.rules import LEAST

router = Router(tags=["relief"])


class ReliefFigure(Schema):
    """What may be said about a service (or all of them together)."""

    service: str | None
    title: str | None
    cases: int
    online_percent: int
    automatic_percent: int
    median_days: int
    days_before: int | None
    minutes_per_case: int | None
    minutes_per_case_before: int | None
    saved_minutes: int | None


class Relief(Schema):
    """The published figures with their period and the least number of cases behind each."""

    from_on: date | None
    to_on: date | None
    computed_at: datetime | None
    least_cases: int
    total: ReliefFigure | None
    services: list[ReliefFigure]


@router.get("/relief", url_name="relief", summary="What the digital services bring", response=Relief)
def relief(request: HttpRequest) -> Relief:
    """Shares, days and minutes per service over the last year; services with fewer than five cases are left out."""
    found = queries.published()
    return Relief(
        from_on=found.total.from_on if found.total else None,
        to_on=found.to_on,
        computed_at=found.computed_at,
        least_cases=LEAST,
        total=_figure(found.total) if found.total else None,
        services=[_figure(row) for row in found.services],
    )


def _figure(row: Figure) -> ReliefFigure:
    return ReliefFigure(
        service=row.service_slug or None,
        title=row.title or None,
        cases=row.cases,
        online_percent=row.online_percent,
        automatic_percent=row.automatic_percent,
        median_days=row.median_days,
        days_before=row.days_before,
        minutes_per_case=row.minutes,
        minutes_per_case_before=row.minutes_before,
        saved_minutes=row.saved_minutes,
    )
