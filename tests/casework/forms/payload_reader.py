"""Reads the XML of a submission back: the proof that the writer loses nothing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from stadtkern.casework.forms.model import Datatype, Field, Form, Group, Position
from stadtkern.casework.forms.xsd import NAMESPACE
from stadtkern.kernel.safe_xml import XmlNode, parse_xml

FACTS = ("name", "size", "media_type", "sha256")


def from_xml_payload(form: Form, data: bytes) -> dict[str, Any]:
    """Raw values of a submission document, for ``evaluate``."""
    root = parse_xml(data)
    assert (root.namespace, root.name) == (NAMESPACE, form.key)
    return _read(root, form.children)


def _read(node: XmlNode, positions: tuple[Position, ...]) -> dict[str, Any]:
    by_key = {position.element.key: position for position in positions}
    result: dict[str, Any] = {}
    for child in node.children:
        position = by_key[child.name]
        element = position.element
        value = _read(child, element.children) if isinstance(element, Group) else _read_value(child, element)
        if position.repeated:
            result.setdefault(position.id, []).append(value)
        else:
            assert position.id not in result
            result[position.id] = value
    return result


def _read_value(node: XmlNode, field: Field) -> Any:
    if field.datatype is Datatype.FILE:
        facts: dict[str, Any] = {fact: node.attributes.get(fact, "") for fact in FACTS}
        facts["size"] = int(facts["size"])
        return {**facts, "id": node.text.strip()} if node.text.strip() else facts
    if field.datatype.is_number and not field.values:
        number = Decimal(node.text.strip())
        return int(number) if number == number.to_integral_value() else float(number)
    return node.text
