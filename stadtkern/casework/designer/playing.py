"""Plays of a draft: test cases run, and a play made step by step in the browser. No database but the form of the service."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from stadtkern.casework.designer import contents, queries
from stadtkern.casework.designer.models import ProcedureDraft
from stadtkern.casework.processes.packages.check_form import check_form
from stadtkern.casework.processes.packages.model import TESTS, Package
from stadtkern.casework.processes.packages.playing import Open, Player
from stadtkern.casework.processes.packages.procedure import Procedure, compile_package
from stadtkern.casework.processes.packages.refusing import Refusal
from stadtkern.casework.processes.packages.tests import as_file, begin, do, record, run_test
from stadtkern.foundation.organizations import api as organizations

MAX_STEPS = 200


class Refused(ValueError):
    """What was sent cannot be played; ``field`` names it, the text is for people."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field, self.message = field, message


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A play as the page draws it. ``kept`` is the case that could be played, without a step that failed."""

    kept: dict[str, Any]
    log: tuple[str, ...] = ()
    waiting: tuple[Open, ...] = ()
    done: tuple[str, ...] = ()
    current: tuple[str, ...] = ()
    variables: tuple[tuple[str, str], ...] = ()
    decisions: tuple[tuple[str, str], ...] = ()
    state: str = ""
    ended: bool = False
    incidents: tuple[str, ...] = ()
    error: str = ""


@dataclass(slots=True)
class _Ready:
    package: Package
    procedure: Procedure | None
    types: Mapping[str, Any] = field(default_factory=dict)


def _ready(row: ProcedureDraft) -> _Ready:
    package = contents.package_of({**queries.surroundings(row.slug), **row.files})
    procedure, _problems = compile_package(package)
    return _Ready(package, procedure, check_form(package)[0].aliases)


def run_all(row: ProcedureDraft) -> list[dict[str, Any]]:
    """How every test case came out."""
    ready = _ready(row)
    return [_run(ready, path) for path in ready.package.names(TESTS)]


def run_one(row: ProcedureDraft, path: str) -> dict[str, Any]:
    """How one test case came out."""
    return _run(_ready(row), path)


def _run(ready: _Ready, path: str) -> dict[str, Any]:
    if ready.procedure is None:
        text = _("Das Verfahren ist noch nicht ausführbar.")
        return {"path": path, "name": path, "ok": False, "problems": [text], "log": [], "way": []}
    return run_test(ready.package.json(path), ready.procedure, ready.types, path=path).as_json()


def sample_input(row: ProcedureDraft) -> dict[str, Any]:
    """What a play begins with: the entries of the first test case, else every field of the form empty."""
    for path in sorted(row.files):
        if path.startswith(TESTS):
            found = json.loads(row.files[path]).get("input")
            if isinstance(found, dict):
                return found
    return dict.fromkeys(sorted(queries.form_fields(row) or {}))


def read_case(posted: Mapping[str, str], limit: int, *, lenient: bool = False) -> dict[str, Any]:
    """The play in the form; raises ``Refused``. ``lenient``: an unreadable one begins anew."""
    text, typed = posted.get("case", ""), posted.get("input", "")
    if len(text) > limit or len(typed) > limit:
        raise Refused("input", _("Das ist zu viel für eine Seite."))
    try:
        case, values = _object(text, "input"), _object(typed, "input")
    except Refused:
        if lenient:
            return {"input": {}, "steps": []}
        raise
    steps = case.get("steps")
    return {"input": values, "steps": [s for s in steps if isinstance(s, dict)] if isinstance(steps, list) else []}  # fmt: skip


def _object(text: str, field: str) -> dict[str, Any]:
    """What was typed as a JSON object; raises ``Refused`` with the place."""
    try:
        found = json.loads(text.strip() or "{}")
    except (json.JSONDecodeError, RecursionError) as problem:
        at = {"line": getattr(problem, "lineno", 1), "column": getattr(problem, "colno", 1)}
        said = _("Das lässt sich nicht lesen (Zeile %(line)s, Spalte %(column)s).") % at
        raise Refused(field, said) from problem
    if not isinstance(found, dict):
        raise Refused(field, _("Schreiben Sie die Angaben als { „name“: Wert, … }."))
    return found


def with_step(case: dict[str, Any], posted: Mapping[str, str]) -> dict[str, Any]:
    """The play with the step whose button was pressed: ``do`` is its JSON; ``set`` holds values to be entered with it."""
    if "undo" in posted:
        return {**case, "steps": case["steps"][:-1]}
    if not posted.get("do"):
        return case
    step, values = _object(posted["do"], "set"), _object(posted.get("set", ""), "set")
    if len(case["steps"]) >= MAX_STEPS:
        raise Refused("set", _("Mehr als %(count)s Schritte sind hier nicht möglich.") % {"count": MAX_STEPS})
    if "connector" in step:
        step["answer"] = values
    elif values:
        step["set"] = values
    return {**case, "steps": [*case["steps"], step]}


def show(row: ProcedureDraft, case: dict[str, Any]) -> Shown:
    """Play the case; the last step that cannot be done is left out, and why is said."""
    ready = _ready(row)
    if ready.procedure is None:
        return Shown(kept=case, error=_("Das Verfahren ist noch nicht ausführbar: Beheben Sie zuerst die Fehler der Prüfung."))  # fmt: skip
    steps = list(case["steps"])
    player, log, error = _play(ready, case, steps)
    while player is None and steps:
        steps.pop()
        player, log, _again = _play(ready, case, steps)
    if player is None:
        return Shown(kept={**case, "steps": []}, error=error)
    return _shown(player, {**case, "steps": steps}, log, error)


def _play(ready: _Ready, case: Mapping[str, Any], steps: list[Any]) -> tuple[Player | None, list[str], str]:
    assert ready.procedure is not None
    log: list[str] = []
    try:
        player = begin(case, ready.procedure, ready.types)
        for step in steps:
            do(player, step, ready.types)
            log.append(_told(step))
    except Refusal as problem:
        return None, log, problem.text(get_language() or "de")
    except ValueError as problem:
        return None, log, str(problem)
    return player, log, ""


def _told(step: Mapping[str, Any]) -> str:
    """One step in words: what was done, and how."""
    what = next(
        (str(step[key]) for key in ("task", "message", "timer", "connector", "signal") if key in step), ""
    )
    return f"{what} → {step['action']}" if step.get("action") else what


def _shown(player: Player, case: dict[str, Any], log: list[str], error: str) -> Shown:
    waiting = tuple(player.waiting())
    given = set(player.input)
    return Shown(
        kept=case,
        log=tuple(log),
        waiting=waiting,
        done=tuple(dict.fromkeys(passed.id for passed in player.way)),
        current=tuple(dict.fromkeys(row.node for row in waiting)),
        variables=tuple((name, str(value)) for name, value in player.variables.items() if name not in given),
        decisions=tuple((name, str(value)) for name, value in player.decisions.items()),
        state=player.state_code,
        ended=player.ended,
        incidents=tuple(each.message for each in player.incidents),
        error=error,
    )


def recorded(row: ProcedureDraft, case: dict[str, Any], title: str) -> str:
    """The play as the text of a test case: what came of it becomes what is expected. Raises ``Refused``."""
    ready = _ready(row)
    if ready.procedure is None:
        raise Refused("name", _("Das Verfahren ist noch nicht ausführbar."))
    player, _log, error = _play(ready, case, case["steps"])
    if player is None:
        raise Refused("name", error)
    return as_file(record(player, title)).decode()


def free_path(row: ProcedureDraft, title: str) -> str:
    """A file name for a test case of this title."""
    base = organizations.short_name(title)[:60] or "testfall"
    number, name = 1, base
    while f"{TESTS}{name}.json" in row.files:
        number, name = number + 1, f"{base}-{number + 1}"
    return f"{TESTS}{name}.json"
