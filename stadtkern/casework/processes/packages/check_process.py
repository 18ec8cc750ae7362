"""The process and the decisions of a package: executable, with roles, connectors, texts and names that exist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from stadtkern.casework.processes.bpmn import extensions
from stadtkern.casework.processes.bpmn.check import check as check_bpmn
from stadtkern.casework.processes.bpmn.compiler import declared_names
from stadtkern.casework.processes.bpmn.document import BpmnDocument
from stadtkern.casework.processes.bpmn.findings import Finding
from stadtkern.casework.processes.bpmn.graph import read_processes
from stadtkern.casework.processes.bpmn.vocabulary import MODEL, OURS
from stadtkern.casework.processes.packages import openapi
from stadtkern.casework.processes.packages.connector_names import DECLARED, problems_of_call
from stadtkern.casework.processes.packages.model import CONNECTORS, MANIFEST, PROCESS, Package, Problem
from stadtkern.casework.processes.packages.texts import Texts
from stadtkern.casework.processes.packages.vocabulary import ACTIONS, BROUGHT, ROLES
from stadtkern.kernel import dmn, feel
from stadtkern.kernel.feel.types import ANY, BOOLEAN, DATE, NUMBER, STRING
from stadtkern.kernel.xml_document import XmlElement

_CALLS = ("serviceTask", "sendTask")
_FIELD_TYPES = {
    "number": NUMBER,
    "date": DATE,
    "boolean": BOOLEAN,
    "text": STRING,
    "long": STRING,
    "choice": STRING,
}


def variables_of(document: BpmnDocument) -> dict[str, feel.FeelType]:
    """The names that the process makes itself: results, outputs, what tasks ask for."""
    found: dict[str, feel.FeelType] = {"action": STRING}
    for scope in read_processes(document).values():
        found |= dict.fromkeys(filter(None, declared_names(document, scope)), ANY)
    for element in document.by_id.values():
        if element.namespace != MODEL:
            continue
        for child in extensions.children(element, OURS, "field"):
            kind = _FIELD_TYPES.get(child.attributes.get("type", "text").strip(), ANY)
            found[child.attributes.get("name", "").strip()] = kind
        # what outputs read is entered by a person, or stands in an answer or a message
        for mapping in extensions.outputs(element):
            found = dict.fromkeys(_names(mapping.value), ANY) | found
        for action in extensions.ours(element, "actions").split():
            found = dict.fromkeys(BROUGHT.get(action, ()), ANY) | found
    found.pop("", None)
    return found


def _names(expression: str) -> frozenset[str]:
    try:
        return frozenset(feel.variables(expression))
    except feel.FeelError:
        return frozenset()


def check_process(document: BpmnDocument, types: Mapping[str, feel.FeelType] | None) -> Iterator[Problem]:
    """What the engine cannot run, and where an expression is wrong. ``types`` None: names are not known, so not checked."""
    for found in check_bpmn(document, types).findings:
        yield Problem(
            path=PROCESS,
            element=found.element_id,
            message=_told(found.message, found.suggestion, found, "Zeile {}, Zeichen {} des Ausdrucks"),
            message_en=_told(
                found.message_en, found.suggestion_en, found, "line {}, character {} of the expression"
            ),
            severity="error"
            if found.severity == "error" or found.code == "feel-check"
            else "warning"
            if found.severity == "problem"
            else "hint",
            line=found.line,
            column=found.column,
        )


def _told(message: str, advice: str, found: Finding, place: str) -> str:
    where = f" ({place.format(found.position.line, found.position.column)})" if found.position else ""
    return f"{message}{where} {advice}".strip()


def check_roles(document: BpmnDocument, package: Package) -> Iterator[Problem]:
    """Lanes and tasks of somebody who does not exist; a task of nobody."""
    used: set[str] = set()
    for element in _ours(document):
        role = (
            extensions.lane_role(element)
            if element.name == "lane"
            else extensions.own_role(document, element)
        )
        if not role:
            continue
        used.add(role)
        if role not in ROLES:
            yield _problem(
                element,
                f"Die Rolle „{role}“ gibt es nicht. Bekannt sind: {', '.join(ROLES)}.",
                f"There is no role “{role}”. Known: {', '.join(ROLES)}.",
            )
    requires = package.manifest.get("requires")
    stated = requires.get("roles", []) if isinstance(requires, Mapping) else []
    for role in sorted(used & ROLES.keys() - set(stated)):
        yield Problem(
            path=MANIFEST,
            element="requires.roles",
            message=f"Der Ablauf braucht die Rolle „{role}“; sie ist hier nicht genannt.",
            message_en=f"The process needs the role “{role}”, which is not named here.",
            severity="warning",
        )


def check_calls(document: BpmnDocument, package: Package) -> Iterator[Problem]:
    """Service tasks that call what does not exist, or without what it needs."""
    offered = _operations(package)
    used: set[str] = set()
    for element in _ours(document):
        connector, operation = extensions.connector(element)
        if element.name not in _CALLS or not connector:
            continue
        used.add(connector)
        given = frozenset(mapping.name for mapping in extensions.inputs(element))
        sentences = problems_of_call(connector, operation, given)
        if connector == "http":
            sentences = _http(operation, given, offered)
        for sentence in sentences:
            yield _problem(element, sentence, "")
    requires = package.manifest.get("requires")
    stated = requires.get("connectors", []) if isinstance(requires, Mapping) else []
    for name in stated if isinstance(stated, list) else []:
        if name not in DECLARED:
            yield Problem(
                path=MANIFEST,
                element="requires.connectors",
                message=f"Den Anschluss „{name}“ gibt es nicht. Vorhanden: {', '.join(sorted(DECLARED))}.",
                message_en=f"There is no connector “{name}”.",
            )
    for name in sorted(used & DECLARED.keys() - set(stated)):
        yield Problem(
            path=MANIFEST,
            element="requires.connectors",
            message=f"Der Ablauf braucht den Anschluss „{name}“; er ist hier nicht genannt.",
            message_en=f"The process needs the connector “{name}”, which is not named here.",
            severity="warning",
        )


def _http(operation: str, given: frozenset[str], offered: Mapping[str, frozenset[str]]) -> list[str]:
    if operation not in offered:
        names = ", ".join(sorted(offered)) or "keine"
        return [f"Das andere System kann „{operation}“ nicht. In connectors/ beschrieben: {names}."]
    if given == {"body"}:
        return []
    return [f"Für „{operation}“ fehlt die Angabe „{name}“." for name in sorted(offered[operation] - given)]


def check_descriptions(package: Package) -> Iterator[Problem]:
    """OpenAPI files that cannot be called, and two operations of one name."""
    seen: dict[str, str] = {}
    for path in package.names(CONNECTORS):
        try:
            found = openapi.operations(package.files[path])
        except openapi.BadDescription as error:
            yield Problem(path=path, message=str(error))
            continue
        for name in found:
            if name in seen:
                yield Problem(path=path, element=name, message=f"„{name}“ gibt es schon in {seen[name]}.")
            seen[name] = path


def _operations(package: Package) -> dict[str, frozenset[str]]:
    """The operations of the OpenAPI files of the package, each with the parameters and properties it must have."""
    found: dict[str, frozenset[str]] = {}
    for path in package.names(CONNECTORS):
        try:
            operations = openapi.operations(package.files[path])
        except openapi.BadDescription:
            continue  # said already
        for name, operation in operations.items():
            body = operation.body.get("required", []) if operation.body and operation.body_required else []
            needed = {row.name for row in operation.parameters if row.required} | {str(key) for key in body}
            found[name] = frozenset(needed)
    return found


def check_words(document: BpmnDocument, texts: Texts) -> Iterator[Problem]:
    """Texts that elements name; outcomes for which no page of a case is made (that is allowed)."""
    known = texts.messages.keys() | texts.letters.keys() | {block.id for block in texts.blocks}
    for element in _ours(document):
        text = extensions.text_id(element)
        if text and text not in known:
            yield _problem(
                element,
                f"Den Text „{text}“ gibt es in texts.json nicht.",
                f"There is no text “{text}” in texts.json.",
            )
        for action in extensions.ours(element, "actions").split():
            if action not in ACTIONS:
                yield Problem(
                    path=PROCESS,
                    element=element.attributes.get("id", ""),
                    message=f"Der Schritt „{action}“ hat keine eigene Seite; er wird mit dem allgemeinen Formular erledigt.",
                    message_en=f"The step “{action}” has no page of its own; the general form is used.",
                    severity="hint",
                    line=element.line,
                    column=element.column,
                )


def check_decisions(
    models: Mapping[str, dmn.Model], known: Mapping[str, feel.FeelType] | None
) -> Iterator[Problem]:
    """Wrong names and types in decision models, and inputs that nobody gives."""
    for name, model in models.items():
        path = f"decisions/{name}.dmn"
        for found in model.check():
            line, column = _place(found.text, found.offset)
            where = f" („{found.text[:120]}“, Zeile {line}, Zeichen {column})" if found.text else ""
            yield Problem(
                path=path,
                element=found.element,
                message=f"{found.message}{where}",
                message_en=found.message_en,
                line=line if found.text else 0,
                column=column if found.text else 0,
            )
        if known is None:
            continue
        for wanted, kind in model.inputs.items():
            if wanted not in known:
                yield Problem(
                    path=path,
                    element=wanted,
                    message=f"Die Eingabe „{wanted}“ gibt es weder im Formular noch im Ablauf.",
                    message_en=f"Neither the form nor the process has the input “{wanted}”.",
                )
            elif not _agree(kind, known[wanted]):
                yield Problem(
                    path=path,
                    element=wanted,
                    message=f"Die Eingabe „{wanted}“ ist hier {kind}, im Formular {known[wanted]}.",
                    message_en=f"The input “{wanted}” is {kind} here and {known[wanted]} in the form.",
                )


def _agree(one: feel.FeelType, other: feel.FeelType) -> bool:
    simple = {"number", "string", "boolean", "date", "time", "date and time", "list"}
    return one.kind == other.kind or one.kind not in simple or other.kind not in simple


def _place(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - (text.rfind("\n", 0, offset) + 1) + 1


def _ours(document: BpmnDocument) -> Iterable[XmlElement]:
    return (element for element in document.by_id.values() if element.namespace == MODEL)


def _problem(element: XmlElement, message: str, message_en: str) -> Problem:
    return Problem(
        path=PROCESS,
        element=element.attributes.get("id", ""),
        message=message,
        message_en=message_en,
        line=element.line,
        column=element.column,
    )
