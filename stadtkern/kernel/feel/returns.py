"""What the built-in functions return, for the static check."""

from __future__ import annotations

from stadtkern.kernel.feel.types import (
    BOOLEAN,
    CONTEXT,
    DATE,
    DATE_TIME,
    LIST,
    NUMBER,
    RANGE,
    STRING,
    TIME,
    YEARS_MONTHS,
    FeelType,
    list_of,
)  # fmt: skip

_BY_TYPE: dict[FeelType, str] = {
    NUMBER: "decimal;floor;ceiling;round up;round down;round half up;round half down;round half even;modulo;sqrt;log;exp;random number;"
    "string length;number;count;mean;product;median;stddev;day of year;week of year",
    STRING: "substring;upper case;lower case;trim;substring before;substring after;replace;string join;string;day of week;month of year",
    BOOLEAN: "contains;starts with;ends with;matches;all;any;and;or;not;list contains;odd;even;is;before;after;meets;met by;overlaps;"
    "overlaps before;overlaps after;finishes;finished by;includes;during;starts;started by;coincides",
    LIST: "sublist;concatenate;insert before;remove;list replace;reverse;distinct values;flatten;union;append;sort;get entries",
    list_of(STRING): "split",
    list_of(NUMBER): "index of;mode",
    DATE: "date;today",
    TIME: "time",
    DATE_TIME: "date and time;now",
    YEARS_MONTHS: "years and months duration",
    CONTEXT: "context;context put;context merge",
    RANGE: "range",
}
RETURNS: dict[str, FeelType] = {name: type_ for type_, names in _BY_TYPE.items() for name in names.split(";")}
