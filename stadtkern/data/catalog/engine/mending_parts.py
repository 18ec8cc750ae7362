"""Mending of the parts of a dataset that say who, where and when."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from stadtkern.data.catalog.engine import values
from stadtkern.data.catalog.engine.found import FoundAgent, FoundContact, FoundPeriod, FoundPlace
from stadtkern.data.catalog.engine.records import Agent, ContactPoint, Period, Place, Texts, text
from stadtkern.data.catalog.engine.repairs import Notes
from stadtkern.data.catalog.engine.vocabularies import known

_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")
_MAIL_IN_NAME: Final = re.compile(r"\s*(?:E-?Mail|mail)\s*:\s*$", re.IGNORECASE)


def agent(found: FoundAgent, at: str, notes: Notes) -> Agent | None:
    """Who it is; without any name: None."""
    mail = values.mail(found.mail, f"{at}/foaf:mbox", notes) if found.mail else ""
    name = text(values.texts(found.names[:1], f"{at}/foaf:name", notes))
    inside = values.MAIL.search(name)
    if inside and not (inside[0] == name and mail == name):
        notes.add("agent-mail", at, name, inside[0])
        mail = mail or inside[0]
        name = _MAIL_IN_NAME.sub("", name[: inside.start()]).strip(" ,;") or inside[0]
    if not name:
        return None
    if not found.typed:
        notes.add("agent-class", at, name)
    return Agent(
        name=name[:500],
        id=values.address(found.id, at, notes) if found.id else "",
        mail=mail,
        homepage=values.address(found.homepage, f"{at}/foaf:homepage", notes, web=True),
        kind=values.one_listed("publisher_type", [found.kind], f"{at}/dct:type", notes),
    )


def agents(found: Iterable[FoundAgent], at: str, notes: Notes) -> tuple[Agent, ...]:
    """Those that have a name, each once."""
    kept = dict[Agent, None]()
    for one in found:
        mended = agent(one, at, notes)
        if mended is None:
            notes.add("agent-dropped", at, one.id)
        else:
            kept[mended] = None
    return tuple(kept)


def publisher(found: FoundAgent | None, default: Agent | None, source: str, notes: Notes) -> Agent:
    """The publisher, which is mandatory: else that of the catalogue, else named by the address."""
    mended = agent(found, "dct:publisher", notes) if found else None
    if mended:
        return mended
    address = values.address(found.id, "dct:publisher", notes) if found and found.id else ""
    if default and (not address or address == default.id):
        notes.add("publisher-missing", "dct:publisher", address, default.name)
        return default
    name = (address or source).split("//", 1)[-1].split("/", 1)[0].removeprefix("www.") or "unbekannt"
    notes.add("publisher-named", "dct:publisher", address, name)
    return Agent(name=name, id=address)


def contact(found: FoundContact | None, at: str, page: str, notes: Notes) -> ContactPoint | None:
    """Whom to ask: at least one way is mandatory."""
    if found is None:
        return None
    name = text(values.texts(found.names[:1], f"{at}/vcard:fn", notes))
    mail = values.mail(found.mail, f"{at}/vcard:hasEmail", notes)
    telephone = values.telephone(found.telephone, f"{at}/vcard:hasTelephone", notes)
    url = values.address(found.url, f"{at}/vcard:hasURL", notes, web=True)
    if not (mail or telephone or url):
        if not (name and page):
            notes.add("contact-dropped", at, name)
            return None
        url = page
        notes.add("contact-page", at, name, page)
    if not found.typed:
        notes.add("contact-class", at, name)
    return ContactPoint(name=name[:500], mail=mail, telephone=telephone, url=url)


def themes(written: Sequence[str], notes: Notes) -> tuple[tuple[str, ...], Texts]:
    """Themes of the list; a theme in words that the list does not know stays as a keyword."""
    vocabulary, found, rest = known("theme"), dict[str, None](), list[tuple[str, str]]()
    for value in written:
        meant = vocabulary.resolve(value)
        if meant:
            found[meant] = None
            if meant != value:
                notes.add("value-mapped", "dcat:theme", value, meant)
        elif value.strip() and "://" not in value:
            rest.append(("", value.strip()[:200]))
            notes.add("theme-as-keyword", "dcat:theme", value)
        elif value.strip():
            notes.add("value-unknown", "dcat:theme", value)
    return tuple(found), tuple(rest)


def periods(found: Iterable[FoundPeriod], notes: Notes) -> tuple[Period, ...]:
    """Periods with at least one end."""
    kept = dict[Period, None]()
    for one in found:
        start = values.moment([one.start], "dct:temporal", notes)
        end = one.end
        if end.strip().startswith("9999"):
            notes.add("period-open", "dct:temporal", end)
            end = ""
        end = values.moment([end], "dct:temporal", notes)
        if start and end and start[:10] > end[:10] and len(start) >= 10 and len(end) >= 10:
            notes.add("period-order", "dct:temporal", f"{start}/{end}", f"{end}/{start}")
            start, end = end, start
        if not (start or end):
            notes.add("period-dropped", "dct:temporal", f"{one.start}/{one.end}")
            continue
        if one.old_names:
            notes.add("period-names", "dct:temporal")
        kept[Period(start=start, end=end)] = None
    return tuple(sorted(kept, key=lambda period: (period.start, period.end)))


def places(found: Iterable[FoundPlace], notes: Notes) -> tuple[Place, ...]:
    """Areas that name something: an address, words or a box."""
    kept = dict[Place, None]()
    for one in found:
        address = values.address(one.id, "dct:spatial", notes) if one.id else ""
        name = values.plain_text(one.name, "dct:spatial", notes)[:500]
        box = _box(one.geometry)
        if address or name or box:
            kept[Place(id=address, name=name, box=box)] = None
        else:
            notes.add("place-dropped", "dct:spatial", one.geometry or one.id)
    return tuple(sorted(kept, key=lambda place: (place.id, place.name, place.box or ())))


def _box(geometry: str) -> tuple[float, float, float, float] | None:
    """The box around a geometry in WKT or GeoJSON, in degrees; None where it is none."""
    numbers = _geojson_numbers(geometry) if geometry.lstrip().startswith("{") else None
    if numbers is None:
        found = _NUMBER.findall(geometry.rpartition(">")[2])
        numbers = [float(number) for number in found[:20_000]]
    if len(numbers) < 2 or len(numbers) % 2:
        return None
    xs, ys = numbers[0::2], numbers[1::2]
    box = (min(xs), min(ys), max(xs), max(ys))
    return box if -180 <= box[0] <= box[2] <= 180 and -90 <= box[1] <= box[3] <= 90 else None


def _geojson_numbers(geometry: str) -> list[float] | None:
    try:
        waiting: list[Any] = [json.loads(geometry).get("coordinates")]
    except (ValueError, AttributeError, RecursionError):
        return None
    numbers: list[float] = []
    while waiting:
        value = waiting.pop()
        if isinstance(value, list) and len(value) >= 2 and all(isinstance(v, int | float) for v in value[:2]):
            numbers += [float(value[0]), float(value[1])]
        elif isinstance(value, list):
            waiting.extend(value)
    return numbers


def addresses(written: Iterable[str], at: str, notes: Notes) -> tuple[str, ...]:
    """Usable addresses, each once."""
    return tuple(dict.fromkeys(found for value in written if (found := values.address(value, at, notes))))


def first_address(written: Sequence[str], at: str, notes: Notes) -> str:
    """The first address that leads somewhere."""
    return next((found for value in written if (found := values.address(value, at, notes, web=True))), "")
