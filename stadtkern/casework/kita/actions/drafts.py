"""The notebook of a registration while it is written: kept with every page, gone after thirty days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, BinaryIO
from uuid import UUID

from django.conf import settings
from django.db import transaction

from stadtkern.casework.forms import api as forms
from stadtkern.casework.kita.models import RegistrationDraft
from stadtkern.foundation.access.api import Actor, NotAllowed, NotVisible, Role
from stadtkern.foundation.files import api as files
from stadtkern.kernel.errors import InvalidInput

LIFETIME = timedelta(days=30)
MOST_FILES = 20
PROOFS = frozenset({"application/pdf", "image/jpeg", "image/png"})
STAFF_CHANNELS = ("counter", "phone", "post")


def start(
    *, actor: Actor, now: datetime, channel: str = "online", wishes: list[str] | None = None
) -> RegistrationDraft:
    """Begin; ``wishes`` are keys of Kitas that were remembered while searching. Raises ``NotAllowed``."""
    if channel in STAFF_CHANNELS and not may_enter(actor):
        raise NotAllowed()
    draft = RegistrationDraft(
        account_id=actor.account_id,
        channel=channel,
        language=actor.language[:5],
        answers={"picked": list(dict.fromkeys(wishes or []))[:12]},
        created_at=now,
        updated_at=now,
        expires_at=now + LIFETIME,
    )
    draft.save(force_insert=True)
    return draft


def may_enter(actor: Actor) -> bool:
    """Who registers children for families: counters and the youth office."""
    return actor.is_staff and actor.has(Role.COUNTER, Role.KITA_OFFICE)


def find(actor: Actor, draft_id: UUID, now: datetime, *, lock: bool = False) -> RegistrationDraft:
    """A draft of the account, or of this browser session (its id is among the guest keys). Raises ``NotVisible``."""
    rows = RegistrationDraft.objects.filter(pk=draft_id, expires_at__gt=now)
    row = (rows.select_for_update() if lock else rows).first()
    if row is None:
        raise NotVisible()
    own = row.account_id is not None and row.account_id == actor.account_id
    opened = row.account_id is None and row.pk in actor.guest_keys
    if not (own or opened) or (row.channel in STAFF_CHANNELS and not may_enter(actor)):
        raise NotVisible()
    return row


def with_code(draft: RegistrationDraft) -> str:
    """A fresh code that opens the draft on another device; shown once."""
    code = forms.new_guest_code()
    draft.code_digest = forms.guest_code_digest(code)
    draft.save(update_fields=["code_digest"])
    return code


def open_with_code(draft_id: UUID, code: str, now: datetime) -> RegistrationDraft | None:
    """The draft that link and code open, or None."""
    row = RegistrationDraft.objects.filter(pk=draft_id, expires_at__gt=now, account__isnull=True).first()
    return row if row is not None and forms.guest_code_fits(code, row.code_digest) else None


@transaction.atomic
def save(*, actor: Actor, draft_id: UUID, changes: Mapping[str, Any], now: datetime) -> RegistrationDraft:
    """Keep what was typed, whatever it is; judging comes with the next page and again at the end."""
    draft = find(actor, draft_id, now, lock=True)
    if draft.registration_id is not None:
        return draft
    draft.answers = {**draft.answers, **changes}
    draft.updated_at, draft.expires_at = now, now + LIFETIME
    draft.save(update_fields=["answers", "updated_at", "expires_at"])
    return draft


@transaction.atomic
def attach(
    *, actor: Actor, draft_id: UUID, criterion: str, content: BinaryIO, name: str, now: datetime
) -> RegistrationDraft:
    """Put a proof to a criterion. Raises the refusals of ``files``, and ``InvalidInput`` when there are too many."""
    draft = find(actor, draft_id, now, lock=True)
    if len(draft.file_ids) >= MOST_FILES:
        raise InvalidInput(
            "Mehr Dateien gehen hier nicht. Fehlende Nachweise können Sie später hochladen.",
            message_en="No more files here. You can upload missing proofs later.",
        )
    stored = files.store(
        content, name=name, allowed=PROOFS, max_bytes=settings.UPLOAD_MAX_BYTES, purpose="kita-draft", now=now
    )
    proofs = dict(draft.answers.get("proofs") or {})
    proofs[criterion] = [*proofs.get(criterion, []), {"id": str(stored.id), "name": stored.name}]
    draft.answers = {**draft.answers, "proofs": proofs}
    draft.file_ids = [*draft.file_ids, str(stored.id)]
    draft.updated_at = now
    draft.save(update_fields=["answers", "file_ids", "updated_at"])
    return draft


@transaction.atomic
def detach(*, actor: Actor, draft_id: UUID, file_id: str, now: datetime) -> RegistrationDraft:
    """Take a proof away again."""
    draft = find(actor, draft_id, now, lock=True)
    if file_id not in draft.file_ids:
        raise NotVisible()
    proofs = {
        key: [row for row in rows if row["id"] != file_id]
        for key, rows in (draft.answers.get("proofs") or {}).items()
    }
    draft.answers = {**draft.answers, "proofs": {key: rows for key, rows in proofs.items() if rows}}
    draft.file_ids = [key for key in draft.file_ids if key != file_id]
    draft.save(update_fields=["answers", "file_ids"])
    files.delete(UUID(file_id))
    return draft


def discard_expired(now: datetime) -> int:
    """Erase drafts whose time is over, with their files; how many."""
    rows = list(RegistrationDraft.objects.filter(expires_at__lte=now)[:500])
    for row in rows:
        empty(row)
        row.delete()
    return len(rows)


def empty(draft: RegistrationDraft) -> None:
    """Delete the files of a draft; what was sent has copies of its own."""
    for key in draft.file_ids:
        files.delete(UUID(key))
    draft.file_ids, draft.answers = [], {}
