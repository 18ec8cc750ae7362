"""Sign-on services of the municipality: BundID behind Keycloak, Entra ID, any OpenID Connect provider."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from stadtkern.foundation.access.api import Role, staff
from stadtkern.foundation.accounts import actions, policies, sign_on
from stadtkern.foundation.accounts.models import SignOnProvider
from stadtkern.foundation.organizations.desk.frames import actor_of, form_page, trail
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError, NotVisible


class ProviderForm(forms.Form):
    """What the provider's operator tells, and what we make of it."""

    name = forms.CharField(label=gettext_lazy("Name auf der Anmeldeseite"), max_length=100)
    key = forms.SlugField(label=gettext_lazy("Kürzel"), max_length=50)
    audience = forms.ChoiceField(label=gettext_lazy("für"), choices=SignOnProvider.Audience.choices)
    server_url = forms.URLField(label=gettext_lazy("Adresse des Anbieters (Issuer)"), assume_scheme="https")
    client_id = forms.CharField(label=gettext_lazy("Client-ID"), max_length=200)
    client_secret = forms.CharField(
        label=gettext_lazy("Client-Geheimnis"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Leer lassen, um das gespeicherte zu behalten."),
    )
    scopes = forms.CharField(label=gettext_lazy("Scopes"), initial="openid profile email")
    acr_values = forms.CharField(
        label=gettext_lazy("Angefordertes Niveau (acr_values)"), required=False, max_length=200
    )
    acr_levels = forms.CharField(
        label=gettext_lazy("Eigene acr-Werte"),
        required=False,
        widget=forms.Textarea,
        help_text=gettext_lazy(
            'JSON, Niveau 1, 3 oder 4, zum Beispiel {"gold": 4}. STORK und eIDAS kennen wir.'
        ),
    )
    vouches_second_factor = forms.BooleanField(
        label=gettext_lazy("Der Anbieter prüft immer einen zweiten Faktor"), required=False
    )
    active = forms.BooleanField(label=gettext_lazy("in Betrieb"), required=False, initial=True)

    def clean_acr_levels(self) -> dict[str, int]:
        """A mapping of claim values to 1, 3 or 4."""
        text = self.cleaned_data["acr_levels"].strip()
        try:
            levels = json.loads(text) if text else {}
        except ValueError as error:
            raise forms.ValidationError(_("Das ist kein JSON.")) from error
        if not isinstance(levels, dict) or any(level not in (1, 3, 4) for level in levels.values()):
            raise forms.ValidationError(_("Erwartet wird je Wert eine der Zahlen 1, 3 oder 4."))
        return levels

    def clean_scopes(self) -> list[str]:
        """Scopes, with ``openid`` always among them."""
        scopes = self.cleaned_data["scopes"].split()
        return scopes if "openid" in scopes else ["openid", *scopes]


@require_safe
@staff(Role.ADMINISTRATOR)
def providers(request: HttpRequest) -> HttpResponse:
    """All sign-on services of the municipality."""
    rows = list(policies.sign_on_providers(actor_of(request)))
    return render(
        request,
        "accounts/desk/providers.html",
        {"rows": rows, "breadcrumb": trail((_("Anmeldedienste"), ""))},
    )


@require_http_methods(["GET", "POST"])
@staff(Role.ADMINISTRATOR)
def edit(request: HttpRequest, provider_id: UUID | None = None) -> HttpResponse:
    """Create or change one; shows the callback address the provider needs."""
    actor = actor_of(request)
    row = _find(request, provider_id) if provider_id else None
    form = ProviderForm(request.POST or None, initial=_initial(row))
    if request.method == "POST" and form.is_valid():
        values: dict[str, Any] = dict(form.cleaned_data)
        secret = values.pop("client_secret")
        try:
            saved = actions.save_sign_on(
                actor=actor, provider_id=provider_id, values=values, client_secret=secret, now=clock.now()
            )
        except DomainError as error:
            form.add_error("key", error.text(actor.language))
        else:
            messages.success(request, _("Der Anmeldedienst ist gespeichert."))
            return redirect("sign_on:edit", saved)
    back = reverse("sign_on:list")
    lead = ""
    if row:
        path = reverse("openid_connect_callback", kwargs={"provider_id": sign_on.provider_id(row)})
        lead = _("Rücksprungadresse für den Anbieter: %(url)s") % {"url": request.build_absolute_uri(path)}
    title = row.name if row else _("Anmeldedienst anlegen")
    return form_page(
        request, title=title, lead=lead, form=form, button=_("Anmeldedienst speichern"), back=back,
        steps=((_("Anmeldedienste"), back),),
    )  # fmt: skip


def _find(request: HttpRequest, provider_id: UUID) -> SignOnProvider:
    row = policies.sign_on_providers(actor_of(request)).filter(pk=provider_id).first()
    if row is None:
        raise NotVisible()
    return row


def _initial(row: SignOnProvider | None) -> dict[str, Any]:
    if row is None:
        return {"active": True}
    names = (
        "name",
        "key",
        "audience",
        "server_url",
        "client_id",
        "acr_values",
        "vouches_second_factor",
        "active",
    )
    levels = json.dumps(row.acr_levels) if row.acr_levels else ""
    return {
        **{name: getattr(row, name) for name in names},
        "scopes": " ".join(row.scopes),
        "acr_levels": levels,
    }


@require_http_methods(["GET", "POST"])
@staff(Role.ADMINISTRATOR)
def delete(request: HttpRequest, provider_id: UUID) -> HttpResponse:
    """Ask, then remove a sign-on service."""
    row = _find(request, provider_id)
    if request.method == "POST":
        actions.delete_sign_on(actor=actor_of(request), provider_id=provider_id, now=clock.now())
        messages.success(request, _("Der Anmeldedienst ist entfernt."))
        return redirect("sign_on:list")
    context = {
        "confirm_frame": "shell/desk.html",
        "title": _("Anmeldedienst entfernen"),
        "text": row.name,
        "action": request.get_full_path(),
        "label": _("Anmeldedienst entfernen"),
        "back": reverse("sign_on:list"),
        "hidden": [],
    }
    return render(request, "shell/confirm.html", context)
