"""What can be imported: the fields of a list of places and of a waiting list, and the names other programs give them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal

from stadtkern.casework.kita.importing import cells

Kind = Literal["places", "waiting"]
WISHES: Final = 12
SOFT: Final = frozenset({"opening_hours", "lunch", "email", "phone", "free"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field: how a cell is read (raises ``cells.NotThis``), and by which names its column goes.

    A ``soft`` field that cannot be read is left out and told; any other makes the row a bad one.
    """

    name: str
    label: str
    read: Callable[[str], object]
    names: Sequence[str]
    required: bool = False

    @property
    def soft(self) -> bool:
        return self.name in SOFT


def _field(
    name: str, label: str, read: Callable[[str], object], *names: str, required: bool = False
) -> Field:
    return Field(
        name=name, label=label, read=read, names=[plain(n) for n in (label, *names)], required=required
    )


def plain(text: str) -> str:
    """A name of a column without case, umlauts and signs."""
    lowered = text.casefold()
    for letter, pair in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        lowered = lowered.replace(letter, pair)
    bare = "".join(c for c in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(c))
    return " ".join(re.findall(r"[a-z]+|\d+", bare))


_ADDRESS: Final = (
    _field("street", "Straße", cells.anything, "Strasse Hausnummer", "Str.", "Anschrift", "Adresse", "Address", "Street", "Straße und Hausnummer", "Straße/Hausnr."),
    _field("house_number", "Hausnummer", cells.anything, "Haus-Nr.", "Hausnr", "HNr", "House number"),
    _field("postcode", "Postleitzahl", cells.postcode, "PLZ", "Postal code", "Postcode", "ZIP"),
    _field("town", "Ort", cells.words, "Wohnort", "Stadt", "Gemeinde", "City", "Town"),
    _field("district", "Ortsbezirk", cells.words, "Stadtteil", "Bezirk", "Ortsteil", "District", "Quartier"),
    _field("email", "E-Mail", cells.email, "Mail", "E-Mail-Adresse", "Email"),
    _field("phone", "Telefon", cells.phone, "Tel.", "Telefonnummer", "Rufnummer", "Phone", "Mobil", "Handy"),
)  # fmt: skip

PLACES: Final = (
    _field("name", "Name der Kita", cells.words, "Kita", "Einrichtung", "Einrichtungsname", "Name der Einrichtung", "Name", "Bezeichnung", "Kindertagesstätte", "Facility", "Kitaname", required=True),
    _field("key", "Kennung", cells.anything, "Einrichtungsnummer", "Einrichtungs-Nr", "Nr", "Nummer", "ID", "Kita-Nr", "Schlüssel"),
    _field("provider", "Träger", cells.words, "Trägername", "Name des Trägers", "Institution", "Provider", "Betreiber"),
    _field("provider_kind", "Trägerart", cells.words, "Art des Trägers", "Trägergruppe", "Provider type"),
    _field("places", "Plätze", cells.whole, "Plätze gesamt", "Gesamtplätze", "Anzahl Plätze", "Platzzahl", "Betreuungsplätze", "Childcare places", "erlaubte Plätze", "Plätze laut Betriebserlaubnis", "Kapazität", "Places"),
    _field("places_u2", "Plätze U2", cells.whole, "U2", "U2-Plätze", "Plätze unter 2", "unter 2 Jahre", "Krippenplätze", "Plätze unter zwei"),
    _field("places_o2", "Plätze Ü2", cells.whole, "Ü2", "Ü2-Plätze", "Plätze ab 2", "ab 2 Jahre", "Kindergartenplätze", "Plätze über 2", "Plätze ab zwei"),
    _field("places_integration", "Integrationsplätze", cells.whole, "Plätze Integration", "Inklusionsplätze"),
    _field("free", "freie Plätze", cells.whole, "frei", "Freie", "verfügbar"),
    _field("opening_hours", "Öffnungszeiten", cells.hours, "Öffnungszeit", "Opening hours", "geöffnet", "Zeiten"),
    _field("lunch", "Mittagessen", cells.yes_or_no, "Verpflegung", "Lunch offer", "Mittagsverpflegung"),
    _field("longitude", "Längengrad", partial(cells.degrees, low=5, high=16), "lon", "lng", "Länge", "Longitude", "geogr. Länge", "x"),
    _field("latitude", "Breitengrad", partial(cells.degrees, low=47, high=56), "lat", "Breite", "Latitude", "geogr. Breite", "y"),
    *_ADDRESS,
)  # fmt: skip

WAITING: Final = (
    _field("family_name", "Nachname", cells.words, "Familienname", "Name des Kindes", "Nachname Kind", "Name Kind", "Name", "Kind Nachname", "Zuname", "Last name", required=True),
    _field("given_names", "Vorname", cells.words, "Vornamen", "Vorname des Kindes", "Vorname Kind", "Rufname", "Kind Vorname", "First name"),
    _field("birth_date", "Geburtsdatum", cells.day, "geboren am", "geb.", "geb. am", "Geb.-Datum", "Geburtstag", "Geburtsdatum Kind", "Birth date", "Date of birth", required=True),
    _field("start_on", "Aufnahme ab", cells.month, "Aufnahmedatum", "gewünschter Beginn", "Betreuungsbeginn", "Beginn", "ab wann", "Wunschtermin", "Aufnahmewunsch", "gewünschtes Aufnahmedatum", "Platz ab", "Eintritt", "Start"),
    _field("registered_on", "Anmeldedatum", cells.day, "angemeldet am", "Anmeldung", "Anmeldung am", "Eingang", "Eingangsdatum", "Vormerkung", "Vormerkdatum", "vorgemerkt am", "Vormerkung vom", "Registered"),
    _field("hours", "Stunden", cells.whole, "Betreuungsumfang", "Betreuungsstunden", "Stunden am Tag", "Std.", "Hours", "Betreuungszeit"),
    _field("integration", "Förderbedarf", cells.yes_or_no, "Integration", "Inklusion", "Integrationskind"),
    _field("sibling", "Geschwisterkind", cells.yes_or_no, "Geschwister", "Geschwister in der Kita", "Sibling"),
    _field("single_parent", "alleinerziehend", cells.yes_or_no, "Alleinerziehende", "Single parent"),
    _field("points", "Punkte", cells.whole, "Punktzahl", "Priorität", "Points"),
    _field("guardian", "Sorgeberechtigte", cells.words, "Eltern", "Elternteil", "Mutter", "Erziehungsberechtigte", "Sorgeberechtigte Person", "Name der Eltern", "Guardian"),
    _field("number", "Aktenzeichen", cells.anything, "Vorgangsnummer", "Nr", "lfd. Nr.", "ID", "Nummer", "Kind-ID"),
    _field("wish_1", "Wunsch 1", cells.words, "Kita", "Wunschkita", "Einrichtung", "1. Wunsch", "Erstwunsch", "Wunscheinrichtung", "Kita 1", "Einrichtung 1", "Priorität 1"),
    *(
        _field(f"wish_{n}", f"Wunsch {n}", cells.words, f"{n}. Wunsch", f"Kita {n}", f"Wunschkita {n}", f"Einrichtung {n}", f"Priorität {n}")
        for n in range(2, WISHES + 1)
    ),
    *_ADDRESS,
)  # fmt: skip

FIELDS: Final[dict[Kind, tuple[Field, ...]]] = {"places": PLACES, "waiting": WAITING}
TITLES: Final[dict[Kind, str]] = {"places": "Plätze", "waiting": "Warteliste"}
