"""The FEEL rules of a service (``rules.json``): conditions, validations, calculations, waivers, pages.

``parse_ruleset`` reads the JSON strictly, ``check_ruleset`` compares it with a form, ``open_rules`` lists the free-text
rules of the form that are neither translated nor consciously waived. A form goes live only when both lists are empty.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

from stadtkern.casework.forms.model import Form, Rule, walk
from stadtkern.kernel.errors import DomainError
from stadtkern.kernel.feel import Compiled, Limits, ast
from stadtkern.kernel.feel import compile as compile_feel

TODAY = "heute"
#: the values of the municipality (``parameters.json`` of the package): ``parameter.name``, as processes see them
PARAMETER = "parameter"
#: one rule of a form must never hold up a request
FEEL_LIMITS = Limits(seconds=0.5, depth=60, items=20_000, nesting=60, length=5_000)

_MAX_RULES = 2_000


class RulesetError(DomainError):
    """``rules.json`` cannot be read; ``where`` is the path in the document, line and column for broken JSON."""

    code: ClassVar[str] = "ruleset-refused"
    status: ClassVar[int] = 422

    def __init__(self, where: str, message: str, *, line: int = 1, column: int = 1) -> None:
        extra = {"where": where, "line": line, "column": column}
        super().__init__(f"{where}: {message}", message_en=f"{where}: the rules are refused.", extra=extra)
        self.where = where
        self.line = line
        self.column = column


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """The element at ``path`` is shown only while the expression is true."""

    path: str
    expression: str
    source_rule: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """The values are wrong while the expression is false; said at ``at``."""

    id: str
    at: str
    expression: str
    message: str
    message_en: str = ""
    source_rule: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calculation:
    """The field at ``path`` has the value of the expression; nobody can enter it."""

    path: str
    expression: str
    source_rule: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """A free-text rule that deliberately has no expression, and why."""

    source_rule: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of the form: which paths it shows."""

    id: str
    title: str
    paths: tuple[str, ...]
    title_en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruleset:
    """All rules of one form. ``aliases`` are the variables that expressions see."""

    aliases: Mapping[str, str] = field(default_factory=dict)
    conditions: tuple[Condition, ...] = ()
    validations: tuple[Validation, ...] = ()
    calculations: tuple[Calculation, ...] = ()
    waived: tuple[Waiver, ...] = ()
    pages: tuple[Page, ...] = ()

    def expressions(self) -> list[tuple[str, str, str]]:
        """(place in the document, path it is attached to, expression) of every rule."""
        return [
            *(
                (f"conditions[{i}].visible_if", rule.path, rule.expression)
                for i, rule in enumerate(self.conditions)
            ),
            *(
                (f"validations[{i}].valid_if", rule.at, rule.expression)
                for i, rule in enumerate(self.validations)
            ),
            *(
                (f"calculations[{i}].value", rule.path, rule.expression)
                for i, rule in enumerate(self.calculations)
            ),
        ]

    def translated(self) -> frozenset[str]:
        """Ids of the free-text rules that have an expression or a waiver."""
        rules: list[Condition | Validation | Calculation | Waiver] = [
            *self.conditions,
            *self.validations,
            *self.calculations,
            *self.waived,
        ]
        return frozenset(rule.source_rule for rule in rules if rule.source_rule)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRule:
    """A free-text rule that still needs an expression or a waiver, and the elements it hangs on."""

    rule: Rule
    paths: tuple[str, ...]


def compiled(expression: str) -> Compiled:
    """The expression ready to run (cached). Raises FeelError with line and column."""
    return compile_feel(expression, limits=FEEL_LIMITS)


def parameters_in(expression: str) -> list[tuple[str, int]]:
    """The values of the municipality that an expression reads, each with its place. Raises FeelError."""
    return list(_members(compiled(expression).expr))


def _members(node: object) -> Iterator[tuple[str, int]]:
    if isinstance(node, ast.Path) and isinstance(node.base, ast.Name) and node.base.name == PARAMETER:
        yield node.member, node.start
    if isinstance(node, tuple):
        for inner in node:
            yield from _members(inner)
    elif isinstance(node, ast.Expr | ast.Iterator):
        for part in fields(node):
            yield from _members(getattr(node, part.name))


def open_rules(ruleset: Ruleset, form: Form) -> tuple[OpenRule, ...]:
    """The free-text rules of the form that the rule set neither translates nor waives."""
    done = ruleset.translated()
    return tuple(
        OpenRule(rule=rule, paths=paths)
        for rule, paths in rules_of(form).values()
        if rule.id not in done and rule.text
    )


def rules_of(form: Form) -> dict[str, tuple[Rule, tuple[str, ...]]]:
    """Every rule of the form by id with the paths it hangs on (empty path: the form itself)."""
    found: dict[str, tuple[Rule, tuple[str, ...]]] = {rule.id: (rule, ("",)) for rule in form.rules}
    for path, position in walk(form.children):
        for rule in position.element.rules:
            known = found.get(rule.id, (rule, ()))
            found[rule.id] = (known[0], (*known[1], path))
    return found


# --- reading ----------------------------------------------------------------------------------------------------


