"""A provider (or the youth office for all) judges a proof."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from stadtkern.casework.kita import policies, rules
from stadtkern.casework.kita.actions import telling
from stadtkern.casework.kita.criteria.facts import SIBLING
from stadtkern.casework.kita.models import (
    ClaimReview,
    CriterionClaim,
    Facility,
    Registration,
    Verdict,
)
from stadtkern.casework.kita.queries import points
from stadtkern.foundation.access.api import Actor
from stadtkern.foundation.audit import api as audit
from stadtkern.kernel import clock
from stadtkern.kernel.errors import InvalidInput, NotVisible


@transaction.atomic
def review(
    *, actor: Actor, facility_id: UUID, claim_id: UUID, accept: bool, reason: str, now: datetime
) -> UUID:
    """Accept or reject a proof at a Kita. A rejection needs its reason, which the family reads.

    An accepted proof holds as long as the catalogue says. The office's review counts everywhere; a provider's for its Kitas.
    """
    today = clock.local(now).date()
    facility = policies.find_facility(actor, facility_id, today)
    claim = CriterionClaim.objects.select_related("registration").filter(pk=claim_id, dropped_at=None).first()
    if claim is None:
        raise NotVisible()
    row = policies.find_applicant(actor, facility, claim.registration_id)
    _needs_reason(accept, reason)
    office = policies.scope_of(actor, today).office
    done = ClaimReview.objects.create(
        claim=claim,
        provider_id=None if office else facility.provider_id,
        verdict=Verdict.ACCEPTED if accept else Verdict.REJECTED,
        reason=reason.strip()[:500],
        valid_to_on=_holds_until(facility, claim.criterion, today) if accept else None,
        reviewer_id=actor.account_id,
        reviewer_name=actor.name,
        reviewed_at=now,
    )
    _tell(row, done, actor, now, "A proof was not accepted", "Ein Nachweis wurde nicht anerkannt")
    return done.pk


@transaction.atomic
def confirm_sibling(
    *, actor: Actor, facility_id: UUID, registration_id: UUID, accept: bool, reason: str, now: datetime
) -> UUID:
    """Whoever works for the provider of the sibling's Kita (or the office) says whether the sibling is there on the first day.

    Raises ``NotVisible`` when the family named no Kita of this provider, ``InvalidInput`` for a refusal without reason.
    """
    today = clock.local(now).date()
    facility = policies.find_facility(actor, facility_id, today)
    row = policies.find_applicant(actor, facility, registration_id)
    office = policies.scope_of(actor, today).office
    sibling = Facility.objects.filter(pk=row.sibling_facility_id).first() if row.sibling_facility_id else None
    if sibling is None or not (office or sibling.provider_id == facility.provider_id):
        raise NotVisible()
    _needs_reason(accept, reason)
    claim, _made = CriterionClaim.objects.get_or_create(
        registration=row, criterion=SIBLING, dropped_at=None, defaults={"claimed_at": row.registered_at}
    )
    done = ClaimReview.objects.create(
        claim=claim,
        provider_id=None if office else facility.provider_id,
        verdict=Verdict.ACCEPTED if accept else Verdict.REJECTED,
        reason=reason.strip()[:500],
        reviewer_id=actor.account_id,
        reviewer_name=actor.name,
        reviewed_at=now,
    )
    _tell(row, done, actor, now, "A sibling was not confirmed", "Ein Geschwisterkind wurde nicht bestätigt")
    return done.pk


def _needs_reason(accept: bool, reason: str) -> None:
    if not accept and len(reason.strip()) < 5:
        raise InvalidInput(
            "Bitte nennen Sie den Grund. Die Familie liest ihn.",
            message_en="Please give the reason. The family reads it.",
            extra={"field": "reason"},
        )


def _tell(
    row: Registration, done: ClaimReview, actor: Actor, now: datetime, english: str, german: str
) -> None:
    """Audit, the history of the case, and after a refusal the family."""
    audit.record(
        actor=actor,
        action="kita.review_proof",
        obj=("kita_registration", row.pk),
        now=now,
        details={"criterion": done.claim.criterion, "verdict": done.verdict},
    )
    telling.note(row, "kita_reviewed", actor=actor, now=now)
    if done.verdict == Verdict.REJECTED:
        telling.tell(row, english if row.language == "en" else german, now=now)


def _holds_until(facility: Facility, criterion: str, today: date) -> date | None:
    """The end of an accepted proof by the catalogues of the Kita."""
    for known in points.criteria_at([facility], today):
        if known.id == criterion and known.proof is not None and known.proof.valid_months is not None:
            return rules.add_months(today, known.proof.valid_months + 1)
    return None
