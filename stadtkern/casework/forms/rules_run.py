"""Conditions and calculations of one submission, repeated until nothing changes any more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from stadtkern.casework.forms.intake import Cell, FieldNode, GroupNode, Instance, Intake, Node
from stadtkern.casework.forms.messages import Fault, Problem, fault, problem
from stadtkern.casework.forms.model import Datatype, Field, Form
from stadtkern.casework.forms.ruleset import PARAMETER, TODAY, Ruleset, compiled
from stadtkern.casework.forms.values import is_blank, parse_value
from stadtkern.kernel.feel import FeelError, to_json


class RulesRun:
    """What the rules make of one tree: ``hidden`` positions, ``calculated`` values, ``errors`` of broken rules."""

    def __init__(
        self,
        form: Form,
        ruleset: Ruleset,
        tree: list[Node],
        intake: Intake,
        today: date,
        parameters: Mapping[str, object] | None = None,
    ) -> None:
        self.form = form
        self.ruleset = ruleset
        self.tree = tree
        self.intake = intake
        self.today = today
        self.parameters: Mapping[str, object] = dict(parameters or {})
        self.fixed: dict[str, object] = {TODAY: today, PARAMETER: self.parameters}
        self.hidden: set[str] = set(intake.unchosen)
        self.calculated: dict[str, Any] = {}
        self.errors: dict[str, Problem] = {}

    def settle(self) -> None:
        """Apply conditions and calculations to a fixpoint; a check refuses cycles, the bound protects regardless."""
        for _ in range(len(self.ruleset.conditions) + len(self.ruleset.calculations) + 1):
            before = (set(self.hidden), dict(self.calculated))
            self._show()
            self._calculate()
            if before == (self.hidden, self.calculated):
                return

    def _show(self) -> None:
        hidden = set(self.intake.unchosen)
        for rule in self.ruleset.conditions:
            for path in self.places(rule.path):
                if self.value(rule.expression, path) is not True:
                    hidden.add(path)
        self.hidden = hidden

    def _calculate(self) -> None:
        for rule in self.ruleset.calculations:
            for path in self.places(rule.path):
                node = self.node_at(path)
                if isinstance(node, FieldNode) and node.field.is_answerable:
                    self._store(node, self.value(rule.expression, path))

    def _store(self, node: FieldNode, result: object) -> None:
        raw = to_json(_rounded(node.field, result))
        items = raw if node.position.repeated and isinstance(raw, list) else [raw]
        node.cells = []
        for i, item in enumerate(items):
            path = f"{node.path}[{i}]" if node.position.repeated else node.path
            if is_blank(item):
                if not node.position.repeated:
                    node.cells.append(Cell(path))
                continue
            stored = parse_value(node.field, _readable(node.field, item), self.intake.codes(node.field))
            wrong = self.intake.say(path, stored, node.field) if isinstance(stored, Fault) else None
            node.cells.append(Cell(path, value=None if isinstance(stored, Fault) else stored, problem=wrong))
        found = [cell.value for cell in node.cells]
        self.calculated[node.path] = found if node.position.repeated else (found[0] if found else None)

    # --- evaluating one expression ----------------------------------------------------------------------------

    def value(self, expression: str, path: str) -> object:
        """The value of the expression as seen from an instance path; None when it cannot be evaluated."""
        try:
            rule = compiled(expression)
            names = [name for name in rule.variables if name in self.ruleset.aliases]
            context = {name: self.alias(self.ruleset.aliases[name], path) for name in names}
            return rule({**context, **self.fixed})
        except FeelError:
            label = self._label(path)
            self.errors[path] = problem(path, fault("rule_failed"), label=label)
            return None

    def _label(self, path: str) -> str:
        node = self.node_at(path)
        if node is None:
            return path
        return node.field.label if isinstance(node, FieldNode) else node.group.label

    def alias(self, path: str, place: str) -> object:
        """The value behind an alias, as seen from the instance path ``place``."""
        values, many = self._collect(self.tree, path.split("/"), place.split("/"))
        return values if many else (values[0] if values else None)

    def _collect(self, nodes: list[Node], steps: list[str], place: list[str]) -> tuple[list[object], bool]:
        node = _find(nodes, steps[0])
        if isinstance(node, FieldNode):
            many = node.position.repeated or node.field.datatype is Datatype.FILE
            return ([] if node.path in self.hidden else self._field_values(node, many)), many
        if node is None:
            return [], False
        inside, next_place = _same_group(steps[0], place)
        many = node.position.repeated and not (inside and len(place) > 1 and len(steps) > 1)
        instances = [] if node.path in self.hidden else self._seen(node, next_place if not many else None)
        if len(steps) == 1:
            return [self._context(instance) for instance in instances], many
        values: list[object] = []
        inner_many = False
        for instance in instances:
            found, inner_many = self._collect(instance.children, steps[1:], place[1:] if inside else [])
            if not found and many and not inner_many:
                found = [None]
            values.extend(found)
        if not instances:
            inner_many = self._repeats_below(node, steps[1:])
        return values, many or inner_many

    def _repeats_below(self, node: GroupNode, steps: list[str]) -> bool:
        """Whether the alias is a list although there is no instance to ask."""
        positions = node.group.children
        for step in steps:
            position = next((item for item in positions if item.id == step), None)
            if position is None:
                return False
            element = position.element
            if position.repeated or (isinstance(element, Field) and element.datatype is Datatype.FILE):
                return True
            positions = () if isinstance(element, Field) else element.children
        return False

    def _seen(self, node: GroupNode, index: int | None) -> list[Instance]:
        if not node.position.repeated:
            return node.instances
        if index is not None:
            return node.instances[index : index + 1]
        return [instance for instance in node.instances if instance.given()]

    def _field_values(self, node: FieldNode, many: bool) -> list[object]:
        values = [as_feel(node.field, cell.value) for cell in node.cells]
        return [value for value in values if value is not None] if many else values[:1]

    def _context(self, instance: Instance) -> dict[str, object]:
        result: dict[str, object] = {}
        for child in instance.children:
            if child.path in self.hidden:
                continue
            values, many = self._collect([child], [child.position.id], [])
            result[child.position.id] = values if many else (values[0] if values else None)
        return result

    # --- places -----------------------------------------------------------------------------------------------

    def places(self, path: str) -> Iterator[str]:
        """Every instance path of a static path; the last step has no index."""
        yield from _places(self.tree, path.split("/"))

    def node_at(self, path: str) -> Node | None:
        """The node at an instance path whose last step has no index."""
        nodes = self.tree
        steps = path.split("/")
        for step in steps[:-1]:
            id, _, index = step.rstrip("]").partition("[")
            node = _find(nodes, id)
            if not isinstance(node, GroupNode) or int(index or 0) >= len(node.instances):
                return None
            nodes = node.instances[int(index or 0)].children
        return _find(nodes, steps[-1].partition("[")[0])


def _find(nodes: list[Node], id: str) -> Node | None:
    for node in nodes:  # asked a hundred times per page: plain attributes, no generator
        if node.position.element.id == id:
            return node
    return None


def _places(nodes: list[Node], steps: list[str]) -> Iterator[str]:
    node = _find(nodes, steps[0])
    if node is None:
        return
    if len(steps) == 1:
        yield node.path
    elif isinstance(node, GroupNode):
        for instance in node.instances:
            yield from _places(instance.children, steps[1:])


def _same_group(id: str, place: list[str]) -> tuple[bool, int | None]:
    """Whether the place lies in this group, and in which instance of it."""
    if not place:
        return False, None
    name, _, index = place[0].rstrip("]").partition("[")
    return name == id, int(index) if index else None


def as_feel(field: Field, value: object) -> object:
    """A stored value as FEEL sees it: dates and times typed, everything else as it is."""
    if not isinstance(value, str):
        return value
    match field.datatype:
        case Datatype.DATE:
            return date.fromisoformat(value)
        case Datatype.TIME:
            return time.fromisoformat(value)
        case Datatype.DATETIME:
            return datetime.fromisoformat(value)
        case _:
            return value


def _rounded(field: Field, result: object) -> object:
    """Computed amounts are rounded to the cent (half up), other numbers to twelve places."""
    if not isinstance(result, Decimal) or not field.datatype.is_number or abs(result) >= 10**15:
        return result
    step = Decimal("0.01") if field.datatype is Datatype.NUM_CURRENCY else Decimal("1E-12")
    return result.quantize(step, ROUND_HALF_UP, Context(prec=40))


def _readable(field: Field, item: object) -> object:
    """Numbers computed for a text field become text."""
    if field.datatype.is_text and isinstance(item, int | float) and not isinstance(item, bool):
        return str(item)
    return item
