"""A BPMN file in memory: the whole XML, an index by id and typed access; reading checks ids and references.

Nothing is dropped: what this program does not know (extensions, other namespaces, comments) is written again as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from stadtkern.casework.processes.bpmn.errors import BpmnError
from stadtkern.casework.processes.bpmn.vocabulary import (
    ATTRIBUTE_REFERENCES,
    DEFINED_ELSEWHERE,
    DI,
    ELEMENT_REFERENCES,
    FLOW_NODES,
    MODEL,
    REQUIRED,
    STANDARD,
)
from stadtkern.kernel.safe_xml import XmlError, XmlLimits
from stadtkern.kernel.xml_document import XmlDocument, XmlElement, read_document, write_document

LIMITS = XmlLimits(max_bytes=20_000_000, max_depth=100, max_nodes=400_000)


@dataclass(slots=True)
class BpmnDocument:
    """A model. ``by_id`` holds every element of the standard that has an id, diagram elements included."""

    xml: XmlDocument
    by_id: dict[str, XmlElement]

    @property
    def root(self) -> XmlElement:
        """The element ``definitions``."""
        return self.xml.root

    @property
    def target_namespace(self) -> str:
        """The namespace the ids of this file live in."""
        return self.root.attributes.get("targetNamespace", "")

    def roots(self, *names: str) -> list[XmlElement]:
        """The root elements (processes, collaborations, messages, …) of these names; all without a name."""
        return self.root.of(MODEL, *names)

    @property
    def processes(self) -> list[XmlElement]:
        """The processes, in the order of the file."""
        return self.roots("process")

    @property
    def diagrams(self) -> list[XmlElement]:
        """The diagrams."""
        return self.root.of(DI, "BPMNDiagram")

    @property
    def participants(self) -> list[XmlElement]:
        """The pools of all collaborations."""
        return [
            child
            for collaboration in self.roots("collaboration", "choreography", "globalConversation")
            for child in collaboration.of(MODEL, "participant")
        ]

    def find(self, reference: str | None, at: XmlElement | None = None) -> XmlElement | None:
        """The element a reference (a QName) names, if it is in this file."""
        if not reference:
            return None
        reference = reference.strip()
        if reference in self.by_id:
            return self.by_id[reference]
        prefix, separator, local = reference.partition(":")
        if separator and not self._foreign(prefix, at or self.root):
            return self.by_id.get(local)
        return None

    def _foreign(self, prefix: str, at: XmlElement) -> bool:
        """Whether a prefix names another namespace than this file's."""
        return at.prefixes().get(prefix, self.target_namespace) != self.target_namespace

    def target(self, element: XmlElement, name: str) -> XmlElement | None:
        """The element that the attribute or child element `name` of `element` refers to."""
        if name in element.attributes:
            return self.find(element.attributes[name], element)
        child = element.first(MODEL, name)
        return self.find(child.text, child) if child else None

    def targets(self, element: XmlElement, name: str) -> list[XmlElement]:
        """All elements that the child elements `name` of `element` refer to."""
        found = (self.find(child.text, child) for child in element.of(MODEL, name))
        return [node for node in found if node is not None]

    def shapes(self) -> dict[str, XmlElement]:
        """The first shape or edge of each element, by the element's id."""
        found: dict[str, XmlElement] = {}
        for diagram in self.diagrams:
            for node in diagram.walk():
                if node.namespace == DI and node.name in {"BPMNShape", "BPMNEdge"}:
                    element = self.find(node.attributes.get("bpmnElement"), node)
                    if element is not None:
                        found.setdefault(element.attributes["id"], node)
        return found


def documentation(element: XmlElement) -> str:
    """The plain text of the element's documentation."""
    texts = ("".join(_texts(part)).strip() for part in element.of(MODEL, "documentation"))
    return "\n\n".join(text for text in texts if text)


def _texts(element: XmlElement) -> Iterator[str]:
    for part in element.content:
        if isinstance(part, str):
            yield part
        elif isinstance(part, XmlElement):
            yield from _texts(part)


def read_bpmn(data: bytes, limits: XmlLimits | None = None) -> BpmnDocument:
    """The model of a file. Raises BpmnError with line and column: not XML, entities, too large, no BPMN, an id that
    appears twice, a reference to nothing or to the wrong kind of element."""
    try:
        xml = read_document(data, limits or LIMITS)
    except XmlError as error:
        raise BpmnError(
            error.code, error.message, _ENGLISH.get(error.code, "Refused."), error.line, error.column
        ) from error
    root = xml.root
    if (root.namespace, root.name) != (MODEL, "definitions"):
        raise _refuse(
            root,
            "not-bpmn",
            f"Das ist kein BPMN-2.0-Modell: das äußerste Element heißt „{root.name}“ statt „definitions“.",
            f'This is not a BPMN 2.0 model: the root element is "{root.name}" instead of "definitions".',
        )
    document = BpmnDocument(xml, _index(root))
    for element in _standard(root):
        _check_references(document, element)
    return document


