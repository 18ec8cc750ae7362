"""Packages and messages that we must not trust, and what the sender hears about them."""

from __future__ import annotations

import io
import random
import shutil
import struct
import zipfile
from pathlib import Path

import pytest

from stadtkern.casework.records.xdomea import package, reading
from stadtkern.casework.records.xdomea.errors import BAD_STRUCTURE, FILE_MISSING, TRANSMISSION, MessageRefused
from stadtkern.casework.records.xdomea.package import Limits, open_package, write_package
from stadtkern.casework.records.xdomea.values import FileName, Moment, fits
from stadtkern.casework.records.xdomea.walking import file_names

PROCESS = "9fde4e7a-b41b-11ec-9225-005056871b7c"
FILE = "F4BCAAF7-d7cb-11ef-a278-005056871b7c"
HEAD = f"""<x:Kopf><x:ProzessID>{PROCESS}</x:ProzessID><x:Nachrichtentyp><code>0503</code></x:Nachrichtentyp>
<x:Erstellungszeitpunkt>2026-01-02T03:04:05Z</x:Erstellungszeitpunkt><x:Absender/><x:Empfaenger/><x:Importbestaetigung>1</x:Importbestaetigung>
<x:RueckmeldungArchivkennung>0</x:RueckmeldungArchivkennung><x:Empfangsbestaetigung>0</x:Empfangsbestaetigung></x:Kopf>"""


def message(
    name: str = f"{FILE}_Müller.txt", version: str = "3.1.0", extra: str = "", uuid: str = PROCESS
) -> str:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<x:Aussonderung.Aussonderung.0503 xmlns:x="urn:xoev-de:xdomea:schema:{version}">{HEAD}<x:Schriftgutobjekt><x:Dokument>
<x:Identifikation><x:ID>{uuid}</x:ID></x:Identifikation>{extra}<x:Version><x:Nummer>1</x:Nummer><x:Format><x:Name listVersionID="1.0"><code>045</code>
</x:Name><x:Version/><x:Primaerdokument><x:Dateiname>{name}</x:Dateiname></x:Primaerdokument></x:Format></x:Version></x:Dokument></x:Schriftgutobjekt>
</x:Aussonderung.Aussonderung.0503>"""


def refused(path: Path, limits: Limits = package.LIMITS) -> MessageRefused:
    with pytest.raises(MessageRefused) as caught, open_package(path, limits):
        pass
    return caught.value


def packed(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def raw_names(path: Path, old: bytes, new: bytes) -> None:
    """Write a member's name in another encoding and take the UTF-8 flag away, as old packers do."""
    data = path.read_bytes()
    assert old in data
    data = data.replace(old, new)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = 0
        while (start := data.find(mark, start)) >= 0:
            flags = struct.unpack_from("<H", data, start + at)[0] & ~0x800
            data = data[: start + at] + struct.pack("<H", flags) + data[start + at + 2 :]
            start += 4
    path.write_bytes(data)


def test_a_package_is_read_and_written(tmp_path: Path) -> None:
    given = packed(
        tmp_path / "a.zip",
        {"in/x.xml": message().encode(), f"in/{FILE}_Müller.txt": b"Inhalt", "liesmich.txt": b"?"},
    )
    with open_package(given) as opened:
        names = list(file_names(opened.message))
        assert opened.source.open(names[0]).read() == b"Inhalt"
        assert opened.source.extra() == ["liesmich.txt"]
        out = io.BytesIO()
        write_package(out, opened.message, ((name, opened.source.open(name)) for name in names))
    again = tmp_path / "b.zip"
    again.write_bytes(out.getvalue())
    with zipfile.ZipFile(again) as archive:
        assert archive.namelist()[0] == f"{PROCESS}_Aussonderung.Aussonderung.0503.xml"
    with open_package(again) as second:
        assert second.message == opened.message
        assert second.source.open(names[0]).read() == b"Inhalt"


