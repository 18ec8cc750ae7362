"""Does a question fit several services equally well? Then the assistant asks back instead of guessing."""

from __future__ import annotations

from collections.abc import Sequence

from stadtkern.kernel.search import Hit, Index, words

MOST = 4
NEAR = 0.93  # of the first hit's score
_GENERIC = frozenset(words.stem(word) for word in words.ACTIONS)


def options(index: Index, question: str, hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """At least two hits that differ in their subject, or nothing. Only short questions are ambiguous; a longer one says what it means."""
    asked = index.understand(question)
    content = [word for word in asked.words if word not in words.ASPECTS]
    if not content or len(content) > 2 or not hits:
        return ()
    if len(content) == 1 and words.stem(content[0]) in _GENERIC:
        stem = words.stem(content[0])
        candidates = [hit for hit in hits if stem in _stems(index, hit) or stem in _names(hit)]
    else:
        if _subject(index, hits[0]) <= {words.stem(word) for word in content} | _GENERIC:
            return ()  # the title says exactly this
        carried = {word for word, share in index.support(asked, hits[0].entry).items() if share > 0.3}
        if not carried:
            return ()
        candidates = [
            hit
            for hit in hits
            if hit.score >= NEAR * hits[0].score
            and carried == {word for word, share in index.support(asked, hit.entry).items() if share > 0.3}
        ]
    found = _distinct(index, candidates)
    return tuple(found) if len(found) > 1 else ()


def _distinct(index: Index, hits: Sequence[Hit]) -> list[Hit]:
    """Without special cases of what is already there: ``Fahrzeug abmelden ohne Schein`` is no alternative to ``Fahrzeug abmelden``."""
    chosen: list[tuple[frozenset[str], Hit]] = []
    for hit in hits:
        subject = _subject(index, hit)
        if all(not subject >= other for other, _ in chosen):
            chosen = [(other, old) for other, old in chosen if not other > subject]
            chosen.append((subject, hit))
    return [hit for _, hit in chosen][:MOST]


def _subject(index: Index, hit: Hit) -> frozenset[str]:
    return _stems(index, hit) - _GENERIC


def _stems(index: Index, hit: Hit) -> frozenset[str]:
    return frozenset(words.stem(word) for word in words.split(hit.entry.title) if word not in words.EVERY)


def _names(hit: Hit) -> frozenset[str]:
    """Search words of an entry that consist of one word: what its editor says people call it."""
    return frozenset(
        words.stem(found[0]) for text in hit.entry.synonyms if len(found := words.split(text)) == 1
    )
