"""Why a token cannot go on: codes with a sentence in German and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MESSAGES: dict[str, tuple[str, str]] = {
    "expression": ("Der Ausdruck „{text}“ hat keinen Wert: {why}", "The expression “{text}” has no value: {why_en}"),
    "condition": (
        "Die Bedingung „{text}“ ergibt weder ja noch nein.",
        "The condition “{text}” is neither true nor false.",
    ),
    "not-storable": (
        "Das Ergebnis von „{text}“ lässt sich nicht speichern.",
        "The result of “{text}” cannot be stored.",
    ),
    "no-flow": ("Keiner der Wege trifft zu und keiner ist der Standardweg.", "No flow applies and none is the default."),
    "no-decision": ("Die Entscheidung {name} ließ sich nicht auswerten: {why}", "Decision {name} failed: {why}"),
    "not-a-list": ("„{text}“ ergibt keine Liste.", "“{text}” is not a list."),
    "not-a-number": (
        "„{text}“ ergibt keine Anzahl von 0 bis {limit}.",
        "“{text}” is not a number from 0 to {limit}.",
    ),
    "timer": ("„{text}“ ergibt keinen Zeitpunkt und keine Frist.", "“{text}” is no time and no duration."),
    "connector": ("Der Anschluss {name} hat nicht geleistet, was er soll: {why}", "Connector {name} failed: {why}"),
    "child": ("Der aufgerufene Ablauf {name} ist gescheitert ({why}).", "The called process {name} failed ({why})."),
    "error": ("Den Fehler {code} fängt niemand.", "Nobody catches the error {code}."),
    "step-limit": (
        "Der Ablauf dreht sich im Kreis (mehr als {limit} Schritte ohne Halt).",
        "Endless loop (more than {limit} steps without a stop).",
    ),
    "join": (
        "Die Zusammenführung wartet auf einen Weg, auf dem nichts mehr kommen kann.",
        "The join waits for a flow on which nothing can come any more.",
    ),
    "no-start": ("In diesem Teil des Ablaufs gibt es keinen Anfang.", "There is no start in this part of the process."),
    "not-executable": ("Dieses Element lässt sich nicht ausführen.", "This element cannot be executed."),
}  # fmt: skip


class Trouble(Exception):
    """A token cannot go on; becomes an incident at its node. `answer`: what had come in."""

    def __init__(self, code: str, **detail: Any) -> None:
        super().__init__(code)
        self.code = code
        self.detail: dict[str, Any] = detail


class _Blank(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "?"


def sentence(code: str, detail: Mapping[str, Any], language: str = "de") -> str:
    """The sentence for people."""
    return MESSAGES[code][0 if language == "de" else 1].format_map(_Blank(detail))
