"""What one page of a form sends along so that the browser can run its rules: texts of rules, and where their values are.

The server stays the judge: it decides which rules the browser may run (``portable``), renders the page as it stands now,
and judges whatever is sent. A rule that needs the server is named in ``ask``: when one of these answers changes, the page
asks (``_action=peek``). Values of other pages are sent as they are; nothing is sent that no rule of this page uses.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from typing import Any

from stadtkern.casework.forms.browser.portable import LIST, Kind, ServerOnly, kind_of
from stadtkern.casework.forms.evaluate import Evaluation, static_path, under
from stadtkern.casework.forms.loading import LoadedForm
from stadtkern.casework.forms.model import Datatype, Field, Form, Group
from stadtkern.casework.forms.rules_run import RulesRun
from stadtkern.casework.forms.ruleset import (
    PARAMETER,
    TODAY,
    Ruleset,
    Validation,
    compiled,
    parameters_in,
)
from stadtkern.casework.forms.runner.controls import shows_checkboxes
from stadtkern.kernel.feel import FeelError

_KINDS = {
    Datatype.BOOL: "bool",
    Datatype.NUM_INT: "integer",
    Datatype.NUM: "number",
    Datatype.NUM_CURRENCY: "number",
    Datatype.DATE: "date",
    Datatype.TIME: "time",
    Datatype.DATETIME: "moment",
    Datatype.FILE: "file",
}
_SHOWN_AS = {Datatype.NUM_CURRENCY: "money", Datatype.DATE: "date"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule as the browser may see it. ``reason`` is why it may not; ``kinds`` of the names it uses."""

    at: str
    expression: str
    names: frozenset[str] = frozenset()
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    result: Kind = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveRules:
    """The rules of one page: instance paths that the browser shows or hides and computes, and the whole as JSON."""

    conditioned: frozenset[str] = frozenset()
    computed: frozenset[str] = frozenset()
    document: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> str:
        return json.dumps(self.document, ensure_ascii=False, separators=(",", ":"))


def rule_of(
    form: Form,
    ruleset: Ruleset,
    at: str,
    expression: str,
    parameters: Mapping[str, object] | None = None,
) -> Rule:
    """Whether the browser may run an expression attached at a static path. Never raises.

    ``parameters`` are the values of the municipality; those that the expression reads are among its names (``parameter.x``).
    """
    try:
        compiled_rule = compiled(expression)
        names = compiled_rule.variables & (frozenset(ruleset.aliases) | {TODAY})
        kinds = {name: alias_kind(form, ruleset.aliases[name], at) for name in names if name != TODAY}
        kinds[TODAY] = "date"
        for member, _offset in parameters_in(expression):
            kinds[f"{PARAMETER}.{member}"] = _kind_of_parameter(member, parameters or {})
        names |= {name for name in kinds if name.startswith(f"{PARAMETER}.")}
        return Rule(
            at=at, expression=expression, names=names, kinds=kinds, result=kind_of(compiled_rule.expr, kinds)
        )
    except ServerOnly as reason:
        return Rule(at=at, expression=expression, names=names, reason=str(reason))
    except FeelError as error:
        return Rule(at=at, expression=expression, reason=error.message)


def _kind_of_parameter(name: str, parameters: Mapping[str, object]) -> Kind:
    if name not in parameters:
        raise ServerOnly(f"no value for {PARAMETER}.{name}")
    return _kind_of_value(parameters[name])


def _kind_of_value(value: object) -> Kind:
    if isinstance(value, bool):
        return "bool"
    return "text" if isinstance(value, str) else "date" if isinstance(value, date) else "number"


