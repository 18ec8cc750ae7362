"""Mails to those who are asked. They name no applicant: who, what and why stands behind the link."""

from __future__ import annotations

from django.urls import reverse

from stadtkern.casework.cases.statements.access import code_of
from stadtkern.casework.cases.statements.models import Statement
from stadtkern.foundation.notifications import api as notifications
from stadtkern.foundation.organizations import api as organizations


def ask(row: Statement) -> None:
    """The request: outside by link, with the code in a mail of its own; inside to the office's address, if it has one."""
    day = row.due_on.strftime("%d.%m.%Y")
    _send(
        row,
        f"Bitte um Stellungnahme bis {day} ({row.case.number})",
        f"Wir bitten Sie um eine Stellungnahme bis zum {day}.\n\n"
        f"Was wir wissen möchten und worum es geht, lesen Sie hier:\n{_link(row)}\n\n{_how(row)}{_silence(row)}",
    )
    if row.is_outside:
        _send(
            row,
            f"Ihr Code für die Stellungnahme ({row.case.number})",
            f"Mit diesem Code öffnen Sie unsere Bitte um Stellungnahme: {code_of(row.pk)}\n\n"
            "Die Adresse dazu steht in einer anderen E-Mail.",
        )


def remind(row: Statement) -> None:
    """The deadline comes near."""
    day = row.due_on.strftime("%d.%m.%Y")
    _send(
        row,
        f"Erinnerung: Stellungnahme bis {day} ({row.case.number})",
        f"Ihre Stellungnahme fehlt uns noch. Sie können sie bis zum {day} abgeben:\n{_link(row)}\n\n{_how(row)}{_silence(row)}",
    )


def extended(row: Statement) -> None:
    """There is more time."""
    day = row.due_on.strftime("%d.%m.%Y")
    _send(
        row,
        f"Neue Frist: Stellungnahme bis {day} ({row.case.number})",
        f"Sie haben jetzt bis zum {day} Zeit:\n{_link(row)}\n\n{_how(row)}",
    )


def _link(row: Statement) -> str:
    name = "cases:statement" if row.is_outside else "desk:asked-statement"
    return organizations.public_address(reverse(name, args=[row.pk]))


def _how(row: Statement) -> str:
    return "Den Code dazu haben Sie in einer eigenen E-Mail bekommen.\n\n" if row.is_outside else ""


def _silence(row: Statement) -> str:
    if row.silence == Statement.Silence.NO_OBJECTION:
        return "Hören wir bis dahin nichts, gehen wir davon aus, dass Sie keine Bedenken haben."
    return "Hören wir bis dahin nichts, entscheiden wir ohne Ihre Stellungnahme."


def _send(row: Statement, subject: str, text: str) -> None:
    to = row.party_email or _office_mail(row)
    if to:
        notifications.send_mail(to=to, subject=subject, text=text, case_id=row.case_id)


def _office_mail(row: Statement) -> str:
    office_id = row.office_id or (row.team.office_id if row.team else None)
    office = organizations.office(id=office_id) if office_id else None
    return office.email if office else ""
