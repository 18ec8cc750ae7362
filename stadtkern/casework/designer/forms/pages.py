"""Which part of a draft's form stands on which page: the editor of the forms room on the sheet of the draft."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from stadtkern.casework.designer.desk.common import gate, is_editable
from stadtkern.casework.designer.forms.common import Refusals, keep, needs_form, way
from stadtkern.casework.designer.forms.sheet import Sheet
from stadtkern.casework.designer.models import ProcedureDraft
from stadtkern.casework.designer.policies import editable_now
from stadtkern.casework.forms import api as published_forms
from stadtkern.casework.forms import definition as forms
from stadtkern.kernel.errors import DomainError


@gate
@require_http_methods(["GET", "HEAD", "POST"])
@needs_form
def pages(request: HttpRequest, row: ProcedureDraft, sheet: Sheet) -> HttpResponse:
    """Titles, order and content of the pages. Buttons: split, join, add a page, back to the default, save."""
    editor = _editor(sheet)
    arranged, errors = editor.stored(), Refusals()
    if request.method == "POST":
        arranged, chosen = editor.pressed(request.POST)
        try:
            if chosen is not None:
                editable_now(row)
                ruleset = published_forms.with_pages(sheet.form, sheet.ruleset, chosen)
                keep(request, row, replace(sheet, ruleset=ruleset))
                messages.success(request, _("Die Seiten sind gespeichert."))
                return redirect("designer:form-pages", draft_id=row.pk)
        except DomainError as problem:
            errors.add(problem, "page-0-de")
    context = {
        **editor.context(arranged),
        "row": row,
        "editable": is_editable(row),
        "errors": errors,
        "breadcrumb": way(row, (_("Seiten"), "")),
    }
    return render(request, "designer/forms/pages.html", context, status=errors.status)


def _editor(sheet: Sheet) -> published_forms.PageEditor:
    title_en = (sheet.english.get("title") or {}).get("en", "")

    def label(part: forms.Element | forms.Form, language: str) -> str:
        if isinstance(part, forms.Form):
            return str(title_en) if language == "en" else part.label
        return str(sheet.english_of(part.id).get("label", "")) if language == "en" else part.label

    return published_forms.PageEditor(sheet.form, sheet.ruleset, label)
