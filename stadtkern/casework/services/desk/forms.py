"""The edit form of a service: names of fields ↔ the JSON of its content. Lists grow by two empty rows.

Fields of texts end in ``_de`` and ``_en``; rows of lists are numbered (``fees_0_label_de``). A row without German label
is left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from stadtkern.casework.services.content import LANGUAGES

TEXTS = ("title", "summary", "description", "processing_time")
LISTS: Mapping[str, tuple[str, ...]] = {
    "fees": ("label", "legal_basis", "amount"),
    "deadlines": ("label", "legal_basis"),
    "documents": ("label", "why", "required"),
    "legal_basis": ("citation", "title"),
    "steps": ("text",),
}
LOCALIZED = ("label", "why", "title", "text")
EMPTY_ROWS = 2
MOST_ROWS = 60


def values_of(content: Mapping[str, Any]) -> dict[str, str]:
    """The fields of the form for a content."""
    values: dict[str, str] = {}
    for name in TEXTS:
        for code in LANGUAGES:
            values[f"{name}_{code}"] = (content.get(name) or {}).get(code, "")
    for code in LANGUAGES:
        values[f"synonyms_{code}"] = "\n".join((content.get("synonyms") or {}).get(code, []))
    for name in ("leika_key", "office", "assurance_level", "external_url", "reviewed_on"):
        values[name] = str(content.get(name) or "")
    values["related"] = "\n".join(content.get("related") or [])
    values["online"] = "1" if content.get("online") else ""
    for name in LISTS:
        for index, row in enumerate(content.get(name) or []):
            values |= _row_values(name, index, row)
    return values


def _row_values(name: str, index: int, row: Mapping[str, Any]) -> dict[str, str]:
    prefix = f"{name}_{index}"
    if name == "steps":
        return {f"{prefix}_text_{code}": row.get(code, "") for code in LANGUAGES}
    values: dict[str, str] = {}
    for part in LISTS[name]:
        if part in LOCALIZED:
            values |= {f"{prefix}_{part}_{code}": (row.get(part) or {}).get(code, "") for code in LANGUAGES}
        elif part == "amount":
            cents = row.get("amount_cents")
            values[f"{prefix}_amount"] = "" if cents is None else f"{cents // 100},{cents % 100:02d}"
        elif part == "required":
            values[f"{prefix}_required"] = "1" if row.get("required") else ""
        else:
            values[f"{prefix}_{part}"] = str(row.get(part) or "")
    return values


def content_from(
    data: Mapping[str, str], base: Mapping[str, Any], *, situations: list[str], audience: list[str]
) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """The content that was typed, and problems of the form itself: [(field id, text)]."""
    problems: list[tuple[str, str]] = []
    content = dict(base)
    for name in TEXTS:
        content[name] = {code: _clean(data.get(f"{name}_{code}")) for code in LANGUAGES}
    content["synonyms"] = {code: _lines(data.get(f"synonyms_{code}")) for code in LANGUAGES}
    for name in ("leika_key", "office", "assurance_level"):
        content[name] = _clean(data.get(name))
    content["external_url"] = _clean(data.get("external_url")) or None
    content["related"] = _lines(data.get("related"))
    content["online"] = data.get("online") == "1"
    content["life_situations"] = situations
    content["audience"] = audience
    for name in LISTS:
        content[name] = _rows(data, name, problems)
    return content, problems


def _rows(data: Mapping[str, str], name: str, problems: list[tuple[str, str]]) -> list[Any]:
    rows = []
    for index in range(MOST_ROWS):
        prefix = f"{name}_{index}"
        first = "citation" if name == "legal_basis" else f"{LISTS[name][0]}_de"
        if not _clean(data.get(f"{prefix}_{first}")):
            continue
        row: dict[str, Any] = {}
        for part in LISTS[name]:
            if part in LOCALIZED:
                row[part] = {code: _clean(data.get(f"{prefix}_{part}_{code}")) for code in LANGUAGES}
            elif part == "amount":
                row["amount_cents"] = _cents(data.get(f"{prefix}_amount"), f"{prefix}_amount", problems)
            elif part == "required":
                row["required"] = data.get(f"{prefix}_required") == "1"
            else:
                row[part] = _clean(data.get(f"{prefix}_{part}"))
        rows.append(row["text"] if name == "steps" else row)
    return rows


def _cents(text: str | None, field: str, problems: list[tuple[str, str]]) -> int | None:
    """``1.234,50`` → 123450; empty → None (depends on the case)."""
    typed = _clean(text).replace("€", "").replace(" ", "").replace("\u00a0", "")
    if not typed:
        return None
    plain = typed.replace(".", "").replace(",", ".") if "," in typed else typed
    if match := re.fullmatch(r"(\d{1,8})(?:\.(\d{1,2}))?", plain):
        return int(match.group(1)) * 100 + int((match.group(2) or "").ljust(2, "0"))
    problems.append(
        (field, "Der Betrag ist keine Zahl in Euro, zum Beispiel 12,50. Leer heißt: je nach Fall.")
    )
    return None


def field_of(path: str) -> str:
    """The id of the field for a path of ``content.BadContent``: ``fees.0.label.de`` → ``fees_0_label_de``."""
    name, _, rest = path.partition(".")
    if name == "steps":
        place, _, code = rest.partition(".")
        return f"steps_{place}_text_{code or 'de'}"
    return path.replace(".", "_").replace("amount_cents", "amount")


def rows_for(values: Mapping[str, str], name: str, errors: Mapping[str, str]) -> list[dict[str, Any]]:
    """Rows of one list for the template: filled ones and two empty ones."""
    prefix = f"{name}_"
    used = [
        int(key[len(prefix) :].split("_")[0])
        for key, value in values.items()
        if _belongs(key, prefix) and value
    ]
    count = min(max(used, default=-1) + 1 + EMPTY_ROWS, MOST_ROWS)
    rows = []
    for index in range(count):
        fields = {}
        for part in LISTS[name]:
            for suffix in ("_de", "_en") if part in LOCALIZED else ("",):
                id = f"{prefix}{index}_{part}{suffix}"
                fields[f"{part}{suffix}"] = {
                    "id": id,
                    "value": values.get(id, ""),
                    "error": errors.get(id, ""),
                }
        rows.append({"number": index + 1, "fields": fields})
    return rows


def _belongs(key: str, prefix: str) -> bool:
    return key.startswith(prefix) and key[len(prefix) :].split("_")[0].isdigit()


def _clean(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").strip()


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]
