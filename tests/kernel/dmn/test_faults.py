"""Bad models and faults: refused with a reason, or null with a problem, never a crash or a hang."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stadtkern.kernel.dmn import DmnError, load
from stadtkern.kernel.feel import FeelError, Limits
from stadtkern.runtime import cli
from tests.kernel.dmn.models import DOG_TAX, decision, input_data, literal, model

BOMB = b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="&b;"/>'
XXE = b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]><definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/">&a;</definitions>'


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "dmn-not-xml"),
        (b"<definitions", "dmn-not-xml"),
        (b"<definitions/>", "dmn-unknown-format"),
        (b'<x xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/"/>', "dmn-unknown-format"),
        (BOMB, "dmn-doctype-refused"),
        (XXE, "dmn-doctype-refused"),
        (b"<a>" * 300 + b"</a>" * 300, "dmn-too-deep"),
        (b" " * 10_000_001, "dmn-too-large"),
        (model('<decision name="d"><decisionTable hitPolicy="LUCKY"/></decision>'), "dmn-hit-policy"),
    ],
)
def test_bad_files_are_refused(data: bytes, code: str) -> None:
    with pytest.raises(DmnError) as caught:
        load(data)
    assert caught.value.code == code
    assert caught.value.message != caught.value.message_en


def test_missing_file_and_missing_decision(tmp_path: Path) -> None:
    with pytest.raises(DmnError, match="nicht lesbar"):
        load(tmp_path / "nichts.dmn")
    with pytest.raises(DmnError) as caught:
        load(model(DOG_TAX)).evaluate("Gibt es nicht")
    assert caught.value.code == "dmn-unknown-decision"


def test_cycles_are_reported_and_null() -> None:
    loaded = load(
        model(decision("a", literal("b + 1"), needs="b") + decision("b", literal("a + 1"), needs="a"))
    )
    assert [p.code for p in loaded.problems] == ["dmn-cycle"]
    result = loaded.evaluate("a")
    assert result.value is None
    assert "dmn-cycle" in {e.code for e in result.errors}


def test_models_that_import_each_other_are_refused() -> None:
    a = model('<import name="b" namespace="urn:b"/>', namespace="urn:a")
    b = model('<import name="a" namespace="urn:a"/>', namespace="urn:b")
    with pytest.raises(DmnError) as caught:
        load(a, imports={"urn:a": a, "urn:b": b})
    assert caught.value.code == "dmn-import-cycle"


def test_wrong_expressions_are_listed_with_place_and_only_they_are_null() -> None:
    loaded = load(model(decision("gut", literal("1")) + decision("schlecht", literal("1 + * 2"))))
    assert [(p.code, p.element, p.offset) for p in loaded.problems] == [("feel-syntax", "schlecht", 4)]
    assert loaded.evaluate("gut").value == 1
    result = loaded.evaluate("schlecht")
    assert result.value is None
    assert result.errors[0].element == "schlecht"


def test_endless_work_is_stopped() -> None:
    loaded = load(
        model(decision("d", literal("count(for a in 1..1000, b in 1..1000, c in 1..1000 return a)")))
    )
    # Time is the only bound here; on a fast machine the bound on size would be met first.
    with pytest.raises(FeelError) as caught:
        loaded.evaluate("d", limits=Limits(seconds=0.2, items=10**9))
    assert caught.value.code == "feel-timeout"


def test_long_chains_of_decisions_do_not_crash() -> None:
    body = decision("d0", literal("1")) + "".join(
        decision(f"d{n}", literal(f"d{n - 1} + 1"), needs=f"d{n - 1}") for n in range(1, 400)
    )
    loaded = load(model(body))
    assert loaded.evaluate("d399").value == 400


def test_command_run_check_and_tck(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, inputs = tmp_path / "steuer.dmn", tmp_path / "in.json"
    file.write_bytes(model(DOG_TAX))
    inputs.write_text(json.dumps({"Zahl der Hunde": 1, "Rasse": "Dackel"}), encoding="utf-8")
    assert cli.main(["dmn", "run", str(file), "--decision", "Steuer", "--input", str(inputs)]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["result"] == 186
    assert [(t["decision"], t["table"], t["rules"]) for t in printed["trace"]] == [
        ("Steuersatz", "Steuersatz", [1])
    ]
    assert cli.main(["dmn", "check", str(file)]) == 0
    assert json.loads(capsys.readouterr().out)["decisions"] == ["Steuersatz", "Steuer"]
    assert cli.main(["dmn", "run", str(file), "--decision", "Fehlt"]) == 2
    assert cli.main(["dmn", "run", str(tmp_path / "x.dmn"), "--decision", "Fehlt"]) == 2
    inputs.write_text("[1]", encoding="utf-8")
    assert cli.main(["dmn", "run", str(file), "--decision", "Steuer", "--input", str(inputs)]) == 2
    capsys.readouterr()
    kit = tmp_path / "kit"
    kit.mkdir()
    (kit / "a.dmn").write_bytes(model(DOG_TAX))
    (kit / "a-test-01.xml").write_text(
        '<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        "<modelName>a.dmn</modelName><testCase id='1'><inputNode name='Zahl der Hunde'><value>1</value></inputNode>"
        "<inputNode name='Rasse'><value>Dackel</value></inputNode>"
        "<resultNode name='Steuer'><expected><value>186</value></expected></resultNode>"
        "<resultNode name='Steuersatz'><expected><value>1</value></expected></resultNode></testCase></testCases>",
        encoding="utf-8",
    )
    assert cli.main(["dmn", "tck", str(kit)]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "1 passed, 1 failed"
    assert cli.main(["dmn", "tck", str(kit), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["value"] == {"passed": 1, "total": 2}


def test_command_run_reads_dates_from_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, inputs = tmp_path / "a.dmn", tmp_path / "in.json"
    file.write_bytes(
        model(input_data("Tag", "date") + decision("d", literal('Tag + duration("P1M")'), needs="in:Tag"))
    )
    inputs.write_text('{"Tag": "2024-01-31"}', encoding="utf-8")
    assert cli.main(["dmn", "run", str(file), "--decision", "d", "--input", str(inputs)]) == 0
    assert json.loads(capsys.readouterr().out)["result"] == "2024-02-29"
    inputs.write_text('{"Tag": "gestern"}', encoding="utf-8")
    assert cli.main(["dmn", "run", str(file), "--decision", "d", "--input", str(inputs)]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert (printed["result"], printed["errors"][0]["code"]) == (None, "feel-type-mismatch")
    file.write_text("<definitions>\n  <", encoding="utf-8")
    assert cli.main(["dmn", "check", str(file)]) == 2
    assert capsys.readouterr().err.startswith(f"{file}:2:")


def test_command_feel(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["feel", "Alter * 2", "--context", '{"Alter": 4.5}']) == 0
    assert json.loads(capsys.readouterr().out) == 9
    assert cli.main(["feel", "1 +\n* 2"]) == 2
    assert capsys.readouterr().err.startswith("EXPR:2:1: ")
    assert cli.main(["feel", "1", "--context", "[]"]) == 2
    assert cli.main(["feel", "(1+2)*3", "--format"]) == 0
    assert capsys.readouterr().out == "(1 + 2) * 3\n"
