"""The curated vocabulary: words of people beside words of the administration (folder ``vocabulary``, its README says how).

It works on the side of the entries: an entry whose title carries a name gets the words of people with which it is asked for.
So rarity, letter groups and length weigh these words like any others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from stadtkern.kernel.search import words

FOREIGN = "sprachen.txt"
OUTSIDE = "ausserhalb.txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """Names of a service (each a set of stems, all of which must occur) and what people say instead."""

    names: tuple[frozenset[str], ...]
    phrases: tuple[str, ...]
    foreign: bool = False


@cache
def concepts() -> tuple[Concept, ...]:
    """All lines of all files."""
    return tuple(_foreign(line) if name == FOREIGN else _german(line) for name, line in _lines())


def _lines() -> Iterator[tuple[str, str]]:
    folder = resources.files(__package__) / "vocabulary"
    for file in sorted(folder.iterdir(), key=lambda item: item.name):
        if file.name.endswith(".txt") and file.name != OUTSIDE:
            for line in file.read_text("utf-8").splitlines():
                if line.strip() and line[0] not in "#[":
                    yield file.name, line


@cache
def outside() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Topics without an answer: name and patterns (``*`` stands for any ending)."""
    text = (resources.files(__package__) / "vocabulary" / OUTSIDE).read_text("utf-8")
    rows = (line.partition(": ") for line in text.splitlines() if line.strip() and line[0] != "#")
    return tuple((name, tuple(part.strip() for part in tail.split(","))) for name, _, tail in rows)


@cache
def known_words() -> frozenset[str]:
    """Folded words of the German lines: help the splitting of compounds."""
    found: set[str] = set()
    for concept in concepts():
        if not concept.foreign:
            for phrase in concept.phrases:
                found.update(word for word in words.split(phrase) if len(word) > 3)
    return frozenset(found)


@cache
def name_words() -> frozenset[str]:
    """Folded words of the names of services: parts that a compound title may consist of."""
    return _name_words()


@lru_cache(maxsize=50_000)
def name_parts(word: str) -> tuple[str, ...]:
    """Stems of the parts of a compound that occur in names of services."""
    return tuple(words.stem(part) for part in words.parts(word, name_words())) if len(word) > 7 else ()


def words_for(
    title: Collection[str], synonyms: Collection[str], length: int = 1
) -> Iterable[tuple[str, float]]:
    """Words of people for an entry with these stems in its title and in its own search words, with their weight.

    ``length``: words of the title. A title that says much more than a name is a special case of it and gets a little less.
    """
    candidates = {number for stem in (*title, *synonyms) for number in _by_stem().get(stem, ())}
    for concept in (concepts()[number] for number in sorted(candidates)):
        weight = max((_fit(name, title, synonyms, length) for name in concept.names), default=0.0)
        if weight:
            for phrase in concept.phrases:
                yield phrase, weight


@cache
def _by_stem() -> dict[str, tuple[int, ...]]:
    """Concepts by one stem of each of their names, so that few have to be looked at."""
    found: dict[str, list[int]] = {}
    for number, concept in enumerate(concepts()):
        for stem in {max(name, key=len) for name in concept.names if name}:
            found.setdefault(stem, []).append(number)
    return {stem: tuple(numbers) for stem, numbers in found.items()}


def _fit(name: frozenset[str], title: Collection[str], synonyms: Collection[str], length: int) -> float:
    if all(stem in title for stem in name):
        return 0.7 + 0.3 * min(1.0, len(name) / max(1, length))
    if all(stem in title or stem in synonyms for stem in name):
        return 0.5
    return 0.0


def _german(line: str) -> Concept:
    head, _, tail = line.partition(": ")
    return Concept(names=_names(head), phrases=tuple(part.strip() for part in tail.split(",")))


def _foreign(line: str) -> Concept:
    head, *languages = line.split(" | ")
    phrases = [part.strip() for row in languages for part in row.partition(": ")[2].split(",")]
    return Concept(names=_names(head), phrases=tuple(phrases), foreign=True)


def _name_words() -> frozenset[str]:
    found: set[str] = set()
    for line in _lines():
        head = line[1].partition(": ")[0].partition(" | ")[0]
        found.update(word for word in words.split(head) if len(word) > 3)
    return frozenset(found)


def _names(head: str) -> tuple[frozenset[str], ...]:
    return tuple(
        frozenset(words.stem(word) for word in words.split(name) if word not in words.EVERY)
        for name in head.split(" / ")
    )
