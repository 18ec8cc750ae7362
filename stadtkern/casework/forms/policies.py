"""Who may see and do what with forms, drafts and submissions. The same rule as a filter for lists and a check for one.

Drafts and submissions belong to a party (a resident or a business); whoever has a mandate for it reaches them as far as
that goes. Staff see a submission only through a case (``register_submission_gate``).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Literal
from uuid import UUID

from django.db.models import Q, QuerySet

from stadtkern.casework.forms.models import (
    HEAVY_OF_VERSION,
    STAFF_CHANNELS,
    Channel,
    Draft,
    FormDefinition,
    FormVersion,
    Submission,
)
from stadtkern.foundation.access.api import Actor, Mandate, NotAllowed, NotVisible, Right, Role

SubmissionGate = Callable[[Actor, Collection[UUID], str], bool]
SubmissionAction = Literal["read", "amend"]

#: forms on trial belong to no service: their name begins with this, which no service's can
TRIAL = "probe--"
_gates: list[SubmissionGate] = []


def register_submission_gate(gate: SubmissionGate) -> None:
    """A module above (cases) says who may reach a submission through it: ``gate(actor, ids of the chain, action)``.

    Actions: ``read`` (staff and the applicant of the case), ``amend`` (only the applicant).
    """
    if gate not in _gates:
        _gates.append(gate)


# --- forms -------------------------------------------------------------------------------------------------------


def definitions_visible_to(actor: Actor) -> QuerySet[FormDefinition]:
    """Forms that the actor may manage: editors of services all but those on trial, process designers those on trial."""
    rows = FormDefinition.objects.all()
    if actor.kind == "system":
        return rows
    trial = Q(service_slug__startswith=TRIAL)
    mine = Q(pk__in=[])
    if actor.is_staff and actor.has(Role.SERVICE_MANAGER):
        mine |= ~trial
    if actor.is_staff and actor.has(Role.PROCESS_DESIGNER):
        mine |= trial
    return rows.filter(mine)


def require_manager(actor: Actor) -> None:
    """Only the editors of services (and the platform itself) work on forms. Raises ``NotAllowed``."""
    if actor.kind != "system" and not (actor.is_staff and actor.has(Role.SERVICE_MANAGER)):
        raise NotAllowed()


def find_version(actor: Actor, version_id: UUID, *, lock: bool = False) -> FormVersion:
    """A version the actor may manage. Raises ``NotVisible``."""
    rows = FormVersion.objects.select_related("definition").filter(
        definition__in=definitions_visible_to(actor)
    )
    if lock:
        rows = rows.select_for_update(of=("self",))
    row = rows.filter(pk=version_id).first()
    if row is None:
        raise NotVisible()
    return row


def may_preview(actor: Actor) -> bool:
    """Whether the actor fills in forms that are not public."""
    return actor.is_staff and (actor.has(Role.SERVICE_MANAGER) or actor.has(Role.PROCESS_DESIGNER))


# --- drafts ------------------------------------------------------------------------------------------------------


def drafts_visible_to(actor: Actor) -> QuerySet[Draft]:
    """Drafts of the actor's account, those she may fill in for others, and those opened with link and code in this session.

    What a person began herself stays hers: a power of attorney opens only what was begun under one.
    """
    mine = Q(pk__in=actor.guest_keys, account_id__isnull=True, business_id__isnull=True)
    if actor.account_id is not None:
        mine |= Q(account_id=actor.account_id)
        slug = "version__definition__service_slug"
        mine |= actor.reach("apply", business="business_id", service=slug)
        mine |= Q(power_id__isnull=False) & actor.reach("apply", person="account_id", service=slug)
    rows = Draft.objects.filter(mine)
    if not may_enter(actor):
        rows = rows.exclude(channel__in=STAFF_CHANNELS)
    if not may_preview(actor):
        rows = rows.exclude(channel=Channel.PREVIEW)
    return rows


def may_open(actor: Actor, row: Draft) -> bool:
    """The rule of ``drafts_visible_to`` for one draft (a test holds them together); a page asks it with every request."""
    if row.channel in STAFF_CHANNELS and not may_enter(actor):
        return False
    if row.channel == Channel.PREVIEW and not may_preview(actor):
        return False
    if row.account_id is None and row.business_id is None:
        return row.pk in actor.guest_keys
    if row.account_id is not None and row.account_id == actor.account_id:
        return True
    return mandate_of_draft(actor, row) is not None


def mandate_of_draft(actor: Actor, row: Draft) -> Mandate | None:
    """By which right the actor fills in a draft that is not her own; None for her own and for what she may not open."""
    if row.business_id is None and row.power_id is None:
        return None
    if row.account_id is not None and row.account_id == actor.account_id:
        return None
    return actor.mandate(row.business_id or row.account_id, "apply", row.version.definition.service_slug)


def find_draft(actor: Actor, draft_id: UUID, *, lock: bool = False) -> Draft:
    """A draft of the actor. Raises ``NotVisible``."""
    rows = Draft.objects.select_related("version__definition").defer(*HEAVY_OF_VERSION)
    if lock:
        rows = rows.select_for_update(of=("self",))
    row = next(iter(rows.filter(pk=draft_id)), None)
    if row is None or not may_open(actor, row):
        raise NotVisible()
    return row


def may_enter(actor: Actor) -> bool:
    """Whether the actor takes applications on behalf of others (counter, telephone, post)."""
    return actor.is_staff and actor.has(Role.COUNTER)


def require_channel(actor: Actor, channel: str) -> None:
    """Who may apply by which way. Raises ``NotAllowed``."""
    if channel in STAFF_CHANNELS and not may_enter(actor):
        raise NotAllowed()
    if channel == Channel.PREVIEW and actor.kind != "system" and not may_preview(actor):
        raise NotAllowed()


# --- submissions -------------------------------------------------------------------------------------------------


def find_submission(actor: Actor, submission_id: UUID, action: SubmissionAction = "read") -> Submission:
    """A submission the actor may read or amend. Raises ``NotVisible``."""
    rows = Submission.objects.select_related("version__definition").defer(*HEAVY_OF_VERSION)
    row = rows.filter(pk=submission_id).first()
    if row is None or not may(actor, action, row):
        raise NotVisible()
    return row


def may(actor: Actor, action: SubmissionAction, row: Submission) -> bool:
    """Own, of a party she acts for, opened by link and code, entered by this member of staff, or let through by a case.

    What was sent is read by those who may read the cases of the party, amended by those who may apply for it.
    """
    if actor.kind == "system":
        return True
    people = (
        (row.account_id, row.entered_by_id) if action == "read" or may_enter(actor) else (row.account_id,)
    )
    if actor.account_id is not None and actor.account_id in people:
        return True
    right: Right = "apply" if action == "amend" else "read"
    if actor.mandate(row.business_id or row.account_id, right, row.service_slug) is not None:
        return True
    if row.business_id is None and (row.pk in actor.guest_keys or row.root_id in actor.guest_keys):
        return True
    if not _gates:
        return False
    root = row.root_id or row.pk
    chain = Submission.objects.filter(Q(pk=root) | Q(root_id=root)).values_list("pk", flat=True)
    ids = frozenset(chain)
    return any(gate(actor, ids, action) for gate in _gates)
