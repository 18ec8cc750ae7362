"""The process of an objection (Widerspruchsverfahren, §§ 68 ff. VwGO): the same for every service."""

from __future__ import annotations

from datetime import date
from typing import Any

from stadtkern.casework.cases.deadlines import due_date
from stadtkern.casework.processes import api as processes


def _state(de: str, en: str, public_de: str, public_en: str, kind: str) -> dict[str, Any]:
    return {"label": {"de": de, "en": en}, "public": {"de": public_de, "en": public_en}, "kind": kind}


PROCESS: dict[str, Any] = {
    "file_plan": "00.30.01",
    "retention_years": 10,
    "deadline": {"amount": 3, "unit": "months", "legal_basis": "§ 75 VwGO"},
    "states": {
        "received": _state(
            "Eingegangen",
            "Received",
            "Ihr Widerspruch ist bei uns eingegangen.",
            "We have received your objection.",
            "open",
        ),
        "in_review": _state(
            "In Prüfung",
            "Under review",
            "Wir prüfen Ihren Widerspruch.",
            "We are reviewing your objection.",
            "open",
        ),
        "waiting_for_applicant": _state(
            "Wartet auf Antwort",
            "Waiting for applicant",
            "Wir brauchen noch etwas von Ihnen.",
            "We need something from you.",
            "waiting",
        ),
        "awaiting_second": _state(
            "Wartet auf zweite Prüfung",
            "Awaiting second review",
            "Eine zweite Person prüft unsere Entscheidung.",
            "A second person is checking our decision.",
            "open",
        ),
        "decided": _state(
            "Entschieden",
            "Decided",
            "Über Ihren Widerspruch ist entschieden.",
            "Your objection has been decided.",
            "closed",
        ),
        "closed": _state(
            "Abgeschlossen", "Closed", "Der Vorgang ist abgeschlossen.", "The case is closed.", "closed"
        ),
        "withdrawn": _state(
            "Zurückgenommen",
            "Withdrawn",
            "Sie haben den Widerspruch zurückgenommen.",
            "You have withdrawn your objection.",
            "closed",
        ),
    },
    "transitions": [
        {"from": "received", "action": "take", "to": "in_review"},
        {"from": "in_review", "action": "ask_applicant", "to": "waiting_for_applicant"},
        {"from": "waiting_for_applicant", "action": "answer", "to": "in_review"},
        {"from": "waiting_for_applicant", "action": "take", "to": "in_review"},
        {"from": "in_review", "action": "propose", "to": "awaiting_second"},
        {"from": "awaiting_second", "action": "release", "to": "decided"},
        {"from": "awaiting_second", "action": "send_back", "to": "in_review"},
        {"from": "decided", "action": "close", "to": "closed"},
        {"from": "decided", "action": "reopen", "to": "in_review"},
        {"from": "received", "action": "withdraw", "to": "withdrawn"},
        {"from": "in_review", "action": "withdraw", "to": "withdrawn"},
        {"from": "waiting_for_applicant", "action": "withdraw", "to": "withdrawn"},
    ],
    "checks": [],
    "fee": {"amount_cents": "0", "label": {"de": "kostenfrei"}, "legal_basis": "", "when": "none"},
    "decision": {
        "kinds": ["grant", "partly", "refuse"],
        "four_eyes": "true",
        "blocks": [
            {
                "id": "costs",
                "kinds": ["grant", "partly", "refuse"],
                "label": {"de": "Kosten"},
                "text": {"de": "Kosten werden für diese Entscheidung nicht erhoben."},
            }
        ],
        "letters": {
            "grant": {
                "de": "Ihrem Widerspruch helfen wir ab\n\nGuten Tag {{antragsteller}},\n\nauf Ihren Widerspruch hin haben wir die Sache noch einmal geprüft. Sie haben recht; wir ändern unseren Bescheid zu Ihren Gunsten."
            },
            "partly": {
                "de": "Ihrem Widerspruch helfen wir zum Teil ab\n\nGuten Tag {{antragsteller}},\n\nauf Ihren Widerspruch hin haben wir die Sache noch einmal geprüft. In einem Teil geben wir Ihnen recht."
            },
            "refuse": {
                "de": "Ihrem Widerspruch können wir nicht abhelfen\n\nGuten Tag {{antragsteller}},\n\nwir haben die Sache noch einmal geprüft und bleiben bei unserer Entscheidung. Wir legen den Widerspruch dem Stadtrechtsausschuss vor, der darüber entscheidet."
            },
        },
        "remedy": {
            "de": "Gegen einen Widerspruchsbescheid kann innerhalb eines Monats nach Zustellung Klage beim Verwaltungsgericht Mainz erhoben werden (§ 74 VwGO)."
        },
    },
    "appointment": None,
    "objection": False,
}


def due_on(process: processes.Process, received_on: date) -> date | None:
    """Three months, after which an action for failure to act is possible (§ 75 VwGO)."""
    return due_date(process, received_on=received_on, pauses=[])
