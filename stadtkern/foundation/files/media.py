"""What a file really is: judged by its content, never by its name or the browser's word. Pure."""

from __future__ import annotations

import re
from typing import BinaryIO, Final

import filetype

from stadtkern.foundation.files.errors import WrongFileType
from stadtkern.foundation.files.names import ending_of

PDF: Final = "application/pdf"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODT: Final = "application/vnd.oasis.opendocument.text"
ODS: Final = "application/vnd.oasis.opendocument.spreadsheet"

IMAGES: Final = frozenset({"image/jpeg", "image/png", "image/webp", "image/tiff", "image/gif"})
DOCUMENTS: Final = frozenset({PDF, *IMAGES})
OFFICE: Final = frozenset({DOCX, XLSX, ODT, ODS})
TEXTS: Final = frozenset({"text/plain", "text/csv", "application/json", "application/xml"})

# Bytes that nobody here interprets: parts of foreign records, offered for download only.
UNKNOWN: Final = "application/octet-stream"

# What people may upload where nothing narrower is asked for.
DEFAULT: Final = DOCUMENTS | OFFICE | {"text/plain", "text/csv"}

ENDINGS: Final = {
    "pdf": PDF,
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "jpe": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "gif": "image/gif",
    "docx": DOCX,
    "xlsx": XLSX,
    "odt": ODT,
    "ods": ODS,
    "txt": "text/plain",
    "csv": "text/csv",
    "json": "application/json",
    "xml": "application/xml",
}
_WORDS: Final = {
    PDF: "ein PDF",
    DOCX: "ein Word-Dokument",
    XLSX: "eine Excel-Tabelle",
    ODT: "ein OpenDocument-Text",
    ODS: "eine OpenDocument-Tabelle",
    "text/plain": "eine Textdatei",
}
_MARKUP = re.compile(
    r"<\s*(!doctype\s+html|html|head|body|script|svg|iframe|object|embed|img|a|style|link|meta|form|foreignobject)\b"
    r"|javascript:|\bon[a-z]{3,20}\s*=\s*[\"']",
    re.IGNORECASE,
)
_SNIFF = 8192


def detect(content: BinaryIO, *, name: str, allowed: frozenset[str] | None) -> str:
    """The media type of the content (rewound afterwards); raises ``WrongFileType``.

    A file whose name promises another type than its content is refused: either the sender or the reader would be misled.
    """
    content.seek(0)
    head = content.read(_SNIFF)
    content.seek(0)
    media_type = _by_magic(head) or _as_text(content, ending_of(name))
    content.seek(0)
    if media_type is None or media_type not in (DEFAULT if allowed is None else allowed):
        raise WrongFileType() if allowed is None else _not_among(allowed)
    promised = ENDINGS.get(ending_of(name))
    if promised is not None and promised != media_type:
        found = _WORDS.get(media_type, "ein Bild" if media_type.startswith("image/") else "etwas anderes")
        raise WrongFileType(
            f"Die Datei heißt „.{ending_of(name)}“, enthält aber {found}. Bitte prüfen Sie, ob es die richtige ist.",
            message_en=f"The file is named “.{ending_of(name)}” but contains something else. Please check it.",
        )
    return media_type


def of_own(name: str) -> str:
    """The media type of something we made ourselves, by its ending; raises ``WrongFileType`` for an unknown one.

    What an applicant wrote may look like markup inside our JSON; that is no reason to refuse our own file.
    """
    media_type = ENDINGS.get(ending_of(name))
    if media_type is None:
        raise WrongFileType()
    return media_type


def _by_magic(head: bytes) -> str | None:
    if b"%PDF-" in head[:1024]:
        return PDF
    guess = filetype.guess(head)
    if guess is None:
        return None
    # apng is a PNG to everybody who does not know it.
    return "image/png" if guess.mime == "image/apng" else str(guess.mime)


def _as_text(content: BinaryIO, ending: str) -> str | None:
    """Text in UTF-8 without control characters and without anything a browser would run."""
    try:
        text = content.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    if any(ord(c) < 32 and c not in "\t\n\r\f" for c in text) or _MARKUP.search(text):
        return None
    if ending in {
        "js",
        "mjs",
        "html",
        "htm",
        "svg",
        "xhtml",
        "css",
        "bat",
        "cmd",
        "ps1",
        "sh",
        "vbs",
        "hta",
        "php",
    }:
        return None
    if ending in {"csv", "json", "xml"}:
        return ENDINGS[ending]
    return "application/xml" if text.lstrip().startswith("<?xml") else "text/plain"


def _not_among(allowed: frozenset[str]) -> WrongFileType:
    names = sorted(
        {ending.upper() for ending, kind in ENDINGS.items() if kind in allowed} - {"JPE", "TIF", "JPEG"}
    )
    listed = ", ".join(names)
    return WrongFileType(
        f"Diese Art von Datei können wir hier nicht annehmen. Möglich sind: {listed}.",
        message_en=f"We cannot accept this type of file here. Possible are: {listed}.",
    )
