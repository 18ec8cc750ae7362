"""What a place costs a family: the scale in force, the household as the family said it, the pure calculator of ``fees``."""

from __future__ import annotations

from datetime import date

from stadtkern.casework.kita.contracts.rules import Stretch, stretches
from stadtkern.casework.kita.fees.calculator import Cost, Situation, course, monthly_cost
from stadtkern.casework.kita.fees.tariff import Tariff, example, read_tariff
from stadtkern.casework.kita.models import Child, FeeScale, Household

AHEAD = 36


def scale_on(day: date) -> Tariff:
    """The scale of the municipality that counts on a day; without one the example, whose note says that it is one."""
    row = FeeScale.objects.filter(valid_from_on__lte=day).first()
    return read_tariff(row.document) if row is not None else example()


def situation(child: Child, hours: int, household: Household | None, *, lunch: bool = True) -> Situation:
    """A child in care. Without a household nothing is known: the highest step counts."""
    born = child.birth_date or child.expected_on
    assert born is not None
    return Situation(
        birth_date=born,
        hours=hours,
        net_income_cents=household.net_income_cents if household else None,
        children=household.children if household else 1,
        benefits=household.benefits if household else False,
        lunch=lunch,
    )


def of(
    child: Child, hours: int, start: date, household: Household | None, *, lunch: bool = True
) -> list[Stretch]:
    """Months of the same cost from a day on, three years ahead."""
    tariff = scale_on(start)
    begin = max(start, tariff.valid_from)
    return stretches(course(tariff, situation(child, hours, household, lunch=lunch), begin, AHEAD))


def one(tariff: Tariff, asked: Situation, month: date) -> Cost:
    """A single month; a month before the scale begins counts as its first one."""
    return monthly_cost(tariff, asked, max(month, tariff.valid_from))
