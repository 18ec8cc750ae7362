"""Who works in the workshop: process designers of the municipality. Publishing needs one who did not work on the draft."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from stadtkern.casework.designer.errors import DraftFixed, SecondPerson
from stadtkern.casework.designer.models import ProcedureDraft
from stadtkern.foundation.access.api import Actor, NotAllowed, NotVisible, Role

ROLES = (Role.PROCESS_DESIGNER,)


def may_design(actor: Actor) -> bool:
    """Whether the actor works on procedures here."""
    return actor.kind == "system" or (actor.is_staff and actor.has(*ROLES))


def require_designer(actor: Actor) -> None:
    """Raises ``NotAllowed``."""
    if not may_design(actor):
        raise NotAllowed()


def visible_to(actor: Actor) -> QuerySet[ProcedureDraft]:
    """All drafts of the municipality for its designers, none for others."""
    return ProcedureDraft.objects.all() if may_design(actor) else ProcedureDraft.objects.none()


def find(actor: Actor, draft_id: UUID, *, lock: bool = False) -> ProcedureDraft:
    """A draft the actor may see; raises ``NotVisible``."""
    rows = visible_to(actor)
    if lock:
        rows = rows.select_for_update(of=("self",))
    row = rows.filter(pk=draft_id).first()
    if row is None:
        raise NotVisible()
    return row


def editable(actor: Actor, draft_id: UUID) -> ProcedureDraft:
    """A draft to change, locked; raises ``NotVisible`` or ``DraftFixed``."""
    row = find(actor, draft_id, lock=True)
    editable_now(row)
    return row


def editable_now(row: ProcedureDraft) -> None:
    """Raises ``DraftFixed`` unless the draft is being worked on."""
    if row.state != ProcedureDraft.State.DRAFT:
        raise DraftFixed()


def may_review(actor: Actor, row: ProcedureDraft) -> bool:
    """Whether the actor is a second person for this draft."""
    worked = {row.author_id, row.submitted_by_id, *row.editor_ids}
    return may_design(actor) and actor.account_id is not None and actor.account_id not in worked


def reviewable(actor: Actor, draft_id: UUID) -> ProcedureDraft:
    """A draft that was handed over, locked for a second person; raises ``NotVisible``, ``DraftFixed``, ``SecondPerson``."""
    row = find(actor, draft_id, lock=True)
    if row.state != ProcedureDraft.State.SUBMITTED:
        raise DraftFixed()
    if not may_review(actor, row):
        raise SecondPerson()
    return row
