"""Normalisation and means: the conventions of ADR 0200, and tables that are refused with their place."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadtkern.kernel.strict_reading import InputRefused, load_table
from stadtkern.runtime.cli import main
from stadtkern.steering.cityindex.engine.composite import NegativeScores, mean, ranks, scores
from stadtkern.steering.cityindex.engine.frames import Frame, Group, Indicator, Panel, frame_of_areas
from stadtkern.steering.cityindex.engine.normalising import normalised

GAP = float("nan")
META = """Level,iCode,Direction,Weight,Parent,Type,ScaleMin,ScaleMax
1,a,1,1,area,Indicator,,
1,b,-1,3,area,Indicator,0,10
2,area,1,1,total,Aggregate,,
3,total,1,1,,Aggregate,,
"""
DATA = "uCode,a,b\nx,10,2\ny,30,4\nz,50,\n"


def one(
    values: list[float], direction: int = 1, scale: tuple[float, float] | None = None
) -> tuple[Frame, np.ndarray]:
    indicator = Indicator(code="a", parent="total", direction=direction, scale=scale)
    return Frame(indicators=(indicator,), groups=(Group(code="total", parent=None),)), np.array([values]).T


@pytest.mark.parametrize(
    ("kind", "direction", "values", "expected"),
    [
        ("minmax", 1, [10, 20, 30, GAP], [0, 50, 100, GAP]),
        ("minmax", -1, [10, 20, 30], [100, 50, 0]),
        ("minmax", 1, [7, 7], [GAP, GAP]),
        ("max0", 1, [10, 20, 40], [25, 50, 100]),
        ("max0", -1, [0, 20, 40], [100, 50, 0]),
        ("max0", 1, [0, 0], [GAP, GAP]),
        ("rank", 1, [5, 1, 3, 3, 9], [75, 0, 25, 25, 100]),
        ("rank", -1, [1, 2, GAP], [100, 0, GAP]),
        ("rank", 1, [4, 4, GAP], [GAP, GAP, GAP]),
        ("fixed", 1, [20, 80, GAP], [20, 80, GAP]),
        ("fixed", -1, [20, 80], [80, 20]),
    ],
)
def test_normalisation(kind: str, direction: int, values: list[float], expected: list[float]) -> None:
    frame, matrix = one(values, direction)
    np.testing.assert_allclose(normalised(frame, matrix, kind)[:, 0], expected)  # type: ignore[arg-type]


def test_means_leave_gaps_out_and_renormalise() -> None:
    parts = [np.array([[1.0, 1.0, GAP]]), np.array([[4.0, GAP, GAP]])]
    weights = np.array([[1.0, 3.0]])
    np.testing.assert_allclose(mean(parts, weights)[0], [3.25, 1, GAP])
    np.testing.assert_allclose(mean(parts, weights, "geometric")[0], [4**0.75, 1, GAP])
    np.testing.assert_allclose(mean(parts, weights, "harmonic")[0], [4 / 1.75, 1, GAP])


@pytest.mark.parametrize("kind", ["geometric", "harmonic"])
def test_a_zero_makes_the_other_means_zero(kind: str) -> None:
    parts = [np.array([[0.0]]), np.array([[4.0]])]
    assert mean(parts, np.array([[1.0, 1.0]]), kind)[0, 0] == 0  # type: ignore[arg-type]


def test_negative_values_have_no_geometric_mean() -> None:
    frame = frame_of_areas({"area": ["a"]})
    panel = Panel(frame=frame, cities=("x", "y"), values=np.array([[-1.0], [2.0]]))
    assert scores(panel, "max0")["total"].tolist() == [-50, 100]
    with pytest.raises(NegativeScores):
        scores(panel, "max0", "geometric")


@given(st.lists(st.lists(st.floats(0, 100) | st.just(GAP), min_size=4, max_size=4), min_size=2, max_size=9))
def test_scores_stay_on_the_scale_and_draws_agree(rows: list[list[float]]) -> None:
    frame = frame_of_areas({"one": ["a", "b"], "two": ["c", "d"]}, {"a": 2.0, "two": 0.5})
    panel = Panel(frame=frame, cities=tuple(map(str, range(len(rows)))), values=np.array(rows))
    for kind in ("arithmetic", "geometric", "harmonic"):
        total = scores(panel, "minmax", kind)["total"]  # type: ignore[arg-type]
        assert ((total >= -1e-9) & (total <= 100 + 1e-9) | np.isnan(total)).all()


def test_ranks_share_a_place_and_gaps_come_last() -> None:
    assert ranks(np.array([[50.0, 70.0, 50.0 + 1e-12, GAP, 10.0]])).tolist() == [[2, 1, 2, 5, 4]]


def refused(data: str, meta: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], *more: str) -> str:
    """The message; nothing may be written."""
    (tmp_path / "data.csv").write_text(data, "utf-8")
    (tmp_path / "meta.csv").write_text(meta, "utf-8")
    out = tmp_path / "out.csv"
    code = main(
        ["index", "score", str(tmp_path / "data.csv"), str(tmp_path / "meta.csv"), "-o", str(out), *more]
    )
    assert code == 2
    assert not out.exists()
    return capsys.readouterr().err.replace(str(tmp_path) + "/", "")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            DATA.replace("30,4", '"30,5",4'),
            "data.csv: Zeile 3, Spalte 2 »a«: »30,5«: Dezimalzeichen ist hier der Punkt",
        ),
        (DATA.replace("30,4", "3o,4"), "data.csv: Zeile 3, Spalte 2 »a«: »3o« ist keine Zahl"),
        (
            DATA.replace("z,", "x,"),
            "data.csv: Zeile 4, Spalte 1 »uCode«: Die Stadt »x« steht schon in Zeile 2",
        ),
        (
            DATA.replace("uCode,a,b", "uCode,a,bb"),
            "data.csv: Zeile 1: die Spalte »b« fehlt; gemeint ist vielleicht Spalte 3 »bb«",
        ),
        (DATA.replace("10,2", "10,11"), "data.csv: Zeile 2, Spalte 3 »b«: 11 liegt nicht zwischen 0 und 10"),
        (DATA.replace("10,2", "10"), "data.csv: Zeile 2: 2 Spalten statt 3 wie in der Kopfzeile"),
        (
            "uCode;a;b\nx;1,5;2\ny;1.5;3\n",
            "data.csv: Zeile 3, Spalte 2 »a«: »1.5«: Dezimalzeichen ist hier das Komma",
        ),
        ("uCode,a,b\n", "data.csv: Die Tabelle ist leer"),
    ],
)
def test_bad_tables_are_refused_with_row_and_column(
    data: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert refused(data, META, tmp_path, capsys).startswith(message)


@pytest.mark.parametrize(
    ("meta", "place"),
    [
        (META.replace("1,a,1,", "1,a,0,"), "meta.csv: Zeile 2, Spalte 3 »Direction«"),
        (META.replace("area,Indicator,0", "aera,Indicator,0"), "meta.csv: Zeile 3, Spalte 5 »Parent«"),
        (META.replace("3,total,1,1,,", "2,total,1,1,,"), "meta.csv: Zeile 4, Spalte 5 »Parent«"),
        (META.replace("3,total,1,1,,", "3,total,1,1,area,"), "meta.csv: Zeile 4, Spalte 5 »Parent«"),
        (META.replace("0,10", "10,0"), "meta.csv: Zeile 3, Spalte 8 »ScaleMax«"),
        (META.replace("1,b,", "1,a,"), "meta.csv: Zeile 3, Spalte 2 »iCode«"),
    ],
)
def test_bad_frames_are_refused(
    meta: str, place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert refused(DATA, meta, tmp_path, capsys).startswith(place)


def test_a_fixed_scale_takes_no_101(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    message = refused(DATA.replace("30,4", "101,4"), META, tmp_path, capsys, "--normalise", "fixed")
    assert message.startswith("data.csv: Zeile 3, Spalte 2 »a«: 101 liegt nicht zwischen 0 und 100")


def test_semicolons_and_decimal_commas_are_read() -> None:
    table = load_table(b"uCode;a\nx;1,5\ny;NA\n", "t")
    assert (table.number(0, "a"), table.number(1, "a")) == (1.5, None)
    with pytest.raises(InputRefused, match="Zeile 2, Spalte 2"):
        load_table(b"uCode;a\nx;1.234,5\n", "t").number(0, "a")
