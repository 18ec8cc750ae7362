"""Families of the demo city: who is in care already, who looks for a place, and what they wish for.

Age, work, language and distance follow plain shares (see ``Shares``): synthetic, roughly as in a German city of this size.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from math import hypot
from random import Random
from typing import Final

from stadtkern.casework.kita.criteria.facts import Facts, Value
from stadtkern.casework.kita.demo.ground import Ground
from stadtkern.casework.kita.demo.names import ADULTS, FAMILY, GIVEN
from stadtkern.casework.kita.demo.shapes import (
    DemoChild,
    DemoContract,
    DemoFacility,
    DemoFamily,
    DemoWish,
    Spot,
    month_on,
    months_between,
)

KNOWN: Final = 80
LEAVING: Final = 0.13
OLDEST: Final = 72  # months on the first day; then school
LANGUAGES: Final = ("de", "de", "de", "de", "de", "de", "en", "tr", "uk", "ar", "pl")
PROVED: Final = ("arbeit", "arbeitsuche", "pflege", "kinder", "bekenntnis", "betrieb")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """Chances by age on the first day: (months, already in care, looks for a place if not)."""

    in_care: tuple[tuple[int, float, float], ...] = (
        (12, 0.0, 0.30),
        (24, 0.06, 0.87),
        (36, 0.58, 0.95),
        (48, 0.93, 0.90),
        (OLDEST, 0.96, 0.80),
    )
    transfer: float = 0.04
    siblings: float = 0.36
    third: float = 0.06
    twins: float = 0.03
    single: float = 0.17
    integration: float = 0.025
    nine_hours: float = 0.55
    proof: float = 0.92

    def of_age(self, months: int) -> tuple[float, float]:
        """(in care, looks)."""
        return self.in_care[bisect([row[0] for row in self.in_care], months)][1:]


@dataclass(slots=True, kw_only=True)
class Desk:
    """Seats still free while children who are in care are seated; ``east`` and ``north`` of every Kita."""

    facilities: Sequence[DemoFacility]
    free: list[list[int]] = field(init=False)
    index: dict[str, int] = field(init=False)
    _near: dict[str, list[tuple[int, float, float, float, str]]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        # those who leave for school leave everywhere: no Kita is full before a round
        self.free = [[int(seats.staffed * (1 - LEAVING)) for seats in f.seats] for f in self.facilities]
        self.index = {facility.key: at for at, facility in enumerate(self.facilities)}

    def _around(self, home: Spot) -> list[tuple[int, float, float, float, str]]:
        """The Kitas that people of a district know: index, east, north, metres that quality is worth, kind."""
        known = self._near.get(home.district)
        if known is None:
            east, north = home.metres
            rows = []
            for at, facility in enumerate(self.facilities):
                x, y = facility.spot.metres
                rows.append((at, x, y, 1_500 * facility.quality, facility.key.partition("-")[0]))
            rows.sort(key=lambda row: (hypot(row[1] - east, row[2] - north), row[0]))
            known = self._near[home.district] = rows[:KNOWN]
        return known

    def by_taste(self, r: Random, home: Spot, liked: Facts, extra: dict[int, float]) -> list[int]:
        """The Kitas in the order this family likes them: near, good, fitting; ``extra`` metres off for some."""
        east, north = home.metres
        church = {"katholisch": "catholic", "evangelisch": "protestant"}.get(
            str(liked.get("bekenntnis")), "-"
        )
        scores = []
        for at, x, y, quality, kind in self._around(home):
            away = hypot(x - east, y - north) * (1 + 0.5 * r.random()) - quality
            scores.append((away - (600 if kind == church else 0) - extra.get(at, 0.0), at))
        return [at for _, at in sorted(scores)]

    def seat(self, at: int, months: int, hours: int, tag: str) -> int | None:
        """A class of this Kita with a free seat for such a child; seats that fit fewer come first."""
        facility = self.facilities[at]
        fitting = [
            number
            for number, seats in enumerate(facility.seats)
            if self.free[at][number] > 0 and fits(facility, number, months, hours, tag)
        ]
        return min(
            fitting,
            key=lambda n: (
                facility.seats[n].tag != tag,
                facility.seats[n].max_hours,
                facility.seats[n].to_months - facility.seats[n].from_months,
            ),
            default=None,
        )


def fits(facility: DemoFacility, number: int, months: int, hours: int, tag: str) -> bool:
    """Age, hours and tag fit a seat class."""
    seats = facility.seats[number]
    return (
        seats.from_months <= months < seats.to_months and hours <= seats.max_hours and seats.tag in ("", tag)
    )


class Families:
    """Makes families until there are enough children."""

    def __init__(
        self,
        r: Random,
        ground: Ground,
        facilities: Sequence[DemoFacility],
        *,
        today: date,
        opening: date,
        shares: Shares,
    ) -> None:
        self.r, self.ground, self.shares = r, ground, shares
        self.today, self.opening = today, opening
        self.desk = Desk(facilities=facilities)
        self.number = 0
        # U2 of the published figures are mostly one-year-olds; few families look for a place before the first birthday
        self._ages = [*[14] * 12, *[108] * 12, *[173] * (OLDEST - 24)]

    def make(self, count: int) -> list[DemoFamily]:
        """Families with this many children together; those in care are seated first, as they are in life."""
        drafts: list[list[int]] = []
        left = count
        while left:
            ages = self._siblings()[:left]
            drafts.append(ages)
            left -= len(ages)
        return [self._family(ages) for ages in drafts]

    def _siblings(self) -> list[int]:
        r, s = self.r, self.shares
        ages = [r.choices(range(OLDEST), self._ages)[0]]
        if r.random() < s.twins:
            ages.append(ages[0])
        elif r.random() < s.siblings:
            older = ages[0] + r.randint(17, 50) * r.choice((1, -1))
            ages += [older] if 0 <= older < OLDEST else []
            if len(ages) == 2 and r.random() < s.third:
                third = min(ages) - r.randint(15, 36)
                ages += [third] if third >= 0 else []
        return sorted(ages, reverse=True)

    def _family(self, ages: Sequence[int]) -> DemoFamily:
        r = self.r
        self.number += 1
        district = self.ground.district(r)
        home = self.ground.point(r, district)
        street, postcode = self.ground.address(r, home)
        common = self._circumstances(len(ages))
        surname = r.choice(FAMILY)
        adults = [
            (r.choice(ADULTS), surname if n == 0 or r.random() < 0.7 else r.choice(FAMILY))
            for n in range(1 if common["alleinerziehend"] else 2)
        ]
        family = f"f{self.number:05}"
        children: list[DemoChild] = []
        for at, months in enumerate(ages):
            children.append(self._child(f"{family}-{at + 1}", months, home, common, children))
        looking = sum(bool(child.wishes) and child.contract is None for child in children)
        children = [_with_siblings(child, looking) for child in children]
        rule = r.choice(("same_only", "same_preferred", "same_preferred", "any"))
        return DemoFamily(
            id=family,
            family_name=surname,
            guardians=adults,
            email=f"{family}@example.org" if r.random() < 0.94 else "",
            language="de" if common["deutsch_zuhause"] else r.choice(LANGUAGES),
            channel=r.choices(("online", "helper", "paper"), (88, 8, 4))[0],
            spot=home,
            street=street,
            postcode=postcode,
            sibling_rule=rule,
            children=children,
        )

    def _circumstances(self, children: int) -> dict[str, Value]:
        """What is true of the whole household."""
        r = self.r
        single = r.random() < self.shares.single
        hours = (0, 10, 20, 25, 30, 35, 40)
        first = r.choices(hours, (10, 4, 10, 10, 22, 14, 30))[0]
        second = r.choices(hours, (18, 8, 18, 14, 16, 8, 18))[0]
        return {
            "alleinerziehend": single,
            "wochenstunden_1": first,
            "wochenstunden_2": None if single else second,
            "arbeitsuchend": (not first or (not single and not second)) and r.random() < 0.35,
            "pflege": r.random() < 0.03,
            "deutsch_zuhause": r.random() < 0.68,
            "kinder_im_haushalt": children + r.choice((0, 0, 0, 0, 1)),
            "bekenntnis": r.choices(
                ("katholisch", "evangelisch", "anderes", "keines", None), (24, 20, 12, 30, 14)
            )[0],
            "betriebsangehoerig": r.random() < 0.03,
        }

    def _child(
        self, name: str, months: int, home: Spot, common: dict[str, Value], elder: Sequence[DemoChild]
    ) -> DemoChild:
        r, s = self.r, self.shares
        twin = next((c for c in elder if months_between(c.birth_date, self.opening) == months), None)
        birth = (
            twin.birth_date if twin else month_on(self.opening, -months) - timedelta(days=r.randint(0, 27))
        )
        months = months_between(birth, self.opening)
        in_care, looks = s.of_age(min(months, OLDEST - 1))
        hours = 9 if r.random() < s.nine_hours else 7
        integration = r.random() < s.integration
        tag = "integration" if integration else ""
        start = (
            self.opening
            if months >= 12 and r.random() < 0.75
            else month_on(self.opening, max(12 - months, r.randint(1, 8)) if months >= 2 else 10)
        )
        there = {self.desk.index[c.contract.facility]: 4_000.0 for c in elder if c.contract}
        order = self.desk.by_taste(r, home, common, there)
        contract = self._contract(order, birth, months, hours, tag) if r.random() < in_care else None
        start = self.opening if contract else start
        facts = self._facts(common, birth, start, hours, integration, contract is not None)
        wishes: list[DemoWish] = []
        if (contract is None and r.random() < looks) or (contract is not None and r.random() < s.transfer):
            wishes = self._wishes(order, months_between(birth, start), hours, tag, start, contract)
        proofs = [criterion for criterion in PROVED if r.random() < s.proof]
        registered = max(birth, self.today - timedelta(days=r.randint(1, 330)))
        return DemoChild(
            id=name,
            given_names=r.choice(GIVEN),
            birth_date=birth,
            facts=facts,
            proofs=proofs,
            integration=integration,
            hours=hours,
            start_on=start,
            registered_on=min(registered, self.today),
            contract=contract,
            wishes=wishes,
        )

    def _contract(
        self, order: Sequence[int], birth: date, months: int, hours: int, tag: str
    ) -> DemoContract | None:
        """The first Kita of the family's order that has a seat: what years of registering came to."""
        for at in order[:60]:
            number = self.desk.seat(at, months, hours, tag)
            if number is not None:
                self.desk.free[at][number] -= 1
                begun = month_on(birth, self.r.randint(12, max(12, min(38, months - 1))))
                leaves = self.r.random() < 0.03
                end = month_on(self.opening, self.r.randint(2, 8)) if leaves else self._school(birth)
                return DemoContract(
                    facility=self.desk.facilities[at].key,
                    seats=number,
                    hours=hours,
                    from_on=min(begun, month_on(self.today)),
                    to_on=max(end, month_on(self.opening, 1)),
                )
        return None

    def _school(self, birth: date) -> date:
        return date(birth.year + 6 + ((birth.month, birth.day) > (8, 31)), 8, 1)

    def _facts(
        self, common: dict[str, Value], birth: date, start: date, hours: int, integration: bool, placed: bool
    ) -> dict[str, Value]:
        months = months_between(birth, start)
        return {
            **common,
            "alter_monate": months,
            "geburtsdatum": birth,
            "beginn": start,
            "stunden": hours,
            "rechtsanspruch": months >= 12,
            "hat_platz": placed,
            "foerderbedarf": integration,
            "monate_bis_schule": max(0, months_between(start, self._school(birth))),
            "haertefall": self.r.random() < 0.012,
        }

    def _wishes(
        self,
        order: Sequence[int],
        months: int,
        hours: int,
        tag: str,
        start: date,
        contract: DemoContract | None,
    ) -> list[DemoWish]:
        """Four to eight Kitas that take such a child; some families would take shorter hours at the same Kita."""
        r = self.r
        wanted = r.choice((4, 5, 5, 6, 6, 7, 8)) if contract is None else r.choice((1, 2, 3))
        minders = months < 36 and r.random() < 0.4
        shorter = hours > 7 and r.random() < 0.15
        found: list[DemoWish] = []
        for at in order:
            facility = self.desk.facilities[at]
            if contract is not None and facility.key == contract.facility:
                continue
            if facility.kind == "childminder" and not minders:
                continue
            fitting = [
                h
                for h in ((hours, 7) if shorter else (hours,))
                if any(fits(facility, n, months, h, tag) for n in range(len(facility.seats)))
            ]
            found += [DemoWish(facility=facility.key, hours=h, start_on=start) for h in fitting]
            wanted -= bool(fitting)
            if not wanted:
                break
        return found


def _with_siblings(child: DemoChild, looking: int) -> DemoChild:
    others = looking - (bool(child.wishes) and child.contract is None)
    return replace(child, facts={**child.facts, "geschwister_bewerben_sich": others})
