"""The list of Kitas on the desk's start page: which of them are asked for, and in which order. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from stadtkern.casework.kita.queries.desk import KitaToday
from stadtkern.kernel import german_order
from stadtkern.kernel.search.words import fold

STANDINGS: Final[dict[str, Callable[[KitaToday], bool]]] = {
    "frei": lambda row: row.free > 0,
    "voll": lambda row: row.free <= 0,
    "zu-viele": lambda row: row.occupied > row.staffed,
    "sperre": lambda row: row.overdue_blocks > 0,
}
_NUMBERS: Final[dict[str, Callable[[KitaToday], int]]] = {
    "frei": lambda row: row.free,
    "belegt": lambda row: row.occupied,
    "personal": lambda row: row.staffed,
    "bewerbungen": lambda row: row.applicants,
}
_NAMES: Final[dict[str, Callable[[KitaToday], str]]] = {
    "name": lambda row: row.facility.name,
    "traeger": lambda row: row.facility.provider.name,
}
SORTS: Final = (*_NAMES, *_NUMBERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is searched for; empty fields do not narrow. ``sort``: one of ``SORTS``, with "-" the other way round."""

    text: str = ""
    provider: str = ""
    district: str = ""
    standing: str = ""
    sort: str = "name"

    @property
    def narrows(self) -> bool:
        return bool(self.text or self.provider or self.district or self.standing)


def pick(rows: Sequence[KitaToday], asked: Asked) -> list[KitaToday]:
    """Those that fit, in the order asked for; equals by name."""
    words = [fold(word) for word in asked.text.split()[:6]]
    judged: Callable[[KitaToday], bool] = STANDINGS.get(asked.standing, _any)
    found = [row for row in rows if _fits(row, asked) and judged(row) and _said(row, words)]
    found = german_order.in_order(found, _NAMES["name"])
    key = asked.sort.lstrip("-")
    if key in _NUMBERS:
        found.sort(key=_NUMBERS[key], reverse=asked.sort.startswith("-"))
    elif key in _NAMES:
        name = _NAMES[key]
        found.sort(key=lambda row: german_order.sort_key(name(row))[0], reverse=asked.sort.startswith("-"))
    return found


def _fits(row: KitaToday, asked: Asked) -> bool:
    kita = row.facility
    return (not asked.provider or str(kita.provider_id) == asked.provider) and (
        not asked.district or (kita.district is not None and kita.district.key == asked.district)
    )


def _said(row: KitaToday, words: Sequence[str]) -> bool:
    kita = row.facility
    district = kita.district.name if kita.district is not None else ""
    text = fold(f"{kita.name} {kita.provider.name} {district} {kita.street}")
    return all(word in text for word in words)


def _any(row: KitaToday) -> bool:
    return True
