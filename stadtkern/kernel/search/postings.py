"""Inverted lists as arrays: terms to entries with a weight that is ready to be added up."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import numpy.typing as npt

from stadtkern.kernel.search import words

Floats = npt.NDArray[np.float32]
K1 = 1.2


class Words:
    """BM25F (Robertson, Zaragoza 2009): counts of each field are divided by its length first, then summed and saturated."""

    def __init__(self, weights: Mapping[str, float], lengths: Mapping[str, float]) -> None:
        self._weights, self._b = weights, lengths
        self._counts: dict[str, dict[int, dict[str, float]]] = defaultdict(dict)
        self._lengths: dict[str, dict[int, float]] = {name: {} for name in weights}
        self._lists: dict[str, tuple[npt.NDArray[np.int32], Floats]] = {}
        self.entries = 0

    def add(self, entry: int, field: str, terms: Iterable[tuple[str, float]], length: float) -> None:
        """Count the terms of one field of one entry."""
        self._lengths[field][entry] = length
        for term, count in terms:
            fields = self._counts[term].setdefault(entry, {})
            fields[field] = fields.get(field, 0.0) + count

    def close(self, entries: int) -> None:
        """Turn the counts into arrays; nothing can be added any more."""
        self.entries = entries
        means = {
            name: (sum(found.values()) / len(found) or 1.0) for name, found in self._lengths.items() if found
        }
        for term, found in self._counts.items():
            ids = np.fromiter(found.keys(), np.int32, len(found))
            sums = (self._sum(entry, fields, means) for entry, fields in found.items())
            frequency = np.fromiter(sums, np.float32, len(found))
            self._lists[term] = (ids, frequency * (K1 + 1) / (frequency + K1))
        self._counts.clear()

    def _sum(self, entry: int, fields: Mapping[str, float], means: Mapping[str, float]) -> float:
        total = 0.0
        for name, count in fields.items():
            b = self._b[name]
            total += self._weights[name] * count / (1 - b + b * self._lengths[name][entry] / means[name])
        return total

    def __contains__(self, term: str) -> bool:
        return term in self._lists

    def idf(self, term: str) -> float:
        """How rare the term is; unknown terms are the rarest."""
        count = len(self._lists[term][0]) if term in self._lists else 0
        return math.log(1 + (self.entries - count + 0.5) / (count + 0.5))

    def impact(self, term: str, entry: int) -> float:
        """The saturated weight of a term in one entry, 0 to 1."""
        if term not in self._lists:
            return 0.0
        ids, impact = self._lists[term]
        place = np.searchsorted(ids, entry)
        return float(impact[place]) / (K1 + 1) if place < len(ids) and ids[place] == entry else 0.0

    def score(self, terms: Mapping[str, float], into: Floats) -> None:
        """Add the scores of all entries for weighted terms."""
        for term, weight in terms.items():
            if term in self._lists:
                ids, impact = self._lists[term]
                into[ids] += np.float32(weight * self.idf(term)) * impact


class Groups:
    """Cosine over groups of letters with logarithmic counts: near in spelling, whatever the words."""

    def __init__(self, commonest: float = 1.0) -> None:
        self._commonest = commonest
        self._counts: dict[str, dict[int, float]] = defaultdict(dict)
        self._lists: dict[str, tuple[npt.NDArray[np.int32], Floats]] = {}
        self._idf: dict[str, float] = {}
        self._unknown = 0.0

    def add(self, entry: int, word: str, weight: float) -> None:
        """Count a word of an entry; its groups of letters are taken once for all entries."""
        found = self._counts[word]
        found[entry] = found.get(entry, 0.0) + weight

    def close(self, entries: int) -> None:
        """Turn the counts into arrays, divided by the length of each entry's vector."""
        squares = np.zeros(entries, np.float64)
        for letters, (ids, counts) in self._by_group():
            self._idf[letters] = math.log(1 + (entries - len(ids) + 0.5) / (len(ids) + 0.5))
            weights = (np.log1p(counts) * self._idf[letters]).astype(np.float32)
            squares[ids] += weights**2
            if len(ids) <= max(
                200, self._commonest * entries
            ):  # others say nothing and cost most of the time
                self._lists[letters] = (ids, weights)
        norms = np.sqrt(squares).astype(np.float32)
        norms[norms == 0] = 1.0
        for letters, row in self._lists.items():
            self._lists[letters] = (row[0], (row[1] / norms[row[0]]).astype(np.float32))
        self._unknown = math.log(1 + (entries + 0.5) / 0.5)
        self._counts.clear()

    def _by_group(self) -> Iterator[tuple[str, tuple[npt.NDArray[np.int32], Floats]]]:
        having: dict[str, list[tuple[npt.NDArray[np.int32], Floats]]] = defaultdict(list)
        for word, found in self._counts.items():
            ids = np.fromiter(found.keys(), np.int32, len(found))
            weights = np.fromiter(found.values(), np.float32, len(found))
            for letters in words.groups(word):
                having[letters].append((ids, weights))
        for letters, rows in having.items():
            if len(rows) == 1:
                yield letters, rows[0]
                continue
            every = np.concatenate([row[0] for row in rows])
            order = np.argsort(every, kind="stable")
            every = every[order]
            starts = np.flatnonzero(np.diff(every, prepend=-1))
            sums = np.add.reduceat(np.concatenate([row[1] for row in rows])[order], starts)
            yield letters, (every[starts], sums.astype(np.float32))

    def score(self, wanted: Mapping[str, float], into: Floats) -> None:
        """Add the cosine of all entries with the wanted groups."""
        length = math.sqrt(sum((n * self._idf.get(g, self._unknown)) ** 2 for g, n in wanted.items())) or 1.0
        for letters, count in wanted.items():
            if letters in self._lists:
                ids, weights = self._lists[letters]
                into[ids] += np.float32(count * self._idf[letters] / length) * weights
