"""Who gives roles. The rule: administrators of the current municipality, to anybody who works for it."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from stadtkern.foundation.access.actor import Actor
from stadtkern.foundation.access.models import Absence, Role, RoleAssignment
from stadtkern.kernel.errors import NotAllowed, NotVisible


def may_administer(actor: Actor) -> bool:
    """Whether the actor gives roles here (commands and the set-up do)."""
    return actor.kind == "system" or (actor.is_staff and actor.has(Role.ADMINISTRATOR))


def require_administrator(actor: Actor) -> None:
    """Raises ``NotAllowed``."""
    if not may_administer(actor):
        raise NotAllowed()


def assignments_visible_to(actor: Actor) -> QuerySet[RoleAssignment]:
    """Roles of the current municipality: all for administrators and auditors, else one's own."""
    rows = RoleAssignment.objects.select_related("account", "office", "team").order_by(
        "account_id", "role", "id"
    )
    if may_administer(actor) or actor.has(Role.AUDITOR):
        return rows
    return rows.filter(account_id=actor.account_id) if actor.account_id else rows.none()


def absences_visible_to(actor: Actor) -> QuerySet[Absence]:
    """Absences one may change: all for administrators, those of the own people for team leads, else one's own."""
    rows = Absence.objects.select_related("account", "deputy").order_by("from_on", "id")
    if may_administer(actor):
        return rows
    if not actor.is_staff:
        return rows.none()
    accounts = {actor.account_id}
    if actor.has(Role.TEAM_LEAD):
        accounts |= set(_led_by(actor).values_list("account_id", flat=True))
    return rows.filter(account_id__in=accounts)


def may_change_absence_of(actor: Actor, account_id: UUID) -> bool:
    """Whether the actor may enter or delete an absence of this account."""
    if may_administer(actor) or (actor.is_staff and account_id == actor.account_id):
        return True
    return actor.has(Role.TEAM_LEAD) and _led_by(actor).filter(account_id=account_id).exists()


def _led_by(actor: Actor) -> QuerySet[RoleAssignment]:
    rows = RoleAssignment.objects.order_by("id")
    offices = actor.offices(Role.TEAM_LEAD)
    if offices is None:
        return rows
    teams = actor.teams(Role.TEAM_LEAD)
    return rows.filter(team_id__in=teams) | rows.filter(office_id__in=offices)


def find_assignment(actor: Actor, assignment_id: UUID) -> RoleAssignment:
    """One role of an account, for administrators; raises ``NotVisible``."""
    row = assignments_visible_to(actor).filter(pk=assignment_id).first() if may_administer(actor) else None
    if row is None:
        raise NotVisible()
    return row
