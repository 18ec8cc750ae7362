"""The index: built once from all entries, then only read. Building 5,000 entries takes some seconds, a search some
milliseconds.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from stadtkern.kernel.search import words

WEIGHTS: Mapping[str, float] = {"title": 4.0, "synonyms": 3.5, "summary": 1.5, "text": 1.0}
K1, B = 1.2, 0.75
PART_WEIGHT = 0.6  # a part of a compound says less than the word itself
TITLE_GROUP_WEIGHT = 2.0
MIX = 0.5  # share of letter groups in the mixed score
GROUP_TEXT_LIMIT = 400  # letters of the running text that take part in letter groups


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something that can be found. ``group`` sorts results on the page (service, office, news, help …)."""

    key: str
    title: str
    synonyms: tuple[str, ...] = ()
    summary: str = ""
    text: str = ""
    group: str = ""
    boost: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A result. ``score`` ranks; ``evidence`` (raw, not normalised) tells whether it is a result at all."""

    entry: Entry
    score: float
    evidence: float


@dataclass(slots=True)
class _Side:
    """One way of looking at the entries: postings of terms with their weights, and lengths."""

    postings: dict[str, dict[int, float]] = field(default_factory=lambda: defaultdict(dict))
    lengths: dict[int, float] = field(default_factory=dict)


class Index:
    """Ranked search over ``entries`` in one language."""

    def __init__(self, entries: Iterable[Entry], language: str = "de") -> None:
        self.language = language
        self.entries = list(entries)
        self._stop = words.STOP.get(language, frozenset())
        self._counts = self._vocabulary()
        self._known = frozenset(w for w, n in self._counts.items() if len(w) > 3 and w not in self._stop)
        self._parts: dict[str, list[str]] = {}
        self._terms, self._groups = _Side(), _Side()
        for number, entry in enumerate(self.entries):
            self._add(number, entry)
        self._average = _mean(self._terms.lengths)
        self._group_idf = {g: self._idf(len(found)) for g, found in self._groups.postings.items()}
        self._norms = self._group_norms()
        self._by_prefix = sorted(self._counts)

    def __len__(self) -> int:
        return len(self.entries)

    def search(
        self, query: str, *, limit: int = 10, group: str | None = None, least: float = 0.0
    ) -> list[Hit]:
        """The best entries for a question in everyday words, the best first.

        ``least`` drops results with less evidence (BM25 of the words themselves, without letter groups).
        """
        terms = self._query_terms(query)
        exact = self._score_terms(terms)
        similar = self._score_groups(query)
        top_exact = max(exact.values(), default=0.0) or 1.0
        top_similar = max(similar.values(), default=0.0) or 1.0
        hits = []
        for number in exact.keys() | similar.keys():
            entry = self.entries[number]
            if group is not None and entry.group != group:
                continue
            mixed = (1 - MIX) * exact.get(number, 0.0) / top_exact + MIX * similar.get(
                number, 0.0
            ) / top_similar
            evidence = exact.get(number, 0.0) + similar.get(number, 0.0) * 4
            if evidence > least:
                hits.append(Hit(entry=entry, score=mixed * entry.boost, evidence=evidence))
        hits.sort(key=lambda hit: (-hit.score, hit.entry.title))
        return hits[:limit]

    def complete(self, beginning: str, *, limit: int = 8, group: str | None = None) -> list[Entry]:
        """Type-ahead: entries whose title or synonyms contain all words, the last one as a beginning."""
        typed = words.split(beginning)
        if not typed:
            return []
        *whole, last = typed
        found = []
        for entry in self.entries:
            if group is not None and entry.group != group:
                continue
            title = words.split(entry.title)
            rank = _completion_rank(title, whole, last)
            if rank is None:
                ranks = [_completion_rank(words.split(synonym), whole, last) for synonym in entry.synonyms]
                best = min((r for r in ranks if r is not None), default=None)
                rank = None if best is None else best + 2
            if rank is not None:
                found.append((rank, entry.title, entry))
        found.sort(key=lambda row: row[:2])
        if found:
            return [entry for _, _, entry in found[:limit]]
        return [hit.entry for hit in self.search(beginning, limit=limit, group=group, least=2.0)]

    def did_you_mean(self, query: str) -> str | None:
        """The question with misspelt words replaced, or None if all words are known or nothing is near."""
        changed = False
        result = []
        for word in query.split():
            folded = "".join(words.split(word))
            better = self._nearest(folded) if self._is_unknown(folded) else None
            result.append(better or word)
            changed = changed or better is not None
        return " ".join(result) if changed else None

    def _vocabulary(self) -> Counter[str]:
        counts: Counter[str] = Counter()
        self._shown: dict[str, str] = {}
        for entry in self.entries:
            for text in (entry.title, *entry.synonyms, entry.summary, entry.text):
                for shown in text.split():
                    for word in words.split(shown):
                        counts[word] += 1
                        if words.fold(shown.strip(".,;:!?()„“\"'")) == word:
                            self._shown.setdefault(word, shown.strip(".,;:!?()„“\"'"))
        return counts

    def _add(self, number: int, entry: Entry) -> None:
        fields = {
            "title": entry.title,
            "synonyms": " ".join(entry.synonyms),
            "summary": entry.summary,
            "text": entry.text,
        }
        length = 0.0
        for name, text in fields.items():
            for word in words.split(text):
                if word in self._stop:
                    continue
                length += 1
                for term, weight in self._terms_of(word):
                    found = self._terms.postings[term]
                    found[number] = found.get(number, 0.0) + WEIGHTS[name] * weight
        self._terms.lengths[number] = length
        self._add_groups(number, entry)

    def _add_groups(self, number: int, entry: Entry) -> None:
        texts = (
            (entry.title, TITLE_GROUP_WEIGHT),
            (" ".join(entry.synonyms), TITLE_GROUP_WEIGHT),
            (f"{entry.summary} {entry.text[:GROUP_TEXT_LIMIT]}", 1.0),
        )
        for text, weight in texts:
            for word in words.split(text):
                if word not in self._stop:
                    for letters in words.groups(word):
                        found = self._groups.postings[letters]
                        found[number] = found.get(number, 0.0) + weight

    def _terms_of(self, word: str) -> list[tuple[str, float]]:
        terms = [(words.stem(word, self.language), 1.0)]
        if self.language == "de":
            terms += [(words.stem(part), PART_WEIGHT) for part in self._split(word)]
        return terms

    def _split(self, word: str) -> list[str]:
        if len(word) < 8:
            return []
        if word not in self._parts:
            self._parts[word] = words.parts(word, self._known)
        return self._parts[word]

    def _query_terms(self, query: str) -> dict[str, float]:
        terms: dict[str, float] = {}
        typed = words.split(query)
        for word in [w for w in typed if w not in self._stop] or typed:
            for term, weight in self._terms_of(word):
                terms[term] = max(terms.get(term, 0.0), weight)
        return terms

    def _score_terms(self, terms: Mapping[str, float]) -> dict[int, float]:
        scores: dict[int, float] = defaultdict(float)
        for term, weight in terms.items():
            found = self._terms.postings.get(term)
            if not found:
                continue
            idf = self._idf(len(found))
            for number, frequency in found.items():
                norm = 1 - B + B * self._terms.lengths[number] / self._average
                scores[number] += weight * idf * frequency * (K1 + 1) / (frequency + K1 * norm)
        return scores

    def _score_groups(self, query: str) -> dict[int, float]:
        scores: dict[int, float] = defaultdict(float)
        wanted: Counter[str] = Counter()
        typed = words.split(query)
        for word in [w for w in typed if w not in self._stop] or typed:
            wanted.update(words.groups(word))
        length = 0.0
        for letters, count in wanted.items():
            idf = self._group_idf.get(letters)
            if idf is None:
                length += (count * self._idf(0)) ** 2
                continue
            weight = count * idf
            length += weight**2
            for number, frequency in self._groups.postings[letters].items():
                scores[number] += weight * (1 + math.log(frequency)) * idf
        scale = math.sqrt(length) or 1.0
        return {number: score / scale / self._norms[number] for number, score in scores.items()}

    def _group_norms(self) -> dict[int, float]:
        squares: dict[int, float] = defaultdict(float)
        for letters, found in self._groups.postings.items():
            idf = self._group_idf[letters]
            for number, frequency in found.items():
                squares[number] += ((1 + math.log(frequency)) * idf) ** 2
        return {number: math.sqrt(square) or 1.0 for number, square in squares.items()}

    def _idf(self, documents: int) -> float:
        return math.log(1 + (len(self.entries) - documents + 0.5) / (documents + 0.5))

    def _is_unknown(self, word: str) -> bool:
        if len(word) < 4 or word in self._stop or word in self._counts:
            return False
        return words.stem(word, self.language) not in self._terms.postings and not self._split(word)

    def _nearest(self, word: str) -> str | None:
        """The most frequent known word with the fewest typing errors (one in short words, two in long ones)."""
        limit = 1 if len(word) < 6 else 2
        best: tuple[int, int, str] | None = None
        for candidate, count in self._counts.items():
            if len(candidate) < 4 or candidate[0] != word[0]:
                continue
            errors = words.distance(word, candidate, limit)
            if errors <= limit and (best is None or (errors, -count, candidate) < best):
                best = (errors, -count, candidate)
        return None if best is None else self._shown.get(best[2], best[2])


def _completion_rank(text: list[str], whole: list[str], last: str) -> int | None:
    if not all(word in text for word in whole):
        return None
    starts = [position for position, word in enumerate(text) if word.startswith(last)]
    if starts:
        return 0 if starts[0] == 0 else 1
    return 3 if len(last) > 3 and any(last in word for word in text) else None


def _mean(lengths: Mapping[int, float]) -> float:
    return sum(lengths.values()) / len(lengths) if lengths and any(lengths.values()) else 1.0
