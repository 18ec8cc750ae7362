"""The post room's pages and the log of mail."""

from __future__ import annotations

import pytest
from django.urls import reverse

from stadtkern.foundation.audit import api as audit
from stadtkern.foundation.documents import api as documents
from stadtkern.foundation.files import api as files
from stadtkern.foundation.jobs import testing
from stadtkern.foundation.notifications import api


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, settings):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def clerk(make_actor, sign_in):
    return sign_in(make_actor("counter"))


@pytest.fixture
def letter(mainz, now):
    content = documents.render_pdf("letter", {"subject": "Bescheid", "body": "…"}, title="x")
    file = files.store(content, name="b.pdf", max_bytes=10**7, purpose="decision", now=now, trusted=True)
    return api.queue_letter(
        file_id=file.id, recipient="Erika <i>M</i>\nAm Brand 1", reference="HS-1", now=now
    )


def test_from_the_queue_to_the_post(clerk, letter):
    page = clerk.get(reverse("post:list")).content.decode()
    assert "Erika &lt;i&gt;M&lt;/i&gt;" in page
    answer = clerk.post(reverse("post:make-batch"))
    batch = api.print_batches()[0]
    assert answer["Location"] == reverse("post:batch", args=[batch.id])
    assert "HS-1 noch einmal drucken" in clerk.get(answer["Location"]).content.decode()
    pdf = clerk.get(reverse("post:batch-file", args=[batch.id]))
    assert b"".join(pdf.streaming_content).startswith(b"%PDF")
    assert pdf["Content-Type"] == "application/pdf"
    clerk.post(reverse("post:printed", args=[batch.id]))
    assert api.letter(letter).state == "printed"
    clerk.post(reverse("post:reprint", args=[letter]))
    assert len(api.waiting_letters()) == 1
    assert audit.entries_for("print_batch", batch.id)[1].action == "notifications.read"


def test_an_empty_queue_says_so(clerk):
    assert "Kein Brief wartet" in clerk.get(reverse("post:list")).content.decode()
    page = clerk.post(reverse("post:make-batch"), follow=True).content.decode()
    assert "Es wartet kein Brief" in page


@pytest.mark.parametrize("role", [None, "caseworker", "administrator", "auditor"])
def test_only_the_post_room_enters(make_actor, sign_in, letter, role):
    client = sign_in(make_actor(role))
    for address in (
        reverse("post:list"),
        reverse("post:letter-file", args=[letter]),
        reverse("post:batch", args=[letter]),
        reverse("post:batch-file", args=[letter]),
    ):
        assert client.get(address).status_code in (403, 404)
    for address in (
        reverse("post:make-batch"),
        reverse("post:printed", args=[letter]),
        reverse("post:reprint", args=[letter]),
    ):
        assert client.post(address).status_code in (403, 404)


def test_the_log_of_mail_shows_neither_address_nor_text(make_actor, sign_in, mainz):
    api.send_mail(to="erika@example.org", subject="Neuigkeiten", text="Geheimes")
    client = sign_in(make_actor("administrator"))
    assert "wartet" in client.get(reverse("post:mails")).content.decode()
    testing.run_pending()
    page = client.get(reverse("post:mails")).content.decode()
    assert "gesendet" in page
    assert "erika@" not in page
    assert "Geheimes" not in page


def test_english(clerk, letter):
    assert "Post room" in clerk.get(reverse("post:list"), {"lang": "en"}).content.decode()
