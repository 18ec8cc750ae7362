"""Files: what is taken, what is refused and why, and what lies on the disk."""

from __future__ import annotations

import hashlib
import io
import os
import socket
import threading
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from stadtkern.foundation.files import api, disk
from stadtkern.foundation.files.models import Blob, StoredFile
from stadtkern.foundation.keys import api as keys
from stadtkern.foundation.tenancy import api as tenancy
from tests.foundation.files import samples


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, settings):
    settings.DATA_DIR = tmp_path
    settings.CLAMD_SOCKET = ""


@pytest.fixture
def store(mainz, now):
    def call(content, name="nachweis.pdf", **changes):
        return api.store(
            content, **{"name": name, "max_bytes": 30_000_000, "purpose": "test", "now": now, **changes}
        )

    return call


def blobs() -> list[Path]:
    return [path for path in (Path(settings.DATA_DIR) / "files").rglob("*") if path.is_file()]


class TestTaken:
    @pytest.mark.parametrize(
        ("make", "name", "media_type"),
        [
            (samples.pdf, "a.pdf", api.PDF),
            (lambda: samples.image("JPEG"), "foto.JPG", "image/jpeg"),
            (samples.image, "foto.png", "image/png"),
            (lambda: samples.image("TIFF"), "scan.tif", "image/tiff"),
            (lambda: samples.image("WEBP"), "foto.webp", "image/webp"),
            (
                samples.docx,
                "brief.docx",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            ),
            (lambda: "Grüße; 1 < 2".encode(), "notiz.txt", "text/plain"),
            (lambda: b"a;b\n1;2\n", "liste.csv", "text/csv"),
            (samples.pdf, "ohne-endung", api.PDF),
        ],
    )
    def test_comes_back_as_it_was(self, store, make, name, media_type):
        content = make()
        file = store(content, name)
        assert (file.media_type, file.size, file.scan) == (media_type, len(content), "not_scanned")
        assert file.sha256 == hashlib.sha256(content).hexdigest()
        assert api.read(file.id) == content
        assert api.info(file.id) == file

    def test_streams_are_taken_in_parts_and_can_be_read_from_any_place(self, store):
        content = samples.pdf() + os.urandom(300_000)
        file = store(io.BytesIO(content))
        with api.open_stream(file.id) as stream:
            for start in (0, 65_535, 65_536, 131_000, len(content) - 1, len(content)):
                stream.seek(start)
                assert stream.read(70_000) == content[start : start + 70_000]

    def test_order_of_infos_is_the_order_asked_for(self, store):
        first, second = store(samples.pdf(1)), store(samples.pdf(2))
        assert api.infos([second.id, first.id, Blob.objects.first().pk]) == [second, first]


class TestRefused:
    @pytest.mark.parametrize(
        ("make", "name", "error", "word"),
        [
            (lambda: b"<html><script>alert(1)</script>", "a.html", api.WrongFileType, "PDF"),
            (
                lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>",
                "a.svg",
                api.WrongFileType,
                "PDF",
            ),
            (lambda: b"<?xml version='1.0'?><svg onload='x()'/>", "a.txt", api.WrongFileType, "PDF"),
            (lambda: b"alert(document.cookie)", "a.js", api.WrongFileType, "PDF"),
            (lambda: b"MZ" + bytes(200), "a.pdf", api.WrongFileType, "PDF"),
            (lambda: b"\x7fELF" + bytes(200), "a.txt", api.WrongFileType, "PDF"),
            (lambda: bytes(200), "a.txt", api.WrongFileType, "PDF"),
            (samples.image, "ausweis.pdf", api.WrongFileType, "enthält aber ein Bild"),
            (samples.pdf, "foto.jpg", api.WrongFileType, "enthält aber ein PDF"),
            (samples.pdf_with_script, "a.pdf", api.WrongFileType, "Skripte"),
            (lambda: samples.docx({"word/vbaProject.bin": b"x"}), "a.docx", api.WrongFileType, "Makros"),
            (samples.locked_pdf, "a.pdf", api.BrokenFile, "Kennwort"),
            (lambda: b"%PDF-1.7\n" + os.urandom(500), "a.pdf", api.BrokenFile, "beschädigt"),
            (lambda: samples.image()[:60], "a.png", api.BrokenFile, "beschädigt"),
            (samples.png_bomb, "a.png", api.BrokenFile, "Bildpunkte"),
            (samples.docx_bomb, "a.docx", api.BrokenFile, "beschädigt"),
            (lambda: b"", "a.pdf", api.BrokenFile, "leer"),
        ],
    )
    def test_with_a_sentence_that_helps(self, store, make, name, error, word):
        with pytest.raises(error, match=word):
            store(make(), name)
        assert not StoredFile.objects.exists()
        assert blobs() == []

    def test_what_is_not_among_the_allowed(self, store):
        with pytest.raises(api.WrongFileType, match="JPG, PNG"):
            store(samples.pdf(), allowed=frozenset({"image/jpeg", "image/png"}))

    def test_too_large_without_reading_on(self, store):
        class Endless(io.RawIOBase):
            given = 0

            def read(self, size=-1):
                self.given += size
                return bytes(size)

        source = Endless()
        with pytest.raises(api.FileTooLarge, match="1 MB"):
            store(source, max_bytes=1024 * 1024)
        assert source.given < 2 * 1024 * 1024


