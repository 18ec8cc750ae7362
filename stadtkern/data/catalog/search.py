"""Finding data: words, facets, pages. One snapshot per municipality in this process, made anew when the catalogue moved.

A large snapshot takes seconds to make; meanwhile the former one answers (made anew by one thread of the process). The facets of a
kind are counted without that kind's own choice, so that one can add a second value.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import numpy as np
from django.db import connection, transaction

from stadtkern.data.catalog.engine.vocabularies import known
from stadtkern.data.catalog.models import CatalogEntry, CatalogState, HarvestSource
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel.search import Entry, Index

KINDS: Final = ("theme", "publisher", "format", "licence", "source")
LEAST: Final = 0.9
NEAR: Final = 0.25
SLOW: Final = 2_000  # from so many entries on the former snapshot answers while a new one is made
SHOWN: Final = 12  # values of a facet

Mask = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An entry as a list shows it."""

    slug: str
    title: str
    summary: str
    publisher: str
    modified: str
    formats: tuple[str, ...]
    licences: tuple[str, ...]
    themes: tuple[str, ...]
    high_value: bool
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetValue:
    """A value to narrow by: how many results it leaves, whether it is chosen."""

    kind: str
    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """All results in order, the facets, and what the person might have meant."""

    items: Sequence[Item]
    facets: Mapping[str, list[FacetValue]]
    total: int
    did_you_mean: str | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """The values of one facet: which entry (``rows``) has which value (``codes``, places in ``values``)."""

    values: list[str]
    rows: np.ndarray[Any, np.dtype[np.int64]]
    codes: np.ndarray[Any, np.dtype[np.int64]]

    def mask(self, chosen: Sequence[str], size: int) -> Mask:
        """Entries that have one of the chosen values."""
        wanted = [at for at, value in enumerate(self.values) if value in chosen]
        mask = np.zeros(size, dtype=np.bool_)
        mask[self.rows[np.isin(self.codes, wanted)]] = True
        return mask

    def counts(self, left: np.ndarray[Any, np.dtype[np.int64]], size: int) -> list[int]:
        """How many of the entries ``left`` have each value."""
        inside = np.zeros(size, dtype=np.bool_)
        inside[left] = True
        counted: list[int] = np.bincount(self.codes[inside[self.rows]], minlength=len(self.values)).tolist()
        return counted


@dataclass(slots=True)
class Snapshot:
    """Everything the search needs of one municipality."""

    version: int
    items: list[Item]
    index: Index
    newest: np.ndarray[Any, np.dtype[np.int64]]
    columns: dict[str, Column] = field(default_factory=dict)


_kept: dict[UUID, Snapshot] = {}
_locks: dict[UUID, threading.Lock] = {}


def find(query: str, chosen: Mapping[str, Sequence[str]], *, language: str = "de") -> Found:
    """Results for words and facets; without words the newest data first."""
    snapshot = current()
    meant = None
    if query:
        ranked = np.array(snapshot.index.ranking(query, least=LEAST, near=NEAR), dtype=np.int64)
        if not len(ranked):
            meant = snapshot.index.did_you_mean(query)
    else:
        ranked = snapshot.newest
    wanted = {
        kind: snapshot.columns[kind].mask(values, len(snapshot.items))
        for kind, values in chosen.items()
        if kind in KINDS and values
    }
    facets = {kind: _facet(snapshot, kind, ranked, wanted, chosen.get(kind, ()), language) for kind in KINDS}
    for mask in wanted.values():
        ranked = ranked[mask[ranked]]
    items = _Lazy(snapshot.items, ranked)
    return Found(items=items, facets=facets, total=len(ranked), did_you_mean=meant)


class _Lazy(Sequence[Item]):
    """The items of a ranking; only the shown ones are looked up."""

    def __init__(self, items: list[Item], ranked: np.ndarray[Any, np.dtype[np.int64]]) -> None:
        self.items, self.ranked = items, ranked

    def __len__(self) -> int:
        return len(self.ranked)

    def __getitem__(self, at: Any) -> Any:
        if isinstance(at, slice):
            return [self.items[number] for number in self.ranked[at]]
        return self.items[self.ranked[at]]


