"""Powers of attorney: give one, accept one, end one."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from stadtkern.foundation.access.api import resident
from stadtkern.foundation.accounts.api import Assurance
from stadtkern.foundation.businesses import actions, policies, queries, scope, texts
from stadtkern.foundation.businesses.actions.powers import power_behind
from stadtkern.foundation.businesses.errors import Incomplete, TooManyInvitations
from stadtkern.foundation.businesses.models import Business, PowerOfAttorney
from stadtkern.foundation.businesses.public.views import actor_of, crumbs
from stadtkern.foundation.shell.api import read_date
from stadtkern.kernel import clock

ALL = "alle"
SOME = "einige"


@require_http_methods(["GET", "POST"])
@resident(assurance=Assurance.SUBSTANTIAL)
def grant(request: HttpRequest, business_id: UUID | None = None) -> HttpResponse:
    """Give a power of attorney, for a business or for oneself."""
    actor = actor_of(request)
    row = policies.find(actor, business_id, "administer") if business_id else None
    problems: list[tuple[str, str]] = []
    if request.method == "POST":
        try:
            return _granted(request, row)
        except Incomplete as error:
            problems = texts.errors_of(error.problems)
        except TooManyInvitations as error:
            problems = [("email", error.text(actor.language))]
    return _grant_page(request, row, problems)


def _granted(request: HttpRequest, row: Business | None) -> HttpResponse:
    from_on, to_on = read_date(request.POST, "from_on"), read_date(request.POST, "to_on")
    wrong = [
        (name, "date") for name, value in (("from_on", from_on), ("to_on", to_on)) if isinstance(value, str)
    ]
    if wrong:
        raise Incomplete(wrong)
    assert not isinstance(from_on, str) and not isinstance(to_on, str)
    known = {slug for slug, _title in scope.services(actor_of(request).language)}
    chosen = [slug for slug in request.POST.getlist("services") if slug in known]
    actions.grant_power(
        actor=actor_of(request),
        business_id=row.pk if row else None,
        email=request.POST.get("email", ""),
        rights=[
            "read",
            *(right for right in request.POST.getlist("rights") if right in ("apply", "receive")),
        ],
        services=None if request.POST.get("scope") == ALL else chosen,
        from_on=from_on,
        to_on=to_on + timedelta(days=1) if to_on else None,  # people say the last day, stored is [from, to)
        now=clock.now(),
    )
    messages.success(
        request, _("Die Vollmacht ist angeboten. Sie gilt, sobald der Link in der E-Mail angenommen ist.")
    )
    return redirect("businesses:business", business_id=row.pk) if row else redirect("businesses:overview")


def _grant_page(request: HttpRequest, row: Business | None, problems: list[tuple[str, str]]) -> HttpResponse:
    typed = request.method == "POST"
    title = _("Vollmacht erteilen")
    context = {
        "business": row,
        "email": request.POST.get("email", ""),
        "rights": [
            ("apply", _("Anträge stellen, ändern, zurücknehmen und Fragen beantworten")),
            ("receive", _("Bescheide, Nachrichten und das Postfach empfangen")),
        ],
        "chosen_rights": request.POST.getlist("rights") if typed else ["apply", "receive"],
        "scopes": [(ALL, _("für alle Leistungen")), (SOME, _("nur für ausgewählte Leistungen"))],
        "scope": request.POST.get("scope", ALL if not typed else SOME),
        "services": scope.services(actor_of(request).language),
        "chosen_services": request.POST.getlist("services"),
        "from_on": read_date(request.POST, "from_on") if typed else clock.today(),
        "to_on": read_date(request.POST, "to_on") if typed else None,
        "errors": problems,
        "error": dict(reversed(problems)),
        "breadcrumb": crumbs(
            *([(row.legal_name, reverse("businesses:business", args=[row.pk]))] if row else []), (title, "")
        ),
    }
    return render(request, "businesses/public/grant.html", context, status=422 if problems else 200)


@require_http_methods(["GET", "POST"])
@resident()
def offer(request: HttpRequest, token: str) -> HttpResponse:
    """Behind the link of an offered power of attorney: who, what for, until when; accept for oneself or one's business."""
    actor = actor_of(request)
    row = power_behind(token, clock.now())
    businesses = list(policies.businesses_of(actor, "administer").order_by("legal_name", "id"))
    if request.method == "POST":
        chosen = next((one.pk for one in businesses if str(one.pk) == request.POST.get("as", "")), None)
        power_id = actions.accept_power(actor=actor, token=token, business_id=chosen, now=clock.now())
        messages.success(request, _("Die Vollmacht ist angenommen."))
        return redirect("businesses:power", power_id=power_id)
    options = [("ich", _("%(name)s (ich selbst)") % {"name": actor.name})]
    options += [(str(one.pk), one.legal_name) for one in businesses]
    context = {
        **_shown(request, row),
        "options": options,
        "grantor": str(row.grantor_business or row.grantor_account),
    }
    return render(request, "businesses/public/offer.html", context)


@require_http_methods(["GET", "POST"])
@resident()
def power(request: HttpRequest, power_id: UUID) -> HttpResponse:
    """One power of attorney; both sides may end it, at once."""
    actor, now = actor_of(request), clock.now()
    row = policies.find_power(actor, power_id)
    if request.method == "POST":
        actions.end_power(actor=actor, power_id=row.pk, now=now)
        messages.success(request, _("Die Vollmacht gilt nicht mehr."))
        return redirect("businesses:power", power_id=row.pk)
    shown = queries.shown(PowerOfAttorney.objects.filter(pk=row.pk), clock.today(), now)[0]
    given = policies.powers_visible_to(actor, "administer").filter(pk=row.pk)
    context = {
        **_shown(request, row),
        "power": shown,
        "may_end": given.exists() and row.ended_at is None,
        "breadcrumb": crumbs((_("Vollmacht"), "")),
    }
    return render(request, "businesses/public/power.html", context)


def _shown(request: HttpRequest, row: PowerOfAttorney) -> dict[str, object]:
    titles = dict(scope.services(actor_of(request).language))
    services = (
        _("alle Leistungen")
        if row.services is None
        else ", ".join(titles.get(slug, slug) for slug in row.services)
    )
    return {
        "row": row,
        "rights_text": texts.rights_text(apply=row.may_apply, receive=row.may_receive),
        "services_text": services,
        "until": _last_day(row.valid_to_on),
    }


def _last_day(to_on: date | None) -> date | None:
    """People read the last day on which it holds; stored is the day after."""
    return to_on - timedelta(days=1) if to_on else None
