"""The drawing inside a file (DMNDI): made new, or kept while elements come and go."""

from __future__ import annotations

from collections.abc import Iterator

from stadtkern.kernel.dmn import layout as drawn
from stadtkern.kernel.dmn import model as m
from stadtkern.kernel.dmn.vocabulary import ANY_DMNDI, DC, DI, DMNDI, GRAPH, REQUIREMENTS
from stadtkern.kernel.xml_document import XmlElement

_KINDS: dict[str, type] = {
    "inputData": m.InputData,
    "decision": m.Decision,
    "businessKnowledgeModel": m.KnowledgeModel,
    "decisionService": m.DecisionService,
    "knowledgeSource": m.KnowledgeModel,
}


def update_diagram(root: XmlElement, *, known: frozenset[str], wanted: bool) -> None:
    """Takes out what is gone and adds what is new (not `known`); makes a whole drawing only where none is and one is wanted."""
    holder = next((e for e in root.elements if e.name == "DMNDI"), None)
    if holder is None:
        if wanted:
            _draw(root)
        return
    ids = {
        e.attributes["id"]
        for e in root.walk()
        if "id" in e.attributes and not ANY_DMNDI.fullmatch(e.namespace)
    }
    for diagram in holder.of(holder.namespace, "DMNDiagram"):
        _clean(diagram, ids)
    first = holder.first(holder.namespace, "DMNDiagram")
    if first is not None:
        _add(root, first, known)


def _draw(root: XmlElement) -> None:
    holder = root.add(XmlElement(DMNDI, "DMNDI", prefix="dmndi"))
    for prefix, uri in (("dmndi", DMNDI), ("dc", DC), ("di", DI)):
        root.declared.setdefault(prefix, uri)
    diagram = holder.add(XmlElement(DMNDI, "DMNDiagram", {"id": "diagram"}, prefix="dmndi"))
    space = root.content[0]
    if isinstance(space, str) and isinstance(end := root.content[-2], str):
        root.content[-2:] = [space, holder, end]  # in a file kept as it stood it gets a line of its own
    picture = drawn.layout(_definitions(root))
    places = {box.id: box for box in picture.boxes}
    for box in picture.boxes:
        diagram.add(_shape(box))
    for requirement, source, target in _requirements(root):
        if source in places and target in places:
            diagram.add(_edge(requirement, places[source], places[target]))


def _clean(diagram: XmlElement, ids: set[str]) -> None:
    for part in list(diagram.elements):
        target = part.attributes.get("dmnElementRef", "")
        if target and ":" not in target and target not in ids:
            diagram.remove(part)
            spaces = [i for i, p in enumerate(diagram.content) if isinstance(p, str)]
            doubled = next((i for i in spaces if i + 1 in spaces), None)
            if doubled is not None:
                del diagram.content[doubled]


def _add(root: XmlElement, diagram: XmlElement, known: frozenset[str]) -> None:
    """Shapes of new elements beside the drawing, lines of new requirements straight."""
    places = dict(_places(diagram))
    x = max((box.x + box.width for box in places.values()), default=0) + drawn.GAP_X
    y = min((box.y for box in places.values()), default=drawn.MARGIN)
    fresh: list[XmlElement] = []
    for element in (e for e in root.elements if e.name in GRAPH and e.namespace == root.namespace):
        id_ = element.attributes.get("id", "")
        if id_ and id_ not in known and id_ not in places:
            width, height = drawn.SIZES[_KINDS[element.name]]
            places[id_] = drawn.Box(id_, x, y, width, height)
            fresh.append(_shape(places[id_], diagram.namespace))
            y += height + drawn.GAP_X
    lines = {part.attributes.get("dmnElementRef") for part in diagram.elements}
    for requirement, source, target in _requirements(root):
        if requirement not in known and requirement not in lines and source in places and target in places:
            fresh.append(_edge(requirement, places[source], places[target], diagram.namespace))
    _append(diagram, fresh)


def _append(diagram: XmlElement, fresh: list[XmlElement]) -> None:
    """At the end, with the line breaks that the drawing has."""
    first = diagram.content[0] if diagram.content else None
    space = first if isinstance(first, str) and "\n" in first else None
    tail = diagram.content.pop() if space is not None and isinstance(diagram.content[-1], str) else None
    for part in fresh:
        if space is not None:
            diagram.content.append(space)
        diagram.add(part)
    if tail is not None:
        diagram.content.append(tail)


def _places(diagram: XmlElement) -> Iterator[tuple[str, drawn.Box]]:
    for shape in diagram.elements:
        bounds = shape.first(DC, "Bounds")
        id_ = shape.attributes.get("dmnElementRef", "")
        if shape.name == "DMNShape" and bounds is not None:
            try:
                x, y, width, height = (
                    round(float(bounds.attributes.get(k, "0"))) for k in ("x", "y", "width", "height")
                )
            except (ValueError, OverflowError):
                continue
            yield id_, drawn.Box(id_, x, y, width, height)


def _requirements(root: XmlElement) -> Iterator[tuple[str, str, str]]:
    """Id, what is needed, what needs it."""
    for element in root.elements:
        for outer in element.elements:
            if outer.name in REQUIREMENTS and "id" in outer.attributes:
                for inner in outer.elements:
                    href = inner.attributes.get("href", "")
                    yield outer.attributes["id"], href.rpartition("#")[2], element.attributes.get("id", "")


def _definitions(root: XmlElement) -> m.Definitions:
    """Just enough of a model for the layout: what there is and what needs what, knowledge sources included."""
    needs: dict[str, list[str]] = {}
    for _, source, target in _requirements(root):
        needs.setdefault(target, []).append(f"#{source}")
    elements: list[m.Element] = []
    for element in root.elements:
        kind, id_ = _KINDS.get(element.name), element.attributes.get("id", "")
        if element.namespace != root.namespace or kind is None or not id_:
            continue
        wanted = tuple(needs.get(id_, ()))
        if kind is m.InputData:
            elements.append(m.InputData(id_, "", ""))
        elif kind is m.Decision:
            elements.append(m.Decision(id_, "", "", wanted, None))
        elif kind is m.KnowledgeModel:
            elements.append(m.KnowledgeModel(id_, "", "", wanted, None))
        else:
            elements.append(m.DecisionService(id_, "", "", (), (), (), ()))
    return m.Definitions("", "", "", (), (), tuple(elements))


def _shape(box: drawn.Box, namespace: str = DMNDI) -> XmlElement:
    shape = XmlElement(namespace, "DMNShape", {"id": f"s_{box.id}", "dmnElementRef": box.id}, prefix="dmndi")
    place = {"height": box.height, "width": box.width, "x": box.x, "y": box.y}
    shape.add(XmlElement(DC, "Bounds", {k: str(v) for k, v in place.items()}, prefix="dc"))
    return shape


def _edge(requirement: str, source: drawn.Box, target: drawn.Box, namespace: str = DMNDI) -> XmlElement:
    attributes = {"id": f"l_{requirement}", "dmnElementRef": requirement}
    edge = XmlElement(namespace, "DMNEdge", attributes, prefix="dmndi")
    for x, y in (source.top, target.bottom):
        edge.add(XmlElement(DI, "waypoint", {"x": str(x), "y": str(y)}, prefix="di"))
    return edge
