"""Business accounts as staff see them: search, compare with the register, mark as checked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from stadtkern.foundation.access.api import Actor, staff
from stadtkern.foundation.businesses import actions, policies, queries
from stadtkern.foundation.businesses.models import Business, Member
from stadtkern.foundation.shell.api import Cell, Column, Row, Table, paginate
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError


@require_safe
@staff(*policies.DESK)
def businesses(request: HttpRequest) -> HttpResponse:
    """The accounts, those not checked yet first."""
    actor, q = cast(Actor, cast(Any, request).actor), request.GET.get("q", "").strip()[:100]
    rows = policies.all_for(actor).order_by(F("checked_at").asc(nulls_first=True), "legal_name", "id")
    if q:
        rows = rows.filter(
            Q(legal_name__icontains=q) | Q(register_number__icontains=q) | Q(city__icontains=q)
        )
    page = paginate(request, rows, per_page=50)
    context = {
        "table": _table(page.object_list) if page.object_list else None, "page": page, "q": q, "here": reverse("businesses_desk:list"),
        "breadcrumb": [(_("Unternehmen"), "")],
    }  # fmt: skip
    return render(request, "businesses/desk/list.html", context)


def _table(rows: Iterable[Business]) -> Table:
    shown = [
        Row(
            cells=[
                Cell(
                    text=row.legal_name,
                    href=reverse("businesses_desk:business", args=[row.pk]),
                    note=_("geschlossen") if row.closed_at else "",
                ),
                Cell(text=f"{row.register_court} {row.register_number}"),
                Cell(text=f"{row.postcode} {row.city}"),
                Cell(text=f"{clock.local(row.checked_at):%d.%m.%Y}" if row.checked_at else _("nein")),
            ]
        )
        for row in rows
    ]
    columns = [Column(label=label) for label in (_("Name"), _("Register"), _("Ort"), _("Geprüft"))]
    return Table(caption=_("Unternehmenskonten"), caption_hidden=True, columns=columns, rows=shown)


@require_http_methods(["GET", "POST"])
@staff(*policies.DESK)
def business(request: HttpRequest, business_id: UUID) -> HttpResponse:
    """One account: compare, mark as checked, close."""
    actor = cast(Actor, cast(Any, request).actor)
    row = policies.find_for_staff(actor, business_id)
    error = ""
    if request.method == "POST":
        try:
            _act(request, actor, row)
            return redirect("businesses_desk:business", business_id=row.pk)
        except DomainError as caught:
            error = caught.text(actor.language)
    people = Member.objects.filter(business=row, role=Member.Role.ADMINISTER).select_related("account")
    context = {
        "business": row,
        "info": queries.info(row),
        "administrators": [str(member.account) for member in people],
        "with_what": request.POST.get("with_what", ""),
        "error": error,
        "errors": [("with_what", error)] if error else [],
        "breadcrumb": [(_("Unternehmen"), reverse("businesses_desk:list")), (row.legal_name, "")],
    }
    return render(request, "businesses/desk/business.html", context, status=422 if error else 200)


def _act(request: HttpRequest, actor: Actor, row: Business) -> None:
    wanted, now = request.POST.get("_action", ""), clock.now()
    if wanted == "close":
        actions.close_business(actor=actor, business_id=row.pk, now=now)
        messages.success(request, _("Das Unternehmenskonto ist geschlossen."))
    elif wanted == "uncheck":
        actions.take_check_back(actor=actor, business_id=row.pk, now=now)
        messages.success(request, _("Die Prüfung ist zurückgenommen."))
    else:
        with_what = request.POST.get("with_what", "")
        actions.mark_checked(actor=actor, business_id=row.pk, with_what=with_what, now=now)
        messages.success(request, _("Als geprüft gekennzeichnet."))
