"""Reactions to facts of other rooms."""

from __future__ import annotations

from stadtkern.casework.cases.events import CaseErased, CaseMoved
from stadtkern.casework.forms.events import FormSubmitted
from stadtkern.casework.kita.actions import changing, erasing, registering
from stadtkern.casework.kita.form import SLUG
from stadtkern.kernel.events import subscribe


@subscribe(FormSubmitted)
def register_child(event: FormSubmitted) -> None:
    """The submitted form becomes a registration in the same transaction (``cases`` opened its case before)."""
    if event.service_slug == SLUG:
        registering.register(submission_id=event.submission_id, now=event.now)


@subscribe(CaseMoved)
def end_with_its_case(event: CaseMoved) -> None:
    """Withdrawn or closed on the pages of the case."""
    if event.service_slug == SLUG:
        changing.follow_case(case_id=event.case_id, state=event.target, now=event.at)


@subscribe(CaseErased)
def erase_with_its_case(event: CaseErased) -> None:
    """The retention of the case has ended: registration and child go with it."""
    if event.service_slug == SLUG:
        erasing.erase(case_id=event.case_id)
