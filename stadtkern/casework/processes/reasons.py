"""Why a decision came out as it did, for people: the rule as it is written, the values it read, the rows that hit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from stadtkern.casework.processes.packages.procedure import PARAMETER, Decided, Procedure
from stadtkern.casework.processes.rules import show
from stadtkern.kernel import feel
from stadtkern.kernel.dmn.model import Decision, Literal

MAX_VALUE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class RowHit:
    """A row of a table that hit: its number, its conditions beside the values they met, what is noted on it."""

    number: int
    conditions: tuple[tuple[str, str, str], ...]
    annotations: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRead:
    """A decision table that was read, with the rows that hit and what came out."""

    title: str
    hits: tuple[RowHit, ...]
    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """``rule``: the expression (empty for a table); ``values``: what it read; ``error``: why there is no answer."""

    question: str
    rule: str
    values: tuple[tuple[str, str], ...]
    tables: tuple[TableRead, ...]
    error: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.rule or self.tables or self.error)


def question_of(procedure: Procedure, decision: str) -> str:
    """The question that a decision answers, else its name."""
    found = _element(procedure, decision)
    return (found.question if found else "") or decision


def reason_of(
    procedure: Procedure, decided: Decided, facts: Mapping[str, Any], labels: Mapping[str, str] | None = None
) -> Reason:
    """Why a decision on these facts has its value. ``labels``: what a caseworker enters, as the form of the task calls it."""
    rule = _rule(procedure, decided.name)
    names = sorted(feel.variables(rule)) if rule else []
    return Reason(
        question=question_of(procedure, decided.name),
        rule=rule,
        values=_values(names, facts, labels or {}),
        tables=tables_read(table.as_json() for table in decided.trace),
        error=decided.error,
    )


def reason_made(
    procedure: Procedure,
    decision: str,
    read: Mapping[str, Any],
    trace: Iterable[Mapping[str, Any]],
    labels: Mapping[str, str],
) -> Reason:
    """The same for a decision that a process made, from what was kept with the step."""
    tables = tables_read(trace)
    return Reason(
        question=question_of(procedure, decision),
        rule=_rule(procedure, decision),
        values=_values(read, read, labels),
        tables=tables,
    )


def _rule(procedure: Procedure, decision: str) -> str:
    found = _element(procedure, decision)
    return found.logic.text.strip() if found and isinstance(found.logic, Literal) else ""


def _values(
    names: Iterable[str], facts: Mapping[str, Any], labels: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    told = ((f"{name} ({labels[name]})" if name in labels else name, shown(facts.get(name))) for name in names if name != PARAMETER)  # fmt: skip
    return tuple(told)


def tables_read(trace: Iterable[Mapping[str, Any]]) -> tuple[TableRead, ...]:
    """The tables of a trace, as it is kept with a step."""
    return tuple(_table(row) for row in trace)


def _table(row: Mapping[str, Any]) -> TableRead:
    inputs = [(str(label), shown(value)) for label, value in (row.get("inputs") or {}).items()]
    hits = tuple(
        RowHit(
            number=int(hit.get("rule", 0)),
            conditions=tuple(
                (label, str(test), value)
                for (label, value), test in zip(inputs, hit.get("conditions", ()), strict=False)
                if str(test).strip() not in ("", "-")
            ),
            annotations=tuple(str(note) for note in hit.get("annotations", ()) if note),
        )
        for hit in row.get("hits", ())
    )
    return TableRead(
        title=str(row.get("table") or row.get("decision") or ""), hits=hits, result=shown(row.get("result"))
    )


def shown(value: Any) -> str:
    """A value as a person reads it; nothing is said to be nothing."""
    text = show(value)
    return (text[:MAX_VALUE] + " …" if len(text) > MAX_VALUE else text) or "–"


def _element(procedure: Procedure, decision: str) -> Decision | None:
    model = procedure.models.get(procedure.where.get(decision, ""))
    if model is None:
        return None
    elements = model.definitions.elements
    return next((each for each in elements if isinstance(each, Decision) and each.name == decision), None)
