"""The form inside a draft: taken out, kept, begun, taken over from the service, tried out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from stadtkern.casework.designer import actions, queries
from stadtkern.casework.designer.contents import FORM_FILES, manifest_of
from stadtkern.casework.designer.forms.sheet import EditRefused, Sheet, new_sheet, read_sheet, write_sheet
from stadtkern.casework.designer.models import ProcedureDraft
from stadtkern.casework.forms import api as forms
from stadtkern.casework.processes.packages.model import FORM, FORM_EN, RULES, SERVICE
from stadtkern.casework.processes.packages.renaming import NameInUse, Renaming, rename_alias
from stadtkern.casework.services import api as services
from stadtkern.foundation.access.api import Actor, Role


def has_form(row: ProcedureDraft) -> bool:
    """Whether the draft holds a form of its own."""
    return FORM in row.files


def load(row: ProcedureDraft) -> Sheet:
    """The form of a draft. Raises ``XdfError``, ``RulesetError``."""
    return read_sheet(row.files, reserved=_published_ids(row.slug))


def _published_ids(slug: str) -> frozenset[str]:
    info = forms.published(slug)
    return frozenset(position.id for _path, position in info.form.walk()) if info else frozenset()


def save(
    *,
    actor: Actor,
    row: ProcedureDraft,
    revision: int,
    sheet: Sheet,
    more: Mapping[str, str] | None = None,
    now: datetime,
) -> int:
    """Keep the form, and in the same step ``more`` files; returns the new revision. Raises ``Conflict``, ``DraftFixed``,
    ``XdfError``."""
    changes = {**(more or {}), **write_sheet(sheet)}
    return actions.save_files(actor=actor, draft_id=row.pk, revision=revision, changes=changes, now=now)


def follow(row: ProcedureDraft, path: str, before: Sheet, after: Sheet) -> tuple[str, str, Renaming] | None:
    """What the rest of the draft becomes when an element is called otherwise now: old name, new name, changes.

    None: its name stayed, or it had none. Raises ``EditRefused`` for a name that the procedure uses already.
    """
    old, new = before.alias_of(path), after.alias_of(path)
    if not old or not new or old == new:
        return None
    try:
        return old, new, rename_alias(row.files, old, new)
    except NameInUse as error:
        where = error.path
        raise EditRefused(
            "alias",
            f"„{new}“ bedeutet im Verfahren schon etwas anderes ({where}).",
            f"“{new}” already means something else in the procedure ({where}).",
        ) from error


def begin(row: ProcedureDraft, *, title: str, title_en: str, legal_basis: str, now: datetime) -> Sheet:
    """A new form, named like the procedure where nothing is said."""
    names = manifest_of(row.files).get("title") or {}
    bases = [line for line in legal_basis.splitlines() if line.strip()] or _bases_of_service(row)
    return new_sheet(
        slug=row.slug,
        title=title or names.get("de") or row.title,
        title_en=title_en or names.get("en") or "",
        legal_basis=[" ".join(line.split()) for line in bases],
        now=now,
    )


def _bases_of_service(row: ProcedureDraft) -> list[str]:
    """What the page of the service names as its legal basis."""
    known = services.installed(row.slug)
    page: Mapping[str, Any] = (
        known.content if known else json.loads(row.files[SERVICE]) if SERVICE in row.files else {}
    )
    found = page.get("legal_basis") or []
    return [str(each.get("citation")) for each in found if isinstance(each, Mapping) and each.get("citation")]


def published(row: ProcedureDraft, now: datetime) -> dict[str, str]:
    """The files of the form that is public now; empty without one."""
    found = forms.files_of_published(row.slug, now)
    if found and FORM_EN not in found:
        found[FORM_EN] = "{}"
    return found


def discard(*, actor: Actor, row: ProcedureDraft, revision: int, now: datetime) -> int:
    """The draft without a form of its own: what is public stays as it is."""
    changes: dict[str, str | None] = dict.fromkeys(FORM_FILES)
    return actions.save_files(actor=actor, draft_id=row.pk, revision=revision, changes=changes, now=now)


def try_out(*, actor: Actor, row: ProcedureDraft, now: datetime) -> str:
    """The address of a preview of the form as it stands."""
    return forms.try_out(
        actor=actor,
        service_slug=row.slug,
        data=row.files[FORM].encode("utf-8"),
        rules=json.loads(row.files.get(RULES, "{}")),
        texts={"en": json.loads(row.files.get(FORM_EN, "{}"))},
        now=now,
    )


def editor(actor: Actor) -> Actor:
    """The actor with the right to put something on the shelf of forms: building blocks, code lists."""
    return actor.acting_as(Role.SERVICE_MANAGER)


def may_undo(row: ProcedureDraft) -> bool:
    """Whether a step of the form can be taken back."""
    return queries.last_step(row, FORM_FILES) is not None
