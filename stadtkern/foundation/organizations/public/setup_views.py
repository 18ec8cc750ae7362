"""``/einrichten/``: municipality and first administrator; from then on the checklist under /verwaltung/ leads."""

from __future__ import annotations

import hmac

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from stadtkern.foundation.access.api import public
from stadtkern.foundation.accounts import api as accounts
from stadtkern.foundation.organizations import actions, rules
from stadtkern.foundation.organizations.desk import creation
from stadtkern.foundation.organizations.desk.forms import take_over
from stadtkern.foundation.organizations.models import Municipality
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError


class SetupForm(forms.Form):
    """The few things that are needed to begin; everything else can follow."""

    code = forms.CharField(
        label=gettext_lazy("Einrichtungscode"),
        help_text=gettext_lazy("Den Code zeigt auf dem Rechner der Befehl: stadtkern init --code"),
    )
    name = forms.CharField(label=gettext_lazy("Name der Kommune"), max_length=200)
    slug = forms.CharField(
        label=gettext_lazy("Kürzel"),
        max_length=50,
        required=False,
        help_text=gettext_lazy("Kleine Buchstaben, zum Beispiel musterstadt. Leer: aus dem Namen."),
    )
    ags = forms.CharField(label=gettext_lazy("Amtlicher Gemeindeschlüssel"), max_length=8, required=False)
    admin_login = forms.CharField(label=gettext_lazy("Ihr Anmeldename"), max_length=150)
    admin_email = forms.EmailField(label=gettext_lazy("Ihre E-Mail-Adresse"))

    def clean_code(self) -> str:
        """Only somebody with access to the machine may begin."""
        code = str(self.cleaned_data["code"]).strip().lower()
        if not hmac.compare_digest(code, accounts.setup_code()):
            raise forms.ValidationError(_("Der Code stimmt nicht."))
        return code


@require_http_methods(["GET", "POST"])
@public
def setup(request: HttpRequest) -> HttpResponse:
    """Found the municipality, then lead to password, second factor and checklist."""
    if Municipality.objects.exists():
        return HttpResponseRedirect("/verwaltung/")
    form = SetupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        values = {
            "name": data["name"],
            "ags": data["ags"],
            "state": rules.state_of_ags(data["ags"]) or "DE-RP",
        }
        try:
            made = creation.found_first(
                slug=data["slug"] or rules.slug_of(data["name"]),
                values=values,
                admin_login=data["admin_login"],
                admin_email=data["admin_email"],
                now=clock.now(),
            )
        except actions.FieldProblems as error:
            take_over(form, error.problems)
        except DomainError as error:
            form.add_error(None, error.text(getattr(request, "LANGUAGE_CODE", "de")))
        else:
            return HttpResponseRedirect(made.password_path)
    status = 422 if form.is_bound else 200
    return render(request, "organizations/setup.html", {"form": form}, status=status)
