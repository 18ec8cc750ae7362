"""What the family says: absences, the household, the second guardian."""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.db.models import Q

from stadtkern.casework.forms import api as forms
from stadtkern.casework.kita import policies
from stadtkern.casework.kita.actions import telling
from stadtkern.casework.kita.contracts import rules, texts
from stadtkern.casework.kita.contracts.actions.common import locked, require_running, today, told, who
from stadtkern.casework.kita.contracts.errors import TooManyCodes, WrongSecondCode
from stadtkern.casework.kita.models import (
    Absence,
    Contract,
    Household,
    Registration,
    SecondGuardian,
)
from stadtkern.casework.kita.rounds.texts import in_language
from stadtkern.foundation.access.api import Actor, NotVisible
from stadtkern.foundation.audit import api as audit
from stadtkern.foundation.notifications import api as notifications
from stadtkern.foundation.organizations import api as organizations
from stadtkern.kernel.errors import Conflict, InvalidInput

KEPT = timedelta(days=90)
TRIES = 10
LOCKED = 900


@transaction.atomic
def tell_absence(
    *,
    actor: Actor,
    registration_id: UUID,
    contract_id: UUID,
    kind: str,
    first: date,
    last: date,
    now: datetime,
) -> UUID:
    """The child stays away from the first to the last day. Both guardians may say so. Raises ``InvalidInput``."""
    row, second = policies.find_family(actor, registration_id)
    contract = locked(contract_id, registration_id=row.pk)
    require_running(contract, first)
    wrong = last < first or first < today(now) or (last - first).days >= rules.LONGEST_ABSENCE
    if wrong or kind not in Absence.Kind.values or last < contract.from_on:
        raise InvalidInput(
            "Bitte geben Sie Tage ab heute an, den ersten vor dem letzten.",
            message_en="Please give days from today on, the first before the last.",
        )
    found = Absence.objects.create(
        contract=contract, provider_id=contract.provider_id, kind=kind, from_on=first, to_on=last + timedelta(days=1),
        told_at=now, told_by="second" if second else who(actor),
    )  # fmt: skip
    told(actor, "absence", contract, now, days=(last - first).days + 1)
    return found.pk


@transaction.atomic
def end_absence(*, actor: Actor, registration_id: UUID, absence_id: UUID, now: datetime) -> None:
    """The child comes again: from today on it is there. An absence still to come is gone."""
    row, _ = policies.find_family(actor, registration_id)
    found = (
        Absence.objects.select_for_update(of=("self",))
        .select_related("contract")
        .filter(pk=absence_id, contract__registration=row.pk)
        .first()
    )
    if found is None:
        raise NotVisible()
    on = today(now)
    if found.from_on >= on:
        found.delete()
    elif found.to_on > on:
        found.to_on = on
        found.save(update_fields=["to_on"])
    told(actor, "absence_ended", found.contract, now)


def forget_absences(now: datetime) -> int:
    """Three months after a child came back nobody needs to know any more."""
    return Absence.objects.filter(to_on__lt=today(now) - KEPT).delete()[0]


@transaction.atomic
def say_household(
    *,
    actor: Actor,
    registration_id: UUID,
    children: int,
    net_income_cents: int | None,
    benefits: bool,
    now: datetime,
) -> None:
    """What the fee depends on. Raises ``InvalidInput`` for numbers that cannot be."""
    row = policies.find_own(actor, registration_id, lock=True)
    if not 1 <= children <= 20 or (net_income_cents is not None and not 0 <= net_income_cents <= 10_000_000):
        raise InvalidInput("Bitte prüfen Sie die Zahlen.", message_en="Please check the numbers.")
    Household.objects.update_or_create(
        registration=row,
        defaults={
            "children": children,
            "net_income_cents": net_income_cents,
            "benefits": benefits,
            "said_at": now,
        },
    )
    audit.record(actor=actor, action="kita.say_household", obj=("kita_registration", row.pk), now=now)


# --- the second guardian -----------------------------------------------------------------------------------------


