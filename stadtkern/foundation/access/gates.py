"""Every view says who may enter. A view without a mark is refused by the middleware (and by an architecture test).

The gate is only the front door: objects are still reached through policies.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from stadtkern.foundation.access.models import Role

View = TypeVar("View", bound=Callable[..., Any])

ATTRIBUTE = "stadtkern_gate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Who may enter a view. ``assurance`` is the least level of the login."""

    kind: str  # public, guest, resident, staff, machine
    roles: frozenset[str] = frozenset()
    assurance: int = 0
    scope: str = ""


def _mark(gate: Gate) -> Callable[[View], View]:
    def mark(view: View) -> View:
        setattr(view, ATTRIBUTE, gate)
        return view

    return mark


def public(view: View) -> View:
    """Anyone may enter."""
    return _mark(Gate(kind="public"))(view)


def guest_or_resident(view: View) -> View:
    """Anyone may enter; the object itself is opened by account or by link and code (policy)."""
    return _mark(Gate(kind="guest"))(view)


def resident(*, assurance: int = 1) -> Callable[[View], View]:
    """A logged-in person (staff are persons too)."""
    return _mark(Gate(kind="resident", assurance=assurance))


def staff(*roles: Role) -> Callable[[View], View]:
    """Staff with second factor and, if any are named, one of the roles."""
    return _mark(Gate(kind="staff", roles=frozenset(str(r) for r in roles)))


def machine(scope: str) -> Callable[[View], View]:
    """A program with an app password (Basic) or token that carries ``scope``."""
    return _mark(Gate(kind="machine", scope=scope))