def _facet(
    snapshot: Snapshot,
    kind: str,
    ranked: np.ndarray[Any, np.dtype[np.int64]],
    wanted: Mapping[str, Mask],
    chosen: Sequence[str],
    language: str,
) -> list[FacetValue]:
    left = ranked
    for other, mask in wanted.items():
        if other != kind:
            left = left[mask[left]]
    column = snapshot.columns[kind]
    counted = zip(column.counts(left, len(snapshot.items)), column.values, strict=True)
    shown = sorted(
        (row for row in counted if row[0] or row[1] in chosen),
        key=lambda row: (row[1] not in chosen, -row[0], row[1]),
    )
    return [
        FacetValue(
            kind=kind, value=value, label=label(kind, value, language), count=count, chosen=value in chosen
        )
        for count, value in shown[: max(SHOWN, len(chosen))]
    ]


LISTS: Final = {"theme": "theme", "format": "file_type", "licence": "licence"}


def label(kind: str, value: str, language: str = "de") -> str:
    """The name of a facet's value for people."""
    if kind not in LISTS:
        return value
    if kind == "format":
        return value.rsplit("/", 1)[-1].removesuffix("_SRVC").replace("_", " ").upper()
    return known(LISTS[kind]).label(value, language)


def current() -> Snapshot:
    """The snapshot of the current municipality."""
    tenant = tenancy.current_id()
    version = CatalogState.objects.values_list("version", flat=True).first() or 0
    kept = _kept.get(tenant)
    if kept is not None and kept.version == version:
        return kept
    lock = _locks.setdefault(tenant, threading.Lock())
    if kept is not None and len(kept.items) >= SLOW and not transaction.get_connection().in_atomic_block:
        if lock.acquire(blocking=False):
            threading.Thread(target=_renew, args=(tenant, lock), daemon=True).start()
        return kept
    with lock:
        kept = _kept.get(tenant)
        if kept is None or kept.version != version:
            _kept[tenant] = kept = _snapshot(version)
    return kept


def forget(tenant_id: UUID | None = None) -> None:
    """Drop what this process keeps (of one municipality or all)."""
    for tenant in list(_kept):
        if tenant_id in (None, tenant):
            _kept.pop(tenant, None)


def _renew(tenant: UUID, lock: threading.Lock) -> None:
    try:
        with tenancy.act_for(tenant):
            version = CatalogState.objects.values_list("version", flat=True).first() or 0
            _kept[tenant] = _snapshot(version)
    finally:
        lock.release()
        connection.close()


def _snapshot(version: int) -> Snapshot:
    names = dict(HarvestSource.objects.values_list("pk", "name"))
    fields = (
        "slug",
        "title",
        "summary",
        "publisher",
        "modified",
        "formats",
        "licences",
        "themes",
        "high_value",
        "source_id",
        "keywords",
    )
    items, entries = [], []
    for row in CatalogEntry.objects.order_by("slug").values_list(*fields).iterator(chunk_size=2_000):
        slug, title, summary, publisher, modified, formats, licences, themes, high_value, source, keywords = (
            row
        )
        items.append(
            Item(
                slug=slug, title=title, summary=summary, publisher=publisher, modified=modified, formats=tuple(formats),
                licences=tuple(licences), themes=tuple(themes), high_value=high_value, source=names.get(source, ""),
            )
        )  # fmt: skip
        entries.append(
            Entry(
                key=slug,
                title=title,
                synonyms=tuple(keywords),
                summary=summary,
                text=publisher,
                group="dataset",
            )
        )
    newest = sorted(range(len(items)), key=lambda at: (items[at].modified[:10], items[at].slug), reverse=True)
    snapshot = Snapshot(
        version=version,
        items=items,
        index=Index(entries, "de", people=False),
        newest=np.array(newest, dtype=np.int64),
    )
    for kind in KINDS:
        snapshot.columns[kind] = _column(items, kind)
    return snapshot


def _column(items: list[Item], kind: str) -> Column:
    places: dict[str, int] = {}
    pairs = [
        (at, places.setdefault(value, len(places)))
        for at, item in enumerate(items)
        for value in _values(item, kind)
    ]
    table = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return Column(values=list(places), rows=table[:, 0].copy(), codes=table[:, 1].copy())


def _values(item: Item, kind: str) -> tuple[str, ...]:
    several = {"theme": item.themes, "format": item.formats, "licence": item.licences}
    if kind in several:
        return several[kind]
    single = item.publisher if kind == "publisher" else item.source
    return (single,) if single else ()
