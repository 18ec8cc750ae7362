"""Who acts for a business: invite, accept, change, remove."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from stadtkern.foundation.access.api import NotAllowed, NotVisible, resident
from stadtkern.foundation.businesses import actions, policies, texts
from stadtkern.foundation.businesses.actions.people import invitation_behind
from stadtkern.foundation.businesses.errors import Incomplete, LastBusinessAdministrator, TooManyInvitations
from stadtkern.foundation.businesses.models import Member
from stadtkern.foundation.businesses.public.views import actor_of, crumbs
from stadtkern.kernel import clock


@require_http_methods(["GET", "POST"])
@resident()
def invite(request: HttpRequest, business_id: UUID) -> HttpResponse:
    """Invite somebody by mail."""
    actor = actor_of(request)
    row = policies.find(actor, business_id, "administer")
    problems: list[tuple[str, str]] = []
    email, role = request.POST.get("email", ""), request.POST.get("role", "")
    if request.method == "POST":
        try:
            actions.invite(actor=actor, business_id=row.pk, email=email, role=role, now=clock.now())
            messages.success(request, _("Die Einladung ist unterwegs. Der Link gilt 14 Tage und einmal."))
            return redirect("businesses:business", business_id=row.pk)
        except Incomplete as error:
            problems = texts.errors_of(error.problems)
        except TooManyInvitations as error:
            problems = [("email", error.text(actor.language))]
    context = {
        "business": row,
        "email": email,
        "role": role,
        "roles": texts.role_options(),
        "errors": problems,
        "error": dict(reversed(problems)),
        "breadcrumb": crumbs(
            (row.legal_name, reverse("businesses:business", args=[row.pk])), (_("Einladen"), "")
        ),
    }
    return render(request, "businesses/public/invite.html", context, status=422 if problems else 200)


@require_POST
@resident()
def take_back(request: HttpRequest, business_id: UUID, invitation_id: UUID) -> HttpResponse:
    """The invitation's link stops working."""
    actions.take_invitation_back(
        actor=actor_of(request), business_id=business_id, invitation_id=invitation_id, now=clock.now()
    )
    messages.success(request, _("Die Einladung ist zurückgenommen."))
    return redirect("businesses:business", business_id=business_id)


@require_http_methods(["GET", "POST"])
@resident()
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Behind the link of an invitation: who invites, as what; accepting is a click."""
    actor = actor_of(request)
    row = invitation_behind(token, clock.now())
    if request.method == "POST":
        business_id = actions.accept_invitation(actor=actor, token=token, now=clock.now())
        messages.success(request, _("Sie handeln jetzt für %(name)s.") % {"name": row.business.legal_name})
        return redirect("businesses:business", business_id=business_id)
    name, meaning = texts.ROLES[row.role]
    context = {"invitation": row, "role": name, "meaning": meaning, "me": actor.name}
    return render(request, "businesses/public/invitation.html", context)


@require_http_methods(["GET", "POST"])
@resident()
def member(request: HttpRequest, business_id: UUID, member_id: UUID) -> HttpResponse:
    """Change somebody's role or remove her; everybody may leave."""
    actor = actor_of(request)
    business = policies.find(actor, business_id)
    row = Member.objects.filter(pk=member_id, business=business).select_related("account").first()
    if row is None:
        raise NotVisible()
    administers = policies.businesses_of(actor, "administer").filter(pk=business.pk).exists()
    own = row.account_id == actor.account_id
    if not (administers or own):
        raise NotAllowed()
    error = ""
    if request.method == "POST":
        try:
            return _changed(request, row, own=own)
        except LastBusinessAdministrator as caught:
            error = caught.text(actor.language)
    context = {
        "business": business,
        "member": row,
        "own": own,
        "administers": administers,
        "roles": texts.role_options(),
        "errors": [("role", error)] if error else [],
        "error": error,
        "breadcrumb": crumbs(
            (business.legal_name, reverse("businesses:business", args=[business.pk])), (str(row.account), "")
        ),
    }
    return render(request, "businesses/public/member.html", context, status=409 if error else 200)


def _changed(request: HttpRequest, row: Member, *, own: bool) -> HttpResponse:
    actor, now = actor_of(request), clock.now()
    if request.POST.get("_action") == "remove":
        actions.remove_member(actor=actor, business_id=row.business_id, member_id=row.pk, now=now)
        messages.success(
            request, _("Erledigt. Die Person sieht ab sofort nichts mehr von diesem Unternehmen.")
        )
        if own:
            return redirect("businesses:overview")
    else:
        role = request.POST.get("role", "")
        actions.change_role(actor=actor, business_id=row.business_id, member_id=row.pk, role=role, now=now)
        messages.success(request, _("Die Rolle ist geändert."))
    return redirect("businesses:business", business_id=row.business_id)
