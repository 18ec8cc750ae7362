"""What a draft holds, as answers: typed text to plain values and back. Pages write it, sending reads it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from stadtkern.casework.kita import rules
from stadtkern.casework.kita.criteria.facts import FACTS
from stadtkern.casework.kita.form import Answers, Contact, day_of, heard
from stadtkern.casework.kita.models import Registration

CONTACT = ("given", "family", "street", "postcode", "town", "email", "phone")


def answers_of(notes: Mapping[str, Any]) -> Answers:
    """The answers of a draft; whatever is missing or broken stays empty and is told by the rules."""
    child, need = _part(notes, "child"), _part(notes, "need")
    siblings, contact = _part(notes, "siblings"), _part(notes, "contact")
    born = child.get("born") != "no"
    day = day_of(child.get("day"))
    start, hours = day_of(need.get("start")), whole(need.get("hours"))
    return Answers(
        contact=Contact(**{name: str(contact.get(name, "")).strip() for name in CONTACT}),
        child_given=str(child.get("given", "")).strip(),
        child_family=str(child.get("family", "")).strip(),
        birth=day if born else None,
        expected=None if born else day,
        start=start,
        latest=day_of(need.get("latest")),
        hours=hours,
        integration=need.get("integration") == "1",
        sibling_rule=str(siblings.get("rule") or "same_preferred"),
        sibling_facility=str(siblings.get("facility", "")),
        sibling_number=str(siblings.get("number", "")).strip(),
        wishes=tuple(
            rules.WishEntry(key=str(key), hours=hours, start=start)
            for key in notes.get("picked") or []
            if hours is not None and start is not None
        ),
        facts=facts_of(_part(notes, "facts")),
        proofs=proofs_of(notes.get("proofs")),
    )


def facts_of(typed: Mapping[str, Any]) -> dict[str, bool | int | str | date | None]:
    """The answers of the family to what the catalogues ask."""
    pairs = ((name, heard(name, str(value))) for name, value in typed.items() if name in FACTS)
    return {name: value for name, value in pairs if value is not None}


def proofs_of(kept: object) -> dict[str, list[UUID]]:
    """Files by criterion."""
    if not isinstance(kept, dict):
        return {}
    return {str(key): [UUID(row["id"]) for row in rows] for key, rows in kept.items() if rows}


def notes_of(row: Registration) -> dict[str, Any]:
    """A registration as notes, to show the questions again with what was said."""
    return {"need": {"start": row.start_on.isoformat(), "hours": str(row.hours)}, "facts": dict(row.facts)}


def _part(notes: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = notes.get(name)
    return found if isinstance(found, dict) else {}


def whole(value: object) -> int | None:
    """A small whole number, or None."""
    text = str(value or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 3 else None
