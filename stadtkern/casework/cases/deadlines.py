"""When a case is due: the rule of its procedure, the calendar of the Land, the days on which it stood still."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from stadtkern.casework.processes import api as processes
from stadtkern.kernel import german_calendar

Period = tuple[date, date]


def due_date(
    procedure: processes.Procedure, *, received_on: date, pauses: Sequence[Period], state: str = "DE-RP"
) -> date | None:
    """The last day for the decision, or None when the procedure has no deadline (§§ 187 ff. BGB, § 31 VwVfG)."""
    if procedure.texts.deadline is None:
        return None
    return german_calendar.deadline(
        received_on,
        procedure.texts.deadline.amount,
        procedure.texts.deadline.unit,
        state=state,
        pauses=pauses,
    )
