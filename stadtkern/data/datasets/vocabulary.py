"""Words of a passport with their labels: licences of dcat-ap.de, themes of the EU, frequencies, privacy classes.

Codes are the last part of the official IRIs, so that the catalogue can write them without a table of its own.
"""

from __future__ import annotations

from typing import Final

# dcat-ap.de/def/licenses
LICENCES: Final = {
    "dl-zero-de/2.0": "Datenlizenz Deutschland – Zero – Version 2.0",
    "dl-by-de/2.0": "Datenlizenz Deutschland – Namensnennung – Version 2.0",
    "cc-zero": "Creative Commons Zero (CC0 1.0)",
    "cc-by/4.0": "Creative Commons Namensnennung 4.0 (CC BY 4.0)",
    "odbl": "Open Data Commons Open Database License (ODbL 1.0)",
}
NAMED: Final = frozenset({"dl-by-de/2.0", "cc-by/4.0", "odbl"})  # want to know who is to be named

# publications.europa.eu/resource/authority/data-theme
THEMES: Final = {
    "AGRI": "Landwirtschaft, Fischerei, Forst und Nahrung", "ECON": "Wirtschaft und Finanzen", "EDUC": "Bildung, Kultur und Sport",
    "ENER": "Energie", "ENVI": "Umwelt", "GOVE": "Regierung und öffentlicher Sektor", "HEAL": "Gesundheit",
    "INTR": "Internationale Themen", "JUST": "Justiz und öffentliche Sicherheit", "REGI": "Regionen und Städte",
    "SOCI": "Bevölkerung und Gesellschaft", "TECH": "Wissenschaft und Technologie", "TRAN": "Verkehr",
}  # fmt: skip

# publications.europa.eu/resource/authority/frequency
FREQUENCIES: Final = {
    "DAILY": "täglich", "WEEKLY": "wöchentlich", "MONTHLY": "monatlich", "QUARTERLY": "vierteljährlich", "ANNUAL": "jährlich",
    "IRREG": "unregelmäßig", "NEVER": "nie",
}  # fmt: skip

PRIVACY_CLASSES: Final = {
    "open": "offen: enthält keine Angaben über Personen",
    "internal": "intern: nicht zur Veröffentlichung bestimmt",
    "personal": "personenbezogen: darf nicht veröffentlicht werden",
}

# format: label, media type, needs a geometry, EU file type
FORMATS: Final = {
    "csv": ("CSV", "text/csv; charset=utf-8", False, "CSV"),
    "json": ("JSON", "application/json", False, "JSON"),
    "geojson": ("GeoJSON", "application/geo+json", True, "GEOJSON"),
    "parquet": ("GeoParquet", "application/vnd.apache.parquet", False, "PARQUET"),
}
