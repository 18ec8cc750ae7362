"""The functions others call: parse, compile, evaluate, unary_test, variables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

from stadtkern.kernel.feel import ast
from stadtkern.kernel.feel.builtins import BUILTINS
from stadtkern.kernel.feel.compile import Compiler, Fn
from stadtkern.kernel.feel.errors import FeelError, Problem
from stadtkern.kernel.feel.free import free_names
from stadtkern.kernel.feel.names import Names
from stadtkern.kernel.feel.parser import Parser
from stadtkern.kernel.feel.runtime import DEFAULT_LIMITS, Limits, Runtime
from stadtkern.kernel.feel.types import FeelType
from stadtkern.kernel.feel.values import from_python, to_python

_BUILTIN_NAMES = Names(
    [*BUILTINS, "time offset", "start included", "end included"],
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A value and what made (parts of) it null."""

    value: object
    problems: tuple[Problem, ...]


class Compiled:
    """An expression ready to run. May be shared between threads."""

    __slots__ = ("expr", "fn", "limits", "text", "variables")

    def __init__(self, text: str, expr: ast.Expr, fn: Fn, limits: Limits = DEFAULT_LIMITS) -> None:
        self.text = text
        self.expr = expr
        self.fn = fn
        self.limits = limits
        self.variables = frozenset(free_names(expr))

    def __call__(self, context: Mapping[str, object] | None = None) -> object:
        """The value as Python value. Raises FeelError only when a limit is passed."""
        return self._run(context, Runtime(self.limits))

    def run(self, context: Mapping[str, object] | None = None) -> Outcome:
        """The value together with the problems met."""
        rt = Runtime(self.limits)
        value = self._run(context, rt)
        return Outcome(value, tuple(rt.problems))

    def _run(self, context: Mapping[str, object] | None, rt: Runtime) -> object:
        given = context or {}
        try:
            scope = {name: from_python(given[name]) for name in self.variables if name in given}
            return to_python(self.fn(scope, rt))
        except RecursionError:
            raise FeelError("feel-recursion", limit=rt.limits.depth) from None


class UnaryTest:
    """Unary tests ready to run."""

    __slots__ = ("_compiled",)

    def __init__(self, compiled: Compiled) -> None:
        self._compiled = compiled

    def __call__(self, value: object, context: Mapping[str, object] | None = None) -> bool | None:
        """Does the value pass? None: cannot be said."""
        rt = Runtime(self._compiled.limits)
        given = context or {}
        with nesting_limited(rt.limits):
            scope = {name: from_python(given[name]) for name in self._compiled.variables if name in given}
            scope["?"] = from_python(value)
            result = self._compiled.fn(scope, rt)
        return result if isinstance(result, bool) else None


@contextmanager
def nesting_limited(limits: Limits) -> Iterator[None]:
    """Turns too many nested calls, or values nested too deeply, into a FeelError."""
    try:
        yield
    except RecursionError:
        raise FeelError("feel-recursion", limit=limits.depth) from None


def parse(
    text: str, names: Iterable[str] = (), limits: Limits = DEFAULT_LIMITS, members: Iterable[str] = ()
) -> ast.Expr:
    """The tree of an expression. Raises FeelError with the position of the first mistake."""
    return _parser(text, names, limits, members).whole()


def parse_unary_tests(
    text: str, names: Iterable[str] = (), limits: Limits = DEFAULT_LIMITS, members: Iterable[str] = ()
) -> ast.UnaryTests:
    """The tree of unary tests (`< 18`, `"a", "b"`, `not(5)`, `-`)."""
    return _parser(text, names, limits, members).unary_tests()


def _parser(text: str, names: Iterable[str], limits: Limits, members: Iterable[str]) -> Parser:
    return Parser(text, Names(names, _BUILTIN_NAMES), limits, Names(members))


def compile(  # the name FEEL users expect, like re.compile
    text: str,
    names: Iterable[str] = (),
    types: Mapping[str, FeelType] | None = None,
    limits: Limits = DEFAULT_LIMITS,
    members: Iterable[str] = (),
) -> Compiled:
    """An expression ready to run; `types` are item definitions for `instance of` and typed parameters, `members` names
    that stand after a dot or in a filter."""
    if types is None:
        return _compiled(text, tuple(names), limits, tuple(members))
    expr = parse(text, names, limits, members)
    return Compiled(text, expr, Compiler(types).compile(expr), limits)


@lru_cache(maxsize=2048)
def _compiled(text: str, names: tuple[str, ...], limits: Limits, members: tuple[str, ...]) -> Compiled:
    expr = parse(text, names, limits, members)
    return Compiled(text, expr, Compiler().compile(expr), limits)


def compile_unary_tests(
    text: str,
    names: Iterable[str] = (),
    types: Mapping[str, FeelType] | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> UnaryTest:
    """Unary tests ready to run."""
    expr = parse_unary_tests(text, names, limits)
    return UnaryTest(Compiled(text, expr, Compiler(types).compile(expr), limits))


def evaluate(
    text: str, context: Mapping[str, object] | None = None, limits: Limits = DEFAULT_LIMITS
) -> object:
    """The value of an expression. Raises FeelError if the text is wrong or a limit is passed."""
    names, members = special_names(context or {})
    return compile(text, names, limits=limits, members=members)(context)


def unary_test(text: str, value: object, context: Mapping[str, object] | None = None) -> bool | None:
    """Does a value pass the tests? None: cannot be said."""
    names, members = special_names(context or {})
    expr = parse_unary_tests(text, names, members=members)
    return UnaryTest(Compiled(text, expr, Compiler().compile(expr)))(value, context)


def variables(text_or_expr: str | ast.Expr, names: Iterable[str] = ()) -> set[str]:
    """The names an expression takes from outside; built-in functions only if `names` has one of the same name.

    Inside a filter the members of the elements look the same and are among them."""
    known = tuple(names)
    expr = parse(text_or_expr, known) if isinstance(text_or_expr, str) else text_or_expr
    return {name for name in free_names(expr) if name not in BUILTINS or name in known}


def special_names(context: Mapping[str, object], depth: int = 4) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The keys of a context that are more than one word, and those of contexts inside it."""
    inner: set[str] = set()
    for value in context.values():
        _collect(value, inner, depth)
    return tuple(sorted(k for k in map(str, context) if not k.isidentifier())), tuple(sorted(inner))


def _collect(value: object, found: set[str], depth: int) -> None:
    if isinstance(value, Mapping) and depth:
        for key, inner in value.items():
            if not str(key).isidentifier():
                found.add(str(key))
            _collect(inner, found, depth - 1)
    elif isinstance(value, list | tuple) and depth:
        for inner in value[:20]:
            _collect(inner, found, depth - 1)
