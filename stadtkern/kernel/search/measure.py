"""How good is a search? Recall and refusal against questions whose right answers are known."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from stadtkern.kernel.search.index import Index


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question of a person; no answers means: out of scope."""

    id: str
    text: str
    answers: frozenset[str]
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Shares from 0 to 1; ``auc`` separates in scope from out of scope by evidence; times in milliseconds."""

    questions: int
    recall: dict[int, float]
    mean_reciprocal_rank: float
    auc: float | None
    median_ms: float
    p95_ms: float
    missed: tuple[str, ...]
    by_kind: dict[str, float]


def measure(index: Index, questions: Iterable[Question], depths: Sequence[int] = (1, 3, 5)) -> Result:
    """Ask every question once."""
    ranks: dict[str, int] = {}
    kinds: dict[str, list[bool]] = {}
    inside: list[float] = []
    outside: list[float] = []
    times: list[float] = []
    for question in questions:
        start = time.perf_counter()
        hits = index.search(question.text, limit=max(*depths, 10))
        times.append((time.perf_counter() - start) * 1000)
        evidence = max((hit.evidence for hit in hits), default=0.0)
        if not question.answers:
            outside.append(evidence)
            continue
        inside.append(evidence)
        rank = next((n for n, hit in enumerate(hits, 1) if hit.entry.key in question.answers), 0)
        ranks[question.id] = rank
        kinds.setdefault(question.kind, []).append(0 < rank <= 5)
    count = len(ranks) or 1
    times.sort()
    return Result(
        questions=len(times),
        recall={depth: sum(0 < rank <= depth for rank in ranks.values()) / count for depth in depths},
        mean_reciprocal_rank=sum(1 / rank for rank in ranks.values() if rank) / count,
        auc=_auc(inside, outside),
        median_ms=times[len(times) // 2] if times else 0.0,
        p95_ms=times[int(len(times) * 0.95)] if times else 0.0,
        missed=tuple(id for id, rank in ranks.items() if not 0 < rank <= max(depths)),
        by_kind={kind: sum(found) / len(found) for kind, found in sorted(kinds.items())},
    )


def _auc(inside: list[float], outside: list[float]) -> float | None:
    if not inside or not outside:
        return None
    wins = sum((a > b) + 0.5 * (a == b) for a in inside for b in outside)
    return wins / (len(inside) * len(outside))
