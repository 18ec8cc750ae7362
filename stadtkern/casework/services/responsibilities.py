"""Who is responsible for a service in which area, and which team gets its new cases: every write to these rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from stadtkern.casework.services import policies
from stadtkern.casework.services.models import Responsibility, Service
from stadtkern.foundation.access.api import Actor, NotVisible
from stadtkern.foundation.audit import api as audit
from stadtkern.foundation.organizations import api as organizations
from stadtkern.foundation.places import api as places
from stadtkern.kernel import clock
from stadtkern.kernel.errors import Conflict, InvalidInput


class ResponsibilityProblem(InvalidInput):
    """A rule of responsibility cannot be kept; ``field`` names where to correct it."""

    code = "bad-responsibility"
    message = "Diese Zuständigkeit ist nicht vollständig."
    message_en = "This responsibility is incomplete."

    def __init__(self, field: str, message: str, message_en: str) -> None:
        self.field = field
        super().__init__(message, message_en=message_en, extra={"field": field})


class ResponsibilityOverlaps(Conflict):
    """For this area another rule holds in the same time."""

    code = "responsibility-overlaps"
    message = (
        "Für dieses Gebiet gilt in dieser Zeit schon eine andere Zuständigkeit. "
        "Beenden Sie sie zuerst oder wählen Sie einen anderen Zeitraum."
    )
    message_en = (
        "Another responsibility holds for this area in this period. End it first or choose another period."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """What a rule says; ``valid_to_on`` is the first day on which it no longer holds."""

    office_id: UUID | None
    team_id: UUID | None
    valid_from_on: date
    valid_to_on: date | None = None


@transaction.atomic
def add(*, actor: Actor, service_id: UUID, areas: Iterable[str], values: Values, now: datetime) -> list[UUID]:
    """One rule per area ("" is everywhere). Raises ``ResponsibilityProblem`` or ``ResponsibilityOverlaps``."""
    service = policies.routable(actor, service_id)
    chosen = sorted(set(areas))
    known = {"", *(district.key for district in places.districts())}
    if not chosen or not known.issuperset(chosen):
        raise ResponsibilityProblem("areas", "Wählen Sie mindestens ein Gebiet.", "Choose at least one area.")
    office_id = _check(values)
    made = []
    for area in chosen:
        _refuse_overlap(service, area, values)
        row = Responsibility.objects.create(
            service=service,
            area=area,
            office_id=office_id,
            team_id=values.team_id,
            valid_from_on=values.valid_from_on,
            valid_to_on=values.valid_to_on,
        )
        _record(actor, "services.add_responsibility", service, row, now)
        made.append(row.pk)
    return made


@transaction.atomic
def change(*, actor: Actor, responsibility_id: UUID, values: Values, now: datetime) -> None:
    """Change office, team or period of one rule. Cases that are open stay where they are."""
    service, row = _locked(actor, responsibility_id)
    office_id = _check(values)
    _refuse_overlap(service, row.area, values, but=row.pk)
    row.office_id, row.team_id = office_id, values.team_id
    row.valid_from_on, row.valid_to_on = values.valid_from_on, values.valid_to_on
    row.save()
    _record(actor, "services.change_responsibility", service, row, now)


@transaction.atomic
def end(*, actor: Actor, responsibility_id: UUID, now: datetime) -> None:
    """From today on the rule no longer holds; one that never held for a whole day is removed."""
    service, row = _locked(actor, responsibility_id)
    today = clock.local(now).date()
    _record(actor, "services.end_responsibility", service, row, now)
    if row.valid_from_on >= today:
        row.delete()
    elif row.valid_to_on is None or row.valid_to_on > today:
        row.valid_to_on = today
        row.save(update_fields=["valid_to_on"])


def _locked(actor: Actor, responsibility_id: UUID) -> tuple[Service, Responsibility]:
    row = Responsibility.objects.filter(pk=responsibility_id).first()
    if row is None:
        raise NotVisible()
    service = policies.routable(actor, row.service_id)
    return service, Responsibility.objects.select_for_update().get(pk=row.pk)


def _check(values: Values) -> UUID:
    office = organizations.office(id=values.office_id) if values.office_id else None
    if office is None:
        raise ResponsibilityProblem(
            "office", "Wählen Sie das zuständige Amt.", "Choose the responsible office."
        )
    if values.team_id is not None and values.team_id not in {t.id for t in organizations.teams(office.id)}:
        raise ResponsibilityProblem(
            "team", "Dieses Team gehört nicht zu dem Amt.", "This team does not belong to the office."
        )
    if values.valid_to_on is not None and values.valid_to_on <= values.valid_from_on:
        raise ResponsibilityProblem(
            "valid_to", "Das Ende muss nach dem Beginn liegen.", "The end must be after the beginning."
        )
    return office.id


def _refuse_overlap(service: Service, area: str, values: Values, *, but: UUID | None = None) -> None:
    """The row of the service is locked, so that two editors cannot both pass."""
    rows = Responsibility.objects.filter(service=service, area=area)
    if but is not None:
        rows = rows.exclude(pk=but)
    rows = rows.filter(Q(valid_to_on__isnull=True) | Q(valid_to_on__gt=values.valid_from_on))
    if values.valid_to_on is not None:
        rows = rows.filter(valid_from_on__lt=values.valid_to_on)
    if rows.exists():
        raise ResponsibilityOverlaps(extra={"area": area})


def _record(actor: Actor, action: str, service: Service, row: Responsibility, now: datetime) -> None:
    audit.record(
        actor=actor,
        action=action,
        obj=("service", service.pk),
        now=now,
        details={
            "slug": service.slug,
            "area": row.area,
            "office": str(row.office_id),
            "team": str(row.team_id or ""),
        },
        retention="permanent",
    )
