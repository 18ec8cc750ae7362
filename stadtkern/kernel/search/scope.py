"""Is there an answer at all? Ranking always finds something; refusing needs a signal of its own.

The best hit has to carry enough of what the question says: each word weighs by its rarity and counts as far as title, search
words or vocabulary of the hit carry it. Topics a city has no answer for (weather, football, recipes …) count against it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from stadtkern.kernel.search import vocabulary, words
from stadtkern.kernel.search.index import Hit, Index, Query

LEAST = 0.5  # share of the question's weight that the best hit carries, plus …
ABSOLUTE = 0.6  # … this times the same in words that occur once: long questions have much colour
LOOKED_AT = 3  # hits among which the one that carries most is taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """``answered`` or the reason why not: ``nothing`` found, ``weak`` evidence, or ``topic`` (then its name)."""

    answered: bool
    reason: str
    topic: str
    hits: tuple[Hit, ...]
    share: float
    carried: float


def judge(index: Index, question: str, *, limit: int = 10) -> Judgement:
    """Search, and say whether the best hit is an answer."""
    hits = tuple(index.search(question, limit=limit))
    topic, said = outside_topic(question)
    share, carried = _carried(index, index.understand(question), hits, said)
    reason = ""
    if not hits:
        reason = "nothing"
    elif topic and share < 0.5:
        reason = "topic"
    elif share + ABSOLUTE * carried < LEAST:
        reason = "weak"
    return Judgement(answered=not reason, reason=reason, topic=topic, hits=hits, share=share, carried=carried)


def outside_topic(question: str) -> tuple[str, frozenset[str]]:
    """The topic outside a city's work that a question touches, and the words that say so; empty if none."""
    spoken = words.split(question[:2000])
    for name, patterns in _topics():
        for pattern in patterns:
            if found := _match(pattern, spoken):
                return name, frozenset(found)
    return "", frozenset()


def _carried(index: Index, asked: Query, hits: Sequence[Hit], outside: frozenset[str]) -> tuple[float, float]:
    rarity = index.rarity(asked)
    whole = sum(rarity.values()) or 1.0
    best = (0.0, 0.0)
    for hit in hits[:LOOKED_AT]:
        support = index.support(asked, hit.entry)
        carried = sum(rarity[word] * share for word, share in support.items() if word not in outside)
        share = max(carried / whole, 0.5 if index.title_share(asked, hit.entry) == 1 and not outside else 0.0)
        best = max(best, (share, carried / index.most_rare()))
    return best


def _match(pattern: Sequence[re.Pattern[str]], spoken: Sequence[str]) -> list[str]:
    found: list[str] = []
    for part in pattern:
        word = next((word for word in spoken if part.fullmatch(word)), None)
        if word is None:
            return []
        found.append(word)
    return found


@cache
def _topics() -> tuple[tuple[str, tuple[tuple[re.Pattern[str], ...], ...]], ...]:
    return tuple(
        (name, tuple(tuple(_word(word) for word in pattern.split()) for pattern in patterns))
        for name, patterns in vocabulary.outside()
    )


def _word(pattern: str) -> re.Pattern[str]:
    bare = "".join(words.split(pattern))
    return re.compile(bare + (r"\w*" if pattern.endswith("*") else ""))
