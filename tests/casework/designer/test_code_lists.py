"""A form that asks for a code list takes the list along; one version never means two things."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from stadtkern.casework.designer import exchange
from stadtkern.casework.forms import api as forms
from stadtkern.casework.forms.definition import (
    CodeListReference,
    Field,
    Group,
    read_code_list,
    read_form,
    write_code_list,
    write_message,
)
from stadtkern.casework.processes.packages.archive import read_zip, write_zip
from stadtkern.casework.processes.packages.check import check
from stadtkern.casework.processes.packages.model import FORM, Package, code_list_file
from stadtkern.kernel.errors import Conflict
from tests.casework.designer.conftest import log_in
from tests.casework.designer.test_exchange import acting, city, exported, furnish, package, submit
from tests.conftest import mainz

__all__ = ["city", "mainz"]  # an empty municipality, not the city of the cases
pytestmark = pytest.mark.django_db
KEY = "urn:xoev-de:demo:codeliste:hunderassen_2025-01-01"
BREED = "F17000001022"
NS = "http://docs.oasis-open.org/codelist/ns/genericode/1.0/"


def breeds(*names: str, version: str = "2025-01-01") -> bytes:
    """A list as somebody else wrote it: columns by position, an annotation, another prefix."""
    rows = "".join(
        f"<Row><Value><SimpleValue>{n.lower()}</SimpleValue></Value><Value><SimpleValue>{n}</SimpleValue></Value></Row>"
        for n in names
    )
    return f"""<x:CodeList xmlns:x="{NS}"><Annotation><Description/></Annotation><Identification><ShortName>hunderassen</ShortName>