@pytest.mark.parametrize("encoding", ["utf-8", "cp437", "cp850", "latin-1"])
def test_names_in_any_encoding_find_their_document(tmp_path: Path, encoding: str) -> None:
    given = packed(tmp_path / "a.zip", {"x.xml": message().encode(), f"{FILE}_Müller.txt": b"Inhalt"})
    raw_names(given, "Müller".encode(), "Müller".encode(encoding).ljust(7, b"_"))
    with open_package(given) as opened:
        assert opened.source.open(FileName(f"{FILE}_Müller.txt")).read() == b"Inhalt"


def test_upper_and_lower_case_are_the_same_and_stay(tmp_path: Path) -> None:
    xml = message(uuid=PROCESS.upper())
    given = packed(tmp_path / "a.zip", {"x.xml": xml.encode(), f"{FILE.swapcase()}_mÜLLER.TXT": b"Inhalt"})
    with open_package(given) as opened:
        assert opened.message.body.objects[0].document.identity.uuid == PROCESS.upper()  # type: ignore[union-attr]


def test_documents_beside_a_single_message(tmp_path: Path) -> None:
    (tmp_path / "x.xml").write_text(message(), "utf-8")
    assert refused(tmp_path / "x.xml").result_code == FILE_MISSING
    (tmp_path / f"{FILE}_Müller.txt").write_text("Inhalt")
    with open_package(tmp_path / "x.xml") as opened:
        assert opened.source.size(FileName(f"{FILE}_Müller.txt")) == 6


def test_a_missing_document_is_named(tmp_path: Path) -> None:
    error = refused(packed(tmp_path / "a.zip", {"x.xml": message().encode()}))
    assert error.result_code == FILE_MISSING
    assert FILE in error.place


@pytest.mark.parametrize("version", ["4.1.0", "5.0.0", "2.2.0"])
def test_other_versions_are_refused(version: str) -> None:
    with pytest.raises(MessageRefused) as caught:
        reading.read(message(version=version).encode(), "n.xml")
    assert caught.value.result_code == BAD_STRUCTURE
    assert version in caught.value.message
    assert caught.value.place == "n.xml:2:1"


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (("</x:Kopf>", ""), "XML"),
        (('UTF-8"?>', "UTF-8\"?><!DOCTYPE x [<!ENTITY a 'b'>]>"), "DOCTYPE"),
        (("<x:Nummer>1", "<x:Nummer2>1</x:Nummer2><x:Nummer>1"), "Nummer2"),
        (("<x:Nummer>1</x:Nummer>", ""), "Nummer"),
        (("<x:Nummer>1</x:Nummer>", "<x:Nummer>1</x:Nummer>" * 2), "mehrfach"),
        ((f"<x:ID>{PROCESS}", "<x:ID>12345"), "UUID"),
        (("2026-01-02T", "2026-13-02T"), "Zeitpunkt"),
        (("<x:Importbestaetigung>1", "<x:Importbestaetigung>ja"), "wahr"),
        ((f"{FILE}_Müller.txt", f"{FILE}/../../x"), "Dateiname"),
        (("<code>045</code>", "<x:code>045</x:code>"), "code"),
        (("Aussonderung.Aussonderung.0503", "FVDaten.SGOErstellen.0604"), "0604"),
    ],
)
def test_wrong_structure_is_refused_with_its_place(change: tuple[str, str], word: str) -> None:
    with pytest.raises(MessageRefused) as caught:
        reading.read(message().replace(*change).encode(), "n.xml")
    assert caught.value.result_code == BAD_STRUCTURE
    assert word in caught.value.message
    assert caught.value.place.startswith("n.xml:")


