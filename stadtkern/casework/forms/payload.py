"""Stored values as the JSON and the XML of a submission.

JSON is nested by element id (FIT-Connect), XML by element name ``<ID>V<version>`` (XFall). Uploads in XML keep their facts
as attributes, the text is their id.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from lxml import etree

from stadtkern.casework.forms.jsonschema import carries_value
from stadtkern.casework.forms.model import Datatype, Field, Form, Group, Position
from stadtkern.casework.forms.xsd import NAMESPACE

_UPLOAD_FACTS = ("name", "size", "media_type", "sha256")


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
