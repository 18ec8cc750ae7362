"""A decision as fields of one HTML form, and back. Pure: mappings in, values out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from stadtkern.casework.processes import decisions_table as t
from stadtkern.kernel.dmn import model as m

Sent = Mapping[str, str]
MAX_CELL = 4_000


def read_table(sent: Sent, before: m.DecisionTable) -> m.DecisionTable:
    """The table as the page shows it. The numbers of rows and columns are bounded, whatever was sent."""
    inputs = tuple(
        t.labelled(
            m.InputClause(
                _line(sent, f"in-{c}-label"),
                _cell(sent, f"in-{c}-text"),
                _line(sent, f"in-{c}-type"),
                _line(sent, f"in-{c}-values"),
            )
        )
        for c in range(_count(sent, "inputs", t.MAX_COLUMNS))
    )
    outputs = tuple(
        t.named(
            m.OutputClause(
                _line(sent, f"out-{c}-name"),
                _line(sent, f"out-{c}-label"),
                _line(sent, f"out-{c}-type"),
                _line(sent, f"out-{c}-values"),
                _line(sent, f"out-{c}-default"),
            )
        )
        for c in range(max(1, _count(sent, "outputs", t.MAX_COLUMNS)))
    )
    notes = _count(sent, "notes", 3)
    first, second = len(inputs), len(inputs) + len(outputs)
    rules = tuple(
        m.Rule(
            _line(sent, f"r-{r}-id"),
            tuple(_cell(sent, f"r-{r}-{c}") or t.ANYTHING for c in range(first)),
            tuple(_cell(sent, f"r-{r}-{c}") for c in range(first, second)),
            tuple(_cell(sent, f"r-{r}-{c}") for c in range(second, second + notes)),
        )
        for r in range(_count(sent, "rules", t.MAX_RULES))
    )
    policy, _colon, aggregation = sent.get("policy", "U").partition(":")
    table = replace(before, inputs=inputs, outputs=outputs, rules=_unlike(rules))
    return t.tidy(t.set_policy(table, policy, aggregation))


def _unlike(rules: tuple[m.Rule, ...]) -> tuple[m.Rule, ...]:
    """No id twice, whatever was sent."""
    seen: set[str] = set()
    found = []
    for rule in rules:
        found.append(replace(rule, id="") if rule.id in seen else rule)
        seen.add(rule.id)
    return tuple(found)


def _count(sent: Sent, name: str, most: int) -> int:
    text = sent.get(name, "")
    return min(int(text), most) if text.isdigit() and len(text) < 6 else 0


def _line(sent: Sent, name: str) -> str:
    return " ".join(sent.get(name, "")[:MAX_CELL].split())


def _cell(sent: Sent, name: str) -> str:
    return sent.get(name, "")[:MAX_CELL].replace("\r\n", "\n").strip()


# -- buttons ----------------------------------------------------------------------------------------------------------

Edit = Callable[[m.DecisionTable, int], m.DecisionTable]


def _move(edit: Callable[[m.DecisionTable, int, int], m.DecisionTable], step: int) -> Edit:
    return lambda table, at: edit(table, at, max(0, at + step))


def _add_note(table: m.DecisionTable, _at: int) -> m.DecisionTable:
    notes = t.annotation_columns(table)
    if not table.rules or notes >= 1:
        return table
    rules = tuple(replace(rule, annotations=(*rule.annotations, "")) for rule in table.rules)
    return replace(table, rules=rules)


EDITS: Mapping[str, Edit] = {
    "add-rule": lambda table, at: t.add_rule(table, at + 1 if at >= 0 else None),
    "copy-rule": t.copy_rule,
    "remove-rule": t.remove_rule,
    "up-rule": _move(t.move_rule, -1),
    "down-rule": _move(t.move_rule, 1),
    "add-input": lambda table, _at: t.add_input(table, m.InputClause("", "", "", "")),
    "remove-input": t.remove_input,
    "left-input": _move(t.move_input, -1),
    "right-input": _move(t.move_input, 1),
    "add-output": lambda table, _at: t.add_output(
        table, m.OutputClause(f"ergebnis {len(table.outputs) + 1}", "", "", "", "")
    ),
    "remove-output": t.remove_output,
    "left-output": _move(t.move_output, -1),
    "right-output": _move(t.move_output, 1),
    "add-note": _add_note,
}


def apply(table: m.DecisionTable, do: str) -> m.DecisionTable | None:
    """The table after a button such as ``remove-rule:3`` (from 0); None for buttons that are no edits. Raises EditRefused."""
    name, _colon, text = do.partition(":")
    if name not in EDITS:
        return None
    return EDITS[name](table, int(text) if text.isdigit() and len(text) < 6 else -1)


def close_gap(table: m.DecisionTable, cells: tuple[str, ...]) -> m.DecisionTable:
    """One more rule with these conditions and no result yet."""
    table = t.add_rule(table)
    for column, text in enumerate(cells):
        table = t.set_cell(table, len(table.rules) - 1, column, text)
    return table
