"""Words of a text as the index sees them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from functools import lru_cache

_WORD = re.compile(r"[a-z0-9]+")
_FOLD = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "œ": "oe"})

STOP = {
    "de": frozenset(
        [
            "aber",
            "alle",
            "allem",
            "allen",
            "aller",
            "alles",
            "als",
            "also",
            "am",
            "an",
            "ander",
            "andere",
            "anderem",
            "anderen",
            "auch",
            "auf",
            "aus",
            "bei",
            "beim",
            "bekomme",
            "bekommen",
            "bin",
            "bis",
            "bitte",
            "brauche",
            "brauchen",
            "da",
            "damit",
            "dann",
            "das",
            "dass",
            "dein",
            "deine",
            "dem",
            "den",
            "denn",
            "der",
            "des",
            "dich",
            "die",
            "dies",
            "diese",
            "diesem",
            "diesen",
            "dieser",
            "dieses",
            "dir",
            "doch",
            "dort",
            "du",
            "durch",
            "ein",
            "eine",
            "einem",
            "einen",
            "einer",
            "eines",
            "er",
            "es",
            "etwas",
            "euch",
            "fuer",
            "gar",
            "gegen",
            "gehen",
            "geht",
            "gerade",
            "gern",
            "gibt",
            "haben",
            "habe",
            "hab",
            "hat",
            "hatte",
            "hier",
            "hin",
            "ich",
            "ihm",
            "ihn",
            "ihnen",
            "ihr",
            "ihre",
            "ihrem",
            "ihren",
            "ihrer",
            "im",
            "in",
            "ins",
            "ist",
            "ja",
            "jede",
            "jedem",
            "jeden",
            "jeder",
            "jedes",
            "jetzt",
            "kann",
            "kannst",
            "kein",
            "keine",
            "keinen",
            "koennen",
            "koennte",
            "man",
            "mal",
            "mehr",
            "mein",
            "meine",
            "meinem",
            "meinen",
            "meiner",
            "mich",
            "mir",
            "mit",
            "moechte",
            "moechten",
            "muss",
            "muessen",
            "nach",
            "nicht",
            "noch",
            "nun",
            "nur",
            "ob",
            "oder",
            "ohne",
            "schon",
            "sehr",
            "sein",
            "seine",
            "seinem",
            "seinen",
            "seiner",
            "sich",
            "sie",
            "sind",
            "so",
            "soll",
            "sollte",
            "sollen",
            "ueber",
            "um",
            "und",
            "uns",
            "unser",
            "unsere",
            "unter",
            "viel",
            "vom",
            "von",
            "vor",
            "wann",
            "war",
            "waren",
            "warum",
            "was",
            "wegen",
            "weil",
            "welche",
            "welcher",
            "welches",
            "wem",
            "wen",
            "wenn",
            "wer",
            "werde",
            "werden",
            "wie",
            "wieder",
            "will",
            "wir",
            "wird",
            "wo",
            "wohin",
            "wollen",
            "wurde",
            "zu",
            "zum",
            "zur",
            "zwischen",
            "ueberhaupt",
            "eigentlich",
            "mach",
            "machen",
            "macht",
            "tun",
            "damals",
            "wollte",
            "gehoert",
        ]
    ),
    "en": frozenset(
        [
            "a",
            "about",
            "all",
            "am",
            "an",
            "and",
            "any",
            "are",
            "as",
            "at",
            "be",
            "been",
            "but",
            "by",
            "can",
            "could",
            "did",
            "do",
            "does",
            "for",
            "from",
            "get",
            "had",
            "has",
            "have",
            "how",
            "i",
            "if",
            "in",
            "into",
            "is",
            "it",
            "its",
            "just",
            "like",
            "me",
            "my",
            "need",
            "no",
            "not",
            "of",
            "on",
            "or",
            "our",
            "out",
            "please",
            "should",
            "so",
            "some",
            "that",
            "the",
            "their",
            "them",
            "then",
            "there",
            "they",
            "this",
            "to",
            "up",
            "us",
            "want",
            "was",
            "we",
            "were",
            "what",
            "when",
            "where",
            "which",
            "who",
            "will",
            "with",
            "would",
            "you",
            "your",
        ]
    ),
}


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
def stem(word: str, language: str = "de") -> str:
    """The stem of a folded word; light, so that related words meet and unrelated ones do not."""
    return _stem_en(word) if language == "en" else _stem_de(word)


def _stem_de(word: str) -> str:
    """After CISTEM (Weißweiler, Fraser 2017), on folded text, without its handling of ``ge-`` for short words."""
    for digraph, letter in (("ae", "a"), ("oe", "o"), ("ue", "u")):
        word = word.replace(digraph, letter)
    if len(word) > 6 and word.startswith("ge"):
        word = word[2:]
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


_LINKS = ("", "s", "es", "n", "en", "er", "e")


def parts(word: str, known: Collection[str]) -> list[str]:
    """The parts of a German compound, all of them words of ``known`` (folded): ``sperrmuellabholung`` → sperr, muell,
    abholung. Empty if there is no such split. Linking letters (s, es, n, en, er, e) between parts are skipped.
    """
    found = _split_at(word, known, 0)
    return found if found and len(found) > 1 else []


def _split_at(word: str, known: Collection[str], depth: int) -> list[str] | None:
    if depth and word in known:
        return [word]
    if len(word) < 7 or depth > 3:
        return None
    for cut in range(len(word) - 3, 3, -1):
        head = word[:cut]
        for link in _LINKS:
            bare = head[: -len(link)] if link and head.endswith(link) else head
            if (link and bare is head) or len(bare) < 4 or bare not in known:
                continue
            rest = word[cut:]
            tail = [rest] if rest in known and len(rest) > 3 else _split_at(rest, known, depth + 1)
            if tail:
                return [bare, *tail]
    return None


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
