"""Evaluates a model: decisions with all they require, business knowledge models and decision services."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stadtkern.kernel.dmn import model as m
from stadtkern.kernel.dmn.boxed import BoxedCompiler, Names
from stadtkern.kernel.dmn.errors import DmnError, ModelProblem
from stadtkern.kernel.dmn.itemtypes import ItemTypes
from stadtkern.kernel.dmn.trace import DmnRuntime, TableTrace
from stadtkern.kernel.feel import FeelError, Function, Limits, from_python, to_json, to_python
from stadtkern.kernel.feel.compile import Fn, Vars
from stadtkern.kernel.feel.engine import guarded
from stadtkern.kernel.feel.runtime import Runtime
from stadtkern.kernel.feel.types import FeelType, coerce, kind_of

Key = tuple[str, str]
"""Namespace and id of an element."""


@dataclass(frozen=True, slots=True)
class Result:
    """The value of a decision, the tables read on the way, and what went wrong."""

    value: object
    trace: tuple[TableTrace, ...]
    errors: tuple[ModelProblem, ...]

    def as_json(self) -> dict[str, object]:
        """`{result, trace, errors}` as the command line prints it."""
        return {
            "result": to_json(self.value),
            "trace": [t.as_json() for t in self.trace],
            "errors": [e.as_json() for e in self.errors],
        }


@dataclass(frozen=True, slots=True)
class Node:
    """An element ready to run: what it requires as (name in its scope, path inside an import, key)."""

    key: Key
    element: m.Element
    type: FeelType
    requires: tuple[tuple[str, str | None, Key], ...]
    fn: Fn | None = None
    params: tuple[str, ...] = ()
    param_types: tuple[FeelType | None, ...] = ()


class Model:
    """A loaded decision model. May be shared between threads. `problems` tells what cannot be used in it."""

    def __init__(
        self, definitions: m.Definitions, imported: Mapping[str, Model], limits: Limits | None = None
    ) -> None:
        self.definitions = definitions
        self.limits = limits or Limits()
        self.problems: list[ModelProblem] = []
        self._imports = [
            (i.name, imported[i.namespace]) for i in definitions.imports if i.namespace in imported
        ]
        self.nodes: dict[Key, Node] = {}
        self.types = self._types()
        self._names_by_key: dict[Key, tuple[str, str | None]] = {
            (definitions.namespace, e.id): (e.name, None) for e in definitions.elements
        }
        for name, model in self._imports:
            self.nodes.update(model.nodes)
            local = {
                key: value
                for key, value in model._names_by_key.items()
                if key[0] == model.definitions.namespace
            }
            self._names_by_key.update(
                {key: ((name, own) if name else (own, None)) for key, (own, _) in local.items()}
            )
        self._compile()
        self._find_cycles()

    @property
    def name(self) -> str:
        """The model's name."""
        return self.definitions.name

    @property
    def decisions(self) -> tuple[str, ...]:
        """The names of the decisions."""
        return tuple(e.name for e in self.definitions.elements if isinstance(e, m.Decision))

    @property
    def inputs(self) -> dict[str, FeelType]:
        """The names and types of the input data."""
        return {
            e.name: self.types.of(e.type_ref) for e in self.definitions.elements if isinstance(e, m.InputData)
        }

    def evaluate(
        self, decision: str, inputs: Mapping[str, object] | None = None, limits: Limits | None = None
    ) -> Result:
        """The value of a decision (or decision service, or knowledge model with its arguments as inputs).

        Raises DmnError if there is no such element, FeelError when a limit is passed."""
        node = self._node(decision)
        rt = DmnRuntime(limits or self.limits)
        session = Session(self, {str(k): from_python(v) for k, v in (inputs or {}).items()}, rt)

        def run(v: Vars, r: Runtime) -> object:
            return session.top(node)

        value = to_python(guarded(run, {}, rt))
        return Result(value, tuple(rt.trace), tuple(rt.errors))

    def _node(self, name: str) -> Node:
        wanted = " ".join(name.split())
        for kind in (m.Decision, m.DecisionService, m.KnowledgeModel):
            for element in self.definitions.elements:
                if isinstance(element, kind) and wanted in (element.name, element.id):
                    return self.nodes[(self.definitions.namespace, element.id)]
        raise DmnError(
            "dmn-unknown-decision",
            f"Eine Entscheidung „{name}“ gibt es in diesem Modell nicht.",
            f'No decision "{name}".',
        )

    # -- preparation --------------------------------------------------------------------------------------------

    def _types(self) -> ItemTypes:
        foreign: dict[str, FeelType] = {}
        for name, model in self._imports:
            foreign.update({(f"{name}.{key}" if name else key): type_ for key, type_ in model.types.items()})
        return ItemTypes(self.definitions.items, foreign, self._report)

    def _report(self, element: str, text: str, error: FeelError) -> None:
        self.problems.append(
            ModelProblem(error.code, element, error.message, error.message_en, text, error.offset)
        )

    def _compile(self) -> None:
        compiler = BoxedCompiler(self.types, self._report, self.limits)
        parts = self.types.component_names()
        for element in self.definitions.elements:
            compiler.element = element.name
            key = (self.definitions.namespace, element.id)
            self.nodes[key] = self._element(compiler, key, element, parts)

    def _element(self, compiler: BoxedCompiler, key: Key, element: m.Element, parts: set[str]) -> Node:
        type_ = self.types.find(element.type_ref) if element.type_ref else None
        if element.type_ref and type_ is None:
            self._say(
                "dmn-unknown-type",
                element.name,
                f"Den Typ „{element.type_ref}“ gibt es nicht.",
                f'Unknown type "{element.type_ref}".',
            )
        requires = self._requires(element)
        names: Names = frozenset(
            {*parts, *(n for n, _, _ in requires), *(p for _, p, _ in requires if p), element.name}
        )
        known = type_ or self.types.of("")
        if isinstance(element, m.Decision):
            return Node(
                key,
                element,
                known,
                requires,
                compiler.compile(element.logic, names) if element.logic else None,
            )
        if isinstance(element, m.KnowledgeModel) and element.logic is not None:
            params, types, body = compiler.function_parts(element.logic, names)
            return Node(key, element, known, requires, body, params, types)
        if isinstance(element, m.DecisionService):
            return self._service(key, element, known)
        return Node(key, element, known, requires)

    def _service(self, key: Key, element: m.DecisionService, type_: FeelType) -> Node:
        found = [self._target(h) for h in (*element.input_data, *element.input_decisions)]
        elements = [e for e in self.definitions.elements if (self.definitions.namespace, e.id) in found]
        ordered = [next((e for e in elements if e.id == k[1]), None) for k in found]
        params = tuple(e.name for e in ordered if e is not None)
        return Node(
            key,
            element,
            type_,
            (),
            None,
            params,
            tuple(self.types.of(e.type_ref) for e in ordered if e is not None),
        )

    def _requires(self, element: m.Element) -> tuple[tuple[str, str | None, Key], ...]:
        found: list[tuple[str, str | None, Key]] = []
        for href in getattr(element, "requires", ()):
            key = self._target(href)
            names = self._names_by_key.get(key)
            if names is None:
                self._say(
                    "dmn-broken-reference",
                    element.name,
                    f"Der Verweis {href} führt ins Leere.",
                    f"Reference {href} has no target.",
                )
            else:
                found.append((names[0], names[1], key))
        return tuple(found)

    def _target(self, href: str) -> Key:
        namespace, _, id_ = href.rpartition("#")
        return (namespace or self.definitions.namespace, id_)

    def _say(self, code: str, element: str, message: str, message_en: str) -> None:
        self.problems.append(ModelProblem(code, element, message, message_en))

    def _find_cycles(self) -> None:
        """Decisions that need themselves are reported here and null when evaluated."""
        state: dict[Key, int] = {}
        for start in self.nodes:
            stack: list[tuple[Key, int]] = [(start, 0)]
            while stack:
                key, index = stack.pop()
                node = self.nodes.get(key)
                needs = (
                    [k for _, _, k in node.requires]
                    if node is not None and isinstance(node.element, m.Decision)
                    else []
                )
                if index == 0:
                    if state.get(key) == 2:
                        continue
                    state[key] = 1
                if index < len(needs):
                    stack.append((key, index + 1))
                    if state.get(needs[index]) == 1 and node is not None:
                        self._say(
                            "dmn-cycle",
                            node.element.name,
                            "Diese Entscheidung setzt sich selbst voraus.",
                            "This decision requires itself.",
                        )
                    elif state.get(needs[index]) != 2:
                        stack.append((needs[index], 0))
                else:
                    state[key] = 2


