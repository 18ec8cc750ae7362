"""The contract of the command line: streams, exit codes, speed."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
import types
from pathlib import Path

import pytest

from stadtkern.kernel.errors import InvalidInput
from stadtkern.runtime import cli, failures
from stadtkern.runtime.environment import EnvironmentProblem


def with_command(monkeypatch: pytest.MonkeyPatch, run: object) -> None:
    """A command ``probe`` that does ``run``."""
    module = types.ModuleType("probe_command")

    def register(parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--number", type=int)
        parser.set_defaults(run=run)

    module.register = register  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "probe_command", module)
    monkeypatch.setitem(cli.COMMANDS, "probe", "probe_command")


def raising(error: Exception) -> object:
    def run(args: argparse.Namespace) -> int:
        raise error

    return run


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (
            InvalidInput("Die Datei ist kein XML.", extra={"place": "a.xml:3:7"}),
            2,
            "a.xml:3:7: Die Datei ist",
        ),
        (InvalidInput("Die Datei ist leer."), 2, "Die Datei ist leer."),
        (FileNotFoundError(2, "No such file or directory", "fehlt.xml"), 2, "fehlt.xml: No such file"),
        (EnvironmentProblem("Keine Datenbank."), 3, "Keine Datenbank."),
        (ZeroDivisionError("Erika Mustermann"), 3, "Unerwarteter Fehler, Nummer"),
    ],
)
def test_errors_become_exit_codes(
    error: Exception,
    code: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with_command(monkeypatch, raising(error))
    assert cli.main(["probe"]) == code
    streams = capsys.readouterr()
    assert streams.out == ""
    assert said in streams.err


def test_unexpected_error_is_kept_under_its_number(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    with_command(monkeypatch, raising(ZeroDivisionError("genau hier")))
    cli.main(["probe"])
    said = capsys.readouterr().err
    number = said.split("Nummer ")[1][:9]
    log = tmp_path / "errors.log"
    assert number in log.read_text() and "genau hier" in log.read_text()
    assert "genau hier" not in said
    assert log.stat().st_mode & 0o777 == 0o600


def test_reference_numbers_can_be_read_out() -> None:
    numbers = {failures.new_reference() for _ in range(200)}
    assert len(numbers) == 200
    assert not set("".join(numbers)) & set("01ILO")


def test_exit_code_of_the_command_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    with_command(monkeypatch, lambda args: args.number)
    assert cli.main(["probe", "--number", "1"]) == 1


@pytest.mark.parametrize("arguments", [["probe", "--number", "drei"], ["probe", "--unbekannt"]])
def test_wrong_usage_is_refused_input(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with_command(monkeypatch, lambda args: 0)
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 2
    assert capsys.readouterr().out == ""


def test_unknown_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["fliegen"]) == 2
    streams = capsys.readouterr()
    assert streams.out == "" and "'fliegen' gibt es nicht" in streams.err


def test_every_command_has_a_summary() -> None:
    assert set(cli.COMMANDS) == set(cli.SUMMARIES)


def test_starts_quickly_and_loads_no_django() -> None:
    program = "import sys; from stadtkern.runtime import cli; cli.main(['--help']); assert 'django' not in sys.modules"
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, timeout=20)
    assert time.monotonic() - began < 2.0  # measured 0.08 s; generous for a busy machine


def test_db_url_without_a_server_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    assert cli.main(["db", "url"]) == 3
    assert "stadtkern serve" in capsys.readouterr().err


@pytest.mark.django_db
def test_migrate_check_prints_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["migrate", "--check", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"pending": []}
