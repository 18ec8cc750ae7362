"""FEEL types: for `instance of`, for typed parameters and item definitions, and for the static check.

Conformance follows DMN 1.5, 10.3.2.9.2."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from stadtkern.kernel.feel.temporal import (
    Date,
    DateTime,
    DaysTimeDuration,
    Time,
    YearsMonthsDuration,
    parse_any,
)
from stadtkern.kernel.feel.values import Function, Range


@dataclass(frozen=True, slots=True)
class FeelType:
    """A type. `kind` is one of the names below, or `named` for one that is looked up later (`name`)."""

    kind: str
    item: FeelType | None = None
    fields: tuple[tuple[str, FeelType], ...] = ()
    params: tuple[FeelType, ...] | None = None
    name: str = ""
    allows: Callable[[object], bool] | None = field(default=None, compare=False)
    optional_fields: bool = False
    target: Callable[[], FeelType] | None = field(default=None, compare=False)

    def __str__(self) -> str:
        if self.kind == "named":
            return self.name
        if self.kind in ("list", "range"):
            return f"{self.kind}<{self.item}>" if self.item else self.kind
        if self.kind == "context" and self.fields:
            return "context<" + ", ".join(f"{n}: {t}" for n, t in self.fields) + ">"
        if self.kind == "function" and self.params is not None:
            return "function<" + ", ".join(map(str, self.params)) + f"> -> {self.item or ANY}"
        return self.kind

    def member(self, name: str) -> FeelType | None:
        """The type of a context's entry, if it is known."""
        return dict(self.fields).get(name)


ANY = FeelType("Any")
NULL = FeelType("Null")
NUMBER = FeelType("number")
STRING = FeelType("string")
BOOLEAN = FeelType("boolean")
DATE = FeelType("date")
TIME = FeelType("time")
DATE_TIME = FeelType("date and time")
YEARS_MONTHS = FeelType("years and months duration")
DAYS_TIME = FeelType("days and time duration")
CONTEXT = FeelType("context")
LIST = FeelType("list")
RANGE = FeelType("range")
FUNCTION = FeelType("function")

BUILTIN: dict[str, FeelType] = {
    t.kind: t
    for t in (
        ANY,
        NULL,
        NUMBER,
        STRING,
        BOOLEAN,
        DATE,
        TIME,
        DATE_TIME,
        YEARS_MONTHS,
        DAYS_TIME,
        CONTEXT,
        LIST,
        RANGE,
        FUNCTION,
    )
}
ALIASES = {
    "any": ANY,
    "dateTime": DATE_TIME,
    "dayTimeDuration": DAYS_TIME,
    "yearMonthDuration": YEARS_MONTHS,
    "days and time": DAYS_TIME,
}
_SCALARS: dict[type, FeelType] = {
    Decimal: NUMBER, str: STRING, bool: BOOLEAN, Date: DATE, Time: TIME, DateTime: DATE_TIME,
    YearsMonthsDuration: YEARS_MONTHS, DaysTimeDuration: DAYS_TIME,
}  # fmt: skip


_FROM_TEXT = {t.kind for t in (DATE, TIME, DATE_TIME, YEARS_MONTHS, DAYS_TIME)}


def list_of(item: FeelType) -> FeelType:
    """list<item>."""
    return FeelType("list", item=item)


def context_of(fields: Mapping[str, FeelType]) -> FeelType:
    """context<…>."""
    return FeelType("context", fields=tuple(fields.items()))


def kind_of(value: object) -> str:
    """The plain name of a value's type, for messages and quick checks."""
    scalar = _SCALARS.get(type(value))
    if scalar is not None:
        return scalar.kind
    if value is None:
        return "Null"
    if isinstance(value, list):
        return "list"
    if isinstance(value, dict):
        return "context"
    if isinstance(value, Range):
        return "range"
    if isinstance(value, Function):
        return "function"
    return "Any"


def type_of(value: object) -> FeelType:
    """The most precise type of a value."""
    kind = kind_of(value)
    if kind == "list" and isinstance(value, list):
        kinds = {type_of(v) for v in value}
        return list_of(kinds.pop()) if len(kinds) == 1 else list_of(ANY)
    if kind == "context" and isinstance(value, dict):
        return context_of({str(k): type_of(v) for k, v in value.items()})
    return BUILTIN[kind]