@transaction.atomic
def invite(
    *, actor: Actor, registration_id: UUID, given: str, family: str, email: str, now: datetime
) -> tuple[str, str]:
    """Invite the second guardian: (link, code). The link goes by mail, the code from hand to hand. Raises ``Conflict``, ``InvalidInput``."""
    row = policies.find_own(actor, registration_id, lock=True)
    if not given.strip() or not family.strip():
        raise InvalidInput("Bitte geben Sie den Namen an.", message_en="Please enter the name.")
    token, code = secrets.token_urlsafe(24), forms.new_guest_code()
    try:
        with transaction.atomic():
            found = SecondGuardian.objects.create(
                registration=row, given_names=given.strip()[:200], family_name=family.strip()[:200], email=email.strip()[:254],
                token_digest=_digest(token), code_digest=forms.guest_code_digest(code), invited_at=now,
            )  # fmt: skip
    except IntegrityError:
        raise Conflict(
            "Es ist schon eine zweite Person eingeladen.", message_en="A second person is invited already."
        ) from None
    link = organizations.public_address(f"/kita/zweite-person/{token}/")
    if found.email:
        notifications.send_mail(
            to=found.email, subject=in_language(texts.INVITED, row.language), language=row.language, case_id=row.case_id,
            text=in_language(texts.INVITATION, row.language).format(link=link),
        )  # fmt: skip
    _told(actor, "invited", row, now)
    return link, code


def find_invited(token: str) -> SecondGuardian:
    """Whom a link belongs to. Raises ``NotVisible`` for one that never was or has ended."""
    found = SecondGuardian.objects.filter(token_digest=_digest(token[:200]), ended_at=None).first()
    if found is None:
        raise NotVisible()
    return found


def open_second(*, actor: Actor, token: str, code: str, now: datetime) -> SecondGuardian:
    """Link and code together open the view; with an account it stays open there. Raises ``WrongSecondCode``, ``TooManyCodes``."""
    key = f"kita-second:{_digest(token[:200])}"
    if cache.get(key, 0) >= TRIES:
        raise TooManyCodes()
    try:
        return _open(actor, token, code, now)
    except WrongSecondCode:
        # outside of the transaction that was rolled back: the cache is in the same database
        cache.add(key, 0, LOCKED)
        cache.incr(key)
        raise


@transaction.atomic
def _open(actor: Actor, token: str, code: str, now: datetime) -> SecondGuardian:
    found = (
        SecondGuardian.objects.select_for_update(of=("self",))
        .select_related("registration")
        .filter(token_digest=_digest(token[:200]), ended_at=None)
        .first()
    )
    if found is None or not forms.guest_code_fits(code, found.code_digest):
        raise WrongSecondCode()
    if found.account_id is not None and found.account_id != actor.account_id:
        raise WrongSecondCode()
    first = found.confirmed_at is None
    found.confirmed_at = found.confirmed_at or now
    found.account_id = found.account_id or actor.account_id
    found.save(update_fields=["confirmed_at", "account_id"])
    if first:
        _told(actor, "confirmed", found.registration, now)
        telling.note(found.registration, "kita_second_confirmed", actor=actor, now=now)
    return found


@transaction.atomic
def object_to_second(*, actor: Actor, registration_id: UUID, now: datetime) -> None:
    """The first guardian, the office or the person herself ends the view, at once and everywhere. Raises ``NotVisible``."""
    row, second = policies.find_family(actor, registration_id)
    ended = SecondGuardian.objects.filter(registration=row, ended_at=None).update(
        ended_at=now, ended_by="second" if second else who(actor)
    )
    if not ended:
        raise NotVisible()
    _told(actor, "objected", row, now)
    telling.note(row, "kita_second_ended", actor=actor, now=now)


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _told(actor: Actor, verb: str, row: Registration, now: datetime) -> None:
    audit.record(actor=actor, action=f"kita.second_{verb}", obj=("kita_registration", row.pk), now=now)


def absent_on(contracts: list[UUID], day: date) -> set[UUID]:
    """Which of these contracts' children stay away on a day."""
    rows = Absence.objects.filter(
        Q(to_on__gt=day), contract__in=contracts, contract__state=Contract.State.ACTIVE, from_on__lte=day
    )
    return set(rows.values_list("contract_id", flat=True))
