"""Boxed expressions into closures (DMN 1.5, 10.2.2). A wrong FEEL text becomes null with a problem; the rest still works."""

from __future__ import annotations

from collections.abc import Callable

from stadtkern.kernel.dmn import model as m
from stadtkern.kernel.dmn.itemtypes import ItemTypes
from stadtkern.kernel.dmn.tables import compile_table
from stadtkern.kernel.feel import FeelError, Function, Limits
from stadtkern.kernel.feel.access import apply_filter
from stadtkern.kernel.feel.compile import Compiler, Fn, Test, Vars, make_function
from stadtkern.kernel.feel.engine import parse, parse_unary_tests
from stadtkern.kernel.feel.loops import range_values
from stadtkern.kernel.feel.runtime import Runtime
from stadtkern.kernel.feel.types import FeelType, coerce, kind_of
from stadtkern.kernel.feel.values import Range

Names = frozenset[str]
Report = Callable[[str, str, FeelError], None]


class BoxedCompiler:
    """Compiles the logic of one model. `report` hears of every text that cannot be read."""

    def __init__(self, types: ItemTypes, report: Report, limits: Limits, members: set[str]) -> None:
        self.types = types
        self.report = report
        self.limits = limits
        self.members = frozenset(members)
        self.element = ""
        self._feel = Compiler(types)
        self._table: dict[type, Callable[..., Fn]] = {
            m.Literal: self._literal, m.Context: self._context, m.Invocation: self._invocation, m.Relation: self._relation,
            m.ListOf: self._list, m.FunctionDefinition: self._function, m.DecisionTable: lambda n, names: compile_table(self, n, names),
            m.Conditional: self._conditional, m.FilterBy: self._filter, m.Iteration: self._iteration,
        }  # fmt: skip

    def compile(self, node: m.Boxed | None, names: Names) -> Fn:
        """The closure of a boxed expression, its result checked against its type."""
        if node is None:
            return lambda v, rt: rt.note("dmn-no-logic", 0)
        fn = self._table[type(node)](node, names)
        return self.typed(fn, node.type_ref) if not isinstance(node, m.FunctionDefinition) else fn

    def typed(self, fn: Fn, ref: str) -> Fn:
        """Checks (and where allowed converts) the result against a type."""
        type_ = self.types.of(ref)
        return fn if type_.kind == "Any" else checked(fn, type_)

    def text(self, text: str, names: Names) -> Fn:
        """A FEEL expression; an empty one is null."""
        if not text.strip():
            return lambda v, rt: rt.note("dmn-no-logic", 0)
        try:
            return self._feel.compile(parse(text, names, self.limits, self.members))
        except FeelError as error:
            return self._broken(text, error)

    def tests(self, text: str, names: Names) -> Test:
        """Unary tests; an empty cell lets everything pass."""
        if text.strip() in ("", "-"):
            return lambda x, v, rt: True
        try:
            return self._feel.tests(parse_unary_tests(text, names, self.limits, self.members))
        except FeelError as error:
            broken = self._broken(text, error)
            return lambda x, v, rt: broken(v, rt)  # type: ignore[return-value]

    def _broken(self, text: str, error: FeelError) -> Fn:
        self.report(self.element, text, error)
        code, offset, params = error.code, error.offset, dict(error.params)
        return lambda v, rt: rt.note(code, offset, **params)

    # -- one method per kind ------------------------------------------------------------------------------------

    def _literal(self, node: m.Literal, names: Names) -> Fn:
        if node.language and "FEEL" not in node.language.upper():
            return lambda v, rt: rt.note("feel-external", 0, name=node.language)
        return self.text(node.text, names)

    def _context(self, node: m.Context, names: Names) -> Fn:
        entries: list[tuple[str | None, Fn]] = []
        for entry in node.entries:
            value = self.typed(self.compile(entry.value, names), entry.type_ref)
            entries.append((entry.name, value))
            names = names | {entry.name} if entry.name else names

        def build(v: Vars, rt: Runtime) -> object:
            scope, result = dict(v), {}
            for name, value in entries:
                found = value(scope, rt)
                if name is None:
                    return found
                result[name] = scope[name] = found
            return result

        return build

    def _invocation(self, node: m.Invocation, names: Names) -> Fn:
        called = self.compile(node.called, names)
        keys = tuple(b.name or "" for b in node.bindings)
        values = tuple(self.typed(self.compile(b.value, names), b.type_ref) for b in node.bindings)

        def call(v: Vars, rt: Runtime) -> object:
            function = called(v, rt)
            if not isinstance(function, Function):
                return rt.note("feel-not-function", 0, left=kind_of(function))
            return function.call([value(v, rt) for value in values], keys, rt, 0)

        return call

    def _relation(self, node: m.Relation, names: Names) -> Fn:
        rows = [[self.compile(cell, names) for cell in row] for row in node.rows]
        return lambda v, rt: [
            {c: cell(v, rt) for c, cell in zip(node.columns, row, strict=False)} for row in rows
        ]

    def _list(self, node: m.ListOf, names: Names) -> Fn:
        items = [self.compile(i, names) for i in node.items]
        return lambda v, rt: [i(v, rt) for i in items]

    def _function(self, node: m.FunctionDefinition, names: Names) -> Fn:
        params, types, body = self.function_parts(node, names)
        return lambda v, rt: make_function("function", params, types, body, v)

    def function_parts(
        self, node: m.FunctionDefinition, names: Names
    ) -> tuple[tuple[str, ...], tuple[FeelType | None, ...], Fn]:
        """Parameters, their types and the body of a function."""
        params = tuple(p.name for p in node.params)
        types = tuple(self.types.of(p.type_ref) if p.type_ref else None for p in node.params)
        if node.kind.upper() != "FEEL":
            return params, types, lambda v, rt: rt.note("feel-external", 0, name=node.kind)
        return params, types, self.typed(self.compile(node.body, names | set(params)), node.type_ref)

    def _conditional(self, node: m.Conditional, names: Names) -> Fn:
        condition, then, otherwise = (
            self.compile(p, names) for p in (node.condition, node.then, node.otherwise)
        )

        def choose(v: Vars, rt: Runtime) -> object:
            decided = condition(v, rt)
            if decided is not None and not isinstance(decided, bool):
                return rt.note("feel-not-boolean", 0, left=kind_of(decided))
            return then(v, rt) if decided is True else otherwise(v, rt)

        return choose

    def _filter(self, node: m.FilterBy, names: Names) -> Fn:
        source, match = self.compile(node.source, names), self.compile(node.match, names | {"item"})
        return lambda v, rt: apply_filter(source(v, rt), match, v, rt, 0)

    def _iteration(self, node: m.Iteration, names: Names) -> Fn:
        source = self.compile(node.source, names)
        body = self.compile(node.body, names | {node.variable, "partial"})
        return (
            _for(source, body, node.variable)
            if node.kind == "for"
            else _quantified(source, body, node.variable, node.kind == "every")
        )


