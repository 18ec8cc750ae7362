"""Decision tables (DMN 1.5, 8): tests, hit policies, aggregators, and the trace of the rules that hit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from typing import TYPE_CHECKING

from stadtkern.kernel.dmn import model as m
from stadtkern.kernel.dmn.trace import DmnRuntime, RuleHit, TableTrace
from stadtkern.kernel.feel import FeelError, Range
from stadtkern.kernel.feel.builtins import BUILTINS
from stadtkern.kernel.feel.compile import Fn, Test, Vars
from stadtkern.kernel.feel.engine import parse_unary_tests
from stadtkern.kernel.feel.ops import equal, holds
from stadtkern.kernel.feel.runtime import Runtime

if TYPE_CHECKING:
    from stadtkern.kernel.dmn.boxed import BoxedCompiler

Names = frozenset[str]
Hits = list[tuple[int, object]]
_AGGREGATES = {"SUM": "sum", "MIN": "min", "MAX": "max", "COUNT": "count"}


@dataclass(frozen=True, slots=True)
class _Input:
    label: str
    value: Fn
    allowed: Test | None


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    tests: tuple[tuple[int, Test], ...]
    outputs: tuple[Fn, ...]
    hit: RuleHit


@dataclass(frozen=True, slots=True)
class _Table:
    node: m.DecisionTable
    name: str
    inputs: tuple[_Input, ...]
    rows: tuple[_Row, ...]
    names: tuple[str, ...]
    defaults: tuple[Fn | None, ...]
    orders: tuple[tuple[object, ...], ...]
    allowed: tuple[Test | None, ...]


def compile_table(compiler: BoxedCompiler, node: m.DecisionTable, names: Names) -> Fn:
    """A closure that reads the table."""
    table = _Table(
        node,
        node.label or compiler.element or node.id,
        tuple(_input(compiler, clause, names) for clause in node.inputs),
        tuple(_row(compiler, node, number, rule, names) for number, rule in enumerate(node.rules, 1)),
        tuple(o.name for o in node.outputs),
        tuple(compiler.text(o.default, names) if o.default.strip() else None for o in node.outputs),
        tuple(_order(compiler, o, names) for o in node.outputs),
        tuple(compiler.tests(o.values, names) if o.values.strip() else None for o in node.outputs),
    )
    return lambda v, rt: _read(table, v, rt)


def _input(compiler: BoxedCompiler, clause: m.InputClause, names: Names) -> _Input:
    allowed = compiler.tests(clause.values, names) if clause.values.strip() else None
    return _Input(clause.label, compiler.typed(compiler.text(clause.text, names), clause.type_ref), allowed)


def _row(compiler: BoxedCompiler, node: m.DecisionTable, number: int, rule: m.Rule, names: Names) -> _Row:
    tests = tuple(
        (column, compiler.tests(text, names))
        for column, text in enumerate(rule.tests[: len(node.inputs)])
        if text.strip() not in ("", "-")
    )
    outputs = tuple(
        compiler.typed(compiler.text(text, names), clause.type_ref)
        for text, clause in zip(rule.outputs, node.outputs, strict=False)
    )
    conditions = tuple(
        f"{clause.label}: {text.strip() or '-'}"
        for clause, text in zip(node.inputs, rule.tests, strict=False)
    )
    return _Row(number, tests, outputs, RuleHit(number, rule.id, conditions, rule.annotations))


def _order(compiler: BoxedCompiler, clause: m.OutputClause, names: Names) -> tuple[object, ...]:
    """The output values from most to least important, for the hit policies P and O."""
    if not clause.values.strip():
        return ()
    try:
        tests = parse_unary_tests(clause.values, names).tests
    except FeelError:
        return ()
    return tuple(compiler._feel.compile(t)({}, Runtime()) for t in tests)


def _read(table: _Table, v: Vars, rt: Runtime) -> object:
    rt.tick(len(table.rows))
    values = [i.value(v, rt) for i in table.inputs]
    for clause, value in zip(table.inputs, values, strict=True):
        if clause.allowed is not None and value is not None and clause.allowed(value, v, rt) is not True:
            return rt.note("dmn-input-value", 0, name=clause.label)
    hits = _hits(table, values, v, rt)
    result = _policy(table, hits, v, rt)
    if isinstance(rt, DmnRuntime):
        rows = tuple(table.rows[index].hit for index, _ in hits)
        shown = tuple((i.label, value) for i, value in zip(table.inputs, values, strict=True))
        policy = table.node.hit_policy + {"SUM": "+", "MIN": "<", "MAX": ">", "COUNT": "#"}.get(
            table.node.aggregation, ""
        )
        rt.add_trace(TableTrace(rt.where, table.name, policy, shown, rows, result))
    return result


def _hits(table: _Table, values: list[object], v: Vars, rt: Runtime) -> Hits:
    """The rules whose tests all hold, with their outputs; for F only the first."""
    hits: Hits = []
    for index, row in enumerate(table.rows):
        for column, test in row.tests:
            if test(values[column], v, rt) is not True:
                break
        else:
            hits.append((index, _outputs(table, row, v, rt)))
            if table.node.hit_policy == "F":
                break
    return hits


def _outputs(table: _Table, row: _Row, v: Vars, rt: Runtime) -> object:
    found = [o(v, rt) for o in row.outputs]
    for value, allowed, name in zip(found, table.allowed, table.names, strict=False):
        if allowed is not None and value is not None and allowed(value, v, rt) is not True:
            rt.note("dmn-output-value", 0, name=name)
    return found[0] if len(table.names) == 1 and found else dict(zip(table.names, found, strict=False))


def _default(table: _Table, v: Vars, rt: Runtime) -> object:
    if all(d is None for d in table.defaults):
        return rt.note("dmn-no-rule", 0)
    values = [None if d is None else d(v, rt) for d in table.defaults]
    return values[0] if len(values) == 1 else dict(zip(table.names, values, strict=True))


def _policy(table: _Table, hits: Hits, v: Vars, rt: Runtime) -> object:
    policy = table.node.hit_policy
    if not hits:
        if policy == "C" and table.node.aggregation == "COUNT":
            return Decimal(0)
        return _default(table, v, rt)
    outputs = [output for _, output in hits]
    if policy == "U" and len(hits) > 1:
        return rt.note("dmn-not-unique", 0, rules=", ".join(str(i + 1) for i, _ in hits))
    if policy == "A" and any(equal(outputs[0], o) is not True for o in outputs[1:]):
        return rt.note("dmn-not-any", 0, rules=", ".join(str(i + 1) for i, _ in hits))
    if policy in ("U", "A", "F"):
        return outputs[0]
    if policy in ("P", "O"):
        ranked = sorted(outputs, key=_rank(table))
        return ranked[0] if policy == "P" else ranked
    return _collect(table, outputs, rt) if policy == "C" and table.node.aggregation else outputs


def _rank(table: _Table) -> Callable[[object], tuple[int, ...]]:
    def one(value: object, order: tuple[object, ...]) -> int:
        return next(
            (
                n
                for n, known in enumerate(order)
                if equal(value, known) is True or (isinstance(known, Range) and holds(value, known))
            ),
            len(order),
        )

    def rank(output: object) -> tuple[int, ...]:
        if len(table.names) == 1:
            return (one(output, table.orders[0]),)
        assert isinstance(output, dict)
        return tuple(
            one(output.get(name), order) for name, order in zip(table.names, table.orders, strict=True)
        )

    return rank


def _collect(table: _Table, outputs: list[object], rt: Runtime) -> object:
    """Sum, min, max or count (of different values) over the outputs; with several outputs for each of them."""
    if len(table.names) > 1:
        columns = {
            name: [o.get(name) if isinstance(o, dict) else None for o in outputs] for name in table.names
        }
        return {name: _aggregate(table.node.aggregation, column, rt) for name, column in columns.items()}
    return _aggregate(table.node.aggregation, outputs, rt)


def _aggregate(kind: str, values: list[object], rt: Runtime) -> object:
    if kind == "COUNT":
        distinct = reduce(
            lambda seen, x: seen if any(equal(x, y) is True for y in seen) else [*seen, x],
            values,
            list[object](),
        )
        return Decimal(len(distinct))
    return BUILTINS[_AGGREGATES[kind]].call([values], None, rt, 0)
