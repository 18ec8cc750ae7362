"""Reads XML from people we do not know: no entities, no network, limits on size and depth."""

from __future__ import annotations

from lxml import etree

from stadtkern.kernel.dmn.errors import DmnError

MAX_BYTES = 10_000_000
MAX_DEPTH = 200
MAX_ELEMENTS = 300_000


def read_xml(data: bytes) -> etree._Element:
    """The root element. Raises DmnError for what is too large, malformed, or declares a document type."""
    if len(data) > MAX_BYTES:
        raise DmnError(
            "dmn-too-large",
            "Die Datei ist zu groß (höchstens 10 MB).",
            "The file is too large (at most 10 MB).",
        )
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        message = f"Die Datei ist kein gültiges XML (Zeile {line})."
        raise DmnError(
            "dmn-malformed", message, f"Not well-formed XML: {error}.", line or 1, column or 1
        ) from None
    if root.getroottree().docinfo.doctype:
        raise DmnError(
            "dmn-doctype",
            "Eine Dokumenttyp-Angabe (DOCTYPE) ist nicht erlaubt.",
            "A document type declaration is not allowed.",
        )
    _check_shape(root)
    return root


def _check_shape(root: etree._Element) -> None:
    count = 0
    stack = [(root, 1)]
    while stack:
        element, depth = stack.pop()
        count += 1
        if depth > MAX_DEPTH or count > MAX_ELEMENTS:
            raise DmnError(
                "dmn-too-deep",
                "Die Datei ist zu tief verschachtelt oder hat zu viele Elemente.",
                "Too deep or too many elements.",
            )
        stack.extend((child, depth + 1) for child in element)
