"""Elements of a drawing as forms: the same properties that a drawing tool sets, read and written on the XML itself.

What this room does not know (other namespaces, other tools' extensions, comments) stays in the file as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from stadtkern.casework.processes.bpmn import BpmnDocument
from stadtkern.casework.processes.bpmn import extensions as ext
from stadtkern.casework.processes.bpmn.graph import read_processes
from stadtkern.casework.processes.bpmn.vocabulary import MODEL, OURS, TASKS, XSI, kind_name
from stadtkern.casework.processes.packages.refusing import Refusal
from stadtkern.kernel.xml_document import XmlElement, indent

PREFIX: Final = "stadtkern"
UNITS: Final = ("working_days", "days", "weeks", "months")
_UNIT_WORDS: Final = {
    "working_days": ("Arbeitstage", "working days"),
    "days": ("Tage", "days"),
    "weeks": ("Wochen", "weeks"),
    "months": ("Monate", "months"),
}
_LANE: Final = ("Bahn", "lane")
_LINE = re.compile(r"\s*([^=\s][^=]*?)\s*=\s*(.+?)\s*")

#: which properties an element of a kind has, beside its name
FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "userTask": ("role", "state", "actions", "due_amount", "due_unit", "due_legal", "form", "inputs", "outputs"),
    "manualTask": ("role", "due_amount", "due_unit", "due_legal"),
    "businessRuleTask": ("model", "decision", "result", "inputs"),
    "serviceTask": ("connector", "operation", "inputs", "outputs", "result", "text"),
    "sendTask": ("connector", "operation", "message", "inputs", "outputs", "text"),
    "receiveTask": ("message", "state", "outputs"),
    "scriptTask": ("assigns",),
    "callActivity": ("called", "inputs", "outputs"),
    "exclusiveGateway": ("default",),
    "inclusiveGateway": ("default",),
    "sequenceFlow": ("condition",),
    "startEvent": ("after", "message", "timer", "outputs"),
    "endEvent": ("state", "message"),
    "intermediateCatchEvent": ("state", "message", "timer", "due_amount", "due_unit", "due_legal", "outputs"),
    "boundaryEvent": ("message", "timer", "due_amount", "due_unit", "due_legal", "outputs"),
    "intermediateThrowEvent": ("message", "text"),
    "lane": ("role",),
}  # fmt: skip
_PLAIN = {"role", "state", "actions", "form", "decision", "model", "result", "text", "after"}


class NotWritable(Refusal):
    """A value that the drawing cannot take; ``field`` names it, the text is for people."""

    def __init__(self, field: str, message: str, message_en: str) -> None:
        super().__init__(message, message_en)
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One line of the list beside the drawing. ``about`` says what is set, in few words."""

    id: str
    kind: str
    name: str
    who: str
    depth: int
    about: str
    flow: bool = False


def listed(document: BpmnDocument, language: str = "de") -> list[Listed]:
    """All elements that have properties: lanes, then what is in the processes in the order of the file, flows with theirs."""
    found: list[Listed] = []
    for scope in read_processes(document).values():
        for lane in _lanes(scope.element):
            found.append(_line(document, lane, "", 0, language))
        for node in scope.walk():
            depth, around = 0, node.scope
            while around.owner is not None:
                depth, around = depth + 1, around.owner.scope
            lane_element = document.by_id.get(node.lane)
            who = lane_element.attributes.get("name", "") if lane_element is not None else ""
            found.append(_line(document, node.element, who, depth, language))
            several = len(node.outgoing) > 1
            for flow in node.outgoing:
                if several or flow.condition is not None:
                    line = _line(document, flow.element, "", depth + 1, language)
                    name = f"{line.name or '…'} → {flow.target.name or flow.target.id}"
                    found.append(
                        Listed(id=line.id, kind=line.kind, name=name, who="", depth=depth + 1, about=line.about, flow=True)
                    )  # fmt: skip
    return found


def _lanes(element: XmlElement) -> Iterator[XmlElement]:
    for child in element.walk():
        if child.namespace == MODEL and child.name == "lane":
            yield child


def _line(document: BpmnDocument, element: XmlElement, who: str, depth: int, language: str) -> Listed:
    values = read_element(document, element)
    parts = [
        values.get(name, "") for name in ("role", "actions", "decision", "connector", "message", "condition")
    ]
    english = int(language.startswith("en"))
    unit = _UNIT_WORDS.get(values.get("due_unit", ""), ("", ""))[english]
    due = " ".join(filter(None, (values.get("due_amount"), unit)))
    return Listed(
        id=element.attributes.get("id", ""),
        kind=_LANE[english] if element.name == "lane" else kind_name(element.name, language),
        name=" ".join(element.attributes.get("name", "").split()),
        who=who,
        depth=depth,
        about=" · ".join(part for part in (*parts, values.get("state", ""), due if values.get("due_amount") else "") if part),
    )  # fmt: skip


