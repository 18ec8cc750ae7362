"""What is wrong with the cells of a decision, each with its place, and which types the expressions may use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from stadtkern.casework.processes.decisions_cover import Coverage, analyse
from stadtkern.kernel.dmn import model as m
from stadtkern.kernel.dmn.engine import Model
from stadtkern.kernel.dmn.errors import ModelProblem
from stadtkern.kernel.feel import compile as compile_feel
from stadtkern.kernel.feel.check import check, check_unary_tests, infer_type
from stadtkern.kernel.feel.engine import compile_unary_tests
from stadtkern.kernel.feel.errors import FeelError, Finding
from stadtkern.kernel.feel.types import ANY, FeelType


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known about a name from outside: its type, its only possible texts, its words for people."""

    type: FeelType = ANY
    values: tuple[str, ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellTrouble:
    """Something wrong in one text of a decision. ``part``: ``input``, ``values``, ``output``, ``default``, ``rule``, ``literal``;
    ``row`` counts from 0 for rules, ``column`` through conditions and results. ``offset`` and ``length`` mark the place."""

    part: str
    row: int = -1
    column: int = 0
    code: str
    message: str
    message_en: str
    offset: int = 0
    length: int = 0
    suggestion: str = ""
    severity: str = "error"

    def text(self, language: str) -> str:
        return self.message if language.startswith("de") else self.message_en


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything to say about one decision."""

    cells: tuple[CellTrouble, ...] = ()
    coverage: Coverage = field(default_factory=Coverage)
    others: tuple[ModelProblem, ...] = ()

    @property
    def errors(self) -> int:
        return sum(1 for cell in self.cells if cell.severity == "error") + len(self.others)

    def at(self, part: str, row: int, column: int) -> CellTrouble | None:
        """The first trouble of a place."""
        return next((c for c in self.cells if (c.part, c.row, c.column) == (part, row, column)), None)


def scope_of(model: Model, id_: str, known: Mapping[str, Known]) -> dict[str, FeelType]:
    """The names an element may use, with their types; what the model leaves open is taken from `known`."""
    scope: dict[str, FeelType] = {}
    for need in model.nodes[id_].requires:
        node = model.nodes.get(need.key[1])
        if need.inner is not None or node is None:
            scope[need.name] = ANY
        elif isinstance(node.element, m.KnowledgeModel | m.DecisionService):
            scope[need.name] = FeelType("function", item=node.type if node.type.kind != "function" else ANY)
        elif isinstance(node.element, m.InputData) and not node.element.type_ref and need.name in known:
            scope[need.name] = known[need.name].type
        else:
            scope[need.name] = node.type
    return scope


def report(d: m.Definitions, id_: str, known: Mapping[str, Known]) -> Report:
    """All troubles of a decision whose requirements already follow its expressions, with the analysis of its table."""
    model = Model(d, {})
    element = model.nodes[id_].element
    logic = element.logic if isinstance(element, m.Decision) else None
    scope = scope_of(model, id_, known)
    if isinstance(logic, m.DecisionTable):
        checker = _Cells(model, scope)
        cells = tuple(checker.table(logic))
        values = {name: each.values for name, each in known.items() if each.values}
        return Report(cells=cells, coverage=analyse(logic, values))
    if isinstance(logic, m.Literal):
        expected = model.types.find(element.type_ref) if element.type_ref else None
        if not logic.text.strip():
            return Report(cells=(_empty("literal", -1, 0),))
        found = check(logic.text, scope, expected=expected)
        return Report(cells=tuple(_of(f, "literal", -1, 0) for f in found))
    return Report(others=tuple(p for p in model.check() if p.element == element.name))


def _of(found: Finding, part: str, row: int, column: int) -> CellTrouble:
    return CellTrouble(
        part=part,
        row=row,
        column=column,
        code=found.code,
        message=found.message,
        message_en=found.message_en,
        offset=found.position.offset,
        length=found.length,
        suggestion=found.suggestion or "",
    )


def _empty(part: str, row: int, column: int) -> CellTrouble:
    return CellTrouble(
        part=part,
        row=row,
        column=column,
        code="decision-cell-empty",
        message="Hier fehlt noch etwas.",
        message_en="Something is missing here.",
    )


class _Cells:
    def __init__(self, model: Model, scope: dict[str, FeelType]) -> None:
        self.model = model
        self.scope = scope

    def table(self, table: m.DecisionTable) -> Iterator[CellTrouble]:
        types = []
        for column, clause in enumerate(table.inputs):
            declared = self.model.types.find(clause.type_ref) if clause.type_ref else None
            yield from self.unknown_type("input", column, clause.type_ref, declared)
            yield from self.expression("input", -1, column, clause.text, declared)
            type_ = declared or infer_type(clause.text, self.scope)
            types.append(type_)
            yield from self.tests("values", -1, column, clause.values, type_)
        width = len(table.inputs)
        results = [self.model.types.find(o.type_ref) if o.type_ref else None for o in table.outputs]
        yield from self.outputs(table, results)
        for row, rule in enumerate(table.rules):
            for column, (cell, type_) in enumerate(zip(rule.tests, types, strict=False)):
                yield from self.tests("rule", row, column, cell, type_)
            for column, (cell, expected) in enumerate(zip(rule.outputs, results, strict=False)):
                found = list(self.expression("rule", row, width + column, cell, expected))
                yield from found
                if not found:
                    yield from self.allowed(row, width + column, cell, table.outputs[column])

    def outputs(self, table: m.DecisionTable, results: list[FeelType | None]) -> Iterator[CellTrouble]:
        names = [o.name for o in table.outputs]
        for column, (clause, expected) in enumerate(zip(table.outputs, results, strict=True)):
            at = len(table.inputs) + column
            yield from self.unknown_type("output", at, clause.type_ref, expected)
            if len(names) > 1 and (not clause.name or names.index(clause.name) < column):
                yield CellTrouble(
                    part="output",
                    column=at,
                    code="decision-output-name",
                    message="Jedes Ergebnis braucht einen eigenen Namen.",
                    message_en="Each result needs a name of its own.",
                )
            yield from self.tests("values", -1, at, clause.values, expected or ANY)
            if clause.default.strip():
                yield from self.expression("default", -1, at, clause.default, expected)

    def unknown_type(
        self, part: str, column: int, name: str, found: FeelType | None
    ) -> Iterator[CellTrouble]:
        if name and found is None:
            yield CellTrouble(
                part=part,
                column=column,
                code="dmn-unknown-type",
                message=f"Den Typ „{name}“ gibt es nicht.",
                message_en=f'Unknown type "{name}".',
            )

    def expression(
        self, part: str, row: int, column: int, text: str, expected: FeelType | None
    ) -> Iterator[CellTrouble]:
        if not text.strip():
            yield _empty(part, row, column)
            return
        yield from (_of(f, part, row, column) for f in check(text, self.scope, expected=expected))

    def tests(self, part: str, row: int, column: int, text: str, type_: FeelType) -> Iterator[CellTrouble]:
        if text.strip() not in ("", "-"):
            yield from (_of(f, part, row, column) for f in check_unary_tests(text, self.scope, type_))

    def allowed(self, row: int, column: int, text: str, clause: m.OutputClause) -> Iterator[CellTrouble]:
        """A fixed result that the column itself does not allow."""
        if not clause.values.strip():
            return
        try:
            compiled = compile_feel(text)
            if compiled.variables or compile_unary_tests(clause.values)(compiled({})) is not False:
                return
        except FeelError:
            return
        yield CellTrouble(
            part="rule",
            row=row,
            column=column,
            code="dmn-output-value",
            message=f"Dieses Ergebnis ist in der Spalte nicht vorgesehen (erlaubt: {clause.values.strip()}).",
            message_en=f"This result is not among the values of the column ({clause.values.strip()}).",
            length=len(text),
        )
