"""Functions that make one value out of many (DMN 1.5, 10.3.4.4): min, max, sum, mean, all, any, median …"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import reduce

from stadtkern.kernel.feel.builtins.registry import builtin
from stadtkern.kernel.feel.ops import compare
from stadtkern.kernel.feel.temporal import DaysTimeDuration, YearsMonthsDuration
from stadtkern.kernel.feel.values import DECIMAL

Items = list[object]


def numbers(items: Items) -> list[Decimal] | None:
    """The items if all are numbers and there is one at least."""
    found = [i for i in items if isinstance(i, Decimal)]
    return found if found and len(found) == len(items) else None


@builtin("count", "list: list", variadic=True)
def count(items: Items) -> object:
    return Decimal(len(items))


def _extreme(items: Items, wanted: int) -> object:
    if not items:
        return None
    best = items[0]
    for item in items[1:]:
        order = compare(item, best)
        if order is None:
            return None
        best = item if order == wanted else best
    return best if compare(best, best) is not None else None


@builtin("min", "list: list", variadic=True)
def min_(items: Items) -> object:
    return _extreme(items, -1)


@builtin("max", "list: list", variadic=True)
def max_(items: Items) -> object:
    return _extreme(items, 1)


def _sum(items: Items) -> object:
    found = numbers(items)
    if found is not None:
        return reduce(DECIMAL.add, found)
    if items and all(isinstance(i, DaysTimeDuration) for i in items):
        return DaysTimeDuration(sum(i.nanos for i in items if isinstance(i, DaysTimeDuration)))
    if items and all(isinstance(i, YearsMonthsDuration) for i in items):
        return YearsMonthsDuration(sum(i.months for i in items if isinstance(i, YearsMonthsDuration)))
    return None


builtin("sum", "list: list", variadic=True)(_sum)


@builtin("mean", "list: list", variadic=True)
def mean(items: Items) -> object:
    found = numbers(items)
    return None if found is None else DECIMAL.divide(reduce(DECIMAL.add, found), Decimal(len(found)))


@builtin("product", "list: list", variadic=True)
def product(items: Items) -> object:
    found = numbers(items)
    return None if found is None else reduce(DECIMAL.multiply, found)


@builtin("median", "list: list", variadic=True)
def median(items: Items) -> object:
    found = numbers(items)
    if found is None:
        return None
    ordered, half = sorted(found), len(found) // 2
    return (
        ordered[half]
        if len(ordered) % 2
        else DECIMAL.divide(DECIMAL.add(ordered[half - 1], ordered[half]), Decimal(2))
    )


@builtin("stddev", "list: list", variadic=True)
def stddev(items: Items) -> object:
    """Of a sample (n - 1)."""
    found = numbers(items)
    if found is None or len(found) < 2:
        return None
    middle = DECIMAL.divide(reduce(DECIMAL.add, found), Decimal(len(found)))
    squares = [DECIMAL.power(DECIMAL.subtract(x, middle), 2) for x in found]
    return DECIMAL.sqrt(DECIMAL.divide(reduce(DECIMAL.add, squares), Decimal(len(found) - 1)))


@builtin("mode", "list: list", variadic=True)
def mode(items: Items) -> object:
    if not items:
        return []
    found = numbers(items)
    if found is None:
        return None
    counts: dict[Decimal, int] = {}
    for number in found:
        counts[number] = counts.get(number, 0) + 1
    most = max(counts.values())
    return sorted(n for n, c in counts.items() if c == most)


def _junction(decisive: bool) -> Callable[[Items], object]:
    def run(items: Items) -> object:
        if any(i is decisive for i in items):
            return decisive
        return None if any(not isinstance(i, bool) for i in items) else not decisive

    return run


for _name, _decisive in (("all", False), ("and", False), ("any", True), ("or", True)):
    builtin(_name, "list: list", variadic=True)(_junction(_decisive))


@builtin("not", "negand: boolean|null")
def not_(negand: bool | None) -> object:
    return None if negand is None else not negand
