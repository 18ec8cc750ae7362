"""Municipalities: list, create, edit, logo, test mail."""

from __future__ import annotations

from typing import BinaryIO, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stadtkern.foundation.access.api import Role, staff
from stadtkern.foundation.files import api as files
from stadtkern.foundation.organizations import actions, policies
from stadtkern.foundation.organizations.desk import setup_steps
from stadtkern.foundation.organizations.desk.forms import (
    MunicipalityForm,
    NewMunicipalityForm,
    initial_of,
    take_over,
)
from stadtkern.foundation.organizations.desk.frames import actor_of, form_page, trail
from stadtkern.foundation.shell.api import Cell, Column, Row, Table
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError

LOGO_TYPES = frozenset({"image/png", "image/jpeg", "image/webp"})  # what browsers show; SVG may carry scripts
LOGO_BYTES = 512 * 1024


@require_safe
@staff(Role.ADMINISTRATOR)
def overview(request: HttpRequest) -> HttpResponse:
    """What there is to administer, and what is still missing before the first service."""
    actor = actor_of(request)
    steps = setup_steps.all_steps(actor)
    context = {
        "links": _areas(policies.is_operator(actor)),
        "steps": steps,
        "open_steps": sum(1 for step in steps if not step.done),
        "breadcrumb": [(_("Verwaltung"), "")],
    }
    return render(request, "organizations/desk/overview.html", context)


def _areas(operator: bool) -> list[dict[str, str]]:
    own = _("Kommunen") if operator else _("Unsere Kommune")
    areas = [
        (own, "administration:municipalities", _("Name, Farben, Logo, E-Mail, Adressen im Netz")),
        (_("Ämter und Teams"), "administration:offices", _("Wer wofür da ist")),
        (_("Beschäftigte und Rollen"), "staff:list", _("Konten, Rollen, Abwesenheit und Vertretung")),
        (_("Anmeldedienste"), "sign_on:list", _("BundID, Entra ID und andere")),
        (_("Orte und Straßen"), "administration:places", _("Straßenliste, Ortsbezirke, Gemeindegrenze")),
    ]
    return [{"title": title, "href": reverse(name), "text": text} for title, name, text in areas]


@require_safe
@staff(Role.ADMINISTRATOR)
def municipalities(request: HttpRequest) -> HttpResponse:
    """All municipalities of the installation (for its operator), else one's own."""
    actor = actor_of(request)
    rows = [
        Row(
            cells=[
                Cell(text=row.name, href=reverse("administration:municipality", args=[row.pk])),
                Cell(text=row.slug),
                Cell(text=", ".join(row.domains)),
                Cell(
                    text=_("in Betrieb") if row.active else _("geschlossen"),
                    kind="success" if row.active else "neutral",
                ),
            ]
        )
        for row in policies.municipalities_visible_to(actor)
    ]
    table = Table(
        caption=_("Kommunen"),
        caption_hidden=True,
        columns=[
            Column(label=_("Name")),
            Column(label=_("Kürzel")),
            Column(label=_("Adressen im Netz")),
            Column(label=_("Stand")),
        ],
        rows=rows,
    )
    context = {
        "table": table,
        "may_create": policies.is_operator(actor),
        "breadcrumb": trail((_("Kommunen"), "")),
    }
    return render(request, "organizations/desk/municipalities.html", context)


@require_http_methods(["GET", "POST"])
@staff(Role.ADMINISTRATOR)
def create(request: HttpRequest) -> HttpResponse:
    """A further municipality with its first administrator."""
    from stadtkern.foundation.organizations.desk import creation

    actor = actor_of(request)
    policies.require_operator(actor)
    form = NewMunicipalityForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        slug, login, email = values.pop("slug"), values.pop("admin_login"), values.pop("admin_email")
        try:
            made = creation.found(
                actor=actor, slug=slug, values=values, admin_login=login, admin_email=email, now=clock.now()
            )
        except actions.FieldProblems as error:
            take_over(form, error.problems)
        except DomainError as error:
            form.add_error(None, error.text(actor.language))
        else:
            link = request.build_absolute_uri(made.password_path)
            return render(
                request,
                "organizations/desk/founded.html",
                {"name": values["name"], "login": login, "link": link},
            )
    back = reverse("administration:municipalities")
    return form_page(request, title=_("Kommune anlegen"), form=form, button=_("Kommune anlegen"), back=back)


@require_http_methods(["GET", "POST"])
@staff(Role.ADMINISTRATOR)
def edit(request: HttpRequest, municipality_id: UUID) -> HttpResponse:
    """Name, colours (with contrast check), mail, addresses; below: logo and test mail."""
    actor = actor_of(request)
    row = policies.find_municipality(actor, municipality_id)
    form = MunicipalityForm(request.POST or None, initial=initial_of(row))
    if request.method == "POST" and form.is_valid():
        try:
            actions.update_municipality(
                actor=actor, municipality_id=row.pk, values=form.cleaned_data, now=clock.now()
            )
        except actions.FieldProblems as error:
            take_over(form, error.problems)
        else:
            messages.success(request, _("Gespeichert."))
            return redirect("administration:municipality", row.pk)
    return form_page(
        request,
        title=row.name,
        form=form,
        button=_("Angaben speichern"),
        back=reverse("administration:municipalities"),
        more={"row": row, "own": row.pk == actor.tenant_id, "operator": policies.is_operator(actor)},
        steps=((_("Kommunen"), reverse("administration:municipalities")),),
        template="organizations/desk/municipality.html",
    )


@require_POST
@staff(Role.ADMINISTRATOR)
def logo(request: HttpRequest, municipality_id: UUID) -> HttpResponse:
    """Store a logo (PNG, JPEG or WebP up to 512 KB) of the own municipality, or remove it."""
    actor = actor_of(request)
    row = policies.find_municipality(actor, municipality_id)
    upload = request.FILES.get("logo")
    now = clock.now()
    if row.pk != actor.tenant_id:
        messages.error(request, _("Das Logo lädt die Verwaltung der Kommune selbst hoch."))
        return redirect("administration:municipality", row.pk)
    try:
        file_id = None
        if upload is not None and not request.POST.get("remove"):
            stored = files.store(
                cast(BinaryIO, upload),
                name=upload.name or "logo",
                allowed=LOGO_TYPES,
                max_bytes=LOGO_BYTES,
                purpose="logo",
                now=now,
            )
            file_id = stored.id
        elif not request.POST.get("remove"):
            messages.error(request, _("Wählen Sie eine Bilddatei aus."))
            return redirect("administration:municipality", row.pk)
        actions.update_municipality(
            actor=actor, municipality_id=row.pk, values={"logo_file_id": file_id}, now=now
        )
        messages.success(request, _("Das Logo ist gespeichert.") if file_id else _("Das Logo ist entfernt."))
    except DomainError as error:
        messages.error(request, error.text(actor.language))
    return redirect("administration:municipality", row.pk)


@require_POST
@staff(Role.ADMINISTRATOR)
def mail_test(request: HttpRequest, municipality_id: UUID) -> HttpResponse:
    """Send a mail to oneself with the sender of the municipality."""
    actor = actor_of(request)
    row = policies.find_municipality(actor, municipality_id)
    if setup_steps.send_test_mail(actor, row.pk, clock.now()):
        messages.success(request, _("Die Testmail ist unterwegs an Ihre Adresse."))
    else:
        messages.error(request, _("Tragen Sie zuerst eine E-Mail-Adresse in Ihrem Konto ein."))
    return redirect("administration:municipality", row.pk)
