"""The names of DMN 1.5 as files use them: namespaces, the order of elements, and what of them the model knows."""

from __future__ import annotations

import re

MODEL = "https://www.omg.org/spec/DMN/20230324/MODEL/"
DMNDI = "https://www.omg.org/spec/DMN/20230324/DMNDI/"
DC = "http://www.omg.org/spec/DMN/20180521/DC/"
DI = "http://www.omg.org/spec/DMN/20180521/DI/"
ANY_DMNDI = re.compile(r"https?://www\.omg\.org/spec/DMN/\d{8}/DMNDI/")

EXPRESSIONS = frozenset({
    "literalExpression", "context", "invocation", "relation", "list", "functionDefinition", "decisionTable", "conditional", "filter",
    "for", "some", "every",
})  # fmt: skip
GRAPH = ("inputData", "decision", "businessKnowledgeModel", "knowledgeSource", "decisionService")
"""What the requirement diagram shows."""
REQUIREMENTS = ("informationRequirement", "knowledgeRequirement", "authorityRequirement")

_ORDER: tuple[tuple[str, ...], ...] = (
    ("description",), ("extensionElements",), ("import",), ("question",), ("allowedAnswers",), ("variable",), ("parameter",), ("contextEntry",),
    ("typeRef",), ("allowedValues",), ("typeConstraint",), ("itemComponent",), ("functionItem",), ("itemDefinition",), ("formalParameter",),
    ("encapsulatedLogic",), ("informationRequirement",), ("knowledgeRequirement",), ("authorityRequirement",), ("supportedObjective",),
    ("impactedPerformanceIndicator",), ("decisionMaker",), ("decisionOwner",), ("usingProcess",), ("usingTask",),
    ("outputDecision",), ("encapsulatedDecision",), ("inputDecision",),
    (*GRAPH, *sorted(EXPRESSIONS)), ("binding",), ("inputExpression",), ("inputValues",), ("outputValues",), ("defaultOutputEntry",),
    ("input",), ("output",), ("annotation",), ("column",), ("row",), ("rule",), ("inputEntry",), ("outputEntry",), ("annotationEntry",),
    ("if",), ("then",), ("else",), ("in",), ("match", "return", "satisfies"), ("text",), ("importedValues",),
    ("association", "group", "textAnnotation"), ("elementCollection",), ("performanceIndicator", "organizationUnit"), ("DMNDI",),
)  # fmt: skip
RANK = {name: place for place, names in enumerate(_ORDER) for name in names}
"""The order in which the schema wants the children of any element; one list serves them all."""

KNOWN = frozenset(RANK) - {
    "description", "extensionElements", "allowedAnswers", "authorityRequirement", "supportedObjective", "impactedPerformanceIndicator",
    "decisionMaker", "decisionOwner", "usingProcess", "usingTask", "annotation", "importedValues", "knowledgeSource", "association",
    "group", "textAnnotation", "elementCollection", "performanceIndicator", "organizationUnit", "DMNDI",
} | {"definitions", "parameters", "requiredDecision", "requiredInput", "requiredKnowledge"}  # fmt: skip
"""Elements that the model holds; all others are kept as they are."""

IDENTIFIED = frozenset({*GRAPH, *EXPRESSIONS, "rule", "encapsulatedLogic"}) - {"knowledgeSource"}
"""Elements whose id the model holds."""
_ATTRIBUTES = frozenset({
    "name", "typeRef", "hitPolicy", "aggregation", "outputLabel", "isCollection", "kind", "iteratorVariable", "expressionLanguage", "href",
    "outputTypeRef", "namespace", "locationURI",
})  # fmt: skip


def holds(element: str, attribute: str) -> bool:
    """Whether the model holds this attribute of an element."""
    if element in ("definitions", "import"):
        return attribute in ("name", "namespace", "locationURI")
    if attribute == "label":
        return element in ("input", "output")
    if attribute == "id":
        return element in IDENTIFIED
    if attribute == "name":
        return element not in ("annotation", "input", "rule", "row", *EXPRESSIONS)
    return attribute in _ATTRIBUTES
