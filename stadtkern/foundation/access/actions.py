"""Every write to roles and absences."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from stadtkern.foundation.access import policies
from stadtkern.foundation.access.actor import Actor
from stadtkern.foundation.access.models import Absence, Role, RoleAssignment
from stadtkern.foundation.accounts import api as accounts
from stadtkern.foundation.organizations import api as organizations
from stadtkern.foundation.tenancy.events import tell
from stadtkern.kernel.errors import Conflict, InvalidInput, NotAllowed, NotVisible


class LastAdministrator(Conflict):
    """Nobody would be left to administer the municipality."""

    code = "last-administrator"
    message = (
        "Das ist die letzte Person mit der Rolle Verwaltung. Geben Sie die Rolle zuerst einer anderen Person."
    )
    message_en = "This is the last administrator. Give the role to somebody else first."


@transaction.atomic
def assign_role(
    *,
    actor: Actor,
    account_id: UUID,
    role: str,
    valid_from_on: date,
    now: datetime,
    office_id: UUID | None = None,
    team_id: UUID | None = None,
    valid_to_on: date | None = None,
) -> UUID:
    """Give a role, for the whole municipality or narrowed to an office or a team. Raises ``InvalidInput``, ``Conflict``."""
    policies.require_administrator(actor)
    account = accounts.account(account_id)
    if account is None or account.kind == "resident":
        raise InvalidInput("Rollen bekommen nur Konten von Beschäftigten.")
    if role not in Role.values:
        raise InvalidInput("Diese Rolle gibt es nicht.")
    if valid_to_on is not None and valid_to_on <= valid_from_on:
        raise InvalidInput("Das Ende muss nach dem Beginn liegen.")
    _check_place(office_id, team_id)
    try:
        with transaction.atomic():
            row = RoleAssignment.objects.create(
                account_id=account_id, role=role, office_id=office_id, team_id=team_id,
                valid_from_on=valid_from_on, valid_to_on=valid_to_on,
            )  # fmt: skip
    except IntegrityError as error:
        raise Conflict("Diese Rolle hat das Konto schon.") from error
    tell(actor=actor, action="access.assign_role", obj=("account", account_id), now=now, role=role)
    return row.pk


def _check_place(office_id: UUID | None, team_id: UUID | None) -> None:
    """A role is narrowed by places of this municipality only (a foreign key alone would accept another's)."""
    if office_id is not None and organizations.office(id=office_id) is None:
        raise InvalidInput("Dieses Amt gibt es nicht.")
    if team_id is None:
        return
    team = next((team for team in organizations.teams() if team.id == team_id), None)
    if team is None or (office_id is not None and team.office_id != office_id):
        raise InvalidInput("Dieses Team gibt es in dem Amt nicht.")


@transaction.atomic
def end_role(*, actor: Actor, assignment_id: UUID, on: date, now: datetime) -> None:
    """A role ends on the day ``on`` (exclusive); one that has not begun is removed. Raises ``LastAdministrator``."""
    row = policies.find_assignment(actor, assignment_id)
    if row.role == Role.ADMINISTRATOR and not _others_administer(row, on):
        raise LastAdministrator()
    if on <= row.valid_from_on:
        row.delete()
    else:
        row.valid_to_on = on
        row.save(update_fields=["valid_to_on"])
    tell(actor=actor, action="access.end_role", obj=("account", row.account_id), now=now, role=row.role)


def _others_administer(row: RoleAssignment, on: date) -> bool:
    others = RoleAssignment.objects.filter(
        role=Role.ADMINISTRATOR, account__is_active=True, valid_from_on__lte=on
    )
    others = others.exclude(pk=row.pk)
    return others.filter(valid_to_on=None).exists() or others.filter(valid_to_on__gt=on).exists()


@transaction.atomic
def enter_absence(
    *, actor: Actor, account_id: UUID, deputy_id: UUID, from_on: date, to_on: date, now: datetime
) -> UUID:
    """Somebody is away from one day to another (exclusive); the deputy sees the work meanwhile."""
    if not policies.may_change_absence_of(actor, account_id):
        raise NotAllowed()
    if to_on <= from_on:
        raise InvalidInput("Das Ende muss nach dem Beginn liegen.")
    if account_id == deputy_id:
        raise InvalidInput("Niemand kann sich selbst vertreten.")
    works_here = RoleAssignment.objects.filter(account_id__in=[account_id, deputy_id])
    if works_here.order_by().values("account_id").distinct().count() != 2:
        raise InvalidInput("Vertretung und Vertretene müssen hier eine Rolle haben.")
    row = Absence.objects.create(account_id=account_id, deputy_id=deputy_id, from_on=from_on, to_on=to_on)
    tell(
        actor=actor,
        action="access.enter_absence",
        obj=("account", account_id),
        now=now,
        deputy=str(deputy_id),
    )
    return row.pk


@transaction.atomic
def delete_absence(*, actor: Actor, absence_id: UUID, now: datetime) -> None:
    """Take an absence back. Raises ``NotVisible``."""
    row = policies.absences_visible_to(actor).filter(pk=absence_id).first()
    if row is None:
        raise NotVisible()
    account_id = row.account_id
    row.delete()
    tell(actor=actor, action="access.delete_absence", obj=("account", account_id), now=now)
