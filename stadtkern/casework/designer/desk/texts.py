"""Texts of a draft, section by section."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from stadtkern.casework.designer import queries, text_forms
from stadtkern.casework.designer.contents import texts_of
from stadtkern.casework.designer.desk.common import (
    crumbs,
    find,
    gate,
    is_editable,
    save,
    trouble_rows,
)
from stadtkern.casework.designer.desk.element_form import decisions_of
from stadtkern.casework.designer.models import ProcedureDraft
from stadtkern.casework.processes.packages.model import TEXTS, dump_json
from stadtkern.casework.processes.packages.vocabulary import CASE_WORDS
from stadtkern.foundation.access.api import NotVisible
from stadtkern.kernel.errors import Conflict


@gate
@require_safe
def texts(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """The sections with what is in them and what is wrong there."""
    row = find(request, draft_id)
    found = [each for each in queries.troubles_of(row) if each.part == "texts"]
    values = texts_of(row.files)
    sections = []
    for section in text_forms.SECTIONS.values():
        wrong = sum(1 for each in found if each.element.startswith(section.prefixes))
        rows = len(text_forms.shown(section, values)) - 1 if section.rows else 0
        href = reverse("designer:text-section", args=[row.pk, section.name])
        sections.append({"title": _(section.title), "lead": _(section.lead), "href": href, "wrong": wrong, "rows": rows, "has_rows": bool(section.rows)})  # fmt: skip
    context = {
        "row": row,
        "sections": sections,
        "troubles": trouble_rows(row, found),
        "breadcrumb": crumbs(row, (_("Texte"), "")),
    }
    return render(request, "designer/texts.html", context)


@gate
@require_http_methods(["GET", "HEAD", "POST"])
def section(request: HttpRequest, draft_id: UUID, name: str) -> HttpResponse:
    """One section as a form."""
    row = find(request, draft_id)
    part = text_forms.SECTIONS.get(name)
    if part is None:
        raise NotVisible()
    values, error = texts_of(row.files), ""
    if request.method == "POST":
        lists = {field.name for field in part.fields if field.kind == "checks"}
        posted: dict[str, Any] = {
            key: request.POST.getlist(key) if key.rpartition("-")[2] in lists else request.POST.get(key, "")
            for key in request.POST
        }
        values = text_forms.written(part, values, posted)
        try:
            save(request, row, {TEXTS: dump_json(values).decode()})
        except Conflict as problem:
            error = problem.text(request.LANGUAGE_CODE)
        else:
            messages.success(request, _("Gespeichert."))
            return redirect("designer:text-section", draft_id=row.pk, name=name)
    found = [each for each in queries.troubles_of(row) if each.part == "texts"]
    fields = queries.form_fields(row)
    context = {
        "row": row,
        "section": part,
        "title": _(part.title),
        "lead": _(part.lead),
        "add": _(part.add) if part.add else "",
        "rows": _rows(row, part, values),
        "editable": is_editable(row),
        "errors": [("", error)] if error else [],
        "troubles": trouble_rows(row, [each for each in found if each.element.startswith(part.prefixes)]),
        "names": _names(fields) if name in ("schreiben", "bausteine") else [],
        "has_form": fields is not None,
        "breadcrumb": crumbs(
            row, (_("Texte"), reverse("designer:texts", args=[row.pk])), (_(part.title), "")
        ),
    }
    return render(request, "designer/text_section.html", context, status=409 if error else 200)


def _rows(row: ProcedureDraft, part: text_forms.Section, values: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows with labels in the language of the page; the last of several is the new one."""
    shown = text_forms.shown(part, values)
    found = []
    for index, fields in enumerate(shown):
        key = next((str(field.value) for field in fields if field.name == "key"), "")
        new = bool(part.rows) and index == len(shown) - 1
        found.append({"index": str(index), "key": key, "new": new, "fields": [_field(row, field, new) for field in fields]})  # fmt: skip
    return found


def _field(row: ProcedureDraft, field: text_forms.Field, new: bool) -> text_forms.Field:
    label = _(field.label)
    if field.lang == "en":
        label = _("%(label)s (englisch)") % {"label": label}
    options = tuple((value, _(text)) for value, text in field.options)
    if field.name == "decision":
        options = tuple(decisions_of(row, str(field.value)))
    return replace(field, label=label, hint=_(field.hint) if field.hint else "", options=options, required=field.required and not new)  # fmt: skip


def _names(fields: dict[str, str] | None) -> list[tuple[str, str]]:
    """The placeholders of letters with what they mean."""
    own = {
        "antragsteller": _("Name der antragstellenden Person"),
        "aktenzeichen": _("Nummer des Vorgangs"),
        "leistung": _("Name der Leistung"),
        "eingangsdatum": _("Tag des Eingangs"),
        "kommune": _("Name der Kommune"),
        "amt": _("Name des Amts"),
        "amt_anschrift": _("Anschrift des Amts"),
        "termin": _("Termin, wenn es einen gibt"),
    }
    return [*((name, own.get(name, "")) for name in sorted(CASE_WORDS)), *sorted((fields or {}).items())]
