"""Reading a message: strictly, without entities, and every refusal names the place in the document."""

from __future__ import annotations

import dataclasses
import io
from functools import cache
from typing import Any, BinaryIO, Final

from lxml import etree

from stadtkern.casework.records.xdomea import messages
from stadtkern.casework.records.xdomea.binding import Bound, bound
from stadtkern.casework.records.xdomea.errors import BAD_STRUCTURE, MessageRefused
from stadtkern.casework.records.xdomea.messages import Body, Header, Message
from stadtkern.casework.records.xdomea.values import EXPECTED, Code, RawXml, fits
from stadtkern.casework.records.xdomea.versions import Version, of_namespace

MOST_BYTES: Final = 256 * 1024 * 1024
DEEPEST: Final = 60
CODE_PARTS: Final = frozenset({"code", "name"})
_TRUE: Final = {"1": True, "true": True, "0": False, "false": False}
_PART: Final = 1 << 16


def read(source: bytes | BinaryIO, name: str = "Nachricht") -> Message:
    """The message in ``source``; raises ``MessageRefused`` with the place (``name:line`` and path) and the result code."""
    root = _parse(io.BytesIO(source) if isinstance(source, bytes) else source, name)
    qname = etree.QName(root)
    version = of_namespace(qname.namespace or "", f"{name}:{root.sourceline}:1")
    kind = messages.BY_ELEMENT.get(qname.localname)
    if kind is None or (version.dialect == 4 and not kind.code.startswith("05")):
        raise MessageRefused(
            f"{name}:{root.sourceline}:1", f"Die Nachricht {qname.localname} wird hier nicht gelesen."
        )
    reader = _Reader(name, version)
    content: Any = kind.body
    head: Header = reader.object(Header, root, tolerated=_first_names(content, version))
    body: Body = reader.object(content, root, tolerated=_first_names(Header, version))
    return Message(
        version=version,
        type=kind,
        header=head,
        body=body,
        product=root.get("produkt", ""),
        maker=root.get("produkthersteller", ""),
        product_version=root.get("produktversion"),
        test=root.get("test"),
    )


def _parse(source: BinaryIO, name: str) -> etree._Element:
    """The tree, with nothing in it that could point outside or grow: no document type, no entities, limited size and depth."""
    parser = etree.XMLPullParser(
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    depth, size, checked = 0, 0, False
    try:
        while part := source.read(_PART):
            size += len(part)
            if size > MOST_BYTES:
                raise MessageRefused(name, f"Die Nachricht ist größer als {MOST_BYTES >> 20} MiB.")
            parser.feed(part)
            for event, element in parser.read_events():
                if not checked:
                    checked = True
                    if element.getroottree().docinfo.doctype:
                        raise MessageRefused(
                            f"{name}:1:1", "Eine Dokumenttyp-Deklaration (DOCTYPE) ist nicht erlaubt."
                        )
                depth += 1 if event == "start" else -1
                if depth > DEEPEST * 2:
                    raise MessageRefused(
                        f"{name}:{element.sourceline}:1", "Die Nachricht ist zu tief verschachtelt."
                    )
        return parser.close()
    except etree.XMLSyntaxError as error:
        line, column = error.position if error.position else (1, 1)
        raise MessageRefused(f"{name}:{line}:{max(column, 1)}", f"kein lesbares XML ({error.msg})") from error


@dataclasses.dataclass(slots=True)
class _Node:
    """What may stand under an element: a slot of the object, or a wrapper with more."""

    slot: Bound | None = None
    inside: dict[str, _Node] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True)
class _Shape:
    """All names an object's element may contain, and the fields that are the element itself."""

    tree: _Node
    own: tuple[Bound, ...]
    fields: tuple[Bound, ...]
    borrowed: frozenset[str]


@cache
def _shape(cls: type, version: Version) -> _Shape:
    tree, own, borrowed = _Node(), [], set[str]()
    fields = bound(cls, version.dialect)
    for one in fields:
        if one.path == (".",):
            own.append(one)
            if one.is_object:
                borrowed |= _first_names(one.kind, version)
            elif one.kind is Code:
                borrowed |= CODE_PARTS
            continue
        node = tree
        for segment in one.path[:-1]:
            node = node.inside.setdefault(_qualified(segment.rstrip("*"), version), _Node())
        for choice in one.path[-1].split("|"):
            node.inside[_qualified(choice, version)] = _Node(slot=one)
    return _Shape(tree, tuple(own), fields, frozenset(borrowed))


