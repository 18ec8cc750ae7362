"""The answer without a language model: the literal fields of one service that fit the question."""

from __future__ import annotations

from collections.abc import Sequence

from stadtkern.fronts.assistant.knowledge import Fact, Source
from stadtkern.kernel.search import words

MOST = 5  # facts on a card
NEEDED = frozenset(
    {"fee", "deadline", "duration", "documents", "hours"}
)  # without such a fact the answer is "we do not know"


def choose(source: Source, question: str, aspect: str) -> tuple[Fact, ...]:
    """The facts of the card, those that were asked for first; empty if the source has none of the kind that was asked for."""
    if aspect:
        fitting = source.about(aspect)
        if fitting or aspect in NEEDED:
            return tuple(_nearest(fitting, question)[:MOST])
    told = [fact for fact in source.facts if fact.path.startswith("text/")]
    asked = _nearest(told, question)[:2]
    typed = [
        facts[0]
        for kind in ("fee", "deadline", "duration", "documents", "online")
        if (facts := source.about(kind))
    ]
    return tuple(dict.fromkeys([*asked, *told[:1], *typed, *source.facts[:1]]))[:MOST]


def _nearest(facts: Sequence[Fact], question: str) -> list[Fact]:
    """Facts by how many words they share with the question, else in their own order."""
    asked = {words.stem(word) for word in words.split(question) if word not in words.EVERY}
    return sorted(facts, key=lambda fact: -len(asked & {words.stem(word) for word in words.split(fact.text)}))
