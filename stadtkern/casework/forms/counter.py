"""What counter staff of one office share: begun applications, handing them on, and finding a person again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from stadtkern.casework.forms import hooks, policies
from stadtkern.casework.forms.loading import load
from stadtkern.casework.forms.models import (
    HEAVY_OF_VERSION,
    STAFF_CHANNELS,
    Draft,
    FormVersion,
    Submission,
)
from stadtkern.foundation.access import api as access
from stadtkern.foundation.access.api import Actor, NotAllowed, NotVisible, Role
from stadtkern.foundation.audit import api as audit
from stadtkern.kernel import clock
from stadtkern.kernel.errors import InvalidInput

MOST_FOUND = 50
LEAST_LETTERS = 3
LEAST_PURPOSE = 5


class SearchRefused(InvalidInput):
    """A search for a person without enough of a name, or without a purpose; ``field`` names which."""

    code = "person-search-refused"
    message = "Nennen Sie Namen und Zweck der Suche."
    message_en = "Give the name and the purpose of the search."

    def __init__(self, field: str, message: str, message_en: str) -> None:
        super().__init__(message, message_en=message_en, extra={"field": field})
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPerson:
    """An application that was entered for a person with this name."""

    id: UUID
    name: str
    born_on: str
    title: str
    at: datetime
    sent: bool
    case_number: str
    may_open: bool


def partners(actor: Actor, on: date) -> list[UUID]:
    """Accounts at the counters of the actor's offices, the actor among them; nobody for anybody else."""
    if not policies.may_enter(actor):
        return []
    offices = actor.offices(Role.COUNTER)
    if offices is None:
        return access.holders(Role.COUNTER, on=on)
    found = {
        account for office in offices for account in access.holders(Role.COUNTER, on=on, office_id=office)
    }
    return sorted(found | {actor.key})


def drafts_visible_to(actor: Actor, now: datetime) -> QuerySet[Draft]:
    """Begun applications of the whole counter, own ones included."""
    rows = Draft.objects.filter(
        account_id__in=partners(actor, clock.local(now).date()),
        channel__in=STAFF_CHANNELS,
        submission__isnull=True,
        expires_at__gt=now,
    )
    return rows.select_related("version__definition").defer(*HEAVY_OF_VERSION).order_by("-updated_at", "-id")


@transaction.atomic
def hand_over(*, actor: Actor, draft_id: UUID, account_id: UUID, now: datetime) -> Draft:
    """Give a begun application of the counter to a colleague there (or take it). Raises ``NotVisible``, ``NotAllowed``."""
    row = drafts_visible_to(actor, now).select_for_update(of=("self",)).filter(pk=draft_id).first()
    if row is None:
        raise NotVisible()
    if account_id not in partners(actor, clock.local(now).date()):
        raise NotAllowed()
    before = row.account_id
    row.account_id = account_id
    row.save(update_fields=["account_id"])
    audit.record(
        actor=actor,
        action="forms.hand_over_draft",
        obj=("draft", row.pk),
        now=now,
        details={"from": str(before), "to": str(account_id)},
    )
    return row


@transaction.atomic
def find_persons(
    *, actor: Actor, name: str, born_on: date | None, purpose: str, now: datetime
) -> list[FoundPerson]:
    """Applications entered at this counter for a person of this name; every search is told with its purpose.

    Raises ``NotAllowed``, ``SearchRefused``.
    """
    if not policies.may_enter(actor):
        raise NotAllowed()
    words = " ".join(name.replace("\x00", "").split())
    if len(words) < LEAST_LETTERS:
        raise SearchRefused(
            "name", "Geben Sie mindestens drei Buchstaben an.", "Enter at least three letters."
        )
    if len(purpose.strip()) < LEAST_PURPOSE:
        raise SearchRefused(
            "purpose",
            "Wozu suchen Sie? Der Zweck steht im Protokoll.",
            "Why do you search? The purpose is recorded.",
        )
    accounts = partners(actor, clock.local(now).date())
    sent = Submission.objects.filter(
        channel__in=STAFF_CHANNELS, entered_by_id__in=accounts, on_behalf_of__icontains=words, number=1
    ).select_related("version__definition")
    found = [_sent(actor, row) for row in sent.order_by("-submitted_at", "-id")[:MOST_FOUND]]
    begun = drafts_visible_to(actor, now).filter(on_behalf_of__icontains=words)
    found += [_begun(actor, row) for row in begun[:MOST_FOUND]]
    if born_on is not None:
        found = [row for row in found if row.born_on == born_on.isoformat()]
    audit.record(
        actor=actor,
        action="forms.search_persons",
        obj=("account", actor.key),
        now=now,
        reason=purpose.strip()[:300],
        details={"found": len(found), "with_birth_date": born_on is not None},
    )
    return found


def _sent(actor: Actor, row: Submission) -> FoundPerson:
    case = hooks.case_of(row.pk)
    return FoundPerson(
        id=row.pk,
        name=row.on_behalf_of,
        born_on=_birth_date(row.version, row.values),
        title=row.version.definition.title,
        at=row.submitted_at,
        sent=True,
        case_number=case.number if case else "",
        may_open=policies.may(actor, "read", row),
    )


def _begun(actor: Actor, row: Draft) -> FoundPerson:
    return FoundPerson(
        id=row.pk,
        name=row.on_behalf_of,
        born_on=_birth_date(row.version, row.values),
        title=row.version.definition.title,
        at=row.updated_at,
        sent=False,
        case_number="",
        may_open=row.account_id == actor.account_id,
    )


def _birth_date(version: FormVersion, values: Mapping[str, Any]) -> str:
    """The answer behind the usual name ``geburtsdatum``, or empty."""
    path = load(version).ruleset.aliases.get("geburtsdatum", "")
    value: Any = values
    for step in path.split("/") if path else []:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value if path and isinstance(value, str) else ""
