"""Judgements about cases on plain values: traffic light, objection period, case numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from stadtkern.kernel import german_calendar

Light = Literal["none", "green", "yellow", "red"]

DAYS_UNTIL_NOTIFIED = (
    4  # § 41 (2) VwVfG: a letter or retrievable decision counts as notified on the fourth day
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficLight:
    """How urgent a case is, and why, in German and English."""

    light: Light
    reason: str
    reason_en: str


def traffic_light(*, due_on: date | None, today: date, state_kind: str, paused: bool) -> TrafficLight:
    """Red: overdue or due today. Yellow: due within three days. None: nobody's time runs."""
    if state_kind == "closed":
        return TrafficLight(light="none", reason="abgeschlossen", reason_en="closed")
    if paused:
        return TrafficLight(light="none", reason="Frist steht still", reason_en="deadline paused")
    if due_on is None:
        return TrafficLight(light="none", reason="keine Frist", reason_en="no deadline")
    days = (due_on - today).days
    if days < 0:
        late = -days
        word = "Tag" if late == 1 else "Tage"
        return TrafficLight(
            light="red", reason=f"seit {late} {word} überfällig", reason_en=f"overdue by {late} day(s)"
        )
    if days == 0:
        return TrafficLight(light="red", reason="läuft heute ab", reason_en="due today")
    if days <= 3:
        word = "Tag" if days == 1 else "Tagen"
        return TrafficLight(
            light="yellow", reason=f"läuft in {days} {word} ab", reason_en=f"due in {days} day(s)"
        )
    return TrafficLight(light="green", reason=f"noch {days} Tage", reason_en=f"{days} days left")


def number_prefix(service_slug: str) -> str:
    """Two or three capital letters for case numbers: initials of the words of the slug."""
    parts = [part for part in service_slug.split("-") if part]
    if len(parts) == 1:
        return parts[0][:3].upper()
    return "".join(part[0] for part in parts[:3]).upper()


def case_number(prefix: str, year: int, running: int) -> str:
    """``HA-2025-000123``."""
    return f"{prefix}-{year}-{running:06d}"


def notified_on(sent_on: date) -> date:
    """The day on which a decision counts as notified (§ 41 (2) VwVfG)."""
    return sent_on + timedelta(days=DAYS_UNTIL_NOTIFIED)


def objection_until(notified: date, state: str) -> date:
    """The last day for an objection: one month after notification (§ 70 VwGO, §§ 187, 188, 193 BGB)."""
    return german_calendar.deadline(notified, 1, "months", state=state)


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterAddress:
    """The address that decides who is responsible; ``district`` when the form asks for it itself."""

    street: str = ""
    number: str = ""
    postcode: str = ""
    district: str = ""


def matter_address(facts: Mapping[str, Any]) -> MatterAddress:
    """Where the matter is: its own street (an alias like ``fest_strasse``), else the applicant's home.

    Local responsibility follows the place of the matter first, then the residence (§ 3 (1) VwVfG no. 1 and 3).
    """
    district = _word(facts.get("ortsbezirk"))
    for alias in sorted(facts):
        if alias.endswith("_strasse") and (street := _word(facts[alias])):
            stem = alias.removesuffix("strasse")
            return MatterAddress(
                street=street,
                number=_word(facts.get(f"{stem}hausnummer")),
                postcode=_word(facts.get(f"{stem}plz")),
                district=district,
            )
    return MatterAddress(
        street=_word(facts.get("strasse")),
        number=_word(facts.get("hausnummer")),
        postcode=_word(facts.get("plz")),
        district=district,
    )


def _word(value: object) -> str:
    """A single text of the answers; lists of repeated groups do not name one place."""
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""


def retain_until(closed_on: date, years: int) -> date:
    """The first day on which a closed case is no longer kept: so many years after the end of the calendar year."""
    return date(closed_on.year + 1 + years, 1, 1)
