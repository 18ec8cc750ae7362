"""Write ``docs/errors.md`` from all expected failures of the code (``--check`` compares).

Every subclass of ``DomainError`` under ``stadtkern`` is one row: its code is part of the public interface (``type`` of a
problem document, RFC 9457), and ``/docs/errors/<code>`` shows this row.
"""

from __future__ import annotations

import ast
import importlib
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "errors.md"
sys.path.insert(0, str(ROOT))

INTRODUCTION = """# Errors

What can go wrong and is expected. Programs get `application/problem+json` (RFC 9457) whose `type` is `/docs/errors/<code>`;
that address shows the row. People get a page with the same sentence. A single case may carry a more exact sentence than
the one listed here. Written by `tools/list_errors.py` from the code; a test compares them.

| code | status | German | English | raised by |
|---|---|---|---|---|
"""

UNEXPECTED = (
    "| `unexpected` | 500 | Das hätte nicht passieren dürfen. Nennen Sie uns die Kennung auf der Seite. "
    "| Unexpected error; `reference` is the number to give to the operator. | `stadtkern.foundation.shell.middleware` |"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One class of failure."""

    code: str
    status: int
    german: str
    english: str
    module: str

    def row(self) -> str:
        """The line of the table; a bar in a sentence would break it."""
        cells = (f"`{self.code}`", str(self.status), self.german, self.english, f"`{self.module}`")
        if any("|" in cell or "\n" in cell for cell in cells):
            raise ValueError(f"{self.code}: a sentence may hold neither a bar nor a line break")
        return f"| {' | '.join(cells)} |"


def failures() -> list[Failure]:
    """All expected failures, by code; two rooms may fail in the same way (one code, one status, else ``ValueError``)."""
    _load_modules()
    from stadtkern.kernel.errors import DomainError

    found: dict[str, Failure] = {}
    for cls in sorted(_with_code(DomainError), key=lambda cls: (cls.code, cls.__module__)):
        twin = found.get(cls.code)
        if twin is not None and twin.status != cls.status:
            raise ValueError(
                f"{cls.code} means {twin.status} in {twin.module} and {cls.status} in {cls.__module__}"
            )
        found[cls.code] = twin or Failure(
            code=cls.code,
            status=cls.status,
            german=" ".join(cls.message.split()),
            english=" ".join(cls.message_en.split()),
            module=cls.__module__,
        )
    return [found[code] for code in sorted(found)]


def _with_code(base: type[Any]) -> Iterator[type[Any]]:
    """Subclasses that bring a code of their own; those that only inherit one are the same failure."""
    for cls in base.__subclasses__():
        if "code" in vars(cls) and cls.__module__.startswith("stadtkern."):
            yield cls
        yield from _with_code(cls)


def _load_modules() -> None:
    """Import every module with a class that has a code; Django is set up if nobody did."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("SECRET_KEY", "only-for-this-list")
    import django
    from django.apps import apps

    if not apps.ready:
        os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="stadtkern-list-"))
        django.setup()
    for path in sorted((ROOT / "stadtkern").rglob("*.py")):
        if "migrations" not in path.parts and _has_code(path):
            name = path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
            importlib.import_module(name.removesuffix(".__init__"))


def _has_code(path: Path) -> bool:
    tree = ast.parse(path.read_text("utf-8"))
    classes = (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
    return any(_assigns_code(statement) for cls in classes for statement in cls.body)


def _assigns_code(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
        targets = [statement.target]
    else:
        return False
    return any(isinstance(target, ast.Name) and target.id == "code" for target in targets)


def document() -> str:
    """The page for people."""
    rows = [failure.row() for failure in failures()]
    return INTRODUCTION + "\n".join(sorted([*rows, UNEXPECTED])) + "\n"


def main(arguments: list[str]) -> int:
    text = document()
    stale = not PAGE.exists() or PAGE.read_text("utf-8") != text
    if stale and "--check" not in arguments:
        PAGE.write_text(text, "utf-8")
    if stale:
        print(PAGE.relative_to(ROOT), file=sys.stderr)
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
