"""The back-test of the forecast, and that it never looks ahead."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stadtkern.casework.kita.allocation.forecast import back_test, forecast, read_births, read_children
from stadtkern.kernel.strict_reading import InputRefused
from stadtkern.runtime.cli import main
from tests.shared import shared_data


def series() -> tuple[dict[tuple[int, int], int], dict[int, int]]:
    children = shared_data("kita/real/konstanz_children_by_age_to2020.csv")
    births = shared_data("kita/real/konstanz_births_deaths.csv")
    return read_children(children.read_bytes(), "c"), read_births(births.read_bytes(), "b")


def test_back_test_on_the_konstanz_series() -> None:
    ours, bar = back_test(*series(), range(1999, 2020))
    assert [round(error, 1) for error in bar] == [2.2, 3.4, 4.3, 5.1]
    assert all(mine <= 0.95 * other for mine, other in zip(ours, bar, strict=True)), ours


def test_nothing_after_the_origin_is_used() -> None:
    children, births = series()
    before = forecast(children, births, years=4, origin=2010)
    children = {key: count * (3 if key[0] > 2010 else 1) for key, count in children.items()}
    births = {year: count * (3 if year > 2010 else 1) for year, count in births.items()}
    assert forecast(children, births, years=4, origin=2010) == before


def test_command(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = shared_data("kita/real")
    files = [str(folder / "konstanz_children_by_age_to2020.csv"), str(folder / "konstanz_births_deaths.csv")]
    assert main(["kita", "forecast", *files, "--years", "2", "--origin", "2015"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(row["year"], row["age"]) for row in rows] == [(y, a) for y in (2016, 2017) for a in range(11)]
    assert main(["kita", "forecast", *files, "--origin", "1950"]) == 2
    wrong = tmp_path / "c.csv"
    wrong.write_text("year;age;children\n2000;0;12\n2000;1;x\n", "utf-8")
    assert main(["kita", "forecast", str(wrong), files[1]]) == 2
    assert capsys.readouterr().err.splitlines()[-1].startswith(f"{wrong}:3:3:")


def test_columns_may_change_their_order() -> None:
    assert read_births("Geburten;Jahr;Straße\n700;2001;ä\n".encode("latin-1"), "b") == {2001: 700}
    with pytest.raises(InputRefused):
        read_births(b"jahr,tote\n2001,3\n", "b")