def write_bpmn(document: BpmnDocument) -> bytes:
    """The file, UTF-8."""
    return write_document(document.xml)


_ENGLISH = {
    "not-xml": "The file is not well-formed XML.",
    "too-large": "The file is too large.",
    "too-many-nodes": "The document has too many elements.",
    "too-deep": "The document is nested too deeply.",
    "text-too-long": "A text is too long.",
    "doctype-refused": "The document has a DOCTYPE. Such declarations (entities) are refused for safety.",
}


def _refuse(element: XmlElement, reason: str, german: str, english: str) -> BpmnError:
    return BpmnError(reason, german, english, element.line, element.column)


def _standard(root: XmlElement) -> Iterator[XmlElement]:
    """Elements of the standard; what stands in extension elements belongs to others."""
    yield root
    for child in root.elements:
        if child.namespace in STANDARD and child.name not in {"extensionElements", "extension"}:
            yield from _standard(child)


def _index(root: XmlElement) -> dict[str, XmlElement]:
    found: dict[str, XmlElement] = {}
    for element in _standard(root):
        identifier = element.attributes.get("id")
        if identifier is None:
            continue
        if identifier in found:
            first = found[identifier]
            raise _refuse(
                element,
                "duplicate-id",
                f"Die Kennung „{identifier}“ kommt doppelt vor (zuerst in Zeile {first.line}: {first.name}).",
                f'The id "{identifier}" appears twice (first in line {first.line}: {first.name}).',
            )
        found[identifier] = element
    return found


def _check_references(document: BpmnDocument, element: XmlElement) -> None:
    if element.namespace not in {MODEL, DI}:
        return
    for name in REQUIRED.get(element.name, ()):
        if not element.attributes.get(name):
            raise _refuse(
                element,
                "missing-reference",
                f"Dem Element „{_name(element)}“ ({element.name}) fehlt die Angabe {name}.",
                f'The element "{_name(element)}" ({element.name}) has no {name}.',
            )
    for name, value in _references(element):
        found = document.find(value, element)
        if found is None:
            if name in DEFINED_ELSEWHERE or _elsewhere(document, element, value):
                continue
            raise _refuse(
                element,
                "dangling-reference",
                f"„{_name(element)}“ ({element.name}) verweist mit {name} auf „{value}“, das es in der Datei nicht gibt.",
                f'"{_name(element)}" ({element.name}) refers by {name} to "{value}", which is not in the file.',
            )
        if _wrong_kind(element, name, found):
            raise _refuse(
                element,
                "wrong-reference",
                f"„{_name(element)}“ ({element.name}) verweist mit {name} auf „{value}“; "
                f"ein Element der Art {found.name} passt dort nicht.",
                f'"{_name(element)}" ({element.name}) refers by {name} to "{value}"; a {found.name} does not fit there.',
            )


def _references(element: XmlElement) -> Iterator[tuple[str, str]]:
    for name in ATTRIBUTE_REFERENCES & element.attributes.keys():
        if element.attributes[name].strip():
            yield name, element.attributes[name].strip()
    if element.name in ELEMENT_REFERENCES and not element.children and element.text.strip():
        yield element.name, element.text.strip()


def _elsewhere(document: BpmnDocument, element: XmlElement, value: str) -> bool:
    """A QName whose prefix names another file's namespace."""
    prefix, separator, _ = value.partition(":")
    known = element.prefixes()
    return bool(separator) and prefix in known and known[prefix] != document.target_namespace


def _wrong_kind(element: XmlElement, name: str, found: XmlElement) -> bool:
    expected = _EXPECTED.get((element.name, name))
    return expected is not None and found.name not in expected


_EXPECTED: dict[tuple[str, str], Iterable[str]] = {
    ("sequenceFlow", "sourceRef"): FLOW_NODES,
    ("sequenceFlow", "targetRef"): FLOW_NODES,
    ("boundaryEvent", "attachedToRef"): FLOW_NODES,
    ("incoming", "incoming"): {"sequenceFlow"},
    ("outgoing", "outgoing"): {"sequenceFlow"},
    ("participant", "processRef"): {"process", "choreography"},
}


def _name(element: XmlElement) -> str:
    return element.attributes.get("name") or element.attributes.get("id") or element.name
