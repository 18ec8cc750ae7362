"""The own calendar address: made on a tap, shown once, blocked on the page of app passwords."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from stadtkern.casework.kita.interfaces.calendars import SCOPE
from stadtkern.casework.kita.public.common import actor_of, base
from stadtkern.foundation.access.api import resident
from stadtkern.foundation.accounts import api as accounts
from stadtkern.foundation.organizations import api as organizations
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError


@resident()
def manage(request: HttpRequest) -> HttpResponse:
    """For families and for staff: whoever has the address sees the dates."""
    address = error = ""
    if request.method == "POST":
        try:
            _key, secret = accounts.create_app_password(
                actor=actor_of(request), name=_("Kita-Kalender"), scopes=[SCOPE], now=clock.now()
            )
            address = organizations.public_address(reverse("kita-contract:feed", args=[secret]))
        except DomainError as caught:
            error = caught.text(request.LANGUAGE_CODE)
    context = base(request, (_("Termine als Kalender"), ""), address=address, error=error)
    return render(request, "kita/public/calendar.html", context, status=422 if error else 200)
