"""``stadtkern forms schema|check``: streams, exit codes, JSON; without Django and in under a second of work."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from stadtkern.runtime.cli import main
from tests.casework.forms.test_xdf import field_xml, form_xml

GOOD = form_xml(field_xml())


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["forms", *arguments])
    told = capsys.readouterr()
    return code, told.out, told.err


@pytest.fixture
def good(tmp_path: Path) -> str:
    path = tmp_path / "gut.xml"
    path.write_bytes(GOOD)
    return str(path)


@pytest.fixture
def broken(tmp_path: Path) -> str:
    path = tmp_path / "kaputt.xml"
    path.write_bytes(b"<a>\n  <b></a>")
    return str(path)


def test_schema_prints_one_json_object(capsys: pytest.CaptureFixture[str], good: str) -> None:
    code, out, err = run(capsys, "schema", good)
    assert (code, err) == (0, "")
    assert json.loads(out)["properties"].keys() == {"F17000000001"}


def test_schema_prints_xsd(capsys: pytest.CaptureFixture[str], good: str) -> None:
    code, out, _ = run(capsys, "schema", good, "--format", "xsd")
    assert code == 0
    assert 'name="F17000000001V1.0.0"' in out


def test_check_prints_findings_and_ends_with_1(capsys: pytest.CaptureFixture[str], good: str) -> None:
    code, out, err = run(capsys, "check", good)
    findings = json.loads(out)["findings"]
    assert code == 1
    assert {"code", "severity", "element", "message"} == findings[0].keys()
    assert ("1007", "FehlerKritisch", "S17000000001") in {
        (item["code"], item["severity"], item["element"]) for item in findings
    }
    assert "Befunde" in err


def test_check_reports_what_an_import_would_refuse(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "form.xml"
    path.write_bytes(form_xml(field_xml(anzahl="5:1")))
    code, out, _ = run(capsys, "check", str(path))
    assert code == 1
    assert "1047" in {item["code"] for item in json.loads(out)["findings"]}
    assert run(capsys, "schema", str(path))[0] == 2


@pytest.mark.parametrize("verb", ["schema", "check", "import"])
def test_refused_files_end_with_2_and_the_place(
    capsys: pytest.CaptureFixture[str], broken: str, verb: str
) -> None:
    code, out, err = run(capsys, verb, broken)
    assert (code, out) == (2, "")
    assert err.startswith(f"{broken}:2:")


def test_a_missing_file_ends_with_2(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, _, err = run(capsys, "check", str(tmp_path / "fehlt.xml"))
    assert code == 2
    assert err.startswith(f"{tmp_path}/fehlt.xml:1:1")


def test_the_commands_do_not_load_django(good: str) -> None:
    program = (
        "import sys\nfrom stadtkern.runtime.cli import main\n"
        f"code = main(['forms', 'schema', {good!r}])\nassert 'django' not in sys.modules, 'django was imported'\nsys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
