"""XML kept whole: what `read_document` reads, `write_document` writes again.

`safe_xml` keeps what programs need of a message. Files that people exchange with other programs (BPMN) must come back
with everything they held: prefixes, because values such as ``itemDefinition/@structureRef`` use them, mixed text,
comments and processing instructions. The limits and refusals are the same; the encoding written is UTF-8.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

from stadtkern.kernel.safe_xml import XmlBuilder, XmlError, XmlLimits, XmlNode, run_builder

XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"


@dataclass(slots=True)
class XmlComment:
    """A comment."""

    text: str


@dataclass(slots=True)
class XmlInstruction:
    """A processing instruction."""

    target: str
    text: str


class XmlElement(XmlNode):
    """An element with its prefix, the prefixes it declares and its content in order."""

    __slots__ = ("content", "declared", "prefix")

    def __init__(
        self,
        namespace: str,
        name: str,
        attributes: dict[str, str] | None = None,
        *,
        prefix: str = "",
        line: int = 0,
        column: int = 0,
        parent: XmlElement | None = None,
    ) -> None:
        super().__init__(namespace, name, attributes if attributes is not None else {}, line, column, parent)
        self.prefix = prefix
        self.declared: dict[str, str] = {}
        self.content: list[str | XmlElement | XmlComment | XmlInstruction] = []

    @property
    def elements(self) -> list[XmlElement]:
        """The child elements."""
        return cast("list[XmlElement]", self.children)

    @property
    def above(self) -> XmlElement | None:
        """The element around this one."""
        return cast("XmlElement | None", self.parent)

    def walk(self) -> Iterator[XmlElement]:
        """This element and everything in it, in document order."""
        yield self
        for child in self.elements:
            yield from child.walk()

    def of(self, namespace: str, *names: str) -> list[XmlElement]:
        """The child elements of a namespace, of these names if any are given."""
        return [
            child
            for child in self.elements
            if child.namespace == namespace and (not names or child.name in names)
        ]

    def first(self, namespace: str, name: str) -> XmlElement | None:
        """The first child element of this name."""
        return next(iter(self.of(namespace, name)), None)

    def add(self, child: XmlElement) -> XmlElement:
        """Puts an element at the end of the content and returns it."""
        child.parent = self
        self.children.append(child)
        self.content.append(child)
        return child

    def insert(self, position: int, child: XmlElement) -> XmlElement:
        """Puts an element before the child element that is now at `position`, and returns it."""
        if position >= len(self.children):
            return self.add(child)
        before = self.children[position]
        child.parent = self
        self.content.insert(next(i for i, part in enumerate(self.content) if part is before), child)
        self.children.insert(position, child)
        return child

    def remove(self, child: XmlElement) -> None:
        """Takes a child element out."""
        self.children = [node for node in self.children if node is not child]
        self.content = [part for part in self.content if part is not child]

    def write(self, text: str) -> XmlElement:
        """Makes a text the only content and returns the element."""
        self.children, self.content, self.text = [], [text] if text else [], text
        return self

    def prefixes(self) -> dict[str, str]:
        """All prefixes that are valid here, with their namespaces."""
        found: dict[str, str] = {"xml": XML_NAMESPACE}
        around: list[XmlElement] = []
        node: XmlElement | None = self
        while node is not None:
            around.append(node)
            node = node.above
        for element in reversed(around):
            found.update(element.declared)
        return found


@dataclass(slots=True)
class XmlDocument:
    """A document: its root and what stands before and after it."""

    root: XmlElement
    before: list[XmlComment | XmlInstruction] = field(default_factory=list)
    after: list[XmlComment | XmlInstruction] = field(default_factory=list)


class _DocumentBuilder(XmlBuilder):
    def __init__(self, limits: XmlLimits) -> None:
        super().__init__(limits)
        self.parser.namespace_prefixes = True
        self.parser.StartNamespaceDeclHandler = self.declare
        self.parser.CommentHandler = self.comment
        self.parser.ProcessingInstructionHandler = self.instruction
        self.declared: dict[str, str] = {}
        self.before: list[XmlComment | XmlInstruction] = []
        self.after: list[XmlComment | XmlInstruction] = []

    def declare(self, prefix: str | None, uri: str | None) -> None:
        self.declared[prefix or ""] = uri or ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.count()
        namespace, local, prefix = _triplet(name)
        element = XmlElement(
            namespace,
            local,
            {_clark(key): value for key, value in attributes.items()},
            prefix=prefix,
            line=self.parser.CurrentLineNumber,
            column=self.parser.CurrentColumnNumber + 1,
            parent=cast("XmlElement | None", self.current),
        )
        element.declared, self.declared = self.declared, {}
        if self.current is not None:
            cast(XmlElement, self.current).content.append(element)
        self.enter(element)

    def text(self, data: str) -> None:
        super().text(data)
        if self.current is not None:
            cast(XmlElement, self.current).content.append(data)

    def comment(self, data: str) -> None:
        self.keep(XmlComment(data))

    def instruction(self, target: str, data: str) -> None:
        self.keep(XmlInstruction(target, data))

    def keep(self, part: XmlComment | XmlInstruction) -> None:
        if self.current is not None:
            cast(XmlElement, self.current).content.append(part)
        elif self.root is None:
            self.before.append(part)
        else:
            self.after.append(part)


def _triplet(name: str) -> tuple[str, str, str]:
    parts = name.split(" ")
    if len(parts) == 1:
        return "", parts[0], ""
    return parts[0], parts[1], parts[2] if len(parts) > 2 else ""


def _clark(name: str) -> str:
    namespace, local, _ = _triplet(name)
    return f"{{{namespace}}}{local}" if namespace else local


def read_document(data: bytes, limits: XmlLimits | None = None) -> XmlDocument:
    """The whole document. Raises XmlError with code, German message, line and column."""
    builder = _DocumentBuilder(limits or XmlLimits())
    root = run_builder(builder, data)
    return XmlDocument(cast(XmlElement, root), builder.before, builder.after)


def write_document(document: XmlDocument) -> bytes:
    """The document as UTF-8 with an XML declaration."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', *map(_aside, document.before)]
    parts: list[str] = []
    _write(document.root, {"xml": XML_NAMESPACE, "": ""}, parts)
    return "\n".join([*lines, "".join(parts), *map(_aside, document.after), ""]).encode()


