"""Writes `model.Definitions` as DMN 1.5 XML: the same bytes for the same model, one element per line.

    write(definitions)                       a new file
    write(edited, original=data)             the file again: what was not edited stays as it stood, byte for byte
    write(edited, original=data, diagram=True)   with a drawing of the requirements, if the file has none

With an original, its version of DMN becomes 1.5, and everything that the model does not know (descriptions, extension
elements, attributes of other programs, comments, knowledge sources, diagrams) stays in its place, also around what was
edited. `read(write(m))` is `m`, for models that `read` made or that look like them: requirements of knowledge behind those
of information, the label of a column never empty beside a name or an expression."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from stadtkern.kernel.dmn import model as m
from stadtkern.kernel.dmn.diagram import update_diagram
from stadtkern.kernel.dmn.errors import DmnError
from stadtkern.kernel.dmn.merging import laid_out, merged, read_original, requirement_kinds
from stadtkern.kernel.dmn.reader import HIT_POLICIES
from stadtkern.kernel.dmn.vocabulary import MODEL
from stadtkern.kernel.xml_document import XmlDocument, XmlElement, write_document

_POLICY_NAMES = {letter: name for name, letter in HIT_POLICIES.items()}
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOT_IN_ID = re.compile(r"[^\w.-]")
_DECISION, _KNOWLEDGE = (
    ("informationRequirement", "requiredDecision"),
    ("knowledgeRequirement", "requiredKnowledge"),
)
ANNOTATION = "Anmerkung"


def write(definitions: m.Definitions, original: bytes | None = None, *, diagram: bool = False) -> bytes:
    """The file, UTF-8. Raises DmnError if the original cannot be read or a text holds what XML cannot."""
    if original is None:
        root = _Builder(definitions).root()
        document = XmlDocument(root)
        known: frozenset[str] = frozenset()
        unit = "  "
    else:
        document, unit = read_original(original)
        known = frozenset(e.attributes["id"] for e in document.root.walk() if "id" in e.attributes)
        kinds = requirement_kinds(document.root)
        root = merged(document.root, _Builder(definitions, document.root.namespace, kinds).root())
        document.root = root
    update_diagram(root, known=known, wanted=diagram)
    laid_out(root, unit)
    return write_document(document)


@dataclass(slots=True)
class _Builder:
    """The tree of a model as if there were no file yet."""

    definitions: m.Definitions
    namespace: str = MODEL
    kinds: dict[str, tuple[str, str]] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def make(self, name: str, /, *children: XmlElement | None, **attributes: str) -> XmlElement:
        """An element; empty attributes and missing children are left out."""
        given = {key.rstrip("_"): _clean(value) for key, value in attributes.items() if value}
        element = XmlElement(self.namespace, name, given)
        for child in children:
            if child is not None:
                element.add(child)
        return element

    def text(self, text: str, name: str = "text") -> XmlElement:
        return self.make(name).write(_clean(text))

    def holder(self, name: str, text: str) -> XmlElement | None:
        """An element around a text; none for no text."""
        return self.make(name, self.text(text)) if text else None

    # -- elements -----------------------------------------------------------------------------------------------

    def root(self) -> XmlElement:
        d = self.definitions
        self.used = {e.id for e in d.elements}
        imports = [
            self.make("import", name=i.name, namespace=i.namespace, locationURI=i.location, importType=MODEL)
            for i in d.imports
        ]
        parts = [*imports, *(self.item("itemDefinition", i) for i in d.items), *map(self.element, d.elements)]
        root = self.make("definitions", *parts, name=d.name, namespace=d.namespace)
        root.declared = {"": self.namespace}
        return root

    def item(self, tag: str, item: m.ItemDefinition) -> XmlElement:
        function = None
        if item.function is not None:
            params, result = item.function
            parts = [self.make("parameters", name=p.name, typeRef=p.type_ref) for p in params]
            function = self.make("functionItem", *parts, outputTypeRef=result)
        return self.make(
            tag,
            self.text(item.type_ref, "typeRef") if item.type_ref else None,
            self.holder("allowedValues", item.allowed),
            self.holder("typeConstraint", item.constraint),
            *(self.item("itemComponent", c) for c in item.components),
            function,
            name=item.name,
            isCollection="true" if item.collection else "",
        )

    def element(self, element: m.Element) -> XmlElement:
        variable = self.make("variable", name=element.name, typeRef=element.type_ref)
        if isinstance(element, m.InputData):
            return self.make("inputData", variable, id=element.id, name=element.name)
        if isinstance(element, m.Decision):
            question = self.text(element.question, "question") if element.question else None
            needs = [self.requirement(element.id, href) for href in element.requires]
            logic = self.boxed(element.logic)
            return self.make("decision", question, variable, *needs, logic, id=element.id, name=element.name)
        if isinstance(element, m.KnowledgeModel):
            logic = None if element.logic is None else self.function(element.logic, "encapsulatedLogic")
            needs = [self.requirement(element.id, href, _KNOWLEDGE) for href in element.requires]
            tag = "businessKnowledgeModel"
            return self.make(tag, variable, logic, *needs, id=element.id, name=element.name)
        links = (
            ("outputDecision", element.outputs),
            ("encapsulatedDecision", element.encapsulated),
            ("inputDecision", element.input_decisions),
            ("inputData", element.input_data),
        )
        references = [self.make(tag, href=href) for tag, hrefs in links for href in hrefs]
        return self.make("decisionService", variable, *references, id=element.id, name=element.name)

    def requirement(self, owner: str, href: str, kind: tuple[str, str] | None = None) -> XmlElement:
        """The requirement of a target; its id names both ends, because the lines of a drawing refer to it."""
        outer, inner = kind or self.kind(href)
        target = href.rpartition("#")[2].removeprefix("i_")
        base = _NOT_IN_ID.sub("_", f"r_{owner}_{target}")
        id_, number = base, 2
        while id_ in self.used:
            id_, number = f"{base}_{number}", number + 1
        self.used.add(id_)
        return self.make(outer, self.make(inner, href=href), id=id_)

    def kind(self, href: str) -> tuple[str, str]:
        """Which requirement leads to a target; for another file as the original says it."""
        namespace, _, id_ = href.rpartition("#")
        if namespace in ("", self.definitions.namespace):
            target = next((e for e in self.definitions.elements if e.id == id_), None)
            if isinstance(target, m.KnowledgeModel | m.DecisionService):
                return _KNOWLEDGE
            if isinstance(target, m.InputData):
                return ("informationRequirement", "requiredInput")
        return self.kinds.get(href, _DECISION)

    # -- boxed expressions --------------------------------------------------------------------------------------

    def boxed(self, node: m.Boxed | None) -> XmlElement | None:
        if node is None:
            return None
        if isinstance(node, m.DecisionTable):
            return self.table(node)
        if isinstance(node, m.FunctionDefinition):
            return self.function(node, "functionDefinition")
        if isinstance(node, m.Literal):
            text = self.text(node.text)
            return self.boxed_element("literalExpression", node, text, expressionLanguage=node.language)
        if isinstance(node, m.Context):
            return self.boxed_element("context", node, *map(self.entry, node.entries))
        if isinstance(node, m.Invocation):
            bindings = [
                self.make(
                    "binding",
                    self.make("parameter", name=b.name or "", typeRef=b.type_ref),
                    self.boxed(b.value),
                )
                for b in node.bindings
            ]
            return self.boxed_element("invocation", node, self.boxed(node.called), *bindings)
        return self.collection(node)

    def boxed_element(
        self, tag: str, node: m.Boxed, *children: XmlElement | None, **attributes: str
    ) -> XmlElement:
        return self.make(tag, *children, id=node.id, typeRef=node.type_ref, **attributes)

    def entry(self, entry: m.Entry) -> XmlElement:
        variable = None
        if entry.name is not None:
            variable = self.make("variable", name=entry.name, typeRef=entry.type_ref)
        return self.make("contextEntry", variable, self.boxed(entry.value))

    def collection(self, node: m.Boxed) -> XmlElement:
        if isinstance(node, m.Relation):
            columns = [self.make("column", name=name) for name in node.columns]
            rows = [self.make("row", *map(self.cell, row)) for row in node.rows]
            return self.boxed_element("relation", node, *columns, *rows)
        if isinstance(node, m.ListOf):
            return self.boxed_element("list", node, *map(self.cell, node.items))
        if isinstance(node, m.Conditional):
            parts = {"if": node.condition, "then": node.then, "else": node.otherwise}
            return self.boxed_element("conditional", node, *self.parts(parts.items()))
        if isinstance(node, m.FilterBy):
            parts = {"in": node.source, "match": node.match}
            return self.boxed_element("filter", node, *self.parts(parts.items()))
        assert isinstance(node, m.Iteration)
        body = "return" if node.kind == "for" else "satisfies"
        children = self.parts([("in", node.source), (body, node.body)])
        return self.boxed_element(node.kind, node, *children, iteratorVariable=node.variable)

    def parts(self, named: Iterable[tuple[str, m.Boxed | None]]) -> list[XmlElement]:
        return [self.make(name, self.boxed(value)) for name, value in named]

    def cell(self, node: m.Boxed | None) -> XmlElement | None:
        """A place in a list or relation always has an expression."""
        return self.make("literalExpression", self.text("")) if node is None else self.boxed(node)

    def function(self, node: m.FunctionDefinition, tag: str) -> XmlElement:
        params = [self.make("formalParameter", name=p.name, typeRef=p.type_ref) for p in node.params]
        kind = "" if node.kind == "FEEL" else node.kind
        return self.boxed_element(tag, node, *params, self.boxed(node.body), kind=kind)

    def table(self, node: m.DecisionTable) -> XmlElement:
        annotations = max((len(rule.annotations) for rule in node.rules), default=0)
        return self.boxed_element(
            "decisionTable",
            node,
            *map(self.input_clause, node.inputs),
            *map(self.output_clause, node.outputs),
            *(self.make("annotation", name=ANNOTATION) for _ in range(annotations)),
            *map(self.rule, node.rules),
            hitPolicy=_POLICY_NAMES[node.hit_policy],
            aggregation=node.aggregation,
            outputLabel=node.label,
        )

    def input_clause(self, clause: m.InputClause) -> XmlElement:
        inner = self.make("inputExpression", self.text(clause.text), typeRef=clause.type_ref)
        label = "" if clause.label == clause.text.strip() else clause.label
        return self.make("input", inner, self.holder("inputValues", clause.values), label=label)

    def output_clause(self, clause: m.OutputClause) -> XmlElement:
        return self.make(
            "output",
            self.holder("outputValues", clause.values),
            self.holder("defaultOutputEntry", clause.default),
            name=clause.name,
            label="" if clause.label == clause.name else clause.label,
            typeRef=clause.type_ref,
        )

    def rule(self, rule: m.Rule) -> XmlElement:
        cells = (
            *(("inputEntry", text) for text in rule.tests),
            *(("outputEntry", text) for text in rule.outputs),
            *(("annotationEntry", text) for text in rule.annotations),
        )
        return self.make("rule", *(self.make(tag, self.text(text)) for tag, text in cells), id=rule.id)


def _clean(text: str) -> str:
    found = _NOT_XML.search(text)
    if found is not None:
        raise DmnError(
            "dmn-character",
            f"Das Zeichen U+{ord(found.group()):04X} darf in einem Text nicht stehen.",
            f"The character U+{ord(found.group()):04X} must not appear in a text.",
        )
    return text
