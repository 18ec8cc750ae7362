"""The youth office keeps the list of providers; providers keep their Kitas, seats and people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Q

from stadtkern.casework.kita import policies
from stadtkern.casework.kita.models import (
    BlockedSeat,
    Facility,
    Function,
    Provider,
    ProviderStaff,
    SeatClass,
    SeatCount,
)
from stadtkern.foundation.access.api import Actor, NotAllowed, Role, holders
from stadtkern.foundation.audit import api as audit
from stadtkern.foundation.organizations.api import short_name
from stadtkern.kernel import clock
from stadtkern.kernel.errors import Conflict, InvalidInput, NotVisible

PROVIDER_FIELDS = (
    "name", "kind", "level", "privacy_regime", "agreement_signed_on", "agreement_ends_on", "email", "phone", "address", "active",
)  # fmt: skip
FACILITY_FIELDS = (
    "name", "kind", "street", "postcode", "town", "district_id", "longitude", "latitude", "concepts", "languages", "opens", "closes",
    "lunch", "text", "text_en", "email", "phone", "accepting_from_on", "closed_on",
)  # fmt: skip


class Refused(InvalidInput):
    """What was typed does not fit; ``extra["fields"]`` says where: {field: sentence}."""

    code = "kita-input-refused"

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(next(iter(fields.values())), extra={"fields": dict(fields)})
        self.fields = dict(fields)


def _checked(row: models.Model, *, constraints: bool = True) -> None:
    """Fields, choices and constraints of the model; raises ``Refused`` with the sentences of the constraints."""
    try:
        row.full_clean(exclude=["tenant_id"], validate_constraints=constraints)
    except ValidationError as error:
        raise Refused({name: " ".join(texts) for name, texts in error.message_dict.items()}) from error


def _changed(row: Any, values: Mapping[str, Any], allowed: tuple[str, ...]) -> list[str]:
    names = [name for name in allowed if name in values and getattr(row, name) != values[name]]
    for name in names:
        setattr(row, name, values[name])
    return names


@transaction.atomic
def save_provider(
    *, actor: Actor, provider_id: UUID | None, values: Mapping[str, Any], now: datetime
) -> UUID:
    """A new provider, or changes to a known one. Only the office; a provider's own level is ``set_level``."""
    policies.require_office(actor)
    row = Provider.objects.select_for_update().filter(pk=provider_id).first() if provider_id else Provider()
    if row is None:
        raise NotVisible()
    changed = _changed(row, values, PROVIDER_FIELDS)
    if not row.key:
        row.key = _free_key(Provider, short_name(row.name))
    _checked(row)
    row.save()
    _tell(actor, "save_provider", "kita_provider", row.pk, now, fields=changed)
    return row.pk


def _free_key(model: Any, wanted: str) -> str:
    """The short name, with a number when it is taken."""
    base = (wanted or "kita")[:70]
    taken = set(
        model.objects.filter(Q(key=base) | Q(key__startswith=f"{base}-")).values_list("key", flat=True)
    )
    return next(key for key in (base, *(f"{base}-{n}" for n in range(2, 10_000))) if key not in taken)


@transaction.atomic
def set_level(*, actor: Actor, provider_id: UUID, level: int, now: datetime) -> None:
    """How far the provider takes part: its own decision (its managers), or entered by the office for it."""
    today = clock.local(now).date()
    scope = policies.scope_of(actor, today)
    if not scope.office and provider_id not in scope.manages:
        raise NotAllowed() if provider_id in scope.providers else NotVisible()
    row = Provider.objects.select_for_update().filter(pk=provider_id).first()
    if row is None:
        raise NotVisible()
    before, row.level = row.level, level
    _checked(row)
    row.save(update_fields=["level"])
    _tell(actor, "set_level", "kita_provider", row.pk, now, before=before, after=level)


@transaction.atomic
def save_facility(
    *,
    actor: Actor,
    facility_id: UUID | None,
    provider_id: UUID | None,
    values: Mapping[str, Any],
    now: datetime,
) -> UUID:
    """A new Kita of a provider (office, or its managers), or changes by whoever works for the Kita."""
    today = clock.local(now).date()
    if facility_id is not None:
        row = policies.find_facility(actor, facility_id, today)
    else:
        row = Facility(provider=managed_provider(actor, provider_id, today))
    changed = _changed(row, values, FACILITY_FIELDS)
    if not row.key:
        row.key = _free_key(Facility, short_name(row.name))
    _checked(row)
    row.updated_at = now
    row.save()
    _tell(actor, "save_facility", "kita_facility", row.pk, now, fields=changed)
    return row.pk


def managed_provider(actor: Actor, provider_id: UUID | None, today: date) -> Provider:
    """A provider for whom somebody may decide: the office, or its managers. Raises ``NotVisible``, ``NotAllowed``."""
    scope = policies.scope_of(actor, today)
    row = policies.providers_visible_to(actor, today).filter(pk__in=[provider_id]).first()
    if row is None:
        raise NotVisible()
    if not scope.office and row.pk not in scope.manages:
        raise NotAllowed()
    return row


@transaction.atomic
def save_seat_class(
    *, actor: Actor, facility_id: UUID, seat_class_id: UUID | None, values: Mapping[str, Any], now: datetime
) -> UUID:
    """A kind of seats of a Kita."""
    facility = policies.find_facility(actor, facility_id, clock.local(now).date())
    row = (
        facility.seat_classes.filter(pk=seat_class_id).first()
        if seat_class_id
        else SeatClass(facility=facility)
    )
    if row is None:
        raise NotVisible()
    allowed = ("name", "from_months", "to_months", "max_hours", "tag", "free_from_on", "position")
    _changed(row, values, allowed)
    _checked(row)
    row.save()
    _tell(actor, "save_seat_class", "kita_facility", facility.pk, now)
    return row.pk


