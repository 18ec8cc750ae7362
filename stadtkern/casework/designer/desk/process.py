"""The process: drawing with its live check, the list of elements, one element as a form, the file itself."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stadtkern.casework.designer import contents, elements, policies, queries
from stadtkern.casework.designer.desk.common import (
    crumbs,
    find,
    gate,
    is_editable,
    save,
    trouble_rows,
)
from stadtkern.casework.designer.desk.element_form import controls
from stadtkern.casework.designer.models import ProcedureDraft
from stadtkern.casework.processes.bpmn import BpmnDocument, BpmnError, read_bpmn, write_bpmn
from stadtkern.casework.processes.bpmn.layout import add_layout
from stadtkern.casework.processes.bpmn.vocabulary import MODEL, kind_name
from stadtkern.casework.processes.packages.model import PROCESS
from stadtkern.foundation.access.api import NotVisible
from stadtkern.kernel.errors import Conflict, DomainError

MAX_XML = 2_000_000


def document_of(row: ProcedureDraft) -> BpmnDocument:
    """The drawing; drafts hold only files that can be read."""
    return read_bpmn(row.files[PROCESS].encode("utf-8"))


@gate
@require_http_methods(["GET", "HEAD", "POST"])
def process(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Drawing and list. A POST keeps the drawing (from the drawing tool, or as text)."""
    row = find(request, draft_id)
    xml, error, status = "", "", 200
    if request.method == "POST":
        xml = request.POST.get("xml", "")
        error = _save(request, row, xml)
        if not error:
            return redirect("designer:process", draft_id=row.pk)
        status = 422
    language = get_language() or "de"
    document = document_of(row)
    found = [each for each in queries.troubles_of(row) if each.part == "process"]
    context = {
        "row": row,
        "editable": is_editable(row),
        "lines": _lines(document, found, language),
        "troubles": trouble_rows(row, found),
        "error": error,
        "errors": [("xml", error)] if error else [],
        "data": {
            "xml": xml if error and xml else write_bpmn(add_layout(document)).decode(),
            "check": reverse("designer:process-check", args=[row.pk]),
            "element": reverse("designer:element", args=[row.pk, "ELEMENT"]),
            "dirty": bool(error),
        },
        "breadcrumb": crumbs(row, (_("Ablauf"), "")),
    }
    return render(request, "designer/process.html", context, status=status)


def _lines(document: BpmnDocument, found: list[contents.Trouble], language: str) -> list[dict[str, Any]]:
    worst: dict[str, str] = {}
    for each in found:  # the worst comes first
        worst.setdefault(each.element, each.severity)
    return [
        {"line": line, "severity": worst.get(line.id, "")} for line in elements.listed(document, language)
    ]


def _save(request: HttpRequest, row: ProcedureDraft, xml: str) -> str:
    """Keep a drawing; the reason in words if that is not possible."""
    if len(xml) > MAX_XML:
        return _("Die Zeichnung ist größer als 2 MB.")
    try:
        read_bpmn(xml.encode("utf-8"))
        save(request, row, {PROCESS: xml})
    except BpmnError as problem:
        where = _("Zeile %(line)s, Spalte %(column)s: ") % {"line": problem.line, "column": problem.column}
        return where + problem.text(request.LANGUAGE_CODE)
    except DomainError as problem:
        return problem.text(request.LANGUAGE_CODE)
    messages.success(request, _("Der Ablauf ist gespeichert."))
    return ""


@gate
@require_POST
def process_check(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """The findings of a drawing that is sent while it is being made; nothing is kept."""
    row = find(request, draft_id)
    if len(request.body) > MAX_XML:
        return JsonResponse({"problems": [], "too_large": True}, status=413)
    try:
        xml = request.body.decode("utf-8")
    except UnicodeDecodeError:
        xml = ""
    row.files = {**row.files, PROCESS: xml}
    found = queries.troubles_of(row)
    rows = trouble_rows(row, [each for each in found if each.part == "process"])
    return JsonResponse({"problems": rows})


@gate
@require_http_methods(["GET", "HEAD", "POST"])
def process_file(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """The drawing from a file of another tool."""
    row = find(request, draft_id)
    error = ""
    if request.method == "POST":
        upload = request.FILES.get("file")
        if upload is None or (upload.size or 0) > MAX_XML:
            error = _("Wählen Sie eine Datei von höchstens 2 MB.")
        else:
            try:
                text = upload.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                error = _("Die Datei ist nicht in UTF-8 geschrieben.")
            else:
                error = _save(request, row, text)
        if not error:
            return redirect("designer:process", draft_id=row.pk)
    context = {
        "row": row,
        "error": error,
        "errors": [("file", error)] if error else [],
        "breadcrumb": crumbs(row, (_("Ablauf"), reverse("designer:process", args=[row.pk])), (_("Aus Datei"), "")),
    }  # fmt: skip
    return render(request, "designer/process_file.html", context, status=422 if error else 200)


@gate
@require_safe
def process_download(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """The drawing as a file for other tools; one that has no coordinates gets them."""
    row = find(request, draft_id)
    response = HttpResponse(write_bpmn(add_layout(document_of(row))), content_type="application/xml")
    response["Content-Disposition"] = f'attachment; filename="{row.slug}.bpmn"'
    return response


@gate
@require_http_methods(["GET", "HEAD", "POST"])
def element(request: HttpRequest, draft_id: UUID, element_id: str) -> HttpResponse:
    """One element: the properties that a drawing tool would show, as a form."""
    row = find(request, draft_id)
    document = document_of(row)
    target = document.by_id.get(element_id)
    if target is None or target.namespace != MODEL:
        raise NotVisible()
    values = elements.read_element(document, target)
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        values = {name: request.POST.get(name, "").replace("\r\n", "\n") for name in values}
        kind = request.POST.get("kind", target.name)
        try:
            policies.editable_now(row)
            if kind != target.name:
                elements.change_kind(target, kind)
            elements.write_element(document, target, values)
            save(request, row, {PROCESS: write_bpmn(document).decode()})
        except elements.NotWritable as problem:
            errors.append((problem.field, problem.text(request.LANGUAGE_CODE)))
        except Conflict as problem:
            errors.append(("", problem.text(request.LANGUAGE_CODE)))
        else:
            messages.success(request, _("Gespeichert."))
            if request.POST.get("then") == "list":
                return redirect("designer:process", draft_id=row.pk)
            return redirect("designer:element", draft_id=row.pk, element_id=element_id)
        document = document_of(row)
        target = document.by_id[element_id]
    found = [
        each for each in queries.troubles_of(row) if each.part == "process" and each.element == element_id
    ]
    context = {
        "row": row,
        "editable": is_editable(row),
        "element_id": element_id,
        "kind": kind_name(target.name, get_language() or "de"),
        "title": " ".join(target.attributes.get("name", "").split()) or element_id,
        "controls": controls(row, document, target, values, dict(errors)),
        "troubles": trouble_rows(row, found),
        "errors": errors,
        "around": _around(document, element_id),
        "breadcrumb": crumbs(row, (_("Ablauf"), reverse("designer:process", args=[row.pk])), (target.attributes.get("name") or element_id, "")),
    }  # fmt: skip
    return render(request, "designer/element.html", context, status=422 if errors else 200)


def _around(document: BpmnDocument, element_id: str) -> dict[str, Any]:
    """The element before and after it in the list."""
    ids = elements.listed(document, get_language() or "de")
    at = next((index for index, line in enumerate(ids) if line.id == element_id), None)
    if at is None:
        return {}
    return {"before": ids[at - 1] if at else None, "after": ids[at + 1] if at + 1 < len(ids) else None}
