"""Reactions to facts of other rooms."""

from __future__ import annotations

from stadtkern.casework.cases.events import CaseErased
from stadtkern.casework.relief import actions
from stadtkern.kernel.events import subscribe


@subscribe(CaseErased)
def forget_case(event: CaseErased) -> None:
    """The figures of an erased case stay without its number."""
    actions.forget_case(event.case_id)
