"""The whole way on the pages: new draft, edit a text and an element, hand over, publish by a second person, apply."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from stadtkern.casework.designer.models import ProcedureDraft
from tests.casework.designer.conftest import log_in

pytestmark = pytest.mark.django_db
HOME = "/arbeit/werkstatt/"
DOG = "hundesteuer-anmeldung"


def begin(client: Client, **data: str) -> ProcedureDraft:
    response = client.post(f"{HOME}neu/", {"origin": "service", "service": DOG, **data})
    assert response.status_code == 302, re.findall(r"sk-errors.*", response.content.decode())
    return ProcedureDraft.objects.get(pk=response["Location"].rstrip("/").rpartition("/")[2])


def test_from_draft_to_an_application_on_it(
    city: Any, apply: Any, make_actor: Any, author: Any, second: Any, now: datetime
) -> None:
    early = apply(DOG, actor=make_actor(), now=now)
    client, other = log_in(author), log_in(second)
    row = begin(client)
    address = f"{HOME}{row.pk}/"
    assert "Ausführbar" in client.get(address).content.decode()

    # a text
    page = f"{address}texte/staende/"
    sent = fields(client, page)
    index = next(
        name.split("-")[0] for name, value in sent.items() if name.endswith("-key") and value == "in_review"
    )
    sent[f"{index}-label_de"] = "Wird sorgfältig geprüft"
    assert client.post(page, sent).status_code == 302

    # an element
    page = f"{address}ablauf/element/pruefen/"
    sent = fields(client, page) | {"due_amount": "15", "due_legal": "§ 75 VwGO"}
    assert client.post(page, sent).status_code == 302
    assert "15 Arbeitstage" in client.get(f"{address}ablauf/").content.decode()

    # hand over; the author cannot publish
    sent = fields(client, f"{address}uebergeben/")
    assert client.post(f"{address}uebergeben/", sent).status_code == 302
    row.refresh_from_db()
    assert row.state == "submitted"
    refused = client.post(
        f"{address}veroeffentlichen/", {"decision": "publish", "revision": str(row.revision)}
    )
    assert refused.status_code == 422 and "nicht mitgearbeitet" in refused.content.decode()

    # the second person sees what changes, and publishes
    shown = other.get(f"{address}veroeffentlichen/").content.decode()
    assert "Antrag prüfen" in shown and "+ " in shown and "Wird sorgfältig geprüft" in shown
    sent = fields(other, f"{address}veroeffentlichen/") | {"decision": "publish"}
    assert other.post(f"{address}veroeffentlichen/", sent).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.published_version) == ("published", 2)

    # new applications run on it, running ones stay
    from stadtkern.casework.processes import api as processes

    late = apply(DOG, actor=make_actor(), now=now, key="late")
    assert late.process_version_id != early.process_version_id
    new = processes.procedure(late.process_version_id)
    assert new.texts.states["in_review"].label.de == "Wird sorgfältig geprüft"
    old = processes.procedure(early.process_version_id)
    assert [each.process.nodes["pruefen"].settings["legal_basis"] for each in (old, new)][1] == "§ 75 VwGO"
    assert old.process.nodes["pruefen"].settings["legal_basis"] != "§ 75 VwGO"
    assert old.texts.states["in_review"].label.de == "In Prüfung"


def fields(client: Client, page: str) -> dict[str, Any]:
    """What a browser would send back from the last form of a page, unchanged."""
    from html.parser import HTMLParser

    class Reader(HTMLParser):
        found: dict[str, Any]
        area, select = "", ""

        def __init__(self) -> None:
            super().__init__()
            self.found = {}

        def add(self, name: str, value: str) -> None:
            if name in self.found:
                before = self.found[name]
                self.found[name] = [*before, value] if isinstance(before, list) else [before, value]
            else:
                self.found[name] = value

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            given = {key: value or "" for key, value in attrs}
            name = given.get("name", "")
            if tag == "form":
                self.found = {}
            elif (
                tag == "input"
                and name
                and not (given.get("type") in ("checkbox", "radio") and "checked" not in given)
            ):
                self.add(name, given.get("value", ""))
            elif tag == "textarea":
                self.area = name
                self.found[name] = ""
            elif tag == "select":
                self.select = name
            elif tag == "option" and self.select and ("selected" in given or self.select not in self.found):
                self.found[self.select] = given.get("value", "")

        def handle_endtag(self, tag: str) -> None:
            if tag == "textarea":
                self.area = ""
            elif tag == "select":
                self.select = ""

        def handle_data(self, data: str) -> None:
            if self.area:
                self.found[self.area] += data

    reader = Reader()
    response = client.get(page)
    assert response.status_code == 200, response.content.decode()
    reader.feed(response.content.decode().partition("<main")[2].partition("</main>")[0])
    return reader.found
