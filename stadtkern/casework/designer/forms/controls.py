"""The properties of an element as fields of a page: label, hint, control, choices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from stadtkern.casework.designer.contents import Mistake
from stadtkern.casework.designer.forms import kinds, rules
from stadtkern.casework.designer.forms.properties import PREFILLED
from stadtkern.casework.forms import api as forms

FILE_KINDS = (
    ("application/pdf", "PDF"),
    ("image/jpeg", "JPEG"),
    ("image/png", "PNG"),
    ("image/tiff", "TIFF"),
    ("image/webp", "WebP"),
)
#: the page shows the properties in these parts
PARTS = (
    ("ask", ("label", "label_en", "help", "help_en", "content", "content_en")),
    ("answer", ("required", "consent", "least", "most", "choices", "code_list", "min_length", "max_length", "pattern", "min_value", "max_value", "media_types", "max_size", "entry")),
    ("name", ("alias", "prefill")),
    ("rules", ("visible_if", "value")),
)  # fmt: skip


def words() -> dict[str, tuple[str, str, str]]:
    """Label, hint and control of each property."""
    return {
        "label": (_("Frage oder Überschrift"), _("So liest es, wer den Antrag stellt."), "line"),
        "label_en": (_("Frage oder Überschrift (englisch)"), "", "line"),
        "help": (_("Hilfetext"), _("Ein Satz, der beim Antworten hilft; steht unter der Frage."), "text"),
        "help_en": (_("Hilfetext (englisch)"), "", "text"),
        "alias": (_("Name in Ausdrücken und Bescheiden"), _("Entsteht von selbst. In Ausdrücken so, in Schreiben als {{Name}}."), "line"),
        "prefill": (_("Aus dem Konto vorbelegen"), _("Wer angemeldet ist, findet die Angabe schon ausgefüllt; das Feld heißt dann so."), "select"),
        "required": (_("Muss beantwortet werden?"), _("Mit einer Bedingung gilt das nur, solange das Feld zu sehen ist."), "select"),
        "consent": (_("Nur Ja ist eine Antwort"), _("Zustimmung zum Ankreuzen, zum Beispiel für die Richtigkeit der Angaben."), "select"),
        "least": (_("Mindestens wie oft"), _("0: darf ganz fehlen."), "short"),
        "most": (_("Höchstens wie oft"), _("1: genau einmal. Leer: beliebig oft."), "short"),
        "min_length": (_("Mindestens so viele Zeichen"), "", "short"),
        "max_length": (_("Höchstens so viele Zeichen"), _("Ab 200 wird das Feld mehrzeilig."), "short"),
        "pattern": (_("Muster (regulärer Ausdruck)"), _("Zum Beispiel [0-9]{5} für eine Postleitzahl."), "feel"),
        "min_value": (_("Kleinster Wert"), _("Zahl oder Datum (2026-01-31)"), "short"),
        "max_value": (_("Größter Wert"), "", "short"),
        "content": (_("Vorgegebener Inhalt"), _("Steht schon da; bei einem Text zum Lesen ist es der Text."), "text"),
        "content_en": (_("Text zum Lesen (englisch)"), "", "text"),
        "entry": (_("Wer gibt den Wert an?"), "", "select"),
        "choices": (_("Werte"), _("Je Zeile: Kürzel | Deutsch | Englisch. Nur der deutsche Text genügt, dann entsteht das Kürzel von selbst."), "text"),
        "code_list": (_("Codeliste"), _("Eingelesene Listen; eine neue lesen Sie unter Formular ein."), "select"),
        "media_types": (_("Erlaubte Dateien"), "", "checks"),
        "max_size": (_("Höchstens so groß (MB)"), "", "short"),
        "visible_if": (_("Bedingung: Wann ist es zu sehen?"), _("FEEL, zum Beispiel: musik = true. Leer: immer."), "feel"),
        "value": (_("Berechnung: Woraus entsteht der Wert?"), _("FEEL, zum Beispiel: anzahl * 12. Leer: er wird eingegeben."), "feel"),
    }  # fmt: skip


def options() -> dict[str, list[tuple[str, str]]]:
    """What can be chosen."""
    yes_no = [("yes", _("Ja")), ("no", _("Nein"))]
    return {
        "required": yes_no,
        "consent": yes_no,
        "prefill": [("", "–"), *((name, name) for name in PREFILLED)],
        "entry": [("", _("wer den Antrag stellt")), ("shown", _("nur zum Ansehen, aus Konto oder Vorgabe")), ("hidden", _("unsichtbar, aus Vorgabe oder Berechnung"))],
        "media_types": list(FILE_KINDS),
    }  # fmt: skip


def parts_of(
    kind: kinds.Kind, values: Mapping[str, str], errors: Mapping[str, str], mistakes: Mapping[str, Mistake]
) -> list[dict[str, Any]]:
    """The parts of the page with their fields."""
    known, choose = words(), options()
    titles = {"ask": _("Was gefragt wird"), "answer": _("Was als Antwort gilt"), "name": _("Name"), "rules": _("Wann und woraus")}  # fmt: skip
    found = []
    for code, names in PARTS:
        fields = []
        for name in names:
            if name not in values:
                continue
            label, hint, control = known[name]
            if name == "content" and kind.code == "static":
                label, hint = _("Text zum Lesen"), ""
            choice = (
                _lists(values[name])
                if name == "code_list"
                else _with(values[name], choose.get(name, []), control)
            )
            value = values[name].split() if control == "checks" else values[name]
            fields.append({"id": name, "label": label, "hint": hint, "kind": control, "options": choice, "value": value, "rows": max(2, values[name].count("\n") + 2), "error": errors.get(name, ""), "mistake": mistakes.get(name)})  # fmt: skip
        if fields:
            found.append({"code": code, "title": titles[code], "fields": fields})
    return found


def _with(value: str, options: list[tuple[str, str]], control: str) -> list[tuple[str, str]]:
    """What is set stays offered, even if nobody knows it."""
    known = {key for key, _label in options}
    values = value.split() if control == "checks" else [value]
    return (
        [*options, *((each, each) for each in values if each and each not in known)] if options else options
    )


def _lists(value: str) -> list[tuple[str, str]]:
    rows = [("", "–"), *((line.key, f"{line.name} ({line.key})") for line in forms.code_lists())]
    return _with(value, rows, "select")


def rule_rows(
    values: Mapping[str, str], errors: Mapping[str, str], mistakes: Mapping[str, Mistake]
) -> list[dict[str, Any]]:
    """The rules of an element, the last one empty."""
    found = []
    for number in rules.numbers(values):
        name = f"rule_{number}_if"
        found.append(
            {
                "number": number,
                "new": not values.get(name, "").strip(),
                "if": {"id": name, "value": values.get(name, ""), "error": errors.get(name, ""), "mistake": mistakes.get(name)},
                "message": {"id": f"rule_{number}_message", "value": values.get(f"rule_{number}_message", ""), "error": errors.get(f"rule_{number}_message", "")},
                "message_en": {"id": f"rule_{number}_message_en", "value": values.get(f"rule_{number}_message_en", "")},
            }
        )  # fmt: skip
    return found
