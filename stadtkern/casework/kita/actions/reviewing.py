"""A provider (or the youth office for all) judges a proof."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from stadtkern.casework.kita import policies, rules
from stadtkern.casework.kita.actions import telling
from stadtkern.casework.kita.models import ClaimReview, CriterionClaim, Facility, Verdict
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
    if not accept and len(reason.strip()) < 5:
        raise InvalidInput(
            "Bitte nennen Sie den Grund. Die Familie liest ihn.",
            message_en="Please give the reason. The family reads it.",
            extra={"field": "reason"},
        )
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
    audit.record(
        actor=actor,
        action="kita.review_proof",
        obj=("kita_registration", row.pk),
        now=now,
        details={"criterion": claim.criterion, "verdict": done.verdict},
    )
    telling.note(row, "kita_reviewed", actor=actor, now=now)
    if not accept:
        title = "A proof was not accepted" if row.language == "en" else "Ein Nachweis wurde nicht anerkannt"
        telling.tell(row, title, now=now)
    return done.pk


def _holds_until(facility: Facility, criterion: str, today: date) -> date | None:
    """The end of an accepted proof by the catalogues of the Kita."""
    for known in points.criteria_at([facility], today):
        if known.id == criterion and known.proof is not None and known.proof.valid_months is not None:
            return rules.add_months(today, known.proof.valid_months + 1)
    return None
