"""What is remembered of an evaluation: tables with the rules that hit, because the reasons go into the decision letter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from stadtkern.kernel.dmn.errors import ModelProblem, explain
from stadtkern.kernel.feel import Limits, to_json
from stadtkern.kernel.feel.runtime import MAX_PROBLEMS, Runtime

MAX_TRACE = 10_000


@dataclass(frozen=True, slots=True)
class RuleHit:
    """A rule that hit: its number (from 1), its id, its tests as written, its annotations."""

    number: int
    id: str
    conditions: tuple[str, ...]
    annotations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableTrace:
    """A table that was read: the decision, the values of its inputs, the rules that hit, the result."""

    decision: str
    table: str
    hit_policy: str
    inputs: tuple[tuple[str, object], ...]
    hits: tuple[RuleHit, ...]
    result: object

    def as_json(self) -> dict[str, object]:
        """For the command line, the case record and interfaces."""
        return {
            "decision": self.decision,
            "table": self.table,
            "hit_policy": self.hit_policy,
            "rules": [h.number for h in self.hits],
            "hits": [
                {
                    "rule": h.number,
                    "id": h.id,
                    "conditions": list(h.conditions),
                    "annotations": list(h.annotations),
                }
                for h in self.hits
            ],
            "inputs": {label: to_json(value) for label, value in self.inputs},
            "result": to_json(self.result),
        }


class DmnRuntime(Runtime):
    """A FEEL runtime that knows which element is being evaluated."""

    __slots__ = ("errors", "trace", "where")

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits)
        self.trace: list[TableTrace] = []
        self.errors: list[ModelProblem] = []
        self.where = ""

    def note(self, code: str, pos: int, **params: object) -> Any:
        """Remembers the problem together with the element."""
        if len(self.errors) < MAX_PROBLEMS:
            self.errors.append(
                ModelProblem(code, self.where, explain(code, params), explain(code, params, "en"), "", pos)
            )
        return None

    def add_trace(self, entry: TableTrace) -> None:
        """Remembers a table; stops at a limit so that loops cannot fill the memory."""
        if len(self.trace) < MAX_TRACE:
            self.trace.append(entry)