<LongName>Hunderassen</LongName><Version>{version}</Version><CanonicalUri>urn:xoev-de:demo:codeliste:hunderassen</CanonicalUri>
<CanonicalVersionUri>urn:xoev-de:demo:codeliste:hunderassen_{version}</CanonicalVersionUri></Identification>
<ColumnSet><Column Id="Code"/><Column Id="Bezeichnung"/><Key Id="k"><ColumnRef Ref="Code"/></Key></ColumnSet>
<SimpleCodeList>{rows}</SimpleCodeList></x:CodeList>""".encode()


LIST = breeds("Labrador", "Dackel", "Pudel &amp; Mix")


def asking(found: Package) -> Package:
    """The package with the list behind the breed of the dog."""
    form = read_form(found.files[FORM])
    reference = CodeListReference(
        uri="urn:xoev-de:demo:codeliste:hunderassen", version="2025-01-01", version_uri=KEY
    )

    def inside(group: Any) -> Any:
        children = []
        for position in group.children:
            element = position.element
            if isinstance(element, Group):
                element = inside(element)
            elif isinstance(element, Field) and element.id == BREED:
                element = replace(element, values=(), code_list=reference)
            children.append(replace(position, element=element))
        return replace(group, children=tuple(children))

    data = write_message(inside(form), message_id="x", created_at="2025-10-14T00:00:00Z")
    return found.with_file(FORM, data)


@pytest.fixture
def travelling(city: Any, now: datetime) -> Package:
    """What Mainz exports, after it put the list behind its form."""
    with acting(city) as actor:
        forms.import_code_list(actor=actor, data=LIST, now=now)
        taken = exchange.import_package(actor=actor, package=asking(exported(city, now)), now=now)
        assert taken.outcome == "published"
    return exported(city, now)


def test_reading_what_was_written_gives_the_same_list() -> None:
    codes = read_code_list(LIST)
    again = read_code_list(write_code_list(codes))
    assert replace(again, keys=()) == replace(codes, keys=())
    assert write_code_list(again) == write_code_list(codes)
    assert (again.name_column, again.values()[2].name) == ("Bezeichnung", "Pudel & Mix")


def test_the_list_travels_and_the_form_works_at_the_neighbour(
    travelling: Package, bodenheim: Any, now: datetime
) -> None:
    assert code_list_file(KEY) in travelling.files and check(travelling).ok
    furnish(bodenheim)
    with acting(bodenheim) as actor:
        planned = exchange.plan_import(actor=actor, package=travelling, now=now)
        assert [(row.key, row.size, row.state) for row in planned.code_lists] == [(KEY, 3, "new")]
        assert planned.complete and forms.code_lists() == []
        taken = exchange.import_package(actor=actor, package=travelling, now=now)
        assert taken.outcome == "published"
        found = forms.published("hundesteuer-anmeldung")
        assert found is not None
        assert [value.code for value in found.loaded.code_lists[KEY].values()] == [
            "labrador",
            "dackel",
            "pudel & mix",
        ]
        assert exchange.import_package(actor=actor, package=travelling, now=now).outcome == "unchanged"
    assert submit(bodenheim, now).number
    there = exported(bodenheim, now)
    assert there.files[code_list_file(KEY)] == travelling.files[code_list_file(KEY)]


def test_another_content_under_the_same_version_is_refused_with_the_difference(
    travelling: Package, bodenheim: Any, now: datetime, make_actor: Any
) -> None:
    furnish(bodenheim)
    with acting(bodenheim) as actor:
        forms.import_code_list(actor=actor, data=breeds("Labrador", "Dackel", "Mops"), now=now)
        planned = exchange.plan_import(actor=actor, package=travelling, now=now)
        assert not planned.complete and planned.code_lists[0].state == "other"
        assert "2 Einträge sind anders, zum Beispiel „mops“" in planned.code_lists[0].reason
        with pytest.raises(Conflict, match="neue Version der Liste"):
            exchange.import_package(actor=actor, package=travelling, now=now)
        assert forms.published("hundesteuer-anmeldung") is None and len(forms.code_lists()) == 1


def test_the_same_content_written_otherwise_is_no_conflict(
    travelling: Package, bodenheim: Any, now: datetime
) -> None:
    furnish(bodenheim)
    with acting(bodenheim) as actor:
        forms.import_code_list(actor=actor, data=LIST, now=now)
        planned = exchange.plan_import(actor=actor, package=travelling, now=now)
        assert planned.code_lists[0].state == "known" and planned.complete


def test_a_list_that_is_nowhere_keeps_it_a_draft(travelling: Package, bodenheim: Any, now: datetime) -> None:
    furnish(bodenheim)
    alone = travelling.without_file(code_list_file(KEY))
    assert [row.severity for row in check(alone).problems if row.element == KEY] == ["warning"]
    with acting(bodenheim) as actor:
        taken = exchange.import_package(actor=actor, package=alone, now=now)
    assert (taken.outcome, taken.as_json()["missing"]["code_lists"]) == ("draft", [KEY])


def test_a_list_under_the_name_of_another_version_is_a_mistake(travelling: Package) -> None:
    name = code_list_file(KEY)
    report = check(travelling.with_file(name, breeds("Mops", version="2026-01-01")))
    assert [(row.path, row.severity) for row in report.problems if "muss" in row.message and row.path == name]
    broken = check(travelling.with_file(name, b"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>"))
    assert not broken.ok and any(row.path == name and row.line for row in broken.problems)


def test_a_draft_takes_its_lists_along_and_the_page_names_a_conflict(
    travelling: Package, city: Any, bodenheim: Any, now: datetime, make_actor: Any
) -> None:
    designer = make_actor("process_designer")
    changed = travelling.with_file(
        "texts.json", json.dumps({**travelling.json("texts.json"), "deadline": None}).encode()
    )
    taken = exchange.import_package(actor=designer, package=asking(changed), now=now)
    assert taken.outcome == "draft"
    browser = log_in(designer)
    answer = browser.get(f"/arbeit/werkstatt/{taken.draft_id}/paket.zip")
    assert code_list_file(KEY) in read_zip(answer.content).files
    other = travelling.with_file(code_list_file(KEY), write_code_list(read_code_list(breeds("Mops"))))
    from django.core.files.uploadedfile import SimpleUploadedFile

    sent = SimpleUploadedFile("x.zip", write_zip(other))
    page = browser.post("/arbeit/werkstatt/einlesen/", {"step": "check", "file": sent}).content.decode()
    assert "hier mit anderem Inhalt" in page and "Ein anderer Inhalt braucht" in page


def test_the_command_tells_of_lists(
    travelling: Package, bodenheim: Any, now: datetime, tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    furnish(bodenheim)
    (tmp_path / "p.zip").write_bytes(write_zip(travelling))
    status, told, _ = package(capsys, "import", str(tmp_path / "p.zip"), "--tenant", "bodenheim", "--dry-run")
    assert (status, told["code_lists"]) == (
        0,
        [{"key": KEY, "title": "Hunderassen", "entries": 3, "state": "new", "reason": ""}],
    )
