"""Edits of a decision model as values: each function takes `Definitions` and gives other ones. Nothing is written here.

    d = add_decision(d, "steuer", kind="table")
    d = put_logic(d, "steuer", add_rule(table_of(d, "steuer")))
    d = follow(d, known={"gefaehrlich": "boolean"})        # requirements and input data as the expressions need them

Names are those that FEEL sees; ids are made from them and stay when a name changes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace

from stadtkern.casework.processes.decisions_rename import renamed_in
from stadtkern.casework.processes.decisions_rename import renamed_text as renamed_text
from stadtkern.casework.processes.decisions_table import ANYTHING, EditRefused, new_table
from stadtkern.kernel.dmn import model as m
from stadtkern.kernel.feel import FeelError, parse
from stadtkern.kernel.feel.engine import parse_unary_tests
from stadtkern.kernel.feel.free import free_names
from stadtkern.kernel.feel.names import KEYWORDS

_FOLD = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
_NAME = re.compile(r"[^\W\d]\w*( \w+)*")
VERSION = "1.5"
MAX_NAME = 120


def new_model(name: str, namespace: str) -> m.Definitions:
    """A model without anything in it."""
    return m.Definitions(name, namespace, VERSION, (), (), ())


def element_of(d: m.Definitions, id_: str) -> m.Element:
    """The element with an id. Raises EditRefused."""
    found = next((e for e in d.elements if e.id == id_), None)
    if found is None:
        raise EditRefused("Diese Entscheidung gibt es nicht.", message_en="There is no such decision.")
    return found


def decision_of(d: m.Definitions, id_: str) -> m.Decision:
    """The decision with an id. Raises EditRefused."""
    found = element_of(d, id_)
    if not isinstance(found, m.Decision):
        raise EditRefused("Das ist keine Entscheidung.", message_en="This is not a decision.")
    return found


def table_of(d: m.Definitions, id_: str) -> m.DecisionTable:
    """The table of a decision. Raises EditRefused."""
    logic = decision_of(d, id_).logic
    if not isinstance(logic, m.DecisionTable):
        raise EditRefused("Diese Entscheidung ist keine Tabelle.", message_en="This decision is not a table.")
    return logic


# -- elements ---------------------------------------------------------------------------------------------------------


def add_decision(
    d: m.Definitions, name: str, *, kind: str = "table", question: str = "", type_ref: str = ""
) -> m.Definitions:
    """A new decision at the end: a table, or a literal expression for any other kind."""
    name = _free(d, name)
    id_ = _id(d, name)
    logic: m.Boxed = new_table(f"t_{id_}", output=name) if kind == "table" else m.Literal(f"e_{id_}", "", "")
    return replace(d, elements=(*d.elements, m.Decision(id_, name, type_ref, (), logic, question.strip())))


def remove_decision(d: m.Definitions, id_: str) -> m.Definitions:
    """The model without a decision. Raises EditRefused while another one needs it."""
    gone = element_of(d, id_)
    users = [e.name for e in d.elements if f"#{id_}" in _hrefs(e)]
    if users:
        raise EditRefused(
            f"„{gone.name}“ wird noch gebraucht von: {', '.join(users)}.",
            message_en=f'"{gone.name}" is still needed by: {", ".join(users)}.',
        )
    return replace(d, elements=tuple(e for e in d.elements if e.id != id_))


def _with_logic(element: m.Decision | m.KnowledgeModel, logic: m.Boxed | None) -> m.Element:
    if isinstance(element, m.Decision):
        return replace(element, logic=logic)
    return replace(element, logic=logic if isinstance(logic, m.FunctionDefinition) else element.logic)


def _hrefs(element: m.Element) -> tuple[str, ...]:
    if isinstance(element, m.DecisionService):
        return (*element.outputs, *element.encapsulated, *element.input_decisions, *element.input_data)
    return () if isinstance(element, m.InputData) else element.requires


def rename(d: m.Definitions, id_: str, name: str) -> m.Definitions:
    """Another name, also in all expressions that use it; expressions that cannot be read stay as they are."""
    element = element_of(d, id_)
    if " ".join(name.split()) == element.name:
        return d
    fresh = _free(d, name)
    names = [each.name for each in d.elements]
    elements: list[m.Element] = []
    for each in d.elements:
        if each.id == id_:
            each = replace(each, name=fresh)
        elif f"#{id_}" in _hrefs(each) and isinstance(each, m.Decision | m.KnowledgeModel):
            each = _with_logic(each, renamed_in(each.logic, element.name, fresh, names))
        elements.append(each)
    return replace(d, elements=tuple(elements))


def put_logic(d: m.Definitions, id_: str, logic: m.Boxed) -> m.Definitions:
    """The decision with other contents."""
    return _put(d, replace(decision_of(d, id_), logic=logic))


def set_literal(d: m.Definitions, id_: str, text: str) -> m.Definitions:
    """The text of a decision that is one expression. Raises EditRefused for others."""
    logic = decision_of(d, id_).logic
    if logic is not None and not isinstance(logic, m.Literal):
        raise EditRefused(
            "Diese Entscheidung ist kein Ausdruck.", message_en="This decision is no expression."
        )
    before = logic or m.Literal(f"e_{id_}", "", "")
    return put_logic(d, id_, replace(before, text=text))


def describe(d: m.Definitions, id_: str, *, question: str, type_ref: str) -> m.Definitions:
    """The question a decision answers and the type of its answer."""
    return _put(d, replace(decision_of(d, id_), question=question.strip(), type_ref=type_ref))


def _put(d: m.Definitions, element: m.Element) -> m.Definitions:
    return replace(d, elements=tuple(element if e.id == element.id else e for e in d.elements))


def _free(d: m.Definitions, name: str) -> str:
    """The name tidied. Raises EditRefused where FEEL could not use it or it is taken."""
    name = " ".join(name.split())
    if not _NAME.fullmatch(name) or len(name) > MAX_NAME or KEYWORDS & set(name.split()):
        raise EditRefused(
            f"„{name}“ ist als Name nicht möglich: Buchstaben, Ziffern, _ und Leerzeichen, am Anfang ein Buchstabe.",
            message_en=f'"{name}" cannot be a name: letters, digits, _ and spaces, beginning with a letter.',
        )
    if any(e.name == name for e in d.elements):
        raise EditRefused(f"Den Namen „{name}“ gibt es schon.", message_en=f'The name "{name}" is taken.')
    return name


def _id(d: m.Definitions, name: str, prefix: str = "") -> str:
    stem = prefix + (re.sub(r"\W+", "_", name.translate(_FOLD), flags=re.ASCII).strip("_") or "e")
    taken = {e.id for e in d.elements}
    return next(
        found for n in range(1, len(taken) + 2) if (found := stem if n == 1 else f"{stem}_{n}") not in taken
    )


# -- requirements -----------------------------------------------------------------------------------------------------


def follow(d: m.Definitions, known: Mapping[str, str]) -> m.Definitions:
    """The model with the requirements that its expressions need: other elements by name, and input data for the `known`
    names (name to type, may be empty). Requirements nobody uses go, also input data that thereby lost its last user.
    Where an expression cannot be read, what was required before stays."""
    before = {href for e in d.elements for href in _hrefs(e)}
    names = {e.name: e.id for e in d.elements}
    needs: dict[str, tuple[str, ...]] = {}
    for element in d.elements:
        if not isinstance(element, m.Decision | m.KnowledgeModel):
            continue
        used, complete = used_names(element.logic, {*names, *known})
        for name in sorted(used & known.keys() - names.keys()):
            d, names[name] = _with_input(d, name, known[name])
        wanted = {f"#{names[name]}" for name in used if name in names and names[name] != element.id}
        needs[element.id] = _ordered(d, element.requires, wanted, complete)
    elements = tuple(
        replace(e, requires=needs[e.id]) if isinstance(e, m.Decision | m.KnowledgeModel) else e
        for e in d.elements
    )
    d = replace(d, elements=elements)
    after = {href for e in d.elements for href in _hrefs(e)}
    lost = {href.removeprefix("#") for href in before - after}
    return replace(
        d, elements=tuple(e for e in d.elements if not (isinstance(e, m.InputData) and e.id in lost))
    )


def _with_input(d: m.Definitions, name: str, type_ref: str) -> tuple[m.Definitions, str]:
    """The model with input data for a name, behind the last one there is, in alphabetical order where they were."""
    id_ = _id(d, name, "i_")
    fresh = m.InputData(id_, name, type_ref)
    inputs = [e.name for e in d.elements if isinstance(e, m.InputData)]
    place = sum(1 for e in d.elements if isinstance(e, m.InputData) and e.name < name)
    if inputs != sorted(inputs):
        place = len(inputs)
    elements: list[m.Element] = []
    seen = 0
    for element in d.elements:
        if (
            seen == place
            and fresh not in elements
            and (seen or isinstance(element, m.InputData) or not inputs)
        ):
            elements.append(fresh)
        seen += isinstance(element, m.InputData)
        elements.append(element)
    if fresh not in elements:
        elements.append(fresh)
    return replace(d, elements=tuple(elements)), id_


def _ordered(d: m.Definitions, before: tuple[str, ...], wanted: set[str], complete: bool) -> tuple[str, ...]:
    """Requirements in the order they had, new ones in the order of the model; those of knowledge last, as files have them."""
    own = {f"#{e.id}" for e in d.elements}
    kept = [href for href in before if href in wanted or not complete or href not in own]
    order = [f"#{e.id}" for e in d.elements]
    found = kept + [href for href in order if href in wanted and href not in kept]
    knowledge = {f"#{e.id}" for e in d.elements if isinstance(e, m.KnowledgeModel | m.DecisionService)}
    return tuple(h for h in found if h not in knowledge) + tuple(h for h in found if h in knowledge)


def used_names(logic: m.Boxed | None, names: Iterable[str]) -> tuple[set[str], bool]:
    """Which of the names an expression takes from outside, and whether all of it could be read."""
    reader = _Names(frozenset(names))
    reader.walk(logic, frozenset())
    return reader.found & reader.names, reader.complete


class _Names:
    def __init__(self, names: frozenset[str]) -> None:
        self.names = names
        self.found: set[str] = set()
        self.complete = True

    def text(self, text: str, bound: frozenset[str], tests: bool = False) -> None:
        if text.strip() in ("", ANYTHING):
            return
        try:
            every = self.names | bound
            self.found |= free_names(parse_unary_tests(text, every) if tests else parse(text, every)) - bound
        except FeelError:
            self.complete = False

    def walk(self, node: object, bound: frozenset[str]) -> None:
        if isinstance(node, m.Literal):
            self.text(node.text, bound)
        elif isinstance(node, m.Context):
            for entry in node.entries:
                self.walk(entry.value, bound)
                bound |= {entry.name or ""}
        elif isinstance(node, m.FunctionDefinition):
            self.walk(node.body, bound | {p.name for p in node.params})
        elif isinstance(node, m.FilterBy):
            self.walk(node.source, bound)
            self.walk(node.match, bound | {"item"})
        elif isinstance(node, m.Iteration):
            self.walk(node.source, bound)
            self.walk(node.body, bound | {node.variable, "partial"})
        elif isinstance(node, m.DecisionTable):
            self.table(node, bound)
        elif isinstance(node, m.Boxed | m.Entry):
            for part in fields(node):
                self.walk(getattr(node, part.name), bound)
        elif isinstance(node, tuple):
            for inner in node:
                self.walk(inner, bound)

    def table(self, node: m.DecisionTable, bound: frozenset[str]) -> None:
        for clause in node.inputs:
            self.text(clause.text, bound)
            self.text(clause.values, bound, tests=True)
        for output in node.outputs:
            self.text(output.values, bound, tests=True)
            self.text(output.default, bound)
        for rule in node.rules:
            for cell in rule.tests:
                self.text(cell, bound, tests=True)
            for cell in rule.outputs:
                self.text(cell, bound)
