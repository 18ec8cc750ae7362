"""What a question wants: a field of a service, or something that is never answered."""

from __future__ import annotations

import re

from stadtkern.kernel.search import words
from stadtkern.kernel.search.scope import outside_topic

# Fields of a service, in the order in which they are looked for.
_ASPECTS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("fee", r"\b(wie ?viel kostet|was kostet|kostet|kosten|gebuehr\w*|preis\w*|wie teuer|wieviel (?:muss|zahle)|wie viel (?:muss ich|zahle|bezahl)|"
                r"was zahle|how much|cost|fees?|price|ne kadar|ucret\w*|скільки коштує|сколько стоит|combien|prix|koszt\w*|ile kosztuje|cuanto|quanto costa|كم)\b"),
        ("deadline", r"\b(bis wann|frist\w*|spaetestens|wie lange (?:habe ich|ist|gilt) \w*zeit|innerhalb|wie schnell muss|wann muss|deadline|by when|how soon|"
                     r"until when|ne zamana kadar|до какого|до якого|jusqu|do kiedy)\b"),
        ("duration", r"\b(wie lange dauert|dauert|bearbeitungszeit|wartezeit|wann (?:bekomme|ist \w+ fertig|kommt)|how long|ne kadar surer|сколько времени|combien de temps|jak dlugo)\b"),
        ("documents", r"\b(unterlagen|mitbringen|dokumente brauche|welche papiere|was brauche ich|nachweise?|vorlegen|documents|papers|bring|gerekli belgeler|belgeler|"
                      r"документи|документы|quels documents|jakie dokumenty|que documentos)\b"),
        ("hours", r"\b(oeffnungszeit\w*|geoeffnet|wann (?:hat|haben|offen|macht)\b.*\b(?:auf|offen|zu)|offen|opening hours|open)\b"),
        ("office", r"\b(wo\b|welches amt|wer ist zustaendig|adresse des|telefonnummer|where|which office|nerede|де\b|где|ou aller|gdzie)\b"),
        ("online", r"\b(online|im internet|per mail|digital|von zu hause)\b"),
    )
)  # fmt: skip
_LEGAL = re.compile(
    r"\b(vor gericht|gericht\w*|verklag\w*|klage\w*|einklagen|anwalt\w*|erfolgsaussicht\w*|prozess gewinnen|im recht|recht bekommen|rechtsberatung|rechtslage|"
    r"darf (?:mein|meine|der|die|ein) (?:vermieter|vermieterin|chef|chefin|arbeitgeber|nachbar|nachbarin|ex)|schadensersatz|sue|lawyer|legal advice)\b"
)
_PERSON = r"(?:nachbar\w*|chef\w*|ex\w{0,4}|freund\w*|kolleg\w*|herr\w?|frau|familie|mann|person|jemand\w*|vater|mutter|schwester|bruder|mieter\w*|vermieter\w*|schulfreund\w*|bekannte\w*|er|sie)"
_WHEREABOUTS = re.compile(
    rf"\b(?:wo (?:wohnt|lebt|wohnte)|wohin ist|(?:neue |aktuelle )?(?:adresse|anschrift|telefonnummer|handynummer) (?:von|meine[rs]|des|der)|"
    rf"wo finde ich) (?:\w+ ){{0,2}}{_PERSON}\b|\bwhere does \w+ live\b"
)
_PRIVATE = re.compile(
    rf"\b(?:ist|hat|war|wurde|verdient|bekommt|bezieht|zahlt) (?:\w+ ){{0,2}}{_PERSON}(?: \w+){{0,6}} "
    r"(?:vorbestraft|verschuldet|schulden|krank|schwanger|verheiratet|geschieden|arbeitslos|insolvent|buergergeld|sozialhilfe|wohngeld|adoptiert|kinder|"
    r"straftat\w*|auslaender|asyl\w*|steuern|hiv|drogen|im gefaengnis)\b"
)
_HUMAN = re.compile(
    r"\b(mensch\w* sprechen|mit (?:einem|einer) (?:menschen|mitarbeiter\w*|person) (?:sprechen|reden)|mitarbeiter\w* sprechen|telefonisch erreichen|"
    r"echten menschen|speak to (?:a )?(?:human|person|someone)|talk to (?:a )?(?:human|person))\b"
)
_INJECTION = re.compile(
    r"\b(ignorier\w*|vergiss|missachte|ueberschreib\w*|ignore|disregard|forget|override|bypass)\b.{0,60}\b(anweisung\w*|regel\w*|vorgaben?|instruktion\w*|prompt\w*|"
    r"instructions?|rules?|everything|alles|previous|above|bisherig\w*)\b|system ?prompt\w*|systemanweisung\w*|\bdu bist (?:jetzt|ab jetzt|nun)\b|\byou are now\b|"
    r"\btu so als\b|\bpretend\b|jailbreak|entwicklermodus|developer mode|\bdan modus\b|gib \w+ (?:passwort|zugangsdaten|api)|\bdrop table\b|"
    r"repeat (?:the )?(?:text|words) above|wiederhole \w+ (?:text|woerter) oben|deine (?:anweisungen|regeln|instruktionen)"
)
_TAG = re.compile(r"<(script|style)\b[^>]*>.{0,2000}?</\1\s*>|<[^>]{0,2000}>?", re.I | re.S)


def plain(question: str) -> str:
    """A question without markup, control and direction signs, at most 2,000 characters."""
    kept = "".join(c if c.isprintable() or c in "\n\t " else " " for c in question[:10_000])
    return " ".join(_TAG.sub(" ", kept).split())[:2000]


def aspect(question: str) -> str:
    """The field that is asked for: fee, deadline, duration, documents, hours, office, online; empty if none in particular."""
    spoken = " ".join(words.split(question))
    return next((name for name, pattern in _ASPECTS if pattern.search(spoken)), "")


def forbidden(question: str) -> str:
    """injection, legal, whereabouts, private, politics, human; empty for everything else."""
    spoken = " ".join(words.split(question))
    for name, pattern in (
        ("injection", _INJECTION),
        ("private", _PRIVATE),
        ("whereabouts", _WHEREABOUTS),
        ("human", _HUMAN),
        ("legal", _LEGAL),
    ):
        if pattern.search(spoken):
            return name
    topic = outside_topic(question)[0]
    return {"politik": "politics", "anweisung": "injection", "personen": "private"}.get(topic, "")
