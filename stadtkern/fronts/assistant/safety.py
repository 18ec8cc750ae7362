"""Emergencies and crises: recognised before anything else happens, answered by fixed texts with the right numbers.

A false alarm costs a person one line too many, a miss may cost more: patterns are broad, except where everyday words of a city
(fireworks, fire station, "nicht mehr in Mainz leben") would set them off.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from stadtkern.kernel.search import words


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """``kind``: crisis or emergency; ``topic`` chooses the text."""

    kind: str
    topic: str


_SUICIDE = r"""
umbringen wollen|mich umbringen|mich umbringe|mich toeten|mir das leben nehmen|das leben nehmen|selbstmord\w*|suizid\w*|nicht mehr leben\b
|nicht mehr weiterleben|lieber tot|moechte sterben|will sterben|sterben wollen|nicht mehr da sein|allem ein ende|schluss machen mit dem leben
|leben (?:hat )?keinen sinn|ritze mich|mich ritzen|selbst verletz\w*|vor den zug|von der bruecke springen|kill myself|end my life|want to die
|suicid\w*|don t want to live|intihar\w*|olmek istiyorum|kendimi oldur\w*|самогуб\w*|самоубии?\w*|не хочу (?:\w+ )?жи(?:ти|ть)
|хочу умереть|хочу померти|انتحار|اريد ان اموت|لا اريد ان اعيش|suicide|me tuer|envie de mourir|samobojst\w*|chce umrzec|suicidarme|quiero morir|uccidermi|voglio morire
"""
_VIOLENCE = r"""
schlaegt mich|(?:mann|frau|partner\w*|ex|freund|vater|mutter) (?:schlaegt|pruegelt|wuergt|vergewaltigt|bedroht|misshandelt)|verpruegelt mich|wuergt mich
|vergewaltig\w*|haeusliche gewalt|geschlagen worden|bedroht mich|missbraucht mich|angst vor meinem (?:mann|partner|vater|ex)|frauenhaus|hits me
|beats me|raped?|domestic violence|beni dovuyor|бьет меня|бе меня|б є мене|me frappe|يضربني|bije mnie
"""
_CHILD = r"""
kind (?:wird )?(?:geschlagen|misshandelt|missbraucht|vernachlaessigt)|kinder (?:werden )?(?:geschlagen|misshandelt|missbraucht|vernachlaessigt)
|schlaegt (?:sein|ihr|das|die|seine|ihre) kind\w*|kindeswohl\w*|kindesmissbrauch|kindesmisshandlung|baby (?:wird )?(?:geschlagen|geschuettelt)
|child abuse|beats? (?:his|her|the) child\w*|kind ist verschwunden|kind verschwunden|meine eltern schlagen mich|papa schlaegt|mama schlaegt
"""
_FIRE = r"""
es brennt|brennt es|haus brennt|wohnung brennt|kueche brennt|dachstuhl brennt|auto brennt|feuer ausgebrochen|feuer in|rauch (?:im|in|aus)|brandgeruch
|\bfire in (?:my|the|our)|house is on fire|on fire|yangin var|ev yaniyor|пожар|пожежа|горит (?:дом|квартира)|حريق|au feu|incendie|pali sie|explosion|explodiert
"""
_GAS = r"riecht\b.*\bgas|gasgeruch|gas geruch|gas stroemt|gasleck|gas ausgetreten|smell\w* (?:of )?gas|gas leak|gaz koku\w*|запах газа?у?|пахнет газом|رائحة غاز|odeur de gaz|odor de gas|ulatnia sie gaz"
_MEDICAL = r"""
bewusstlos\w*|ohnmaechtig\w*|atmet nicht|keine luft|herzinfarkt|schlaganfall|herzstillstand|brustschmerz\w*|starke blutung|blutet stark|verblutet
|notarzt|krankenwagen (?:rufen|schicken|bitte)|vergiftet|vergiftung|giftnotruf|ertrinkt|schwer verletzt|schwerer unfall|verkehrsunfall mit|unfall (?:mit )?verletzte\w*
|unconscious|not breathing|heart attack|stroke|ambulance|overdose|ueberdosis|bebek nefes almiyor|kalp krizi|сердечный приступ|не дышит|скорая|швидка допомога|нужна скорая
|نوبة قلبية|سيارة اسعاف|crise cardiaque|ne respire pas|zawal
"""
_POLICE = r"""
einbrecher|eingebrochen wird|wird gerade eingebrochen|ueberfall\w*|ueberfallen|mit (?:einem )?messer|mit (?:einer )?waffe bedroht|amoklauf|schiesserei
|jemand schiesst|bombe\b|bombendrohung|werde verfolgt|werde gerade verfolgt|burglar|being robbed|gunman|knife attack|hirsiz var|грабят|взломщик
"""
_ORDER: tuple[tuple[str, str, str], ...] = (
    ("crisis", "suicide", _SUICIDE),
    ("crisis", "child", _CHILD),
    ("crisis", "violence", _VIOLENCE),
    ("emergency", "gas", _GAS),
    ("emergency", "fire", _FIRE),
    ("emergency", "medical", _MEDICAL),
    ("emergency", "police", _POLICE),
)
_PATTERNS = tuple(
    (kind, topic, re.compile(r"(?<!\w)(?:" + re.sub(r"\n", "", pattern) + r")(?!\w)"))
    for kind, topic, pattern in _ORDER
)
_HARMLESS = re.compile(
    r"feuerwehr\w* (?:besuch|besichtig|fuehrung)\w*|feuerwerk\w*|osterfeuer\w*|lagerfeuer\w*|feuerstelle\w*|rauchverbot|gasheizung\w*|"
    r"waffe geerbt|messer (?:mitnehmen|erlaubt)|blutspende\w*"
)


def alarm(question: str) -> Alarm | None:
    """The first alarm in a question, crises before emergencies; None if there is none."""
    spoken = " ".join(words.split(question[:10_000]))
    spoken = _HARMLESS.sub(" ", spoken)
    for kind, topic, pattern in _PATTERNS:
        if pattern.search(spoken):
            return Alarm(kind=kind, topic=topic)
    return None
