"""What can be wrong with a model: every code with its sentence and a suggestion, in German and English.

``error``: not executable because of it. ``problem``: runs, but something can go wrong. ``hint``: worth a look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from stadtkern.casework.processes.bpmn.vocabulary import kind_name
from stadtkern.kernel.feel import Position
from stadtkern.kernel.xml_document import XmlElement

Severity = Literal["error", "problem", "hint"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One finding about one element; ``line`` and ``column`` in the file, ``position`` in the expression."""

    code: str
    severity: Severity
    element_id: str
    kind: str
    name: str
    line: int
    column: int
    message: str
    message_en: str
    suggestion: str = ""
    suggestion_en: str = ""
    expression: str | None = None
    position: Position | None = None

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        found: dict[str, Any] = {
            "code": self.code,
            "severity": self.severity,
            "element": self.element_id,
            "kind": self.kind,
            "name": self.name,
            "line": self.line,
            "column": self.column,
            "message": {"de": self.message, "en": self.message_en},
            "suggestion": {"de": self.suggestion, "en": self.suggestion_en},
        }
        if self.expression is not None:
            found["expression"] = self.expression
        if self.position is not None:
            place = self.position
            found["position"] = {"line": place.line, "column": place.column, "offset": place.offset}
        return found


def finding(
    code: str,
    element: XmlElement,
    *,
    expression: str | None = None,
    position: Position | None = None,
    **values: object,
) -> Finding:
    """A finding of the catalogue; `values` fill the sentences (``kind`` and ``name`` are known)."""
    severity, german, english, hint, hint_en = CATALOGUE[code]
    name = " ".join(element.attributes.get("name", "").split())
    shown = name or element.attributes.get("id", "") or element.name
    plain = {"name": shown, **values}
    de, en = {"kind": kind_name(element.name), **plain}, {"kind": kind_name(element.name, "en"), **plain}
    return Finding(
        code=code,
        severity=severity,
        element_id=_identifier(element),
        kind=element.name,
        name=name,
        line=element.line,
        column=element.column,
        message=german.format_map(de),
        message_en=english.format_map({**en, **_english(values)}),
        suggestion=hint.format_map(de),
        suggestion_en=hint_en.format_map({**en, **_english(values)}),
        expression=expression,
        position=position,
    )


def _english(values: dict[str, object]) -> dict[str, object]:
    """Values ending in ``_en`` stand in for their namesakes in English sentences."""
    return {key.removesuffix("_en"): value for key, value in values.items() if key.endswith("_en")}


def _identifier(element: XmlElement) -> str:
    """The id of the element, or of the nearest one around it that has one."""
    node: XmlElement | None = element
    while node is not None:
        if found := node.attributes.get("id"):
            return found
        node = node.above
    return ""


