"""The demo world in the tables, once: about 60,000 rows in bulk.

Registrations come without a case of their own (their ``case_id`` points nowhere): 2,800 submissions with files and audit would take
minutes. What is sent in the demo itself goes the real way (see ``actions.telling`` for those without a case).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from importlib import resources
from typing import Final, TypeVar
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import connection, models, transaction

from stadtkern.casework.kita import rules
from stadtkern.casework.kita.criteria.catalogue import Catalogue as Rules
from stadtkern.casework.kita.criteria.catalogue import valid_on
from stadtkern.casework.kita.criteria.facts import FACTS, SIBLING
from stadtkern.casework.kita.criteria.points import Scorer
from stadtkern.casework.kita.demo import rounds
from stadtkern.casework.kita.demo.instances import applicants, catalogues
from stadtkern.casework.kita.demo.shapes import DemoChild, DemoFamily, World
from stadtkern.casework.kita.demo.world import NOTICE, make
from stadtkern.casework.kita.models import (
    Catalogue,
    Child,
    ClaimReview,
    Contract,
    CriterionClaim,
    Facility,
    Function,
    Guardian,
    Provider,
    ProviderStaff,
    Registration,
    SeatClass,
    SeatCount,
    Verdict,
    Wish,
    WishList,
)
from stadtkern.foundation.organizations import api as organizations
from stadtkern.foundation.places import api as places
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel import clock

SOURCE: Final = "Demo, synthetisch"
HEAD: Final = ("kita.goldgrube", "city-01")
BATCH: Final = 2_000
Row = TypeVar("Row", bound=models.Model)


def load_all() -> None:
    """Load the world of Mainz if there is no provider yet."""
    for municipality in organizations.municipalities():
        if municipality.slug != "mainz":
            continue
        with tenancy.act_for(municipality.id):
            if not Provider.objects.exists():
                now = clock.now()
                with transaction.atomic():
                    Loader(make(today=clock.local(now).date()), now).run()
                    rounds.load(now)


class Loader:
    """One world into the tables of the tenant that acts."""

    def __init__(self, world: World, now: datetime) -> None:
        self.world, self.now, self.today = world, now, clock.local(now).date()
        self.districts = {district.name: district.id for district in places.districts()}
        self.providers: dict[str, UUID] = {}
        self.facilities: dict[str, UUID] = {}
        self.classes: dict[tuple[str, int], UUID] = {}

    def run(self) -> None:
        """All of it, in the order of the references."""
        self._providers()
        self._facilities()
        self._catalogues()
        self._children()
        self._staff()

    # --- supply ---------------------------------------------------------------------------------------------------

    def _providers(self) -> None:
        signed = self.today - timedelta(days=240)
        rows = [
            Provider(
                key=p.key,
                name=p.name,
                kind=p.kind,
                level=p.level,
                privacy_regime=p.privacy_regime,
                agreement_signed_on=signed if p.level else None,
                email=f"{p.key}@example.org",
            )
            for p in self.world.providers
        ]
        self.providers = {row.key: row.pk for row in _add(rows)}

    def _facilities(self) -> None:
        rows, minute = [], time.fromisoformat
        for f in self.world.facilities:
            rows.append(
                Facility(
                    key=f.key,
                    provider_id=self.providers[f.provider],
                    name=f.name,
                    kind=f.kind,
                    street=f.street,
                    postcode=f.postcode,
                    town="Mainz",
                    district_id=self.districts.get(f.spot.district),
                    longitude=f.spot.longitude,
                    latitude=f.spot.latitude,
                    concepts=list(f.concepts),
                    languages=list(f.languages),
                    opens=minute(f.opens),
                    closes=minute(f.closes),
                    lunch=f.lunch,
                    text=NOTICE,
                    text_en="Synthetic data of the demo: this Kita does not exist.",
                    email=f"{f.key}@example.org",
                    accepting_from_on=self.today - timedelta(days=700),
                    updated_at=self.now - timedelta(days=len(f.key) % 9),
                )
            )
        self.facilities = {row.key: row.pk for row in _add(rows)}
        classes, counts = [], []
        for f in self.world.facilities:
            for position, seats in enumerate(f.seats):
                row = SeatClass(
                    facility_id=self.facilities[f.key],
                    name=seats.name,
                    from_months=seats.from_months,
                    to_months=seats.to_months,
                    max_hours=seats.max_hours,
                    tag=seats.tag,
                    position=position,
                )
                classes.append(row)
                counts.append(
                    SeatCount(
                        from_on=date(self.today.year - 1, 8, 1),
                        permitted=seats.permitted,
                        planned=seats.planned,
                        staffed=seats.staffed,
                    )
                )
        keys = [(f.key, at) for f in self.world.facilities for at in range(len(f.seats))]
        for key, row, count in zip(keys, _add(classes), counts, strict=True):
            self.classes[key] = count.seat_class_id = row.pk
        _add(counts)

    def _catalogues(self) -> None:
        folder = resources.files("stadtkern.content") / "kita" / "criteria"
        documents = {}
        for path in folder.iterdir():
            if path.name.endswith(".json"):
                document = json.loads(path.read_text("utf-8"))
                documents[document["id"]] = document
        rows = []
        for rules_ in catalogues():
            facility = self.facilities.get(rules_.scope.key) if rules_.scope.level == "facility" else None
            owner = rules_.scope.key
            if facility is not None:
                owner = self.world.provider_of[rules_.scope.key]
            rows.append(
                Catalogue(
                    catalogue_id=rules_.id,
                    version=rules_.version,
                    provider_id=self.providers.get(owner),
                    facility_id=facility,
                    document=documents[rules_.id],
                    valid_from_on=rules_.valid_from,
                    valid_to_on=rules_.valid_to,
                    published_at=self.now,
                    published_by_name=SOURCE,
                )
            )
        _add(rows)

    # --- demand ---------------------------------------------------------------------------------------------------

    def _children(self) -> None:
        pairs = [
            (family, child)
            for family in self.world.families
            for child in family.children
            if child.contract is not None or child.wishes
        ]
        seen: dict[str, int] = {}
        rows = []
        for family, child in pairs:
            identity = rules.identity(child.given_names, family.family_name, child.birth_date)
            namesake = seen[identity] = seen.get(identity, -1) + 1
            born = child.birth_date <= self.today
            rows.append(
                Child(
                    given_names=child.given_names if born else "",
                    family_name=family.family_name,
                    birth_date=child.birth_date if born else None,
                    expected_on=None if born else child.birth_date,
                    identity=identity,
                    namesake=namesake,
                )
            )
        children = {child.id: row.pk for (_, child), row in zip(pairs, _add(rows), strict=True)}
        registered = self._registrations(pairs, children)
        self._contracts(pairs, children, registered)

    def _registrations(
        self, pairs: Sequence[tuple[DemoFamily, DemoChild]], children: dict[str, UUID]
    ) -> dict[str, UUID]:
        looking = [(family, child) for family, child in pairs if child.wishes]
        rows = [
            self._registration(number, family, child, children[child.id])
            for number, (family, child) in enumerate(looking, 1)
        ]
        made = dict(zip([child.id for _, child in looking], _add(rows), strict=True))
        self._together(looking, made)
        _add(self._guardians(looking, made))
        lists = [
            WishList(
                registration=made[c.id], version=1, created_at=made[c.id].registered_at, created_by="family"
            )
            for _, c in looking
        ]
        _add(lists)
        _add(
            [
                Wish(
                    wish_list=wish_list,
                    rank=rank,
                    facility_id=self.facilities[wish.facility],
                    hours=wish.hours,
                    start_on=wish.start_on,
                )
                for (_, child), wish_list in zip(looking, lists, strict=True)
                for rank, wish in enumerate(child.wishes, 1)
            ]
        )
        self._claims(made)
        return {name: row.pk for name, row in made.items()}

    def _registration(self, number: int, family: DemoFamily, child: DemoChild, key: UUID) -> Registration:
        attended = [c.contract.facility for c in family.children if c.contract and c.id != child.id]
        said = {n: v for n, v in child.facts.items() if n in FACTS and FACTS[n].asked and v is not None}
        return Registration(
            child_id=key,
            number=f"KITA-DEMO-{number:05}",
            start_on=child.start_on,
            hours=child.hours,
            integration=child.integration,
            district_id=self.districts.get(family.spot.district),
            longitude=family.spot.longitude,
            latitude=family.spot.latitude,
            sibling_rule=family.sibling_rule,
            sibling_facility_id=self.facilities[attended[0]] if attended else None,
            facts=said,
            language=family.language,
            channel="online" if family.channel == "online" else "counter",
            registered_at=self._moment(child.registered_on),
            # nobody is asked in the first weeks of the demo: half of the city would get mail in one night
            confirm_by_on=self.today + timedelta(days=90 + number % 90),
        )

    def _together(
        self, looking: Sequence[tuple[DemoFamily, DemoChild]], made: dict[str, Registration]
    ) -> None:
        """Siblings who apply at the same time share the family of the first of them."""
        changed = []
        by_family: dict[str, list[Registration]] = {}
        for family, child in looking:
            if child.contract is None:
                by_family.setdefault(family.id, []).append(made[child.id])
        for rows in by_family.values():
            if len(rows) > 1:
                for row in rows:
                    row.family_id = rows[0].pk
                    changed.append(row)
        Registration.objects.bulk_update(changed, ["family_id"], batch_size=BATCH)

    def _guardians(
        self, looking: Sequence[tuple[DemoFamily, DemoChild]], made: dict[str, Registration]
    ) -> list[Guardian]:
        found = []
        for family, child in looking:
            for position, (given, surname) in enumerate(family.guardians, 1):
                found.append(
                    Guardian(
                        registration=made[child.id],
                        position=position,
                        given_names=given,
                        family_name=surname,
                        street=family.street,
                        postcode=family.postcode,
                        town="Mainz",
                        email=family.email if position == 1 else "",
                        consented_at=made[child.id].registered_at if position == 1 else None,
                    )
                )
        return found

    def _claims(self, made: dict[str, Registration]) -> None:
        """A claim for every criterion that would give points and asks for a proof; most proofs are accepted."""
        claims, accepted = [], []
        valid = [
            replace(c, criteria=[criterion for criterion in c.criteria if criterion.proof is not None])
            for c in valid_on(catalogues(), self.world.opening)
        ]
        scorers: dict[str, Scorer] = {}
        for person in applicants(self.world):
            wanted: dict[str, None] = {}
            for kita, at in person.at.items():
                provider = self.world.provider_of[kita]
                scorer = _scorer(scorers, provider, kita, valid)
                for part in scorer.points({**person.facts, **at}, on=self.world.opening).parts:
                    if part.possible:
                        wanted[part.criterion] = None
            row = made[person.id]
            for criterion in wanted:
                claims.append(
                    CriterionClaim(registration=row, criterion=criterion, claimed_at=row.registered_at)
                )
                accepted.append(criterion in (person.evidence or {}))
        for row in made.values():
            if row.sibling_facility_id is not None:
                claims.append(
                    CriterionClaim(registration=row, criterion=SIBLING, claimed_at=row.registered_at)
                )
                # the head of the demo has some left to confirm
                accepted.append(row.sibling_facility_id != self.facilities[HEAD[1]])
        _add(claims)
        _add(
            [
                ClaimReview(
                    claim=claim,
                    verdict=Verdict.ACCEPTED,
                    reviewer_name=SOURCE,
                    reviewed_at=min(claim.claimed_at + timedelta(days=6), self.now),
                )
                for claim, fine in zip(claims, accepted, strict=True)
                if fine
            ]
        )

    def _contracts(
        self,
        pairs: Iterable[tuple[DemoFamily, DemoChild]],
        children: dict[str, UUID],
        registered: dict[str, UUID],
    ) -> None:
        rows = []
        for _, child in pairs:
            held = child.contract
            if held is None:
                continue
            rows.append(
                Contract(
                    child_id=children[child.id],
                    facility_id=self.facilities[held.facility],
                    provider_id=self.providers[self.world.provider_of[held.facility]],
                    seat_class_id=self.classes[held.facility, held.seats],
                    hours=held.hours,
                    from_on=held.from_on,
                    to_on=held.to_on,
                    signed_on=held.from_on - timedelta(days=60),
                    created_at=self._moment(held.from_on - timedelta(days=60)),
                    source=SOURCE,
                )
            )
        _add(rows)

    def _staff(self) -> None:
        """The head of the demo works in her Kita."""
        login, key = HEAD
        account = get_user_model().objects.filter(username=login).first()
        if account is not None:
            facility = self.facilities[key]
            ProviderStaff.objects.create(
                account=account,
                provider_id=self.providers[self.world.provider_of[key]],
                facility_id=facility,
                function=Function.HEAD,
                valid_from_on=self.today - timedelta(days=400),
            )

    def _moment(self, day: date) -> datetime:
        return min(datetime.combine(day, time(10), tzinfo=clock.local(self.now).tzinfo), self.now)


def _scorer(known: dict[str, Scorer], provider: str, kita: str, valid: Sequence[Rules]) -> Scorer:
    if kita not in known:
        known[kita] = Scorer([c for c in valid if c.counts_at(provider, kita)])
    return known[kita]


def _add(rows: Sequence[Row]) -> Sequence[Row]:
    """Insert them, with ids from the database so that others can refer to them."""
    if rows:
        for row, key in zip(rows, _ids(len(rows)), strict=True):
            row.pk = key
            if isinstance(row, Registration):
                row.case_id = key
        type(rows[0])._default_manager.bulk_create(rows, batch_size=BATCH)
    return rows


def _ids(count: int) -> Iterator[UUID]:
    """New ids from the database, in order."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT uuidv7() FROM generate_series(1, %s)", [count])
        yield from (row[0] for row in cursor.fetchall())
