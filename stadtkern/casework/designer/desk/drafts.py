"""The list of procedures and drafts, a new draft, and the overview of one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stadtkern.casework.designer import actions, contents, policies, queries, standards
from stadtkern.casework.designer.desk.common import (
    STATE_KINDS,
    actor_of,
    crumbs,
    find,
    gate,
    is_editable,
    revision_of,
    state_label,
    trouble_rows,
)
from stadtkern.casework.designer.models import ProcedureDraft
from stadtkern.casework.processes.packages.model import DECISIONS, TESTS
from stadtkern.casework.services import api as services
from stadtkern.foundation.organizations import api as organizations
from stadtkern.foundation.shell import api as shell
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError

ORIGINS = ("standard", "standard_four_eyes", "service")


@gate
@require_safe
def draft_list(request: HttpRequest) -> HttpResponse:
    """All procedures of the municipality with their state, and the drafts in work."""
    actor = actor_of(request)
    found = queries.lines(actor)
    rows = [_row(line) for line in found]
    table = shell.Table(
        caption=_("Verfahren"),
        caption_hidden=True,
        columns=[
            shell.Column(label=label) for label in (_("Verfahren"), _("Öffentlich"), _("Entwurf"), _("Eigene Werte"))
        ],
        rows=rows,
    )  # fmt: skip
    waiting = [
        line.draft for line in found if line.draft and line.draft.state == ProcedureDraft.State.SUBMITTED
    ]
    context = {
        "table": table,
        "total": len(rows),
        "review": [row for row in waiting if policies.may_review(actor, row)],
    }
    return render(request, "designer/list.html", context)


def _row(line: queries.Line) -> shell.Row:
    draft, service = line.draft, line.service
    if draft is not None:
        title = shell.Cell(
            text=line.title, href=reverse("designer:overview", args=[draft.pk]), note=line.slug
        )
        changed = date_format(timezone.localtime(draft.changed_at), "SHORT_DATE_FORMAT")
        state = shell.Cell(text=state_label(draft.state), kind=STATE_KINDS[draft.state], note=changed)
    else:
        address = f"{reverse('designer:new')}?leistung={line.slug}"
        title = shell.Cell(text=line.title, href=address, note=line.slug)
        state = shell.Cell(text="–")
    public = (
        _("Fassung %(number)s") % {"number": service.number}
        if service and service.state == "published"
        else "–"
    )
    has_own = bool(service and service.process)
    own = (
        shell.Cell(text=_("Werte dieser Kommune"), href=reverse("designer:own-values", args=[line.slug]))
        if has_own
        else shell.Cell(text="–")
    )
    return shell.Row(cells=[title, shell.Cell(text=public), state, own], key=line.slug)  # fmt: skip


@gate
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """From the standard procedure, or from an installed one."""
    known = services.installed_services()
    sent = request.POST if request.method == "POST" else request.GET
    values = {
        name: sent.get(name, "").strip()
        for name in ("origin", "service", "slug", "title", "title_en", "office")
    }
    if asked := request.GET.get("leistung", ""):
        has = next((each for each in known if each.slug == asked and each.process), None)
        values |= {"service": asked, "origin": "service" if has else "standard"}
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        made = _create(request, values, errors)
        if made is not None:
            messages.success(
                request,
                _("Der Entwurf ist angelegt. Öffentlich wird er erst, wenn eine zweite Person zustimmt."),
            )
            return redirect("designer:overview", draft_id=made)
    context = {
        "values": values,
        "origins": [
            ("standard", _("Standardablauf"), _("prüfen, nachfordern, entscheiden, zu den Akten")),
            ("standard_four_eyes", _("Standardablauf mit vier Augen"), _("dazu gibt eine zweite Person die Entscheidung frei")),
            ("service", _("Vorhandenes Verfahren"), _("Sie ändern, was heute gilt; laufende Vorgänge bleiben bei ihrer Fassung")),
        ],
        "services": [(each.slug, each.title + ("" if each.process else _(" (noch ohne Verfahren)"))) for each in known],
        "offices": _offices(),
        "error": dict(errors),
        "errors": errors,
        "breadcrumb": crumbs(None, (_("Neuer Entwurf"), "")),
    }  # fmt: skip
    return render(request, "designer/new.html", context, status=422 if errors else 200)


def _offices() -> list[tuple[str, str]]:
    return [("", "–"), *((each.slug, each.name) for each in organizations.offices())]


def _create(request: HttpRequest, values: dict[str, str], errors: list[tuple[str, str]]) -> UUID | None:
    service = services.installed(values["service"]) if values["service"] else None
    title = service.title if service else values["title"]
    slug = service.slug if service else values["slug"] or organizations.short_name(title)
    if values["origin"] not in ORIGINS:
        errors.append(("origin", _("Wählen Sie, womit Sie beginnen.")))
    if not title:
        errors.append(("title", _("Wählen Sie eine Leistung oder geben Sie den Namen der neuen an.")))
    files = queries.files_of(service)
    if values["origin"] == "service" and title and not files:
        errors.append(
            ("service", _("Diese Leistung hat noch kein Verfahren. Beginnen Sie mit dem Standardablauf."))
        )
    if errors:
        return None
    if values["origin"] != "service":
        english = (service.content.get("title") or {}).get("en", "") if service else values["title_en"]
        four_eyes = values["origin"] == "standard_four_eyes"
        files = standards.standard_files(
            slug=slug, title=title, title_en=english, four_eyes=four_eyes, office=values["office"]
        )
    try:
        return actions.create_draft(
            actor=actor_of(request),
            slug=slug,
            title=title,
            files=files,
            origin=values["origin"],
            base_version=service.number if service else None,
            now=clock.now(),
        )
    except DomainError as problem:
        errors.append(("slug" if not service else "service", problem.text(request.LANGUAGE_CODE)))
        return None  # fmt: skip


@gate
@require_safe
def overview(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """The parts of a draft with their problems, what differs from the public version, and the next step."""
    row = find(request, draft_id)
    actor = actor_of(request)
    found = queries.troubles_of(row)
    service = services.installed(row.slug)
    before = queries.published_files(row.slug)
    changes = contents.differences(before, contents.procedure_part(row.files)) if before else []
    context = {
        "row": row,
        "state": state_label(row.state),
        "kind": STATE_KINDS[row.state],
        "parts": _parts(row, found),
        "troubles": trouble_rows(row, found),
        "errors_count": sum(1 for each in found if each.severity == "error"),
        "changes": changes,
        "first": not before,
        "service": service,
        "has_form": queries.has_form(row),
        "editable": is_editable(row),
        "may_review": row.state == ProcedureDraft.State.SUBMITTED and policies.may_review(actor, row),
        "submitted": row.state == ProcedureDraft.State.SUBMITTED,
        "breadcrumb": crumbs(row),
    }
    return render(request, "designer/overview.html", context)


def _parts(row: ProcedureDraft, found: list[contents.Trouble]) -> list[dict[str, Any]]:
    """One line per part: its page, how many errors and hints it has, one fact about it."""
    args = [row.pk]
    tests = sum(1 for name in row.files if name.startswith(TESTS))
    tables = sum(1 for name in row.files if name.startswith(DECISIONS))
    parts = [
        ("process", _("Ablauf"), reverse("designer:process", args=args), _("Zeichnung und Liste der Schritte")),
        ("decisions", _("Entscheidungen"), reverse("designer:decisions", args=args), _("Tabellen in %(count)s Dateien") % {"count": tables}),
        ("texts", _("Texte"), reverse("designer:texts", args=args), _("Stände, Bescheide, Bausteine, Prüfungen, Frist")),
        ("parameters", _("Parameter"), reverse("designer:parameters", args=args), _("was jede Kommune selbst festlegt")),
        ("form", _("Formular"), reverse("designer:form", args=args), _("was gefragt wird")),
        ("tests", _("Testfälle"), reverse("designer:tests", args=args), _("%(count)s Testfälle") % {"count": tests}),
    ]  # fmt: skip
    rows = []
    for part, label, href, text in parts:
        errors, hints = contents.count(found, part), contents.count(found, part, "hint")
        problems = contents.count(found, part, "problem")
        rows.append(
            {
                "part": part,
                "label": label,
                "href": href,
                "text": text,
                "errors": errors,
                "hints": hints + problems,
            }
        )
    return rows  # fmt: skip


@gate
@require_http_methods(["GET", "HEAD", "POST"])
def rename(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """The name of the procedure in both languages."""
    row = find(request, draft_id)
    title = contents.manifest_of(row.files).get("title") or {}
    known = services.installed(row.slug)
    values = {
        "title": title.get("de", row.title),
        "title_en": title.get("en", ""),
        "office": contents.office_of(row.files),
        "kind": str(contents.manifest_of(row.files).get("kind") or "citizen"),
    }
    error = ""
    if request.method == "POST":
        values = {name: request.POST.get(name, text).strip() for name, text in values.items()}
        if values["title"]:
            actions.rename(
                actor=actor_of(request),
                draft_id=row.pk,
                revision=revision_of(request),
                now=clock.now(),
                **values,
            )
            messages.success(request, _("Der Name ist gespeichert."))
            return redirect("designer:overview", draft_id=row.pk)
        error = _("Geben Sie den Namen an.")
    context = {
        "row": row,
        "values": values,
        "offices": [] if known else _offices(),
        "kinds": [
            ("citizen", _("Bürgerinnen und Bürger")),
            ("business", _("Unternehmen")),
            ("internal", _("nur innerhalb der Verwaltung")),
        ],
        "error": error,
        "errors": [("title", error)] if error else [],
        "breadcrumb": crumbs(row, (_("Name"), "")),
    }
    return render(request, "designer/rename.html", context, status=422 if error else 200)  # fmt: skip


@gate
@require_POST
def withdraw(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Throw a draft away."""
    actions.withdraw(actor=actor_of(request), draft_id=draft_id, now=clock.now())
    messages.success(request, _("Der Entwurf ist verworfen. Was öffentlich ist, bleibt."))
    return redirect("designer:list")
