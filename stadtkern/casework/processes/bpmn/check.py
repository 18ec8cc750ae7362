"""`check`: every element of a model with executable or not because, the problems, and a verdict per process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stadtkern.casework.processes.bpmn.compile import translate
from stadtkern.casework.processes.bpmn.document import BpmnDocument
from stadtkern.casework.processes.bpmn.findings import Finding, finding
from stadtkern.casework.processes.bpmn.graph import read_processes
from stadtkern.casework.processes.bpmn.tasks import INSTEAD
from stadtkern.casework.processes.bpmn.vocabulary import (
    ARTIFACTS,
    CONVERSATION,
    DATA,
    FLOW_NODES,
    MODEL,
    kind_name,
)
from stadtkern.kernel.feel.types import FeelType
from stadtkern.kernel.xml_document import XmlElement

_DRAWN = ARTIFACTS | CONVERSATION | DATA | {"participant", "lane", "messageFlow", "collaboration"}
_LISTED = FLOW_NODES | _DRAWN | {"sequenceFlow", "process", "choreography", "globalChoreographyTask"}
_CHOREOGRAPHIES = frozenset({"choreography", "globalChoreographyTask"})


@dataclass(frozen=True, slots=True)
class CheckedElement:
    """An element: ``executable`` is None for what is only drawn (pools, notes, data stores, message flows)."""

    id: str
    kind: str
    name: str
    process: str
    line: int
    executable: bool | None
    reasons: tuple[Finding, ...]

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return {
            "id": self.id,
            "kind": self.kind,
            "kind_name": {"de": kind_name(self.kind), "en": kind_name(self.kind, "en")},
            "name": self.name,
            "process": self.process,
            "line": self.line,
            "executable": self.executable,
            "reasons": [reason.as_json() for reason in self.reasons],
        }


@dataclass(frozen=True, slots=True)
class CheckedProcess:
    """A process and whether the engine can run it."""

    id: str
    name: str
    executable: bool
    elements: int


@dataclass(frozen=True, slots=True)
class Report:
    """The whole check."""

    processes: tuple[CheckedProcess, ...]
    elements: tuple[CheckedElement, ...]
    findings: tuple[Finding, ...]

    @property
    def executable(self) -> bool:
        """There is a process, and all of them can be executed."""
        return bool(self.processes) and all(process.executable for process in self.processes)

    def as_json(self) -> dict[str, Any]:
        """What ``stadtkern bpmn check`` prints."""
        return {
            "executable": self.executable,
            "processes": [
                {"id": p.id, "name": p.name, "executable": p.executable, "elements": p.elements}
                for p in self.processes
            ],
            "elements": [element.as_json() for element in self.elements],
            "problems": [found.as_json() for found in self.findings],
        }


def check(document: BpmnDocument, types: Mapping[str, FeelType] | None = None) -> Report:
    """Checks all processes. With `types` (the variables a case has and their types) other names count as mistakes."""
    findings: list[Finding] = []
    processes: list[CheckedProcess] = []
    owner: dict[str, str] = {}
    for identifier, scope in read_processes(document).items():
        if not scope.nodes and len(document.processes) > 1:
            continue  # a pool of somebody else, drawn without its inside
        _, found = translate(document, scope, types)
        findings += found
        inside = [node.attributes.get("id", "") for node in scope.element.walk()]
        owner |= dict.fromkeys(filter(None, inside), identifier)
        runs = all(each.severity != "error" for each in found)
        processes.append(
            CheckedProcess(identifier, " ".join(scope.name.split()), runs, sum(1 for _ in scope.walk()))
        )
    findings += _choreographies(document)
    return Report(tuple(processes), tuple(_elements(document, findings, owner)), tuple(findings))


def _choreographies(document: BpmnDocument) -> list[Finding]:
    german, english = INSTEAD["choreographyTask"]
    return [
        finding("kind", node, instead=german, instead_en=english)
        for root in document.roots(*_CHOREOGRAPHIES)
        for node in root.walk()
        if node.namespace == MODEL and (node.name in FLOW_NODES or node is root)
    ]


def _elements(document: BpmnDocument, findings: list[Finding], owner: dict[str, str]) -> list[CheckedElement]:
    reasons: dict[str, list[Finding]] = {}
    for each in findings:
        reasons.setdefault(each.element_id, []).append(each)
    checked: list[CheckedElement] = []
    for identifier, element in document.by_id.items():
        if element.namespace == MODEL and element.name in _LISTED:
            process = owner.get(identifier, "")
            found = tuple(reasons.get(identifier, ()))
            runs = _runs(element, process, found)
            name = " ".join(element.attributes.get("name", "").split())
            checked.append(CheckedElement(identifier, element.name, name, process, element.line, runs, found))
    return checked


def _runs(element: XmlElement, process: str, found: tuple[Finding, ...]) -> bool | None:
    if any(each.severity == "error" for each in found):
        return False
    if element.name in _DRAWN or not process:
        return None
    return True
