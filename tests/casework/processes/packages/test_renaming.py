"""A field is called otherwise: everything that means it follows, nothing that only looks like it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import stadtkern.content
from stadtkern.casework.processes.packages.archive import read_folder
from stadtkern.casework.processes.packages.check import check
from stadtkern.casework.processes.packages.model import Package, make_package
from stadtkern.casework.processes.packages.renaming import NameInUse, Renaming, rename_alias
from stadtkern.kernel.feel.renaming import NameHidden, renamed

DOG = Path(next(iter(stadtkern.content.__path__))) / "services" / "hundesteuer-anmeldung"
OLD, NEW = "gefaehrlich", "gilt_als_gefaehrlich"
CONDITION = "four_eyes = false"


def texts_of(package: Package) -> dict[str, str]:
    return {name: package.text(name) for name in package.files}


def in_the_drawing(text: str) -> dict[str, str]:
    """The dog tax with an expression on its way."""
    files = texts_of(read_folder(DOG))
    assert f">{CONDITION}<" in files["process.bpmn"]
    escaped = text.replace("<", "&lt;")
    files["process.bpmn"] = files["process.bpmn"].replace(f">{CONDITION}<", f">{escaped}<")
    return files


def followed(files: dict[str, str], new: str = NEW) -> tuple[Package, Renaming]:
    """The package under the new name, the form's own part done as the editor does it."""
    found = rename_alias(files, OLD, new)
    rules = json.loads(files["rules.json"])
    rules["aliases"] = {new if name == OLD else name: path for name, path in rules["aliases"].items()}
    for part in ("conditions", "validations", "calculations"):
        for rule in rules[part]:
            key = {"conditions": "visible_if", "validations": "valid_if", "calculations": "value"}[part]
            rule[key] = renamed(rule[key], OLD, new)
    whole = {**files, **found.files, "rules.json": json.dumps(rules)}
    return make_package({name: text.encode() for name, text in whole.items()}), found


def test_process_decisions_letters_and_test_cases_follow_and_the_package_still_holds() -> None:
    files = in_the_drawing(f'four_eyes = false and count({OLD}[item = true]) < 99 and "{OLD}" != ""')
    package, found = followed(files)
    report = check(package)
    assert report.ok and report.tests == (3, 3), [row.message for row in report.problems]
    assert f'count({NEW}[item = true]) &lt; 99 and "{OLD}" != ""' in package.text("process.bpmn")
    rules = package.text("decisions/verfahren.dmn")
    assert f"count({NEW}[item = true])" in rules and 'name="gefaehrliche_hunde"' in rules
    assert "parameter.steuer_gefaehrlicher_hund_cents" in rules
    assert found.left == []
    places = {(row.path, row.element) for row in found.followed}
    assert ("decisions/verfahren.dmn", "gefaehrliche_hunde") in places and (
        "tests/standard.json",
        "",
    ) not in places
    assert set(found.files) == {"process.bpmn", "decisions/verfahren.dmn", "tests/problem.json", "tests/ruecknahme.json", "tests/standard.json"}  # fmt: skip
    assert OLD not in package.json("tests/standard.json")["input"]


def test_letters_and_messages_follow_with_their_paths() -> None:
    files = texts_of(read_folder(DOG))
    texts = json.loads(files["texts.json"])
    texts["decision"]["letters"]["grant"]["de"] = (
        "Hund: {{gefaehrlich}}, {{ gefaehrlich.eins }}, {{gefaehrliche_hunde}}"
    )
    found = rename_alias({**files, "texts.json": json.dumps(texts)}, OLD, NEW)
    said = json.loads(found.files["texts.json"])["decision"]["letters"]["grant"]["de"]
    assert said == "Hund: {{gilt_als_gefaehrlich}}, {{gilt_als_gefaehrlich.eins}}, {{gefaehrliche_hunde}}"
    assert ("decision.letters.grant.de", 2) in {(row.element, row.count) for row in found.followed}


def test_what_the_expression_calls_so_itself_stays() -> None:
    text = f"some {OLD} in hunde satisfies {OLD} > 1"
    assert renamed(text, OLD, NEW) == text
    assert renamed(f"{{a: {OLD}, {OLD}: 2, b: {OLD}}}", OLD, NEW) == f"{{a: {NEW}, {OLD}: 2, b: {OLD}}}"
    assert renamed(f"x.{OLD} + {OLD} + {OLD}e", OLD, NEW) == f"x.{OLD} + {NEW} + {OLD}e"
    with pytest.raises(NameHidden):
        renamed(f"for neu in [1] return neu + {OLD}", OLD, "neu")


def test_a_name_the_process_sets_itself_is_left_and_told() -> None:
    files = in_the_drawing(f"four_eyes = false and {OLD}[1] = true")
    process = files["process.bpmn"]
    assert 'value="true"' in process
    name = (
        process.partition('stadtkern:output name="')[2].partition('"')[0]
        or process.partition('stadtkern:assign name="')[2].partition('"')[0]
    )
    files["process.bpmn"] = process.replace(f'name="{name}" value="true"', f'name="{OLD}" value="true"', 1)
    found = rename_alias(files, OLD, NEW)
    assert "process.bpmn" not in found.files and "decisions/verfahren.dmn" not in found.files
    assert {path for path, _element in found.left} == {"process.bpmn", "decisions/verfahren.dmn"}


@pytest.mark.parametrize(
    ("new", "path"), [("steuer", "decisions/verfahren.dmn"), ("four_eyes", "process.bpmn")]
)
def test_a_name_that_means_something_already_is_refused(new: str, path: str) -> None:
    with pytest.raises(NameInUse) as refused:
        rename_alias(texts_of(read_folder(DOG)), OLD, new)
    assert refused.value.path == path


def test_what_cannot_be_read_is_left_and_told() -> None:
    files = in_the_drawing(f"{OLD} = = 1")
    assert ("process.bpmn") in {path for path, _element in rename_alias(files, OLD, NEW).left}
    assert rename_alias(
        {**files, "process.bpmn": "<kaputt", "decisions/x.dmn": "<auch"}, OLD, NEW
    ).files.keys() >= {"tests/standard.json"}
