"""Read street lists (CSV) and outlines (GeoJSON) that a municipality delivers. Pure: text in, plain values out.

CSV: comma, semicolon or tab; UTF-8 (with or without mark) or Windows-1252; one line per house number, or several
numbers in one cell separated by blanks. Columns by German or English name.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

COLUMNS: Final[Mapping[str, frozenset[str]]] = {
    "street": frozenset({"street", "straße", "strasse", "straßenname", "strassenname", "name"}),
    "number": frozenset(
        {"house_number", "house_numbers", "number", "numbers", "hausnummer", "hausnummern", "hsnr"}
    ),
    "postcode": frozenset({"postcode", "plz", "postleitzahl"}),
    "district": frozenset({"district", "ortsbezirk", "stadtteil", "ortsteil", "ortschaft"}),
    "longitude": frozenset({"longitude", "lon", "lng", "x", "länge"}),
    "latitude": frozenset({"latitude", "lat", "y", "breite"}),
}
NUMBER: Final = re.compile(r"^\d{1,4}(?:[ ]?[a-zA-Z]{1,2})?(?:[-/]\d{1,4}[a-zA-Z]?)?$")
POSTCODE: Final = re.compile(r"^\d{5}$")
MAX_ROWS: Final = 500_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """A line that was not taken. ``line`` counts from 1 and includes the heading."""

    line: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressRow:
    """One house number (or a street without any, ``number`` empty)."""

    street: str
    number: str
    postcode: str
    district: str
    longitude: float | None = None
    latitude: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """An outline with its properties."""

    key: str
    name: str
    geometry: dict[str, Any] | None
    schematic: bool
    source: str


@dataclass(slots=True, kw_only=True)
class Delivery:
    """All that was read from the files."""

    boundary: Outline | None = None
    districts: list[Outline] = field(default_factory=list)
    addresses: list[AddressRow] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)


class Unreadable(Exception):
    """The file as a whole cannot be used; ``place`` is LINE:COL or a path inside the document."""

    def __init__(self, place: str, message: str) -> None:
        super().__init__(message)
        self.place = place
        self.message = message


def decode(raw: bytes) -> str:
    """Text of a file from a German office: UTF-8, else Windows-1252."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def rows_of(text: str) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    """Heading and rows of a CSV with any usual separator; rows carry their line number."""
    first = text.split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    try:
        heading = [cell.strip() for cell in next(reader)]
    except StopIteration:
        raise Unreadable("1:1", "Die Datei ist leer.") from None
    rows = []
    for cells in reader:
        if any(cell.strip() for cell in cells):
            rows.append((reader.line_num, dict(zip(heading, (cell.strip() for cell in cells), strict=False))))
        if len(rows) > MAX_ROWS:
            raise Unreadable(f"{reader.line_num}:1", f"Mehr als {MAX_ROWS} Zeilen.")
    return heading, rows


def read_streets(raw: bytes, into: Delivery) -> None:
    """Add the addresses of a CSV; wrong lines go to ``problems``. Raises ``Unreadable`` without a street column."""
    heading, rows = rows_of(decode(raw))
    columns = _columns(heading)
    if "street" not in columns:
        raise Unreadable("1:1", "Es fehlt die Spalte „street“ (oder „Straße“).")
    seen: set[tuple[str, str, str, str]] = set()
    for line, row in rows:
        for found in _addresses(line, row, columns, into.problems):
            key = (found.street, found.district, found.postcode, found.number)
            if key not in seen:
                seen.add(key)
                into.addresses.append(found)


def _columns(heading: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for cell in heading:
        for name, aliases in COLUMNS.items():
            if cell.lower() in aliases:
                found.setdefault(name, cell)
    return found


def _addresses(
    line: int, row: dict[str, str], columns: dict[str, str], problems: list[RowProblem]
) -> list[AddressRow]:
    value = {name: row.get(column, "") for name, column in columns.items()}
    street, postcode = value["street"], value.get("postcode", "")
    if not street:
        problems.append(RowProblem(line=line, message="Die Straße fehlt."))
        return []
    if postcode and not POSTCODE.match(postcode):
        problems.append(RowProblem(line=line, message=f"„{postcode}“ ist keine Postleitzahl."))
        return []
    texts = value.get("number", "").replace(",", " ").split()
    numbers = [text for text in _joined(texts) if NUMBER.match(text)]
    for wrong in sorted(set(_joined(texts)) - set(numbers)):
        problems.append(RowProblem(line=line, message=f"„{wrong}“ ist keine Hausnummer."))
    if texts and not numbers:
        return []
    place = {
        "longitude": _degrees(value.get("longitude", "")),
        "latitude": _degrees(value.get("latitude", "")),
    }
    return [
        AddressRow(
            street=street, number=number, postcode=postcode, district=value.get("district", ""), **place
        )
        for number in numbers or [""]
    ]


def _joined(texts: list[str]) -> list[str]:
    """``5 a`` is one number: a lone letter belongs to what stands before it."""
    joined: list[str] = []
    for text in texts:
        if len(text) == 1 and text.isalpha() and joined and joined[-1].isdigit():
            joined[-1] += text
        else:
            joined.append(text)
    return joined


def _degrees(text: str) -> float | None:
    try:
        number = float(text.replace(",", ".")) if text else None
    except ValueError:
        return None
    return number if number is not None and -180 <= number <= 180 else None


def read_outlines(raw: bytes, into: Delivery) -> None:
    """Add the features of a GeoJSON: ``properties.kind`` = boundary or district (default). Raises ``Unreadable``."""
    try:
        document = json.loads(raw.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        line, column = (error.lineno, error.colno) if isinstance(error, json.JSONDecodeError) else (1, 1)
        raise Unreadable(f"{line}:{column}", "Das ist kein GeoJSON.") from error
    features = document.get("features") if isinstance(document, dict) else None
    if isinstance(document, dict) and document.get("type") == "Feature":
        features = [document]
    if not isinstance(features, list):
        raise Unreadable("$.features", "Es wird eine FeatureCollection erwartet.")
    for index, feature in enumerate(features):
        outline, kind = _outline(feature, f"$.features[{index}]")
        if kind == "boundary":
            into.boundary = outline
        else:
            into.districts.append(outline)


def _outline(feature: Any, place: str) -> tuple[Outline, str]:
    if not isinstance(feature, dict):
        raise Unreadable(place, "Das ist kein Feature.")
    properties = feature.get("properties") or {}
    geometry = feature.get("geometry")
    if geometry is not None and geometry.get("type") not in ("Polygon", "MultiPolygon"):
        raise Unreadable(f"{place}.geometry", "Erwartet wird ein Polygon oder MultiPolygon.")
    name = str(properties.get("name") or properties.get("GEN") or "")
    kind = str(properties.get("kind") or "district")
    if not name and kind != "boundary":
        raise Unreadable(f"{place}.properties.name", "Der Name fehlt.")
    key = str(properties.get("key") or properties.get("slug") or slug_of(name))
    return (
        Outline(
            key=key[:50],
            name=name,
            geometry=geometry,
            schematic=bool(properties.get("schematic", False)),
            source=str(properties.get("source", ""))[:300],
        ),
        kind,
    )


_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def slug_of(name: str) -> str:
    """``Mainz-Altstadt`` → ``mainz-altstadt``."""
    text = name.lower().translate(_UMLAUTS)
    return re.sub(r"[^a-z0-9]+", "-", text).strip("-")[:50]
