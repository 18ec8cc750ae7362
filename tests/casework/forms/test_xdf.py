"""The XDatenfelder reader and writer: property round trip, hostile input, precise places."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings

from stadtkern.casework.forms.codec import FormJsonError, form_from_json, from_json, to_json
from stadtkern.casework.forms.model import Field, Form, Group, Position, Value
from stadtkern.casework.forms.xdf import XdfError, read_form, read_message, write_message
from tests.casework.forms.strategies import ANY_TEXT, forms

NS3 = "urn:xoev-de:fim:standard:xdatenfelder_3.0.0"
NS2 = "urn:xoev-de:fim:standard:xdatenfelder_2"
SLOW = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def export(form: Form | Group) -> bytes:
    return write_message(form, message_id="1", created_at="2025-10-14T10:00:00Z")


@SLOW
@given(forms)
def test_export_then_import_gives_the_equal_form(form: Form) -> None:
    assert read_form(export(form)) == form


@SLOW
@given(forms)
def test_storage_gives_the_equal_form(form: Form) -> None:
    assert form_from_json(json.loads(json.dumps(to_json(form)))) == form


def form_xml(fields: str = "", *, namespace: str = NS3, extra: str = "") -> bytes:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<x:xdatenfelder.stammdatenschema.0102 xmlns:x="{namespace}">
<x:header><x:nachrichtID>1</x:nachrichtID><x:erstellungszeitpunkt>2025-01-01T00:00:00Z</x:erstellungszeitpunkt></x:header>
<x:stammdatenschema>
<x:identifikation><x:id>S17000000001</x:id><x:version>1.0.0</x:version></x:identifikation>
<x:name>Test</x:name>
<x:freigabestatus><code>3</code></x:freigabestatus>
<x:bezeichnung>Test</x:bezeichnung>
<x:ableitungsmodifikationenStruktur><code>1</code></x:ableitungsmodifikationenStruktur>
<x:ableitungsmodifikationenRepraesentation><code>1</code></x:ableitungsmodifikationenRepraesentation>
{extra}{fields}
</x:stammdatenschema>
</x:xdatenfelder.stammdatenschema.0102>""".encode()


def field_xml(
    id: str = "F17000000001", *, anzahl: str = "1:1", feldart: str = "input", rest: str = ""
) -> str:
    return f"""<x:struktur><x:anzahl>{anzahl}</x:anzahl><x:enthaelt><x:datenfeld>
<x:identifikation><x:id>{id}</x:id><x:version>1.0.0</x:version></x:identifikation><x:name>Feld</x:name>
<x:freigabestatus><code>3</code></x:freigabestatus><x:bezeichnungEingabe>Feld</x:bezeichnungEingabe>
<x:schemaelementart><code>RNG</code></x:schemaelementart><x:feldart><code>{feldart}</code></x:feldart>
<x:datentyp><code>text</code></x:datentyp><x:vorbefuellung><code>keine</code></x:vorbefuellung>{rest}
</x:datenfeld></x:enthaelt></x:struktur>"""


def refused(data: bytes) -> XdfError:
    with pytest.raises(XdfError) as caught:
        read_message(data)
    return caught.value


BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>
<x>&c;</x>"""


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not-xml"),
        (b"kein XML", "not-xml"),
        (b"<a><b></a>", "not-xml"),
        (form_xml()[:-20], "not-xml"),
        (BOMB, "doctype-refused"),
        (b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>', "doctype-refused"),
        (b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>', "doctype-refused"),
        (b"<x>&unbekannt;</x>", "not-xml"),
        (b"<a>" * 500 + b"</a>" * 500, "too-deep"),
        (b"<a>" + b"x" * 300_000 + b"</a>", "text-too-long"),
        (b"\xff\xfe<\x00a\x00/\x00>\x00", "unknown-namespace"),
        (b"<?xml version='1.0' encoding='no-such'?><a/>", "not-xml"),
        (b"<a>\xff\xff</a>", "not-xml"),
        (b"<a/>", "unknown-namespace"),
        (f'<a xmlns="{NS3}"/>'.encode(), "unknown-message"),
        (form_xml(namespace="urn:xoev-de:fim:standard:xdatenfelder_4"), "unknown-namespace"),
        (form_xml(extra="<x:unfug/>"), "unexpected-node"),
        (form_xml(extra="<y:name xmlns:y='urn:y'>z</y:name>"), "unexpected-node"),
        (form_xml(extra="Text"), "unexpected-text"),
        (form_xml(extra="<x:name>Zweiter</x:name>"), "duplicate-node"),
        (form_xml(extra="<x:hilfetext>a</x:hilfetext><x:hilfetext>b</x:hilfetext>"), "duplicate-node"),
        (form_xml(extra="<x:gueltigAb>31.12.2025</x:gueltigAb>"), "wrong-date"),
        (form_xml(extra="<x:letzteAenderung>gestern</x:letzteAenderung>"), "wrong-date"),
        (form_xml(field_xml("F1 2")), "wrong-id"),
        (form_xml(field_xml("")), "empty-node"),
        (form_xml(field_xml(anzahl="viele")), "wrong-cardinality"),
        (form_xml(field_xml(anzahl="5:1")), "wrong-cardinality"),
        (form_xml(field_xml(anzahl="")), "wrong-cardinality"),
        (form_xml(field_xml(feldart="video")), "wrong-code"),
        (form_xml(field_xml(rest="<x:maxSize>viel</x:maxSize>")), "wrong-number"),
        (form_xml(field_xml() + field_xml()), "duplicate-element"),
        (form_xml("<x:struktur><x:anzahl>1:1</x:anzahl><x:enthaelt/></x:struktur>"), "missing-node"),
    ],
)
def test_hostile_and_wrong_files_are_refused(data: bytes, reason: str) -> None:
    error = refused(data)

    assert error.reason == reason
    assert error.line >= 1 and error.column >= 1
    assert error.message.endswith((".", ")."))


def test_the_place_is_exact() -> None:
    data = form_xml(field_xml(rest="\n   <x:falsch/>"))
    line = next(i for i, text in enumerate(data.decode().splitlines(), 1) if "falsch" in text)

    error = refused(data)

    assert (error.line, error.column) == (line, 4)
    assert (
        error.path == "xdatenfelder.stammdatenschema.0102/stammdatenschema/struktur/enthaelt/datenfeld/falsch"
    )


def test_a_huge_file_is_refused_before_it_is_parsed() -> None:
    assert refused(b"<a>" + b" " * 20_000_001).reason == "too-large"


@given(ANY_TEXT, ANY_TEXT)
def test_any_text_survives_export_and_import(name: str, content: str) -> None:
    field = Field(
        id="F17000000001", name=name, content=content, values=(Value(code=content or "x", name=name),)
    )
    form = Form(id="S17000000001", name=name, help=content, children=(Position(element=field),))
    assert read_form(export(form)) == form


def test_too_many_elements_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stadtkern.casework.forms.xdf.cursor.MAX_ELEMENTS", 50)
    fields = "".join(field_xml(f"F{number:011}") for number in range(51))
    assert refused(form_xml(fields)).reason == "too-many-elements"


def test_deep_groups_are_refused() -> None:
    inner = field_xml()
    for number in range(45):
        inner = f"""<x:struktur><x:anzahl>1:1</x:anzahl><x:enthaelt><x:datenfeldgruppe>
