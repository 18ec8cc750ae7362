"""What a family does with its registration: change wishes, add proofs, confirm the need, withdraw."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from hashlib import sha256
from typing import BinaryIO
from uuid import UUID

from django.conf import settings
from django.db import transaction

from stadtkern.casework.cases import api as cases
from stadtkern.casework.kita import policies, rules
from stadtkern.casework.kita.actions import telling
from stadtkern.casework.kita.actions.drafts import PROOFS
from stadtkern.casework.kita.actions.registering import add_wishes
from stadtkern.casework.kita.errors import LinkExpired, RegistrationRefused, WishesFixed
from stadtkern.casework.kita.models import (
    ACTIVE_STATES,
    CriterionClaim,
    Reconfirmation,
    Registration,
    State,
)
from stadtkern.casework.kita.queries import facilities as catalog
from stadtkern.casework.kita.queries import points
from stadtkern.foundation.access.api import Actor, system
from stadtkern.foundation.files import api as files
from stadtkern.foundation.notifications import api as notifications
from stadtkern.foundation.organizations import api as organizations
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel import clock
from stadtkern.kernel.errors import InvalidInput


@transaction.atomic
def change_wishes(
    *, actor: Actor, registration_id: UUID, wishes: Sequence[rules.WishEntry], now: datetime
) -> int:
    """A new version of the ranked wishes; returns its number. The same wishes again add nothing.

    Raises ``NotVisible``, ``WishesFixed`` (during a round, or ended), ``RegistrationRefused``.
    """
    row = policies.find_own(actor, registration_id, lock=True)
    if row.state not in (State.REGISTERED, State.OFFERED, State.PLACED):
        raise WishesFixed()
    kitas = catalog.by_keys([wish.key for wish in wishes])
    born = row.child.birth_date or row.child.expected_on
    assert born is not None
    found = rules.wish_problems(
        wishes, [catalog.facts_of(kita) for kita in kitas], born=born, today=clock.local(now).date()
    )
    if found:
        raise RegistrationRefused(found)
    newest = row.wish_lists.first()
    if newest is not None and list(wishes) == entries(newest.wishes.select_related("facility")):
        return newest.version
    by = "family" if cases.is_own(actor, row.case_id) else "office"
    version = add_wishes(row, wishes, {kita.key: kita for kita in kitas}, by=by, now=now)
    telling.note(row, "kita_wishes", actor=actor, now=now)
    return version.version


def entries(wishes: object) -> list[rules.WishEntry]:
    """Stored wishes as plain values, in their order."""
    return [
        rules.WishEntry(key=wish.facility.key, hours=wish.hours, start=wish.start_on)
        for wish in wishes  # type: ignore[attr-defined]
    ]


@transaction.atomic
def withdraw(*, actor: Actor, registration_id: UUID, reason: str, now: datetime) -> None:
    """The family needs no place any more: the case is withdrawn, and the registration with it (receiver)."""
    row = policies.find_own(actor, registration_id, lock=True)
    if row.state not in ACTIVE_STATES:
        raise WishesFixed(
            "Diese Anmeldung ist schon beendet.", message_en="This registration has ended already."
        )
    _end_case(row, actor if cases.is_own(actor, row.case_id) else None, reason[:200], now)
    Registration.objects.filter(pk=row.pk).update(
        state=State.WITHDRAWN, ended_at=now, ended_reason=reason[:200]
    )


def _end_case(row: Registration, actor: Actor | None, reason: str, now: datetime) -> None:
    """The case ends with its registration, or it would never be erased. Without the family itself the platform stands for it."""
    who = actor or replace(system(tenancy.current_id()), guest_keys=frozenset({row.case_id}))
    if cases.is_own(who, row.case_id):
        cases.withdraw(actor=who, case_id=row.case_id, reason=reason, now=now)


@transaction.atomic
def follow_case(*, case_id: UUID, state: str, now: datetime) -> None:
    """The case was withdrawn or closed by its own pages: the registration ends with it."""
    ends = {"withdrawn": State.WITHDRAWN, "closed": State.CLOSED}
    if state in ends:
        Registration.objects.filter(case_id=case_id, state__in=ACTIVE_STATES).update(
            state=ends[state], ended_at=now
        )


@transaction.atomic
def add_proof(
    *, actor: Actor, registration_id: UUID, criterion: str, content: BinaryIO, name: str, now: datetime
) -> UUID:
    """A proof that was missing, or a newer one: earlier files of the criterion stay with it. Returns the claim.

    Raises ``InvalidInput`` for a criterion that no wished Kita asks a paper for (and that was never claimed).
    """
    row = policies.find_own(actor, registration_id, lock=True)
    if row.state not in ACTIVE_STATES:
        raise WishesFixed()
    if criterion not in _provable(row, clock.local(now).date()):
        raise InvalidInput("Dafür wird kein Nachweis gebraucht.", message_en="No proof is needed for this.")
    stored = files.store(
        content, name=name, allowed=PROOFS, max_bytes=settings.UPLOAD_MAX_BYTES, purpose="kita-proof", now=now
    )
    claim = CriterionClaim.objects.filter(registration=row, criterion=criterion, dropped_at=None).first()
    if claim is None:
        claim = CriterionClaim(registration=row, criterion=criterion[:60], claimed_at=now)
    if len(claim.file_ids) >= 10:
        raise InvalidInput("Mehr Dateien gehen hier nicht.", message_en="No more files here.")
    claim.file_ids = [*claim.file_ids, stored.id]
    claim.save()
    telling.note(row, "kita_proof", actor=actor, now=now)
    return claim.pk


def _provable(row: Registration, today: date) -> set[str]:
    """Criteria with a paper of the Kitas wished at present, and those for which a paper is there already."""
    newest = row.wish_lists.first()
    kitas = [wish.facility for wish in newest.wishes.select_related("facility")] if newest is not None else []
    asked = {item.id for item in points.criteria_at(kitas, today) if item.proof is not None}
    claimed = row.claims.filter(dropped_at=None).exclude(file_ids=[])
    return asked | set(claimed.values_list("criterion", flat=True))


# --- is the place still needed? ----------------------------------------------------------------------------------


@transaction.atomic
def ask(*, registration_id: UUID, now: datetime) -> str:
    """Ask the family whether it still needs the place; returns the token of the one-tap link."""
    row = Registration.objects.select_for_update().get(pk=registration_id)
    token = secrets.token_urlsafe(24)
    due = clock.local(now).date() + rules.ANSWER_WITHIN
    Reconfirmation.objects.create(registration=row, asked_at=now, due_on=due, token_digest=_digest(token))
    row.confirm_by_on = due
    row.save(update_fields=["confirm_by_on"])
    actor = system(tenancy.current_id())
    title = (
        "Do you still need the nursery place?"
        if row.language == "en"
        else "Brauchen Sie den Kita-Platz noch?"
    )
    telling.tell(row, title, now=now, mail=False)
    telling.note(row, "kita_asked", actor=actor, now=now)
    who = row.guardians.first()
    if who is not None and who.email:
        link = organizations.public_address(f"/kita/bestaetigen/{token}/")
        english = row.language == "en"
        text = (
            f"Please tell us by {due:%d %B %Y} that you still need the place. One tap is enough:\n\n{link}\n\nIf we do not hear from you, the registration ends."
            if english
            else f"Bitte sagen Sie uns bis zum {due:%d.%m.%Y}, dass Sie den Platz noch brauchen. Ein Tipp genügt:\n\n{link}\n\nHören wir nichts von Ihnen, endet die Anmeldung."
        )
        notifications.send_mail(
            to=who.email,
            subject=f"{title} ({row.number})",
            text=text,
            language=row.language,
            case_id=row.case_id,
        )
    return token


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def find_by_token(token: str, today: date) -> Reconfirmation:
    """What a link of a mail asks; raises ``LinkExpired``. The token opens this question and nothing else."""
    row = (
        Reconfirmation.objects.select_related("registration__child")
        .filter(token_digest=_digest(token[:200]), due_on__gt=today)
        .first()
    )
    if row is None or row.registration.state not in ACTIVE_STATES:
        raise LinkExpired()
    return row


@transaction.atomic
def confirm_by_token(*, token: str, now: datetime) -> Registration:
    """The tap on the link (a POST: mail scanners open links)."""
    asked = find_by_token(token, clock.local(now).date())
    _confirm(asked.registration, system(tenancy.current_id()), now)
    return asked.registration


@transaction.atomic
def confirm(*, actor: Actor, registration_id: UUID, now: datetime) -> None:
    """Confirmed on the family's own page, or by the office on the telephone."""
    _confirm(policies.find_own(actor, registration_id, lock=True), actor, now)


