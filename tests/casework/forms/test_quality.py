"""One case per message of the FIM quality list: a clean form without findings, and one fault each."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from stadtkern.casework.forms.model import (
    CodeList,
    CodeListReference,
    Constraints,
    Datatype,
    ElementArt,
    Field,
    Form,
    Group,
    Keyword,
    Kind,
    LegalBasis,
    Position,
    Predicate,
    Publication,
    Reference,
    Relation,
    Rule,
    Value,
)
from stadtkern.casework.forms.quality import NOT_IMPLEMENTED, check_form, check_message, fatal
from stadtkern.casework.forms.quality_list import MESSAGES
from stadtkern.casework.forms.xdf import read_message
from tests.casework.forms.strategies import forms
from tests.casework.forms.test_xdf import field_xml, form_xml
from tests.shared import shared_data

PUBLISHED = Publication(
    status=6, status_set_on="2025-01-01", status_set_by="Redaktion", published_on="2025-01-02"
)
BASIS = (LegalBasis(text="§ 1 Satzung"),)
COMMON: dict[str, Any] = {"version": "1.0.0", "name": "Name", "legal_bases": BASIS, "publication": PUBLISHED}
LABELS: dict[str, Any] = {"question": "Frage", "output": "Ausgabe", "help": "Hilfe"}
LIMITS = Constraints(min_length="1", max_length="50")


def fld(number: int, **more: Any) -> Field:
    return Field(**{"id": f"F17000000{number:03}", "constraints": LIMITS, **COMMON, **LABELS, **more})


def grp(number: int, *children: Position, **more: Any) -> Group:
    return Group(**{"id": f"G17000000{number:03}", "children": children, **COMMON, **LABELS, **more})


def pos(element: Field | Group, cardinality: str = "1:1") -> Position:
    low, high = cardinality.split(":")
    return Position(element=element, min=int(low), max=None if high == "*" else int(high))


def frm(*children: Position, **more: Any) -> Form:
    given_ = {
        "id": "S17000000001",
        "title": "Titel",
        "document_profile": Reference(id="D99000000123"),
        **COMMON,
        **more,
    }
    return Form(children=children, **given_)


def one(**more: Any) -> Form:
    """A form with one field, changed."""
    return frm(pos(fld(1, **more)))


def num(datatype: Datatype = Datatype.NUM, low: str = "1", high: str = "9", **more: Any) -> Form:
    return one(datatype=datatype, constraints=Constraints(min_value=low, max_value=high), **more)


def sel(**more: Any) -> Form:
    values = (Value(code="a", name="A"), Value(code="b", name="B"))
    return one(**{"kind": Kind.SELECT, "constraints": Constraints(), "values": values, **more})


def lst(uri: str = "urn:de:fim:liste", version: str = "2024-01-01", **more: Any) -> Form:
    return sel(values=(), code_list=CodeListReference(uri=uri, version=version), **more)


def rul(text: str = "Das Feld muss stimmen.", **more: Any) -> Form:
    rule = Rule(
        **{
            "id": "R17000000001",
            "version": "1.0.0",
            "name": "Regel",
            "text": text,
            "author": "Redaktion",
            **more,
        }
    )
    return frm(pos(fld(1, rules=(rule,))))


def pub(**more: Any) -> Publication:
    return replace(PUBLISHED, **more)


CODES = CodeList(
    uri="urn:de:fim:liste", version="2024-01-01", columns=("k", "n"), rows=(("a", "A"), ("b", "B"))
)
NEWER = replace(CODES, version="2025-01-01", columns=("x", "n"))
LISTS = {"urn:de:fim:liste_2024-01-01": CODES, "urn:de:fim:liste": NEWER}

CLEAN: dict[str, Form] = {
    "field": one(),
    "number": num(),
    "select": sel(),
    "code list": lst(),
    "rule": rul("F17000000001 muss gefüllt sein."),
    "group": frm(pos(grp(1, pos(fld(1)), pos(fld(2))))),
    "choice": frm(pos(grp(1, pos(fld(1), "0:1"), pos(fld(2), "0:1"), choice=True))),
    "label": one(kind=Kind.LABEL, content="Hinweis", constraints=Constraints()),
    "file": frm(
        pos(
            fld(1, datatype=Datatype.FILE, constraints=Constraints(), max_size=5, media_types=("a/b",)), "1:*"
        )
    ),
    "date": num(Datatype.DATE, "1900-01-01", "2030-01-01", content="2025-01-01"),
    "default": one(content="Mainz"),
}

FAULTS: dict[str, Form] = {
    "1001": rul("F17000000999 muss gefüllt sein."),
    "1002": one(name=""),
    "1003": frm(pos(grp(1, pos(fld(1)), pos(fld(2)))), pos(fld(1, version="2.0.0"))),
    "1004": frm(pos(grp(1, pos(fld(1)), pos(fld(1))))),
    "1005": lst("https://example.org/liste"),
    "1006": one(legal_bases=()),
    "1007": frm(pos(fld(1)), document_profile=None),
    "1009": one(question=""),
    "1010": one(output=""),
    "1011": sel(datatype=Datatype.NUM),
    "1012": sel(constraints=LIMITS),
    "1013": frm(pos(grp(1, pos(fld(1)), pos(fld(2)), art=ElementArt.ABSTRACT))),
    "1014": one(art=ElementArt.ABSTRACT),
    "1015": one(datatype=Datatype.DATE),
    "1016": num(Datatype.TEXT),
    "1017": sel(kind=Kind.INPUT),
    "1018": sel(values=()),
    "1019": rul("F17000000001V1.0.0 muss gefüllt sein."),
    "1022": frm(pos(grp(1, pos(fld(1, art=ElementArt.HARMONISED)), pos(fld(2))))),
    "1023": frm(pos(grp(1))),
    "1024": rul(""),
    "1025": frm(pos(fld(1)), pos(fld(1))),
    "1026": frm(pos(grp(1, pos(grp(1, pos(fld(1)), pos(fld(2)))), pos(fld(3))))),
    "1032": frm(pos(fld(1)), publication=pub(status=9)),
    "1033": frm(pos(fld(1)), structure_modification="4"),
    "1034": frm(pos(fld(1)), representation_modification=""),
    "1036": frm(
        pos(
            fld(
                1,
                kind=Kind.SELECT,
                constraints=Constraints(),
                code_list=CodeListReference(uri="urn:a:b", version="2024-01-01"),
            )
        ),
        pos(
            fld(
                2,
                kind=Kind.SELECT,
                constraints=Constraints(),
                code_list=CodeListReference(uri="urn:a:b", version="2024-01-01", version_uri="urn:a:c"),
            )
        ),
    ),
    "1037": frm(
        pos(
            fld(
                1,
                kind=Kind.SELECT,
                constraints=Constraints(),
                code_list=CodeListReference(uri="urn:a:b", version="2024-01-01"),
            )
        ),
        pos(
            fld(
                2,
                kind=Kind.SELECT,
                constraints=Constraints(),
                code_list=CodeListReference(uri="urn:a:b", version="2025-01-01"),
            )
        ),
    ),
    "1038": one(id=""),
    "1039": one(id="F123"),
    "1040": lst(""),
    "1041": rul("F17000001 muss gefüllt sein."),
    "1043": frm(pos(grp(1, pos(fld(1), "0:1"), choice=True))),
    "1044": sel(values=(Value(code="a", name="A"),)),
    "1045": sel(values=(Value(code="a", name="A"), Value(code="a", name="B"))),
    "1046": frm(Position(element=fld(1), min=-1, max=1)),
    "1047": frm(pos(fld(1), "3:2")),
    "1048": lst("urn:de:fim:Straßen Liste"),
    "1050": frm(pos(fld(1)), title=""),
    "1051": frm(pos(fld(1)), legal_bases=()),
    "1056": one(max_size=5),
    "1057": one(media_types=("a/b",)),
    "1058": sel(code_key="k"),
    "1059": one(constraints=Constraints(min_length="-1", max_length="5")),
    "1060": one(constraints=Constraints(min_length="0", max_length="0")),
    "1061": one(constraints=Constraints(min_length="6", max_length="5")),
    "1062": num(low="eins"),
    "1063": num(high="neun"),
    "1064": num(low="10", high="9"),
    "1065": num(Datatype.NUM_INT, "1.5"),
    "1066": num(Datatype.NUM_INT, "1", "9.5"),
    "1067": num(Datatype.DATE, "1.1.1900", "2030-01-01"),
    "1068": num(Datatype.DATE, "1900-01-01", "2030-02-30"),
    "1069": num(content="x"),
    "1070": num(Datatype.NUM_INT, content="1.5"),
    "1071": num(Datatype.DATE, "1900-01-01", "2030-01-01", content="morgen"),
    "1072": num(content="0"),
    "1073": num(Datatype.DATE, "1900-01-01", "2030-01-01", content="2031-01-01"),
    "1074": one(constraints=Constraints(min_length="5", max_length="9"), content="kurz"),
    "1075": one(constraints=Constraints(min_length="1", max_length="3"), content="lang"),
    "1076": lst(content="c"),
    "1077": one(datatype=Datatype.BOOL, constraints=Constraints(), content="ja"),
    "1078": frm(),
    "1079": num(Datatype.DATETIME, "2025-01-01", "2026-01-01T00:00:00"),
    "1080": num(Datatype.DATETIME, "2025-01-01T00:00:00", "x"),
    "1081": num(Datatype.TIME, "25:00", "26:00"),
    "1082": num(Datatype.TIME, "08:00", "26:00"),
    "1083": num(Datatype.DATETIME, "", "2026-01-01T00:00:00", content="x"),
    "1084": num(Datatype.TIME, "08:00", "18:00", content="x"),
    "1085": sel(content="c"),
    "1087": one(relations=(Relation(predicate=Predicate.REPLACES, target=Reference(id="G17000000001")),)),
    "1090": one(kind=Kind.LABEL, datatype=Datatype.NUM, content="1", constraints=Constraints()),
    "1091": one(relations=(Relation(predicate=Predicate.REPLACES, target=Reference(id="")),)),
    "1093": sel(values=(Value(code="a", name="A"), Value(code="b", name="A"))),
    "1094": frm(pos(fld(1)), pos(fld(2, id="F60000000001"))),
    "1095": frm(pos(fld(2, id="F60000000001"))),
    "1096": frm(pos(fld(1)), document_profile=Reference(id="D99000000001")),
    "1097": frm(pos(fld(1)), document_profile=Reference(id="D99000000001")),
    "1098": one(help="Frage"),
    "1099": one(help="Name"),
    "1100": frm(pos(fld(1, datatype=Datatype.FILE, constraints=Constraints(), content="x"), "1:*")),
    "1101": one(art=ElementArt.HARMONISED, legal_bases=()),
    "1102": one(constraints=Constraints()),
    "1103": one(datatype=Datatype.DATE, constraints=Constraints()),
    "1105": lst(version="1.8"),
    "1106": frm(pos(grp(1, pos(fld(1))))),
    "1109": one(kind=Kind.LABEL, constraints=Constraints()),
    "1116": one(publication=pub(status=7)),
    "1117": one(publication=pub(status_set_by="")),
    "1118": frm(pos(grp(1, pos(fld(1), "1:1"), pos(fld(2), "0:1"), choice=True))),
    "1120": frm(pos(fld(1, datatype=Datatype.FILE, constraints=Constraints(pattern="a")), "1:*")),
    "1121": lst(content="c"),
    "1122": lst(code_key="x"),
    "1123": lst(code_key="k"),
    "1124": frm(pos(fld(1)), document_profile=Reference(id="D17000000123")),
    "1127": one(publication=pub(published_on="")),
    "1128": frm(pos(grp(1, pos(fld(1, publication=pub(published_on=""))), pos(fld(2))))),
    "1129": one(publication=pub(status=2)),
    "1130": frm(pos(grp(1, pos(fld(1, publication=pub(status=1))), pos(fld(2))))),
    "1131": one(name="Straße …"),
    "1132": one(legal_bases=(LegalBasis(text="§ 1 A; § 2 B"),)),
    "1133": one(legal_bases=(LegalBasis(text="§ 1", link="siehe dort"),)),
    "1134": frm(pos(fld(1)), version=""),
    "1135": one(version=""),
    "1136": one(question="x" * 256),
    "1137": one(keywords=(Keyword(text="a", uri="urn:" + "x" * 260),)),
    "1138": one(legal_bases=(LegalBasis(text="§ 1", link="https://example.org/" + "x" * 260),)),
    "1139": frm(pos(fld(1, datatype=Datatype.FILE, constraints=Constraints()), "1:1")),
    "1140": one(publication=pub(status_set_by="FIM Baustein Datenfelder")),
    "1141": frm(pos(fld(1)), publication=pub(status_set_by="FIM-Baustein Datenfelder")),
    "1142": one(publication=pub(status_set_on="")),
    "1143": frm(pos(fld(1)), publication=pub(status_set_on="")),
}

#: faults that only a file can have: the model cannot hold them, the lenient reader notes them
FILES: dict[str, bytes] = {
    "1021": form_xml(field_xml(anzahl="")),
    "1027": form_xml(field_xml(feldart="video")),
    "1028": form_xml(field_xml()).replace(b"<code>text</code>", b"<code>farbe</code>"),
    "1029": form_xml(
        field_xml(
            rest="<x:relation><x:praedikat><code>XYZ</code></x:praedikat><x:objekt><x:id>F1</x:id></x:objekt></x:relation>"
        )
    ),
    "1030": form_xml(field_xml()).replace(b"<code>keine</code>", b"<code>oft</code>"),
    "1031": form_xml(field_xml()).replace(b"<code>RNG</code>", b"<code>ABC</code>"),
    "1042": form_xml(
        """<x:struktur><x:anzahl>1:1</x:anzahl><x:enthaelt><x:datenfeldgruppe><x:identifikation><x:id>G17000000001</x:id>
