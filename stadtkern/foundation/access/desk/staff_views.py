"""Staff accounts: search, filter, create, roles, block, second factor, export."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from stadtkern.foundation.access import actions, policies
from stadtkern.foundation.access.api import Role, staff
from stadtkern.foundation.access.desk.forms import NewPersonForm, PersonForm, RoleForm, role_initial
from stadtkern.foundation.access.models import RoleAssignment
from stadtkern.foundation.accounts import api as accounts
from stadtkern.foundation.organizations.desk.frames import actor_of, form_page, trail
from stadtkern.foundation.shell.api import Cell, Column, Row, Table, csv_response, paginate
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError, NotVisible

PER_PAGE = 50
EXPORT_HEAD = ("login", "name", "email", "role", "office", "team", "from", "to", "active")


def _found(request: HttpRequest) -> QuerySet[RoleAssignment]:
    rows = policies.assignments_visible_to(actor_of(request)).order_by(
        "account__display_name", "account_id", "id"
    )
    if text := request.GET.get("q", "").strip():
        rows = rows.filter(
            Q(account__display_name__icontains=text)
            | Q(account__username__icontains=text)
            | Q(account__email__icontains=text)
        )
    if (role := request.GET.get("rolle", "")) in Role.values:
        rows = rows.filter(role=role)
    if request.GET.get("stand") == "gesperrt":
        rows = rows.filter(account__is_active=False)
    elif request.GET.get("stand") == "aktiv":
        rows = rows.filter(account__is_active=True)
    return rows


@require_safe
@staff(Role.ADMINISTRATOR)
def people(request: HttpRequest) -> HttpResponse:
    """Everybody with a role here: one line per role."""
    page = paginate(request, _found(request), PER_PAGE)
    rows = [
        Row(
            cells=[
                Cell(text=str(row.account), href=reverse("staff:person", args=[row.account_id])),
                Cell(text=row.account.username),
                Cell(text=row.get_role_display()),
                Cell(text=str(row.team or row.office or _("ganze Kommune"))),
                Cell(
                    text=_("aktiv") if row.account.is_active else _("gesperrt"),
                    kind="success" if row.account.is_active else "neutral",
                ),
            ]
        )
        for row in page.object_list
    ]
    columns = [
        Column(label=text) for text in (_("Name"), _("Anmeldename"), _("Rolle"), _("gilt für"), _("Stand"))
    ]
    context = {
        "page": page,
        "table": Table(caption=_("Beschäftigte und Rollen"), caption_hidden=True, columns=columns, rows=rows),
        "q": request.GET.get("q", ""),
        "role": request.GET.get("rolle", ""),
        "state": request.GET.get("stand", ""),
        "roles": [("", _("alle Rollen")), *Role.choices],
        "states": [("", _("alle")), ("aktiv", _("aktiv")), ("gesperrt", _("gesperrt"))],
        "query": request.GET.urlencode(),
        "breadcrumb": trail((_("Beschäftigte und Rollen"), "")),
    }
    return render(request, "access/desk/people.html", context)


@require_safe
@staff(Role.ADMINISTRATOR)
def export(request: HttpRequest) -> HttpResponse:
    """The filtered list as CSV; the import reads it again."""
    rows = (
        (
            row.account.username,
            str(row.account),
            row.account.email,
            row.role,
            row.office.slug if row.office else "",
            row.team.slug if row.team else "",
            row.valid_from_on.isoformat(),
            row.valid_to_on.isoformat() if row.valid_to_on else "",
            "1" if row.account.is_active else "0",
        )
        for row in _found(request)[:10_000]
    )
    return csv_response("personal.csv", EXPORT_HEAD, rows)


@require_http_methods(["GET", "POST"])
@staff(Role.ADMINISTRATOR)
def create(request: HttpRequest) -> HttpResponse:
    """A new account with its first role, and the link to set the password."""
    actor = actor_of(request)
    now = clock.now()
    form = NewPersonForm(request.POST or None, initial=role_initial(clock.today()))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        office_id, team_id = form.chosen_place()
        try:
            with transaction.atomic():
                account_id = accounts.create_staff_account(
                    actor=actor, login=data["login"], name=data["name"], email=data["email"], now=now
                )
                actions.assign_role(
                    actor=actor, account_id=account_id, role=data["role"], office_id=office_id, team_id=team_id,
                    valid_from_on=data["valid_from_on"], valid_to_on=data["valid_to_on"], now=now,
                )  # fmt: skip
        except DomainError as error:
            form.add_error(None, error.text(actor.language))
        else:
            messages.success(request, _("Das Konto ist angelegt."))
            return redirect("staff:confirm", account_id, "passwort-link")
    back = reverse("staff:list")
    steps = ((_("Beschäftigte und Rollen"), back),)
    return form_page(
        request, title=_("Konto anlegen"), form=form, button=_("Konto anlegen"), back=back, steps=steps
    )


@require_http_methods(["GET", "POST"])
@staff(Role.ADMINISTRATOR)
def person(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """One person: name and address (if managed here), roles, what can be done."""
    actor = actor_of(request)
    info = _person(request, account_id)
    managed = info.home_id == actor.tenant_id
    form = PersonForm(request.POST or None, initial={"name": info.name, "email": info.email})
    if request.method == "POST" and managed and form.is_valid():
        try:
            accounts.update_staff_account(
                actor=actor, account_id=account_id, now=clock.now(), **form.cleaned_data
            )
        except DomainError as error:
            form.add_error("email", error.text(actor.language))
        else:
            messages.success(request, _("Gespeichert."))
            return redirect("staff:person", account_id)
    roles = policies.assignments_visible_to(actor).filter(account_id=account_id)
    more = {
        "person": info,
        "managed": managed,
        "assignments": list(roles),
        "role_form": RoleForm(initial=role_initial(clock.today())),
        "is_self": account_id == actor.account_id,
    }
    back = reverse("staff:list")
    return form_page(
        request, title=info.name, form=form, button=_("Angaben speichern"), back=back, more=more,
        steps=((_("Beschäftigte und Rollen"), back),), template="access/desk/person.html",
    )  # fmt: skip


def _person(request: HttpRequest, account_id: UUID) -> accounts.AccountInfo:
    """Somebody with a role here or managed here; raises ``NotVisible``."""
    actor = actor_of(request)
    info = accounts.account(account_id)
    if info is None or info.kind == "resident":
        raise NotVisible()
    works_here = policies.assignments_visible_to(actor).filter(account_id=account_id).exists()
    if not works_here and info.home_id != actor.tenant_id:
        raise NotVisible()
    return info


@require_http_methods(["POST"])
@staff(Role.ADMINISTRATOR)
def add_role(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Give a person one more role."""
    actor = actor_of(request)
    info = _person(request, account_id)
    form = RoleForm(request.POST)
    if form.is_valid():
        office_id, team_id = form.chosen_place()
        data = form.cleaned_data
        try:
            actions.assign_role(
                actor=actor, account_id=account_id, role=data["role"], office_id=office_id, team_id=team_id,
                valid_from_on=data["valid_from_on"], valid_to_on=data["valid_to_on"], now=clock.now(),
            )  # fmt: skip
        except DomainError as error:
            form.add_error(None, error.text(actor.language))
        else:
            messages.success(request, _("Die Rolle ist vergeben."))
            return redirect("staff:person", account_id)
    back = reverse("staff:person", args=[account_id])
    return form_page(
        request, title=_("Rolle vergeben"), lead=info.name, form=form, button=_("Rolle vergeben"), back=back
    )


