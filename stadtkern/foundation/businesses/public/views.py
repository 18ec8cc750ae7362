"""The businesses of a person: overview, found, change, close."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from stadtkern.foundation.access.api import Actor, resident
from stadtkern.foundation.accounts.api import Assurance
from stadtkern.foundation.businesses import actions, policies, queries, texts
from stadtkern.foundation.businesses.actions import BusinessData
from stadtkern.foundation.businesses.errors import AlreadyChecked, Incomplete
from stadtkern.foundation.businesses.models import Business, Member
from stadtkern.kernel import clock

FIELDS = tuple(BusinessData.__dataclass_fields__)


def actor_of(request: HttpRequest) -> Actor:
    """The actor of the request."""
    return cast(Actor, cast(Any, request).actor)


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """The way here."""
    return [(_("Unternehmen und Vollmachten"), reverse("businesses:overview")), *more]


@require_safe
@resident()
def overview(request: HttpRequest) -> HttpResponse:
    """The actor's businesses, for whom she acts, and whom she gave a power of attorney."""
    actor, now = actor_of(request), clock.now()
    roles = dict(Member.objects.filter(account_id=actor.key).values_list("business_id", "role"))
    mine = list(policies.businesses_of(actor).order_by("legal_name", "id"))
    own = [{"business": row, "role": texts.ROLES[roles[row.pk]][0]} for row in mine]
    powers = queries.shown(policies.powers_visible_to(actor), clock.today(), now)
    ids = {row.pk for row in mine}
    context = {
        "businesses": own,
        "held": [
            one
            for one in powers
            if one.row.grantee_account_id == actor.key or one.row.grantee_business_id in ids
        ],
        "given": [one for one in powers if one.row.grantor_account_id == actor.key],
        "breadcrumb": [(_("Unternehmen und Vollmachten"), "")],
    }
    return render(request, "businesses/public/overview.html", context)


@require_http_methods(["GET", "POST"])
@resident(assurance=Assurance.SUBSTANTIAL)
def found(request: HttpRequest) -> HttpResponse:
    """Make the account of a business; who does must have proved who she is and be entitled to represent it."""
    problems: list[tuple[str, str]] = []
    if request.method == "POST":
        try:
            business_id = actions.found_business(
                actor=actor_of(request),
                data=read(request),
                entitled=request.POST.get("entitled") == "1",
                now=clock.now(),
            )
            messages.success(request, _("Das Unternehmenskonto ist angelegt. Sie verwalten es."))
            return redirect("businesses:business", business_id=business_id)
        except (Incomplete, AlreadyChecked) as error:
            problems = problems_of(error, actor_of(request).language)
    return _form(request, None, problems, crumbs((_("Unternehmenskonto anlegen"), "")))


def problems_of(error: Incomplete | AlreadyChecked, language: str) -> list[tuple[str, str]]:
    """(field, sentence) of a refusal."""
    if isinstance(error, Incomplete):
        return texts.errors_of(error.problems)
    return [("register_number", error.text(language))]


def read(request: HttpRequest) -> BusinessData:
    """What was typed."""
    return BusinessData(**{name: request.POST.get(name, "") for name in FIELDS})


def _form(
    request: HttpRequest,
    row: Business | None,
    problems: list[tuple[str, str]],
    breadcrumb: list[tuple[str, str]],
) -> HttpResponse:
    typed = request.method == "POST"
    values = {name: request.POST.get(name, "") if typed else getattr(row, name, "") for name in FIELDS}
    context = {
        "values": values,
        "errors": problems,
        "error": dict(reversed(problems)),
        "forms": [(value, label) for value, label in Business.LegalForm.choices],
        "business": row,
        "entitled": request.POST.get("entitled") == "1",
        "breadcrumb": breadcrumb,
    }
    return render(request, "businesses/public/form.html", context, status=422 if problems else 200)


@require_safe
@resident()
def business(request: HttpRequest, business_id: UUID) -> HttpResponse:
    """One business: details, people, invitations, powers of attorney."""
    actor, now = actor_of(request), clock.now()
    row = policies.find(actor, business_id)
    people = list(Member.objects.filter(business=row).select_related("account").order_by("since_at", "id"))
    own = next(member for member in people if member.account_id == actor.account_id)
    powers = queries.shown(policies.powers_visible_to(actor).filter(grantor_business=row), clock.today(), now)
    context = {
        "business": row,
        "info": queries.info(row),
        "people": [{"member": one, "role": texts.ROLES[one.role][0]} for one in people],
        "own": own,
        "administers": own.role == Member.Role.ADMINISTER,
        "invitations": policies.open_invitations([row.pk]).filter(expires_at__gt=now),
        "powers": powers,
        "breadcrumb": crumbs((row.legal_name, "")),
    }
    return render(request, "businesses/public/business.html", context)


@require_http_methods(["GET", "POST"])
@resident()
def change(request: HttpRequest, business_id: UUID) -> HttpResponse:
    """Change the details."""
    actor = actor_of(request)
    row = policies.find(actor, business_id, "administer")
    problems: list[tuple[str, str]] = []
    if request.method == "POST":
        try:
            actions.change_business(actor=actor, business_id=row.pk, data=read(request), now=clock.now())
            messages.success(request, _("Gespeichert."))
            return redirect("businesses:business", business_id=row.pk)
        except (Incomplete, AlreadyChecked) as error:
            problems = problems_of(error, actor.language)
    here = (row.legal_name, reverse("businesses:business", args=[row.pk]))
    return _form(request, row, problems, crumbs(here, (_("Bearbeiten"), "")))


@require_http_methods(["GET", "POST"])
@resident()
def close(request: HttpRequest, business_id: UUID) -> HttpResponse:
    """End the account, after asking once more."""
    actor = actor_of(request)
    row = policies.find(actor, business_id, "administer")
    if request.method == "POST":
        actions.close_business(actor=actor, business_id=row.pk, now=clock.now())
        messages.success(request, _("Das Unternehmenskonto ist geschlossen."))
        return redirect("businesses:overview")
    context = {
        "confirm_frame": "shell/public.html",
        "title": _("Dieses Unternehmenskonto schließen?"),
        "text": _("Niemand handelt danach mehr für %(name)s, und alle Vollmachten enden. Laufende Vorgänge bearbeiten wir weiter; wir schreiben dann an die Anschrift des Unternehmens.") % {"name": row.legal_name},
        "action": reverse("businesses:close", args=[row.pk]),
        "label": _("Unternehmenskonto schließen"),
        "back": reverse("businesses:business", args=[row.pk]),
    }  # fmt: skip
    return render(request, "shell/confirm.html", context)
