"""Judgements about a case, on plain values. ``facts`` are the application's values by alias, as FEEL sees them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Literal

from stadtkern.casework.processes.definition import Check, Process
from stadtkern.casework.processes.errors import MoveNotAllowed
from stadtkern.kernel import feel

Outcome = Literal["ok", "problem", "unknown"]

PLACEHOLDER = re.compile(r"\{\{\s*([\w.-]+)\s*\}\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """How a check came out. ``unknown``: the expression had no answer (missing facts); a person decides."""

    check: Check
    outcome: Outcome
    error: str = ""

    @property
    def blocks(self) -> bool:
        return self.check.severity == "block" and self.outcome != "ok"


def next_state(process: Process, state: str, action: str) -> str:
    """The state after ``action``; raises ``MoveNotAllowed``."""
    for move in process.transitions:
        if move.source == state and move.action == action:
            return move.target
    raise MoveNotAllowed(extra={"state": state, "action": action})


def allowed_actions(process: Process, state: str) -> frozenset[str]:
    """What the status table allows in ``state``."""
    return frozenset(move.action for move in process.transitions if move.source == state)


def run_checks(process: Process, facts: Mapping[str, Any]) -> list[CheckResult]:
    """Every check of the process on the facts. Never raises: an expression without answer is ``unknown``."""
    return [_run(check, facts) for check in process.checks]


def _run(check: Check, facts: Mapping[str, Any]) -> CheckResult:
    try:
        answer = feel.evaluate(check.ok_if, dict(facts))
    except feel.FeelError as error:
        return CheckResult(check=check, outcome="unknown", error=str(error))
    if answer is True:
        return CheckResult(check=check, outcome="ok")
    return CheckResult(check=check, outcome="problem" if answer is False else "unknown")


def fee_cents(process: Process, facts: Mapping[str, Any]) -> int | None:
    """The fee in cents, or None when it cannot be computed from the facts (then a person enters it)."""
    try:
        amount = feel.evaluate(process.fee.amount_cents, dict(facts))
    except feel.FeelError:
        return None
    if isinstance(amount, bool) or not isinstance(amount, (int, Decimal)):
        return None
    cents = int(Decimal(amount).to_integral_value())
    return cents if 0 <= cents <= 100_000_000 else None


def needs_second_person(process: Process, facts: Mapping[str, Any]) -> bool:
    """Whether a second person must release the decision. Without a clear "no" she must."""
    try:
        return feel.evaluate(process.four_eyes, dict(facts)) is not False
    except feel.FeelError:
        return True


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
