"""The letters read as a person would write them: every placeholder filled, no bare code, no list of times with seconds."""

from __future__ import annotations

import re

import pytest

from stadtkern.casework.forms.model import Field, walk
from stadtkern.casework.processes.rules import fill_text
from tests.content.packages import ONLINE, package

CASE = {
    "antragsteller": "Zoë Çelik-Nowák",
    "aktenzeichen": "2025-000001",
    "leistung": "Leistung",
    "eingangsdatum": "14.10.2025",
    "kommune": "Landeshauptstadt Mainz",
    "amt": "Amt",
    "amt_anschrift": "Musterplatz 1, 55116 Mainz",
    "termin": "20.10.2025, 10:00 Uhr",
}


@pytest.mark.parametrize("slug", ONLINE)
@pytest.mark.parametrize("name", ["sample", "sample-problem"])
def test_letters_and_remedy_are_complete(slug: str, name: str) -> None:
    pack = package(slug)
    facts = {**pack.facts(pack.sample(name)), **CASE}
    for text in (*pack.procedure.texts.letters.values(), pack.procedure.texts.remedy):
        filled, missing = fill_text(text, facts)
        assert missing == []
        assert not re.search(r"\{\{|\d\d:\d\d:\d\d|None|True|False", filled)


@pytest.mark.parametrize("slug", ONLINE)
def test_letters_show_no_code_that_people_cannot_read(slug: str) -> None:
    pack = package(slug)
    selects = {
        path
        for path, position in walk(pack.form.children)
        if isinstance(position.element, Field) and position.element.values
    }
    shown = {
        name
        for text in pack.procedure.texts.letters.values()
        for name in re.findall(r"\{\{(\w+)\}\}", text)
        if pack.ruleset.aliases.get(name) in selects
    }
    assert shown <= {"zone"}, "zone codes are letters that stand on the signs"