def fields_of(element: XmlElement) -> tuple[str, ...]:
    """The properties of this element, the ones of its event included."""
    found = FIELDS.get(element.name, ())
    if element.name in {
        "startEvent",
        "endEvent",
        "intermediateCatchEvent",
        "boundaryEvent",
        "intermediateThrowEvent",
    }:
        event = _event(element)
        kind = event.name.removesuffix("EventDefinition") if event is not None else ""
        away = set() if kind == "message" else {"message"}
        away |= set() if kind == "timer" else {"timer", "due_amount", "due_unit", "due_legal"}
        found = tuple(name for name in found if name not in away)
    return found


def read_element(document: BpmnDocument, element: XmlElement) -> dict[str, str]:
    """The properties as text, as the form shows them."""
    values = {"name": element.attributes.get("name", "")}
    for name in fields_of(element):
        if name in _PLAIN:
            values[name] = ext.ours(element, name)
    due = ext.due(_event(element) or element) if _has_due(element) else None
    values |= {
        "due_amount": due.amount if due else "",
        "due_unit": due.unit if due and due.amount else "working_days",
        "due_legal": due.legal_basis if due else "",
        "inputs": _lines(ext.inputs(element)),
        "outputs": _lines(ext.outputs(element)),
        "assigns": _lines(ext.assignments(element)),
        "default": element.attributes.get("default", ""),
        "called": element.attributes.get("calledElement", ""),
        "message": _message_name(document, element),
        "timer": _timer(element),
    }
    values["connector"], values["operation"] = ext.connector(element)
    condition = element.first(MODEL, "conditionExpression")
    values["condition"] = condition.text.strip() if condition is not None else ""
    return {name: value for name, value in values.items() if name == "name" or name in fields_of(element)}


def _has_due(element: XmlElement) -> bool:
    return "due_amount" in fields_of(element)


def _lines(mappings: list[ext.Mapping]) -> str:
    return "\n".join(f"{each.name} = {' '.join(each.value.split())}" for each in mappings)


def _event(element: XmlElement) -> XmlElement | None:
    return next(
        (child for child in element.of(MODEL) if child.name.endswith("EventDefinition")),
        None,
    )


def _message_name(document: BpmnDocument, element: XmlElement) -> str:
    holder = _event(element) if element.name not in {"receiveTask", "sendTask"} else element
    found = document.target(holder, "messageRef") if holder is not None else None
    return found.attributes.get("name", "") if found is not None else ""


def _timer(element: XmlElement) -> str:
    event = _event(element)
    if event is None:
        return ""
    texts = (event.first(MODEL, name) for name in ("timeDuration", "timeDate", "timeCycle"))
    return next((text.text.strip() for text in texts if text is not None), "")


# --- writing -------------------------------------------------------------------------------------------------------


def write_element(document: BpmnDocument, element: XmlElement, values: Mapping[str, str]) -> None:
    """Set the given properties; an empty text removes one. Raises ``NotWritable``; then nothing of the file may be kept."""
    if "name" in values:
        _attribute(element, "name", " ".join(values["name"].split()))
    offered = fields_of(element)
    for name in offered:
        if name in values and name in _PLAIN:
            _attribute(element, f"{{{OURS}}}{name}", " ".join(values[name].split()))
    if "due_amount" in values and _has_due(element):
        _write_due(_event(element) or element, values)
    if "connector" in values and "connector" in offered:
        _write_connector(element, values)
    else:
        _write_mappings(element, "input", values, "inputs", offered)
    _write_mappings(element, "output", values, "outputs", offered)
    _write_mappings(element, "assign", values, "assigns", offered)
    if "default" in values and "default" in offered:
        _attribute(element, "default", values["default"].strip())
    if "called" in values and "called" in offered:
        _attribute(element, "calledElement", values["called"].strip())
    if "condition" in values and "condition" in offered:
        _write_condition(element, values["condition"])
    if "message" in values and "message" in offered:
        _write_message(document, element, values["message"])
    if "timer" in values and "timer" in offered:
        _write_timer(element, values["timer"])
    indent(document.root)


def _attribute(element: XmlElement, name: str, value: str) -> None:
    if value:
        element.attributes[name] = value
    else:
        element.attributes.pop(name, None)


def _extensions(element: XmlElement) -> XmlElement:
    """The place for extensions: after the documentation, before everything else."""
    found = element.first(MODEL, "extensionElements")
    if found is not None:
        return found
    made = XmlElement(MODEL, "extensionElements", prefix=element.prefix)
    position = sum(1 for child in element.elements if child.name == "documentation")
    return element.insert(position, made)


def _tidy(element: XmlElement) -> None:
    for holder in element.of(MODEL, "extensionElements"):
        if not holder.children:
            element.remove(holder)


def _ours(kind: str, **attributes: str) -> XmlElement:
    return XmlElement(OURS, kind, {key: value for key, value in attributes.items() if value}, prefix=PREFIX)


