"""From the tree of a filter to SQL: every node is known, every column is a queryable, every value a parameter."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

from stadtkern.data.datasets import engine
from stadtkern.data.datasets.cql2 import spatial, temporal
from stadtkern.data.datasets.cql2.fragments import (
    BOOLEAN,
    DATE,
    DATETIME,
    GEOMETRY,
    KINDS,
    NULL,
    NUMBER,
    TEXT,
    Fragment,
    joined,
    wrong,
)

COMPARISONS: Final = frozenset({"=", "<>", "<", "<=", ">", ">="})
ARITHMETIC: Final = {"+": "({} + {})", "-": "({} - {})", "*": "({} * {})", "/": "({} / {})", "%": "({} % {})", "^": "pow({}, {})", "div": "trunc({} / {})"}  # fmt: skip
GERMAN: Final = {TEXT: "Text", NUMBER: "Zahl", BOOLEAN: "Ja/Nein", DATE: "Datum", DATETIME: "Zeitpunkt", GEOMETRY: "Geometrie", NULL: "nichts"}  # fmt: skip


def same(x: float, y: float) -> tuple[float, float]:
    """No change of the reference system."""
    return (x, y)


class Builder:
    """SQL for one dataset. ``queryables``: names of columns with their type; ``change``: coordinates of the filter to CRS84."""

    def __init__(self, queryables: Mapping[str, str], *, change: spatial.Change = same) -> None:
        self._queryables = queryables
        self._change = change

    def condition(self, node: Any) -> Fragment:
        """A boolean expression. Raises ``FilterRefused``."""
        if isinstance(node, bool):
            return Fragment("true" if node else "false")
        if isinstance(node, dict) and isinstance(node.get("op"), str):
            operator = node["op"].lower()
            arguments = node.get("args")
            if not isinstance(arguments, list):
                raise wrong("Ein Ausdruck hat keine Argumente.", "An expression has no arguments.")
            return self._operation(operator, arguments)
        found = self.value(node)
        if found.kind != BOOLEAN:
            raise wrong("Der Filter ist keine Bedingung.", "The filter is not a condition.")
        return found

    def _operation(self, operator: str, arguments: list[Any]) -> Fragment:
        if operator in ("and", "or"):
            if not arguments:
                raise wrong("Ein Ausdruck hat keine Argumente.", "An expression has no arguments.")
            return joined(f" {operator.upper()} ", [self.condition(one) for one in arguments])
        known: dict[str, tuple[int, Callable[[list[Any]], Fragment]]] = {
            "not": (1, self._not),
            "isnull": (1, self._is_null),
            "like": (2, self._like),
            "between": (3, self._between),
            "in": (2, self._in),
        }
        if operator in known:
            number, build = known[operator]
            _expect(operator, arguments, number)
            return build(arguments)
        if operator in COMPARISONS:
            _expect(operator, arguments, 2)
            return self._compare(operator, self.value(arguments[0]), self.value(arguments[1]))
        if operator in spatial.RELATIONS:
            _expect(operator, arguments, 2)
            return spatial.relation(operator, self._shape(arguments[0]), self._shape(arguments[1]))
        if operator in temporal.RELATIONS:
            _expect(operator, arguments, 2)
            a, b = (temporal.span(argument, self.value) for argument in arguments)
            return temporal.relation(operator, a, b)
        raise wrong(
            f"Die Funktion „{operator[:40]}“ gibt es hier nicht.",
            f"There is no function “{operator[:40]}” here.",
        )

    # --- conditions ---------------------------------------------------------------------------------------------------

    def _not(self, arguments: list[Any]) -> Fragment:
        inner = self.condition(arguments[0])
        return Fragment(f"(NOT {inner.sql})", inner.parameters)

    def _is_null(self, arguments: list[Any]) -> Fragment:
        inner = self._shape(arguments[0]) if self._is_geometry(arguments[0]) else self.value(arguments[0])
        return Fragment(f"({inner.sql} IS NULL)", inner.parameters)

    def _like(self, arguments: list[Any]) -> Fragment:
        left, right = self.value(arguments[0]), self.value(arguments[1])
        if left.kind != TEXT or right.kind != TEXT:
            raise wrong("LIKE vergleicht Texte.", "LIKE compares texts.")
        return Fragment(f"({left.sql} LIKE {right.sql} ESCAPE '\\')", left.parameters + right.parameters)

    def _between(self, arguments: list[Any]) -> Fragment:
        value, low, high = (self.value(argument) for argument in arguments)
        return joined(" AND ", [self._compare(">=", value, low), self._compare("<=", value, high)])

    def _in(self, arguments: list[Any]) -> Fragment:
        listed = arguments[1]
        if not isinstance(listed, list) or not listed or len(listed) > 1_000:
            raise wrong(
                "IN braucht eine Liste mit 1 bis 1000 Werten.", "IN needs a list of 1 to 1000 values."
            )
        value = self.value(arguments[0])
        return joined(" OR ", [self._compare("=", value, self.value(one)) for one in listed])

    def _compare(self, operator: str, left: Fragment, right: Fragment) -> Fragment:
        if {left.kind, right.kind} <= {DATE, DATETIME}:
            return temporal.compared(operator, left, right)
        if left.kind != right.kind or left.kind == GEOMETRY:
            raise wrong(
                f"{GERMAN[left.kind]} und {GERMAN[right.kind]} lassen sich nicht vergleichen.",
                f"Cannot compare {left.kind} with {right.kind}.",
            )
        return Fragment(f"({left.sql} {operator} {right.sql})", left.parameters + right.parameters)

    # --- values -------------------------------------------------------------------------------------------------------

    def value(self, node: Any) -> Fragment:
        """A column, a literal, arithmetic or a function of text. Raises ``FilterRefused``."""
        match node:
            case bool():
                return Fragment("?::BOOLEAN", (node,), BOOLEAN)
            case int() | float():
                return _number(node)
            case str():
                return Fragment("?::VARCHAR", (node,), TEXT)
            case {"property": str(column)} if len(node) == 1:
                return self._column(column)
            case {"date": _} | {"timestamp": _} if len(node) == 1:
                return temporal.literal(node)
            case {"op": str(operator), "args": list(arguments)}:
                return self._function(operator.lower(), arguments)
        raise wrong("Ein Wert im Filter ist nicht lesbar.", "A value in the filter cannot be read.")

    def _column(self, column: str) -> Fragment:
        type = self._queryables.get(column)
        if type is None:
            raise wrong(
                f"Das Merkmal „{column[:60]}“ gibt es in diesem Datensatz nicht.",
                f"This dataset has no property “{column[:60]}”.",
            )
        return Fragment(engine.name(column), (), KINDS[type], column=True)

    def _function(self, operator: str, arguments: list[Any]) -> Fragment:
        if operator in ("casei", "accenti"):
            _expect(operator, arguments, 1)
            inner = self.value(arguments[0])
            if inner.kind != TEXT:
                raise wrong(f"{operator.upper()} gilt für Texte.", f"{operator.upper()} applies to texts.")
            return Fragment(
                f"{'lower' if operator == 'casei' else 'strip_accents'}({inner.sql})", inner.parameters, TEXT
            )
        if operator in ARITHMETIC:
            _expect(operator, arguments, 2)
            left, right = (self._double(argument) for argument in arguments)
            return Fragment(
                ARITHMETIC[operator].format(left.sql, right.sql), left.parameters + right.parameters, NUMBER
            )
        return self._operation(operator, arguments)

    def _double(self, node: Any) -> Fragment:
        found = self.value(node)
        if found.kind != NUMBER:
            raise wrong("Rechnen geht nur mit Zahlen.", "Arithmetic needs numbers.")
        return Fragment(f"({found.sql})::DOUBLE", found.parameters, NUMBER)

    # --- geometries ---------------------------------------------------------------------------------------------------

    def _is_geometry(self, node: Any) -> bool:
        return isinstance(node, dict) and self._queryables.get(str(node.get("property"))) == "geometry"

    def _shape(self, node: Any) -> Fragment:
        match node:
            case {"property": str(column)} if len(node) == 1:
                found = self._column(column)
                if found.kind != GEOMETRY:
                    raise wrong(
                        f"„{column[:60]}“ ist keine Geometrie.", f"“{column[:60]}” is not a geometry."
                    )
                return found
            case {"bbox": sides} if len(node) == 1:
                return spatial.box(sides, self._change)
            case {"type": str()}:
                return spatial.geometry(node, self._change)
        raise wrong("Hier wird eine Geometrie erwartet.", "A geometry is expected here.")


def _number(node: int | float) -> Fragment:
    if not math.isfinite(node):
        raise wrong("Eine Zahl im Filter ist zu groß.", "A number in the filter is too big.")
    if node == int(node) and abs(node) < 2**53:
        return Fragment("?::BIGINT", (int(node),), NUMBER)
    return Fragment("?::DOUBLE", (float(node),), NUMBER)


def _expect(operator: str, arguments: list[Any], number: int) -> None:
    if len(arguments) != number:
        raise wrong(f"„{operator}“ braucht {number} Argumente.", f"“{operator}” needs {number} arguments.")
