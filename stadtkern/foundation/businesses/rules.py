"""Judgements about businesses, roles and powers of attorney: plain values in, codes out. No database, no clock."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Final, Literal, get_args

from stadtkern.foundation.access.api import Right

Role = Literal["administer", "apply", "read"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)

# What a member may do by her role. Whoever belongs to the business reads its post.
RIGHTS_OF_ROLE: Final[Mapping[str, frozenset[Right]]] = {
    "administer": frozenset({"administer", "apply", "receive", "read"}),
    "apply": frozenset({"apply", "receive", "read"}),
    "read": frozenset({"receive", "read"}),
}

# Legal forms, and in which register they stand: §§ 106, 161 HGB, § 7 GmbHG, § 36 AktG, § 10 GenG, § 4 PartGG, § 55 BGB.
REGISTERS: Final[Mapping[str, tuple[str, ...]]] = {
    "sole": (), "ek": ("HRA",), "gbr": (), "egbr": ("GsR",), "ohg": ("HRA",), "kg": ("HRA",), "gmbh_co_kg": ("HRA",),
    "ug": ("HRB",), "gmbh": ("HRB",), "ag": ("HRB",), "eg": ("GnR",), "partg": ("PR",), "ev": ("VR",), "other": (),
}  # fmt: skip

INVITATION_DAYS: Final = 14
INVITATIONS_PER_HOUR: Final = 10
INVITATIONS_OPEN: Final = 30
KEPT_YEARS: Final = 3  # ended powers of attorney: until claims are time-barred, §§ 195, 199 BGB

_REGISTER = re.compile(r"(HRA|HRB|GnR|GsR|PR|VR) [1-9]\d{0,6}( [A-Z]{1,3})?")
_ECONOMY_ID = re.compile(r"DE(\d{9})(-\d{5})?")
_POSTCODE = re.compile(r"\d{5}")
_REQUIRED = ("legal_name", "legal_form", "street", "house_number", "postcode", "city", "email")


def problems_of_business(values: Mapping[str, str]) -> list[tuple[str, str]]:
    """(field, code) of everything that is missing or wrong; codes have their sentence in ``texts``."""
    found = [(name, "missing") for name in _REQUIRED if not values.get(name, "").strip()]
    form = values.get("legal_form", "")
    if form and form not in REGISTERS:
        found.append(("legal_form", "missing"))
    found += _register_problems(values, REGISTERS.get(form, ()))
    if values.get("postcode") and not _POSTCODE.fullmatch(values["postcode"]):
        found.append(("postcode", "postcode"))
    if values.get("economy_id") and not is_economy_id(values["economy_id"]):
        found.append(("economy_id", "economy_id"))
    return found


def _register_problems(values: Mapping[str, str], expected: tuple[str, ...]) -> list[tuple[str, str]]:
    court, number = values.get("register_court", "").strip(), values.get("register_number", "").strip()
    found = []
    if (expected and not court) or (number and not court):
        found.append(("register_court", "missing"))
    if (expected and not number) or (court and not number):
        found.append(("register_number", "missing"))
    elif number and not _REGISTER.fullmatch(number):
        found.append(("register_number", "register_number"))
    elif number and expected and number.split()[0] not in expected:
        found.append(("register_number", "register_kind"))
    return found


def register_number(text: str) -> str:
    """``hrb12345 b`` as the register writes it: ``HRB 12345 B``; what does not look like one stays as it is."""
    match = re.fullmatch(r"\s*([A-Za-z]{2,3})\s*(\d+)\s*([A-Za-z]{0,3})\s*", text)
    if match is None:
        return text.strip()
    kind = next(
        (name for name in ("HRA", "HRB", "GnR", "GsR", "PR", "VR") if name.lower() == match[1].lower()), ""
    )
    number = match[2].lstrip("0")
    return f"{kind or match[1].upper()} {number}{' ' + match[3].upper() if match[3] else ''}"


def is_economy_id(text: str) -> bool:
    """A Wirtschafts-Identifikationsnummer (§ 139c AO): DE, nine digits with check digit (ISO 7064, MOD 11,10), perhaps -00001."""
    match = _ECONOMY_ID.fullmatch(text)
    if match is None:
        return False
    digits = [int(char) for char in match[1]]
    product = 10
    for digit in digits[:-1]:
        total = (digit + product) % 10 or 10
        product = 2 * total % 11
    return (11 - product) % 10 == digits[-1]


def problems_of_power(
    *,
    rights: Collection[str],
    services: Collection[str] | None,
    from_on: date | None,
    to_on: date | None,
    today: date,
) -> list[tuple[str, str]]:
    """(field, code) of what is wrong with a power of attorney; its period is [from, to)."""
    found = []
    if not rights or not set(rights) <= {"apply", "receive", "read"}:
        found.append(("rights", "missing"))
    if services is not None and not services:
        found.append(("services", "services"))
    if from_on is None:
        found.append(("from_on", "date"))
    if to_on is not None and (to_on <= today or (from_on is not None and to_on <= from_on)):
        found.append(("to_on", "period"))
    return found


def rights_of_power(*, apply: bool, receive: bool) -> frozenset[Right]:
    """What a power of attorney allows; reading is always in it."""
    rights: set[Right] = {"read"}
    if apply:
        rights.add("apply")
    if receive:
        rights.add("receive")
    return frozenset(rights)


def rights_through(role: str, rights: frozenset[Right]) -> frozenset[Right]:
    """What is left of a power given to a business for one of its members: no more than her role allows."""
    return rights & RIGHTS_OF_ROLE[role]


def expires_at(now: datetime) -> datetime:
    """When the link of an invitation or an offered power of attorney ends."""
    return now + timedelta(days=INVITATION_DAYS)


def kept_until(ended_on: date) -> date:
    """The day on which an ended power of attorney is erased."""
    return date(ended_on.year + KEPT_YEARS + 1, 1, 1)
