"""Answers as a nested structure: reading and writing at an instance path (``G1[0]/F2``)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any

from stadtkern.casework.forms.evaluate import CHOICE_KEY, static_path

Raw = Any  # what JSON can hold; parsed by ``evaluate`` before anything relies on it

_STEP = re.compile(r"([A-Za-z0-9_.:-]{1,60})(?:\[(\d{1,3})\])?")
MAX_DEPTH = 30


class PathError(ValueError):
    """Not a path of answers."""


def steps(path: str) -> list[tuple[str, int | None]]:
    """``G1[0]/F2`` as [("G1", 0), ("F2", None)]. Raises PathError."""
    parts = path.split("/")
    if len(parts) > MAX_DEPTH:
        raise PathError(path[:80])
    found = [_STEP.fullmatch(part) for part in parts]
    if any(match is None for match in found):
        raise PathError(path[:80])
    return [(match[1], int(match[2]) if match[2] is not None else None) for match in found if match]


def get(values: Mapping[str, Raw], path: str) -> Raw:
    """The answer at an instance path, or None."""
    at: Raw = values
    for id, index in steps(path):
        at = at.get(id) if isinstance(at, Mapping) else None
        if index is not None:
            at = at[index] if isinstance(at, list) and index < len(at) else None
    return at


def put(values: Mapping[str, Raw], path: str, raw: Raw) -> dict[str, Raw]:
    """A copy of the answers with ``raw`` at the path (None removes it); lists grow as far as needed."""
    return _put(values, steps(path), raw)


def _put(values: Raw, path: list[tuple[str, int | None]], raw: Raw) -> dict[str, Raw]:
    copy: dict[str, Raw] = dict(values) if isinstance(values, Mapping) else {}
    (id, index), rest = path[0], path[1:]
    inner = copy.get(id)
    if index is None:
        new = _put(inner, rest, raw) if rest else raw
        if new is None:
            copy.pop(id, None)
        else:
            copy[id] = new
        return copy
    items: list[Raw] = list(inner) if isinstance(inner, list) else []
    items += [{}] * (index + 1 - len(items))
    items[index] = _put(items[index], rest, raw) if rest else raw
    copy[id] = items
    return copy


def part_of(values: Mapping[str, Raw], paths: Iterable[str]) -> dict[str, Raw]:
    """Only the answers at these paths, by path."""
    return {path: get(values, path) for path in paths}


def fingerprint(values: Mapping[str, Raw], paths: Iterable[str]) -> str:
    """Changes when one of the answers at these paths changes."""
    text = json.dumps(part_of(values, paths), sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()[:24]


def without_blanks(raw: Raw) -> Raw:
    """The answers without what is empty, to compare two states."""
    if isinstance(raw, Mapping):
        items = {key: without_blanks(value) for key, value in raw.items()}
        return {key: value for key, value in items.items() if value not in (None, "", [], {})}
    if isinstance(raw, list):
        return [without_blanks(item) for item in raw]
    return raw.strip() if isinstance(raw, str) else raw


def storable(raw: Raw) -> Raw:
    """What PostgreSQL can keep: characters that are no text become the replacement character."""
    if isinstance(raw, str):
        return raw.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
    if isinstance(raw, Mapping):
        return {storable(str(key)): storable(value) for key, value in raw.items()}
    if isinstance(raw, list | tuple):
        return [storable(item) for item in raw]
    return raw


def is_too_deep(raw: Raw) -> bool:
    """Nested deeper than any form: everything that walks the answers would run out of stack."""
    level = [raw]
    for _ in range(2 * MAX_DEPTH):
        level = [
            inner
            for item in level
            if isinstance(item, Mapping | list)
            for inner in (item.values() if isinstance(item, Mapping) else item)
        ]
        if not level:
            return False
    return True


def leaves(raw: Raw, path: str = "") -> Iterator[tuple[str, Raw]]:
    """Every single answer with its instance path; files are leaves, choice marks are left out."""
    if isinstance(raw, Mapping) and "sha256" not in raw:
        for key, value in raw.items():
            if key != CHOICE_KEY:
                yield from leaves(value, f"{path}/{key}" if path else str(key))
    elif isinstance(raw, list):
        for i, item in enumerate(raw):
            yield from leaves(item, f"{path}[{i}]")
    else:
        yield path, raw


def files_in(raw: Raw) -> list[tuple[str, dict[str, Any]]]:
    """Every upload among the answers with its instance path."""
    return [(path, value) for path, value in leaves(raw) if isinstance(value, dict) and "sha256" in value]


def without_file_ids(raw: Raw) -> Raw:
    """The answers as others get them: uploads without our internal ids."""
    if isinstance(raw, Mapping):
        return {
            key: without_file_ids(value)
            for key, value in raw.items()
            if not (key == "id" and "sha256" in raw)
        }
    if isinstance(raw, list):
        return [without_file_ids(item) for item in raw]
    return raw


__all__ = ["PathError", "fingerprint", "get", "leaves", "part_of", "put", "static_path", "steps", "storable"]
