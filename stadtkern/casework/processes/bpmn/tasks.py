"""Tasks, sub-processes, calls and gateways of the diagram become nodes of the engine."""

from __future__ import annotations

from typing import Any, Final

from stadtkern.casework.processes.bpmn import extensions
from stadtkern.casework.processes.bpmn.compiler import Compiler, settings
from stadtkern.casework.processes.bpmn.document import documentation
from stadtkern.casework.processes.bpmn.events import due_timer, message
from stadtkern.casework.processes.bpmn.graph import Node
from stadtkern.casework.processes.bpmn.vocabulary import MODEL, kind_name
from stadtkern.casework.processes.engine import model
from stadtkern.kernel import feel
from stadtkern.kernel.feel import ast
from stadtkern.kernel.feel.format import format_expr
from stadtkern.kernel.feel.types import BOOLEAN
from stadtkern.kernel.xml_document import XmlElement

INSTEAD: Final[dict[str, tuple[str, str]]] = {
    "complexGateway": (
        "Nehmen Sie eine Und/oder-Verzweigung mit Bedingungen.", "Use an inclusive gateway with conditions."
    ),
    "adHocSubProcess": (
        "Zeichnen Sie einen Teilablauf mit einer Und/oder-Verzweigung vor den Aufgaben.",
        "Draw a sub-process with an inclusive gateway before the tasks.",
    ),
    "transaction": (
        "Nehmen Sie einen Teilablauf mit angeheftetem Fehlerereignis und Rückabwicklung.",
        "Use a sub-process with an error boundary event and compensation.",
    ),
    "choreographyTask": (
        "Zeichnen Sie die Aufgaben der Beteiligten je in einem Ablauf.", "Draw each participant's tasks in a process."
    ),
}  # fmt: skip
_CALLABLE: Final = {
    "globalTask": "task", "globalUserTask": "userTask", "globalManualTask": "manualTask",
    "globalScriptTask": "scriptTask", "globalBusinessRuleTask": "businessRuleTask",
}  # fmt: skip
_GATEWAYS: Final[dict[str, type[model.Node]]] = {
    "exclusiveGateway": model.ExclusiveGateway,
    "parallelGateway": model.ParallelGateway,
    "inclusiveGateway": model.InclusiveGateway,
    "eventBasedGateway": model.EventGateway,
}


def not_executable(compiler: Compiler, element: XmlElement) -> None:
    """Reports a kind that has no counterpart in the engine."""
    german, english = INSTEAD.get(element.name, INSTEAD["choreographyTask"])
    compiler.report("kind", element, instead=german, instead_en=english)


def gateway_node(compiler: Compiler, node: Node) -> model.Node | None:
    """The engine's node for a gateway; None if it is not executable (reported)."""
    made = _GATEWAYS.get(node.kind)
    if made is None:
        not_executable(compiler, node.element)
        return None
    if node.kind == "eventBasedGateway" and not _event_gateway(compiler, node):
        return None
    return made(**_common(compiler, node, node.element))


def _event_gateway(compiler: Compiler, node: Node) -> bool:
    if node.flag("instantiate"):
        compiler.report("event-gateway-start", node.element)
        return False
    wrong = [
        flow.target
        for flow in node.outgoing
        if flow.target.kind not in {"intermediateCatchEvent", "receiveTask"}
    ]
    for target in wrong:
        compiler.report("event-gateway-target", node.element, target=target.label)
    return not wrong


def _common(compiler: Compiler, node: Node, element: XmlElement) -> dict[str, Any]:
    extra = settings(node.element)
    if text := documentation(element):
        extra.setdefault("documentation", text)
    known = any(flow.id == node.default for flow in node.outgoing)
    return {
        "id": node.id,
        "scope": node.scope.id,
        "name": " ".join(node.name.split()),
        "role": compiler.role(node),
        "default": node.default if known else None,
        "settings": extra,
    }


def activity_node(compiler: Compiler, node: Node) -> model.Node | None:
    """The engine's node for a task, sub-process or call; None if it is not executable (reported)."""
    kind, element = node.kind, node.element
    if kind == "callActivity":
        called = compiler.document.find(element.attributes.get("calledElement"), element)
        if called is not None and called.name in _CALLABLE:
            kind, element = _CALLABLE[called.name], called
    if element.first(MODEL, "standardLoopCharacteristics") is not None:
        compiler.report("standard-loop", node.element)
        return None
    make = _MAKERS.get(kind)
    if make is None:
        not_executable(compiler, node.element)
        return None
    common = _common(compiler, node, element)
    common |= {
        "for_compensation": node.flag("isForCompensation"),
        "inputs": compiler.assignments(extensions.inputs(element), node.element),
        "outputs": compiler.assignments(extensions.outputs(element), node.element, ["result"]),
    }
    if (loop := extensions.loop(node.element)) is not None:
        common["multi"] = _multi(compiler, node.element, loop)
    made: model.Node | None = make(compiler, node, element, common)
    return made


def _multi(compiler: Compiler, element: XmlElement, loop: extensions.Loop) -> model.MultiInstance | None:
    if not loop.collection and not loop.cardinality:
        compiler.report("loop-without-collection", element)
        return None
    counts = [
        "numberOfInstances",
        "numberOfActiveInstances",
        "numberOfCompletedInstances",
        "numberOfTerminatedInstances",
    ]
    return model.MultiInstance(
        sequential=loop.sequential,
        collection=compiler.text(loop.collection, element),
        cardinality=compiler.text(loop.cardinality, element),
        item=loop.element or None,
        output_item=compiler.text(loop.collect, element) if loop.collect_into else None,
        output_collection=loop.collect_into or None,
        completion=compiler.text(loop.condition, element, BOOLEAN, extra=counts),
    )


