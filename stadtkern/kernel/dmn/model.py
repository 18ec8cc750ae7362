"""A decision model as frozen data: what the XML says, without its namespaces (DMN 1.2 to 1.5 look the same here)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Boxed:
    """Base of all boxed expressions; `type_ref` may be empty."""

    id: str
    type_ref: str


@dataclass(frozen=True, slots=True)
class Literal(Boxed):
    """A FEEL text."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A named part of a context, or its result if there is no name."""

    name: str | None
    type_ref: str
    value: Boxed | None


@dataclass(frozen=True, slots=True)
class Context(Boxed):
    """Named entries, later ones see earlier ones; possibly a final result."""

    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Invocation(Boxed):
    """A call with named arguments."""

    called: Boxed | None
    bindings: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Relation(Boxed):
    """A table: a list of contexts with the same names."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Boxed | None, ...], ...]


@dataclass(frozen=True, slots=True)
class ListOf(Boxed):
    """A list of expressions."""

    items: tuple[Boxed | None, ...]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A formal parameter."""

    name: str
    type_ref: str


@dataclass(frozen=True, slots=True)
class FunctionDefinition(Boxed):
    """A function; kinds other than FEEL are kept but never run."""

    kind: str
    params: tuple[Parameter, ...]
    body: Boxed | None


@dataclass(frozen=True, slots=True)
class Conditional(Boxed):
    """if / then / else (DMN 1.4 and later)."""

    condition: Boxed | None
    then: Boxed | None
    otherwise: Boxed | None


@dataclass(frozen=True, slots=True)
class FilterBy(Boxed):
    """in / match."""

    source: Boxed | None
    match: Boxed | None


@dataclass(frozen=True, slots=True)
class Iteration(Boxed):
    """for / some / every."""

    kind: str
    variable: str
    source: Boxed | None
    body: Boxed | None


@dataclass(frozen=True, slots=True)
class InputClause:
    """A condition column."""

    label: str
    text: str
    type_ref: str
    values: str


@dataclass(frozen=True, slots=True)
class OutputClause:
    """A result column."""

    name: str
    label: str
    type_ref: str
    values: str
    default: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A row: one test per input, one expression per output."""

    id: str
    tests: tuple[str, ...]
    outputs: tuple[str, ...]
    annotations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DecisionTable(Boxed):
    """A decision table. `hit_policy` is one letter, C with an aggregator."""

    label: str
    hit_policy: str
    aggregation: str
    inputs: tuple[InputClause, ...]
    outputs: tuple[OutputClause, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class ItemDefinition:
    """A type: a reference with allowed values, or components, or a function."""

    name: str
    type_ref: str
    allowed: str
    constraint: str
    collection: bool
    components: tuple[ItemDefinition, ...]
    function: tuple[tuple[Parameter, ...], str] | None = None


@dataclass(frozen=True, slots=True)
class InputData:
    """A value from outside."""

    id: str
    name: str
    type_ref: str


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision with the ids of what it needs."""

    id: str
    name: str
    type_ref: str
    requires: tuple[str, ...]
    logic: Boxed | None
    question: str = ""


@dataclass(frozen=True, slots=True)
class KnowledgeModel:
    """A business knowledge model: a reusable function."""

    id: str
    name: str
    type_ref: str
    requires: tuple[str, ...]
    logic: FunctionDefinition | None


@dataclass(frozen=True, slots=True)
class DecisionService:
    """Decisions offered as a function."""

    id: str
    name: str
    type_ref: str
    outputs: tuple[str, ...]
    encapsulated: tuple[str, ...]
    input_decisions: tuple[str, ...]
    input_data: tuple[str, ...]


Element = InputData | Decision | KnowledgeModel | DecisionService


@dataclass(frozen=True, slots=True)
class Import:
    """Another model, known here under a name (possibly empty)."""

    name: str
    namespace: str
    location: str


@dataclass(frozen=True, slots=True)
class Definitions:
    """A whole file."""

    name: str
    namespace: str
    version: str
    imports: tuple[Import, ...]
    items: tuple[ItemDefinition, ...]
    elements: tuple[Element, ...]
