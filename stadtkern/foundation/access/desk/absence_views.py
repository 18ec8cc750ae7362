"""Absences and deputies: everybody for herself, team leads for their people, administrators for all."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from stadtkern.foundation.access import actions, policies
from stadtkern.foundation.access.api import colleagues, staff
from stadtkern.foundation.access.desk.forms import AbsenceForm
from stadtkern.foundation.organizations.desk.frames import actor_of, form_page
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError, NotVisible


@require_http_methods(["GET", "POST"])
@staff()
def absences(request: HttpRequest) -> HttpResponse:
    """The list, and a form for a new one."""
    actor = actor_of(request)
    people = [(str(row.id), row.name) for row in colleagues(actor, clock.today())]
    own = [entry for entry in people if policies.may_change_absence_of(actor, UUID(entry[0]))]
    form = AbsenceForm(
        request.POST or None, people=people, own=own, initial={"account": str(actor.account_id)}
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.enter_absence(
                actor=actor, account_id=UUID(data["account"]), deputy_id=UUID(data["deputy"]),
                from_on=data["from_on"], to_on=data["to_on"], now=clock.now(),
            )  # fmt: skip
        except DomainError as error:
            form.add_error(None, error.text(actor.language))
        else:
            messages.success(request, _("Die Vertretung ist eingetragen."))
            return redirect("staff:absences")
    return form_page(
        request,
        title=_("Abwesenheit und Vertretung"),
        form=form,
        button=_("Abwesenheit eintragen"),
        back="/arbeit/",
        more={"absences": list(policies.absences_visible_to(actor)[:200])},
        template="access/desk/absences.html",
    )


@require_http_methods(["GET", "POST"])
@staff()
def delete(request: HttpRequest, absence_id: UUID) -> HttpResponse:
    """Ask, then take an absence back."""
    actor = actor_of(request)
    if not policies.absences_visible_to(actor).filter(pk=absence_id).exists():
        raise NotVisible()
    if request.method == "POST":
        actions.delete_absence(actor=actor, absence_id=absence_id, now=clock.now())
        messages.success(request, _("Die Abwesenheit ist gelöscht."))
        return redirect("staff:absences")
    context = {
        "confirm_frame": "shell/desk.html",
        "title": _("Abwesenheit löschen"),
        "text": _("Die Vertretung endet damit sofort."),
        "action": request.get_full_path(),
        "label": _("Abwesenheit löschen"),
        "back": reverse("staff:absences"),
        "hidden": [],
    }
    return render(request, "shell/confirm.html", context)
