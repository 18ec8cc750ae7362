"""``stadtkern records``: exit codes, and what stdout and stderr carry."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from stadtkern.casework.records import commands
from stadtkern.casework.records.models import FileRecord
from stadtkern.casework.records.xdomea.package import open_package
from stadtkern.casework.records.xdomea.versions import V3_1
from stadtkern.kernel.errors import NotVisible
from stadtkern.runtime.cli import main
from tests.casework.records import schemas
from tests.shared import shared_data

UID = "cbdbfccc-72e5-44b2-9e71-937e6f4f8ce9"


@pytest.mark.parametrize(
    ("message", "version", "word"),
    [
        ("0401", "4.0.0", "nur für die Aussonderung"),
        ("0503", "3.0", "wird nicht geschrieben"),
        ("0503", "5", "wird nicht geschrieben"),
        ("0604", "3.1", "wird nicht geschrieben"),
    ],
)
def test_what_cannot_be_written_is_refused_before_the_database(
    message: str, version: str, word: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "out.zip"
    code = main(
        ["records", "export", "--file", UID, "--message", message, "--version", version, "-o", str(target)]
    )
    assert code == 2
    assert word in capsys.readouterr().err
    assert not target.exists()


def test_a_refused_message_tells_the_sender_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = tmp_path / "neu.xml"
    given.write_text('<x:Abgabe.Abgabe.0401 xmlns:x="urn:xoev-de:xdomea:schema:4.1.0"/>')
    assert main(["records", "import", str(given), "--json"]) == 2
    out, err = capsys.readouterr()
    assert json.loads(out)["result_code"] == "0000008"
    assert json.loads(out)["objects"] == []
    assert err.startswith("neu.xml:1:1: ")
    assert main(["records", "import", str(tmp_path / "fehlt.zip")]) == 2


def test_import_and_export_answer_as_described(mainz: Any, tmp_path: Path) -> None:
    (sample,) = shared_data(str(schemas.SAMPLES)).glob("*0501.xml")
    with open_package(sample) as opened:
        answer = commands.take(opened, tenant="mainz")
        again = commands.take(opened, tenant="mainz")
    assert (answer["message"], answer["version"], answer["result_code"]) == ("0501", "3.0.0", "0000000")
    assert [each["kind"] for each in answer["objects"]] == ["file", "process", "document"]
    assert again == {**answer, "result_code": "0000009"}
    target = tmp_path / "out.zip"
    given = commands.give(uid=UUID(UID), message="0501", version=V3_1, output=target, tenant="mainz")
    assert (given["objects"], given["contents"], given["lost"]) == (3, 0, [])
    with open_package(target) as opened:
        assert opened.message.type.code == "0501"
    assert [path.name for path in tmp_path.iterdir()] == ["out.zip"]
    with pytest.raises(NotVisible):
        commands.give(
            uid=UUID(int=1), message="0501", version=V3_1, output=tmp_path / "no.zip", tenant="mainz"
        )
    assert [path.name for path in tmp_path.iterdir()] == ["out.zip"], "nothing half written stays"
    assert FileRecord.objects.count() == 1
