"""Reads of places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from stadtkern.foundation.places.models import Address, Boundary, District, Street

_SHORT = {"strasse": "straße", "str.": "straße", "str": "straße"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrictInfo:
    """A district as others see it."""

    id: UUID
    key: str
    name: str
    outline: dict[str, Any] | None
    schematic: bool
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StreetInfo:
    """A street as others see it."""

    id: UUID
    name: str
    postcode: str
    district_key: str
    district_name: str


def _district(row: District) -> DistrictInfo:
    return DistrictInfo(
        id=row.pk, key=row.key, name=row.name, outline=row.outline, schematic=row.schematic, source=row.source
    )


def districts() -> list[DistrictInfo]:
    """All districts of the current municipality, by name."""
    return [_district(row) for row in District.objects.order_by("name", "id")]


def boundary() -> dict[str, Any] | None:
    """The outline of the municipality (GeoJSON geometry), or None."""
    row = Boundary.objects.first()
    return row.outline if row else None


def streets(query: str = "", *, limit: int = 20) -> list[StreetInfo]:
    """Streets whose name starts with ``query`` (then those that contain it), by name."""
    text = query.strip()
    rows = Street.objects.select_related("district").order_by("name", "postcode", "id")
    found = list(rows.filter(name__istartswith=text)[:limit]) if text else list(rows[:limit])
    if text and len(found) < limit:
        rest = rows.filter(name__icontains=text).exclude(pk__in=[row.pk for row in found])
        found += list(rest[: limit - len(found)])
    return [_street(row) for row in found]


def _street(row: Street) -> StreetInfo:
    district = row.district
    return StreetInfo(
        id=row.pk,
        name=row.name,
        postcode=row.postcode,
        district_key=district.key if district else "",
        district_name=district.name if district else "",
    )


def numbers(street_id: UUID) -> list[str]:
    """House numbers of a street in natural order (2, 10, 10a)."""
    found = Address.objects.filter(street_id=street_id).order_by("id").values_list("number", flat=True)
    return sorted(found, key=natural)


def natural(number: str) -> tuple[int, str]:
    """Sort key of a house number."""
    digits = "".join(char for char in number if char.isdigit() or char == " ").split(" ")[0]
    return (int(digits) if digits else 0, number)


def address_exists(street: str, number: str, *, postcode: str = "") -> bool:
    """Whether the municipality has this house number (``Str.`` and letter case do not matter)."""
    return bool(_addresses(street, number, postcode).exists())


def district_of(street: str, number: str, *, postcode: str = "") -> DistrictInfo | None:
    """The district of an address, or None when the address is unknown."""
    row = _addresses(street, number, postcode).select_related("street__district").first()
    return _district(row.street.district) if row and row.street.district else None


def point_of(street: str, number: str, *, postcode: str = "") -> tuple[float, float] | None:
    """Longitude and latitude of a house, or None when the municipality does not know it."""
    row = _addresses(street, number, postcode).filter(longitude__isnull=False).first()
    return (row.longitude, row.latitude) if row else None


def districts_of_street(street: str, *, postcode: str = "") -> list[DistrictInfo]:
    """The districts that have a street of this name (the same name may exist in several), by name."""
    rows = Street.objects.filter(name__iexact=spelled_out(street), district__isnull=False)
    if postcode:
        rows = rows.filter(postcode=postcode)
    found = District.objects.filter(streets__in=rows).distinct().order_by("name", "id")
    return [_district(row) for row in found]


def _addresses(street: str, number: str, postcode: str) -> Any:
    name = spelled_out(street)
    rows = Address.objects.filter(street__name__iexact=name, number__iexact=number.replace(" ", "")).order_by(
        "id"
    )
    return rows.filter(street__postcode=postcode) if postcode else rows


def spelled_out(street: str) -> str:
    """``Kaiserstr.`` → ``Kaiserstraße``."""
    text = " ".join(street.split())
    for short, long in _SHORT.items():
        if text.lower().endswith(short):
            stem = text[: -len(short)]
            return stem + (long.capitalize() if stem.endswith(" ") or not stem else long)
    return text