class TestScanner:
    @pytest.fixture
    def clamd(self, tmp_path, settings):
        """A clamd that finds the EICAR word, on a socket of its own."""
        path = str(tmp_path / "clamd.sock")
        server = socket.socket(socket.AF_UNIX)
        server.bind(path)
        server.listen()
        settings.CLAMD_SOCKET = path
        threading.Thread(target=self._serve, args=(server,), daemon=True).start()
        yield path
        server.close()

    @staticmethod
    def _serve(server):
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as lines:
                assert lines.read(10) == b"zINSTREAM\0"
                data = b""
                while size := int.from_bytes(lines.read(4), "big"):
                    data += lines.read(size)
                found = b"stream: Eicar FOUND\0" if b"EICAR" in data else b"stream: OK\0"
                connection.sendall(b"INSTREAM size limit exceeded. ERROR\0" if b"LIMIT" in data else found)

    def test_clean_files_are_marked(self, store, clamd):
        assert store(samples.pdf()).scan == "clean"

    def test_malware_is_refused(self, store, clamd):
        with pytest.raises(api.InfectedFile):
            store(b"EICAR test", "a.txt")
        assert blobs() == []

    def test_a_scanner_that_fails_stops_the_upload(self, store, clamd):
        with pytest.raises(api.ScanUnavailable):
            store(b"LIMIT", "a.txt")

    def test_a_scanner_that_is_away_stops_the_upload(self, store, settings, tmp_path):
        settings.CLAMD_SOCKET = str(tmp_path / "nobody.sock")
        with pytest.raises(api.ScanUnavailable):
            store(b"text", "a.txt")


class TestAtRest:
    def test_neither_content_nor_name_nor_checksum_is_readable(self, store):
        content = b"Erika Mustermann wohnt hier. " * 5000
        store(content, "Mustermann.txt")
        [path] = blobs()
        raw = path.read_bytes()
        assert b"Erika" not in raw
        assert hashlib.sha256(content).hexdigest() not in str(path)
        assert "Mustermann" not in str(path)
        assert path.stat().st_mode & 0o777 == 0o600
        assert hashlib.sha256(content).digest() not in bytes(Blob.objects.get().sealed_sha256)

    def test_equal_contents_share_one_blob_inside_a_tenant_only(self, store, bodenheim, now):
        content = samples.pdf()
        first, second = store(content, "a.pdf"), store(content, "b.pdf")
        assert Blob.objects.count() == 1
        address = Blob.objects.get().address
        with tenancy.act_for(bodenheim.pk):
            api.store(content, name="a.pdf", max_bytes=10**6, purpose="x", now=now)
            assert Blob.objects.get().address != address
            with pytest.raises(api.FileNotFound):
                api.info(first.id)
        assert len(blobs()) == 2
        assert first.sha256 == second.sha256

    @pytest.mark.parametrize(
        "harm",
        [
            lambda raw: raw[:-1],
            lambda raw: raw[:-30],
            lambda raw: raw + b"x",
            lambda raw: raw[:100] + bytes([raw[100] ^ 1]) + raw[101:],
            lambda raw: raw[:8] + raw[65_560:131_112] + raw[8:65_560] + raw[131_112:],
            lambda raw: b"SKF2" + raw[4:],
            lambda raw: b"",
        ],
    )
    def test_every_change_on_the_disk_is_noticed(self, store, harm):
        file = store(samples.pdf() + os.urandom(200_000))
        [path] = blobs()
        path.write_bytes(harm(path.read_bytes()))
        with pytest.raises(api.DamagedBlob):
            api.read(file.id)
        assert [damage.file_id for damage in api.check_all()] == [file.id]

    def test_exchanged_blobs_are_noticed(self, store):
        one, two = store(samples.pdf() + b"1"), store(samples.pdf() + b"2")
        first, second = blobs()
        swapped = first.read_bytes(), second.read_bytes()
        first.write_bytes(swapped[1])
        second.write_bytes(swapped[0])
        for file in (one, two):
            with pytest.raises(api.DamagedBlob):
                api.read(file.id)

    def test_a_missing_blob_is_noticed(self, store):
        file = store(samples.pdf())
        blobs()[0].unlink()
        with pytest.raises(api.DamagedBlob):
            api.read(file.id)

    def test_old_files_stay_readable_after_a_rotation(self, store, now):
        old = store(samples.pdf(1))
        assert api.rotate_key(now) == 2
        new = store(samples.pdf(2))
        assert sorted(Blob.objects.values_list("epoch", flat=True)) == [1, 2]
        assert api.read(old.id) == samples.pdf(1) or api.read(old.id).startswith(b"%PDF")
        assert api.read(new.id).startswith(b"%PDF")

    def test_without_the_key_nothing_opens(self, store, mainz):
        file = store(samples.pdf())
        keys.provider().destroy(mainz.pk)
        with pytest.raises(keys.KeyUnavailable):
            api.read(file.id)


