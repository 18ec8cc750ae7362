"""Writes on the rules of a version in progress: one rule at a time, checked before it is kept."""

from __future__ import annotations

import difflib
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from stadtkern.casework.forms import policies
from stadtkern.casework.forms.actions.versions import save_ruleset
from stadtkern.casework.forms.errors import RuleRefused
from stadtkern.casework.forms.info import FormVersionInfo, version_info
from stadtkern.casework.forms.model import Field
from stadtkern.casework.forms.ruleset import (
    TODAY,
    Calculation,
    Condition,
    Ruleset,
    Validation,
    Waiver,
    compiled,
    parse_ruleset,
)
from stadtkern.casework.forms.ruleset_check import check_ruleset
from stadtkern.foundation.access.api import Actor
from stadtkern.kernel.feel import FeelError

KINDS = ("condition", "validation", "calculation", "waiver")


def add_rule(
    *,
    actor: Actor,
    version_id: UUID,
    revision: int,
    kind: str,
    source_rule: str = "",
    path: str = "",
    expression: str = "",
    message: str = "",
    message_en: str = "",
    reason: str = "",
    now: datetime,
) -> FormVersionInfo:
    """Translate a free-text rule (or add one of our own). Raises ``RuleRefused`` with line and column, ``Conflict``."""
    info = version_info(policies.find_version(actor, version_id))
    ruleset = info.ruleset
    if kind == "waiver":
        if len(reason.strip()) < 10:
            raise RuleRefused(
                "Begründen Sie in einem Satz, warum die Regel nicht übersetzt wird.", field="reason"
            )
        new = replace(
            ruleset, waived=(*ruleset.waived, Waiver(source_rule=source_rule, reason=reason.strip()))
        )
        return _save(actor, info, new, revision, now)
    if kind not in KINDS:
        raise RuleRefused("Wählen Sie aus, was die Regel tut.", field="kind")
    position = info.form.at(path)
    if position is None:
        raise RuleRefused("Wählen Sie aus, wozu die Regel gehört.", field="path")
    check_expression(info, expression)
    new = _with_rule(
        ruleset, kind, source_rule, path, expression.strip(), message.strip(), message_en.strip()
    )
    _refuse_new_problems(info, new)
    return _save(actor, info, new, revision, now)


def _with_rule(
    ruleset: Ruleset, kind: str, source: str, path: str, expression: str, message: str, message_en: str
) -> Ruleset:
    if kind == "condition":
        rule = Condition(path=path, expression=expression, source_rule=source)
        return replace(ruleset, conditions=(*ruleset.conditions, rule))
    if kind == "calculation":
        value = Calculation(path=path, expression=expression, source_rule=source)
        return replace(ruleset, calculations=(*ruleset.calculations, value))
    if not message or not message_en:
        raise RuleRefused(
            "Schreiben Sie den Satz, den Menschen lesen, auf Deutsch und Englisch.", field="message"
        )
    taken = {item.id for item in ruleset.validations}
    stem = (source or "regel").lower()
    name = next(name for n in range(1, 10_000) if (name := f"{stem}-{n}") not in taken)
    check = Validation(
        id=name, at=path, expression=expression, message=message, message_en=message_en, source_rule=source
    )
    return replace(ruleset, validations=(*ruleset.validations, check))


def check_expression(info: FormVersionInfo, expression: str) -> None:
    """Raises ``RuleRefused`` with place and, for an unknown name, a suggestion."""
    if not expression.strip():
        raise RuleRefused("Schreiben Sie einen Ausdruck.")
    try:
        names = compiled(expression).variables
    except FeelError as error:
        place = f"Zeile {error.line}, Spalte {error.column}"
        raise RuleRefused(f"{place}: {error.message}", line=error.line, column=error.column) from error
    known = {*info.ruleset.aliases, TODAY}
    ids = {position.id for _, position in info.form.walk()}
    for name in sorted(names - known - ids):
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
        hint = f" Meinten Sie „{near[0]}“?" if near else " Legen Sie einen Namen dafür an."
        offset = max(expression.find(name), 0)
        line = expression.count("\n", 0, offset) + 1
        column = offset - (expression.rfind("\n", 0, offset) + 1) + 1
        raise RuleRefused(
            f"Zeile {line}, Spalte {column}: Den Namen „{name}“ gibt es nicht.{hint}",
            line=line,
            column=column,
        )