@cache
def _first_names(cls: type, version: Version) -> frozenset[str]:
    shape = _shape(cls, version)
    return frozenset(shape.tree.inside) | shape.borrowed


def _qualified(segment: str, version: Version) -> str:
    return segment[1:] if segment.startswith("~") else f"{{{version.namespace}}}{segment}"


class _Reader:
    """Reads one document."""

    def __init__(self, name: str, version: Version) -> None:
        self.name = name
        self.version = version

    def object(self, cls: Any, element: etree._Element, tolerated: frozenset[str] = frozenset()) -> Any:
        """An object of the model from its element; children that ``tolerated`` names belong to somebody else."""
        shape = _shape(cls, self.version)
        found: dict[str, list[Any]] = {}
        self._collect(element, shape.tree, found, tolerated | shape.borrowed)
        for one in shape.own:
            names = frozenset(shape.tree.inside) | tolerated
            found[one.attribute] = [self._value(one, element, names)]
        values: dict[str, Any] = {}
        for one in shape.fields:
            given = found.get(one.attribute)
            if given and len(given) > 1 and not one.repeated:
                raise self.refused(element, f"»{one.path[-1]}« steht mehrfach da.")
            if given:
                values[one.attribute] = tuple(given) if one.repeated else given[0]
            elif one.required:
                raise self.refused(element, f"»{'/'.join(one.path)}« fehlt.")
        if "compound" in cls.__slots__:
            values["compound"] = etree.QName(element).localname == "DokumentMitSchriftstueck"
        return cls(**values)

    def _collect(
        self, element: etree._Element, node: _Node, found: dict[str, list[Any]], tolerated: frozenset[str]
    ) -> None:
        for child in element:
            tag = child.tag
            if not isinstance(tag, str):
                raise self.refused(element, "Entitäten sind nicht erlaubt.")
            known = node.inside.get(tag)
            if known is None:
                if tag in tolerated:
                    continue
                raise self.refused(
                    child, f"Das Element »{etree.QName(child).localname}« ist hier nicht erlaubt."
                )
            if known.slot is None:
                self._collect(child, known, found, frozenset())
            else:
                found.setdefault(known.slot.attribute, []).append(self._value(known.slot, child))

    def _value(self, one: Bound, element: etree._Element, tolerated: frozenset[str] = frozenset()) -> Any:
        if one.kind is Code:
            return self._code(element, one)
        if one.is_object:
            return self.object(one.kind, element, tolerated)
        if one.kind is RawXml:
            return etree.tostring(element, encoding="unicode", with_tail=False)
        if len(element):
            raise self.refused(element, "Hier wird Text erwartet, keine Elemente.")
        return self._text(one.kind, element)

    def _text(self, kind: Any, element: etree._Element) -> Any:
        text = element.text or ""
        if kind is str:
            return text
        text = text.strip()
        if kind is bool:
            if text not in _TRUE:
                raise self.refused(element, f"»{text[:40]}« ist weder wahr noch falsch.")
            return _TRUE[text]
        if kind is int:
            if not text.isascii() or not text.isdigit() or len(text) > 9:
                raise self.refused(element, f"»{text[:40]}« ist keine ganze Zahl.")
            return int(text)
        if not fits(kind, text):
            raise self.refused(element, f"»{text[:60]}« ist nicht, was erwartet wird: {EXPECTED[kind]}.")
        return text

    def _code(self, element: etree._Element, one: Bound) -> Code:
        code, name = None, None
        for child in element:
            if child.tag == "code":
                code = (child.text or "").strip()
            elif child.tag == "name":
                name = child.text or ""
            else:
                raise self.refused(element, "Ein Code besteht aus »code« und »name« (ohne Namensraum).")
        if code is None:
            raise self.refused(element, "»code« fehlt.")
        uri = element.get("listURI")
        if uri is None and self.version.dialect == 2 and one.codes is not None:
            uri = one.codes.uri_2
        return Code(code=code, name=name, list_uri=uri, list_version=element.get("listVersionID"))

    def refused(self, element: etree._Element, message: str) -> MessageRefused:
        """A refusal at the element: line and path."""
        steps = [etree.QName(one).localname for one in (element, *element.iterancestors())]
        place = f"{self.name}:{element.sourceline or 1}:1"
        return MessageRefused(place, f"/{'/'.join(reversed(steps))}: {message}", BAD_STRUCTURE)
