"""The rules of one element: when it is shown, what must hold, how it is computed; and the two rules that the editor writes itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from stadtkern.casework.designer.forms.sheet import EditRefused, Sheet
from stadtkern.casework.forms import definition as forms

MOST = 20
_FIELD = re.compile(r"rule_([1-9]\d?)_(if|message|message_en)")


def condition_of(sheet: Sheet, path: str) -> str:
    """When the element is shown; empty: always."""
    return next((rule.expression for rule in sheet.ruleset.conditions if rule.path == path), "")


def calculation_of(sheet: Sheet, path: str) -> str:
    """How the value is computed; empty: it is entered."""
    return next((rule.expression for rule in sheet.ruleset.calculations if rule.path == path), "")


def _own_ids(id: str) -> tuple[str, str]:
    return f"pflicht-{id}", f"zustimmung-{id}"


def demanded(sheet: Sheet, path: str, id: str) -> bool:
    """Whether an answer is demanded while the field is shown."""
    return any(rule.id == _own_ids(id)[0] and rule.at == path for rule in sheet.ruleset.validations)


def consented(sheet: Sheet, id: str) -> bool:
    """Whether only yes is an answer."""
    return any(rule.id == _own_ids(id)[1] for rule in sheet.ruleset.validations)


def written(sheet: Sheet, path: str) -> list[forms.Validation]:
    """The rules at the element, without those the editor writes itself."""
    own = _own_ids(path.rpartition("/")[2])
    return [rule for rule in sheet.ruleset.validations if rule.at == path and rule.id not in own]


def numbers(names: Iterable[str]) -> list[int]:
    """The numbers of the rules among these names."""
    return sorted({int(match[1]) for name in names if (match := _FIELD.fullmatch(name))})


def read(sheet: Sheet, path: str) -> dict[str, str]:
    """The rules as ``rule_1_if``, ``rule_1_message``, ``rule_1_message_en`` and so on, and one empty row."""
    found: dict[str, str] = {}
    for number, rule in enumerate([*written(sheet, path), None], 1):
        found[f"rule_{number}_if"] = rule.expression if rule else ""
        found[f"rule_{number}_message"] = rule.message if rule else ""
        found[f"rule_{number}_message_en"] = rule.message_en if rule else ""
    return found


def apply(sheet: Sheet, path: str, now: Mapping[str, str]) -> Sheet:
    """The sheet with the rules of an element as texts say. Raises ``EditRefused``."""
    old = sheet.ruleset
    ruleset = replace(old, conditions=_conditions(old, path, now), calculations=_calculations(old, path, now))
    ruleset = replace(ruleset, validations=_validations(sheet, path, now))
    return replace(sheet, ruleset=ruleset)


def _conditions(old: forms.Ruleset, path: str, now: Mapping[str, str]) -> tuple[forms.Condition, ...]:
    text = now.get("visible_if", "").strip()
    rows = [
        replace(r, expression=text) if r.path == path else r for r in old.conditions if text or r.path != path
    ]
    if text and not any(rule.path == path for rule in rows):
        rows.append(forms.Condition(path=path, expression=text))
    return tuple(rows)


def _calculations(old: forms.Ruleset, path: str, now: Mapping[str, str]) -> tuple[forms.Calculation, ...]:
    text = now.get("value", "").strip()
    rows = [
        replace(r, expression=text) if r.path == path else r
        for r in old.calculations
        if text or r.path != path
    ]
    if text and not any(rule.path == path for rule in rows):
        rows.append(forms.Calculation(path=path, expression=text))
    return tuple(rows)


def _validations(sheet: Sheet, path: str, now: Mapping[str, str]) -> tuple[forms.Validation, ...]:
    before = written(sheet, path)
    made = [*_typed(sheet, path, now, before), *_own(sheet, path, now)]
    found: list[forms.Validation] = []
    for rule in sheet.ruleset.validations:  # what stays keeps its place in the file
        if rule.at != path:
            found.append(rule)
            continue
        same = next((each for each in made if each.id == rule.id), None)
        if same is not None:
            found.append(same)
            made.remove(same)
    return (*found, *made)


def _typed(
    sheet: Sheet, path: str, now: Mapping[str, str], before: list[forms.Validation]
) -> list[forms.Validation]:
    used = {rule.id for rule in sheet.ruleset.validations}
    found = []
    for number in numbers(now)[:MOST]:
        text, message, message_en = (now.get(f"rule_{number}_{part}", "").strip() for part in ("if", "message", "message_en"))  # fmt: skip
        if not text:
            if message:
                raise EditRefused(
                    f"rule_{number}_if", "Schreiben Sie, was gelten muss.", "Write what must hold."
                )
            continue
        if not message:
            raise EditRefused(f"rule_{number}_message", "Schreiben Sie den Satz, den Menschen lesen, wenn es nicht stimmt.", "Write the sentence that people read when it does not hold.")  # fmt: skip
        known = before[number - 1] if number <= len(before) else None
        if known is None:
            stem = f"pruefung-{path.rpartition('/')[2]}"
            id = next(name for n in range(1, 10_000) if (name := f"{stem}-{n}") not in used)
            used.add(id)
            known = forms.Validation(id=id, at=path, expression=text, message=message)
        found.append(replace(known, expression=text, message=message, message_en=message_en))
    return found


def _own(sheet: Sheet, path: str, now: Mapping[str, str]) -> list[forms.Validation]:
    position = sheet.at(path)
    assert position is not None
    element, alias = position.element, sheet.alias_of(path)
    if not isinstance(element, forms.Field) or not alias:
        return []
    need, consent = _own_ids(element.id)
    label, label_en = (
        element.label.rstrip("?"),
        str(sheet.english_of(element.id).get("label", "")).rstrip("?"),
    )
    found = []
    hidden = bool(now.get("visible_if", "").strip()) and not now.get("value", "").strip()
    if now.get("required") == "yes" and hidden:
        many = position.repeated or element.datatype is forms.Datatype.FILE
        expression = f"count({alias}) > 0" if many else f"{alias} != null"
        found.append(forms.Validation(id=need, at=path, expression=expression, message=f"Bitte beantworten Sie: {label}", message_en=f"Please answer: {label_en or label}"))  # fmt: skip
    if now.get("consent") == "yes":
        found.append(forms.Validation(id=consent, at=path, expression=f"{alias} = true", message=f"Ohne Ihr Ja geht es nicht weiter: {label}", message_en=f"We cannot go on without your yes: {label_en or label}"))  # fmt: skip
    return found
