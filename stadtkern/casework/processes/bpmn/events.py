"""Event definitions of the diagram become those of the engine."""

from __future__ import annotations

import re
from typing import Final

from stadtkern.casework.processes.bpmn import extensions
from stadtkern.casework.processes.bpmn.compiler import Compiler, quoted, settings
from stadtkern.casework.processes.bpmn.graph import Node
from stadtkern.casework.processes.bpmn.vocabulary import MODEL
from stadtkern.casework.processes.engine import model
from stadtkern.kernel.feel.types import NUMBER
from stadtkern.kernel.xml_document import XmlElement

_ISO: Final = re.compile(r"[-+]?P\d|[-+]?PT\d|R\d*/|\d{4}-\d\d|T?\d\d:\d\d")
_UNITS: Final = ("working_days", "days", "weeks", "months")

_THROWS = ("message", "signal", "escalation", "compensate")
ALLOWED: Final[dict[str, tuple[str, ...]]] = {
    "start": ("none", "timer", "message", "signal"),
    "event-start": ("timer", "message", "signal", "error", "escalation"),
    "end": ("none", *_THROWS, "error", "terminate"),
    "catch": ("timer", "message", "signal", "link"),
    "throw": ("none", *_THROWS, "link"),
    "boundary": ("timer", "message", "signal", "error", "escalation", "compensate"),
    "inner-start": ("none",),
}
WORDS: Final[dict[str, tuple[str, str]]] = {
    "none": ("ohne Ereignis", "none"), "timer": ("Uhr", "timer"), "message": ("Nachricht", "message"), "signal": ("Signal", "signal"),
    "error": ("Fehler", "error"), "escalation": ("Eskalation", "escalation"), "compensate": ("Rückabwicklung", "compensation"),
    "terminate": ("sofortiges Ende", "terminate"), "link": ("Sprung", "link"), "conditional": ("Bedingung", "conditional"),
    "cancel": ("Abbruch einer Transaktion", "cancel"), "reference": ("Verweis auf ein gemeinsames Ereignis", "shared definition"),
}  # fmt: skip


def event_node(compiler: Compiler, node: Node) -> model.Node | None:
    """The engine's node for an event; None if it is not executable (reported)."""
    place = _place(node)
    if node.event == "multiple" or node.flag("parallelMultiple"):
        compiler.report("several-events", node.element)
        return None
    if node.event not in ALLOWED[place]:
        _not_here(compiler, node, place)
        return None
    event = _definition(compiler, node, throwing=place in {"end", "throw"})
    if event is None and node.event not in {"none", "link"}:
        return None
    return _node(compiler, node, place, event)


def _place(node: Node) -> str:
    if node.kind == "startEvent":
        owner = node.scope.owner
        return "start" if owner is None else "event-start" if owner.is_event_sub_process else "inner-start"
    return {"endEvent": "end", "intermediateThrowEvent": "throw", "boundaryEvent": "boundary"}.get(
        node.kind, "catch"
    )


def _not_here(compiler: Compiler, node: Node, place: str) -> None:
    words = [WORDS[event] for event in ALLOWED[place]]
    german, english = WORDS.get(node.event, (node.event, node.event))
    compiler.report(
        "event",
        node.element,
        event=german,
        event_en=english,
        allowed=", ".join(word for word, _ in words),
        allowed_en=", ".join(word for _, word in words),
    )


def _node(
    compiler: Compiler, node: Node, place: str, event: model.EventDefinition | None
) -> model.Node | None:
    identifier, scope, name = node.id, node.scope.id, node.label if node.name else ""
    role, extra = compiler.role(node), settings(node.element)
    if place in {"start", "event-start", "inner-start"}:
        stops = node.flag("isInterrupting", True)
        return model.StartEvent(
            id=identifier, scope=scope, name=name, role=role, settings=extra, event=event, interrupting=stops
        )
    if place == "end":
        return model.EndEvent(id=identifier, scope=scope, name=name, role=role, settings=extra, event=event)
    if place == "throw" or node.event == "link":
        return model.ThrowEvent(id=identifier, scope=scope, name=name, role=role, settings=extra, event=event)
    assert event is not None
    if place == "catch":
        return model.CatchEvent(id=identifier, scope=scope, name=name, role=role, settings=extra, event=event)
    if node.host is None:
        compiler.report("boundary-host", node.element)
        return None
    handler = _handler(compiler, node) if isinstance(event, model.Compensation) else None
    if isinstance(event, model.Compensation) and handler is None:
        compiler.report("compensation-handler", node.element)
        return None
    return model.BoundaryEvent(
        id=identifier,
        scope=scope,
        name=name,
        role=role,
        settings=extra,
        attached_to=node.host.id,
        event=event,
        interrupting=node.flag("cancelActivity", True),
        handler=handler,
    )


