"""What one evaluation carries along: limits, problems, the depth of calls."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic
from typing import Any

from stadtkern.kernel.feel.errors import FeelError, Problem


@dataclass(frozen=True, slots=True)
class Limits:
    """`seconds` of evaluation, `depth` of nested calls, `items` in one list or text, `nesting` and `length` of a text."""

    seconds: float = 5.0
    depth: int = 120
    items: int = 200_000
    nesting: int = 80
    length: int = 200_000


DEFAULT_LIMITS = Limits()
MAX_PROBLEMS = 100
ALL_LISTS = 10
"""All lists together may hold ten times the items one may."""


class Runtime:
    """Limits and problems of one evaluation. Not to be shared between threads."""

    __slots__ = ("_deadline", "_grown", "_steps", "depth", "limits", "problems")

    def __init__(self, limits: Limits = DEFAULT_LIMITS) -> None:
        self.limits = limits
        self.problems: list[Problem] = []
        self.depth = 0
        self._steps = 0
        self._deadline = 0.0
        self._grown = 0

    def note(self, code: str, pos: int, **params: object) -> Any:
        """Remembers why a value is null, and returns that null."""
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(code, pos, tuple(params.items())))
        return None

    def tick(self, steps: int = 1) -> None:
        """Counts work done; raises FeelError when the time is up."""
        self._steps += steps
        if self._steps >= 512:
            self._steps = 0
            now = monotonic()
            if not self._deadline:
                self._deadline = now + self.limits.seconds
            elif now > self._deadline:
                raise FeelError("feel-timeout", limit=self.limits.seconds)

    def check_size(self, size: int) -> None:
        """Raises FeelError when a list or text grows beyond the limit."""
        if size > self.limits.items:
            raise FeelError("feel-too-large", limit=self.limits.items)

    def grow(self, items: int) -> None:
        """Counts what all lists together hold; raises FeelError beyond the limit."""
        self._grown += items
        if self._grown > self.limits.items * ALL_LISTS:
            raise FeelError("feel-too-large", limit=self.limits.items * ALL_LISTS)

    def enter(self) -> None:
        """One more nested call; raises FeelError when there are too many."""
        self.depth += 1
        if self.depth > self.limits.depth:
            raise FeelError("feel-recursion", limit=self.limits.depth)

    def leave(self) -> None:
        """The nested call is done."""
        self.depth -= 1
