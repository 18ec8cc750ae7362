"""Decisions of business rule tasks. The engine is given an evaluator; this is the one over `kernel.dmn`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from stadtkern.kernel.dmn import DmnError, Model


class Decided(NamedTuple):
    """The value of a decision and the tables and rules that led to it, as JSON; ``read``: the inputs it asks for."""

    value: object
    trace: tuple[Any, ...]
    read: Mapping[str, Any]


class NoDecision(Exception):
    """The decision could not be made; the text says why."""


Decide = Callable[[str, str, Mapping[str, Any]], Decided]
"""(model, decision, inputs) -> the answer; raises `NoDecision`."""


def by_models(models: Mapping[str, Model]) -> Decide:
    """An evaluator over decision models by their key in the package. Any error inside the decision is a `NoDecision`."""

    def decide(model: str, decision: str, inputs: Mapping[str, Any]) -> Decided:
        if model not in models:
            raise NoDecision(f"Modell {model} fehlt.")
        try:
            result = models[model].evaluate(decision, inputs)
        except DmnError as error:
            raise NoDecision(str(error)) from error
        if result.value is None and result.errors:
            raise NoDecision(result.errors[0].message)
        read = {name: inputs[name] for name in models[model].needs(decision) if name in inputs}
        return Decided(result.value, tuple(t.as_json() for t in result.trace), read)

    return decide
