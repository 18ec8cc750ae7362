"""Gives a name another spelling in all expressions of a decision, where it means the thing from outside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from stadtkern.kernel.dmn import model as m
from stadtkern.kernel.feel import FeelError, ast, parse
from stadtkern.kernel.feel.engine import parse_unary_tests

_TESTS = frozenset({"tests", "values"})
_TEXTS = frozenset({"text", "outputs", "default"})
B = TypeVar("B", bound=m.Boxed)


def renamed_in(logic: B | None, old: str, new: str) -> B | None:
    """The same logic with the new name. Texts that cannot be read, or that use the name for something of their own, stay."""
    return None if logic is None else _changed(logic, old, new)


def renamed_text(text: str, old: str, new: str) -> str:
    """The same for one expression."""
    return _text(text, old, new, False)


def _changed(node: Any, old: str, new: str) -> Any:
    if isinstance(node, tuple):
        return tuple(_changed(part, old, new) for part in node)
    if isinstance(node, m.FunctionDefinition) and old in {p.name for p in node.params}:
        return node
    if isinstance(node, m.Iteration) and node.variable == old:
        return replace(node, source=_changed(node.source, old, new))
    if isinstance(node, m.Context) and old in {entry.name for entry in node.entries}:
        return node
    if not is_dataclass(node) or isinstance(node, type):
        return node
    if isinstance(node, m.InputClause) and node.label == node.text.strip():
        text = _text(node.text, old, new, False)
        return replace(node, text=text, label=text.strip(), values=_text(node.values, old, new, True))
    changes = {f.name: _part(f.name, getattr(node, f.name), old, new) for f in fields(node)}
    return replace(node, **changes)


def _part(name: str, value: Any, old: str, new: str) -> Any:
    if isinstance(value, str):
        return _text(value, old, new, name in _TESTS) if name in _TESTS | _TEXTS else value
    if isinstance(value, tuple) and name in _TESTS | _TEXTS:
        texts = (
            _text(part, old, new, name in _TESTS) if isinstance(part, str) else _changed(part, old, new)
            for part in value
        )
        return tuple(texts)
    return _changed(value, old, new)


def _text(text: str, old: str, new: str, tests: bool) -> str:
    if old not in text:
        return text
    try:
        tree = parse_unary_tests(text, [old]) if tests else parse(text, [old])
    except FeelError:
        return text
    places = list(_places(tree, old))
    if None in places:
        return text
    for start, end in sorted((p for p in places if p is not None), reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _places(node: object, name: str) -> Iterator[tuple[int, int] | None]:
    """Where the name stands; None where the expression itself gives it another meaning."""
    if isinstance(node, ast.Name):
        if node.name == name:
            yield (node.start, node.end)
        return
    if isinstance(node, ast.Iterator) and node.name == name:
        yield None
    if isinstance(node, ast.FunctionDef) and name in {param for param, _ in node.params}:
        yield None
    if isinstance(node, ast.ContextExpr) and name in {key for key, _ in node.entries}:
        yield None
    if isinstance(node, tuple):
        for inner in node:
            yield from _places(inner, name)
    elif isinstance(node, ast.Expr | ast.Iterator):
        for field in fields(node):
            yield from _places(getattr(node, field.name), name)
