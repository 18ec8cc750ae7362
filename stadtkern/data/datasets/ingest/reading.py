"""The rows of a source as the table ``plain`` of the worker: ``_row``, typed columns, and a geometry as far as the format has one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow

from stadtkern.data.datasets.engine import GEOMETRY, ROW, file, name
from stadtkern.data.datasets.errors import FileRefused
from stadtkern.data.datasets.ingest import delimited, encoding, geojson, sheets
from stadtkern.data.datasets.ingest.containers import DRIVERS, Source
from stadtkern.data.datasets.ingest.delimited import Dialect
from stadtkern.data.datasets.ingest.naming import clean_names
from stadtkern.data.datasets.ingest.places import named_crs
from stadtkern.data.datasets.ingest.report import INFO, REJECTED, REPAIRED, WARNING, Notes
from stadtkern.data.datasets.ingest.typing import Typed, typed

UNTYPED: Final = frozenset(
    {"gml", "kml", "ods"}
)  # formats whose values are all text, or guessed wrongly by GDAL
TYPES: Final = {
    "VARCHAR": "string", "BIGINT": "integer", "INTEGER": "integer", "SMALLINT": "integer", "TINYINT": "integer",
    "DOUBLE": "number", "FLOAT": "number", "BOOLEAN": "boolean", "DATE": "date", "TIMESTAMP": "datetime",
    "TIMESTAMP WITH TIME ZONE": "datetime",
}  # fmt: skip
SQL_TYPES: Final = {
    "string": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
}


@dataclass(slots=True, kw_only=True)
class Plain:
    """What the table ``plain`` holds: columns with their types, whether ``geom`` is one, and the declared reference system."""

    columns: dict[str, str] = field(default_factory=dict)
    geometry: bool = False
    crs: str | None = None


def plain(
    connection: duckdb.DuckDBPyConnection, source: Source, scratch: Path, layer: str | None, notes: Notes
) -> Plain:
    """Make the table. Raises ``FileRefused`` for what cannot be read."""
    if source.members:
        notes.add(
            "other-members",
            INFO,
            f"In der Datei stehen mehrere Tabellen; gelesen wurde „{source.path.name}“.",
        )
    if source.format in ("csv", "xlsx"):
        return _texts(connection, source, scratch, notes)
    if source.format == "parquet":
        return _known(connection, file(source.path), _parquet_crs(source.path), notes)
    if source.format == "geojson" and (read := geojson.table(source.path, notes)):
        return _json(connection, *read, notes)
    return _gdal(connection, source, layer, notes)


def _texts(connection: duckdb.DuckDBPyConnection, source: Source, scratch: Path, notes: Notes) -> Plain:
    german = False
    if source.format == "xlsx":
        stream = sheets.rows(source.path, notes)
        _create_raw(connection, stream)
    else:
        path = encoding.as_utf8(source.path, scratch, notes)
        dialect = delimited.sniffed(path, notes)
        german = dialect.separator in ";\t"
        stream = _delimited(connection, path, dialect, notes)
    names = [column for column in stream.schema.names if column != ROW]
    names = _without_empty(connection, names, notes)
    _cut_footer(connection, names, notes)
    return _typed(connection, typed(connection, names, notes, german=german))


def _delimited(
    connection: duckdb.DuckDBPyConnection, path: Path, dialect: Dialect, notes: Notes
) -> pyarrow.RecordBatchReader:
    """A quote that never closes swallows rows: where quotes leave rows of the wrong length, the file is read without them, too."""
    tried: list[tuple[int, Notes, pyarrow.RecordBatchReader]] = []
    for quoted in (True, False):
        found = Notes()
        connection.execute("DROP TABLE IF EXISTS raw")
        try:
            stream = delimited.rows(path, replace(dialect, quoted=quoted), found)
            _create_raw(connection, stream)
        except (pyarrow.ArrowInvalid, duckdb.Error):
            if not quoted and not tried:
                raise FileRefused(
                    "Die Tabelle ist nicht lesbar.", message_en="The table cannot be read."
                ) from None
            continue
        tried.append((found.number(REJECTED), found, stream))
        if quoted and not tried[0][0]:
            break
    best = min(range(len(tried)), key=lambda at: tried[at][0])
    if len(tried) == 2 and best == 0:
        connection.execute("DROP TABLE IF EXISTS raw")
        _create_raw(connection, delimited.rows(path, dialect, Notes()))
    elif len(tried) == 2:
        notes.add(
            "quotes",
            WARNING,
            "Ein Anführungszeichen wird nicht geschlossen; Anführungszeichen gelten darum als gewöhnliche Zeichen.",
        )
    notes.take(tried[best][1])
    return tried[best][2]


def _create_raw(connection: duckdb.DuckDBPyConnection, stream: pyarrow.RecordBatchReader) -> None:
    connection.register("stream", stream)
    try:
        connection.execute("CREATE TABLE raw AS SELECT * FROM stream")
    finally:
        connection.unregister("stream")


def _without_empty(connection: duckdb.DuckDBPyConnection, names: list[str], notes: Notes) -> list[str]:
    """Columns without a name and without a value (a separator at the end of each line) are no columns."""
    unnamed = [column for column in names if column.startswith("spalte_")]
    if not unnamed:
        return names
    counts = (
        connection.execute(
            "SELECT "
            + ", ".join(f"count(nullif(trim({name(column)}), ''))" for column in unnamed)
            + " FROM raw"
        ).fetchone()
        or ()
    )
    empty = {column for column, number in zip(unnamed, counts, strict=True) if not number}
    return [column for column in names if column not in empty] or names


FOOTERS: Final = r"^(quelle|stand|summe|gesamt|insgesamt|total|hinweis|anmerkung|erläuterung|erlaeuterung|©|\(c\)|\*|[0-9]\)|daten|lizenz|erstellt|copyright|zeichenerklärung|-+$|_+$)"


def _cut_footer(connection: duckdb.DuckDBPyConnection, names: list[str], notes: Notes) -> None:
    """Lines below the table (source, sum, remarks) are no rows: only their first cell is filled, or they call themselves so."""
    if len(names) < 2:
        return
    filled = " + ".join(f"(coalesce(trim({name(column)}), '') <> '')::INT" for column in names)
    last = connection.execute(
        f"SELECT {ROW}, trim({name(names[0])}), {filled}, regexp_matches(lower(trim({name(names[0])})), ?) FROM raw "
        f"ORDER BY {ROW} DESC LIMIT 12",
        [FOOTERS],
    ).fetchall()
    usual = (
        connection.execute(f"SELECT median({filled}) FROM (SELECT * FROM raw LIMIT 200)").fetchone() or (0,)
    )[0]
    cut = []
    for row, text, cells, named in last:
        if cells == 0 or (cells == 1 and usual >= 2 and text) or (named and cells <= max(usual, 1)):
            cut.append((row, text or ""))
        else:
            break
    if cut and len(cut) < len(last):
        first = min(row for row, _ in cut)
        connection.execute(f"DELETE FROM raw WHERE {ROW} >= ?", [first])
        for row, text in sorted(cut):
            if text:
                notes.add("footer", INFO, f"Zeile {row} gehört nicht zur Tabelle: „{text[:80]}“", row=row)


def _typed(connection: duckdb.DuckDBPyConnection, columns: list[Typed], geometry: str = "") -> Plain:
    listed = ", ".join(f"{column.sql} AS {name(column.name)}" for column in columns)
    extra = f", {geometry} AS {GEOMETRY}" if geometry else ""
    connection.execute(f"CREATE TABLE plain AS SELECT {ROW}, {listed}{extra} FROM raw")
    connection.execute("DROP TABLE raw")
    return Plain(columns={column.name: column.type for column in columns}, geometry=bool(geometry))


# --- formats that GDAL reads, and Parquet ---------------------------------------------------------------------------------


def _gdal(connection: duckdb.DuckDBPyConnection, source: Source, layer: str | None, notes: Notes) -> Plain:
    drivers = "[" + ", ".join(f"'{driver}'" for driver in DRIVERS[source.format]) + "]"
    path = _quoted(str(source.path))
    try:
        # ST_Read_Meta knows no allowed_drivers and falls over what nobody can open: the strict one looks first.
        connection.execute(f"DESCRIBE SELECT * FROM ST_Read({path}, allowed_drivers := {drivers})")
        found = connection.execute(f"SELECT layers FROM ST_Read_Meta({path})").fetchone()
    except duckdb.Error as error:
        raise _unreadable() from error
    layers: list[dict[str, Any]] = found[0] if found and found[0] else []
    if not layers:
        raise _unreadable()
    chosen = _layer(layers, layer, notes)
    table = f"ST_Read({path}, layer := {_quoted(chosen['name'])}, allowed_drivers := {drivers})"
    crs = None
    for geometry in chosen.get("geometry_fields") or []:
        declared = geometry.get("crs") or {}
        crs = crs or named_crs(declared.get("auth_name"), declared.get("auth_code"), declared.get("projjson"))
    if source.format == "geojson" and crs == "EPSG:4326":
        crs = "OGC:CRS84"
    if source.format == "shapefile" and not source.path.with_suffix(".prj").exists():
        crs = None
        notes.add("no-prj", WARNING, "Dem Shapefile fehlt die Datei .prj mit dem Koordinatensystem.")
    return _known(connection, table, crs, notes, untyped=source.format in UNTYPED)


def _json(connection: duckdb.DuckDBPyConnection, read: pyarrow.Table, crs: str | None, notes: Notes) -> Plain:
    """GeoJSON that Python has read: names are cleaned, texts that are dates stay texts as their author made them."""
    given = [column for column in read.column_names if column not in (ROW, GEOMETRY)]
    names = clean_names(given, notes)
    connection.register("stream", read.rename_columns([ROW, *names, GEOMETRY]))
    listed = ", ".join([ROW, *map(name, names), f"ST_GeomFromWKB({GEOMETRY}) AS {GEOMETRY}"])
    connection.execute(f"CREATE TABLE plain AS SELECT {listed} FROM stream")
    connection.unregister("stream")
    types = {"bool": "boolean", "int64": "integer", "double": "number"}
    fields = zip(names, (str(read.schema.field(column).type) for column in given), strict=True)
    return Plain(
        columns={column: types.get(type, "string") for column, type in fields}, geometry=True, crs=crs
    )


def _layer(layers: list[dict[str, Any]], wanted: str | None, notes: Notes) -> dict[str, Any]:
    if wanted is not None:
        for one in layers:
            if one["name"] == wanted:
                return one
        names = ", ".join(str(one["name"]) for one in layers)
        raise FileRefused(
            f"Eine Ebene „{wanted}“ gibt es nicht; vorhanden: {names}.",
            message_en=f"There is no layer “{wanted}”; present: {names}.",
        )
    if len(layers) > 1:
        others = ", ".join(str(one["name"]) for one in layers[1:])
        notes.add(
            "other-layers",
            INFO,
            f"Gelesen wurde die Ebene „{layers[0]['name']}“; nicht gelesen: {others[:300]}.",
        )
    return layers[0]


def _unreadable() -> FileRefused:
    return FileRefused(
        "Die Datei ist beschädigt oder unvollständig.", message_en="The file is damaged or incomplete."
    )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _foreign(column: str) -> str:
    """A name as the file has it, quoted; it is replaced by a clean one in the same statement."""
    return '"' + column.replace('"', '""') + '"'


def _known(
    connection: duckdb.DuckDBPyConnection, table: str, crs: str | None, notes: Notes, *, untyped: bool = False
) -> Plain:
    """A source whose columns have types already."""
    try:
        described = connection.execute(f"DESCRIBE SELECT * FROM {table}").fetchall()
    except duckdb.Error as error:
        raise _unreadable() from error
    shapes = [str(row[0]) for row in described if str(row[1]).startswith("GEOMETRY")]
    values = [(str(row[0]), str(row[1])) for row in described if not str(row[1]).startswith("GEOMETRY")]
    values = [
        one
        for one in values
        if one[1] != "BLOB"
        and one[0] not in ("bbox", "geom_bbox", "geometry_bbox", "OGC_FID", "ogc_fid", ROW)
    ]
    names = clean_names([column for column, _ in values], notes)
    texts, columns, parts = [], {}, []
    for (column, sql_type), clean in zip(values, names, strict=True):
        type = TYPES.get(
            sql_type,
            "number"
            if sql_type.startswith(("DECIMAL", "HUGEINT", "U")) and "UUID" not in sql_type
            else "string",
        )
        target = sql_type if type == "datetime" else SQL_TYPES[type]
        convert = (
            f"to_json({_foreign(column)})::VARCHAR"
            if sql_type.endswith(("]", ")")) and type == "string"
            else _foreign(column)
        )
        parts.append(f"({convert})::{target} AS {name(clean)}")
        columns[clean] = type
        if type == "string" and untyped:
            texts.append(clean)
    if len(shapes) > 1:
        notes.add(
            "other-geometries", INFO, f"Gelesen wurde die Geometrie „{shapes[0]}“; weitere wurden übergangen."
        )
    geometry = f"{_foreign(shapes[0])}::GEOMETRY" if shapes else ""
    parts = [*parts, *([f"{geometry} AS {GEOMETRY}"] if geometry else [])]
    try:
        connection.execute(
            f"CREATE TABLE raw AS SELECT row_number() OVER () AS {ROW}, {', '.join(parts)} FROM {table}"
        )
    except duckdb.Error as error:
        raise _unreadable() from error
    kept = [Typed(name=column, type=type, sql=name(column)) for column, type in columns.items()]
    if texts:
        guessed = {one.name: one for one in typed(connection, texts, notes, german=False)}
        _note_padding(connection, texts, notes)
        kept = [guessed.get(one.name, one) for one in kept]
    made = _typed(connection, kept, GEOMETRY if geometry else "")
    made.crs = crs
    return made


def _note_padding(connection: duckdb.DuckDBPyConnection, texts: list[str], notes: Notes) -> None:
    """Fields of a fixed width come filled with blanks; they are trimmed, and it is said once."""
    padded = " OR ".join(f"{name(column)} <> trim({name(column)})" for column in texts)
    number = (connection.execute(f"SELECT count(*) FILTER ({padded}) FROM raw").fetchone() or (0,))[0]
    if number:
        notes.add(
            "padding",
            REPAIRED,
            f"In {number} Zeilen standen Leerzeichen am Rand von Texten; sie sind entfernt.",
        )
        notes.count(REPAIRED, int(number))


def _parquet_crs(path: Path) -> str | None:
    """What the GeoParquet metadata say (absent means CRS84)."""
    import pyarrow.parquet

    try:
        metadata: Mapping[bytes, bytes] = pyarrow.parquet.read_schema(path).metadata or {}
    except (pyarrow.ArrowInvalid, OSError) as error:
        raise _unreadable() from error
    try:
        geo = json.loads(metadata.get(b"geo", b"{}"))
        described = geo["columns"][geo["primary_column"]]
    except (ValueError, KeyError, TypeError):
        return None
    if described.get("crs") is None:
        return "OGC:CRS84"
    identity = described["crs"].get("id") or {}
    return named_crs(identity.get("authority"), str(identity.get("code", "")), json.dumps(described["crs"]))
