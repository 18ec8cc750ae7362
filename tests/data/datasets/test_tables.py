"""CSV and XLSX as town halls write them: nothing is lost, nothing is invented, every touched row is named."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import openpyxl
import pytest

from stadtkern.data.datasets.errors import FileRefused
from tests.data.datasets.conftest import Reading, values

SCHOOLS = (
    "Amt für Schulen;;;;;\r\n"
    "Schulname;PLZ;Schüler;Anteil;eröffnet;Träger\r\n"
    "Grundschule Weißliliengasse;55116;1.234;12,5;01.08.1972;Stadt Mainz\r\n"
    '"Schule ""Am Gleisberg""; Gonsenheim";55122;987;7,25;15.09.2001;Stadt Mainz\r\n'
    "Maler-Becker-Schule;01067;12;100,0;31.12.1999;Stadt Mainz\r\n"
    "Quelle: Amt für Schulen, Stand 2025;;;;;\r\n"
)


def types(report: Any) -> dict[str, str]:
    return {column.name: column.type for column in report.columns}


def codes(report: Any) -> set[str]:
    return {problem.code for problem in report.problems}


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16", "cp850"])
def test_german_table_in_every_encoding(read: Reading, encoding: str) -> None:
    report = read(("schulen.csv", SCHOOLS.encode(encoding)))
    assert (report.rows, report.rejected) == (3, 0)
    assert types(report) == {
        "Schulname": "string", "PLZ": "string", "Schüler": "integer", "Anteil": "number", "eröffnet": "date", "Träger": "string",
    }  # fmt: skip
    assert values(read.result, "Schulname", "PLZ", "Schüler", "Anteil", "eröffnet") == [  # type: ignore[attr-defined]
        ("Grundschule Weißliliengasse", "55116", 1234, 12.5, date(1972, 8, 1)),
        ('Schule "Am Gleisberg"; Gonsenheim', "55122", 987, 7.25, date(2001, 9, 15)),
        ("Maler-Becker-Schule", "01067", 12, 100.0, date(1999, 12, 31)),
    ]
    assert {"preamble", "footer"} <= codes(report)


def test_rows_of_the_wrong_length_are_named_as_a_spreadsheet_counts(read: Reading) -> None:
    report = read(("x.csv", "a,b,c\n1,2,3\n4,5\n6,7,8\n9,10,11,12\n13,14,15\n"))
    assert (report.rows, report.rejected) == (3, 2)
    assert [problem.row for problem in report.problems if problem.code == "row-length"] == [3, 5]
    assert values(read.result, "a") == [(1,), (6,), (13,)]  # type: ignore[attr-defined]


def test_one_row_that_does_not_fit_makes_text_and_is_named(read: Reading) -> None:
    lines = "".join(f"{number};{number * 2}\n" for number in range(3000)) + "3000;unbekannt\n"
    report = read(("x.csv", "nr;wert\n" + lines))
    assert types(report) == {"nr": "string", "wert": "string"}
    assert [(problem.row, problem.column) for problem in report.problems if problem.code == "misfit"] == [
        (3002, "wert")
    ]


def test_gaps_are_empty_and_keys_stay_text(read: Reading) -> None:
    report = read(
        (
            "x.csv",
            "AGS;ARS;Wert;Kennziffer\n07315000;073150000000;k. A.;007\n07339006;073395004006;5;008\n07339030;073395005030;-;009\n",
        )
    )
    assert types(report) == {"AGS": "string", "ARS": "string", "Wert": "integer", "Kennziffer": "string"}
    assert values(read.result, "Wert") == [(None,), (5,), (None,)]  # type: ignore[attr-defined]


def test_a_lost_zero_comes_back(read: Reading) -> None:
    report = read(("x.csv", "ags,name\n7315000,Mainz\n7339006,Bodenheim\n"))
    assert values(read.result, "ags") == [("07315000",), ("07339006",)]  # type: ignore[attr-defined]
    assert report.repaired == 2


def test_columns_with_hostile_names(read: Reading) -> None:
    report = read(("x.csv", 'select,"""; drop table x; --",geom,Name,name,,_row\n1,2,3,4,5,6,7\n'))
    names = [column.name for column in report.columns]
    assert len({name.casefold() for name in names}) == 7
    assert not any('"' in name for name in names) and "geom" not in names and "_row" not in names
    assert values(read.result, *names) == [(1, 2, 3, 4, 5, 6, 7)]  # type: ignore[attr-defined]


def test_english_and_german_numbers_in_one_file_each(read: Reading) -> None:
    report = read(("x.csv", 'menge,preis\n1.5,"1,234.50"\n2.25,"12,000.00"\n'))
    assert types(report) == {"menge": "number", "preis": "number"}
    assert values(read.result, "menge", "preis") == [(1.5, 1234.5), (2.25, 12000.0)]  # type: ignore[attr-defined]


