"""Cuts a condition column of a decision table into the smallest parts that its cells can tell apart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from stadtkern.kernel.dmn import model as m
from stadtkern.kernel.feel import FeelError, Limits, ast, to_python
from stadtkern.kernel.feel.compile import Compiler
from stadtkern.kernel.feel.engine import compile_unary_tests, parse_unary_tests
from stadtkern.kernel.feel.format import quoted
from stadtkern.kernel.feel.free import free_names
from stadtkern.kernel.feel.runtime import Runtime
from stadtkern.kernel.feel.values import number_text

_LIMITS = Limits()
_OTHER = "…"
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of what a column can be: one value of it, its text, and its bounds (for what lies between two values)."""

    value: Any
    text: str
    low: Any = None
    high: Any = None
    is_point: bool = True


@dataclass(frozen=True, slots=True)
class Column:
    """``surely`` and ``may``: for each part the rules (as bits) that hold there. ``unclear``: rules whose cell cannot be judged."""

    kind: str
    parts: tuple[Part, ...]
    surely: list[int]
    may: list[int]
    unclear: frozenset[int]
    cells: tuple[str, ...]


class _Unclear(Exception):
    pass


def never(column: Column, rule: int) -> bool:
    """Whether a rule holds in no part of the column."""
    return not any(mask >> rule & 1 for mask in column.may)


def column_of(table: m.DecisionTable, at: int, values: Mapping[str, tuple[str, ...]]) -> Column:
    """A column with its parts; one part for everything where nothing can be said."""
    clause = table.inputs[at]
    cells = tuple((rule.tests[at] if at < len(rule.tests) else "-").strip() or "-" for rule in table.rules)
    constants: list[object] = []
    unclear: set[int] = set()
    for number, cell in enumerate(cells):
        try:
            constants += constants_of(cell)
        except (_Unclear, FeelError):
            unclear.add(number)
    closed = values.get(clause.text.strip(), ())
    if clause.values.strip():
        try:
            allowed = constants_of(clause.values)
            constants += allowed
            if all(isinstance(value, str) for value in allowed):
                closed = tuple(value for value in allowed if isinstance(value, str))
        except (_Unclear, FeelError):
            pass
    kind, parts = _parts(constants, clause, closed)
    if not parts:
        unclear = {n for n, cell in enumerate(cells) if cell != "-"}
        parts = (Part(None, "-", is_point=False),)
    parts = _allowed(parts, clause.values)
    surely, may = _masks(cells, parts, frozenset(unclear))
    return Column(kind, parts, surely, may, frozenset(unclear), cells)


def _masks(
    cells: tuple[str, ...], parts: tuple[Part, ...], unclear: frozenset[int]
) -> tuple[list[int], list[int]]:
    surely, may = [0] * len(parts), [0] * len(parts)
    for number, cell in enumerate(cells):
        bit = 1 << number
        test = None if number in unclear or cell == "-" else compile_unary_tests(cell)
        for at, part in enumerate(parts):
            if cell == "-" or (test is not None and test(part.value) is True):
                surely[at] |= bit
                may[at] |= bit
            elif number in unclear:
                may[at] |= bit
    return surely, may


def _allowed(parts: tuple[Part, ...], values: str) -> tuple[Part, ...]:
    """Without what the column itself excludes."""
    if not values.strip():
        return parts
    try:
        test = compile_unary_tests(values)
    except FeelError:
        return parts
    return tuple(part for part in parts if part.value is None or test(part.value) is True) or parts


# -- the values a cell names ------------------------------------------------------------------------------------------


def constants_of(cell: str) -> list[object]:
    """The values at which a cell changes its mind. Raises _Unclear for cells that need more than the value itself."""
    if cell.strip() in ("", "-"):
        return []
    tree = parse_unary_tests(cell)
    return [value for test in tree.tests for value in _of_test(test)]


def _of_test(test: ast.Expr) -> Iterator[object]:
    if isinstance(test, ast.Test):
        value = _constant(test.operand)
        if isinstance(value, str | list) and test.op not in ("=", "!="):
            raise _Unclear
        yield value
    elif isinstance(test, ast.RangeExpr):
        low, high = _constant(test.low), _constant(test.high)
        if isinstance(low, str) or isinstance(high, str):
            raise _Unclear
        yield from (low, high)
    else:
        value = _constant(test)
        yield from value if isinstance(value, list) else [value]


def _constant(node: ast.Expr) -> object:
    if free_names(node):
        raise _Unclear
    value: object = to_python(Compiler().compile(node)({}, Runtime(_LIMITS)))
    if value is None and not isinstance(node, ast.Literal):
        raise _Unclear
    return value


# -- parts ------------------------------------------------------------------------------------------------------------


