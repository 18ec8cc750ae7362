"""The history of a case in words: one table of titles per kind of event, for staff and for the applicant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from stadtkern.casework.cases.models import CaseEvent, Decision
from stadtkern.kernel import clock

# kind: (for staff, for the applicant in German, for the applicant in English)
TITLES: dict[str, tuple[str, str, str]] = {
    "received": (gettext_noop("Eingegangen"), "Ihr Antrag ist eingegangen", "Your application has arrived"),
    "objection_received": (
        gettext_noop("Widerspruch eingegangen"),
        "Ihr Widerspruch ist eingegangen",
        "Your objection has arrived",
    ),
    "taken": (
        gettext_noop("In Bearbeitung genommen"),
        "Wir haben mit der Prüfung begonnen",
        "We have started the review",
    ),
    "assigned": (gettext_noop("Zugewiesen"), "", ""),
    "handed_over": (gettext_noop("An ein anderes Team abgegeben"), "", ""),
    "note": (gettext_noop("Interner Vermerk"), "", ""),
    "check_judged": (gettext_noop("Prüfung beurteilt"), "", ""),
    "colleague_asked": (gettext_noop("Kollegin oder Kollege gefragt"), "", ""),
    "statement_given": (gettext_noop("Stellungnahme abgegeben"), "", ""),
    "applicant_asked": (
        gettext_noop("Unterlagen nachgefordert"),
        "Wir haben Sie um etwas gebeten",
        "We asked you for something",
    ),
    "applicant_answered": (gettext_noop("Antwort eingegangen"), "Sie haben geantwortet", "You answered"),
    "applicant_corrected": (
        gettext_noop("Antrag berichtigt"),
        "Sie haben Ihren Antrag berichtigt",
        "You corrected your application",
    ),
    "message": (gettext_noop("Nachricht"), "Nachricht", "Message"),
    "deadline_paused": (gettext_noop("Frist angehalten"), "Die Frist steht still", "The deadline is paused"),
    "deadline_resumed": (
        gettext_noop("Frist läuft wieder"),
        "Die Frist läuft wieder",
        "The deadline runs again",
    ),
    "task_done": (gettext_noop("Aufgabe erledigt"), "", ""),
    "task_saved": (gettext_noop("Aufgabe zwischengespeichert"), "", ""),
    "moved": (gettext_noop("Ablauf ging weiter"), "", ""),
    "migrated": (gettext_noop("Auf eine neue Fassung des Ablaufs umgestellt"), "", ""),
    "statement_asked": (gettext_noop("Stellungnahme erbeten"), "", ""),
    "statement_received": (gettext_noop("Stellungnahme eingegangen"), "", ""),
    "statement_silent": (gettext_noop("Frist für Stellungnahme abgelaufen"), "", ""),
    "statements_left": (gettext_noop("Ohne weitere Stellungnahmen weiter"), "", ""),
    "statement_cancelled": (gettext_noop("Bitte um Stellungnahme zurückgenommen"), "", ""),
    "paid": (gettext_noop("Gebühr bezahlt"), "Die Gebühr ist bezahlt", "The fee has been paid"),
    "appointment_booked": (
        gettext_noop("Termin gebucht"),
        "Sie haben einen Termin",
        "You have an appointment",
    ),
    "appointment_cancelled": (
        gettext_noop("Termin abgesagt"),
        "Ihr Termin ist abgesagt",
        "Your appointment is cancelled",
    ),
    "decision_proposed": (gettext_noop("Entscheidung vorgeschlagen"), "", ""),
    "decision_sent_back": (gettext_noop("Vorschlag zurückgegeben"), "", ""),
    "decided": (gettext_noop("Bescheid erteilt"), "Die Entscheidung ist da", "The decision has been made"),
    "automatic_declined": (gettext_noop("Nicht automatisch entschieden"), "", ""),
    "written_to": (
        gettext_noop("Automatisch geschrieben"),
        "Wir haben Ihnen geschrieben",
        "We have written to you",
    ),
    "objected": (
        gettext_noop("Widerspruch eingelegt"),
        "Sie haben Widerspruch eingelegt",
        "You filed an objection",
    ),
    "withdrawn": (
        gettext_noop("Zurückgenommen"),
        "Sie haben Ihren Antrag zurückgenommen",
        "You withdrew your application",
    ),
    "closed": (gettext_noop("Abgeschlossen (zdA)"), "Der Vorgang ist abgeschlossen", "The case is closed"),
    "reopened": (
        gettext_noop("Wieder aufgenommen"),
        "Wir haben den Vorgang wieder aufgenommen",
        "We have reopened the case",
    ),
    "held": (gettext_noop("Löschsperre gesetzt"), "", ""),
    "hold_lifted": (gettext_noop("Löschsperre aufgehoben"), "", ""),
    "post_read": (gettext_noop("Postfach gelesen"), "", ""),
}


def register_titles(titles: Mapping[str, tuple[str, str, str]]) -> None:
    """Titles for the kinds of events that a specialised procedure writes (``api.note``)."""
    TITLES.update(titles)


def for_staff(events: Iterable[CaseEvent]) -> list[dict[str, Any]]:
    """All events, newest first, with who and the details that matter."""
    rows = [
        _row(event, _(TITLES[event.kind][0]) if event.kind in TITLES else event.kind, staff=True)
        for event in events
    ]
    return rows[::-1]


def for_applicant(events: Iterable[CaseEvent], language: str) -> list[dict[str, Any]]:
    """The public events, oldest first; the last one is where the case stands."""
    rows = []
    for event in events:
        _staff, german, english = TITLES.get(event.kind, ("", "", ""))
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
            return _("%(text)s (bis %(day)s)") % {
                "text": data.get("text", ""),
                "day": _day(data.get("by_on")),
            }
        case "deadline_paused":
            return f"{data.get('reason', '')} ({data.get('legal_basis', '')})"
        case "deadline_resumed":
            return _("Neue Frist: %(day)s") % {"day": _day(data.get("due_on"))} if data.get("due_on") else ""
        case "handed_over":
            return _("an %(name)s") % {"name": data.get("to", "")}
        case "assigned":
            return _("an %(name)s") % {"name": data["to"]} if data.get("to") else _("zurück an das Team")
        case "task_done" | "task_saved":
            return str(data.get("task", ""))
        case "statement_asked" | "statement_received" | "statement_silent" | "statement_cancelled":
            return str(data.get("party", ""))
        case "colleague_asked":
            return str(data.get("to", ""))
        case "check_judged" | "decision_sent_back" | "reopened" | "withdrawn":
            return str(data.get("reason", ""))
        case "decided" | "decision_proposed":
            kind = str(data.get("kind", ""))
            return _(Decision.Kind(kind).label) if staff and kind in Decision.Kind.values else ""
        case "objected":
            return str(data.get("number", ""))
        case _:
            return ""


def _day(value: object) -> str:
    try:
        return datetime.fromisoformat(str(value)).strftime("%d.%m.%Y")
    except ValueError:
        return ""
