"""The work list and the screen of one case."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from stadtkern.casework.cases import downloads, pages, policies, queries, tasks, timeline, worklist
from stadtkern.casework.cases.desk.screen import build_screen
from stadtkern.casework.cases.models import Case
from stadtkern.casework.forms import api as forms
from stadtkern.foundation.access.api import Role, staff
from stadtkern.foundation.audit import api as audit
from stadtkern.foundation.shell import api as shell
from stadtkern.kernel import clock

READERS = (Role.CASEWORKER, Role.TEAM_LEAD, Role.AUDITOR)
LIGHT_KINDS = {"red": "danger", "yellow": "warning", "green": "success", "none": "neutral"}


@staff()
def work_list(request: HttpRequest) -> HttpResponse:
    """What is to be done: filters, sorting, traffic light with reason."""
    actor = request.actor  # type: ignore[attr-defined]
    today = clock.today()
    filters = worklist.read_filters(request.GET)
    page = pages.page_of(actor, filters, today, request.GET)
    open_tasks = tasks.of_list(page.cases)
    context = {
        "rows": [{**_row(case, today), "tasks": _tasks(open_tasks.get(case.pk, []))} for case in page.cases],
        "page": page,
        "query": _without_page(request),
        "filters": filters,
        "scopes": [(key, _(label)) for key, label in worklist.SCOPES.items()],
        "services": queries.services_in_work(actor),
        "states": [
            ("offen", _("in Arbeit oder wartend")),
            ("wartet", _("wartet auf Antwort")),
            ("erledigt", _("abgeschlossen")),
            ("alle", _("alle")),
        ],
        "due_options": [("rot", _("heute oder überfällig")), ("gelb", _("in drei Tagen oder früher"))],
        "counts": queries.headline_counts(actor, today),
        "is_caseworker": actor.has(*READERS),
    }
    return render(request, "cases/desk/list.html", context)


def _without_page(request: HttpRequest) -> str:
    """The filters as the beginning of a query string."""
    query = request.GET.copy()
    for name in ("seite", "nach"):
        query.pop(name, None)
    return f"?{query.urlencode()}&" if query else "?"


def _row(case: Case, today: Any) -> dict[str, Any]:
    light = worklist.light_of(case, today)
    return {
        "case": case,
        "light": LIGHT_KINDS[light.light],
        "reason": light.reason_en if get_language() == "en" else light.reason,
        "state": queries.state_label(case, get_language() or "de"),
        "received_on": clock.local(case.received_at).date(),
        "assignee": getattr(case, "assignee_name", "") or "",
    }


def _tasks(found: list[Any]) -> list[dict[str, Any]]:
    """What is open in a case, as the list shows it: the task, for whom, until when."""
    return [
        {
            "name": task.name,
            "role": "" if task.role in ("", "caseworker") else tasks.role_name(task.role),
            "due_at": clock.local(task.due_at) if task.due_at and tasks.is_generic(task) else None,
        }
        for task in found[:3]
    ]


@staff(*READERS)
def work_list_csv(request: HttpRequest) -> HttpResponse:
    """The filtered list as a spreadsheet (at most 10,000 rows)."""
    actor = request.actor  # type: ignore[attr-defined]
    today = clock.today()
    found = worklist.cases_for(actor, worklist.read_filters(request.GET), today)[:10_000]
    head = [
        _("Aktenzeichen"),
        _("Leistung"),
        _("Name"),
        _("Eingang"),
        _("Frist"),
        _("Hinweis"),
        _("Stand"),
        _("Zuständig"),
    ]
    rows = [
        [
            row["case"].number,
            row["case"].service_title,
            row["case"].applicant_name,
            row["received_on"].isoformat(),
            row["case"].due_on or "",
            row["reason"],
            row["state"],
            row["assignee"],
        ]
        for row in (_row(case, today) for case in found)
    ]
    return shell.csv_response("vorgaenge.csv", head, rows)


@staff()
def case_page(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One screen: application left, checks and history middle, next legal steps right."""
    actor = request.actor  # type: ignore[attr-defined]
    case = policies.find(actor, case_id)
    audit.record(actor=actor, action="cases.read", obj=("case", case.pk), now=clock.now())
    return render(
        request, "cases/desk/case.html", build_screen(actor, case, clock.today(), request.LANGUAGE_CODE)
    )


@staff()
def case_print(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Application and history on paper."""
    actor = request.actor  # type: ignore[attr-defined]
    case = policies.find(actor, case_id)
    audit.record(actor=actor, action="cases.read", obj=("case", case.pk), now=clock.now())
    context = {
        "case": case,
        "answers": queries.answers_of(case, request.LANGUAGE_CODE, file_url="desk:file"),
        "history": timeline.for_staff(case.events.order_by("at", "id")),
    }
    return render(request, "cases/desk/print.html", context)


@staff()
def differences(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """What the applicant changed between the versions of the application."""
    actor = request.actor  # type: ignore[attr-defined]
    case = policies.find(actor, case_id)
    changes = forms.differences(case.root_submission_id, case.submission_id)
    breadcrumb = [
        (_("Vorgänge"), reverse("desk:list")),
        (case.number, reverse("desk:case", args=[case.pk])),
        (_("Änderungen"), ""),
    ]
    return render(
        request, "cases/desk/differences.html", {"case": case, "changes": changes, "breadcrumb": breadcrumb}
    )


@staff()
def file(request: HttpRequest, case_id: UUID, file_id: UUID) -> HttpResponse:
    """A document of the case."""
    actor = request.actor  # type: ignore[attr-defined]
    case = policies.find(actor, case_id)
    return downloads.file_of(case, file_id, public=False)


@staff()
def preview(request: HttpRequest, case_id: UUID, file_id: UUID, page: int) -> HttpResponse:
    """A picture of one page of a document."""
    actor = request.actor  # type: ignore[attr-defined]
    case = policies.find(actor, case_id)
    return downloads.preview_of(case, file_id, page)
