"""Seeded answers for any form, expressions composed of the parts the browser may run, and the batch through Node."""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

import stadtkern.content
from stadtkern.casework.forms.browser.portable import LIST, Kind
from stadtkern.casework.forms.intake import CHOICE_KEY
from stadtkern.casework.forms.model import Datatype, Field, Form, Group, Position
from stadtkern.casework.forms.ruleset import Ruleset, parse_ruleset
from stadtkern.casework.forms.xdf import read_form
from stadtkern.casework.processes.packages.parameters import effective, parse_parameters

ROOT = Path(__file__).resolve().parents[3]
MODULE = ROOT / "static" / "build" / "feel.mjs"
BATCH = Path(__file__).with_name("feel_batch.mjs")
CONTENT = Path(stadtkern.content.__file__).parent
DAYS = (date(2025, 10, 14), date(2024, 2, 29), date(2025, 12, 31), date(2025, 3, 31))
WORDS = ("", "Müller", "Zoë Đorđević", "a", "Straße 1", "𝒜", "e\u0301", "999", "ß")


def installed() -> Iterator[tuple[str, Form, Ruleset, dict[str, object]]]:
    """Every form that ships with rules, and what a municipality has that set no values itself."""
    for rules in sorted(CONTENT.rglob("rules.json")):
        form = rules.with_name("form.xdf3.xml")
        if form.exists():
            own = rules.with_name("parameters.json")
            declared, _ = parse_parameters(json.loads(own.read_text("utf-8")) if own.exists() else [])
            ruleset = parse_ruleset(rules.read_bytes())
            yield rules.parent.name, read_form(form.read_bytes()), ruleset, dict(effective(declared, {}))


def node() -> str:
    """Node of the machine or of the wheel; skips where there is none, or the front end is not built."""
    beside = Path(sys.executable).parent / "node"
    found = shutil.which("node") or (str(beside) if beside.exists() else "")
    if not found:
        pytest.skip("no Node on this machine: the rules in the browser are not compared")
    if not MODULE.exists():
        pytest.skip("the front end is not built (make install): static/build/feel.mjs is missing")
    return found


