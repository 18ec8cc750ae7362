"""Responsibility by area: which office answers for which district, and which team gets the new cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stadtkern.casework.services import policies, queries, responsibilities
from stadtkern.casework.services.desk.views import actor_of, area_name, rule_line, state_label
from stadtkern.casework.services.models import Responsibility, Service
from stadtkern.foundation.access.api import NotVisible, Role, staff
from stadtkern.foundation.organizations import api as organizations
from stadtkern.foundation.places import api as places
from stadtkern.foundation.shell import api as shell
from stadtkern.kernel import clock, german_order
from stadtkern.kernel.errors import DomainError

EVERYWHERE = "*"  # the box for "everywhere"; an empty value would not be sent apart from no box
ROLES = (Role.SERVICE_MANAGER, Role.ADMINISTRATOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What stands in the fields of a rule, and what is wrong with it."""

    areas: list[str] = field(default_factory=list)
    target: str = ""
    valid_from: date | str | None = None
    valid_to: date | str | None = None
    errors: Mapping[str, str] = field(default_factory=dict)


@staff(*ROLES)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Every service with its office today and how many areas differ."""
    today = clock.today()
    rows = policies.routable_by(actor_of(request)).select_related("office")
    valid = list(queries.valid_rules(today).select_related("office", "team").order_by("area", "id"))
    by_service: dict[UUID, list[Responsibility]] = {}
    for rule in valid:
        by_service.setdefault(rule.service_id, []).append(rule)
    lines = [
        shell.Row(key=service.slug, cells=_overview_cells(service, by_service.get(service.pk, [])))
        for service in german_order.in_order(rows, lambda service: service.title)
    ]
    table = shell.Table(
        caption=_("Zuständigkeiten"),
        caption_hidden=True,
        default_sort="",
        columns=[
            shell.Column(label=_("Leistung")),
            shell.Column(label=_("Stand")),
            shell.Column(label=_("Amt")),
            shell.Column(label=_("Team für neue Vorgänge")),
            shell.Column(label=_("Abweichende Gebiete"), numeric=True),
        ],
        rows=lines,
    )
    context = {"table": table, "total": len(lines), "breadcrumb": [(_("Zuständigkeiten"), "")]}
    return render(request, "services/responsibilities.html", context)


def _overview_cells(service: Service, rules: list[Responsibility]) -> list[shell.Cell]:
    general = next((rule for rule in rules if not rule.area), None)
    office = general.office if general else service.office
    team = general.team.name if general and general.team else _("erstes Team des Amtes")
    return [
        shell.Cell(text=service.title, href=reverse("services-desk:responsibility", args=[service.slug])),
        shell.Cell(text=state_label(service.state)),
        shell.Cell(text=office.name if office else "–"),
        shell.Cell(text=team),
        shell.Cell(text=str(sum(1 for rule in rules if rule.area))),
    ]


def _find(request: HttpRequest, slug: str) -> Service:
    row = policies.routable_by(actor_of(request)).select_related("office").filter(slug=slug).first()
    if row is None:
        raise NotVisible()
    return row


@staff(*ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def responsibility(request: HttpRequest, slug: str) -> HttpResponse:
    """The rules of one service, and a form for another rule."""
    service = _find(request, slug)
    if request.method != "POST":
        target = str(service.office_id or "")
        return _page(request, service, Typed(target=target, valid_from=clock.today()))
    typed, values = _read(request)
    areas = ["" if area == EVERYWHERE else area for area in typed.areas]
    if values is not None:
        try:
            made = responsibilities.add(
                actor=actor_of(request), service_id=service.pk, areas=areas, values=values, now=clock.now()
            )
        except DomainError as error:
            typed = _with_error(typed, error, request.LANGUAGE_CODE)
        else:
            messages.success(request, _("Gespeichert: %(count)s Zuständigkeiten.") % {"count": len(made)})
            return redirect("services-desk:responsibility", slug=slug)
    return _page(request, service, typed)


@staff(*ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_rule(request: HttpRequest, slug: str, rule_id: UUID) -> HttpResponse:
    """Change office, team or period of one rule."""
    service = _find(request, slug)
    row = Responsibility.objects.filter(service=service, pk=rule_id).first()
    if row is None:
        raise NotVisible()
    if request.method == "POST":
        typed, values = _read(request)
        if values is not None:
            try:
                responsibilities.change(
                    actor=actor_of(request), responsibility_id=row.pk, values=values, now=clock.now()
                )
            except DomainError as error:
                typed = _with_error(typed, error, request.LANGUAGE_CODE)
            else:
                messages.success(request, _("Gespeichert. Offene Vorgänge bleiben, wo sie sind."))
                return redirect("services-desk:responsibility", slug=slug)
    else:
        target = f"{row.office_id}/{row.team_id}" if row.team_id else str(row.office_id)
        typed = Typed(target=target, valid_from=row.valid_from_on, valid_to=row.valid_to_on)
    context = _form_context(service, typed) | {
        "area": area_name(row.area, {d.key: d.name for d in places.districts()}),
        "breadcrumb": _crumbs(service, (_("Ändern"), "")),
    }
    return render(request, "services/responsibility_edit.html", context, status=422 if typed.errors else 200)


@staff(*ROLES)
@require_POST
def end_rule(request: HttpRequest, slug: str, rule_id: UUID) -> HttpResponse:
    """The rule no longer holds from today on."""
    _find(request, slug)
    responsibilities.end(actor=actor_of(request), responsibility_id=rule_id, now=clock.now())
    messages.success(request, _("Beendet. Ab heute gilt wieder die allgemeine Zuständigkeit."))
    return redirect("services-desk:responsibility", slug=slug)


def _read(request: HttpRequest) -> tuple[Typed, responsibilities.Values | None]:
    """The fields, and their values when dates and ids are readable."""
    target = request.POST.get("target", "")
    start = shell.read_date(request.POST, "valid_from")
    end = shell.read_date(request.POST, "valid_to")
    errors = {}
    office_id, team_id = _ids(target)
    if not isinstance(start, date):
        errors["valid_from"] = _("Geben Sie den Tag an, ab dem es gilt.")
    if isinstance(end, str):
        errors["valid_to"] = _("Diesen Tag gibt es nicht.")
    typed = Typed(
        areas=request.POST.getlist("areas"), target=target, valid_from=start, valid_to=end, errors=errors
    )
    if not isinstance(start, date) or isinstance(end, str):
        return typed, None
    return typed, responsibilities.Values(
        office_id=office_id, team_id=team_id, valid_from_on=start, valid_to_on=end
    )


def _ids(target: str) -> tuple[UUID | None, UUID | None]:
    office, _slash, team = target.partition("/")
    try:
        return UUID(office), UUID(team) if team else None
    except ValueError:
        return None, None


def _with_error(typed: Typed, error: DomainError, language: str) -> Typed:
    place = {"office": "target", "team": "target"}.get(
        getattr(error, "field", ""), getattr(error, "field", "")
    )
    return Typed(
        areas=typed.areas,
        target=typed.target,
        valid_from=typed.valid_from,
        valid_to=typed.valid_to,
        errors={place or "areas": error.text(language)},
    )


def _page(request: HttpRequest, service: Service, typed: Typed) -> HttpResponse:
    districts = places.districts()
    names = {district.key: district.name for district in districts}
    rules = service.responsibilities.select_related("office", "team").order_by("area", "-valid_from_on", "id")
    context = _form_context(service, typed) | {
        "rules": [rule_line(rule, names, clock.today()) for rule in rules],
        "areas": [(EVERYWHERE, _("überall, wo nichts anderes gilt")), *names.items()],
        "chosen_areas": typed.areas,
        "breadcrumb": _crumbs(service),
    }
    return render(request, "services/responsibility.html", context, status=422 if typed.errors else 200)


def _form_context(service: Service, typed: Typed) -> dict[str, Any]:
    targets: list[tuple[str, str]] = []
    teams = organizations.teams()
    for office in organizations.offices():
        targets.append((str(office.id), office.name))
        targets += [
            (f"{office.id}/{team.id}", f"{office.name}: {team.name}")
            for team in teams
            if team.office_id == office.id
        ]
    return {
        "service": service,
        "targets": targets,
        "typed": typed,
        "error": typed.errors,
        "errors": list(typed.errors.items()),
    }


def _crumbs(service: Service, *rest: tuple[str, str]) -> list[tuple[str, str]]:
    here = reverse("services-desk:responsibility", args=[service.slug]) if rest else ""
    return [(_("Zuständigkeiten"), reverse("services-desk:responsibilities")), (service.title, here), *rest]
