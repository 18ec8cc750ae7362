"""The static check of a model: every expression against the names and types it can see, before anything runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from stadtkern.kernel.dmn import model as m
from stadtkern.kernel.dmn.errors import ModelProblem
from stadtkern.kernel.feel.check import check, check_unary_tests, infer_type
from stadtkern.kernel.feel.errors import Finding
from stadtkern.kernel.feel.types import ANY, BOOLEAN, FUNCTION, LIST, FeelType, context_of, list_of

if TYPE_CHECKING:
    from stadtkern.kernel.dmn.engine import Model, Node

Scope = Mapping[str, FeelType]


def check_model(model: Model) -> list[ModelProblem]:
    """What is wrong with a model: what loading found, then wrong names and types with their place."""
    found = list(model.problems)
    known = {(p.element, p.text, p.offset) for p in found}
    for node in model.nodes.values():
        for problem in _Checker(model, node).run():
            if (problem.element, problem.text, problem.offset) not in known:
                found.append(problem)
    return found


class _Checker:
    """Checks one element."""

    def __init__(self, model: Model, node: Node) -> None:
        self.model = model
        self.node = node
        self.problems: list[ModelProblem] = []

    def run(self) -> list[ModelProblem]:
        element = self.node.element
        scope = self.scope()
        if isinstance(element, m.Decision):
            self.boxed(element.logic, scope)
        elif isinstance(element, m.KnowledgeModel):
            self.boxed(element.logic, {**scope, element.name: FUNCTION})
        return self.problems

    def scope(self) -> Scope:
        """The types of what the element requires; imported things inside a context of their import's name."""
        found: dict[str, FeelType] = {}
        imported: dict[str, dict[str, FeelType]] = {}
        for need in self.node.requires:
            namespace, id_ = need.key
            own = namespace == self.model.definitions.namespace
            owner = self.model if own else self.model.imports[namespace][1]
            type_ = _type_of(owner.nodes[id_])
            if need.inner is None:
                found[need.name] = type_
            else:
                imported.setdefault(need.name, {})[need.inner] = type_
        return {**found, **{name: context_of(parts) for name, parts in imported.items()}}

    def text(self, text: str, scope: Scope, expected: str = "") -> FeelType:
        """Checks an expression and says what type it has."""
        if not text.strip():
            return ANY
        wanted = self.model.types.find(expected) if expected else None
        self.add(text, check(text, scope, expected=wanted))
        return infer_type(text, scope)

    def add(self, text: str, findings: list[Finding]) -> None:
        name = self.node.element.name
        self.problems += [
            ModelProblem(f.code, name, f.message, f.message_en, text, f.position.offset) for f in findings
        ]

    def boxed(self, node: m.Boxed | None, scope: Scope) -> FeelType:
        """Checks a boxed expression and says what type it has, as far as that is known."""
        found = self.kind(node, scope)
        declared = self.model.types.find(node.type_ref) if node is not None and node.type_ref else None
        return declared or found

    def kind(self, node: m.Boxed | None, scope: Scope) -> FeelType:
        if isinstance(node, m.Literal):
            return (
                self.text(node.text, scope) if not node.language or "FEEL" in node.language.upper() else ANY
            )
        if isinstance(node, m.Context):
            return self.context(node, scope)
        if isinstance(node, m.DecisionTable):
            return self.table(node, scope)
        if isinstance(node, m.FunctionDefinition):
            params = {p.name: self.model.types.of(p.type_ref) for p in node.params}
            if node.kind.upper() == "FEEL":
                self.boxed(node.body, {**scope, **params})
            return FUNCTION
        if isinstance(node, m.Invocation):
            self.boxed(node.called, scope)
            for binding in node.bindings:
                self.boxed(binding.value, scope)
            return ANY
        return self.collection(node, scope)

    def collection(self, node: m.Boxed | None, scope: Scope) -> FeelType:
        if isinstance(node, m.Relation):
            cells = [[self.boxed(cell, scope) for cell in row] for row in node.rows]
            first = cells[0] if cells else []
            return (
                list_of(context_of(dict(zip(node.columns, first, strict=False)))) if len(cells) == 1 else LIST
            )
        if isinstance(node, m.ListOf):
            types = {self.boxed(item, scope) for item in node.items}
            return list_of(types.pop()) if len(types) == 1 else LIST
        if isinstance(node, m.Conditional):
            for part in (node.condition, node.then, node.otherwise):
                self.boxed(part, scope)
        elif isinstance(node, m.FilterBy):
            source = self.boxed(node.source, scope)
            if source.item is not None and source.item.fields:
                self.boxed(node.match, {**scope, "item": source.item, **dict(source.item.fields)})
            return source if source.kind == "list" else ANY
        elif isinstance(node, m.Iteration):
            source = self.boxed(node.source, scope)
            body = self.boxed(node.body, {**scope, node.variable: source.item or ANY, "partial": LIST})
            return list_of(body) if node.kind == "for" else BOOLEAN
        return ANY

    def context(self, node: m.Context, scope: Scope) -> FeelType:
        fields: dict[str, FeelType] = {}
        for entry in node.entries:
            found = self.boxed(entry.value, {**scope, **fields})
            type_ = (self.model.types.find(entry.type_ref) if entry.type_ref else None) or found
            if entry.name is None:
                return type_
            fields[entry.name] = type_
        return context_of(fields)

    def table(self, node: m.DecisionTable, scope: Scope) -> FeelType:
        types: list[FeelType] = []
        for clause in node.inputs:
            found = self.text(clause.text, scope, clause.type_ref)
            types.append((self.model.types.find(clause.type_ref) if clause.type_ref else None) or found)
        for rule in node.rules:
            for cell, type_ in zip(rule.tests, types, strict=False):
                if cell.strip() not in ("", "-"):
                    self.add(cell, check_unary_tests(cell, scope, type_))
            for cell, output in zip(rule.outputs, node.outputs, strict=False):
                self.text(cell, scope, output.type_ref)
        return ANY


def _type_of(node: Node) -> FeelType:
    if isinstance(node.element, m.KnowledgeModel | m.DecisionService):
        return FeelType("function", item=node.type if node.type.kind != "function" else ANY)
    return node.type
