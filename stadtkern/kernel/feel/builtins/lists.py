"""Functions on lists (DMN 1.5, 10.3.4.4 and 10.3.4.7)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_DOWN, Decimal
from functools import cmp_to_key

from stadtkern.kernel.feel.builtins.registry import builtin
from stadtkern.kernel.feel.ops import compare, equal
from stadtkern.kernel.feel.runtime import Runtime
from stadtkern.kernel.feel.values import Function

Items = list[object]


def position(items: Items, at: Decimal, extra: int = 0) -> int | None:
    """The Python index of a FEEL position (1 is first, -1 last); None if there is none."""
    index = int(at)
    if index != at or index == 0 or abs(index) > len(items) + (extra if index > 0 else 0):
        return None
    return index - 1 if index > 0 else len(items) + index


def is_member(items: Items, value: object) -> bool:
    """Is an equal value in the list?"""
    return any(equal(i, value) is True for i in items)


@builtin("list contains", "list: list, element: any")
def list_contains(items: Items, element: object) -> object:
    return is_member(items, element)


@builtin("sublist", "list: list, start position: number, length?: number")
def sublist(items: Items, start: Decimal, length: Decimal | None) -> object:
    begin = position(items, start)
    if begin is None or (length is not None and (length < 0 or begin + int(length) > len(items))):
        return None
    return items[begin:] if length is None else items[begin : begin + int(length)]


@builtin("concatenate", "list: list", variadic=True)
def _concatenate_all(items: Items) -> object:
    return [entry for part in items for entry in (part if isinstance(part, list) else [part])]


@builtin("insert before", "list: list, position: number, newItem: any")
def insert_before(items: Items, at: Decimal, new: object) -> object:
    index = position(items, at, extra=1)
    return None if index is None else [*items[:index], new, *items[index:]]


@builtin("remove", "list: list, position: number")
def remove(items: Items, at: Decimal) -> object:
    index = position(items, at)
    return None if index is None else items[:index] + items[index + 1 :]


@builtin("list replace", "list: list, position: number, newItem: any")
def list_replace(items: Items, at: Decimal, new: object) -> object:
    index = position(items, at.to_integral_value(ROUND_DOWN))
    return None if index is None else [*items[:index], new, *items[index + 1 :]]


@builtin("list replace", "list: list, match: function, newItem: any", runtime=True)
def list_replace_where(rt: Runtime, pos: int, items: Items, match: Function, new: object) -> object:
    out: Items = []
    for item in items:
        decided = match.call([item, new], None, rt, pos)
        if not isinstance(decided, bool):
            return None
        out.append(new if decided else item)
    return out


@builtin("reverse", "list: list")
def reverse(items: Items) -> object:
    return items[::-1]


@builtin("index of", "list: list, match: any")
def index_of(items: Items, match: object) -> object:
    return [Decimal(n) for n, item in enumerate(items, 1) if equal(item, match) is True]


@builtin("distinct values", "list: list", runtime=True)
def distinct_values(rt: Runtime, pos: int, items: Items) -> object:
    out: Items = []
    for item in items:
        rt.tick(1 + len(out))
        if not is_member(out, item):
            out.append(item)
    return out


@builtin("flatten", "list: list")
def flatten(items: Items) -> object:
    out: Items = []
    stack = list(reversed(items))
    while stack:
        item = stack.pop()
        if isinstance(item, list):
            stack.extend(reversed(item))
        else:
            out.append(item)
    return out


@builtin("union", "list: list", variadic=True, runtime=True)
def union(rt: Runtime, pos: int, items: Items) -> object:
    joined = _concatenate_all(items)
    assert isinstance(joined, list)
    return distinct_values(rt, pos, joined)


@builtin("append", "list: list, item: list", rest=True)
def append(items: Items, more: Items) -> object:
    return [*items, *more]


class _Refused(Exception):
    """A precedes function gave no boolean."""


@builtin("sort", "list: list, precedes?: function", runtime=True)
def sort(rt: Runtime, pos: int, items: Items, precedes: Function | None) -> object:
    try:
        return sorted(items, key=cmp_to_key(_natural if precedes is None else _order(rt, pos, precedes)))
    except _Refused:
        return None


def _natural(a: object, b: object) -> int:
    """Ascending; values without a common order are refused."""
    order = compare(a, b)
    if order is None:
        raise _Refused
    return order


def _order(rt: Runtime, pos: int, precedes: Function) -> Callable[[object, object], int]:
    def before(a: object, b: object) -> bool:
        decided = precedes.call([a, b], None, rt, pos)
        if not isinstance(decided, bool):
            raise _Refused
        return decided

    return lambda a, b: -1 if before(a, b) else 1 if before(b, a) else 0
