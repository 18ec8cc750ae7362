"""What the text of a column means: numbers and dates as Germans and machines write them, yes and no, keys that stay text.

A kind is guessed on a sample and then held against every row; one row that does not fit makes it text, and the report names the row.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import duckdb

from stadtkern.data.datasets.engine import ROW, name
from stadtkern.data.datasets.ingest.report import INFO, REPAIRED, WARNING, Notes

SAMPLE: Final = 1_500
NAMED_ROWS: Final = 20
GAPS: Final = (
    "",
    "-",
    "–",
    "—",
    ".",
    "...",
    "…",
    "k.A.",
    "k. A.",
    "n/a",
    "N/A",
    "NA",
    "NULL",
    "null",
    "#NV",
    "x",
)

# Keys are names, not amounts: nobody adds them up, and a leading zero belongs to them.
KEYS: Final = re.compile(
    r"(^|[ _\-.])(ags|ars|rs|gkz|plz|zip|nuts\d?|lau\d?|iban|bic|tel|fax|key|code|id|uuid|nr|hnr)($|[ _\-.0-9])"
    r"|postleitzahl|schl(ü|ue)ssel|kennziffer|kennzahl$|kennzeichen|aktenzeichen|hausnummer|haus_?nr|telefon|telefax|handy|mobil"
    r"|rufnummer|personalnummer|steuernummer|kontonummer|nummer$|leika|flurst(ü|ue)ck|gemarkung|^(wkn|isbn|issn)$",
    re.IGNORECASE,
)
WIDTHS: Final = {"ags": 8, "gemeindeschlüssel": 8, "gemeindeschluessel": 8, "ars": 12, "regionalschlüssel": 12, "plz": 5, "postleitzahl": 5}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How a value looks, which type it becomes, and the SQL that makes it (``{v}``: the trimmed text, gaps are null)."""

    name: str
    type: str
    sql_type: str
    looks: re.Pattern[str]
    cast: str


def _kind(name: str, type: str, sql_type: str, looks: str, cast: str) -> Kind:
    return Kind(name=name, type=type, sql_type=sql_type, looks=re.compile(looks, re.ASCII), cast=cast)


