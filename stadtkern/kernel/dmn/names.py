"""The names of parts that expressions of a model may use after a dot: entries of contexts, columns, outputs."""

from __future__ import annotations

from dataclasses import fields, is_dataclass

from stadtkern.kernel.dmn import model as m


def part_names(definitions: m.Definitions) -> set[str]:
    """All names of parts in the boxed expressions of a model."""
    found: set[str] = set()
    stack: list[object] = [
        e.logic for e in definitions.elements if isinstance(e, m.Decision | m.KnowledgeModel)
    ]
    while stack:
        node = stack.pop()
        if isinstance(node, tuple):
            stack.extend(node)
        elif isinstance(node, m.Context):
            found.update(e.name for e in node.entries if e.name)
        elif isinstance(node, m.OutputClause) and node.name:
            found.add(node.name)
        elif isinstance(node, m.Relation):
            found.update(node.columns)
        if is_dataclass(node):
            stack.extend(
                value for f in fields(node) if isinstance(value := getattr(node, f.name), tuple | m.Boxed)
            )
    return found
