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
_own_pages: dict[str, tuple[str, str]] = {}


def register_case_lookup(lookup: CaseLookup) -> None:
    """``lookup(submission id)`` gives the case, or None. The last one registered wins."""
    _lookup[:] = [lookup]


def case_of(submission_id: UUID) -> CaseReference | None:
    """The case of a submission, when somebody registered a lookup and there is one."""
    return _lookup[0](submission_id) if _lookup else None


def register_own_pages(service_slug: str, *, public: str, entry: str) -> None:
    """The service brings pages of its own: names of the addresses where people begin, and where the counter does."""
    _own_pages[service_slug] = (public, entry)


def own_pages(service_slug: str) -> tuple[str, str] | None:
    """Where an application of this service begins, if not with the pages of the form: (public, counter)."""
    return _own_pages.get(service_slug)
