"""Test cases of a package: what is entered, what people do, what must come out. Run by the engine alone.

    {"name": "Zwei Hunde, zweite Person",
     "input": {"jahressteuer": 900}, "parameters": {}, "now": "2025-10-14T09:00:00+02:00",
     "steps": [{"task": "Übernehmen", "action": "take"}, {"timer": "P14D"}, {"message": "answer"}, {"connector": "mail", "answer": {}},
               {"connector": "http", "fails": "503", "code": "BUSY"}, {"signal": "alarm"}, {"set": {"jahressteuer": 0}}],
     "expect": {"path": [...], "passes": [...], "never": [...], "ends_at": "ende", "waits_for": ["Antrag prüfen"], "state": "decided",
                "values": {...}, "decision": {"fee": 0, "four_eyes": true}, "incidents": 0}}

``path`` is the whole way, ``passes`` elements of it in this order, ``never`` elements that must not be on it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from stadtkern.casework.processes.engine import model as m
from stadtkern.casework.processes.engine.timers import BERLIN
from stadtkern.casework.processes.packages.model import TESTS, Package, dump_json
from stadtkern.casework.processes.packages.parameters import BadValue, parse_value
from stadtkern.casework.processes.packages.playing import NotPlayable, Player
from stadtkern.casework.processes.packages.procedure import Procedure
from stadtkern.casework.processes.packages.refusing import Refusal
from stadtkern.kernel import clock, feel
from stadtkern.kernel.feel.types import ANY
from stadtkern.kernel.feel.types import from_json as typed

DEFAULT_NOW = datetime(2025, 10, 14, 9, tzinfo=BERLIN)
MAX_STEPS = 500
_STEPS = ("task", "message", "timer", "connector", "signal", "action", "set")
_EXPECTED = ("path", "passes", "never", "ends_at", "waits_for", "state", "values", "decision", "incidents")
Types = Mapping[str, feel.FeelType]


class BadTest(Refusal):
    """A test case that is not written as it must be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How a test case came out: what was wrong, and what happened."""

    path: str
    name: str
    problems: tuple[str, ...]
    log: tuple[str, ...] = ()
    way: tuple[str, ...] = ()
    state: str = ""
    ended: bool = False

    @property
    def ok(self) -> bool:
        return not self.problems

    def as_json(self) -> dict[str, Any]:
        """For machines and the designer."""
        return {
            "path": self.path,
            "name": self.name,
            "ok": self.ok,
            "problems": list(self.problems),
            "log": list(self.log),
            "way": list(self.way),
            "state": self.state,
            "ended": self.ended,
        }

    def as_text(self) -> str:
        """For people."""
        head = f"{'ok  ' if self.ok else 'FEHLT'} {self.name} ({self.path})"
        lines = [f"      {line}" for line in (*self.log, *(f"! {text}" for text in self.problems))]
        return head if self.ok else "\n".join([head, *lines])


def run_tests(package: Package, procedure: Procedure, types: Types) -> list[Result]:
    """Run every test case of a package. ``types``: of the form's answers, so that "2025-10-14" is a date."""
    return [run_test(package.json(name), procedure, types, path=name) for name in package.names(TESTS)]


def run_test(case: Any, procedure: Procedure, types: Types, *, path: str = "") -> Result:
    """Run one test case. Never raises for what is in it."""
    name = str(case.get("name") or path) if isinstance(case, Mapping) else path
    try:
        _shape(case)
        player = begin(case, procedure, types)
    except (BadTest, BadValue, ValueError) as error:
        return Result(path=path, name=name, problems=(str(error),))
    log = [f"Beginn: {_standing(player)}"]
    problems: list[str] = []
    for index, step in enumerate(case.get("steps", [])):
        try:
            do(player, step, types)
        except (NotPlayable, BadTest) as error:
            problems.append(f"Schritt {index + 1}: {error}")
            break
        log.append(f"{index + 1}. {_told(step)}: {_standing(player)}")
    if not problems:
        problems = compare(player, case.get("expect", {}), procedure)
    return Result(
        path=path,
        name=name,
        problems=tuple(problems),
        log=tuple(log),
        way=tuple(player.path),
        state=player.state_code,
        ended=player.ended,
    )


