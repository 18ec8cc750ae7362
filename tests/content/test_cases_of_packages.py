"""The test cases that travel with the packages hold, and no package has anything that keeps it from going live."""

from __future__ import annotations

from pathlib import Path

import pytest

import stadtkern.content
from stadtkern.casework.processes.packages.archive import read_folder
from stadtkern.casework.processes.packages.check import check
from stadtkern.casework.processes.packages.check_form import check_form
from stadtkern.casework.processes.packages.model import TESTS
from stadtkern.casework.processes.packages.procedure import read_procedure
from stadtkern.casework.processes.packages.tests import run_tests

CONTENT = Path(stadtkern.content.__file__).parent
FOLDERS = sorted(path.parent for path in CONTENT.glob("*/*/package.json"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_package_may_go_live(folder: Path) -> None:
    report = check(read_folder(folder))
    assert [problem.as_json() for problem in report.problems if problem.severity == "error"] == []
    assert report.slug == folder.name


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_its_test_cases_hold(folder: Path) -> None:
    package = read_folder(folder)
    results = run_tests(package, read_procedure(package), check_form(package)[0].aliases)
    assert 2 <= len(results) == len(package.names(TESTS))
    assert [result.as_text() for result in results if not result.ok] == []
    ends = {result.state for result in results}
    assert len(ends) >= 2, "the cases should not all come to the same end"
