"""Judge a submission: what is visible, what is calculated, what is wrong, what is kept.

Values live in a nested structure by element id: ``{"G1": {"F1": "…"}}``, a list where a position may repeat. In a choice
group the chosen child is the one that is given; a form page may name it in ``"_choice"``. Nothing raises on any input.

What counts as given: an optional group without any answer is absent, its required fields are not missed; a group that a
condition shows, or a chosen alternative, counts as given. Labels have no value. Hidden and locked fields take theirs from
a calculation, their fixed content or ``prefilled``, never from the applicant.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from stadtkern.casework.forms.finish import Finish
from stadtkern.casework.forms.intake import CHOICE_KEY, Intake
from stadtkern.casework.forms.messages import Problem
from stadtkern.casework.forms.model import CodeList, Form
from stadtkern.casework.forms.rules_run import RulesRun
from stadtkern.casework.forms.ruleset import Ruleset

__all__ = ["CHOICE_KEY", "Evaluation", "evaluate", "static_path", "under"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """The result: ``values`` pruned and typed, ``hidden`` instance paths, ``problems`` in the order of the form.

    ``calculated`` maps instance paths to calculated values; ``rule_errors`` are rules that could not be evaluated;
    ``run`` are the rules over the laid out answers, to ask for the value of an alias.
    """

    run: RulesRun = field(repr=False, compare=False)
    values: dict[str, Any]
    hidden: frozenset[str]
    problems: tuple[Problem, ...]
    calculated: dict[str, Any]
    rule_errors: tuple[Problem, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.problems

    def is_visible(self, path: str) -> bool:
        """Whether the element at this instance path (``G1[0]/F2``) is shown; what is inside a hidden group is not."""
        steps = path.split("/")
        for i in range(1, len(steps) + 1):
            above = "/".join(steps[:i])
            if above in self.hidden or _without_index(above) in self.hidden:
                return False
        return True

    def problems_under(self, paths: Collection[str]) -> tuple[Problem, ...]:
        """Only the problems of these static paths, e.g. those of one page."""
        return tuple(problem for problem in self.problems if any(under(problem.path, path) for path in paths))


def evaluate(
    form: Form,
    ruleset: Ruleset,
    raw: object,
    *,
    today: date,
    code_lists: Mapping[str, CodeList] | None = None,
    prefilled: Mapping[str, Any] | None = None,
    labels_en: Mapping[str, str] | None = None,
    parameters: Mapping[str, object] | None = None,
) -> Evaluation:
    """Judge ``raw`` against form and rules.

    ``code_lists`` by canonical version URI or URI; ``prefilled`` are trusted values for hidden and locked fields;
    ``labels_en`` English questions by element id for the English sentences; ``parameters`` the values of the municipality.
    """
    intake = Intake(form, code_lists or {}, prefilled or {}, labels_en or {})
    tree = intake.take(raw)
    run = RulesRun(form, ruleset, tree, intake, today, parameters)
    run.settle()
    finish = Finish(form, ruleset, tree, intake, run)
    values = finish.values()
    return Evaluation(
        run=run,
        values=values,
        hidden=frozenset(run.hidden),
        problems=finish.problems(),
        calculated=dict(run.calculated),
        rule_errors=tuple(run.errors.values()),
    )


def static_path(path: str) -> str:
    """``G1[0]/F2`` without instance indexes: ``G1/F2``."""
    return "/".join(step.partition("[")[0] for step in path.split("/"))


def under(instance_path: str, path: str) -> bool:
    """Whether an instance path lies at or below a static path."""
    plain = static_path(instance_path)
    return plain == path or plain.startswith(f"{path}/")


def _without_index(path: str) -> str:
    return path[: path.rindex("[")] if path.endswith("]") else path
