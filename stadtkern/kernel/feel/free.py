"""Which names an expression takes from outside."""

from __future__ import annotations

from stadtkern.kernel.feel import ast
from stadtkern.kernel.feel.builtins import BUILTINS

Uses = list[tuple[ast.Name, frozenset[str]]]


def free_names(expr: ast.Expr) -> set[str]:
    """Names that are neither bound inside nor built-in functions used as such. A filter's members may appear."""
    return {name.name for name, _bound in free_uses(expr)}


def free_uses(expr: ast.Expr) -> Uses:
    """The places of these names, each with the names that are bound around it."""
    found: Uses = []
    _walk(expr, frozenset(), found)
    return found


def _walk(node: object, bound: frozenset[str], found: Uses) -> None:
    if isinstance(node, ast.Name):
        if node.name not in bound:
            found.append((node, bound))
    elif isinstance(node, ast.For | ast.Quantified):
        _loop(node, bound, found)
    elif isinstance(node, ast.FunctionDef):
        if not node.external:
            _walk(node.body, bound | {name for name, _ in node.params}, found)
    elif isinstance(node, ast.ContextExpr):
        inner = bound
        for key, value in node.entries:
            _walk(value, inner, found)
            inner = inner | {key}
    elif isinstance(node, ast.Filter):
        _walk(node.base, bound, found)
        _walk(node.condition, bound | {"item"}, found)
    elif isinstance(node, ast.Call):
        _call(node, bound, found)
    elif isinstance(node, ast.Expr):
        for name in node.__dataclass_fields__:
            _walk(getattr(node, name), bound, found)
    elif isinstance(node, tuple):
        for inner_node in node:
            _walk(inner_node, bound, found)


def _loop(node: ast.For | ast.Quantified, bound: frozenset[str], found: Uses) -> None:
    for iterator in node.iterators:
        _walk(iterator.source, bound, found)
        if iterator.upto is not None:
            _walk(iterator.upto, bound, found)
        bound = bound | {iterator.name}
    _walk(node.body, bound | {"partial"} if isinstance(node, ast.For) else bound, found)


def _call(node: ast.Call, bound: frozenset[str], found: Uses) -> None:
    if not (isinstance(node.callee, ast.Name) and node.callee.name in BUILTINS):
        _walk(node.callee, bound, found)
    for arg in node.args:
        _walk(arg, bound, found)
