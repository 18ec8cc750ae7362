"""The letters of a case: what fills their placeholders, and the tagged PDF."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from stadtkern.casework.cases.models import Case, Decision
from stadtkern.casework.processes import api as processes
from stadtkern.foundation.documents import api as documents
from stadtkern.foundation.organizations import api as organizations
from stadtkern.kernel import clock

AUTOMATIC = (
    "Dieser Bescheid ist automatisch erlassen worden (§ 35a des Verwaltungsverfahrensgesetzes). Er kommt ohne Unterschrift "
    "aus (§ 37 Absatz 5 des Verwaltungsverfahrensgesetzes). Wenn Sie möchten, dass ein Mensch ihn prüft, antworten Sie auf "
    "dieses Schreiben."
)


def context(case: Case, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of the application plus what every letter may name: Amt, Aktenzeichen, dates."""
    office = organizations.office(id=case.office_id) if case.office_id else None
    return {
        **facts,
        "antragsteller": case.applicant_name,
        "aktenzeichen": case.number,
        "leistung": case.service_title,
        "eingangsdatum": clock.local(case.received_at).date(),
        "kommune": organizations.current().name,
        "amt": office.name if office else "",
        "amt_anschrift": ", ".join(office.address.splitlines()) if office else "",
        "termin": clock.local(case.appointment_at) if case.appointment_at else None,
    }


def draft_text(
    case: Case, procedure: processes.Procedure, kind: str, facts: Mapping[str, Any]
) -> tuple[str, list[str]]:
    """The text of a decision with its placeholders filled, and the names that had no value."""
    return processes.fill_text(procedure.texts.letters.get(kind, ""), context(case, facts))


def decision_pdf(case: Case, decision: Decision, *, now: datetime) -> bytes:
    """The decision as a letter with legal remedy notice."""
    heading, _, body = decision.text.partition("\n\n")
    reason = f"\n\n{decision.reason}" if decision.reason else ""
    automatic = f"\n\n{AUTOMATIC}" if decision.automatic else ""
    return letter_pdf(
        case, heading=heading, body=f"{body}{reason}{automatic}", remedy=decision.remedy, now=now
    )


def letter_pdf(case: Case, *, heading: str, body: str, now: datetime, remedy: str = "") -> bytes:
    """A tagged PDF in letter layout (DIN 5008) to the applicant; ``body`` has its placeholders filled."""
    office = organizations.office(id=case.office_id) if case.office_id else None
    return documents.render_pdf(
        "letter",
        {
            "office": {
                "name": office.name if office else "",
                "address": office.address if office else "",
                "phone": office.phone if office else "",
                "email": office.email if office else "",
            },
            "recipient": f"{case.applicant_name}\n{case.applicant_address}",
            "reference": case.number,
            "date": clock.local(now).strftime("%d.%m.%Y"),
            "subject": heading,
            "body": body,
            "remedy": remedy,
        },
        title=f"{heading} {case.number}",
        language="de",
    )