def test_a_table_without_header(read: Reading) -> None:
    report = read(("x.csv", "1;2,5;2024-01-01\n2;3,5;2024-01-02\n"))
    assert types(report) == {"spalte_1": "integer", "spalte_2": "number", "spalte_3": "date"}
    assert report.rows == 2 and "no-header" in codes(report)


def test_a_quote_that_never_closes(read: Reading) -> None:
    lines = "".join(f'{number};"Meter {number};x\n' for number in range(5))
    report = read(("x.csv", "a;b;c\n" + lines))
    assert report.rows == 5 and report.rejected == 0


def test_coordinates_in_columns(read: Reading) -> None:
    report = read(("baeume.csv", "Art;Rechtswert;Hochwert\nLinde;447000,5;5539000,5\nAhorn;448000;5540000\n"))
    assert report.crs == "EPSG:25832"
    assert (
        report.bbox is not None
        and 8.2 < report.bbox[0] < report.bbox[2] < 8.4
        and 49.9 < report.bbox[1] < 50.1
    )


def test_longitude_and_latitude_mixed_up(read: Reading) -> None:
    report = read(("x.csv", "name,lat,lon\nDom,8.2742,49.9989\nRathaus,8.2775,50.0010\n"))
    assert report.bbox == pytest.approx([8.2742, 49.9989, 8.2775, 50.0010])
    assert "axes-swapped" in codes(report)


def test_points_in_time(read: Reading) -> None:
    report = read(
        (
            "x.csv",
            "a;b;c\n2024-05-01T10:00:00Z;01.05.2024 10:00;ja\n2024-05-01T12:00:00+02:00;02.05.2024 11:30;nein\n",
        )
    )
    assert types(report) == {"a": "datetime", "b": "datetime", "c": "boolean"}
    rows = values(read.result, "a")  # type: ignore[attr-defined]
    assert rows[0] == rows[1]


def book(*sheets: list[list[Any]]) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for number, rows in enumerate(sheets):
        sheet = made.create_sheet(f"Blatt{number}")
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_excel(read: Reading) -> None:
    content = book(
        [],
        [
            ["Haushalt 2025"],
            [],
            ["Produkt", "Betrag", "am", "PLZ"],
            ["1.1", 12.5, date(2025, 1, 2), 1067],
            ["1.2", 7, date(2025, 2, 3), 55116],
        ],
    )
    report = read(("haushalt.xlsx", content))
    assert types(report) == {"Produkt": "number", "Betrag": "number", "am": "date", "PLZ": "string"}
    assert values(read.result, "Betrag", "am", "PLZ") == [
        (12.5, date(2025, 1, 2), "01067"),
        (7.0, date(2025, 2, 3), "55116"),
    ]  # type: ignore[attr-defined]


def test_privacy_is_warned_of_by_name_value_and_size(read: Reading) -> None:
    lines = "".join(
        f"Kim{n};Muster;0{n % 9 + 1}.02.1980;Gaustraße;{n};kim{n}@example.org;w\n" for n in range(8)
    )
    report = read(("x.csv", "Vorname;Nachname;Geburtsdatum;Straße;Hausnummer;Notiz;Geschlecht\n" + lines))
    private = {problem.code for problem in report.problems if problem.severity == "privacy"}
    assert {"person-name", "birth-date", "home-address", "contact"} <= private
    assert not any(
        "Kim" in problem.message or "example.org" in problem.message for problem in report.problems
    )
    small = read(("y.csv", "Ortsbezirk;Anzahl\nAltstadt;3\nDrais;120\n"))
    assert [problem.column for problem in small.problems if problem.code == "small-groups"] == ["Anzahl"]


@pytest.mark.parametrize(
    ("name", "content"),
    [("x.csv", b""), ("x.csv", b"\n\n"), ("x.exe", b"MZ\x00\x00"), ("x.xlsx", b"PK\x03\x04kaputt"), ("x.csv", b"a;b;c\n"), ("x.json", b"{\"a\": 1}"), ("x.gpkg", b"SQLite format 3\x00" + b"\x00" * 200)],
)  # fmt: skip
def test_what_is_no_dataset_is_refused(read: Reading, name: str, content: bytes) -> None:
    with pytest.raises(FileRefused):
        read((name, content))


def test_two_encodings_in_one_file(read: Reading) -> None:
    report = read(("x.csv", "a;b\n1;ä\n1;öö\n".encode() + b"2;\xfc\n"))
    assert report.rows == 3
    assert values(read.result, "b") == [("ä",), ("öö",), ("ü",)]  # type: ignore[attr-defined]
