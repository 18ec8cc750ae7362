"""DMN XML (1.1 to 1.5) into `model.Definitions`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from stadtkern.kernel.dmn import model as m
from stadtkern.kernel.dmn.errors import DmnError
from stadtkern.kernel.dmn.xml import read_xml
from stadtkern.kernel.safe_xml import XmlNode

NAMESPACES = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd": "1.1",
    "http://www.omg.org/spec/DMN/20180521/MODEL/": "1.2",
    "https://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
    "https://www.omg.org/spec/DMN/20211108/MODEL/": "1.4",
    "https://www.omg.org/spec/DMN/20230324/MODEL/": "1.5",
    "https://www.omg.org/spec/DMN/20240513/MODEL/": "1.6",
}
HIT_POLICIES = {
    "UNIQUE": "U", "ANY": "A", "PRIORITY": "P", "FIRST": "F", "RULE ORDER": "R", "OUTPUT ORDER": "O", "COLLECT": "C",
}  # fmt: skip
AGGREGATIONS = ("SUM", "MIN", "MAX", "COUNT")
XSD_TYPES = {
    "integer": "number",
    "int": "number",
    "long": "number",
    "double": "number",
    "decimal": "number",
    "float": "number",
}


def read(data: bytes) -> m.Definitions:
    """The model in a file. Raises DmnError if it is not DMN."""
    root = read_xml(data)
    version = NAMESPACES.get(root.namespace)
    if version is None or root.name != "definitions":
        raise DmnError(
            "dmn-unknown-format",
            "Das ist keine DMN-Datei (Version 1.1 bis 1.6).",
            "This is not a DMN file (1.1 to 1.6).",
        )
    return _Reader(root.namespace).definitions(root, version)


class _Reader:
    def __init__(self, namespace: str) -> None:
        self.namespace = namespace
        self._boxed: dict[str, Callable[[XmlNode], m.Boxed]] = {
            "literalExpression": self.literal, "context": self.context, "invocation": self.invocation, "relation": self.relation,
            "list": self.list_of, "functionDefinition": self.function, "decisionTable": self.table,
            "conditional": self.conditional, "filter": self.filter, "for": self.iteration, "some": self.iteration, "every": self.iteration,
        }  # fmt: skip

    # -- small helpers ------------------------------------------------------------------------------------------

    def children(self, element: XmlNode, *names: str) -> Iterator[XmlNode]:
        for child in element.children:
            if child.namespace == self.namespace and (not names or child.name in names):
                yield child

    def child(self, element: XmlNode, name: str) -> XmlNode | None:
        return next(self.children(element, name), None)

    def text(self, element: XmlNode | None) -> str:
        """The content of the `text` child."""
        inner = None if element is None else self.child(element, "text")
        return "" if inner is None else inner.text

    def text_of(self, element: XmlNode, name: str) -> str:
        return self.text(self.child(element, name))

    def plain(self, element: XmlNode, name: str) -> str:
        found = self.child(element, name)
        return "" if found is None else found.text.strip()

    def variable(self, element: XmlNode) -> tuple[str, str]:
        """Name and type of the variable of an element."""
        found = self.child(element, "variable")
        name = None if found is None else found.attributes.get("name")
        return _name(name or element.attributes.get("name") or ""), "" if found is None else type_ref(
            found.attributes.get("typeRef")
        )

    def hrefs(self, element: XmlNode, *path: str) -> tuple[str, ...]:
        """The targets of references like informationRequirement/requiredInput."""
        found: list[str] = []
        for outer in self.children(element, path[0]):
            inner = [outer] if len(path) == 1 else list(self.children(outer, *path[1:]))
            found += [e.attributes.get("href", "") for e in inner if e.attributes.get("href")]
        return tuple(found)

    # -- elements -----------------------------------------------------------------------------------------------

    def definitions(self, root: XmlNode, version: str) -> m.Definitions:
        imports = tuple(
            m.Import(
                e.attributes.get("name", ""),
                e.attributes.get("namespace", ""),
                e.attributes.get("locationURI", ""),
            )
            for e in self.children(root, "import")
        )
        items = tuple(self.item(e) for e in self.children(root, "itemDefinition"))
        makers: dict[str, Callable[[XmlNode], m.Element]] = {
            "inputData": self.input_data, "decision": self.decision, "businessKnowledgeModel": self.knowledge, "decisionService": self.service,
        }  # fmt: skip
        elements = tuple(makers[e.name](e) for e in self.children(root, *makers))
        return m.Definitions(
            root.attributes.get("name", ""),
            root.attributes.get("namespace", ""),
            version,
            imports,
            items,
            elements,
        )

    def item(self, element: XmlNode) -> m.ItemDefinition:
        function = self.child(element, "functionItem")
        params = (
            tuple(self.parameter(p) for p in self.children(function, "parameters"))
            if function is not None
            else ()
        )
        return m.ItemDefinition(
            name=_name(element.attributes.get("name", "")),
            type_ref=type_ref(self.plain(element, "typeRef")),
            allowed=self.text_of(element, "allowedValues"),
            constraint=self.text_of(element, "typeConstraint"),
            collection=element.attributes.get("isCollection") == "true",
            components=tuple(self.item(e) for e in self.children(element, "itemComponent")),
            function=(params, type_ref(function.attributes.get("outputTypeRef")))
            if function is not None
            else None,
        )

    def input_data(self, element: XmlNode) -> m.InputData:
        name, type_ = self.variable(element)
        return m.InputData(element.attributes.get("id", name), name, type_)

    def decision(self, element: XmlNode) -> m.Decision:
        name, type_ = self.variable(element)
        needs = self.hrefs(element, "informationRequirement", "requiredDecision", "requiredInput")
        needs += self.hrefs(element, "knowledgeRequirement", "requiredKnowledge")
        return m.Decision(
            element.attributes.get("id", name),
            name,
            type_,
            needs,
            self.boxed_child(element),
            self.plain(element, "question"),
        )

    def knowledge(self, element: XmlNode) -> m.KnowledgeModel:
        name, type_ = self.variable(element)
        logic = self.child(element, "encapsulatedLogic")
        needs = self.hrefs(element, "knowledgeRequirement", "requiredKnowledge")
        return m.KnowledgeModel(
            element.attributes.get("id", name),
            name,
            type_,
            needs,
            self.function(logic) if logic is not None else None,
        )

    def service(self, element: XmlNode) -> m.DecisionService:
        name, type_ = self.variable(element)
        return m.DecisionService(
            element.attributes.get("id", name), name, type_, self.hrefs(element, "outputDecision"), self.hrefs(element, "encapsulatedDecision"),
            self.hrefs(element, "inputDecision"), self.hrefs(element, "inputData"),
        )  # fmt: skip

    # -- boxed expressions --------------------------------------------------------------------------------------

    def boxed_child(self, element: XmlNode | None) -> m.Boxed | None:
        """The first boxed expression inside an element."""
        if element is None:
            return None
        found = next(self.children(element, *self._boxed), None)
        return None if found is None else self._boxed[found.name](found)

    def literal(self, element: XmlNode) -> m.Boxed:
        return m.Literal(
            element.attributes.get("id", ""),
            type_ref(element.attributes.get("typeRef")),
            self.text(element),
            element.attributes.get("expressionLanguage", ""),
        )

    def context(self, element: XmlNode) -> m.Boxed:
        entries = []
        for entry in self.children(element, "contextEntry"):
            variable = self.child(entry, "variable")
            name = None if variable is None else _name(variable.attributes.get("name", ""))
            entries.append(
                m.Entry(
                    name,
                    "" if variable is None else type_ref(variable.attributes.get("typeRef")),
                    self.boxed_child(entry),
                )
            )
        return m.Context(
            element.attributes.get("id", ""), type_ref(element.attributes.get("typeRef")), tuple(entries)
        )

    def invocation(self, element: XmlNode) -> m.Boxed:
        bindings = []
        for binding in self.children(element, "binding"):
            parameter = self.child(binding, "parameter")
            if parameter is not None:
                bindings.append(
                    m.Entry(
                        _name(parameter.attributes.get("name", "")),
                        type_ref(parameter.attributes.get("typeRef")),
                        self.boxed_child(binding),
                    )
                )
        return m.Invocation(
            element.attributes.get("id", ""),
            type_ref(element.attributes.get("typeRef")),
            self.boxed_child(element),
            tuple(bindings),
        )

    def relation(self, element: XmlNode) -> m.Boxed:
        columns = tuple(_name(c.attributes.get("name", "")) for c in self.children(element, "column"))
        rows = tuple(
            tuple(self._boxed[n](e) for e, n in self.boxed_children(row))
            for row in self.children(element, "row")
        )
        return m.Relation(
            element.attributes.get("id", ""), type_ref(element.attributes.get("typeRef")), columns, rows
        )

    def boxed_children(self, element: XmlNode) -> list[tuple[XmlNode, str]]:
        return [(e, e.name) for e in self.children(element, *self._boxed)]

    def list_of(self, element: XmlNode) -> m.Boxed:
        items = tuple(self._boxed[n](e) for e, n in self.boxed_children(element))
        return m.ListOf(element.attributes.get("id", ""), type_ref(element.attributes.get("typeRef")), items)

    def function(self, element: XmlNode) -> m.FunctionDefinition:
        params = tuple(self.parameter(p) for p in self.children(element, "formalParameter"))
        kind = element.attributes.get("kind", "FEEL")
        return m.FunctionDefinition(
            element.attributes.get("id", ""),
            type_ref(element.attributes.get("typeRef")),
            kind,
            params,
            self.boxed_child(element),
        )

    def parameter(self, element: XmlNode) -> m.Parameter:
        return m.Parameter(
            _name(element.attributes.get("name", "")), type_ref(element.attributes.get("typeRef"))
        )

    def conditional(self, element: XmlNode) -> m.Boxed:
        parts = [self.boxed_child(self.child(element, name)) for name in ("if", "then", "else")]
        return m.Conditional(
            element.attributes.get("id", ""), type_ref(element.attributes.get("typeRef")), *parts
        )

    def filter(self, element: XmlNode) -> m.Boxed:
        parts = [self.boxed_child(self.child(element, name)) for name in ("in", "match")]
        return m.FilterBy(
            element.attributes.get("id", ""), type_ref(element.attributes.get("typeRef")), *parts
        )

    def iteration(self, element: XmlNode) -> m.Boxed:
        kind = element.name
        source = self.boxed_child(self.child(element, "in"))
        body = self.boxed_child(self.child(element, "return" if kind == "for" else "satisfies"))
        return m.Iteration(
            element.attributes.get("id", ""),
            type_ref(element.attributes.get("typeRef")),
            kind,
            _name(element.attributes.get("iteratorVariable", "")),
            source,
            body,
        )

    def table(self, element: XmlNode) -> m.Boxed:
        inputs = tuple(self.input_clause(e) for e in self.children(element, "input"))
        outputs = tuple(self.output_clause(e) for e in self.children(element, "output"))
        rules = tuple(self.rule(e) for e in self.children(element, "rule"))
        policy = HIT_POLICIES.get(element.attributes.get("hitPolicy", "UNIQUE"))
        aggregation = element.attributes.get("aggregation", "")
        if policy is None or (aggregation and aggregation not in AGGREGATIONS):
            raise DmnError(
                "dmn-hit-policy",
                "Die Trefferregel der Entscheidungstabelle ist unbekannt.",
                "Unknown hit policy.",
                element.line,
                element.column,
            )
        return m.DecisionTable(
            element.attributes.get("id", ""),
            type_ref(element.attributes.get("typeRef")),
            element.attributes.get("outputLabel", ""),
            policy,
            aggregation,
            inputs,
            outputs,
            rules,
        )

    def input_clause(self, element: XmlNode) -> m.InputClause:
        inner = self.child(element, "inputExpression")
        kind = "" if inner is None else type_ref(inner.attributes.get("typeRef"))
        text = self.text(inner)
        return m.InputClause(
            element.attributes.get("label", "") or text.strip(),
            text,
            kind,
            self.text_of(element, "inputValues"),
        )

    def output_clause(self, element: XmlNode) -> m.OutputClause:
        name = _name(element.attributes.get("name", ""))
        values, default = self.text_of(element, "outputValues"), self.text_of(element, "defaultOutputEntry")
        return m.OutputClause(
            name,
            element.attributes.get("label", "") or name,
            type_ref(element.attributes.get("typeRef")),
            values,
            default,
        )

    def rule(self, element: XmlNode) -> m.Rule:
        texts = {
            name: tuple(self.text(e) for e in self.children(element, name))
            for name in ("inputEntry", "outputEntry", "annotationEntry")
        }
        return m.Rule(
            element.attributes.get("id", ""),
            texts["inputEntry"],
            texts["outputEntry"],
            texts["annotationEntry"],
        )


def _name(text: str) -> str:
    return " ".join(text.split())


def type_ref(text: str | None) -> str:
    """`feel:string` and `string` are the same; QNames of XML Schema become FEEL types."""
    name = _name(text or "")
    prefix, colon, local = name.partition(":")
    if colon:
        name = XSD_TYPES.get(local, local) if prefix in ("xsd", "xs") else local
    return name
