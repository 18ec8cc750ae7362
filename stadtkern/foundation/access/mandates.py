"""For whom else somebody may act: businesses she belongs to, and those who gave her a power of attorney.

Rooms above say it (``register_mandates``); the policies judge it, as a filter for lists and as a check for one object,
from the same values. Mandates are read when a policy first asks, once per actor: an actor lives as long as its request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.db.models import Q

Right = Literal["read", "receive", "apply", "administer"]
PartyKind = Literal["business", "person"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mandate:
    """What the actor may do for one party. ``services`` None means all; ``power`` is the power of attorney, if it is one.

    read: see cases and where they stand; receive: open decisions, documents and the post box; apply: fill in, send,
    answer, withdraw, pay; administer: the business account itself.
    """

    party: UUID
    kind: PartyKind
    name: str
    rights: frozenset[Right]
    services: frozenset[str] | None = None
    power: UUID | None = None

    def covers(self, right: Right, service: str) -> bool:
        """Whether the mandate reaches that far."""
        return right in self.rights and (self.services is None or service in self.services)


class Mandates:
    """The mandates of one actor, read at the first question."""

    __slots__ = ("_known", "_load")

    def __init__(self, load: Callable[[], tuple[Mandate, ...]]) -> None:
        self._load = load
        self._known: tuple[Mandate, ...] | None = None

    def __iter__(self) -> Iterator[Mandate]:
        if self._known is None:
            self._known = self._load()
        return iter(self._known)


NONE = Mandates(tuple)

Source = Callable[[UUID], tuple[Mandate, ...]]
_sources: list[Source] = []


def register_mandates(source: Source) -> None:
    """``source(account id)`` gives the mandates of an account in the current municipality, today."""
    if source not in _sources:
        _sources.append(source)


def mandates_of(account_id: UUID) -> Mandates:
    """All mandates of an account."""
    return Mandates(lambda: tuple(mandate for source in _sources for mandate in source(account_id)))


def find(mandates: Mandates, party: UUID | None, right: Right, service: str) -> Mandate | None:
    """The check for one object: the mandate for this party, right and service; membership before power of attorney."""
    if party is None:
        return None
    fitting = [one for one in mandates if one.party == party and one.covers(right, service)]
    return min(fitting, key=lambda one: one.power is not None, default=None)


def reach(mandates: Mandates, right: Right, *, service: str, business: str = "", person: str = "") -> Q:
    """The filter for lists: rows whose party gave the actor ``right``. The names are fields of the filtered model; a kind of
    party without a field is left out."""
    found = Q(pk__in=[])
    for one in mandates:
        party = business if one.kind == "business" else person
        if not party or right not in one.rights:
            continue
        rows = Q(**{party: one.party})
        found |= rows if one.services is None else rows & Q(**{f"{service}__in": sorted(one.services)})
    return found
