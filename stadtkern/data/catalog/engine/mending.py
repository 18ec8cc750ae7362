"""From what a source said to a record that keeps the rules of DCAT-AP.de 3.0, with a named repair for every change.

Nothing is invented: a missing licence becomes "other closed licence", never an open one; what cannot be repaired is left out; a
dataset without title and identifier is refused with its reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from stadtkern.data.catalog.engine import mending_parts as parts
from stadtkern.data.catalog.engine import values
from stadtkern.data.catalog.engine.found import FoundEntry
from stadtkern.data.catalog.engine.mending_access import distributions, services
from stadtkern.data.catalog.engine.records import HVD_REGULATION, Agent, Entry, Series, Texts, text
from stadtkern.data.catalog.engine.repairs import Notes, Repair

_MOVED: Final = {
    "dcatde:politicalGeocodingURI": "dct:spatial",
    "dcatde:geocodingDescription": "dct:spatial",
    "owl:versionInfo": "dcat:version",
    "dcatde:maintainer": "geodcatap:custodian",
    "dcatde:originator": "geodcatap:originator",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What holds where a source says nothing: ``source`` is its address, ``publisher`` whom it speaks for."""

    source: str
    publisher: Agent | None = None
    homepage: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """A record and what had to be repaired."""

    entry: Entry
    repairs: tuple[Repair, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A dataset that could not be taken."""

    id: str
    reason: str


def mend(found: FoundEntry, defaults: Defaults) -> Mended | Refused:
    """The record of one dataset, or why it cannot be taken."""
    notes = Notes()
    titles = values.texts(found.titles, "dct:title", notes)
    identifiers = [word.strip() for word in found.identifiers if word.strip()]
    address = values.address(found.id, "rdf:about", notes) if found.id else ""
    if not (titles or identifiers):
        return Refused(id=found.id, reason="weder Titel noch Kennung")
    if not titles:
        titles = (("", identifiers[0]),)
        notes.add("title-missing", "dct:title", "", identifiers[0])
    if not address:
        seed = (
            identifiers[0]
            if identifiers
            else f"{text(titles)} {[d.access_urls for d in found.distributions]}"
        )
        address = f"urn:uuid:{uuid5(NAMESPACE_URL, f'{defaults.source} {seed}')}"
        notes.add("address-missing", "rdf:about", found.id, address)
    if not identifiers:
        identifiers = [address]
        notes.add("identifier-missing", "dct:identifier", "", address)
    entry = _entry(found, address, identifiers[0], titles, defaults, notes)
    return Mended(entry=entry, repairs=tuple(notes.repairs))


def _entry(
    found: FoundEntry, address: str, identifier: str, titles: Texts, defaults: Defaults, notes: Notes
) -> Entry:
    descriptions = values.texts(found.descriptions, "dct:description", notes)
    if not descriptions:
        descriptions = titles
        notes.add("description-missing", "dct:description", "", text(titles))
    for name in found.deprecated:
        notes.add(
            "property-moved" if name in _MOVED else "property-dropped", name, name, _MOVED.get(name, "")
        )
    for name in found.literal_iris:
        notes.add("address-as-text", name)
    publisher = parts.publisher(found.publisher, defaults.publisher, defaults.source, notes)
    landing = parts.first_address(found.landing_pages, "dcat:landingPage", notes)
    page = landing or (address if address.startswith(("http://", "https://")) else "")
    contact = parts.contact(
        found.contact, "dcat:contactPoint", publisher.homepage or page or defaults.homepage, notes
    )
    themes, more_keywords = parts.themes(found.themes, notes)
    categories = values.listed("hvd_category", found.hvd_categories, "dcatap:hvdCategory", notes, keep=True)
    legislation = parts.addresses(found.legislation, "dcatap:applicableLegislation", notes)
    if categories and HVD_REGULATION not in legislation:
        legislation = (*legislation, HVD_REGULATION)
        notes.add("hvd-legislation", "dcatap:applicableLegislation", "", HVD_REGULATION)
    return Entry(
        id=address,
        identifier=identifier[:1000],
        title=titles,
        description=descriptions,
        publisher=publisher,
        contact=contact,
        creators=parts.agents(found.creators, "dct:creator", notes),
        contributors=parts.agents(found.contributors, "dct:contributor", notes),
        originators=parts.agents(found.originators, "geodcatap:originator", notes),
        custodians=parts.agents(found.custodians, "geodcatap:custodian", notes),
        distributions=distributions(found.distributions, address, page, bool(categories), notes),
        services=services(found.services, publisher, notes),
        series=_series(found, notes),
        themes=themes,
        keywords=tuple(sorted({*values.words(found.keywords, "dcat:keyword", notes), *more_keywords})),
        languages=values.listed("language", found.languages, "dct:language", notes),
        issued=values.moment(found.issued, "dct:issued", notes),
        modified=values.moment(found.modified, "dct:modified", notes),
        frequency=values.one_listed("frequency", found.frequencies, "dct:accrualPeriodicity", notes),
        landing_page=landing,
        pages=parts.addresses(found.pages, "foaf:page", notes),
        spatial=parts.places(found.spatial, notes),
        political_level=values.listed(
            "political_level", found.political_levels, "dcatde:politicalGeocodingLevelURI", notes, keep=True
        ),
        temporal=parts.periods(found.temporal, notes),
        contributor_ids=values.listed(
            "contributor", found.contributor_ids, "dcatde:contributorID", notes, keep=True
        ),
        access_rights=values.one_listed("access_right", found.access_rights, "dct:accessRights", notes),
        availability=values.one_listed("availability", found.availability, "dcatap:availability", notes),
        dataset_type=values.one_listed("dataset_type", found.dataset_types, "dct:type", notes, keep=True),
        conforms_to=parts.addresses(found.conforms_to, "dct:conformsTo", notes),
        provenance=values.plain_text(found.provenance, "dct:provenance", notes),
        version=values.plain_text(found.version, "dcat:version", notes)[:200],
        version_notes=values.plain_text(found.version_notes, "adms:versionNotes", notes),
        references=parts.addresses(found.references, "dct:references", notes),
        hvd_categories=categories,
        legislation=legislation,
    )


def _series(found: FoundEntry, notes: Notes) -> Series | None:
    address = values.address(found.series_id, "dcat:inSeries", notes) if found.series_id else ""
    titles = values.texts(found.series_titles, "dcat:inSeries/dct:title", notes)
    if not address or not titles:
        return None
    descriptions = values.texts(found.series_descriptions, "dcat:inSeries/dct:description", notes)
    return Series(id=address, title=titles, description=descriptions or titles)
