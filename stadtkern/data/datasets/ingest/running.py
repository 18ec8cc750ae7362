"""Starting the worker: a process of its own for every file, ended when it takes too long."""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from stadtkern.data.datasets.errors import FileRefused
from stadtkern.data.datasets.ingest.report import Report, from_dict

log = logging.getLogger("stadtkern.datasets")

SECONDS: Final = 300
MOST_BYTES: Final = 2 << 30


def ingest(
    source: Path,
    target: Path | None,
    *,
    file_name: str = "",
    crs: str | None = None,
    layer: str | None = None,
    seconds: int = SECONDS,
    scratch: Path | None = None,
) -> Report:
    """Read ``source`` and write GeoParquet to ``target`` (None: only look). Raises ``FileRefused``; nothing is left behind then.

    ``target`` appears complete or not at all: it is written beside and renamed.
    """
    if source.stat().st_size > MOST_BYTES:
        raise FileRefused(
            "Die Datei ist zu groß (mehr als 2 GB).", message_en="The file is too big (more than 2 GB)."
        )
    checked = checked_crs(crs) if crs else None
    with tempfile.TemporaryDirectory(prefix="ingest-", dir=scratch) as folder:
        inside = Path(folder).resolve()
        (inside / "spill").mkdir()
        shown = file_name or source.name
        given = inside / f"quelle{_suffix(shown)}"
        _link(source.resolve(), given)
        order = {
            "source": str(given),
            "scratch": str(inside),
            "name": _stem(shown),
            "crs": checked,
            "layer": layer,
            "seconds": seconds,
        }
        report = from_dict(_answer(order, seconds))
        if target is not None:
            _deliver(inside / "result.parquet", target)
    return report


def checked_crs(text: str) -> str:
    """``EPSG:25832`` or the like, if there is such a thing. Raises ``FileRefused``."""
    import pyproj

    clean = text.strip().upper()
    if clean in ("CRS84", "OGC:CRS84"):
        return "OGC:CRS84"
    clean = f"EPSG:{clean}" if clean.isdecimal() else clean
    authority, _, code = clean.partition(":")
    try:
        if authority != "EPSG" or not code.isdecimal():
            raise ValueError(text)
        pyproj.CRS.from_authority(authority, code)
    except (ValueError, pyproj.exceptions.CRSError):
        raise FileRefused(
            f"Das Koordinatensystem „{text[:40]}“ gibt es nicht. Erwartet wird zum Beispiel EPSG:25832.",
            message_en=f"There is no reference system “{text[:40]}”. Expected is, for example, EPSG:25832.",
        ) from None
    return clean


def _answer(order: Mapping[str, object], seconds: int) -> dict[str, object]:
    process = subprocess.Popen(
        [sys.executable, "-I", "-m", "stadtkern.data.datasets.ingest.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=str(order["scratch"]),
        env={"LC_ALL": "C.UTF-8", "HOME": str(order["scratch"]), "TMPDIR": str(order["scratch"])},
        start_new_session=True,
    )
    try:
        said, complaint = process.communicate(json.dumps(order).encode(), timeout=seconds + 10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise FileRefused(
            "Das Lesen der Datei hat zu lange gedauert.", message_en="Reading the file took too long."
        ) from None
    try:
        answer = json.loads(said)
    except ValueError:
        last = complaint.decode(errors="replace").strip().rpartition("\n")[2]
        # the kind of the failure only: its text may hold values of the file
        log.warning(
            "ingest worker failed", extra={"code": f"{process.returncode} {last.partition(':')[0][:80]}"}
        )
        raise FileRefused(
            "Die Datei ließ sich nicht lesen: Sie ist beschädigt oder überschreitet die Grenzen für Speicher und Zeit.",
            message_en="The file could not be read: it is damaged or exceeds the limits of memory and time.",
        ) from None
    if "refused" in answer:
        raise FileRefused(answer["refused"], message_en=answer["refused_en"])
    report: dict[str, object] = answer["report"]
    return report


def _link(source: Path, target: Path) -> None:
    """The source inside the scratch folder: a second name where possible, else a copy."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _deliver(made: Path, target: Path) -> None:
    beside = target.with_name(f".{target.name}.{os.getpid()}.part")
    shutil.copyfile(made, beside)
    with beside.open("rb+") as file:
        os.fsync(file.fileno())
    beside.replace(target)


def _suffix(file_name: str) -> str:
    suffix = Path(file_name).suffix.lower()
    return suffix if suffix[1:].isalnum() and len(suffix) < 10 else ""


def _stem(file_name: str) -> str:
    name = Path(file_name).name
    for packed in (".gz", ".zip"):
        name = name[: -len(packed)] if name.lower().endswith(packed) else name
    return Path(name).stem or "datensatz"