def _confirm(row: Registration, actor: Actor, now: datetime) -> None:
    Reconfirmation.objects.filter(registration=row, confirmed_at=None).update(confirmed_at=now)
    row.confirm_by_on = clock.local(now).date() + rules.CONFIRM_EVERY
    row.save(update_fields=["confirm_by_on"])
    telling.note(row, "kita_confirmed", actor=actor, now=now)


def ask_and_expire(now: datetime) -> tuple[int, int]:
    """Every night: ask those whose time comes, end those who did not answer; (asked, ended)."""
    today = clock.local(now).date()
    waiting = Reconfirmation.objects.filter(confirmed_at=None, registration__state=State.REGISTERED)
    silent = list(waiting.filter(due_on__lte=today).values_list("registration_id", flat=True)[:500])
    for key in silent:
        expire(registration_id=key, now=now)
    due = Registration.objects.filter(
        state=State.REGISTERED, confirm_by_on__lte=today + rules.ANSWER_WITHIN
    ).exclude(pk__in=waiting.values("registration_id"))
    keys = list(due.values_list("pk", flat=True)[:500])
    for key in keys:
        ask(registration_id=key, now=now)
    return len(keys), len(silent)


@transaction.atomic
def expire(*, registration_id: UUID, now: datetime) -> None:
    """Nobody answered: the registration ends, the family is told and may register again."""
    row = Registration.objects.select_for_update().get(pk=registration_id)
    if row.state != State.REGISTERED:
        return
    row.state, row.ended_at, row.ended_reason = State.EXPIRED, now, "keine Antwort"
    row.save(update_fields=["state", "ended_at", "ended_reason"])
    _end_case(row, None, row.ended_reason, now)
    title = (
        "Your nursery registration has ended"
        if row.language == "en"
        else "Ihre Kita-Anmeldung ist abgelaufen"
    )
    telling.tell(row, title, now=now)
    telling.note(row, "kita_expired", actor=system(tenancy.current_id()), now=now)
