"""Checks of data fields: kind and datatype, limits, default content, lists of values, uploads."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal, InvalidOperation

from stadtkern.casework.forms.model import CodeList, CodeListReference, Constraints, Datatype, Field, Kind
from stadtkern.casework.forms.quality_walk import Raw, Survey
from stadtkern.casework.forms.values import parse_date, parse_time

_URN = re.compile(r"urn:[a-z0-9][a-z0-9-]{0,31}:[A-Za-z0-9()+,\-.:=@;$_!*'%/]+")
_WHOLE = re.compile(r"[+-]?[0-9]+")
_DATE_VERSION = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

#: datatype -> codes for (lower limit, upper limit, content) that cannot be read
_READING_CODES = {
    Datatype.NUM: ("1062", "1063", "1069"),
    Datatype.NUM_CURRENCY: ("1062", "1063", "1069"),
    Datatype.NUM_INT: ("1065", "1066", "1070"),
    Datatype.DATE: ("1067", "1068", "1071"),
    Datatype.DATETIME: ("1079", "1080", "1083"),
    Datatype.TIME: ("1081", "1082", "1084"),
}


def check(survey: Survey) -> Iterator[Raw]:
    """All findings about fields and the lists they use."""
    for field in survey.fields:
        yield from _kind(field)
        yield from _lengths(field)
        yield from _range(field)
        yield from _content(field)
        yield from _upload(field)
        yield from _values(field)
        yield from _code_list(field, survey)
    yield from _lists_together(survey)


def _kind(field: Field) -> Iterator[Raw]:
    listed = bool(field.values) or field.code_list is not None
    if field.kind is Kind.SELECT and field.datatype is not Datatype.TEXT:
        yield Raw("1011", field.id, f"({field.datatype.value})")
    if listed and field.kind is not Kind.SELECT:
        yield Raw("1017", field.id)
    if field.kind is Kind.SELECT and not listed:
        yield Raw("1018", field.id)
    if field.kind is Kind.LABEL:
        if not field.datatype.is_text and field.datatype is not Datatype.OBJ:
            yield Raw("1090", field.id, f"({field.datatype.value})")
        if not field.content:
            yield Raw("1109", field.id)


def _lengths(field: Field) -> Iterator[Raw]:
    limits = field.constraints
    given = limits.min_length or limits.max_length
    if given and field.kind in (Kind.SELECT, Kind.LABEL):
        yield Raw("1012", field.id)
    if given and not field.datatype.is_text:
        yield Raw("1015", field.id)
    if limits.min_length and limits.shortest is None:
        yield Raw("1059", field.id, f"({limits.min_length[:30]})")
    if limits.max_length and not limits.longest:
        yield Raw("1060", field.id, f"({limits.max_length[:30]})")
    if limits.shortest is not None and limits.longest is not None and limits.shortest > limits.longest:
        yield Raw("1061", field.id, f"({limits.shortest} > {limits.longest})")
    complete = limits.min_length and limits.max_length
    if field.kind is Kind.INPUT and field.datatype.is_text and not complete:
        yield Raw("1102", field.id)


def _range(field: Field) -> Iterator[Raw]:
    limits = field.constraints
    given = limits.min_value or limits.max_value
    if given and not (field.datatype.is_number or field.datatype.is_temporal):
        yield Raw("1016", field.id)
        return
    ranged = field.datatype.is_number or field.datatype is Datatype.DATE
    if ranged and field.kind is Kind.INPUT and not given:
        yield Raw("1103", field.id)
    if field.datatype not in _READING_CODES:
        return
    low_code, high_code, _ = _READING_CODES[field.datatype]
    low, high = _read(field, limits.min_value), _read(field, limits.max_value)
    if limits.min_value and low is None:
        yield Raw(low_code, field.id, f"({limits.min_value[:30]})")
    if limits.max_value and high is None:
        yield Raw(high_code, field.id, f"({limits.max_value[:30]})")
    if low is not None and high is not None and low > high:
        yield Raw("1064", field.id, f"({limits.min_value} > {limits.max_value})")


def _read(field: Field, text: str) -> Decimal | None:
    """The value on a common scale, so that limits and content can be compared; None when it cannot be read."""
    if not text:
        return None
    readers: dict[Datatype, Callable[[str], Decimal | None]] = {
        Datatype.NUM: _number,
        Datatype.NUM_CURRENCY: _number,
        Datatype.NUM_INT: lambda given: Decimal(given) if _WHOLE.fullmatch(given) else None,
        Datatype.DATE: _day,
        Datatype.DATETIME: _moment,
        Datatype.TIME: _clock,
    }
    return readers[field.datatype](text)


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _day(text: str) -> Decimal | None:
    day = parse_date(text) if _ISO_DATE.fullmatch(text) else None
    return None if day is None else Decimal(day.toordinal())


def _clock(text: str) -> Decimal | None:
    clock = parse_time(text)
    return None if clock is None else Decimal(clock.hour * 3600 + clock.minute * 60 + clock.second)


def _moment(text: str) -> Decimal | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if "T" not in text:
        return None
    return Decimal(moment.toordinal() * 86_400 + moment.hour * 3600 + moment.minute * 60 + moment.second)


def _content(field: Field) -> Iterator[Raw]:
    text, limits = field.content, field.constraints
    if field.datatype in (Datatype.FILE, Datatype.OBJ):
        if text:
            yield Raw("1100", field.id)
        if limits.pattern:
            yield Raw("1120", field.id)
        return
    if not text:
        return
    if field.datatype is Datatype.BOOL and text not in ("true", "false"):
        yield Raw("1077", field.id, f"({text[:30]})")
    if field.values and text not in {value.code for value in field.values}:
        yield Raw("1085", field.id, f"({text[:30]})")
    if field.datatype.is_text and field.kind is not Kind.LABEL:
        yield from _content_length(field, limits)
    if field.datatype in _READING_CODES and not field.values:
        yield from _content_range(field, limits)


def _content_length(field: Field, limits: Constraints) -> Iterator[Raw]:
    length = len(field.content)
    if limits.shortest is not None and length < limits.shortest:
        yield Raw("1074", field.id, f"({length} < {limits.shortest})")
    if limits.longest is not None and length > limits.longest:
        yield Raw("1075", field.id, f"({length} > {limits.longest})")


def _content_range(field: Field, limits: Constraints) -> Iterator[Raw]:
    value = _read(field, field.content)
    if value is None:
        yield Raw(_READING_CODES[field.datatype][2], field.id, f"({field.content[:30]})")
        return
    low, high = _read(field, limits.min_value), _read(field, limits.max_value)
    if low is not None and value < low:
        yield Raw("1072", field.id, f"({field.content} < {limits.min_value})")
    if high is not None and value > high:
        yield Raw("1073", field.id, f"({field.content} > {limits.max_value})")


def _upload(field: Field) -> Iterator[Raw]:
    if field.datatype is Datatype.FILE:
        return
    if field.max_size is not None:
        yield Raw("1056", field.id)
    if field.media_types:
        yield Raw("1057", field.id)


def _values(field: Field) -> Iterator[Raw]:
    if not field.values:
        return
    yield from _entries(field.id, [(value.code, value.name) for value in field.values])


def _entries(id: str, entries: list[tuple[str, str]]) -> Iterator[Raw]:
    if len(entries) < 2:
        yield Raw("1044", id)
    for code, times in Counter(code for code, _ in entries).items():
        if times > 1:
            yield Raw("1045", id, f"({code[:40]})")
    for name, times in Counter(name for _, name in entries if name).items():
        if times > 1:
            yield Raw("1093", id, f"({name[:60]})")


def _code_list(field: Field, survey: Survey) -> Iterator[Raw]:
    reference = field.code_list
    keys = [key for key in (field.code_key, field.name_key, field.help_key) if key]
    if reference is None:
        if keys:
            yield Raw("1058", field.id)
        return
    yield from _reference(field.id, reference)
    exact = survey.code_lists.get(reference.key)
    if exact is not None:
        yield from _against(field, exact, "1122", "1076")
        yield from _entries(field.id, [(value.code, value.name) for value in exact.values(*_columns(field))])
    newest = survey.code_lists.get(reference.uri)
    if newest is not None and newest != exact:
        yield from _against(field, newest, "1123", "1121")


def _columns(field: Field) -> tuple[str, str, str]:
    return field.code_key, field.name_key, field.help_key


def _against(field: Field, codes: CodeList, column_code: str, content_code: str) -> Iterator[Raw]:
    for column in _columns(field):
        if column and column not in codes.columns:
            yield Raw(column_code, field.id, f"({column})")
    if field.content and field.content not in {value.code for value in codes.values(*_columns(field))}:
        yield Raw(content_code, field.id, f"({field.content[:40]})")


def _reference(id: str, reference: CodeListReference) -> Iterator[Raw]:
    if not reference.uri:
        yield Raw("1040", id)
    elif not reference.uri.lower().startswith("urn:"):
        yield Raw("1005", id, f"({reference.uri[:80]})")
    elif not _URN.fullmatch(reference.uri):
        yield Raw("1048", id, f"({reference.uri[:80]})")
    if reference.version and not _DATE_VERSION.fullmatch(reference.version):
        yield Raw("1105", id, f"({reference.version[:30]})")


def _lists_together(survey: Survey) -> Iterator[Raw]:
    versions: dict[str, set[str]] = {}
    addresses: dict[tuple[str, str], set[str]] = {}
    for field in survey.fields:
        reference = field.code_list
        if reference is None or not reference.uri:
            continue
        versions.setdefault(reference.uri, set()).add(reference.version)
        addresses.setdefault((reference.uri, reference.version), set()).add(reference.key)
    for uri, found in versions.items():
        if len(found) > 1:
            yield Raw("1037", survey.root.id, f"({uri}: {', '.join(sorted(found))})")
    for (uri, version), keys in addresses.items():
        if len(keys) > 1:
            yield Raw("1036", survey.root.id, f"({uri} {version})")
