"""DMN 1.2 to 1.5: decision models in pure Python, without Django and without `eval`.

    from stadtkern.kernel.dmn import load
    model = load("hundesteuer.dmn")
    result = model.evaluate("Steuer", {"Hunde": 2, "Rasse": "Dackel"})
    result.value, result.trace, result.errors

All hit policies and aggregators, literal expressions, contexts, invocations, relations, lists, functions, conditionals,
filters and iterators, business knowledge models, decision services, imports, item definitions with allowed values.
`result.trace` names every table that was read with the values of its inputs and the rules that hit, because the reason
belongs into the decision letter. `model.problems` lists what in the model cannot be used (wrong FEEL with its place,
unknown types, broken references, cycles). Functions in Java or PMML are never run. `write` makes a file of a model again.

Files are read without entities, document types or network, with limits on size and depth; a model that cannot be read
raises `DmnError`. `Limits` of the rule language apply to every evaluation."""

from __future__ import annotations

from stadtkern.kernel.dmn.engine import Model, Result
from stadtkern.kernel.dmn.errors import DmnError, ModelProblem
from stadtkern.kernel.dmn.loading import load
from stadtkern.kernel.dmn.trace import RuleHit, TableTrace
from stadtkern.kernel.dmn.writer import write

__all__ = ["DmnError", "Model", "ModelProblem", "Result", "RuleHit", "TableTrace", "load", "write"]
