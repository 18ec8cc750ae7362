"""The history of a case in words: one table of titles per kind of event, for staff and for the applicant."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from stadtkern.casework.cases.models import CaseEvent, Decision
from stadtkern.kernel import clock

# kind: (for staff, for the applicant in German, for the applicant in English)
TITLES: dict[str, tuple[str, str, str]] = {
    "received": ("Eingegangen", "Ihr Antrag ist eingegangen", "Your application has arrived"),
    "objection_received": (
        "Widerspruch eingegangen",
        "Ihr Widerspruch ist eingegangen",
        "Your objection has arrived",
    ),
    "taken": ("In Bearbeitung genommen", "Wir haben mit der Prüfung begonnen", "We have started the review"),
    "assigned": ("Zugewiesen", "", ""),
    "handed_over": ("An ein anderes Team abgegeben", "", ""),
    "note": ("Interner Vermerk", "", ""),
    "check_judged": ("Prüfung beurteilt", "", ""),
    "colleague_asked": ("Kollegin oder Kollege gefragt", "", ""),
    "statement_given": ("Stellungnahme abgegeben", "", ""),
    "applicant_asked": (
        "Unterlagen nachgefordert",
        "Wir haben Sie um etwas gebeten",
        "We asked you for something",
    ),
    "applicant_answered": ("Antwort eingegangen", "Sie haben geantwortet", "You answered"),
    "applicant_corrected": (
        "Antrag berichtigt",
        "Sie haben Ihren Antrag berichtigt",
        "You corrected your application",
    ),
    "message": ("Nachricht", "Nachricht", "Message"),
    "deadline_paused": ("Frist angehalten", "Die Frist steht still", "The deadline is paused"),
    "deadline_resumed": ("Frist läuft wieder", "Die Frist läuft wieder", "The deadline runs again"),
    "paid": ("Gebühr bezahlt", "Die Gebühr ist bezahlt", "The fee has been paid"),
    "appointment_booked": ("Termin gebucht", "Sie haben einen Termin", "You have an appointment"),
    "appointment_cancelled": ("Termin abgesagt", "Ihr Termin ist abgesagt", "Your appointment is cancelled"),
    "decision_proposed": ("Entscheidung vorgeschlagen", "", ""),
    "decision_sent_back": ("Vorschlag zurückgegeben", "", ""),
    "decided": ("Bescheid erteilt", "Die Entscheidung ist da", "The decision has been made"),
    "objected": ("Widerspruch eingelegt", "Sie haben Widerspruch eingelegt", "You filed an objection"),
    "withdrawn": ("Zurückgenommen", "Sie haben Ihren Antrag zurückgenommen", "You withdrew your application"),
    "closed": ("Abgeschlossen (zdA)", "Der Vorgang ist abgeschlossen", "The case is closed"),
    "reopened": (
        "Wieder aufgenommen",
        "Wir haben den Vorgang wieder aufgenommen",
        "We have reopened the case",
    ),
    "post_read": ("Postfach gelesen", "", ""),
}


def for_staff(events: Iterable[CaseEvent]) -> list[dict[str, Any]]:
    """All events, newest first, with who and the details that matter."""
    rows = [_row(event, TITLES.get(event.kind, (event.kind, "", ""))[0], staff=True) for event in events]
    return rows[::-1]


def for_applicant(events: Iterable[CaseEvent], language: str) -> list[dict[str, Any]]:
    """The public events, oldest first; the last one is where the case stands."""
    rows = []
    for event in events:
        _, german, english = TITLES.get(event.kind, ("", "", ""))
        title = english if language == "en" else german
        if event.public and title:
            rows.append(_row(event, title, staff=False))
    if rows:
        rows[-1]["state"] = "now"
    return rows


def _row(event: CaseEvent, title: str, *, staff: bool) -> dict[str, Any]:
    by = f" · {event.actor_name}" if staff and event.actor_name else ""
    return {
        "title": f"{title}{by}",
        "at": clock.local(event.at),
        "text": _detail(event, staff=staff),
        "state": "done",
    }


def _detail(event: CaseEvent, *, staff: bool) -> str:
    data = event.data
    match event.kind:
        case "applicant_asked":
            return f"{data.get('text', '')} (bis {_day(data.get('by_on'))})"
        case "deadline_paused":
            return f"{data.get('reason', '')} ({data.get('legal_basis', '')})"
        case "deadline_resumed":
            return f"Neue Frist: {_day(data.get('due_on'))}" if data.get("due_on") else ""
        case "handed_over":
            return f"an {data.get('to', '')}"
        case "assigned":
            return f"an {data['to']}" if data.get("to") else "zurück an das Team"
        case "colleague_asked":
            return str(data.get("to", ""))
        case "check_judged" | "decision_sent_back" | "reopened" | "withdrawn":
            return str(data.get("reason", ""))
        case "decided" | "decision_proposed":
            kind = str(data.get("kind", ""))
            return Decision.Kind(kind).label if staff and kind in Decision.Kind.values else ""
        case "objected":
            return str(data.get("number", ""))
        case _:
            return ""


def _day(value: object) -> str:
    try:
        return datetime.fromisoformat(str(value)).strftime("%d.%m.%Y")
    except ValueError:
        return ""
