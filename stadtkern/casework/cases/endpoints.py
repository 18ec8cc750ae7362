"""JSON API: the state of a case."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema

from stadtkern.casework.cases import queries, tokens
from stadtkern.casework.cases.models import Case
from stadtkern.kernel.errors import NotVisible

router = Router(tags=["cases"])


class CaseState(Schema):
    """Where a case stands. No personal data."""

    case_number: str
    service: str
    state: str
    state_kind: str
    state_text: str
    received_at: datetime
    due_on: date | None
    decided_at: datetime | None
    decision: str | None


@router.get("/cases/{case_id}", url_name="case-state", summary="State of a case", response=CaseState)
def case_state(request: HttpRequest, case_id: UUID, token: str = Query("", max_length=100)) -> CaseState:  # type: ignore[type-arg]
    """The state of a case, for whoever has the address that the submission answered (``state_url``)."""
    case = Case.objects.filter(pk=case_id).first() if tokens.fits(case_id, token) else None
    if case is None:
        raise NotVisible()
    decision = case.decisions.filter(released_at__isnull=False).order_by("-released_at").first()
    return CaseState(
        case_number=case.number,
        service=case.service_slug,
        state=case.state,
        state_kind=case.state_kind,
        state_text=queries.public_state(case, getattr(request, "LANGUAGE_CODE", "de")),
        received_at=case.received_at,
        due_on=case.due_on,
        decided_at=case.decided_at,
        decision=decision.kind if decision else None,
    )
