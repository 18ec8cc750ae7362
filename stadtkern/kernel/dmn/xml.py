"""Reads the XML of models with the kernel's safe reader and gives its refusals our codes."""

from __future__ import annotations

from stadtkern.kernel.dmn.errors import DmnError
from stadtkern.kernel.safe_xml import XmlError, XmlLimits, XmlNode, parse_xml

MAX_BYTES = 10_000_000
LIMITS = XmlLimits(max_bytes=MAX_BYTES, max_depth=200, max_nodes=300_000)
ENGLISH = {
    "too-large": "The file is too large.",
    "not-xml": "The file is not well-formed XML.",
    "doctype-refused": "A document type declaration is not allowed.",
    "too-deep": "The file is nested too deeply.",
    "too-many-nodes": "The file has too many elements.",
    "text-too-long": "A text in the file is too long.",
}


def read_xml(data: bytes) -> XmlNode:
    """The root element. Raises DmnError with line and column for what is too large, malformed or has a DOCTYPE."""
    try:
        return parse_xml(data, LIMITS)
    except XmlError as error:
        message_en = ENGLISH.get(error.code, "The file cannot be read.")
        raise DmnError(f"dmn-{error.code}", error.message, message_en, error.line, error.column) from None
