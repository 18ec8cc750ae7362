"""Genericode code lists: columns, keys, versions, ten thousand rows, hostile files."""

from __future__ import annotations

import time
import zipfile

import pytest

from stadtkern.casework.forms.genericode import read_code_list
from stadtkern.casework.forms.xdf import XdfError
from tests.shared import shared_data

NS = "http://docs.oasis-open.org/codelist/ns/genericode/1.0/"
COLUMNS = '<Column Id="Code"/><Column Id="Name"/><Key Id="k"><ColumnRef Ref="Code"/></Key>'


def document(rows: str = "", columns: str = COLUMNS, version: str = "1") -> bytes:
    return f"""<gc:CodeList xmlns:gc="{NS}"><Identification><ShortName>x</ShortName><LongName>Test</LongName><Version>{version}</Version>
<CanonicalUri>urn:x</CanonicalUri><CanonicalVersionUri>urn:x_{version}</CanonicalVersionUri></Identification>
<ColumnSet>{columns}</ColumnSet><SimpleCodeList>{rows}</SimpleCodeList></gc:CodeList>""".encode()


def row(*values: str) -> str:
    cells = "".join(
        f'<Value ColumnRef="{name}"><SimpleValue>{value}</SimpleValue></Value>'
        for name, value in zip(("Code", "Name"), values, strict=False)
    )
    return f"<Row>{cells}</Row>"


def test_the_shared_quality_list() -> None:
    codes = read_code_list(shared_data("services/fim/xdf3-quality-messages-1.8.genericode.xml").read_bytes())

    assert (codes.uri, codes.version) == ("urn:xoev-de:fim-datenfelder:codeliste:xdfm", "1.8")
    assert codes.columns == ("Code", "Typ", "Meldungstext", "Meldungshilfe")
    assert (codes.code_column, codes.name_column, codes.help_column) == (
        "Code",
        "Meldungstext",
        "Meldungshilfe",
    )
    assert len(codes.rows) == 142
    assert codes.values()[1].name == "Der Name eines Elements ist nicht gesetzt."
    assert codes.values(name_key="Typ")[0].name == "FehlerMethodisch"


def test_all_48_xdomea_lists() -> None:
    with zipfile.ZipFile(shared_data("services/xdomea/xdomea-3.0-codelists-genericode.zip")) as archive:
        lists = [read_code_list(archive.read(name)) for name in archive.namelist() if name.endswith(".xml")]

    assert len(lists) == 48
    assert all(item.rows and item.version and item.code_column in item.columns for item in lists)


def test_ten_thousand_rows_in_good_time() -> None:
    data = document("".join(row(str(i), f"Name {i}") for i in range(12_000)))
    start = time.perf_counter()
    codes = read_code_list(data)
    assert time.perf_counter() - start < 5
    assert len(codes.values()) == 12_000
    assert codes.values()[9_999].name == "Name 9999"


def test_versions_stand_side_by_side() -> None:
    old, new = (
        read_code_list(document(row("a", "A"), version="1")),
        read_code_list(document(row("a", "B"), version="2")),
    )
    assert (old.version_uri, new.version_uri) == ("urn:x_1", "urn:x_2")
    assert old != new


def test_several_keys_and_missing_values() -> None:
    columns = """<Column Id="Code"/><Column Id="AGS"/><Column Id="Bezeichnung"/>
<Key Id="two"><ColumnRef Ref="Code"/><ColumnRef Ref="AGS"/></Key><Key Id="a"><ColumnRef Ref="AGS"/></Key><Key Id="c"><ColumnRef Ref="Code"/></Key>"""
    codes = read_code_list(
        document("<Row><Value><SimpleValue>1</SimpleValue></Value><Value/></Row><Row/>", columns)
    )
    assert (codes.keys, codes.code_column, codes.name_column) == (("AGS", "Code"), "AGS", "Bezeichnung")
    assert codes.rows == (("1", "", ""), ("", "", ""))


def test_the_recommended_key_of_xoev_wins() -> None:
    columns = """<Column Id="A"/><Column Id="B"/><Key Id="a"><ColumnRef Ref="A"/></Key>
<Key Id="b"><Annotation><AppInfo><z:recommendedKeyColumn xmlns:z="urn:z"/></AppInfo></Annotation><ColumnRef Ref="B"/></Key>"""
    assert read_code_list(document("", columns)).code_column == "B"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "doctype-refused"),
        (b"<CodeList/>", "unknown-namespace"),
        (f'<x xmlns="{NS}"/>'.encode(), "unknown-message"),
        (f'<CodeList xmlns="{NS}"/>'.encode(), "missing-node"),
        (document(columns=""), "missing-node"),
        (document(columns='<Column Id=""/>'), "empty-node"),
        (document(columns='<Column Id="a"/><Column Id="a"/>'), "duplicate-node"),
        (document(columns='<Column Id="a"/><Key Id="k"><ColumnRef Ref="b"/></Key>'), "unknown-column"),
        (document('<Row><Value ColumnRef="Z"/></Row>'), "unknown-column"),
        (document("<Row><Value/><Value/><Value/></Row>"), "unknown-column"),
        (document("<Zeile/>"), "unexpected-node"),
        (document("<Row><Zelle/></Row>"), "unexpected-node"),
        (document().replace(b"</ColumnSet>", b"</ColumnSet><ColumnSet/>"), "duplicate-node"),
    ],
)
def test_hostile_and_wrong_lists_are_refused(data: bytes, reason: str) -> None:
    with pytest.raises(XdfError) as caught:
        read_code_list(data)
    assert caught.value.reason == reason
