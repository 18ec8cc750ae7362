"""Errors and findings of decision models."""

from __future__ import annotations

from dataclasses import dataclass

from stadtkern.kernel.errors import DomainError
from stadtkern.kernel.feel.errors import message

MESSAGES: dict[str, tuple[str, str]] = {
    "dmn-no-logic": (
        "Hier ist nichts festgelegt, was sich auswerten lässt.",
        "There is no logic to evaluate.",
    ),
    "dmn-no-rule": ("Keine Regel der Tabelle trifft zu.", "No rule of the table matches."),
    "dmn-not-unique": (
        "Mehrere Regeln treffen zu ({rules}), erlaubt ist eine.",
        "Rules {rules} match, only one may.",
    ),
    "dmn-not-any": (
        "Die zutreffenden Regeln ({rules}) widersprechen sich.",
        "The matching rules ({rules}) disagree.",
    ),
    "dmn-input-value": (
        "Der Wert von {name} ist in der Tabelle nicht vorgesehen.",
        "The value of {name} is not allowed here.",
    ),
    "dmn-output-value": (
        "Das Ergebnis {name} ist in der Tabelle nicht vorgesehen.",
        "The output {name} is not allowed here.",
    ),
    "dmn-cycle": (
        "Die Entscheidung {name} setzt sich selbst voraus.",
        "The decision {name} requires itself.",
    ),
}


def explain(code: str, params: dict[str, object], language: str = "de") -> str:
    """The sentence for a code of this package or of the rule language."""
    found = MESSAGES.get(code)
    if found is None:
        return message(code, params, language)
    return found[0 if language == "de" else 1].format(**{"name": "", "rules": "", **params})


class DmnError(DomainError):
    """The file is not a decision model that can be used. `code` is stable."""

    status = 422

    def __init__(self, code: str, message: str, message_en: str, line: int = 1, column: int = 1) -> None:
        self.code = code  # type: ignore[misc]  # one class, one code per kind of mistake
        self.line = line
        self.column = column
        super().__init__(message, message_en=message_en)


@dataclass(frozen=True, slots=True)
class ModelProblem:
    """Something wrong with a model or met while evaluating: where (element name), what, and at which offset."""

    code: str
    element: str
    message: str
    message_en: str
    text: str = ""
    offset: int = 0

    def as_json(self) -> dict[str, object]:
        """For the command line and interfaces."""
        return {
            "code": self.code,
            "element": self.element,
            "text": self.text,
            "offset": self.offset,
            "message": {"de": self.message, "en": self.message_en},
        }
