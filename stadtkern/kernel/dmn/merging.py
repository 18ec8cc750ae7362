"""Puts the tree of an edited model over the tree of its file, so that everything the model does not know survives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from stadtkern.kernel.dmn.errors import DmnError
from stadtkern.kernel.dmn.reader import NAMESPACES, type_ref
from stadtkern.kernel.dmn.vocabulary import ANY_DMNDI, DMNDI, KNOWN, MODEL, RANK, REQUIREMENTS, holds
from stadtkern.kernel.dmn.xml import ENGLISH, LIMITS
from stadtkern.kernel.xml_document import (
    XmlComment,
    XmlDocument,
    XmlElement,
    XmlError,
    XmlInstruction,
    read_document,
)

Signature = tuple[object, ...]
Part = str | XmlElement | XmlComment | XmlInstruction
_DEFAULTS = {("decisionTable", "hitPolicy"): "UNIQUE", ("functionDefinition", "kind"): "FEEL"}
_DEFAULTS[("encapsulatedLogic", "kind")] = "FEEL"
_TYPED, _NAMES = frozenset({"typeRef", "outputTypeRef"}), frozenset({"name", "iteratorVariable"})


def read_original(data: bytes) -> tuple[XmlDocument, str]:
    """The whole file with the namespaces of DMN 1.5 (or a later one, if it has that), and the indent it uses."""
    try:
        document = read_document(data, LIMITS)
    except XmlError as error:
        english = ENGLISH.get(error.code, "The file cannot be read.")
        raise DmnError(f"dmn-{error.code}", error.message, english, error.line, error.column) from None
    root = document.root
    if root.namespace not in NAMESPACES or root.name != "definitions":
        raise DmnError("dmn-unknown-format", "Das ist keine DMN-Datei.", "This is not a DMN file.")
    if NAMESPACES[root.namespace] < "1.5":
        _to_current(root, root.namespace)
    return document, _unit(root)


def _to_current(root: XmlElement, before: str) -> None:
    def current(uri: str) -> str:
        return MODEL if uri == before else DMNDI if ANY_DMNDI.fullmatch(uri) else uri

    for element in root.walk():
        element.namespace = current(element.namespace)
        element.declared = {prefix: current(uri) for prefix, uri in element.declared.items()}


def _unit(root: XmlElement) -> str:
    space = next((part for part in root.content if isinstance(part, str) and "\n" in part), "")
    unit = space.rpartition("\n")[2]
    return unit if unit and not unit.strip() else "  "


def requirement_kinds(root: XmlElement) -> dict[str, tuple[str, str]]:
    """By target: the element of the requirement and the reference in it, as the file has them."""
    return {
        inner.attributes["href"]: (outer.name, inner.name)
        for outer in root.walk()
        if outer.name in ("informationRequirement", "knowledgeRequirement")
        for inner in outer.elements
        if inner.name in ("requiredDecision", "requiredInput", "requiredKnowledge")
        and "href" in inner.attributes
    }


def merged(old: XmlElement, new: XmlElement) -> XmlElement:
    """The old element itself where it says the same; else the new one with all that only the old one had."""
    if signature(old) == signature(new):
        return old
    new.attributes = _attributes(old, new)
    new.prefix, new.declared = old.prefix, dict(old.declared)
    if old.name in ("text", "question", "typeRef"):
        return new
    partner = _pairs(_known(old), new.elements)
    asides = _asides(old)
    parts: list[Part] = []
    places: dict[int, Part] = {}
    for child in new.elements:
        former = partner.get(id(child))
        if former is None:
            parts.append(child)
            continue
        result = merged(former, child)
        parts += [*asides.get(id(former), ()), result]
        places[id(former)] = result
    _keep_unknown(old, parts, places, asides)
    return _filled(new, parts)


def _keep_unknown(
    old: XmlElement, parts: list[Part], places: dict[int, Part], asides: dict[int, list[Part]]
) -> None:
    """Puts what the model does not know behind the neighbour it had."""
    before: Part | None = None
    has_annotations = any(c.name == "annotation" for c in old.elements)
    if has_annotations:  # the file has columns of its own; ours only stand in for missing ones
        parts[:] = [p for p in parts if not (isinstance(p, XmlElement) and p.name == "annotation")]
    for child in old.elements:
        if _is_known(old, child):
            before = places.get(id(child), before)
            continue
        group: list[Part] = [*asides.get(id(child), ()), child]
        at = 0 if before is None else next(i for i, part in enumerate(parts) if part is before) + 1
        parts[at:at] = group
        before = child
    parts += asides.get(0, [])


def _filled(new: XmlElement, parts: list[Part]) -> XmlElement:
    """The element with its parts in the order of the schema; comments go with the element behind them."""
    groups: list[tuple[int, list[Part]]] = []
    waiting: list[Part] = []
    rank = 0
    for part in parts:
        waiting.append(part)
        if isinstance(part, XmlElement):
            own = part.namespace == new.namespace or part.name == "DMNDI"
            rank = RANK.get(part.name, rank) if own else rank
            groups.append((rank, waiting))
            waiting = []
    groups.sort(key=lambda group: group[0])
    new.content = [part for _, group in groups for part in group] + waiting
    new.children = [part for part in new.content if isinstance(part, XmlElement)]
    for child in new.elements:
        child.parent = new
    return new


def _attributes(old: XmlElement, new: XmlElement) -> dict[str, str]:
    """In the order of the file: what the model says, and what only the file knows."""
    found: dict[str, str] = {}
    for key, value in old.attributes.items():
        if key in new.attributes and holds(new.name, key):
            found[key] = new.attributes[key]
        elif not holds(new.name, key):
            found[key] = value
    return {**found, **{key: value for key, value in new.attributes.items() if key not in found}}


def _asides(old: XmlElement) -> dict[int, list[Part]]:
    """Comments by the element behind them (0: behind the last one)."""
    found: dict[int, list[Part]] = {}
    waiting: list[Part] = []
    for part in old.content:
        if isinstance(part, XmlElement):
            if waiting:
                found[id(part)] = waiting
            waiting = []
        elif not isinstance(part, str):
            waiting.append(part)
    return {**found, 0: waiting} if waiting else found


# -- what says the same -------------------------------------------------------------------------------------------


def _is_known(parent: XmlElement, child: XmlElement) -> bool:
    return child.namespace == parent.namespace and child.name in KNOWN


def _known(element: XmlElement) -> list[XmlElement]:
    return [child for child in element.elements if _is_known(element, child)]


def signature(element: XmlElement) -> Signature:
    """What the model sees of an element; equal for two that it cannot tell apart."""
    children = sorted(_known(element), key=lambda child: RANK.get(child.name, 0))
    text = element.text if not children else ""
    if element.name in ("typeRef", "question"):
        text = type_ref(text) if element.name == "typeRef" else text.strip()
    elif element.name != "text":
        text = ""
    return (element.name, _seen(element), text, tuple(signature(child) for child in children))


def _seen(element: XmlElement) -> Signature:
    found: dict[str, str] = {}
    for key, value in element.attributes.items():
        if not holds(element.name, key):
            continue
        plain = type_ref(value) if key in _TYPED else " ".join(value.split()) if key in _NAMES else value
        if plain and _DEFAULTS.get((element.name, key)) != plain:
            found[key] = plain
    return tuple(sorted(found.items()))


def _pairs(old: list[XmlElement], new: list[XmlElement]) -> dict[int, XmlElement]:
    """For the id() of a new element its partner: of the same id, else saying the same, else the only one left."""
    partner: dict[int, XmlElement] = {}
    left = list(old)

    def take(child: XmlElement, found: XmlElement | None) -> None:
        if found is not None:
            partner[id(child)] = found
            left.remove(found)

    for child in new:
        own = child.attributes.get("id")
        same = (e for e in left if e.name == child.name and e.attributes.get("id") == own)
        take(child, next(same, None) if own else None)
    signatures = {id(e): signature(e) for e in left}
    for child in _without(new, partner):
        wanted = signature(child)
        take(child, next((e for e in left if signatures[id(e)] == wanted), None))
    for name in dict.fromkeys(child.name for child in new if child.name not in REQUIREMENTS):
        rest = [e for e in left if e.name == name and not (e.attributes.get("id") and holds(name, "id"))]
        missing = [child for child in _without(new, partner) if child.name == name]
        if len(rest) == len(missing) or (len(rest) == 1 and missing):
            for child, former in zip(missing, rest, strict=False):
                take(child, former)
    return partner


def _without(new: Iterable[XmlElement], partner: dict[int, XmlElement]) -> Iterator[XmlElement]:
    return (child for child in list(new) if id(child) not in partner)


# -- layout ---------------------------------------------------------------------------------------------------------


def laid_out(element: XmlElement, unit: str, depth: int = 0) -> None:
    """Puts each child element of what was made new on a line of its own; what was kept has its lines already."""
    was_read = element.line > 0
    if was_read or not element.content or any(isinstance(part, str) for part in element.content):
        for child in element.elements:
            laid_out(child, unit, depth + 1)
        return
    inner, content = "\n" + unit * (depth + 1), list[Part]()
    for part in element.content:
        content += [inner, part]
        if isinstance(part, XmlElement):
            laid_out(part, unit, depth + 1)
    element.content = [*content, "\n" + unit * depth]
