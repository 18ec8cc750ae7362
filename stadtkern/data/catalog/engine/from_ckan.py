"""Datasets as CKAN's API tells them (package_search or a list of packages), with the extras of ckanext-dcat and ckanext-dcatde."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from stadtkern.data.catalog.engine.found import (
    FoundAgent,
    FoundContact,
    FoundDistribution,
    FoundEntry,
    FoundPage,
    FoundPeriod,
    FoundPlace,
)
from stadtkern.data.catalog.engine.json_reading import objects, texts, words
from stadtkern.data.catalog.engine.problems import SourceRefused

PAGE = 100


def is_ckan(document: Mapping[str, Any]) -> bool:
    """Whether it is an answer of CKAN's action API."""
    return "success" in document and "result" in document


def search_address(address: str) -> str:
    """The address of the search for a portal given by any of its addresses."""
    parts = urlsplit(address)
    path = parts.path
    if "/api/" not in path and "/package_search" not in path:
        path = path.rstrip("/").removesuffix("/dataset") + "/api/3/action/package_search"
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    if path.endswith("/package_search"):
        query = {"sort": "id asc", "rows": str(PAGE), "start": "0", **query}
    return urlunsplit((parts.scheme, parts.netloc, path, urlencode(query), ""))


def page_from_ckan(document: Mapping[str, Any], address: str = "") -> FoundPage:
    """Datasets of one answer and the address of the next one. Raises ``SourceRefused``."""
    if document.get("success") is not True:
        raise SourceRefused("refused-by-source", "die Quelle meldet einen Fehler (success: false)", address)
    result = document["result"]
    packages = objects(result.get("results") if isinstance(result, dict) else result)
    if isinstance(result, dict) and "results" not in result and "name" in result:
        packages = [result]
    total = result.get("count") if isinstance(result, dict) else None
    page = FoundPage(kind="ckan", total=total if isinstance(total, int) else None)
    page.entries = [
        _entry(package, address) for package in packages if package.get("state", "active") == "active"
    ]
    page.next = _next(address, len(packages), page.total)
    return page


def _next(address: str, count: int, total: int | None) -> str:
    parts = urlsplit(address)
    if not count or total is None or not parts.path.endswith("package_search"):
        return ""
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    start = int(query.get("start", "0")) if query.get("start", "0").isdecimal() else 0
    if start + count >= total:
        return ""
    query["start"] = str(start + count)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(query), ""))


def _entry(package: Mapping[str, Any], address: str) -> FoundEntry:
    extras = {words(item.get("key")): item.get("value") for item in objects(package.get("extras"))}

    def value(*names: str) -> str:
        return next(
            (found for name in names for source in (package, extras) if (found := words(source.get(name)))),
            "",
        )

    def several(*names: str) -> list[str]:
        return next(
            (found for name in names for source in (package, extras) if (found := texts(source.get(name)))),
            [],
        )

    found = FoundEntry(id=value("uri") or _page_of(address, value("name", "id")))
    found.identifiers = [word for word in (value("identifier"), value("id"), value("name")) if word]
    found.titles, found.descriptions = _translated(package, "title"), _translated(package, "notes")
    found.publisher = _publisher(package, value)
    found.contact = _contact(value)
    found.themes = several("theme", "groups") or [
        words(group.get("name")) for group in objects(package.get("groups"))
    ]
    found.keywords = tuple(
        ("", words(tag.get("display_name") or tag.get("name"))) for tag in objects(package.get("tags"))
    )
    found.languages = several("language")
    found.issued = [value("issued", "metadata_created")]
    found.modified = [value("modified", "metadata_modified")]
    found.frequencies = several("frequency", "accrual_periodicity")
    found.landing_pages = [
        word for word in (value("landing_page", "url"), found.id) if word.startswith("http")
    ][:1]
    found.contributor_ids = several("contributorID", "contributor_id")
    found.political_levels = several("politicalGeocodingLevelURI", "political_geocoding_level_uri")
    found.access_rights, found.availability = (
        several("access_rights"),
        several("availability", "plannedAvailability"),
    )
    found.hvd_categories, found.legislation = several("hvd_category"), several("applicable_legislation")
    found.conforms_to, found.pages = several("conforms_to"), several("documentation")
    found.version, found.version_notes = value("version"), value("version_notes")
    if value("spatial", "spatial_uri", "spatial_text"):
        geometry = value("spatial") if value("spatial").startswith("{") else ""
        found.spatial = [FoundPlace(id=value("spatial_uri"), name=value("spatial_text"), geometry=geometry)]
    if value("temporal_start", "temporal_end", "temporal_coverage_from", "temporal_coverage_to"):
        start, end = (
            value("temporal_start", "temporal_coverage_from"),
            value("temporal_end", "temporal_coverage_to"),
        )
        found.temporal = [FoundPeriod(start=start, end=end)]
    licence = value("license_url", "license_id", "license_title")
    found.distributions = [
        _distribution(item, licence, found.id) for item in objects(package.get("resources"))
    ]
    return found


