"""What happens to a registration, in the history and the post box of its case.

Registrations taken over in bulk (the demo city, lists of other programs) have no case until the family or the office does more than look: for
them there is no history to write into and no post box; the registration itself holds what happened.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from stadtkern.casework.cases import api as cases
from stadtkern.casework.kita.models import Registration
from stadtkern.foundation.access.api import Actor


def note(
    row: Registration, kind: str, *, actor: Actor, now: datetime, data: dict[str, Any] | None = None
) -> None:
    """A public line of the history."""
    if cases.numbers_of([row.case_id]):
        cases.note(row.case_id, kind, actor=actor, now=now, public=True, data=data)


def tell(
    row: Registration, title: str, *, now: datetime, mail: bool = True, file_id: UUID | None = None
) -> None:
    """Into the post box of the family, with a paper if there is one."""
    if cases.numbers_of([row.case_id]):
        cases.tell_applicant(row.case_id, kind="kita", title=title, now=now, mail=mail, file_id=file_id)
