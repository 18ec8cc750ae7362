"""Datasets as a WFS tells them (capabilities 1.0 to 2.0): each feature type is one, reachable by GetFeature."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from stadtkern.data.catalog.engine.found import (
    FoundAgent,
    FoundContact,
    FoundDistribution,
    FoundEntry,
    FoundPage,
    FoundPlace,
    FoundService,
)
from stadtkern.data.catalog.engine.problems import SourceRefused
from stadtkern.kernel.safe_xml import XmlError, XmlNode, parse_xml

_NONE: Final = {"", "none", "keine", "no", "n/a", "-"}
_FORMATS: Final = (("geo+json", "application/geo+json"), ("geojson", "application/geo+json"), ("application/json", "application/geo+json"), ("csv", "text/csv"), ("gml", "application/gml+xml"))  # fmt: skip
_CONFORMS: Final = "http://www.opengis.net/def/serviceType/ogc/wfs"
_NAME: Final = re.compile(r"[\w.:-]{1,200}")


def is_wfs(data: bytes) -> bool:
    """Whether it looks like the capabilities of a WFS."""
    return b"WFS_Capabilities" in data[:4096]


def capabilities_address(address: str) -> str:
    """The address of the capabilities for a service given by any of its addresses."""
    parts = urlsplit(address)
    kept = [
        (key, value)
        for key, value in parse_qsl(parts.query)
        if key.lower() not in {"service", "request", "version"}
    ]
    query = urlencode([*kept, ("service", "WFS"), ("request", "GetCapabilities")])
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def page_from_wfs(data: bytes, address: str = "") -> FoundPage:
    """Feature types as datasets. Raises ``SourceRefused``."""
    try:
        root = parse_xml(data)
    except XmlError as error:
        raise SourceRefused("not-xml", error.message, f"{address}:{error.line}:{error.column}") from error
    if root.name != "WFS_Capabilities":
        raise SourceRefused("not-wfs", f"keine Dienstbeschreibung (WFS), sondern {root.name}", address)
    service = root.child("ServiceIdentification") or root.child("Service")
    page = FoundPage(kind="wfs", titles=_texts(service, "Title"), publisher=_provider(root))
    types = _all(root, "FeatureType")
    page.entries = [_entry(root, node, address) for node in types if _NAME.fullmatch(_text(node, "Name"))]
    return page


def _entry(root: XmlNode, node: XmlNode, address: str) -> FoundEntry:
    name = _text(node, "Name")
    endpoint = _operation(root, "GetFeature") or address.split("?")[0]
    service = root.child("ServiceIdentification") or root.child("Service")
    found = FoundEntry(id=f"{endpoint.rstrip('?&')}#{name}", identifiers=[f"{endpoint.rstrip('?&')}#{name}"])
    found.titles, found.descriptions = _texts(node, "Title") or (("", name),), _texts(node, "Abstract")
    found.keywords = tuple(("", word.text.strip()) for word in _all(node, "Keyword") if word.text.strip())
    found.publisher, found.contact = _provider(root), _contact(root)
    found.spatial = [FoundPlace(geometry=box)] if (box := _box(node)) else []
    metadata = node.child("MetadataURL")
    link = (
        (metadata.attributes.get("{http://www.w3.org/1999/xlink}href") or metadata.text.strip())
        if metadata
        else ""
    )
    found.pages = [link] if link else []
    constraint = _text(service, "AccessConstraints") if service else ""
    licence = "" if constraint.lower() in _NONE else _licence(constraint)
    found.distributions = [
        FoundDistribution(
            access_urls=[_feature_address(endpoint, name, _version(root), output)],
            media_types=[media],
            licences=[licence] if licence else [],
        )
        for output, media in _outputs(root)
    ]
    titles = _texts(service, "Title") if service else ()
    description = capabilities_address(address or endpoint)
    found.services = [
        FoundService(
            id=endpoint.rstrip("?&"),
            endpoint_urls=[endpoint],
            titles=titles or (("", "WFS"),),
            endpoint_descriptions=[description],
            conforms_to=[_CONFORMS],
            licences=[licence] if licence else [],
        )
    ]
    return found


def _licence(constraint: str) -> str:
    """GDI-DE writes the licence as JSON into the constraints: ``{"id":"dl-by-de/2.0","url":"…"}``."""
    found = re.search(r'"url"\s*:\s*"([^"]+)"', constraint) or re.search(r"https?://\S+", constraint)
    return (found.group(1) if found.groups() else found.group(0)) if found else constraint


def _outputs(root: XmlNode) -> list[tuple[str, str]]:
    offered = [
        value.text.strip()
        for value in _all(root, "Value")
        if value.parent and "outputFormat" in str(_owner(value))
    ]
    found: dict[str, str] = {}
    for value in offered:
        for mark, media in _FORMATS:
            if mark in value.lower():
                found.setdefault(media, value)
                break
    return [(value, media) for media, value in found.items()] or [("", "application/gml+xml")]


def _owner(value: XmlNode) -> str:
    node: XmlNode | None = value
    while node is not None and node.name != "Parameter":
        node = node.parent
    return node.attributes.get("name", "") if node else ""


def _feature_address(endpoint: str, name: str, version: str, output: str) -> str:
    types = "typeNames" if version.startswith("2") else "typeName"
    query = [("service", "WFS"), ("version", version), ("request", "GetFeature"), (types, name)]
    if output:
        query.append(("outputFormat", output))
    separator = "" if endpoint.endswith(("?", "&")) else ("&" if "?" in endpoint else "?")
    return endpoint + separator + urlencode(query)


def _version(root: XmlNode) -> str:
    return root.attributes.get("version", "2.0.0")


def _operation(root: XmlNode, name: str) -> str:
    for operation in _all(root, "Operation"):
        if operation.attributes.get("name") == name:
            for get in _all(operation, "Get"):
                href = get.attributes.get("{http://www.w3.org/1999/xlink}href", "")
                if href:
                    return href
    return ""


def _provider(root: XmlNode) -> FoundAgent | None:
    provider = root.child("ServiceProvider")
    name = _text(provider, "ProviderName") if provider else ""
    if not name:
        return None
    site = provider.child("ProviderSite") if provider else None
    href = site.attributes.get("{http://www.w3.org/1999/xlink}href", "") if site else ""
    return FoundAgent(names=(("", name),), homepage=href)


def _contact(root: XmlNode) -> FoundContact | None:
    provider = root.child("ServiceProvider")
    if provider is None:
        return None
    mails, phones = _all(provider, "ElectronicMailAddress"), _all(provider, "Voice")
    name = _text(provider, "ProviderName")
    return FoundContact(
        names=(("", name),) if name else (),
        mail=mails[0].text.strip() if mails else "",
        telephone=phones[0].text.strip() if phones else "",
    )


def _box(node: XmlNode) -> str:
    for box in _all(node, "WGS84BoundingBox"):
        return f"BOX({_text(box, 'LowerCorner')}, {_text(box, 'UpperCorner')})"
    for box in _all(node, "LatLongBoundingBox"):
        return "BOX({minx} {miny}, {maxx} {maxy})".format_map(
            {key: box.attributes.get(key, "") for key in ("minx", "miny", "maxx", "maxy")}
        )
    return ""


def _all(node: XmlNode, name: str) -> list[XmlNode]:
    found, waiting = [], list(reversed(node.children))
    while waiting:
        child = waiting.pop()
        if child.name == name:
            found.append(child)
        waiting.extend(reversed(child.children))
    return found


def _text(node: XmlNode, name: str) -> str:
    child = node.child(name)
    return child.text.strip() if child else ""


def _texts(node: XmlNode | None, name: str) -> tuple[tuple[str, str], ...]:
    text = _text(node, name) if node else ""
    return (("", text),) if text else ()
