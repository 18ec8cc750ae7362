"""Services in the "DLDB" JSON of Berlin and Munich (ZMS), read into our content. HTML becomes text; nothing of it survives as markup.

Source of the shape: ``zmsdldb/schema/dldb_service.json`` (it-at-m/eappointment). A file is {"data": [service, …]}, a list, or one service.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

from stadtkern.casework.services.content import BadContent, ServiceContent, parse

_AMOUNT = re.compile(r"(?<![\d.,])(\d{1,3}(?:\.\d{3})*|\d+)(?:,(\d{2}))?\s*(?:€|Euro|EUR)\b", re.I)
_FREE = re.compile(r"\b(?:kostenfrei|kostenlos|gebührenfrei)\b", re.I)
_SILENT = frozenset(("script", "style", "template", "iframe", "object", "svg", "math", "noscript", "title"))
_BREAKS = frozenset(
    ("p", "br", "li", "ul", "ol", "div", "h1", "h2", "h3", "h4", "h5", "tr", "table", "section")
)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


class _Text(HTMLParser):
    """Collects text; the content of scripts and their like is left out, even when they are never closed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag in _BREAKS:
            self.parts.append("\n\n" if tag == "p" else "\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT and self._silent:
            self._silent -= 1
        elif tag == "p":
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)


def plain(value: object) -> str:
    """HTML as text: paragraphs by blank lines, no markup, also none that was escaped or is hidden in entities."""
    text = str(value or "")
    for _ in range(4):  # markup inside entities inside entities
        reader = _Text()
        reader.feed(text)
        reader.close()
        read = "".join(reader.parts)
        if read == text:
            break
        text = read
    text = re.sub(r"<[^>]*>?", " ", text).replace("\u200b", "").replace("\xa0", " ")
    lines = [" ".join(line.split()) for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def read(data: bytes) -> list[ServiceContent]:
    """All public services of a file; raises ``BadContent`` with the place of the mistake."""
    try:
        document = json.loads(data)
    except json.JSONDecodeError as error:
        place = f"{error.lineno - 1}:{error.colno - 1}"
        raise BadContent(f"Das ist kein JSON: {error.msg}", extra={"place": place}) from error
    except ValueError as error:
        raise BadContent("Die Datei ist kein Text in UTF-8.", extra={"place": "0:0"}) from error
    rows = document.get("data", [document]) if isinstance(document, dict) else document
    if isinstance(rows, dict):
        rows = list(rows.values())
    if not isinstance(rows, list) or not all(isinstance(row, dict) and "id" in row for row in rows):
        raise BadContent("Erwartet werden Leistungen mit id.", extra={"place": "data"})
    return [_content(row) for row in rows if row.get("public", True)]


def _content(row: Mapping[str, Any]) -> ServiceContent:
    meta = row.get("meta") or {}
    title = plain(row.get("name")) or str(row["id"])
    description = "\n\n".join(part for part in (plain(row.get("description")), _more(row)) if part)
    leika = str(row.get("leika") or "")
    words = (plain(word) for word in str(meta.get("keywords") or "").split(","))
    return parse(
        {
            "slug": _slug(title, str(row["id"])),
            "leika_key": leika if re.fullmatch(r"\d{14}", leika) else "",
            "title": {"de": title},
            "summary": {"de": _summary(description) or title},
            "description": {"de": description},
            "synonyms": {"de": list(dict.fromkeys(word for word in words if word))},
            "audience": ["citizen"],
            "fees": _fees(plain(row.get("fees"))),
            "processing_time": {"de": plain(row.get("process_time"))},
            "documents": [
                {
                    "label": {"de": label},
                    "required": True,
                    "why": {"de": plain(item.get("description") or "")},
                }
                for item in row.get("requirements") or ()
                if (label := plain(item.get("name")))
            ],
            "legal_basis": [
                {"citation": citation}
                for item in row.get("legal") or ()
                if (citation := plain(item.get("name")))
            ],
            "external_url": _address(str(meta.get("url") or ""), str(row["id"])),
        }
    )


def _more(row: Mapping[str, Any]) -> str:
    """Prerequisites, the online way and responsibility, as paragraphs of the description."""
    parts = [
        plain(f"{item.get('name') or ''}\n{item.get('description') or ''}")
        for item in row.get("prerequisites") or ()
    ]
    online = row.get("onlineprocessing") or {}
    parts += [plain(online.get("description")), plain(row.get("responsibility"))]
    return "\n\n".join(part for part in parts if part)


def _fees(text: str) -> list[dict[str, Any]]:
    """A row per line; an amount only where a line names exactly one."""
    rows = []
    for line in (line.strip() for line in text.split("\n")):
        if not line:
            continue
        found = _AMOUNT.findall(line)
        cents: int | None = 0 if not found and _FREE.search(line) else None
        if len(found) == 1 and not re.search(
            r"\b(?:ab|bis|etwa|ca\.?|zuzüglich|plus|Aufpreis|je)\b", line, re.I
        ):
            cents = int(found[0][0].replace(".", "")) * 100 + int(found[0][1] or 0)
        rows.append({"label": {"de": line}, "amount_cents": cents})
    return rows


def _summary(text: str) -> str:
    first = text.split("\n", 1)[0]
    sentence = re.split(r"(?<=[.!?])\s", first, maxsplit=1)[0]
    return sentence if len(sentence) <= 300 else sentence[:297].rsplit(" ", 1)[0] + " …"


def _slug(title: str, identifier: str) -> str:
    words = re.findall(r"[a-z0-9]+", title.lower().translate(_UMLAUTS))
    return "-".join([*words, *re.findall(r"[a-z0-9]+", identifier.lower())])[:100].strip("-")


def _address(url: str, identifier: str) -> str | None:
    address = url.replace("{serviceId}", identifier)
    return address if re.fullmatch(r"https?://[^\s<>\"']+", address) else None
