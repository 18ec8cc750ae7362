"""Writing a message in 3.1 or, for disposal, 4.0: elements in the order of the schema, codes with the versions it prescribes."""

from __future__ import annotations

from typing import Any

from lxml import etree

from stadtkern.casework.records.xdomea.binding import Bound, bound
from stadtkern.casework.records.xdomea.errors import MessageRefused
from stadtkern.casework.records.xdomea.messages import Message
from stadtkern.casework.records.xdomea.translation import most, to_dialect
from stadtkern.casework.records.xdomea.values import Code, CodeList, RawXml
from stadtkern.casework.records.xdomea.versions import Version

STANDARD = "xdomea"


def write(message: Message) -> bytes:
    """The message as UTF-8 XML, in its own version; the caller has chosen one that can be written."""
    version = message.version
    root = etree.Element(
        f"{{{version.namespace}}}{message.type.element}", nsmap={STANDARD: version.namespace}
    )
    if version.dialect == 4:
        root.set("produkt", message.product)
        root.set("produkthersteller", message.maker)
        if message.product_version:
            root.set("produktversion", message.product_version)
        root.set("standard", STANDARD)
        if message.test:
            root.set("test", message.test)
        root.set("version", version.number)
    writer = _Writer(version)
    writer.fill(root, to_dialect(message.header, version.dialect))
    writer.fill(root, to_dialect(message.body, version.dialect))
    etree.indent(root)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


class _Writer:
    """Fills elements from objects of the model."""

    def __init__(self, version: Version) -> None:
        self.version = version

    def fill(self, element: etree._Element, value: Any) -> None:
        """All fields of ``value`` that the dialect knows."""
        cls: Any = type(value)
        for one in bound(cls, self.version.dialect):
            given = getattr(value, one.attribute)
            if given is None:
                continue
            limit = most(value, one.attribute, self.version.dialect)
            for each in given[:limit] if one.repeated else (given,):
                self._put(element, one, each)

    def _put(self, element: etree._Element, one: Bound, value: Any) -> None:
        if one.kind is Code and not self._has_word(one, value):
            return
        if one.path == (".",):
            self._content(element, one, value)
            return
        for segment in one.path[:-1]:
            element = self._wrapper(element, segment)
        name = one.path[-1]
        if "|" in name:
            first, second = name.split("|")
            name = second if value.compound else first
        if one.kind is RawXml:
            self._raw(element, name, value)
            return
        self._content(self._child(element, name), one, value)

    def _has_word(self, one: Bound, value: Code) -> bool:
        """Whether the dialect has this code; an optional one is left out, for a required one there is nothing to say."""
        if self.version.dialect != 3 or one.codes is None or not one.codes.closed_3:
            return True
        if value.code in one.codes.closed_3:
            return True
        if one.required:
            raise MessageRefused(
                one.path[-1], f"Für den Code »{value.code}« hat xdomea {self.version.number} kein Wort."
            )
        return False

    def _wrapper(self, element: etree._Element, segment: str) -> etree._Element:
        """The wrapper a value goes into: the last one, or with ``*`` a new one."""
        name = segment.rstrip("*")
        if not segment.endswith("*") and len(element) and element[-1].tag == self._tag(name):
            return element[-1]
        return self._child(element, name)

    def _child(self, element: etree._Element, name: str) -> etree._Element:
        return etree.SubElement(element, self._tag(name))

    def _tag(self, name: str) -> str:
        return name[1:] if name.startswith("~") else f"{{{self.version.namespace}}}{name}"

    def _content(self, element: etree._Element, one: Bound, value: Any) -> None:
        if one.kind is Code:
            self._code(element, value, one.codes)
        elif one.is_object:
            self.fill(element, value)
        elif one.kind is bool:
            element.text = "1" if value else "0"  # fixed values of the schema compare lexically
        else:
            element.text = str(value)

    def _code(self, element: etree._Element, value: Code, codes: CodeList | None) -> None:
        dialect = self.version.dialect
        uri, version = value.list_uri, value.list_version
        if codes is not None:
            uri = uri if uri is None or codes.open else codes.uri
            if dialect in codes.fixed and version is not None:
                version = codes.version_in(dialect)
            if dialect in codes.required and version is None:
                uri, version = uri or codes.uri, codes.version_in(dialect)
        if uri is not None:
            element.set("listURI", uri)
        if version is not None:
            element.set("listVersionID", version)
        etree.SubElement(element, "code").text = value.code
        if value.name is not None and not (codes is not None and dialect in codes.bare):
            etree.SubElement(element, "name").text = value.name

    def _raw(self, element: etree._Element, name: str, value: str) -> None:
        """XML of the sender's own: its content as it came, under our name."""
        given = etree.fromstring(
            value, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        )
        target = self._child(element, name)
        target.text = given.text
        target.extend(list(given))
