"""The address in ``type`` of a problem document answers with a page."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from stadtkern.foundation.shell.problem_types import known

pytestmark = pytest.mark.django_db


def test_type_of_a_problem_document_can_be_opened(client: Client, mainz: Any) -> None:
    problem = client.get("/docs/errors/gibt-es-nicht", headers={"accept": "application/json"})
    assert problem.status_code == 404
    page = client.get(problem.json()["type"])
    assert page.status_code == 200
    assert problem.json()["title"] in page.content.decode()


def test_page_speaks_english(client: Client, mainz: Any) -> None:
    page = client.get("/docs/errors/not-visible?lang=en").content.decode()
    assert "We could not find this." in page
    assert "Alle Fehler" not in page


def test_list_links_every_code(client: Client, mainz: Any) -> None:
    page = client.get("/docs/errors/").content.decode()
    assert len(known()) > 40
    assert all(f'href="/docs/errors/{code}"' in page for code in known())
