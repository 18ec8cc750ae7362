"""XDatenfelder 2 and 3 against the shared files: import, refusal with the place, round trip, schemas."""

from __future__ import annotations

import json
import random
from copy import deepcopy
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from lxml import etree

from stadtkern.casework.forms.codec import from_json, to_json
from stadtkern.casework.forms.jsonschema import json_schema
from stadtkern.casework.forms.model import Form, Group, walk
from stadtkern.casework.forms.xdf import XdfError, read_form, read_message, write_message
from stadtkern.casework.forms.xsd import NAMESPACE, xml_schema
from tests.shared import shared_data

FIM = "services/fim"
EXAMPLE = f"{FIM}/example-hundesteuer/hundesteuer-anmeldung"
# The list of the data README. Judged by content we agree with it in every case.
VALID = [
    "example-hundesteuer/hundesteuer-anmeldung.xdf3.xml",
    *(
        f"xdf2/{name}.xml"
        for name in (
            [
                "minimal",
                "simple",
                "select",
                "label",
                "rule",
                "data-field-rule",
                "data-group-rule",
                "duplicate-optional-value",
            ]
        )
    ),
    "xdf3/simple.xml",
    "xdf3/input.xml",
]
INVALID = {
    "xdf2/duplicate-required-value.xml": ("duplicate-node", 13, "name[2]"),
    "xdf2/unknown-namespace.xml": ("unknown-namespace", 2, ""),
    "xdf3/duplicate-id-node.xml": ("duplicate-node", 11, "identifikation/id[2]"),
    "xdf3/empty-id-node.xml": ("empty-node", 10, "identifikation/id"),
    "xdf3/invalid-freigabestatus.xml": ("wrong-status", 17, "freigabestatus"),
    "xdf3/missing-id-node.xml": ("missing-node", 9, "identifikation"),
    "xdf3/unexpected-node.xml": ("unexpected-node", 11, "identifikation/unknown"),
    "xdf3/unknown-namespace.xml": ("unknown-namespace", 2, ""),
}


def test_the_lists_name_every_shared_file() -> None:
    folder = shared_data(FIM)
    there = {
        str(path.relative_to(folder)) for part in ("xdf2", "xdf3") for path in (folder / part).glob("*.xml")
    }
    assert there == {name for name in (*VALID, *INVALID) if name.startswith("xdf")}


@pytest.mark.parametrize("name", VALID)
def test_valid_files_import_and_survive_export(name: str) -> None:
    message = read_message(shared_data(f"{FIM}/{name}").read_bytes())

    exported = write_message(message.root, message_id="1", created_at="2025-10-14T10:00:00+02:00")
    again = read_message(exported)

    assert again.root == message.root
    assert again.source_version == "3.0.0"
    assert again.id_map == ()
    assert write_message(again.root, message_id="1", created_at="2025-10-14T10:00:00+02:00") == exported


@pytest.mark.parametrize("name", VALID)
def test_valid_files_survive_storage_as_json(name: str) -> None:
    root = read_message(shared_data(f"{FIM}/{name}").read_bytes()).root

    assert from_json(json.loads(json.dumps(to_json(root)))) == root


@pytest.mark.parametrize("name", VALID)
def test_valid_files_give_usable_schemas(name: str) -> None:
    root = read_message(shared_data(f"{FIM}/{name}").read_bytes()).root

    Draft202012Validator.check_schema(json_schema(root))
    etree.XMLSchema(etree.fromstring(xml_schema(root)))


@pytest.mark.parametrize("name", INVALID)
def test_invalid_files_are_refused_with_the_place(name: str) -> None:
    reason, line, place = INVALID[name]

    with pytest.raises(XdfError) as caught:
        read_message(shared_data(f"{FIM}/{name}").read_bytes())

    assert (caught.value.reason, caught.value.line) == (reason, line)
    assert caught.value.column >= 1
    assert caught.value.path.endswith(place)
    assert caught.value.message


@pytest.mark.parametrize("name", INVALID)
def test_the_lenient_reader_of_the_quality_check_refuses_them_too(name: str) -> None:
    with pytest.raises(XdfError):
        read_message(shared_data(f"{FIM}/{name}").read_bytes(), lenient=True)


def test_version_2_ids_are_mapped_the_same_way_every_time() -> None:
    message = read_message(shared_data(f"{FIM}/xdf2/simple.xml").read_bytes())

    assert isinstance(message.root, Form)
    assert message.root.id == "S00000001234"
    assert [path for path, _ in message.root.walk()] == ["G00000000082", "G00000000082/F60000000227"]
    assert dict(message.id_map)["F60000000227"] == "F60000227"
    assert message.root.version == "1.0.0"
    assert message.root.publication.status == 6
    assert message == read_message(shared_data(f"{FIM}/xdf2/simple.xml").read_bytes())


def test_version_2_limits_come_from_json() -> None:
    form = read_form(shared_data(f"{FIM}/xdf2/simple.xml").read_bytes())
    position = form.at("G00000000082/F60000000227")

    assert position is not None and not isinstance(position.element, Group)
    assert (position.element.constraints.shortest, position.element.constraints.longest) == (1, 120)


def test_groups_are_building_blocks() -> None:
    root = read_message(shared_data(f"{FIM}/xdf3/simple.xml").read_bytes()).root

    assert isinstance(root, Group)
    assert [path for path, _ in walk(root.children)] == ["G60000000086", "G60000000086/F60000000243"]
    with pytest.raises(XdfError, match="kein ganzes Formular"):
        read_form(shared_data(f"{FIM}/xdf3/simple.xml").read_bytes())


