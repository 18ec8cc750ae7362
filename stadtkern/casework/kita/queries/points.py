"""The points of a registration at a Kita, with their parts: catalogues of the day, what the family says, what was proved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import UUID

from django.db.models import Q

from stadtkern.casework.kita import rules
from stadtkern.casework.kita.criteria.catalogue import Catalogue as Rules
from stadtkern.casework.kita.criteria.catalogue import Criterion
from stadtkern.casework.kita.criteria.facts import FACTS, SIBLING, Value
from stadtkern.casework.kita.criteria.points import Evidence, Points, Scorer
from stadtkern.casework.kita.criteria.reading import read_catalogue
from stadtkern.casework.kita.models import (
    Catalogue,
    ClaimReview,
    Contract,
    CriterionClaim,
    Facility,
    Registration,
    Verdict,
)
from stadtkern.casework.kita.queries import siblings


@lru_cache(maxsize=512)
def _parsed(key: UUID) -> Rules:
    """A published version never changes, so it is read once per process."""
    return read_catalogue(Catalogue.objects.values_list("document", flat=True).get(pk=key))


@lru_cache(maxsize=512)
def _scorer(keys: tuple[UUID, ...]) -> Scorer:
    return Scorer([_parsed(key) for key in keys])


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueLine:
    """A valid catalogue and where it counts."""

    id: UUID
    provider_id: UUID | None
    facility_id: UUID | None

    @property
    def rules(self) -> Rules:
        return _parsed(self.id)

    def counts_at(self, facility: Facility) -> bool:
        if self.facility_id is not None:
            return self.facility_id == facility.pk
        return self.provider_id is None or self.provider_id == facility.provider_id


def valid_catalogues(on: date) -> list[CatalogueLine]:
    """The published versions of a day: those of everybody, of providers, of Kitas."""
    rows = Catalogue.objects.filter(
        Q(valid_to_on=None) | Q(valid_to_on__gt=on), published_at__isnull=False, valid_from_on__lte=on
    )
    order = rows.order_by("facility_id", "provider_id", "catalogue_id", "-version")
    newest: dict[tuple[UUID | None, UUID | None, str], CatalogueLine] = {}
    for key, provider, facility, name in order.values_list(
        "pk", "provider_id", "facility_id", "catalogue_id"
    ):
        line = CatalogueLine(id=key, provider_id=provider, facility_id=facility)
        newest.setdefault((provider, facility, name), line)
    lines = list(newest.values())
    return sorted(lines, key=lambda c: (c.provider_id is not None, c.facility_id is not None, str(c.id)))


def criteria_at(facilities: Iterable[Facility], on: date) -> list[Criterion]:
    """The criteria that count at any of these Kitas on a day."""
    return criteria_of(valid_catalogues(on), facilities)


def criteria_of(lines: Sequence[CatalogueLine], facilities: Iterable[Facility]) -> list[Criterion]:
    """Those of these catalogues, each once, in their order."""
    wanted = list(facilities)
    found: dict[str, Criterion] = {}
    for line in lines:
        if any(line.counts_at(facility) for facility in wanted):
            found |= {
                criterion.id: criterion for criterion in line.rules.criteria if criterion.id not in found
            }
    return list(found.values())


def asked_facts(criteria: Iterable[Criterion]) -> list[str]:
    """The questions a family has to answer for these criteria."""
    names = dict.fromkeys(name for criterion in criteria for name in criterion.uses)
    return [name for name in FACTS if name in names and FACTS[name].asked]


# --- facts -------------------------------------------------------------------------------------------------------


def child_facts(
    registration: Registration, *, siblings: int = 0, placed: bool = False, on: date
) -> dict[str, Value]:
    """What is known about the child, whatever the Kita."""
    child = registration.child
    born = child.birth_date or child.expected_on
    start = registration.start_on
    assert born is not None
    said = {name: value for name, value in registration.facts.items() if name in FACTS and FACTS[name].asked}
    months = rules.months_between(born, start)
    return {
        **said,
        "alter_monate": months,
        "geburtsdatum": born,
        "beginn": start,
        "stunden": registration.hours,
        "rechtsanspruch": start >= rules.claim_on(born),
        "hat_platz": placed,
        "foerderbedarf": registration.integration,
        "wartet_monate": max(0, rules.months_between(registration.registered_at.date(), on)),
        "monate_bis_schule": rules.months_between(start, rules.school_start(born)),
        "geschwister_bewerben_sich": siblings,
    }


def wish_facts(
    registration: Registration, facility: Facility, siblings_at: Mapping[UUID, UUID]
) -> dict[str, Value]:
    """What is known about the child at one Kita. ``siblings_at``: Kitas with a sibling, with their provider."""
    here = (registration.longitude, registration.latitude)
    there = (facility.longitude, facility.latitude)
    distance = None
    if None not in here and None not in there:
        distance = rules.metres(here, there)  # type: ignore[arg-type]
    same = None
    if registration.district_id is not None and facility.district_id is not None:
        same = registration.district_id == facility.district_id
    return {
        "geschwister_hier": facility.pk in siblings_at,
        "geschwister_beim_traeger": facility.provider_id in siblings_at.values(),
        "gleicher_ortsbezirk": same,
        "entfernung_m": distance,
        "elternmitarbeit": None,
    }


# --- proofs ------------------------------------------------------------------------------------------------------


def evidence_for(reviews: Sequence[ClaimReview], provider_id: UUID) -> dict[str, Evidence]:
    """Per criterion what the newest review says that counts for a provider (its own, or the office's)."""
    found: dict[str, Evidence] = {}
    for review in reviews:  # oldest first
        if review.provider_id in (None, provider_id):
            found[review.claim.criterion] = Evidence(
                accepted=review.verdict == Verdict.ACCEPTED, valid_to=review.valid_to_on
            )
    return found


def reviews_of(registrations: Iterable[UUID]) -> dict[UUID, list[ClaimReview]]:
    """All reviews of valid claims, oldest first, by registration."""
    rows = ClaimReview.objects.filter(
        claim__registration__in=list(registrations), claim__dropped_at=None
    ).select_related("claim")
    found: dict[UUID, list[ClaimReview]] = {}
    for row in rows.order_by("reviewed_at", "id"):
        found.setdefault(row.claim.registration_id, []).append(row)
    return found


# --- points ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Everything about one registration that its points depend on, read once for all Kitas."""

    registration: Registration
    facts: Mapping[str, Value]
    siblings_at: Mapping[UUID, UUID]
    reviews: Sequence[ClaimReview]
    sibling_in_contracts: bool = False

    def evidence(self, provider_id: UUID) -> dict[str, Evidence]:
        """What is proved for a provider: by reviews, and that a sibling is there by a contract as long as nobody judged it."""
        known = {SIBLING: Evidence(accepted=True)} if self.sibling_in_contracts else {}
        return known | evidence_for(self.reviews, provider_id)


def situations(registrations: Sequence[Registration], on: date) -> dict[UUID, Situation]:
    """For many registrations with a handful of queries; ``child`` should be selected with them."""
    keys = [row.pk for row in registrations]
    families = [row.family_id for row in registrations if row.family_id is not None]
    together: dict[UUID, int] = {}
    for family in Registration.objects.filter(
        family_id__in=families, state__in=["registered", "frozen"]
    ).values_list("family_id", flat=True):
        if family is not None:
            together[family] = together.get(family, 0) + 1
    providers = dict(
        Facility.objects.filter(
            pk__in=[row.sibling_facility_id for row in registrations if row.sibling_facility_id]
        ).values_list("pk", "provider_id")
    )
    placed = set(
        Contract.objects.filter(
            Q(to_on=None) | Q(to_on__gt=on),
            child__in=[row.child_id for row in registrations],
            state=Contract.State.ACTIVE,
        ).values_list("child_id", flat=True)
    )
    reviews = reviews_of(keys)
    confirmed = siblings.in_contracts(registrations)
    found = {}
    for row in registrations:
        applying = max(0, together.get(row.family_id, 1) - 1) if row.family_id is not None else 0
        at = (
            {row.sibling_facility_id: providers[row.sibling_facility_id]}
            if row.sibling_facility_id in providers
            else {}
        )
        found[row.pk] = Situation(
            registration=row,
            facts=child_facts(row, siblings=applying, placed=row.child_id in placed, on=on),
            siblings_at=at,
            reviews=reviews.get(row.pk, ()),
            sibling_in_contracts=row.pk in confirmed,
        )
    return found  # fmt: skip


def points_at(
    situation: Situation, facility: Facility, on: date, catalogues: Sequence[CatalogueLine] | None = None
) -> Points:
    """The points at one Kita with every part. Pass ``catalogues`` when asking for many."""
    lines = valid_catalogues(on) if catalogues is None else catalogues
    keys = tuple(line.id for line in lines if line.counts_at(facility))
    facts = {**situation.facts, **wish_facts(situation.registration, facility, situation.siblings_at)}
    return _scorer(keys).points(facts, evidence=situation.evidence(facility.provider_id), on=on)


def totals_at(
    situation: Situation, facility: Facility, on: date, catalogues: Sequence[CatalogueLine]
) -> tuple[int, int]:
    """Points that count and points with all proofs, without the parts: for long lists."""
    scorer = _scorer(tuple(line.id for line in catalogues if line.counts_at(facility)))
    facts = {**situation.facts, **wish_facts(situation.registration, facility, situation.siblings_at)}
    evidence = situation.evidence(facility.provider_id)
    return scorer.total(facts, evidence=evidence, on=on), scorer.total(facts, on=on)


def open_claims(registration: Registration) -> dict[str, CriterionClaim]:
    """The proofs of a registration by criterion."""
    return {row.criterion: row for row in registration.claims.filter(dropped_at=None)}