class Session:
    """One evaluation: the values known so far. A decision service opens a session of its own."""

    def __init__(
        self,
        model: Model,
        inputs: Mapping[str, object],
        rt: DmnRuntime,
        values: dict[Key, object] | None = None,
    ) -> None:
        self.model = model
        self.inputs = inputs
        self.rt = rt
        self.values: dict[Key, object] = values if values is not None else {}
        self._active: set[Key] = set()

    def top(self, node: Node) -> object:
        """The value of the element that was asked for."""
        value = self.value(node.key)
        if isinstance(value, Function) and not isinstance(node.element, m.Decision):
            args = [self.inputs.get(p) for p in node.params]
            return value.invoke(args, self.rt, 0)
        return value

    def value(self, key: Key) -> object:
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
        for name, inner, key in node.requires:
            if inner is None:
                scope[name] = self.value(key)
            else:
                bundle = scope.setdefault(name, {})
                assert isinstance(bundle, dict)
                bundle[inner] = self.value(key)
        return scope

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
        keys = [self.model._target(h) for h in (*service.input_data, *service.input_decisions)]

        def invoke(args: Sequence[object], rt: Runtime, pos: int) -> object:
            values = _arguments(node, args, rt, pos)
            if values is None:
                return None
            inner = Session(self.model, {}, self.rt, dict(zip(keys, values, strict=True)))
            found = {
                self.model.nodes[k].element.name: inner.value(k)
                for k in map(self.model._target, service.outputs)
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
