"""Who is responsible where I live? Answered on the page of a service, from a street or a district.

Only the name of the street is asked, no house number: districts hang on streets, and less is not needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest
from django.utils.translation import gettext as _

from stadtkern.casework.services import api as services
from stadtkern.foundation.organizations import api as organizations
from stadtkern.foundation.places import api as places

MOST_SHOWN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The answer. ``asks``: the service differs by area, so the page asks; ``choices`` districts to choose among."""

    office: organizations.OfficeInfo | None
    asks: bool = False
    area: str = ""
    area_name: str = ""
    street: str = ""
    error: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    districts: tuple[tuple[str, str], ...] = ()


def look_up(request: HttpRequest, slug: str, *, on: date) -> Found:
    """The office for ``?strasse=`` or ``?bezirk=``; without them the general one."""
    if not services.areas(slug, on=on):
        return Found(office=services.responsible_office(slug, on=on))
    districts = {district.key: district.name for district in places.districts()}
    street = " ".join(request.GET.get("strasse", "").split())[:200]
    area = request.GET.get("bezirk", "").strip()
    area, error, choices = _area(area if area in districts else "", street)
    return Found(
        office=services.responsible_office(slug, on=on, area=area),
        asks=True,
        area=area,
        area_name=districts.get(area, ""),
        street=street,
        error=error,
        choices=tuple(choices),
        districts=tuple(districts.items()),
    )


def _area(area: str, street: str) -> tuple[str, str, list[tuple[str, str]]]:
    """The district, what is wrong with the street, and the districts that it could be."""
    if area or not street:
        return area, "", []
    found = places.districts_of_street(street)
    if len(found) == 1:
        return found[0].key, "", []
    if found:
        text = _("Diese Straße gibt es in mehreren Ortsbezirken. Wählen Sie Ihren aus.")
        return "", text, [(row.key, row.name) for row in found]
    near = [row for row in places.streets(street, limit=MOST_SHOWN) if row.district_key]
    if near:
        text = _("So heißt hier keine Straße genau. Meinen Sie eine von diesen?")
        return "", text, [(row.district_key, f"{row.name} ({row.district_name})") for row in near]
    return (
        "",
        _("Diese Straße kennen wir nicht. Prüfen Sie die Schreibweise oder wählen Sie den Ortsbezirk."),
        [],
    )
