"""What modules above tell this room: the number and address of the case of a submission."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReference:
    """The case that a submission became: its number, its page, and its state for programs."""

    number: str
    url: str
    api_url: str = ""


CaseLookup = Callable[[UUID], CaseReference | None]

_lookup: list[CaseLookup] = []


def register_case_lookup(lookup: CaseLookup) -> None:
    """``lookup(submission id)`` gives the case, or None. The last one registered wins."""
    _lookup[:] = [lookup]


def case_of(submission_id: UUID) -> CaseReference | None:
    """The case of a submission, when somebody registered a lookup and there is one."""
    return _lookup[0](submission_id) if _lookup else None
