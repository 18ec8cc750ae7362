"""A drawing for a model that has none: left to right, lanes below each other, pools below each other."""

from __future__ import annotations

from stadtkern.casework.processes.bpmn.document import BpmnDocument
from stadtkern.casework.processes.bpmn.graph import Flow, Node, Scope, read_scope
from stadtkern.casework.processes.bpmn.placing import COLUMN_GAP, Box, Placed, place
from stadtkern.casework.processes.bpmn.vocabulary import DC, DD_DI, DI, GATEWAYS, MODEL
from stadtkern.kernel.xml_document import XmlElement, indent

POOL_GAP, POOL_HEAD, LANE_HEAD, EMPTY_POOL = 30, 30, 30, 60
_NOTES = {"dataObjectReference": (36, 50), "dataStoreReference": (50, 50), "textAnnotation": (140, 50)}
Point = tuple[float, float]


def add_layout(document: BpmnDocument) -> BpmnDocument:
    """Adds a diagram if there is none; a document that has one stays as it is. Returns the same document."""
    if any(plane.elements for diagram in document.diagrams for plane in diagram.elements):
        return document
    for diagram in document.diagrams:
        document.root.remove(diagram)
    collaboration = next(iter(document.roots("collaboration")), None)
    about = collaboration if collaboration is not None else next(iter(document.processes), None)
    if about is None:
        return document
    drawing = _Drawing(document, about)
    if collaboration is not None:
        drawing.pools(collaboration)
    else:
        drawing.process(document.processes[0], 160, 80)
    drawing.finish()
    return document


