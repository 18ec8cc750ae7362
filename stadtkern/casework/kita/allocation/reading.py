"""Reading documents we do not trust: every value is checked, every refusal names its place (JSON Pointer)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final, NoReturn

from stadtkern.casework.kita.allocation.errors import InstanceRefused

LARGEST: Final = 2**53 - 1
MOST_BYTES: Final = 1 << 30
_INT: Final = {int}


def load_json(data: bytes, name: str) -> object:
    """The document; ``InstanceRefused`` with FILE:LINE:COL where it is no JSON, has a key twice or a number that is none."""
    if len(data) > MOST_BYTES:
        raise InstanceRefused(name, "Die Datei ist zu groß (mehr als 1 GiB).")
    try:
        return json.loads(data.decode("utf-8-sig"), object_pairs_hook=_unique, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise InstanceRefused(
            f"{name}:{error.lineno}:{error.colno}", f"kein gültiges JSON ({error.msg})"
        ) from error
    except UnicodeDecodeError as error:
        raise InstanceRefused(f"{name}:1:{error.start + 1}", "kein gültiges UTF-8") from error
    except RecursionError as error:
        raise InstanceRefused(f"{name}:1:1", "zu tief verschachtelt") from error
    except ValueError as error:
        raise InstanceRefused(f"{name}:1:1", str(error)) from error


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"der Schlüssel {twice!r} steht zweimal in einem Objekt")
    return found


def _no_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} ist keine Zahl")


def obj(value: object, path: str) -> Mapping[str, object]:
    """An object."""
    if not isinstance(value, dict):
        raise InstanceRefused(path, f"erwartet wird ein Objekt, gefunden: {_kind(value)}")
    return value


def member(parent: Mapping[str, object], name: str, path: str) -> object:
    """A member that must be there."""
    if name not in parent:
        raise InstanceRefused(f"{path}/{name}", "fehlt")
    return parent[name]


def rows(value: object, path: str, length: int | None = None) -> list[object]:
    """A list, of the given length if there is one."""
    if not isinstance(value, list):
        raise InstanceRefused(path, f"erwartet wird eine Liste, gefunden: {_kind(value)}")
    if length is not None and len(value) != length:
        raise InstanceRefused(path, f"erwartet werden {length} Einträge, gefunden: {len(value)}")
    return value


def integer(value: object, path: str, low: int, high: int) -> int:
    """A whole number between ``low`` and ``high`` (true and 1.0 are none)."""
    if type(value) is not int:
        raise InstanceRefused(path, f"erwartet wird eine ganze Zahl, gefunden: {_kind(value)}")
    if not low <= value <= high:
        raise InstanceRefused(path, f"{value} liegt nicht zwischen {low} und {high}")
    return value


def integers(value: object, path: str, low: int, high: int, length: int | None = None) -> list[int]:
    """A list of whole numbers; the common case is checked in C."""
    items = rows(value, path, length)
    if items and not (_INT.issuperset(map(type, items)) and low <= min(items) and max(items) <= high):  # type: ignore[type-var, operator]
        for index, item in enumerate(items):
            integer(item, f"{path}/{index}", low, high)
    return items  # type: ignore[return-value]


def distinct(items: Sequence[int], path: str, what: str) -> None:
    """Refuses what is named twice."""
    if len(set(items)) == len(items):
        return
    seen: set[int] = set()
    for index, item in enumerate(items):
        if item in seen:
            raise InstanceRefused(f"{path}/{index}", f"{what} {item} steht zweimal da")
        seen.add(item)


def text(value: object, path: str, longest: int = 200) -> str:
    """A text that is not empty."""
    if not isinstance(value, str) or not value or len(value) > longest:
        raise InstanceRefused(path, f"erwartet wird ein Text mit höchstens {longest} Zeichen")
    return value


def _kind(value: object) -> str:
    names = {
        dict: "ein Objekt",
        list: "eine Liste",
        str: "ein Text",
        bool: "ja/nein",
        float: "eine Kommazahl",
    }
    return "null" if value is None else names.get(type(value), type(value).__name__)
