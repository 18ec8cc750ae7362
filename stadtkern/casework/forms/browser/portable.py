"""Which expressions the browser may run: those made only of parts on which npm ``feelin`` and our engine agree.

``tests/casework/forms/test_browser_rules.py`` decides what belongs here: it runs every rule of every installed form, and
thousands of expressions composed of exactly these parts, through both. What differed is left out, with the reason:

- results of arithmetic with fractions must not be compared (binary against decimal numbers: 0.1 + 0.2 = 0.3)
- order of texts (UTF-16 against code points), regular expressions, moments with time zones, other functions
- filters of lists of truths: feelin 8.2 drops what is false (``[true, false][item = false]`` is empty there), and by functions
- ``between`` and ranges (feelin swaps limits that are the wrong way round), ``some`` and ``every`` (it takes null for false)
- names that are neither an answer nor ``heute``
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from stadtkern.kernel.feel import Expr, ast

#: kinds of values: integer, number (as given), computed (a fraction came in), text, bool, date, time, months, days, null,
#: file (only to be counted), and ``list of …``
Kind = str
LIST = "list of "
MOST_DIGITS = 15
#: cents to euros and the like: a division that ends; what it gives is never compared
_TENS = (Decimal(10), Decimal(100), Decimal(1000))
_NUMBERS = frozenset({"integer", "number", "computed"})
_ORDERED = frozenset({"number", "date", "time"})
_FILTERED = frozenset(LIST + kind for kind in ("integer", "number", "text", "date", "time"))
_DURATION = re.compile(r"P(?:(\d{1,4})Y)?(?:(\d{1,5})M)?(?:(\d{1,6})D)?")


class ServerOnly(Exception):
    """The browser must not run this expression; the text says why."""


def kind_of(expr: Expr, names: Mapping[str, Kind]) -> Kind:
    """The kind of the result. Raises ServerOnly."""
    rule = _RULES.get(type(expr))
    if rule is None:
        raise ServerOnly(f"not in the browser: {type(expr).__name__}")
    return rule(expr, names)


def _family(kind: Kind) -> Kind:
    return "number" if kind in _NUMBERS else kind


def _join(left: Kind, right: Kind) -> Kind:
    """The kind of a value that is one or the other."""
    if left == right or right == "null":
        return left
    if left == "null":
        return right
    if {left, right} <= _NUMBERS:
        return "computed" if "computed" in (left, right) else "number"
    raise ServerOnly(f"either {left} or {right}")


def _need(kind: Kind, *wanted: Kind) -> None:
    if kind not in wanted:
        raise ServerOnly(f"{kind} instead of {' or '.join(wanted)}")


def _literal(expr: ast.Literal, _names: Mapping[str, Kind]) -> Kind:
    value = expr.value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, str):
        return "text"
    if isinstance(value, Decimal) and len(value.as_tuple().digits) <= MOST_DIGITS:
        return "integer" if value == value.to_integral_value() else "number"
    raise ServerOnly(f"literal {value!r}")


def _name(expr: ast.Name, names: Mapping[str, Kind]) -> Kind:
    if expr.name not in names:
        raise ServerOnly(f"name {expr.name}")
    return names[expr.name]


def _path(expr: ast.Path, names: Mapping[str, Kind]) -> Kind:
    """Only ``parameter.…`` and the like: a name that is known together with its member."""
    if isinstance(expr.base, ast.Name) and f"{expr.base.name}.{expr.member}" in names:
        return names[f"{expr.base.name}.{expr.member}"]
    raise ServerOnly(f"member {expr.member}")


def _unary(expr: ast.Unary, names: Mapping[str, Kind]) -> Kind:
    kind = kind_of(expr.operand, names)
    _need(kind, *_NUMBERS)
    return kind


def _binary(expr: ast.Binary, names: Mapping[str, Kind]) -> Kind:
    left, right = kind_of(expr.left, names), kind_of(expr.right, names)
    if expr.op == "/" and isinstance(expr.right, ast.Literal) and expr.right.value in _TENS:
        _need(left, *_NUMBERS)
        return "computed"
    if expr.op in ("and", "or"):
        _need(left, "bool", "null")
        _need(right, "bool", "null")
        return "bool"
    if expr.op in ("=", "!="):
        return _equal(left, right)
    if expr.op in ("<", "<=", ">", ">="):
        return _ordered(left, right)
    return _arithmetic(expr.op, left, right)


def _equal(left: Kind, right: Kind) -> Kind:
    families = {_family(left), _family(right)} - {"null"}
    plain = families <= {"number", "text", "bool", "date", "time"}
    if "computed" in (left, right) and families == {"number"} and "null" not in (left, right):
        raise ServerOnly("compares a computed fraction")
    if len(families) > 1 or not plain:
        raise ServerOnly(f"compares {left} with {right}")
    return "bool"


def _ordered(left: Kind, right: Kind) -> Kind:
    if "computed" in (left, right):
        raise ServerOnly("compares a computed fraction")
    if _family(left) != _family(right) or _family(left) not in _ORDERED:
        raise ServerOnly(f"orders {left} and {right}")
    return "bool"


def _arithmetic(op: str, left: Kind, right: Kind) -> Kind:
    if left == "date" and right in ("months", "days") and op in ("+", "-"):
        return "date"
    if op not in ("+", "-", "*") or not {left, right} <= _NUMBERS:
        raise ServerOnly(f"{left} {op} {right}")
    return "integer" if left == right == "integer" else "computed"


def _in(expr: ast.In, names: Mapping[str, Kind]) -> Kind:
    kind = kind_of(expr.value, names)
    for test in expr.tests:
        if not isinstance(test, ast.Literal) or test.value is None:
            raise ServerOnly("a test that is no plain value")
        _equal(kind, kind_of(test, names))
    return "bool"


def _if(expr: ast.If, names: Mapping[str, Kind]) -> Kind:
    _need(kind_of(expr.condition, names), "bool")
    return _join(kind_of(expr.then, names), kind_of(expr.otherwise, names))


def _filter(expr: ast.Filter, names: Mapping[str, Kind]) -> Kind:
    base = kind_of(expr.base, names)
    if base not in _FILTERED:
        raise ServerOnly(f"filters {base}")
    if not _is_plain(expr.condition):
        raise ServerOnly("filters by more than a comparison")
    _need(kind_of(expr.condition, {**names, "item": base.removeprefix(LIST)}), "bool")
    return base


def _is_plain(expr: Expr) -> bool:
    """Only names, literals, comparisons and and/or between them."""
    if isinstance(expr, ast.Binary):
        return _is_plain(expr.left) and _is_plain(expr.right)
    return isinstance(expr, ast.Name | ast.Literal)


def _call(expr: ast.Call, names: Mapping[str, Kind]) -> Kind:
    if not isinstance(expr.callee, ast.Name) or expr.names is not None:
        raise ServerOnly("a call with named arguments, or of no function")
    function = _FUNCTIONS.get(expr.callee.name)
    if function is None or expr.callee.name in names:
        raise ServerOnly(f"function {expr.callee.name}")
    return function(expr, [kind_of(arg, names) for arg in expr.args])


def _count(expr: ast.Call, kinds: list[Kind]) -> Kind:
    if len(kinds) != 1 or not kinds[0].startswith(LIST):
        raise ServerOnly("count of no list")
    return "integer"


def _sum(expr: ast.Call, kinds: list[Kind]) -> Kind:
    if len(kinds) != 1 or kinds[0].removeprefix(LIST) not in _NUMBERS or not kinds[0].startswith(LIST):
        raise ServerOnly("sum of no list of numbers")
    return "integer" if kinds[0] == LIST + "integer" else "computed"


def _not(expr: ast.Call, kinds: list[Kind]) -> Kind:
    if kinds != ["bool"]:
        raise ServerOnly("not of no truth")
    return "bool"


def _duration(expr: ast.Call, kinds: list[Kind]) -> Kind:
    """Whole years and months, or whole days, written out."""
    text = expr.args[0].value if len(expr.args) == 1 and isinstance(expr.args[0], ast.Literal) else None
    match = _DURATION.fullmatch(text) if isinstance(text, str) else None
    years, months, days = match.groups() if match else (None, None, None)
    if days and not years and not months:
        return "days"
    if (years or months) and not days:
        return "months"
    raise ServerOnly("another duration")


def _date(expr: ast.Call, kinds: list[Kind]) -> Kind:
    text = expr.args[0].value if len(expr.args) == 1 and isinstance(expr.args[0], ast.Literal) else None
    if isinstance(text, str) and re.fullmatch(r"[12]\d{3}-\d\d-\d\d", text):
        return "date"
    raise ServerOnly("a date that is computed")


def _two_texts(expr: ast.Call, kinds: list[Kind]) -> Kind:
    if kinds != ["text", "text"]:
        raise ServerOnly("other arguments")
    return "bool"


def _list_contains(expr: ast.Call, kinds: list[Kind]) -> Kind:
    if len(kinds) != 2 or kinds[0] not in (LIST + "text", LIST + "integer", LIST + "number"):
        raise ServerOnly("list contains of another list")
    _equal(kinds[0].removeprefix(LIST), kinds[1])
    return "bool"


_RULES: dict[type[Expr], Callable[..., Kind]] = {
    ast.Literal: _literal,
    ast.Name: _name,
    ast.Path: _path,
    ast.Unary: _unary,
    ast.Binary: _binary,
    ast.In: _in,
    ast.If: _if,
    ast.Filter: _filter,
    ast.Call: _call,
}
_FUNCTIONS: dict[str, Callable[[ast.Call, list[Kind]], Kind]] = {
    "count": _count,
    "sum": _sum,
    "not": _not,
    "duration": _duration,
    "date": _date,
    "contains": _two_texts,
    "starts with": _two_texts,
    "ends with": _two_texts,
    "list contains": _list_contains,
}
