"""Forms of the administration. They help people; the actions decide."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from stadtkern.foundation.organizations import rules
from stadtkern.foundation.organizations.actions import OfficeValues, check_values
from stadtkern.foundation.organizations.models import Municipality, Office, Team


class MunicipalityForm(forms.Form):
    """Name, appearance, mail and addresses of a municipality."""

    name = forms.CharField(label=_("Name"), max_length=200)
    brand = forms.CharField(
        label=_("Name des Angebots"),
        max_length=120,
        required=False,
        help_text=_("Steht im Kopf, wenn es kurz sein soll."),
    )
    ags = forms.CharField(
        label=_("Amtlicher Gemeindeschlüssel"), max_length=8, required=False, help_text=_("Acht Ziffern")
    )
    state = forms.ChoiceField(label=_("Land"), choices=list(rules.STATES.items()), initial="DE-RP")
    address = forms.CharField(label=_("Anschrift"), widget=forms.Textarea, required=False)
    phone = forms.CharField(label=_("Telefon"), max_length=40, required=False)
    sender_email = forms.EmailField(label=_("Absenderadresse der E-Mails"), required=False)
    color_primary = forms.CharField(
        label=_("Farbe 1"),
        initial="#16233b",
        help_text=_("Für Kopf und Flächen; weiße Schrift muss darauf lesbar sein."),
    )
    color_accent = forms.CharField(label=_("Farbe 2"), initial="#8c1d2c", help_text=_("Für Hervorhebungen"))
    domains = forms.CharField(
        label=_("Adressen im Netz"),
        widget=forms.Textarea,
        required=False,
        help_text=_("Eine je Zeile, zum Beispiel service.musterstadt.de"),
    )

    def clean_domains(self) -> list[str]:
        """Host names, one per line."""
        lines = self.cleaned_data["domains"].replace(",", "\n").splitlines()
        return [line.strip().lower() for line in lines if line.strip()]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        for name, problem in check_values(values).items():
            if name in self.fields and name not in self.errors:
                self.add_error(name, problem)
        return values


class NewMunicipalityForm(MunicipalityForm):
    """A further municipality with its first administrator."""

    slug = forms.CharField(
        label=_("Kürzel"), max_length=50, help_text=_("Kleine Buchstaben, zum Beispiel musterstadt")
    )
    admin_login = forms.CharField(label=_("Anmeldename der Verwaltung"), max_length=150)
    admin_email = forms.EmailField(label=_("E-Mail der Verwaltung"))


def initial_of(row: Municipality) -> dict[str, Any]:
    """Values of a municipality for the form."""
    values: dict[str, Any] = {name: getattr(row, name) for name in MunicipalityForm.base_fields}
    values["domains"] = "\n".join(row.domains)
    return values


class OfficeForm(forms.Form):
    """An office."""

    name = forms.CharField(label=_("Name"), max_length=200)
    name_en = forms.CharField(label=_("Name auf Englisch"), max_length=200, required=False)
    parent = forms.ChoiceField(label=_("gehört zu"), required=False)
    address = forms.CharField(label=_("Anschrift"), widget=forms.Textarea, required=False)
    phone = forms.CharField(label=_("Telefon"), max_length=40, required=False)
    email = forms.EmailField(label=_("E-Mail"), required=False)
    opening_hours = forms.CharField(label=_("Öffnungszeiten"), widget=forms.Textarea, required=False)
    active = forms.BooleanField(label=_("in Betrieb"), required=False, initial=True)

    def __init__(self, *args: Any, offices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["parent"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("keinem, steht oben")), *offices]

    def values(self) -> OfficeValues:
        """What the action takes."""
        data = dict(self.cleaned_data)
        parent = data.pop("parent")
        return OfficeValues(parent_id=UUID(parent) if parent else None, **data)


def office_initial(row: Office) -> dict[str, Any]:
    """Values of an office for the form."""
    names = ("name", "name_en", "address", "phone", "email", "opening_hours", "active")
    return {**{name: getattr(row, name) for name in names}, "parent": str(row.parent_id or "")}


class TeamForm(forms.Form):
    """A team."""

    name = forms.CharField(label=_("Name"), max_length=200)
    active = forms.BooleanField(label=_("in Betrieb"), required=False, initial=True)


def team_initial(row: Team) -> dict[str, Any]:
    """Values of a team for the form."""
    return {"name": row.name, "active": row.active}


def take_over(form: forms.Form, problems: dict[str, str]) -> None:
    """Put problems of an action beside their fields (or on top, where there is no such field)."""
    for name, text in problems.items():
        form.add_error(name if name in form.fields else None, text)
