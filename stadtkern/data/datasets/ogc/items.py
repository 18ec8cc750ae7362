"""Features of a version: SQL writes the JSON text itself, pages go by key, counts come from the same condition."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from stadtkern.data.datasets import engine
from stadtkern.data.datasets.cql2.fragments import Fragment
from stadtkern.data.datasets.engine import GEOMETRY, ROW, name
from stadtkern.data.datasets.ogc import crs
from stadtkern.data.datasets.ogc.parameters import Asked, row_after

PIECE: Final = 2_000


def _value(column: str, type: str) -> str:
    """A value as JSON can carry it: points in time as RFC 3339, no NaN."""
    quoted = name(column)
    if type == "datetime":
        return f"strftime({quoted}, '%Y-%m-%dT%H:%M:%SZ')"
    if type == "number":
        return f"CASE WHEN isfinite({quoted}) THEN {quoted} END"
    return quoted


def feature(
    columns: Mapping[str, str], *, uri: str = crs.CRS84, properties: Sequence[str] = (), geometry: bool = True
) -> str:
    """SQL of one GeoJSON feature as text."""
    chosen = [
        column
        for column, type in columns.items()
        if type != "geometry" and (not properties or column in properties)
    ]
    listed = ", ".join(f"{name(column)} := {_value(column, columns[column])}" for column in chosen)
    values = f"to_json(struct_pack({listed}))::VARCHAR" if listed else "'{}'"
    shape = (
        f"coalesce(ST_AsGeoJSON({crs.shown(uri)})::VARCHAR, 'null')"
        if geometry and "geometry" in columns.values()
        else "'null'"
    )
    return f"""'{{"type":"Feature","id":' || {ROW} || ',"geometry":' || {shape} || ',"properties":' || {values} || '}}'"""


def counted(folder: Path, path: Path, where: Fragment) -> int:
    """How many features a condition finds."""
    return int(
        engine.rows(folder, f"SELECT count(*) FROM {engine.file(path)} WHERE {where.sql}", where.parameters)[
            0
        ][0]
    )


def page(folder: Path, path: Path, columns: Mapping[str, str], asked: Asked) -> tuple[list[str], int | None]:
    """The features of a page as JSON texts, and the key of the next page (None: this is the last)."""
    text = feature(columns, uri=asked.crs, properties=asked.properties, geometry=asked.geometry)
    after = row_after(asked.after)
    sql = f"SELECT {ROW}, {text} FROM {engine.file(path)} WHERE {after.sql} AND {asked.where.sql} ORDER BY {ROW} LIMIT ?"
    found = engine.rows(folder, sql, [*after.parameters, *asked.where.parameters, asked.limit + 1])
    more = len(found) > asked.limit
    found = found[: asked.limit]
    return [row[1] for row in found], int(found[-1][0]) if more else None


def one(folder: Path, path: Path, columns: Mapping[str, str], key: int, uri: str) -> str | None:
    """One feature, or nothing."""
    sql = f"SELECT {feature(columns, uri=uri)} FROM {engine.file(path)} WHERE {ROW} = ?"
    found = engine.rows(folder, sql, [key])
    return found[0][0] if found else None


def table(columns: Mapping[str, str], asked: Asked) -> tuple[list[str], str]:
    """Head and SQL of a flat table: points as two columns, other geometries as WKT."""
    chosen = [
        column
        for column, type in columns.items()
        if type != "geometry" and (not asked.properties or column in asked.properties)
    ]
    head = [ROW.strip("_"), *chosen]
    listed = [ROW, *(_value(column, columns[column]) for column in chosen)]
    if asked.geometry and "geometry" in columns.values():
        head.append(GEOMETRY)
        listed.append(f"ST_AsText({crs.shown(asked.crs)})")
    return head, ", ".join(listed)


def as_csv(folder: Path, path: Path, columns: Mapping[str, str], asked: Asked) -> Iterator[str]:
    """CSV (RFC 4180), one piece after the other."""
    head, listed = table(columns, asked)
    yield _lines([head])
    after = row_after(asked.after)
    sql = f"SELECT {listed} FROM {engine.file(path)} WHERE {after.sql} AND {asked.where.sql} ORDER BY {ROW} LIMIT ?"
    with engine.cursor(folder, seconds=60) as cursor:
        cursor.execute(sql, [*after.parameters, *asked.where.parameters, asked.limit])
        while rows := cursor.fetchmany(PIECE):
            yield _lines([["" if cell is None else _plain(cell) for cell in row] for row in rows])


def _plain(cell: Any) -> str:
    return ("true" if cell else "false") if isinstance(cell, bool) else str(cell)


def _lines(rows: list[list[str]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue()


def as_features(folder: Path, path: Path, columns: Mapping[str, str], asked: Asked) -> Iterator[str]:
    """A whole FeatureCollection, one piece after the other."""
    yield '{"type":"FeatureCollection","features":[\n'
    text = feature(columns, uri=asked.crs)
    first = True
    with engine.cursor(folder, seconds=60) as cursor:
        cursor.execute(f"SELECT {text} FROM {engine.file(path)} ORDER BY {ROW} LIMIT ?", [asked.limit])
        while rows := cursor.fetchmany(PIECE):
            yield ("" if first else ",\n") + ",\n".join(row[0] for row in rows)
            first = False
    yield "\n]}\n"


def as_rows(folder: Path, path: Path, columns: Mapping[str, str]) -> Iterator[str]:
    """A JSON list of objects, for tables without a place."""
    listed = ", ".join(
        f"{name(column)} := {_value(column, type)}" for column, type in columns.items() if type != "geometry"
    )
    yield "[\n"
    first = True
    with engine.cursor(folder, seconds=60) as cursor:
        cursor.execute(
            f"SELECT to_json(struct_pack({listed}))::VARCHAR FROM {engine.file(path)} ORDER BY {ROW}"
        )
        while rows := cursor.fetchmany(PIECE):
            yield ("" if first else ",\n") + ",\n".join(row[0] for row in rows)
            first = False
    yield "\n]\n"


def as_parquet(folder: Path, path: Path, columns: Mapping[str, str], asked: Asked) -> bytes:
    """GeoParquet 1.1 (WKB, CRS84) of what the condition finds."""
    import pyarrow
    import pyarrow.parquet

    chosen = [
        column
        for column, type in columns.items()
        if type != "geometry" and (not asked.properties or column in asked.properties)
    ]
    spatial = "geometry" in columns.values() and asked.geometry
    listed = ", ".join(
        [ROW, *map(name, chosen), *([f"ST_AsWKB({GEOMETRY})::BLOB AS {GEOMETRY}"] if spatial else [])]
    )
    after = row_after(asked.after)
    sql = f"SELECT {listed} FROM {engine.file(path)} WHERE {after.sql} AND {asked.where.sql} ORDER BY {ROW} LIMIT ?"
    with engine.cursor(folder) as cursor:
        found = cursor.execute(
            sql, [*after.parameters, *asked.where.parameters, asked.limit]
        ).to_arrow_table()
    if spatial:
        geo = {
            "version": "1.1.0",
            "primary_column": GEOMETRY,
            "columns": {GEOMETRY: {"encoding": "WKB", "geometry_types": []}},
        }
        found = found.replace_schema_metadata({"geo": json.dumps(geo)})
    sink = pyarrow.BufferOutputStream()
    pyarrow.parquet.write_table(found, sink, compression="zstd")
    return bytes(sink.getvalue())
