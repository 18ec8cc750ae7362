"""Processes from code: for generated packages, for models of the process register and for tests.

    process = ProcessBuilder("hundesteuer", "Hundesteuer anmelden")
    process.lane("amt", "Steueramt", role="caseworker")
    process.start("eingang", "Antrag eingegangen")
    process.user_task("pruefen", "Antrag prüfen", lane="amt", form="pruefung", due=(10, "working_days"))
    process.exclusive("entscheidung", "Vollständig?")
    process.end("fertig", "Bescheid verschickt")
    process.flows("eingang", "pruefen", "entscheidung")
    process.flow("entscheidung", "fertig", "ja", condition="vollstaendig")
    process.flow("entscheidung", "pruefen", "nein", default=True)
    data = process.xml()                                # with a drawing

Ids are those of the caller. What is forgotten (a wrong id, a node that nothing leads to) is found by `check` or when
the file is read again; nothing is guessed here."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from stadtkern.casework.processes.bpmn.document import BpmnDocument, read_bpmn, write_bpmn
from stadtkern.casework.processes.bpmn.layout import add_layout
from stadtkern.casework.processes.bpmn.vocabulary import DC, DD_DI, DI, MODEL, OURS
from stadtkern.kernel.xml_document import XmlDocument, XmlElement, indent, write_document

PREFIXES = {"": MODEL, "bpmndi": DI, "dc": DC, "di": DD_DI, "stadtkern": OURS}
Due = tuple[int | str, str]


class ProcessBuilder:
    """One process with its pool. Methods that make nodes return the id; ``xml`` and ``document`` give the result."""

    def __init__(self, identifier: str, name: str, *, documentation: str = "") -> None:
        self.root = XmlElement(
            MODEL,
            "definitions",
            {"id": f"{identifier}_definitions", "targetNamespace": f"urn:stadtkern:process:{identifier}"},
        )
        self.root.declared = dict(PREFIXES)
        self.collaboration = self._make(self.root, "collaboration", id=f"{identifier}_collaboration")
        self._make(
            self.collaboration, "participant", id=f"{identifier}_pool", name=name, processRef=identifier
        )
        self.process = self._make(self.root, "process", id=identifier, name=name, isExecutable="true")
        self._document(self.process, documentation)
        self.lanes: dict[str, XmlElement] = {}
        self.nodes: dict[str, XmlElement] = {}

    # --- parts -------------------------------------------------------------------------------------------------------

    def lane(self, identifier: str, name: str, *, role: str = "") -> str:
        """A lane; lanes stand in the order they are made."""
        holder = self.process.first(MODEL, "laneSet")
        if holder is None:
            holder = XmlElement(MODEL, "laneSet", {"id": f"{self.process.attributes['id']}_lanes"})
            self.process.insert(len(self.process.of(MODEL, "documentation")), holder)
        self.lanes[identifier] = self._make(holder, "lane", id=identifier, name=name, **_ours(role=role))
        return identifier

    def node(
        self,
        kind: str,
        identifier: str,
        name: str = "",
        *,
        lane: str = "",
        documentation: str = "",
        attributes: Mapping[str, str] | None = None,
        extensions: Mapping[str, str] | None = None,
    ) -> XmlElement:
        """A flow node of any kind, `extensions` are attributes of our namespace."""
        more = {**(attributes or {}), **_ours(**(extensions or {}))}
        element = self._make(self.process, kind, id=identifier, name=name, **more)
        self._document(element, documentation)
        self.nodes[identifier] = element
        if lane:
            self._make(self.lanes[lane], "flowNodeRef").write(identifier)
        return element

    def start(self, identifier: str, name: str = "", *, lane: str = "", message: str = "") -> str:
        """The start, on demand or by a message."""
        self._event(self.node("startEvent", identifier, name, lane=lane), message)
        return identifier

    def end(self, identifier: str, name: str = "", *, lane: str = "", terminate: bool = False) -> str:
        """An end; with `terminate` it stops everything that still runs."""
        element = self.node("endEvent", identifier, name, lane=lane)
        if terminate:
            self._make(element, "terminateEventDefinition")
        return identifier

    def user_task(
        self,
        identifier: str,
        name: str,
        *,
        lane: str = "",
        role: str = "",
        form: str = "",
        text: str = "",
        documentation: str = "",
        due: Due | None = None,
        legal_basis: str = "",
        outputs: Mapping[str, str] | None = None,
    ) -> str:
        """Work for a person."""
        element = self.node(
            "userTask",
            identifier,
            name,
            lane=lane,
            documentation=documentation,
            extensions={"role": role, "form": form, "text": text},
        )
        self._mappings(element, "output", outputs)
        self._due(element, due, legal_basis)
        return identifier

    def service_task(
        self,
        identifier: str,
        name: str,
        connector: str,
        operation: str = "",
        *,
        lane: str = "",
        text: str = "",
        result: str = "",
        inputs: Mapping[str, str] | None = None,
        outputs: Mapping[str, str] | None = None,
    ) -> str:
        """An operation of a connector."""
        given = {"text": text, "result": result}
        element = self.node("serviceTask", identifier, name, lane=lane, extensions=given)
        made = XmlElement(OURS, "connector", {"type": connector}, prefix="stadtkern")
        if operation:
            made.attributes["operation"] = operation
        for key, value in (inputs or {}).items():
            made.add(XmlElement(OURS, "input", {"name": key, "value": value}, prefix="stadtkern"))
        self._extend(element).add(made)
        self._mappings(element, "output", outputs)
        return identifier

    def rule_task(
        self, identifier: str, name: str, model: str, decision: str, result: str, *, lane: str = ""
    ) -> str:
        """A decision."""
        given = {"model": model, "decision": decision, "result": result}
        self.node("businessRuleTask", identifier, name, lane=lane, extensions=given)
        return identifier

    def script_task(self, identifier: str, name: str, assign: Mapping[str, str], *, lane: str = "") -> str:
        """Assignments in FEEL."""
        element = self.node("scriptTask", identifier, name, lane=lane)
        self._mappings(element, "assign", assign)
        return identifier

    def exclusive(self, identifier: str, name: str = "", *, lane: str = "") -> str:
        """Either, or; also where such ways meet again."""
        self.node("exclusiveGateway", identifier, name, lane=lane)
        return identifier

    def parallel(self, identifier: str, name: str = "", *, lane: str = "") -> str:
        """All at once; also where such ways meet again."""
        self.node("parallelGateway", identifier, name, lane=lane)
        return identifier

    def timer(
        self, identifier: str, name: str, due: Due, *, lane: str = "", on: str = "", interrupting: bool = True
    ) -> str:
        """A wait, or with `on` a deadline of an activity."""
        attributes = {"attachedToRef": on, "cancelActivity": str(interrupting).lower()} if on else {}
        kind = "boundaryEvent" if on else "intermediateCatchEvent"
        element = self.node(kind, identifier, name, lane=lane, attributes=attributes)
        self._due(element, due, "")
        self._make(element, "timerEventDefinition")
        return identifier

    def wait_for_message(
        self, identifier: str, name: str, message: str, *, lane: str = "", on: str = ""
    ) -> str:
        """A wait for a message, or with `on` a message that interrupts an activity."""
        kind = "boundaryEvent" if on else "intermediateCatchEvent"
        element = self.node(kind, identifier, name, lane=lane, attributes={"attachedToRef": on} if on else {})
        self._event(element, message)
        return identifier

    def flow(
        self, source: str, target: str, name: str = "", *, condition: str = "", default: bool = False
    ) -> str:
        """A sequence flow."""
        taken = {child.attributes.get("id") for child in self.process.of(MODEL, "sequenceFlow")}
        identifier = f"{source}_{target}"
        while identifier in taken:
            identifier += "_"
        element = self._make(
            self.process, "sequenceFlow", id=identifier, name=name, sourceRef=source, targetRef=target
        )
        if condition:
            self._make(element, "conditionExpression").write(condition)
        if default:
            self.nodes[source].attributes["default"] = identifier
        return identifier

    def flows(self, *nodes: str) -> None:
        """A chain of flows."""
        for source, target in pairwise(nodes):
            self.flow(source, target)

    # --- result ------------------------------------------------------------------------------------------------------

    def document(self) -> BpmnDocument:
        """The model with a drawing. Raises BpmnError for ids that do not exist or appear twice."""
        indent(self.root)
        return add_layout(read_bpmn(write_document(XmlDocument(self.root))))

    def xml(self) -> bytes:
        """The file."""
        return write_bpmn(self.document())

    # --- helpers -----------------------------------------------------------------------------------------------------

    def _make(self, parent: XmlElement, kind: str, **attributes: str) -> XmlElement:
        given = {key: value for key, value in attributes.items() if value}
        return parent.add(XmlElement(MODEL, kind, given))

    def _document(self, element: XmlElement, text: str) -> None:
        if text:
            self._make(element, "documentation").write(text)

    def _extend(self, element: XmlElement) -> XmlElement:
        found = element.first(MODEL, "extensionElements")
        if found is None:
            found = element.insert(
                len(element.of(MODEL, "documentation")), XmlElement(MODEL, "extensionElements")
            )
        return found

    def _mappings(self, element: XmlElement, kind: str, mappings: Mapping[str, str] | None) -> None:
        for name, value in (mappings or {}).items():
            self._extend(element).add(
                XmlElement(OURS, kind, {"name": name, "value": value}, prefix="stadtkern")
            )

    def _due(self, element: XmlElement, due: Due | None, legal_basis: str) -> None:
        if due is not None:
            given = {"amount": str(due[0]), "unit": due[1]} | (
                {"legalBasis": legal_basis} if legal_basis else {}
            )
            self._extend(element).add(XmlElement(OURS, "due", given, prefix="stadtkern"))

    def _event(self, element: XmlElement, message: str) -> None:
        if message:
            known = {node.attributes["name"]: node for node in self.root.of(MODEL, "message")}
            if message not in known:
                identifier = f"message_{len(known) + 1}"
                self.root.insert(0, XmlElement(MODEL, "message", {"id": identifier, "name": message}))
                known[message] = self.root.elements[0]
            self._make(element, "messageEventDefinition", messageRef=known[message].attributes["id"])


def _ours(**attributes: str) -> dict[str, str]:
    return {f"{{{OURS}}}{key}": value for key, value in attributes.items() if value}
