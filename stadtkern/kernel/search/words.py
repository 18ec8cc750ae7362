"""Words of a text as the index sees them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache

from stadtkern.kernel.search.stopwords import ACTIONS, ASPECTS, EVERY, STOP

_WORD = re.compile(r"[^\W_]+")
_FOLD = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "œ": "oe", "ı": "i"})


__all__ = [
    "ACTIONS",
    "ASPECTS",
    "EVERY",
    "STOP",
    "distance",
    "fold",
    "groups",
    "parts",
    "separated",
    "split",
    "stem",
]


def fold(text: str) -> str:
    """Lower case, umlauts as two letters, no other accents: ``Müll`` and ``Muell`` become the same."""
    plain = unicodedata.normalize("NFC", text).lower().translate(_FOLD)
    if plain.isascii():
        return plain
    return "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))


def split(text: str) -> list[str]:
    """All words, folded, in order."""
    return _WORD.findall(fold(text))


@lru_cache(maxsize=50_000)
def split_token(token: str) -> tuple[str, ...]:
    """The same for something without spaces, remembered: texts repeat themselves."""
    return tuple(split(token))


@lru_cache(maxsize=50_000)
def stem(word: str, language: str = "de") -> str:
    """The stem of a folded word; light, so that related words meet and unrelated ones do not."""
    return _stem_en(word) if language == "en" else _stem_de(word)


_UMLAUT = re.compile(r"(?<![aeouq])(ae|oe|ue)")
_PARTICIPLE = re.compile(
    r"(ab|an|auf|aus|bei|ein|her|hin|mit|nach|um|vor|weg|zu|zurueck)(?:ge|zu)(?!hoer)(?=.{5})(.+(?:t|en))$"
)
_NO_PARTICIPLE = ("icht", "heit", "keit", "schaft", "aeft", "lecht", "iet", "alt", "aet")


def _stem_de(word: str) -> str:
    """After CISTEM (Weißweiler, Fraser 2017) on folded text; participles with a separable prefix (``angemeldet``,
    ``anzumelden``) meet their verb, nouns in ``-ung`` theirs; ``ge-`` goes only before a participle (not ``Gewerbe``).
    """
    if split_verb := _PARTICIPLE.match(word):
        word = split_verb[1] + split_verb[2]
    elif len(word) > 6 and word.startswith("ge") and word[-1] == "t" and not word.endswith(_NO_PARTICIPLE):
        word = word[2:]
    word = _UMLAUT.sub(lambda found: found[0][0], word)
    for ending in ("ungen", "ung"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    while len(word) > 3:
        if len(word) > 5 and word[-2:] in ("em", "er", "nd"):
            word = word[:-2]
        elif word[-1] in "tesn":
            word = word[:-1]
        else:
            break
    return word


def _stem_en(word: str) -> str:
    for ending, kept in (
        ("ations", "at"),
        ("ation", "at"),
        ("ies", "y"),
        ("ing", ""),
        ("ed", ""),
        ("es", ""),
        ("s", ""),
    ):
        if word.endswith(ending) and len(word) - len(ending) + len(kept) >= 3 and not word.endswith("ss"):
            word = word[: -len(ending)] + kept
            break
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


_PARTICLES = frozenset(
    ("ab", "an", "auf", "aus", "ein", "um", "weg", "her", "hin", "mit", "vor", "zurueck", "nach")
)
_REACH = 12


def separated(word: str, spoken: Sequence[str]) -> list[str]:
    """Verbs that a word of a German sentence forms with a particle behind it: ``ziehe`` in "ich ziehe nächste Woche um"."""
    if len(word) < 3 or word not in spoken:
        return []
    place = spoken.index(word)
    return [other + word for other in spoken[place + 1 : place + _REACH] if other in _PARTICLES]


_LINKS = ("", "s", "es", "n", "en", "er", "e")


def building_blocks(known: Collection[str]) -> frozenset[str]:
    """What compounds are made of: the words themselves, and verbs without their ending (``abholen`` → ``abhol``, ``suche``)."""
    verbs = [word for word in known if len(word) > 5 and word.endswith("en")]
    return frozenset(known) | {word[:-1] for word in verbs} | {word[:-2] for word in verbs}


def parts(word: str, known: Collection[str]) -> list[str]:
    """The parts of a German compound, all of them words of ``known`` (folded): ``sperrmuellabholung`` → sperr, muell,
    abholung. Empty if there is no such split. Linking letters (s, es, n, en, er, e) between parts are skipped, the last part
    may be inflected (``dackelwelpen`` → dackel, welpe).
    """
    found = _split_at(word, known, 0)
    return found if found and len(found) > 1 else []


def _split_at(word: str, known: Collection[str], depth: int) -> list[str] | None:
    if depth and (last := _uninflected(word, known)):
        return [last]
    if len(word) < 7 or depth > 3:
        return None
    for cut in range(len(word) - 3, 3, -1):
        head = word[:cut]
        for link in _LINKS:
            bare = head[: -len(link)] if link and head.endswith(link) else head
            if (link and bare is head) or len(bare) < 4 or bare not in known:
                continue
            tail = _split_at(word[cut:], known, depth + 1)
            if tail:
                return [bare, *tail]
    return None


def _uninflected(word: str, known: Collection[str]) -> str:
    for ending in _LINKS:
        bare = word[: -len(ending)] if ending and word.endswith(ending) else word
        if len(bare) > 3 and bare in known and (bare != word or not ending):
            return bare
    return ""


def groups(word: str, sizes: tuple[int, ...] = (3, 4, 5)) -> Iterator[str]:
    """Groups of letters with the borders of the word, for typing errors and parts of words."""
    padded = f" {word} "
    for size in sizes:
        for start in range(len(padded) - size + 1):
            yield padded[start : start + size]


def distance(a: str, b: str, limit: int = 2) -> int:
    """Typing errors between two words (swap of neighbours counts one); ``limit + 1`` if there are more."""
    if abs(len(a) - len(b)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, left in enumerate(a, 1):
        older, before, row = before, row, [i]
        for j, right in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (left != right))
            if i > 1 and j > 1 and left == b[j - 2] and a[i - 2] == right:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return min(row[-1], limit + 1)
