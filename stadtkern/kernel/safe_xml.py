"""Read XML that nobody trusts: a small tree with the line and column of every node.

Every document type declaration is refused, so there are no entities to expand and nothing is fetched. Size, depth,
number of nodes and length of texts are limited. Errors say where (line and column counted from 1).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.parsers import expat


@dataclass(frozen=True, slots=True, kw_only=True)
class XmlLimits:
    """Upper bounds of one document; beyond them it is refused, never cut."""

    max_bytes: int = 20_000_000
    max_depth: int = 200
    max_nodes: int = 2_000_000
    max_text: int = 200_000


class XmlError(Exception):
    """The document was refused. ``code`` is stable, ``message`` German, ``line`` and ``column`` count from 1."""

    def __init__(self, code: str, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.line = line
        self.column = column


class XmlNode:
    """One element: namespace, local name, attributes (``{ns}name`` when qualified), own text, children, place."""

    __slots__ = ("attributes", "children", "column", "line", "name", "namespace", "parent", "text")

    def __init__(
        self,
        namespace: str,
        name: str,
        attributes: dict[str, str],
        line: int,
        column: int,
        parent: XmlNode | None,
    ) -> None:
        self.namespace = namespace
        self.name = name
        self.attributes = attributes
        self.line = line
        self.column = column
        self.parent = parent
        self.text = ""
        self.children: list[XmlNode] = []

    def child(self, name: str) -> XmlNode | None:
        """The first child with this local name."""
        return next((node for node in self.children if node.name == name), None)

    def named(self, name: str) -> Iterator[XmlNode]:
        """All children with this local name."""
        return (node for node in self.children if node.name == name)

    def path(self) -> str:
        """The path from the root with positions among equal names, e.g. ``a/struktur[2]/name``."""
        steps: list[str] = []
        node: XmlNode | None = self
        while node is not None:
            steps.append(node._step())
            node = node.parent
        return "/".join(reversed(steps))

    def _step(self) -> str:
        if self.parent is None:
            return self.name
        equals = [node for node in self.parent.children if node.name == self.name]
        if len(equals) < 2:
            return self.name
        return f"{self.name}[{next(i for i, node in enumerate(equals, 1) if node is self)}]"


class XmlBuilder:
    """Builds the tree under the limits; ``xml_document`` extends it to keep the rest of a document, too."""

    def __init__(self, limits: XmlLimits) -> None:
        self.limits = limits
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.parser.EntityDeclHandler = self.doctype
        self.parser.ExternalEntityRefHandler = self.doctype
        self.root: XmlNode | None = None
        self.current: XmlNode | None = None
        self.texts: list[list[str]] = []
        self.length = 0
        self.nodes = 0

    def fail(self, code: str, message: str) -> XmlError:
        return XmlError(code, message, self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.count()
        namespace, local = _split(name)
        line, column = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1
        named = {_clark(key): value for key, value in attributes.items()}
        self.enter(XmlNode(namespace, local, named, line, column, self.current))

    def count(self) -> None:
        self.nodes += 1
        if self.nodes > self.limits.max_nodes:
            raise self.fail("too-many-nodes", f"Das Dokument hat mehr als {self.limits.max_nodes} Elemente.")
        if len(self.texts) >= self.limits.max_depth:
            raise self.fail(
                "too-deep", f"Das Dokument ist tiefer als {self.limits.max_depth} Ebenen verschachtelt."
            )

    def enter(self, node: XmlNode) -> None:
        if self.current is None:
            self.root = node
        else:
            self.current.children.append(node)
        self.current = node
        self.texts.append([])
        self.length = 0

    def end(self, _name: str) -> None:
        assert self.current is not None
        self.current.text = "".join(self.texts.pop())
        self.current = self.current.parent

    def text(self, data: str) -> None:
        self.length += len(data)
        if self.length > self.limits.max_text:
            raise self.fail("text-too-long", f"Ein Text ist länger als {self.limits.max_text} Zeichen.")
        self.texts[-1].append(data)

    def doctype(self, *_args: object) -> int:
        raise self.fail(
            "doctype-refused",
            "Das Dokument enthält eine DOCTYPE-Angabe. Solche Angaben (Entitäten) werden aus Sicherheitsgründen "
            "nicht angenommen.",
        )


def _split(name: str) -> tuple[str, str]:
    namespace, separator, local = name.rpartition(" ")
    return (namespace, local) if separator else ("", name)


def _clark(name: str) -> str:
    namespace, local = _split(name)
    return f"{{{namespace}}}{local}" if namespace else local


def parse_xml(data: bytes, limits: XmlLimits | None = None) -> XmlNode:
    """The root of the document. Raises XmlError with code, German message, line and column."""
    return run_builder(XmlBuilder(limits or XmlLimits()), data)


def run_builder(builder: XmlBuilder, data: bytes) -> XmlNode:
    """Feed a builder with a whole document and return its root; raises XmlError."""
    if len(data) > builder.limits.max_bytes:
        raise XmlError("too-large", f"Die Datei ist größer als {builder.limits.max_bytes // 1_000_000} MB.")
    if not data.strip():
        raise XmlError("not-xml", "Die Datei ist leer.")
    try:
        builder.parser.Parse(data, True)
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code) or "unbekannter Fehler"
        raise XmlError(
            "not-xml", f"Die Datei ist kein wohlgeformtes XML ({reason}).", error.lineno, error.offset + 1
        ) from error
    except (LookupError, ValueError) as error:
        raise XmlError("not-xml", "Die Zeichencodierung der Datei wird nicht unterstützt.") from error
    if builder.root is None:
        raise XmlError("not-xml", "Die Datei enthält kein Element.")
    return builder.root
