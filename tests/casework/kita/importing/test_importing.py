"""Lists of other programs: any encoding, separator and order of columns; bad rows are named, the rest is taken."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stadtkern.casework.kita.importing import cells
from stadtkern.casework.kita.importing.reading import Import, read_import
from stadtkern.kernel.strict_reading import InputRefused
from stadtkern.runtime.cli import main
from tests.shared import shared_data

TODAY = date(2026, 3, 1)
WAITING = """Nachname;Vorname;Geburtsdatum;Straße;PLZ;Ort;Anmeldedatum;Aufnahme ab;Wunsch 1;Wunsch 2
Müller;Jörg;03.05.2024;Höhenweg 3;55116;Mainz;04.06.2024;08/2026;Kita Löwenzahn;Kita Sonnenschein
Çelik;Ayşe;2025-01-31;Am Bäckertor 1;55118;Mainz;01.03.2025;1.9.2026;Kita Sonnenschein;null
Groß;Lena;12.11.24;Ring 5;55122;Mainz;01.12.2024;August 2026;Kita Löwenzahn;
Weiß;Tom;07.07.2023;Gasse 1;55128;Mainz;08.08.2023;01.08.2026;Kita Mond;-
"""


def read(text: str, encoding: str = "utf-8", **more: object) -> Import:
    return read_import(text.encode(encoding), "x.csv", today=TODAY, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_every_encoding_and_separator_gives_the_same_rows(encoding: str, separator: str) -> None:
    text = WAITING.replace(";", separator)
    if encoding == "cp1252":
        text = text.replace("ş", "s")
    found = read(text, encoding)
    assert (found.table.separator, len(found.taken), found.rejected) == (separator, 4, 0)
    assert found.taken[0].values["street"] == "Höhenweg 3"
    assert found.taken[1].values["family_name"] == "Çelik"
    assert [row.values["start_on"] for row in found.taken] == [
        date(2026, 8, 1), date(2026, 9, 1), date(2026, 8, 1), date(2026, 8, 1),
    ]  # fmt: skip
    assert found.taken[2].values["birth_date"] == date(2024, 11, 12)
    assert "wish_2" not in found.taken[1].values and "wish_2" not in found.taken[3].values


def test_umlauts_converted_twice_are_restored() -> None:
    broken = WAITING.replace("ş", "s").encode("utf-8").decode("cp1252")
    found = read(broken)
    assert found.taken[0].values["family_name"] == "Müller" and found.taken[0].values["given_names"] == "Jörg"
    assert any("Umlaute" in warning for warning in found.warnings)


def test_columns_in_another_order_and_under_other_names() -> None:
    text = "Ort;geb. am;Name des Kindes;Vorname Kind;Kita 2;Wunschkita;Bemerkung\nMainz;3.5.2024;Roth;Ida;B;A;x\n"
    found = read(text)
    assert {c.field.name: c.index for c in found.mapping.columns} == {
        "town": 0, "birth_date": 1, "family_name": 2, "given_names": 3, "wish_2": 4, "wish_1": 5,
    }  # fmt: skip
    assert list(found.mapping.unmapped) == ["Bemerkung"]
    chosen = read(text, chosen={"Bemerkung": "number"})
    assert chosen.taken[0].values["number"] == "x"


@pytest.mark.parametrize(
    ("header", "swapped"),
    [
        ("Nachname;Vorname;PLZ;Straße;Geburtsdatum;Ort;Anmeldedatum;Aufnahme ab;Wunsch 1;Wunsch 2", {"birth_date"}),
        ("Nachname;Vorname;Anmeldedatum;Straße;PLZ;Ort;Geburtsdatum;Aufnahme ab;Wunsch 1;Wunsch 2", {"birth_date", "registered_on"}),
    ],
)  # fmt: skip
def test_swapped_columns_are_seen_by_their_contents(header: str, swapped: set[str]) -> None:
    """Two headers changed places; the cells did not."""
    right = read(WAITING)
    lines = WAITING.splitlines()
    found = read("\n".join([header, *lines[1:]]) + "\n")
    assert [row.values["birth_date"] for row in found.taken] == [r.values["birth_date"] for r in right.taken]
    assert {c.field.name for c in found.mapping.columns if c.how == "swapped"} >= swapped
    assert any("vertauscht" in warning for warning in found.warnings)


def test_bad_rows_are_named_with_row_column_and_reason() -> None:
    text = WAITING + (
        "null;Mia;03.05.2024;Weg 1;55116;Mainz;04.06.2024;08/2026;Kita A;\n"
        "Klein;Ben;31.02.2024;Weg 1;55116;Mainz;04.06.2024;08/2026;Kita A;\n"
        "Lang;Eva;03.05.2024;Weg 1;Mainz;55116;04.06.2024;08/2026;Kita A;\n"
        "Müller;Jörg;3.5.2024;Weg 9;55116;Mainz;04.06.2024;08/2026;Kita A;\n"
        "Alt;Max;03.05.2016;Weg 1;55116;Mainz;04.06.2024;08/2026;Kita A;\n"
        "Bald;Kim;03.05.2027;Weg 1;55116;Mainz;04.06.2024;08/2027;Kita A;\n"
        "Früh;Ole;03.05.2024;Weg 1;55116;Mainz;04.06.2024;08/2023;Kita A;\n"
        "Viel;Ada;03.05.2024;Weg 1;55116;Mainz;04.06.2024;08/2026;Kita A;B;C;D\n"
        "\n"
        ";;;;;;;;;\n"
        "Gut;Leo;03.05.2024;Weg 1;55116;Mainz;04.06.2024;08/2026;Kita A;\n"
    )
    found = read(text)
    told = [(p.row, p.column, p.name) for p in found.problems]
    assert told == [
        (6, 1, "Nachname"), (7, 3, "Geburtsdatum"), (8, 5, "PLZ"), (8, 6, "Ort"), (9, None, ""),
        (10, 3, "Geburtsdatum"), (11, 3, "Geburtsdatum"), (12, 8, "Aufnahme ab"), (13, None, ""),
    ]  # fmt: skip
    reasons = {p.row: p.reason for p in found.problems}
    assert "fehlt" in reasons[6] and "Kalender" in reasons[7] and "steht schon in Zeile 2" in reasons[9]
    assert any("vertauscht?" in p.reason for p in found.problems if p.row == 8)
    assert (len(found.taken), found.rejected, len(found.table.lines)) == (5, 8, 13)
    assert found.taken[-1].values["family_name"] == "Gut"


PLACES = """Einrichtung;Träger;Anschrift;PLZ;Plätze gesamt;Plätze (U2);Plätze (Ü2);Öffnungszeiten;Mittagessen
Kita Löwenzahn;Stadt Mainz;Ring 1;55116;1.020;20;80;7.30 bis 16:30 Uhr;ja
null;null;null;null;null;null;null;null;null
Kita Mond;ev. Kirche;Ring 2;5511;60 Plätze;10;50;nach Absprache;x
Kita Stern;Verein;Ring 3;55118;25,5;5;20;07:00-16:00;nein
Kita Erde;Verein;Ring 4;55118;20;15;20;07:00-16:00;nein
Kita Mars;Verein;Ring 5;55118;;;;07:00-16:00;nein
"""


def test_places_with_nulls_and_german_numbers() -> None:
    found = read(PLACES, "latin-1")
    assert found.mapping.kind == "places"
    assert [(p.row, p.column) for p in found.problems] == [(3, 1), (5, 5), (6, 5), (7, 5)]
    assert found.taken[0].values["places"] == 1020
    assert found.taken[0].values["opening_hours"] == ("07:30", "16:30")
    assert found.taken[1].values["postcode"] == "05511"
    assert [(p.row, p.name) for p in found.left_out] == [(4, "Öffnungszeiten")]


def test_a_real_list_is_taken_whole() -> None:
    path = shared_data("kita/real/flensburg_kitas.csv")
    found = read_import(path.read_bytes(), "f.csv", today=TODAY)
    assert (len(found.taken), found.rejected) == (70, 0)
    assert sum(int(str(row.values["places"])) for row in found.taken) == 4_475


@pytest.mark.parametrize(
    "data", [b"", b"\n\n", b"PK\x03\x04abc", b"a;b\n1;2\n", b"\x00\x01", b"\xff\xfe\x00", b'"a;b\nc']
)
def test_what_is_no_list_is_refused_with_its_place(data: bytes) -> None:
    with pytest.raises(InputRefused, match=r"^x\.csv:\d+:\d+: "):
        read_import(data, "x.csv", today=TODAY)


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.2.2024", date(2024, 2, 1)), ("01.02.24", date(2024, 2, 1)), ("2024-02-01T00:00:00", date(2024, 2, 1)),
     ("01/02/2024", date(2024, 2, 1)), ("45323", date(2024, 2, 1)), ("29.02.2023", None), ("gestern", None)],
)  # fmt: skip
def test_days(text: str, value: date | None) -> None:
    if value is None:
        with pytest.raises(cells.NotThis):
            cells.day(text)
    else:
        assert cells.day(text) == value


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(st.text(max_size=200), st.lists(st.sampled_from(WAITING.splitlines()[1:]), max_size=4))
def test_no_file_crashes_the_reader(noise: str, lines: list[str]) -> None:
    data = "\n".join([WAITING.splitlines()[0], *lines, noise, *lines]).encode("utf-8", errors="replace")
    try:
        found = read_import(data, "x.csv", today=TODAY)
    except InputRefused:
        return
    assert len(found.taken) + found.rejected == len(found.table.lines)


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "liste.csv"
    path.write_text(PLACES, "latin-1")
    assert main(["kita", "import", str(path), "--dry-run"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["rows"], told["taken"], told["rejected"]) == (6, 2, 4)
    assert told["encoding"] == "Windows-1252" and told["problems"][0]["row"] == 3
    path.write_bytes(b"\x00")
    assert main(["kita", "import", str(path), "--dry-run"]) == 2
    assert capsys.readouterr().err.startswith(f"{path}:1:1")
