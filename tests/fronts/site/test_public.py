"""The public site with the demo's catalogue."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from lxml import etree

from stadtkern.casework.services import actions, demo, shipped
from stadtkern.casework.services.models import Service
from stadtkern.foundation.access.api import system
from stadtkern.foundation.shell import navigation
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.fronts.site import search
from stadtkern.fronts.site.schema_org import as_script_text
from tests.conftest import make_municipality

pytestmark = pytest.mark.django_db
DOG = "hundesteuer-anmeldung"


FEW = [DOG, "hund-abmelden", "personalausweis", "sperrmuell", "wohnsitz-anmelden"]


@pytest.fixture(scope="module")
def standing_city(standing: None) -> Any:
    """Mainz with five of the services."""
    mainz = make_municipality("mainz", "Mainz", ags="07315000")
    with pytest.MonkeyPatch.context() as patch, tenancy.act_for(mainz.pk):
        patch.setattr(shipped, "slugs", lambda: FEW)
        return _city(mainz)


@pytest.fixture
def city(standing_city: Any, db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The test acts for it."""
    monkeypatch.setattr(shipped, "slugs", lambda: FEW)
    search.forget()
    with tenancy.act_for(standing_city.pk):
        yield standing_city


@pytest.fixture
def whole_city(standing_city: Any, db: None) -> Iterator[Any]:
    """With all the others, too."""
    with tenancy.act_for(standing_city.pk):
        yield _city(standing_city)


def _city(mainz: Any) -> Any:
    from stadtkern.foundation.organizations.models import Office

    for slug in {shipped.load(slug).content.office for slug in shipped.slugs()}:
        Office.objects.get_or_create(
            slug=slug, defaults={"name": f"Amt {slug}", "address": "Platz 1\n55116 Mainz", "phone": "06131 0"}
        )
    search.forget()
    demo.load()
    return mainz


def _text(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


PATHS = (
    "/", "/suche/", "/suche/?q=hund", "/suche/?q=zzzzqqq", "/leistungen/", "/leistungen/?online=1", f"/leistungen/{DOG}/",
    "/lebenslagen/", "/lebenslagen/umzug/", "/aemter/", "/aemter/finanzen/", "/aktuelles/", "/impressum/",
    "/datenschutz/", "/barrierefreiheit/", "/hilfe/", "/hilfe/1-buergerinnen-und-buerger/",
)  # fmt: skip


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("path", PATHS)
def test_pages_have_one_headline_and_no_inline_style(
    client: Client, city: Any, path: str, language: str
) -> None:
    text = _text(client, f"{path}{'&' if '?' in path else '?'}lang={language}")
    assert len(re.findall(r"<h1[ >]", text)) == 1
    assert "style=" not in text and "onclick" not in text
    assert f'<html lang="{language}"' in text
    assert not re.findall(r"<(?:script|link|img)[^>]+(?:src|href)=\"https?://", text)


def test_demo_offers_at_least_25_services(client: Client, whole_city: Any) -> None:
    assert Service.objects.filter(state="published").count() >= 25
    text = _text(client, "/leistungen/")
    assert "Hund anmelden (Hundesteuer)" in text


@pytest.mark.parametrize("question", ["Hund neu", "Hundestuer", "welpe gekauft", "HUNDESTEUER"])
def test_resident_finds_dog_tax(client: Client, city: Any, question: str) -> None:
    text = _text(client, f"/suche/?q={question}")
    first = re.search(r'<li><a href="(/leistungen/[^"]+)">', text)
    assert first is not None and first.group(1) == f"/leistungen/{DOG}/"


def test_no_result_page_helps(client: Client, city: Any) -> None:
    text = _text(client, "/suche/?q=zzzzqqq")
    assert "nichts gefunden" in text and "115" in text


def test_query_is_escaped(client: Client, city: Any) -> None:
    assert "<script>alert" not in _text(client, "/suche/?q=<script>alert(1)</script>")


def test_type_ahead(client: Client, city: Any) -> None:
    rows = client.get("/suche/vorschlaege?q=hund an").json()["results"]
    assert rows[0] == {"title": "Hund anmelden (Hundesteuer)", "url": f"/leistungen/{DOG}/"}
    assert client.get("/suche/vorschlaege?q=h").json() == {"results": []}


def test_service_page_says_everything(client: Client, city: Any) -> None:
    text = _text(client, f"/leistungen/{DOG}/")
    for part in (
        "120,00",
        "Hundesteuersatzung",
        "§ 5 KAG RLP",
        "zwei Wochen",
        f'href="/antrag/{DOG}/"',
        "Amt finanzen",
    ):
        assert part in text, part
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.S).group(1))  # type: ignore[union-attr]
    assert data["@type"] == "GovernmentService"
    assert data["offers"][1]["price"] == "120.00"


def test_linked_data_cannot_leave_its_element() -> None:
    assert "</script>" not in as_script_text({"name": "</script><script>alert(1)"})


def test_withdrawn_service_is_gone_from_pages_and_search(client: Client, city: Any, now: datetime) -> None:
    assert client.get(f"/leistungen/{DOG}/").status_code == 200
    _text(client, "/suche/?q=Hundesteuer")
    service = Service.objects.get(slug=DOG)
    actions.unpublish(actor=system(service.tenant_id), service_id=service.pk, now=now, reason="Test")
    assert client.get(f"/leistungen/{DOG}/").status_code == 404
    assert f"/leistungen/{DOG}/" not in _text(client, "/suche/?q=Hundesteuer")


def test_other_process_notices_a_publication(client: Client, city: Any) -> None:
    """Another process publishes: the event does not arrive here, the version in the database does."""
    from stadtkern.casework.services.models import CatalogState

    before = search.index("de")
    assert search.index("de") is before
    CatalogState.objects.update(version=999)
    assert search.index("de") is not before


def test_sitemap_is_xml_and_complete(client: Client, city: Any) -> None:
    root = etree.fromstring(client.get("/sitemap.xml").content)
    assert any(f"/leistungen/{DOG}/" in node.text for node in root.iter("{*}loc"))
    assert "Disallow: /" in client.get("/robots.txt").content.decode()


def test_english_service_page(client: Client, city: Any) -> None:
    text = _text(client, f"/leistungen/{DOG}/?lang=en")
    assert "Register a dog (dog tax)" in text and "Apply online" in text and "€120.00" in text


def test_services_list_needs_few_queries(
    client: Client, city: Any, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(8):
        client.get("/leistungen/")


def test_home_needs_few_queries(client: Client, city: Any, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(10):
        client.get("/")


def test_registered_links_of_the_site_lead_somewhere() -> None:
    from django.urls import reverse

    for entry in navigation.registered():
        if entry.url_name.startswith("site:"):
            assert reverse(entry.url_name)


def test_handbook_is_rendered_without_raw_html() -> None:
    from stadtkern.foundation.shell.api import render_markdown

    html = render_markdown("# A\n\n<script>x</script> [b](javascript:alert(1)) [c](/hilfe/)")
    assert "<script>" not in html
    assert 'href="javascript' not in html
    assert 'href="/hilfe/"' in html
