"""Forms of staff accounts and roles."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from stadtkern.foundation.access.models import Role
from stadtkern.foundation.organizations import api as organizations


class PersonForm(forms.Form):
    """Name and address of somebody who works here."""

    name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.EmailField(label=_("E-Mail"), required=False)


class RoleForm(forms.Form):
    """A role, maybe narrowed to an office or a team."""

    role = forms.ChoiceField(label=_("Rolle"), choices=Role.choices)
    place = forms.ChoiceField(label=_("gilt für"), required=False)
    valid_from_on = forms.DateField(label=_("ab"), widget=forms.DateInput(attrs={"type": "date"}))
    valid_to_on = forms.DateField(
        label=_("bis (ausschließlich)"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["place"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("die ganze Kommune")), *places()]

    def chosen_place(self) -> tuple[UUID | None, UUID | None]:
        """(office, team) of the chosen place."""
        kind, _sep, key = self.cleaned_data["place"].partition(":")
        if kind == "office":
            return UUID(key), None
        if kind == "team":
            team = next(row for row in organizations.teams() if str(row.id) == key)
            return team.office_id, team.id
        return None, None


class NewPersonForm(PersonForm, RoleForm):
    """A new account with its first role."""

    login = forms.CharField(label=_("Anmeldename"), max_length=150)
    field_order = ("login", "name", "email", "role", "place", "valid_from_on", "valid_to_on")


class AbsenceForm(forms.Form):
    """Who is away, who stands in."""

    account = forms.ChoiceField(label=_("Abwesend"))
    deputy = forms.ChoiceField(label=_("Vertretung"))
    from_on = forms.DateField(label=_("von"), widget=forms.DateInput(attrs={"type": "date"}))
    to_on = forms.DateField(label=_("bis (ausschließlich)"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(
        self, *args: Any, people: list[tuple[str, str]], own: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("account", own), ("deputy", people)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices


def places() -> list[tuple[str, str]]:
    """Offices and, below each, its teams."""
    teams = organizations.teams()
    found: list[tuple[str, str]] = []
    for office in organizations.offices():
        found.append((f"office:{office.id}", office.name))
        found += [(f"team:{team.id}", f"– {team.name}") for team in teams if team.office_id == office.id]
    return found


def role_initial(today: date) -> dict[str, object]:
    """A new role starts today."""
    return {"valid_from_on": today.isoformat()}
