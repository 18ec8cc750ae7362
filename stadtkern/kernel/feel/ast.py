"""The tree of an expression: frozen, typed nodes, each with its place in the text."""

from __future__ import annotations

from dataclasses import dataclass, field

from stadtkern.kernel.feel.types import FeelType


@dataclass(frozen=True, slots=True)
class Expr:
    """Base of all nodes; `start` and `end` are offsets into the text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Literal(Expr):
    """A number, string, boolean, null, temporal value or duration."""

    value: object


@dataclass(frozen=True, slots=True)
class Name(Expr):
    """A variable or a built-in function."""

    name: str


@dataclass(frozen=True, slots=True)
class Unary(Expr):
    """Arithmetic negation."""

    operand: Expr


@dataclass(frozen=True, slots=True)
class Binary(Expr):
    """+ - * / ** = != < <= > >= and or."""

    op: str
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Between(Expr):
    """value between low and high."""

    value: Expr
    low: Expr
    high: Expr


@dataclass(frozen=True, slots=True)
class In(Expr):
    """value in tests."""

    value: Expr
    tests: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class InstanceOf(Expr):
    """value instance of type."""

    value: Expr
    type: FeelType


@dataclass(frozen=True, slots=True)
class If(Expr):
    """if … then … else …."""

    condition: Expr
    then: Expr
    otherwise: Expr


@dataclass(frozen=True, slots=True)
class Iterator:
    """One `name in source` of a loop; `upto` is the second end of `1..n`."""

    name: str
    source: Expr
    upto: Expr | None = None


@dataclass(frozen=True, slots=True)
class For(Expr):
    """for … return …."""

    iterators: tuple[Iterator, ...]
    body: Expr


@dataclass(frozen=True, slots=True)
class Quantified(Expr):
    """some/every … satisfies …."""

    every: bool
    iterators: tuple[Iterator, ...]
    body: Expr


@dataclass(frozen=True, slots=True)
class FunctionDef(Expr):
    """function(a: type) body; external bodies are kept but never run."""

    params: tuple[tuple[str, FeelType | None], ...]
    body: Expr
    external: bool = False


@dataclass(frozen=True, slots=True)
class Call(Expr):
    """A call with arguments by position or by name."""

    callee: Expr
    args: tuple[Expr, ...]
    names: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class ListExpr(Expr):
    """[a, b]."""

    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class ContextExpr(Expr):
    """{a: 1, b: a}."""

    entries: tuple[tuple[str, Expr], ...]


@dataclass(frozen=True, slots=True)
class RangeExpr(Expr):
    """[a..b], (a..b), ]a..b[."""

    low: Expr
    high: Expr
    low_included: bool
    high_included: bool


@dataclass(frozen=True, slots=True)
class Path(Expr):
    """base.member."""

    base: Expr
    member: str


@dataclass(frozen=True, slots=True)
class Filter(Expr):
    """base[condition]."""

    base: Expr
    condition: Expr


@dataclass(frozen=True, slots=True)
class Test(Expr):
    """< 5, >= x, = 3, != 3: a unary test, or a range when it stands in brackets."""

    op: str
    operand: Expr


@dataclass(frozen=True, slots=True)
class UnaryTests(Expr):
    """The tests of a decision table cell; no tests means `-` (anything)."""

    tests: tuple[Expr, ...] = field(default=())
    negated: bool = False
