"""Answers go into a draft: merged in memory, then written with or without a lock."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from stadtkern.casework.forms.errors import DraftChanged
from stadtkern.casework.forms.models import Draft
from stadtkern.casework.forms.runner import tree
from stadtkern.kernel.errors import InvalidInput

MAX_BYTES = 2_000_000
FIELDS = ("values", "revision", "updated_at", "page", "done_pages")


class DraftTooLarge(InvalidInput):
    """More text than an application may hold."""

    code = "draft-too-large"
    status = 413
    message = "Das sind mehr Angaben, als ein Antrag aufnehmen kann. Bitte kürzen Sie Ihre Texte."
    message_en = "These are more entries than an application can hold. Please shorten your texts."


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """The state of a draft as it was read: whoever writes without a lock proves that it is still this one."""

    revision: int
    updated_at: datetime


def kept(values: Mapping[str, Any]) -> dict[str, Any]:
    """The answers as PostgreSQL can keep them. Raises ``DraftTooLarge``."""
    found: dict[str, Any] = tree.storable(values)
    if len(json.dumps(found)) > MAX_BYTES:
        raise DraftTooLarge()
    return found


def put(
    draft: Draft, *, answers: Mapping[str, Any], base: str | None, page: str, done: bool | None, now: datetime
) -> Read:
    """Change the row in memory; returns the state it had.

    ``base`` is the fingerprint these paths had when the page was shown: raises ``DraftChanged`` (and changes nothing)
    if somebody else changed them since, unless both wrote the same.
    """
    read = Read(revision=draft.revision, updated_at=draft.updated_at)
    values = draft.values
    for path, raw in answers.items():
        values = tree.put(values, path, raw)
    values = kept(values)
    changed = tree.without_blanks(values) != tree.without_blanks(draft.values)
    if changed and base is not None and base != tree.fingerprint(draft.values, answers):
        raise DraftChanged()
    draft.revision += 1 if changed else 0
    draft.values, draft.updated_at = values, now
    draft.page = page[:120] or draft.page
    mark(draft, page, done)
    return read


def mark(draft: Draft, page: str, done: bool | None) -> None:
    """Note in memory that the page is (not) complete; None leaves it as it was."""
    if page and done is not None:
        draft.done_pages = [*(id for id in draft.done_pages if id != page), *([page] if done else [])]


def write_unless_overtaken(draft: Draft, read: Read) -> bool:
    """Write in one statement, without a lock before; False (and nothing is written) if somebody wrote since the reading.

    The database judges: a draft that was sent, erased, adopted or saved by another window since no longer matches.
    """
    rows = Draft.objects.filter(pk=draft.pk, account_id=draft.account_id, submission__isnull=True)
    rows = rows.filter(revision=read.revision, updated_at=read.updated_at)
    return rows.update(**{name: getattr(draft, name) for name in FIELDS}) == 1
