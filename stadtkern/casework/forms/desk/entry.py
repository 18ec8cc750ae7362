"""Counter, telephone and post: staff enter an application on behalf of a person."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from stadtkern.casework.forms import actions, hooks, policies, queries
from stadtkern.casework.forms.actions.drafts import Person
from stadtkern.casework.forms.answers import groups_of
from stadtkern.casework.forms.errors import FormNotOnline
from stadtkern.casework.forms.loading import load
from stadtkern.casework.forms.models import STAFF_CHANNELS, Channel, FormDefinition, FormVersion
from stadtkern.casework.forms.runner.access import actor_of
from stadtkern.casework.forms.runner.mode import ENTRY
from stadtkern.casework.forms.runner.pages import pages_of
from stadtkern.foundation.access.api import Role, staff
from stadtkern.kernel import clock

CHANNELS = [
    (Channel.COUNTER.value, gettext_noop("am Schalter")),
    (Channel.PHONE.value, gettext_noop("am Telefon")),
    (Channel.POST.value, gettext_noop("auf Papier")),
]
gate = staff(Role.COUNTER)


@gate
def services(request: HttpRequest) -> HttpResponse:
    """The services that can be applied for here, and what this member of staff has begun."""
    public = FormVersion.State.PUBLISHED
    rows = FormDefinition.objects.filter(versions__state=public).order_by("title", "id")
    drafts = [
        draft
        for draft in queries.drafts_of(actor_of(request), clock.now())
        if draft.channel in STAFF_CHANNELS
    ]
    begun = [
        {"draft": draft, "url": ENTRY.page_url(draft.service_slug, draft.id, draft.page)}
        for draft in drafts
        if draft.page
    ]
    return render(request, "forms/desk/entry_services.html", {"rows": rows, "begun": begun})


@gate
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """Who applies, by which way, and how the city answers."""
    form = queries.published(slug)
    if form is None:
        raise FormNotOnline()
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        person = Person(
            name=request.POST.get("name", "").strip()[:300],
            email=request.POST.get("email", "").strip(),
            address=request.POST.get("address", "").strip()[:500],
        )
        channel = request.POST.get("channel", "")
        errors = _errors(person, channel)
        if not errors:
            draft = actions.start_draft(
                actor=actor_of(request), service_slug=slug, channel=channel, person=person, now=clock.now()
            )
            return redirect(ENTRY.page_url(slug, draft.id, pages_of(form.loaded, "de")[0].id))
    context = {
        "title": form.loaded.title_in(request.LANGUAGE_CODE),
        "channels": [(value, _(label)) for value, label in CHANNELS],
        "sent": request.POST,
        "errors": errors,
        "error_of": dict(errors),
        "breadcrumb": [(_("Anträge erfassen"), "/arbeit/erfassen/"), (form.title, "")],
    }
    return render(request, "forms/desk/entry_start.html", context, status=422 if errors else 200)


def _errors(person: Person, channel: str) -> list[tuple[str, str]]:
    errors: list[tuple[str, str]] = []
    if channel not in {str(item) for item in STAFF_CHANNELS}:
        errors.append(("channel", _("Wählen Sie, wie der Antrag zu Ihnen kommt.")))
    if not person.name:
        errors.append(("name", _("Geben Sie an, für wen Sie den Antrag erfassen.")))
    if person.email:
        try:
            validate_email(person.email)
        except ValidationError:
            errors.append(("email", _("Das ist keine E-Mail-Adresse.")))
    elif not person.address:
        errors.append(("address", _("Ohne E-Mail-Adresse brauchen wir eine Anschrift für Briefe.")))
    return errors


@gate
def done(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """It arrived: the number for the person at the counter, and the next application."""
    row = policies.find_submission(actor_of(request), submission_id)
    loaded = load(row.version)
    context = {
        "row": row,
        "title": loaded.title_in(request.LANGUAGE_CODE),
        "case": hooks.case_of(row.pk),
        "groups": groups_of(loaded, row.values, request.LANGUAGE_CODE),
    }
    return render(request, "forms/desk/entry_done.html", context)