def _write_due(element: XmlElement, values: Mapping[str, str]) -> None:
    amount = values["due_amount"].strip()
    before = next(iter(ext.children(element, OURS, "due")), None)
    if before is not None and not amount and before.attributes.get("at"):
        return  # an expression that the form does not show
    if not amount:
        if before is not None:
            _extensions(element).remove(before)
        _tidy(element)
        return
    unit = values.get("due_unit", "working_days")
    if unit not in UNITS:
        raise NotWritable("due_unit", "Diese Einheit gibt es nicht.", "There is no such unit.")
    due = before if before is not None else _extensions(element).add(_ours("due"))
    due.attributes = {"amount": amount, "unit": unit}
    _attribute(due, "legalBasis", values.get("due_legal", "").strip())


def _pairs(field: str, text: str) -> list[tuple[str, str]]:
    """The lines ``name = FEEL``; raises ``NotWritable``."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            raise NotWritable(
                field,
                f"Zeile {number}: Schreiben Sie „Name = Ausdruck“.",
                f"Line {number}: write “name = expression”.",
            )
        found.append((match[1], match[2]))
    return found


def _write_mappings(
    element: XmlElement, kind: str, values: Mapping[str, str], field: str, offered: tuple[str, ...]
) -> None:
    if field not in values or field not in offered:
        return
    _replace(element, kind, _pairs(field, values[field]))
    _tidy(element)


def _replace(element: XmlElement, kind: str, pairs: list[tuple[str, str]]) -> None:
    for holder in element.of(MODEL, "extensionElements"):
        for child in holder.of(OURS, kind):
            holder.remove(child)
    for name, value in pairs:
        _extensions(element).add(_ours(kind, name=name, value=value))


def _write_connector(element: XmlElement, values: Mapping[str, str]) -> None:
    kind, operation = values["connector"].strip(), values.get("operation", "").strip()
    pairs = _pairs("inputs", values.get("inputs", _lines(ext.inputs(element))))
    for holder in element.of(MODEL, "extensionElements"):
        for child in holder.of(OURS, "connector", "input"):
            holder.remove(child)
    if kind:
        made = _extensions(element).add(_ours("connector", type=kind, operation=operation))
        for name, value in pairs:
            made.add(_ours("input", name=name, value=value))
    _tidy(element)


def _write_condition(element: XmlElement, text: str) -> None:
    found, text = element.first(MODEL, "conditionExpression"), text.strip()
    if not text:
        if found is not None:
            element.remove(found)
        return
    if found is None:
        found = element.add(XmlElement(MODEL, "conditionExpression", prefix=element.prefix))
        found.attributes[f"{{{XSI}}}type"] = _qualified(element, "tFormalExpression")
    found.attributes.pop("language", None)
    found.write(text)


def _qualified(element: XmlElement, name: str) -> str:
    return f"{element.prefix}:{name}" if element.prefix else name


def _write_message(document: BpmnDocument, element: XmlElement, name: str) -> None:
    holder = element if element.name in {"receiveTask", "sendTask"} else _event(element)
    if holder is None:
        return
    name = name.strip()
    known = next((each for each in document.roots("message") if each.attributes.get("name") == name), None)
    if not name:
        holder.attributes.pop("messageRef", None)
        return
    if known is None:
        known = XmlElement(
            MODEL, "message", {"id": _free_id(document, f"m_{name}"), "name": name}, prefix=element.prefix
        )
        document.root.insert(0, known)
        document.by_id[known.attributes["id"]] = known
    holder.attributes["messageRef"] = known.attributes["id"]


def _free_id(document: BpmnDocument, wanted: str) -> str:
    base = re.sub(r"[^\w.-]", "_", wanted)
    number, name = 1, base
    while name in document.by_id:
        number, name = number + 1, f"{base}_{number + 1}"
    return name


def _write_timer(element: XmlElement, text: str) -> None:
    event, text = _event(element), text.strip()
    if event is None:
        return
    for name in ("timeDuration", "timeDate", "timeCycle"):
        child = event.first(MODEL, name)
        if child is not None:
            event.remove(child)
    if not text:
        return
    kind = (
        "timeCycle" if text.startswith("R") else "timeDate" if re.match(r"\d{4}-", text) else "timeDuration"
    )
    made = event.add(XmlElement(MODEL, kind, prefix=event.prefix))
    made.attributes[f"{{{XSI}}}type"] = _qualified(event, "tFormalExpression")
    made.write(text)


#: turning a task into one of another kind keeps its id, its name and what fits
def change_kind(element: XmlElement, kind: str) -> None:
    """Make a task another kind of task; raises ``NotWritable``."""
    if element.name not in TASKS or kind not in TASKS:
        raise NotWritable(
            "kind", "Nur Aufgaben lassen sich so ändern.", "Only tasks can be changed like this."
        )
    element.name = kind
