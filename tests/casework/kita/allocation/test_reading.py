"""Documents we do not trust: every wrong one is refused with its place, none with a crash."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stadtkern.casework.kita.allocation.formats import read_instance
from stadtkern.casework.kita.allocation.run import allocate
from stadtkern.casework.kita.allocation.verify import verify
from stadtkern.kernel.strict_reading import InputRefused, load_json
from stadtkern.runtime.cli import main

HR: dict[str, Any] = {
    "format": "kita-hr-1",
    "children": 3,
    "kitas": 2,
    "capacity": [1, 1],
    "wishes": [[0, 1], [0], []],
    "points": [[1, 2], [3], []],
    "lottery": [2, 0, 1],
}
SEATS: dict[str, Any] = {
    **{key: value for key, value in HR.items() if key != "capacity"},
    "format": "kita-seats-1",
    "child_type": [{"age": 0, "hours": 7, "start": 0}] * 3,
    "seat_classes": [{"ages": [0], "max_hours": 9, "free_from": 0}],
    "seats": [[1], [1]],
}
FAMILIES: dict[str, Any] = {
    "format": "kita-siblings-1",
    "children": 3,
    "kitas": 2,
    "age_groups": ["U2", "2"],
    "capacity": [[1, 1], [2, 0]],
    "age_group": [0, 0, 1],
    "families": [[0, 1], [2]],
    "wishes": [[[1, 1], [0, None]], [[0]]],
    "points": [1, 2, 3],
    "bonus": [[0, 1, 10]],
    "lottery": [2, 0, 1],
}
WRONG = [
    (HR, ["format"], "kita-xx-1", "/format"),
    (HR, ["children"], -1, "/children"),
    (HR, ["children"], 3.0, "/children"),
    (HR, ["children"], True, "/children"),
    (HR, ["children"], 10**12, "/children"),
    (HR, ["capacity", 1], -1, "/capacity/1"),
    (HR, ["capacity"], [1], "/capacity"),
    (HR, ["wishes", 0, 1], 2, "/wishes/0/1"),
    (HR, ["wishes", 0, 1], 0, "/wishes/0/1"),
    (HR, ["wishes", 0, 1], None, "/wishes/0/1"),
    (HR, ["wishes", 0], "x", "/wishes/0"),
    (HR, ["points", 0], [1], "/points/0"),
    (HR, ["points", 0, 0], float("inf"), "/points/0/0"),
    (HR, ["lottery", 2], 2, "/lottery/2"),
    (SEATS, ["child_type", 1], {"age": 0, "hours": 7}, "/child_type/1/start"),
    (SEATS, ["seat_classes", 0, "ages"], None, "/seat_classes/0/ages"),
    (SEATS, ["seats", 1], [1, 1], "/seats/1"),
    (FAMILIES, ["families"], [[0, 1], [1]], "/families/1/0"),
    (FAMILIES, ["families"], [[0, 1], []], "/families/1"),
    (FAMILIES, ["families"], [[0], [1]], "/families"),
    (FAMILIES, ["wishes", 0, 0], [1], "/wishes/0/0"),
    (FAMILIES, ["wishes", 0, 0], [None, None], "/wishes/0/0"),
    (FAMILIES, ["wishes", 0, 0], [0, None], "/wishes/0/1"),
    (FAMILIES, ["age_group", 2], 2, "/age_group/2"),
    (FAMILIES, ["bonus", 0], [0, 1], "/bonus/0"),
    (FAMILIES, ["bonus", 0, 0], 3, "/bonus/0/0"),
]


@pytest.mark.parametrize(("base", "place", "value", "path"), WRONG)
def test_a_wrong_value_is_refused_with_its_place(
    base: dict[str, Any], place: list[Any], value: object, path: str
) -> None:
    document = copy.deepcopy(base)
    at: Any = document
    for step in place[:-1]:
        at = at[step]
    at[place[-1]] = value
    with pytest.raises(InputRefused) as refused:
        read_instance(document)
    assert refused.value.place == path


@pytest.mark.parametrize("base", [HR, SEATS, FAMILIES])
def test_a_missing_member_is_refused(base: dict[str, Any]) -> None:
    result = allocate(read_instance(base))
    verify(read_instance(base), result.document("", 0))
    for name in base:
        if name != "bonus":
            with pytest.raises(InputRefused):
                read_instance({key: value for key, value in base.items() if key != name})


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a":1,"a":2}',
        b'{"a":NaN}',
        b"null",
        b"[]",
        b'{"a":' + b"9" * 5000 + b"}",
    ],
)
def test_what_is_no_document_is_refused(
    data: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(data)
    assert main(["kita", "allocate", str(path)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith((str(path), "/"))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(st.sampled_from([HR, SEATS, FAMILIES]), st.data())
def test_no_document_crashes_the_reader(base: dict[str, Any], data: st.DataObject) -> None:
    document = copy.deepcopy(base)
    document[data.draw(st.sampled_from(sorted(base)))] = data.draw(json_values)
    try:
        instance = read_instance(document)
    except InputRefused:
        return
    verify(instance, allocate(instance).document("", 0))


def test_files_that_are_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["kita", "verify", str(tmp_path / "a.json"), str(tmp_path / "b.json")]) == 2
    assert "a.json" in capsys.readouterr().err
    assert load_json(json.dumps(HR).encode(), "x") == HR