class TestErasing:
    def test_the_content_goes_with_its_last_file(self, store, django_capture_on_commit_callbacks):
        content = samples.pdf()
        first, second = store(content), store(content)
        with django_capture_on_commit_callbacks(execute=True):
            api.delete(first.id)
        assert api.read(second.id) == content
        with django_capture_on_commit_callbacks(execute=True):
            api.delete(second.id)
        assert blobs() == []
        assert not Blob.objects.exists()
        with pytest.raises(api.FileNotFound):
            api.delete(second.id)

    def test_a_rolled_back_erasure_leaves_the_content(self, store):
        file = store(samples.pdf())
        with pytest.raises(LookupError), transaction.atomic():
            api.delete(file.id)
            raise LookupError
        assert api.read(file.id)

    def test_a_content_stored_again_is_not_hit_by_the_old_erasure(
        self, store, django_capture_on_commit_callbacks
    ):
        content = samples.pdf()
        first = store(content)
        with django_capture_on_commit_callbacks(execute=True):
            api.delete(first.id)
            again = store(content)
        assert api.read(again.id) == content

    def test_rolled_back_uploads_are_swept_after_a_day(self, store, mainz):
        kept = store(samples.pdf(1))
        with pytest.raises(LookupError), transaction.atomic():
            store(samples.pdf(2))
            raise LookupError
        assert len(blobs()) == 2
        assert api.sweep() == 0
        assert api.sweep(older_than=-1) == 1
        assert api.read(kept.id)

    def test_a_write_that_fails_leaves_nothing(self, tmp_path):
        def fill(target):
            target.write(b"half")
            raise OSError("disk full")

        with pytest.raises(OSError, match="full"):
            disk.write(tmp_path / "x" / "blob", fill)
        assert list((tmp_path / "x").iterdir()) == []


class TestPreview:
    def test_pdf_and_image(self, store):
        for file in (store(samples.pdf(2)), store(samples.image(size=(800, 400)), "a.png")):
            picture = api.preview(file.id, width=200)
            assert picture.startswith(b"\x89PNG")
            assert int.from_bytes(picture[16:20], "big") == 200

    def test_no_such_page(self, store):
        with pytest.raises(api.BrokenFile):
            api.preview(store(samples.pdf()).id, page=7)


class TestHttp:
    def test_browsers_cannot_run_it(self, store):
        file = store(b"hallo", "notiz.txt")
        response = api.as_response(file.id, inline=True)
        assert response["Content-Disposition"].startswith("attachment")
        assert "sandbox" in response["Content-Security-Policy"]
        assert response["X-Content-Type-Options"] == "nosniff"
        assert b"".join(response.streaming_content) == b"hallo"
        response.close()

    def test_it_streams_after_the_request_has_left_its_tenant(self, mainz, bodenheim, store):
        file = store(samples.pdf(), 'ba"d\r\nname.pdf')
        response = api.as_response(file.id, inline=True)
        assert response["Content-Disposition"].startswith("inline")
        with tenancy.act_for(bodenheim.pk):
            assert b"".join(response.streaming_content).startswith(b"%PDF")
