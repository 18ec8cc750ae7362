"""Writes on the shape of a version in progress: its pages, and building blocks put in or taken out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import transaction

from stadtkern.casework.forms import layout, policies
from stadtkern.casework.forms.actions.versions import (
    _audit,
    _carried_over,
    _editable,
    _keep_source,
    save_ruleset,
)
from stadtkern.casework.forms.codec import from_json, to_json
from stadtkern.casework.forms.errors import BlockRefused, LayoutRefused
from stadtkern.casework.forms.info import FormVersionInfo, version_info
from stadtkern.casework.forms.model import Form, Group, Position
from stadtkern.casework.forms.models import BuildingBlock, FormVersion
from stadtkern.casework.forms.ruleset import Page, Ruleset, ruleset_to_json
from stadtkern.casework.forms.ruleset_check import check_ruleset
from stadtkern.casework.forms.xdf import XdfError, read_message
from stadtkern.foundation.access.api import Actor, NotVisible
from stadtkern.foundation.audit import api as audit
from stadtkern.kernel.errors import Conflict

MOST_TIMES = 999


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedBlock:
    """A building block was read; ``new`` is False when the same one was there already."""

    id: UUID
    key: str
    name: str
    new: bool
    id_map: tuple[tuple[str, str], ...]


def with_pages(form: Form, ruleset: Ruleset, pages: tuple[Page, ...]) -> Ruleset:
    """The rules with these pages (none: one page per group). Raises ``LayoutRefused``."""
    if any(not page.title.strip() for page in pages):
        raise LayoutRefused("Jede Seite braucht eine Überschrift.", message_en="Every page needs a title.")
    changed = replace(ruleset, pages=pages)
    wrong = [item for item in check_ruleset(changed, form) if item.where.startswith("pages")]
    if wrong:
        raise LayoutRefused(wrong[0].message)
    return changed


def set_pages(
    *, actor: Actor, version_id: UUID, revision: int, pages: tuple[Page, ...], now: datetime
) -> FormVersionInfo:
    """Keep the pages of a version in progress (none: one page per group). Raises ``LayoutRefused``, ``Conflict``."""
    info = version_info(policies.find_version(actor, version_id))
    ruleset = with_pages(info.form, info.ruleset, pages)
    return save_ruleset(
        actor=actor,
        version_id=version_id,
        ruleset=ruleset,
        revision=revision,
        action="forms.edit_pages",
        now=now,
    )


@transaction.atomic
def import_block(*, actor: Actor, data: bytes, name: str, now: datetime) -> ImportedBlock:
    """Read a group message (0103) as a building block. The same again is no change.

    Raises ``XdfError``; ``Conflict`` when this version of the group is here with other content.
    """
    policies.require_manager(actor)
    message = read_message(data)
    group = message.root
    if not isinstance(group, Group):
        raise XdfError(
            "unknown-message", "Die Datei enthält ein ganzes Formular, keinen Baustein (Datenfeldgruppe)."
        )
    digest = sha256(data).hexdigest()
    known = BuildingBlock.objects.filter(key=group.key[:200]).first()
    if known is not None:
        if known.source_sha256 != digest and known.model != to_json(group):
            raise Conflict(
                f"Der Baustein {group.key} ist schon mit anderem Inhalt eingelesen. Eine neue Fassung braucht eine neue Version.",
                message_en=f"The building block {group.key} is here already with other content.",
            )
        return _imported(known, new=False, id_map=message.id_map)
    row = BuildingBlock.objects.create(
        key=group.key[:200],
        name=group.label[:300],
        model=to_json(group),
        source_name=name[:300],
        source_sha256=digest,
        source_file_id=_keep_source(data, name, now),
        imported_at=now,
        imported_by_id=actor.account_id,
    )
    _audit_block(actor, "forms.import_block", row, now)
    return _imported(row, new=True, id_map=message.id_map)


def _imported(row: BuildingBlock, *, new: bool, id_map: tuple[tuple[str, str], ...]) -> ImportedBlock:
    return ImportedBlock(id=row.pk, key=row.key, name=row.name, new=new, id_map=id_map)


def find_block(actor: Actor, block_id: UUID) -> BuildingBlock:
    """A building block on the shelf, for the editors of forms. Raises ``NotVisible``."""
    policies.require_manager(actor)
    row = BuildingBlock.objects.filter(pk=block_id).first()
    if row is None:
        raise NotVisible()
    return row


def group_of(row: BuildingBlock) -> Group:
    """The group of a building block."""
    group = from_json(row.model)
    if not isinstance(group, Group):
        raise TypeError(f"building block {row.pk} is no group")
    return group


@transaction.atomic
def delete_block(*, actor: Actor, block_id: UUID, now: datetime) -> None:
    """Take a building block off the shelf; forms that contain it keep their copy."""
    policies.require_manager(actor)
    row = BuildingBlock.objects.select_for_update().filter(pk=block_id).first()
    if row is None:
        raise NotVisible()
    _audit_block(actor, "forms.delete_block", row, now)
    row.delete()


@transaction.atomic
def insert_block(
    *,
    actor: Actor,
    version_id: UUID,
    revision: int,
    block_id: UUID,
    parent: str,
    after: str,
    least: int,
    most: int | None,
    now: datetime,
) -> FormVersionInfo:
    """Put a copy of a building block into a version in progress, below ``parent`` and behind ``after``.

    Raises ``BlockRefused`` (where it cannot stand, ids that are taken, numbers), ``Conflict``, ``VersionFixed``.
    """
    row = _editable(actor, version_id)
    if row.revision != revision:
        raise Conflict()
    block = BuildingBlock.objects.filter(pk=block_id).first()
    if block is None:
        raise BlockRefused("block", "Wählen Sie einen Baustein.", "Choose a building block.")
    group = group_of(block)
    if not 0 <= least <= (MOST_TIMES if most is None else most) or most == 0 or (most or 0) > MOST_TIMES:
        raise BlockRefused(
            "least",
            "Die Häufigkeit passt nicht: zum Beispiel 1 bis 1 oder 0 bis 5.",
            "These numbers do not fit.",
        )
    info = version_info(row)
    _refuse_place(info.form, group, parent, after)
    position = Position(element=group, min=least, max=most)
    form = layout.inserted(info.form, parent, after, position)
    path = f"{parent}/{group.id}" if parent else group.id
    behind = f"{parent}/{after}" if parent and after else after or parent
    ruleset = layout.with_element(form, info.ruleset, path, behind)
    return _reshape(actor, row, form, ruleset, "forms.insert_block", {"block": block.key, "at": path}, now)


def _refuse_place(form: Form, group: Group, parent: str, after: str) -> None:
    """Where a block may stand, and that its ids mean the same as elsewhere in the form."""
    siblings = form.children
    if parent:
        at = form.at(parent)
        if at is None or not isinstance(at.element, Group) or at.element.choice:
            raise BlockRefused(
                "place", "An diese Stelle passt kein Baustein.", "No building block fits in this place."
            )
        siblings = at.element.children
    ids = [child.id for child in siblings]
    if after and after not in ids:
        raise BlockRefused("place", "Die Stelle gibt es nicht mehr.", "This place no longer exists.")
    if group.id in ids:
        raise BlockRefused(
            "place",
            f"Die Gruppe {group.id} steht an dieser Stelle schon. Wählen Sie eine andere Stelle.",
            f"The group {group.id} is in this place already. Choose another place.",
        )
    new = layout.elements(group)
    for _path, known in form.walk():
        same = new.get(known.id)
        if same is not None and same != known.element:
            raise BlockRefused(
                "block",
                f"Die Kennung {known.id} gibt es im Formular schon mit anderem Inhalt („{known.element.label}“).",
                f"The id {known.id} exists in the form with other content.",
            )


def remove_element(
    *, actor: Actor, version_id: UUID, revision: int, path: str, now: datetime
) -> FormVersionInfo:
    """Take an element out of a version in progress, with the rules and names that hang on it."""
    with transaction.atomic():
        row = _editable(actor, version_id)
        if row.revision != revision:
            raise Conflict()
        info = version_info(row)
        if info.form.at(path) is None:
            raise BlockRefused("place", "Die Stelle gibt es nicht mehr.", "This place no longer exists.")
        if len(info.form.children) == 1 and "/" not in path:
            raise BlockRefused(
                "place", "Ein Formular braucht mindestens eine Gruppe.", "A form needs a group."
            )
        form = layout.without(info.form, path)
        kept = tuple(
            Page(id=page.id, title=page.title, title_en=page.title_en, paths=paths)
            for page in info.ruleset.pages
            if (paths := tuple(shown for shown in page.paths if form.at(shown) is not None))
        )
        row.ruleset = {
            **ruleset_to_json(info.ruleset),
            "pages": ruleset_to_json(Ruleset(pages=kept))["pages"],
        }
        ruleset = _carried_over(row, form)
        return _reshape(actor, row, form, ruleset, "forms.remove_element", {"at": path}, now)


def _reshape(
    actor: Actor,
    row: FormVersion,
    form: Form,
    ruleset: Ruleset,
    action: str,
    details: dict[str, Any],
    now: datetime,
) -> FormVersionInfo:
    row.model = to_json(form)
    row.ruleset = ruleset_to_json(ruleset)
    row.revision += 1
    row.save(update_fields=["model", "ruleset", "revision"])
    _audit(actor, action, row, now, details)
    return version_info(row)


def _audit_block(actor: Actor, action: str, row: BuildingBlock, now: datetime) -> None:
    audit.record(
        actor=actor,
        action=action,
        obj=("building_block", row.pk),
        now=now,
        details={"key": row.key},
        retention="administration",
    )
