"""The work list, the screen of a case and its steps speak English; German words of our own do not remain."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
GERMAN = re.compile(
    r"\b(Vorgang|Vorgänge|Frist|nachfordern|Zuweisen|Entscheiden|Bescheid|Prüfungen|Abbrechen)\b"
)


@pytest.fixture
def desk(client: Client, make_actor: Any, team: Any) -> Client:
    from stadtkern.foundation.accounts.models import Account

    actor = make_actor("caseworker", team=team("finanzen"))
    client.force_login(
        Account.objects.get(pk=actor.account_id), backend="django.contrib.auth.backends.ModelBackend"
    )
    session = client.session
    session["second_factor"] = True
    session.save()
    client.cookies["sprache"] = "en"
    return client


def _own_words(page: str) -> str:
    """The page without what the service and its templates say in German (answers, letters, process)."""
    main = page[page.index("<main") : page.index("</main>")]
    return re.sub(
        r"<textarea.*?</textarea>|<dl.*?</dl>|<select.*?</select>|<option.*?</option>", "", main, flags=re.S
    )


def test_pages_of_a_case_are_english(desk: Client, apply: Any, make_actor: Any, now: datetime) -> None:
    case = apply("hundesteuer-anmeldung", actor=make_actor(), now=now)
    home = f"/arbeit/vorgang/{case.pk}/"
    words = {
        "/arbeit/": "Filter cases",
        home: "Ask a colleague",
        f"{home}schritt/nachfordern/": "What is still missing?",
        f"{home}entscheiden/": "Text of the decision",
        f"{home}druck/": "History",
    }
    for path, text in words.items():
        response = desk.get(path)
        page = response.content.decode()
        assert response.status_code == 200 and text in page, path
        found = GERMAN.search(re.sub(r"<[^>]+>", " ", _own_words(page)))
        assert found is None, (path, found)
