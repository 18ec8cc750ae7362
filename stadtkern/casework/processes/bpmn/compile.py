"""From a document to the engine's model; everything that stands in the way is reported, element by element."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from stadtkern.casework.processes.bpmn import extensions, soundness
from stadtkern.casework.processes.bpmn.compiler import Compiler
from stadtkern.casework.processes.bpmn.document import BpmnDocument
from stadtkern.casework.processes.bpmn.errors import BpmnError, NotExecutable
from stadtkern.casework.processes.bpmn.events import event_node
from stadtkern.casework.processes.bpmn.findings import Finding
from stadtkern.casework.processes.bpmn.graph import Flow, Node, Scope, read_scope
from stadtkern.casework.processes.bpmn.tasks import activity_node, gateway_node
from stadtkern.casework.processes.bpmn.vocabulary import CHOREOGRAPHY_NODES, EVENTS, GATEWAYS, MODEL
from stadtkern.casework.processes.engine import model
from stadtkern.kernel.feel.types import BOOLEAN, FeelType
from stadtkern.kernel.xml_document import XmlElement

_CONDITIONS = frozenset({"exclusiveGateway", "inclusiveGateway"})


def compile(
    document: BpmnDocument, process_id: str | None = None, *, types: Mapping[str, FeelType] | None = None
) -> model.Process:
    """The engine's model of a process (the only one, or the first that is marked executable, without an id).

    Raises BpmnError if there is no such process and NotExecutable with every reason if it cannot be executed."""
    scope = read_scope(document, find_process(document, process_id))
    process, found = translate(document, scope, types)
    errors = [finding.as_json() for finding in found if finding.severity == "error"]
    if errors or process is None:
        raise NotExecutable(errors)
    return process


def find_process(document: BpmnDocument, process_id: str | None) -> XmlElement:
    """The process of this id; without one, the first executable one, else the first."""
    processes = document.processes
    if process_id is not None:
        processes = [process for process in processes if process.attributes.get("id") == process_id]
    elif len(processes) > 1:
        marked = [p for p in processes if p.attributes.get("isExecutable", "") in {"true", "1"}]
        processes = marked or [p for p in processes if p.elements] or processes
    if not processes:
        raise BpmnError(
            "no-process",
            f"In der Datei gibt es keinen Ablauf „{process_id}“."
            if process_id
            else "In der Datei ist kein Ablauf.",
            f'The file has no process "{process_id}".' if process_id else "The file has no process.",
            document.root.line,
            document.root.column,
        )
    return processes[0]


def translate(
    document: BpmnDocument, scope: Scope, types: Mapping[str, FeelType] | None = None
) -> tuple[model.Process | None, list[Finding]]:
    """The model, as far as there is one, and all findings (also those about soundness)."""
    compiler = Compiler(document, scope, dict(types or {}), strict=types is not None)
    nodes = {node.id: made for node in scope.walk() if (made := _node(compiler, node)) is not None}
    flows = {flow.id: line for flow in _flows(scope) if (line := _flow(compiler, flow)) is not None}
    flows |= {flow.id: flow for flow in _links(scope)}
    data = tuple(_data(compiler, scope))
    compiler.found += soundness.crossing_flows(document, scope)
    compiler.found += soundness.problems(document, scope)
    if any(finding.severity == "error" for finding in compiler.found):
        return None, compiler.found
    process = model.Process(
        id=scope.id,
        name=" ".join(scope.name.split()),
        nodes=nodes,
        flows=flows,
        data=data,
        lanes=tuple(_lanes(document, scope.element)),
    )
    return process, compiler.found


def _node(compiler: Compiler, node: Node) -> model.Node | None:
    if not node.id:
        compiler.report("id-missing", node.element)
        return None
    if node.kind in EVENTS:
        return event_node(compiler, node)
    if node.kind in GATEWAYS:
        return gateway_node(compiler, node)
    if node.kind in CHOREOGRAPHY_NODES:
        return gateway_node(compiler, node)
    return activity_node(compiler, node)


def _flows(scope: Scope) -> Iterator[Flow]:
    for inner in scope.scopes():
        yield from inner.flows


def _flow(compiler: Compiler, flow: Flow) -> model.Flow | None:
    if not flow.id:
        compiler.report("id-missing", flow.element)
        return None
    condition = None
    decides = flow.source.kind in _CONDITIONS or flow.source.kind not in GATEWAYS | EVENTS
    if flow.condition is not None:
        if decides and flow.id != flow.source.default:
            condition = compiler.expression(flow.condition, flow.element, BOOLEAN)
        elif not decides:
            compiler.report("condition-ignored", flow.element)
    name = " ".join(flow.name.split())
    return model.Flow(
        id=flow.id, source=flow.source.id, target=flow.target.id, condition=condition, name=name
    )


def _links(scope: Scope) -> Iterator[model.Flow]:
    """A pair of link events is one line that was cut for the drawing."""
    for inner in scope.scopes():
        for node in inner.nodes.values():
            if node.kind == "intermediateThrowEvent" and node.event == "link":
                for target in soundness.link_targets(node):
                    yield model.Flow(id=f"{node.id}->{target.id}", source=node.id, target=target.id)


def _data(compiler: Compiler, scope: Scope) -> Iterator[model.DataObject]:
    for inner in scope.scopes():
        for element in inner.element.of(MODEL, "dataObject", "property"):
            name = " ".join(element.attributes.get("name", "").split()) or _reference_name(
                compiler, inner, element
            )
            if name:
                initial = compiler.text(extensions.ours(element, "initial"), element)
                identifier = element.attributes.get("id", name)
                yield model.DataObject(id=identifier, scope=inner.id, name=name, initial=initial)


def _reference_name(compiler: Compiler, scope: Scope, element: XmlElement) -> str:
    """Many tools name only what is drawn: the reference."""
    for reference in scope.element.of(MODEL, "dataObjectReference"):
        if compiler.document.target(reference, "dataObjectRef") is element:
            return " ".join(reference.attributes.get("name", "").split())
    return ""


def _lanes(document: BpmnDocument, element: XmlElement) -> Iterator[model.Lane]:
    for part in element.of(MODEL, "laneSet", "childLaneSet"):
        for lane in part.of(MODEL, "lane"):
            members = tuple(node.attributes.get("id", "") for node in document.targets(lane, "flowNodeRef"))
            name = " ".join(lane.attributes.get("name", "").split())
            role = extensions.lane_role(lane) or None
            yield model.Lane(id=lane.attributes.get("id", ""), name=name, role=role, nodes=members)
            yield from _lanes(document, lane)
