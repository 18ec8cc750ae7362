"""Where a dataset of the twin lies: the only module that knows. A folder ``DATA_DIR/twin/<id>`` that never changes once it is there.

``manifest.json`` (source, reference system, counts, problems), ``buildings-NNNN.parquet`` (GeoParquet 1.1, a row per building, sorted by cell) and
``cells.parquet`` (which rows of which file are in a cell), so that a cell is read without looking at the rest. A further import with the
same content and the same ``FORMAT`` is the same dataset: raise it when rows are made in another way.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from stadtkern.data.twin.engine.buildings import Row
from stadtkern.kernel.strict_reading import InputRefused

FORMAT: Final = 1
GROUP: Final = 256
PER_FILE: Final = 50_000
_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,99}")
_TEXT = pa.string()
SCHEMA: Final = pa.schema(
    [
        pa.field("building", _TEXT, nullable=False),
        *((name, _TEXT) for name in ("name", "municipality_key", "function", "roof_type")),
        *((name, pa.int16()) for name in ("storeys", "storeys_below")),
        *(
            (name, _TEXT)
            for name in ("year_built", "created_on", "street", "house_number", "postcode", "town")
        ),
        ("parts", pa.int32()),
        ("lod", pa.float32()),
        ("attributes", _TEXT),
        *((name, pa.int32()) for name in ("surfaces", "triangles")),
        *(
            (name, pa.float64())
            for name in (
                *("roof_area_m2", "wall_area_m2", "ground_area_m2", "volume_m3", "surface_to_volume"),
                *("base_z", "top_z", "height_m"),
            )
        ),
        ("height_from", _TEXT),
        *(
            (name, pa.float64())
            for name in ("origin_x", "origin_y", "origin_z", "min_x", "min_y", "max_x", "max_y")
        ),
        *((name, pa.int32()) for name in ("cell_x", "cell_y")),
        ("footprint", pa.binary()),
        ("mesh", pa.binary()),
    ]
)
_CELLS: Final = pa.schema(
    [(name, pa.int32()) for name in ("cell_x", "cell_y", "file", "start", "count")]
    + [(name, pa.float64()) for name in ("min_x", "min_y", "max_x", "max_y", "base_z", "top_z")]
)


class DatasetUnknown(InputRefused):
    """There is no such dataset of the twin."""

    code = "twin-dataset-unknown"
    status = 404


def root(data_dir: Path) -> Path:
    """The folder of all datasets of the twin."""
    return data_dir / "twin"


def names(data_dir: Path) -> list[str]:
    """The datasets that are there."""
    folder = root(data_dir)
    return sorted(p.parent.name for p in folder.glob("*/manifest.json") if _ID.fullmatch(p.parent.name))


class Writer:
    """Takes rows in any order and lays them down in files of at most ``PER_FILE`` buildings; nothing is visible before ``finish``."""

    def __init__(self, data_dir: Path) -> None:
        self.root = root(data_dir)
        self.root.mkdir(parents=True, exist_ok=True)
        _tidy(self.root)
        self.folder = Path(tempfile.mkdtemp(prefix=".new-", dir=self.root))
        self.folder.chmod(0o755)
        self.waiting: list[Row] = []
        self.files = 0
        self.cells: list[pa.Table] = []
        self.epsg: int | None = None

    def add(self, rows: Iterable[Row]) -> None:
        self.waiting.extend(rows)
        if len(self.waiting) >= PER_FILE:
            self._flush()

    def _flush(self) -> None:
        if not self.waiting:
            return
        table = pa.Table.from_pylist(self.waiting, schema=SCHEMA)
        self.waiting = []
        table = table.sort_by([("cell_x", "ascending"), ("cell_y", "ascending"), ("building", "ascending")])
        self.cells.append(_runs(table, self.files))
        table = table.replace_schema_metadata({"geo": json.dumps(_geo(table, self.epsg))})
        pq.write_table(
            table,
            self.folder / _file(self.files),
            row_group_size=GROUP,
            compression="zstd",
            compression_level=1,
            use_dictionary=[
                "function",
                "roof_type",
                "municipality_key",
                "town",
                "street",
                "postcode",
                "height_from",
            ],
        )
        self.files += 1

    def finish(self, name: str, manifest: dict[str, Any]) -> None:
        """Makes the dataset visible under its name; the name is that of the content, so one that is there already stays."""
        assert _ID.fullmatch(name), name
        self._flush()
        cells = pa.concat_tables(self.cells) if self.cells else _CELLS.empty_table()
        pq.write_table(
            cells.sort_by([("cell_x", "ascending"), ("cell_y", "ascending")]), self.folder / "cells.parquet"
        )
        text = json.dumps({"format": FORMAT, "id": name, **manifest}, ensure_ascii=False, indent=1)
        (self.folder / "manifest.json").write_text(text + "\n", "utf-8")
        try:
            self.folder.rename(self.root / name)
        except OSError:
            if not (self.root / name / "manifest.json").is_file():
                raise
            self.discard()

    def discard(self) -> None:
        """Leaves nothing behind."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _near(runs: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Runs that lie in the same or in neighbouring row groups of a file, so that no group is read twice."""
    found: list[list[dict[str, Any]]] = []
    for run in runs:
        before = found[-1][-1] if found else None
        if (
            before
            and before["file"] == run["file"]
            and run["start"] // GROUP - (before["start"] + before["count"] - 1) // GROUP <= 1
        ):
            found[-1].append(run)
        else:
            found.append([run])
    return found


def _file(number: int) -> str:
    return f"buildings-{number:04d}.parquet"


