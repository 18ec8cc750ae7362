"""The account of a business itself: found it, change it, check it, close it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from stadtkern.foundation.access.api import Actor
from stadtkern.foundation.audit import api as audit
from stadtkern.foundation.businesses import policies, rules
from stadtkern.foundation.businesses.errors import AlreadyChecked, Incomplete
from stadtkern.foundation.businesses.models import Business, Member, PowerOfAttorney
from stadtkern.kernel.errors import InvalidInput


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessData:
    """What is known about a business."""

    legal_name: str = ""
    legal_form: str = ""
    register_court: str = ""
    register_number: str = ""
    economy_id: str = ""
    street: str = ""
    house_number: str = ""
    postcode: str = ""
    city: str = ""
    email: str = ""
    phone: str = ""

    def values(self) -> dict[str, str]:
        """Cleaned, by field."""
        found = {name: " ".join(str(value).split()) for name, value in asdict(self).items()}
        found["register_number"] = rules.register_number(found["register_number"])
        found["register_court"] = found["register_court"].removeprefix("Amtsgericht ").removeprefix("AG ")
        found["economy_id"] = found["economy_id"].upper().replace(" ", "")
        return found


# Whoever changes one of these changes who the business is: the check by the municipality ends.
CHECKED_FIELDS = ("legal_name", "legal_form", "register_court", "register_number", "economy_id")


@transaction.atomic
def found_business(*, actor: Actor, data: BusinessData, entitled: bool, now: datetime) -> UUID:
    """A person with a proven identity, entitled to represent the business, makes its account and administers it.

    Raises ``IdentityTooWeak``, ``Incomplete``, ``AlreadyChecked``.
    """
    policies.require_identity(actor)
    values = _judged(data, [] if entitled else [("entitled", "entitled")])
    _refuse_checked(values, None)
    row = Business.objects.create(**values, founded_by_id=actor.key, created_at=now)
    Member.objects.create(business=row, account_id=actor.key, role=Member.Role.ADMINISTER, since_at=now)
    audit_business(actor, "founded", row.pk, now, {"assurance": actor.assurance})
    return row.pk


@transaction.atomic
def change_business(*, actor: Actor, business_id: UUID, data: BusinessData, now: datetime) -> None:
    """Change the details. A check ends when name, form or register change. Raises ``Incomplete``, ``AlreadyChecked``."""
    row = policies.find(actor, business_id, "administer", lock=True)
    values = _judged(data, [])
    changed = sorted(name for name, value in values.items() if getattr(row, name) != value)
    if set(changed) & set(CHECKED_FIELDS):
        _refuse_checked(values, row.pk)
        row.checked_at, row.checked_by, row.checked_with = None, None, ""
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    audit_business(actor, "changed", row.pk, now, {"changed": list(changed)})


def _judged(data: BusinessData, more: list[tuple[str, str]]) -> dict[str, str]:
    values = data.values()
    problems = [*rules.problems_of_business(values), *_too_long(values), *more]
    if values["email"]:
        try:
            validate_email(values["email"])
        except ValidationError:
            problems.append(("email", "email"))
    if problems:
        raise Incomplete(problems)
    return values


def _too_long(values: Mapping[str, str]) -> list[tuple[str, str]]:
    limits = {field.name: field.max_length for field in Business._meta.concrete_fields}
    return [(name, "too_long") for name, value in values.items() if len(value) > (limits[name] or 0)]


def _refuse_checked(values: Mapping[str, str], own_id: UUID | None) -> None:
    if not values["register_number"]:
        return
    rows = Business.objects.filter(
        register_court__iexact=values["register_court"], register_number=values["register_number"],
        checked_at__isnull=False, closed_at__isnull=True,
    )  # fmt: skip
    if any(found != own_id for found in rows.values_list("pk", flat=True)):
        raise AlreadyChecked()


@transaction.atomic
def mark_checked(*, actor: Actor, business_id: UUID, with_what: str, now: datetime) -> None:
    """Staff saw the register extract (or another proof): the account belongs to who it says. Raises ``AlreadyChecked``."""
    row = policies.find_for_staff(actor, business_id, lock=True)
    if not with_what.strip():
        raise InvalidInput(
            "Bitte schreiben Sie, womit Sie geprüft haben.", message_en="Please say with what you checked."
        )
    row.checked_at, row.checked_by_id, row.checked_with = now, actor.account_id, with_what.strip()[:200]
    try:
        with transaction.atomic():
            row.save(update_fields=["checked_at", "checked_by", "checked_with"])
    except IntegrityError as error:
        raise AlreadyChecked() from error
    audit_business(actor, "checked", row.pk, now, {})


@transaction.atomic
def take_check_back(*, actor: Actor, business_id: UUID, now: datetime) -> None:
    """The check was wrong or is out of date."""
    row = policies.find_for_staff(actor, business_id, lock=True)
    row.checked_at, row.checked_by, row.checked_with = None, None, ""
    row.save(update_fields=["checked_at", "checked_by", "checked_with"])
    audit_business(actor, "check_taken_back", row.pk, now, {})


@transaction.atomic
def close_business(*, actor: Actor, business_id: UUID, now: datetime) -> None:
    """An administrator (or staff, where it is not who it says) ends the account: nobody acts for it, powers end.

    Its cases go on and are kept as the law of the service says.
    """
    if actor.is_staff and policies.all_for(actor).filter(pk=business_id).exists():
        row = policies.find_for_staff(actor, business_id, lock=True)
    else:
        row = policies.find(actor, business_id, "administer", lock=True)
    row.closed_at = row.closed_at or now
    row.save(update_fields=["closed_at"])
    for powers in (
        PowerOfAttorney.objects.filter(grantor_business=row),
        PowerOfAttorney.objects.filter(grantee_business=row),
    ):
        powers.filter(ended_at__isnull=True).update(ended_at=now, ended_by_id=actor.account_id)
    audit_business(actor, "closed", row.pk, now, {})


def audit_business(
    actor: Actor, verb: str, business_id: UUID, now: datetime, details: Mapping[str, str | int | list[str]]
) -> None:
    """The entry of an action on a business: ids and codes, no names."""
    audit.record(
        actor=actor, action=f"businesses.{verb}", obj=("business", business_id), now=now, details=dict(details),
        retention="administration",
    )  # fmt: skip
