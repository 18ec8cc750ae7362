"""Letters on paper: every one is printed once, in one batch, and a second time only when somebody says so."""

from __future__ import annotations

import io

import pikepdf
import pypdfium2
import pytest

from stadtkern.foundation.access.api import NotAllowed
from stadtkern.foundation.audit import api as audit
from stadtkern.foundation.documents import api as documents
from stadtkern.foundation.files import api as files
from stadtkern.foundation.notifications import api
from stadtkern.foundation.tenancy import api as tenancy


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, settings):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def queue(mainz, now):
    def call(number: int):
        content = documents.render_pdf("letter", {"subject": f"Bescheid {number}", "body": "…"}, title="x")
        file = files.store(content, name="b.pdf", max_bytes=10**7, purpose="decision", now=now, trusted=True)
        return api.queue_letter(
            file_id=file.id,
            recipient=f"Person {number}\nAm Brand 1\n55116 Mainz",
            reference=f"HS-{number}",
            now=now,
        )

    return call


@pytest.fixture
def clerk(make_actor):
    return make_actor("counter")


def text_of(file_id):
    document = pypdfium2.PdfDocument(files.read(file_id))
    return [page.get_textpage().get_text_bounded() for page in document]


def test_waiting_letters_become_one_pdf_with_a_cover_sheet(queue, clerk, now):
    ids = [queue(1), queue(2), queue(3)]
    assert [letter.id for letter in api.waiting_letters()] == ids
    batch = api.make_batch(actor=clerk, now=now)
    assert (batch.number, batch.letter_count, batch.page_count) == (1, 3, 4)
    cover, *pages = text_of(batch.file_id)
    assert "Druckstapel 1" in cover
    assert all(f"HS-{n}" in cover and f"Person {n}" in cover for n in (1, 2, 3))
    assert [f"Bescheid {n}" in page for n, page in enumerate(pages, start=1)] == [True] * 3
    assert api.waiting_letters() == []
    assert [letter.id for letter in api.letters_of(batch.id)] == ids


def test_the_print_file_opens_cleanly(queue, clerk, now):
    queue(1)
    batch = api.make_batch(actor=clerk, now=now)
    with pikepdf.open(io.BytesIO(files.read(batch.file_id))) as pdf:
        assert pdf.check_pdf_syntax() == []


def test_printing_is_noted_once(queue, clerk, now):
    letter = queue(1)
    batch = api.make_batch(actor=clerk, now=now)
    assert api.letter(letter).state == "in_batch"
    for _ in range(2):
        assert api.mark_printed(actor=clerk, batch_id=batch.id, now=now).printed_at == now
    assert api.letter(letter).state == "printed"
    actions = [entry.action for entry in audit.entries_for("print_batch", batch.id)]
    assert actions == ["notifications.mark_printed", "notifications.make_batch"]


def test_a_reprint_waits_in_the_queue_again(queue, clerk, now):
    letter = queue(1)
    api.make_batch(actor=clerk, now=now)
    copy = api.reprint(actor=clerk, letter_id=letter, now=now)
    assert [waiting.id for waiting in api.waiting_letters()] == [copy]
    assert api.make_batch(actor=clerk, now=now).number == 2


def test_an_empty_queue_makes_no_batch(mainz, clerk, now):
    with pytest.raises(api.NothingToPrint):
        api.make_batch(actor=clerk, now=now)


@pytest.mark.parametrize("role", [None, "caseworker", "administrator", "auditor"])
def test_only_the_post_room_prints(queue, make_actor, now, role):
    letter = queue(1)
    actor = make_actor(role)
    for attempt in (
        lambda: api.make_batch(actor=actor, now=now),
        lambda: api.mark_printed(actor=actor, batch_id=letter, now=now),
        lambda: api.reprint(actor=actor, letter_id=letter, now=now),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_only_pdf_can_be_a_letter(mainz, now):
    file = files.store(b"text", name="a.txt", max_bytes=100, purpose="x", now=now, trusted=True)
    with pytest.raises(files.WrongFileType):
        api.queue_letter(file_id=file.id, recipient="x", reference="x", now=now)


def test_another_municipality_has_its_own_queue(queue, clerk, bodenheim, now):
    letter = queue(1)
    with tenancy.act_for(bodenheim.pk):
        assert api.waiting_letters() == []
        assert api.letter(letter) is None
        with pytest.raises(NotAllowed):
            api.make_batch(actor=clerk, now=now)
