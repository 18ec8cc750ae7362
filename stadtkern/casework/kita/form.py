"""The registration as a form (``content/services/kita-platz``): answers to values and back. One table of paths, both ways.

Whatever way a registration comes (own pages, counter, programs), it is a submission of this form; ``read`` makes plain answers of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from stadtkern.casework.kita.criteria.facts import FACTS, Value
from stadtkern.casework.kita.rules import WishEntry
from stadtkern.kernel.feel.types import BOOLEAN, NUMBER

SLUG = "kita-platz"
PERSON, CHILD, NEED = "G17000008010", "G17000008020", "G17000008030"
WISHES, ANSWERS, END, PROOFS = "G17000008040", "G17000008050", "G17000008060", "G17000008070"
PROOF_FILE = "F17000008053"
YES, NO = "ja", "nein"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Who registers and how she is reached."""

    given: str = ""
    family: str = ""
    email: str = ""
    phone: str = ""
    street: str = ""
    postcode: str = ""
    town: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Everything a registration says."""

    contact: Contact = Contact()
    child_given: str = ""
    child_family: str = ""
    birth: date | None = None
    expected: date | None = None
    start: date | None = None
    latest: date | None = None
    hours: int | None = None
    integration: bool = False
    sibling_rule: str = "same_preferred"
    sibling_facility: str = ""
    sibling_number: str = ""
    wishes: Sequence[WishEntry] = ()
    facts: Mapping[str, Value] = field(default_factory=dict)
    proofs: Mapping[str, Sequence[UUID]] = field(default_factory=dict)

    @property
    def born(self) -> date | None:
        """The day of birth, or the expected one."""
        return self.birth or self.expected


def to_values(answers: Answers, *, names: Mapping[str, str], criteria: Mapping[str, str]) -> dict[str, Any]:
    """The values of the form without files. ``names``: Kitas by key; ``criteria``: labels of criteria by id."""
    who = answers.contact
    born = answers.birth is not None
    found: dict[str, Any] = _without_empty(
        {
            PERSON: {
                "F17000008011": who.family,
                "F17000008012": who.given,
                "F17000008013": who.email,
                "F17000008014": who.phone,
                "F17000008015": who.street,
                "F17000008016": who.postcode,
                "F17000008017": who.town,
            },
            CHILD: {
                "F17000008021": answers.child_given,
                "F17000008022": answers.child_family,
                "F17000008023": born,
                "F17000008024": _iso(answers.birth),
                "F17000008025": None if born else _iso(answers.expected),
            },
            NEED: {
                "F17000008031": _iso(answers.start),
                "F17000008032": _iso(answers.latest),
                "F17000008033": answers.hours,
                "F17000008034": answers.integration,
                "F17000008035": answers.sibling_rule,
                "F17000008036": answers.sibling_facility,
                "F17000008037": answers.sibling_number,
            },
            WISHES: [
                {
                    "F17000008041": names.get(wish.key, wish.key),
                    "F17000008042": wish.key,
                    "F17000008043": wish.hours,
                    "F17000008044": wish.start.isoformat(),
                }
                for wish in answers.wishes
            ],
            ANSWERS: [
                {"F17000008051": FACTS[name].label[:200], "F17000008052": said(value), "F17000008054": name}
                for name, value in answers.facts.items()
                if name in FACTS and value is not None
            ],
            PROOFS: [
                {"F17000008071": criteria.get(key, key)[:200], "F17000008072": key}
                for key in answers.proofs
            ],
            END: {"F17000008061": True},
        }
    )  # fmt: skip
    return found


def proof_path(index: int) -> str:
    """Where the files of the ``index``-th proof belong."""
    return f"{PROOFS}[{index}]/{PROOF_FILE}"


def read(values: Mapping[str, Any]) -> Answers:
    """The answers of a submission, as its form judged them."""
    who, child, need = (values.get(key) or {} for key in (PERSON, CHILD, NEED))
    return Answers(
        contact=Contact(
            family=_text(who, "F17000008011"),
            given=_text(who, "F17000008012"),
            email=_text(who, "F17000008013"),
            phone=_text(who, "F17000008014"),
            street=_text(who, "F17000008015"),
            postcode=_text(who, "F17000008016"),
            town=_text(who, "F17000008017"),
        ),
        child_given=_text(child, "F17000008021"),
        child_family=_text(child, "F17000008022"),
        birth=day_of(child.get("F17000008024")),
        expected=day_of(child.get("F17000008025")),
        start=day_of(need.get("F17000008031")),
        latest=day_of(need.get("F17000008032")),
        hours=_whole(need.get("F17000008033")),
        integration=bool(need.get("F17000008034")),
        sibling_rule=_text(need, "F17000008035") or "same_preferred",
        sibling_facility=_text(need, "F17000008036"),
        sibling_number=_text(need, "F17000008037"),
        wishes=_wishes(values.get(WISHES) or []),
        facts=_facts(values.get(ANSWERS) or []),
        proofs=_proofs(values.get(PROOFS) or []),
    )


def _wishes(rows: Sequence[Mapping[str, Any]]) -> tuple[WishEntry, ...]:
    found = []
    for row in rows:
        start, hours = day_of(row.get("F17000008044")), _whole(row.get("F17000008043"))
        if start is not None and hours is not None:
            found.append(WishEntry(key=_text(row, "F17000008042"), hours=hours, start=start))
    return tuple(found)


def _facts(rows: Sequence[Mapping[str, Any]]) -> dict[str, Value]:
    pairs = ((_text(row, "F17000008054"), _text(row, "F17000008052")) for row in rows)
    return {name: value for name, text in pairs if (value := heard(name, text)) is not None}


def _proofs(rows: Sequence[Mapping[str, Any]]) -> dict[str, tuple[UUID, ...]]:
    found: dict[str, tuple[UUID, ...]] = {}
    for row in rows:
        ids = tuple(UUID(str(file["id"])) for file in row.get(PROOF_FILE) or [] if file.get("id"))
        found[_text(row, "F17000008072")] = ids
    return found


def said(value: Value) -> str:
    """An answer in words: as it stands in the form and as ``heard`` reads it."""
    if isinstance(value, bool):
        return YES if value else NO
    return str(value)


def heard(name: str, text: str) -> Value:
    """An answer from its words; None for what no catalogue asks or what is not an answer."""
    fact = FACTS.get(name)
    if fact is None or not fact.asked:
        return None
    if fact.type is BOOLEAN:
        return {YES: True, NO: False}.get(text.strip().casefold())
    if fact.type is NUMBER:
        clean = text.strip()
        return int(clean) if clean.isascii() and clean.isdecimal() and len(clean) <= 3 else None
    return text if text in fact.choices else None


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def day_of(value: object) -> date | None:
    """A day, or what an ISO date says; else None."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _whole(value: object) -> int | None:
    try:
        return int(str(value)) if value is not None else None
    except ValueError:
        return None


def _text(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    return value.strip() if isinstance(value, str) else ""


def _without_empty(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_empty(item) for key, item in value.items() if item not in (None, "", [])}
    return [_without_empty(item) for item in value] if isinstance(value, list) else value
