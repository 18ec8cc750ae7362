"""The office's side: providers with level and agreement, their people, registering for families."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from stadtkern.casework.forms import api as forms
from stadtkern.casework.kita import policies
from stadtkern.casework.kita.actions import drafts
from stadtkern.casework.kita.actions import providers as actions
from stadtkern.casework.kita.desk.gate import desk
from stadtkern.casework.kita.desk.kitas import HOME
from stadtkern.casework.kita.form import SLUG
from stadtkern.casework.kita.models import (
    Function,
    Level,
    PrivacyRegime,
    Provider,
    ProviderKind,
    ProviderStaff,
    Registration,
)
from stadtkern.casework.kita.notebook import whole
from stadtkern.casework.kita.public import register
from stadtkern.foundation.access.api import Actor, NotVisible, Role, colleagues, holders
from stadtkern.foundation.accounts import api as accounts
from stadtkern.foundation.shell.api import Cell, Column, Row, Table, read_date
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError, InvalidInput


@desk()
@require_safe
def providers(request: HttpRequest) -> HttpResponse:
    """All providers for the office; a provider's people see their own."""
    today = clock.today()
    rows = policies.providers_visible_to(request.actor, today)  # type: ignore[attr-defined]
    columns = [
        Column(label=_("Träger")),
        Column(label=_("Art")),
        Column(label=_("Teilnahme")),
        Column(label=_("Datenschutz")),
        Column(label=_("Vereinbarung seit")),
    ]
    body = [
        Row(
            cells=[
                Cell(text=row.name, href=reverse("kita-desk:provider", args=[row.pk])),
                Cell(text=_(row.get_kind_display())),
                Cell(text=f"L{row.level}: {_(row.get_level_display())}"),
                Cell(text=row.privacy_regime),
                Cell(text=f"{row.agreement_signed_on:%d.%m.%Y}" if row.agreement_signed_on else "–"),
            ]
        )
        for row in rows
    ]
    context = {
        "table": Table(caption=_("Träger"), columns=columns, rows=body) if body else None,
        "office": policies.scope_of(request.actor, today).office,  # type: ignore[attr-defined]
        "breadcrumb": [(_("Kita"), HOME), (_("Träger"), "")],
    }
    return render(request, "kita/desk/providers.html", context)


@desk()
def provider(request: HttpRequest, provider_id: UUID | None = None) -> HttpResponse:
    """One provider: the office changes everything, its managers the level, its people, new Kitas."""
    today, actor = clock.today(), request.actor  # type: ignore[attr-defined]
    scope = policies.scope_of(actor, today)
    row = policies.providers_visible_to(actor, today).filter(pk=provider_id).first() if provider_id else None
    if (provider_id and row is None) or (provider_id is None and not scope.office):
        raise NotVisible()
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            key = _save_provider(request, row, office=scope.office)
            messages.success(request, _("Gespeichert."))
            return redirect("kita-desk:provider", provider_id=key)
        except actions.Refused as refused:
            errors = {("level" if name == "__all__" else name): text for name, text in refused.fields.items()}
    staff = (
        ProviderStaff.objects.filter(provider=row, valid_to_on=None).select_related("account", "facility")
        if row
        else []
    )
    context = {
        "row": row or Provider(kind=ProviderKind.OTHER),
        "new": row is None,
        "typed": request.POST,
        "office": scope.office,
        "manages": scope.office or (row is not None and row.pk in scope.manages),
        "kinds": [(key, _(label)) for key, label in ProviderKind.choices],
        "levels": [(str(key), f"L{key}: {_(label)}") for key, label in Level.choices],
        "regimes": [(key, _(label)) for key, label in PrivacyRegime.choices],
        "kitas": [(kita, reverse("kita-desk:kita", args=[kita.pk])) for kita in row.facilities.all()] if row else [],
        "staff": staff,
        "people": _people(actor, today) if scope.office else [],
        "facility_options": [(str(kita.pk), kita.name) for kita in row.facilities.all()] if row else [],
        "functions": [(key, _(label)) for key, label in Function.choices],
        "errors": list(errors.items()),
        "error": errors,
        "breadcrumb": [(_("Kita"), HOME), (_("Träger"), reverse("kita-desk:providers")), (row.name if row else _("Neuer Träger"), "")],
    }  # fmt: skip
    return render(request, "kita/desk/provider.html", context, status=422 if errors else 200)


