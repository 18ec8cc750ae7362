"""The municipality's scale of fees."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from stadtkern.casework.kita import policies
from stadtkern.casework.kita.fees.tariff import read_tariff
from stadtkern.casework.kita.models import FeeScale
from stadtkern.foundation.access.api import Actor
from stadtkern.foundation.audit import api as audit
from stadtkern.kernel.strict_reading import load_json


@transaction.atomic
def publish(*, actor: Actor, content: bytes, now: datetime) -> UUID:
    """A scale (``kita-fees-1``) from the day it names; a second one for the same day takes the first one's place. Raises ``InputRefused``."""
    policies.require_office(actor)
    document = load_json(content, "staffel.json")
    tariff = read_tariff(document)
    row, _ = FeeScale.objects.update_or_create(
        valid_from_on=tariff.valid_from,
        defaults={"document": document, "published_at": now, "published_by_name": actor.name[:200]},
    )
    audit.record(
        actor=actor,
        action="kita.publish_fees",
        obj=("kita_fee_scale", row.pk),
        now=now,
        details={"scale": tariff.id},
    )
    return row.pk