class _Drawing:
    def __init__(self, document: BpmnDocument, about: XmlElement) -> None:
        self.document = document
        self.boxes: dict[str, Box] = {}
        self.diagram = XmlElement(DI, "BPMNDiagram", {"id": self._free("diagram")}, prefix="bpmndi")
        attributes = {"id": self._free("plane"), "bpmnElement": about.attributes["id"]}
        self.plane = self.diagram.add(XmlElement(DI, "BPMNPlane", attributes, prefix="bpmndi"))
        for prefix, uri in (("bpmndi", DI), ("dc", DC), ("di", DD_DI)):
            if uri not in document.root.prefixes().values():
                self.diagram.declared[prefix] = uri

    def _free(self, wanted: str) -> str:
        name, number = wanted, 1
        while name in self.document.by_id:
            number += 1
            name = f"{wanted}_{number}"
        return name

    def pools(self, collaboration: XmlElement) -> None:
        y = 80.0
        pools: list[tuple[XmlElement, Box]] = []
        for participant in collaboration.of(MODEL, "participant"):
            process = self.document.target(participant, "processRef")
            box = Box(160, y, 600, EMPTY_POOL)
            shape = self.shape(participant, box, isHorizontal="true")
            if process is not None and process.elements:
                inside = self.process(process, box.x + POOL_HEAD, y)
                box.width, box.height = inside.width + POOL_HEAD, inside.height
                self._bounds(shape, box)
            pools.append((shape, box))
            y = box.bottom + POOL_GAP
        widest = max((box.width for _, box in pools), default=0)
        for shape, box in pools:
            if box.height == EMPTY_POOL:
                box.width = widest
                self._bounds(shape, box)
        for flow in collaboration.of(MODEL, "messageFlow"):
            self._message(flow)
        self._notes(collaboration, 160, y)

    def process(self, element: XmlElement, x: float, y: float) -> Box:
        """Draws a process with its lanes; returns the space it takes."""
        scope = read_scope(self.document, element)
        lanes = [lane for part in element.of(MODEL, "laneSet") for lane in _lowest(part)]
        placed = place(scope, [lane.attributes.get("id", "") for lane in lanes])
        left = x + (LANE_HEAD if lanes else 0)
        notes = self._note_height(element)
        for lane in lanes:
            begin, height = placed.lanes[lane.attributes.get("id", "")]
            extra = notes if lane is lanes[-1] else 0
            self.shape(lane, Box(x, y + begin, placed.width + left - x, height + extra), isHorizontal="true")
        self._scope(scope, placed, left, y)
        self._notes(element, left + 40, y + placed.height)
        return Box(x, y, placed.width + left - x, placed.height + notes)

    def _scope(self, scope: Scope, placed: Placed, x: float, y: float) -> None:
        nodes = sorted(scope.walk(), key=lambda node: node.kind == "boundaryEvent")
        for node in nodes:
            box = placed.boxes[node.id].moved(x, y)
            more = {"isExpanded": "true" if node.inner.nodes else "false"} if node.inner is not None else {}
            more |= {"isMarkerVisible": "true"} if node.kind == "exclusiveGateway" else {}
            shape = self.shape(node.element, box, **more)
            if node.name and (node.kind in GATEWAYS or node.kind.lower().endswith("event")):
                self._label(shape, _beside(node, box))
        for inner in scope.scopes():
            for flow in inner.flows:
                height = placed.back.get(flow.id)
                way = self._way(flow, None if height is None else height + y)
                edge = self.edge(flow.element, way)
                if flow.name:
                    self._label(edge, _along(flow.name, way))

    def shape(self, element: XmlElement, box: Box, **attributes: str) -> XmlElement:
        identifier = element.attributes["id"]
        self.boxes[identifier] = box
        given = {"id": self._free(f"{identifier}_shape"), "bpmnElement": identifier, **attributes}
        shape = self.plane.add(XmlElement(DI, "BPMNShape", given, prefix="bpmndi"))
        self._bounds(shape, box)
        return shape

    def _bounds(self, shape: XmlElement, box: Box) -> None:
        values = {"x": box.x, "y": box.y, "width": box.width, "height": box.height}
        for old in shape.of(DC, "Bounds"):
            shape.remove(old)
        shape.insert(
            0, XmlElement(DC, "Bounds", {key: _number(value) for key, value in values.items()}, prefix="dc")
        )

    def edge(self, element: XmlElement, points: list[Point]) -> XmlElement:
        identifier = element.attributes["id"]
        given = {"id": self._free(f"{identifier}_edge"), "bpmnElement": identifier}
        edge = self.plane.add(XmlElement(DI, "BPMNEdge", given, prefix="bpmndi"))
        for px, py in points:
            edge.add(XmlElement(DD_DI, "waypoint", {"x": _number(px), "y": _number(py)}, prefix="di"))
        return edge

    def _label(self, shape: XmlElement, box: Box) -> None:
        self._bounds(shape.add(XmlElement(DI, "BPMNLabel", prefix="bpmndi")), box)

    def _way(self, flow: Flow, back: float | None) -> list[Point]:
        source, target = self.boxes[flow.source.id], self.boxes[flow.target.id]
        if back is not None:
            return _over(source, target, back)
        return _forward(flow.source, flow.target, source, target)

    def _message(self, flow: XmlElement) -> None:
        ends = [self.document.target(flow, side) for side in ("sourceRef", "targetRef")]
        boxes = [self.boxes.get(end.attributes.get("id", "")) for end in ends if end is not None]
        if len(boxes) == 2 and boxes[0] is not None and boxes[1] is not None:
            self.edge(flow, _between(boxes[0], boxes[1]))

    def _note_height(self, element: XmlElement) -> float:
        return 90 if element.of(MODEL, *_NOTES) else 0

    def _notes(self, element: XmlElement, x: float, y: float) -> None:
        """Data and notes stand in a row below, joined by straight lines."""
        for note in element.of(MODEL, *_NOTES):
            width, height = _NOTES[note.name]
            self.shape(note, Box(x, y + 10, width, height))
            x += width + COLUMN_GAP
        for line in element.of(MODEL, "association"):
            ends = [self.document.target(line, side) for side in ("sourceRef", "targetRef")]
            boxes = [self.boxes.get(end.attributes.get("id", "")) for end in ends if end is not None]
            if len(boxes) == 2 and boxes[0] is not None and boxes[1] is not None:
                self.edge(line, _between(boxes[0], boxes[1]))

    def finish(self) -> None:
        indent(self.diagram, 1)
        self.document.root.add(self.diagram)
        self.document.root.content.append("\n")
        for element in self.diagram.walk():
            if "id" in element.attributes:
                self.document.by_id[element.attributes["id"]] = element


