"""The DMN Technology Compatibility Kit. Functions in Java (folder 0076) are refused on purpose; nothing else may fail."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from stadtkern.kernel.dmn import tck
from tests.shared import shared_data

REFUSED_FOLDERS = {"0076-feel-external-java"}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> tck.Report:
    folder = tmp_path_factory.mktemp("tck")
    with zipfile.ZipFile(shared_data("services/dmn/dmn-tck-cases.zip")) as archive:
        archive.extractall(folder)
    return tck.run(Path(folder))


def test_the_kit_is_complete(report: tck.Report) -> None:
    assert len(report.cases) == 2_694
    assert report.count(error=True)[1] == 1_251


def test_values_and_errors_are_as_expected(report: tck.Report) -> None:
    failed = {(c.folder, c.test, c.decision, c.detail) for c in report.cases if not c.passed}
    assert {f for f in failed if f[0] not in REFUSED_FOLDERS} == set()
    for error in (False, True):
        passed, total = report.count(error=error)
        assert passed / total >= 0.97
