"""The build tools: purge of the style sheet, message catalogues."""

from __future__ import annotations

import gettext
import io
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tools"))

import messages  # noqa: E402
import purge_css  # noqa: E402


def test_purge_keeps_what_is_used_and_drops_the_rest() -> None:
    css = (
        '@charset "UTF-8";/* note { */ body{margin:0}.kern-btn,.kern-dialog{color:red}'
        '@media (min-width:1px){.kern-px-lg{padding:1px}.kern-btn--primary:not(.kern-dialog){content:"}"}}'
        ".kern-px-sm{padding:0}"
    )
    kept = purge_css.purge(css, {"kern-btn", "kern-btn--"})
    assert "body{margin:0}" in kept
    assert ".kern-btn{color:red}" in kept
    assert '.kern-btn--primary:not(.kern-dialog){content:"}"}' in kept
    assert "kern-px" not in kept


def test_catalogue_survives_a_round_trip_and_compiles(tmp_path: Path) -> None:
    catalog: messages.Catalog = {
        ('Straße "eins"\nzwei', ""): ['Street "one"\ntwo'],
        ("%(n)s Antrag", "%(n)s Anträge"): ["%(n)s application", "%(n)s applications"],
        ("unübersetzt", ""): [""],
    }
    messages.save(tmp_path / "django.po", catalog)
    assert messages.load(tmp_path / "django.po") == catalog
    compiled = gettext.GNUTranslations(io.BytesIO(messages.binary(catalog)))
    assert compiled.gettext('Straße "eins"\nzwei') == 'Street "one"\ntwo'
    assert compiled.ngettext("%(n)s Antrag", "%(n)s Anträge", 2) == "%(n)s applications"
    assert compiled.gettext("unübersetzt") == "unübersetzt"


def test_extracts_from_templates_and_python(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        '{% load i18n %}{% translate "Eins" %}{% kern_input label=_("Zwei") %}'
        "{% blocktranslate count n=n %}Ein Hund{% plural %}{{ n }} Hunde{% endblocktranslate %}"
    )
    assert list(messages.extract(page)) == [("Eins", ""), ("Zwei", ""), ("Ein Hund", "%(n)s Hunde")]
    module = tmp_path / "m.py"
    module.write_text('x = _("Drei")\ny = ngettext("a", "b", 3)\nz = other("Vier")')
    assert sorted(messages.extract(module)) == [("Drei", ""), ("a", "b")]


def test_shell_and_shared_templates_are_translated() -> None:
    own = {ROOT / messages.CATALOG, ROOT / "stadtkern/foundation/shell" / messages.CATALOG}
    assert [text for path, text in messages.missing() if path in own] == []


@pytest.mark.parametrize("name", ["app.css", "shell.js", "desk.js", "upload.js", "htmx.js"])
def test_front_end_is_built(name: str) -> None:
    assert (ROOT / "static" / "build" / name).stat().st_size > 500
