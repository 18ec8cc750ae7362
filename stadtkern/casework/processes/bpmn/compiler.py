"""What the parts of the compiler share: the document, what is known of variables, and the findings on the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from stadtkern.casework.processes.bpmn import extensions
from stadtkern.casework.processes.bpmn.document import BpmnDocument
from stadtkern.casework.processes.bpmn.expressions import Reading, findings, read_expression, read_text
from stadtkern.casework.processes.bpmn.findings import Finding, finding
from stadtkern.casework.processes.bpmn.graph import Node, Scope
from stadtkern.casework.processes.bpmn.vocabulary import MODEL, OURS
from stadtkern.casework.processes.engine import model
from stadtkern.kernel import feel
from stadtkern.kernel.feel import ast
from stadtkern.kernel.feel.types import ANY, FeelType
from stadtkern.kernel.xml_document import XmlElement

_READ_HERE = frozenset({"form", "role", "decision", "model", "result", "assignee", "correlation", "initial"})


@dataclass(slots=True)
class Compiler:
    """The compilation of one process. ``types``: known variables; ``strict``: other names are mistakes."""

    document: BpmnDocument
    process: Scope
    types: Mapping[str, FeelType]
    strict: bool
    found: list[Finding] = field(default_factory=list)
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        declared = dict.fromkeys(filter(None, declared_names(self.document, self.process)), ANY)
        self.types = {**declared, **self.types}
        self.names = tuple(sorted(name for name in self.types if not _plain(name)))

    def report(self, code: str, element: XmlElement, **values: object) -> None:
        """Adds a finding of the catalogue."""
        self.found.append(finding(code, element, **values))  # type: ignore[arg-type]

    def expression(
        self, element: XmlElement | None, holder: XmlElement, expected: FeelType | None = None
    ) -> model.Expression | None:
        """The expression in an element; a mistake is reported at `holder`. None if absent or wrong."""
        reading = read_expression(self.document, element, self.names)
        return None if reading is None else self.compiled(reading, holder, expected)

    def text(
        self, text: str, holder: XmlElement, expected: FeelType | None = None, *, extra: Iterable[str] = ()
    ) -> model.Expression | None:
        """The same for the text of an attribute; `extra` are names known only here."""
        return (
            self.compiled(read_text(text, names=self.names), holder, expected, extra)
            if text.strip()
            else None
        )

    def compiled(
        self, reading: Reading, holder: XmlElement, expected: FeelType | None, extra: Iterable[str] = ()
    ) -> model.Expression | None:
        """Checks what was read and compiles it."""
        if not reading.feel:
            self._unreadable(reading, holder)
            return None
        if reading.translated:
            self.report(
                "expression-translated", holder, feel=reading.feel, expression=reading.original.strip()
            )
        known = {**self.types, **dict.fromkeys(extra, ANY)}
        for each in findings(reading, known, expected, self.strict):
            self.report(
                "feel-check",
                holder,
                detail=each.message,
                detail_en=each.message_en,
                advice=each.suggestion or "",
                expression=reading.feel,
                position=each.position,
            )
        return model.Expression(reading.feel, self.names)

    def _unreadable(self, reading: Reading, holder: XmlElement) -> None:
        if reading.error is None:
            self.report(reading.code, holder, language=reading.language, expression=reading.original.strip())
            return
        error = reading.error
        self.report(
            "feel",
            holder,
            detail=error.message,
            detail_en=error.message_en,
            advice=f"Zeile {error.line}, Zeichen {error.column} des Ausdrucks.",
            advice_en=f"Line {error.line}, character {error.column} of the expression.",
            expression=_without_sign(reading.original),
            position=error.position,
        )

    def assignments(
        self, mappings: Iterable[extensions.Mapping], holder: XmlElement, extra: Iterable[str] = ()
    ) -> tuple[model.Assignment, ...]:
        """Mappings as assignments. Zeebe and Camunda write plain text where we would put it in quotes."""
        made: list[model.Assignment] = []
        for mapping in mappings:
            if not mapping.name:
                self.report("name-empty", holder)
                continue
            text = mapping.value.strip()
            if mapping.language in {"zeebe", "camunda"} and not text.startswith(("=", "${", "#{")):
                text = quoted(text)
            value = self.text(text or "null", holder, extra=extra)
            if value is not None:
                made.append(model.Assignment(mapping.name, value))
        return tuple(made)

    def role(self, node: Node) -> str | None:
        """The role of a node: its own, else its lane's; of a node in a sub-process without lanes, that of the sub-process."""
        stated = extensions.own_role(self.document, node.element)
        here: Node | None = node
        while not stated and here is not None:
            lane = self.document.by_id.get(here.lane) if here.lane else None
            stated = extensions.lane_role(lane) if lane is not None else ""
            here = here.scope.owner
        return stated or None


def settings(element: XmlElement) -> dict[str, str]:
    """Our attributes that the engine does not read, for work lists, letters and forms."""
    prefix = f"{{{OURS}}}"
    return {
        name.removeprefix(prefix): value
        for name, value in element.attributes.items()
        if name.startswith(prefix) and name.removeprefix(prefix) not in _READ_HERE
    }


def declared_names(document: BpmnDocument, scope: Scope) -> Iterable[str]:
    """Names the model itself makes: data objects, results, mappings, items of lists."""
    for inner in scope.scopes():
        for element in inner.element.of(MODEL, "dataObject", "dataObjectReference", "property"):
            yield " ".join(element.attributes.get("name", "").split())
    for node in scope.walk():
        holders = [node.element, *node.events]
        for holder in holders:
            for mapping in [*extensions.outputs(holder), *extensions.assignments(holder)]:
                yield mapping.name
        if node.kind == "subProcess":
            for mapping in extensions.inputs(node.element):
                yield mapping.name
        yield extensions.ours(node.element, "result") or extensions.decision(node.element)[1]
        yield from _script_names(node)
        if (script := extensions.zeebe_script(node.element)) is not None:
            yield script.name
        if (loop := extensions.loop(node.element)) is not None:
            yield from (loop.element, loop.collect_into, "loopCounter")


def _script_names(node: Node) -> Iterable[str]:
    """The entries of a script that is a FEEL context."""
    script = node.element.first(MODEL, "script")
    if node.kind != "scriptTask" or script is None:
        return ()
    try:
        tree = feel.parse(_without_sign(script.text))
    except feel.FeelError:
        return ()
    return [name for name, _ in tree.entries] if isinstance(tree, ast.ContextExpr) else ()


def quoted(text: str) -> str:
    """A text as a FEEL string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r") + '"'


def _plain(name: str) -> bool:
    return bool(name) and all(word.isidentifier() for word in name.split(" "))


def _without_sign(text: str) -> str:
    stripped = text.strip()
    return stripped[1:].strip() if stripped.startswith("=") else stripped
