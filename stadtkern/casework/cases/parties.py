"""Whose case it is, and who acts for whom: the words of the pages of applicants and staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from stadtkern.casework.cases import policies
from stadtkern.casework.cases.actions.common import acting_for
from stadtkern.casework.cases.models import Case
from stadtkern.casework.forms import api as forms
from stadtkern.foundation.access.api import Actor, Mandate
from stadtkern.foundation.accounts import api as accounts
from stadtkern.foundation.audit import api as audit
from stadtkern.foundation.businesses import api as businesses


def in_order(rows: QuerySet[Case], actor: Actor) -> QuerySet[Case]:
    """One's own cases first, then party by party, the newest first in each."""
    own = Q(applicant_id=actor.key)
    return rows.annotate(is_own=own).order_by(
        F("is_own").desc(nulls_last=True), F("business_id").asc(nulls_first=True), F("applicant_id").asc(nulls_first=True),
        "-received_at", "-id",
    )  # fmt: skip


def party_of(case: Case) -> UUID | None:
    """The business or the account a case belongs to; None for guests."""
    return case.business_id or case.applicant_id


def name_of(actor: Actor, party: UUID | None) -> str:
    """The name of a party the actor acts for; empty for herself."""
    if party is None or party == actor.account_id:
        return ""
    return next((one.name for one in actor.mandates if one.party == party), "")


def grouped(actor: Actor, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of a list by party; without a heading where all are the actor's own."""
    found = []
    for party, some in groupby(rows, key=lambda row: party_of(row["case"])):
        mandate = next(
            (one for one in actor.mandates if one.party == party and party != actor.account_id), None
        )
        found.append({"name": mandate.name if mandate else "", "words": _words(mandate), "rows": list(some)})
    if found and any(group["name"] for group in found):
        for group in found:
            group["name"] = group["name"] or _("Für mich")
    return found


def _words(mandate: Mandate | None) -> str:
    if mandate is None:
        return ""
    return _("in Vollmacht") if mandate.power is not None else _("Unternehmenskonto")


def acting(actor: Actor, case: Case) -> str:
    """The sentence above somebody else's case; empty in one's own."""
    mandate = policies.mandate(actor, case)
    if mandate is None or party_of(case) is None:
        return ""
    if mandate.power is not None:
        return _("Sie handeln in Vollmacht für %(name)s.") % {"name": mandate.name}
    return _("Dieser Vorgang gehört %(name)s.") % {"name": mandate.name}


def record_reading(actor: Actor, case: Case, now: datetime) -> None:
    """Whoever reads another's case under a power of attorney leaves a line in the log: she who gave it can see that."""
    mandate = policies.mandate(actor, case)
    if mandate is not None and mandate.power is not None:
        audit.record(
            actor=actor, action="cases.read_for", obj=("case", case.pk), now=now, details=acting_for(mandate), retention="access"
        )  # fmt: skip


def reads_online(case: Case) -> bool:
    """Whether somebody opens the post box of the case: the proposal for the way of a decision (§ 41 VwVfG)."""
    if case.business_id is not None:
        business = businesses.business(case.business_id)
        return business is not None and not business.closed
    return case.applicant_id is not None or case.channel == "online"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who sent an application for somebody else, as staff see it."""

    party: str
    checked: bool | None  # of a business: whether the municipality checked who it is
    register: str
    name: str
    power: businesses.PowerInfo | None
    business_id: UUID | None


def sender_of(case: Case, now: datetime) -> Sender | None:
    """For the desk; None where people applied for themselves."""
    submission = forms.submission(case.submission_id)
    if case.business_id is None and submission.acted_by_id is None:
        return None
    business = businesses.business(case.business_id) if case.business_id else None
    person = accounts.account(submission.acted_by_id) if submission.acted_by_id else None
    return Sender(
        party=business.legal_name if business else case.applicant_name,
        checked=business.checked if business else None,
        register=business.register if business else "",
        name=person.name if person else "",
        power=businesses.power(submission.power_id, now) if submission.power_id else None,
        business_id=case.business_id,
    )
