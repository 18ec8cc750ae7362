"""Edits of a decision table as values: each function takes a table and gives another one. Rows and columns count from 0."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar, Final, TypeVar

from stadtkern.kernel.dmn import model as m
from stadtkern.kernel.errors import DomainError

T = TypeVar("T")
ANYTHING: Final = "-"
POLICIES: Final = ("U", "A", "F", "P", "C", "R", "O")
AGGREGATORS: Final = ("", "SUM", "MIN", "MAX", "COUNT")
MAX_RULES, MAX_COLUMNS = 500, 40


class EditRefused(DomainError):
    """An edit that would leave a model nobody can use."""

    code: ClassVar[str] = "decision-edit-refused"
    status: ClassVar[int] = 422
    message = "Diese Änderung ist so nicht möglich."
    message_en = "This change is not possible."


def new_table(id_: str, inputs: Sequence[m.InputClause] = (), output: str = "ergebnis") -> m.DecisionTable:
    """A table with one result column and one empty rule."""
    table = m.DecisionTable(id_, "", "", "U", "", (), (), ())
    for clause in inputs or (m.InputClause("", "", "", ""),):
        table = add_input(table, clause)
    return add_rule(add_output(table, m.OutputClause(output, output, "", "", "")))


def tidy(table: m.DecisionTable) -> m.DecisionTable:
    """The table with every row as long as it has columns, and an id for every rule."""
    ids = {rule.id for rule in table.rules}
    notes = annotation_columns(table)
    rules = []
    for rule in table.rules:
        id_ = rule.id
        if not id_:
            id_ = _free_id(table.id, ids)
            ids.add(id_)
        rules.append(
            m.Rule(
                id_,
                _fit(rule.tests, len(table.inputs), ANYTHING),
                _fit(rule.outputs, len(table.outputs), ""),
                _fit(rule.annotations, notes, ""),
            )
        )
    return replace(table, rules=tuple(rules))


def annotation_columns(table: m.DecisionTable) -> int:
    """How many columns of notes the table has."""
    return max((len(rule.annotations) for rule in table.rules), default=0)


def _fit(cells: tuple[str, ...], width: int, empty: str) -> tuple[str, ...]:
    return cells[:width] + (empty,) * (width - len(cells))


def _free_id(table_id: str, taken: set[str]) -> str:
    stem = f"{table_id or 'tabelle'}_regel"
    return next(name for n in range(1, len(taken) + 2) if (name := f"{stem}_{n}") not in taken)


# -- rules ------------------------------------------------------------------------------------------------------------


def add_rule(table: m.DecisionTable, at: int | None = None) -> m.DecisionTable:
    """An empty rule at a place, else at the end."""
    if len(table.rules) >= MAX_RULES:
        raise EditRefused(
            f"Mehr als {MAX_RULES} Regeln kann eine Tabelle nicht haben.",
            message_en=f"A table has at most {MAX_RULES} rules.",
        )
    fresh = m.Rule(_free_id(table.id, {rule.id for rule in table.rules}), (), (), ())
    place = len(table.rules) if at is None else at
    return tidy(replace(table, rules=(*table.rules[:place], fresh, *table.rules[place:])))


def copy_rule(table: m.DecisionTable, row: int) -> m.DecisionTable:
    """The same rule once more, behind the first one."""
    source = _rule(table, row)
    table = add_rule(table, row + 1)
    fresh = replace(source, id=table.rules[row + 1].id)
    return _with_rule(table, row + 1, fresh)


def remove_rule(table: m.DecisionTable, row: int) -> m.DecisionTable:
    """The table without a rule."""
    _rule(table, row)
    return replace(table, rules=table.rules[:row] + table.rules[row + 1 :])


def move_rule(table: m.DecisionTable, row: int, to: int) -> m.DecisionTable:
    """The rule at another place; beyond the ends it stays at the end."""
    _rule(table, row)
    return replace(table, rules=_moved(table.rules, row, to))


def set_cell(table: m.DecisionTable, row: int, column: int, text: str) -> m.DecisionTable:
    """A cell; columns count through conditions, results and notes."""
    table = tidy(table)
    rule = _rule(table, row)
    inputs, outputs = len(table.inputs), len(table.outputs)
    if 0 <= column < inputs:
        return _with_rule(table, row, replace(rule, tests=_set(rule.tests, column, text)))
    if column < inputs + outputs:
        return _with_rule(table, row, replace(rule, outputs=_set(rule.outputs, column - inputs, text)))
    notes = _fit(rule.annotations, column - inputs - outputs + 1, "")
    if len(notes) > max(1, annotation_columns(table)):
        raise EditRefused("Diese Spalte gibt es nicht.", message_en="There is no such column.")
    return tidy(
        _with_rule(table, row, replace(rule, annotations=_set(notes, column - inputs - outputs, text)))
    )


def _rule(table: m.DecisionTable, row: int) -> m.Rule:
    if not 0 <= row < len(table.rules):
        raise EditRefused("Diese Regel gibt es nicht.", message_en="There is no such rule.")
    return table.rules[row]


def _with_rule(table: m.DecisionTable, row: int, rule: m.Rule) -> m.DecisionTable:
    return replace(table, rules=(*table.rules[:row], rule, *table.rules[row + 1 :]))


# -- columns ----------------------------------------------------------------------------------------------------------


def add_input(table: m.DecisionTable, clause: m.InputClause, at: int | None = None) -> m.DecisionTable:
    """A condition column; every rule says "anything" there."""
    _room(table)
    place = len(table.inputs) if at is None else at
    rules = tuple(replace(r, tests=(*r.tests[:place], ANYTHING, *r.tests[place:])) for r in tidy(table).rules)
    clause = labelled(clause)
    return replace(table, inputs=(*table.inputs[:place], clause, *table.inputs[place:]), rules=rules)


def set_input(table: m.DecisionTable, column: int, clause: m.InputClause) -> m.DecisionTable:
    """Another expression, label, type or list of values for a condition."""
    _column(table.inputs, column)
    return replace(table, inputs=(*table.inputs[:column], labelled(clause), *table.inputs[column + 1 :]))


def remove_input(table: m.DecisionTable, column: int) -> m.DecisionTable:
    """The table without a condition."""
    _column(table.inputs, column)
    rules = tuple(replace(r, tests=_without(r.tests, column)) for r in tidy(table).rules)
    return replace(table, inputs=_without(table.inputs, column), rules=rules)


def move_input(table: m.DecisionTable, column: int, to: int) -> m.DecisionTable:
    """The condition at another place."""
    _column(table.inputs, column)
    rules = tuple(replace(r, tests=_moved(r.tests, column, to)) for r in tidy(table).rules)
    return replace(table, inputs=_moved(table.inputs, column, to), rules=rules)


def add_output(table: m.DecisionTable, clause: m.OutputClause, at: int | None = None) -> m.DecisionTable:
    """A result column, empty in every rule."""
    _room(table)
    place = len(table.outputs) if at is None else at
    rules = tuple(replace(r, outputs=(*r.outputs[:place], "", *r.outputs[place:])) for r in tidy(table).rules)
    clause = named(clause)
    return replace(table, outputs=(*table.outputs[:place], clause, *table.outputs[place:]), rules=rules)


def set_output(table: m.DecisionTable, column: int, clause: m.OutputClause) -> m.DecisionTable:
    """Another name, label, type, list of values or default for a result."""
    _column(table.outputs, column)
    return replace(table, outputs=(*table.outputs[:column], named(clause), *table.outputs[column + 1 :]))


def remove_output(table: m.DecisionTable, column: int) -> m.DecisionTable:
    """The table without a result; the last one stays."""
    _column(table.outputs, column)
    if len(table.outputs) == 1:
        raise EditRefused(
            "Eine Tabelle braucht mindestens ein Ergebnis.", message_en="A table needs at least one result."
        )
    rules = tuple(replace(r, outputs=_without(r.outputs, column)) for r in tidy(table).rules)
    return replace(table, outputs=_without(table.outputs, column), rules=rules)


def move_output(table: m.DecisionTable, column: int, to: int) -> m.DecisionTable:
    """The result at another place."""
    _column(table.outputs, column)
    rules = tuple(replace(r, outputs=_moved(r.outputs, column, to)) for r in tidy(table).rules)
    return replace(table, outputs=_moved(table.outputs, column, to), rules=rules)


def set_policy(table: m.DecisionTable, policy: str, aggregation: str = "") -> m.DecisionTable:
    """What happens when several rules hit; an aggregator belongs to C alone."""
    if policy not in POLICIES or aggregation not in AGGREGATORS:
        raise EditRefused("Diese Trefferregel gibt es nicht.", message_en="There is no such hit policy.")
    return replace(table, hit_policy=policy, aggregation=aggregation if policy == "C" else "")


def labelled(clause: m.InputClause) -> m.InputClause:
    """A column without a label shows its expression."""
    return clause if clause.label.strip() else replace(clause, label=clause.text.strip())


def named(clause: m.OutputClause) -> m.OutputClause:
    """A result without a label shows its name; names have single spaces."""
    name = " ".join(clause.name.split())
    return replace(clause, name=name, label=clause.label.strip() or name)


def _room(table: m.DecisionTable) -> None:
    if len(table.inputs) + len(table.outputs) >= MAX_COLUMNS:
        raise EditRefused(
            f"Mehr als {MAX_COLUMNS} Spalten kann eine Tabelle nicht haben.",
            message_en=f"A table has at most {MAX_COLUMNS} columns.",
        )


def _column(columns: Sequence[object], column: int) -> None:
    if not 0 <= column < len(columns):
        raise EditRefused("Diese Spalte gibt es nicht.", message_en="There is no such column.")


def _set(cells: tuple[str, ...], place: int, text: str) -> tuple[str, ...]:
    return (*cells[:place], text, *cells[place + 1 :])


def _without(cells: tuple[T, ...], place: int) -> tuple[T, ...]:
    return cells[:place] + cells[place + 1 :]


def _moved(cells: tuple[T, ...], place: int, to: int) -> tuple[T, ...]:
    rest = list(_without(cells, place))
    rest.insert(max(0, min(to, len(rest))), cells[place])
    return tuple(rest)
