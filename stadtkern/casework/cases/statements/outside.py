"""The pages of outside bodies: a link, a code, and only what was released to them."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from stadtkern.casework.cases.statements import access, showing
from stadtkern.foundation.access.api import Actor, guest_or_resident
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel.errors import DomainError


@guest_or_resident
def statement(request: HttpRequest, statement_id: UUID) -> HttpResponse:
    """One request: first the code, then the question and the answer."""
    if str(statement_id) not in request.session.get(access.SESSION_KEY, []):
        return _enter(request, statement_id)
    row = access.opened(request, statement_id)
    return showing.answer_page(
        request,
        row,
        actor=_guest(),
        by_name="",
        template="cases/statements/outside.html",
        file_url="cases:statement-file",
        back=reverse("cases:statement", args=[row.pk]),
        breadcrumb=[(_("Startseite"), "/"), (_("Stellungnahme"), "")],
    )


def _enter(request: HttpRequest, statement_id: UUID) -> HttpResponse:
    """The form of the code; it looks the same whether or not there is such a request."""
    error: DomainError | None = None
    if request.method == "POST":
        try:
            access.open_with_code(request, statement_id=statement_id, code=request.POST.get("code", ""))
            return redirect("cases:statement", statement_id=statement_id)
        except DomainError as caught:
            error = caught
    context = {
        "errors": [("code", error.text(getattr(request, "LANGUAGE_CODE", "de")))] if error else [],
        "code": request.POST.get("code", ""),
        "breadcrumb": [(_("Startseite"), "/"), (_("Stellungnahme"), "")],
    }
    return render(request, "cases/statements/enter.html", context, status=error.status if error else 200)


@guest_or_resident
def file(request: HttpRequest, statement_id: UUID, file_id: UUID) -> HttpResponseBase:
    """A document that was released to the outside body."""
    return showing.released_file(access.opened(request, statement_id), file_id, actor=_guest())


def _guest() -> Actor:
    """Whoever has link and code. An account that happens to be logged in plays no part."""
    return Actor(kind="guest", tenant_id=tenancy.current_id())
