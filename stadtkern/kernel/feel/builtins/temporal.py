"""Functions on dates, times and durations (DMN 1.5, 10.3.4.1 and 10.3.4.8)."""

from __future__ import annotations

from datetime import date as python_date
from decimal import Decimal

from stadtkern.kernel import clock
from stadtkern.kernel.feel.builtins.registry import builtin
from stadtkern.kernel.feel.temporal import (
    SECOND,
    Date,
    DateTime,
    DaysTimeDuration,
    Time,
    YearsMonthsDuration,
    make_date,
    make_time,
    months_between,
    parse_date,
    parse_datetime,
    parse_time,
    region,
)
from stadtkern.kernel.feel.types import kind_of
from stadtkern.kernel.feel.values import from_python

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@builtin("date", "from: string|date|datetime")
def date(value: object) -> object:
    if isinstance(value, str):
        return parse_date(value)
    return value.date if isinstance(value, DateTime) else value


@builtin("date", "year: number, month: number, day: number")
def date_of(year: Decimal, month: Decimal, day: Decimal) -> object:
    whole = all(n == n.to_integral_value() and abs(n) < 10**12 for n in (year, month, day))
    return make_date(int(year), int(month), int(day)) if whole else None


@builtin("time", "from: string|time|date|datetime")
def time(value: object) -> object:
    if isinstance(value, str):
        return parse_time(value)
    if isinstance(value, Date):
        return Time(0, 0, 0, 0, 0)
    return value.time if isinstance(value, DateTime) else value


@builtin("time", "hour: number, minute: number, second: number, offset?: daytime|null")
def time_of(hour: Decimal, minute: Decimal, second: Decimal, offset: DaysTimeDuration | None) -> object:
    if hour != int(hour) or minute != int(minute) or not 0 <= second < 60:
        return None
    zone = None if offset is None else int(offset.nanos / SECOND)
    nano = int((second - int(second)).scaleb(9))
    return make_time(int(hour), int(minute), int(second), nano, zone)


@builtin("date and time", "from: string|date|datetime")
def date_and_time(value: object) -> object:
    if isinstance(value, DateTime):
        return value
    day = value if isinstance(value, Date) else parse_date(str(value))
    if day is not None:
        return DateTime(day, Time(0, 0, 0))
    return parse_datetime(str(value))


@builtin("date and time", "date: date|datetime, time: time")
def date_and_time_of(day: Date | DateTime, clock_time: Time) -> object:
    return DateTime(day.date if isinstance(day, DateTime) else day, clock_time)


@builtin("date and time", "date: datetime, timezone: string")
def date_and_time_in(moment: DateTime, timezone: str) -> object:
    from stadtkern.kernel.feel.temporal import local_of_instant

    return local_of_instant(moment.instant, timezone) if region(timezone) else None


_SIX = "year: number, month: number, day: number, hour: number, minute: number, second: number"


@builtin("date and time", _SIX + ", offset?: daytime|null")
def date_and_time_parts(
    y: Decimal, mo: Decimal, d: Decimal, h: Decimal, mi: Decimal, s: Decimal, offset: DaysTimeDuration | None
) -> object:
    day, at = date_of(y, mo, d), time_of(h, mi, s, offset)
    return DateTime(day, at) if isinstance(day, Date) and isinstance(at, Time) else None


@builtin("date and time", _SIX + ", timezone: string")
def date_and_time_parts_in(
    y: Decimal, mo: Decimal, d: Decimal, h: Decimal, mi: Decimal, s: Decimal, timezone: str
) -> object:
    day, at = date_of(y, mo, d), time_of(h, mi, s, None)
    if not isinstance(day, Date) or not isinstance(at, Time) or region(timezone) is None:
        return None
    return DateTime(day, Time(at.hour, at.minute, at.second, at.nano, timezone))


@builtin("years and months duration", "from: date|datetime, to: date|datetime")
def years_and_months_duration(start: Date | DateTime, end: Date | DateTime) -> object:
    a = start.date if isinstance(start, DateTime) else start
    b = end.date if isinstance(end, DateTime) else end
    return YearsMonthsDuration(months_between(a, b))


def _day(value: Date | DateTime) -> Date:
    return value.date if isinstance(value, DateTime) else value


@builtin("day of year", "date: date|datetime")
def day_of_year(value: Date | DateTime) -> object:
    day = _day(value)
    return Decimal(day.ordinal - Date(day.year, 1, 1).ordinal + 1)


@builtin("day of week", "date: date|datetime")
def day_of_week(value: Date | DateTime) -> object:
    return WEEKDAYS[_day(value).weekday - 1]


@builtin("month of year", "date: date|datetime")
def month_of_year(value: Date | DateTime) -> object:
    return MONTHS[_day(value).month - 1]


@builtin("week of year", "date: date|datetime")
def week_of_year(value: Date | DateTime) -> object:
    """ISO 8601."""
    day = _day(value)
    year = day.year if 1 < day.year < 9999 else 2000 + day.year % 400
    return Decimal(python_date(year, day.month, day.day).isocalendar().week)


@builtin("is", "value1?: any, value2?: any")
def is_(a: object, b: object) -> object:
    """The same value in the same form: the zone counts, unlike with `=`."""
    return kind_of(a) == kind_of(b) and bool(a == b)


@builtin("now")
def now() -> object:
    """The domain's time on the clock of the town hall, so that `date(now())` is `today()`."""
    return from_python(clock.now().astimezone(clock.ZONE))


@builtin("today")
def today() -> object:
    return from_python(clock.today())
