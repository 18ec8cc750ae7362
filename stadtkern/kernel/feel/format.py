"""Writes a tree as text: one spelling for equal trees, only the brackets that are needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal

from stadtkern.kernel.feel import ast
from stadtkern.kernel.feel.engine import parse, parse_unary_tests
from stadtkern.kernel.feel.names import pattern
from stadtkern.kernel.feel.parser import PRECEDENCE
from stadtkern.kernel.feel.temporal import Date, DateTime, DaysTimeDuration, Time, YearsMonthsDuration
from stadtkern.kernel.feel.values import number_text, text_of

WIDTH = 100
_LOOSE, _COMPARE, _SUM, _UNARY, _POSTFIX = 0, 3, 4, 7, 8
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def format_text(text: str, names: Iterable[str] = ()) -> str:
    """An expression in the usual spelling. Comments are lost. Raises FeelError if it cannot be read."""
    return format_expr(parse(text, names))


def format_tests(text: str, names: Iterable[str] = ()) -> str:
    """Unary tests in the usual spelling."""
    return format_expr(parse_unary_tests(text, names))


def format_expr(node: ast.Expr) -> str:
    """The text of a tree; parsing it again gives an equal tree (apart from positions)."""
    return _write(node, _LOOSE)


def _write(node: ast.Expr, level: int) -> str:
    """The text of a node, in brackets if it binds looser than `level`."""
    text, own = _WRITERS[type(node)](node)
    return f"({text})" if own < level else text


def quoted(text: str) -> str:
    """A string literal."""
    return '"' + "".join(_ESCAPES.get(c, c) for c in text) + '"'


def _literal(node: ast.Literal) -> tuple[str, int]:
    value = node.value
    if isinstance(value, str):
        return quoted(value), _POSTFIX
    if isinstance(value, Date | Time | DateTime | YearsMonthsDuration | DaysTimeDuration):
        return f'@"{text_of(value)}"', _POSTFIX
    if isinstance(value, Decimal):
        return number_text(value).replace("E+", "e"), _POSTFIX
    return text_of(value), _POSTFIX


def _name(node: ast.Name) -> tuple[str, int]:
    return node.name, _POSTFIX


def _unary(node: ast.Unary) -> tuple[str, int]:
    return "-" + _write(node.operand, _UNARY), _UNARY


def _binary(node: ast.Binary) -> tuple[str, int]:
    own = PRECEDENCE[node.op]
    space = "" if node.op == "**" else " "
    return f"{_write(node.left, own)}{space}{node.op}{space}{_write(node.right, own + 1)}", own


def _between(node: ast.Between) -> tuple[str, int]:
    return (
        f"{_write(node.value, _COMPARE)} between {_write(node.low, _SUM)} and {_write(node.high, _SUM)}",
        _COMPARE,
    )


def _in(node: ast.In) -> tuple[str, int]:
    tests = [_test_text(t) for t in node.tests]
    single = node.tests[0]
    bare = len(tests) == 1 and isinstance(single, ast.ListExpr | ast.RangeExpr | ast.Name | ast.Literal)
    return f"{_write(node.value, _COMPARE)} in {tests[0] if bare else '(' + ', '.join(tests) + ')'}", _COMPARE


def _instance(node: ast.InstanceOf) -> tuple[str, int]:
    return f"{_write(node.value, _POSTFIX)} instance of {node.type}", _POSTFIX


def _if(node: ast.If) -> tuple[str, int]:
    parts = (_write(node.condition, 0), _write(node.then, 0), _write(node.otherwise, 0))
    return _long(f"if {parts[0]}", f"then {parts[1]}", f"else {parts[2]}"), 0


def _long(*parts: str) -> str:
    line = " ".join(parts)
    return line if len(line) <= WIDTH and "\n" not in line else "\n".join(parts)


def _iterators(iterators: tuple[ast.Iterator, ...]) -> str:
    return ", ".join(
        f"{i.name} in {_write(i.source, _SUM)}" + (f"..{_write(i.upto, _SUM)}" if i.upto else "")
        for i in iterators
    )


def _for(node: ast.For) -> tuple[str, int]:
    return _long(f"for {_iterators(node.iterators)}", f"return {_write(node.body, 0)}"), 0


def _quantified(node: ast.Quantified) -> tuple[str, int]:
    return _long(
        f"{'every' if node.every else 'some'} {_iterators(node.iterators)}",
        f"satisfies {_write(node.body, 0)}",
    ), 0


def _function(node: ast.FunctionDef) -> tuple[str, int]:
    params = ", ".join(name if type_ is None else f"{name}: {type_}" for name, type_ in node.params)
    return f"function({params}){' external' if node.external else ''} {_write(node.body, 0)}", 0


def _call(node: ast.Call) -> tuple[str, int]:
    args = [_write(a, 0) for a in node.args]
    if node.names is not None:
        args = [f"{name}: {arg}" for name, arg in zip(node.names, args, strict=True)]
    return f"{_write(node.callee, _POSTFIX)}({', '.join(args)})", _POSTFIX


def _list(node: ast.ListExpr) -> tuple[str, int]:
    return f"[{', '.join(_test_text(i) for i in node.items)}]", _POSTFIX


def _context(node: ast.ContextExpr) -> tuple[str, int]:
    return "{" + ", ".join(f"{key(k)}: {_write(v, 0)}" for k, v in node.entries) + "}", _POSTFIX


def key(name: str) -> str:
    """A context key, quoted if it would not read as a name."""
    tokens = pattern(name)
    plain = tokens is not None and all(t.isalnum() or t in "_'" or t.isidentifier() for t, _ in tokens)
    return name if plain and " ".join(name.split()) == name else quoted(name)


def _range(node: ast.RangeExpr) -> tuple[str, int]:
    ends = _write(node.low, _SUM), _write(node.high, _SUM)
    return (
        f"{'[' if node.low_included else '('}{ends[0]}..{ends[1]}{']' if node.high_included else ')'}",
        _POSTFIX,
    )


def _path(node: ast.Path) -> tuple[str, int]:
    return f"{_write(node.base, _POSTFIX)}.{node.member}", _POSTFIX


def _filter(node: ast.Filter) -> tuple[str, int]:
    return f"{_write(node.base, _POSTFIX)}[{_write(node.condition, 0)}]", _POSTFIX


def _test(node: ast.Test) -> tuple[str, int]:
    return f"({node.op} {_write(node.operand, _SUM)})", _POSTFIX


def _test_text(node: ast.Expr) -> str:
    """A test where it needs no brackets."""
    return f"{node.op} {_write(node.operand, _SUM)}" if isinstance(node, ast.Test) else _write(node, 0)


def _unary_tests(node: ast.UnaryTests) -> tuple[str, int]:
    tests = ", ".join(_test_text(t) for t in node.tests) or "-"
    return (f"not({tests})" if node.negated else tests), 0


_WRITERS: dict[type, Callable[..., tuple[str, int]]] = {
    ast.Literal: _literal, ast.Name: _name, ast.Unary: _unary, ast.Binary: _binary, ast.Between: _between, ast.In: _in,
    ast.InstanceOf: _instance, ast.If: _if, ast.For: _for, ast.Quantified: _quantified, ast.FunctionDef: _function, ast.Call: _call,
    ast.ListExpr: _list, ast.ContextExpr: _context, ast.RangeExpr: _range, ast.Path: _path, ast.Filter: _filter, ast.Test: _test,
    ast.UnaryTests: _unary_tests,
}  # fmt: skip
