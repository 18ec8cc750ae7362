"""The free-text rules of a form that was read: each is translated by a rule of the form, or consciously left out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from stadtkern.casework.designer.desk.common import gate, is_editable
from stadtkern.casework.designer.forms.common import Refusals, keep, needs_form, way
from stadtkern.casework.designer.forms.sheet import EditRefused, Sheet
from stadtkern.casework.designer.models import ProcedureDraft
from stadtkern.casework.designer.policies import editable_now
from stadtkern.casework.forms import definition as forms
from stadtkern.kernel.errors import DomainError


@gate
@require_http_methods(["GET", "HEAD", "POST"])
@needs_form
def rules(request: HttpRequest, row: ProcedureDraft, sheet: Sheet) -> HttpResponse:
    """All free-text rules; a POST says of ``rule`` by which rule of the form (``by``) it is translated, or why not (``reason``)."""
    errors = Refusals()
    if request.method == "POST":
        try:
            editable_now(row)
            keep(request, row, settled(sheet, request.POST.get("rule", ""), request.POST.get("by", ""), request.POST.get("reason", "")))  # fmt: skip
        except (EditRefused, DomainError) as error:
            errors.add(error)
        else:
            messages.success(request, _("Gespeichert."))
            return redirect("designer:form-rules", draft_id=row.pk)
    context = {
        "row": row,
        "rules": _lines(sheet),
        "choices": [("", "–"), *choices(sheet)],
        "errors": errors,
        "editable": is_editable(row),
        "breadcrumb": way(row, (_("Freitext-Regeln"), "")),
    }
    return render(request, "designer/forms/rules.html", context, status=errors.status)


def _lines(sheet: Sheet) -> list[dict[str, Any]]:
    open_ids = {each.rule.id for each in forms.open_rules(sheet.ruleset, sheet.form)}
    waived = {each.source_rule: each.reason for each in sheet.ruleset.waived}
    found = []
    for rule, paths in forms.rules_of(sheet.form).values():
        places = [(path, position.element.label) for path in paths if (position := sheet.form.at(path) if path else None)]  # fmt: skip
        done = [label for key, label in choices(sheet) if _source(sheet, key) == rule.id]
        found.append({"rule": rule, "places": places, "open": rule.id in open_ids, "done": done, "reason": waived.get(rule.id, "")})  # fmt: skip
    return sorted(found, key=lambda line: not line["open"])


def choices(sheet: Sheet) -> list[tuple[str, str]]:
    """The rules of the form: ``conditions:0`` and so on, with words."""
    words = {"conditions": _("Bedingung"), "validations": _("Prüfung"), "calculations": _("Berechnung")}
    found = []
    for where, path, text in sheet.ruleset.expressions():
        kind, _bracket, rest = where.partition("[")
        position = sheet.form.at(path)
        label = position.element.label if position else path
        found.append((f"{kind}:{rest.partition(']')[0]}", f"{words[kind]} „{label}“: {text}"[:160]))
    return found


def _rows(sheet: Sheet, key: str) -> tuple[str, int]:
    kind, _colon, number = key.partition(":")
    if kind not in ("conditions", "validations", "calculations") or not number.isdigit():
        raise EditRefused("by", "Wählen Sie eine Regel des Formulars.", "Choose a rule of the form.")
    if int(number) >= len(getattr(sheet.ruleset, kind)):
        raise EditRefused("by", "Wählen Sie eine Regel des Formulars.", "Choose a rule of the form.")
    return kind, int(number)


def _source(sheet: Sheet, key: str) -> str:
    kind, number = _rows(sheet, key)
    source: str = getattr(sheet.ruleset, kind)[number].source_rule
    return source


def settled(sheet: Sheet, rule: str, by: str, reason: str) -> Sheet:
    """The sheet in which a free-text rule is translated or waived; with neither it is open again. Raises ``EditRefused``."""
    if rule not in forms.rules_of(sheet.form):
        raise EditRefused("rule", "Diese Regel gibt es nicht.", "There is no such rule.")
    old = sheet.ruleset
    waived = tuple(each for each in old.waived if each.source_rule != rule)
    if reason.strip() and not by:
        waived = (*waived, forms.Waiver(source_rule=rule, reason=reason.strip()[:2000]))
    ruleset = replace(old, waived=waived)
    if by:
        kind, number = _rows(sheet, by)
        rows = list(getattr(old, kind))
        rows[number] = replace(rows[number], source_rule=rule)
        changed: dict[str, Any] = {kind: tuple(rows)}
        ruleset = replace(ruleset, **changed)
    return replace(sheet, ruleset=ruleset)
