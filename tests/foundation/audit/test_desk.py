"""The auditor's pages."""

from __future__ import annotations

import csv
import io
import json
from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from stadtkern.foundation.access.api import system
from stadtkern.foundation.audit import api
from stadtkern.foundation.audit.models import Entry
from stadtkern.foundation.tenancy import api as tenancy

OBJECT = ("case", UUID("01990000-0000-7000-8000-000000000001"))


@pytest.fixture
def auditor(make_actor, sign_in):
    return sign_in(make_actor("auditor"))


@pytest.fixture
def write(mainz, now):
    def call(**changes):
        values = {"actor": system(mainz.pk), "action": "cases.decide", "obj": OBJECT, "now": now, **changes}
        return api.record(**values)

    return call


@pytest.mark.parametrize("role", [None, "caseworker", "counter"])
def test_others_do_not_enter(make_actor, sign_in, write, role):
    id = write()
    client = sign_in(make_actor(role))
    for address in (
        reverse("audit:list"),
        reverse("audit:entry", args=[id]),
        reverse("audit:export"),
        reverse("audit:checkpoint"),
        reverse("audit:proof", args=[id]),
    ):
        assert client.get(address).status_code in (403, 404)


def test_list_filters_and_pages(auditor, write):
    for number in range(60):
        write(action="cases.step", obj=("case", uuid4()), reason=f"n{number}")
    write(action="cases.other")
    page = auditor.get(reverse("audit:list"), {"handlung": "cases.step"})
    text = page.content.decode()
    assert page.status_code == 200
    assert text.count("cases.step</td>") == 50
    assert "cases.other" not in text.split("<table")[1]
    older = text.split('<a href="?')[1].split('"')[0].replace("&amp;", "&")
    assert auditor.get(f"{reverse('audit:list')}?{older}").content.decode().count("cases.step</td>") == 10


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ({"von": "gestern"}, "2025-10-14"),
        ({"wer": "niemand"}, "niemand"),
        ({"gegenstand": "123"}, "nicht vollständig"),
    ],
)
def test_wrong_filters_are_explained_and_kept(auditor, write, query, word):
    write()
    page = auditor.get(reverse("audit:list"), query)
    assert page.status_code == 422
    assert word in page.content.decode()
    assert next(iter(query.values())) in page.content.decode()


def test_an_entry_shows_its_proof_and_leaves_a_trace(auditor, write):
    id = write(details={"art": "x"}, reason="§ 2 <b>Satzung</b>")
    assert "noch nicht besiegelt" in auditor.get(reverse("audit:entry", args=[id])).content.decode()
    api.seal()
    text = auditor.get(reverse("audit:entry", args=[id])).content.decode()
    assert "unverändert" in text
    assert "§ 2 &lt;b&gt;Satzung&lt;/b&gt;" in text
    assert [entry.action for entry in api.entries_for("audit", id)] == ["audit.read"] * 2
    proof = json.loads(auditor.get(reverse("audit:proof", args=[id])).content)
    assert proof["index"] == 0
    assert auditor.get(reverse("audit:checkpoint")).content.decode() == proof["checkpoint"]


def test_csv_cannot_become_a_formula(auditor, write):
    write(reason='=HYPERLINK("http://x")')
    content = auditor.get(reverse("audit:export")).content.decode("utf-8-sig")
    head, row, *_ = csv.reader(io.StringIO(content), delimiter=";")
    assert dict(zip(head, row, strict=True))["Begründung"].startswith("'=")
    assert Entry.objects.filter(action="audit.export").count() == 1


def test_entries_of_another_municipality_do_not_exist(auditor, bodenheim, now):
    with tenancy.act_for(bodenheim.pk):
        id = api.record(actor=system(bodenheim.pk), action="x.y", obj=OBJECT, now=now)
    assert auditor.get(reverse("audit:entry", args=[id])).status_code == 404
    assert str(id) not in auditor.get(reverse("audit:list")).content.decode()


def test_the_number_of_queries_does_not_grow_with_the_list(auditor, write, django_assert_max_num_queries):
    for _ in range(50):
        write()
    with django_assert_max_num_queries(16):
        auditor.get(reverse("audit:list"))
