"""Mending of the ways to the data: distributions and services."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from stadtkern.data.catalog.engine import formats, mending_parts, values
from stadtkern.data.catalog.engine.found import FoundDistribution, FoundService
from stadtkern.data.catalog.engine.records import HVD_REGULATION, Agent, Checksum, DataService, Distribution
from stadtkern.data.catalog.engine.repairs import Notes
from stadtkern.data.catalog.engine.vocabularies import known

OTHER_CLOSED: Final = "http://dcat-ap.de/def/licenses/other-closed"
_ALGORITHMS: Final = {"md5": 32, "sha1": 40, "sha224": 56, "sha256": 64, "sha384": 96, "sha512": 128}
_UNITS: Final = {"": 1, "b": 1, "byte": 1, "bytes": 1, "kb": 1000, "mb": 10**6, "gb": 10**9, "kib": 1024, "mib": 1024**2, "gib": 1024**3}  # fmt: skip
_SIZE: Final = re.compile(r"(\d+(?:[.,]\d+)?)(?:e\+?(\d{1,2}))?\s*([a-zA-Z]*)")


def distributions(
    found: Sequence[FoundDistribution], dataset: str, page: str, high_value: bool, notes: Notes
) -> tuple[Distribution, ...]:
    """All ways that lead somewhere; each has an address of its own."""
    kept: dict[str, Distribution] = {}
    for at, one in enumerate(found, 1):
        mended = _distribution(one, dataset, page, at, high_value, notes)
        if mended is None:
            notes.add("distribution-dropped", "dcat:distribution", one.id)
        else:
            kept.setdefault(mended.id, mended)
    return tuple(kept.values())


def _distribution(
    found: FoundDistribution, dataset: str, page: str, at: int, high_value: bool, notes: Notes
) -> Distribution | None:
    download = mending_parts.first_address(found.download_urls, "dcat:downloadURL", notes)
    access = mending_parts.first_address(found.access_urls, "dcat:accessURL", notes)
    if not access:
        access = download or page
        if not access:
            return None
        notes.add("access-missing", "dcat:accessURL", "", access)
    address = values.address(found.id, "dcat:distribution", notes) if found.id else ""
    if not address or address in (dataset, access):
        address = below(dataset, f"distribution-{at}")
        notes.add(
            "address-doubled" if found.id else "address-missing", "dcat:distribution", found.id, address
        )
    for name in found.literal_iris:
        notes.add("address-as-text", f"dcat:Distribution/{name}")
    licence, rights = _licence(found.licences, found.rights, notes)
    file_type, media = _format(found, download or access, notes)
    legislation = mending_parts.addresses(found.legislation, "dcatap:applicableLegislation", notes)
    if high_value and HVD_REGULATION not in legislation:
        legislation = (*legislation, HVD_REGULATION)
        notes.add("hvd-legislation", "dcat:Distribution", "", HVD_REGULATION)
    return Distribution(
        id=address,
        access_url=access,
        download_url=download,
        licence=licence,
        title=values.texts(found.titles, "dcat:Distribution/dct:title", notes),
        description=values.texts(found.descriptions, "dcat:Distribution/dct:description", notes),
        format=file_type,
        media_type=media,
        compress_format=_media(found.compress_formats, "dcat:compressFormat", notes),
        package_format=_media(found.package_formats, "dcat:packageFormat", notes),
        byte_size=_size(found.byte_size, notes),
        checksum=_checksum(found, notes),
        attribution=values.plain_text(found.attribution, "dcatde:licenseAttributionByText", notes),
        rights=rights,
        issued=values.moment(found.issued, "dcat:Distribution/dct:issued", notes),
        modified=values.moment(found.modified, "dcat:Distribution/dct:modified", notes),
        languages=values.listed("language", found.languages, "dcat:Distribution/dct:language", notes),
        availability=values.one_listed(
            "availability", found.availability, "dcat:Distribution/dcatap:availability", notes
        ),
        status=values.one_listed("status", found.status, "adms:status", notes),
        conforms_to=mending_parts.addresses(found.conforms_to, "dcat:Distribution/dct:conformsTo", notes),
        legislation=legislation,
        service=values.address(found.service, "dcat:accessService", notes) if found.service else "",
    )


def below(address: str, what: str) -> str:
    """An address below that of a dataset, for a part that has none of its own."""
    return f"{address}-{what}" if "#" in address or address.startswith("urn:") else f"{address}#{what}"


def _licence(written: Sequence[str], rights: str, notes: Notes) -> tuple[str, str]:
    """The licence and the statement of rights. Silence is never read as an open licence."""
    given = [value.strip() for value in written if value.strip()]
    plain_rights = values.plain_text(rights, "dct:rights", notes)
    if len(given) > 1:
        notes.add("value-several", "dct:license", " | ".join(given))
    if not given:
        notes.add("licence-missing", "dct:license", "", OTHER_CLOSED)
        return OTHER_CLOSED, plain_rights
    meant = known("licence").resolve(given[0])
    if meant:
        if meant != given[0]:
            notes.add("licence-mapped", "dct:license", given[0], meant)
        return meant, plain_rights
    quiet = Notes()
    address = values.address(given[0], "dct:license", quiet, web=True) if "://" in given[0] else ""
    if address:
        notes.add("licence-unknown", "dct:license", given[0])
        return address, plain_rights
    notes.add("licence-text", "dct:license", given[0], OTHER_CLOSED)
    return OTHER_CLOSED, plain_rights or values.plain_text(given[0], "dct:license", notes)


def _format(found: FoundDistribution, url: str, notes: Notes) -> tuple[str, str]:
    """File type and media type; one is completed by the other, else by the ending of the file name."""
    file_types, media = known("file_type"), ""
    for written in [value.strip() for value in found.media_types if value.strip()][:1]:
        media = formats.media_type(written)
        if not media:
            notes.add("media-type-unknown", "dcat:mediaType", written)
        elif written != formats.IANA + media:
            notes.add("media-type-repaired", "dcat:mediaType", written, formats.IANA + media)
    written_formats = [value.strip() for value in found.formats if value.strip()]
    meant = next((iri for value in written_formats if (iri := file_types.resolve(value))), "")
    if meant and meant != written_formats[0]:
        notes.add("value-mapped", "dct:format", written_formats[0], meant)
    guessed = (
        media
        or next((m for value in written_formats if (m := _media_of(value))), "")
        or formats.media_of_address(url)
    )
    if not meant and guessed in formats.BY_MEDIA:
        meant = formats.BY_MEDIA[guessed]
        notes.add("format-from-media-type", "dct:format", " ".join(written_formats), meant)
    elif not meant and written_formats:
        notes.add("format-not-listed", "dct:format", written_formats[0], guessed)
        media = media or guessed
    return meant, media


def _media_of(written: str) -> str:
    tail = written.rstrip("/").rsplit("/", 1)[-1].lower().lstrip(".")
    return formats.media_type(written) or formats.BY_ENDING.get(tail, "")


def _media(written: Sequence[str], at: str, notes: Notes) -> str:
    for value in written:
        found = formats.media_type(value)
        if found:
            if value != formats.IANA + found:
                notes.add("media-type-repaired", at, value, formats.IANA + found)
            return found
        notes.add("media-type-unknown", at, value)
    return ""


def _size(written: str, notes: Notes) -> int | None:
    plain = written.strip()
    if not plain:
        return None
    if plain.isdecimal() and plain.isascii() and len(plain) < 16:
        return int(plain)
    found = _SIZE.fullmatch(plain)
    if not found or found[3].lower() not in _UNITS or len(found[1]) > 15:
        notes.add("size-unreadable", "dcat:byteSize", written)
        return None
    size = int(float(found[1].replace(",", ".")) * 10 ** int(found[2] or 0) * _UNITS[found[3].lower()])
    if size > 2**53:
        notes.add("size-unreadable", "dcat:byteSize", written)
        return None
    notes.add("size-repaired", "dcat:byteSize", written, str(size))
    return size


def _checksum(found: FoundDistribution, notes: Notes) -> Checksum | None:
    if not (found.checksum_value or found.checksum_algorithm):
        return None
    words = re.sub(r"[^a-z0-9]", "", found.checksum_algorithm.lower().replace("hashalgorithms", ""))
    algorithm = next(
        (name for name in _ALGORITHMS if words.endswith((name, name.replace("sha", "sha2")))), ""
    )
    value = found.checksum_value.strip().lower()
    if not algorithm or not re.fullmatch(rf"[0-9a-f]{{{_ALGORITHMS.get(algorithm, 0)}}}", value):
        notes.add("checksum-dropped", "spdx:checksum", f"{found.checksum_algorithm} {found.checksum_value}")
        return None
    return Checksum(algorithm=algorithm, value=value)


def services(found: Iterable[FoundService], publisher: Agent, notes: Notes) -> tuple[DataService, ...]:
    """Interfaces with an address; the publisher is that of the dataset where none is named."""
    kept: dict[str, DataService] = {}
    for one in found:
        endpoint = mending_parts.first_address(one.endpoint_urls, "dcat:endpointURL", notes)
        address = values.address(one.id, "dcat:DataService", notes) if one.id else ""
        if not endpoint and not address.startswith("http"):
            notes.add("service-dropped", "dcat:DataService", one.id)
            continue
        mended = _service(one, address or endpoint, endpoint or address, publisher, notes)
        kept.setdefault(mended.id, mended)
    return tuple(kept.values())


def _service(one: FoundService, address: str, endpoint: str, publisher: Agent, notes: Notes) -> DataService:
    at = "dcat:DataService"
    licence = known("licence").resolve(one.licences[0]) or one.licences[0] if one.licences else ""
    own = mending_parts.agent(one.publisher, f"{at}/dct:publisher", notes) if one.publisher else None
    titles = values.texts(one.titles, f"{at}/dct:title", notes)
    if not titles:
        titles = (("", endpoint),)
        notes.add("title-missing", f"{at}/dct:title", "", endpoint)
    return DataService(
        id=address,
        title=titles,
        endpoint_url=endpoint,
        description=values.texts(one.descriptions, f"{at}/dct:description", notes),
        endpoint_description=mending_parts.first_address(
            one.endpoint_descriptions, "dcat:endpointDescription", notes
        ),
        publisher=own or publisher,
        contact=mending_parts.contact(one.contact, f"{at}/dcat:contactPoint", publisher.homepage, notes),
        licence=values.address(licence, f"{at}/dct:license", notes, web=True),
        access_rights=values.one_listed("access_right", one.access_rights, f"{at}/dct:accessRights", notes),
        availability=values.one_listed("availability", one.availability, f"{at}/dcatap:availability", notes),
        conforms_to=mending_parts.addresses(one.conforms_to, f"{at}/dct:conformsTo", notes),
        pages=mending_parts.addresses(one.pages, f"{at}/foaf:page", notes),
        hvd_categories=values.listed(
            "hvd_category", one.hvd_categories, "dcatap:hvdCategory", notes, keep=True
        ),
        legislation=mending_parts.addresses(one.legislation, f"{at}/dcatap:applicableLegislation", notes),
    )