def in_browser(batch: Sequence[tuple[str, dict[str, Any], int]]) -> list[dict[str, Any]]:
    """What the browser's module makes of each (expression, values, places)."""
    done = subprocess.run(
        [node(), str(BATCH), str(MODULE)], input=json.dumps(batch), capture_output=True, text=True, timeout=120, check=False
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return list(json.loads(done.stdout))


class Answers:
    """Answers along a form: mostly readable ones, near the borders that its rules name."""

    def __init__(self, form: Form, ruleset: Ruleset, today: date, seed: str) -> None:
        self.form, self.today = form, today
        self.dice = random.Random(seed)
        texts = [text for _, _, text in ruleset.expressions()]
        self.words = [word for text in texts for word in re.findall(r'"([^"]*)"', text)] or ["x"]
        self.numbers = [
            float(n) for text in texts for n in re.findall(r"(?<![\w\"])\d+(?:\.\d+)?", text)
        ] or [1.0]

    def make(self) -> dict[str, Any]:
        return self._children(self.form.children)

    def _children(self, positions: tuple[Position, ...]) -> dict[str, Any]:
        return {item.id: self._position(item) for item in positions if self.dice.random() < 0.88}

    def _position(self, position: Position) -> Any:
        one = self._group if isinstance(position.element, Group) else self._field
        if position.repeated:
            return [one(position.element) for _ in range(self.dice.choice((0, 1, 1, 2, 3)))]  # type: ignore[arg-type]
        return one(position.element)  # type: ignore[arg-type]

    def _group(self, group: Group) -> dict[str, Any]:
        if not group.choice or not group.children:
            return self._children(group.children)
        child = self.dice.choice(group.children)
        return {CHOICE_KEY: child.id, child.id: self._position(child)}

    def _field(self, field: Field) -> Any:
        if field.datatype is Datatype.FILE:
            media = field.media_types[0] if field.media_types else "application/pdf"
            return {"name": "a.pdf", "size": 1, "media_type": media, "sha256": "0" * 64, "id": "x"}
        if field.values or field.code_list or field.kind == "select":
            known = [code for value in field.values if (code := value.code) in self.words]
            return self.dice.choice(known * 3 + [value.code for value in field.values] or self.words)
        return self._plain(field)

    def _plain(self, field: Field) -> Any:
        match field.datatype:
            case Datatype.BOOL:
                return self.dice.random() < 0.5
            case Datatype.DATE:
                return day_near(self.today, self.dice).isoformat()
            case Datatype.TIME:
                return f"{self.dice.randrange(24):02}:{self.dice.choice((0, 30, 59)):02}:00"
            case Datatype.NUM_INT:
                return int(self.dice.choice(self.numbers)) + self.dice.choice((-1, 0, 0, 1))
            case Datatype.NUM | Datatype.NUM_CURRENCY:
                near = self.dice.choice(self.numbers) + self.dice.choice((-0.01, 0, 0.01, 0.5))
                return round(near, 2)
            case _:
                return self.dice.choice((*WORDS, *self.words[:4]))


def day_near(today: date, dice: random.Random) -> date:
    """A day at, just before or just after the borders that rules draw: today, months and years away, ends of months."""
    years, months = (
        dice.choice((0, 0, 0, -1, -14, -16, -17, -18, 1)),
        dice.choice((0, 0, 1, 3, 6, 12, 18, -6, -1)),
    )
    month = today.year * 12 + today.month - 1 + years * 12 + months
    first = date(month // 12, month % 12 + 1, 1)
    day = min(today.day, ((first + timedelta(days=31)).replace(day=1) - first).days)
    return first.replace(day=day) + timedelta(days=dice.choice((-31, -1, 0, 0, 0, 1, 31)))


# --- expressions composed of what the browser may run ---------------------------------------------------------------

NAMES: dict[str, Kind] = {
    "anzahl": "integer", "menge": "number", "betrag": "number", "name": "text", "größe": "text", "ja": "bool", "nein": "bool",
    "heute": "date", "geburtsdatum": "date", "beginn": "time", "arten": LIST + "text", "mengen": LIST + "integer",
    "preise": LIST + "number", "wahl": LIST + "bool", "tage": LIST + "date", "datei": LIST + "file", "parameter.satz": "number",
    "parameter.stufe": "integer",
}  # fmt: skip
CONSTANTS = {
    "integer": ("0", "1", "2", "18", "500", "-3"), "number": ("0.5", "46.5", "0.1", "2.675", "100.01"),
    "text": ('"a"', '"Müller"', '"𝒜"', '""', '"999"'), "bool": ("true", "false"), "time": ("null",),
    "date": ('date("2024-02-29")', 'date("2025-01-31")', "null"), "months": ('duration("P1M")', 'duration("P18Y")', 'duration("P1Y6M")'),
    "days": ('duration("P1D")', 'duration("P31D")', 'duration("P400D")'),
}  # fmt: skip
SCALARS = ("integer", "number", "text", "bool", "date", "time")


class Composer:
    """Random expressions; most of them pass ``portable``, the rest is left out by it."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.item: Kind = ""

    def of(self, kind: Kind, depth: int) -> str:
        pick = self.dice.choice
        if depth == 0 or self.dice.random() < 0.15:
            return self._leaf(kind)
        if kind == "bool":
            return self._truth(depth - 1)
        if kind in ("integer", "number"):
            return self._number(kind, depth - 1)
        if kind == "date":
            base, unit = self.of("date", depth - 1), pick(("months", "days"))
            return f"{base} {pick('+-')} {pick(CONSTANTS[unit])}"
        if kind.startswith(LIST):
            return self._filtered(kind, depth - 1)
        return f"(if {self.of('bool', depth - 1)} then {self._leaf(kind)} else {self._leaf(kind)})"

    def _leaf(self, kind: Kind) -> str:
        names = [name for name, of in NAMES.items() if of == kind]
        if kind == self.item:
            names += ["item"] * 3
        if kind in CONSTANTS and (not names or self.dice.random() < 0.35):
            return self.dice.choice(CONSTANTS[kind])
        return self.dice.choice(names)

    def _number(self, kind: Kind, depth: int) -> str:
        form = self.dice.randrange(6)
        if form == 5 and kind == "number":
            return f"({self.of(self.dice.choice(('integer', 'number')), depth)} / {self.dice.choice(('10', '100', '1000'))})"
        if form == 0:
            return (
                f"count({self.of(self._list(), depth)})"
                if kind == "integer"
                else f"sum({self.of(LIST + kind, depth)})"
            )
        if form == 1:
            return f"(if {self.of('bool', depth)} then {self.of(kind, depth)} else {self.of(kind, depth)})"
        other = kind if kind == "integer" else self.dice.choice(("integer", "number"))
        return f"({self.of(kind, depth)} {self.dice.choice('+-*')} {self.of(other, depth)})"

    def _truth(self, depth: int) -> str:
        pick, kind = self.dice.choice, self.dice.choice(SCALARS)
        form = self.dice.randrange(11)
        if form <= 1:
            return f"({self.of('bool', depth)} {pick(('and', 'or'))} {self.of('bool', depth)})"
        if form == 2:
            return f"not({self.of('bool', depth)})"
        if form == 3:
            return f"({self.of(kind, depth)} {pick(('=', '!='))} null)"
        if form <= 5:
            return f"({self.of(kind, depth)} {pick(('=', '!='))} {self.of(kind, depth)})"
        if form <= 7:
            kind = pick(("integer", "date", "time", "number"))
            inner = 0 if kind == "number" else depth
            return f"({self.of(kind, inner)} {pick(('<', '<=', '>', '>='))} {self.of(kind, inner)})"
        if form == 8:
            return pick((self._tested, self._contained))(depth)
        if form == 9:
            return (
                f"(if {self.of('bool', depth)} then {self.of('bool', depth)} else {self.of('bool', depth)})"
            )
        return f"{pick(('contains', 'starts with', 'ends with'))}({self.of('text', 0)}, {self.of('text', 0)})"

    def _tested(self, depth: int) -> str:
        kind, tests = self.dice.choice((("text", '"a", "Müller"'), ("integer", "1, 18, 500")))
        return f"({self.of(kind, depth)} in ({tests}))"

    def _contained(self, depth: int) -> str:
        kind = self.dice.choice(("text", "integer"))
        return f"list contains({self.of(LIST + kind, depth)}, {self._leaf(kind)})"

    def _filtered(self, kind: Kind, depth: int) -> str:
        inner = kind.removeprefix(LIST)
        if inner in ("file", "number"):
            return self._leaf(kind)
        before, self.item = self.item, inner
        condition = f"(item = {self._leaf(inner)})" if self.dice.random() < 0.7 else self.of("bool", depth)
        self.item = before
        return f"{self._leaf(kind)}[{condition}]"

    def _list(self) -> Kind:
        return self.dice.choice([kind for kind in NAMES.values() if kind.startswith(LIST)])


def context(seed: int) -> dict[str, Any]:
    """Values for ``NAMES`` as JSON; every one may be missing."""
    dice = random.Random(seed)
    today = dice.choice(DAYS)
    one: dict[str, Any] = {
        "integer": lambda: dice.choice((0, 1, 2, 17, 18, 500, -3)), "number": lambda: dice.choice((0.1, 0.2, 46.5, 2.675, 99.99, 1200.0)),
        "text": lambda: dice.choice(("a", "Müller", "𝒜", "999", "Ärger a")), "bool": lambda: dice.random() < 0.5,
        "date": lambda: day_near(today, dice).isoformat(), "time": lambda: dice.choice(("00:00:00", "10:30:00", "23:59:00")),
        "file": lambda: True,
    }  # fmt: skip
    found: dict[str, Any] = {}
    for name, kind in NAMES.items():
        inner = kind.removeprefix(LIST)
        if kind.startswith(LIST):
            found[name] = [one[inner]() for _ in range(dice.choice((0, 1, 2, 3)))]
        else:
            found[name] = None if name != "heute" and dice.random() < 0.25 else one[inner]()
    return found
