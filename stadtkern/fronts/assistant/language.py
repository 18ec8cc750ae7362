"""Which language is a question in? By script, then by small words; in doubt German."""

from __future__ import annotations

import re

from stadtkern.kernel.search import words

SUPPORTED = ("de", "en", "fr", "tr", "uk", "ru", "ar", "pl", "es", "it")
_SMALL: dict[str, frozenset[str]] = {
    language: frozenset(text.split())
    for language, text in {
        "de": "ich du wir mein meine meinen ist und der die das ein eine nicht wie wo was wann muss kann bekomme brauche für mit "
        "auf im habe hab den dem wer möchte will zum zur mir mich bei aus nach bin geht gibt es sind welche",
        "en": "i my the is how do where what when can need to a an of for does get want have am you with in on are your me please "
        "lost register which who there it",
        "fr": "je le la les mon ma comment où est un une des pour dois faire que quoi mes et du j'ai puis quel suis",
        "tr": "ve bir için nasıl nerede ne ben benim var mı istiyorum gerekiyor bu yapmam lazım kaç oldu",
        "pl": "jak gdzie co jest mój moja muszę mogę się na do w nie czy mam chcę potrzebuję i",
        "es": "cómo dónde el la los mi para necesito es qué quiero un una puedo hacer tengo por",
        "it": "come dove il la mio mia per ho bisogno è che voglio un una posso devo fare dei",
    }.items()
}


def detect(question: str) -> str:
    """One of ``SUPPORTED``."""
    letters = [c for c in question if c.isalpha()]
    if letters:
        if sum("\u0600" <= c <= "\u06ff" for c in letters) > len(letters) / 3:
            return "ar"
        if sum("\u0400" <= c <= "\u04ff" for c in letters) > len(letters) / 3:
            return "uk" if re.search("[іїєґІЇЄҐ]", question) else _cyrillic(question)
    spoken = re.findall(r"[^\W\d_]+", question.lower())
    scores = {name: sum(word in small for word in spoken) for name, small in _SMALL.items()}
    if re.search("[ąęłśżźćń]", question.lower()):
        scores["pl"] += 2
    if re.search("[ğışç]", question.lower()):
        scores["tr"] += 2
    if re.search("[äöüß]", question.lower()):
        scores["de"] += 1
    best = max(scores, key=lambda name: (scores[name], name == "de"))
    if not scores[best]:
        return "en" if spoken and all(word in _ENGLISH_WORDS for word in words.split(question)) else "de"
    return best


def _cyrillic(question: str) -> str:
    return "uk" if set(question.lower().split()) & _UKRAINIAN else "ru"


_UKRAINIAN = frozenset(
    {
        "як",
        "де",
        "мене",
        "мені",
        "та",
        "чи",
        "треба",
        "пожежа",
        "будинку",
        "дитини",
        "допоможіть",
        "жити",
        "загубив",
        "загубила",
    }
)
_PLAIN_ENGLISH = """
lost passport driving licence license exchange register address apply birth certificate residence permit car dog tax parking married
marriage school kindergarten wedding visa extend non eu moving new id card fee opening hours appointment
"""
_ENGLISH_WORDS = frozenset(_PLAIN_ENGLISH.split())
