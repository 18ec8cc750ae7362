"""Datasets as an OGC API (Features, Tiles, Records) tells them: each collection of ``/collections`` is one.

A landing page only leads there; the licence of a collection is its link ``rel=license``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

from stadtkern.data.catalog.engine.found import (
    FoundAgent,
    FoundContact,
    FoundDistribution,
    FoundEntry,
    FoundPage,
    FoundPeriod,
    FoundPlace,
    FoundService,
)
from stadtkern.data.catalog.engine.json_reading import objects, texts, words

FEATURES = "http://www.opengis.net/spec/ogcapi-features-1/1.0"


def is_ogc(document: Mapping[str, Any]) -> bool:
    """Whether it is a landing page, a list of collections or one collection."""
    relations = {words(link.get("rel")) for link in objects(document.get("links"))}
    return bool(objects(document.get("collections"))) or bool(
        relations & {"data", "conformance", "service-desc", "items"}
    )


def page_from_ogc(document: Mapping[str, Any], address: str = "") -> FoundPage:
    """Collections as datasets; a landing page gives only the address of its list."""
    page = FoundPage(kind="ogc", titles=_texts(document.get("title")))
    collections = objects(document.get("collections"))
    if not collections and words(document.get("id")):
        collections = [document]
    if not collections:
        page.next = _link(document, "data", address) or _link(
            document, "http://www.opengis.net/def/rel/ogc/1.0/data", address
        )
        return page
    page.next = _link(document, "next", address)
    page.entries = [_entry(collection, document, address) for collection in collections]
    return page


def _entry(collection: Mapping[str, Any], document: Mapping[str, Any], address: str) -> FoundEntry:
    name = words(collection.get("id"))
    own = _link(collection, "self", address) or (
        f"{address.split('?')[0].rstrip('/')}/{name}" if address else ""
    )
    own = own.split("?")[0]
    found = FoundEntry(id=own, identifiers=[own or name])
    found.titles = _texts(collection.get("title")) or _texts(name)
    found.descriptions = _texts(collection.get("description"))
    found.keywords = tuple(("", word) for word in texts(collection.get("keywords")))
    found.publisher, found.contact = _people(collection, document)
    found.landing_pages = [
        link for link in (_link(collection, "alternate", address, "text/html"), own) if link
    ][:1]
    found.pages = [link for link in (_link(collection, "describedby", address),) if link]
    _extent(collection, found)
    licence = (
        _link(collection, "license", address)
        or _link(document, "license", address)
        or words(collection.get("license"))
    )
    items = [link for link in objects(collection.get("links")) if words(link.get("rel")) == "items"]
    found.distributions = [
        FoundDistribution(
            access_urls=[urljoin(address, words(link.get("href")))],
            titles=_texts(link.get("title")),
            licences=[licence] if licence else [],
            media_types=[words(link.get("type"))] if words(link.get("type")) else [],
            attribution=words(collection.get("attribution")),
        )
        for link in items
    ]
    base = address.split("/collections")[0] if "/collections" in address else address
    if base:
        service = FoundService(
            id=base, endpoint_urls=[base], titles=_texts(document.get("title")) or (("", "OGC API"),)
        )
        service.conforms_to, service.licences = [FEATURES], [licence] if licence else []
        found.services = [service]
    return found


def _people(
    collection: Mapping[str, Any], document: Mapping[str, Any]
) -> tuple[FoundAgent | None, FoundContact | None]:
    for source in (collection, document):
        for contact in objects(source.get("contacts")):
            name = words(contact.get("organization")) or words(contact.get("name"))
            mails = [words(mail.get("value")) for mail in objects(contact.get("emails"))]
            links = [words(link.get("href")) for link in objects(contact.get("links"))]
            if name:
                way = FoundContact(names=(("", name),), mail=(mails or [""])[0], url=(links or [""])[0])
                return FoundAgent(names=(("", name),)), way
    return None, None


def _extent(collection: Mapping[str, Any], found: FoundEntry) -> None:
    extent = collection.get("extent")
    if not isinstance(extent, dict):
        return
    spatial, temporal = extent.get("spatial"), extent.get("temporal")
    boxes = spatial.get("bbox") if isinstance(spatial, dict) else None
    box = boxes[0] if isinstance(boxes, list) and boxes else None
    if isinstance(box, list) and len(box) in (4, 6) and all(isinstance(value, int | float) for value in box):
        half = len(box) // 2
        found.spatial = [FoundPlace(geometry=f"BOX({box[0]} {box[1]}, {box[half]} {box[half + 1]})")]
    intervals = temporal.get("interval") if isinstance(temporal, dict) else None
    for interval in intervals if isinstance(intervals, list) else []:
        if isinstance(interval, list) and len(interval) == 2 and any(interval):
            found.temporal.append(FoundPeriod(start=words(interval[0]), end=words(interval[1])))


def _link(document: Mapping[str, Any], relation: str, address: str, media_type: str = "") -> str:
    links = [link for link in objects(document.get("links")) if words(link.get("rel")) == relation]
    ranked = sorted(links, key=lambda link: "json" not in words(link.get("type")) and not media_type)
    for link in ranked:
        if not media_type or words(link.get("type")) == media_type:
            return urljoin(address, words(link.get("href")))
    return ""


def _texts(value: object) -> tuple[tuple[str, str], ...]:
    return (("", words(value)),) if words(value) else ()
