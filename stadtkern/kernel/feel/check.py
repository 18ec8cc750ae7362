"""The static check: unknown names, members and functions (with a suggestion) and operands that can never fit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from stadtkern.kernel.feel import ast
from stadtkern.kernel.feel.builtins import BUILTINS
from stadtkern.kernel.feel.engine import parse, parse_unary_tests
from stadtkern.kernel.feel.errors import FeelError, Finding, Position, locate, message
from stadtkern.kernel.feel.returns import RETURNS
from stadtkern.kernel.feel.types import (
    ANY,
    BOOLEAN,
    DATE,
    DATE_TIME,
    DAYS_TIME,
    FUNCTION,
    LIST,
    NULL,
    NUMBER,
    RANGE,
    STRING,
    TIME,
    YEARS_MONTHS,
    FeelType,
    context_of,
    list_of,
    type_of,
)  # fmt: skip

Scope = Mapping[str, FeelType]
_OPEN = frozenset({"Any", "Null"})
_ADD = {
    ("number", "number"): NUMBER, ("string", "string"): STRING,
    ("years and months duration", "years and months duration"): YEARS_MONTHS, ("days and time duration", "days and time duration"): DAYS_TIME,
}  # fmt: skip
_MEMBERS: dict[str, Scope] = {
    "date": {"year": NUMBER, "month": NUMBER, "day": NUMBER, "weekday": NUMBER},
    "time": {
        "hour": NUMBER,
        "minute": NUMBER,
        "second": NUMBER,
        "time offset": DAYS_TIME,
        "timezone": STRING,
    },
    "years and months duration": {"years": NUMBER, "months": NUMBER},
    "days and time duration": {"days": NUMBER, "hours": NUMBER, "minutes": NUMBER, "seconds": NUMBER},
    "range": {"start": ANY, "end": ANY, "start included": BOOLEAN, "end included": BOOLEAN},
}
_MEMBERS["date and time"] = {**_MEMBERS["date"], **_MEMBERS["time"]}


def check(text: str, types: Scope, *, expected: FeelType | None = None, strict: bool = True) -> list[Finding]:
    """What is wrong with an expression, given its variables and their types; an empty list means nothing was found.

    `expected` is the type the result must have; `strict=False` leaves unknown names alone."""
    return _Checker(text, types, strict).run(
        lambda names, members: parse(text, names, members=members), expected
    )


def check_unary_tests(text: str, types: Scope, input_type: FeelType = ANY) -> list[Finding]:
    """The same for unary tests; `input_type` is the type of the tested value."""
    return _Checker(text, {**types, "?": input_type}, True).run(
        lambda names, members: parse_unary_tests(text, names, members=members), None
    )


def infer_type(text: str, types: Scope) -> FeelType:
    """The type of an expression as far as it is known; Any for a wrong one."""
    try:
        expr = parse(text, types, members=_member_names(types))
    except FeelError:
        return ANY
    return _Checker(text, types, False).infer(expr, types)


class _Checker:
    def __init__(self, text: str, types: Scope, strict: bool) -> None:
        self.text = text
        self.types = dict(types)
        self.strict = strict
        self.findings: list[Finding] = []

    def run(self, read: object, expected: FeelType | None) -> list[Finding]:
        try:
            expr: ast.Expr = read(list(self.types), _member_names(self.types))  # type: ignore[operator]
        except FeelError as error:
            return [Finding(error.code, "error", error.position, 1, error.message, error.message_en)]
        found = self.infer(expr, self.types)
        if expected is not None and not _may_be(found, expected):
            self.report("feel-type-mismatch", expr, expected=expected, left=found)
        return sorted(self.findings, key=lambda f: f.position.offset)

    def report(self, code: str, node: ast.Expr, suggestion: str | None = None, **params: object) -> None:
        hint = (
            {"hint": f" Meinten Sie „{suggestion}“?", "hint_en": f' Did you mean "{suggestion}"?'}
            if suggestion
            else {}
        )
        all_params = {**params, **hint}
        where: Position = locate(self.text, node.start)
        self.findings.append(
            Finding(
                code,
                "error",
                where,
                max(1, node.end - node.start),
                message(code, all_params),
                message(code, all_params, "en"),
                suggestion,
            )
        )

    def infer(self, node: ast.Expr, scope: Scope) -> FeelType:
        """The type of a node; reports on the way."""
        method = getattr(self, "_" + type(node).__name__.lower())
        result = method(node, scope)
        assert isinstance(result, FeelType)
        return result

    # -- one method per kind of node ----------------------------------------------------------------------------

    def _literal(self, node: ast.Literal, scope: Scope) -> FeelType:
        return type_of(node.value)

    def _name(self, node: ast.Name, scope: Scope) -> FeelType:
        if node.name in scope:
            return scope[node.name]
        if node.name in BUILTINS:
            return FUNCTION
        if self.strict:
            self.report("feel-unknown-name", node, closest(node.name, [*scope, *BUILTINS]), name=node.name)
        return ANY

    def _unary(self, node: ast.Unary, scope: Scope) -> FeelType:
        found = self.infer(node.operand, scope)
        if found.kind not in (*_OPEN, "number", YEARS_MONTHS.kind, DAYS_TIME.kind):
            self.report("feel-operand", node, op="-", left=found)
        return found

    def _binary(self, node: ast.Binary, scope: Scope) -> FeelType:
        left, right = self.infer(node.left, scope), self.infer(node.right, scope)
        if node.op in ("and", "or"):
            for side, found in ((node.left, left), (node.right, right)):
                self._must_be_boolean(side, found)
            return BOOLEAN
        if node.op in ("=", "!=", "<", "<=", ">", ">="):
            self._comparable(node, node.op, left, right)
            return BOOLEAN
        if left.kind in _OPEN or right.kind in _OPEN:
            return ANY
        result = arithmetic_type(node.op, left, right)
        if result is None:
            self.report("feel-operands", node, op=node.op, left=left, right=right)
        return result or ANY

    def _must_be_boolean(self, node: ast.Expr, found: FeelType) -> None:
        if found.kind not in (*_OPEN, "boolean"):
            self.report("feel-not-boolean", node, left=found)

    def _comparable(self, node: ast.Expr, op: str, left: FeelType, right: FeelType) -> None:
        if left.kind in _OPEN or right.kind in _OPEN:
            return
        ordered = op in ("=", "!=") or left.kind not in ("boolean", "list", "context", "function", "range")
        if left.kind != right.kind or not ordered:
            self.report("feel-operands", node, op=op, left=left, right=right)

    def _between(self, node: ast.Between, scope: Scope) -> FeelType:
        value = self.infer(node.value, scope)
        for end in (node.low, node.high):
            self._comparable(end, "<", value, self.infer(end, scope))
        return BOOLEAN

    def _in(self, node: ast.In, scope: Scope) -> FeelType:
        value = self.infer(node.value, scope)
        for test in node.tests:
            self._one_test(test, value, {**scope, "?": value})
        return BOOLEAN

    def _one_test(self, test: ast.Expr, value: FeelType, scope: Scope) -> None:
        if isinstance(test, ast.Test):
            self._comparable(test, test.op, value, self.infer(test.operand, scope))
            return
        found = self.infer(test, scope)
        inner = found.item or ANY if found.kind in ("list", "range") and value.kind != found.kind else found
        if inner.kind not in (*_OPEN, "boolean", "range", "list"):
            self._comparable(test, "=", value, inner)

    def _unarytests(self, node: ast.UnaryTests, scope: Scope) -> FeelType:
        for test in node.tests:
            self._one_test(test, scope.get("?", ANY), scope)
        return BOOLEAN

    def _instanceof(self, node: ast.InstanceOf, scope: Scope) -> FeelType:
        self.infer(node.value, scope)
        return BOOLEAN

    def _if(self, node: ast.If, scope: Scope) -> FeelType:
        self._must_be_boolean(node.condition, self.infer(node.condition, scope))
        return _common(self.infer(node.then, scope), self.infer(node.otherwise, scope))

    def _loop(self, iterators: tuple[ast.Iterator, ...], scope: Scope) -> Scope:
        for iterator in iterators:
            source = self.infer(iterator.source, scope)
            upto = self.infer(iterator.upto, scope) if iterator.upto is not None else None
            item = (
                source
                if upto is not None
                else (source.item or ANY if source.kind in ("list", "range") else ANY)
            )
            scope = {**scope, iterator.name: item}
        return scope

    def _for(self, node: ast.For, scope: Scope) -> FeelType:
        inner = self._loop(node.iterators, scope)
        return list_of(self.infer(node.body, {**inner, "partial": LIST}))

    def _quantified(self, node: ast.Quantified, scope: Scope) -> FeelType:
        self._must_be_boolean(node.body, self.infer(node.body, self._loop(node.iterators, scope)))
        return BOOLEAN

    def _functiondef(self, node: ast.FunctionDef, scope: Scope) -> FeelType:
        if not node.external:
            self.infer(node.body, {**scope, **{name: type_ or ANY for name, type_ in node.params}})
        return FUNCTION

    def _call(self, node: ast.Call, scope: Scope) -> FeelType:
        args = [self.infer(a, scope) for a in node.args]
        if not isinstance(node.callee, ast.Name):
            self.infer(node.callee, scope)
            return ANY
        name = node.callee.name
        if name in BUILTINS and scope.get(name, ANY).kind != "function":
            if not BUILTINS[name].accepts(len(args), node.names):
                self.report("feel-arguments", node, name=name)
            return RETURNS.get(name, ANY)
        if name in scope:
            if scope[name].kind not in (*_OPEN, "function"):
                self.report("feel-not-function", node.callee, left=scope[name])
            return scope[name].item or ANY
        if self.strict:
            self.report("feel-unknown-function", node.callee, closest(name, BUILTINS), name=name)
        return ANY

    def _listexpr(self, node: ast.ListExpr, scope: Scope) -> FeelType:
        kinds = {self.infer(i, scope) for i in node.items}
        return list_of(kinds.pop()) if len(kinds) == 1 else LIST

    def _contextexpr(self, node: ast.ContextExpr, scope: Scope) -> FeelType:
        fields: dict[str, FeelType] = {}
        for key, value in node.entries:
            fields[key] = self.infer(value, {**scope, **fields})
        return context_of(fields)

    def _rangeexpr(self, node: ast.RangeExpr, scope: Scope) -> FeelType:
        low, high = self.infer(node.low, scope), self.infer(node.high, scope)
        self._comparable(node, "<", low, high)
        return FeelType("range", item=low)

    def _test(self, node: ast.Test, scope: Scope) -> FeelType:
        self.infer(node.operand, scope)
        return RANGE

    def _path(self, node: ast.Path, scope: Scope) -> FeelType:
        base = self.infer(node.base, scope)
        if base.kind == "list":
            return list_of(self._member(node, base.item or ANY))
        return self._member(node, base)

    def _member(self, node: ast.Path, base: FeelType) -> FeelType:
        members = dict(base.fields) if base.kind == "context" else _MEMBERS.get(base.kind)
        if base.kind in _OPEN or (base.kind == "context" and not members) or base.kind == "list":
            return ANY
        if members is not None and node.member in members:
            return members[node.member]
        self.report("feel-unknown-member", node, closest(node.member, members or ()), name=node.member)
        return ANY

    def _filter(self, node: ast.Filter, scope: Scope) -> FeelType:
        base = self.infer(node.base, scope)
        item = base.item or ANY if base.kind == "list" else ANY if base.kind in _OPEN else base
        lenient = item.kind in _OPEN or (item.kind == "context" and not item.fields)
        before = self.strict
        self.strict = before and not lenient
        condition = self.infer(node.condition, {**scope, "item": item, **dict(item.fields)})
        self.strict = before
        return item if condition.kind == "number" else ANY if condition.kind in _OPEN else list_of(item)


def arithmetic_type(op: str, a: FeelType, b: FeelType) -> FeelType | None:
    """The type of a op b, None if there is none."""
    pair, durations = (a.kind, b.kind), (YEARS_MONTHS.kind, DAYS_TIME.kind)
    moments = (DATE.kind, DATE_TIME.kind, TIME.kind)
    if op in ("+", "-"):
        if pair in _ADD and (op == "+" or a.kind != "string"):
            return _ADD[pair]
        if a.kind in moments and b.kind in durations:
            return a
        if op == "+" and a.kind in durations and b.kind in moments:
            return b
        return (
            DAYS_TIME
            if op == "-" and a.kind in moments and b.kind in moments and (TIME.kind not in pair or a == b)
            else None
        )
    if pair == ("number", "number"):
        return NUMBER
    if op in ("*", "/") and a.kind in durations and b.kind == "number":
        return a
    if op == "*" and a.kind == "number" and b.kind in durations:
        return b
    return NUMBER if op == "/" and a == b and a.kind in durations else None


def closest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like a misspelt one."""
    by_lower = {k.casefold(): k for k in known}
    found = get_close_matches(name.casefold(), by_lower, n=1, cutoff=0.6)
    return by_lower[found[0]] if found else None


def _member_names(types: Scope) -> list[str]:
    found: list[str] = []
    for type_ in types.values():
        for part in (type_, type_.item):
            if part is not None and part.fields:
                found += [name for name, _ in part.fields] + _member_names(dict(part.fields))
    return found


def _common(a: FeelType, b: FeelType) -> FeelType:
    return a if a == b or b == NULL else b if a == NULL else ANY


def _may_be(found: FeelType, expected: FeelType) -> bool:
    return found.kind in _OPEN or expected.kind == "Any" or found.kind == expected.kind
