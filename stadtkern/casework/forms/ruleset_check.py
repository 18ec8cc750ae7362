"""Does a rule set fit a form? Unknown paths and names, unreadable expressions, cycles, pages that forget a field."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from stadtkern.casework.forms.model import Element, Field, Form, walk
from stadtkern.casework.forms.patterns import usable
from stadtkern.casework.forms.ruleset import (
    PARAMETER,
    TODAY,
    Ruleset,
    compiled,
    open_rules,
    parameters_in,
    rules_of,
)
from stadtkern.kernel.feel import FeelError


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesetProblem:
    """What does not fit: ``code`` stable, ``where`` in rules.json, line and column inside the expression.

    Codes: unknown-path, unknown-alias, bad-alias, bad-expression, duplicate, cycle, not-calculable, unknown-rule,
    open-rule, no-translation, not-on-a-page, twice-on-pages, required-but-hidden, unusable-pattern, missing-code-list,
    unknown-parameter.
    """

    code: str
    where: str
    message: str
    line: int = 1
    column: int = 1


def check_ruleset(
    ruleset: Ruleset,
    form: Form,
    code_lists: Collection[str] | None = None,
    parameters: Collection[str] | None = None,
) -> tuple[RulesetProblem, ...]:
    """Everything that keeps this rule set from going live with this form; empty when it may.

    ``code_lists``: the URIs and version URIs of the lists at hand; when given, fields must not refer to others.
    ``parameters``: the names of the values that a municipality sets; when given, rules must not name others.
    """
    check = _Check(ruleset, form)
    return (
        *check.aliases(),
        *check.paths(),
        *check.expressions(),
        *check.duplicates(),
        *check.sources(),
        *check.translations(),
        *check.pages(),
        *check.cycles(),
        *check.fields(code_lists),
        *check.parameters(parameters),
    )


class _Check:
    def __init__(self, ruleset: Ruleset, form: Form) -> None:
        self.ruleset = ruleset
        self.form = form
        self.positions = dict(walk(form.children))
        self.names = frozenset(ruleset.aliases) | {TODAY, PARAMETER}
        self.ids = frozenset(position.id for position in self.positions.values())

    def aliases(self) -> Iterator[RulesetProblem]:
        for name, path in self.ruleset.aliases.items():
            where = f"aliases.{name}"
            if name in (TODAY, PARAMETER) or not _is_name(name):
                yield RulesetProblem(
                    code="bad-alias", where=where, message=f"„{name}“ ist als Name nicht möglich."
                )
            if path not in self.positions:
                yield self._unknown_path(where, path)

    def paths(self) -> Iterator[RulesetProblem]:
        attached = [
            *((f"conditions[{i}].path", rule.path) for i, rule in enumerate(self.ruleset.conditions)),
            *((f"validations[{i}].at", rule.at) for i, rule in enumerate(self.ruleset.validations)),
            *((f"calculations[{i}].path", rule.path) for i, rule in enumerate(self.ruleset.calculations)),
        ]
        for where, path in attached:
            if path not in self.positions:
                yield self._unknown_path(where, path)
        for i, rule in enumerate(self.ruleset.calculations):
            position = self.positions.get(rule.path)
            element = position.element if position else None
            if element is not None and not (isinstance(element, Field) and element.is_answerable):
                message = f"„{rule.path}“ ist kein Datenfeld mit einem Wert und kann nicht berechnet werden."
                yield RulesetProblem(code="not-calculable", where=f"calculations[{i}].path", message=message)

    def _unknown_path(self, where: str, path: str) -> RulesetProblem:
        message = f"Den Pfad „{path}“ gibt es in diesem Formular nicht."
        return RulesetProblem(code="unknown-path", where=where, message=message)

    def expressions(self) -> Iterator[RulesetProblem]:
        for where, _, expression in self.ruleset.expressions():
            try:
                names = compiled(expression).variables
            except FeelError as error:
                yield RulesetProblem(
                    code="bad-expression",
                    where=where,
                    message=error.message,
                    line=error.line,
                    column=error.column,
                )
                continue
            for name in sorted(names - self.names - self.ids):
                offset = max(expression.find(name), 0)
                message = f"Den Namen „{name}“ gibt es nicht. Legen Sie einen Alias an oder prüfen Sie die Schreibweise."
                line, column = _place(expression, offset)
                yield RulesetProblem(
                    code="unknown-alias", where=where, message=message, line=line, column=column
                )

    def parameters(self, known: Collection[str] | None) -> Iterator[RulesetProblem]:
        if known is None:
            return
        for where, _, expression in self.ruleset.expressions():
            try:
                found = parameters_in(expression)
            except FeelError:
                continue  # said already
            for name, offset in found:
                if name not in known:
                    line, column = _place(expression, offset)
                    message = f"Den Wert „{PARAMETER}.{name}“ gibt es in diesem Paket nicht."
                    yield RulesetProblem(
                        code="unknown-parameter", where=where, message=message, line=line, column=column
                    )

    def duplicates(self) -> Iterator[RulesetProblem]:
        groups = {
            "conditions": [rule.path for rule in self.ruleset.conditions],
            "validations": [rule.id for rule in self.ruleset.validations],
            "calculations": [rule.path for rule in self.ruleset.calculations],
            "pages": [page.id for page in self.ruleset.pages],
        }
        for key, names in groups.items():
            for i, name in enumerate(names):
                if name in names[:i]:
                    yield RulesetProblem(
                        code="duplicate", where=f"{key}[{i}]", message=f"„{name}“ kommt doppelt vor."
                    )

    def sources(self) -> Iterator[RulesetProblem]:
        known = rules_of(self.form)
        for id in sorted(self.ruleset.translated() - known.keys()):
            message = f"Die Regel {id} gibt es in diesem Formular nicht."
            yield RulesetProblem(code="unknown-rule", where=f"source_rule {id}", message=message)
        for item in open_rules(self.ruleset, self.form):
            message = (
                f"Die Regel {item.rule.id} „{item.rule.name}“ ist noch nicht übersetzt: {item.rule.text[:200]} "
                "Schreiben Sie eine Bedingung, Prüfung oder Berechnung oder verzichten Sie ausdrücklich darauf."
            )
            yield RulesetProblem(code="open-rule", where=item.rule.id, message=message)

    def translations(self) -> Iterator[RulesetProblem]:
        for i, rule in enumerate(self.ruleset.validations):
            if not rule.message_en:
                message = f"Zur Prüfung „{rule.id}“ fehlt der englische Satz."
                yield RulesetProblem(
                    code="no-translation", where=f"validations[{i}].message.en", message=message
                )

    def pages(self) -> Iterator[RulesetProblem]:
        if not self.ruleset.pages:
            return
        seen: set[str] = set()
        for i, page in enumerate(self.ruleset.pages):
            for j, path in enumerate(page.paths):
                where = f"pages[{i}].paths[{j}]"
                if path not in self.positions:
                    yield self._unknown_path(where, path)
                elif path in seen:
                    message = f"„{path}“ steht auf zwei Seiten."
                    yield RulesetProblem(code="twice-on-pages", where=where, message=message)
                seen.add(path)
        for path, position in self.positions.items():
            if isinstance(position.element, Field) and not any(_within(path, page) for page in seen):
                message = f"„{position.element.label}“ ({path}) steht auf keiner Seite."
                yield RulesetProblem(code="not-on-a-page", where="pages", message=message)

    def fields(self, code_lists: Collection[str] | None) -> Iterator[RulesetProblem]:
        """What would let wrong values through or make good submissions invalid for their own schema."""
        for i, rule in enumerate(self.ruleset.conditions):
            position = self.positions.get(rule.path)
            if position is not None and position.required and not _only_text(position.element):
                message = (
                    f"„{position.element.label}“ ist Pflicht ({position.cardinality}), kann aber ausgeblendet werden. "
                    "Setzen Sie die kleinste Anzahl auf 0 und verlangen Sie die Angabe mit einer Prüfung."
                )
                yield RulesetProblem(
                    code="required-but-hidden", where=f"conditions[{i}].path", message=message
                )
        for path, position in self.positions.items():
            if isinstance(position.element, Field):
                yield from self._field(path, position.element, code_lists)

    def _field(self, path: str, field: Field, code_lists: Collection[str] | None) -> Iterator[RulesetProblem]:
        pattern = field.constraints.pattern
        reason = usable(pattern) if pattern and field.datatype.is_text else None
        if reason is not None:
            yield RulesetProblem(code="unusable-pattern", where=path, message=f"„{field.label}“: {reason}")
        wanted = field.code_list
        if wanted is None or field.values or code_lists is None:
            return
        if wanted.key not in code_lists and wanted.uri not in code_lists:
            message = f"Die Codeliste „{wanted.key}“ von „{field.label}“ ist nicht geladen."
            yield RulesetProblem(code="missing-code-list", where=path, message=message)

    def cycles(self) -> Iterator[RulesetProblem]:
        graph = _Graph(self)
        for cycle in graph.cycles():
            message = f"Die Regeln hängen im Kreis voneinander ab: {' → '.join(cycle)}."
            yield RulesetProblem(code="cycle", where=cycle[0], message=message)


class _Graph:
    """Which value (``= path``) and which visibility (``? path``) depend on which."""

    def __init__(self, check: _Check) -> None:
        ruleset = check.ruleset
        self.paths = tuple(check.positions)
        self.aliases = ruleset.aliases
        self.shown = {rule.path: self._used(rule.expression) for rule in ruleset.conditions}
        self.calculated = {rule.path: self._used(rule.expression) for rule in ruleset.calculations}

    def _used(self, expression: str) -> list[str]:
        try:
            names = compiled(expression).variables
        except FeelError:
            return []
        found = [self.aliases[name] for name in names if name in self.aliases]
        return sorted({path for start in found for path in self.paths if _within(path, start)} | set(found))

    def needs(self, node: str) -> list[str]:
        kind, path = node[0], node[2:]
        if kind == "?":
            return [f"= {used}" for used in self.shown.get(path, [])]
        steps = path.split("/")
        above = ["/".join(steps[:i]) for i in range(1, len(steps) + 1)]
        return [
            *(f"= {used}" for used in self.calculated.get(path, [])),
            *(f"? {step}" for step in above if step in self.shown),
        ]

    def cycles(self) -> list[list[str]]:
        state: dict[str, bool] = {}
        found: list[list[str]] = []
        for start in [*(f"? {path}" for path in self.shown), *(f"= {path}" for path in self.calculated)]:
            self._visit(start, state, found)
        return found

    def _visit(self, start: str, state: dict[str, bool], found: list[list[str]]) -> None:
        if start in state:
            return
        trail: list[str] = [start]
        pending = [iter(self.needs(start))]
        state[start] = False
        while pending:
            following = next(pending[-1], None)
            if following is None:
                state[trail.pop()] = True
                pending.pop()
            elif following not in state:
                state[following] = False
                trail.append(following)
                pending.append(iter(self.needs(following)))
            elif not state[following]:
                found.append([node[2:] for node in trail[trail.index(following) :]])


def _only_text(element: Element) -> bool:
    """Labels, and groups of labels, are no part of a submission: hiding them changes nothing in it."""
    if isinstance(element, Field):
        return not element.is_answerable
    inner = [position.element for _, position in walk(element.children)]
    return not any(isinstance(item, Field) and item.is_answerable for item in inner)


def _within(path: str, ancestor: str) -> bool:
    return path == ancestor or path.startswith(f"{ancestor}/")


def _is_name(name: str) -> bool:
    if not name.isidentifier():
        return False
    try:
        return compiled(name).variables == {name}
    except FeelError:
        return False


def _place(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - (text.rfind("\n", 0, offset) + 1) + 1
