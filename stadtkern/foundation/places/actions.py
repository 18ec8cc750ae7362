"""Replacing the places of a municipality."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from stadtkern.foundation.places import policies
from stadtkern.foundation.places.models import Address, Boundary, District, Street
from stadtkern.foundation.places.reading import Delivery, slug_of
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.foundation.tenancy.events import tell

if TYPE_CHECKING:
    from stadtkern.foundation.access.actor import Actor

_BATCH = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """How much is there now."""

    districts: int
    streets: int
    addresses: int
    boundary: bool


@transaction.atomic
def replace_all(*, actor: Actor, delivery: Delivery, now: datetime) -> Loaded:
    """Replace what was delivered: outlines keep standing when only streets come, and the other way round."""
    policies.require_replace(actor)
    if delivery.boundary is not None:
        Boundary.objects.all().delete()
        Boundary.objects.create(outline=delivery.boundary.geometry, source=delivery.boundary.source)
    districts = _replace_districts(delivery)
    if delivery.addresses:
        Street.objects.all().delete()
        _create_streets(delivery, districts)
    loaded = counts()
    tell(
        actor=actor,
        action="places.replace",
        obj=("municipality", tenancy.current_id()),
        now=now,
        districts=loaded.districts,
        streets=loaded.streets,
        addresses=loaded.addresses,
    )
    return loaded


def counts() -> Loaded:
    """How much the current municipality has."""
    return Loaded(
        districts=District.objects.count(),
        streets=Street.objects.count(),
        addresses=Address.objects.count(),
        boundary=Boundary.objects.exists(),
    )


def _replace_districts(delivery: Delivery) -> dict[str, District]:
    if delivery.districts:
        keys = [outline.key for outline in delivery.districts]
        for outline in delivery.districts:
            District.objects.update_or_create(
                key=outline.key,
                defaults={
                    "name": outline.name,
                    "outline": outline.geometry,
                    "schematic": outline.schematic,
                    "source": outline.source,
                },
            )
        District.objects.exclude(key__in=keys).delete()
    known = {row.name: row for row in District.objects.order_by("id")}
    known.update({row.key: row for row in known.values()})
    for name in sorted({row.district for row in delivery.addresses if row.district} - set(known)):
        known[name] = District.objects.update_or_create(key=slug_of(name), defaults={"name": name})[0]
    return known


def _create_streets(delivery: Delivery, districts: dict[str, District]) -> None:
    streets: dict[tuple[str, str, str], Street] = {}
    for row in delivery.addresses:
        key = (row.street, row.district, row.postcode)
        if key not in streets:
            district = districts.get(row.district) if row.district else None
            streets[key] = Street(name=row.street, district=district, postcode=row.postcode)
    Street.objects.bulk_create(streets.values(), batch_size=_BATCH)
    # ids made by the database do not come back from bulk_create, so they are read
    ids = {(row.name, row.district_id, row.postcode): row.pk for row in Street.objects.order_by("id")}
    place_of = {key: ids[(row.name, row.district_id, row.postcode)] for key, row in streets.items()}
    Address.objects.bulk_create(
        [
            Address(
                street_id=place_of[(row.street, row.district, row.postcode)],
                number=row.number,
                longitude=row.longitude,
                latitude=row.latitude,
            )
            for row in delivery.addresses
            if row.number
        ],
        batch_size=_BATCH,
    )


def _key(street: Street) -> tuple[str, UUID | None, str]:
    return (street.name, street.district_id, street.postcode)
