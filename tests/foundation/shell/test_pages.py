"""The frame: gallery, language, theme, brand, errors."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from stadtkern.foundation.shell.tables import safe_cell

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings: Any) -> None:
    settings.DEMO = True


def test_gallery_shows_every_component_in_both_frames(client: Client, mainz: Any, demo: None) -> None:
    public = client.get("/gallery")
    assert public.status_code == 200
    text = public.content.decode()
    assert text.count("<h1") == 1
    assert "Bitte prüfen Sie 2 Angaben" in text
    assert client.get("/gallery?rahmen=arbeit").status_code == 200


def test_gallery_is_hidden_in_production(client: Client, mainz: Any, settings: Any) -> None:
    settings.DEMO = settings.DEBUG = False
    response = client.get("/gallery")
    assert response.status_code == 404
    assert "Das haben wir nicht gefunden" in response.content.decode()


def test_language_and_theme_are_remembered_without_script(client: Client, mainz: Any, demo: None) -> None:
    english = client.get("/gallery?lang=en&thema=dark").content.decode()
    assert '<html lang="en" data-kern-theme="dark">' in english
    assert "Skip to content" in english
    again = client.get("/gallery").content.decode()
    assert '<html lang="en" data-kern-theme="dark">' in again
    client.get("/gallery?thema=auto")
    assert "data-kern-theme" not in client.get("/gallery").content.decode()


def test_policy_forbids_inline_and_foreign_code(client: Client, mainz: Any, demo: None) -> None:
    response = client.get("/gallery")
    policy = response["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "style=" not in response.content.decode()
    assert "<style" not in response.content.decode()


def test_anonymous_visitor_gets_no_cookie(client: Client, mainz: Any, demo: None) -> None:
    assert not client.get("/gallery").cookies


def test_brand_follows_the_municipality(client: Client, mainz: Any) -> None:
    mainz.color_accent = "#004488"
    mainz.save()
    from stadtkern.foundation.organizations.api import forget

    forget()
    assert "--sk-accent:#004488" in client.get("/marke.css").content.decode()
    assert "#004488" in client.get("/marke.svg").content.decode()


def test_hostile_colour_does_not_reach_the_style_sheet(client: Client, mainz: Any) -> None:
    from stadtkern.foundation.organizations.api import forget

    mainz.color_accent = "red}a{"
    mainz.save()
    forget()
    assert "red}" not in client.get("/marke.css").content.decode()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("+49", "'+49"),
        ("-x", "'-x"),
        ("@sum", "'@sum"),
        (-5, "-5"),
        ("Erika", "Erika"),
        (None, ""),
    ],
)
def test_csv_cells_are_never_formulas(value: object, expected: str) -> None:
    assert safe_cell(value) == expected
