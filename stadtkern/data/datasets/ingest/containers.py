"""What kind of file it is, by content before name; unpacking of zip and gzip with a guard against bombs.

Only formats of this list are opened, each with its own driver: a ``.vrt`` or another indirection never reaches GDAL.
"""

from __future__ import annotations

import gzip
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from stadtkern.data.datasets.errors import FileRefused

MOST_BYTES: Final = 4 << 30
MOST_RATIO: Final = 200
MOST_ENTRIES: Final = 2_000
PIECE: Final = 1 << 20

DRIVERS: Final[dict[str, tuple[str, ...]]] = {
    "geojson": ("GeoJSON", "TopoJSON", "ESRIJSON"),
    "shapefile": ("ESRI Shapefile",),
    "geopackage": ("GPKG",),
    "gml": ("GML",),
    "kml": ("KML", "LIBKML"),
    "flatgeobuf": ("FlatGeobuf",),
    "ods": ("ODS",),
}

XML_ROOTS: Final = {"kml": "kml", "FeatureCollection": "gml", "featureCollection": "gml"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file ready to be read, and as what."""

    format: str
    path: Path
    members: tuple[Path, ...] = ()  # other files of the same archive that could have been meant


def recognized(path: Path, scratch: Path) -> Source:
    """What ``path`` is, unpacked into ``scratch`` where needed. Raises ``FileRefused``."""
    if not path.stat().st_size:
        raise FileRefused("Die Datei ist leer.", message_en="The file is empty.")
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(b"\x1f\x8b"):
        inner = scratch / (path.stem or "inhalt")
        _gunzip(path, inner)
        return recognized(inner, scratch)
    if head.startswith(b"PK\x03\x04"):
        return _archive(path, scratch)
    found = _by_content(head, path.suffix.lower())
    if found is None:
        raise FileRefused(
            "Dieses Format können wir nicht lesen. Möglich sind CSV, XLSX, ODS, GeoJSON, Shapefile (als Zip), GeoPackage, GML, "
            "KML, FlatGeobuf und Parquet.",
            message_en="We cannot read this format. Possible are CSV, XLSX, ODS, GeoJSON, Shapefile (zipped), GeoPackage, GML, "
            "KML, FlatGeobuf and Parquet.",
        )
    if found == "shapefile":
        raise FileRefused(
            "Ein Shapefile besteht aus mehreren Dateien. Bitte packen Sie .shp, .shx, .dbf und .prj zusammen in eine Zip-Datei.",
            message_en="A shapefile consists of several files. Please put .shp, .shx, .dbf and .prj into one zip file.",
        )
    return Source(format=found, path=path)


def _by_content(head: bytes, suffix: str) -> str | None:
    if head.startswith(b"SQLite format 3\x00"):
        return "geopackage"
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"fgb\x03"):
        return "flatgeobuf"
    if head.startswith(b"\x00\x00\x27\x0a"):
        return "shapefile"
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text.startswith(b"<"):
        return _xml(head)
    if text.startswith((b"{", b"[")):
        return "geojson" if suffix not in (".csv", ".tsv", ".txt") else "csv"
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None
    return "csv" if suffix in ("", ".csv", ".tsv", ".txt", ".tab", ".asc", ".dat") else None


def _xml(head: bytes) -> str | None:
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise FileRefused(
            "Die XML-Datei enthält eine Dokumenttyp-Angabe (DTD). Solche Dateien öffnen wir nicht.",
            message_en="The XML file contains a document type declaration (DTD). We do not open such files.",
        )
    # The root decides, nothing else: a VRT with "<kml" in a comment must not get through.
    root = re.search(
        rb"<(?!\?|!--)\s*(?:[\w.\-]+:)?([\w.\-]+)",
        re.sub(rb"<!--.*?-->|<\?.*?\?>", b"", head, flags=re.DOTALL),
    )
    return XML_ROOTS.get(root[1].decode("ascii", "replace")) if root else None


def _gunzip(path: Path, target: Path) -> None:
    limit = min(MOST_BYTES, path.stat().st_size * MOST_RATIO + PIECE)
    try:
        with gzip.open(path) as source, target.open("wb") as out:
            total = 0
            while piece := source.read(PIECE):
                total += len(piece)
                if total > limit:
                    raise _bomb()
                out.write(piece)
    except (OSError, EOFError) as error:
        raise FileRefused(
            "Die gepackte Datei ist beschädigt.", message_en="The packed file is damaged."
        ) from error


def _bomb() -> FileRefused:
    return FileRefused(
        "Die Datei wird beim Auspacken zu groß. Wir haben sie nicht geöffnet.",
        message_en="The file becomes too big when unpacked. We did not open it.",
    )


def _archive(path: Path, scratch: Path) -> Source:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if "xl/workbook.xml" in names:
                _guard(archive, path)
                return Source(format="xlsx", path=path)
            if "mimetype" in names and b"opendocument.spreadsheet" in archive.read("mimetype")[:100]:
                _guard(archive, path)
                return Source(format="ods", path=path)
            members = _unpack(archive, path, scratch / "zip")
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as error:
        raise FileRefused(
            "Die Zip-Datei ist beschädigt oder mit einem Kennwort geschützt.",
            message_en="The zip file is damaged or protected by a password.",
        ) from error
    return _inside(members, scratch)


def _guard(archive: zipfile.ZipFile, path: Path) -> None:
    entries = archive.infolist()
    total = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_ENTRIES or total > MOST_BYTES or total > path.stat().st_size * MOST_RATIO + PIECE:
        raise _bomb()


def _unpack(archive: zipfile.ZipFile, path: Path, folder: Path) -> list[Path]:
    """The plain files of an archive, all in one folder under harmless names; the sizes are counted, not believed."""
    _guard(archive, path)
    folder.mkdir()
    written: list[Path] = []
    total = 0
    for entry in archive.infolist():
        base = Path(entry.filename.replace("\\", "/")).name
        if entry.is_dir() or not base or base.startswith(".") or "__MACOSX" in entry.filename:
            continue
        if base.lower() == "doc.kml":
            base = f"{path.stem}.kml"
        target = folder / _harmless(base)
        if target.exists():
            continue
        with archive.open(entry) as source, target.open("wb") as out:
            while piece := source.read(PIECE):
                total += len(piece)
                if total > MOST_BYTES:
                    raise _bomb()
                out.write(piece)
        written.append(target)
    return written


def _harmless(base: str) -> str:
    stem, dot, suffix = base.rpartition(".")
    clean = "".join(sign if sign.isalnum() or sign in "-_ " else "_" for sign in (stem or base))
    return f"{clean[:80]}{dot}{suffix.lower()[:12]}" if dot and suffix.isalnum() else clean[:80]


def _inside(members: list[Path], scratch: Path) -> Source:
    shapes = [member for member in members if member.suffix == ".shp"]
    if shapes:
        shape = max(shapes, key=lambda member: member.stat().st_size)
        if not shape.with_suffix(".dbf").exists() and not shape.with_suffix(".shx").exists():
            raise FileRefused(
                "Zum Shapefile fehlen die Dateien .shx und .dbf. Bitte packen Sie alle Teile zusammen.",
                message_en="The files .shx and .dbf of the shapefile are missing. Please pack all parts together.",
            )
        return Source(
            format="shapefile", path=shape, members=tuple(other for other in shapes if other != shape)
        )
    usable: list[Source] = []
    for member in sorted(members, key=lambda found: -found.stat().st_size):
        if member.suffix in (".txt", ".pdf", ".html", ".xsd", ".zip", ".vrt", ".xml") and len(members) > 1:
            continue
        try:
            usable.append(recognized(member, scratch))
        except FileRefused:
            continue
    if not usable:
        raise FileRefused(
            "In der Zip-Datei ist nichts, was wir als Datensatz lesen können.",
            message_en="There is nothing in the zip file that we can read as a dataset.",
        )
    first = usable[0]
    return Source(format=first.format, path=first.path, members=tuple(source.path for source in usable[1:]))
