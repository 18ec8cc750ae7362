"""The second guardian: invited by the first, opened by link and code, ended by an objection."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from stadtkern.casework.kita import policies
from stadtkern.casework.kita.contracts.actions import family
from stadtkern.casework.kita.models import SecondGuardian
from stadtkern.casework.kita.public.common import actor_of, base, open_here
from stadtkern.foundation.access.api import guest_or_resident
from stadtkern.foundation.accounts import api as accounts
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError


@guest_or_resident
def manage(request: HttpRequest, registration_id: UUID) -> HttpResponse:
    """Who has a view, invite somebody, object. Link and code are shown once."""
    actor = actor_of(request)
    row, second = policies.find_family(actor, registration_id)
    error, made = "", ("", "")
    if request.method == "POST":
        sent = request.POST
        try:
            if sent.get("verb") == "object":
                family.object_to_second(actor=actor, registration_id=row.pk, now=clock.now())
                messages.success(
                    request, _("Der Zugang ist beendet. Die andere Person sieht ab sofort nichts mehr.")
                )
                if second:
                    return redirect("kita:start")
                return redirect("kita-contract:second", registration_id=row.pk)
            made = family.invite(
                actor=actor, registration_id=row.pk, given=_text(sent.get("given")), family=_text(sent.get("family")),
                email=_text(sent.get("email")), now=clock.now(),
            )  # fmt: skip
        except DomainError as caught:
            error = caught.text(request.LANGUAGE_CODE)
    context = base(
        request,
        (_("Meine Kita-Anmeldung"), "/kita/meine/"),
        (row.number, f"/kita/meine/{row.pk}/"),
        (_("Zweite sorgeberechtigte Person"), ""),
        row=row,
        second=second,
        found=SecondGuardian.objects.filter(registration=row, ended_at=None).first(),
        link=made[0],
        code=made[1],
        typed=request.POST,
        errors=[("given", error)] if error else [],
        error=error,
    )
    return render(request, "kita/public/second.html", context, status=422 if error else 200)


def _text(value: str | None) -> str:
    return (value or "").replace("\x00", "").strip()[:200]


@guest_or_resident
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the invitation asks for the code."""
    family.find_invited(token)
    error, status = "", 200
    if request.method == "POST":
        try:
            found = family.open_second(
                actor=actor_of(request), token=token, code=request.POST.get("code", ""), now=clock.now()
            )
            open_here(request, found.pk)
            return redirect("kita:own", registration_id=found.registration_id)
        except DomainError as caught:
            error, status = caught.text(request.LANGUAGE_CODE), caught.status
    context = base(
        request,
        (_("Zugang zur Kita-Anmeldung"), ""),
        login=accounts.login_url(request.path) if actor_of(request).account_id is None else "",
        errors=[("code", error)] if error else [],
        error=error,
    )
    return render(request, "kita/public/second_enter.html", context, status=status)
