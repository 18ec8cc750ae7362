"""Dates, times and durations of FEEL: years from -999,999,999 to 999,999,999, nanoseconds, fixed offsets and time zones.

Python's own classes end at the year 9999 and at microseconds, so the evaluation uses these and the edges convert
(`values.from_python`, `values.to_python`). Source: DMN 1.5, 10.3.2.3 and XML Schema Part 2, 3.2.6-3.2.9."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

SECOND = 1_000_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
MAX_YEAR = 999_999_999

Zone = int | str | None
"""Seconds east of Greenwich, the name of a region, or nothing (local)."""


class Date(NamedTuple):
    """A calendar day (proleptic Gregorian)."""

    year: int
    month: int
    day: int

    @property
    def ordinal(self) -> int:
        """Days since 1970-01-01."""
        year = self.year - (self.month <= 2)
        era, yoe = divmod(year, 400)
        doy = (153 * ((self.month + 9) % 12) + 2) // 5 + self.day - 1
        return era * 146097 + yoe * 365 + yoe // 4 - yoe // 100 + doy - 719468

    @property
    def weekday(self) -> int:
        """1 = Monday … 7 = Sunday."""
        return (self.ordinal + 3) % 7 + 1


@dataclass(frozen=True, slots=True)
class Time:
    """A time of day with nanoseconds and, possibly, a zone."""

    hour: int
    minute: int
    second: int
    nano: int = 0
    zone: Zone = None

    @property
    def nanos(self) -> int:
        """Nanoseconds since midnight."""
        return self.hour * HOUR + self.minute * MINUTE + self.second * SECOND + self.nano


@dataclass(frozen=True, slots=True)
class DateTime:
    """A day and a time of day."""

    date: Date
    time: Time

    @property
    def local(self) -> int:
        """Nanoseconds since 1970-01-01T00:00 on the local clock."""
        return self.date.ordinal * DAY + self.time.nanos

    @property
    def offset(self) -> int | None:
        """Seconds east of Greenwich at this moment, None without zone."""
        return zone_offset(self.time.zone, self.date, self.time)

    @property
    def instant(self) -> int:
        """Nanoseconds on the world's clock (without a zone: as if in UTC)."""
        return self.local - (self.offset or 0) * SECOND


@dataclass(frozen=True, slots=True, order=True)
class YearsMonthsDuration:
    """A duration in whole months."""

    months: int

    def __str__(self) -> str:
        years, months = divmod(abs(self.months), 12)
        body = (f"{years}Y" if years else "") + (f"{months}M" if months else "") or "0M"
        return f"{'-' if self.months < 0 else ''}P{body}"


@dataclass(frozen=True, slots=True, order=True)
class DaysTimeDuration:
    """A duration in nanoseconds."""

    nanos: int

    @property
    def seconds(self) -> Decimal:
        """The whole duration in seconds."""
        return Decimal(self.nanos).scaleb(-9).normalize()

    def __str__(self) -> str:
        days, rest = divmod(abs(self.nanos), DAY)
        hours, rest = divmod(rest, HOUR)
        minutes, rest = divmod(rest, MINUTE)
        seconds, nano = divmod(rest, SECOND)
        clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
        if seconds or nano:
            clock += f"{seconds}{fraction(nano)}S"
        body = (f"{days}D" if days else "") + (f"T{clock}" if clock else "") or "T0S"
        return f"{'-' if self.nanos < 0 else ''}P{body}"


Temporal = Date | Time | DateTime
Duration = YearsMonthsDuration | DaysTimeDuration


def fraction(nano: int) -> str:
    """`.5` for 500 million nanoseconds, nothing for none."""
    return f".{nano:09d}".rstrip("0") if nano else ""


