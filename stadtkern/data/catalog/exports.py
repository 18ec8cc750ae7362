"""The catalogue of a municipality as records and as RDF: whole, by page, one entry."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from stadtkern.data.catalog import policies
from stadtkern.data.catalog.engine import codec, writing
from stadtkern.data.catalog.engine.records import Agent, Catalogue, Entry, Listed
from stadtkern.data.catalog.models import CatalogEntry, CatalogState
from stadtkern.foundation.organizations import api as organizations
from stadtkern.kernel import clock

PAGE = 100
_GERMAN = ("http://publications.europa.eu/resource/authority/language/DEU",)


def frame() -> Catalogue:
    """Whose catalogue it is."""
    here = organizations.current()
    state = CatalogState.objects.first()
    name = here.brand or here.name
    return Catalogue(
        id=organizations.public_address("/catalog"),
        title=(("de", f"Offene Daten: {name}"), ("en", f"Open data: {name}")),
        description=(("de", f"Daten, die {name} veröffentlicht oder aus anderen Katalogen übernimmt."),),
        publisher=Agent(
            name=here.name,
            id=organizations.public_address("/#publisher"),
            mail=here.sender_email,
            homepage=organizations.public_address("/"),
            kind="http://purl.org/adms/publishertype/LocalAuthority",
        ),
        homepage=organizations.public_address(reverse("catalog:search")),
        languages=_GERMAN,
        modified=_moment(state.changed_at) if state else "",
    )


def version() -> str:
    """Changes whenever the catalogue does (for ETag)."""
    state = CatalogState.objects.first()
    return f"{state.version}" if state else "0"


def entry_of(row: CatalogEntry) -> Entry:
    """The record of a row."""
    return codec.from_json(Entry, row.record)


def listed(row: CatalogEntry) -> Listed:
    """The entry with its record in this catalogue."""
    record = organizations.public_address(reverse("catalog:entry", args=[row.slug])) + "#record"
    return Listed(
        entry=entry_of(row), record_id=record, issued=_moment(row.listed_at), modified=_moment(row.changed_at)
    )


def page_as_rdf(number: int, kind: str) -> tuple[bytes, int]:
    """One page of the catalogue and how many pages there are; raises ``IndexError`` for a page that does not exist."""
    total = policies.entries().count()
    pages = max(1, -(-total // PAGE))
    if not 1 <= number <= pages:
        raise IndexError(number)
    base = organizations.public_address(reverse("catalog:rdf", args=[kind]))

    def address(page: int) -> str:
        return base if page == 1 else f"{base}?page={page}"

    paging = writing.Paging(
        collection=base,
        this=f"{base}?page={number}",
        total=total,
        first=address(1),
        previous=address(number - 1) if number > 1 else "",
        next=address(number + 1) if number < pages else "",
        last=address(pages),
    )
    rows = policies.entries().order_by("listed_at", "pk")[(number - 1) * PAGE : number * PAGE]
    return writing.serialize(
        writing.catalogue_graph(frame(), [listed(row) for row in rows], paging), kind
    ), pages


def entry_as_rdf(row: CatalogEntry, kind: str) -> bytes:
    """One entry alone."""
    return writing.serialize(writing.entry_graph(entry_of(row)), kind)


def whole_as_turtle() -> Iterator[bytes]:
    """The whole catalogue in parts; together they are one Turtle document."""
    rows = policies.entries().order_by("listed_at", "pk").iterator(chunk_size=writing.PART)
    return writing.turtle_parts(frame(), (listed(row) for row in rows))


def _moment(at: datetime) -> str:
    return clock.local(at).isoformat(timespec="seconds")
