"""Statements for staff: those of a case, those asked of one's own office, and the directory of outside bodies."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from stadtkern.casework.cases import downloads, policies, queries
from stadtkern.casework.cases.actions.common import subject_of
from stadtkern.casework.cases.desk.steps import _revision
from stadtkern.casework.cases.errors import CaseChanged
from stadtkern.casework.cases.models import Case
from stadtkern.casework.cases.statements import access, actions, showing
from stadtkern.casework.cases.statements.models import Contact, Statement
from stadtkern.casework.processes import api as processes
from stadtkern.foundation.access.api import staff
from stadtkern.foundation.audit import api as audit
from stadtkern.foundation.files import api as files
from stadtkern.foundation.organizations import api as organizations
from stadtkern.foundation.shell import api as shell
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError, InvalidInput

DAYS = 14


@staff()
def of_case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The tab „Stellungnahmen“ of a case: who was asked, who has answered, what silence means."""
    actor = request.actor  # type: ignore[attr-defined]
    case = policies.find(actor, case_id)
    if request.method == "POST":
        actions.stop_waiting(actor=actor, case_id=case.pk, now=clock.now())
        messages.success(request, _("Der Ablauf wartet nicht länger auf Stellungnahmen."))
        return redirect("desk:case", case_id=case.pk)
    rows = list(Statement.objects.filter(case=case).order_by("asked_at", "id")[:200])
    audit.record(actor=actor, action="cases.read", obj=("case", case.pk), now=clock.now())
    context = {
        "case": case,
        "tab": "stellungnahmen",
        "state": queries.state_label(case, request.LANGUAGE_CODE),
        "rows": [showing.line(row) for row in rows],
        "waits": "go_on" in processes.allowed(subject_of(case)),
        "open": sum(1 for row in rows if row.status == Statement.Status.OPEN),
        "objections": sum(1 for row in rows if row.verdict == Statement.Verdict.OBJECT),
        "may_ask": case.state_kind != "closed" and policies.in_work_of(actor).filter(pk=case.pk).exists(),
        "breadcrumb": _trail(case, _("Stellungnahmen")),
    }
    return render(request, "cases/statements/of_case.html", context)


