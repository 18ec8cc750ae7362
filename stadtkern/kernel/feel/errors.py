"""Errors and problems of the rule language, each with a position and a sentence in German and English.

Two kinds are told apart: a `FeelError` is raised (the text cannot be read, or a limit was passed); a `Problem` is noted
while evaluating, where FEEL prescribes the value null (DMN 1.5, 10.3.2.13: errors yield null)."""

from __future__ import annotations

from dataclasses import dataclass

from stadtkern.kernel.errors import DomainError

MESSAGES: dict[str, tuple[str, str]] = {
    "feel-syntax": (
        "Hier wurde {expected} erwartet, gefunden wurde {found}.",
        "Expected {expected}, found {found}.",
    ),
    "feel-character": (
        "Das Zeichen {found} ist hier nicht erlaubt.",
        "The character {found} is not allowed here.",
    ),
    "feel-string": (
        "Der Text ist nicht mit einem Anführungszeichen abgeschlossen.",
        "The string is not closed.",
    ),
    "feel-escape": (
        "Die Zeichenfolge {found} ist in einem Text nicht erlaubt.",
        "Unknown escape sequence {found}.",
    ),
    "feel-comment": ("Der Kommentar ist nicht abgeschlossen.", "The comment is not closed."),
    "feel-literal": (
        "{found} ist kein gültiger Wert (Zahl, Zeitpunkt oder Dauer).",
        "{found} is not a valid number, date, time or duration.",
    ),
    "feel-too-deep": (
        "Der Ausdruck ist zu tief verschachtelt (höchstens {limit} Ebenen).",
        "Nested too deeply (at most {limit} levels).",
    ),
    "feel-too-long": (
        "Der Ausdruck ist zu lang (höchstens {limit} Zeichen).",
        "The expression is too long (at most {limit}).",
    ),
    "feel-too-large": (
        "Das Ergebnis wird zu groß (höchstens {limit} Einträge).",
        "The result grows too large (at most {limit} items).",
    ),
    "feel-timeout": (
        "Die Auswertung dauert zu lange (höchstens {limit} Sekunden).",
        "Evaluation takes too long (at most {limit} s).",
    ),
    "feel-recursion": (
        "Die Auswertung ruft sich zu oft selbst auf (höchstens {limit}-mal).",
        "Too many nested calls (at most {limit}).",
    ),
    "feel-duplicate-key": ("Der Eintrag {name} kommt doppelt vor.", "The entry {name} appears twice."),
    "feel-unknown-name": ("Den Namen {name} gibt es hier nicht.{hint}", "Unknown name {name}.{hint_en}"),
    "feel-unknown-member": ("Die Angabe {name} gibt es hier nicht.{hint}", "Unknown member {name}.{hint_en}"),
    "feel-unknown-function": (
        "Eine Funktion {name} gibt es nicht.{hint}",
        "Unknown function {name}.{hint_en}",
    ),
    "feel-unknown-type": ("Den Typ {name} gibt es nicht.{hint}", "Unknown type {name}.{hint_en}"),
    "feel-operands": (
        "{op} ist zwischen {left} und {right} nicht möglich.",
        "{op} does not work on {left} and {right}.",
    ),
    "feel-operand": ("{op} ist mit {left} nicht möglich.", "{op} does not work on {left}."),
    "feel-arithmetic": (
        "Diese Rechnung hat kein gültiges Ergebnis ({op}).",
        "This calculation has no valid result ({op}).",
    ),
    "feel-not-boolean": ("Hier wird ja oder nein erwartet, nicht {left}.", "Expected a boolean, not {left}."),
    "feel-not-function": ("{left} lässt sich nicht wie eine Funktion aufrufen.", "{left} cannot be called."),
    "feel-arguments": (
        "{name}: die Anzahl oder die Namen der Angaben passen nicht.",
        "{name}: wrong number or names of arguments.",
    ),
    "feel-argument": (
        "{name}: die Angabe {param} passt nicht ({left}).",
        "{name}: argument {param} does not fit ({left}).",
    ),
    "feel-no-result": (
        "{name} hat mit diesen Angaben kein Ergebnis.",
        "{name} has no result for these arguments.",
    ),
    "feel-index": ("Die Stelle {index} gibt es in der Liste nicht.", "The list has no position {index}."),
    "feel-filter": (
        "Ein Filter braucht ja/nein oder eine Stelle, nicht {left}.",
        "A filter needs a boolean or a position, not {left}.",
    ),
    "feel-iteration": ("Über {left} lässt sich nicht zählen.", "Cannot iterate over {left}."),
    "feel-range": (
        "Die Grenzen des Bereichs passen nicht zueinander.",
        "The ends of the range do not fit together.",
    ),
    "feel-external": (
        "Aufrufe fremder Programme ({name}) sind nicht erlaubt.",
        "External functions ({name}) are not allowed.",
    ),
    "feel-type-mismatch": (
        "Erwartet wird {expected}, der Wert ist {left}.",
        "Expected {expected}, the value is {left}.",
    ),
    "feel-always": ("Diese Bedingung ist immer {value}.", "This condition is always {value}."),
}


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the text: line and column count from 1, offset from 0."""

    line: int
    column: int
    offset: int


def locate(text: str, offset: int) -> Position:
    """The line and column of an offset."""
    offset = max(0, min(offset, len(text)))
    line = text.count("\n", 0, offset) + 1
    return Position(line, offset - (text.rfind("\n", 0, offset) + 1) + 1, offset)


def message(code: str, params: dict[str, object], language: str = "de") -> str:
    """The sentence for a code; missing parameters become empty."""
    template = MESSAGES.get(code, (code, code))[0 if language == "de" else 1]
    return template.format_map(_Blank(params))


class _Blank(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return ""


class FeelError(DomainError):
    """The text cannot be read or a limit was passed. `code` is stable, `message` German, `message_en` English."""

    status = 422

    def __init__(self, code: str, text: str = "", offset: int = 0, **params: object) -> None:
        self.code = code  # type: ignore[misc]  # one class, one code per kind of mistake
        self.params = params
        self.position = locate(text, offset)
        super().__init__(
            message(code, params),
            message_en=message(code, params, "en"),
            extra={"line": self.line, "column": self.column},
        )

    def __str__(self) -> str:
        return f"{self.message} (Zeile {self.line}, Spalte {self.column})"

    @property
    def line(self) -> int:
        """Line, from 1."""
        return self.position.line

    @property
    def column(self) -> int:
        """Column, from 1."""
        return self.position.column

    @property
    def offset(self) -> int:
        """Offset into the text, from 0."""
        return self.position.offset

    @property
    def detail(self) -> dict[str, object]:
        """Everything a machine wants to know, for JSON."""
        return {
            "code": self.code,
            "message": {"de": self.message, "en": self.message_en},
            "line": self.line,
            "column": self.column,
            "offset": self.offset,
        }


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that made (part of) a result null while evaluating."""

    code: str
    offset: int
    params: tuple[tuple[str, object], ...] = ()

    @property
    def message(self) -> str:
        """German sentence."""
        return message(self.code, dict(self.params))

    @property
    def message_en(self) -> str:
        """English sentence."""
        return message(self.code, dict(self.params), "en")


@dataclass(frozen=True, slots=True)
class Finding:
    """What the static check has to say about a text (see `check`)."""

    code: str
    severity: str
    position: Position
    length: int
    message: str
    message_en: str
    suggestion: str | None = None
