"""The reading room: who sees which record, what a page shows, and that reading is in the log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from stadtkern.casework.records import api, policies
from stadtkern.casework.records.models import (
    Confidentiality,
    DocumentFormat,
    DocumentRecord,
    DocumentVersion,
    FileRecord,
    ProcessRecord,
)
from stadtkern.foundation.audit.models import Entry
from stadtkern.foundation.files import api as files
from stadtkern.kernel import clock
from stadtkern.kernel.errors import NotVisible

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"


@pytest.fixture
def browse(client: Any, mainz: Any) -> Any:
    from stadtkern.foundation.accounts.models import Account

    def login(actor: Any) -> Any:
        client.force_login(
            Account.objects.get(pk=actor.account_id), backend="django.contrib.auth.backends.ModelBackend"
        )
        session = client.session
        session["second_factor"], session["assurance"] = True, 4
        session.save()
        client.defaults["HTTP_HOST"] = "mainz.localhost"
        return client

    return login


@pytest.fixture
def other(mainz: Any) -> Any:
    from stadtkern.foundation.organizations.models import Office

    return Office.objects.create(slug="auslaender", name="Ausländerbehörde")


@pytest.fixture
def world(mainz: Any, office: Any, other: Any, now: datetime) -> dict[str, Any]:
    """A collective file with a process of each office, and residence files at three levels."""
    clock.shift_to(now, real_start=clock.real_now())
    records = {}
    for name, where in (("finanzen", office), ("auslaender", other)):
        records[name] = api.open_record(
            plan_unit="20.11",
            reference=f"X-{name}",
            subject=f"Fall {name}",
            retention_years=5,
            now=now,
            office_id=where.pk,
        )
        info = files.store(PDF, name="Antrag.pdf", max_bytes=999, purpose="case", now=now, trusted=True)
        api.file_document(
            record_id=records[name],
            title=f"Antrag {name}",
            kind="a",
            direction="in",
            file_id=info.id,
            sha256=info.sha256,
            now=now,
        )
    for level in (Confidentiality.OPEN, Confidentiality.CONFIDENTIAL, Confidentiality.SECRET):
        FileRecord.objects.create(
            subject=f"Akte {level.label}",
            reference=f"A-{level.value}",
            confidentiality=level,
            office=other,
            opened_at=now,
        )
    FileRecord.objects.create(subject="Eben eingegangen", reference="neu", opened_at=now)
    return records


def subjects(actor: Any, table: Any) -> set[str]:
    return set(policies.visible_to(actor, table).values_list("subject", flat=True))


def test_need_to_know_by_office_role_and_level(world: Any, make_actor: Any, office: Any, other: Any) -> None:
    cover = "Akte 20.11"
    offen, vertraulich, geheim = "Akte offen", "Akte vertraulich", "Akte geheim"
    for role, where, expected in (
        ("caseworker", office, {cover}),
        ("caseworker", other, {cover, offen}),
        ("team_lead", other, {cover, offen, vertraulich}),
        ("records_manager", other, {cover, offen, vertraulich, geheim}),
        ("records_manager", None, {cover, offen, vertraulich, geheim, "Eben eingegangen"}),
        ("auditor", None, {cover, offen, vertraulich, geheim, "Eben eingegangen"}),
        ("administrator", None, set()),
        ("counter", None, set()),
        (None, None, set()),
    ):
        assert subjects(make_actor(role, office=where), FileRecord) == expected, (role, where)
    assert subjects(make_actor("caseworker", office=other), ProcessRecord) == {"Fall auslaender"}
    assert subjects(make_actor("caseworker", office=other), DocumentRecord) == {"Antrag auslaender"}
    from stadtkern.foundation.organizations.models import Team

    team = Team.objects.get(office=office)
    assert subjects(make_actor("caseworker", team=team), ProcessRecord) == {"Fall finanzen"}


def test_what_one_may_not_see_does_not_exist(
    world: Any, make_actor: Any, office: Any, other: Any, browse: Any
) -> None:
    foreign = DocumentRecord.objects.get(subject="Antrag auslaender")
    content = DocumentFormat.objects.get(version__document=foreign)
    worker = make_actor("caseworker", office=office)
    with pytest.raises(NotVisible):
        policies.find_document(worker, foreign.uid)
    client = browse(worker)
    process = ProcessRecord.objects.get(subject="Fall auslaender")
    for address in (
        f"/arbeit/akten/{process.uid}/",
        f"/arbeit/akten/{foreign.uid}/",
        f"/arbeit/akten/dokument/{foreign.uid}/{content.pk}/",
        f"/arbeit/akten/dokument/{foreign.uid}/{content.pk}/seite/0.png",
        f"/arbeit/akten/{ProcessRecord.objects.get(subject='Fall finanzen').uid}/?dokument={foreign.uid}",
    ):
        assert client.get(address).status_code == 404, address
    page = client.get(f"/arbeit/akten/{FileRecord.objects.get(collective=True).uid}/").content.decode()
    assert "Fall finanzen" in page
    assert "Fall auslaender" not in page


def test_nobody_else_enters(world: Any, make_actor: Any, browse: Any) -> None:
    for role in (None, "administrator", "counter"):
        assert browse(make_actor(role)).get("/arbeit/akten/").status_code in (302, 403, 404), role


def test_list_with_filters(world: Any, make_actor: Any, other: Any, browse: Any) -> None:
    client = browse(make_actor("records_manager"))
    page = client.get("/arbeit/akten/").content.decode()
    assert "5 Akten" in page
    assert "Eben eingegangen" in page
    assert "1 Akte<" in client.get("/arbeit/akten/?q=geheim+A-001").content.decode()
    assert "3 Akten" in client.get(f"/arbeit/akten/?amt={other.pk}").content.decode()
    assert "2 Vorgänge" in client.get("/arbeit/akten/?art=vorgaenge&stand=offen").content.decode()
    assert "Keine Akte passt" in client.get("/arbeit/akten/?herkunft=taken_over&stand=zda").content.decode()
    for odd in ("art=x&stand=--&amt=1&seite=-9", "q=%27%22%3B--%25", "q=" + "x" * 5000):
        assert client.get(f"/arbeit/akten/?{odd}").status_code == 200, odd


def test_a_record_is_read_and_the_reading_is_logged(
    world: Any, make_actor: Any, office: Any, browse: Any
) -> None:
    worker = make_actor("caseworker", office=office)
    client = browse(worker)
    process = ProcessRecord.objects.get(subject="Fall finanzen")
    document = DocumentRecord.objects.get(subject="Antrag finanzen")
    page = client.get(f"/arbeit/akten/{process.uid}/").content.decode()
    assert "Antrag finanzen" in page
    assert "Version 1: Antrag.pdf" in page
    assert (
        Entry.objects.filter(action="records.read", object_id=process.pk, actor_id=worker.account_id).count()
        == 1
    )
    content = DocumentFormat.objects.get(version__document=document)
    answer = client.get(f"/arbeit/akten/dokument/{document.uid}/{content.pk}/")
    assert b"".join(answer.streaming_content) == PDF
    assert Entry.objects.filter(action="records.read", object_id=document.pk).exists()


def test_a_big_record_needs_no_query_per_row(
    world: Any, make_actor: Any, office: Any, browse: Any, now: datetime, django_assert_max_num_queries: Any
) -> None:
    process = ProcessRecord.objects.get(subject="Fall finanzen")
    info = files.store(PDF, name="a.pdf", max_bytes=999, purpose="case", now=now, trusted=True)
    for number in range(110):
        document = DocumentRecord.objects.create(
            process=process, subject=f"Blatt {number}", office=office, filed_at=now, position=number + 1
        )
        version = DocumentVersion.objects.create(document=document, number="1", created_at=now)
        DocumentFormat.objects.create(version=version, file_id=info.id, sha256=info.sha256)
        DocumentRecord.objects.create(
            attachment_of=document, subject=f"Anlage {number}", office=office, filed_at=now
        )
    client = browse(make_actor("caseworker", office=office))
    client.get(f"/arbeit/akten/{process.uid}/")
    with django_assert_max_num_queries(24):
        page = client.get(f"/arbeit/akten/{process.uid}/").content.decode()
    assert page.count("Blatt ") == 99  # a hundred per page, the application first
    assert page.count("Anlage ") == 99
    last = DocumentRecord.objects.get(subject="Blatt 109")
    assert client.get(f"/arbeit/akten/{process.uid}/?seite=2&dokument={last.uid}").status_code == 200
    assert (
        f"?seite=2&amp;dokument={last.uid}"
        in client.get(f"/arbeit/akten/{process.uid}/?seite=2").content.decode()
    )
    with django_assert_max_num_queries(20):
        client.get("/arbeit/akten/?art=vorgaenge")
