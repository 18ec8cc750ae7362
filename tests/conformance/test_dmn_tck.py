"""The DMN Technology Compatibility Kit. Functions in Java (folder 0076) are refused on purpose; nothing else may fail."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from stadtkern.kernel.dmn import load, tck
from tests.shared import shared_data

REFUSED_FOLDERS = {"0076-feel-external-java"}


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the kit's cases."""
    folder = tmp_path_factory.mktemp("tck")
    with zipfile.ZipFile(shared_data("services/dmn/dmn-tck-cases.zip")) as archive:
        archive.extractall(folder)
    return folder


@pytest.fixture(scope="module")
def report(kit: Path) -> tck.Report:
    return tck.run(kit)


def test_the_kit_is_complete(report: tck.Report) -> None:
    assert len(report.cases) == 2_694
    assert report.count(error=True)[1] == 1_251


def test_values_and_errors_are_as_expected(report: tck.Report) -> None:
    failed = {(c.folder, c.test, c.decision, c.detail) for c in report.cases if not c.passed}
    assert {f for f in failed if f[0] not in REFUSED_FOLDERS} == set()
    for error in (False, True):
        passed, total = report.count(error=error)
        assert passed / total >= 0.97


def test_the_static_check_is_quiet_about_decisions_that_work(kit: Path, report: tck.Report) -> None:
    """Flagged are only the cases that mix kinds or ask for a missing part on purpose."""
    works = {
        (c.folder, c.decision)
        for c in report.cases
        if c.passed and not c.is_error and "got null" not in c.detail
    }
    works -= {(c.folder, c.decision) for c in report.cases if c.is_error}
    flagged = {(f.parent.name, p.element) for f in kit.rglob("*.dmn") for p in load(f).check()}
    on_purpose = {"0064-feel-conjunction", "0065-feel-disjunction", "0069-feel-list"}
    assert {entry for entry in flagged & works if entry[0] not in on_purpose} == set()
    assert len(flagged) > 700