@transaction.atomic
def set_counts(
    *,
    actor: Actor,
    seat_class_id: UUID,
    from_on: date,
    permitted: int,
    planned: int,
    staffed: int,
    now: datetime,
) -> None:
    """From a day on there are so many seats; what was known for later stays, the present count ends there."""
    seat = (
        SeatClass.objects.select_related("facility")
        .select_for_update(of=("self",))
        .filter(pk=seat_class_id)
        .first()
    )
    if seat is None:
        raise NotVisible()
    policies.find_facility(actor, seat.facility_id, clock.local(now).date())
    later = SeatCount.objects.filter(seat_class=seat, from_on__gt=from_on).order_by("from_on").first()
    SeatCount.objects.filter(seat_class=seat, from_on=from_on).delete()
    SeatCount.objects.filter(
        Q(to_on=None) | Q(to_on__gt=from_on), seat_class=seat, from_on__lt=from_on
    ).update(to_on=from_on)
    row = SeatCount(
        seat_class=seat,
        from_on=from_on,
        to_on=later.from_on if later else None,
        permitted=permitted,
        planned=planned,
        staffed=staffed,
    )
    _checked(row)
    row.save()
    _tell(actor, "set_counts", "kita_facility", seat.facility_id, now, staffed=staffed)  # fmt: skip


@transaction.atomic
def block_seats(
    *,
    actor: Actor,
    seat_class_id: UUID,
    count: int,
    reason: str,
    from_on: date,
    to_on: date | None,
    now: datetime,
) -> UUID:
    """Keep seats free for a time, with a reason. Raises ``Refused`` without reason or end."""
    seat = SeatClass.objects.select_related("facility").filter(pk=seat_class_id).first()
    if seat is None:
        raise NotVisible()
    facility = policies.find_facility(actor, seat.facility_id, clock.local(now).date())
    if to_on is None:
        raise Refused({"to_on": "Eine Sperre braucht ein Ende."})
    row = BlockedSeat(
        seat_class=seat,
        provider_id=facility.provider_id,
        count=count,
        reason=reason.strip()[:300],
        author_id=actor.account_id,
        author_name=actor.name,
        from_on=from_on,
        to_on=to_on,
    )
    _checked(row)
    row.save()
    _tell(actor, "block_seats", "kita_facility", facility.pk, now, count=count)
    return row.pk


@transaction.atomic
def lift_block(*, actor: Actor, block_id: UUID, now: datetime) -> None:
    """The seats are free again."""
    row = (
        BlockedSeat.objects.select_related("seat_class")
        .select_for_update(of=("self",))
        .filter(pk=block_id)
        .first()
    )
    if row is None:
        raise NotVisible()
    policies.find_facility(actor, row.seat_class.facility_id, clock.local(now).date())
    row.lifted_at = row.lifted_at or now
    row.save(update_fields=["lifted_at"])
    _tell(actor, "lift_block", "kita_facility", row.seat_class.facility_id, now)


@transaction.atomic
def appoint(
    *,
    actor: Actor,
    provider_id: UUID,
    account_id: UUID,
    facility_id: UUID | None,
    function: str,
    from_on: date,
    now: datetime,
) -> UUID:
    """Somebody works for a provider from a day on: the office, or the provider's managers, say so."""
    provider = managed_provider(actor, provider_id, clock.local(now).date())
    if facility_id is not None and not provider.facilities.filter(pk=facility_id).exists():
        raise NotVisible()
    row = ProviderStaff(
        provider=provider,
        account_id=account_id,
        facility_id=facility_id,
        function=function if function in Function.values else Function.HEAD,
        valid_from_on=from_on,
    )
    _checked(row, constraints=False)  # an overlap is told by the database, as a conflict
    if row.function == Function.HEAD and row.facility_id is None:
        raise Refused({"facility": "Eine Leitung gehört zu einer Kita."})
    if account_id not in holders(Role.KITA_STAFF, on=from_on):
        raise Refused(
            {
                "account": "Diese Person hat die Rolle „Kita: Leitung und Träger“ nicht. Die Verwaltung der Stadt vergibt sie."
            }
        )
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Conflict(
            "Diese Person arbeitet dort schon.", message_en="This person works there already."
        ) from error
    _tell(actor, "appoint", "kita_provider", provider.pk, now, account=str(account_id))
    return row.pk


@transaction.atomic
def end_appointment(*, actor: Actor, appointment_id: UUID, now: datetime) -> None:
    """Today is the first day on which somebody no longer works there."""
    today = clock.local(now).date()
    row = ProviderStaff.objects.filter(pk=appointment_id).first()
    if row is None:
        raise NotVisible()
    managed_provider(actor, row.provider_id, today)
    if row.valid_from_on >= today:
        row.delete()
    else:
        row.valid_to_on = today
        row.save(update_fields=["valid_to_on"])
    _tell(actor, "end_appointment", "kita_provider", row.provider_id, now, account=str(row.account_id))


def parse_time(text: str) -> time | None:
    """``7:30`` or ``07:30``; None when empty. Raises ``Refused``."""
    if not text.strip():
        return None
    try:
        return time.fromisoformat(text.strip().zfill(5))
    except ValueError:
        raise Refused({"opens": "Eine Uhrzeit sieht so aus: 7:30"}) from None


def _tell(actor: Actor, action: str, kind: str, key: UUID, now: datetime, **details: Any) -> None:
    audit.record(actor=actor, action=f"kita.{action}", obj=(kind, key), now=now, details=details)