def test_an_xml_bomb_does_not_grow() -> None:
    bomb = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 12))
    xml = message().replace('"UTF-8"?>', f'"UTF-8"?><!DOCTYPE x [<!ENTITY l0 "x">{bomb}]>', 1)
    with pytest.raises(MessageRefused):
        reading.read(xml.replace("<x:Nummer>1", "<x:Nummer>&l11;").encode())
    inner = "<x:Anlage>" * 400 + "</x:Anlage>" * 400
    with pytest.raises(MessageRefused):
        reading.read(message(extra=inner).encode())


def test_bombs_and_traps_in_packages(tmp_path: Path) -> None:
    small = Limits(members=5, total=2_000_000, member=1_000_000, ratio=100, ratio_from=1000)
    base = {"x.xml": message().encode()}
    for name, files, word in (
        ("many", {f"{n}.txt": b"x" for n in range(6)}, "mehr als 5"),
        ("big", {"a.bin": bytes(1_000_001)}, "zu groß"),
        ("sum", {f"{n}.bin": random.Random(n).randbytes(900_000) for n in range(3)}, "zu groß"),
        ("ratio", {"a.bin": bytes(900_000)}, "ZIP-Bombe"),
        ("outside", {"../a.txt": b"x"}, "hinaus"),
        ("twice", {f"a/{FILE}.txt": b"1", f"b/{FILE.lower()}.TXT": b"2"}, "doppelt"),
    ):
        error = refused(packed(tmp_path / f"{name}.zip", base | files), small)
        assert word in error.message, name
        assert error.result_code == TRANSMISSION
    assert "2 xdomea" in refused(packed(tmp_path / "two.zip", {**base, "y.xml": base["x.xml"]})).message
    assert "keine" in refused(packed(tmp_path / "none.zip", {"y.xml": b"<a/>"})).message
    (tmp_path / "broken.zip").write_bytes(packed(tmp_path / "c.zip", base).read_bytes()[:200])
    assert refused(tmp_path / "broken.zip").result_code == TRANSMISSION


def test_encrypted_members_are_refused(tmp_path: Path) -> None:
    given = packed(tmp_path / "a.zip", {"x.xml": message().encode(), f"{FILE}.txt": b"x"})
    data = bytearray(given.read_bytes())
    at = data.rfind(b"PK\x01\x02")
    data[at + 8] |= 1
    given.write_bytes(bytes(data))
    assert "verschlüsselt" in refused(given).message


def test_a_damaged_document_is_found_while_reading(tmp_path: Path) -> None:
    given = tmp_path / "a.zip"
    with zipfile.ZipFile(given, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("x.xml", message())
        archive.writestr(f"{FILE}_Müller.txt", b"Inhalt")
    given.write_bytes(given.read_bytes().replace(b"Inhalt", b"Unhalt"))
    with pytest.raises(MessageRefused) as caught, open_package(given) as opened:
        opened.source.open(FileName(f"{FILE}_Müller.txt")).read()
    assert caught.value.result_code == TRANSMISSION


def test_utf_16_messages_are_found(tmp_path: Path) -> None:
    xml = message().replace("UTF-8", "UTF-16").encode("utf-16")
    given = packed(tmp_path / "a.zip", {"x.xml": xml, f"{FILE}_Müller.txt": b"x"})
    with open_package(given) as opened:
        assert opened.message.type.code == "0503"


def test_sample_with_its_primary_document(tmp_path: Path) -> None:
    from tests.casework.records import schemas
    from tests.shared import shared_data

    folder = shared_data(str(schemas.SAMPLES))
    (given,) = folder.glob("*0503.xml")
    with open_package(given) as opened:
        (name,) = file_names(opened.message)
        assert len(opened.source.open(name).read()) == 13
    shutil.copy(given, tmp_path)
    assert refused(tmp_path / given.name).result_code == FILE_MISSING


@pytest.mark.parametrize(
    ("text", "ok"), [("2024-02-29T00:00:00", True), ("2023-02-29T00:00:00", False), ("2024-02-29", False)]
)
def test_moments(text: str, ok: bool) -> None:
    assert fits(Moment, text) is ok
