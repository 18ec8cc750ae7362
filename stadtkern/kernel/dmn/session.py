"""One evaluation of a model: the values known so far, and how elements get theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from stadtkern.kernel.dmn import model as m
from stadtkern.kernel.dmn.trace import DmnRuntime
from stadtkern.kernel.feel import Function
from stadtkern.kernel.feel.compile import Vars
from stadtkern.kernel.feel.runtime import Runtime
from stadtkern.kernel.feel.types import coerce, kind_of

if TYPE_CHECKING:
    from stadtkern.kernel.dmn.engine import Key, Model, Node


class Session:
    """One evaluation: the values known so far. A decision service opens a session of its own."""

    def __init__(
        self,
        model: Model,
        inputs: Mapping[str, object],
        rt: DmnRuntime,
    ) -> None:
        self.model = model
        self.inputs = inputs
        self.rt = rt
        self.values: dict[str, object] = {}
        self._children: dict[str, Session] = {}
        self._active: set[str] = set()

    def top(self, node: Node) -> object:
        """The value of the element that was asked for."""
        for id_ in self._order(node.element.id):
            self.value(id_)
        value = self.value(node.element.id)
        if isinstance(value, Function) and not isinstance(node.element, m.Decision):
            args = [self.inputs.get(p) for p in node.params]
            return value.invoke(args, self.rt, 0)
        return value

    def _order(self, start: str) -> list[str]:
        """The decisions of this model that the start needs, the deepest first, so that long chains need no recursion."""
        own = self.model.definitions.namespace
        order: list[str] = []
        seen = {start}
        stack = [start]
        while stack:
            id_ = stack.pop()
            order.append(id_)
            node = self.model.nodes[id_]
            needs = (
                [r.key[1] for r in node.requires if r.key[0] == own]
                if isinstance(node.element, m.Decision)
                else []
            )
            fresh = [n for n in needs if n not in seen]
            seen.update(fresh)
            stack.extend(fresh)
        return order[:0:-1]

    def value(self, key: str) -> object:
        """The value of an element, computed once."""
        if key in self.values:
            return self.values[key]
        node = self.model.nodes[key]
        if key in self._active:
            return self.rt.note("dmn-cycle", 0, name=node.element.name)
        outer, self.rt.where = self.rt.where, node.element.name
        self._active.add(key)
        self.rt.enter()
        try:
            self.values[key] = value = self._compute(node)
        finally:
            self.rt.leave()
            self._active.discard(key)
            self.rt.where = outer
        return value

    def _compute(self, node: Node) -> object:
        element = node.element
        if isinstance(element, m.InputData):
            return self._typed(self.inputs.get(element.name), node)
        if isinstance(element, m.Decision):
            if node.fn is None:
                return self.rt.note("dmn-no-logic", 0, name=element.name)
            return self._typed(node.fn(self.scope(node), self.rt), node)
        return self._knowledge(node) if isinstance(element, m.KnowledgeModel) else self._service(node)

    def _typed(self, value: object, node: Node) -> object:
        fitting, fits = coerce(value, node.type)
        return (
            fitting
            if fits
            else self.rt.note("feel-type-mismatch", 0, expected=str(node.type), left=kind_of(value))
        )

    def scope(self, node: Node) -> Vars:
        """The variables an element sees: what it requires, imported things inside their import's name."""
        scope: Vars = {}
        for need in node.requires:
            if need.inner is None:
                scope[need.name] = self.find(need.key)
            else:
                bundle = scope.setdefault(need.name, {})
                assert isinstance(bundle, dict)
                bundle[need.inner] = self.find(need.key)
        return scope

    def find(self, key: Key) -> object:
        """The value of an element here or in an imported model."""
        namespace, id_ = key
        return (
            self.value(id_)
            if namespace == self.model.definitions.namespace
            else self.child(namespace).value(id_)
        )

    def child(self, namespace: str) -> Session:
        """The session of an imported model; its inputs are those under the name of the import, if there are such."""
        if namespace not in self._children:
            name, model = self.model.imports[namespace]
            nested = self.inputs.get(name)
            self._children[namespace] = Session(
                model, nested if isinstance(nested, dict) else self.inputs, self.rt
            )
        return self._children[namespace]

    def preset(self, key: Key, value: object) -> None:
        """Gives an element a value instead of computing it."""
        namespace, id_ = key
        session = self if namespace == self.model.definitions.namespace else self.child(namespace)
        session.values[id_] = value

    def _knowledge(self, node: Node) -> object:
        """A function; it may call itself, and its requirements are looked up when it is called."""
        if node.fn is None:
            return self.rt.note("dmn-no-logic", 0, name=node.element.name)
        body, scope = node.fn, Vars()

        def invoke(args: Sequence[object], rt: Runtime, pos: int) -> object:
            if not scope:
                scope.update(self.scope(node))
                scope[node.element.name] = function
            values = _arguments(node, args, rt, pos)
            if values is None:
                return None
            rt.enter()
            rt.tick()
            try:
                result = body({**scope, **dict(zip(node.params, values, strict=True))}, rt)
            finally:
                rt.leave()
            return result if node.type.kind == "function" else self._typed(result, node)

        function = Function(node.element.name, node.params, invoke, node.param_types, node.type)
        return function

    def _service(self, node: Node) -> object:
        """A function that evaluates the output decisions with the given inputs."""
        service = node.element
        assert isinstance(service, m.DecisionService)
        keys = [self.model.target(h) for h in (*service.input_data, *service.input_decisions)]

        def invoke(args: Sequence[object], rt: Runtime, pos: int) -> object:
            values = _arguments(node, args, rt, pos)
            if values is None:
                return None
            inner = Session(self.model, {}, self.rt)
            for key, value in zip(keys, values, strict=True):
                inner.preset(key, value)
            outputs = [self.model.target(h) for h in service.outputs]
            found = {
                self.model.element(h).name: inner.find(key)
                for h, key in zip(service.outputs, outputs, strict=True)
            }
            result = next(iter(found.values())) if len(found) == 1 else found
            return result if node.type.kind == "function" else self._typed(result, node)

        return Function(service.name, node.params, invoke, node.param_types, node.type)


def _arguments(node: Node, args: Sequence[object], rt: Runtime, pos: int) -> list[object] | None:
    values: list[object] = []
    for param, type_, value in zip(node.params, node.param_types, args, strict=True):
        fitting, fits = coerce(value, type_) if type_ is not None else (value, True)
        if not fits:
            rt.note("feel-argument", pos, name=node.element.name, param=param, left=kind_of(value))
            return None
        values.append(fitting)
    return values