def _tidy(folder: Path) -> None:
    """What a killed import left behind a day ago."""
    for left in folder.glob(".new-*"):
        if time.time() - left.stat().st_mtime > 86_400:
            shutil.rmtree(left, ignore_errors=True)


def _runs(table: pa.Table, file: int) -> pa.Table:
    """One row per cell of a sorted table."""
    column = {name: table[name].to_numpy() for name in _CELLS.names if name not in ("file", "start", "count")}
    change = (np.diff(column["cell_x"], prepend=-(2**31)) != 0) | (
        np.diff(column["cell_y"], prepend=-(2**31)) != 0
    )
    starts = np.flatnonzero(change)
    found = {
        "cell_x": column["cell_x"][starts],
        "cell_y": column["cell_y"][starts],
        "file": np.full(len(starts), file),
        "start": starts,
        "count": np.diff(starts, append=table.num_rows),
        **{name: np.minimum.reduceat(column[name], starts) for name in ("min_x", "min_y", "base_z")},
        **{name: np.maximum.reduceat(column[name], starts) for name in ("max_x", "max_y", "top_z")},
    }
    return pa.table({name: pa.array(found[name], _CELLS.field(name).type) for name in _CELLS.names})


def _geo(table: pa.Table, epsg: int | None) -> dict[str, Any]:
    column: dict[str, Any] = {"encoding": "WKB", "geometry_types": [], "crs": None}
    if epsg is not None:
        from pyproj import CRS

        column["crs"] = CRS.from_epsg(epsg).to_json_dict()
    column["bbox"] = [
        pc.min(table["min_x"]),
        pc.min(table["min_y"]),
        pc.max(table["max_x"]),
        pc.max(table["max_y"]),
    ]
    column["bbox"] = [value.as_py() for value in column["bbox"]]
    return {"version": "1.1.0", "primary_column": "footprint", "columns": {"footprint": column}}


class Dataset:
    """A dataset to read from."""

    def __init__(self, data_dir: Path, name: str) -> None:
        folder = root(data_dir) / name
        if not _ID.fullmatch(name) or not (folder / "manifest.json").is_file():
            known = ", ".join(names(data_dir)[:10]) or "keine"
            raise DatasetUnknown(f"--dataset {name[:100]}", f"gibt es nicht; vorhanden: {known}")
        self.folder = folder
        self.manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))
        self.epsg: int | None = self.manifest["epsg"]
        self.cells: pa.Table = pq.read_table(folder / "cells.parquet")
        self._files: dict[int, pq.ParquetFile] = {}
        self._planned = SCHEMA.empty_table()
        self._gone: list[str] = []

    def with_plan(self, rows: list[Row], replaced: Iterable[str]) -> Dataset:
        """The same city with planned buildings and without those they replace; only what ``read_box`` gives changes."""
        other = Dataset(self.folder.parent.parent, self.folder.name)
        other._planned = pa.Table.from_pylist(rows, schema=SCHEMA)
        other._gone = list(replaced)
        return other

    def addresses(self) -> list[tuple[int, int]]:
        """All cells that hold a building, sorted."""
        pairs = zip(self.cells["cell_x"].to_pylist(), self.cells["cell_y"].to_pylist(), strict=True)
        return sorted(set(pairs))

    def read(self, x: int, y: int, columns: list[str] | None = None) -> pa.Table:
        """The buildings of a cell (none: an empty table)."""
        rows = self.cells.filter((pc.field("cell_x") == x) & (pc.field("cell_y") == y))
        return self._read(rows, columns)

    def read_box(self, box: tuple[float, float, float, float], columns: list[str] | None = None) -> pa.Table:
        """The buildings whose box touches ``box`` (min x, min y, max x, max y)."""
        wanted = (
            None
            if columns is None
            else [*columns, *(n for n in ("min_x", "min_y", "max_x", "max_y") if n not in columns)]
        )
        touches = (
            (pc.field("max_x") >= box[0])
            & (pc.field("max_y") >= box[1])
            & (pc.field("min_x") <= box[2])
            & (pc.field("min_y") <= box[3])
        )
        found = self._read(self.cells.filter(touches), wanted)
        if self._planned.num_rows or self._gone:
            if "building" in found.schema.names:
                found = found.filter(~pc.field("building").isin(pa.array(self._gone, _TEXT)))
            found = pa.concat_tables([found, self._planned.select(found.schema.names)])
        return found.filter(touches)

    def read_all(self, columns: list[str]) -> pa.Table:
        """Some columns of every building."""
        return self._read(self.cells, columns)

    def find(self, building: str) -> dict[str, Any] | None:
        """One building by its id."""
        for number in sorted(set(self.cells["file"].to_pylist())):
            table = pq.read_table(
                self.folder / _file(number), filters=pc.field("building") == building, use_threads=False
            )
            if table.num_rows:
                return dict(table.to_pylist()[0])
        return None

    def _read(self, rows: pa.Table, columns: list[str] | None) -> pa.Table:
        found: list[pa.Table] = []
        for runs in _near(rows.sort_by([("file", "ascending"), ("start", "ascending")]).to_pylist()):
            number = runs[0]["file"]
            file = self._files.get(number)
            if file is None:
                file = self._files[number] = pq.ParquetFile(self.folder / _file(number))
            first = runs[0]["start"] // GROUP
            last = (runs[-1]["start"] + runs[-1]["count"] - 1) // GROUP
            table = file.read_row_groups(list(range(first, last + 1)), columns=columns, use_threads=False)
            found.extend(table.slice(run["start"] - first * GROUP, run["count"]) for run in runs)
        if found:
            return pa.concat_tables(found).replace_schema_metadata(None)
        names_ = SCHEMA.names if columns is None else columns
        return pa.schema([SCHEMA.field(name) for name in names_]).empty_table()