def _save_provider(request: HttpRequest, row: Provider | None, *, office: bool) -> UUID:
    actor, sent, now = request.actor, request.POST, clock.now()  # type: ignore[attr-defined]
    level = whole(sent.get("level")) or 0
    if not office:
        assert row is not None
        actions.set_level(actor=actor, provider_id=row.pk, level=level, now=now)
        return row.pk
    signed = read_date(sent, "signed")
    values: dict[str, Any] = {
        name: sent.get(name, "").replace("\x00", "").strip()[:2000]
        for name in ("name", "kind", "privacy_regime", "email", "phone", "address")
    }
    values |= {"level": level, "agreement_signed_on": signed if isinstance(signed, date) else None}
    return actions.save_provider(actor=actor, provider_id=row.pk if row else None, values=values, now=now)


@desk()
@require_POST
def appoint(request: HttpRequest, provider_id: UUID) -> HttpResponse:
    """Somebody works for the provider from today on, or no longer."""
    sent, now = request.POST, clock.now()
    try:
        if ended := _uuid(sent.get("end")):
            actions.end_appointment(actor=request.actor, appointment_id=ended, now=now)  # type: ignore[attr-defined]
        else:
            account = _account(request)
            actions.appoint(
                actor=request.actor,  # type: ignore[attr-defined]
                provider_id=provider_id,
                account_id=account,
                facility_id=_uuid(sent.get("facility")),
                function=sent.get("function", ""),
                from_on=clock.local(now).date(),
                now=now,
            )
        messages.success(request, _("Gespeichert."))
    except NotVisible:
        raise
    except DomainError as error:
        messages.error(request, error.text(request.LANGUAGE_CODE))
    return redirect("kita-desk:provider", provider_id=provider_id)


def _people(actor: Actor, today: date) -> list[tuple[str, str]]:
    """Whom the office may put to work for a provider: colleagues with the role."""
    fit = set(holders(Role.KITA_STAFF, on=today))
    return [(str(person.id), person.name) for person in colleagues(actor, today) if person.id in fit]


def _account(request: HttpRequest) -> UUID:
    """The office picks from its list; a provider knows its people by their login name and reads no list of the city's staff."""
    if policies.scope_of(request.actor, clock.today()).office:  # type: ignore[attr-defined]
        picked = _uuid(request.POST.get("account"))
        if picked is None:
            raise NotVisible()
        return picked
    known = accounts.by_login(request.POST.get("login", "").strip()[:150])
    if known is None or known.id not in holders(Role.KITA_STAFF, on=clock.today()):
        raise InvalidInput(
            "Unter diesem Anmeldenamen gibt es niemanden mit der Rolle „Kita: Leitung und Träger“. Die Verwaltung der Stadt legt Konten an.",
            message_en="Nobody with this login has the role “nursery: head and provider”. The city's administration makes accounts.",
        )
    return known.id


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


# --- for families without a screen -------------------------------------------------------------------------------


@desk(Role.COUNTER, Role.KITA_OFFICE)
def entry(request: HttpRequest) -> HttpResponse:
    """Register a child for a family at the counter, on the telephone, on paper."""
    if request.method == "POST":
        channel = request.POST.get("channel", "")
        if channel not in drafts.STAFF_CHANNELS:
            raise NotVisible()
        draft = drafts.start(actor=request.actor, now=clock.now(), channel=channel)  # type: ignore[attr-defined]
        return redirect(register.url(draft, register.STEPS[0]))
    context = {
        "channels": [("counter", _("am Schalter")), ("phone", _("am Telefon")), ("post", _("auf Papier"))],
        "online": forms.published(SLUG) is not None,
        "breadcrumb": [(_("Kita"), HOME), (_("Für eine Familie anmelden"), "")],
    }
    return render(request, "kita/desk/entry.html", context)


@desk(Role.COUNTER, Role.KITA_OFFICE)
@require_safe
def entered(request: HttpRequest, registration_id: UUID) -> HttpResponse:
    """Number and code for the family."""
    row: Registration = policies.find_own(request.actor, registration_id)  # type: ignore[attr-defined]
    context = {
        "row": row,
        "code": register.new_code(request, row),
        "breadcrumb": [(_("Kita"), HOME), (row.number, "")],
    }
    return render(request, "kita/desk/entered.html", context)
