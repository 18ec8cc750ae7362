"""Known words near a misspelt one, and words by their beginning."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from stadtkern.kernel.search import words

CANDIDATES = 40


class Spelling:
    """The words of an index with how often they occur."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self._counts = counts
        self._sorted = sorted(counts)
        self._groups: dict[str, list[str]] = defaultdict(list)
        for word in self._sorted:
            if len(word) > 3:
                for letters in set(words.groups(word, (3,))):
                    self._groups[letters].append(word)
        self._kept: dict[str, str | None] = {}

    def beginning_with(self, letters: str) -> Iterator[str]:
        """All words with this beginning."""
        position = bisect_left(self._sorted, letters)
        while position < len(self._sorted) and self._sorted[position].startswith(letters):
            yield self._sorted[position]
            position += 1

    def nearest(self, word: str) -> str | None:
        """The known word with the fewest typing errors (one in short words, two in long ones), the most frequent first."""
        if len(self._kept) > 20_000:
            self._kept.clear()
        if word not in self._kept:
            self._kept[word] = self._search(word)
        return self._kept[word]

    def relatives(self, word: str) -> list[str]:
        """Known words that begin alike (at least five letters and most of the shorter one): inflection in any language."""
        found = []
        for candidate in self.beginning_with(word[: max(5, len(word) - 4)]):
            if len(candidate) <= len(word) + 4:
                found.append(candidate)
        for length in range(len(word) - 1, 4, -1):
            if word[:length] in self._counts:
                found.append(word[:length])
                break
        return found[:8]

    def _search(self, word: str) -> str | None:
        if len(word) < 5:
            return None
        limit = 1 if len(word) < 7 else 2
        shared: Counter[str] = Counter()
        for letters in set(words.groups(word, (3,))):
            for candidate in self._groups.get(letters, ()):
                if abs(len(candidate) - len(word)) <= limit:
                    shared[candidate] += 1
        best: tuple[int, bool, int, str] | None = None
        for candidate, _ in sorted(shared.items(), key=lambda row: (-row[1], row[0]))[:CANDIDATES]:
            errors = words.distance(word, candidate, limit)
            rank = (errors, candidate[0] != word[0], -self._counts[candidate], candidate)
            if len(word) < 7 and candidate[0] != word[0]:
                continue
            if errors <= limit and (best is None or rank < best):
                best = rank
        return None if best is None else best[3]