def alias_kind(form: Form, path: str, place: str) -> Kind:
    """What an alias is as seen from a static path: a list behind a repeated position, unless the place is inside of it.

    Raises ServerOnly for a path that the form does not have.
    """
    steps, above = path.split("/"), place.split("/")
    many, inside, positions = False, True, form.children
    for i, step in enumerate(steps):
        position = next((item for item in positions if item.id == step), None)
        if position is None:
            raise ServerOnly(f"path {path}")
        element = position.element
        inside = inside and i < len(above) - 1 and above[i] == step
        if isinstance(element, Field):
            many = many or position.repeated or element.datatype is Datatype.FILE
            return (LIST if many else "") + _field_kind(element)
        many = many or (position.repeated and not (inside and i + 1 < len(steps)))
        positions = element.children
    return (LIST if many else "") + "group"


def _field_kind(element: Field) -> Kind:
    if element.datatype is Datatype.FILE:
        return "file"
    if element.kind == "select" or element.values or element.code_list is not None:
        return "text"
    return _KINDS.get(element.datatype, "text")


def rules_of_page(
    loaded: LoadedForm, paths: tuple[str, ...], evaluation: Evaluation, language: str
) -> LiveRules:
    """The rules of the page with these static paths, for the answers as they are."""
    return _Page(loaded, paths, evaluation.run, language).rules()


