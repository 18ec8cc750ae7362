"""The directory of outside bodies: who can be asked by short name, kept by service managers and team leads."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from stadtkern.casework.cases.statements.models import Contact
from stadtkern.foundation.access.api import Actor, Role, staff
from stadtkern.foundation.audit import api as audit
from stadtkern.foundation.organizations import api as organizations
from stadtkern.foundation.shell.api import Cell, Column, Row, Table
from stadtkern.kernel import clock
from stadtkern.kernel.errors import Conflict, DomainError, InvalidInput, NotVisible

KEEPERS = (Role.SERVICE_MANAGER, Role.TEAM_LEAD)


@transaction.atomic
def keep(
    *, actor: Actor, contact_id: UUID | None, name: str, email: str, active: bool, now: datetime
) -> UUID:
    """Enter or change an outside body; its short name stays what it was, packages name it."""
    if not name.strip():
        raise InvalidInput(
            "Bitte nennen Sie die Stelle.", message_en="Please name the body.", extra={"field": "name"}
        )
    try:
        validate_email(email.strip())
    except ValidationError as error:
        raise InvalidInput(
            "Bitte geben Sie eine gültige E-Mail-Adresse an.",
            message_en="Please give a valid e-mail address.",
            extra={"field": "email"},
        ) from error
    row = Contact(slug=organizations.short_name(name)[:60])
    if contact_id is not None:
        row = _find(contact_id)
    row.name, row.email, row.active = name.strip()[:200], email.strip(), active
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Conflict(
            "Eine Stelle mit diesem Namen gibt es schon.",
            message_en="There is a body of this name already.",
            extra={"field": "name"},
        ) from error
    audit.record(
        actor=actor,
        action="statements.contact_kept",
        obj=("contact", row.pk),
        details={"slug": row.slug, "active": active},
        now=now,
    )
    return row.pk


def _find(contact_id: UUID) -> Contact:
    row = Contact.objects.filter(pk=contact_id).first()
    if row is None:
        raise NotVisible()
    return row


@staff(*KEEPERS)
def contacts(request: HttpRequest) -> HttpResponse:
    """All outside bodies."""
    rows = [
        Row(
            cells=[
                Cell(text=row.name, href=reverse("desk:contact", args=[row.pk])),
                Cell(text=row.slug),
                Cell(text=row.email),
                Cell(text=_("wird gefragt"), kind="success")
                if row.active
                else Cell(text=_("wird nicht mehr gefragt"), kind="neutral"),
            ]
        )
        for row in Contact.objects.order_by("name", "id")[:500]
    ]
    columns = [
        Column(label=_("Name")),
        Column(label=_("Kurzname in Abläufen")),
        Column(label=_("E-Mail")),
        Column(label=_("Stand")),
    ]
    context = {
        "table": Table(caption=_("Träger öffentlicher Belange"), columns=columns, rows=rows),
        "number": len(rows),
        "breadcrumb": [(_("Träger öffentlicher Belange"), "")],
    }
    return render(request, "cases/statements/contacts.html", context)


@staff(*KEEPERS)
def contact(request: HttpRequest, contact_id: UUID | None = None) -> HttpResponse:
    """Enter an outside body, or change one."""
    row = _find(contact_id) if contact_id else None
    error: DomainError | None = None
    if request.method == "POST":
        try:
            keep(
                actor=request.actor,  # type: ignore[attr-defined]
                contact_id=contact_id,
                name=request.POST.get("name", ""),
                email=request.POST.get("email", ""),
                active=bool(request.POST.get("active")),
                now=clock.now(),
            )
            messages.success(request, _("Gespeichert."))
            return redirect("desk:contacts")
        except DomainError as caught:
            error = caught
    entered = request.POST if error else {}
    context = {
        "row": row,
        "name": entered.get("name", row.name if row else ""),
        "email": entered.get("email", row.email if row else ""),
        "active": bool(entered.get("active")) if error else row.active if row else True,
        "errors": [(str(error.extra.get("field", "name")), error.text(request.LANGUAGE_CODE))] if error else [],
        "breadcrumb": [
            (_("Träger öffentlicher Belange"), reverse("desk:contacts")),
            (row.name if row else _("Neue Stelle"), ""),
        ],
    }  # fmt: skip
    return render(request, "cases/statements/contact.html", context, status=error.status if error else 200)
