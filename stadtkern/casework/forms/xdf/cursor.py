"""Reading one XML element strictly: which children it may have, what they contain, what is wrong and where."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import date, datetime

from stadtkern.casework.forms.xdf.errors import Notice, XdfError
from stadtkern.kernel.safe_xml import XmlNode

MAX_ELEMENTS = 20_000
MAX_GROUP_DEPTH = 40

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})?")


class Context:
    """What the reader of one document shares: namespace, leniency, notices, number of elements, id mapping."""

    def __init__(self, namespace: str, *, lenient: bool) -> None:
        self.namespace = namespace
        self.lenient = lenient
        self.notices: list[Notice] = []
        self.elements = 0
        self.id_map: dict[str, str] = {}

    def count_element(self, node: XmlNode, depth: int) -> None:
        self.elements += 1
        if self.elements > MAX_ELEMENTS:
            raise fail(node, "too-many-elements", f"Das Formular hat mehr als {MAX_ELEMENTS} Elemente.")
        if depth > MAX_GROUP_DEPTH:
            raise fail(
                node, "too-deep", f"Die Gruppen sind tiefer als {MAX_GROUP_DEPTH} Ebenen verschachtelt."
            )

    def soft(self, node: XmlNode, reason: str, code: str, element: str, message: str) -> None:
        """A fault that the quality list knows: refused on import, noted and repaired when only checking."""
        if not self.lenient:
            raise fail(node, reason, message)
        self.notices.append(
            Notice(code=code, element=element, message=message, line=node.line, column=node.column)
        )


def fail(node: XmlNode, reason: str, message: str) -> XdfError:
    """The error at this node."""
    return XdfError(reason, message, line=node.line, column=node.column, path=node.path())


class Cursor:
    """One element whose children must be among ``allowed`` and in the namespace of the message."""

    def __init__(self, node: XmlNode, context: Context, allowed: Collection[str]) -> None:
        self.node = node
        self.context = context
        if node.text.strip():
            raise fail(
                node, "unexpected-text", f"In „{node.name}“ steht Text, wo nur Elemente stehen dürfen."
            )
        for child in node.children:
            if child.name not in allowed or child.namespace != context.namespace:
                raise fail(child, "unexpected-node", f"„{child.name}“ ist in „{node.name}“ nicht vorgesehen.")

    def many(self, name: str) -> list[XmlNode]:
        return list(self.node.named(name))

    def optional(self, name: str) -> XmlNode | None:
        """The child, at most once; repetitions are accepted while all but one are empty."""
        nodes = self.many(name)
        if len(nodes) < 2:
            return nodes[0] if nodes else None
        filled = [node for node in nodes if node.text.strip() or node.children]
        if len(filled) > 1:
            raise fail(nodes[1], "duplicate-node", f"„{name}“ steht mehrfach in „{self.node.name}“.")
        return filled[0] if filled else nodes[0]

    def required(self, name: str) -> XmlNode:
        """The child, exactly once."""
        nodes = self.many(name)
        if not nodes:
            raise fail(self.node, "missing-node", f"In „{self.node.name}“ fehlt „{name}“.")
        if len(nodes) > 1:
            raise fail(nodes[1], "duplicate-node", f"„{name}“ steht mehrfach in „{self.node.name}“.")
        return nodes[0]

    def at_most_once(self, name: str) -> XmlNode | None:
        return self.required(name) if self.node.child(name) is not None else None

    def text(self, name: str) -> str:
        node = self.optional(name)
        return leaf(node) if node is not None else ""

    def date(self, name: str) -> str:
        node = self.optional(name)
        text = leaf(node) if node is not None else ""
        if node is not None and text and not _is_date(text):
            raise fail(node, "wrong-date", f"„{text[:40]}“ in „{name}“ ist kein Datum (JJJJ-MM-TT).")
        return text

    def moment(self, name: str) -> str:
        node = self.optional(name)
        text = leaf(node) if node is not None else ""
        if node is not None and text and not _is_moment(text):
            raise fail(
                node, "wrong-date", f"„{text[:40]}“ in „{name}“ ist kein Zeitpunkt (JJJJ-MM-TTThh:mm:ss)."
            )
        return text

    def code(self, name: str) -> tuple[XmlNode, str] | None:
        """The un-namespaced ``code`` child of the code element ``name`` with its node."""
        node = self.at_most_once(name)
        return (node, code_of(node)) if node is not None else None


def leaf(node: XmlNode) -> str:
    """The trimmed text of an element without children."""
    if node.children:
        child = node.children[0]
        raise fail(child, "unexpected-node", f"„{child.name}“ ist in „{node.name}“ nicht vorgesehen.")
    return node.text.strip()


def code_of(node: XmlNode) -> str:
    """The text of the ``code`` child; XÖV codes carry it without a namespace."""
    codes = [child for child in node.children if child.name == "code"]
    for child in node.children:
        if child.name not in ("code", "name"):
            raise fail(child, "unexpected-node", f"„{child.name}“ ist in „{node.name}“ nicht vorgesehen.")
    if len(codes) > 1:
        raise fail(codes[1], "duplicate-node", f"„code“ steht mehrfach in „{node.name}“.")
    return leaf(codes[0]) if codes else ""


def _is_date(text: str) -> bool:
    return bool(_DATE.fullmatch(text)) and _parses(date.fromisoformat, text[:10])


def _is_moment(text: str) -> bool:
    return _parses(datetime.fromisoformat, text)


def _parses(parser: Callable[[str], object], text: str) -> bool:
    try:
        parser(text)
    except ValueError:
        return False
    return True