class _Page:
    def __init__(self, loaded: LoadedForm, paths: tuple[str, ...], run: RulesRun, language: str) -> None:
        self.loaded = loaded
        self.form, self.ruleset = loaded.form, loaded.ruleset
        self.paths = paths
        self.run = run
        self.language = language
        self.shape = frozenset((name, _kind_of_value(value)) for name, value in run.parameters.items())
        self.calculations = {rule.path: rule.expression for rule in self.ruleset.calculations}

    def rules(self) -> LiveRules:
        ask: set[str] = set()
        show = [
            entry for rule in self.ruleset.conditions for entry in self._show(rule.path, rule.expression, ask)
        ]
        compute = [
            entry for rule in self.ruleset.calculations for entry in self._compute(rule.path, rule.expression)
        ]
        warn = [entry for rule in self.ruleset.validations for entry in self._warn(rule)]
        document = {
            "show": show,
            "compute": compute,
            "warn": warn,
            "ask": sorted(ask),
            "language": self.language,
        }
        return LiveRules(
            conditioned=frozenset(entry["at"] for entry in show),
            computed=frozenset(entry["at"] for entry in compute),
            document=document,
        )

    def _rule(self, at: str, expression: str) -> Rule:
        memo: dict[object, Rule] = self.loaded.__dict__.setdefault("_browser_memo", {})
        key = (at, expression, self.shape)  # a municipality may get other values while the form stays loaded
        if key not in memo:
            memo[key] = rule_of(self.form, self.ruleset, at, expression, self.run.parameters)
        return memo[key]

    # --- the three kinds of rules -----------------------------------------------------------------------------------

    def _show(self, path: str, expression: str, ask: set[str]) -> Iterator[dict[str, Any]]:
        if not self._on_page(path):
            return
        rule = self._rule(path, expression)
        entries = [] if rule.reason or self._in_choice(path) else self._entries(rule, "if")
        if entries is None or rule.reason or self._in_choice(path):
            ask |= self._inputs(rule.names)
        else:
            yield from entries

    def _compute(self, path: str, expression: str) -> Iterator[dict[str, Any]]:
        position = self.form.at(path)
        element = position.element if position else None
        rule = self._rule(path, expression)
        if not self._on_page(path) or rule.reason or not isinstance(element, Field) or position is None:
            return
        shape = _SHOWN_AS.get(element.datatype, "number" if element.datatype.is_number else "")
        if shape and not position.repeated and (rule.result == "date") == (shape == "date"):
            yield from ({**entry, "as": shape} for entry in self._entries(rule, "value") or [])

    def _warn(self, validation: Validation) -> Iterator[dict[str, Any]]:
        position = self.form.at(validation.at)
        rule = self._rule(validation.at, validation.expression)
        if not self._on_page(validation.at) or rule.reason or position is None:
            return
        if not isinstance(position.element, Field) or self._kind(validation.at).endswith("file"):
            return
        english = not self.language.startswith("de")
        say = (english and validation.message_en) or validation.message
        for entry in self._entries(rule, "if") or []:
            if any(bound.get("as") == LIST + "file" for bound in entry["with"].values()):
                continue
            yield {**entry, "say": say, "as": self._kind(validation.at)}

    def _kind(self, path: str) -> Kind:
        return alias_kind(self.form, path, path)

    def _entries(self, rule: Rule, key: str) -> list[dict[str, Any]] | None:
        """The rule at each of its places; empty where nothing on this page changes it, None where the server must."""
        found = []
        for place in self.run.places(rule.at):
            bound = {name: self._bind(name, rule.kinds[name], place) for name in sorted(rule.names)}
            if any(binding is None for binding in bound.values()):
                return None
            if any("of" in binding for binding in bound.values() if binding):
                found.append({"at": place, key: rule.expression, "with": bound})
        return found

    # --- where values come from -------------------------------------------------------------------------------------

    def _bind(self, name: str, kind: Kind, place: str) -> dict[str, Any] | None:
        """``{"of": control}`` on this page, ``{"is": value}`` from elsewhere, None for what only the server can follow."""
        if name == TODAY:
            return {"is": self.run.today.isoformat(), "as": "date"}
        if name.startswith(f"{PARAMETER}."):
            return {"is": sent(self.run.parameters.get(name.partition(".")[2]), kind), "as": kind}
        path = self.ruleset.aliases[name]
        if self._touches(path) and not kind.endswith("file"):
            if self._inputs(frozenset({name})):
                control = self._control(path, place)
                return {"of": control, "as": kind} if control else None
        elif path in self.calculations and self._inputs(frozenset({name})):
            return None
        return {"is": sent(self.run.alias(path, place), kind), "as": kind}

    def _control(self, path: str, place: str) -> str:
        """The name of the one control behind an alias; empty when there are several or none."""
        if path in self.calculations or self._in_choice(path):
            return ""
        found: list[str] = []
        steps, above, positions = path.split("/"), place.split("/"), self.form.children
        for i, step in enumerate(steps):
            position = next(item for item in positions if item.id == step)
            if isinstance(position.element, Field):
                single = not position.repeated or self._is_checkboxes(path)
                return "/".join([*found, step]) if single and position.element.is_editable else ""
            shared = i < len(above) - 1 and static_path(above[i]) == step
            if position.repeated and not shared:
                return ""
            found.append(above[i] if shared else step)
            positions = position.element.children
        return ""

    def _is_checkboxes(self, path: str) -> bool:
        position = self.form.at(path)
        assert position is not None and isinstance(position.element, Field)
        return shows_checkboxes(self.loaded, position, position.element)

    def _inputs(self, names: frozenset[str], seen: frozenset[str] = frozenset()) -> set[str]:
        """Static paths on this page that people answer and that these names depend on, through calculations too."""
        found: set[str] = set()
        for name in (names & self.ruleset.aliases.keys()) - seen:
            path = self.ruleset.aliases[name]
            if path in self.calculations:
                inner = self._rule(path, self.calculations[path]).names
                found |= self._inputs(inner, seen | names)
            elif self._touches(path):
                found.add(path)
        return found

    def _on_page(self, path: str) -> bool:
        return any(under(path, top) for top in self.paths)

    def _touches(self, path: str) -> bool:
        return any(under(path, top) or under(top, path) for top in self.paths)

    def _in_choice(self, path: str) -> bool:
        """Inside a choice group: which alternative counts is decided by the server."""
        steps = path.split("/")
        above = (self.form.at("/".join(steps[:i])) for i in range(1, len(steps)))
        return any(
            item is not None and isinstance(item.element, Group) and item.element.choice for item in above
        )


def sent(value: object, kind: Kind) -> Any:
    """A value as JSON; of files and groups only how many there are."""
    if kind.removeprefix(LIST) in ("file", "group"):
        return [True] * len(value) if isinstance(value, list) else None
    if isinstance(value, list):
        return [sent(item, kind.removeprefix(LIST)) for item in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, date | time) else value
