"""CQL2 to SQL: official counts, the gaps of the library mended, and nothing of a filter reaches the SQL text."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stadtkern.data.datasets import engine
from stadtkern.data.datasets.cql2 import spatial
from stadtkern.data.datasets.cql2.building import Builder
from stadtkern.data.datasets.cql2.counting import count
from stadtkern.data.datasets.cql2.reading import from_json, from_text
from stadtkern.data.datasets.errors import FilterRefused, QueryRefused
from stadtkern.runtime import cli
from tests.shared import shared_data

QUERYABLES = {
    "name": "string",
    "n": "integer",
    "day": "date",
    "at": "datetime",
    "ok": "boolean",
    "geom": "geometry",
    "a b": "number",
    "select": "string",
}


def test_all_official_cases(capsys: Any) -> None:
    folder = shared_data("geo/cql2")
    assert cli.main(["data", "cql2", str(folder / "ne110m4cql2.gpkg"), str(folder / "cases.json")]) == 0
    assert capsys.readouterr().out.strip() == "131 passed, 0 failed"


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("cql2") / "places.parquet"
    connection = engine.opened(target.parent)
    connection.execute(
        'CREATE TABLE t AS SELECT * REPLACE (n::BIGINT AS n, "a b"::DOUBLE AS "a b") FROM (VALUES '
        "(1, 'Köln', 1, DATE '2022-04-16', TIMESTAMPTZ '2022-04-16 10:00:00Z', true, ST_Point(6.96, 50.94), 21.0, 'x'), "
        "(2, 'Koblenz', 2, DATE '2022-04-17', TIMESTAMPTZ '2022-04-17 00:00:00Z', false, ST_Point(179.5, 0), -21.0, 'y'), "
        "(3, '100%', 3, NULL, NULL, NULL, ST_Point(-179.5, 0), NULL, NULL)"
        ') AS v(_row, name, n, day, "at", ok, geom, "a b", "select")'
    )
    connection.execute(f"COPY t TO '{target}' (FORMAT parquet, GEOPARQUET_VERSION 'BOTH')")
    return target


CASES = [
    ("ACCENTI(name) LIKE accenti('Ko%')", 2),
    ("ACCENTI(CASEI(name)) LIKE accenti(casei('KÖ%'))", 2),
    ("ACCENTI(name) = accenti('Köln')", 1),
    ("name LIKE '100\\%'", 1),
    ("n = 7 div 3", 1),
    ('"a b" = -63 div 3', 1),
    ("t_equals(day, date('2022-04-16'))", 1),
    ("day = TIMESTAMP('2022-04-17T00:00:00Z')", 1),
    ("t_during(at, interval('2022-04-16', '2022-04-16'))", 1),
    ("t_intersects(at, interval('..', '2022-04-16'))", 1),
    ("s_intersects(geom, BBOX(179, -1, -179, 1))", 2),
    ("s_within(geom, BBOX(179, -1, -179, 1))", 2),
    ("s_disjoint(geom, BBOX(179, -1, -179, 1))", 1),
    ("not (ok or n = 2)", 0),
    ("ok", 1),
    ("day IS NULL and not day IS NOT NULL", 1),
    ("\"select\" = 'x'", 1),
    ("geom IS NOT NULL", 3),
    ("true", 3),
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text for text, _ in CASES])
def test_counts(places: Path, text: str, expected: int) -> None:
    assert count(places.parent, places, text) == expected


def test_json_says_the_same(places: Path) -> None:
    for text, expected in CASES:
        tree = json.loads(json.dumps(from_text(text)))
        assert isinstance(tree, bool) or count(places.parent, places, tree) == expected


REFUSED = [
    "", "(", "name =", "nothing = 1", "name = 1", "n = 'x'", "foo(n) = 1", "read_text('/etc/passwd') = 'x'", "geom = geom", "n",
    "name LIKE 3", "s_intersects(name, POINT(1 2))", "s_intersects(geom, 'x')", "day = DATE('2022-13-40')", "n IN ()", "casei(n) = 'x'",
    "t_before(name, date('2022-01-01'))", "n + name = 2", "\"x\"\" = 1 or 1=1 --\" = 1", "s_intersects(geom, BBOX(0, 10, 1, 0))",
    "at = TIMESTAMP('gestern')", "(" * 100 + "n = 1" + ")" * 100, "not " * 2000 + "ok", "-" * 2000 + "1 = n", "ok and " * 40_000 + "ok",
]  # fmt: skip


@pytest.mark.parametrize("text", REFUSED, ids=[text[:40] for text in REFUSED])
def test_refused_with_a_reason(text: str) -> None:
    with pytest.raises(FilterRefused) as caught:
        Builder(QUERYABLES).condition(from_text(text))
    assert caught.value.status == 400 and len(caught.value.message) > 20


@pytest.mark.parametrize(
    "text",
    ['{"op":"=","args":[{"property":"n"}]}', '{"op":"and","args":[]}', '{"op":"=","args":[{"property":"n"},NaN]}', "[]", '"x"', "[" * 100_000,
     '{"op":"s_intersects","args":[{"property":"geom"},{"type":"Point","coordinates":["1","2"]}]}', '{"op":"=","args":[{"property":"n","op":"x"},1]}'],
)  # fmt: skip
def test_wrong_json_is_refused(text: str) -> None:
    with pytest.raises(FilterRefused):
        Builder(QUERYABLES).condition(from_json(text))


NODES = st.recursive(
    st.one_of(
        st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.none(),
        st.builds(lambda name: {"property": name}, st.one_of(st.sampled_from(sorted(QUERYABLES)), st.text(max_size=30))),
        st.builds(lambda text: {"date": text}, st.text(max_size=12)),
        st.builds(lambda sides: {"bbox": sides}, st.lists(st.floats(), max_size=5)),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.builds(
            lambda operator, arguments: {"op": operator, "args": arguments},
            st.one_of(st.sampled_from(["and", "or", "not", "=", "<", "like", "in", "between", "isNull", "casei", "+", "div", "s_within", "t_after", "^"]), st.text(max_size=10)),
            st.lists(inner, max_size=3),
        ),
        st.builds(lambda ends: {"interval": ends}, st.lists(inner, max_size=3)),
    ),
    max_leaves=12,
)  # fmt: skip


@given(NODES)
@settings(max_examples=100, deadline=None)
def test_any_tree_is_refused_or_sql_that_binds(places: Path, tree: Any) -> None:
    """Whatever comes: a refusal, or SQL whose text holds nothing but our words and known columns."""
    try:
        built = Builder(QUERYABLES).condition(tree)
    except FilterRefused:
        return
    text = built.sql
    for column in sorted(QUERYABLES, key=len, reverse=True):
        text = text.replace(f'"{column}"', "")
    assert '"' not in text and ";" not in text and "--" not in text
    with suppress(QueryRefused):  # 9**999, a date beyond the calendar
        engine.rows(
            places.parent, f"SELECT count(*) FROM {engine.file(places)} WHERE {built.sql}", built.parameters
        )


def test_boxes_cross_the_antimeridian() -> None:
    assert spatial.split(170, -10, -170, 10) == [(170, -10, 180.0, 10), (-180.0, -10, -170, 10)]
    assert spatial.split(-10, -10, 10, 10) == [(-10, -10, 10, 10)]
