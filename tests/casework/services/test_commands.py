"""``stadtkern services`` on files."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from stadtkern.casework.services import commands, dldb, shipped, xzufi
from tests.shared import shared_data


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


def test_dldb_sample_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    path = shared_data("front/dldb_services_sample.json")
    assert _run("check", "--dldb", str(path), "--json") == 0
    rows = json.loads(capsys.readouterr().out)["services"]
    assert len(rows) == 8
    assert {
        "slug": "personalausweis-1063441",
        "leika_key": "99008001000000",
        "title": "Personalausweis",
    } in rows


def test_dldb_fields() -> None:
    contents = dldb.read(shared_data("front/dldb_services_sample.json").read_bytes())
    card = next(content for content in contents if content.title.de == "Personalausweis")
    assert [fee.amount_cents for fee in card.fees[:3]] == [2760, 4600, 1000]
    assert "Perso" in card.synonyms["de"]
    assert card.external_url.endswith("1063441")
    for content in contents:
        assert "<" not in str(content.to_json())
    business = next(content for content in contents if content.title.de == "Gewerbe-Anmeldung")
    assert business.fees[0].amount_cents is None  # "50 bis 60 Euro" is no amount


@pytest.mark.parametrize(
    "poison",
    [
        "<script>alert(1)</script>Gut",
        "<img src=x onerror=alert(1)>Gut",
        "&lt;script&gt;alert(1)&lt;/script&gt;Gut",
        "&amp;lt;img src=x onerror=alert(1)&amp;gt;Gut",
        "<svg><script>alert(1)</script></svg>Gut",
        "Gut<script>alert(1)",
        "<a href='javascript:alert(1)'>Gut</a>",
        "Gut<style>alert(1)",
    ],
)
def test_poisoned_html_becomes_text(poison: str) -> None:
    row = {
        "id": "1",
        "name": poison,
        "description": poison,
        "fees": poison,
        "meta": {"keywords": poison, "url": "javascript:alert(1)"},
    }
    (content,) = dldb.read(json.dumps([row]).encode())
    said = str(content.to_json())
    assert content.title.de == "Gut"
    assert "alert" not in said and "<" not in said and "javascript" not in said


@pytest.mark.parametrize(
    ("text", "place"), [("{,}", ":0:1:"), ('{"data": [1]}', ":data:"), ("[{}]", ":data:")]
)
def test_broken_dldb_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, place: str
) -> None:
    path = tmp_path / "a.json"
    path.write_text(text)
    assert _run("check", "--dldb", str(path)) == 2
    assert capsys.readouterr().err.startswith(f"{path}{place}")


def test_one_file_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("check") == 2
