"""Every repair has a name: what was wrong in the source and what was made of it, so that the source can be told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

# code: (German, English)
REPAIRS: Final[dict[str, tuple[str, str]]] = {
    "text-markup": ("Formatierung (HTML) aus dem Text entfernt", "markup (HTML) removed from the text"),
    "text-repeated": ("doppelt vorhandenen Text einmal übernommen", "text that stood there twice taken once"),
    "text-several": ("mehrere Texte in einer Sprache: den ersten übernommen", "several texts in one language: the first taken"),
    "text-characters": ("unzulässige Steuerzeichen entfernt", "control characters removed"),
    "title-missing": ("Titel fehlt: Kennung als Titel", "title missing: identifier as title"),
    "description-missing": ("Beschreibung fehlt: Titel als Beschreibung", "description missing: title as description"),
    "identifier-missing": ("Kennung fehlt: aus der Adresse gebildet", "identifier missing: made from the address"),
    "address-missing": ("Datensatz ohne eigene Adresse: eine gebildet", "dataset without an address of its own: one made"),
    "address-doubled": ("Adresse in der Quelle doppelt vergeben: eigene gebildet", "address used twice in the source: one made"),
    "address-unreadable": ("Adresse nicht verwendbar: weggelassen", "address not usable: left out"),
    "address-repaired": ("Schreibweise einer Adresse berichtigt", "spelling of an address corrected"),
    "address-as-text": ("Adresse stand als Text: als Adresse geschrieben", "address stood there as text: written as an address"),
    "access-missing": ("Zugangsadresse fehlt: Adresse der Landeseite oder des Datensatzes", "access address missing: that of the landing page or the dataset"),
    "distribution-dropped": ("Distribution ohne jede Adresse weggelassen", "distribution without any address left out"),
    "licence-missing": ("keine Lizenz genannt: »andere geschlossene Lizenz«", "no licence named: other closed licence"),
    "licence-mapped": ("Lizenz in der Schreibweise der Liste", "licence in the spelling of the list"),
    "licence-unknown": ("Lizenz steht nicht in der Liste: unverändert gelassen", "licence is not in the list: left as it is"),
    "licence-text": ("Lizenz nur als Text: »andere geschlossene Lizenz«, Text als Rechtehinweis", "licence as text only: other closed licence, the text as a statement of rights"),
    "licence-from-dataset": ("Lizenz des Datensatzes auf die Distribution übertragen", "licence of the dataset taken over to the distribution"),
    "value-mapped": ("Wert in der Schreibweise der Codeliste", "value in the spelling of the code list"),
    "value-unknown": ("Wert steht in keiner Codeliste: weggelassen", "value is in no code list: left out"),
    "value-several": ("mehrere Werte, wo einer erlaubt ist: den ersten übernommen", "several values where one is allowed: the first taken"),
    "theme-as-keyword": ("unbekanntes Thema als Schlagwort behalten", "unknown theme kept as a keyword"),
    "format-from-media-type": ("Format aus dem Medientyp oder der Dateiendung", "format from the media type or the ending of the file name"),
    "format-not-listed": ("Format steht nicht in der Liste: nur der Medientyp bleibt", "format is not in the list: only the media type stays"),
    "media-type-repaired": ("Medientyp in der Schreibweise der IANA", "media type in IANA's spelling"),
    "media-type-unknown": ("Medientyp nicht lesbar: weggelassen", "media type not readable: left out"),
    "size-repaired": ("Dateigröße als ganze Zahl geschrieben", "size written as a whole number"),
    "size-unreadable": ("Dateigröße nicht lesbar: weggelassen", "size not readable: left out"),
    "date-repaired": ("Datum in ISO 8601 geschrieben", "date written in ISO 8601"),
    "date-unreadable": ("Datum nicht lesbar: weggelassen", "date not readable: left out"),
    "period-names": ("Zeitraum mit den Namen von DCAT geschrieben", "period written with DCAT's names"),
    "period-open": ("Ende 9999 als offenes Ende geschrieben", "end 9999 written as an open end"),
    "period-order": ("Anfang und Ende vertauscht", "begin and end swapped"),
    "period-dropped": ("Zeitraum ohne lesbares Datum weggelassen", "period without a readable date left out"),
    "publisher-missing": ("Herausgeber fehlt: der des Katalogs", "publisher missing: that of the catalogue"),
    "publisher-named": ("Herausgeber ohne Namen: nach seiner Adresse benannt", "publisher without a name: named by its address"),
    "agent-class": ("Stelle als foaf:Agent gekennzeichnet", "organisation marked as foaf:Agent"),
    "agent-mail": ("E-Mail-Adresse aus dem Namen gelöst", "mail address taken out of the name"),
    "agent-dropped": ("Stelle ohne Namen weggelassen", "organisation without a name left out"),
    "contact-class": ("Kontakt als vcard:Kind gekennzeichnet", "contact marked as vcard:Kind"),
    "contact-mail": ("E-Mail-Adresse als mailto: geschrieben", "mail address written as mailto:"),
    "contact-telephone": ("Telefonnummer als tel: geschrieben", "telephone number written as tel:"),
    "contact-page": ("Kontakt ohne Weg: Webseite der Stelle oder des Datensatzes", "contact without a way: web page of the organisation or the dataset"),
    "contact-dropped": ("Kontakt ohne Weg weggelassen", "contact without a way left out"),
    "place-dropped": ("Raumbezug nicht lesbar: weggelassen", "place not readable: left out"),
    "checksum-dropped": ("Prüfsumme unvollständig: weggelassen", "checksum incomplete: left out"),
    "hvd-legislation": ("Rechtsgrundlage der hochwertigen Datensätze ergänzt", "legal basis of High-Value Datasets added"),
    "property-moved": ("veraltete Eigenschaft durch die heutige ersetzt", "outdated property replaced by today's"),
    "property-dropped": ("veraltete Eigenschaft ohne Nachfolgerin weggelassen", "outdated property without a successor left out"),
    "service-dropped": ("Dienst ohne Adresse weggelassen", "service without an address left out"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """One repair: name, property, what stood there, what stands there now ("" where nothing does)."""

    code: str
    at: str
    before: str = ""
    after: str = ""

    def sentence(self, language: str = "de") -> str:
        """What was done, for people."""
        german, english = REPAIRS[self.code]
        return german if language.startswith("de") else english


@dataclass(slots=True)
class Notes:
    """The repairs of one dataset while it is mended."""

    repairs: list[Repair] = field(default_factory=list)

    def add(self, code: str, at: str, before: str = "", after: str = "") -> None:
        """Note a repair; ``code`` must be known."""
        if code not in REPAIRS:
            raise KeyError(code)
        self.repairs.append(Repair(code=code, at=at, before=before[:200], after=after[:200]))


def counted(repairs: Iterable[Repair]) -> dict[str, int]:
    """How often which repair was needed, the most frequent first."""
    return dict(Counter(repair.code for repair in repairs).most_common())
