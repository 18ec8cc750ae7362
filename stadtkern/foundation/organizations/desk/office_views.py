"""Offices and teams as a tree."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from stadtkern.foundation.access.api import Role, staff
from stadtkern.foundation.organizations import actions, policies
from stadtkern.foundation.organizations.desk.forms import (
    OfficeForm,
    TeamForm,
    office_initial,
    take_over,
    team_initial,
)
from stadtkern.foundation.organizations.desk.frames import actor_of, form_page, trail
from stadtkern.foundation.organizations.models import Office
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError


@require_safe
@staff(Role.ADMINISTRATOR)
def offices(request: HttpRequest) -> HttpResponse:
    """The tree of offices with their teams."""
    return render(
        request,
        "organizations/desk/offices.html",
        {"tree": _tree(), "breadcrumb": trail((_("Ämter und Teams"), ""))},
    )


def _tree() -> list[dict[str, Any]]:
    """Offices depth first, each with its level and teams (two queries)."""
    rows = list(Office.objects.prefetch_related("teams").order_by("name", "id"))
    below: dict[UUID | None, list[Office]] = {}
    for row in rows:
        below.setdefault(row.parent_id, []).append(row)
    found: list[dict[str, Any]] = []

    def walk(parent: UUID | None, level: int) -> None:
        for row in below.get(parent, []):
            found.append({"office": row, "level": level, "teams": list(row.teams.all())})
            walk(row.pk, level + 1)

    walk(None, 1)
    return found


@require_http_methods(["GET", "POST"])
@staff(Role.ADMINISTRATOR)
def edit_office(request: HttpRequest, office_id: UUID | None = None) -> HttpResponse:
    """Create or change an office."""
    actor = actor_of(request)
    row = policies.find_office(actor, office_id) if office_id else None
    choices = [
        (str(entry["office"].pk), "– " * (entry["level"] - 1) + entry["office"].name)
        for entry in _tree()
        if entry["office"].pk != office_id
    ]
    initial = office_initial(row) if row else {"active": True}
    form = OfficeForm(request.POST or None, initial=initial, offices=choices)
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_office(actor=actor, office_id=office_id, values=form.values(), now=clock.now())
        except actions.FieldProblems as error:
            take_over(form, error.problems)
        except DomainError as error:
            form.add_error(None, error.text(actor.language))
        else:
            messages.success(request, _("Das Amt ist gespeichert."))
            return redirect("administration:offices")
    title = row.name if row else _("Amt anlegen")
    back = reverse("administration:offices")
    return form_page(
        request,
        title=title,
        form=form,
        button=_("Amt speichern"),
        back=back,
        steps=((_("Ämter und Teams"), back),),
    )


@require_http_methods(["GET", "POST"])
@staff(Role.ADMINISTRATOR)
def edit_team(request: HttpRequest, office_id: UUID, team_id: UUID | None = None) -> HttpResponse:
    """Create or change a team of an office."""
    actor = actor_of(request)
    office = policies.find_office(actor, office_id)
    row = policies.find_team(actor, team_id) if team_id else None
    form = TeamForm(request.POST or None, initial=team_initial(row) if row else {"active": True})
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_team(
                actor=actor,
                team_id=team_id,
                office_id=office.pk,
                slug="",
                now=clock.now(),
                **form.cleaned_data,
            )
        except actions.FieldProblems as error:
            take_over(form, error.problems)
        except DomainError as error:
            form.add_error(None, error.text(actor.language))
        else:
            messages.success(request, _("Das Team ist gespeichert."))
            return redirect("administration:offices")
    title = row.name if row else _("Team anlegen")
    back = reverse("administration:offices")
    return form_page(
        request,
        title=title,
        lead=office.name,
        form=form,
        button=_("Team speichern"),
        back=back,
        steps=((_("Ämter und Teams"), back),),
    )
