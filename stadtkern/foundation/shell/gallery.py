"""What the gallery shows: example values for every component."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest

from stadtkern.foundation.shell.tables import Cell, Column, Row, Table

EXAMPLE_TABLE = Table(
    caption="Vorgänge mit Frist in dieser Woche",
    columns=[
        Column(label="Vorgang", sort="number"),
        Column(label="Leistung", sort="service"),
        Column(label="Stand"),
        Column(label="Betrag", numeric=True, sort="amount"),
    ],
    default_sort="number",
    rows=[
        Row(
            cells=[
                Cell(text="HS-2025-000128", href="#tabelle", note="Erika Beispiel"),
                Cell(text="Hundesteuer"),
                Cell(text="in Prüfung", kind="info"),
                Cell(text="120,00 €"),
            ],
            key="1",
        ),
        Row(
            cells=[
                Cell(text="BP-2025-000045", href="#tabelle", note="Max Muster"),
                Cell(text="Bewohnerparkausweis"),
                Cell(text="Frist läuft heute ab", kind="warning"),
                Cell(text="30,70 €"),
            ],
            key="2",
        ),
    ],
)


def gallery_context(request: HttpRequest) -> dict[str, Any]:
    """Values for ``shell/gallery.html``."""
    moment = datetime(2025, 10, 6, 9, 30, tzinfo=UTC)
    return {
        "page_title": "Galerie der Bausteine",
        "breadcrumb": [("Startseite", "/"), ("Galerie", "")],
        "options": [("labrador", "Labrador"), ("dackel", "Dackel"), ("mischling", "Mischling")],
        "options_with_hint": [
            ("online", "Online", "Etwa fünf Minuten"),
            ("post", "Per Post", "Wir schicken Ihnen das Formular zu"),
        ],
        "chosen_many": ["labrador", "mischling"],
        "no_errors": [],
        "errors": [
            ("g-name-error-field", "Geben Sie Ihren Familiennamen ein."),
            ("g-date-error", "Das Datum gibt es nicht."),
        ],
        "date_value": date(2025, 9, 1),
        "bad_date": "2025-13-40",
        "files": [
            {
                "name": "impfpass.pdf",
                "size": 348_210,
                "href": "#datei",
                "remove_name": "remove",
                "remove_value": "1",
            }
        ],
        "facts": [
            ("Antragstellerin", "Erika Beispiel, Gaustraße 12, 55116 Mainz"),
            ("Chipnummer", "276 0981 0265 5432"),
            ("Ermäßigung", ""),
            {"term": "Stand", "value": "in Prüfung", "status": "info"},
            {"term": "Satzung", "value": "Hundesteuersatzung", "href": "#liste"},
        ],
        "timeline": [
            {"title": "Antrag eingegangen", "at": moment, "text": "Online, 2 Dateien", "state": "done"},
            {"title": "Wir prüfen Ihre Angaben", "at": moment.date(), "state": "now"},
            {"title": "Bescheid", "text": "Voraussichtlich bis 20. Oktober 2025", "state": "next"},
        ],
        "checks": [
            {
                "label": "Wohnsitz in Mainz bestätigt",
                "note": "Angabe im Antrag",
                "kind": "success",
                "word": "erfüllt",
            },
            {
                "label": "Anmeldung nach Ablauf von 14 Tagen",
                "note": "4 Tage zu spät, Hinweis genügt",
                "kind": "warning",
                "word": "Hinweis",
            },
            {
                "label": "Nachweis fehlt",
                "note": "Haltungserlaubnis",
                "kind": "danger",
                "word": "nicht erfüllt",
            },
        ],
        "table": EXAMPLE_TABLE,
        "page": Paginator(range(400), 20).get_page(request.GET.get("seite", 4)),
        "kinds": [("info", "Hinweis"), ("success", "Erledigt"), ("warning", "Achtung"), ("danger", "Fehler")],
        "status_kinds": [
            ("success", "bewilligt"),
            ("warning", "Frist in 2 Tagen"),
            ("danger", "Frist abgelaufen"),
            ("info", "in Prüfung"),
            ("neutral", "eingegangen"),
        ],
    }
