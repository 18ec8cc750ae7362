"""What a language model wrote is believed sentence by sentence, and only as far as the cited fields say it.

A sentence stays if it cites known snippets and everything in it that can be wrong occurs there: numbers (also in words), dates, amounts,
norms, addresses, names; if it does not turn a statement into its contrary; and if most of its words come from there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from stadtkern.kernel.search import words

LEAST_SHARED = 0.6  # of the words that say something
_CITATION = re.compile(r"\[(\d{1,3})\]")
_END = re.compile(r"(?<=[.!?])\s+|(?<=\])\s+(?=[A-ZÄÖÜ])|\n+")
_NUMBER = re.compile(r"\d+(?:[.,:/]\d+)*")
_HARD = re.compile(r"https?://\S+|www\.\S+|[\w.+-]+@[\w.-]+|§+\s*\d+\w*|<[^>]*>|\b[A-Z]{2}\d{2}[\s\d]{10,}")
_NAME = re.compile(r"(?<![.!?]\s)(?<!^)\b[A-ZÄÖÜ][\wäöüß-]{2,}")
_POLITE = frozenset({"Sie", "Ihr", "Ihre", "Ihren", "Ihrem", "Ihrer", "Ihnen"})
_SPOKEN = """
null ein eine zwei drei vier fuenf sechs sieben acht neun zehn elf zwoelf zwanzig dreissig vierzig fuenfzig hundert tausend halb doppelt
one two three four five six seven eight nine ten twelve twenty thirty hundred half
"""
_NUMBER_WORDS = frozenset(_SPOKEN.split()) - {"ein", "eine", "one"}
_NEGATIVE = """
nicht kein keine keinen keiner keinem nie niemals ohne unnoetig entfaellt not no never without
"""
_NEGATIONS = frozenset(_NEGATIVE.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """``sentences`` (text without markers, numbers of cited snippets) that hold, and what was dropped with its reason."""

    sentences: tuple[tuple[str, tuple[int, ...]], ...]
    dropped: tuple[tuple[str, str], ...]


def verify(answer: str, snippets: Mapping[int, str]) -> Verified:
    """Keep what the snippets carry."""
    kept: list[tuple[str, tuple[int, ...]]] = []
    dropped: list[tuple[str, str]] = []
    for sentence in (part.strip() for part in _END.split(_joined(answer[:6000]))):
        if not sentence:
            continue
        cited = tuple(dict.fromkeys(int(number) for number in _CITATION.findall(sentence)))
        said = " ".join(_CITATION.sub(" ", sentence).replace(" .", ".").split())
        reason = _objection(said, cited, snippets)
        if reason:
            dropped.append((said, reason))
        else:
            kept.append((re.sub(r"\s+([.!?])", r"\1", said), cited))
    return Verified(sentences=tuple(kept), dropped=tuple(dropped))


def _joined(answer: str) -> str:
    """A citation behind the full stop belongs to the sentence before it."""
    return re.sub(r"([.!?])\s*((?:\[\d{1,3}\]\s*)+)", lambda found: f" {found[2].strip()}{found[1]} ", answer)


def _objection(said: str, cited: tuple[int, ...], snippets: Mapping[int, str]) -> str:
    if not cited:
        return "uncited"
    if any(number not in snippets for number in cited):
        return "unknown-source"
    source = " ".join(snippets[number] for number in cited)
    folded, theirs = words.fold(source), set(words.split(source))
    ours = words.split(said)
    if any(words.fold(token) not in folded for token in _HARD.findall(said)):
        return "address-or-norm"
    if not _numbers(said) <= _numbers(source) or not {w for w in ours if w in _NUMBER_WORDS} <= theirs:
        return "number"
    if bool(_NEGATIONS & set(ours)) != bool(_NEGATIONS & theirs):
        return "negation"
    stems = {words.stem(word) for word in theirs}
    if any(
        words.stem(word) not in stems
        for name in set(_NAME.findall(said)) - _POLITE
        for word in words.split(name)
    ):
        return "name"
    meaning = [word for word in ours if word not in words.EVERY]
    shared = sum(words.stem(word) in stems for word in meaning)
    return "" if meaning and shared >= LEAST_SHARED * len(meaning) else "unsupported"


def _numbers(text: str) -> set[str]:
    return {found.replace(".", "").replace(",00", "").strip(",:/") for found in _NUMBER.findall(text)}
