"""A file of a survey office becomes a dataset of the twin: format by content, reference system by name, rows as they come.

Memory holds ``store.PER_FILE`` buildings at most, whatever the size of the file.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import re
import unicodedata
import zlib
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final

from stadtkern.data.twin.engine.buildings import Row, rows
from stadtkern.data.twin.engine.citygml import read_citygml
from stadtkern.data.twin.engine.cityjson import read_cityjson, read_cityjson_lines
from stadtkern.data.twin.engine.problems import Problems, SourceRefused
from stadtkern.data.twin.engine.reference import Ground, Reference, read_reference
from stadtkern.data.twin.engine.source import Building, Source
from stadtkern.data.twin.store import FORMAT, Writer

BATCH: Final = 250
Report = dict[str, Any]


class _Hashed(io.RawIOBase):
    """Counts and hashes what is read; a damaged archive is a refusal."""

    def __init__(self, inner: Any, name: str) -> None:
        self.inner = inner
        self.name_ = name
        self.digest = hashlib.sha256()
        self.total = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            data = self.inner.read(len(buffer))
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise SourceRefused(self.name_, f"das Archiv (gzip) ist beschädigt ({error})") from error
        buffer[: len(data)] = data
        self.digest.update(data)
        self.total += len(data)
        return len(data)


def import_file(path: Path, data_dir: Path, *, crs: str | None = None) -> Report:
    """One file; see ``import_files``."""
    return import_files([path], data_dir, crs=crs)


def import_files(
    paths: Sequence[Path],
    data_dir: Path,
    *,
    crs: str | None = None,
    progress: Callable[[int], None] | None = None,
) -> Report:
    """Reads the tiles of a city into one dataset and says what is in it.

    Raises SourceRefused (not a city model, hostile, nothing usable in it) and OSError; then nothing is left behind.
    """
    override = None
    if crs is not None and (override := read_reference(crs)) is None:
        raise SourceRefused(
            f"--crs {crs[:60]}", "dieses Bezugssystem ist nicht bekannt; Beispiel: EPSG:25832"
        )
    writer = Writer(data_dir)
    try:
        city = _City(writer, override, progress)
        for path in paths:
            city.read(path)
        if not city.totals.buildings:
            first = city.problems.listed[0] if city.problems.listed else None
            raise SourceRefused(
                first.place if first else paths[0].name,
                "Es gibt kein brauchbares Gebäude" + (f" ({first.message})" if first else ""),
            )
        report = city.totals.report(city.problems)
        identity = f"{_slug(paths[0].name)}-{city.digest.hexdigest()[:10]}"
        writer.finish(identity, {"sources": city.sources, **city.plane(), **report})
    except BaseException:
        writer.discard()
        raise
    return {"dataset": identity, **report}


class _City:
    """What is common to all files of one import."""

    def __init__(
        self, writer: Writer, override: Reference | None, progress: Callable[[int], None] | None
    ) -> None:
        self.writer = writer
        self.problems = Problems()
        self.grounds = _Grounds(self.problems, override)
        self.totals = _Totals()
        self.progress = progress
        self.seen: set[int] = set()
        self.sources: list[dict[str, Any]] = []
        self.digest = hashlib.sha256(f"{FORMAT} {override}".encode())

    def read(self, path: Path) -> None:
        with path.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            hashed = _Hashed(gzip.GzipFile(fileobj=raw) if packed else raw, path.name)
            stream = io.BufferedReader(hashed, 1 << 18)
            source = _opened(stream, path.name, self.problems)
            self.take(source, path.name)
            while stream.read(1 << 20):
                pass
        self.digest.update(hashed.digest.digest())
        about = {"name": path.name, "kind": source.kind, "bytes": hashed.total}
        self.sources.append({**about, "sha256": hashed.digest.hexdigest()})

    def take(self, source: Source, name: str) -> None:
        distinct = self.distinct(source.buildings)
        while batch := list(islice(distinct, BATCH)):
            planes = [self.grounds.of(building, source.crs or "", name) for building in batch]
            found = rows(batch, planes, self.problems, closed=source.kind == "citygml")
            self.writer.epsg = self.plane()["epsg"]
            self.totals.add(found)
            self.writer.add(found)
            if self.progress:
                self.progress(self.totals.buildings)

    def plane(self) -> dict[str, Any]:
        main = self.grounds.main
        return {"epsg": main.epsg if main else None, "vertical": main.reference.vertical if main else None}

    def distinct(self, buildings: Iterator[Building]) -> Iterator[Building]:
        """A building whose id was there before is left out; ids are remembered as numbers to save memory."""
        for building in buildings:
            mark = hash(building.id)
            if mark in self.seen:
                self.problems.add(
                    "building-repeated",
                    "Ein Gebäude mit dieser Kennung gab es schon; dieses wird nicht übernommen",
                    building=building.id,
                    place=building.place,
                )
                continue
            self.seen.add(mark)
            yield building


def _opened(stream: io.BufferedReader[Any], name: str, problems: Problems) -> Source:
    head = stream.peek(4096)[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head[:1] == b"<" or head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return read_citygml(stream, name, problems)
    if head[:1] == b"{":
        lines = re.search(r"\.(jsonl|jsonseq|ndjson)(\.gz)?$", name, re.IGNORECASE)
        return (read_cityjson_lines if lines else read_cityjson)(stream, name, problems)
    raise SourceRefused(f"{name}:1:1", "weder CityGML (XML) noch CityJSON" if head else "Die Datei ist leer")


class _Grounds:
    """Which plane each building's coordinates live in; the first one is that of the dataset."""

    def __init__(self, problems: Problems, override: Reference | None) -> None:
        self.problems = problems
        self.override = override
        self.main: Ground | None = None
        self.known: dict[str, Ground | None] = {}

    def of(self, building: Building, crs: str, name: str) -> Ground | None:
        """``crs`` and ``name``: what the building's file says of itself."""
        given = building.crs or crs
        if given not in self.known:
            self.known[given] = self._read(given, name)
            if self.main is not None and None in self.known.values():
                raise SourceRefused(
                    building.place,
                    "Ein Teil der Gebäude nennt ein bekanntes Bezugssystem, ein anderer nicht; mit --crs EPSG:… angeben",
                )
        ground = self.known[given]
        if ground is not None and self.main is not None and ground is not self.main:
            ground.epsg = self.main.epsg
            self._differs(ground, building)
        return ground

    def _differs(self, ground: Ground, building: Building) -> None:
        assert self.main is not None
        for code, mine, other, what in (
            ("crs-differs", ground.reference.epsg, self.main.reference.epsg, "Lage"),
            ("height-system-differs", ground.reference.vertical, self.main.reference.vertical, "Höhe"),
        ):
            if mine != other:
                message = (
                    f"{what} in {mine or 'unbekannt'} statt {other or 'unbekannt'} wie der Rest der Datei"
                )
                self.problems.add(code, message, building=building.id, place=building.place)

    def _read(self, given: str, name: str) -> Ground | None:
        reference = self.override or read_reference(given)
        if reference is None:
            text = (
                f"Das Bezugssystem »{given[:80]}« ist nicht bekannt"
                if given
                else "Die Datei nennt kein Bezugssystem"
            )
            self.problems.add("crs-missing", f"{text}; mit --crs EPSG:… angeben", place=name)
            return None
        if reference.vertical is None:
            self.problems.add("height-system-unknown", f"»{given[:80]}« nennt kein Höhensystem", place=name)
        ground = Ground(reference, latitude_first=given.startswith(("urn:", "http")))
        if self.main is None:
            self.main = ground
        return ground


class _Totals:
    def __init__(self) -> None:
        self.buildings = self.parts = self.surfaces = self.triangles = 0
        self.roof_area = 0.0
        self.keys: set[str] = set()

    def add(self, found: list[Row]) -> None:
        self.buildings += len(found)
        for row in found:
            self.parts += row["parts"]
            self.surfaces += row["surfaces"]
            self.triangles += row["triangles"]
            self.roof_area += row["roof_area_m2"]
            if row["municipality_key"]:
                self.keys.add(row["municipality_key"])

    def report(self, problems: Problems) -> Report:
        return {
            "buildings": self.buildings,
            "parts": self.parts,
            "surfaces": self.surfaces,
            "triangles": self.triangles,
            "roof_area_m2": round(self.roof_area, 2),
            "municipality_keys": sorted(self.keys),
            "problems": problems.as_json(),
        }


def _slug(name: str) -> str:
    stem = re.sub(r"(\.(gz|gml|xml|json|jsonl|city|citygml))+$", "", name, flags=re.IGNORECASE)
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "stadt"
