"""The forms of the small steps on a case: their fields, and the action each of them does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from stadtkern.casework.cases import actions
from stadtkern.casework.cases.models import Case
from stadtkern.casework.processes import api as processes
from stadtkern.foundation.access.api import Actor
from stadtkern.foundation.access.api import colleagues as colleagues_of
from stadtkern.foundation.organizations import api as organizations
from stadtkern.foundation.shell import api as shell
from stadtkern.kernel.errors import InvalidInput

PAUSE_BASIS = "§ 26 Abs. 2 VwVfG (Mitwirkung der Beteiligten)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One control of a step's form; ``kind`` textarea, input, date, select or checkbox."""

    id: str
    kind: str
    label: str
    hint: str = ""
    value: Any = ""
    options: tuple[tuple[str, str], ...] = ()
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step: its headline, its button in the words of the person, its fields, and what it does."""

    title: str
    button: str
    fields: Callable[[Actor, Case, date, Mapping[str, str]], list[Field]]
    run: Callable[[Actor, Case, Mapping[str, str], int | None, datetime], None]
    done: str
    text: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)


def _no_fields(actor: Actor, case: Case, today: date, query: Mapping[str, str]) -> list[Field]:
    return []


def _people(actor: Actor) -> tuple[tuple[str, str], ...]:
    return tuple((str(person.id), person.name) for person in colleagues_of(actor))


def _ask_fields(actor: Actor, case: Case, today: date, query: Mapping[str, str]) -> list[Field]:
    return [
        Field(id="text", kind="textarea", label=_("Was fehlt?"), hint=_("Die Person liest diesen Text. Schreiben Sie, was Sie brauchen und warum.")),
        Field(id="by", kind="date", label=_("Antwort erbeten bis"), value=today + timedelta(days=14)),
        Field(id="pause", kind="checkbox", label=_("Die Frist steht still, bis die Antwort da ist"), value=True, required=False),
        Field(id="basis", kind="input", label=_("Rechtsgrundlage der Unterbrechung"), value=PAUSE_BASIS, required=False),
    ]  # fmt: skip


def _ask(actor: Actor, case: Case, data: Mapping[str, str], revision: int | None, now: datetime) -> None:
    day = shell.read_date(data, "by")
    if not isinstance(day, date):
        raise InvalidInput("Bitte geben Sie an, bis wann Sie eine Antwort brauchen.")
    actions.ask_applicant(
        actor=actor,
        case_id=case.pk,
        text=data.get("text", ""),
        answer_by_on=day,
        pause=bool(data.get("pause")),
        legal_basis=data.get("basis", "") or PAUSE_BASIS,
        revision=revision,
        now=now,
    )


def _assign_fields(actor: Actor, case: Case, today: date, query: Mapping[str, str]) -> list[Field]:
    options = (("", _("Niemandem, zurück an das Team")), *_people(actor))
    value = str(case.assignee_id or "")
    return [Field(id="person", kind="select", label=_("Wem?"), options=options, value=value, required=False)]


def _assign(actor: Actor, case: Case, data: Mapping[str, str], revision: int | None, now: datetime) -> None:
    person = _person(actor, data) if data.get("person") else None
    actions.assign(actor=actor, case_id=case.pk, account_id=person, revision=revision, now=now)


def _person(actor: Actor, data: Mapping[str, str]) -> UUID:
    """The chosen colleague; raises ``InvalidInput`` for anybody who is not one."""
    chosen = data.get("person", "")
    if chosen not in {value for value, _name in _people(actor)}:
        raise InvalidInput("Bitte wählen Sie eine Person aus der Liste.")
    return UUID(chosen)


def _team_fields(actor: Actor, case: Case, today: date, query: Mapping[str, str]) -> list[Field]:
    offices = {office.id: office.name for office in organizations.offices()}
    teams = [
        (str(team.id), f"{offices.get(team.office_id, '')}: {team.name}") for team in organizations.teams()
    ]
    return [
        Field(
            id="team",
            kind="select",
            label=_("Welches Team?"),
            options=tuple(sorted(teams, key=lambda t: t[1])),
            value=str(case.team_id),
        )
    ]


def _hand_over(
    actor: Actor, case: Case, data: Mapping[str, str], revision: int | None, now: datetime
) -> None:
    try:
        team_id = UUID(data.get("team", ""))
    except ValueError as error:
        raise InvalidInput("Bitte wählen Sie ein Team aus der Liste.") from error
    actions.hand_over(actor=actor, case_id=case.pk, team_id=team_id, revision=revision, now=now)


def _involve_fields(actor: Actor, case: Case, today: date, query: Mapping[str, str]) -> list[Field]:
    return [
        Field(id="person", kind="select", label=_("Wen möchten Sie fragen?"), options=_people(actor)),
        Field(
            id="text",
            kind="textarea",
            label=_("Ihre Frage"),
            hint=_("Die Person sieht diesen Vorgang, sonst keinen."),
        ),
    ]


def _involve(actor: Actor, case: Case, data: Mapping[str, str], revision: int | None, now: datetime) -> None:
    actions.ask_colleague(
        actor=actor, case_id=case.pk, account_id=_person(actor, data), question=data.get("text", ""), now=now
    )


def _text_fields(label: str, hint: str = "") -> Callable[[Actor, Case, date, Mapping[str, str]], list[Field]]:
    def fields(actor: Actor, case: Case, today: date, query: Mapping[str, str]) -> list[Field]:
        return [Field(id="text", kind="textarea", label=_(label), hint=_(hint) if hint else "")]

    return fields


def _statement(
    actor: Actor, case: Case, data: Mapping[str, str], revision: int | None, now: datetime
) -> None:
    actions.give_statement(actor=actor, case_id=case.pk, text=data.get("text", ""), now=now)


def _message(actor: Actor, case: Case, data: Mapping[str, str], revision: int | None, now: datetime) -> None:
    actions.send_message(actor=actor, case_id=case.pk, text=data.get("text", ""), now=now)


def _note(actor: Actor, case: Case, data: Mapping[str, str], revision: int | None, now: datetime) -> None:
    actions.add_note(actor=actor, case_id=case.pk, text=data.get("text", ""), now=now)


def _pause_fields(actor: Actor, case: Case, today: date, query: Mapping[str, str]) -> list[Field]:
    return [
        Field(
            id="reason",
            kind="input",
            label=_("Grund"),
            hint=_("Zum Beispiel: Stellungnahme einer anderen Behörde"),
        ),
        Field(id="basis", kind="input", label=_("Rechtsgrundlage"), value=PAUSE_BASIS),
    ]


def _pause(actor: Actor, case: Case, data: Mapping[str, str], revision: int | None, now: datetime) -> None:
    actions.pause_deadline(
        actor=actor,
        case_id=case.pk,
        reason=data.get("reason", ""),
        legal_basis=data.get("basis", ""),
        revision=revision,
        now=now,
    )


def _resume(actor: Actor, case: Case, data: Mapping[str, str], revision: int | None, now: datetime) -> None:
    actions.resume_deadline(actor=actor, case_id=case.pk, revision=revision, now=now)


def _check_fields(actor: Actor, case: Case, today: date, query: Mapping[str, str]) -> list[Field]:
    procedure = processes.procedure(case.process_version_id)
    options = tuple((check.id, check.label(get_language() or "de")) for check in procedure.texts.checks)
    return [
        Field(id="check", kind="select", label=_("Prüfung"), options=options, value=query.get("check", "")),
        Field(
            id="ok",
            kind="select",
            label=_("Ihr Urteil"),
            options=(("1", _("in Ordnung")), ("0", _("nicht in Ordnung"))),
        ),
        Field(id="reason", kind="textarea", label=_("Begründung"), hint=_("Sie steht in der Akte.")),
    ]


def _judge(actor: Actor, case: Case, data: Mapping[str, str], revision: int | None, now: datetime) -> None:
    actions.judge_check(
        actor=actor,
        case_id=case.pk,
        check_id=data.get("check", ""),
        ok=data.get("ok") == "1",
        reason=data.get("reason", ""),
        revision=revision,
        now=now,
    )


def _close(actor: Actor, case: Case, data: Mapping[str, str], revision: int | None, now: datetime) -> None:
    actions.close_case(actor=actor, case_id=case.pk, revision=revision, now=now)


def _reopen(actor: Actor, case: Case, data: Mapping[str, str], revision: int | None, now: datetime) -> None:
    actions.reopen_case(actor=actor, case_id=case.pk, reason=data.get("text", ""), revision=revision, now=now)


def _paid_fields(actor: Actor, case: Case, today: date, query: Mapping[str, str]) -> list[Field]:
    from stadtkern.casework.payments import api as payments

    options = tuple(
        (str(charge.id), f"{charge.reference}, {charge.amount_cents / 100:.2f} €".replace(".", ","))
        for charge in payments.charges_of(case.pk)
        if charge.is_open
    )
    return [Field(id="charge", kind="select", label=_("Welche Gebühr ist bezahlt?"), options=options)]


def _paid(actor: Actor, case: Case, data: Mapping[str, str], revision: int | None, now: datetime) -> None:
    try:
        charge_id = UUID(data.get("charge", ""))
    except ValueError as error:
        raise InvalidInput("Bitte wählen Sie eine Gebühr.") from error
    actions.settle_payment(actor=actor, charge_id=charge_id, case_id=case.pk, now=now)


def _hold(actor: Actor, case: Case, data: Mapping[str, str], revision: int | None, now: datetime) -> None:
    actions.hold(actor=actor, case_id=case.pk, reason=data.get("text", ""), revision=revision, now=now)


def _lift_hold(
    actor: Actor, case: Case, data: Mapping[str, str], revision: int | None, now: datetime
) -> None:
    actions.lift_hold(actor=actor, case_id=case.pk, revision=revision, now=now)


STEPS: dict[str, Step] = {
    "nachfordern": Step(title=gettext_noop("Was fehlt noch?"), button=gettext_noop("Unterlage nachfordern"), fields=_ask_fields, run=_ask, done=gettext_noop("Die Nachforderung ist im Postfach der Person.")),
    "zuweisen": Step(title=gettext_noop("Wem soll der Vorgang gehören?"), button=gettext_noop("Zuweisen"), fields=_assign_fields, run=_assign, done=gettext_noop("Zugewiesen.")),
    "abgeben": Step(title=gettext_noop("An welches Team geben Sie den Vorgang ab?"), button=gettext_noop("Abgeben"), fields=_team_fields, run=_hand_over, done=gettext_noop("Der Vorgang ist abgegeben.")),
    "beteiligen": Step(title=gettext_noop("Wen möchten Sie fragen?"), button=gettext_noop("Frage stellen"), fields=_involve_fields, run=_involve, done=gettext_noop("Die Frage ist gestellt.")),
    "stellungnahme": Step(title=gettext_noop("Ihre Stellungnahme"), button=gettext_noop("Stellungnahme abgeben"), fields=_text_fields(gettext_noop("Stellungnahme")), run=_statement, done=gettext_noop("Ihre Stellungnahme ist beim Vorgang.")),
    "nachricht": Step(title=gettext_noop("Nachricht an die antragstellende Person"), button=gettext_noop("Nachricht senden"), fields=_text_fields(gettext_noop("Nachricht"), gettext_noop("Sie liegt danach im Postfach der Person.")), run=_message, done=gettext_noop("Die Nachricht ist im Postfach.")),
    "vermerk": Step(title=gettext_noop("Interner Vermerk"), button=gettext_noop("Vermerk speichern"), fields=_text_fields(gettext_noop("Vermerk"), gettext_noop("Nur Beschäftigte lesen ihn. Bei Akteneinsicht gehört er zur Akte.")), run=_note, done=gettext_noop("Der Vermerk ist gespeichert.")),
    "frist-anhalten": Step(title=gettext_noop("Warum steht die Frist still?"), button=gettext_noop("Frist anhalten"), fields=_pause_fields, run=_pause, done=gettext_noop("Die Frist steht still.")),
    "frist-fortsetzen": Step(title=gettext_noop("Frist fortsetzen"), text=gettext_noop("Die Tage, an denen die Frist stillstand, zählen nicht mit. Das neue Fristende wird berechnet."), button=gettext_noop("Frist fortsetzen"), fields=_no_fields, run=_resume, done=gettext_noop("Die Frist läuft wieder.")),
    "pruefung": Step(title=gettext_noop("Prüfung selbst beurteilen"), button=gettext_noop("Urteil speichern"), fields=_check_fields, run=_judge, done=gettext_noop("Ihr Urteil ist gespeichert.")),
    "bezahlt": Step(title=gettext_noop("Zahlungseingang eintragen"), button=gettext_noop("Als bezahlt eintragen"), fields=_paid_fields, run=_paid, done=gettext_noop("Die Gebühr ist als bezahlt eingetragen.")),
    "abschliessen": Step(title=gettext_noop("Vorgang abschließen"), text=gettext_noop("Die Akte wird geschlossen (zdA). Danach kann nichts mehr hinzugefügt werden."), button=gettext_noop("Abschließen"), fields=_no_fields, run=_close, done=gettext_noop("Der Vorgang ist abgeschlossen.")),
    "wiederaufnehmen": Step(title=gettext_noop("Warum nehmen Sie den Vorgang wieder auf?"), button=gettext_noop("Wieder aufnehmen"), fields=_text_fields(gettext_noop("Begründung"), gettext_noop("Zum Beispiel: Rücknahme nach § 48 VwVfG")), run=_reopen, done=gettext_noop("Der Vorgang ist wieder in Prüfung.")),
    "loeschsperre": Step(title=gettext_noop("Warum darf der Vorgang nicht gelöscht werden?"), button=gettext_noop("Löschsperre setzen"), fields=_text_fields(gettext_noop("Begründung"), gettext_noop("Zum Beispiel: Klage beim Verwaltungsgericht. Der Vorgang bleibt, bis jemand die Sperre aufhebt.")), run=_hold, done=gettext_noop("Der Vorgang wird nicht gelöscht.")),
    "loeschsperre-aufheben": Step(title=gettext_noop("Löschsperre aufheben"), text=gettext_noop("Der Vorgang wird gelöscht, sobald seine Aufbewahrungsfrist zu Ende ist."), button=gettext_noop("Sperre aufheben"), fields=_no_fields, run=_lift_hold, done=gettext_noop("Die Löschsperre ist aufgehoben.")),
}  # fmt: skip
