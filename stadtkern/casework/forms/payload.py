"""Stored values as the JSON and the XML of a submission, and back.

JSON is nested by element id (FIT-Connect), XML by element name ``<ID>V<version>`` (XFall). What comes back are raw values
for ``evaluate``: nothing read here is trusted. Uploads in XML keep their facts as attributes, the text is their id.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from lxml import etree

from stadtkern.casework.forms.jsonschema import carries_value
from stadtkern.casework.forms.model import Datatype, Field, Form, Group, Position
from stadtkern.casework.forms.xsd import NAMESPACE
from stadtkern.kernel.errors import DomainError
from stadtkern.kernel.safe_xml import XmlError, XmlLimits, XmlNode, parse_xml

_LIMITS = XmlLimits(max_bytes=20_000_000, max_depth=100, max_nodes=200_000, max_text=200_000)
_UPLOAD_FACTS = ("name", "size", "media_type", "sha256")


class PayloadRefused(DomainError):
    """The submission document does not belong to the form; ``line`` and ``column`` count from 1."""

    code: ClassVar[str] = "payload-refused"
    status: ClassVar[int] = 422

    def __init__(self, message: str, *, line: int = 1, column: int = 1, path: str = "") -> None:
        super().__init__(message, extra={"line": line, "column": column, "path": path})
        self.line = line
        self.column = column
        self.path = path


def to_json_payload(form: Form, values: Mapping[str, Any]) -> dict[str, Any]:
    """The submission as JSON: the form's order, only what the form knows."""
    return _json_children(form.children, values)


def _json_children(positions: tuple[Position, ...], values: Mapping[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for position in positions:
        value = values.get(position.id)
        if value is None:
            continue
        if isinstance(position.element, Group):
            children = position.element.children
            items = [_json_children(children, item) for item in _items(value)]
            result[position.id] = items if position.repeated else items[0]
        elif carries_value(position):
            result[position.id] = value
    return result


def _items(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def to_xml_payload(form: Form, values: Mapping[str, Any]) -> bytes:
    """The submission as XML that ``xsd.xml_schema(form)`` accepts."""
    root = etree.Element(_name(form.key), nsmap={None: NAMESPACE})
    _write(root, form.children, values)
    etree.indent(root, space="  ")
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _name(key: str) -> str:
    return f"{{{NAMESPACE}}}{key}"


def _write(parent: etree._Element, positions: tuple[Position, ...], values: Mapping[str, Any]) -> None:
    for position in positions:
        value = values.get(position.id)
        if value is None or (isinstance(position.element, Field) and not carries_value(position)):
            continue
        for item in _items(value):
            node = etree.SubElement(parent, _name(position.element.key))
            if isinstance(position.element, Group):
                _write(node, position.element.children, item)
            else:
                _write_value(node, position.element, item)


def _write_value(node: etree._Element, field: Field, value: Any) -> None:
    if field.datatype is Datatype.FILE and isinstance(value, Mapping):
        for fact in _UPLOAD_FACTS:
            node.set(fact, str(value.get(fact, "")))
        node.text = value.get("id") or None
    elif isinstance(value, bool):
        node.text = "true" if value else "false"
    elif isinstance(value, int | float):
        node.text = format(Decimal(repr(value)), "f")
    else:
        node.text = str(value)


def from_xml_payload(form: Form, data: bytes) -> dict[str, Any]:
    """Raw values of a submission document, for ``evaluate``. Raises PayloadRefused with the place."""
    try:
        root = parse_xml(data, _LIMITS)
    except XmlError as error:
        raise PayloadRefused(error.message, line=error.line, column=error.column) from error
    if root.namespace != NAMESPACE or root.name != form.key:
        raise _refuse(root, f"Erwartet wird das Element „{form.key}“ im Namensraum {NAMESPACE}.")
    return _read(root, form.children)


def _refuse(node: XmlNode, message: str) -> PayloadRefused:
    return PayloadRefused(message, line=node.line, column=node.column, path=node.path())


def _read(node: XmlNode, positions: tuple[Position, ...]) -> dict[str, Any]:
    by_key = {position.element.key: position for position in positions}
    result: dict[str, Any] = {}
    for child in node.children:
        position = by_key.get(child.name) if child.namespace == NAMESPACE else None
        if position is None:
            raise _refuse(child, f"„{child.name[:60]}“ ist in „{node.name}“ nicht vorgesehen.")
        element = position.element
        value = _read(child, element.children) if isinstance(element, Group) else _read_value(child, element)
        if position.repeated:
            result.setdefault(position.id, []).append(value)
        elif position.id in result:
            raise _refuse(child, f"„{child.name}“ darf in „{node.name}“ nur einmal stehen.")
        else:
            result[position.id] = value
    return result


def _read_value(node: XmlNode, field: Field) -> Any:
    if field.datatype is Datatype.FILE:
        return _read_upload(node)
    if node.children:
        raise _refuse(node.children[0], f"„{node.name}“ darf keine Elemente enthalten.")
    if field.datatype.is_number and not field.values:
        return _read_number(node.text.strip())
    return node.text


def _read_upload(node: XmlNode) -> dict[str, Any]:
    facts: dict[str, Any] = {fact: node.attributes.get(fact, "") for fact in _UPLOAD_FACTS}
    size = facts["size"]
    facts["size"] = int(size) if size.isascii() and size.isdigit() and len(size) < 16 else -1
    id = node.text.strip()
    return {**facts, "id": id} if id else facts


def _read_number(text: str) -> object:
    """XML writes ``1234.5``; read as a number, it cannot be taken for German thousands."""
    digits = text.removeprefix("-").removeprefix("+")
    if len(digits) > 40 or not digits.replace(".", "", 1).isdigit() or not digits.isascii():
        return text
    number = Decimal(text)
    return int(number) if number == number.to_integral_value() else float(number)