def parse_ruleset(data: object) -> Ruleset:
    """The rule set of parsed JSON, or of JSON text or bytes. Raises RulesetError with the place."""
    if isinstance(data, bytes | str):
        data = _load(data)
    top = _object(data, "$", {"aliases", "conditions", "validations", "calculations", "waived", "pages"})
    aliases = _object(top.get("aliases", {}), "aliases", None)
    return Ruleset(
        aliases={name: _text(path, f"aliases.{name}") for name, path in aliases.items()},
        conditions=tuple(_condition(item, where) for item, where in _items(top, "conditions")),
        validations=tuple(_validation(item, where) for item, where in _items(top, "validations")),
        calculations=tuple(_calculation(item, where) for item, where in _items(top, "calculations")),
        waived=tuple(_waiver(item, where) for item, where in _items(top, "waived")),
        pages=tuple(_page(item, where) for item, where in _items(top, "pages")),
    )


def ruleset_to_json(ruleset: Ruleset) -> dict[str, Any]:
    """The document again; parsing it gives the equal rule set."""
    return {
        "aliases": dict(ruleset.aliases),
        "conditions": [
            {"path": rule.path, "visible_if": rule.expression, "source_rule": rule.source_rule or None}
            for rule in ruleset.conditions
        ],
        "validations": [
            {
                "id": rule.id,
                "at": rule.at,
                "valid_if": rule.expression,
                "message": {"de": rule.message, "en": rule.message_en},
                "source_rule": rule.source_rule or None,
            }
            for rule in ruleset.validations
        ],
        "calculations": [
            {"path": rule.path, "value": rule.expression, "source_rule": rule.source_rule or None}
            for rule in ruleset.calculations
        ],
        "waived": [{"source_rule": rule.source_rule, "reason": rule.reason} for rule in ruleset.waived],
        "pages": [
            {"id": page.id, "title": {"de": page.title, "en": page.title_en}, "paths": list(page.paths)}
            for page in ruleset.pages
        ],
    }


def _load(data: bytes | str) -> object:
    try:
        return json.loads(data)
    except json.JSONDecodeError as error:
        message = "Die Datei ist kein gültiges JSON."
        raise RulesetError("$", message, line=error.lineno, column=error.colno) from error
    except (ValueError, RecursionError) as error:
        raise RulesetError("$", "Die Datei ist kein gültiges JSON.") from error


def _condition(item: object, where: str) -> Condition:
    data = _object(item, where, {"path", "visible_if", "source_rule"})
    return Condition(
        path=_required(data, "path", where),
        expression=_required(data, "visible_if", where),
        source_rule=_optional(data, "source_rule", where),
    )


def _validation(item: object, where: str) -> Validation:
    data = _object(item, where, {"id", "at", "valid_if", "message", "source_rule"})
    message, message_en = _languages(data.get("message"), f"{where}.message")
    return Validation(
        id=_required(data, "id", where),
        at=_required(data, "at", where),
        expression=_required(data, "valid_if", where),
        message=message,
        message_en=message_en,
        source_rule=_optional(data, "source_rule", where),
    )


def _calculation(item: object, where: str) -> Calculation:
    data = _object(item, where, {"path", "value", "source_rule"})
    return Calculation(
        path=_required(data, "path", where),
        expression=_required(data, "value", where),
        source_rule=_optional(data, "source_rule", where),
    )


def _waiver(item: object, where: str) -> Waiver:
    data = _object(item, where, {"source_rule", "reason"})
    return Waiver(source_rule=_required(data, "source_rule", where), reason=_required(data, "reason", where))


def _page(item: object, where: str) -> Page:
    data = _object(item, where, {"id", "title", "paths"})
    title, title_en = _languages(data.get("title"), f"{where}.title")
    paths = data.get("paths")
    if not isinstance(paths, list):
        raise RulesetError(f"{where}.paths", "Hier wird eine Liste von Pfaden erwartet.")
    return Page(
        id=_required(data, "id", where),
        title=title,
        title_en=title_en,
        paths=tuple(_text(path, f"{where}.paths[{i}]") for i, path in enumerate(paths)),
    )


def _items(top: Mapping[str, Any], key: str) -> list[tuple[object, str]]:
    items = top.get(key)
    items = [] if items is None else items
    if not isinstance(items, list) or len(items) > _MAX_RULES:
        raise RulesetError(key, f"Hier wird eine Liste mit höchstens {_MAX_RULES} Einträgen erwartet.")
    return [(item, f"{key}[{i}]") for i, item in enumerate(items)]


def _object(data: object, where: str, allowed: set[str] | None) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise RulesetError(where, "Hier wird ein Objekt erwartet.")
    for key in data:
        if allowed is not None and key not in allowed:
            raise RulesetError(f"{where}.{key}", "Diese Angabe ist nicht vorgesehen.")
    return data


def _text(value: object, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise RulesetError(where, "Hier wird ein Text erwartet.")
    return value


def _required(data: Mapping[str, Any], key: str, where: str) -> str:
    return _text(data.get(key), f"{where}.{key}")


def _optional(data: Mapping[str, Any], key: str, where: str) -> str:
    value = data.get(key)
    return "" if value is None else _text(value, f"{where}.{key}")


def _languages(value: object, where: str) -> tuple[str, str]:
    if isinstance(value, str):
        return _text(value, where), ""
    data = _object(value, where, {"de", "en"})
    return _required(data, "de", where), data["en"] if isinstance(data.get("en"), str) else ""
