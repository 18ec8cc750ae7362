"""The monthly cost of one child, line by line with the reason of every amount."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from stadtkern.casework.kita.fees.tariff import Tariff

FREE_FROM_LAW: Final = "§ 26 KiTaG"
WAIVER: Final = "§ 90 (4) SGB VIII"
LUNCH_SUPPORT: Final = "§ 28 (6) SGB II, § 34 (6) SGB XII"


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """A child in care and its household. No income (None): not told, so the highest step counts."""

    birth_date: date
    hours: int
    net_income_cents: int | None = None
    children: int = 1
    benefits: bool = False
    lunch: bool = True
    lunch_supported: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the calculation: what was looked at, and what it gave."""

    code: str
    text: str
    text_en: str
    legal_basis: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One amount of the month."""

    item: Literal["care", "lunch"]
    cents: int
    steps: Sequence[Step]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a month costs."""

    month: date
    lines: Sequence[Line]
    note: str

    @property
    def cents(self) -> int:
        return sum(line.cents for line in self.lines)


def monthly_cost(tariff: Tariff, situation: Situation, month: date) -> Cost:
    """The cost of one month (any day of it); raises ``ValueError`` for hours, children or incomes that cannot be."""
    income = situation.net_income_cents
    if (
        situation.hours < 1
        or situation.hours > 24
        or situation.children < 1
        or (income is not None and income < 0)
    ):
        raise ValueError("hours, children and income must be possible")
    first = month.replace(day=1)
    if first < tariff.valid_from.replace(day=1):
        raise ValueError(f"the tariff begins on {tariff.valid_from.isoformat()}")
    return Cost(
        month=first,
        lines=[_care(tariff, situation, first), _lunch(tariff, situation, first)],
        note=tariff.note,
    )


def course(tariff: Tariff, situation: Situation, start: date, months: int) -> list[Cost]:
    """The cost of the coming months, so that a family sees when it ends."""
    found = []
    for ahead in range(months):
        number = start.year * 12 + start.month - 1 + ahead
        found.append(monthly_cost(tariff, situation, date(number // 12, number % 12 + 1, 1)))
    return found


def free_from(tariff: Tariff, birth: date) -> date:
    """The first month without fee for care."""
    number = birth.year * 12 + birth.month - 1 + tariff.free_from_months
    if tariff.birthday_month == "charged" and birth.day > 1:
        number += 1
    return date(number // 12, number % 12 + 1, 1)


def _care(tariff: Tariff, situation: Situation, month: date) -> Line:
    if month >= free_from(tariff, situation.birth_date):
        years = tariff.free_from_months // 12
        step = Step(
            code="age",
            text=f"Ab dem {years}. Geburtstag ist die Betreuung beitragsfrei.",
            text_en=f"Care is free of charge from the age of {years}.",
            legal_basis=FREE_FROM_LAW,
        )
        return Line(item="care", cents=0, steps=[step])
    if month.month in tariff.fee_free_months:
        text = "In diesem Monat wird kein Beitrag erhoben."
        return Line(
            item="care", cents=0, steps=[_step(tariff, "month", text, "No fee is charged in this month.")]
        )
    if situation.benefits:
        step = Step(
            code="benefits",
            text="Wer Bürgergeld, Sozialhilfe, Kinderzuschlag, Wohngeld oder Leistungen für Asylsuchende bekommt, zahlt nichts.",
            text_en="Nothing is paid by families who receive basic income support, social assistance, child supplement, housing or asylum benefit.",
            legal_basis=WAIVER,
        )
        return Line(item="care", cents=0, steps=[step])
    fee, steps = _by_income(tariff, situation)
    share = tariff.share_by_children[min(situation.children, len(tariff.share_by_children)) - 1]
    cents = fee * share // 100
    steps.append(
        _step(
            tariff,
            "children",
            f"{situation.children} Kinder im Haushalt: {share} Prozent des Beitrags."
            if situation.children > 1
            else f"Ein Kind im Haushalt: {share} Prozent des Beitrags.",
            f"{situation.children} children in the household: {share} per cent of the fee."
            if situation.children > 1
            else f"One child in the household: {share} per cent of the fee.",
        )
    )
    return Line(item="care", cents=cents, steps=steps)


def _by_income(tariff: Tariff, situation: Situation) -> tuple[int, list[Step]]:
    """The full fee: the step of income, and the first step of hours that is enough (else the longest)."""
    column = next((at for at, h in enumerate(tariff.hours) if situation.hours <= h), len(tariff.hours) - 1)
    told = situation.net_income_cents
    bracket = tariff.brackets[-1]
    if told is not None:
        bracket = next(b for b in tariff.brackets if b.up_to_cents is None or told <= b.up_to_cents)
    fee = bracket.fee_cents[column]
    if told is None:
        income = _step(
            tariff,
            "income",
            "Ohne Angaben zum Einkommen gilt der höchste Beitrag.",
            "Without details of income the highest fee applies.",
        )
    elif bracket.up_to_cents is None:
        income = _step(tariff, "income", "Einkommen in der höchsten Stufe.", "Income in the highest bracket.")
    else:
        limit = bracket.up_to_cents
        income = _step(
            tariff,
            "income",
            f"Netto im Monat bis {euros(limit)}.",
            f"Net monthly income up to {euros(limit, 'en')}.",
        )
    longest = tariff.hours[column]
    return fee, [
        income,
        _step(
            tariff,
            "hours",
            f"Betreuung bis {longest} Stunden am Tag: {euros(fee)}.",
            f"Care up to {longest} hours a day: {euros(fee, 'en')}.",
        ),
    ]


def _lunch(tariff: Tariff, situation: Situation, month: date) -> Line:
    if not situation.lunch:
        step = _step(tariff, "none", "Ohne Mittagessen.", "Without lunch.")
        return Line(item="lunch", cents=0, steps=[step])
    if situation.lunch_supported or situation.benefits:
        step = Step(
            code="support",
            text="Das Bildungs- und Teilhabepaket übernimmt das Mittagessen.",
            text_en="The education and participation package pays for lunch.",
            legal_basis=LUNCH_SUPPORT,
        )
        return Line(item="lunch", cents=0, steps=[step])
    if month.month in tariff.lunch_free_months:
        step = _step(
            tariff, "month", "In diesem Monat kostet das Essen nichts.", "Lunch is free in this month."
        )
        return Line(item="lunch", cents=0, steps=[step])
    step = _step(
        tariff,
        "lunch",
        f"Mittagessen, im Monat pauschal {euros(tariff.lunch_cents)}.",
        f"Lunch, flat rate of {euros(tariff.lunch_cents, 'en')} a month.",
    )
    return Line(item="lunch", cents=tariff.lunch_cents, steps=[step])


def _step(tariff: Tariff, code: str, text: str, text_en: str) -> Step:
    return Step(code=code, text=text, text_en=text_en, legal_basis=tariff.legal_basis)


def euros(cents: int, language: str = "de") -> str:
    """ "1.234,50 €", in English "€1,234.50"."""
    whole = f"{cents // 100:,}.{cents % 100:02}"
    return f"€{whole}" if language == "en" else whole.translate(str.maketrans(",.", ".,")) + " €"