<x:identifikation><x:id>G{number:011}</x:id></x:identifikation><x:name>G</x:name><x:freigabestatus><code>3</code></x:freigabestatus>
<x:schemaelementart><code>RNG</code></x:schemaelementart>{inner}</x:datenfeldgruppe></x:enthaelt></x:struktur>"""
    assert refused(form_xml(inner)).reason == "too-deep"


def test_the_same_label_may_stand_twice_but_an_answer_may_not() -> None:
    form = read_form(form_xml(field_xml(feldart="label") + field_xml(feldart="label")))
    assert len(form.children) == 2


def test_repeated_empty_optional_nodes_are_accepted_and_the_filled_one_counts() -> None:
    form = read_form(form_xml(extra="<x:hilfetext/><x:hilfetext>Hilfe</x:hilfetext>"))
    assert form.help == "Hilfe"


def test_lenient_reading_notes_what_the_quality_list_knows() -> None:
    data = form_xml(field_xml(anzahl="5:1", feldart="video"))

    message = read_message(data, lenient=True)

    assert [(notice.code, notice.element) for notice in message.notices] == [
        ("1027", "F17000000001"),
        ("1047", "F17000000001"),
    ]
    assert all(notice.line > 1 for notice in message.notices)


def v2_field(id: str) -> str:
    return f"""<x:struktur><x:anzahl>1:1</x:anzahl><x:enthaelt><x:datenfeld><x:identifikation><x:id>{id}</x:id></x:identifikation>
<x:name>F</x:name><x:status><code>aktiv</code></x:status><x:schemaelementart><code>RNG</code></x:schemaelementart>
<x:feldart><code>input</code></x:feldart><x:datentyp><code>text</code></x:datentyp></x:datenfeld></x:enthaelt></x:struktur>"""


def v2_form(fields: str, status: str = "aktiv") -> bytes:
    return f"""<x:xdatenfelder.stammdatenschema.0102 xmlns:x="{NS2}">
<x:header><x:nachrichtID>1</x:nachrichtID><x:erstellungszeitpunkt>2025-01-01T00:00:00Z</x:erstellungszeitpunkt></x:header>
<x:stammdatenschema><x:identifikation><x:id>S60000001</x:id></x:identifikation><x:name>T</x:name>
<x:bezug>§ 1 A; § 2 B</x:bezug><x:status><code>{status}</code></x:status>
<x:ableitungsmodifikationenStruktur><code>1</code></x:ableitungsmodifikationenStruktur>
<x:ableitungsmodifikationenRepraesentation><code>1</code></x:ableitungsmodifikationenRepraesentation>
{fields}</x:stammdatenschema></x:xdatenfelder.stammdatenschema.0102>""".encode()


def test_version_2_ids_that_would_collide_are_refused() -> None:
    assert refused(v2_form(v2_field("F123") + v2_field("F00000123"))).reason == "id-collision"


def test_version_2_status_and_citations() -> None:
    form = read_form(v2_form(v2_field("F60000227"), "inaktiv"))
    assert form.publication.status == 7
    assert [basis.text for basis in form.legal_bases] == ["§ 1 A", "§ 2 B"]
    assert refused(v2_form("", "irgendwas")).reason == "wrong-status"


def test_texts_that_xml_cannot_carry_are_refused_with_the_element() -> None:
    form = Form(
        id="S17000000001", name="a", children=(Position(element=Field(id="F17000000001", name="b\x00")),)
    )
    with pytest.raises(XdfError) as caught:
        export(form)
    assert (caught.value.reason, caught.value.path) == ("not-writable", "S17000000001/F17000000001")


@pytest.mark.parametrize(
    ("data", "path"),
    [
        (None, "$"),
        ([], "$"),
        ({"type": "field"}, "$"),
        ({"type": "form"}, "$.id"),
        ({"type": "form", "id": 1}, "$.id"),
        ({"type": "form", "id": "S1", "unfug": 1}, "$.unfug"),
        (
            {"type": "form", "id": "S1", "children": [{"element": {"type": "form", "id": "S2"}}]},
            "$.children[0].element",
        ),
        (
            {
                "type": "form",
                "id": "S1",
                "children": [{"element": {"type": "field", "id": "F", "kind": "x"}}],
            },
            "$.children[0].element.kind",
        ),
        ({"type": "form", "id": "S1", "publication": {"status": True}}, "$.publication.status"),
    ],
)
def test_stored_json_is_read_strictly(data: object, path: str) -> None:
    with pytest.raises(FormJsonError) as caught:
        from_json(data)
    assert caught.value.path == path
