"""Counter, telephone and post: staff enter an application on behalf of a person."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST

from stadtkern.casework.forms import actions, counter, hooks, policies, queries
from stadtkern.casework.forms.actions.drafts import Person
from stadtkern.casework.forms.answers import groups_of
from stadtkern.casework.forms.errors import FormNotOnline
from stadtkern.casework.forms.loading import load
from stadtkern.casework.forms.models import STAFF_CHANNELS, Channel, FormDefinition, FormVersion
from stadtkern.casework.forms.runner.access import actor_of
from stadtkern.casework.forms.runner.mode import ENTRY
from stadtkern.casework.forms.runner.pages import pages_of
from stadtkern.foundation.access.api import NotVisible, Role, colleagues, staff
from stadtkern.foundation.shell import api as shell
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
    actor, now = actor_of(request), clock.now()
    people = {colleague.id: colleague.name for colleague in colleagues(actor)}
    partners = [
        (str(key), people.get(key, "–")) for key in counter.partners(actor, clock.local(now).date())
        if key != actor.account_id
    ]  # fmt: skip
    begun: list[dict[str, Any]] = []
    others: list[dict[str, Any]] = []
    for draft in counter.drafts_visible_to(actor, now)[:200]:
        own = draft.account_id == actor.account_id
        title, slug = draft.version.definition.title, draft.version.definition.service_slug
        page = draft.page or pages_of(load(draft.version), "de")[0].id
        line = {
            "id": draft.pk,
            "title": title,
            "name": draft.on_behalf_of,
            "updated_at": draft.updated_at,
            "url": ENTRY.page_url(slug, draft.pk, page),
            "holder": people.get(draft.account_id, "–") if draft.account_id else "–",
        }
        (begun if own else others).append(line)
    context = {"rows": rows, "begun": begun, "others": others, "partners": partners}
    return render(request, "forms/desk/entry_services.html", context)


@gate
@require_POST
def hand_over(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Take a begun application of a colleague, or give an own one to her."""
    actor = actor_of(request)
    text = request.POST.get("to", "")
    try:
        to = UUID(text) if text else actor.key
    except ValueError as error:
        raise NotVisible() from error
    counter.hand_over(actor=actor, draft_id=draft_id, account_id=to, now=clock.now())
    messages.success(
        request, _("Übergeben.") if text else _("Übernommen. Machen Sie unter „Angefangen“ weiter.")
    )
    return redirect("forms_desk:entry")


@gate
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Find a person among what this counter entered; sent by POST, so that no name stands in an address."""
    sent = request.POST
    born = shell.read_date(sent, "born")
    errors: dict[str, str] = {}
    found = None
    if request.method == "POST" and isinstance(born, str):
        errors["born"] = _("Diesen Tag gibt es nicht.")
    elif request.method == "POST" and not isinstance(born, str):
        try:
            found = counter.find_persons(
                actor=actor_of(request),
                name=sent.get("name", "")[:300],
                born_on=born,
                purpose=sent.get("purpose", ""),
                now=clock.now(),
            )
        except counter.SearchRefused as error:
            errors[error.field] = error.text(request.LANGUAGE_CODE)
    context = {
        "sent": sent,
        "born": born,
        "found": found,
        "error": errors,
        "errors": list(errors.items()),
        "breadcrumb": [(_("Anträge erfassen"), "/arbeit/erfassen/"), (_("Person suchen"), "")],
    }
    return render(request, "forms/desk/entry_search.html", context, status=422 if errors else 200)


@gate
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """Who applies, by which way, and how the city answers."""
    if (pages := hooks.own_pages(slug)) is not None:
        return redirect(pages[1])
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
