"""Judgements about a case, on plain values. ``facts`` are the application's values by alias, as FEEL sees them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Literal

from stadtkern.casework.processes.packages.procedure import FOUR_EYES, Decided, Procedure
from stadtkern.casework.processes.packages.texts import Check

Outcome = Literal["ok", "problem", "unknown"]

PLACEHOLDER = re.compile(r"\{\{\s*([\w.-]+)\s*\}\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """How a check came out. ``unknown``: the expression had no answer (missing facts); a person decides.
    ``decided`` says why."""

    check: Check
    outcome: Outcome
    decided: Decided

    @property
    def blocks(self) -> bool:
        return self.check.severity == "block" and self.outcome != "ok"


def run_checks(procedure: Procedure, facts: Mapping[str, Any]) -> list[CheckResult]:
    """Every check of a procedure on the facts. Never raises: a decision without answer is ``unknown``."""
    return [_run(procedure, check, facts) for check in procedure.texts.checks]


def _run(procedure: Procedure, check: Check, facts: Mapping[str, Any]) -> CheckResult:
    decided = procedure.decide(check.decision, facts)
    outcome: Outcome = "ok" if decided.value is True else "problem" if decided.value is False else "unknown"
    return CheckResult(check=check, outcome=outcome, decided=decided)


def needs_second_person(procedure: Procedure, facts: Mapping[str, Any]) -> bool:
    """Whether a second person must release the decision. Without a clear "no" she must."""
    return not procedure.has(FOUR_EYES) or procedure.decide(FOUR_EYES, facts).value is not False


def fill_text(text: str, facts: Mapping[str, Any]) -> tuple[str, list[str]]:
    """``text`` with its ``{{placeholders}}`` filled, and the names for which there was no value."""
    missing: list[str] = []

    def value(match: re.Match[str]) -> str:
        shown = show(facts.get(match.group(1)))
        if not shown:
            missing.append(match.group(1))
            return "…"
        return shown

    return PLACEHOLDER.sub(value, text), missing


def show(value: Any) -> str:
    """A fact as a German reader writes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, (list, tuple)):
        return ", ".join(part for part in map(show, value) if part)
    if isinstance(value, datetime):
        return value.strftime("%d.%m.%Y, %H:%M Uhr")
    if isinstance(value, date):
        return value.strftime("%d.%m.%Y")
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, (Decimal, float)):
        return _german_number(Decimal(str(value)))
    if isinstance(value, Mapping):
        return str(value.get("name", "")) or ", ".join(map(show, value.values()))
    return str(value)


def _german_number(number: Decimal) -> str:
    whole = number == number.to_integral_value()
    text = f"{number:,.0f}" if whole else f"{number:,.2f}"
    return text.translate(str.maketrans(",.", ".,"))
