"""What could point at people: columns that name them, values that look like theirs, groups so small that one could be recognized.

Warnings only; a person decides (Art. 4 no. 1 GDPR, § 3 EGovG RLP). Nothing personal goes into the report: columns and numbers, no values.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import duckdb

from stadtkern.data.datasets.engine import name
from stadtkern.data.datasets.ingest.report import PRIVACY, Notes

LEAST: Final = 5

_W = r"(^|[ _\-.])"
_E = r"($|[ _\-.\d])"
PEOPLE: Final = (
    ("person-name", r"vorname|nachname|familienname|geburtsname|zuname|rufname|vor_?und_?zuname|" + _W + r"(eigent(ü|ue)mer|inhaber|antragsteller|halter|ansprechpartner|sachbearbeiter|kontaktperson|bewohner|mieter)(in)?" + _E, "Namen von Personen"),
    ("birth-date", r"geburt|geb_?(dat|jahr|am)" + _E + r"|geb_?datum|birth", "Geburtsdaten"),
    ("home-address", r"wohnort|wohnanschrift|privatanschrift|wohnadresse", "Wohnanschriften"),
    ("contact", r"e-?mail|telefon|mobil|handy|" + _W + r"(tel|fax)" + _E, "Kontaktdaten"),
    ("bank", r"iban|kontonummer|kontoinhaber", "Bankverbindungen"),
    ("id-number", r"steuer_?-?(id|nummer)|sozialversicherung|personalausweis|ausweisnummer|krankenvers|personalnummer", "Kennnummern von Personen"),
    ("special", r"religion|konfession|diagnose|krankheit|behinder|gesundheit|ethni|herkunft|migrationshintergrund|partei" + _E, "besonders geschützte Angaben (Art. 9 DSGVO)"),
)  # fmt: skip
STREET: Final = re.compile(r"stra(ß|ss)e|^str\.?$|^anschrift$|^adresse$", re.IGNORECASE)
HOUSE: Final = re.compile(r"haus_?-?(nr|nummer)|^hnr|^hsnr", re.IGNORECASE)
TRAITS: Final = re.compile(
    r"geschlecht|^sex$|alter(sgruppe|sklasse)?$|geburtsjahr|jahrgang|^plz$|postleitzahl|nationalit|staatsangeh|familienstand|beruf|ortsbezirk|stadtteil|konfession|religion",
    re.IGNORECASE,
)
COUNTS: Final = re.compile(
    r"^(anzahl|zahl|f(ä|ae)lle|personen|einwohner|kinder|sch(ü|ue)ler|bev(ö|oe)lkerung|betroffene|empf(ä|ae)nger)",
    re.IGNORECASE,
)
VALUES: Final = (
    ("contact", r"[A-Za-z0-9._%+\-]+@[A-Za-z0-9.\-]+\.[A-Za-z]{2,}", "E-Mail-Adressen"),
    ("bank", r"\b[A-Z]{2}[0-9]{2}( ?[0-9A-Z]{4}){4}( ?[0-9A-Z]{1,4})?\b", "Bankverbindungen (IBAN)"),
)
FUNCTIONAL_MAIL: Final = r"^(info|post|poststelle|kontakt|stadt|service|rathaus|amt|buero|office|presse|mail|webmaster)[.@\-_a-z]*@?"


def warnings(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str], notes: Notes
) -> None:
    """Look at the names of the columns, at the values, and at the size of groups."""
    personal = False
    for column in columns:
        for code, pattern, what in PEOPLE:
            if re.search(pattern, column, re.IGNORECASE):
                notes.add(code, PRIVACY, f"Die Spalte „{column}“ enthält vielleicht {what}.", column=column)
                personal = True
    _values(connection, table, columns, notes)
    if personal and any(map(STREET.search, columns)) and any(map(HOUSE.search, columns)):
        notes.add(
            "home-address",
            PRIVACY,
            "Straße und Hausnummer stehen neben Angaben zu Personen: Das können Wohnanschriften sein.",
        )
    _groups(connection, table, columns, notes)


def _values(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str], notes: Notes
) -> None:
    texts = [column for column, type in columns.items() if type == "string"]
    if not texts:
        return
    known = {problem.column for problem in notes.problems if problem.severity == PRIVACY}
    parts = [
        f"count(*) FILTER (regexp_matches({name(column)}, '{pattern}'))"
        for column in texts
        for _, pattern, _ in VALUES
    ]
    counts = (
        connection.execute(
            f"SELECT {', '.join(parts)} FROM (SELECT * FROM {table} USING SAMPLE reservoir(5000 ROWS) REPEATABLE (1))"
        ).fetchone()
        or ()
    )
    for place, column in enumerate(texts):
        for kind, (code, _, what) in enumerate(VALUES):
            if counts[place * len(VALUES) + kind] and column not in known:
                notes.add(code, PRIVACY, f"In der Spalte „{column}“ stehen {what}.", column=column)


def _groups(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str], notes: Notes
) -> None:
    """Counts below five (statistical secrecy), and combinations of traits that fewer than five rows share."""
    for column, type in columns.items():
        if type == "integer" and COUNTS.search(column):
            small = (
                connection.execute(
                    f"SELECT count(*) FROM {table} WHERE {name(column)} BETWEEN 1 AND {LEAST - 1}"
                ).fetchone()
                or (0,)
            )[0]
            if small:
                notes.add(
                    "small-groups",
                    PRIVACY,
                    f"In „{column}“ stehen {small} Werte von 1 bis {LEAST - 1}. So kleine Gruppen können einzelne Menschen verraten.",
                    column=column,
                )
    traits = [column for column in columns if TRAITS.search(column)][:4]
    if len(traits) < 2:
        return
    listed = ", ".join(map(name, traits))
    small, total = connection.execute(
        f"SELECT count(*) FILTER (n < {LEAST}), count(*) FROM (SELECT count(*) AS n FROM {table} GROUP BY {listed})"
    ).fetchone() or (0, 0)
    if small:
        notes.add(
            "small-groups",
            PRIVACY,
            f"Die Merkmale {', '.join(f'„{one}“' for one in traits)} bilden zusammen {small} von {total} Gruppen mit weniger als {LEAST} Zeilen. Einzelne Menschen könnten erkennbar sein.",
        )
