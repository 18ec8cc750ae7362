"""Raw values laid out along the form: a tree of instances with typed values and the faults found on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as default
from typing import Any

from stadtkern.casework.forms.messages import Fault, Problem, fault, problem
from stadtkern.casework.forms.model import (
    CodeList,
    Datatype,
    Element,
    Field,
    Form,
    Group,
    Kind,
    Position,
    Value,
)
from stadtkern.casework.forms.values import Stored, is_blank, parse_value

CHOICE_KEY = "_choice"
MAX_REPEAT = 200
MAX_CELLS = 50_000
MAX_UNKNOWN = 50
MAX_PREPARED = 64


@dataclass(slots=True)
class Cell:
    """One answer: its stored value, or what is wrong with it. ``given`` is true when the applicant answered."""

    path: str
    value: Stored | None = None
    problem: Problem | None = None
    given: bool = False


@dataclass(slots=True)
class FieldNode:
    """A field at its position: one cell, or as many as were given where it repeats."""

    position: Position
    field: Field
    path: str
    cells: list[Cell] = default(default_factory=list)
    problems: list[Problem] = default(default_factory=list)

    def given(self) -> bool:
        return any(cell.given for cell in self.cells)


@dataclass(slots=True)
class Instance:
    """One occurrence of a group. ``chosen`` is the id of the chosen child of a choice group."""

    path: str
    children: list[Node] = default(default_factory=list)
    chosen: str | None = None
    marked: bool = False

    def given(self) -> bool:
        return self.marked or any(child.given() for child in self.children)


@dataclass(slots=True)
class GroupNode:
    """A group at its position: one instance, or as many as were given (at least its minimum) where it repeats."""

    position: Position
    group: Group
    path: str
    instances: list[Instance] = default(default_factory=list)
    problems: list[Problem] = default(default_factory=list)

    def given(self) -> bool:
        return any(instance.given() for instance in self.instances)


Node = FieldNode | GroupNode


class Intake:
    """Lays raw values out along one form. ``problems`` are about what fits nowhere."""

    def __init__(
        self,
        form: Form,
        code_lists: Mapping[str, CodeList],
        prefilled: Mapping[str, Any],
        labels_en: Mapping[str, str],
    ) -> None:
        self.form = form
        self.code_lists = code_lists
        self.prefilled = prefilled
        self.labels_en = labels_en
        self.problems: list[Problem] = []
        self.unchosen: set[str] = set()
        self._codes: dict[str, frozenset[str] | None] = {}
        self._cells = 0
        self._unknown = 0

    def take(self, raw: object) -> list[Node]:
        """The tree of the whole form."""
        return self._children(self.form.children, raw, self.prefilled, "", self.form.label)

    def say(self, path: str, found: Fault, element: Element) -> Problem:
        """The fault as a problem of this element."""
        return problem(path, found, label=element.label, label_en=self.labels_en.get(element.id, ""))

    def _children(
        self, positions: tuple[Position, ...], raw: object, trusted: object, path: str, label: str
    ) -> list[Node]:
        given: Mapping[object, object] = raw if isinstance(raw, Mapping) else {}
        if not isinstance(raw, Mapping) and not is_blank(raw):
            self._problem(path, "shape", label)
        self._report_unknown(positions, given, path)
        safe: Mapping[object, object] = trusted if isinstance(trusted, Mapping) else {}
        nodes: list[Node] = []
        for position in positions:
            inner = f"{path}/{position.id}" if path else position.id
            value, prefilled = given.get(position.id), safe.get(position.id)
            if isinstance(position.element, Group):
                nodes.append(self._group(position, position.element, value, prefilled, inner))
            else:
                nodes.append(self._field(position, position.element, value, prefilled, inner))
        return nodes

    def _problem(self, path: str, code: str, label: str) -> None:
        self.problems.append(problem(path, fault(code), label=label))

    def _report_unknown(
        self, positions: tuple[Position, ...], given: Mapping[object, object], path: str
    ) -> None:
        known = {position.id for position in positions} | {CHOICE_KEY}
        if self._unknown >= MAX_UNKNOWN or given.keys() <= known:
            return
        for key in given:
            if key not in known and self._unknown < MAX_UNKNOWN:
                self._unknown += 1
                name = "".join(char for char in str(key)[:60] if char.isprintable())
                self._problem(f"{path}/{name}" if path else name, "unknown_field", name)

    # --- groups ---------------------------------------------------------------------------------------------

    def _group(self, position: Position, group: Group, raw: object, trusted: object, path: str) -> GroupNode:
        node = GroupNode(position, group, path)
        if position.max == 0:
            return node
        if not position.repeated:
            single = self._single(raw, node.problems, path, group)
            node.instances.append(self._instance(group, single, trusted, path))
            return node
        items = self._list(raw, position, node.problems, path, group)
        items += [None] * (min(position.min, MAX_REPEAT) - len(items))
        for i, item in enumerate(items):
            inner = trusted[i] if isinstance(trusted, list) and i < len(trusted) else None
            node.instances.append(self._instance(group, item, inner, f"{path}[{i}]"))
        return node

    def _instance(self, group: Group, raw: object, trusted: object, path: str) -> Instance:
        instance = Instance(path)
        instance.children = self._children(group.children, raw, trusted, path, group.label)
        if group.choice:
            self._choose(group, instance, raw if isinstance(raw, Mapping) else {})
        return instance

    def _choose(self, group: Group, instance: Instance, raw: Mapping[object, object]) -> None:
        """Which child of a choice group is meant: the named one, else the answered one, else the only one present."""
        named = raw.get(CHOICE_KEY)
        ids = [child.position.id for child in instance.children]
        answered = [child.position.id for child in instance.children if child.given()]
        present = [id for id in ids if id in raw and raw[id] is not None]
        if isinstance(named, str) and named in ids:
            instance.chosen = named
        elif answered:
            instance.chosen = answered[0]
        elif len(present) == 1 and CHOICE_KEY not in raw and isinstance(raw[present[0]], Mapping):
            instance.chosen = present[0]
        if len(answered) > 1 and instance.chosen != named:
            self.problems.append(self.say(instance.path, fault("choice_many"), group))
        instance.marked = instance.chosen is not None
        self.unchosen.update(
            child.path for child in instance.children if child.position.id != instance.chosen
        )
        instance.children = [
            child if child.position.id == instance.chosen else _emptied(child) for child in instance.children
        ]

    # --- fields ---------------------------------------------------------------------------------------------

    def _field(self, position: Position, field: Field, raw: object, trusted: object, path: str) -> FieldNode:
        node = FieldNode(position, field, path)
        if not field.is_answerable or position.max == 0:
            return node
        if not field.is_editable or field.datatype is Datatype.OBJ:
            fixed = (
                field.content
                if field.datatype not in (Datatype.FILE, Datatype.OBJ) and field.content
                else trusted
            )
            raw = None if field.datatype is Datatype.OBJ else fixed
        if not position.repeated:
            single = self._single(raw, node.problems, path, field)
            node.cells.append(self._cell(field, single, path))
            return node
        for i, item in enumerate(self._list(raw, position, node.problems, path, field)):
            node.cells.append(self._cell(field, item, f"{path}[{i}]"))
        return node

    def _cell(self, field: Field, raw: object, path: str) -> Cell:
        self._cells += 1
        if self._cells > MAX_CELLS:
            if self._cells == MAX_CELLS + 1:
                self._problem(path, "too_large", field.label)
            return Cell(path)
        if is_blank(raw):
            return Cell(path)
        result = parse_value(field, raw, self.codes(field))
        given = field.is_editable
        if isinstance(result, Fault):
            return Cell(path, problem=self.say(path, result, field) if given else None, given=given)
        return Cell(path, value=result, given=given)

    def codes(self, field: Field) -> frozenset[str] | None:
        """The permitted codes, or None when the field has no list or the list is not at hand."""
        if field.key not in self._codes:
            values = field_values(field, self.code_lists)
            self._codes[field.key] = None if values is None else _codes_of(values)
        return self._codes[field.key]

    # --- shapes ---------------------------------------------------------------------------------------------

    def _single(self, raw: object, problems: list[Problem], path: str, element: Element) -> object:
        if not isinstance(raw, list):
            return raw
        filled = [item for item in raw[:MAX_REPEAT] if not is_blank(item)]
        if len(filled) > 1:
            problems.append(self.say(path, fault("too_many", max=1), element))
        return filled[0] if filled else None

    def _list(
        self, raw: object, position: Position, problems: list[Problem], path: str, element: Element
    ) -> list[object]:
        items = list(raw) if isinstance(raw, list | tuple) else [] if is_blank(raw) else [raw]
        if isinstance(element, Field):
            items = [item for item in items if not is_blank(item)]
        limit = MAX_REPEAT if position.max is None else position.max
        if len(items) > limit:
            problems.append(self.say(path, fault("too_many", max=limit), element))
        return items[: min(limit, MAX_REPEAT)]


def field_values(field: Field, code_lists: Mapping[str, CodeList]) -> tuple[Value, ...] | None:
    """The entries a field offers: its own values, or those of its code list; None when there is no list at hand."""
    if field.values:
        return field.values
    if field.code_list is None:
        return () if field.kind is Kind.SELECT else None
    found = code_lists.get(field.code_list.key) or code_lists.get(field.code_list.uri)
    return (
        _list_values(found, (field.code_key, field.name_key, field.help_key)) if found is not None else None
    )


_prepared: dict[tuple[int, tuple[str, str, str]], tuple[CodeList, tuple[Value, ...]]] = {}


def _list_values(codes: CodeList, columns: tuple[str, str, str]) -> tuple[Value, ...]:
    """Lists have ten thousand rows and are used in every request; the same list object is prepared once.

    Keyed by identity (hashing the rows would cost as much as preparing them); the list is kept alive beside its values,
    so an identity cannot be taken over by another one.
    """
    key = (id(codes), columns)
    known = _prepared.get(key)
    if known is None:
        if len(_prepared) >= MAX_PREPARED:
            _prepared.clear()
        known = _prepared.setdefault(key, (codes, codes.values(*columns)))
    return known[1]


_code_sets: dict[int, tuple[tuple[Value, ...], frozenset[str]]] = {}


def _codes_of(values: tuple[Value, ...]) -> frozenset[str]:
    """The codes of a list, long ones remembered (by identity, as above)."""
    if len(values) < 100:
        return frozenset(value.code for value in values)
    known = _code_sets.get(id(values))
    if known is None:
        if len(_code_sets) >= MAX_PREPARED:
            _code_sets.clear()
        known = _code_sets.setdefault(id(values), (values, frozenset(value.code for value in values)))
    return known[1]


def _emptied(node: Node) -> Node:
    """The node without answers, for the alternatives that were not chosen."""
    if isinstance(node, FieldNode):
        return FieldNode(node.position, node.field, node.path)
    return GroupNode(node.position, node.group, node.path)
