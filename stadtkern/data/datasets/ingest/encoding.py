"""In which encoding a text file is written, and the same text in UTF-8."""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import Final

from stadtkern.data.datasets.ingest.report import INFO, REPAIRED, WARNING, Notes

PIECE: Final = 1 << 20
SAMPLE: Final = 1 << 20
CP850_UMLAUTS: Final = re.compile(rb"[A-Za-z][\x81\x84\x94\x8e\x99\x9a\xe1]|[\x81\x84\x94\x8e\x99\x9a][a-z]")
CP1252_UMLAUTS: Final = re.compile(rb"[A-Za-z][\xe4\xf6\xfc\xdf\xc4\xd6\xdc]|[\xe4\xf6\xfc\xc4\xd6\xdc][a-z]")
MULTIBYTE: Final = re.compile(rb"[\xc3\xc2][\x80-\xbf]|\xe2[\x80-\xbf]{2}")
TWICE_ENCODED: Final = re.compile("Ã[\u00a4\u00b6\u00bc\u0178\u201e\u2013\u0153]")


def as_utf8(path: Path, scratch: Path, notes: Notes) -> Path:
    """``path`` itself when it is UTF-8 without a mark at its start, else a copy that is."""
    with path.open("rb") as file:
        sample = file.read(SAMPLE)
    encoding = _by_mark(sample)
    if encoding is None and _is_utf8(path):
        _warn_twice(sample.decode("utf-8", "ignore"), notes)
        return path
    if encoding is None:
        encoding = _guess(sample)
        if encoding != "utf-8":
            label = {"cp1252": "Windows-1252", "cp850": "MS-DOS (Codepage 850)"}.get(encoding, encoding)
            notes.add("encoding", INFO, f"Zeichensatz {label} erkannt und in UTF-8 umgewandelt.")
        else:
            notes.add(
                "encoding-mixed",
                REPAIRED,
                "Die Datei mischt UTF-8 mit Windows-1252; die abweichenden Zeichen wurden umgewandelt.",
            )
    return _rewritten(path, scratch / "utf8.csv", encoding)


def _by_mark(sample: bytes) -> str | None:
    if sample.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return None


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while piece := file.read(PIECE):
                decoder.decode(piece)
            decoder.decode(b"", True)
        except UnicodeDecodeError:
            return False
    return True


def _guess(sample: bytes) -> str:
    """UTF-8 with a few strangers, or one of the two old encodings of German tables."""
    strangers = len(re.findall(rb"[\x80-\xff]", MULTIBYTE.sub(b"", sample)))
    if len(MULTIBYTE.findall(sample)) > strangers:
        return "utf-8"
    if len(CP850_UMLAUTS.findall(sample)) > len(CP1252_UMLAUTS.findall(sample)):
        return "cp850"
    return "cp1252"


def _stranger(error: UnicodeError) -> tuple[str, int]:
    """Bytes that the encoding does not know are read as Windows-1252, else Latin-1, which knows every byte."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    try:
        return wrong.decode("cp1252"), error.end
    except UnicodeDecodeError:
        return wrong.decode("latin-1"), error.end


codecs.register_error("stadtkern.stranger", _stranger)


def _rewritten(path: Path, target: Path, encoding: str) -> Path:
    with (
        path.open("r", encoding=encoding, errors="stadtkern.stranger", newline="") as source,
        target.open("w", encoding="utf-8", newline="") as out,
    ):
        while piece := source.read(PIECE):
            out.write(piece.replace("\x00", ""))
    return target


def _warn_twice(text: str, notes: Notes) -> None:
    if TWICE_ENCODED.search(text):
        notes.add(
            "encoding-twice",
            WARNING,
            "Einige Umlaute sind schon in der Datei zerstört (zum Beispiel „Ã¼“ statt „ü“). Bitte exportieren Sie die Quelle neu als UTF-8.",
        )
