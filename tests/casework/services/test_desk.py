"""Pages of service managers."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from stadtkern.casework.services import actions, queries, shipped, xzufi
from stadtkern.casework.services.content import parse
from stadtkern.casework.services.desk import forms
from stadtkern.casework.services.models import Service
from stadtkern.foundation.access.api import system

pytestmark = pytest.mark.django_db
SLUG = "hundesteuer-anmeldung"
HOME = "/arbeit/leistungen/"


@pytest.fixture
def dog_tax(mainz: Any, now: datetime) -> Service:
    from stadtkern.foundation.organizations.models import Office

    Office.objects.create(slug="finanzen", name="Amt für Finanzen")
    actor = system(mainz.pk)
    service_id = actions.adopt(actor=actor, slug=SLUG, now=now)
    actions.publish(actor=actor, service_id=service_id, version=1, now=now)
    return Service.objects.get(pk=service_id)


def _log_in(client: Client, actor: Any) -> Client:
    from stadtkern.foundation.accounts.models import Account

    account = Account.objects.get(pk=actor.account_id)
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["second_factor"] = True
    session.save()
    return client


@pytest.fixture
def manager(client: Client, make_actor: Any) -> Client:
    return _log_in(client, make_actor("service_manager"))


PAGES = ("", "vorlagen/", "einlesen/", *(f"{SLUG}/{page}" for page in ("", "bearbeiten/", "vorschau/", "vorschau/?sprache=en", "unterschied/", "veroeffentlichen/", "zurueckziehen/", "vorlage/")))  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_pages_open(manager: Client, dog_tax: Service, page: str) -> None:
    response = manager.get(HOME + page)
    assert response.status_code == 200
    assert response.content.decode().count("<h1") == 1


@pytest.mark.parametrize("role", ["caseworker", "auditor", None])
def test_others_do_not_enter(client: Client, make_actor: Any, dog_tax: Service, role: str | None) -> None:
    _log_in(client, make_actor(role))
    for page in ("", f"{SLUG}/", f"{SLUG}/bearbeiten/"):
        assert client.get(HOME + page).status_code in (403, 404)
    assert client.post(f"{HOME}{SLUG}/veroeffentlichen/", {"version": "1"}).status_code in (403, 404)


def test_form_gives_back_what_it_was_given(dog_tax: Service) -> None:
    for slug in shipped.slugs():
        content = shipped.load(slug).content.to_json()
        values = forms.values_of(content)
        back, problems = forms.content_from(
            values, content, situations=content["life_situations"], audience=content["audience"]
        )
        assert problems == []
        assert parse(back) == parse(content)


def _form(**changes: str) -> dict[str, Any]:
    content = shipped.load(SLUG).content.to_json()
    data: dict[str, Any] = {**forms.values_of(content), "base_version": "1", **changes}
    data |= {"life_situations": content["life_situations"], "audience": content["audience"]}
    return data | {"reviewed_on_day": "1", "reviewed_on_month": "10", "reviewed_on_year": "2025"}


def test_manager_edits_and_publishes(manager: Client, dog_tax: Service) -> None:
    response = manager.post(
        f"{HOME}{SLUG}/bearbeiten/", _form(summary_de="Kurz und neu", fees_1_amount="93,50")
    )
    assert response.status_code == 302
    public = queries.content_of(SLUG)
    assert public is not None and public.summary.de != "Kurz und neu"
    page = manager.get(f"{HOME}{SLUG}/veroeffentlichen/").content.decode()
    assert "<ins>" in page and "Kosten" in page
    manager.post(f"{HOME}{SLUG}/veroeffentlichen/", {"version": "2"})
    public = queries.content_of(SLUG)
    assert public is not None and public.summary.de == "Kurz und neu"
    assert public.fees[1].amount_cents == 9350
    assert public.reviewed_on is not None and public.reviewed_on.isoformat() == "2025-10-01"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title_de": ""}, "title_de"),
        ({"fees_1_amount": "zwölf"}, "fees_1_amount"),
        ({"fees_1_amount": "1e999999999"}, "fees_1_amount"),
        ({"leika_key": "123"}, "leika_key"),
        ({"external_url": "javascript:alert(1)"}, "external_url"),
        ({"reviewed_on_month": "13"}, "reviewed_on"),
    ],
)
def test_mistakes_return_to_their_field_and_keep_the_input(
    manager: Client, dog_tax: Service, changes: dict[str, str], field: str
) -> None:
    response = manager.post(f"{HOME}{SLUG}/bearbeiten/", {**_form(summary_de="Bleibt stehen"), **changes})
    text = response.content.decode()
    assert response.status_code == 422
    assert f'href="#{field}"' in text and f'id="{field}"' in text
    assert "Bleibt stehen" in text


def test_stale_edit_keeps_the_input_and_overwrites_nothing(manager: Client, dog_tax: Service) -> None:
    manager.post(f"{HOME}{SLUG}/bearbeiten/", _form(summary_de="Erste"))
    response = manager.post(f"{HOME}{SLUG}/bearbeiten/", _form(summary_de="Zweite"))
    assert response.status_code == 422 and "Zweite" in response.content.decode()
    assert queries.versions(dog_tax.pk)[0].content["summary"]["de"] == "Erste"


def test_withdrawing_needs_a_reason(manager: Client, dog_tax: Service) -> None:
    assert manager.post(f"{HOME}{SLUG}/zurueckziehen/", {"reason": " "}).status_code == 422
    assert manager.post(f"{HOME}{SLUG}/zurueckziehen/", {"reason": "Neue Satzung"}).status_code == 302
    assert queries.find(SLUG) is None


def test_import_and_export(manager: Client, dog_tax: Service) -> None:
    exported = manager.get(f"{HOME}{SLUG}/export.xml")
    assert xzufi.from_xml(exported.content) == [shipped.load(SLUG).content]
    other = xzufi.as_xml([shipped.load("personalausweis").content, shipped.load(SLUG).content])
    response = manager.post(f"{HOME}einlesen/", {"file": SimpleUploadedFile("a.xml", other)})
    text = response.content.decode()
    assert "2 Leistungen eingelesen" in text and "neu als Entwurf" in text and "unverändert" in text
    broken = manager.post(f"{HOME}einlesen/", {"file": SimpleUploadedFile("a.xml", b"<a>")})
    assert broken.status_code == 422


def test_changed_template_is_decided_field_by_field(manager: Client, dog_tax: Service, now: datetime) -> None:
    manager.post(f"{HOME}{SLUG}/bearbeiten/", _form(summary_de="Unser Text"))
    data = shipped.load(SLUG).content.to_json()
    data["summary"]["de"], data["processing_time"]["de"] = "Neue Vorlage", "Fünf Tage"
    actions.receive_upstream(actor=system(dog_tax.tenant_id), slug=SLUG, content=parse(data), now=now)
    assert "Die Vorlage hat sich geändert" in manager.get(f"{HOME}{SLUG}/").content.decode()
    manager.post(f"{HOME}{SLUG}/vorlage/", {"fields": ["processing_time"]})
    newest = queries.versions(dog_tax.pk)[0].content
    assert (newest["summary"]["de"], newest["processing_time"]["de"]) == ("Unser Text", "Fünf Tage")


def test_list_filters_and_sorts(manager: Client, dog_tax: Service) -> None:
    assert (
        "Hund anmelden"
        in manager.get(f"{HOME}?q=hund&stand=published&amt=finanzen&sort=-changed").content.decode()
    )
    assert "Keine Leistung passt" in manager.get(f"{HOME}?q=gibtesnicht").content.decode()
    assert manager.get(f"{HOME}?sort=--x&seite=99&stand=kaputt").status_code == 200


def test_api_lists_and_describes(client: Client, dog_tax: Service) -> None:
    listed = client.get("/api/v1/services").json()
    assert (listed["total"], listed["items"][0]["slug"]) == (1, SLUG)
    one = client.get(f"/api/v1/services/{SLUG}").json()
    assert one["fees"][1] == {
        "label": {
            "de": "Steuer im Jahr, erster Hund (Demo-Wert)",
            "en": "Tax per year, first dog (demo value)",
        },
        "amount_cents": 12000,
        "legal_basis": "Hundesteuersatzung",
    }
    assert client.get("/api/v1/services?limit=0").status_code == 422
    missing = client.get("/api/v1/services/gibt-es-nicht")
    assert missing.status_code == 404 and missing["Content-Type"] == "application/problem+json"
    assert xzufi.from_xml(client.get(f"/api/v1/services/{SLUG}/xzufi").content) == [
        shipped.load(SLUG).content
    ]


def test_api_describes_itself(client: Client, dog_tax: Service) -> None:
    schema = json.loads(client.get("/api/openapi.json").content)
    assert schema["openapi"].startswith("3.1")
    assert "/api/v1/services/{slug}" in schema["paths"]
    docs = client.get("/api/docs").content.decode()
    assert "/api/v1/services" in docs and "cdn" not in docs