def _translated(package: Mapping[str, Any], name: str) -> tuple[tuple[str, str], ...]:
    translated = package.get(f"{name}_translated")
    if isinstance(translated, dict):
        return tuple((str(language), words(text)) for language, text in translated.items() if words(text))
    return (("", words(package.get(name))),) if words(package.get(name)) else ()


def _page_of(address: str, name: str) -> str:
    parts = urlsplit(address)
    base = parts.path.split("/api/")[0].rstrip("/")
    return f"{parts.scheme}://{parts.netloc}{base}/dataset/{name}" if parts.netloc and name else ""


def _publisher(package: Mapping[str, Any], value: Any) -> FoundAgent | None:
    organization = package.get("organization")
    title = words(organization.get("title")) if isinstance(organization, dict) else ""
    name = value("publisher_name") or title or value("author")
    if not name:
        return None
    kind, homepage = value("publisher_type"), value("publisher_url")
    return FoundAgent(
        id=value("publisher_uri"),
        names=(("", name),),
        mail=value("publisher_email"),
        homepage=homepage,
        kind=kind,
    )


def _contact(value: Any) -> FoundContact | None:
    name = value("contact_name", "maintainer", "author")
    mail = value("contact_email", "maintainer_email", "author_email")
    if not (name or mail):
        return None
    return FoundContact(
        names=(("", name),) if name else (),
        mail=mail,
        telephone=value("contact_tel"),
        url=value("contact_url"),
    )


def _distribution(item: Mapping[str, Any], licence: str, dataset: str) -> FoundDistribution:
    def one(*names: str) -> list[str]:
        return [found for name in names if (found := words(item.get(name)))]

    own = words(item.get("uri")) or (
        f"{dataset}/resource/{words(item.get('id'))}" if dataset and item.get("id") else ""
    )
    found = FoundDistribution(id=own)
    found.titles, found.descriptions = _translated(item, "name"), _translated(item, "description")
    found.access_urls, found.download_urls = one("access_url", "url"), one("download_url")
    found.licences = one("license") or ([licence] if licence else [])
    found.formats, found.media_types = one("format"), one("mimetype")
    found.byte_size = words(item.get("size"))
    found.checksum_value, found.checksum_algorithm = (
        words(item.get("hash")),
        words(item.get("hash_algorithm")),
    )
    if found.checksum_value and not found.checksum_algorithm:
        found.checksum_value = ""  # CKAN keeps a value of its own there, without saying which kind
    found.attribution = words(item.get("licenseAttributionByText") or item.get("license_attribution_by_text"))
    found.issued, found.modified = one("issued", "created")[:1], one("modified", "last_modified")[:1]
    found.languages, found.availability = texts(item.get("language")), texts(item.get("availability"))
    return found
