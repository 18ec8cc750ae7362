"""Turns a tree into nested Python closures, once; a closure gets the variables and the runtime."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal

from stadtkern.kernel.feel import ast
from stadtkern.kernel.feel.access import apply_filter, member
from stadtkern.kernel.feel.builtins import BUILTINS
from stadtkern.kernel.feel.loops import compile_for, compile_quantified
from stadtkern.kernel.feel.ops import ADD, arithmetic, compare, equal, holds, negate
from stadtkern.kernel.feel.runtime import Runtime
from stadtkern.kernel.feel.types import FeelType, coerce, kind_of, matches, resolve
from stadtkern.kernel.feel.values import ARITHMETIC_ERRORS, Function, Range

Vars = dict[str, object]
Fn = Callable[[Vars, Runtime], object]
Test = Callable[[object, Vars, Runtime], bool | None]
_MISSING = object()


class Compiler:
    """Compiles one text; `types` are the named types `instance of` may use."""

    def __init__(self, types: Mapping[str, FeelType] | None = None) -> None:
        self.types = types or {}
        self._table: dict[type, Callable[..., Fn]] = {
            ast.Literal: self._literal, ast.Name: self._name, ast.Unary: self._unary, ast.Binary: self._binary,
            ast.Between: self._between, ast.In: self._in, ast.InstanceOf: self._instance, ast.If: self._if,
            ast.For: lambda node: compile_for(self.compile, node), ast.FunctionDef: self._function, ast.Call: self._call,
            ast.Quantified: lambda node: compile_quantified(self.compile, node), ast.ListExpr: self._list,
            ast.ContextExpr: self._context, ast.RangeExpr: self._range, ast.Path: self._path, ast.Filter: self._filter,
            ast.Test: self._test_value, ast.UnaryTests: self._unary_tests,
        }  # fmt: skip

    def compile(self, node: ast.Expr) -> Fn:
        """The closure of a node."""
        return self._table[type(node)](node)

    def _literal(self, node: ast.Literal) -> Fn:
        value = node.value
        return lambda v, rt: value

    def _name(self, node: ast.Name) -> Fn:
        name, pos = node.name, node.start
        builtin = BUILTINS.get(name)

        def lookup(v: Vars, rt: Runtime) -> object:
            try:
                return v[name]
            except KeyError:
                return builtin if builtin is not None else rt.note("feel-unknown-name", pos, name=name)

        return lookup

    def _unary(self, node: ast.Unary) -> Fn:
        operand, pos = self.compile(node.operand), node.start
        if isinstance(node.operand, ast.Literal) and isinstance(node.operand.value, Decimal):
            value = -node.operand.value
            return lambda v, rt: value
        return lambda v, rt: negate(operand(v, rt), rt, pos)

    def _binary(self, node: ast.Binary) -> Fn:
        left, right = self.compile(node.left), self.compile(node.right)
        if node.op in ("and", "or"):
            return _logic(left, right, node.op == "and", node.left.start, node.right.start)
        if node.op in ("=", "!="):
            return _equality(left, right, node.op == "=", node.start)
        if node.op in _ORDER:
            return _order(node.op, left, right, node.start)
        return _arithmetic(node.op, left, right, node.start)

    def _between(self, node: ast.Between) -> Fn:
        value, low, high, pos = (
            self.compile(node.value),
            self.compile(node.low),
            self.compile(node.high),
            node.start,
        )

        def between(v: Vars, rt: Runtime) -> object:
            x, a, b = value(v, rt), low(v, rt), high(v, rt)
            above, below = compare(x, a), compare(x, b)
            if above is None or below is None:
                return rt.note(
                    "feel-operands",
                    pos,
                    op="between",
                    left=kind_of(x),
                    right=kind_of(a if above is None else b),
                )
            return above >= 0 and below <= 0

        return between

    def _in(self, node: ast.In) -> Fn:
        value, tests = self.compile(node.value), tuple(self.test(t) for t in node.tests)

        def inside(v: Vars, rt: Runtime) -> object:
            x = value(v, rt)
            unknown = False
            for test in tests:
                result = test(x, v, rt)
                if result is True:
                    return True
                unknown = unknown or result is None
            return None if unknown else False

        return inside

    def test(self, node: ast.Expr) -> Callable[[object, Vars, Runtime], bool | None]:
        """A unary test as function of the tested value."""
        if isinstance(node, ast.Test):
            operand, op, pos = self.compile(node.operand), node.op, node.start
            return lambda x, v, rt: _apply(op, x, operand(v, rt), rt, pos)
        if isinstance(node, ast.Literal):
            value = node.value
            return lambda x, v, rt: _holds(x, value, rt, node.start)
        inner, own = self.compile(node), uses_input(node)
        if isinstance(node, ast.Binary | ast.Between | ast.In | ast.Quantified) or own:
            return lambda x, v, rt: _expression_test(x, inner, v, rt, own, node.start)
        return lambda x, v, rt: _holds(x, inner(v, rt), rt, node.start)

    def _instance(self, node: ast.InstanceOf) -> Fn:
        value, type_, pos = self.compile(node.value), resolve(node.type, self.types), node.start
        if type_ is None:
            return lambda v, rt: rt.note("feel-unknown-type", pos, name=str(node.type))
        return lambda v, rt: matches(value(v, rt), type_, exact=True)

    def _if(self, node: ast.If) -> Fn:
        condition, then, otherwise = (
            self.compile(node.condition),
            self.compile(node.then),
            self.compile(node.otherwise),
        )
        pos = node.condition.start

        def choose(v: Vars, rt: Runtime) -> object:
            decided = condition(v, rt)
            if decided is True:
                return then(v, rt)
            if decided is not False and decided is not None:
                rt.note("feel-not-boolean", pos, left=kind_of(decided))
            return otherwise(v, rt)

        return choose

    def _function(self, node: ast.FunctionDef) -> Fn:
        params = tuple(name for name, _ in node.params)
        types = tuple(resolve(t, self.types) if t is not None else None for _, t in node.params)
        body = self.compile(node.body)
        if node.external:
            return lambda v, rt: Function(
                "function", params, lambda a, r, p: r.note("feel-external", p, name="external"), types
            )

        def define(v: Vars, rt: Runtime) -> object:
            return make_function("function", params, types, body, v)

        return define

    def _call(self, node: ast.Call) -> Fn:
        args, names, pos = tuple(self.compile(a) for a in node.args), node.names, node.start
        callee = self.compile(node.callee)
        builtin = BUILTINS.get(node.callee.name) if isinstance(node.callee, ast.Name) else None

        def call(v: Vars, rt: Runtime) -> object:
            function = callee(v, rt)
            values = [a(v, rt) for a in args]
            if not isinstance(function, Function):
                if builtin is not None:  # a variable may be called `date` without hiding the function
                    return builtin.call(values, names, rt, pos)
                return rt.note("feel-not-function", pos, left=kind_of(function))
            return function.call(values, names, rt, pos)

        return call

    def _list(self, node: ast.ListExpr) -> Fn:
        items = tuple(self.compile(i) for i in node.items)
        return lambda v, rt: [i(v, rt) for i in items]

    def _context(self, node: ast.ContextExpr) -> Fn:
        entries = tuple((key, self.compile(value)) for key, value in node.entries)

        def build(v: Vars, rt: Runtime) -> object:
            scope, result = dict(v), {}
            for key, value in entries:
                result[key] = scope[key] = value(scope, rt)
            return result

        return build

    def _range(self, node: ast.RangeExpr) -> Fn:
        low, high, pos = self.compile(node.low), self.compile(node.high), node.start

        def build(v: Vars, rt: Runtime) -> object:
            a, b = low(v, rt), high(v, rt)
            if (a is None or b is None) or compare(a, b) is None:
                return rt.note("feel-range", pos)
            return Range(a, b, node.low_included, node.high_included)

        return build

    def _path(self, node: ast.Path) -> Fn:
        base, name, pos = self.compile(node.base), node.member, node.start

        def get(v: Vars, rt: Runtime) -> object:
            value = base(v, rt)
            if type(value) is dict:
                found = value.get(name, _MISSING)
                if found is not _MISSING:
                    return found
            return member(value, name, rt, pos)

        return get

    def _filter(self, node: ast.Filter) -> Fn:
        base, condition = self.compile(node.base), self.compile(node.condition)
        return lambda v, rt: apply_filter(base(v, rt), condition, v, rt, node.condition.start)

    def _test_value(self, node: ast.Test) -> Fn:
        operand, op, pos = self.compile(node.operand), node.op, node.start
        ends: dict[str, Callable[[object], Range]] = {
            "<": lambda x: Range(None, x, False, False), "<=": lambda x: Range(None, x, False, True),
            ">": lambda x: Range(x, None, False, False), ">=": lambda x: Range(x, None, True, False), "=": lambda x: Range(x, x, True, True),
        }  # fmt: skip

        def build(v: Vars, rt: Runtime) -> object:
            value = operand(v, rt)
            if op not in ends or value is None:
                return rt.note("feel-range", pos)
            return ends[op](value)

        return build

    def _unary_tests(self, node: ast.UnaryTests) -> Fn:
        tests = self.tests(node)
        return lambda v, rt: tests(v.get("?"), v, rt)

    def tests(self, node: ast.UnaryTests) -> Test:
        """Unary tests as function of the tested value."""
        tests = tuple(self.test(t) for t in node.tests)
        if not tests:
            return lambda x, v, rt: True
        if len(tests) == 1 and not node.negated:
            return tests[0]

        def run(x: object, v: Vars, rt: Runtime) -> bool | None:
            unknown = False
            for test in tests:
                result = test(x, v, rt)
                if result is True:
                    return not node.negated
                unknown = unknown or result is None
            return None if unknown else node.negated

        return run


def make_function(
    name: str, params: tuple[str, ...], types: tuple[FeelType | None, ...], body: Fn, captured: Vars
) -> Function:
    """A function value whose body sees the captured variables and its parameters."""
    typed = any(t is not None for t in types)

    def invoke(args: object, rt: Runtime, pos: int) -> object:
        values = list(args)  # type: ignore[call-overload]
        if typed:
            for index, type_ in enumerate(types):
                if type_ is not None:
                    values[index], fits = coerce(values[index], type_)
                    if not fits:
                        return rt.note("feel-argument", pos, name=name, param=params[index], left="")
        rt.enter()
        rt.tick()
        try:
            return body({**captured, **dict(zip(params, values, strict=True))}, rt)
        finally:
            rt.leave()

    return Function(name, params, invoke, types)


_ORDER: dict[str, Callable[[int], bool]] = {
    "<": lambda c: c < 0,
    "<=": lambda c: c <= 0,
    ">": lambda c: c > 0,
    ">=": lambda c: c >= 0,
}


_DIRECT_ORDER: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def _logic(left: Fn, right: Fn, both: bool, left_pos: int, right_pos: int) -> Fn:
    """Three-valued and / or (DMN 1.5, table 50): what is not a boolean counts as unknown."""
    decisive, neutral = (False, True) if both else (True, False)

    def run(v: Vars, rt: Runtime) -> object:
        a = left(v, rt)
        if a is decisive:
            return decisive
        b = right(v, rt)
        if b is decisive:
            return decisive
        if a is neutral and b is neutral:
            return neutral
        for value, pos in ((a, left_pos), (b, right_pos)):
            if value is not None and not isinstance(value, bool):
                rt.note("feel-not-boolean", pos, left=kind_of(value))
        return None

    return run


def _equality(left: Fn, right: Fn, positive: bool, pos: int) -> Fn:
    def run(v: Vars, rt: Runtime) -> object:
        a, b = left(v, rt), right(v, rt)
        same = equal(a, b)
        if same is None:
            return rt.note("feel-operands", pos, op="=", left=kind_of(a), right=kind_of(b))
        return same if positive else not same

    return run


def _order(op: str, left: Fn, right: Fn, pos: int) -> Fn:
    decide, direct = _ORDER[op], _DIRECT_ORDER[op]

    def run(v: Vars, rt: Runtime) -> object:
        a, b = left(v, rt), right(v, rt)
        if type(a) is Decimal and type(b) is Decimal:
            return direct(a, b)
        order = compare(a, b)
        if order is None:
            return rt.note("feel-operands", pos, op=op, left=kind_of(a), right=kind_of(b))
        return decide(order)

    return run


def _arithmetic(op: str, left: Fn, right: Fn, pos: int) -> Fn:
    if op != "+":
        return lambda v, rt: arithmetic(op, left(v, rt), right(v, rt), rt, pos)
    plus = ADD[(Decimal, Decimal)]

    def add(v: Vars, rt: Runtime) -> object:
        a, b = left(v, rt), right(v, rt)
        if type(a) is Decimal and type(b) is Decimal:
            try:
                return plus(a, b)
            except ARITHMETIC_ERRORS:
                pass
        return arithmetic("+", a, b, rt, pos)

    return add


def _apply(op: str, x: object, y: object, rt: Runtime, pos: int) -> bool | None:
    """The unary test `op y` on x."""
    if op in _ORDER:
        order = compare(x, y)
        result = None if order is None else _ORDER[op](order)
    else:
        same = equal(x, y)
        result = None if same is None else same == (op == "=")
    if result is None:
        rt.note("feel-operands", pos, op=op, left=kind_of(x), right=kind_of(y))
    return result


def _holds(x: object, test: object, rt: Runtime, pos: int) -> bool | None:
    result = holds(x, test)
    if result is None:
        rt.note("feel-operands", pos, op="in", left=kind_of(x), right=kind_of(test))
    return result


def _expression_test(x: object, inner: Fn, v: Vars, rt: Runtime, own: bool, pos: int) -> bool | None:
    """A test that is itself a question (`? > 5`, `a = b`): its answer counts; otherwise its value is compared."""
    value = inner({**v, "?": x}, rt) if own else inner(v, rt)
    if isinstance(value, bool) and (own or not isinstance(x, bool)):
        return value
    if own and value is None:
        return None
    return _holds(x, value, rt, pos)


def uses_input(node: object) -> bool:
    """Does the tree mention `?`?"""
    if isinstance(node, ast.Name):
        return node.name == "?"
    if isinstance(node, tuple):
        return any(uses_input(n) for n in node)
    if isinstance(node, ast.Expr | ast.Iterator):
        return any(uses_input(getattr(node, f)) for f in node.__dataclass_fields__)
    return False
