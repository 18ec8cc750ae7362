"""The query of ``items``, read strictly: what is unknown or malformed answers 400 (17-069r4, requirements 23-28 and 8)."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from stadtkern.data.datasets.cql2 import reading, spatial
from stadtkern.data.datasets.cql2.building import Builder
from stadtkern.data.datasets.cql2.fragments import Fragment, joined
from stadtkern.data.datasets.engine import GEOMETRY, ROW, name
from stadtkern.data.datasets.errors import QueryRefused
from stadtkern.data.datasets.ogc import crs

DEFAULT_LIMIT: Final = 10
MOST: Final = 10_000
FORMATS: Final = ("json", "csv", "parquet")
KNOWN: Final = frozenset({"f", "limit", "bbox", "bbox-crs", "crs", "datetime", "filter", "filter-lang", "filter-crs", "after", "properties", "skipGeometry"})  # fmt: skip
MOMENT: Final = r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2}))?"

Query = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a request for features asks for, checked."""

    format: str = "json"
    limit: int = DEFAULT_LIMIT
    after: int = 0
    crs: str = crs.CRS84
    where: Fragment = field(default_factory=lambda: Fragment("true"))
    properties: tuple[str, ...] = ()
    geometry: bool = True


def single(query: Query, key: str) -> str | None:
    """The one value of a parameter. Raises ``QueryRefused`` when it is given twice."""
    values = query.get(key) or ()
    if len(values) > 1:
        raise wrong(key, "steht zweimal in der Anfrage", "is given twice")
    return values[0] if values else None


def asked(query: Query, columns: Mapping[str, str], *, format: str | None) -> Asked:
    """Raises ``QueryRefused`` or ``FilterRefused``."""
    queryables = dict(columns.items())
    for key in query:
        if key not in KNOWN and (key not in queryables or queryables[key] == "geometry"):
            raise wrong(key, "gibt es nicht", "does not exist")
    chosen = single(query, "f") or format or "json"
    if chosen not in FORMATS:
        raise wrong("f", f"kann {', '.join(FORMATS)} sein", f"may be {', '.join(FORMATS)}")
    return Asked(
        format=chosen,
        limit=_whole(query, "limit", 1, 10**9, DEFAULT_LIMIT, cap=MOST),
        after=_whole(query, "after", 0, 10**15, 0),
        crs=crs.known(single(query, "crs") or crs.CRS84, "crs"),
        where=_where(query, queryables),
        properties=_properties(query, queryables),
        geometry=(single(query, "skipGeometry") or "false").lower() != "true",
    )


def _where(query: Query, queryables: Mapping[str, str]) -> Fragment:
    parts: list[Fragment] = []
    if (text := single(query, "bbox")) is not None:
        parts.append(
            _box(
                text,
                crs.known(single(query, "bbox-crs") or crs.CRS84, "bbox-crs"),
                "geometry" in queryables.values(),
            )
        )
    if (text := single(query, "datetime")) is not None:
        _datetime(text)  # no dataset names a property as its time yet: all features match (17-069r4, 7.15.4)
    if (text := single(query, "filter")) is not None:
        parts.append(_filter(text, single(query, "filter-lang"), single(query, "filter-crs"), queryables))
    for column, type in queryables.items():
        if type != "geometry" and column not in KNOWN and (value := single(query, column)) is not None:
            parts.append(_equal(column, type, value))
    return joined(" AND ", parts) if parts else Fragment("true")