_TIME = r"\d{1,2}:\d{2}(:\d{2}(\.\d{1,6})?)?"
INTEGER = _kind("integer", "integer", "BIGINT", r"[+-]?\d{1,18}", "CASE WHEN regexp_full_match({v}, '[+-]?[0-9]{{1,18}}') THEN TRY_CAST({v} AS BIGINT) END")  # fmt: skip
THOUSANDS_DE = _kind("thousands_de", "integer", "BIGINT", r"[+-]?\d{1,3}(\.\d{3})*", "CASE WHEN regexp_full_match({v}, '[+-]?[0-9]{{1,3}}([.][0-9]{{3}})*') THEN TRY_CAST(replace({v}, '.', '') AS BIGINT) END")  # fmt: skip
NUMBER_DE = _kind("number_de", "number", "DOUBLE", r"[+-]?(\d{1,3}(\.\d{3})+|\d+)?(,\d*)?(?<=[\d,])", "CASE WHEN regexp_full_match({v}, '[+-]?([0-9]{{1,3}}([.][0-9]{{3}})+|[0-9]*)(,[0-9]*)?') THEN TRY_CAST(replace(replace({v}, '.', ''), ',', '.') AS DOUBLE) END")  # fmt: skip
NUMBER = _kind("number", "number", "DOUBLE", r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", "CASE WHEN regexp_full_match({v}, '[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{{1,3}})?') THEN TRY_CAST({v} AS DOUBLE) END")  # fmt: skip
NUMBER_EN = _kind("number_en", "number", "DOUBLE", r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?|[+-]?\d{1,3}(\.\d+)?", "CASE WHEN regexp_full_match({v}, '[+-]?[0-9]{{1,3}}(,[0-9]{{3}})*([.][0-9]+)?') THEN TRY_CAST(replace({v}, ',', '') AS DOUBLE) END")  # fmt: skip
DATE = _kind("date", "date", "DATE", r"\d{4}-\d{2}-\d{2}", "TRY_STRPTIME({v}, '%Y-%m-%d')::DATE")
DATE_DE = _kind("date_de", "date", "DATE", r"\d{1,2}\.\d{1,2}\.\d{4}", "TRY_STRPTIME({v}, '%d.%m.%Y')::DATE")
MOMENT = _kind("moment", "datetime", "TIMESTAMPTZ", rf"\d{{4}}-\d{{2}}-\d{{2}}[T ]{_TIME} ?(Z|[+-]\d{{2}}:?(\d{{2}})?)", "TRY_CAST({v} AS TIMESTAMPTZ)")  # fmt: skip
DATETIME = _kind("datetime", "datetime", "TIMESTAMP", rf"\d{{4}}-\d{{2}}-\d{{2}}[T ]{_TIME}", "TRY_CAST({v} AS TIMESTAMP)")  # fmt: skip
DATETIME_DE = _kind("datetime_de", "datetime", "TIMESTAMP", rf"\d{{1,2}}\.\d{{1,2}}\.\d{{4}},? {_TIME}( Uhr)?", "TRY_STRPTIME(replace(replace({v}, ',', ''), ' Uhr', ''), ['%d.%m.%Y %H:%M:%S', '%d.%m.%Y %H:%M', '%d.%m.%Y %H:%M:%S.%f'])")  # fmt: skip
BOOLEAN = _kind("boolean", "boolean", "BOOLEAN", r"(?i:ja|nein|true|false|wahr|falsch|yes|no)", "CASE lower({v}) WHEN 'ja' THEN true WHEN 'nein' THEN false WHEN 'true' THEN true WHEN 'false' THEN false WHEN 'wahr' THEN true WHEN 'falsch' THEN false WHEN 'yes' THEN true WHEN 'no' THEN false END")  # fmt: skip
TEXT = _kind("text", "string", "VARCHAR", r".*", "{v}")

# After every row was held against its kind, the pattern need not be asked again.
QUICK: Final = {
    "integer": "CAST({v} AS BIGINT)",
    "thousands_de": "CAST(replace({v}, '.', '') AS BIGINT)",
    "number": "CAST({v} AS DOUBLE)",
    "number_de": "CAST(replace(replace({v}, '.', ''), ',', '.') AS DOUBLE)",
    "number_en": "CAST(replace({v}, ',', '') AS DOUBLE)",
}

GERMAN: Final = (BOOLEAN, INTEGER, DATE, DATE_DE, DATETIME, MOMENT, DATETIME_DE, THOUSANDS_DE, NUMBER_DE, NUMBER, NUMBER_EN)  # fmt: skip
PLAIN: Final = (BOOLEAN, INTEGER, DATE, DATE_DE, DATETIME, MOMENT, DATETIME_DE, NUMBER, NUMBER_DE, NUMBER_EN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A column with the SQL of its value."""

    name: str
    type: str
    sql: str


def typed(
    connection: duckdb.DuckDBPyConnection, columns: Sequence[str], notes: Notes, *, german: bool
) -> list[Typed]:
    """The type of every text column of the table ``raw``; empty ones without a real name are left out."""
    samples = _samples(connection, columns)
    values = Values(connection, columns)
    german = german or any(
        re.fullmatch(r"[+-]?[\d.]*\d,\d+", value, re.ASCII) for values in samples.values() for value in values
    )
    chosen: dict[str, list[Kind]] = {
        column: _candidates(column, samples[column], german=german) for column in columns
    }
    _hold(connection, chosen, values)
    lost = _lost_zeros(connection, [column for column in columns if chosen[column][0] is TEXT], values, notes)
    _name_misfits(connection, chosen, samples, values, notes)
    _name_gaps(chosen, values, notes)
    found = []
    for column in columns:
        kind = chosen[column][0]
        text = values.text(column) if kind is TEXT else values.value(column)
        sql = lost.get(column) or QUICK.get(kind.name, kind.cast).format(v=text)
        found.append(Typed(name=column, type=kind.type, sql=f"({sql})::{kind.sql_type}"))
        if kind is THOUSANDS_DE and not any(value.count(".") > 1 for value in samples[column]):
            notes.add(
                "thousands",
                INFO,
                f"In „{column}“ gilt der Punkt als Tausendertrennzeichen (1.234 ist eintausendzweihundertvierunddreißig).",
                column=column,
            )
    return found


class Values:
    """The trimmed text of each column as SQL, as cheaply as the column allows: most need no trimming and hold no placeholder."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, columns: Sequence[str]) -> None:
        found = self._counts(connection, [_is_padded(column) for column in columns])
        self._padded = {column: bool(number) for column, number in zip(columns, found, strict=True)}
        found = self._counts(connection, [f"{self._bare(column)} IN ({_GAPS[4:]})" for column in columns])
        self.gaps = dict(zip(columns, found, strict=True))

    @staticmethod
    def _counts(connection: duckdb.DuckDBPyConnection, conditions: list[str]) -> list[int]:
        listed = ", ".join(f"count(*) FILTER ({condition})" for condition in conditions)
        return [int(number) for number in connection.execute(f"SELECT {listed} FROM raw").fetchone() or ()]

    def _bare(self, column: str) -> str:
        return _trimmed(column) if self._padded[column] else name(column)

    def text(self, column: str) -> str:
        """The text; the empty one is null."""
        return f"nullif({self._bare(column)}, '')"

    def value(self, column: str) -> str:
        """The same; what stands for "no value" is null too."""
        text = self.text(column)
        return f"(CASE WHEN {text} NOT IN ({_GAPS}) THEN {text} END)" if self.gaps[column] else text


def _trimmed(column: str) -> str:
    return f"trim({name(column)}, chr(32) || chr(9) || chr(160))"


def _is_padded(column: str) -> str:
    """Whether there is anything to trim, without trimming: signs up to the blank sort before all others."""
    text = name(column)
    return f"({text} <> '' AND {text} < '!') OR ends_with({text}, ' ') OR ends_with({text}, chr(9)) OR ends_with({text}, chr(160)) OR starts_with({text}, chr(160))"


_GAPS: Final = ", ".join("'" + gap.replace("'", "''") + "'" for gap in GAPS)


def _samples(connection: duckdb.DuckDBPyConnection, columns: Sequence[str]) -> dict[str, list[str]]:
    total = (connection.execute("SELECT count(*) FROM raw").fetchone() or (0,))[0]
    step = max(1, total // SAMPLE)
    listed = ", ".join(name(column) for column in columns)
    rows = connection.execute(
        f"SELECT {listed} FROM raw WHERE {ROW} % ? = 0 OR rowid < 200", [step]
    ).fetchall()
    found: dict[str, list[str]] = {}
    for place, column in enumerate(columns):
        values = (str(row[place]).strip() for row in rows if row[place] is not None)
        found[column] = [value for value in values if value not in GAPS]
    return found


def _candidates(column: str, values: list[str], *, german: bool) -> list[Kind]:
    """Kinds that explain the whole sample, the best first; text is always the last."""
    if not values or KEYS.search(column):
        return [TEXT]
    kinds: list[Kind] = [
        kind for kind in (GERMAN if german else PLAIN) if all(kind.looks.fullmatch(value) for value in values)
    ]
    if INTEGER in kinds and any(re.match(r"[+-]?0\d", value) for value in values):
        return [TEXT]
    if THOUSANDS_DE in kinds and any(re.match(r"[+-]?0\d*\.", value) for value in values):
        kinds = [kind for kind in kinds if kind not in (THOUSANDS_DE, NUMBER_DE)]
    return [*kinds, TEXT]


def _hold(connection: duckdb.DuckDBPyConnection, chosen: dict[str, list[Kind]], texts: Values) -> None:
    """Every kind against every row; what fails falls back to the next."""
    waiting = [column for column, kinds in chosen.items() if kinds[0] is not TEXT]
    while waiting:
        parts = []
        for column in waiting:
            kind, value = chosen[column][0], texts.value(column)
            zero = f" OR regexp_matches({value}, '^[+-]?0[0-9]')" if kind is INTEGER else ""
            parts.append(
                f"count(*) FILTER ({value} IS NOT NULL AND ({kind.cast.format(v=value)} IS NULL{zero}))"
            )
        counts = connection.execute(f"SELECT {', '.join(parts)} FROM raw").fetchone() or ()
        again = []
        for column, wrong in zip(waiting, counts, strict=True):
            if wrong:
                chosen[column].pop(0)
                if chosen[column][0] is not TEXT:
                    again.append(column)
        waiting = again


def _lost_zeros(
    connection: duckdb.DuckDBPyConnection, columns: Sequence[str], texts: Values, notes: Notes
) -> dict[str, str]:
    """Keys of a known length that a spreadsheet has robbed of their leading zero get it back."""
    found: dict[str, str] = {}
    for column in columns:
        width = WIDTHS.get(column.casefold().strip())
        if width is None:
            continue
        value = texts.value(column)
        short, other = connection.execute(
            f"SELECT count(*) FILTER (regexp_full_match({value}, '[1-9][0-9]{{{width - 2}}}')), "
            f"count(*) FILTER ({value} IS NOT NULL AND NOT regexp_full_match({value}, '[0-9]{{{width - 1},{width}}}')) FROM raw"
        ).fetchone() or (0, 0)
        if short and not other:
            found[column] = f"lpad({value}, {width}, '0')"
            notes.add("leading-zero", REPAIRED, f"In „{column}“ fehlte {short}-mal die führende Null; sie ist ergänzt.", column=column)  # fmt: skip
            notes.count(REPAIRED, short)
    return found


def _name_misfits(
    connection: duckdb.DuckDBPyConnection,
    chosen: dict[str, list[Kind]],
    samples: dict[str, list[str]],
    texts: Values,
    notes: Notes,
) -> None:
    """A column that is text because of a few rows only: name them, so that somebody can mend the source."""
    for column, kinds in chosen.items():
        values = samples[column]
        if kinds[0] is not TEXT or KEYS.search(column) or len(values) < 10:
            continue
        best = max(PLAIN, key=lambda kind: sum(1 for value in values if kind.looks.fullmatch(value)))
        if sum(1 for value in values if best.looks.fullmatch(value)) < 0.9 * len(values) or best is BOOLEAN:
            continue
        value = texts.value(column)
        wrong = connection.execute(
            f"SELECT {ROW}, left({value}, 40) FROM raw WHERE {value} IS NOT NULL AND {best.cast.format(v=value)} IS NULL LIMIT {NAMED_ROWS}"
        ).fetchall()
        what = {"date": "Datum", "datetime": "Zeitpunkt"}.get(best.type, "Zahl")
        for row, text in wrong:
            notes.add("misfit", WARNING, f"Zeile {row}: „{text}“ ist in „{column}“ als {what} nicht lesbar; die Spalte bleibt Text.", row=int(row), column=column)  # fmt: skip


def _name_gaps(chosen: dict[str, list[Kind]], texts: Values, notes: Notes) -> None:
    for column, kinds in chosen.items():
        if kinds[0] is not TEXT and (number := texts.gaps[column]):
            notes.add("gaps", INFO, f"In „{column}“ stehen {number} Platzhalter wie „-“ oder „k. A.“; sie gelten als leer.", column=column)  # fmt: skip
