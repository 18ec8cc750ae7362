"""Properties that hold for all texts: the formatter keeps the meaning, the parser never fails otherwise than promised."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from stadtkern.kernel.feel import FeelError, evaluate, parse
from stadtkern.kernel.feel import ast as tree
from stadtkern.kernel.feel.format import format_expr
from stadtkern.kernel.feel.temporal import (
    Date,
    DaysTimeDuration,
    YearsMonthsDuration,
    date_text,
    days_in_month,
    from_ordinal,
    make_date,
    months_between,
    parse_date,
    parse_duration,
)

names = st.sampled_from(["a", "b", "Zahl der Hunde", "Größe", "x1"])
numbers = st.decimals(min_value=-1000, max_value=1000, places=2, allow_nan=False).map(
    lambda d: tree.Literal(0, 0, abs(d))
)
strings = st.text(alphabet='abcä "\\\n🐎', max_size=6).map(lambda s: tree.Literal(0, 0, s))
constants = st.sampled_from(
    [True, False, None, Date(2024, 2, 29), YearsMonthsDuration(14), DaysTimeDuration(-90 * 10**9)]
).map(lambda v: tree.Literal(0, 0, v))
leaves = st.one_of(numbers, strings, constants, names.map(lambda n: tree.Name(0, 0, n)))
operators = st.sampled_from(["+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "and", "or"])


def bigger(inner: st.SearchStrategy[tree.Expr]) -> st.SearchStrategy[tree.Expr]:
    iterators = st.builds(tree.Iterator, st.sampled_from(["i", "j"]), inner).map(lambda i: (i,))
    return st.one_of(
        st.builds(lambda o, a, b: tree.Binary(0, 0, o, a, b), operators, inner, inner),
        st.builds(lambda a: tree.Unary(0, 0, a), inner),
        st.builds(lambda a, b, c: tree.If(0, 0, a, b, c), inner, inner, inner),
        st.builds(lambda a, b, c: tree.Between(0, 0, a, b, c), inner, inner, inner),
        st.builds(lambda i: tree.ListExpr(0, 0, tuple(i)), st.lists(inner, max_size=3)),
        st.builds(lambda a, b: tree.ContextExpr(0, 0, (("k", a), ("mit-Strich", b))), inner, inner),
        st.builds(lambda i, b: tree.For(0, 0, i, b), iterators, inner),
        st.builds(lambda e, i, b: tree.Quantified(0, 0, e, i, b), st.booleans(), iterators, inner),
        st.builds(lambda a, m: tree.Path(0, 0, a, m), inner, st.sampled_from(["k", "geboren am"])),
        st.builds(lambda a, c: tree.Filter(0, 0, a, c), inner, inner),
        st.builds(lambda a, b: tree.Call(0, 0, tree.Name(0, 0, "string length"), (a, b)), inner, inner),
        st.builds(lambda a: tree.Call(0, 0, tree.Name(0, 0, "substring"), (a,), ("start position",)), inner),
        st.builds(
            lambda a, b, x, y: tree.RangeExpr(0, 0, a, b, x, y), inner, inner, st.booleans(), st.booleans()
        ),
        st.builds(lambda b: tree.FunctionDef(0, 0, (("p", None),), b), inner),
    )


expressions = st.recursive(leaves, bigger, max_leaves=12)


def bare(node: Any) -> Any:
    """A tree without positions."""
    if isinstance(node, tuple) and not isinstance(node, Date):
        return tuple(bare(n) for n in node)
    if not is_dataclass(node) or isinstance(node, type) or not isinstance(node, tree.Expr | tree.Iterator):
        return node
    values = {f.name: bare(getattr(node, f.name)) for f in fields(node)}
    if isinstance(node, tree.Expr):
        values |= {"start": 0, "end": 0}
    return replace(node, **values)


@settings(max_examples=120, deadline=None)
@given(expressions)
def test_formatting_and_parsing_again_gives_the_same_tree(expr: tree.Expr) -> None:
    text = format_expr(expr)
    again = parse(text)
    assert bare(again) == bare(expr), text
    assert format_expr(again) == text


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab1. +-*/()[]{}<>=,:\"@'\\?\n", max_size=30))
def test_any_text_gives_a_value_or_a_feel_error(text: str) -> None:
    try:
        evaluate(text, {"a": 1, "b": [1, 2]})
    except FeelError as error:
        assert 0 <= error.offset <= len(text)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12))
def test_numbers_survive_their_text(number: Decimal) -> None:
    assert evaluate("number(string(x))", {"x": number}) == number


@given(st.integers(min_value=-400_000_000, max_value=400_000_000))
def test_days_and_dates_count_the_same(days: int) -> None:
    day = from_ordinal(days)
    assert day.ordinal == days
    assert 1 <= day.day <= days_in_month(day.year, day.month)
    assert abs(day.year) > 999_999_999 or parse_date(date_text(day)) == day


@given(st.dates(), st.dates())
def test_months_between_are_the_most_that_fit(a: Any, b: Any) -> None:
    start, end = sorted([Date(a.year, a.month, a.day), Date(b.year, b.month, b.day)])
    months = months_between(start, end)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    fitting = make_date(year, month + 1, min(start.day, days_in_month(year, month + 1)))
    assert (months >= 0 and fitting is not None and fitting <= end) or start.day > end.day


@given(st.integers(min_value=-(10**18), max_value=10**18))
def test_durations_survive_their_text(amount: int) -> None:
    assert parse_duration(str(DaysTimeDuration(amount))) == DaysTimeDuration(amount)
    assert parse_duration(str(YearsMonthsDuration(amount))) == YearsMonthsDuration(amount)
