"""The contract as a tagged PDF: parties, place, hours, start plan, cost with reasons, ends. German, as contracts here are; labels in English on request."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from stadtkern.casework.kita.contracts import costs, rules, words
from stadtkern.casework.kita.fees.calculator import euros
from stadtkern.casework.kita.models import Contract, ContractTerms
from stadtkern.foundation.documents import api as documents
from stadtkern.kernel import clock
from stadtkern.kernel.canonical import JSON

TITLE = "Betreuungsvertrag"


def contract_pdf(row: Contract, terms: ContractTerms, *, now: datetime) -> bytes:
    """The same bytes for the same contract, terms and moment. The amounts are those without income: what the household says stays out of it."""
    child, facility = row.child, row.facility
    registration = row.registration
    guardians = (
        [f"{one.given_names} {one.family_name}" for one in registration.guardians.all()]
        if registration
        else []
    )
    data: dict[str, JSON] = {
        "number": registration.number if registration else "",
        "provider": facility.provider.name,
        "facility": facility.name,
        "address": ", ".join(
            part for part in (facility.street, f"{facility.postcode} {facility.town}".strip()) if part
        ),
        "child": str(child),
        "born": _day(child.birth_date or child.expected_on),
        "guardians": ", ".join(guardians),
        "rows": [
            ["Beginn", _day(row.from_on)],
            ["Letzter Tag", _day(row.to_on - timedelta(days=1)) if row.to_on else "bis auf Weiteres"],
            ["Stunden am Tag", str(row.hours)],
            ["Mittagessen", "ja" if row.lunch else "nein"],
            ["Bezugsperson", terms.key_person or "nennt die Kita vor dem ersten Tag"],
            [
                "Kennenlernen",
                f"{clock.local(terms.meeting_at):%d.%m.%Y, %H:%M} Uhr"
                if terms.meeting_at
                else "nach Absprache",
            ],
        ],
        "phases": [
            [_day(phase.from_on), str(words.PHASES[phase.code])]
            for phase in rules.phases(terms.settling_from_on, terms.settling_days)
        ],
        "settled": _day(terms.settling_to_on),
        "costs": [
            [_day(part.from_on), *(euros(line.cents) for line in part.cost.lines), euros(part.cost.cents)]
            for part in costs.of(child, row.hours, row.from_on, None, lunch=row.lunch)
        ],
        "scale": costs.scale_on(row.from_on).note,
        "note": terms.note,
        "notice": [str(rules.NOTICE["family"] // 7), str(rules.NOTICE["kita"] // 7)],
        "presented": f"{_day(clock.local(now).date())}, {terms.presented_by_name}",
    }
    return documents.render_pdf(
        "kita/contract",
        data,
        title=f"{TITLE} {data['number']}".strip(),
        created=now.astimezone(UTC).replace(microsecond=0),
    )


def _day(day: date | None) -> str:
    return f"{day:%d.%m.%Y}" if day else ""