def _box(text: str, uri: str, has_geometry: bool) -> Fragment:
    try:
        sides = [float(part) for part in text.split(",")]
    except ValueError:
        raise wrong("bbox", "besteht aus vier oder sechs Zahlen", "consists of four or six numbers") from None
    if len(sides) not in (4, 6) or not all(map(math.isfinite, sides)):
        raise wrong("bbox", "besteht aus vier oder sechs Zahlen", "consists of four or six numbers")
    west, south, east, north = sides if len(sides) == 4 else (sides[0], sides[1], sides[3], sides[4])
    if uri == f"{crs.EPSG}4326":
        west, south, east, north = south, west, north, east
        uri = crs.CRS84
    if south > north or (uri != crs.CRS84 and west > east):
        raise wrong("bbox", "hat vertauschte Seiten", "has its sides mixed up")
    if not has_geometry:
        return Fragment("true")
    if uri == crs.CRS84:
        boxes = tuple(spatial.split(west, south, east, north))
        near = spatial.near(GEOMETRY, boxes)
        exact = " OR ".join(f"ST_Intersects({GEOMETRY}, ST_MakeEnvelope(?, ?, ?, ?))" for _ in boxes)
        return Fragment(f"({near.sql} AND ({exact}))", near.parameters + near.parameters)
    outline = [list(point) for point in crs.ring(uri, (west, south, east, north))]
    shape = spatial.geometry({"type": "Polygon", "coordinates": [outline]}, lambda x, y: (x, y))
    return spatial.relation("s_intersects", Fragment(GEOMETRY, column=True), shape)


def _filter(
    text: str, language: str | None, filter_crs: str | None, queryables: Mapping[str, str]
) -> Fragment:
    chosen = language or ("cql2-json" if text.lstrip().startswith("{") else "cql2-text")
    if chosen not in ("cql2-text", "cql2-json"):
        raise wrong("filter-lang", "kann cql2-text oder cql2-json sein", "may be cql2-text or cql2-json")
    uri = crs.known(filter_crs or crs.CRS84, "filter-crs")
    tree = reading.from_text(text) if chosen == "cql2-text" else reading.from_json(text)
    return Builder(queryables, change=lambda x, y: crs.to_crs84(uri, x, y)).condition(tree)


def _equal(column: str, type: str, text: str) -> Fragment:
    """``?column=value``: the text itself, a number, a day or yes and no."""
    cast = {
        "integer": "DOUBLE",
        "number": "DOUBLE",
        "date": "DATE",
        "datetime": "TIMESTAMPTZ",
        "boolean": "BOOLEAN",
    }.get(type, "VARCHAR")
    return Fragment(f"({name(column)} = TRY_CAST(?::VARCHAR AS {cast}))", (text,))


def _datetime(text: str) -> None:
    ends = text.split("/")
    if len(ends) > 2 or all(end in ("", "..") for end in ends):
        raise _bad_time()
    moments: list[datetime] = []
    for end in ends:
        if end in ("", "..") and len(ends) == 2:
            continue
        if not re.fullmatch(MOMENT, end, re.ASCII):
            raise _bad_time()
        try:
            found = datetime.fromisoformat(end if "T" in end else f"{end}T00:00:00Z")
        except ValueError:
            raise _bad_time() from None
        moments.append(found)
    if len(moments) == 2 and moments[0] > moments[1]:
        raise _bad_time()


def _bad_time() -> QueryRefused:
    return wrong(
        "datetime",
        "ist kein Zeitpunkt und kein Zeitraum nach RFC 3339",
        "is no instant or interval of RFC 3339",
    )


def _properties(query: Query, queryables: Mapping[str, str]) -> tuple[str, ...]:
    text = single(query, "properties")
    if text is None:
        return ()
    chosen = tuple(part for part in text.split(",") if part)
    if unknown := [part for part in chosen if part not in queryables]:
        raise wrong("properties", f"kennt „{unknown[0][:60]}“ nicht", f"does not know “{unknown[0][:60]}”")
    return chosen


def _whole(query: Query, key: str, low: int, high: int, usual: int, *, cap: int | None = None) -> int:
    text = single(query, key)
    if text is None:
        return usual
    if not re.fullmatch(r"\d{1,16}", text, re.ASCII) or not low <= int(text) <= high:
        raise wrong(key, f"ist eine ganze Zahl ab {low}", f"is a whole number from {low} on")
    return min(int(text), cap) if cap else int(text)


def wrong(parameter: str, what: str, what_en: str) -> QueryRefused:
    """A refusal that names the parameter."""
    return QueryRefused(
        f"Der Parameter „{parameter[:60]}“ {what}.",
        message_en=f"The parameter “{parameter[:60]}” {what_en}.",
        extra={"parameter": parameter[:60]},
    )


def row_after(number: int) -> Fragment:
    """Rows behind the last one of the page before."""
    return Fragment(f"({ROW} > ?)", (number,)) if number else Fragment("true")
