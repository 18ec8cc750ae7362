"""What changed: between two versions of a form, and between two submissions of one form.

Both lists are in the order of the newer side, removals where they stood before. Identity is the path of ids, so an element
that moves counts as removed and added.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Literal

from stadtkern.casework.forms.model import (
    CodeListReference,
    Constraints,
    Element,
    Field,
    Form,
    Group,
    LegalBasis,
    Position,
    Rule,
    Value,
    walk,
)

Kind = Literal["added", "removed", "changed"]

#: what a change of an element means to people; parts that are not named here are not compared
PARTS: dict[str, str] = {
    "name": "Name",
    "question": "Frage",
    "output": "Bezeichnung in der Ausgabe",
    "help": "Hilfetext",
    "help_output": "Hilfetext in der Ausgabe",
    "description": "Beschreibung",
    "definition": "Definition",
    "version": "Version",
    "kind": "Feldart",
    "datatype": "Datentyp",
    "constraints": "Grenzen",
    "content": "Inhalt",
    "prefill": "Vorbefüllung",
    "values": "Auswahlwerte",
    "code_list": "Codeliste",
    "code_key": "Spalte des Codes",
    "name_key": "Spalte des Namens",
    "help_key": "Spalte der Hilfe",
    "max_size": "größte Datei",
    "media_types": "Dateiarten",
    "choice": "Auswahlgruppe",
    "art": "Strukturelementart",
    "legal_bases": "Rechtsgrundlage",
    "rules": "Regeln",
}
_FORM_PARTS = {"name": "Name", "title": "Bezeichnung", "help": "Hilfetext", "version": "Version"}
_FORM_MORE = {
    "description": "Beschreibung",
    "definition": "Definition",
    "legal_bases": "Rechtsgrundlage",
    "rules": "Regeln",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FormChange:
    """One difference of two form versions. ``part`` is the changed property (empty when added or removed)."""

    path: str
    kind: Kind
    label: str
    part: str = ""
    part_label: str = ""
    old: str = ""
    new: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueChange:
    """One difference of two submissions at an instance path (``G1[0]/F2``); the missing side is None."""

    path: str
    label: str
    kind: Kind
    old: Any = None
    new: Any = None


def diff_forms(old: Form, new: Form) -> tuple[FormChange, ...]:
    """Added, removed and changed elements, with the old and new state in words."""
    before, after = _positions(old), _positions(new)
    changes = list(_compare("", old, new, {**_FORM_PARTS, **_FORM_MORE}))
    for path in _merged(list(before), list(after)):
        was, now = before.get(path), after.get(path)
        if was is None and now is not None:
            changes.append(FormChange(path=path, kind="added", label=now.element.label, new=describe(now)))
        elif was is not None and now is None:
            changes.append(FormChange(path=path, kind="removed", label=was.element.label, old=describe(was)))
        elif was is not None and now is not None:
            changes.extend(_changed(path, was, now))
    return tuple(changes)


def _positions(form: Form) -> dict[str, Position]:
    found: dict[str, Position] = {}
    for path, position in walk(form.children):
        key, times = path, 1
        while key in found:  # labels may stand twice at one path
            times += 1
            key = f"{path}#{times}"
        found[key] = position
    return found


def _merged(before: list[str], after: list[str]) -> list[str]:
    """The new order, with removed paths behind the element they followed."""
    order = list(after)
    known = set(after)
    previous = -1
    for path in before:
        if path in known:
            previous = order.index(path)
        else:
            previous += 1
            order.insert(previous, path)
    return order


def _changed(path: str, was: Position, now: Position) -> Iterator[FormChange]:
    label = now.element.label
    if was.cardinality != now.cardinality:
        part = "Anzahl"
        yield FormChange(
            path=path,
            kind="changed",
            label=label,
            part="cardinality",
            part_label=part,
            old=was.cardinality,
            new=now.cardinality,
        )
    if type(was.element) is not type(now.element):
        yield FormChange(
            path=path,
            kind="changed",
            label=label,
            part="type",
            part_label="Art",
            old=describe(was),
            new=describe(now),
        )
        return
    yield from _compare(path, was.element, now.element, PARTS)


def _compare(
    path: str, was: Form | Element, now: Form | Element, parts: Mapping[str, str]
) -> Iterator[FormChange]:
    for part, part_label in parts.items():
        if not hasattr(now, part):
            continue
        old, new = getattr(was, part), getattr(now, part)
        if old != new:
            yield FormChange(
                path=path,
                kind="changed",
                label=now.label,
                part=part,
                part_label=part_label,
                old=in_words(old),
                new=in_words(new),
            )


def describe(position: Position) -> str:
    """An element in one line: ``Familienname (Eingabe, text_latin, 1:1)``."""
    element = position.element
    if isinstance(element, Group):
        kind = "Auswahlgruppe" if element.choice else "Gruppe"
        return f"{element.label} ({kind}, {position.cardinality})"
    return f"{element.label} ({element.kind.value}, {element.datatype.value}, {position.cardinality})"


def in_words(value: object) -> str:
    """A property as text for people."""
    match value:
        case None:
            return ""
        case bool():
            return "ja" if value else "nein"
        case StrEnum():
            return value.value
        case LegalBasis():
            return value.text
        case Value():
            return f"{value.code} {value.name}".strip()
        case Rule():
            return f"{value.id} {value.name}: {value.text}".strip()
        case CodeListReference():
            return value.key
        case Constraints():
            given = ((field.name, getattr(value, field.name)) for field in fields(value))
            return ", ".join(f"{name}={text}" for name, text in given if text)
        case tuple():
            return "; ".join(in_words(item) for item in value)
        case _:
            return str(value)


# --- submissions --------------------------------------------------------------------------------------------------


def diff_values(form: Form, old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[ValueChange, ...]:
    """The differences of two value trees, field by field in the order of the form."""
    return tuple(_diff_children(form.children, old, new, ""))


def _diff_children(
    positions: tuple[Position, ...], old: object, new: object, path: str
) -> Iterator[ValueChange]:
    was: Mapping[str, Any] = old if isinstance(old, Mapping) else {}
    now: Mapping[str, Any] = new if isinstance(new, Mapping) else {}
    for position in positions:
        inner = f"{path}/{position.id}" if path else position.id
        before, after = was.get(position.id), now.get(position.id)
        if before == after:
            continue
        if position.repeated:
            yield from _diff_lists(position, before, after, inner)
        else:
            yield from _diff_one(position, before, after, inner)


def _diff_lists(position: Position, before: object, after: object, path: str) -> Iterator[ValueChange]:
    was = before if isinstance(before, list) else []
    now = after if isinstance(after, list) else []
    for i in range(max(len(was), len(now))):
        yield from _diff_one(
            position, was[i] if i < len(was) else None, now[i] if i < len(now) else None, f"{path}[{i}]"
        )


def _diff_one(position: Position, before: object, after: object, path: str) -> Iterator[ValueChange]:
    if before == after:
        return
    element = position.element
    if isinstance(element, Group):
        yield from _diff_children(element.children, before, after, path)
        return
    yield from _diff_value(element, before, after, path)


def _diff_value(field: Field, before: object, after: object, path: str) -> Iterator[ValueChange]:
    kind: Kind = "changed"
    if before is None:
        kind = "added"
    elif after is None:
        kind = "removed"
    yield ValueChange(path=path, label=field.label, kind=kind, old=before, new=after)
