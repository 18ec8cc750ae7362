"""Relations between points and ranges (DMN 1.5, 10.3.4.10, table 78)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from stadtkern.kernel.feel.builtins.registry import builtin
from stadtkern.kernel.feel.ops import compare, equal
from stadtkern.kernel.feel.runtime import Runtime
from stadtkern.kernel.feel.temporal import parse_any
from stadtkern.kernel.feel.values import Range

_POINT = "number|string|date|time|datetime|months|daytime"
_SHAPE = re.compile(r"\s*([\[\](])(.*?)\.\.(.*?)([\])\[])\s*", re.DOTALL)


class _Incomparable(Exception):
    """The ends have no common order."""


def _cmp(a: object, b: object) -> int:
    order = compare(a, b)
    if order is None:
        raise _Incomparable
    return order


def _low(r: Range, other: Range) -> int:
    """Compares where two ranges start: -1 earlier, 0 same, 1 later."""
    if r.start is None or other.start is None:
        return (r.start is not None) - (other.start is not None)
    return _cmp(r.start, other.start) or int(other.start_included) - int(r.start_included)


def _high(r: Range, other: Range) -> int:
    """Compares where two ranges end."""
    if r.end is None or other.end is None:
        return (other.end is not None) - (r.end is not None)
    return _cmp(r.end, other.end) or int(r.end_included) - int(other.end_included)


def _gap(a: Range, b: Range) -> bool:
    """Does a end before b starts, without a common point?"""
    if a.end is None or b.start is None:
        return False
    order = _cmp(a.end, b.start)
    return order < 0 or (order == 0 and not (a.end_included and b.start_included))


def _point(value: object) -> Range:
    return value if isinstance(value, Range) else Range(value, value, True, True)


def _contains(a: Range, b: Range) -> bool:
    return _low(a, b) <= 0 and _high(a, b) >= 0


def _touch(a: Range, b: Range) -> bool:
    return (
        a.end_included
        and b.start_included
        and a.end is not None
        and b.start is not None
        and _cmp(a.end, b.start) == 0
    )


def _overlap(a: Range, b: Range) -> bool:
    return not _gap(a, b) and not _gap(b, a)


def _ends(r: Range, p: object) -> bool:
    return r.end_included and equal(r.end, p) is True


def _begins(r: Range, p: object) -> bool:
    return r.start_included and equal(r.start, p) is True


_PAIRS = {
    "meets": _touch,
    "met by": lambda a, b: _touch(b, a),
    "overlaps": _overlap,
    "overlaps before": lambda a, b: _overlap(a, b) and _low(a, b) < 0 and _high(a, b) <= 0,
    "overlaps after": lambda a, b: _overlap(a, b) and _low(a, b) >= 0 and _high(a, b) > 0,
    "finishes": lambda a, b: _high(a, b) == 0 and _low(a, b) >= 0,
    "finished by": lambda a, b: _high(a, b) == 0 and _low(a, b) <= 0,
    "includes": _contains,
    "during": lambda a, b: _contains(b, a),
    "starts": lambda a, b: _low(a, b) == 0 and _high(a, b) <= 0,
    "started by": lambda a, b: _low(a, b) == 0 and _high(a, b) >= 0,
    "coincides": lambda a, b: _low(a, b) == 0 and _high(a, b) == 0,
}
_WITH_POINT = {
    "finishes": ("point", lambda p, r: _ends(r, p)),
    "finished by": ("range", lambda r, p: _ends(r, p)),
    "includes": ("range", lambda r, p: _contains(r, _point(p))),
    "during": ("point", lambda p, r: _contains(r, _point(p))),
    "starts": ("point", lambda p, r: _begins(r, p)),
    "started by": ("range", lambda r, p: _begins(r, p)),
}


def _safe(run: Callable[[Any, Any], object]) -> Callable[[object, object], object]:
    def guarded(a: object, b: object) -> object:
        try:
            return run(a, b)
        except _Incomparable:
            return None

    return guarded


def _register() -> None:
    for name, run in _PAIRS.items():
        builtin(name, "range1: range, range2: range")(_safe(run))
    for name, (first, run_point) in _WITH_POINT.items():
        signature = f"point: {_POINT}, range: range" if first == "point" else f"range: range, point: {_POINT}"
        builtin(name, signature)(_safe(run_point))
    builtin("coincides", f"point1: {_POINT}, point2: {_POINT}")(_safe(lambda a, b: _cmp(a, b) == 0))
    for name, flip in (("before", False), ("after", True)):
        run_any = _safe(
            (lambda a, b: _gap(_point(b), _point(a)) and a != b)
            if flip
            else (lambda a, b: _gap(_point(a), _point(b)) and a != b)
        )
        builtin(name, f"point1: {_POINT}, point2: {_POINT}")(
            _safe((lambda a, b: _cmp(a, b) > 0) if flip else (lambda a, b: _cmp(a, b) < 0))
        )
        builtin(name, f"point: {_POINT}, range: range")(run_any)
        builtin(name, f"range: range, point: {_POINT}")(run_any)
        builtin(name, "range1: range, range2: range")(run_any)


_register()


@builtin("range", "from: string", runtime=True)
def range_(rt: Runtime, pos: int, text: str) -> object:
    """`range("[18..67)")`: both ends literals of one kind, one may be missing."""
    found = _SHAPE.fullmatch(text)
    if not found:
        return None
    low, high = _literal(found[2]), _literal(found[3])
    if low is _WRONG or high is _WRONG or (low is None and high is None):
        return None
    order = 0 if low is None or high is None else compare(low, high)
    if order is None or order > 0 or (low is None and found[1] == "[") or (high is None and found[4] == "]"):
        return None
    return Range(low, high, found[1] == "[", found[4] == "]")


_WRONG = object()


def _literal(text: str) -> object:
    from stadtkern.kernel.feel.builtins.strings import number_from

    text = text.strip()
    if not text:
        return None
    if text.startswith('@"') and text.endswith('"'):
        return parse_any(text[2:-1]) or _WRONG
    if text.startswith('"') and text.endswith('"') and len(text) > 1 and '"' not in text[1:-1]:
        return text[1:-1]
    call = re.fullmatch(r'(?:date and time|date|time|duration)\(\s*"([^"]*)"\s*\)', text)
    if call:
        return parse_any(call[1]) or _WRONG
    value = number_from(text)
    return _WRONG if value is None else value
