"""XML Schema of a submission in the manner of XFall: one global element per form element, named ``<ID>V<version>``.

Compared in tests with the schema that the FIM component's converter (XDF3_2_XFall) makes: both accept and refuse the same
documents. Like there, a choice group may be empty for the schema; that exactly one child is chosen is judged by
``evaluate``. Labels may not occur at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from lxml import etree

from stadtkern.casework.forms.intake import field_values
from stadtkern.casework.forms.model import (
    CodeList,
    Datatype,
    Element,
    Field,
    Form,
    Group,
    Position,
    Value,
    walk,
)
from stadtkern.casework.forms.patterns import without_anchors
from stadtkern.casework.forms.values import parse_date, parse_datetime, parse_time

NAMESPACE = "urn:fim-de:xfall:datenschema:xdf3"
XS = "http://www.w3.org/2001/XMLSchema"

_TYPES = {
    Datatype.TEXT: "xs:string",
    Datatype.TEXT_LATIN: "xs:string",
    Datatype.DATE: "xs:date",
    Datatype.TIME: "xs:time",
    Datatype.DATETIME: "xs:dateTime",
    Datatype.BOOL: "xs:boolean",
    Datatype.NUM: "xs:decimal",
    Datatype.NUM_INT: "xs:integer",
    Datatype.NUM_CURRENCY: "xs:decimal",
    Datatype.FILE: "xs:anyType",
    Datatype.OBJ: "xs:anyType",
}


def xml_schema(root: Form | Group, code_lists: Mapping[str, CodeList] | None = None) -> bytes:
    """The schema document, UTF-8."""
    schema = etree.Element(
        _xs("schema"),
        nsmap={None: NAMESPACE, "xs": XS},
        targetNamespace=NAMESPACE,
        elementFormDefault="qualified",
        attributeFormDefault="unqualified",
    )
    writer = _Writer(schema, code_lists or {})
    writer.container(root, f"Datenschema: {root.name or root.label}")
    for _, position in walk(root.children):
        writer.element(position.element)
    etree.indent(schema, space="  ")
    return etree.tostring(schema, encoding="UTF-8", xml_declaration=True)


def _xs(name: str) -> str:
    return f"{{{XS}}}{name}"


class _Writer:
    def __init__(self, schema: etree._Element, code_lists: Mapping[str, CodeList]) -> None:
        self.schema = schema
        self.code_lists = code_lists
        self.written: set[str] = set()

    def element(self, element: Element) -> None:
        if element.key in self.written:
            return
        if isinstance(element, Group):
            self.container(element, f"Datenfeldgruppe: {element.name or element.label}")
        else:
            self.field(element)

    def container(self, root: Form | Group, title: str) -> None:
        self.written.add(root.key)
        node = etree.SubElement(self.schema, _xs("element"), name=root.key)
        self.document(node, title)
        content = etree.SubElement(node, _xs("complexType"))
        choice = isinstance(root, Group) and root.choice
        model = etree.SubElement(content, _xs("choice" if choice else "sequence"))
        for position in root.children:
            self.position(model, position)

    def position(self, model: etree._Element, position: Position) -> None:
        node = etree.SubElement(model, _xs("element"), ref=position.element.key)
        element = position.element
        low, high = position.min, position.max
        if isinstance(element, Field) and not element.is_answerable:
            low, high = 0, 0
        if low != 1:
            node.set("minOccurs", str(low))
        if high != 1:
            node.set("maxOccurs", "unbounded" if high is None else str(high))

    def field(self, field: Field) -> None:
        self.written.add(field.key)
        node = etree.SubElement(self.schema, _xs("element"), name=field.key)
        self.document(node, f"Datenfeld: {field.name or field.label}")
        values = field_values(field, self.code_lists)
        if values is not None or field.code_list is not None:
            self.selection(node, values or ())
            return
        base = "xs:string" if not field.is_answerable else _TYPES[field.datatype]
        facets = self.facets(field) if field.is_answerable else []
        if not facets:
            node.set("type", base)
            return
        restriction = self.restriction(node, base)
        for name, value in facets:
            etree.SubElement(restriction, _xs(name), value=value)

    def selection(self, node: etree._Element, values: tuple[Value, ...]) -> None:
        restriction = self.restriction(node, "xs:token")
        for value in values:
            entry = etree.SubElement(restriction, _xs("enumeration"), value=value.code)
            self.document(entry, f"Auswahlwert: {value.name}")

    def restriction(self, node: etree._Element, base: str) -> etree._Element:
        return etree.SubElement(etree.SubElement(node, _xs("simpleType")), _xs("restriction"), base=base)

    def facets(self, field: Field) -> list[tuple[str, str]]:
        if field.datatype.is_text:
            return _text_facets(field)
        if field.datatype.is_number:
            return _number_facets(field)
        return _moment_facets(field) if field.datatype.is_temporal else []

    def document(self, node: etree._Element, text: str) -> None:
        annotation = etree.SubElement(node, _xs("annotation"))
        etree.SubElement(annotation, _xs("documentation")).text = text


def _text_facets(field: Field) -> list[tuple[str, str]]:
    limits = field.constraints
    facets: list[tuple[str, str]] = []
    low, high = limits.shortest, limits.longest
    if low is not None and (high is None or low <= high):
        facets.append(("minLength", str(low)))
    if high is not None:
        facets.append(("maxLength", str(high)))
    pattern = without_anchors(limits.pattern)
    if pattern and is_xsd_pattern(pattern):
        facets.append(("pattern", pattern))
    return facets


def _number_facets(field: Field) -> list[tuple[str, str]]:
    limits = field.constraints
    facets: list[tuple[str, str]] = []
    low, high = limits.lowest, limits.highest
    whole = field.datatype is Datatype.NUM_INT
    for name, value in (("minInclusive", low), ("maxInclusive", high)):
        crossed = low is not None and high is not None and low > high
        if value is not None and not crossed and (not whole or value == value.to_integral_value()):
            facets.append((name, format(value.to_integral_value() if whole else value, "f")))
    if field.datatype is Datatype.NUM_CURRENCY:
        facets.append(("fractionDigits", "2"))
    return facets


def _moment_facets(field: Field) -> list[tuple[str, str]]:
    parse = {Datatype.DATE: parse_date, Datatype.TIME: parse_time, Datatype.DATETIME: parse_datetime}[
        field.datatype
    ]
    bounds = (("minInclusive", field.constraints.min_value), ("maxInclusive", field.constraints.max_value))
    return [(name, moment.isoformat()) for name, text in bounds if (moment := parse(text)) is not None]


@lru_cache(maxsize=1024)
def is_xsd_pattern(pattern: str) -> bool:
    """Whether the XML Schema processor takes the pattern; a schema with a broken one would be useless as a whole."""
    schema = etree.Element(_xs("schema"), nsmap={"xs": XS})
    node = etree.SubElement(etree.SubElement(schema, _xs("element"), name="x"), _xs("simpleType"))
    restriction = etree.SubElement(node, _xs("restriction"), base="xs:string")
    etree.SubElement(restriction, _xs("pattern"), value=pattern)
    try:
        etree.XMLSchema(schema)
    except etree.XMLSchemaParseError:
        return False
    return True
