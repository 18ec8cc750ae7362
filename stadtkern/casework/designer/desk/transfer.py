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

from stadtkern.casework.designer import exchange, transfer
from stadtkern.casework.designer.contents import Trouble
from stadtkern.casework.designer.desk.common import actor_of, crumbs, find, gate, trouble_words
from stadtkern.casework.processes.packages.archive import read_zip, write_zip
from stadtkern.casework.processes.packages.model import Package
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError

MAX_BYTES = 20 * 1024 * 1024
MAX_CARRIED = 1_500_000  # a package small enough to come back with the second form


@gate
@require_safe
def export(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """The draft as a zip."""
    row = find(request, draft_id)
    return _download(transfer.export(row), row.slug)


@gate
@require_safe
def export_installed(request: HttpRequest, slug: str) -> HttpResponse:
    """What is public now as a zip."""
    package = exchange.export_package(actor=actor_of(request), slug=slug, now=clock.now())
    return _download(write_zip(package), slug)


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
                package = read_zip(data)
                if request.POST.get("step") == "take":
                    return _take(request, package)
                context |= _report(request, package, data)
            except exchange.PackageIncomplete as problem:
                error = problem.text(request.LANGUAGE_CODE)
                context["troubles"] = trouble_words(_troubles(problem))
            except DomainError as problem:
                error = problem.text(request.LANGUAGE_CODE)
    context |= {"error": error, "errors": [("file", error)] if error else []}
    return render(request, "designer/import.html", context, status=422 if error else 200)


def _troubles(problem: exchange.PackageIncomplete) -> list[Trouble]:
    return [
        Trouble(
            path=row.path,
            element=row.element,
            severity="error" if row.severity == "error" else "hint",
            message=f"{row.path}: {row.message}",
            message_en=f"{row.path}: {row.message_en or row.message}",
        )
        for row in problem.report.problems
    ]


def _sent(request: HttpRequest) -> bytes | None:
    upload = request.FILES.get("file")
    if upload is not None:
        return upload.read() if (upload.size or 0) <= MAX_BYTES else None
    try:
        return base64.b64decode(request.POST.get("carried", ""), validate=True) or None
    except (binascii.Error, ValueError):
        return None


def _report(request: HttpRequest, package: Package, data: bytes) -> dict[str, Any]:
    now = clock.now()
    plan = exchange.plan_import(actor=actor_of(request), package=package, now=now)
    words = {
        "new": _("neu"),
        "changed": _("geändert"),
        "unchanged": _("gleich"),
        "removed": _("fehlt im Paket"),
    }
    kinds = {"new": "success", "changed": "warning", "unchanged": "neutral", "removed": "neutral"}
    lines = transfer.lines(package, now=now)
    lacking = [(_("Amt"), name) for name in plan.missing_offices] + [
        (_("Rolle"), name) for name in plan.missing_roles
    ]
    lacking += [(_("Codeliste"), name) for name in plan.missing_code_lists]
    german = request.LANGUAGE_CODE.startswith("de")
    conflicts = [row.reason if german else row.reason_en for row in plan.code_lists if row.state == "other"]
    title = package.manifest.get("title") or {}
    return {
        "plan": plan,
        "title": title.get("de") or package.slug,
        "version": package.version,
        "author": str(package.manifest.get("author", "")),
        "files": [
            {"path": path, "word": words[change], "kind": kinds[change], "lines": lines.get(path, ())}
            for path, change in plan.parts.items()
        ],
        "lacking": lacking,
        "conflicts": conflicts,
        "running": sum(count for _since, count in plan.running),
        "carried": base64.b64encode(data).decode() if len(data) <= MAX_CARRIED else "",
    }  # fmt: skip


def _take(request: HttpRequest, package: Package) -> HttpResponse:
    taken = exchange.import_package(actor=actor_of(request), package=package, now=clock.now())
    if taken.draft_id is None:
        messages.info(request, _("Das Paket bringt nichts Neues; es ist nichts geschehen."))
        return redirect("designer:list")
    messages.success(
        request, _("Das Paket ist als Entwurf übernommen. Öffentlich wird es erst durch eine zweite Person.")
    )
    return redirect("designer:overview", draft_id=taken.draft_id)  # fmt: skip