def resolve(type_: FeelType, types: Mapping[str, FeelType]) -> FeelType | None:
    """Replaces names by what they stand for; None if one is unknown."""
    if type_.kind == "named":
        if type_.target is not None:
            return type_
        return types.get(type_.name) or BUILTIN.get(type_.name) or ALIASES.get(type_.name)
    if type_.item is None and not type_.fields and not type_.params:
        return type_
    item = resolve(type_.item, types) if type_.item else None
    fields = [(n, resolve(t, types)) for n, t in type_.fields]
    params = [resolve(t, types) for t in type_.params] if type_.params is not None else None
    if (type_.item and item is None) or any(t is None for _, t in fields) or (params and None in params):
        return None
    known = tuple((n, t) for n, t in fields if t is not None)
    known_params = tuple(t for t in params if t is not None) if params is not None else None
    return FeelType(type_.kind, item, known, known_params, type_.name, type_.allows, type_.optional_fields)


def matches(value: object, type_: FeelType, *, exact: bool = False) -> bool:
    """Is the value an instance of the (resolved) type? null is only of type Null (and fits no `instance of` else).

    `exact` is for `instance of`: all parts of a context must be there, allowed values do not count."""
    if type_.target is not None:
        type_ = type_.target()
    kind = type_.kind
    if kind == "Any":
        return value is not None
    if kind == "Null" or value is None:
        return kind == "Null" and value is None
    if kind_of(value) != kind or not _structure(value, type_, exact):
        return False
    return exact or type_.allows is None or type_.allows(value)


def conforms_value(value: object, type_: FeelType, *, exact: bool = False) -> bool:
    """Like `matches`, but null conforms to every type (DMN 1.5, 10.3.2.9.4)."""
    return value is None or type_.kind == "Any" or matches(value, type_, exact=exact)


def coerce(value: object, type_: FeelType) -> tuple[object, bool]:
    """The value as the type wants it, and whether that worked: a single value and a list of one stand for each other,
    a date for midnight (DMN 1.5, 10.3.2.9.4)."""
    if value is None or type_.kind == "Any":
        return value, True
    if type_.target is not None:
        type_ = type_.target()
    if matches(value, type_):
        return value, True
    if isinstance(value, list) and type_.kind != "list" and len(value) == 1 and matches(value[0], type_):
        return value[0], True
    if (
        type_.kind == "list"
        and not isinstance(value, list)
        and (type_.item is None or conforms_value(value, type_.item))
    ):
        return [value], True
    if isinstance(value, Date) and type_.kind == "date and time":
        return DateTime(value, Time(0, 0, 0, 0, 0)), True
    return None, False


def from_json(value: object, type_: FeelType) -> object:
    """JSON has no dates: texts become dates, times and durations where the type says so; what does not fit stays."""
    if type_.target is not None:
        type_ = type_.target()
    if isinstance(value, str) and type_.kind in _FROM_TEXT:
        parsed = parse_any(value)
        return value if parsed is None or kind_of(parsed) != type_.kind else parsed
    if isinstance(value, list):
        return [from_json(v, type_.item or ANY if type_.kind == "list" else type_) for v in value]
    if isinstance(value, dict):
        return {k: from_json(v, type_.member(k) or ANY) for k, v in value.items()}
    return value


def _structure(value: object, type_: FeelType, exact: bool) -> bool:
    item = type_.item
    if isinstance(value, list):
        return item is None or all(conforms_value(v, item, exact=exact) for v in value)
    if isinstance(value, dict):
        return all(
            conforms_value(value[n], t, exact=exact) if n in value else type_.optional_fields and not exact
            for n, t in type_.fields
        )
    if isinstance(value, Range):
        return item is None or all(conforms_value(v, item, exact=exact) for v in (value.start, value.end))
    if isinstance(value, Function):
        return _function(value, type_, exact)
    return True


def _function(value: Function, type_: FeelType, exact: bool) -> bool:
    """A function whose result is not declared is accepted unless the question is an exact one."""
    if type_.params is None:
        return True
    if len(type_.params) != len(value.params):
        return False
    own = value.types or (None,) * len(value.params)
    if not all(have is None or conforms(want, have) for want, have in zip(type_.params, own, strict=True)):
        return False
    if type_.item is None or type_.item.kind == "Any":
        return True
    return (
        not exact
        if value.result is None or value.result.kind == "Any"
        else conforms(value.result, type_.item)
    )


def conforms(a: FeelType, b: FeelType) -> bool:
    """Can a value of type a stand where b is expected?"""
    if b.kind == "Any" or a.kind == "Null" or a == b:
        return True
    if a.kind != b.kind:
        return False
    if a.kind in ("list", "range"):
        return b.item is None or conforms(a.item or ANY, b.item)
    if a.kind == "context":
        return all((mine := a.member(n)) is not None and conforms(mine, t) for n, t in b.fields)
    if a.kind == "function":
        if b.params is None or a.params is None:
            return b.params is None
        pairs = zip(b.params, a.params, strict=False)
        return (
            len(a.params) == len(b.params)
            and all(conforms(x, y) for x, y in pairs)
            and conforms(a.item or ANY, b.item or ANY)
        )
    return True