def begin(case: Mapping[str, Any], procedure: Procedure, types: Types) -> Player:
    """A play with the input of a test case. Raises ``ValueError`` where it cannot begin."""
    declared = {row.name: row.kind for row in procedure.parameters}
    own = case.get("parameters", {})
    for name in own:
        if name not in declared:
            raise BadTest(f"Den Parameter „{name}“ gibt es nicht.", f"There is no parameter “{name}”.")
        parse_value(declared[name], own[name])
    now = datetime.fromisoformat(case["now"]) if case.get("now") else DEFAULT_NOW
    now = now if now.tzinfo else now.replace(tzinfo=BERLIN)
    return Player(procedure, _values(case.get("input", {}), types), now, own)


def do(player: Player, step: Mapping[str, Any], types: Types) -> None:
    """One step of a test case. Raises ``NotPlayable``, ``BadTest``."""
    values = _values(step.get("set", {}), types)
    action = str(step.get("action", ""))
    if "timer" in step:
        player.advance(str(step["timer"]))
    elif "connector" in step:
        answer, fails = step.get("answer"), str(step.get("fails", ""))
        player.answer(str(step["connector"]), answer, fails=fails, code=step.get("code"))
    elif "message" in step:
        player.message(str(step["message"]), values, step.get("key"))
    elif "signal" in step:
        player.signal(str(step["signal"]), values)
    elif "error" in step:
        player.error(str(step["error"]), str(step.get("task", "")))
    elif "task" in step or action:
        player.task(str(step.get("task", "")), action, values)
    elif values:
        player.change(values)
    else:
        raise BadTest("Diesen Schritt gibt es nicht.", "There is no such step.", _STEPS)


def compare(player: Player, expect: Mapping[str, Any], procedure: Procedure) -> list[str]:
    """Where the play is not what was expected, as sentences."""
    told = [*_way(player, expect), *_end(player, expect)]
    for name, wanted in expect.get("values", {}).items():
        found = _json(player.variables.get(name))
        if not _same(found, wanted):
            told.append(f"Der Wert „{name}“ ist {_shown(found)}, erwartet war {_shown(wanted)}.")
    for name, wanted in expect.get("decision", {}).items():
        told += _decision(player, procedure, name, wanted)
    incidents = expect.get("incidents", 0)
    if len(player.state.incidents) != incidents:
        texts = "; ".join(row.message for row in player.incidents) or "keine"
        told.append(f"Störungen: {len(player.state.incidents)}, erwartet {incidents} ({texts}).")
    return told


def _way(player: Player, expect: Mapping[str, Any]) -> list[str]:
    told = []
    if "path" in expect and player.path != list(expect["path"]):
        told.append(f"Der Weg war {' → '.join(player.path)}, erwartet {' → '.join(expect['path'])}.")
    rest = iter(player.path)
    for node in expect.get("passes", []):
        if node not in rest:
            told.append(f"„{node}“ wurde nicht (oder nicht in dieser Reihenfolge) erreicht.")
            break
    told += [
        f"„{node}“ durfte nicht erreicht werden." for node in expect.get("never", []) if node in player.path
    ]
    return told


def _end(player: Player, expect: Mapping[str, Any]) -> list[str]:
    told = []
    if "state" in expect and player.state_code != expect["state"]:
        told.append(f"Der Stand ist „{player.state_code}“, erwartet war „{expect['state']}“.")
    if wanted := expect.get("ends_at"):
        ends = [node for node in player.path if isinstance(_node(player, node), m.EndEvent)]
        if not player.ended:
            told.append(f"Der Ablauf ist nicht zu Ende, erwartet war das Ende „{wanted}“.")
        elif not ends or ends[-1] != wanted:
            told.append(f"Das Ende war „{ends[-1] if ends else ''}“, erwartet war „{wanted}“.")
    if "waits_for" in expect:
        found = sorted(row.name for row in player.waiting() if row.kind != "timer")
        if not set(expect["waits_for"]) <= set(found):
            told.append(
                f"Gewartet wird auf {', '.join(found) or 'nichts'}, erwartet {', '.join(expect['waits_for'])}."
            )
    return told


def _node(player: Player, node: str) -> m.Node | None:
    return next((p.nodes[node] for p in player.procedure.processes.values() if node in p.nodes), None)


