"""Parameters: their declaration in a draft, and this municipality's own values of an installed procedure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from stadtkern.casework.designer import actions, queries
from stadtkern.casework.designer.desk.common import (
    actor_of,
    crumbs,
    find,
    gate,
    is_editable,
    language,
    save,
    trouble_rows,
)
from stadtkern.casework.processes.packages.model import PARAMETERS, dump_json
from stadtkern.casework.processes.packages.parameters import as_json
from stadtkern.casework.services import api as services
from stadtkern.foundation.access.api import NotVisible
from stadtkern.kernel import clock
from stadtkern.kernel.errors import Conflict

COLUMNS = ("name", "type", "unit", "label_de", "label_en", "default", "legal_basis")
MAX_ROWS = 200


@gate
@require_http_methods(["GET", "HEAD", "POST"])
def parameters(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """The declarations with their defaults: part of the package, the same everywhere."""
    row = find(request, draft_id)
    declared, error = json.loads(row.files.get(PARAMETERS, "[]")), ""
    if request.method == "POST":
        declared = [
            made for index in range(MAX_ROWS) if (made := _posted(request.POST, f"{index}-", declared)) is not None
        ]  # fmt: skip
        try:
            save(request, row, {PARAMETERS: dump_json(declared).decode()})
        except Conflict as problem:
            error = problem.text(request.LANGUAGE_CODE)
        else:
            messages.success(request, _("Gespeichert."))
            return redirect("designer:parameters", draft_id=row.pk)
    found = [each for each in queries.troubles_of(row) if each.part == "parameters"]
    rows = [_shown(each, index) for index, each in enumerate(declared) if isinstance(each, Mapping)]
    context = {
        "row": row,
        "rows": [*rows, {**_shown({}, len(rows)), "new": True}],
        "types": [("number", _("Zahl")), ("text", _("Text")), ("date", _("Datum")), ("boolean", _("ja oder nein"))],
        "editable": is_editable(row),
        "errors": [("", error)] if error else [],
        "troubles": trouble_rows(row, found),
        "breadcrumb": crumbs(row, (_("Parameter"), "")),
    }  # fmt: skip
    return render(request, "designer/parameters.html", context, status=409 if error else 200)


def _shown(declared: Mapping[str, Any], index: int) -> dict[str, Any]:
    label = declared.get("label") or {}
    label = label if isinstance(label, Mapping) else {"de": label}
    default = declared.get("default", "")
    shown = str(default).lower() if isinstance(default, bool) else str(default if default is not None else "")
    values = {
        **{name: str(declared.get(name, "")) for name in COLUMNS},
        "label_de": str(label.get("de", "")),
        "label_en": str(label.get("en", "")),
        "default": shown,
    }
    return {"prefix": f"{index}-", "new": False, **{name: {"id": f"{index}-{name}", "value": value} for name, value in values.items()}}  # fmt: skip


def _posted(sent: Mapping[str, str], prefix: str, before: list[Any]) -> dict[str, Any] | None:
    values = {name: sent.get(prefix + name, "").strip() for name in COLUMNS}
    if not values["name"] or sent.get(prefix + "remove"):
        return None
    default: Any = values["default"]
    if values["type"] == "number":
        default = _number(default)
    if values["type"] == "boolean" and default in ("true", "false"):
        default = default == "true"
    known = next((row for row in before if isinstance(row, dict) and row.get("name") == values["name"]), {})
    return {
        **known,
        "name": values["name"],
        "type": values["type"],
        "unit": values["unit"],
        "label": {"de": values["label_de"], "en": values["label_en"]},
        "default": default,
        "legal_basis": values["legal_basis"],
    }


def _number(text: str) -> Any:
    """A whole number as one; everything else stays text, which keeps its digits."""
    return int(text) if text.lstrip("-").isdigit() and len(text) < 16 else text


@gate
@require_http_methods(["GET", "HEAD", "POST"])
def own_values(request: HttpRequest, slug: str) -> HttpResponse:
    """Fees, addresses and limits of this municipality for an installed procedure; the package stays as it is."""
    service = services.installed(slug)
    if service is None or not service.process:
        raise NotVisible()
    declared = queries.declared_parameters(service)
    own = queries.own_values(slug)
    typed = {each.name: str(own.get(each.name, "")) for each in declared}
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        typed = {each.name: request.POST.get(each.name, "").strip() for each in declared}
        errors = actions.set_own_values(
            actor=actor_of(request), slug=slug, declared=declared, typed=typed, now=clock.now()
        )
        if not errors:
            messages.success(request, _("Gespeichert. Die Werte gelten für Vorgänge, die ab jetzt beginnen."))
            return redirect("designer:own-values", slug=slug)
    german, wrong = language() == "de", dict(errors)
    rows = [
        {
            "id": each.name,
            "label": each.label if german else each.label_en or each.label,
            "kind": each.kind,
            "unit": each.unit,
            "value": typed[each.name].lower() if each.kind == "boolean" else typed[each.name],
            "default": as_json(each.default),
            "legal_basis": each.legal_basis,
            "error": wrong.get(each.name, ""),
        }
        for each in declared
    ]
    context = {
        "service": service,
        "rows": rows,
        "answers": [("", _("wie im Paket")), ("true", _("ja")), ("false", _("nein"))],
        "errors": errors,
        "breadcrumb": crumbs(None, (service.title, ""), (_("Werte dieser Kommune"), "")),
    }
    return render(request, "designer/own_values.html", context, status=422 if errors else 200)