_Entry = tuple[Severity, str, str, str, str]
CATALOGUE: dict[str, _Entry] = {
    # --- not executable because ---
    "kind": (
        "error", "„{name}“: die Art {kind} führt unser System nicht aus.", '"{name}": our engine does not execute a {kind}.',
        "{instead}", "{instead}",
    ),
    "event": (
        "error", "„{name}“: ein Ereignis der Art „{event}“ ist an dieser Stelle nicht ausführbar.",
        '"{name}": an event of the kind "{event}" is not executable here.',
        "Hier gehen: {allowed}.", "Possible here: {allowed}.",
    ),
    "several-events": (
        "error", "„{name}“ wartet auf mehrere Ereignisse zugleich.", '"{name}" has several event definitions.',
        "Zeichnen Sie eine Verzweigung nach Ereignis mit je einem Warteereignis.",
        "Draw an event-based gateway with one catch event each.",
    ),
    "standard-loop": (
        "error", "„{name}“ wiederholt sich mit einer einfachen Schleife.", '"{name}" uses a standard loop.',
        "Führen Sie nach der Aufgabe über eine Entscheidung mit einem Pfeil zurück, oder nehmen Sie eine Mehrfachaufgabe über eine Liste.",
        "Lead back by an exclusive gateway, or use multi-instance over a list.",
    ),
    "loop-without-collection": (
        "error", "„{name}“: bei der Mehrfachaufgabe fehlt, worüber sie läuft.", '"{name}": multi-instance without a collection.',
        "Geben Sie die Liste (stadtkern:collection) oder die Anzahl (loopCardinality) an.",
        "State the list (stadtkern:collection) or the number (loopCardinality).",
    ),
    "connector-missing": (
        "error", "„{name}“: es ist nicht angegeben, welche Anbindung die Aufgabe erledigt.", '"{name}" names no connector.',
        "Wählen Sie eine Anbindung (Mail, Zahlung, Schreiben, Akte, Register, REST), oder machen Sie eine Benutzeraufgabe daraus.",
        "Choose a connector (mail, payment, letter, record, register, REST), or make it a user task.",
    ),
    "decision-missing": (
        "error", "„{name}“: es ist nicht angegeben, welche Entscheidungstabelle gilt.", '"{name}" names no decision.',
        "Geben Sie die Entscheidung an (stadtkern:decision).", "State the decision (stadtkern:decision).",
    ),
    "script-language": (
        "error", "„{name}“: das Skript ist in „{language}“ geschrieben; ausgeführt wird nur FEEL.",
        '"{name}": the script is written in "{language}"; only FEEL is executed.',
        "Schreiben Sie die Zuweisungen in FEEL, zum Beispiel {{ Gebühr: 12 * Monate }}, oder als Liste (stadtkern:assign).",
        "Write the assignments in FEEL, for example {{ fee: 12 * months }}, or as a list (stadtkern:assign).",
    ),
    "script-empty": (
        "error", "„{name}“: das Skript weist nichts zu.", '"{name}": the script assigns nothing.',
        "Schreiben Sie einen Kontext wie {{ Gebühr: 12 * Monate }}.", "Write a context such as {{ fee: 12 * months }}.",
    ),
    "call-missing": (
        "error", "„{name}“: es ist nicht angegeben, welcher Ablauf aufgerufen wird.", '"{name}" names no process to call.',
        "Geben Sie die Kennung des Ablaufs an (calledElement).", "State the id of the process (calledElement).",
    ),
    "call-kind": (
        "error", "„{name}“ ruft „{called}“ auf; Elemente der Art {what} lassen sich nicht aufrufen.",
        '"{name}" calls "{called}"; elements of the kind {what} cannot be called.',
        "Rufen Sie einen Ablauf oder eine globale Aufgabe auf.", "Call a process or a global task.",
    ),
    "timer-missing": (
        "error", "„{name}“: es fehlt, wann die Uhr abläuft.", '"{name}": the timer has no time.',
        "Geben Sie eine Dauer (P14D), einen Zeitpunkt, eine Wiederholung oder eine Frist in Arbeitstagen an (stadtkern:due).",
        "State a duration (P14D), a date, a cycle, or a period in working days (stadtkern:due).",
    ),
    "due-unit": (
        "error", "„{name}“: die Einheit „{unit}“ der Frist ist unbekannt.", '"{name}": unknown unit "{unit}" of the period.',
        "Möglich sind working_days, days, weeks und months.", "Possible: working_days, days, weeks, months.",
    ),
    "due-empty": (
        "error", "„{name}“: die Frist ist leer.", '"{name}": the period is empty.',
        "Geben Sie amount und unit an, oder at mit einem FEEL-Ausdruck.", "State amount and unit, or at with a FEEL expression.",
    ),
    "compensation-handler": (
        "error", "„{name}“: es fehlt die Aufgabe, die rückgängig macht.", '"{name}": compensation without a handler.',
        "Verbinden Sie das Ereignis (Assoziation) mit einer Aufgabe, die als Rückabwicklung gekennzeichnet ist.",
        "Connect the event (association) with an activity marked as compensation.",
    ),
    "boundary-host": (
        "error", "„{name}“ hängt nicht an einer Aufgabe.", '"{name}" is not attached to an activity.',
        "Heften Sie das Ereignis an eine Aufgabe oder einen Teilablauf.", "Attach the event to a task or sub-process.",
    ),
    "event-gateway-target": (
        "error", "Hinter „{name}“ steht „{target}“; dort sind nur Warteereignisse und Empfangsaufgaben möglich.",
        'Behind "{name}" stands "{target}"; only catch events and receive tasks are possible there.',
        "Setzen Sie ein Warteereignis (Nachricht, Uhr, Signal) davor.", "Put a catch event (message, timer, signal) in between.",
    ),
    "event-gateway-start": (
        "error", "„{name}“ soll selbst einen Ablauf starten.", '"{name}" would instantiate the process.',
        "Nehmen Sie je Ereignis ein eigenes Startereignis.", "Use one start event per event.",
    ),
    "receive-start": (
        "error", "„{name}“ soll als Empfangsaufgabe einen Ablauf starten.", '"{name}" would instantiate the process.',
        "Nehmen Sie ein Startereignis mit Nachricht.", "Use a message start event.",
    ),
    "event-sub-start": (
        "error", "„{name}“ braucht genau einen Start mit einem Ereignis.", '"{name}" needs exactly one start event with an event.',
        "Setzen Sie einen Start mit Nachricht, Uhr, Signal, Fehler oder Eskalation hinein.",
        "Put one start event with a message, timer, signal, error or escalation in it.",
    ),
    "event-sub-flow": (
        "error", "Zu „{name}“ führt ein Pfeil; ein solcher Teilablauf beginnt nur durch sein Ereignis.",
        '"{name}" has sequence flows; an event sub-process starts only by its event.',
        "Entfernen Sie die Pfeile.", "Remove the flows.",
    ),
    "flow-crosses-scope": (
        "error", "Der Pfeil „{name}“ führt über den Rand eines Ablaufs oder Teilablaufs.",
        'The sequence flow "{name}" crosses the border of a process or sub-process.',
        "Zwischen Beteiligten stehen Nachrichtenflüsse; aus einem Teilablauf führt dessen Ende oder ein angeheftetes Ereignis.",
        "Use message flows between participants; leave a sub-process by its end or by a boundary event.",
    ),
    "id-missing": (
        "error", "„{name}“ ({kind}) hat keine Kennung.", '"{name}" ({kind}) has no id.',
        "Vergeben Sie eine eindeutige Kennung.", "Give it a unique id.",
    ),
    "expression-language": (
        "error", "Der Ausdruck bei „{name}“ ist in „{language}“ geschrieben; ausgeführt wird nur FEEL.",
        'The expression at "{name}" is written in "{language}"; only FEEL is executed.',
        "Schreiben Sie ihn in FEEL, zum Beispiel Betrag > 100 and genehmigt.", "Write it in FEEL, for example amount > 100 and approved.",
    ),
    "feel": (
        "error", "Der Ausdruck bei „{name}“ lässt sich nicht lesen: {detail}", 'The expression at "{name}" cannot be read: {detail}',
        "{advice}", "{advice}",
    ),
    "name-empty": (
        "error", "Bei „{name}“ fehlt der Name eines Werts.", 'At "{name}" a value has no name.',
        "Geben Sie an, wie der Wert heißen soll.", "State the name of the value.",
    ),
    # --- runs, but ---
    "feel-check": (
        "problem", "Der Ausdruck bei „{name}“: {detail}", 'The expression at "{name}": {detail}', "{advice}", "{advice}",
    ),
    "empty": ("error", "Der Ablauf „{name}“ ist leer.", 'The process "{name}" is empty.', "Zeichnen Sie Start, Aufgaben und Ende.", "Draw a start, tasks and an end."),
    "no-start": (
        "error", "In „{name}“ gibt es keinen Anfang: auf jedes Element zeigt ein Pfeil.", '"{name}" has no start.',
        "Setzen Sie ein Startereignis.", "Add a start event.",
    ),
    "unreachable": (
        "problem", "„{name}“ wird nie erreicht.", '"{name}" is never reached.',
        "Führen Sie einen Pfeil dorthin, oder löschen Sie das Element.", "Lead a flow to it, or delete it.",
    ),
    "no-end": (
        "problem", "Von „{name}“ führt kein Weg zu einem Ende.", 'No way leads from "{name}" to an end.',
        "Führen Sie einen Pfeil aus der Schleife zu einem Ende.", "Lead a flow out of the loop to an end.",
    ),
    "implicit-end": (
        "hint", "Nach „{name}“ geht es nicht weiter, ohne dass ein Ende gezeichnet ist.", 'Nothing follows "{name}", and no end event is drawn.',
        "Zeichnen Sie ein Ende.", "Draw an end event.",
    ),
    "no-default": (
        "problem", "An „{name}“ ist nicht gesagt, was gilt, wenn keine Bedingung zutrifft.", '"{name}" has no default flow.',
        "Kennzeichnen Sie einen Pfeil als Standardweg.", "Mark one flow as the default.",
    ),
    "missing-condition": (
        "problem", "Der Weg von „{gateway}“ zu „{target}“ hat keine Bedingung; es gilt der erste passende Weg in der Reihenfolge der Datei.",
        'The way from "{gateway}" to "{target}" has no condition; the first fitting way in the order of the file is taken.',
        "Geben Sie eine Bedingung an, oder kennzeichnen Sie den Weg als Standardweg.", "State a condition, or mark it as the default.",
    ),
    "default-with-condition": (
        "hint", "Der Standardweg „{name}“ hat eine Bedingung; sie wird nicht beachtet.", 'The default flow "{name}" has a condition, which is ignored.',
        "Entfernen Sie die Bedingung.", "Remove the condition.",
    ),
    "condition-ignored": (
        "hint", "Die Bedingung am Pfeil „{name}“ wird an dieser Stelle nicht beachtet.", 'The condition of the flow "{name}" is ignored here.',
        "Entfernen Sie die Bedingung, oder nehmen Sie eine Entscheidung davor.", "Remove it, or put an exclusive gateway before it.",
    ),
    "default-not-outgoing": (
        "problem", "Der Standardweg „{default}“ geht nicht von „{name}“ aus.", 'The default flow "{default}" does not leave "{name}".',
        "Wählen Sie einen Pfeil, der hier beginnt.", "Choose a flow that starts here.",
    ),
    "join-never": (
        "problem", "„{name}“ wartet auf Wege, die nie alle zugleich genommen werden; hier bleibt der Ablauf stehen.",
        '"{name}" waits for ways that are never taken together; the process stops here.',
        "Führen Sie Wege einer Entscheidung ohne gleichzeitige Verzweigung wieder zusammen (entweder/oder).",
        "Merge the ways of an exclusive gateway by an exclusive gateway.",
    ),
    "join-waits": (
        "problem", "„{name}“ kann für immer warten: ein erwarteter Weg wird nicht in jedem Fall genommen.",
        '"{name}" can wait for ever: a way it waits for is not taken in every case.',
        "Prüfen Sie, ob jeder Weg, auf den gewartet wird, auch genommen wird; sonst hilft eine Und/oder-Verzweigung.",
        "Check that every way it waits for is taken; otherwise use an inclusive gateway.",
    ),
    "runs-twice": (
        "problem", "Ab „{name}“ kann derselbe Weg mehrfach gleichzeitig laufen.", 'From "{name}" on the same way can run several times at once.',
        "Führen Sie gleichzeitige Wege mit einer Und-Verzweigung zusammen.", "Join concurrent ways by a parallel gateway.",
    ),
    "endless": (
        "problem", "Um „{name}“ dreht sich der Ablauf, ohne irgendwo zu warten; das System bräche ihn ab.",
        'Around "{name}" the process loops without waiting anywhere; the engine would stop it.',
        "Setzen Sie eine Aufgabe oder ein Warteereignis in die Schleife.", "Put a task or a catch event into the loop.",
    ),
    "boundary-leads-nowhere": (
        "problem", "Nach „{name}“ geht es nicht weiter.", 'Nothing follows "{name}".', "Führen Sie einen Pfeil zu dem, was dann geschehen soll.", "Lead a flow to what should happen then.",
    ),
    "sub-process-empty": (
        "problem", "Der Teilablauf „{name}“ ist leer und wird sofort verlassen.", 'The sub-process "{name}" is empty and passes at once.',
        "Zeichnen Sie hinein, was geschehen soll, oder machen Sie eine Aufgabe daraus.", "Draw what should happen, or make it a task.",
    ),
    "expression-translated": (
        "hint", "Der Ausdruck bei „{name}“ wurde als FEEL gelesen: {feel}", 'The expression at "{name}" was read as FEEL: {feel}',
        "Prüfen Sie, ob das gemeint ist, und übernehmen Sie es.", "Check that this is meant, and keep it.",
    ),
    "event-unnamed": (
        "hint", "„{name}“ nennt keine Nachricht, kein Signal oder keinen Code; es gilt „{used}“.", '"{name}" names no message, signal or code; "{used}" is used.',
        "Wählen Sie aus, worauf gewartet oder was gesendet wird.", "Choose what is sent or awaited.",
    ),
    "no-role": (
        "hint", "Wer „{name}“ erledigt, ist nicht festgelegt.", 'Nobody is named to do "{name}".',
        "Ziehen Sie die Aufgabe in eine Bahn, oder geben Sie eine Rolle an (stadtkern:role).", "Put it into a lane, or state a role (stadtkern:role).",
    ),
    "passes-at-once": (
        "hint", "„{name}“ hat keine Art und wird ohne Halt durchlaufen.", '"{name}" has no type and passes at once.',
        "Soll jemand etwas tun, machen Sie eine Benutzeraufgabe daraus.", "If somebody has to act, make it a user task.",
    ),
}  # fmt: skip
