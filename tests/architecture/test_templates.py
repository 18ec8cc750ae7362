"""Every template is rendered, included, extended or asked for by a library: none lies about unused."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "stadtkern"

# Asked for by a library's own name for it, nowhere in our code.
LIBRARIES = ("account/", "mfa/", "socialaccount/", "usersessions/", "allauth/", "django/forms/", "idp/")
BY_CONVENTION = {"400.html", "403.html", "404.html", "500.html"}


def templates() -> dict[str, Path]:
    """Name (as in ``render``) and file of every template."""
    folders = [ROOT / "templates", *PACKAGE.rglob("templates")]
    return {
        path.relative_to(folder).as_posix(): path
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file() and path.suffix in (".html", ".txt", ".xml", ".svg", ".css")
    }


def sources() -> str:
    """All code and all templates in which a name can stand."""
    files = [*PACKAGE.rglob("*.py"), *(ROOT / "config").rglob("*.py"), *templates().values()]
    return "\n".join(path.read_text("utf-8") for path in files)


def is_used(name: str, text: str) -> bool:
    """By its whole name, as a component (``components/name.html`` by its tag), or by a name put together at run time."""
    if name in BY_CONVENTION or f'"{name}"' in text or f"'{name}'" in text:
        return True
    folder, _, last = name.rpartition("/")
    made = re.compile(rf"[\"']{re.escape(folder)}/(?:\{{|%|\"|')|[\"']{re.escape(folder)}/[\"']")
    stem = last.partition(".")[0]
    return bool(made.search(text)) and bool(re.search(rf"[\"'/]{re.escape(stem)}\b", text))


def unused(names: set[str], text: str) -> list[str]:
    """Templates that nothing names."""
    return sorted(name for name in names if not name.startswith(LIBRARIES) and not is_used(name, text))


def test_every_template_is_used() -> None:
    assert not unused(set(templates()), sources())


def test_a_template_that_nobody_names_is_found() -> None:
    found = unused({"cases/public/never_rendered_by_anyone.html", *templates()}, sources())
    assert "cases/public/never_rendered_by_anyone.html" in found
