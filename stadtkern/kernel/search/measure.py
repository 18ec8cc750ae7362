"""How good is a search? Ranks and refusals against questions whose right answers are known."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from stadtkern.kernel.search.index import Index
from stadtkern.kernel.search.scope import judge


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question of a person; no answers means: out of scope."""

    id: str
    text: str
    answers: frozenset[str]
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Shares from 0 to 1; times in milliseconds. ``inside`` and ``outside``: how many were answered and refused."""

    questions: int
    recall: dict[int, float]
    mean_reciprocal_rank: float
    inside: tuple[int, int]
    outside: tuple[int, int]
    median_ms: float
    p95_ms: float
    missed: tuple[str, ...]
    misjudged: tuple[str, ...]
    by_kind: dict[str, float]


def measure(index: Index, questions: Iterable[Question], depths: Sequence[int] = (1, 3, 5)) -> Result:
    """Ask every question once."""
    ranks: dict[str, int] = {}
    kinds: dict[str, list[bool]] = {}
    answered: dict[bool, list[str]] = {True: [], False: []}
    refused: dict[bool, list[str]] = {True: [], False: []}
    times: list[float] = []
    for question in questions:
        start = time.perf_counter()
        judged = judge(index, question.text, limit=max(*depths, 10))
        times.append((time.perf_counter() - start) * 1000)
        (answered if judged.answered else refused)[bool(question.answers)].append(question.id)
        if question.answers:
            keys = [hit.entry.key for hit in judged.hits]
            rank = next((n for n, key in enumerate(keys, 1) if key in question.answers), 0)
            ranks[question.id] = rank
            kinds.setdefault(question.kind, []).append(0 < rank <= 5)
    count = len(ranks) or 1
    times.sort()
    return Result(
        questions=len(times),
        recall={depth: sum(0 < rank <= depth for rank in ranks.values()) / count for depth in depths},
        mean_reciprocal_rank=sum(1 / rank for rank in ranks.values() if 0 < rank <= 10) / count,
        inside=(len(answered[True]), len(refused[True])),
        outside=(len(answered[False]), len(refused[False])),
        median_ms=times[len(times) // 2] if times else 0.0,
        p95_ms=times[int(len(times) * 0.95)] if times else 0.0,
        missed=tuple(id for id, rank in ranks.items() if not 0 < rank <= max(depths)),
        misjudged=tuple(refused[True] + answered[False]),
        by_kind={kind: sum(found) / len(found) for kind, found in sorted(kinds.items())},
    )
