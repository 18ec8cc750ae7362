"""The page with all fields of a service, for a new one and for a change; and what was typed on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from stadtkern.casework.services import rules, shipped
from stadtkern.casework.services.content import ASSURANCE, problems_of
from stadtkern.casework.services.desk import forms
from stadtkern.casework.services.desk.views import crumbs
from stadtkern.casework.services.models import Service
from stadtkern.foundation.organizations import api as organizations
from stadtkern.foundation.shell import api as shell

Chosen = tuple[list[str], list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What stands in the fields, and what is wrong with it by field."""

    values: Mapping[str, str]
    chosen: Chosen
    reviewed_on: Any = None
    errors: Mapping[str, str] = field(default_factory=dict)


def read_form(
    request: HttpRequest, base: Mapping[str, Any]
) -> tuple[dict[str, str], Chosen, dict[str, Any], list[tuple[str, str]]]:
    """The fields as typed, the chosen boxes, the content they make, and problems [(field, text)]."""
    values = {key: str(value) for key, value in request.POST.items()}
    chosen = (request.POST.getlist("life_situations"), request.POST.getlist("audience"))
    data, problems = forms.content_from(values, base, situations=chosen[0], audience=chosen[1])
    reviewed = shell.read_date(request.POST, "reviewed_on")
    data["reviewed_on"] = reviewed if isinstance(reviewed, str) or reviewed is None else reviewed.isoformat()
    problems += [(forms.field_of(path), text) for path, text in problems_of(data)]
    return values, chosen, data, problems


def edit_page(
    request: HttpRequest, service: Service | None, shown: Shown, *, base: int | None = None
) -> HttpResponse:
    """The page; with errors its status is 422. Without ``service`` it is for a new one and asks for the short name."""
    values, errors = shown.values, shown.errors
    texts = [
        {
            "label": rules.LABELS[name],
            "rows": {"description": 10, "summary": 3}.get(name, 2),
            "fields": [
                {"id": f"{name}_{code}", "value": values.get(f"{name}_{code}", ""), "error": errors.get(f"{name}_{code}", ""), "code": code}
                for code in ("de", "en")
            ],
        }
        for name in forms.TEXTS
    ]  # fmt: skip
    back = reverse("services-desk:detail", args=[service.slug]) if service else reverse("services-desk:list")
    context = {
        "service": service,
        "values": values,
        "base_version": base,
        "errors": list(errors.items()),
        "error": errors,
        "texts": texts,
        "lists": {name: forms.rows_for(values, name, errors) for name in forms.LISTS},
        "offices": [(office.slug, office.name) for office in organizations.offices()],
        "levels": [(value, Service.Assurance(value).label) for value in ASSURANCE],
        "situations": [(slug, slug.replace("-", " ").capitalize()) for slug in _known_situations()],
        "chosen_situations": shown.chosen[0],
        "audiences": [("citizen", _("Bürgerinnen und Bürger")), ("business", _("Unternehmen"))],
        "chosen_audience": shown.chosen[1],
        "reviewed_on": shown.reviewed_on,
        "back": back,
        "breadcrumb": crumbs((service.title, back), (_("Bearbeiten"), ""))
        if service
        else crumbs((_("Leistung anlegen"), "")),
    }
    return render(request, "services/edit.html", context, status=422 if errors else 200)


def _known_situations() -> list[str]:
    """Life situations that services of the municipality or of the templates are filed under."""
    here = Service.objects.order_by("id").values_list("life_situations", flat=True)
    return sorted({slug for row in here for slug in row} | shipped.situations())
