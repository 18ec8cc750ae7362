"""Reading a catalogue (``kita-criteria-1``) without trust: the place of every mistake, in the document and in the rule.

Structure is refused at the first mistake (``InputRefused``, JSON Pointer); the rules are checked all together and every finding is
returned by ``findings``, so that an editor can show them at once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from stadtkern.casework.kita.criteria.catalogue import Catalogue, Criterion, Level, Proof, Scope, Words
from stadtkern.casework.kita.criteria.facts import FACTS, SIBLING, TYPES
from stadtkern.kernel.feel import FeelError, check, variables
from stadtkern.kernel.feel.types import NUMBER
from stadtkern.kernel.strict_reading import InputRefused, as_list, as_object, as_text, as_whole, member

FORMAT: Final = "kita-criteria-1"
MOST_CRITERIA: Final = 100
LONGEST_RULE: Final = 2_000
_LEVELS: Final[dict[str, Level]] = {"global": "global", "provider": "provider", "facility": "facility"}
_KEY: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One mistake in a rule: where in the document, and where in the rule (from 1)."""

    path: str
    line: int
    column: int
    message: str
    message_en: str

    def __str__(self) -> str:
        return f"{self.path}: Zeile {self.line}, Spalte {self.column}: {self.message}"


def read_catalogue(document: object) -> Catalogue:
    """Raises ``InputRefused`` with the first mistake, rules included."""
    catalogue, found = examine(document)
    if found:
        first = found[0]
        raise InputRefused(first.path, f"Zeile {first.line}, Spalte {first.column}: {first.message}")
    return catalogue


def examine(document: object) -> tuple[Catalogue, list[Finding]]:
    """The catalogue and everything wrong with its rules; raises ``InputRefused`` where the structure is wrong."""
    top = as_object(document, "")
    as_text(member(top, "format", ""), "/format", [FORMAT])
    listed = as_list(member(top, "criteria", ""), "/criteria")
    if len(listed) > MOST_CRITERIA:
        raise InputRefused("/criteria", f"mehr als {MOST_CRITERIA} Kriterien")
    criteria = [_criterion(value, f"/criteria/{at}") for at, value in enumerate(listed)]
    _once([criterion.id for criterion in criteria], "/criteria")
    valid_from = _day(member(top, "valid_from", ""), "/valid_from")
    valid_to = None if top.get("valid_to") is None else _day(top["valid_to"], "/valid_to")
    if valid_to is not None and valid_to <= valid_from:
        raise InputRefused("/valid_to", "liegt nicht nach dem Beginn der Gültigkeit")
    catalogue = Catalogue(
        id=_key(member(top, "id", ""), "/id"),
        version=as_whole(member(top, "version", ""), "/version", 1, 1_000_000),
        title=_words(member(top, "title", ""), "/title"),
        scope=_scope(member(top, "scope", ""), "/scope"),
        valid_from=valid_from,
        valid_to=valid_to,
        criteria=criteria,
        note=None if top.get("note") is None else _words(top["note"], "/note"),
    )
    return catalogue, findings(catalogue)


def findings(catalogue: Catalogue) -> list[Finding]:
    """What is wrong with the rules: unknown facts, wrong types, something other than a number."""
    found = []
    for at, criterion in enumerate(catalogue.criteria):
        path = f"/criteria/{at}/points"
        for mistake in check(criterion.points, TYPES, expected=NUMBER):
            found.append(
                Finding(
                    path=path,
                    line=mistake.position.line,
                    column=mistake.position.column,
                    message=mistake.message,
                    message_en=mistake.message_en,
                )
            )
    return found


def uses_of(rule: str) -> tuple[str, ...]:
    """The facts a rule reads, in the order of ``FACTS``; nothing for a rule that cannot be read."""
    try:
        names = variables(rule, tuple(FACTS))
    except FeelError:
        return ()
    return tuple(name for name in FACTS if name in names)


def _criterion(value: object, path: str) -> Criterion:
    row = as_object(value, path)
    if row.get("id") == SIBLING:
        raise InputRefused(f"{path}/id", f"»{SIBLING}« ist für die Bestätigung der Kita vergeben")
    rule = member(row, "points", path)
    if not isinstance(rule, str) or not rule.strip() or len(rule) > LONGEST_RULE:
        raise InputRefused(f"{path}/points", f"erwartet wird eine Regel mit 1 bis {LONGEST_RULE} Zeichen")
    return Criterion(
        id=_key(member(row, "id", path), f"{path}/id"),
        label=_words(member(row, "label", path), f"{path}/label"),
        definition=_words(member(row, "definition", path), f"{path}/definition", longest=2_000),
        legal_note=_long(row.get("legal_note", ""), f"{path}/legal_note", 1_000),
        points=rule,
        uses=uses_of(rule),
        proof=None if row.get("proof") is None else _proof(row["proof"], f"{path}/proof"),
    )


def _proof(value: object, path: str) -> Proof:
    row = as_object(value, path)
    months = row.get("valid_months")
    return Proof(
        label=_words(member(row, "label", path), f"{path}/label"),
        valid_months=None if months is None else as_whole(months, f"{path}/valid_months", 1, 240),
    )


def _scope(value: object, path: str) -> Scope:
    row = as_object(value, path)
    level = _LEVELS[as_text(member(row, "level", path), f"{path}/level", list(_LEVELS))]
    if level == "global":
        if row.get("key"):
            raise InputRefused(f"{path}/key", "ein Katalog für alle gehört niemandem")
        return Scope()
    return Scope(level=level, key=_key(member(row, "key", path), f"{path}/key"))


def _words(value: object, path: str, longest: int = 200) -> Words:
    row: Mapping[str, object] = as_object(value, path)
    german = _long(member(row, "de", path), f"{path}/de", longest)
    if not german:
        raise InputRefused(f"{path}/de", "der deutsche Text fehlt")
    return Words(de=german, en=_long(row.get("en", ""), f"{path}/en", longest))


def _long(value: object, path: str, longest: int) -> str:
    if not isinstance(value, str) or len(value) > longest:
        raise InputRefused(path, f"erwartet wird ein Text mit höchstens {longest} Zeichen")
    return value.strip()


def _key(value: object, path: str) -> str:
    if not isinstance(value, str) or not _KEY.fullmatch(value):
        raise InputRefused(
            path, "erwartet wird ein Kürzel aus kleinen Buchstaben, Ziffern, Unterstrich und Bindestrich"
        )
    return value


def _day(value: object, path: str) -> date:
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError as error:
        raise InputRefused(path, "erwartet wird ein Tag (JJJJ-MM-TT)") from error


def _once(names: Sequence[str], path: str) -> None:
    for at, name in enumerate(names):
        if names.index(name) != at:
            raise InputRefused(f"{path}/{at}/id", f"das Kriterium »{name}« steht zweimal da")