def _lowest(lane_set: XmlElement) -> list[XmlElement]:
    found: list[XmlElement] = []
    for lane in lane_set.of(MODEL, "lane"):
        inner = [below for part in lane.of(MODEL, "childLaneSet") for below in _lowest(part)]
        found += inner or [lane]
    return found


def _lines(text: str, width: float) -> float:
    """The height of a text of this width, at about six points a letter."""
    lines, used = 1, 0
    for word in text.split():
        if used and (used + 1 + len(word)) * 6 > width:
            lines, used = lines + 1, 0
        used += len(word) + (1 if used else 0)
    return 14.0 * lines


def _beside(node: Node, box: Box) -> Box:
    """Above a gateway, below an event."""
    height = _lines(node.name, 90)
    above = node.kind in GATEWAYS
    return Box(box.center[0] - 45, box.y - height - 4 if above else box.bottom + 4, 90, height)


def _along(name: str, way: list[Point]) -> Box:
    """Over the first level part of a flow, near the decision it leaves."""
    (x, y), (next_x, next_y) = way[0], way[1]
    if len(way) > 2 and abs(next_x - x) < 1 and len(way) < 4:
        (x, y), (next_x, next_y) = way[1], way[2]
    width = min(90.0, len(name) * 7.0 + 4)
    height = _lines(name, width)
    if abs(next_x - x) > abs(next_y - y):
        return Box(x + 5, y - height - 4, width, height)
    return Box(x + 6, y + 6 if next_y > y else y - height - 6, width, height)


def _over(source: Box, target: Box, height: float) -> list[Point]:
    """Back over the top."""
    start, end = source.center[0], target.center[0]
    return [(start, source.y), (start, height), (end, height), (end, target.y)]


def _forward(source: Node, target: Node, first: Box, last: Box) -> list[Point]:
    sx, sy = first.center
    tx, ty = last.center
    if source.kind == "boundaryEvent":
        if ty > first.bottom:
            return [(sx, first.bottom), (sx, ty), (last.x, ty)]
        below = first.bottom + 20
        return [(sx, first.bottom), (sx, below), (last.x - 20, below), (last.x - 20, ty), (last.x, ty)]
    if abs(sy - ty) < 1:
        return [(first.right, sy), (last.x, ty)]
    if source.kind in GATEWAYS and len(source.outgoing) > 1:
        edge = first.bottom if ty > sy else first.y
        return [(sx, edge), (sx, ty), (last.x, ty)]
    if target.kind in GATEWAYS and len(target.incoming) > 1:
        edge = last.bottom if sy > ty else last.y
        return [(first.right, sy), (tx, sy), (tx, edge)]
    middle = last.x - COLUMN_GAP / 2
    return [(first.right, sy), (middle, sy), (middle, ty), (last.x, ty)]


def _between(first: Box, last: Box) -> list[Point]:
    """From edge to edge, up or down."""
    down = last.center[1] > first.center[1]
    start = (first.center[0], first.bottom if down else first.y)
    wide = last.width > first.width * 2
    end_x = min(max(start[0], last.x + 10), last.right - 10) if wide else last.center[0]
    return [start, (end_x, last.y if down else last.bottom)]


def _number(value: float) -> str:
    return f"{value:g}" if abs(value) < 1e5 else f"{value:.0f}"