def _decision(player: Player, procedure: Procedure, name: str, wanted: Any) -> list[str]:
    if name in player.decisions:
        found, error = player.decisions[name], ""
    elif procedure.has(name):
        with clock.standing_at(player.now):
            decided = procedure.decide(name, player.variables)
        found, error = decided.value, f" ({decided.error})" if decided.error else ""
    else:
        return [f"Die Entscheidung „{name}“ gibt es nicht."]
    found = _json(found)
    if _same(found, wanted):
        return []
    return [f"Die Entscheidung „{name}“ ist {_shown(found)}{error}, erwartet war {_shown(wanted)}."]


# --- keeping a play as a test case


def record(player: Player, name: str) -> dict[str, Any]:
    """A test case out of a play: what was entered and done, and as expectation what came of it."""
    ends = [node for node in player.path if isinstance(_node(player, node), m.EndEvent)]
    expect: dict[str, Any] = {"path": player.path, "state": player.state_code}
    if player.ended and ends:
        expect["ends_at"] = ends[-1]
    else:
        expect["waits_for"] = sorted({row.name for row in player.waiting() if row.kind != "timer"})
    if player.decisions:
        expect["decision"] = {key: _json(value) for key, value in player.decisions.items()}
    if player.state.incidents:
        expect["incidents"] = len(player.state.incidents)
    case: dict[str, Any] = {
        "name": name,
        "now": player.began_at.isoformat(),
        "input": _json(dict(player.input)),
    }
    if player.own:
        case["parameters"] = _json(dict(player.own))
    return {**case, "steps": [_json(step) for step in player.steps], "expect": expect}


def as_file(case: Mapping[str, Any]) -> bytes:
    """A test case as the package holds it."""
    return dump_json(case)


# --- reading and showing


def _shape(case: Any) -> None:
    if not isinstance(case, Mapping):
        raise BadTest("Hier gehört ein Objekt hin.")
    for key in ("input", "parameters", "expect"):
        if not isinstance(case.get(key, {}), Mapping):
            raise BadTest(f"„{key}“ ist kein Objekt.")
    if not isinstance(case.get("steps", []), list):
        raise BadTest("„steps“ ist keine Liste.")
    steps = case.get("steps", [])
    if len(steps) > MAX_STEPS or not all(isinstance(step, Mapping) for step in steps):
        raise BadTest(f"Ein Testfall hat höchstens {MAX_STEPS} Schritte, jeder ein Objekt.")
    expect = case.get("expect", {})
    if not expect:
        raise BadTest("Es ist nicht gesagt, was herauskommen soll (expect).")
    for key in expect:
        if key not in _EXPECTED:
            raise BadTest(f"„{key}“ lässt sich nicht erwarten. Möglich sind: {', '.join(_EXPECTED)}.")
    for key in ("values", "decision"):
        if not isinstance(expect.get(key, {}), Mapping):
            raise BadTest(f"expect.{key} ist kein Objekt.")
    for key in ("path", "passes", "never", "waits_for"):
        if not isinstance(expect.get(key, []), list):
            raise BadTest(f"expect.{key} ist keine Liste.")


def _values(values: Any, types: Types) -> dict[str, Any]:
    if not isinstance(values, Mapping):
        raise BadTest("„set“ ist kein Objekt.", "“set” is no object.")
    return {
        str(key): feel.to_python(feel.from_python(typed(value, types.get(key, ANY))))
        for key, value in values.items()
    }


def _json(value: Any) -> Any:
    return feel.to_json(feel.from_python(value))


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, bool) or isinstance(other, bool) or one is None or other is None:
        return one is other
    if isinstance(one, int | float | Decimal) and isinstance(other, int | float | Decimal):
        return Decimal(str(one)) == Decimal(str(other))
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, Sequence) and isinstance(other, Sequence) and not isinstance(one, str):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other)


def _shown(value: Any) -> str:
    return "leer (null)" if value is None else f"„{value}“" if isinstance(value, str) else str(value).lower()


def _told(step: Mapping[str, Any]) -> str:
    key = next((key for key in _STEPS if key in step), "")
    action = f" → {step['action']}" if step.get("action") and key != "action" else ""
    return f"{key} {step.get(key)}{action}"


def _standing(player: Player) -> str:
    names = sorted({row.name for row in player.waiting()})
    state = f"Stand „{player.state_code}“" if player.state_code else "ohne Stand"
    return f"{state}, beendet" if player.ended else f"{state}, wartet auf {', '.join(names)}"
