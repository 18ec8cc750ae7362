"""What a cell says: dates, numbers, yes and no, times as people and programs write them in Germany."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

NULLS: Final = frozenset({"", "null", "none", "nil", "na", "n/a", "n. a.", "nan", "-", "--", "?", "k.a.", "k. a.", "keine angabe", "unbekannt", "#nv", "#n/a", "\\n"})  # fmt: skip
_YES: Final = frozenset({"ja", "j", "x", "1", "wahr", "true", "yes", "y"})
_NO: Final = frozenset({"nein", "n", "0", "falsch", "false", "no"})
_GERMAN_DAY: Final = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4}|\d{2})(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?")
_SLASHED_DAY: Final = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})")
_ISO_DAY: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]\d{2}:\d{2}.*)?")
_MONTH: Final = re.compile(r"(?:(\d{1,2})[./]|([A-Za-zä]+)\.? )(\d{4})")
_MONTHS: Final = ("jan", "feb", "mär", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "dez")
_HOURS: Final = re.compile(
    r"(\d{1,2})[:.]?(\d{2})?\s*(?:uhr)?\s*(?:-|–|bis)\s*(\d{1,2})[:.]?(\d{2})?\s*(?:uhr)?", re.IGNORECASE
)


class NotThis(ValueError):
    """The cell is not what its column should hold; the message says it in German."""


def is_null(text: str) -> bool:
    """Whether the cell says nothing."""
    return text.strip().casefold() in NULLS


def day(text: str) -> date:
    """31.12.2023, 31.12.23, 2023-12-31, 31/12/2023, and the number of days Excel shows without format."""
    given = text.strip()
    try:
        if match := _ISO_DAY.fullmatch(given):
            return date(int(match[1]), int(match[2]), int(match[3]))
        if match := _GERMAN_DAY.fullmatch(given) or _SLASHED_DAY.fullmatch(given):
            year = int(match[3])
            return date(year if year > 99 else 2000 + year, int(match[2]), int(match[1]))
    except ValueError as error:
        raise NotThis(f"»{given[:40]}« gibt es im Kalender nicht") from error
    if re.fullmatch(r"4\d{4}", given):
        return date(1899, 12, 30) + timedelta(days=int(given))
    raise NotThis(f"»{given[:40]}« ist kein Datum (TT.MM.JJJJ)")


def month(text: str) -> date:
    """A day, or a month (08/2026, August 2026), which is its first day."""
    given = text.strip()
    if match := _MONTH.fullmatch(given):
        number = int(match[1]) if match[1] else _month_number(match[2])
        if number and 1 <= number <= 12:
            return date(int(match[3]), number, 1)
    return day(given)


def _month_number(name: str) -> int:
    short = name.casefold()[:3].replace("mae", "mär")
    return _MONTHS.index(short) + 1 if short in _MONTHS else 0


def whole(text: str) -> int:
    """A count: 1.234, 1 234, "25 Plätze", 25,0."""
    given = re.sub(
        r"\s*(pl[aä]tze?|kinder|std\.?|stunden|punkte|h)\.?$", "", text.strip(), flags=re.IGNORECASE
    )
    if re.fullmatch(r"[+-]?\d{1,9}([.,]0+)?", given):
        value = int(re.split("[.,]", given)[0])
    elif re.fullmatch(r"\d{1,3}([. ' ]\d{3})+", given):
        value = int(re.sub(r"[^\d]", "", given))
    else:
        raise NotThis(f"»{text.strip()[:40]}« ist keine ganze Zahl")
    if not 0 <= value <= 100_000:
        raise NotThis(f"{value} liegt nicht zwischen 0 und 100000")
    return value


def degrees(text: str, low: float, high: float) -> float:
    """A coordinate with point or comma."""
    given = text.strip().replace(",", ".")
    if not re.fullmatch(r"-?\d{1,3}(\.\d+)?", given) or not low <= float(given) <= high:
        raise NotThis(f"»{text.strip()[:40]}« liegt nicht zwischen {low:g} und {high:g} Grad")
    return float(given)


def yes_or_no(text: str) -> bool:
    given = text.strip().casefold()
    if given in _YES:
        return True
    if given in _NO:
        return False
    raise NotThis(f"»{text.strip()[:40]}« ist weder ja noch nein")


def postcode(text: str) -> str:
    """Five digits; a spreadsheet may have dropped the zero in front."""
    given = re.sub(r"^(D|DE)[- ]", "", text.strip())
    if re.fullmatch(r"\d{5}", given):
        return given
    if re.fullmatch(r"\d{4}", given):
        return f"0{given}"
    raise NotThis(f"»{text.strip()[:40]}« ist keine Postleitzahl")


def hours(text: str) -> tuple[str, str]:
    """Opening hours: "07:30-16:30", "7.30 bis 16 Uhr" -> ("07:30", "16:30")."""
    match = _HOURS.fullmatch(text.strip())
    if match is None:
        raise NotThis(f"»{text.strip()[:40]}« ist keine Öffnungszeit (07:30-16:30)")
    opens = int(match[1]) * 60 + int(match[2] or 0)
    closes = int(match[3]) * 60 + int(match[4] or 0)
    if not 0 <= opens < closes <= 24 * 60:
        raise NotThis(f"»{text.strip()[:40]}« ist keine Öffnungszeit")
    return f"{opens // 60:02}:{opens % 60:02}", f"{closes // 60:02}:{closes % 60:02}"


def email(text: str) -> str:
    given = text.strip()
    if not re.fullmatch(r"[^@\s;,]+@[^@\s;,]+\.[^@\s;,]+", given):
        raise NotThis(f"»{given[:40]}« ist keine E-Mail-Adresse")
    return given


def phone(text: str) -> str:
    given = text.strip()
    if not re.fullmatch(r"[+0-9][0-9 ()/.-]{4,30}", given) or sum(c.isdigit() for c in given) < 5:
        raise NotThis(f"»{given[:40]}« ist keine Telefonnummer")
    return given


def words(text: str) -> str:
    """A name or another text: with letters, without control characters, not endless."""
    given = " ".join(text.split())
    if len(given) > 300:
        raise NotThis("länger als 300 Zeichen")
    if any(ord(c) < 32 or c == "\ufffd" for c in given):
        raise NotThis("enthält unlesbare Zeichen")
    if not any(c.isalpha() for c in given):
        raise NotThis(f"»{given[:40]}« ist kein Name")
    return given


def anything(text: str) -> str:
    """A text that may also be a number."""
    given = " ".join(text.split())
    if len(given) > 300:
        raise NotThis("länger als 300 Zeichen")
    if any(ord(c) < 32 or c == "\ufffd" for c in given):
        raise NotThis("enthält unlesbare Zeichen")
    return given
