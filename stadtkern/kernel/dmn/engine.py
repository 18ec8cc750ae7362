"""Evaluates a model: decisions with all they require, business knowledge models and decision services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from stadtkern.kernel.dmn import model as m
from stadtkern.kernel.dmn.boxed import BoxedCompiler, Names
from stadtkern.kernel.dmn.errors import DmnError, ModelProblem
from stadtkern.kernel.dmn.itemtypes import ItemTypes
from stadtkern.kernel.dmn.names import part_names
from stadtkern.kernel.dmn.session import Session
from stadtkern.kernel.dmn.trace import DmnRuntime, TableTrace
from stadtkern.kernel.feel import FeelError, Limits, from_python, to_json, to_python
from stadtkern.kernel.feel.compile import Fn
from stadtkern.kernel.feel.engine import nesting_limited
from stadtkern.kernel.feel.types import ANY, FeelType, from_json

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
class Requirement:
    """Something an element needs: its name in the scope, for imported things also the name inside the import."""

    name: str
    inner: str | None
    key: Key


@dataclass(frozen=True, slots=True)
class Node:
    """An element ready to run, with what it requires."""

    element: m.Element
    type: FeelType
    requires: tuple[Requirement, ...]
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
        self.imports = {
            i.namespace: (i.name, imported[i.namespace])
            for i in definitions.imports
            if i.namespace in imported
        }
        self.nodes: dict[str, Node] = {}
        self.types = self._types()
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
        with nesting_limited(rt.limits):
            session = Session(self, {str(k): from_python(v) for k, v in (inputs or {}).items()}, rt)
            value = to_python(session.top(node))
        return Result(value, tuple(rt.trace), tuple(rt.errors))

    def _node(self, name: str) -> Node:
        wanted = " ".join(name.split())
        for kind in (m.Decision, m.DecisionService, m.KnowledgeModel):
            for element in self.definitions.elements:
                if isinstance(element, kind) and wanted in (element.name, element.id):
                    return self.nodes[element.id]
        raise DmnError(
            "dmn-unknown-decision",
            f"Eine Entscheidung „{name}“ gibt es in diesem Modell nicht.",
            f'No decision "{name}".',
        )

    def needs(self, decision: str) -> tuple[str, ...]:
        """The names of the input data that a decision asks for, itself or through others of this model, in its order."""
        elements = {element.id: element for element in self.definitions.elements}
        todo = [e.id for e in elements.values() if isinstance(e, m.Decision) and decision in (e.name, e.id)]
        seen: set[str] = set()
        while todo:
            id_ = todo.pop()
            if id_ not in seen and id_ in elements:
                seen.add(id_)
                todo += [href.removeprefix("#") for href in getattr(elements[id_], "requires", ())]
        return tuple(e.name for e in elements.values() if isinstance(e, m.InputData) and e.id in seen)

    def typed_inputs(self, inputs: Mapping[str, object]) -> dict[str, object]:
        """Inputs from JSON: texts become dates, times and durations where the model says so."""
        return {name: from_json(value, self.inputs.get(name, ANY)) for name, value in inputs.items()}

    def check(self) -> list[ModelProblem]:
        """What is wrong with the model before anything runs: `problems`, and wrong names and types in expressions."""
        from stadtkern.kernel.dmn.check import check_model

        return check_model(self)

    # -- preparation --------------------------------------------------------------------------------------------

    def _types(self) -> ItemTypes:
        foreign: dict[str, FeelType] = {}
        for name, model in self.imports.values():
            foreign.update({(f"{name}.{key}" if name else key): type_ for key, type_ in model.types.items()})
        return ItemTypes(self.definitions.items, foreign, self._report)

    def _report(self, element: str, text: str, error: FeelError) -> None:
        self.problems.append(
            ModelProblem(error.code, element, error.message, error.message_en, text, error.offset)
        )

    def _compile(self) -> None:
        compiler = BoxedCompiler(self.types, self._report, self.limits, self.part_names())
        for element in self.definitions.elements:
            compiler.element = element.name
            self.nodes[element.id] = self._element(compiler, element)

    def part_names(self) -> set[str]:
        """The names that may follow a dot, of this model and of those it imports."""
        found = self.types.component_names() | part_names(self.definitions)
        return found.union(*(model.part_names() for _, model in self.imports.values()))

    def _element(self, compiler: BoxedCompiler, element: m.Element) -> Node:
        type_ = self.types.find(element.type_ref) if element.type_ref else None
        if element.type_ref and type_ is None:
            self.report(
                "dmn-unknown-type",
                element.name,
                f"Den Typ „{element.type_ref}“ gibt es nicht.",
                f'Unknown type "{element.type_ref}".',
            )
        requires = self._requires(element)
        scope_names = {n for r in requires for n in (r.name, r.inner) if n}
        names: Names = frozenset({*scope_names, element.name})
        known = type_ or self.types.of("")
        if isinstance(element, m.Decision):
            return Node(
                element,
                known,
                requires,
                compiler.compile(element.logic, names) if element.logic else None,
            )
        if isinstance(element, m.KnowledgeModel) and element.logic is not None:
            params, types, body = compiler.function_parts(element.logic, names)
            return Node(element, known, requires, body, params, types)
        if isinstance(element, m.DecisionService):
            return self._service(element, known)
        return Node(element, known, requires)

    def _service(self, element: m.DecisionService, type_: FeelType) -> Node:
        found = [self._find(h) for h in (*element.input_data, *element.input_decisions)]
        inputs = [(e, model) for e, model in found if e is not None]
        params = tuple(e.name if model is self else self._qualified(e, model) for e, model in inputs)
        return Node(
            element, type_, (), None, params, tuple(model.types.of(e.type_ref) for e, model in inputs)
        )

    def _qualified(self, element: m.Element, model: Model) -> str:
        """`import.name` for an element of an imported model (DMN 1.5, 10.4)."""
        alias = self.imports[model.definitions.namespace][0]
        return f"{alias}.{element.name}" if alias else element.name

    def _find(self, href: str) -> tuple[m.Element | None, Model]:
        """The element a reference means, and the model it is in."""
        namespace, id_ = self.target(href)
        model = (
            self if namespace == self.definitions.namespace else self.imports.get(namespace, ("", self))[1]
        )
        return next((e for e in model.definitions.elements if e.id == id_), None), model

    def element(self, href: str) -> m.Element:
        """The element a reference means. Raises DmnError if there is none."""
        found = self._find(href)[0]
        if found is None:
            raise DmnError(
                "dmn-broken-reference",
                f"Der Verweis {href} führt ins Leere.",
                f"Reference {href} has no target.",
            )
        return found

    def _requires(self, element: m.Element) -> tuple[Requirement, ...]:
        found: list[Requirement] = []
        for href in getattr(element, "requires", ()):
            target, model = self._find(href)
            if target is None:
                self.report(
                    "dmn-broken-reference",
                    element.name,
                    f"Der Verweis {href} führt ins Leere.",
                    f"Reference {href} has no target.",
                )
                continue
            key = self.target(href)
            alias = "" if model is self else self.imports[key[0]][0]
            found.append(
                Requirement(alias, target.name, key) if alias else Requirement(target.name, None, key)
            )
        return tuple(found)

    def target(self, href: str) -> Key:
        """Namespace and id that a reference means."""
        namespace, _, id_ = href.rpartition("#")
        return (namespace or self.definitions.namespace, id_)

    def report(self, code: str, element: str, message: str, message_en: str) -> None:
        """Adds to the problems of the model."""
        self.problems.append(ModelProblem(code, element, message, message_en))

    def _find_cycles(self) -> None:
        """Decisions that need themselves are reported here, and are null when evaluated."""
        own = self.definitions.namespace
        graph = {
            id_: {r.key[1] for r in node.requires if r.key[0] == own}
            for id_, node in self.nodes.items()
            if isinstance(node.element, m.Decision)
        }
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            names = [self.nodes[id_].element.name for id_ in error.args[1]]
            way = " ← ".join(names)
            self.report(
                "dmn-cycle",
                names[0],
                f"Entscheidungen setzen sich gegenseitig voraus: {way}",
                f"Cycle: {way}",
            )