def _write(element: XmlElement, scope: dict[str, str], parts: list[str]) -> None:
    declared = dict(element.declared)
    inside = {**scope, **declared}
    tag = _tag(element, inside, declared)
    named = [(_attribute(key, inside, declared), value) for key, value in element.attributes.items()]
    parts.append(f"<{tag}")
    for prefix, uri in declared.items():
        parts.append(f' xmlns{":" + prefix if prefix else ""}="{_quoted(uri)}"')
    parts.extend(f' {name}="{_quoted(value)}"' for name, value in named)
    if not element.content:
        parts.append("/>")
        return
    parts.append(">")
    for part in element.content:
        if isinstance(part, str):
            parts.append(_escaped(part))
        elif isinstance(part, XmlElement):
            _write(part, inside, parts)
        else:
            parts.append(_aside(part))
    parts.append(f"</{tag}>")


def _tag(element: XmlElement, scope: dict[str, str], declared: dict[str, str]) -> str:
    prefix = element.prefix
    if scope.get(prefix) != element.namespace:
        known = [name for name, uri in scope.items() if uri == element.namespace]
        if known:
            prefix = known[0]
        else:
            prefix = prefix if prefix not in declared else _free(scope)
            scope[prefix] = declared[prefix] = element.namespace
    return f"{prefix}:{element.name}" if prefix else element.name


def _attribute(key: str, scope: dict[str, str], declared: dict[str, str]) -> str:
    if not key.startswith("{"):
        return key
    namespace, _, local = key[1:].partition("}")
    prefix = next((name for name, uri in scope.items() if uri == namespace and name), None)
    if prefix is None:
        prefix = _free(scope)
        scope[prefix] = declared[prefix] = namespace
    return f"{prefix}:{local}"


def _free(scope: dict[str, str]) -> str:
    return next(name for number in range(len(scope) + 1) if (name := f"ns{number}") not in scope)


def _aside(part: XmlComment | XmlInstruction) -> str:
    if isinstance(part, XmlComment):
        return f"<!--{part.text}-->"
    return f"<?{part.target} {part.text}?>"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


def _quoted(text: str) -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return escaped.replace("\n", "&#10;").replace("\t", "&#9;").replace("\r", "&#13;")


def indent(element: XmlElement, depth: int = 0) -> None:
    """Lays out elements that hold only elements: each on its line. Text content stays as it is."""
    if any(isinstance(part, str) and part.strip() for part in element.content) or not element.children:
        return
    laid: list[str | XmlElement | XmlComment | XmlInstruction] = []
    for part in element.content:
        if isinstance(part, str):
            continue
        laid += ["\n" + "  " * (depth + 1), part]
        if isinstance(part, XmlElement):
            indent(part, depth + 1)
    element.content = [*laid, "\n" + "  " * depth]


__all__ = [
    "XML_NAMESPACE", "XmlComment", "XmlDocument", "XmlElement", "XmlError", "XmlInstruction", "XmlLimits", "indent", "read_document",
    "write_document",
]  # fmt: skip
