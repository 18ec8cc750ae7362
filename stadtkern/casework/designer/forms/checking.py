"""What is wrong with a form in the making: the expressions of one element while they are typed, and all of it with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from stadtkern.casework.designer.contents import Mistake, marked
from stadtkern.casework.designer.forms.sheet import Sheet
from stadtkern.casework.forms import definition as forms
from stadtkern.casework.processes.packages.check_form import alias_type, parameter_type
from stadtkern.casework.processes.packages.parameters import Parameter
from stadtkern.kernel import feel
from stadtkern.kernel.feel.types import BOOLEAN, DATE, FeelType

_TRUTH = re.compile(r"visible_if|rule_[1-9]\d?_if")
_WHERE = re.compile(r"(conditions|validations|calculations)\[(\d+)\]")


def scope(sheet: Sheet, path: str, parameters: tuple[Parameter, ...]) -> dict[str, FeelType]:
    """The names that expressions at a path may use, with their types."""
    names = {name: alias_type(sheet.form, at, path) for name, at in sheet.ruleset.aliases.items()}
    return {**names, forms.TODAY: DATE, forms.PARAMETER: parameter_type(parameters)}


def mistakes(
    sheet: Sheet, path: str, values: Mapping[str, str], parameters: tuple[Parameter, ...], language: str
) -> dict[str, Mistake]:
    """The first mistake of each expression among the properties of the element at ``path``, by name, in a language."""
    types = scope(sheet, path, parameters)
    found = {}
    for name, text in values.items():
        if text.strip() and (name == "value" or _TRUTH.fullmatch(name)):
            wrong = feel.check(text, types, expected=None if name == "value" else BOOLEAN)
            if wrong:
                said = wrong[0].message if language == "de" else wrong[0].message_en
                found[name] = marked(
                    said, text, wrong[0].position.offset, wrong[0].length, wrong[0].suggestion or ""
                )
    return found


def place_of(sheet: Sheet, element: str) -> str:
    """The path that a finding of the package check is about; empty: the form as a whole."""
    match = _WHERE.match(element)
    if match:
        rows: list[str] = {
            "conditions": [rule.path for rule in sheet.ruleset.conditions],
            "validations": [rule.at for rule in sheet.ruleset.validations],
            "calculations": [rule.path for rule in sheet.ruleset.calculations],
        }[match[1]]
        return rows[int(match[2])] if int(match[2]) < len(rows) else ""
    name = element.removeprefix("aliases.")
    if name in sheet.ruleset.aliases:
        return sheet.ruleset.aliases[name]
    for id in (part.strip() for part in element.split(",")):
        for path, position in sheet.form.walk():
            if id in (position.id, path):
                return path
    return next((paths[0] for rule, paths in forms.rules_of(sheet.form).values() if rule.id == element), "")


def advice(sheet: Sheet) -> Iterator[forms.Finding]:
    """What the quality list of FIM recommends, beyond what it demands."""
    return (found for found in forms.check_form(sheet.form) if not found.severity.startswith("Fehler"))
