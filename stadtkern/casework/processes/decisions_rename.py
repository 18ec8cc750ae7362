"""Gives a name another spelling in all expressions of a decision, where it means the thing from outside."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from stadtkern.kernel.dmn import model as m
from stadtkern.kernel.feel import FeelError
from stadtkern.kernel.feel.renaming import NameHidden, renamed

_TESTS = frozenset({"tests", "values"})
_TEXTS = frozenset({"text", "outputs", "default"})
B = TypeVar("B", bound=m.Boxed)


def renamed_in(logic: B | None, old: str, new: str, names: Iterable[str] = ()) -> B | None:
    """The same logic with the new name. Texts that cannot be read, and parts that use the name for something of their
    own, stay. ``names``: what else may be named, for names of several words."""
    return None if logic is None else _Renaming(old, new, tuple(names)).changed(logic)


def renamed_text(text: str, old: str, new: str, names: Iterable[str] = ()) -> str:
    """The same for one expression."""
    return _Renaming(old, new, tuple(names)).text(text, tests=False)


class _Renaming:
    def __init__(self, old: str, new: str, names: tuple[str, ...]) -> None:
        self.old, self.new, self.names = old, new, names

    def text(self, text: str, *, tests: bool) -> str:
        try:
            return renamed(text, self.old, self.new, self.names, tests=tests)
        except (FeelError, NameHidden):
            return text

    def changed(self, node: Any) -> Any:
        if isinstance(node, tuple):
            return tuple(self.changed(part) for part in node)
        if isinstance(node, m.FunctionDefinition) and self.old in {p.name for p in node.params}:
            return node
        if isinstance(node, m.Iteration) and node.variable == self.old:
            return replace(node, source=self.changed(node.source))
        if isinstance(node, m.Context):
            return self.context(node)
        if not is_dataclass(node) or isinstance(node, type):
            return node
        if isinstance(node, m.InputClause) and node.label == node.text.strip():
            text = self.text(node.text, tests=False)
            return replace(node, text=text, label=text.strip(), values=self.text(node.values, tests=True))
        changes = {f.name: self.part(f.name, getattr(node, f.name)) for f in fields(node)}
        return replace(node, **changes)

    def context(self, node: m.Context) -> m.Context:
        """Entries see those before them: from the one of the old name on, the name is the context's own."""
        own = next((at for at, entry in enumerate(node.entries) if entry.name == self.old), len(node.entries))
        return replace(node, entries=(*self.changed(node.entries[: own + 1]), *node.entries[own + 1 :]))

    def part(self, name: str, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value, tests=name in _TESTS) if name in _TESTS | _TEXTS else value
        if isinstance(value, tuple) and name in _TESTS | _TEXTS:
            texts = (
                self.text(part, tests=name in _TESTS) if isinstance(part, str) else self.changed(part)
                for part in value
            )
            return tuple(texts)
        return self.changed(value)