</x:identifikation><x:name>G</x:name><x:freigabestatus><code>3</code></x:freigabestatus>
<x:schemaelementart><code>RNG</code></x:schemaelementart><x:art><code>Y</code></x:art></x:datenfeldgruppe></x:enthaelt></x:struktur>"""
    ),
}


@pytest.mark.parametrize("name", CLEAN)
def test_clean_forms_have_no_findings(name: str) -> None:
    assert check_form(CLEAN[name]) == ()


@pytest.mark.parametrize("code", FAULTS)
def test_one_fault_is_found(code: str) -> None:
    lists = {} if code not in ("1076", "1121", "1122", "1123") else LISTS
    found = {finding.code: finding for finding in check_form(FAULTS[code], lists)}

    assert code in found
    assert found[code].severity == MESSAGES[code][0]
    assert found[code].message.startswith(MESSAGES[code][1])


@pytest.mark.parametrize("code", FILES)
def test_one_fault_of_a_file_is_found(code: str) -> None:
    assert code in {finding.code for finding in check_message(read_message(FILES[code], lenient=True))}


def test_every_message_has_a_case_or_a_reason() -> None:
    cases = FAULTS.keys() | FILES.keys()
    assert cases | NOT_IMPLEMENTED.keys() == MESSAGES.keys()
    assert not cases & NOT_IMPLEMENTED.keys()
    assert len(MESSAGES) == 142
    assert len(cases) >= 115


def test_the_example_form_has_only_the_expected_findings() -> None:
    path = shared_data("services/fim/example-hundesteuer/hundesteuer-anmeldung.xdf3.xml")
    findings = check_message(read_message(path.read_bytes(), lenient=True))

    assert [(finding.code, finding.element) for finding in findings] == [
        ("1124", "S17000000101"),
        ("1103", "F17000000033"),
        ("1103", "F17000000036"),
        ("1106", "G17000000054"),
    ]
    assert fatal(findings)
    assert not fatal(findings[1:])


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(forms)
def test_any_form_can_be_checked(any_form: Form) -> None:
    for finding in check_form(any_form):
        assert finding.severity in ("FehlerKritisch", "FehlerMethodisch", "Warnung", "Hinweis")