@require_http_methods(["GET", "POST"])
@staff(Role.ADMINISTRATOR)
def end_role(request: HttpRequest, account_id: UUID, assignment_id: UUID) -> HttpResponse:
    """Ask, then let a role end today."""
    actor = actor_of(request)
    row = policies.find_assignment(actor, assignment_id)
    if row.account_id != account_id:
        raise NotVisible()
    if request.method == "POST":
        try:
            actions.end_role(actor=actor, assignment_id=assignment_id, on=clock.today(), now=clock.now())
            messages.success(request, _("Die Rolle ist beendet."))
        except DomainError as error:
            messages.error(request, error.text(actor.language))
        return redirect("staff:person", account_id)
    return _ask(
        request,
        title=_("Rolle beenden"),
        text=f"{row.account}: {row.get_role_display()}",
        label=_("Rolle heute beenden"),
        account_id=account_id,
    )


def _ask(request: HttpRequest, *, title: str, text: str, label: str, account_id: UUID) -> HttpResponse:
    context: dict[str, Any] = {
        "confirm_frame": "shell/desk.html",
        "title": title,
        "text": text,
        "action": request.get_full_path(),
        "label": label,
        "back": reverse("staff:person", args=[account_id]),
        "hidden": [],
    }
    return render(request, "shell/confirm.html", context)


@require_http_methods(["GET", "POST"])
@staff(Role.ADMINISTRATOR)
def confirm(request: HttpRequest, account_id: UUID, step: str) -> HttpResponse:
    """Block, unblock, reset the second factor, make a password link: each asked first."""
    actor = actor_of(request)
    info = _person(request, account_id)
    steps = {
        "sperren": (
            _("Konto sperren"),
            _("Die Person wird sofort überall abgemeldet; App-Passwörter gelten nicht mehr."),
        ),
        "entsperren": (_("Konto entsperren"), _("Die Person kann sich wieder anmelden.")),
        "zweiter-faktor": (
            _("Zweiten Faktor zurücksetzen"),
            _(
                "Nur wenn Sie sicher sind, mit wem Sie sprechen. Die Person richtet beim nächsten Anmelden einen neuen ein."
            ),
        ),
        "passwort-link": (
            _("Link für das Passwort erzeugen"),
            _("Der Link gilt drei Tage und einmal. Geben Sie ihn nur der Person selbst."),
        ),
    }
    if step not in steps:
        raise NotVisible()
    title, text = steps[step]
    if request.method != "POST":
        return _ask(request, title=title, text=f"{info.name}\n\n{text}", label=title, account_id=account_id)
    try:
        link = _do(step, request, account_id)
    except DomainError as error:
        messages.error(request, error.text(actor.language))
        return redirect("staff:person", account_id)
    if link:
        return render(
            request,
            "access/desk/password_link.html",
            {"person": info, "link": request.build_absolute_uri(link)},
        )
    messages.success(request, _("Erledigt: %(title)s") % {"title": title})
    return redirect("staff:person", account_id)


def _do(step: str, request: HttpRequest, account_id: UUID) -> str:
    actor, now = actor_of(request), clock.now()
    if step == "passwort-link":
        return accounts.set_password_path(actor=actor, account_id=account_id, now=now)
    if step == "zweiter-faktor":
        accounts.reset_second_factor(actor=actor, account_id=account_id, now=now)
    else:
        accounts.set_active(actor=actor, account_id=account_id, active=step == "entsperren", now=now)
    return ""
