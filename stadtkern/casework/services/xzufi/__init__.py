"""Exchange of services as XZuFi 2.2: the JSON model ``Leistung220`` of the FIM portal, and XML of the same shape.

``mapping``  our content ↔ the JSON model         ``xml`` the JSON model ↔ XML (namespace of XZuFi 2.2.0)

What XZuFi has no element for travels in one: life situations as categories, related services as services in context,
"needed in every case" as the type of a document. Export and import give an equal content.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from stadtkern.casework.services.content import BadContent, ServiceContent
from stadtkern.casework.services.xzufi.mapping import from_leistung, to_leistung
from stadtkern.casework.services.xzufi.xml import read_xml, write_xml

__all__ = ["as_json", "as_xml", "from_json", "from_xml", "read_any"]


def as_json(content: ServiceContent) -> str:
    """One service as ``Leistung220``."""
    return json.dumps(to_leistung(content), ensure_ascii=False, indent=1)


def from_json(text: str | bytes) -> list[ServiceContent]:
    """One service, or a list of them; raises ``BadContent``."""
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        place = f"{error.lineno - 1}:{error.colno - 1}"
        raise BadContent(f"Das ist kein JSON: {error.msg}", extra={"place": place}) from error
    except ValueError as error:
        raise BadContent("Die Datei ist kein Text in UTF-8.", extra={"place": "0:0"}) from error
    rows = data if isinstance(data, list) else [data]
    if not all(isinstance(row, dict) for row in rows):
        raise BadContent("Erwartet wird eine Leistung oder eine Liste von Leistungen.")
    return [from_leistung(row) for row in rows]


def as_xml(contents: Iterable[ServiceContent]) -> bytes:
    """Services as one XML document."""
    return write_xml([to_leistung(content) for content in contents])


def from_xml(data: bytes) -> list[ServiceContent]:
    """All services of an XML document; raises ``BadContent`` (also for entity bombs and other namespaces)."""
    return [from_leistung(row) for row in read_xml(data)]


def read_any(data: bytes) -> list[ServiceContent]:
    """XML or JSON, recognised by its first character."""
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    return from_xml(data) if start == b"<" else from_json(data)
