"""What the pages show of the catalogue: small values for templates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from stadtkern.data.catalog import search
from stadtkern.data.catalog.engine.records import DataService, Distribution, Entry, Period, Place, text
from stadtkern.data.catalog.engine.repairs import REPAIRS
from stadtkern.data.catalog.engine.vocabularies import known

SERIALIZATIONS: Final = (("RDF/XML", "rdf"), ("Turtle", "ttl"), ("JSON-LD", "jsonld"))


def titles() -> dict[str, str]:
    """The names of the facets."""
    return {
        "theme": _("Thema"),
        "publisher": _("Herausgeber"),
        "format": _("Format"),
        "licence": _("Lizenz"),
        "source": _("Übernommen aus"),
    }


def facets(
    found: search.Found,
    here: str,
    query: str,
    chosen: Mapping[str, Sequence[str]],
    parameters: Mapping[str, str],
) -> list[dict[str, Any]]:
    """The facets with an address for each value: chosen values lead to the list without them."""
    shown = []
    for kind, title in titles().items():
        values = [
            {
                "label": value.label,
                "count": number_format(value.count, use_l10n=True, force_grouping=True),
                "chosen": value.chosen,
                "href": _address(here, query, _toggled(chosen, kind, value.value), parameters),
            }
            for value in found.facets[kind]
        ]
        if len(values) > 1 or any(value["chosen"] for value in values):
            shown.append(
                {
                    "title": title,
                    "kind": kind,
                    "values": values,
                    "open": any(value["chosen"] for value in values),
                }
            )
    return shown


def _toggled(chosen: Mapping[str, Sequence[str]], kind: str, value: str) -> dict[str, list[str]]:
    changed = {name: list(values) for name, values in chosen.items()}
    changed[kind] = (
        [one for one in changed[kind] if one != value] if value in changed[kind] else [*changed[kind], value]
    )
    return changed


def _address(
    here: str, query: str, chosen: Mapping[str, Sequence[str]], parameters: Mapping[str, str]
) -> str:
    pairs = [("q", query)] if query else []
    pairs += [(parameters[kind], value) for kind, values in chosen.items() for value in values]
    return f"{here}?{urlencode(pairs)}" if pairs else here


def result(item: search.Item, language: str) -> dict[str, Any]:
    """A line of the list."""
    licences = [known("licence").concepts.get(licence) for licence in item.licences]
    return {
        "slug": item.slug,
        "title": item.title,
        "summary": item.summary if item.summary != item.title else "",
        "publisher": item.publisher,
        "formats": [search.label("format", value, language) for value in item.formats[:6]],
        "modified": day(item.modified),
        "open": bool(licences) and all(licence is not None and licence.open for licence in licences),
        "high_value": item.high_value,
        "source": item.source,
    }


def download(one: Distribution, at: int, language: str) -> dict[str, Any]:
    """A way to the data: what, how large, under which licence, where."""
    target = one.download_url or one.access_url
    name = (
        search.label("format", one.format, language)
        if one.format
        else one.media_type.rsplit("/", 1)[-1].upper()
    )
    licence = known("licence").concepts.get(one.licence)
    return {
        "title": text(one.title, language) or (_("Datei %(n)s") % {"n": at}),
        "description": text(one.description, language) if one.description != one.title else "",
        "format": name or _("unbekannt"),
        "size": size(one.byte_size),
        "href": target if target.startswith(("http://", "https://", "ftp://")) else "",
        "host": urlsplit(target).hostname or "",
        "direct": bool(one.download_url),
        "licence": known("licence").label(one.licence, language),
        "licence_href": (licence.page if licence else one.licence) or "",
        "free": licence is not None and licence.open,
        "attribution": one.attribution,
        "rights": one.rights,
    }


def service(one: DataService, language: str) -> dict[str, str]:
    """An interface."""
    return {
        "title": text(one.title, language),
        "description": text(one.description, language),
        "href": one.endpoint_description or one.endpoint_url,
        "endpoint": one.endpoint_url,
    }


def facts(entry: Entry, language: str) -> list[tuple[str, str]]:
    """What is known besides, in pairs; only what is there."""
    pairs = [
        (_("Herausgeber"), entry.publisher.name),
        (_("Thema"), _labels("theme", entry.themes, language)),
        (_("Stand der Daten"), day(entry.modified)),
        (_("Veröffentlicht"), day(entry.issued)),
        (_("Wird aktualisiert"), _labels("frequency", [entry.frequency] if entry.frequency else [], language)),
        (_("Zeitraum"), "; ".join(_period(one) for one in entry.temporal)),
        (_("Gebiet"), "; ".join(dict.fromkeys(filter(None, (_place(one) for one in entry.spatial))))),
        (_("Ebene"), _labels("political_level", entry.political_level, language)),
        (_("Sprache"), _labels("language", entry.languages, language)),
        (_("Erhoben von"), ", ".join(one.name for one in (*entry.originators, *entry.creators))),
        (_("Gepflegt von"), ", ".join(one.name for one in (*entry.custodians, *entry.contributors))),
        (_("Hochwertiger Datensatz (EU)"), _labels("hvd_category", entry.hvd_categories, language)),
        (_("Reihe"), text(entry.series.title, language) if entry.series else ""),
        (_("Version"), entry.version),
        (_("Herkunft"), entry.provenance),
        (_("Kennung"), entry.identifier),
    ]  # fmt: skip
    return [(name, value) for name, value in pairs if value]


def _labels(name: str, values: Sequence[str], language: str) -> str:
    return ", ".join(known(name).label(value, language) for value in values)


def _period(one: Period) -> str:
    if not one.end:
        return _("ab %(day)s") % {"day": day(one.start)}
    if not one.start:
        return _("bis %(day)s") % {"day": day(one.end)}
    return _("%(start)s bis %(end)s") % {"start": day(one.start), "end": day(one.end)}


def _place(one: Place) -> str:
    key = one.id.rstrip("/").rsplit("/", 1)[-1]
    if one.name:
        return one.name
    return _("Regionalschlüssel %(key)s") % {"key": key} if key.isdecimal() else ""


def repaired(stored: Sequence[Sequence[str]], language: str) -> list[tuple[str, int]]:
    """What was repaired when the entry was taken over, and how often."""
    counts = Counter(repair[0] for repair in stored)
    at = 0 if language.startswith("de") else 1
    return [(REPAIRS[code][at] if code in REPAIRS else code, count) for code, count in counts.most_common()]


def day(written: str) -> str:
    """An ISO date as people write it; years and months as they are."""
    try:
        return (
            date_format(date.fromisoformat(written[:10]), "SHORT_DATE_FORMAT")
            if len(written) >= 10
            else written
        )
    except ValueError:
        return written


def size(count: int | None) -> str:
    """Bytes as people say them."""
    if count is None:
        return ""
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= factor:
            return f"{number_format(round(count / factor, 1), decimal_pos=1)} {unit}"
    return f"{count} B"
