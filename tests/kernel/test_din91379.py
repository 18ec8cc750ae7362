"""DIN 91379: the normative tables, letter by letter, and the form for searching."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadtkern.kernel.din91379 import first_foreign, normalize, search_form
from tests.shared import shared_data

FOLDER = "registers/din91379"


def entries(name: str) -> list[str]:
    lines = shared_data(f"{FOLDER}/zeichengruppen/{name}.kat").read_text("utf-8").splitlines()
    return [
        "".join(chr(int(code, 16)) for code in line.split("=")[0].strip().split("+"))
        for line in lines
        if line.strip()
    ]


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("latein_buchstaben_normativ", "A"),
        ("nicht-buchstaben_N1_normativ", "A"),
        ("nicht-buchstaben_N2_normativ", "B"),
        ("nicht-buchstaben_N3_normativ", "C"),
        ("nicht-buchstaben_N4_normativ", "C"),
        ("griech_buchstaben_erweitert", "D"),
        ("nicht-buchstaben_E1_erweitert", "D"),
        ("kyrill_buchstaben_erweitert", "E"),
    ],
)
def test_every_character_of_the_tables_belongs_to_its_data_types(name: str, least: str) -> None:
    characters = entries(name)
    assert characters
    for character in characters:
        for datatype in "ABCDE":
            allowed = first_foreign(f"a{character}b", datatype) is None
            assert allowed == (datatype >= least), (character, datatype)


def test_combining_marks_count_only_in_listed_sequences() -> None:
    assert first_foreign("C\u0306") is None
    found = first_foreign("Q\u0306")
    assert found is not None and (found.position, found.code_points) == (2, "U+0306")


def test_the_place_counts_in_the_composed_text() -> None:
    found = first_foreign("u\u0308ber Ж")
    assert found is not None and found.position == 6


def test_every_mapping_of_the_table_is_kept() -> None:
    lines = (
        shared_data(f"{FOLDER}/transformation_dinnorm91379_zu_suchform.transform")
        .read_text("utf-8")
        .splitlines()
    )
    pairs = [line.split("=") for line in lines if line.strip() and not line.startswith("standard")]
    assert len(pairs) == 649
    for source, target in pairs:
        character = "".join(chr(int(code, 16)) for code in source.strip().split("+"))
        expected = "".join(chr(int(code, 16)) for code in target.strip().split("+"))
        if normalize(character) == character:
            assert search_form(character) == expected


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("Müller-Lüdenscheidt", "MUELLER LUEDENSCHEIDT"), ("Weiß", "WEISS"), ("Đorđević", "DORDEVIC"), ("d'Arc", "D ARC"),
        ("  Anna   Lena ", "ANNA LENA"), ("Straße 12", "STRASSE 12"), ("Mu\u0308ller", "MUELLER"), ("", ""), ("Ж", ""),
    ],
)  # fmt: skip
def test_search_forms(name: str, form: str) -> None:
    assert search_form(name) == form


@given(st.text())
def test_nothing_raises_and_spelling_of_composition_does_not_matter(text: str) -> None:
    assert (
        search_form(text) == search_form(unicodedata.normalize("NFD", text))
        or first_foreign(text) is not None
    )
    assert set(search_form(text)) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 ")
    first_foreign(text)
