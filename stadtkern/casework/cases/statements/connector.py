"""``case.request_statement``: a process asks one party; the answer comes as the message ``statement`` with the statement's id.

``party`` is the short name of an outside body of the directory, or a context as ``actions.as_context`` makes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from stadtkern.casework.cases.models import Case
from stadtkern.casework.processes import api as processes
from stadtkern.foundation.access.api import system
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel import clock
from stadtkern.kernel.errors import InvalidInput

NAME = "case.request_statement"
DAYS = 14
QUESTION = "Bitte nehmen Sie zu diesem Vorgang Stellung."


def register() -> None:
    """Make the connector known to processes."""
    processes.register_builtin(NAME, run)


def run(call: processes.Call) -> Mapping[str, Any]:
    """Ask the party (once per call). Raises ``ConnectorError`` when nobody can be reached under that name."""
    from stadtkern.casework.cases.statements import actions

    case = Case.objects.filter(pk=call.subject_id).first() if call.subject_kind == "case" else None
    if case is None:
        raise processes.ConnectorError("Zu diesem Ablauf gibt es keinen Vorgang.", final=True)
    now = call.now or clock.now()
    given = call.data.get("party")
    try:
        party = _party(given)
    except InvalidInput as error:
        raise processes.ConnectorError(error.message, code="party-unknown", final=True) from error
    inquiry, asked_by = _inquiry(
        given if isinstance(given, Mapping) else {}, call.data, clock.local(now).date()
    )
    row = actions.request_statement(
        actor=system(tenancy.current_id()),
        case=case,
        party=party,
        inquiry=inquiry,
        asked_by=asked_by,
        key=call.key,
        now=now,
    )
    return {"id": str(row), "party": party.name}


def _party(given: object) -> Any:
    from stadtkern.casework.cases.statements import actions

    if isinstance(given, str):
        return actions.contact_party(given)
    if not isinstance(given, Mapping):
        raise InvalidInput("Wer gefragt werden soll, ist nicht angegeben.")
    if given.get("office"):
        return actions.office_party(UUID(str(given["office"])))
    if given.get("team"):
        return actions.team_party(UUID(str(given["team"])))
    if given.get("contact"):
        return actions.contact_party(str(given["contact"]))
    if given.get("name") and given.get("email"):
        return actions.Party(name=str(given["name"]), email=str(given["email"]))
    raise InvalidInput("Wer gefragt werden soll, hat weder Amt noch E-Mail-Adresse.")


def _inquiry(
    given: Mapping[str, Any], data: Mapping[str, Any], today: date
) -> tuple[Any, tuple[UUID | None, str]]:
    from stadtkern.casework.cases.statements import actions
    from stadtkern.casework.cases.statements.models import Statement

    due = given.get("due_on")
    days = data.get("days")
    if not isinstance(due, date):
        due = today + timedelta(days=int(days) if isinstance(days, int | Decimal) else DAYS)
    silence = str(given.get("silence") or data.get("silence") or Statement.Silence.NO_OBJECTION)
    inquiry = actions.Inquiry(
        question=str(given.get("question") or data.get("question") or QUESTION),
        due_on=due,
        silence=silence if silence in Statement.Silence.values else Statement.Silence.NO_OBJECTION,
        file_ids=tuple(UUID(str(key)) for key in given.get("files") or ()),
        groups=tuple(str(name) for name in given.get("groups") or ()),
    )
    by = str(given.get("asked_by") or "")
    return inquiry, (UUID(by) if by else None, str(given.get("asked_by_name") or "Stadtkern"))
