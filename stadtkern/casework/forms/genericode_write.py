"""A code list as a genericode file: equal lists give equal bytes, and reading them gives the equal list."""

from __future__ import annotations

import re

from lxml import etree

from stadtkern.casework.forms.genericode import NAMESPACE
from stadtkern.casework.forms.model import CodeList

XOEV = "http://xoev.de/schemata/genericode/4"
"""The XÖV extensions say which columns are meant as code and as name."""


def write_code_list(codes: CodeList) -> bytes:
    """The list as UTF-8 XML, with its version as ``CanonicalVersionUri``."""
    root = etree.Element(f"{{{NAMESPACE}}}CodeList", nsmap={"gc": NAMESPACE, "xoev-cl": XOEV})
    identity = etree.SubElement(root, "Identification")
    _leaf(identity, "ShortName", re.sub(r"\s+", "-", codes.uri.rsplit(":", 1)[-1]) or "liste")
    _leaf(identity, "LongName", codes.title)
    _leaf(identity, "Version", codes.version)
    _leaf(identity, "CanonicalUri", codes.uri)
    _leaf(identity, "CanonicalVersionUri", codes.key)
    _columns(etree.SubElement(root, "ColumnSet"), codes)
    lines = etree.SubElement(root, "SimpleCodeList")
    for row in codes.rows:
        line = etree.SubElement(lines, "Row")
        for column, cell in zip(codes.columns, row, strict=True):
            if cell:
                _leaf(etree.SubElement(line, "Value", ColumnRef=column), "SimpleValue", cell)
    etree.indent(root, space=" ")
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True) + b"\n"


def _columns(parent: etree._Element, codes: CodeList) -> None:
    for column in codes.columns:
        use = "required" if column == codes.code_column else "optional"
        node = etree.SubElement(parent, "Column", Id=column, Use=use)
        if column == codes.name_column:
            _marker(node, "recommendedNameColumn")
        _leaf(node, "ShortName", re.sub(r"\s+", "-", column))
        etree.SubElement(node, "Data", Type="string")
    key = etree.SubElement(parent, "Key", Id="key")
    _marker(key, "recommendedKeyColumn")
    _leaf(key, "ShortName", "key")
    etree.SubElement(key, "ColumnRef", Ref=codes.code_column)


def _marker(node: etree._Element, name: str) -> None:
    info = etree.SubElement(etree.SubElement(node, "Annotation"), "AppInfo")
    etree.SubElement(info, f"{{{XOEV}}}{name}")


def _leaf(parent: etree._Element, name: str, text: str) -> None:
    if text:
        etree.SubElement(parent, name).text = text
