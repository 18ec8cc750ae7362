"""Who sees what of the joint platform (ADR 0130). Families see their own; the youth office sees all registrations; a provider's people
see their Kitas, and a child only while it is wished there, never with the rank of their Kita.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from stadtkern.casework.cases import api as cases
from stadtkern.casework.kita.form import SLUG
from stadtkern.casework.kita.models import (
    ACTIVE_STATES,
    Facility,
    Function,
    Provider,
    ProviderStaff,
    Registration,
    SecondGuardian,
    Wish,
    WishList,
)
from stadtkern.foundation.access.api import Actor, NotAllowed, NotVisible, Role

STAFF = (Role.KITA_OFFICE, Role.KITA_STAFF)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """For whom somebody works here: the youth office, providers as a whole (``manages``), single Kitas (``heads``)."""

    office: bool = False
    manages: frozenset[UUID] = frozenset()
    heads: frozenset[UUID] = frozenset()
    providers: frozenset[UUID] = frozenset()

    @property
    def empty(self) -> bool:
        return not (self.office or self.providers)


def scope_of(actor: Actor, on: date) -> Scope:
    """What the actor's roles and appointments give on a day."""
    if actor.kind == "system" or (actor.is_staff and actor.has(Role.KITA_OFFICE)):
        return Scope(office=True)
    if not actor.is_staff or not actor.has(Role.KITA_STAFF):
        return Scope()
    rows = ProviderStaff.objects.filter(
        Q(valid_to_on=None) | Q(valid_to_on__gt=on), account_id=actor.key, valid_from_on__lte=on
    ).values_list("function", "provider_id", "facility_id")
    found = list(rows)
    return Scope(
        manages=frozenset(provider for function, provider, _ in found if function == Function.MANAGER),
        heads=frozenset(facility for _, _, facility in found if facility is not None),
        providers=frozenset(provider for _, provider, _ in found),
    )


def require_office(actor: Actor) -> None:
    """Only the youth office. Raises ``NotAllowed``."""
    if actor.kind != "system" and not (actor.is_staff and actor.has(Role.KITA_OFFICE)):
        raise NotAllowed()


# --- providers and Kitas -----------------------------------------------------------------------------------------


def providers_visible_to(actor: Actor, on: date) -> QuerySet[Provider]:
    """Providers as a member of staff sees them: the office all, a provider's people their own."""
    scope = scope_of(actor, on)
    return Provider.objects.all() if scope.office else Provider.objects.filter(pk__in=scope.providers)


def facilities_of(actor: Actor, on: date) -> QuerySet[Facility]:
    """The Kitas somebody works for."""
    scope = scope_of(actor, on)
    rows = Facility.objects.select_related("provider")
    return rows if scope.office else rows.filter(Q(pk__in=scope.heads) | Q(provider_id__in=scope.manages))


def find_facility(actor: Actor, facility_id: UUID, on: date) -> Facility:
    """One of them; raises ``NotVisible``."""
    row = facilities_of(actor, on).filter(pk=facility_id).first()
    if row is None:
        raise NotVisible()
    return row


def public_facilities() -> QuerySet[Facility]:
    """What everybody may look at: Kitas of active providers."""
    return Facility.objects.filter(provider__active=True).select_related("provider", "district")


# --- registrations -----------------------------------------------------------------------------------------------


def newest_lists() -> QuerySet[WishList]:
    """The valid version of every wish list."""
    newer = WishList.objects.filter(registration=OuterRef("registration"), version__gt=OuterRef("version"))
    return WishList.objects.filter(~Exists(newer))


def applicants_of(facilities: QuerySet[Facility] | list[UUID]) -> QuerySet[Registration]:
    """Active registrations whose valid wishes name one of these Kitas."""
    newer = WishList.objects.filter(
        registration=OuterRef("wish_list__registration"), version__gt=OuterRef("wish_list__version")
    )
    wished = Wish.objects.filter(~Exists(newer), facility__in=facilities)
    # Asked first: as a part of one statement it is asked once per child where the planner knows no figures yet.
    keys = set(wished.values_list("wish_list__registration", flat=True))
    return Registration.objects.filter(pk__in=keys, state__in=ACTIVE_STATES).select_related("child")


def registrations_visible_to(actor: Actor, on: date) -> QuerySet[Registration]:
    """Staff: the office all, a provider's people those wished at their Kitas. Everybody: their own."""
    own = Registration.objects.filter(case_id__in=cases.own_ids(actor, SLUG)).select_related("child")
    scope = scope_of(actor, on)
    if scope.office:
        return Registration.objects.select_related("child")
    if scope.empty:
        return own
    return Registration.objects.filter(
        Q(pk__in=applicants_of(facilities_of(actor, on)).values("pk")) | Q(pk__in=own.values("pk"))
    ).select_related("child")


def own_registrations(actor: Actor) -> QuerySet[Registration]:
    """Those of the person herself (account, or guest with number and code), the newest first."""
    rows = Registration.objects.filter(case_id__in=cases.own_ids(actor, SLUG)).select_related("child")
    return rows.order_by("-registered_at", "-id")


def find_own(actor: Actor, registration_id: UUID, *, lock: bool = False) -> Registration:
    """One own registration; raises ``NotVisible``. The office may act for a family that asked it to."""
    rows = Registration.objects.select_related("child")
    if lock:
        rows = rows.select_for_update(of=("self",))
    row = rows.filter(pk=registration_id).first()
    helps = actor.is_staff and actor.has(Role.KITA_OFFICE, Role.COUNTER) and row is not None
    if row is None or not (cases.is_own(actor, row.case_id) or (helps and _may_help(actor, row))):
        raise NotVisible()
    return row


def shared_with(actor: Actor) -> QuerySet[SecondGuardian]:
    """Where the actor is the second guardian: confirmed by link and code, and nobody objected."""
    opened = Q(pk__in=actor.guest_keys)
    if actor.account_id is not None:
        opened |= Q(account_id=actor.account_id)
    return SecondGuardian.objects.filter(opened, ended_at=None, confirmed_at__isnull=False)


def find_family(actor: Actor, registration_id: UUID) -> tuple[Registration, bool]:
    """One registration to look at, and whether the actor is its second guardian (who sees all and answers nothing). Raises ``NotVisible``."""
    shared = (
        shared_with(actor).filter(registration=registration_id).select_related("registration__child").first()
    )
    if shared is not None and not cases.is_own(actor, shared.registration.case_id):
        return shared.registration, True
    return find_own(actor, registration_id), False


def _may_help(actor: Actor, row: Registration) -> bool:
    """The office helps everybody; a counter those whom it registered itself."""
    return actor.has(Role.KITA_OFFICE) or row.entered_by_id == actor.account_id


def find_applicant(actor: Actor, facility: Facility, registration_id: UUID) -> Registration:
    """A registration as one Kita sees it; raises ``NotVisible``. The caller found the Kita by ``find_facility``."""
    row = applicants_of([facility.pk]).filter(pk=registration_id).first()
    if row is None:
        raise NotVisible()
    return row
