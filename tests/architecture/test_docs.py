"""What the documents say exists: paths, Makefile targets, commands, error codes, pages of the handbook."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from stadtkern.runtime.cli import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import list_errors  # noqa: E402

DOCUMENTS = sorted(
    [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("docs/**/*.md"), *ROOT.glob("deploy/*.md")]
)
TOP = "benchmarks|config|deploy|docs|locale|static|stadtkern|templates|tests|tools"
NAMED_PATH = re.compile(rf"`((?:{TOP})/[\w./-]*)`")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
TARGET = re.compile(r"`make ([a-z]+)\b")


def named_paths(text: str) -> set[str]:
    return {match.rstrip("/.") for match in NAMED_PATH.findall(text)}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_path_that_a_document_names_exists(document: Path) -> None:
    text = document.read_text("utf-8")
    missing = {name for name in named_paths(text) if not (ROOT / name).exists()}
    assert not missing, f"{document.name} names what is not there"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_to_a_file_leads_somewhere(document: Path) -> None:
    targets = LINK.findall(document.read_text("utf-8"))
    local = [target for target in targets if "://" not in target and not target.startswith(("/", "mailto:"))]
    broken = [target for target in local if not (document.parent / target).exists()]
    assert not broken


def test_every_make_target_that_a_document_names_exists() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    named = {name for document in DOCUMENTS for name in TARGET.findall(document.read_text("utf-8"))}
    assert {"demo", "test"} <= named <= targets


def test_every_command_is_described() -> None:
    text = (ROOT / "docs" / "commands.md").read_text("utf-8")
    described = set(re.findall(r"^## `stadtkern ([a-z]+)", text, re.MULTILINE))
    assert described == set(COMMANDS)


def test_errors_are_up_to_date() -> None:
    assert list_errors.PAGE.read_text("utf-8") == list_errors.document(), "run tools/list_errors.py"


def test_handbook_pages_can_be_shown() -> None:
    """The site shows pages whose name is a slug and whose first line is a title."""
    for page in (ROOT / "docs" / "handbuch").glob("*.md"):
        assert re.fullmatch(r"[0-9]+-[a-z0-9-]+", page.stem)
        lines = page.read_text("utf-8").splitlines()
        assert lines[0].startswith("# ")
        assert len(lines) <= 150
        assert "Wenn etwas nicht klappt" in page.read_text("utf-8") or page.stem.startswith("1-")


def test_decisions_are_short_and_numbered_once() -> None:
    pages = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
    index = (ROOT / "docs" / "adr" / "README.md").read_text("utf-8")
    numbers = [page.name.split("-")[0] for page in pages]
    assert len(numbers) == len(set(numbers))
    for page in pages:
        text = page.read_text("utf-8")
        assert f"({page.name})" in index, f"{page.name} is missing in docs/adr/README.md"
        assert len(text.splitlines()) <= 40, page.name
        assert all(word in text for word in ("Context", "Decision", "Consequences", "Rejected")), page.name