@staff()
def ask(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Ask offices, teams and outside bodies at once."""
    actor = request.actor  # type: ignore[attr-defined]
    case = policies.find_for_work(actor, case_id)
    if request.method != "POST":
        return _ask_page(request, case, request.GET, None)
    try:
        parties, inquiry = _read_parties(request.POST), _read_inquiry(request.POST)
        actions.consult(
            actor=actor, case_id=case.pk, parties=parties, inquiry=inquiry, revision=_revision(request), now=clock.now()
        )  # fmt: skip
    except DomainError as error:
        return _ask_page(request, policies.find(actor, case_id), request.POST, error)
    messages.success(request, _("Die Bitte um Stellungnahme geht hinaus."))
    return redirect("desk:statements", case_id=case.pk)


def _read_parties(data: Any) -> list[actions.Party]:
    found = [actions.contact_party(slug) for slug in data.getlist("contacts")[:50]]
    try:
        found += [actions.office_party(UUID(key)) for key in data.getlist("offices")[:50]]
    except ValueError as error:
        raise InvalidInput("Dieses Amt gibt es nicht.") from error
    name, email = data.get("name", "").strip(), data.get("email", "").strip()
    if name or email:
        if not name or "@" not in email:
            raise InvalidInput(
                "Bitte nennen Sie Name und E-Mail-Adresse der anderen Stelle.",
                message_en="Please give name and e-mail of the other body.",
                extra={"field": "email"},
            )
        found.append(actions.Party(name=name, email=email))
    return found


def _read_inquiry(data: Any) -> actions.Inquiry:
    due = shell.read_date(data, "due")
    if not isinstance(due, date):
        raise InvalidInput(
            "Bitte geben Sie eine Frist an.", message_en="Please give a deadline.", extra={"field": "due"}
        )
    try:
        file_ids = tuple(UUID(key) for key in data.getlist("files")[:100])
    except ValueError as error:
        raise InvalidInput("Dieses Dokument gibt es nicht.") from error
    return actions.Inquiry(
        question=data.get("question", ""),
        due_on=due,
        silence=data.get("silence", ""),
        file_ids=file_ids,
        groups=tuple(data.getlist("groups")[:100]),
    )


def _ask_page(request: HttpRequest, case: Case, data: Any, error: DomainError | None) -> HttpResponse:
    posted = request.method == "POST"
    due = shell.read_date(data, "due") if posted else clock.today() + timedelta(days=DAYS)
    context = {
        "case": case,
        "contacts": [(row.slug, row.name) for row in Contact.objects.filter(active=True).order_by("name")[:200]],
        "offices": [(str(office.id), office.label(request.LANGUAGE_CODE)) for office in organizations.offices()],
        "documents": [
            (str(info.id), info.name) for info in files.infos(sorted(downloads.all_files(case)))
        ],
        "groups": [(name, name) for name in actions.group_names(case)],
        "silences": [(value, _(label)) for value, label in Statement.Silence.choices],
        "chosen": {key: data.getlist(key) for key in ("contacts", "offices", "files", "groups")},
        "question": data.get("question", ""),
        "name": data.get("name", ""),
        "email": data.get("email", ""),
        "silence": data.get("silence", Statement.Silence.NO_OBJECTION),
        "due": due,
        "errors": [(str(error.extra.get("field", "question")), error.text(request.LANGUAGE_CODE))] if error else [],
        "conflict": isinstance(error, CaseChanged),
        "breadcrumb": _trail(case, _("Stellungnahme erbitten")),
    }  # fmt: skip
    return render(request, "cases/statements/ask.html", context, status=error.status if error else 200)


@staff()
def one_of_case(request: HttpRequest, statement_id: UUID) -> HttpResponse:
    """One request on a case: read the answer, remind, give more time, take it back."""
    actor = request.actor  # type: ignore[attr-defined]
    row = access.find_of_case(actor, statement_id)
    error: DomainError | None = None
    if request.method == "POST":
        try:
            messages.success(request, _do(request.POST, actor, row))
            return redirect("desk:statement", statement_id=row.pk)
        except DomainError as caught:
            error = caught
    else:
        audit.record(actor=actor, action="statements.read", obj=("statement", row.pk), now=clock.now())
    read = [
        entry for entry in audit.readers_of([("statement", row.pk)], limit=50) if entry.actor_kind == "guest"
    ]
    context = {
        "case": row.case,
        "row": row,
        "line": showing.line(row),
        "files": showing.files_of(row, row.answer_file_ids, "desk:statement-file"),
        "shown": showing.files_of(row, row.file_ids, "desk:statement-file"),
        "reads": len(read),
        "may_work": policies.in_work_of(actor).filter(pk=row.case_id).exists(),
        "code": access.code_of(row.pk) if "code" in request.GET and row.is_outside else "",
        "link": request.build_absolute_uri(reverse("cases:statement", args=[row.pk])),
        "errors": [("due", error.text(request.LANGUAGE_CODE))] if error else [],
        "breadcrumb": [
            *_trail(row.case, "")[:2],
            (_("Stellungnahmen"), reverse("desk:statements", args=[row.case_id])),
            (row.party_name, ""),
        ],
    }  # fmt: skip
    return render(request, "cases/statements/one.html", context, status=error.status if error else 200)


def _do(data: Mapping[str, str], actor: Any, row: Statement) -> str:
    now = clock.now()
    if "erinnern" in data:
        actions.remind(actor=actor, statement_id=row.pk, now=now)
        return _("Die Erinnerung geht hinaus.")
    if "zuruecknehmen" in data:
        actions.cancel(actor=actor, statement_id=row.pk, now=now)
        return _("Die Bitte um Stellungnahme ist zurückgenommen.")
    due = shell.read_date(data, "due")
    if not isinstance(due, date):
        raise InvalidInput("Bitte geben Sie eine Frist an.", message_en="Please give a deadline.")
    actions.extend(actor=actor, statement_id=row.pk, due_on=due, now=now)
    return _("Die neue Frist gilt.")


@staff()
def asked(request: HttpRequest) -> HttpResponse:
    """What other offices ask of mine, the earliest due first."""
    actor = request.actor  # type: ignore[attr-defined]
    rows = access.asked_of(actor).order_by("due_on", "id")
    waiting = rows.filter(status=Statement.Status.OPEN)
    context = {
        "rows": [showing.line(row) for row in waiting[:200]],
        "done": [showing.line(row) for row in rows.exclude(status=Statement.Status.OPEN).order_by("-asked_at", "-id")[:50]],
        "breadcrumb": [(_("Stellungnahmen"), "")],
    }  # fmt: skip
    return render(request, "cases/statements/asked.html", context)


@staff()
def one_asked(request: HttpRequest, statement_id: UUID) -> HttpResponse:
    """One request to my office: what was released, and the form of the answer."""
    actor = request.actor  # type: ignore[attr-defined]
    row = access.find_asked(actor, statement_id)
    return showing.answer_page(
        request,
        row,
        actor=actor,
        by_name=actor.name,
        template="cases/statements/asked_one.html",
        file_url="desk:asked-statement-file",
        back=reverse("desk:asked-statements"),
        breadcrumb=[(_("Stellungnahmen"), reverse("desk:asked-statements")), (row.case.number, "")],
    )


@staff()
def asked_file(request: HttpRequest, statement_id: UUID, file_id: UUID) -> HttpResponseBase:
    """A document that was released to my office."""
    actor = request.actor  # type: ignore[attr-defined]
    return showing.released_file(access.find_asked(actor, statement_id), file_id, actor=actor)


@staff()
def case_file(request: HttpRequest, statement_id: UUID, file_id: UUID) -> HttpResponseBase:
    """A document of a statement, for those who see the case."""
    actor = request.actor  # type: ignore[attr-defined]
    return showing.released_file(access.find_of_case(actor, statement_id), file_id, actor=actor)


def _trail(case: Case, last: str) -> list[tuple[str, str]]:
    return [
        (_("Vorgänge"), reverse("desk:list")),
        (case.number, reverse("desk:case", args=[case.pk])),
        (last, ""),
    ]
