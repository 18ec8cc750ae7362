"""Who acts: plain values that policies judge. Built once per request, job or command."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal
from uuid import UUID

from django.db.models import Q

from stadtkern.foundation.access import mandates as rules
from stadtkern.foundation.access.mandates import Mandate, Mandates, Right
from stadtkern.foundation.access.models import Role

NOBODY = UUID(int=0)

Kind = Literal["resident", "staff", "guest", "machine", "system"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """The person or program behind an action, for one tenant.

    ``grants`` are (role, office id or None, team id or None); ``deputizes_for`` accounts who are absent today.
    ``guest_keys`` are ids of drafts and cases that a guest opened with link and code in this session.
    ``assurance`` is the level of this login (0, 1, 3, 4). ``mandates`` say for whom else the person may act.
    """

    kind: Kind
    tenant_id: UUID
    account_id: UUID | None = None
    name: str = ""
    grants: frozenset[tuple[str, UUID | None, UUID | None]] = frozenset()
    deputizes_for: frozenset[UUID] = frozenset()
    guest_keys: frozenset[UUID] = frozenset()
    scopes: frozenset[str] = frozenset()
    assurance: int = 0
    language: str = "de"
    mandates: Mandates = field(default=rules.NONE, compare=False, repr=False)
    roles: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "roles", frozenset(role for role, _, _ in self.grants))

    def has(self, *roles: Role | str) -> bool:
        """Whether the actor has one of the roles anywhere in this tenant."""
        return any(str(role) in self.roles for role in roles)

    def offices(self, *roles: Role | str) -> frozenset[UUID] | None:
        """Offices in which one of the roles holds; None means all offices of the tenant."""
        wanted = {str(role) for role in roles}
        found = [(office, team) for role, office, team in self.grants if role in wanted]
        if any(office is None and team is None for office, team in found):
            return None
        return frozenset(office for office, team in found if office is not None and team is None)

    def teams(self, *roles: Role | str) -> frozenset[UUID]:
        """Teams to which one of the roles is narrowed."""
        wanted = {str(role) for role in roles}
        return frozenset(team for role, _, team in self.grants if role in wanted and team is not None)

    def acting_as(self, role: Role) -> Actor:
        """The same person with one more role, for one action whose own rule has judged already."""
        return replace(self, grants=self.grants | {(str(role), None, None)})

    def mandate(self, party: UUID | None, right: Right, service: str) -> Mandate | None:
        """Why the actor may do this for a party that is not herself; None when she may not."""
        return rules.find(self.mandates, party, right, service)

    def reach(self, right: Right, *, service: str, business: str = "", person: str = "") -> Q:
        """The same as a filter: rows of parties for whom the actor may do this (the names are fields)."""
        return rules.reach(self.mandates, right, service=service, business=business, person=person)

    @property
    def is_staff(self) -> bool:
        return self.kind == "staff"

    @property
    def key(self) -> UUID:
        """The account id for lookups; for an actor without account one that matches nothing."""
        return self.account_id or NOBODY

    @property
    def reference(self) -> str:
        """For the audit: kind and id, never a name."""
        return f"{self.kind}:{self.account_id}" if self.account_id else self.kind


def system(tenant_id: UUID, name: str = "Stadtkern") -> Actor:
    """The platform itself, for jobs and commands."""
    return Actor(kind="system", tenant_id=tenant_id, name=name)
