"""Packages travel without change, and hostile archives are refused."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest

from stadtkern.casework.processes.packages import archive
from stadtkern.casework.processes.packages.model import FORMAT, Package, PackageRefused, make_package

MINIMAL = {
    "package.json": json.dumps({"format": FORMAT, "slug": "hund", "version": 3}).encode(),
    "service.json": b"{}",
    "form.xdf3.xml": b"<a/>\r\n",
    "rules.json": b'{"aliases":{"x":"G1/F1"}}',
    "process.bpmn": "<bürger/>".encode(),
    "texts.json": b"{}",
    "decisions/fee.dmn": b"<d/>",
}


def zipped(entries: list[tuple[str, bytes]]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in entries:
            file.writestr(name, content)
    return target.getvalue()


def test_zip_and_folder_hold_the_same_bytes(tmp_path: Path) -> None:
    package = make_package(MINIMAL)
    data = archive.write_zip(package)
    archive.write_folder(package, tmp_path / "p")
    assert archive.read_zip(data) == archive.read_folder(tmp_path / "p") == package
    assert archive.write_zip(archive.read(tmp_path / "p")) == data
    assert (package.slug, package.version) == ("hund", 3)


def test_files_are_canonical_whatever_the_author_wrote() -> None:
    package = make_package(MINIMAL)
    assert package.text("rules.json") == '{\n "aliases": {\n  "x": "G1/F1"\n }\n}\n'
    assert package.files["form.xdf3.xml"] == b"<a/>\n"
    shuffled = dict(reversed(list(MINIMAL.items())))
    assert archive.write_zip(make_package(shuffled)) == archive.write_zip(package)


def test_a_zip_with_one_folder_around_everything_is_read() -> None:
    data = zipped([(f"hund/{name}", content) for name, content in MINIMAL.items()])
    assert archive.read_zip(data) == make_package(MINIMAL)


@pytest.mark.parametrize(
    "name",
    [
        "../service.json",
        "/etc/passwd",
        "decisions/../../x.dmn",
        "run.py",
        "decisions/a.exe",
        "C:\\x.json",
        "tests/.json",
    ],
)
def test_a_file_that_does_not_belong_there_is_refused(name: str) -> None:
    with pytest.raises(PackageRefused, match="gehört nicht"):
        archive.read_zip(zipped([*MINIMAL.items(), (name, b"x")]))


def test_a_file_given_twice_is_refused() -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        data = zipped([*MINIMAL.items(), ("texts.json", b"{}")])
    with pytest.raises(PackageRefused, match="zweimal"):
        archive.read_zip(data)


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    data = zipped([*MINIMAL.items(), ("README.md", b"0" * (archive.MAX_TOTAL_BYTES + 1))])
    assert len(data) < 1_000_000
    with pytest.raises(PackageRefused, match="Entpackt mehr"):
        archive.read_zip(data)


def test_a_bomb_that_lies_about_its_size_is_refused() -> None:
    data = bytearray(zipped([*MINIMAL.items(), ("README.md", b"0" * (archive.MAX_FILE_BYTES + 10))]))
    end = data.rindex(b"PK\x01\x02")  # the directory entry of README.md, which comes last
    data[end + 24 : end + 28] = (100).to_bytes(4, "little")
    with pytest.raises(PackageRefused):
        archive.read_zip(bytes(data))


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\x03\x04", b"hello", zipped([("a", b"b")])[:40]],
    ids=[
        "empty",
        "head",
        "text",
        "cut",
    ],  # bytes as ids carry the time of the archive: two processes would differ
)
def test_rubbish_is_refused(data: bytes) -> None:
    with pytest.raises(PackageRefused):
        archive.read_zip(data)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("rules.json", b'{"a": 1, "a": 2}', "zweimal"),
        ("rules.json", b'{"a": NaN}', "keine Zahl"),
        ("rules.json", b"\xff\xfe", "UTF-8"),
        ("rules.json", b"[" * 100_000, "geschachtelt"),
        ("process.bpmn", b"\xff", "UTF-8"),
        ("package.json", b'{"format": "other"}', "Format"),
    ],
)
def test_a_broken_file_is_refused_with_its_name(name: str, content: bytes, sentence: str) -> None:
    with pytest.raises(PackageRefused, match=sentence) as caught:
        make_package({**MINIMAL, name: content})
    assert caught.value.path == name


def test_broken_json_names_line_and_column() -> None:
    with pytest.raises(PackageRefused) as caught:
        make_package({**MINIMAL, "texts.json": b'{\n  "a" 1}'})
    assert (caught.value.line, caught.value.column) == (2, 7)


def test_missing_files_are_all_named() -> None:
    with pytest.raises(PackageRefused, match=r"process\.bpmn, texts\.json"):
        make_package(
            {key: value for key, value in MINIMAL.items() if key not in ("process.bpmn", "texts.json")}
        )


def test_a_link_in_a_folder_is_refused(tmp_path: Path) -> None:
    archive.write_folder(make_package(MINIMAL), tmp_path / "p")
    (tmp_path / "p" / "README.md").symlink_to("/etc/hostname")
    with pytest.raises(PackageRefused, match="Verweise"):
        archive.read(tmp_path / "p")


def test_one_file_may_be_exchanged() -> None:
    package = make_package(MINIMAL)
    changed = package.with_file("texts.json", b'{"states": {}}')
    assert isinstance(changed, Package) and changed.json("texts.json") == {"states": {}}
    assert "decisions/fee.dmn" not in package.without_file("decisions/fee.dmn").files
