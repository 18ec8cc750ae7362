"""The real worker: limits, no network, no other file; and the query module with its own walls."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import pytest

from stadtkern.data.datasets import engine
from stadtkern.data.datasets.errors import FileRefused, QueryRefused, QueryTooSlow
from stadtkern.data.datasets.ingest.running import ingest
from stadtkern.runtime import cli

VRT = '<OGRVRTDataSource><!-- <kml> --><OGRVRTLayer name="secret"><SrcDataSource>{path}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'


def secret(tmp_path: Path) -> Path:
    outside = tmp_path / "outside"
    outside.mkdir()
    path = outside / "secret.geojson"
    path.write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"a":1},"geometry":{"type":"Point","coordinates":[8,50]}}]}'
    )
    return path


@pytest.mark.parametrize("file_name", ["x.vrt", "x.kml", "x.gml", "x.geojson", "x.csv"])
def test_a_virtual_file_that_points_elsewhere(tmp_path: Path, file_name: str) -> None:
    path = tmp_path / file_name
    path.write_text(VRT.format(path=secret(tmp_path)))
    if file_name == "x.csv":
        with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
            archive.write(path, "x.vrt")
        path = tmp_path / "x.zip"
    with pytest.raises(FileRefused):
        ingest(path, tmp_path / "out.parquet")
    assert not (tmp_path / "out.parquet").exists()


def test_bombs_are_not_unpacked(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.csv", b"0" * 300_000_000)
    packed = tmp_path / "bomb.csv.gz"
    with gzip.open(packed, "wb") as out:
        out.write(b"0" * 300_000_000)
    for path in (bomb, packed):
        with pytest.raises(FileRefused, match="zu groß"):
            ingest(path, None)


def test_the_worker_has_no_network_and_no_other_programs() -> None:
    script = (
        "import socket, subprocess\n"
        "from stadtkern.data.datasets.ingest.confine import confine\n"
        "assert confine(memory=4 << 30, seconds=60, file_size=1 << 20)\n"
        "for what in (lambda: socket.socket(), lambda: subprocess.run(['/bin/true'])):\n"
        "    try:\n        what()\n    except OSError as error:\n        print(error.errno)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["13", "13"], done.stderr


def test_a_worker_that_hangs_is_ended(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a;b\n" + "".join(f"{n};{n}\n" for n in range(2_000_000)))
    with pytest.raises(FileRefused):
        ingest(path, None, seconds=-9)


def test_the_command(tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "Bäume 2025.csv"
    path.write_text("Art;lon;lat\nLinde;8,25;49,99\nAhorn;8,26;50,00\n", encoding="cp1252")
    out = tmp_path / "out.parquet"
    assert cli.main(["data", "ingest", str(path), "--json", "-o", str(out)]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert {"dataset", "rows", "repaired", "rejected", "columns", "crs", "bbox", "problems"} <= set(answer)
    assert (answer["dataset"], answer["rows"], answer["crs"]) == ("baeume-2025", 2, "OGC:CRS84")
    assert answer["bbox"] == [8.25, 49.99, 8.26, 50.0]
    assert out.exists() and [entry.name for entry in tmp_path.iterdir() if entry.name.endswith(".part")] == []
    assert cli.main(["data", "ingest", str(path), "--crs", "EPSG:99999999"]) == 2
    assert cli.main(["data", "ingest", str(tmp_path / "fehlt.csv")]) == 2


def test_queries_see_their_folder_only(tmp_path: Path) -> None:
    hidden = secret(tmp_path)
    inside = tmp_path / "inside"
    inside.mkdir()
    for sql in (
        f"SELECT * FROM read_text('{hidden}')",
        f"SELECT * FROM ST_Read('{hidden}')",
        f"COPY (SELECT 1) TO '{tmp_path}/x.csv'",
        f"ATTACH '{tmp_path}/x.db'",
        "INSTALL httpfs",
        "SET enable_external_access = true",
        "SELECT * FROM 'http://127.0.0.1:9/x.parquet'",
    ):
        with pytest.raises((duckdb.Error, QueryRefused)):
            engine.rows(inside, sql)


def test_a_query_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    began = time.monotonic()
    with pytest.raises(QueryTooSlow):
        engine.rows(tmp_path, "SELECT count(*) FROM range(100000000000)", seconds=0.3)
    assert time.monotonic() - began < 5
    assert engine.rows(tmp_path, "SELECT 1") == [(1,)]


@pytest.mark.parametrize("column", ["", 'a"b', "a\nb", "x" * 500])
def test_names_that_no_column_has(column: str) -> None:
    with pytest.raises(engine.NotAName):
        engine.name(column)
