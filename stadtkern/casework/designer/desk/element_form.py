"""The properties of an element as controls with what can be chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from stadtkern.casework.designer import elements
from stadtkern.casework.designer.contents import texts_of
from stadtkern.casework.designer.desk.common import language
from stadtkern.casework.designer.models import ProcedureDraft
from stadtkern.casework.processes.bpmn import BpmnDocument
from stadtkern.casework.processes.bpmn.vocabulary import TASKS, kind_name
from stadtkern.casework.processes.packages.connector_names import DECLARED
from stadtkern.casework.processes.packages.model import DECISIONS
from stadtkern.casework.processes.packages.vocabulary import ACTIONS, ROLES
from stadtkern.kernel import dmn
from stadtkern.kernel.xml_document import XmlElement

Options = list[tuple[str, str]]


def controls(
    row: ProcedureDraft,
    document: BpmnDocument,
    element: XmlElement,
    values: Mapping[str, str],
    errors: Mapping[str, str],
) -> list[dict[str, Any]]:
    """One control per property, in the order of the form."""
    labels = _labels()
    choices = {
        "role": _roles(values.get("role", "")),
        "state": _states(row, values.get("state", "")),
        "after": _states(row, values.get("after", "")),
        "due_unit": _units(),
        "default": _flows(document, element),
        "connector": _connectors(values.get("connector", "")),
        "decision": decisions_of(row, values.get("decision", "")),
    }
    found: list[dict[str, Any]] = []
    for name, value in values.items():
        label, hint, kind = labels[name]
        kind = "select" if name in choices else kind
        found.append(
            {"id": name, "label": label, "hint": hint, "kind": kind, "value": value, "options": choices.get(name, []), "error": errors.get(name, "")}
        )  # fmt: skip
    if element.name in TASKS:
        kinds = [(each, kind_name(each, get_language() or "de")) for each in sorted(TASKS)]
        label, hint, _kind = labels["kind"]
        found.insert(
            1, {"id": "kind", "label": label, "hint": hint, "kind": "select", "value": element.name, "options": kinds, "error": errors.get("kind", "")}
        )  # fmt: skip
    return found


def _labels() -> dict[str, tuple[str, str, str]]:
    """Label, hint and kind of each property."""
    actions = ", ".join(sorted(ACTIONS))
    return {
        "name": (_("Name"), "", "line"),
        "kind": (_("Art"), "", "select"),
        "role": (_("Wer"), _("Leer: die Rolle der Bahn, in der die Aufgabe liegt."), "select"),
        "state": (_("Stand des Vorgangs, solange es hier steht"), _("Die Stände stehen unter Texte."), "select"),
        "after": (_("Beginnt neu nach dem Stand"), "", "select"),
        "actions": (_("Schritte zur Auswahl"), _("Mit Leerzeichen getrennt. Mit eigener Seite: %(names)s. Jeder andere Name bekommt die allgemeine Seite. Danach heißt die gewählte action.") % {"names": actions}, "line"),
        "due_amount": (_("Fällig nach"), _("Eine Zahl oder ein FEEL-Ausdruck; leer: keine Frist."), "feel"),
        "due_unit": (_("Einheit"), "", "select"),
        "due_legal": (_("Grundlage der Frist"), "", "line"),
        "form": (_("Formular der Aufgabe"), "", "line"),
        "inputs": (_("Was hineingeht"), _("Je Zeile: Name = FEEL-Ausdruck"), "feel"),
        "outputs": (_("Was herauskommt"), _("Je Zeile: Variable = FEEL-Ausdruck; result ist die ganze Antwort."), "feel"),
        "assigns": (_("Zuweisungen"), _("Je Zeile: Variable = FEEL-Ausdruck, der Reihe nach"), "feel"),
        "condition": (_("Bedingung (FEEL)"), _("Zum Beispiel: action = \"decide\" and betrag > 100"), "feel"),
        "default": (_("Standardweg"), _("Gilt, wenn keine Bedingung zutrifft."), "select"),
        "decision": (_("Entscheidung"), _("Die Tabellen stehen unter Entscheidungen."), "select"),
        "model": (_("Datei der Entscheidung"), _("Ohne Endung, zum Beispiel verfahren."), "line"),
        "result": (_("Variable für das Ergebnis"), "", "line"),
        "connector": (_("Anschluss"), _("Wer die Aufgabe erledigt."), "select"),
        "operation": (_("Vorgang des Anschlusses"), _("Leer, wenn der Anschluss nur einen hat."), "line"),
        "text": (_("Text des Pakets"), _("Kürzel einer Nachricht unter Texte."), "line"),
        "message": (_("Nachricht"), _("Ihr Name, zum Beispiel answer. Neue Namen werden angelegt."), "line"),
        "timer": (_("Wann die Uhr abläuft"), _("Dauer (P14D), Zeitpunkt oder Wiederholung; oder unten in Arbeitstagen."), "feel"),
        "called": (_("Aufgerufener Ablauf"), _("Kennung eines Ablaufs in diesem Paket."), "line"),
    }  # fmt: skip


def _with(value: str, options: Options) -> Options:
    """What is set stays offered, even if nobody knows it."""
    known = {key for key, _label in options}
    return [("", "–"), *options, *([(value, value)] if value and value not in known else [])]


def _roles(value: str) -> Options:
    german = language() == "de"
    return _with(value, [(code, names[0] if german else names[1]) for code, names in ROLES.items()])


def _states(row: ProcedureDraft, value: str) -> Options:
    states = texts_of(row.files).get("states") or {}
    return _with(value, [(code, f"{(state.get('label') or {}).get('de', code)} ({code})") for code, state in states.items()])  # fmt: skip


def _units() -> Options:
    names = {"working_days": _("Arbeitstage"), "days": _("Tage"), "weeks": _("Wochen"), "months": _("Monate")}
    return [(unit, names[unit]) for unit in elements.UNITS]


def _flows(document: BpmnDocument, element: XmlElement) -> Options:
    found = []
    for flow in document.root.walk():
        if flow.name == "sequenceFlow" and flow.attributes.get("sourceRef") == element.attributes.get("id"):
            target = document.find(flow.attributes.get("targetRef"))
            aim = (
                target.attributes.get("name") or target.attributes.get("id", "") if target is not None else ""
            )
            found.append((flow.attributes.get("id", ""), f"{flow.attributes.get('name') or '…'} → {aim}"))
    return _with(element.attributes.get("default", ""), found)


def _connectors(value: str) -> Options:
    german = language() == "de"
    return _with(value, [(name, each.label if german else each.label_en) for name, each in DECLARED.items()])


def decisions_of(row: ProcedureDraft, value: str = "") -> Options:
    """The decisions of the package's models."""
    names: Options = []
    for path, text in row.files.items():
        if path.startswith(DECISIONS):
            try:
                model = dmn.load(text.encode("utf-8"))
            except dmn.DmnError:
                continue
            names += [(name, name) for name in model.decisions]
    return _with(value, names)
