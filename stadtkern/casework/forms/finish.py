"""The end of judging: what is missing or contradicts a validation, and the values that are kept."""

from __future__ import annotations

from typing import Any

from stadtkern.casework.forms.intake import FieldNode, GroupNode, Instance, Intake, Node
from stadtkern.casework.forms.messages import Problem, fault
from stadtkern.casework.forms.model import Datatype, Field, Form, Kind
from stadtkern.casework.forms.rules_run import RulesRun
from stadtkern.casework.forms.ruleset import Ruleset, Validation


class Finish:
    """Prunes the tree and collects the problems, in the order of the form."""

    def __init__(self, form: Form, ruleset: Ruleset, tree: list[Node], intake: Intake, run: RulesRun) -> None:
        self.form = form
        self.ruleset = ruleset
        self.tree = tree
        self.intake = intake
        self.run = run
        self.found: list[Problem] = []
        self.order: dict[str, int] = {}
        self.absent: set[str] = set()
        self.conditional = frozenset(rule.path for rule in ruleset.conditions)

    def values(self) -> dict[str, Any]:
        """The values that are kept; on the way everything missing is noted."""
        return self._children(self.tree, present=True, path="")

    def problems(self) -> tuple[Problem, ...]:
        """All problems; call after ``values``."""
        taken = {problem.path for problem in self.found}
        for rule in self.ruleset.validations:
            for path in self.run.places(rule.at):
                if path not in taken and self._judged(path):
                    self._validate(rule, path)
        self.found.extend(self.run.errors.values())
        outside = self.intake.problems
        last = len(self.order)
        ordered = sorted(self.found, key=lambda problem: self.order.get(_plain(problem.path), last))
        return (*outside, *ordered)

    def _validate(self, rule: Validation, path: str) -> None:
        if self.run.value(rule.expression, path) is False:
            self.found.append(
                Problem(
                    path=path,
                    code="rule",
                    message=rule.message,
                    message_en=rule.message_en or rule.message,
                    rule=rule.id,
                )
            )

    def _judged(self, path: str) -> bool:
        """Validations are asked only where people can see the element and its group instance is there."""
        steps = path.split("/")
        above = ["/".join(steps[:i]) for i in range(1, len(steps) + 1)]
        return not any(
            step in self.absent or step in self.run.hidden or _plain_last(step) in self.run.hidden
            for step in above
        )

    # --- walking ------------------------------------------------------------------------------------------------

    def _children(self, nodes: list[Node], *, present: bool, path: str) -> dict[str, Any]:
        kept: dict[str, Any] = {}
        for node in nodes:
            self.order[node.path] = len(self.order)
            if node.path in self.run.hidden:
                continue
            if isinstance(node, FieldNode):
                self._field(node, present, kept)
            else:
                self._group(node, present, kept)
        return kept

    def _field(self, node: FieldNode, present: bool, kept: dict[str, Any]) -> None:
        if not node.field.is_answerable:
            return
        own = node.problems + [cell.problem for cell in node.cells if cell.problem is not None]
        self.found.extend(own)
        values = [cell.value for cell in node.cells if cell.value is not None]
        answered = len(values) + sum(cell.problem is not None for cell in node.cells)
        needed = max(node.position.min, int(self._is_chosen(node)))
        if present and node.field.is_editable and not own and answered < needed:
            self.found.append(self._missing(node, answered))
        if values and present:
            kept[node.position.id] = values if node.position.repeated else values[0]

    def _missing(self, node: FieldNode, answered: int) -> Problem:
        field, low = node.field, node.position.min
        if answered and low > 1:
            return self.intake.say(node.path, fault("too_few", min=low), field)
        return self.intake.say(node.path, fault(_missing_code(field)), field)

    def _group(self, node: GroupNode, present: bool, kept: dict[str, Any]) -> None:
        self.found.extend(node.problems)
        if not node.position.repeated:
            for instance in node.instances:
                self._one(node, instance, present and (self._expected(node) or instance.given()), kept)
            return
        self._repeated(node, present, kept)

    def _expected(self, node: GroupNode) -> bool:
        """Whether the group counts as given without any answer."""
        return node.position.required or _plain_path(node.path) in self.conditional or self._is_chosen(node)

    def _repeated(self, node: GroupNode, present: bool, kept: dict[str, Any]) -> None:
        before = len(self.found)
        given = sum(instance.given() for instance in node.instances)
        lacking = node.position.min - given if present else 0
        items: list[dict[str, Any]] = []
        for instance in node.instances:
            wanted = instance.given()
            if not wanted and lacking > 0:
                lacking -= 1
                wanted = True
            if not wanted:
                self.absent.add(instance.path)
                self.order.setdefault(instance.path, len(self.order))
                continue
            values = self._instance(node, instance, present=present)
            if instance.given() and present:
                items.append(values)
        if present and given < node.position.min and len(self.found) == before:
            self.found.append(self.intake.say(node.path, fault("too_few", min=node.position.min), node.group))
        if items:
            kept[node.position.id] = items

    def _one(self, node: GroupNode, instance: Instance, present: bool, kept: dict[str, Any]) -> None:
        values = self._instance(node, instance, present=present)
        if present and (values or instance.marked or node.position.required or self._is_chosen(node)):
            kept[node.position.id] = values

    def _instance(self, node: GroupNode, instance: Instance, *, present: bool) -> dict[str, Any]:
        self.order.setdefault(instance.path, len(self.order))
        if node.group.choice and instance.chosen is None and present:
            told = any(problem.path == instance.path for problem in self.intake.problems)
            if not told:
                self.found.append(self.intake.say(instance.path, fault("choice_missing"), node.group))
        return self._children(instance.children, present=present, path=instance.path)

    def _is_chosen(self, node: Node) -> bool:
        """A visible child of a choice group is the chosen one: it is expected, and kept even when it asks nothing."""
        above, _, _ = node.path.rpartition("/")
        parent = self.run.node_at(_plain_last(above)) if above else None
        return isinstance(parent, GroupNode) and parent.group.choice


def _missing_code(field: Field) -> str:
    if field.datatype is Datatype.FILE:
        return "required_file"
    if field.kind is Kind.SELECT or field.datatype is Datatype.BOOL:
        return "required_choice"
    return "required"


def _plain_last(path: str) -> str:
    return path[: path.rindex("[")] if path.endswith("]") else path


def _plain(path: str) -> str:
    return _plain_last(path)


def _plain_path(path: str) -> str:
    return "/".join(step.partition("[")[0] for step in path.split("/"))
