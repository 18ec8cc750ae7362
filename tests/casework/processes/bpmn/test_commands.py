"""`stadtkern bpmn`: exit codes, streams, places, start without Django."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from stadtkern.casework.processes.bpmn import compare, read_bpmn
from stadtkern.runtime.cli import main
from tests.casework.processes.bpmn.models import END, START, flows, xml

GOOD = START + '<userTask id="a" name="Prüfen" stadtkern:role="amt"/>' + END + flows("s>a", "a>e")


def write(folder: Path, data: bytes) -> str:
    path = folder / "modell.bpmn"
    path.write_bytes(data)
    return str(path)


def test_check_says_yes(tmp_path: Path, capsys: Any) -> None:
    assert main(["bpmn", "check", write(tmp_path, xml(GOOD))]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["executable"] is True and report["problems"] == []
    assert {e["id"]: e["executable"] for e in report["elements"]}["a"] is True


def test_check_says_no_with_reasons(tmp_path: Path, capsys: Any) -> None:
    path = write(tmp_path, xml("\n" + GOOD.replace("userTask", "serviceTask")))
    assert main(["bpmn", "check", path]) == 1
    streams = capsys.readouterr()
    element = next(e for e in json.loads(streams.out)["elements"] if e["id"] == "a")
    assert (element["executable"], element["reasons"][0]["code"]) == (False, "connector-missing")
    assert set(element["reasons"][0]["message"]) == {"de", "en"}
    assert f"{path}:2:" in streams.err


def test_known_names_are_checked(tmp_path: Path, capsys: Any) -> None:
    body = (
        START
        + '<exclusiveGateway id="g" default="g_e"/><task id="a"/>'
        + END
        + flows("s>g", "g>e", "g>a: Alte > 3", "a>e")
    )
    types = tmp_path / "namen.json"
    types.write_text('{"Alter": "number"}', "utf-8")
    assert main(["bpmn", "check", write(tmp_path, xml(body)), "--names", str(types)]) == 0
    problems = json.loads(capsys.readouterr().out)["problems"]
    assert [p["suggestion"]["de"] for p in problems if p["code"] == "feel-check"] == ["Alter"]
    types.write_text('{"Alter": "zahl"}', "utf-8")
    assert main(["bpmn", "check", write(tmp_path, xml(body)), "--names", str(types)]) == 2


@pytest.mark.parametrize("verb", ["check", "roundtrip", "layout"])
def test_refused_files_have_a_place_and_no_output(tmp_path: Path, capsys: Any, verb: str) -> None:
    path = write(tmp_path, xml('<task id="a"/>\n <task id="a"/>'))
    assert main(["bpmn", verb, path]) == 2
    streams = capsys.readouterr()
    assert streams.out == "" and streams.err.startswith(f"{path}:2:2: ") and "duplicate-id" in streams.err
    assert main(["bpmn", verb, str(tmp_path / "fehlt.bpmn")]) == 2


def test_roundtrip_and_layout_write_models(tmp_path: Path, capfdbinary: Any) -> None:
    path = write(tmp_path, xml(GOOD))
    assert main(["bpmn", "roundtrip", path]) == 0
    assert compare(read_bpmn(xml(GOOD)), read_bpmn(capfdbinary.readouterr().out)) == []
    assert main(["bpmn", "layout", path]) == 0
    assert set(read_bpmn(capfdbinary.readouterr().out).shapes()) == {"s", "a", "e", "s_a", "a_e"}


def test_the_command_needs_neither_django_nor_much() -> None:
    code = (
        "import sys; from stadtkern.casework.processes import bpmn; from stadtkern.casework.processes.bpmn import commands, layout;"
        "sys.exit('django' in sys.modules or 'lxml' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
