"""DMN XML (1.1 to 1.5) into `model.Definitions`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lxml import etree

from stadtkern.kernel.dmn import model as m
from stadtkern.kernel.dmn.errors import DmnError
from stadtkern.kernel.dmn.xml import read_xml

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
    name = etree.QName(root)
    version = NAMESPACES.get(name.namespace or "")
    if version is None or name.localname != "definitions":
        raise DmnError(
            "dmn-unknown-format",
            "Das ist keine DMN-Datei (Version 1.1 bis 1.6).",
            "This is not a DMN file (1.1 to 1.6).",
        )
    return _Reader(name.namespace or "").definitions(root, version)


class _Reader:
    def __init__(self, namespace: str) -> None:
        self.namespace = namespace
        self._boxed: dict[str, Callable[[etree._Element], m.Boxed]] = {
            "literalExpression": self.literal, "context": self.context, "invocation": self.invocation, "relation": self.relation,
            "list": self.list_of, "functionDefinition": self.function, "decisionTable": self.table,
            "conditional": self.conditional, "filter": self.filter, "for": self.iteration, "some": self.iteration, "every": self.iteration,
        }  # fmt: skip

    # -- small helpers ------------------------------------------------------------------------------------------

    def children(self, element: etree._Element, *names: str) -> Iterator[etree._Element]:
        for child in element:
            if isinstance(child.tag, str):
                tag = etree.QName(child)
                if tag.namespace == self.namespace and (not names or tag.localname in names):
                    yield child

    def child(self, element: etree._Element, name: str) -> etree._Element | None:
        return next(self.children(element, name), None)

    def text(self, element: etree._Element | None) -> str:
        """The content of the `text` child."""
        inner = None if element is None else self.child(element, "text")
        return "" if inner is None else "".join(inner.itertext())

    def text_of(self, element: etree._Element, name: str) -> str:
        return self.text(self.child(element, name))

    def plain(self, element: etree._Element, name: str) -> str:
        found = self.child(element, name)
        return "" if found is None else "".join(found.itertext()).strip()

    def variable(self, element: etree._Element) -> tuple[str, str]:
        """Name and type of the variable of an element."""
        found = self.child(element, "variable")
        name = None if found is None else found.get("name")
        return _name(name or element.get("name") or ""), "" if found is None else type_ref(
            found.get("typeRef")
        )

    def hrefs(self, element: etree._Element, *path: str) -> tuple[str, ...]:
        """The targets of references like informationRequirement/requiredInput."""
        found: list[str] = []
        for outer in self.children(element, path[0]):
            inner = [outer] if len(path) == 1 else list(self.children(outer, *path[1:]))
            found += [e.get("href", "") for e in inner if e.get("href")]
        return tuple(found)

    # -- elements -----------------------------------------------------------------------------------------------

    def definitions(self, root: etree._Element, version: str) -> m.Definitions:
        imports = tuple(
            m.Import(e.get("name", ""), e.get("namespace", ""), e.get("locationURI", ""))
            for e in self.children(root, "import")
        )
        items = tuple(self.item(e) for e in self.children(root, "itemDefinition"))
        makers: dict[str, Callable[[etree._Element], m.Element]] = {
            "inputData": self.input_data, "decision": self.decision, "businessKnowledgeModel": self.knowledge, "decisionService": self.service,
        }  # fmt: skip
        elements = tuple(makers[etree.QName(e).localname](e) for e in self.children(root, *makers))
        return m.Definitions(
            root.get("name", ""), root.get("namespace", ""), version, imports, items, elements
        )

    def item(self, element: etree._Element) -> m.ItemDefinition:
        function = self.child(element, "functionItem")
        params = (
            tuple(self.parameter(p) for p in self.children(function, "parameters"))
            if function is not None
            else ()
        )
        return m.ItemDefinition(
            name=_name(element.get("name", "")),
            type_ref=type_ref(self.plain(element, "typeRef")),
            allowed=self.text_of(element, "allowedValues"),
            constraint=self.text_of(element, "typeConstraint"),
            collection=element.get("isCollection") == "true",
            components=tuple(self.item(e) for e in self.children(element, "itemComponent")),
            function=(params, type_ref(function.get("outputTypeRef"))) if function is not None else None,
        )

    def input_data(self, element: etree._Element) -> m.InputData:
        name, type_ = self.variable(element)
        return m.InputData(element.get("id", name), name, type_)

    def decision(self, element: etree._Element) -> m.Decision:
        name, type_ = self.variable(element)
        needs = self.hrefs(element, "informationRequirement", "requiredDecision", "requiredInput")
        needs += self.hrefs(element, "knowledgeRequirement", "requiredKnowledge")
        return m.Decision(
            element.get("id", name),
            name,
            type_,
            needs,
            self.boxed_child(element),
            self.plain(element, "question"),
        )

    def knowledge(self, element: etree._Element) -> m.KnowledgeModel:
        name, type_ = self.variable(element)
        logic = self.child(element, "encapsulatedLogic")
        needs = self.hrefs(element, "knowledgeRequirement", "requiredKnowledge")
        return m.KnowledgeModel(
            element.get("id", name), name, type_, needs, self.function(logic) if logic is not None else None
        )

    def service(self, element: etree._Element) -> m.DecisionService:
        name, type_ = self.variable(element)
        return m.DecisionService(
            element.get("id", name), name, type_, self.hrefs(element, "outputDecision"), self.hrefs(element, "encapsulatedDecision"),
            self.hrefs(element, "inputDecision"), self.hrefs(element, "inputData"),
        )  # fmt: skip

    # -- boxed expressions --------------------------------------------------------------------------------------

    def boxed_child(self, element: etree._Element | None) -> m.Boxed | None:
        """The first boxed expression inside an element."""
        if element is None:
            return None
        found = next(self.children(element, *self._boxed), None)
        return None if found is None else self._boxed[etree.QName(found).localname](found)

    def literal(self, element: etree._Element) -> m.Boxed:
        return m.Literal(
            element.get("id", ""),
            type_ref(element.get("typeRef")),
            self.text(element),
            element.get("expressionLanguage", ""),
        )

    def context(self, element: etree._Element) -> m.Boxed:
        entries = []
        for entry in self.children(element, "contextEntry"):
            variable = self.child(entry, "variable")
            name = None if variable is None else _name(variable.get("name", ""))
            entries.append(
                m.Entry(
                    name,
                    "" if variable is None else type_ref(variable.get("typeRef")),
                    self.boxed_child(entry),
                )
            )
        return m.Context(element.get("id", ""), type_ref(element.get("typeRef")), tuple(entries))

    def invocation(self, element: etree._Element) -> m.Boxed:
        bindings = []
        for binding in self.children(element, "binding"):
            parameter = self.child(binding, "parameter")
            if parameter is not None:
                bindings.append(
                    m.Entry(
                        _name(parameter.get("name", "")),
                        type_ref(parameter.get("typeRef")),
                        self.boxed_child(binding),
                    )
                )
        return m.Invocation(
            element.get("id", ""),
            type_ref(element.get("typeRef")),
            self.boxed_child(element),
            tuple(bindings),
        )

    def relation(self, element: etree._Element) -> m.Boxed:
        columns = tuple(_name(c.get("name", "")) for c in self.children(element, "column"))
        rows = tuple(
            tuple(self._boxed[n](e) for e, n in self.boxed_children(row))
            for row in self.children(element, "row")
        )
        return m.Relation(element.get("id", ""), type_ref(element.get("typeRef")), columns, rows)

    def boxed_children(self, element: etree._Element) -> list[tuple[etree._Element, str]]:
        return [(e, etree.QName(e).localname) for e in self.children(element, *self._boxed)]

    def list_of(self, element: etree._Element) -> m.Boxed:
        items = tuple(self._boxed[n](e) for e, n in self.boxed_children(element))
        return m.ListOf(element.get("id", ""), type_ref(element.get("typeRef")), items)

    def function(self, element: etree._Element) -> m.FunctionDefinition:
        params = tuple(self.parameter(p) for p in self.children(element, "formalParameter"))
        kind = element.get("kind", "FEEL")
        return m.FunctionDefinition(
            element.get("id", ""), type_ref(element.get("typeRef")), kind, params, self.boxed_child(element)
        )

    def parameter(self, element: etree._Element) -> m.Parameter:
        return m.Parameter(_name(element.get("name", "")), type_ref(element.get("typeRef")))

    def conditional(self, element: etree._Element) -> m.Boxed:
        parts = [self.boxed_child(self.child(element, name)) for name in ("if", "then", "else")]
        return m.Conditional(element.get("id", ""), type_ref(element.get("typeRef")), *parts)

    def filter(self, element: etree._Element) -> m.Boxed:
        parts = [self.boxed_child(self.child(element, name)) for name in ("in", "match")]
        return m.FilterBy(element.get("id", ""), type_ref(element.get("typeRef")), *parts)

    def iteration(self, element: etree._Element) -> m.Boxed:
        kind = etree.QName(element).localname
        source = self.boxed_child(self.child(element, "in"))
        body = self.boxed_child(self.child(element, "return" if kind == "for" else "satisfies"))
        return m.Iteration(
            element.get("id", ""),
            type_ref(element.get("typeRef")),
            kind,
            _name(element.get("iteratorVariable", "")),
            source,
            body,
        )

    def table(self, element: etree._Element) -> m.Boxed:
        inputs = tuple(self.input_clause(e) for e in self.children(element, "input"))
        outputs = tuple(self.output_clause(e) for e in self.children(element, "output"))
        rules = tuple(self.rule(e) for e in self.children(element, "rule"))
        policy = HIT_POLICIES.get(element.get("hitPolicy", "UNIQUE"))
        aggregation = element.get("aggregation", "")
        if policy is None or (aggregation and aggregation not in AGGREGATIONS):
            raise DmnError(
                "dmn-hit-policy",
                "Die Trefferregel der Entscheidungstabelle ist unbekannt.",
                "Unknown hit policy.",
                int(element.sourceline or 1),
            )
        return m.DecisionTable(
            element.get("id", ""),
            type_ref(element.get("typeRef")),
            element.get("outputLabel", ""),
            policy,
            aggregation,
            inputs,
            outputs,
            rules,
        )

    def input_clause(self, element: etree._Element) -> m.InputClause:
        inner = self.child(element, "inputExpression")
        kind = "" if inner is None else type_ref(inner.get("typeRef"))
        text = self.text(inner)
        return m.InputClause(
            element.get("label", "") or text.strip(), text, kind, self.text_of(element, "inputValues")
        )

    def output_clause(self, element: etree._Element) -> m.OutputClause:
        name = _name(element.get("name", ""))
        values, default = self.text_of(element, "outputValues"), self.text_of(element, "defaultOutputEntry")
        return m.OutputClause(
            name, element.get("label", "") or name, type_ref(element.get("typeRef")), values, default
        )

    def rule(self, element: etree._Element) -> m.Rule:
        texts = {
            name: tuple(self.text(e) for e in self.children(element, name))
            for name in ("inputEntry", "outputEntry", "annotationEntry")
        }
        return m.Rule(
            element.get("id", ""), texts["inputEntry"], texts["outputEntry"], texts["annotationEntry"]
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