def checked(fn: Fn, type_: FeelType) -> Fn:
    """The value of a closure as a type wants it, null with a problem if it does not fit."""

    def run(v: Vars, rt: Runtime) -> object:
        value = fn(v, rt)
        if value is None:
            return None
        fitting, fits = coerce(value, type_)
        return fitting if fits else rt.note("feel-type-mismatch", 0, expected=type_, left=kind_of(value))

    return run


def _items(source: Fn, v: Vars, rt: Runtime) -> list[object] | None:
    value = source(v, rt)
    if isinstance(value, Range):
        found = range_values(value, rt, 0)
        return None if found is None else list(found)
    if isinstance(value, list):
        return value
    rt.note("feel-iteration", 0, left=kind_of(value))
    return None


def _for(source: Fn, body: Fn, variable: str) -> Fn:
    def run(v: Vars, rt: Runtime) -> object:
        items = _items(source, v, rt)
        if items is None:
            return None
        results: list[object] = []
        for item in items:
            rt.tick()
            results.append(body({**v, variable: item, "partial": list(results)}, rt))
        return results

    return run


def _quantified(source: Fn, body: Fn, variable: str, every: bool) -> Fn:
    def run(v: Vars, rt: Runtime) -> object:
        items = _items(source, v, rt)
        if items is None:
            return None
        answers = []
        for item in items:
            rt.tick()
            answers.append(body({**v, variable: item}, rt))
        wrong = [a for a in answers if not isinstance(a, bool)]
        if wrong:
            return rt.note("feel-not-boolean", 0, left=kind_of(wrong[0]))
        return all(answers) if every else any(answers)

    return run
