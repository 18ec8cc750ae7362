"""Not our competence: other cities and other authorities."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from stadtkern.kernel.search import words

_NAMES = """
Aachen Augsburg Bamberg Bayreuth Berlin Bielefeld Bochum Bonn Bottrop Braunschweig Bremen Bremerhaven Chemnitz Cottbus Darmstadt Dortmund Dresden
Duisburg Düsseldorf Erfurt Erlangen Essen Esslingen Flensburg Frankfurt Freiburg Fulda Fürth Gelsenkirchen Gera Gießen Göttingen Gütersloh Hagen Halle
Hamburg Hamm Hanau Hannover Heidelberg Heilbronn Herne Hildesheim Ingolstadt Jena Kaiserslautern Karlsruhe Kassel Kiel Koblenz Köln Konstanz Krefeld
Landshut Leipzig Leverkusen Lübeck Ludwigsburg Ludwigshafen Lüneburg Magdeburg Mainz Mannheim Marburg Moers Mönchengladbach München Münster Neuss
Norderstedt Nürnberg Oberhausen Offenbach Oldenburg Osnabrück Paderborn Passau Pforzheim Potsdam Recklinghausen Regensburg Remscheid Reutlingen Rostock
Saarbrücken Salzgitter Schwerin Siegen Solingen Stralsund Stuttgart Trier Tübingen Ulm Wiesbaden Wilhelmshaven Witten Wolfsburg Worms Wuppertal Würzburg
Zwickau Ingelheim Bodenheim Wien Zürich Salzburg Basel Innsbruck Cologne Munich Nuremberg Hanover Vienna Zurich Speyer Bingen Rüsselsheim Rüdesheim
"""
_SAME = {
    "cologne": "koeln",
    "munich": "muenchen",
    "nuremberg": "nuernberg",
    "hanover": "hannover",
    "vienna": "wien",
}
CITIES = {_SAME.get(words.fold(name), words.fold(name)): name for name in reversed(_NAMES.split())}
_LIVES = re.compile(
    r"\b(wohn\w*|leb\w*|gemeldet|wohnhaft|zuhause|zu hause|live|living|resident|geboren|born|ansaessig|studiere|oturuyorum|yasiyorum|живу|habite|mieszkam|abito|vivo)\b"
)
_MOVES = re.compile(
    r"\b(zieh\w*|zog\w*|gezogen|umzug\w*|umzieh\w*|hergezogen|wegzieh\w*|zugezogen|moved?|moving|umgezogen|auswander\w*)\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """Somebody else who is responsible."""

    name: str
    contact: str
    pattern: re.Pattern[str]

    def subject(self, question: str) -> str:
        """The words of a question that belong to this authority."""
        found = self.pattern.search(" ".join(words.split(question)))
        return found[0] if found else ""


def _authority(name: str, contact: str, pattern: str) -> Authority:
    return Authority(name=name, contact=contact, pattern=re.compile(rf"\b(?:{pattern})\b"))


AUTHORITIES: tuple[Authority, ...] = (
    _authority("Familienkasse der Bundesagentur für Arbeit", "Telefon 0800 4 5555 30", r"kindergeld\w*|kinderzuschlag|child benefit"),
    _authority("Agentur für Arbeit", "Telefon 0800 4 5555 00", r"arbeitslosengeld(?: 1| i)?|alg 1|alg i|arbeitslos melden|arbeitsuchend melden|kurzarbeitergeld|berufsberatung"),
    _authority("Finanzamt", "www.elster.de", r"steuererklaerung\w*|einkommensteuer\w*|lohnsteuer\w*|steuerklasse\w*|umsatzsteuer\w*|erbschaftsteuer\w*|elster|tax return"),
    _authority("Bundeszentralamt für Steuern", "Telefon 0228 406 1240", r"steuer ?id|steueridentifikationsnummer|steuerliche identifikationsnummer"),
    _authority("Beitragsservice von ARD, ZDF und Deutschlandradio", "www.rundfunkbeitrag.de", r"rundfunkbeitrag\w*|gez|rundfunkgebuehr\w*"),
    _authority("Ihre Krankenkasse", "Rufnummer auf Ihrer Versichertenkarte", r"krankengeld|gesundheitskarte|krankenversicherungskarte|krankenkasse wechseln"),
    _authority("Amtsgericht (Familiengericht)", "www.justizadressen.nrw.de", r"scheidung\w*|scheiden lassen|divorce"),
    _authority("Amtsgericht (Nachlassgericht)", "www.justizadressen.nrw.de", r"erbschein\w*|testament\w*|erbe ausschlagen|erbschaft ausschlagen"),
    _authority("Amtsgericht (Grundbuchamt)", "www.justizadressen.nrw.de", r"grundbuch\w*"),
    _authority("Amtsgericht (Registergericht)", "www.handelsregister.de", r"handelsregister\w*|vereinsregister\w*"),
    _authority("Polizei", "Notruf 110, sonst die nächste Dienststelle oder die Onlinewache", r"anzeige erstatten|strafanzeige\w*|polizei anzeigen"),
    _authority("Zoll", "Telefon 0228 303 26010", r"zoll|kfz steuer zahlen|kraftfahrzeugsteuer\w*|paket aus china"),
    _authority("Bundesamt für Migration und Flüchtlinge", "Telefon 0911 943 0", r"integrationskurs\w* zulassung|asylbescheid"),
    _authority("Kraftfahrt-Bundesamt", "www.kba.de", r"punkte in flensburg|punktestand|punkte abfragen"),
    _authority("Deutsche Bahn oder Ihr Verkehrsverbund", "www.bahn.de", r"fahrplan\w*|naechste zug|zugverspaetung|deutschlandticket|bahnticket\w*|monatskarte"),
    _authority("Stadtwerke oder Ihr Versorger", "Rufnummer auf Ihrer Rechnung", r"stromausfall|strom abgestellt|stromrechnung|internetanbieter|stromanbieter"),
)  # fmt: skip


def own_city(texts: Iterable[str], default: str = "Mainz") -> str:
    """The city that a collection of texts speaks of most: its own."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update({word for word in words.split(text) if word in CITIES})
    best = counts.most_common(1)
    return CITIES[best[0][0]] if best and best[0][1] > 2 else default


def other_city(question: str, own: Iterable[str]) -> str:
    """The city in which somebody lives who is not ours; empty if none. Whoever moves is ours too."""
    spoken = words.split(question)
    text = " ".join(spoken)
    ours = {_SAME.get(words.fold(name), words.fold(name)) for name in own}
    named = [_SAME.get(word, word) for word in spoken if _SAME.get(word, word) in CITIES and word != "essen"]
    if any(name in ours for name in named) or _MOVES.search(text) or not _LIVES.search(text):
        return ""
    return next((CITIES[name] for name in named), "")


def other_authority(question: str) -> Authority | None:
    """Another authority for a subject that cities do not do."""
    spoken = " ".join(words.split(question))
    return next((item for item in AUTHORITIES if item.pattern.search(spoken)), None)
