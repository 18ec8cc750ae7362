"""How a built-in function is declared: a signature in words, checked and coerced before the Python function runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from stadtkern.kernel.feel.errors import FeelError
from stadtkern.kernel.feel.patterns import SECONDS
from stadtkern.kernel.feel.runtime import Runtime
from stadtkern.kernel.feel.temporal import Date, DateTime, DaysTimeDuration, Time, YearsMonthsDuration
from stadtkern.kernel.feel.types import kind_of
from stadtkern.kernel.feel.values import ARITHMETIC_ERRORS, Function, Range

KINDS: dict[str, tuple[type, ...]] = {
    "number": (Decimal,), "string": (str,), "boolean": (bool,), "list": (list,), "context": (dict,), "range": (Range,),
    "function": (Function,), "date": (Date,), "time": (Time,), "datetime": (DateTime,),
    "months": (YearsMonthsDuration,), "daytime": (DaysTimeDuration,), "null": (type(None),), "any": (object,),
}  # fmt: skip
_MISMATCH = object()


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter: name, allowed kinds, optional or not."""

    name: str
    kinds: tuple[str, ...]
    types: tuple[type, ...]
    optional: bool


@dataclass(frozen=True, slots=True)
class Overload:
    """One way to call a function."""

    params: tuple[Param, ...]
    run: Callable[..., object]
    variadic: bool
    runtime: bool
    rest: bool = False


class Builtin(Function):
    """A built-in function with one or more ways to call it."""

    __slots__ = ("overloads",)

    def __init__(self, name: str) -> None:
        super().__init__(name, (), self._invoke)
        self.overloads: list[Overload] = []

    def add(self, overload: Overload) -> None:
        """One more way to call it."""
        self.overloads.append(overload)
        if not self.params:
            self.params = tuple(p.name for p in overload.params)

    def _invoke(self, args: Sequence[object], rt: Runtime, pos: int) -> object:
        return self.call(args, None, rt, pos)

    def call(self, args: Sequence[object], names: tuple[str, ...] | None, rt: Runtime, pos: int) -> object:
        """Takes the first way that fits the number, names and types of the arguments."""
        problem: tuple[str, object] | None = None
        for overload in self.overloads:
            arranged = _arrange(overload, args, names)
            if arranged is None:
                continue
            bound, wrong = _bind(overload.params, arranged)
            if wrong is None:
                return self._run(overload, bound, rt, pos)
            problem = problem or (wrong.name, arranged[overload.params.index(wrong)])
        if problem is not None:
            return rt.note("feel-argument", pos, name=self.name, param=problem[0], left=kind_of(problem[1]))
        return rt.note("feel-arguments", pos, name=self.name)

    def accepts(self, count: int, names: tuple[str, ...] | None) -> bool:
        """Is there a way to call it with this many arguments, or with these names?"""
        return any(_arrange(o, [_MISMATCH] * count, names) is not None for o in self.overloads)

    def _run(self, overload: Overload, bound: list[object], rt: Runtime, pos: int) -> object:
        rt.tick()
        try:
            result = overload.run(rt, pos, *bound) if overload.runtime else overload.run(*bound)
        except (*ARITHMETIC_ERRORS, OverflowError):
            result = None
        except TimeoutError:  # a pattern that goes astray
            raise FeelError("feel-timeout", limit=SECONDS) from None
        if result is None:
            return rt.note("feel-no-result", pos, name=self.name)
        if type(result) is list or type(result) is str:
            rt.grow(len(result))
            rt.check_size(len(result))
        return result


BUILTINS: dict[str, Builtin] = {}


def builtin(
    name: str, signature: str = "", *, variadic: bool = False, runtime: bool = False, rest: bool = False
) -> Callable[[Callable[..., object]], Callable[..., object]]:
    """Declares a function. Signature: `from: string, scale?: number|null`; `variadic` takes a list or many values,
    `rest` a first one and at least one more."""
    params = tuple(_param(part) for part in signature.split(",") if part.strip())

    def register(run: Callable[..., object]) -> Callable[..., object]:
        BUILTINS.setdefault(name, Builtin(name)).add(Overload(params, run, variadic, runtime, rest))
        return run

    return register


def _param(text: str) -> Param:
    name, _, kinds = text.partition(":")
    names = tuple(k.strip() for k in kinds.split("|"))
    types = tuple(t for k in names for t in KINDS[k])
    return Param(name.strip().rstrip("?"), names, types, name.strip().endswith("?"))


def _arrange(
    overload: Overload, args: Sequence[object], names: tuple[str, ...] | None
) -> list[object] | None:
    """The arguments in the order of the parameters; None if number or names do not fit."""
    params = overload.params
    if names is not None:
        given = dict(zip(names, args, strict=True))
        if len(given) != len(args) or not set(given) <= {p.name for p in params}:
            return None
        if any(p.name not in given and not p.optional for p in params):
            return None
        return [given.get(p.name, _MISMATCH) for p in params]
    if overload.rest:
        return [args[0], list(args[1:])] if len(args) > 1 else None
    if overload.variadic:
        if len(args) == 1 and (isinstance(args[0], list) or args[0] is None):
            return [args[0]]
        return [list(args)] if args else None
    if not sum(not p.optional for p in params) <= len(args) <= len(params):
        return None
    return [*args, *[_MISMATCH] * (len(params) - len(args))]


def _bind(params: tuple[Param, ...], values: list[object]) -> tuple[list[object], Param | None]:
    """The coerced arguments (missing optional ones left out), and the first parameter whose argument does not fit."""
    bound: list[object] = []
    for param, value in zip(params, values, strict=True):
        if value is _MISMATCH:
            bound.append(None)
            continue
        fitting = _coerce(param, value)
        if fitting is _MISMATCH:
            return bound, param
        bound.append(fitting)
    return bound, None


def _coerce(param: Param, value: object) -> object:
    """Singleton lists and single values stand for each other (DMN 1.5, 10.3.2.9.4)."""
    if "any" in param.kinds or (
        isinstance(value, param.types) and ((value is not True and value is not False) or bool in param.types)
    ):
        return value
    if (
        isinstance(value, list)
        and len(value) == 1
        and isinstance(value[0], param.types)
        and "list" not in param.kinds
    ):
        return value[0]
    if "list" in param.kinds and value is not None and len(param.kinds) == 1:
        return [value]
    return _MISMATCH
