"""A whole source, page by page, through a port that fetches: what it says, mended, and how the reading ended.

Limits hold for the whole reading: pages, bytes, time, datasets. A page that was read before (by address or content) ends it: a source
that never ends is cut off and counts as incomplete. An answer in HTML is refused with its reason.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Protocol
from urllib.parse import urljoin, urlsplit

from stadtkern.data.catalog.engine import from_ckan, from_ogc, from_wfs, graphs
from stadtkern.data.catalog.engine.changes import duplicates
from stadtkern.data.catalog.engine.found import FoundPage
from stadtkern.data.catalog.engine.from_rdf import page_from_graph
from stadtkern.data.catalog.engine.json_reading import document
from stadtkern.data.catalog.engine.mending import Defaults, Mended, Refused, mend
from stadtkern.data.catalog.engine.mending_parts import agent
from stadtkern.data.catalog.engine.problems import SourceRefused
from stadtkern.data.catalog.engine.records import Agent
from stadtkern.data.catalog.engine.repairs import Notes


class Fetch(Protocol):
    """Gets the bytes behind an address; raises ``SourceRefused``. ``most_bytes`` and ``seconds`` bound this one answer."""

    def __call__(self, address: str, *, most_bytes: int, seconds: float) -> bytes:
        """The content."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of a whole reading."""

    pages: int = 2_000
    entries: int = 200_000
    page_bytes: int = graphs.MOST_BYTES
    bytes: int = 1_000_000_000
    seconds: float = 1_800.0
    page_seconds: float = 120.0


@dataclass(slots=True, kw_only=True)
class Reading:
    """What a source gave. ``broken`` says why it is incomplete, "" if it is complete."""

    kind: str = ""
    title: str = ""
    publisher: Agent | None = None
    mended: dict[str, Mended] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)
    doubled: dict[str, str] = field(default_factory=dict)
    broken: str = ""
    pages: int = 0
    bytes: int = 0

    @property
    def complete(self) -> bool:
        """Whether the source was read to its end."""
        return not self.broken


def read_source(
    address: str,
    fetch: Fetch,
    *,
    publisher: Agent | None = None,
    limits: Limits | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Reading:
    """Read a source to its end or to a limit. Raises ``SourceRefused`` if not even its first page can be read."""
    bounds, reading, until = limits or Limits(), Reading(), clock() + (limits or Limits()).seconds
    seen: set[str] = set()
    there = address
    while there:
        trouble = _over(reading, bounds, until - clock()) or ("repeats-itself" if there in seen else "")
        if trouble:
            reading.broken = trouble
            break
        seen.add(there)
        try:
            data = fetch(
                there,
                most_bytes=bounds.page_bytes,
                seconds=max(min(bounds.page_seconds, until - clock()), 0.1),
            )
            page = read_page(data, there)
        except SourceRefused as error:
            if not reading.pages:
                raise
            reading.broken = error.reason
            break
        print_of_page = sha256(data).hexdigest()
        if print_of_page in seen:
            reading.broken = "repeats-itself"
            break
        seen.add(print_of_page)
        reading.pages += 1
        reading.bytes += len(data)
        _take(page, address, publisher, reading)
        there = _further(page.next, there)
    reading.doubled = duplicates(one.entry for one in reading.mended.values())
    for repeated in reading.doubled:
        del reading.mended[repeated]
    return reading


def _over(reading: Reading, bounds: Limits, left: float) -> str:
    if reading.pages and left <= 0:
        return "too-slow"
    if reading.pages >= bounds.pages:
        return "too-many-pages"
    if reading.bytes >= bounds.bytes:
        return "too-large"
    return "too-many-datasets" if len(reading.mended) >= bounds.entries else ""


def _further(given: str, here: str) -> str:
    """The next page: only on the same host."""
    if not given:
        return ""
    there = urljoin(here, given)
    same = urlsplit(there).hostname == urlsplit(here).hostname and urlsplit(there).scheme in ("http", "https")
    return there if same else ""


def _take(page: FoundPage, source: str, publisher: Agent | None, reading: Reading) -> None:
    if not reading.kind or page.entries:
        reading.kind = page.kind
    own = agent(page.publisher, "dct:publisher", Notes()) if page.publisher else None
    reading.publisher = reading.publisher or own
    reading.title = reading.title or next((text for _, text in page.titles), "")
    defaults = Defaults(source=source, publisher=own or publisher, homepage=page.homepage)
    for found in page.entries:
        outcome = mend(found, defaults)
        if isinstance(outcome, Refused):
            reading.refused.append(outcome)
        else:
            reading.mended.setdefault(outcome.entry.id, outcome)


def read_page(data: bytes, name: str = "") -> FoundPage:
    """One answer, whatever kind of source it comes from. Raises ``SourceRefused``."""
    kind = graphs.guess(data)
    if from_wfs.is_wfs(data):
        return from_wfs.page_from_wfs(data, name)
    if kind in ("json", "json-ld"):
        found = document(data, name) if data.lstrip().startswith(b"{") else {}
        if from_ckan.is_ckan(found):
            return from_ckan.page_from_ckan(found, name)
        if from_ogc.is_ogc(found) and "@context" not in found:
            return from_ogc.page_from_ogc(found, name)
        if kind == "json":
            raise SourceRefused("unknown-json", "JSON, aber weder CKAN noch OGC API noch JSON-LD", name)
    page = page_from_graph(graphs.read_graph(data, name, kind))
    if not page.entries and not page.next:
        raise SourceRefused("no-datasets", "darin steht kein dcat:Dataset", name)
    return page
