"""A package as a file: out of the workshop, and into it with a report of what it would bring."""

from __future__ import annotations

import base64
import binascii
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from stadtkern.casework.designer import actions, queries, transfer
from stadtkern.casework.designer.desk.common import actor_of, crumbs, find, gate, trouble_words
from stadtkern.casework.services import api as services
from stadtkern.foundation.access.api import NotVisible
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError

MAX_BYTES = 20 * 1024 * 1024
MAX_CARRIED = 1_500_000  # a package small enough to come back with the second form


@gate
@require_safe
def export(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """The draft as a zip."""
    row = find(request, draft_id)
    return _download(transfer.export(row, now=clock.now()), row.slug)


@gate
@require_safe
def export_installed(request: HttpRequest, slug: str) -> HttpResponse:
    """What is public now as a zip."""
    service = services.installed(slug)
    if service is None or not queries.files_of(service):
        raise NotVisible()
    return _download(transfer.export_installed(service, now=clock.now()), slug)


def _download(data: bytes, slug: str) -> HttpResponse:
    response = HttpResponse(data, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{slug}.zip"'
    return response


@gate
@require_http_methods(["GET", "HEAD", "POST"])
def import_package(request: HttpRequest) -> HttpResponse:
    """First the report, then the draft: nothing becomes public by an import."""
    context: dict[str, Any] = {"breadcrumb": crumbs(None, (_("Paket einlesen"), ""))}
    error = ""
    if request.method == "POST":
        data = _sent(request)
        if data is None:
            error = _("Wählen Sie eine Datei von höchstens 20 MB.")
        else:
            try:
                files = transfer.read_package(data)
                if request.POST.get("step") == "take":
                    return _take(request, files)
                context |= _report(files, data)
            except DomainError as problem:
                error = problem.text(request.LANGUAGE_CODE)
    context |= {"error": error, "errors": [("file", error)] if error else []}
    return render(request, "designer/import.html", context, status=422 if error else 200)


def _sent(request: HttpRequest) -> bytes | None:
    upload = request.FILES.get("file")
    if upload is not None:
        return upload.read() if (upload.size or 0) <= MAX_BYTES else None
    try:
        return base64.b64decode(request.POST.get("carried", ""), validate=True) or None
    except (binascii.Error, ValueError):
        return None


def _report(files: dict[str, str], data: bytes) -> dict[str, Any]:
    report = transfer.report(files, now=clock.now())
    words = {"new": _("neu"), "changed": _("geändert"), "same": _("gleich"), "missing": _("fehlt im Paket")}
    kinds = {"new": "success", "changed": "warning", "same": "neutral", "missing": "neutral"}
    lacking = {"role": _("Rolle"), "connector": _("Anschluss"), "office": _("Amt")}
    return {
        "report": report,
        "files": [{"path": each.path, "word": words[each.change], "kind": kinds[each.change], "lines": each.lines} for each in report.files],
        "lacking": [(lacking[kind], name) for kind, name in report.lacking],
        "troubles": trouble_words(report.troubles),
        "carried": base64.b64encode(data).decode() if len(data) <= MAX_CARRIED else "",
    }  # fmt: skip


def _take(request: HttpRequest, files: dict[str, str]) -> HttpResponse:
    report = transfer.report(files, now=clock.now())
    service = services.installed(report.slug)
    draft_id = actions.create_draft(
        actor=actor_of(request),
        slug=report.slug,
        title=report.title or report.slug,
        files=files,
        origin="package",
        base_version=service.number if service else None,
        now=clock.now(),
    )
    messages.success(
        request, _("Das Paket ist als Entwurf übernommen. Öffentlich wird es erst durch eine zweite Person.")
    )
    return redirect("designer:overview", draft_id=draft_id)  # fmt: skip