def _task(compiler: Compiler, node: Node, element: XmlElement, common: dict[str, Any]) -> model.Node:
    compiler.report("passes-at-once", node.element)
    return model.NoneTask(**common)


def _user(compiler: Compiler, node: Node, element: XmlElement, common: dict[str, Any]) -> model.Node:
    due = extensions.due(node.element)
    assignee = extensions.ours(node.element, "assignee")
    if common["role"] is None and not assignee:
        compiler.report("no-role", node.element)
    if due is not None and due.legal_basis:
        common["settings"]["legal_basis"] = due.legal_basis
    return model.UserTask(
        **common,
        form=extensions.form(element) or None,
        assignee=compiler.text(assignee, node.element),
        due=due_timer(compiler, due, node.element) if due is not None else None,
        manual=node.kind == "manualTask" or element.name == "globalManualTask",
        fields=tuple(filter(None, extensions.fields(node.element))),
    )


def _service(
    compiler: Compiler, node: Node, element: XmlElement, common: dict[str, Any]
) -> model.Node | None:
    connector, operation = extensions.connector(element)
    if not connector:
        compiler.report("connector-missing", node.element)
        return None
    result = extensions.ours(element, "result") or None
    return model.ServiceTask(**common, connector=connector, operation=operation, result=result)


def _send(compiler: Compiler, node: Node, element: XmlElement, common: dict[str, Any]) -> model.Node | None:
    """With a connector (a mail, a letter) it is an operation; else a message to another process."""
    if extensions.connector(element)[0]:
        return _service(compiler, node, element, common)
    return model.SendTask(**common, message=message(compiler, element, element, throwing=True))


def _receive(
    compiler: Compiler, node: Node, element: XmlElement, common: dict[str, Any]
) -> model.Node | None:
    if node.flag("instantiate"):
        compiler.report("receive-start", node.element)
        return None
    return model.ReceiveTask(**common, message=message(compiler, element, element, throwing=False))


def _rule(compiler: Compiler, node: Node, element: XmlElement, common: dict[str, Any]) -> model.Node | None:
    decision, result = extensions.decision(element)
    if not decision:
        compiler.report("decision-missing", node.element)
        return None
    return model.BusinessRuleTask(
        **common, model=extensions.ours(element, "model"), decision=decision, result=result or None
    )


def _script(compiler: Compiler, node: Node, element: XmlElement, common: dict[str, Any]) -> model.Node | None:
    mappings = extensions.assignments(element)
    if not mappings and (written := extensions.zeebe_script(element)) is not None:
        mappings = [written]
    assignments = compiler.assignments(mappings, node.element)
    script = element.first(MODEL, "script")
    if not mappings and script is not None and script.text.strip():
        assignments = _written(compiler, element, script)
        if not assignments:
            return None
    if not assignments:
        compiler.report("script-empty", node.element)
        return None
    return model.ScriptTask(**common, assignments=assignments)


def _written(compiler: Compiler, element: XmlElement, script: XmlElement) -> tuple[model.Assignment, ...]:
    """A script in FEEL is a context; each entry is an assignment, in order."""
    language = element.attributes.get("scriptFormat", "").strip()
    if language and "feel" not in language.lower():
        compiler.report("script-language", element, language=language)
        return ()
    text = script.text.strip().removeprefix("=").strip()
    if compiler.text("=" + text, element) is None:
        return ()
    tree = feel.parse(text, compiler.names)
    if not isinstance(tree, ast.ContextExpr):
        compiler.report("script-empty", element)
        return ()
    return tuple(
        model.Assignment(name, model.Expression(format_expr(value), compiler.names))
        for name, value in tree.entries
    )


def _call(compiler: Compiler, node: Node, element: XmlElement, common: dict[str, Any]) -> model.Node | None:
    called, here = extensions.called_process(compiler.document, element)
    if not called:
        compiler.report("call-missing", node.element)
        return None
    found = compiler.document.by_id.get(called) if here else None
    if found is not None and found.name != "process":
        words = {"what": kind_name(found.name), "what_en": kind_name(found.name, "en")}
        compiler.report("call-kind", node.element, called=called, **words)
        return None
    return model.CallActivity(**common, process=called, result=extensions.ours(element, "result") or None)


def _sub(compiler: Compiler, node: Node, element: XmlElement, common: dict[str, Any]) -> model.Node | None:
    assert node.inner is not None
    if node.is_event_sub_process:
        if node.incoming or node.outgoing:
            compiler.report("event-sub-flow", element)
            return None
        if len(node.inner.starts) != 1 or node.inner.starts[0].event == "none":
            compiler.report("event-sub-start", element)
            return None
    elif not node.inner.nodes:
        compiler.report("sub-process-empty", element)
        return model.NoneTask(**common)
    return model.SubProcess(**common, by_event=node.is_event_sub_process)


_MAKERS: Final = {
    "task": _task, "userTask": _user, "manualTask": _user, "serviceTask": _service, "sendTask": _send,
    "receiveTask": _receive, "businessRuleTask": _rule, "scriptTask": _script, "callActivity": _call, "subProcess": _sub,
}  # fmt: skip
