"""Tries a decision with entered values: which rules hit, what comes out, and why. Nothing is kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from stadtkern.casework.designer.decisions.store import PARAMETER
from stadtkern.casework.processes.decisions_check import Known
from stadtkern.casework.processes.packages.parameters import BadValue, parse_value
from stadtkern.kernel.dmn import DmnError, Result
from stadtkern.kernel.dmn import model as m
from stadtkern.kernel.dmn.engine import Model
from stadtkern.kernel.feel import FeelError, Limits, evaluate, from_python
from stadtkern.kernel.feel.values import text_of

LIMITS = Limits(seconds=1)
_KINDS = {"number": "number", "boolean": "boolean", "date": "date"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A value to enter for a trial. ``kind``: number, boolean, date, text, choice or feel."""

    name: str
    label: str
    kind: str
    choices: tuple[str, ...] = ()
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """How a trial came out: the value as text, the rules (from 0) that hit in each table by decision, and what went wrong."""

    result: Result | None = None
    value: str = ""
    hits: Mapping[str, frozenset[int]]
    errors: Mapping[str, tuple[str, str]]


def questions(
    d: m.Definitions, decision_id: str, known: Mapping[str, Known], sent: Mapping[str, str]
) -> list[Question]:
    """What has to be entered: all input data that the decision needs, directly or through others; parameters are set."""
    elements = {e.id: e for e in d.elements}
    order: list[str] = []
    waiting = [decision_id]
    while waiting:
        id_ = waiting.pop()
        if id_ in order or id_ not in elements:
            continue
        order.append(id_)
        waiting += [href.rpartition("#")[2] for href in getattr(elements[id_], "requires", ())]
    names = [
        e.name for e in d.elements if isinstance(e, m.InputData) and e.id in order and e.name != PARAMETER
    ]
    types = {e.name: e.type_ref for e in d.elements if isinstance(e, m.InputData)}
    return [_question(name, types[name], known.get(name, Known()), sent) for name in names]


def _question(name: str, type_ref: str, known: Known, sent: Mapping[str, str]) -> Question:
    kind = known.type.kind if known.type.kind != "Any" else type_ref
    shown = "choice" if known.values else _KINDS.get(kind, "text" if kind == "string" else "feel")
    return Question(
        name=name,
        label=known.label or name,
        kind=shown,
        choices=known.values,
        value=sent.get(f"try-{name}", ""),
    )


def run(
    d: m.Definitions, decision: m.Decision, asked: list[Question], parameters: Mapping[str, object]
) -> Trial:
    """Evaluates the decision; never raises for what was entered or drawn."""
    values: dict[str, object] = {PARAMETER: parameters}
    errors: dict[str, tuple[str, str]] = {}
    for each in asked:
        try:
            values[each.name] = _value(each)
        except BadValue as error:
            errors[each.name] = (error.message, error.message_en)
        except FeelError as error:
            errors[each.name] = (error.message, error.message_en)
    if errors:
        return Trial(hits={}, errors=errors)
    try:
        result = Model(d, {}).evaluate(decision.name, values, LIMITS)
    except (DmnError, FeelError) as error:
        return Trial(hits={}, errors={"": (error.message, error.message_en)})
    hits = {table.decision: frozenset(hit.number - 1 for hit in table.hits) for table in result.trace}
    return Trial(result=result, value=shown(result.value), hits=hits, errors={})


def _value(asked: Question) -> str | bool | Decimal | dt.date | object:
    text = asked.value.strip()
    if not text:
        return None
    if asked.kind in ("text", "choice"):
        return text
    if asked.kind == "feel":
        return evaluate(text, limits=LIMITS)
    return parse_value(asked.kind, text)


def shown(value: object) -> str:
    """A value as FEEL writes it."""
    return text_of(from_python(value))
