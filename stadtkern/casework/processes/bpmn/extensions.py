"""Our attributes on BPMN elements (``docs/bpmn-extensions.md``), and what Camunda and Zeebe write instead.

Ours win. Of the others only what means the same is taken; the rest stays in the file untouched.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from stadtkern.casework.processes.bpmn.document import BpmnDocument
from stadtkern.casework.processes.bpmn.vocabulary import ACTIVITI, CAMUNDA, MODEL, OURS, ZEEBE
from stadtkern.kernel.xml_document import XmlElement

OTHERS = (CAMUNDA, ACTIVITI)


@dataclass(frozen=True, slots=True)
class Mapping:
    """One value handed in or out: ``name`` gets what the FEEL text ``value`` gives. Written text, not yet read."""

    name: str
    value: str
    element: XmlElement
    language: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """A due date: a FEEL text for an amount of a unit, or one for a date, a date and time or a duration."""

    amount: str = ""
    unit: str = "working_days"
    expression: str = ""
    legal_basis: str = ""
    element: XmlElement | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Loop:
    """Multi-instance: over which list, under which name, where the results go."""

    collection: str = ""
    element: str = ""
    collect_into: str = ""
    collect: str = ""
    cardinality: str = ""
    condition: str = ""
    sequential: bool = False
    definition: XmlElement | None = field(default=None, compare=False, repr=False)


def ours(element: XmlElement, name: str) -> str:
    """One of our attributes, empty if absent."""
    return element.attributes.get(f"{{{OURS}}}{name}", "").strip()


def children(element: XmlElement, namespace: str, *names: str) -> list[XmlElement]:
    """Extension elements of a namespace."""
    return [
        child
        for extension in element.of(MODEL, "extensionElements")
        for child in extension.of(namespace, *names)
    ]


def _other(element: XmlElement, *names: str) -> str:
    """An attribute in the namespace of Camunda 7 (or Activiti)."""
    for namespace in OTHERS:
        for name in names:
            if value := element.attributes.get(f"{{{namespace}}}{name}", "").strip():
                return value
    return ""


def _zeebe(element: XmlElement, name: str, *attributes: str) -> str:
    for child in children(element, ZEEBE, name):
        for attribute in attributes:
            if value := child.attributes.get(attribute, "").strip():
                return value
    return ""


def form(element: XmlElement) -> str:
    """The form a person fills in."""
    return (
        ours(element, "form")
        or _zeebe(element, "formDefinition", "formId", "formKey", "externalReference")
        or _other(element, "formRef", "formKey")
    )


def lane_role(lane: XmlElement) -> str:
    """The role of a lane: ours, else its name."""
    return ours(lane, "role") or " ".join(lane.attributes.get("name", "").split())


def own_role(document: BpmnDocument, element: XmlElement) -> str:
    """The role a task names itself, against its lane."""
    stated = (
        ours(element, "role")
        or _zeebe(element, "assignmentDefinition", "candidateGroups", "assignee")
        or _other(element, "candidateGroups", "assignee")
    )
    if stated:
        return stated
    for owner in element.of(MODEL, "potentialOwner", "humanPerformer", "performer"):
        resource = document.target(owner, "resourceRef")
        if resource is not None:
            return " ".join(resource.attributes.get("name", "").split())
    return ""


def due(element: XmlElement) -> Due | None:
    """The due date of a task or the duration of a timer, if it is written our way."""
    for child in children(element, OURS, "due"):
        given = child.attributes
        return Due(
            amount=given.get("amount", "").strip(),
            unit=given.get("unit", "working_days").strip(),
            expression=given.get("at", "").strip(),
            legal_basis=given.get("legalBasis", ""),
            element=child,
        )
    stated = _zeebe(element, "taskSchedule", "dueDate") or _other(element, "dueDate")
    return Due(expression=stated, element=element) if stated else None


def connector(element: XmlElement) -> tuple[str, str]:
    """The connector of a service or send task and its operation."""
    for child in children(element, OURS, "connector"):
        return child.attributes.get("type", "").strip(), child.attributes.get("operation", "").strip()
    return _zeebe(element, "taskDefinition", "type") or _other(element, "topic"), ""


def inputs(element: XmlElement) -> list[Mapping]:
    """What a task, call or event is given."""
    return _mappings(element, "input", "inputParameter")


def outputs(element: XmlElement) -> list[Mapping]:
    """What goes from a task, call or event into the case."""
    return _mappings(element, "output", "outputParameter")


def _mappings(element: XmlElement, name: str, camunda: str) -> list[Mapping]:
    holders = [element, *(node for node in children(element, OURS, "connector"))]
    found = [
        Mapping(child.attributes.get("name", "").strip(), child.attributes.get("value", ""), child, "feel")
        for holder in holders
        for child in (holder.of(OURS, name) if holder.namespace == OURS else children(holder, OURS, name))
    ]
    for mapping in children(element, ZEEBE, "ioMapping"):
        found += [
            Mapping(child.attributes.get("target", ""), child.attributes.get("source", ""), child, "zeebe")
            for child in mapping.of(ZEEBE, name)
        ]
    for mapping in children(element, CAMUNDA, "inputOutput"):
        found += [
            Mapping(child.attributes.get("name", ""), child.text.strip(), child, "camunda")
            for child in mapping.of(CAMUNDA, camunda)
            if not child.children
        ]
    return found


def fields(element: XmlElement) -> list[str]:
    """The names that the form of a task asks for."""
    return [child.attributes.get("name", "").strip() for child in children(element, OURS, "field")]


def assignments(element: XmlElement) -> list[Mapping]:
    """The assignments of a script task in our notation."""
    return [
        Mapping(child.attributes.get("name", "").strip(), child.attributes.get("value", ""), child, "feel")
        for child in children(element, OURS, "assign")
    ]


def zeebe_script(element: XmlElement) -> Mapping | None:
    """A FEEL script of Zeebe with its result variable."""
    for child in children(element, ZEEBE, "script"):
        return Mapping(
            child.attributes.get("resultVariable", ""), child.attributes.get("expression", ""), child, "zeebe"
        )
    return None


def decision(element: XmlElement) -> tuple[str, str]:
    """The decision of a business rule task and the variable for its result."""
    named = (
        ours(element, "decision")
        or _zeebe(element, "calledDecision", "decisionId")
        or _other(element, "decisionRef")
    )
    result = (
        ours(element, "result")
        or _zeebe(element, "calledDecision", "resultVariable")
        or _other(element, "resultVariable")
    )
    return named, result


def called_process(document: BpmnDocument, element: XmlElement) -> tuple[str, bool]:
    """The process a call activity calls, and whether it is in this file."""
    stated = element.attributes.get("calledElement", "").strip() or _zeebe(
        element, "calledElement", "processId"
    )
    found = document.find(stated, element)
    if found is not None:
        return found.attributes.get("id", stated), True
    return stated, False


def correlation(element: XmlElement, message: XmlElement | None) -> str:
    """The FEEL text whose value a message must carry to reach this case."""
    stated = ours(element, "correlation")
    if not stated and message is not None:
        stated = ours(message, "correlation") or _zeebe(message, "subscription", "correlationKey")
    return stated


def text_id(element: XmlElement) -> str:
    """The text of the package this element sends or shows."""
    return ours(element, "text")


def loop(element: XmlElement) -> Loop | None:
    """Multi-instance settings."""
    found = element.first(MODEL, "multiInstanceLoopCharacteristics")
    if found is None:
        return None
    cardinality, condition = (found.first(MODEL, name) for name in ("loopCardinality", "completionCondition"))
    item = found.first(MODEL, "inputDataItem")
    result = found.first(MODEL, "outputDataItem")
    return Loop(
        collection=ours(found, "collection")
        or _zeebe(found, "loopCharacteristics", "inputCollection")
        or _other(found, "collection"),
        element=ours(found, "element")
        or _zeebe(found, "loopCharacteristics", "inputElement")
        or _other(found, "elementVariable")
        or (item.attributes.get("name", "") if item is not None else ""),
        collect_into=ours(found, "collectInto") or _zeebe(found, "loopCharacteristics", "outputCollection"),
        collect=ours(found, "collect")
        or _zeebe(found, "loopCharacteristics", "outputElement")
        or (result.attributes.get("name", "") if result is not None else ""),
        cardinality=cardinality.text.strip() if cardinality is not None else "",
        condition=condition.text.strip() if condition is not None else "",
        sequential=found.attributes.get("isSequential", "").strip() in {"true", "1"},
        definition=found,
    )
