"""The index: built once from all entries, then only read. Building 5,000 entries takes some seconds, a search a few
milliseconds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from stadtkern.kernel.search import vocabulary, words
from stadtkern.kernel.search.postings import Floats, Groups, Words
from stadtkern.kernel.search.spelling import Spelling

WEIGHTS: Mapping[str, float] = {"title": 4.0, "synonyms": 3.0, "people": 2.5, "summary": 1.5, "text": 1.0}
LENGTHS: Mapping[str, float] = {"title": 0.4, "synonyms": 0.4, "people": 0.2, "summary": 0.5, "text": 0.75}
STRONG = ("title", "synonyms", "people")  # fields in which an editor said what an entry is about
PART_WEIGHT = 0.6  # a part of a compound says less than the word itself
CORRECTED_WEIGHT = 0.7  # a word that was probably meant
RELATED_WEIGHT = 0.5  # a word that begins alike
SEPARATED_WEIGHT = 0.9  # "ziehe … um" is "umziehen"
ASPECT_WEIGHT = 0.35  # price, time, way: words that find no service
PRECISION = 0.15  # a title that the question says completely is the service itself, not a special case of it
GENERAL = 0.06  # among equals the shorter title: the service before its special cases
MIX = 0.4  # share of letter groups in the mixed score
GROUP_WEIGHTS: Mapping[str, float] = {"title": 2.0, "synonyms": 1.5, "people": 0.7}
GROUP_TEXT_LIMIT = 400  # letters of the running text that take part in letter groups


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something that can be found. ``group`` sorts results on the page (service, office, news, help …).

    ``german`` is the German title (and search words) of an entry in another language: by it the vocabulary knows what it is.
    """

    key: str
    title: str
    synonyms: tuple[str, ...] = ()
    summary: str = ""
    text: str = ""
    group: str = ""
    boost: float = 1.0
    german: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A result. ``score`` ranks; ``evidence`` (raw, not normalised) tells whether it is a result at all."""

    entry: Entry
    score: float
    evidence: float


@dataclass(slots=True)
class Query:
    """A question as the index sees it: each word that says something with its weighted terms, and its letter groups."""

    words: dict[str, dict[str, float]] = field(default_factory=dict)
    groups: Counter[str] = field(default_factory=Counter)


class Index:
    """Ranked search over ``entries`` in one language."""

    def __init__(self, entries: Iterable[Entry], language: str = "de", *, people: bool = True) -> None:
        self.language = language
        self.entries = list(entries)
        self._stop = words.EVERY
        self._people = [self._vocabulary(entry) if people else () for entry in self.entries]
        self._counts = self._known_words()
        self._compounds = words.building_blocks(
            vocabulary.known_words() | {w for w in self._counts if len(w) > 3 and w not in self._stop}
        )
        self._parts: dict[str, list[str]] = {}
        self._phrases: dict[str, list[frozenset[str]]] = {}
        self._terms, self._strong = Words(WEIGHTS, LENGTHS), Words(WEIGHTS, LENGTHS)
        self._groups = Groups(commonest=0.1)
        self._titles: dict[str, list[tuple[int, int]]] = {}
        for number, entry in enumerate(self.entries):
            self._add(number, entry)
        for part in (self._terms, self._strong, self._groups):
            part.close(len(self.entries))
        self._boosts = np.array([entry.boost for entry in self.entries], np.float32)
        self._in_group = np.array([entry.group for entry in self.entries])
        self._spelling = Spelling(self._counts)

    def __len__(self) -> int:
        return len(self.entries)

    def search(
        self, query: str, *, limit: int = 10, group: str | None = None, least: float = 0.0
    ) -> list[Hit]:
        """The best entries for a question in everyday words, the best first.

        ``least`` drops results with less evidence (the raw score of the words themselves and of their letters).
        """
        asked = self.understand(query)
        mixed, evidence = self._mixed(asked, least)
        if not len(mixed):
            return []
        if group is not None:
            mixed[self._in_group != group] = 0
        count = min(limit * 2 + 20, len(mixed))
        best = np.argpartition(-mixed, count - 1)[:count]
        hits = [
            Hit(entry=self.entries[number], score=float(mixed[number]), evidence=float(evidence[number]))
            for number in best
            if mixed[number] > 0
        ]
        hits = [replace(hit, score=hit.score + self._precision(asked, hit.entry)) for hit in hits]
        hits.sort(key=lambda hit: (-round(hit.score, 5), hit.entry.title, hit.entry.key))
        return hits[:limit]

    def ranking(self, query: str, *, least: float = 0.0, near: float = 0.0, precise: int = 100) -> list[int]:
        """Places in ``entries`` of everything found, the best first: for lists that are narrowed and paged afterwards.

        ``near``: only what has at least this share of the best score. The first ``precise`` are sorted as ``search`` does.
        """
        asked = self.understand(query)
        mixed, _ = self._mixed(asked, least)
        if not len(mixed) or not mixed.max():
            return []
        found = np.flatnonzero(mixed >= max(near * mixed.max(), 1e-9))
        ranked: list[int] = found[np.argsort(-mixed[found], kind="stable")].tolist()
        head = [(-float(mixed[at]) - self._precision(asked, self.entries[at]), at) for at in ranked[:precise]]
        return [at for _, at in sorted(head)] + ranked[precise:]

    def _mixed(self, asked: Query, least: float) -> tuple[Floats, Floats]:
        """The mixed score of each entry and its evidence; without enough evidence the score is 0."""
        exact, similar = self._scores(asked)
        if not len(exact):
            return exact, exact
        mixed = (1 - MIX) * exact / (exact.max() or 1.0) + MIX * similar / (similar.max() or 1.0)
        evidence = exact + 4 * similar
        mixed *= self._boosts
        mixed[evidence <= least] = 0
        return mixed, evidence

    def complete(self, beginning: str, *, limit: int = 8, group: str | None = None) -> list[Entry]:
        """Type-ahead: entries whose title or synonyms contain all words, the last one as a beginning."""
        typed = words.split(beginning)
        if not typed:
            return []
        *whole, last = typed
        ranks: dict[int, int] = {}
        for word in self._spelling.beginning_with(last):
            for number, rank in self._titles.get(word, ()):
                ranks[number] = min(rank, ranks.get(number, 9))
        for word in whole:
            having = {number for number, _ in self._titles.get(word, ())}
            ranks = {number: rank for number, rank in ranks.items() if number in having}
        found = [
            (rank, len(self.entries[number].title), self.entries[number].title, number)
            for number, rank in ranks.items()
            if group is None or self.entries[number].group == group
        ]
        if found:
            return [self.entries[number] for *_, number in sorted(found)[:limit]]
        return [hit.entry for hit in self.search(beginning, limit=limit, group=group, least=2.0)]

    def did_you_mean(self, query: str) -> str | None:
        """The question with misspelt words replaced, or None if all words are known or nothing is near."""
        changed = False
        result = []
        for word in query.split()[:40]:
            folded = "".join(words.split(word))
            better = self._spelling.nearest(folded) if self._is_unknown(folded) else None
            result.append(self._shown.get(better, better) if better else word)
            changed = changed or better is not None
        return " ".join(result) if changed else None

    def understand(self, query: str) -> Query:
        """Words, compounds, probable corrections and letter groups of a question (its first 60 words)."""
        typed = words.split(query[:2000])[:60]
        asked = Query()
        for word in [w for w in typed if w not in self._stop] or typed:
            asked.words[word] = self._meanings(word)
            for verb in words.separated(word, typed):
                if (stem := self._stem(verb)) in self._terms:
                    asked.words[word].setdefault(stem, SEPARATED_WEIGHT)
            asked.groups.update(words.groups(word))
        return asked

    def _meanings(self, word: str) -> dict[str, float]:
        """The weighted terms of one word of a question; for an unknown word those of its correction or its relatives."""
        share = ASPECT_WEIGHT if word in words.ASPECTS else 1.0
        terms = {term: weight * share for term, weight in self._terms_of(word)}
        if self._is_unknown(word):
            meant = self._spelling.nearest(word)
            for other in [meant] if meant else self._spelling.relatives(word):
                for term, weight in self._terms_of(other):
                    terms.setdefault(term, weight * (CORRECTED_WEIGHT if meant else RELATED_WEIGHT))
        return terms

    def title_share(self, asked: Query, entry: Entry) -> float:
        """How much of an entry's title a question says: 1 for the service itself, less for its special cases."""
        title = {self._stem(word) for word in words.split(entry.title) if word not in self._stop}
        said = {term for terms in asked.words.values() for term in terms}
        return len(title & said) / len(title) if title else 0.0

    def _precision(self, asked: Query, entry: Entry) -> float:
        general = GENERAL / (1 + len(words.split(entry.title)))
        said = {term for terms in asked.words.values() for term in terms}
        named = any(len(name) > 1 and name <= said for name in self._synonyms(entry))
        share = max(self.title_share(asked, entry), 0.9 if named else 0.0)
        return entry.boost * (PRECISION * share + general)

    def _synonyms(self, entry: Entry) -> list[frozenset[str]]:
        """The editor's own words of several parts, as stems; said completely they name the entry like its title."""
        if entry.key not in self._phrases:
            texts = ([w for w in words.split(text) if w not in self._stop] for text in entry.synonyms)
            self._phrases[entry.key] = [frozenset(self._stem(word) for word in text) for text in texts]
        return self._phrases[entry.key]

    def _stem(self, word: str) -> str:
        return words.stem(word, self.language)

    def support(self, asked: Query, entry: Entry) -> dict[str, float]:
        """For each word of the question: which share of what it could say this entry's title, search words or vocabulary
        really carry (0 to 1). What only occurs in running text counts a third.
        """
        number = self._numbers()[entry.key]
        return {word: self._carried(terms, number) for word, terms in asked.words.items()}

    def rarity(self, asked: Query) -> dict[str, float]:
        """How much each word of the question could say at most (its rarity among the entries)."""
        return {
            word: max(self._terms.idf(term) * weight for term, weight in terms.items())
            for word, terms in asked.words.items()
        }

    def most_rare(self) -> float:
        """The weight of a word that occurs once."""
        return self._terms.idf("")

    def _carried(self, terms: Mapping[str, float], number: int) -> float:
        best = 0.0
        for term, weight in terms.items():
            strong = self._strong.impact(term, number)
            weak = self._terms.impact(term, number)
            best = max(best, weight * max(strong, weak / 3))
        return min(1.0, best)

    def _numbers(self) -> dict[str, int]:
        if not hasattr(self, "_by_key"):
            self._by_key = {entry.key: number for number, entry in enumerate(self.entries)}
        return self._by_key

    def _vocabulary(self, entry: Entry) -> tuple[tuple[str, float], ...]:
        title = frozenset(self._german_stems(entry.german or entry.title))
        synonyms = frozenset(self._german_stems(" ".join(entry.synonyms)))
        length = sum(word not in self._stop for word in words.split(entry.german or entry.title))
        return tuple(vocabulary.words_for(title, synonyms, length))

    def _german_stems(self, text: str) -> Iterator[str]:
        for word in words.split(text):
            yield words.stem(word)
            yield from vocabulary.name_parts(word)

    def _known_words(self) -> Counter[str]:
        counts: Counter[str] = Counter()
        self._shown: dict[str, str] = {}
        for number, entry in enumerate(self.entries):
            people = " ".join(phrase for phrase, _ in self._people[number])
            for text in (entry.title, *entry.synonyms, entry.summary, entry.text, people):
                for shown in text.split():
                    for word in words.split_token(shown):
                        counts[word] += 1
                        bare = shown.strip(".,;:!?()„“\"'")
                        if word not in self._shown and words.fold(bare) == word:
                            self._shown[word] = bare
        return counts

    def _add(self, number: int, entry: Entry) -> None:
        rows = {
            "title": [(entry.title, 1.0)],
            "synonyms": [(synonym, 1.0) for synonym in entry.synonyms],
            "people": self._people[number],
            "summary": [(entry.summary, 1.0)],
            "text": [(entry.text, 1.0)],
        }
        for name, phrases in rows.items():
            terms: list[tuple[str, float]] = []
            length = 0.0
            for phrase, weight in phrases:
                said = [word for word in words.split(phrase) if word not in self._stop]
                share = weight / len(said) ** 0.5 if name == "people" and said else weight
                length += len(said)
                for word in said:
                    terms += [(term, value * share) for term, value in self._terms_of(word)]
                    if name in GROUP_WEIGHTS:
                        self._groups.add(number, word, GROUP_WEIGHTS[name] * share)
            self._terms.add(number, name, terms, length)
            if name in STRONG:
                self._strong.add(number, name, terms, length)
        for word in words.split(f"{entry.summary} {entry.text[:GROUP_TEXT_LIMIT]}"):
            if word not in self._stop:
                self._groups.add(number, word, 0.5)
        self._add_beginnings(number, entry)

    def _add_beginnings(self, number: int, entry: Entry) -> None:
        for offset, text in enumerate((entry.title, *entry.synonyms)):
            for position, word in enumerate(words.split(text)):
                rank = (2 if offset else 0) + (1 if position else 0)
                self._titles.setdefault(word, []).append((number, rank))
                for part in self._split(word)[1:]:
                    self._titles.setdefault(part, []).append((number, rank + 3))

    def _terms_of(self, word: str) -> list[tuple[str, float]]:
        terms = [(words.stem(word, self.language), 1.0)]
        if self.language == "de":
            terms += [(words.stem(part), PART_WEIGHT) for part in self._split(word)]
        return terms

    def _split(self, word: str) -> list[str]:
        if len(word) < 8:
            return []
        if word not in self._parts:
            if len(self._parts) > 200_000:
                self._parts.clear()
            self._parts[word] = words.parts(word[:60], self._compounds)
        return self._parts[word]

    def _scores(self, asked: Query) -> tuple[Floats, Floats]:
        exact = np.zeros(len(self.entries), np.float32)
        similar = np.zeros(len(self.entries), np.float32)
        merged: dict[str, float] = {}
        for terms in asked.words.values():
            for term, weight in terms.items():
                merged[term] = max(weight, merged.get(term, 0.0))
        self._terms.score(merged, exact)
        self._groups.score(asked.groups, similar)
        return exact, similar

    def _is_unknown(self, word: str) -> bool:
        if len(word) < 4 or word in self._stop or word in self._counts:
            return False
        return words.stem(word, self.language) not in self._terms and not self._split(word)