def _refuse_new_problems(info: FormVersionInfo, new: Ruleset) -> None:
    before = {(problem.code, problem.message) for problem in check_ruleset(info.ruleset, info.form)}
    for problem in check_ruleset(new, info.form):
        if (problem.code, problem.message) not in before and problem.code != "open-rule":
            raise RuleRefused(problem.message, line=problem.line, column=problem.column)


def remove_rule(
    *, actor: Actor, version_id: UUID, revision: int, kind: str, index: int, now: datetime
) -> FormVersionInfo:
    """Take a rule out again; a free-text rule behind it is open once more."""
    info = version_info(policies.find_version(actor, version_id))
    name = {
        "condition": "conditions",
        "validation": "validations",
        "calculation": "calculations",
        "waiver": "waived",
    }
    if kind not in name:
        raise RuleRefused("Diese Art von Regel gibt es nicht.")
    rules = getattr(info.ruleset, name[kind])
    if not 0 <= index < len(rules):
        raise RuleRefused("Diese Regel gibt es nicht mehr.")
    rest: Any = (*rules[:index], *rules[index + 1 :])
    return _save(actor, info, replace(info.ruleset, **{name[kind]: rest}), revision, now)


def set_aliases(
    *, actor: Actor, version_id: UUID, revision: int, aliases: dict[str, str], now: datetime
) -> FormVersionInfo:
    """Names for fields (name to path) that expressions use. Raises ``RuleRefused``."""
    info = version_info(policies.find_version(actor, version_id))
    new = replace(info.ruleset, aliases=dict(aliases))
    wrong = [
        p for p in check_ruleset(new, info.form) if p.code in ("bad-alias", "unknown-alias", "unknown-path")
    ]
    if wrong:
        raise RuleRefused(wrong[0].message, field="aliases")
    return _save(actor, info, new, revision, now)


def replace_rules(
    *, actor: Actor, version_id: UUID, revision: int, data: bytes, now: datetime
) -> FormVersionInfo:
    """All rules from a ``rules.json``. Raises ``RulesetError`` with the place."""
    info = version_info(policies.find_version(actor, version_id))
    return _save(actor, info, parse_ruleset(data), revision, now)


def proposed_aliases(info: FormVersionInfo) -> dict[str, str]:
    """A name for every field that has none: from its FIM name, made unique."""
    named = set(info.ruleset.aliases.values())
    taken = {*info.ruleset.aliases, TODAY}
    found: dict[str, str] = {}
    for path, position in info.form.walk():
        element = position.element
        if not isinstance(element, Field) or not element.is_answerable or path in named:
            continue
        stem = _name_from(element.name or element.label)
        name = next(name for n in range(1, 1000) if (name := stem if n == 1 else f"{stem}_{n}") not in taken)
        taken.add(name)
        found[name] = path
    return found


def _name_from(text: str) -> str:
    plain = text.lower().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss")
    name = "".join(char if char.isascii() and char.isalnum() else "_" for char in plain)
    name = "_".join(part for part in name.split("_") if part)[:40].strip("_")
    return name if name and not name[0].isdigit() else f"feld_{name}".strip("_")


def _save(
    actor: Actor, info: FormVersionInfo, ruleset: Ruleset, revision: int, now: datetime
) -> FormVersionInfo:
    return save_ruleset(actor=actor, version_id=info.id, ruleset=ruleset, revision=revision, now=now)