def days_in_month(year: int, month: int) -> int:
    """28 to 31."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def from_ordinal(days: int) -> Date:
    """The day with this number since 1970-01-01."""
    era, doe = divmod(days + 719468, 146097)
    yoe = (doe - doe // 1460 + doe // 36524 - doe // 146096) // 365
    doy = doe - (365 * yoe + yoe // 4 - yoe // 100)
    mp = (5 * doy + 2) // 153
    month = mp + 3 if mp < 10 else mp - 9
    return Date(yoe + era * 400 + (month <= 2), month, doy - (153 * mp + 2) // 5 + 1)


def make_date(year: int, month: int, day: int) -> Date | None:
    """The day, or None if there is no such day."""
    if abs(year) <= MAX_YEAR and 1 <= month <= 12 and 1 <= day <= days_in_month(year, month):
        return Date(year, month, day)
    return None


def make_time(hour: int, minute: int, second: int, nano: int = 0, zone: Zone = None) -> Time | None:
    """The time, or None if there is no such time."""
    if (
        0 <= hour <= 23
        and 0 <= minute <= 59
        and 0 <= second <= 59
        and (not isinstance(zone, int) or abs(zone) <= 18 * 3600)
    ):
        return Time(hour, minute, second, nano, zone)
    return None


def time_from_nanos(nanos: int, zone: Zone = None) -> Time:
    """The time of day this long after midnight."""
    hour, rest = divmod(nanos % DAY, HOUR)
    minute, rest = divmod(rest, MINUTE)
    second, nano = divmod(rest, SECOND)
    return Time(hour, minute, second, nano, zone)


def datetime_from_local(nanos: int, zone: Zone = None) -> DateTime:
    """The moment this long after 1970-01-01T00:00 on the local clock."""
    days, rest = divmod(nanos, DAY)
    return DateTime(from_ordinal(days), time_from_nanos(rest, zone))


@lru_cache(maxsize=512)
def region(name: str) -> ZoneInfo | None:
    """The time zone of this name, None if there is none."""
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_+\-]*(/[A-Za-z0-9_+\-]+)*", name):
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def zone_offset(zone: Zone, date: Date | None, time: Time) -> int | None:
    """Seconds east of Greenwich. A region without a date is taken on 1970-01-01; far years as the nearest known one."""
    if not isinstance(zone, str):
        return zone
    info = region(zone)
    if info is None:
        return None
    day = date or Date(1970, 1, 1)
    moment = datetime(
        min(max(day.year, 1), 9998),
        day.month,
        min(day.day, 28 if day.month == 2 else day.day),
        time.hour,
        time.minute,
        time.second,
        tzinfo=info,
    )
    delta = moment.utcoffset() or timedelta(0)
    return int(delta.total_seconds())


def local_of_instant(instant: int, zone: Zone) -> DateTime:
    """The clock reading in a zone at an instant."""
    if isinstance(zone, str):
        info = region(zone)
        seconds = instant // SECOND
        if info is not None and -62135596800 <= seconds <= 253402300799 - 172800:
            moment = datetime.fromtimestamp(0, UTC) + timedelta(seconds=seconds)
            delta = moment.astimezone(info).utcoffset() or timedelta(0)
            return datetime_from_local(instant + int(delta.total_seconds()) * SECOND, zone)
        probe = datetime_from_local(instant, zone)
        return datetime_from_local(instant + (probe.offset or 0) * SECOND, zone)
    return datetime_from_local(instant + (zone or 0) * SECOND, zone)


def add_months(date: Date, months: int) -> Date | None:
    """Same day some months later, at most the last day of that month."""
    year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    return make_date(year, month + 1, min(date.day, days_in_month(year, month + 1)))


def months_between(start: Date, end: Date) -> int:
    """Whole months from one day to another, negative if the second is earlier."""
    months = (end.year - start.year) * 12 + end.month - start.month
    if months > 0 and end.day < start.day:
        return months - 1
    if months < 0 and end.day > start.day:
        return months + 1
    return months


_DATE = r"(-?(?:[1-9]\d{4,8}|\d{4}))-(\d\d)-(\d\d)"
_TIME = r"(\d\d):(\d\d):(\d\d)(?:\.(\d+))?"
_ZONE = r"(Z|[+-]\d\d:\d\d(?::\d\d)?|@[A-Za-z][A-Za-z0-9_+\-/]*)?"
DATE = re.compile(_DATE, re.ASCII)
TIME = re.compile(_TIME + _ZONE, re.ASCII)
DATETIME = re.compile(_DATE + "T" + _TIME + _ZONE, re.ASCII)
MONTHS = re.compile(r"(-)?P(?:(\d{1,18})Y)?(?:(\d{1,18})M)?", re.ASCII)
DAYS = re.compile(
    r"(-)?P(?:(\d{1,18})D)?(T(?:(\d{1,18})H)?(?:(\d{1,18})M)?(?:(\d{1,18})(?:\.(\d*))?S)?)?", re.ASCII
)


def parse_date(text: str) -> Date | None:
    """`2024-02-29`."""
    found = DATE.fullmatch(text)
    return make_date(int(found[1]), int(found[2]), int(found[3])) if found and found[1] != "-0000" else None


def parse_time(text: str) -> Time | None:
    """`10:30:00`, `10:30:00.5+01:00`, `10:30:00@Europe/Berlin`."""
    found = TIME.fullmatch(text)
    return _time(found[1], found[2], found[3], found[4], found[5]) if found else None


def _time(hour: str, minute: str, second: str, part: str | None, zone_text: str | None) -> Time | None:
    zone: Zone = None
    if zone_text:
        parsed = parse_zone(zone_text)
        if parsed is None:
            return None
        zone = parsed
    return make_time(int(hour), int(minute), int(second), int(((part or "") + "000000000")[:9]), zone)


def parse_zone(text: str) -> int | str | None:
    """`Z`, `+01:00`, `@Europe/Berlin`; None if there is no such zone."""
    if text == "Z":
        return 0
    if text[0] == "@":
        return text[1:] if region(text[1:]) else None
    parts = [int(p) for p in text[1:].split(":")]
    if parts[1] > 59 or (len(parts) > 2 and parts[2] > 59):
        return None
    seconds = parts[0] * 3600 + parts[1] * 60 + (parts[2] if len(parts) > 2 else 0)
    return -seconds if text[0] == "-" else seconds


def parse_datetime(text: str) -> DateTime | None:
    """`2024-02-29T10:30:00@Europe/Berlin`; 24:00:00 is midnight of the next day."""
    found = DATETIME.fullmatch(text)
    if not found:
        return None
    date = make_date(int(found[1]), int(found[2]), int(found[3]))
    if date is None:
        return None
    if (found[4], found[5], found[6]) == ("24", "00", "00") and not (found[7] or "").strip("0"):
        time = _time("00", "00", "00", None, found[8])
        date = from_ordinal(date.ordinal + 1)
    else:
        time = _time(found[4], found[5], found[6], found[7], found[8])
    return DateTime(date, time) if time else None


def parse_duration(text: str) -> Duration | None:
    """`P1Y2M` or `P1DT2H3M4.5S`, each possibly negative."""
    found = MONTHS.fullmatch(text)
    if found and (found[2] or found[3]):
        months = int(found[2] or 0) * 12 + int(found[3] or 0)
        return YearsMonthsDuration(-months if found[1] else months)
    found = DAYS.fullmatch(text)
    if not found or not (found[2] or found[4] or found[5] or found[6]) or (found[3] == "T"):
        return None
    nanos = int(found[2] or 0) * DAY + int(found[4] or 0) * HOUR + int(found[5] or 0) * MINUTE
    nanos += int(found[6] or 0) * SECOND + int(((found[7] or "") + "000000000")[:9])
    return DaysTimeDuration(-nanos if found[1] else nanos)


def parse_any(text: str) -> Temporal | Duration | None:
    """What stands after an @."""
    return parse_date(text) or parse_datetime(text) or parse_time(text) or parse_duration(text)


def zone_text(zone: Zone) -> str:
    """`Z`, `+01:00`, `@Europe/Berlin` or nothing."""
    if zone is None:
        return ""
    if isinstance(zone, str):
        return f"@{zone}"
    if zone == 0:
        return "Z"
    minutes, seconds = divmod(abs(zone), 60)
    return f"{'-' if zone < 0 else '+'}{minutes // 60:02d}:{minutes % 60:02d}" + (
        f":{seconds:02d}" if seconds else ""
    )


def date_text(date: Date) -> str:
    """ISO 8601, years before 1 with a minus."""
    return f"{'-' if date.year < 0 else ''}{abs(date.year):04d}-{date.month:02d}-{date.day:02d}"


def time_text(time: Time) -> str:
    """ISO 8601 with zone."""
    return f"{time.hour:02d}:{time.minute:02d}:{time.second:02d}{fraction(time.nano)}{zone_text(time.zone)}"


def datetime_text(moment: DateTime) -> str:
    """ISO 8601 with zone."""
    return f"{date_text(moment.date)}T{time_text(moment.time)}"
