"""for, some and every: loops over lists and ranges (DMN 1.5, 10.3.2.14)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal

from stadtkern.kernel.feel import ast
from stadtkern.kernel.feel.free import free_names
from stadtkern.kernel.feel.ops import compare
from stadtkern.kernel.feel.runtime import Runtime
from stadtkern.kernel.feel.temporal import Date, from_ordinal
from stadtkern.kernel.feel.types import kind_of
from stadtkern.kernel.feel.values import Range

Vars = dict[str, object]
Fn = Callable[[Vars, Runtime], object]
Source = Callable[[Vars, Runtime], Iterable[object] | None]
Loop = tuple[str, Source]


def compile_for(compile_: Callable[[ast.Expr], Fn], node: ast.For) -> Fn:
    """A list with the value of the body for every combination."""
    loops = _loops(compile_, node.iterators)
    body, partial = compile_(node.body), "partial" in free_names(node.body)

    def run(v: Vars, rt: Runtime) -> object:
        results: list[object] = []
        for scope in _combinations(loops, v, rt):
            if scope is None:
                return None
            rt.tick()
            if partial:
                scope["partial"] = list(results)
            results.append(body(scope, rt))
            rt.grow(1)
            rt.check_size(len(results))
        return results

    return run


def compile_quantified(compile_: Callable[[ast.Expr], Fn], node: ast.Quantified) -> Fn:
    """true or false, or null if a condition that decides is unknown."""
    loops, every = _loops(compile_, node.iterators), node.every
    body, pos = compile_(node.body), node.body.start

    def run(v: Vars, rt: Runtime) -> object:
        unknown = False
        for scope in _combinations(loops, v, rt):
            if scope is None:
                return None
            rt.tick()
            value = body(scope, rt)
            if value is not every and isinstance(value, bool):
                return not every
            if value is not every:
                if value is not None:
                    rt.note("feel-not-boolean", pos, left=kind_of(value))
                unknown = True
        return None if unknown else every

    return run


def _loops(compile_: Callable[[ast.Expr], Fn], iterators: tuple[ast.Iterator, ...]) -> tuple[Loop, ...]:
    return tuple((i.name, _source(compile_, i)) for i in iterators)


def _source(compile_: Callable[[ast.Expr], Fn], node: ast.Iterator) -> Source:
    low, pos = compile_(node.source), node.source.start
    high = compile_(node.upto) if node.upto is not None else None

    def values(v: Vars, rt: Runtime) -> Iterable[object] | None:
        start = low(v, rt)
        if high is not None:
            return steps(start, high(v, rt), rt, pos)
        if isinstance(start, list):
            return list(start)
        if isinstance(start, Range):
            return range_values(start, rt, pos)
        if start is None:
            rt.note("feel-iteration", pos, left="Null")
            return None
        return [start]

    return values


def range_values(range_: Range, rt: Runtime, pos: int) -> Iterable[object] | None:
    """The values of a closed or open range of whole numbers or days; unlike `2..1` the range `[2..1]` has none."""
    if (compare(range_.start, range_.end) or 0) > 0:
        rt.note("feel-range", pos)
        return None
    values = steps(range_.start, range_.end, rt, pos)
    if values is None:
        return None
    found = list(values)
    if not range_.start_included:
        found = found[1:]
    return found if range_.end_included or not found else found[:-1]


def steps(start: object, end: object, rt: Runtime, pos: int) -> Iterable[object] | None:
    """Whole numbers or days from start to end, up or down; null for everything else."""
    if isinstance(start, Decimal) and isinstance(end, Decimal):
        if start == int(start) and end == int(end):
            rt.check_size(abs(int(end) - int(start)) + 1)
            rt.grow(abs(int(end) - int(start)) + 1)
            return [Decimal(n) for n in _walk(int(start), int(end))]
    elif isinstance(start, Date) and isinstance(end, Date):
        rt.check_size(abs(end.ordinal - start.ordinal) + 1)
        return [from_ordinal(n) for n in _walk(start.ordinal, end.ordinal)]
    rt.note("feel-iteration", pos, left=kind_of(end if isinstance(start, Decimal | Date) else start))
    return None


def _walk(start: int, end: int) -> range:
    return range(start, end + 1) if start <= end else range(start, end - 1, -1)


def _combinations(loops: tuple[Loop, ...], v: Vars, rt: Runtime) -> Iterator[Vars | None]:
    """All variable assignments, the last loop turning fastest; None (once) if a source cannot be iterated."""
    name, source = loops[0]
    values = source(v, rt)
    if values is None:
        yield None
        return
    for value in values:
        scope = {**v, name: value}
        if len(loops) == 1:
            yield scope
            continue
        for inner in _combinations(loops[1:], scope, rt):
            yield inner
            if inner is None:
                return