def _handler(compiler: Compiler, node: Node) -> str | None:
    """The activity an association leads to from a compensation event."""
    for process in compiler.document.roots("process", "collaboration"):
        for association in process.walk():
            if association.namespace != MODEL or association.name != "association":
                continue
            ends = [compiler.document.target(association, side) for side in ("sourceRef", "targetRef")]
            if any(end is node.element for end in ends):
                for end in ends:
                    other = node.scope.nodes.get(end.attributes.get("id", "")) if end is not None else None
                    if other is not None and other.flag("isForCompensation"):
                        return other.id
    return None


def _definition(compiler: Compiler, node: Node, *, throwing: bool) -> model.EventDefinition | None:
    if node.event in {"none", "link"}:
        return None
    definition = node.events[0]
    if node.event == "timer":
        return timer(compiler, definition, node.element)
    if node.event == "terminate":
        return model.Terminate()
    if node.event == "compensate":
        target = compiler.document.target(definition, "activityRef")
        return model.Compensation(activity=target.attributes.get("id") if target is not None else None)
    if node.event in {"error", "escalation"}:
        return _coded(compiler, node, definition, throwing)
    if node.event == "message":
        return message(compiler, node.element, definition, throwing=throwing)
    return _signal(compiler, node, definition, throwing)


def _coded(
    compiler: Compiler, node: Node, definition: XmlElement, throwing: bool
) -> model.Error | model.Escalation:
    kind = node.event
    target = compiler.document.target(definition, f"{kind}Ref")
    code = ""
    if target is not None:
        code = (
            target.attributes.get(f"{kind}Code")
            or target.attributes.get("name")
            or target.attributes.get("id", "")
        )
    elif throwing:
        code = _unnamed(compiler, node.element)
    variable = extensions.ours(node.element, "result") or None
    made = model.Error if kind == "error" else model.Escalation
    return made(code=code or None, variable=variable)


def _signal(compiler: Compiler, node: Node, definition: XmlElement, throwing: bool) -> model.Signal:
    target = compiler.document.target(definition, "signalRef")
    name = _named(target) or _unnamed(compiler, node.element)
    payload, outputs = _content(compiler, node.element, throwing)
    return model.Signal(name=name, payload=payload, outputs=outputs)


def message(
    compiler: Compiler, element: XmlElement, definition: XmlElement, *, throwing: bool
) -> model.Message:
    """The message an event or task sends or awaits. `definition` holds the reference (a task is its own)."""
    target = compiler.document.target(definition, "messageRef")
    name = _named(target) or _unnamed(compiler, element)
    key = compiler.text(extensions.correlation(element, target), element)
    payload, outputs = _content(compiler, element, throwing)
    return model.Message(name=name, key=key, payload=payload, outputs=outputs)


def _content(
    compiler: Compiler, element: XmlElement, throwing: bool
) -> tuple[tuple[model.Assignment, ...], tuple[model.Assignment, ...]]:
    if throwing:
        return compiler.assignments(extensions.inputs(element), element), ()
    mappings = extensions.outputs(element)
    return (), compiler.assignments(mappings, element, ["result"])


def _named(target: XmlElement | None) -> str:
    if target is None:
        return ""
    return " ".join(target.attributes.get("name", "").split()) or target.attributes.get("id", "")


def _unnamed(compiler: Compiler, element: XmlElement) -> str:
    used = " ".join(element.attributes.get("name", "").split()) or element.attributes.get("id", "")
    compiler.report("event-unnamed", element, used=used)
    return used


def timer(compiler: Compiler, definition: XmlElement, holder: XmlElement) -> model.Timer | None:
    """The timer of an event; None if it says no time."""
    for place in (definition, holder):
        if (due := extensions.due(place)) is not None:
            return due_timer(compiler, due, holder)
    kinds: tuple[tuple[str, str], ...] = (
        ("timeDuration", "duration"),
        ("timeDate", "date"),
        ("timeCycle", "cycle"),
    )
    for name, kind in kinds:
        element = definition.first(MODEL, name)
        if element is not None and element.text.strip():
            value = _time(compiler, element, holder)
            return model.Timer(kind=kind, value=value) if value is not None else None  # type: ignore[arg-type]
    compiler.report("timer-missing", holder)
    return None


def _time(compiler: Compiler, element: XmlElement, holder: XmlElement) -> model.Expression | None:
    text = element.text.strip()
    if _ISO.match(text):
        return model.Expression(quoted(text))
    return compiler.expression(element, holder)


def due_timer(compiler: Compiler, due: extensions.Due, holder: XmlElement) -> model.Timer | None:
    """A period or due date of ours as a timer."""
    if due.expression:
        text = due.expression
        moment = model.Expression(quoted(text)) if _ISO.match(text) else compiler.text(text, holder)
        lasts = text.lstrip("=+- ").startswith(("P", "duration("))
        return model.Timer(kind="duration" if lasts else "date", value=moment) if moment is not None else None
    if due.unit not in _UNITS:
        compiler.report("due-unit", holder, unit=due.unit)
        return None
    amount = compiler.text(due.amount, holder, NUMBER)
    if amount is None:
        if not due.amount:
            compiler.report("due-empty", holder)
        return None
    return model.Timer(kind="duration", value=amount, unit=due.unit)  # type: ignore[arg-type]