def _parts(
    constants: list[object], clause: m.InputClause, closed: tuple[str, ...]
) -> tuple[str, tuple[Part, ...]]:
    """The kind of a column and its parts; none if the cells do not fit together."""
    has_null = any(value is None for value in constants)
    known = [value for value in constants if value is not None]
    extra = (Part(None, "null"),) if has_null else ()
    kinds = {_kind(value) for value in known} or ({"text"} if closed else _declared(clause))
    if has_null and not kinds:
        return "any", (Part(_OTHER, "not(null)", is_point=False), *extra)
    if len(kinds) != 1:
        return "any", ()
    kind = kinds.pop()
    if kind == "boolean":
        return kind, (Part(True, "true"), Part(False, "false"), *extra)
    if kind == "text":
        texts = list(dict.fromkeys([*closed, *(str(value) for value in known)]))
        parts = tuple(Part(text, quoted(text)) for text in texts)
        other = () if closed else (Part(_OTHER, quoted(_OTHER), is_point=False),)
        return kind, (*parts, *other, *extra)
    if kind == "number":
        return kind, (*_line(sorted(set(known)), _Numbers(clause)), *extra)
    if kind in ("date", "moment"):
        try:
            ends = sorted(set(known))  # type: ignore[type-var]
        except TypeError:  # with and without a time zone
            return "any", ()
        return kind, (*_line(ends, _Days() if kind == "date" else _Moments()), *extra)
    return "any", ()


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, Decimal | int):
        return "number"
    if isinstance(value, str):
        return "text"
    if isinstance(value, dt.datetime):
        return "moment"
    return "date" if isinstance(value, dt.date) else "other"


def _declared(clause: m.InputClause) -> set[str]:
    """The kind of a column whose cells name nothing; only yes and no can be told apart then."""
    return {"boolean"} if clause.type_ref == "boolean" else set()


class _Numbers:
    """Numbers; whole ones, and none below zero, where the column counts something."""

    def __init__(self, clause: m.InputClause) -> None:
        self.counts = clause.text.strip().startswith(("count(", "count ("))

    def text(self, value: Any) -> str:
        return number_text(Decimal(value))

    def below(self, value: Any) -> Any:
        found = Decimal(value).to_integral_value(rounding="ROUND_CEILING") - 1
        return None if self.counts and found < 0 else found

    def above(self, value: Any) -> Any:
        return Decimal(value).to_integral_value(rounding="ROUND_FLOOR") + 1

    def between(self, low: Any, high: Any) -> Any:
        whole = self.above(low)
        if whole < high:
            return whole
        return None if self.counts else (Decimal(low) + Decimal(high)) / 2


class _Days:
    """Days; between two that follow each other there is none."""

    def text(self, value: Any) -> str:
        return f'date("{value.isoformat()}")'

    def below(self, value: Any) -> Any:
        return value - _DAY if value > dt.date.min else None

    def above(self, value: Any) -> Any:
        return value + _DAY if value < dt.date.max else None

    def between(self, low: Any, high: Any) -> Any:
        return low + _DAY if low + _DAY < high else None


class _Moments(_Days):
    """Points in time."""

    def text(self, value: Any) -> str:
        return f'date and time("{value.isoformat()}")'

    def below(self, value: Any) -> Any:
        return value - _DAY

    def above(self, value: Any) -> Any:
        return value + _DAY

    def between(self, low: Any, high: Any) -> Any:
        return low + (high - low) / 2


def _line(ends: list[Any], scale: _Numbers | _Days) -> Iterator[Part]:
    """The named values and what lies before, between and behind them."""
    if not ends:
        return
    below = scale.below(ends[0])
    if below is not None:
        yield Part(below, scale.text(below), None, ends[0], False)
    for at, end in enumerate(ends):
        yield Part(end, scale.text(end), end, end)
        if at + 1 < len(ends):
            between = scale.between(end, ends[at + 1])
            if between is not None:
                yield Part(between, scale.text(between), end, ends[at + 1], False)
    above = scale.above(ends[-1])
    if above is not None:
        yield Part(above, scale.text(above), ends[-1], None, False)


# -- parts as the text of a cell ----------------------------------------------------------------------------------------


def text_of_parts(column: Column, parts: list[int]) -> str:
    """The cell that holds in these neighbouring parts and nowhere else."""
    chosen = [column.parts[n] for n in parts]
    if len(chosen) == len(column.parts) or not chosen:
        return "-"
    if column.kind in ("number", "date", "moment"):
        line = [part for part in chosen if part.value is not None]
        tests = [_interval(column.kind, line)] if line else []
        return ", ".join([*tests, *("null" for part in chosen if part.value is None)])
    if any(part.value == _OTHER for part in chosen):
        rest = [part.text for n, part in enumerate(column.parts) if n not in parts]
        return f"not({', '.join(rest)})"
    return ", ".join(part.text for part in chosen)


def _interval(kind: str, line: list[Part]) -> str:
    first, last = line[0], line[-1]

    def text(value: Any) -> str:
        if kind == "number":
            return number_text(Decimal(value))
        return f'{"date" if kind == "date" else "date and time"}("{value.isoformat()}")'

    if len(line) == 1 and first.is_point:
        return first.text
    if first.low is None and last.high is None:
        return "not(null)"
    if first.low is None:
        return f"{'<=' if last.is_point else '<'} {text(last.high)}"
    if last.high is None:
        return f"{'>=' if first.is_point else '>'} {text(first.low)}"
    left, right = "[" if first.is_point else "(", "]" if last.is_point else ")"
    return f"{left}{text(first.low)}..{text(last.high)}{right}"