def test_the_example_has_all_its_elements() -> None:
    form = read_form(shared_data(f"{EXAMPLE}.xdf3.xml").read_bytes())
    found = list(form.walk())

    assert sum(isinstance(position.element, Group) for _, position in found) == 9
    assert sum(not isinstance(position.element, Group) for _, position in found) == 30
    dog = form.at("G17000000030")
    assert dog is not None and dog.cardinality == "1:5"
    proof = form.at("G17000000030/F17000000039")
    assert proof is not None and proof.max is None


# --- our XSD against the one of an independent converter -----------------------------------------------------------

LEAVES = {
    "date": ["2020-02-29", "1899-12-31", "1900-01-01", "2031-01-01", "2021-02-30", "31.12.2020", "", "2020-01-01Z"],
    "bool": ["true", "false", "1", "0", "ja", "", " true "],
    "m": ["m", "w", "d", "", " m ", "001"],
    "reason": ["001", "004", "005", "1", ""],
    "text": ["x", "xx", "", "Müller", "12345", "1234", "a" * 55, "a" * 56, "a" * 141, "a" * 1001, "  ", "<&>"],
    "special": [
        "a@b.de", "a@b.d", "123456789012345", "12345678901234a", "DE02120300000000202051", "de02120300000000202051",
        "55116", "5511a", "551161", "1234567890123456789012345678901234", "AB12ABCDEFGHIJK",
    ],
}  # fmt: skip
POOL = sorted({text for texts in LEAVES.values() for text in texts})
GOOD = {
    "F17000000013": "1980-05-17", "F17000000014": "a@b.de", "F17000000015": "06131 1", "F17000000023": "12",
    "F17000000025": "55116", "F17000000033": "2024-03-01", "F17000000034": "w", "F17000000035": "123456789012345",
    "F17000000036": "2024-05-01", "F17000000037": "true", "F17000000041": "002", "F17000000052": "DE02120300000000202051",
    "F17000000060": "1",
}  # fmt: skip


def _tag(key: str) -> str:
    return f"{{{NAMESPACE}}}{key}"


def _valid_document(form: Form, dice: random.Random) -> etree._Element:
    root = etree.Element(_tag(form.key))
    _fill(root, form, dice)
    return root


def _fill(node: etree._Element, parent: Form | Group, dice: random.Random) -> None:
    children = list(parent.children)
    if isinstance(parent, Group) and parent.choice:
        children = [dice.choice(children)] if dice.random() < 0.9 else []
    for position in children:
        most = position.min + 2 if position.max is None else position.max
        least = max(position.min, int(isinstance(parent, Group) and parent.choice))
        for _ in range(dice.randint(least, most)):
            if isinstance(position.element, Group):
                _fill(etree.SubElement(node, _tag(position.element.key)), position.element, dice)
            elif position.element.is_answerable:
                child = etree.SubElement(node, _tag(position.element.key))
                child.text = GOOD.get(position.id, "Text")


def _spoil(root: etree._Element, dice: random.Random) -> None:
    node = dice.choice([item for item in root.iter() if item is not root] or [root])
    parent = node.getparent()
    match dice.randrange(6):
        case 0:
            node.text = dice.choice(POOL)
        case 1 if parent is not None:
            parent.remove(node)
        case 2 if parent is not None:
            parent.append(deepcopy(node))
        case 3 if parent is not None:
            parent.insert(0, node)
        case 4:
            etree.SubElement(
                node, _tag(dice.choice(["F17000000001V1.0.0", "F17000000055V1.0.0", "G17000000040V1.0.0"]))
            )
        case _:
            node.set("unbekannt", "1") if dice.random() < 0.5 else etree.SubElement(node, _tag("F99"))


def test_our_xsd_accepts_and_refuses_what_the_converters_xsd_does() -> None:
    form = read_form(shared_data(f"{EXAMPLE}.xdf3.xml").read_bytes())
    ours = etree.XMLSchema(etree.fromstring(xml_schema(form)))
    theirs = etree.XMLSchema(etree.parse(str(shared_data(f"{EXAMPLE}.xsd"))))
    dice = random.Random(20251014)
    accepted = refused = 0
    for number in range(600):
        document = _valid_document(form, dice)
        for _ in range(number % 4):
            _spoil(document, dice)
        expected = theirs.validate(document)
        assert ours.validate(document) == expected, etree.tostring(document, encoding="unicode")
        accepted, refused = accepted + expected, refused + (not expected)
    assert accepted > 150 and refused > 150


def test_every_leaf_value_is_judged_alike() -> None:
    form = read_form(shared_data(f"{EXAMPLE}.xdf3.xml").read_bytes())
    ours = etree.XMLSchema(etree.fromstring(xml_schema(form)))
    theirs = etree.XMLSchema(etree.parse(str(shared_data(f"{EXAMPLE}.xsd"))))
    keys = {position.element.key for _, position in form.walk() if not isinstance(position.element, Group)}
    for key in sorted(keys):
        for text in POOL:
            node = etree.Element(_tag(key))
            node.text = text
            assert ours.validate(node) == theirs.validate(node), (key, text)


def test_the_shipped_forms_are_valid_messages_too() -> None:
    folder = Path(__file__).resolve().parents[2] / "stadtkern" / "content" / "services"
    files = sorted(folder.glob("*/form.xdf3.xml"))
    assert files
    for path in files:
        form = read_form(path.read_bytes())
        assert read_form(write_message(form, message_id="1", created_at="2025-10-14T10:00:00Z")) == form
