"""``stadtkern services`` on files."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from stadtkern.casework.services import commands, shipped, xzufi


def _run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    commands.register(parser)
    args = parser.parse_args(arguments)
    return int(args.run(args))


def test_check_names_the_services(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.xml"
    path.write_bytes(xzufi.as_xml([shipped.load("personalausweis").content]))
    assert _run("check", str(path), "--json") == 0
    assert json.loads(capsys.readouterr().out)["services"][0]["slug"] == "personalausweis"


@pytest.mark.parametrize(("text", "place"), [("<a>", ":"), ("{,}", ":0:1:"), ("\n\n {x", ":2:2:")])
def test_unreadable_file_is_refused_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, place: str
) -> None:
    path = tmp_path / "a"
    path.write_text(text)
    assert _run("check", str(path)) == 2
    assert capsys.readouterr().err.startswith(f"{path}{place}")


def test_missing_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("check", str(tmp_path / "nowhere.xml")) == 2


def test_templates(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("templates", "--json") == 0
    assert len(json.loads(capsys.readouterr().out)["templates"]) >= 25
