"""Who sees a case and may do what with it. One rule, as a filter for lists and as a check for one."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from stadtkern.casework.cases.models import Case, Participation
from stadtkern.foundation.access.api import Actor, Mandate, NotAllowed, NotVisible, Right, Role

WORK = (Role.CASEWORKER, Role.TEAM_LEAD)


def visible_to(actor: Actor) -> QuerySet[Case]:
    """The cases an actor may see: her own and those of parties she acts for, or those of her responsibility as staff.

    Staff: teams and offices of her roles, cases assigned to her or to somebody she stands in for, and cases she was
    asked about. Auditors read all. Nobody else sees anything.
    """
    if actor.kind == "system" or (actor.is_staff and actor.has(Role.AUDITOR)):
        return Case.objects.all()
    if actor.is_staff:
        return Case.objects.filter(_responsible(actor) | _asked(actor) | Q(applicant_id=actor.account_id))
    return own(actor)


def in_work_of(actor: Actor) -> QuerySet[Case]:
    """The cases an actor works on (the work list): her responsibility, without what she only was asked about."""
    if not actor.is_staff or not actor.has(*WORK):
        return Case.objects.none()
    return Case.objects.filter(_responsible(actor))


def responsibility(actor: Actor) -> dict[str, list[UUID] | bool]:
    """Where an actor works: ``everywhere``, or in ``offices`` and ``teams``, and for ``people`` (herself, the absent)."""
    offices = actor.offices(*WORK)
    people = [account for account in (actor.account_id, *actor.deputizes_for) if account is not None]
    return {
        "everywhere": offices is None,
        "offices": sorted(offices or ()),
        "teams": sorted(actor.teams(*WORK)),
        "people": people,
    }


def _responsible(actor: Actor) -> Q:
    if not actor.has(*WORK):
        return Q(pk__in=[])
    place = responsibility(actor)
    if place["everywhere"]:
        return Q()
    return (
        Q(office_id__in=place["offices"]) | Q(team_id__in=place["teams"]) | Q(assignee_id__in=place["people"])
    )


def _asked(actor: Actor) -> Q:
    return Q(Exists(Participation.objects.filter(case=OuterRef("pk"), account_id=actor.key)))


def find(actor: Actor, case_id: UUID) -> Case:
    """One visible case; raises ``NotVisible``."""
    case = visible_to(actor).filter(pk=case_id).first()
    if case is None:
        raise NotVisible()
    return case


def find_for_work(actor: Actor, case_id: UUID) -> Case:
    """One case the actor may work on; raises ``NotVisible``, or ``NotAllowed`` when she may only read it."""
    case = find(actor, case_id)
    if actor.kind != "system" and not in_work_of(actor).filter(pk=case_id).exists():
        raise NotAllowed()
    return case


def find_as_applicant(actor: Actor, case_id: UUID, right: Right = "read") -> Case:
    """One case of the applicant (account, guest with link and code, or somebody with a mandate for the party).

    Raises ``NotVisible``, or ``NotAllowed`` for a mandate that does not reach that far.
    """
    case = own(actor).filter(pk=case_id).first()
    if case is None:
        raise NotVisible()
    if not may(actor, case, right):
        raise NotAllowed(
            "Dafür reicht Ihre Rolle oder Vollmacht nicht.",
            message_en="Your role or power of attorney does not cover this.",
        )
    return case


def own(actor: Actor, right: Right = "read") -> QuerySet[Case]:
    """The cases in which the actor is the applicant or may act for the party, whatever else she may be."""
    for_others = actor.reach(right, business="business_id", person="applicant_id", service="service_slug")
    return Case.objects.filter(_personal(actor) | for_others)


def personal(actor: Actor) -> QuerySet[Case]:
    """Her own cases as a person, without those of others she acts for (personal data, Art. 15 GDPR)."""
    return Case.objects.filter(_personal(actor))


def _personal(actor: Actor) -> Q:
    opened = Q(pk__in=actor.guest_keys) | Q(root_submission_id__in=actor.guest_keys)
    opened &= Q(business_id__isnull=True)
    return opened | Q(applicant_id=actor.account_id) if actor.account_id is not None else opened


def may(actor: Actor, case: Case, right: Right) -> bool:
    """The rule of ``own`` for one case (a test holds them together)."""
    if case.business_id is None and {case.pk, case.root_submission_id} & actor.guest_keys:
        return True
    if case.applicant_id is not None and case.applicant_id == actor.account_id:
        return True
    return mandate(actor, case, right) is not None


def mandate(actor: Actor, case: Case, right: Right = "read") -> Mandate | None:
    """By which right the actor acts for the party of a case; None in her own cases."""
    if case.applicant_id is not None and case.applicant_id == actor.account_id:
        return None
    return actor.mandate(case.business_id or case.applicant_id, right, case.service_slug)
