"""What stands ready for every form: building blocks and code lists, for the form editor above."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from stadtkern.casework.forms.actions.code_lists import conflict_with
from stadtkern.casework.forms.actions.layout import group_of
from stadtkern.casework.forms.loading import resolve
from stadtkern.casework.forms.model import CodeList, Form, Group, references
from stadtkern.casework.forms.models import BuildingBlock, CodeListVersion
from stadtkern.foundation.access.api import NotVisible


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfLine:
    """A building block or a code list: ``key`` is its id with version."""

    key: str
    name: str
    id: UUID


def blocks() -> list[ShelfLine]:
    """All building blocks by name."""
    rows = BuildingBlock.objects.order_by("name", "id").values_list("pk", "key", "name")
    return [ShelfLine(id=pk, key=key, name=name) for pk, key, name in rows]


def block_group(block_id: UUID) -> Group:
    """The group of a building block. Raises ``NotVisible``."""
    row = BuildingBlock.objects.filter(pk=block_id).first()
    if row is None:
        raise NotVisible()
    return group_of(row)


def code_lists() -> list[ShelfLine]:
    """All code lists by title."""
    rows = CodeListVersion.objects.order_by("title", "key").values_list("pk", "key", "title")
    return [ShelfLine(id=pk, key=key, name=title or key) for pk, key, title in rows]


def knows_code_list(codes: CodeList) -> bool:
    """Whether this version of a list is here. Raises ``Conflict`` when it is here with other content."""
    row = CodeListVersion.objects.filter(key=codes.key).first()
    if row is not None and (conflict := conflict_with(row, codes)) is not None:
        raise conflict
    return row is not None


def missing_code_lists(form: Form) -> list[str]:
    """The lists a form refers to that are not here."""
    found = resolve(form)
    return sorted(key for _uri, key in references(form) if key not in found)
