"""The administration's pages: what an administrator does, and who may not."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from stadtkern.foundation.access.models import Absence, RoleAssignment
from stadtkern.foundation.accounts.models import Account, SignOnProvider
from stadtkern.foundation.accounts.session import ASSURANCE, SECOND_FACTOR
from stadtkern.foundation.audit import api as audit
from stadtkern.foundation.organizations.models import Municipality, Office, Team
from stadtkern.foundation.places import api as places

pytestmark = pytest.mark.django_db


def staff_client(account_id: Any, *, second_factor: bool = True) -> Client:
    client = Client()
    client.force_login(
        Account.objects.get(pk=account_id), backend="django.contrib.auth.backends.ModelBackend"
    )
    session = client.session
    session[SECOND_FACTOR], session[ASSURANCE] = second_factor, 1
    session.save()
    return client


@pytest.fixture
def admin(mainz: Any, make_actor: Any) -> Client:
    actor = make_actor("administrator", name="Ada Admin")
    Account.objects.filter(pk=actor.account_id).update(home=mainz)
    client = staff_client(actor.account_id)
    client.actor = actor  # type: ignore[attr-defined]
    return client


PAGES = [
    "administration:overview",
    "administration:municipalities",
    "administration:offices",
    "administration:office-create",
    "administration:places",
    "staff:list",
    "staff:create",
    "staff:import",
    "staff:export",
    "staff:absences",
    "sign_on:list",
    "sign_on:create",
]


@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_for_an_administrator(admin: Client, office: Any, name: str) -> None:
    assert admin.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", [page for page in PAGES if page != "staff:absences"])
def test_no_page_opens_for_a_caseworker_a_resident_or_without_second_factor(
    make_actor: Any, office: Any, name: str
) -> None:
    assert staff_client(make_actor("caseworker").account_id).get(reverse(name)).status_code == 403
    assert staff_client(make_actor().account_id).get(reverse(name)).status_code == 404
    half = staff_client(make_actor("administrator").account_id, second_factor=False).get(reverse(name))
    assert half["Location"].startswith("/accounts/zweiter-faktor/")
    assert Client().get(reverse(name))["Location"].startswith("/accounts/login/")


MUNICIPALITY = {
    "name": "Mainz",
    "state": "DE-RP",
    "ags": "07315000",
    "color_primary": "#16233b",
    "color_accent": "#8c1d2c",
    "sender_email": "stadt@mainz.example",
    "address": "Platz 1",
    "domains": "mainz.localhost\nservice.mainz.example",
}


def test_colours_without_contrast_are_refused_beside_the_field(admin: Client, mainz: Any) -> None:
    url = reverse("administration:municipality", args=[mainz.pk])
    response = admin.post(url, {**MUNICIPALITY, "color_primary": "#ffee88"})
    assert response.status_code == 422
    assert "Kontrast 1,2" in response.content.decode() and "#ffee88" in response.content.decode()
    mainz.refresh_from_db()
    assert mainz.color_primary != "#ffee88"


def test_a_change_is_stored_and_written_to_the_log(admin: Client, mainz: Any) -> None:
    Municipality.objects.filter(pk=mainz.pk).update(operator=True)
    url = reverse("administration:municipality", args=[mainz.pk])
    assert admin.post(url, {**MUNICIPALITY, "phone": "06131 1"}).status_code == 302
    mainz.refresh_from_db()
    assert mainz.phone == "06131 1" and "service.mainz.example" in mainz.domains
    entry = audit.entries_for("municipality", mainz.pk)[0]
    assert entry.action == "organizations.update_municipality"


def test_only_the_operator_changes_addresses_in_the_net(admin: Client, mainz: Any) -> None:
    url = reverse("administration:municipality", args=[mainz.pk])
    admin.post(url, MUNICIPALITY)
    mainz.refresh_from_db()
    assert "service.mainz.example" not in mainz.domains


def test_another_municipality_does_not_exist_for_an_administrator(admin: Client, bodenheim: Any) -> None:
    assert admin.get(reverse("administration:municipality", args=[bodenheim.pk])).status_code == 404
    assert admin.get(reverse("administration:municipality-create")).status_code == 403


def test_the_operator_founds_a_municipality_with_its_administrator(admin: Client, mainz: Any) -> None:
    Municipality.objects.filter(pk=mainz.pk).update(operator=True)
    data = {**MUNICIPALITY, "name": "Neustadt", "slug": "neustadt", "domains": "neustadt.localhost"}
    data |= {"admin_login": "neu.admin", "admin_email": "neu@example.org", "ags": "07316000"}
    response = admin.post(reverse("administration:municipality-create"), data)
    assert response.status_code == 200, response.content.decode()[-3000:]
    assert "/accounts/password/reset/key/" in response.content.decode()
    account = Account.objects.get(username="neu.admin")
    assert account.home and account.home.slug == "neustadt" and not account.home.operator


def test_offices_and_teams_are_made_changed_and_never_in_a_circle(admin: Client, office: Any) -> None:
    admin.post(
        reverse("administration:office-create"),
        {"name": "Grünflächenamt", "parent": str(office.pk), "active": "on"},
    )
    green = Office.objects.get(slug="gruenflaechenamt")
    assert green.parent_id == office.pk
    response = admin.post(
        reverse("administration:office", args=[office.pk]),
        {"name": office.name, "parent": str(green.pk), "active": "on"},
    )
    assert response.status_code == 422 and "unter sich selbst" in response.content.decode()
    admin.post(reverse("administration:team-create", args=[green.pk]), {"name": "Baumschutz", "active": "on"})
    assert Team.objects.get(office=green).slug == "gruenflaechenamt-baumschutz"
    assert "Baumschutz" in admin.get(reverse("administration:offices")).content.decode()


def test_a_person_is_made_with_a_role_and_gets_a_link(admin: Client, office: Any) -> None:
    team = Team.objects.get()
    data = {"login": "c.neu", "name": "Carla Neu", "email": "c.neu@example.org", "role": "caseworker"}
    data |= {"place": f"team:{team.pk}", "valid_from_on": "2025-01-01"}
    response = admin.post(reverse("staff:create"), data)
    assert response.status_code == 302, response.content.decode()[-2000:]
    role = RoleAssignment.objects.get(account__username="c.neu")
    assert (role.office_id, role.team_id) == (office.pk, team.pk)
    link = admin.post(response["Location"]).content.decode()
    assert "/accounts/password/reset/key/" in link
    page = admin.get(reverse("staff:list") + "?q=carla&rolle=caseworker").content.decode()
    assert "Carla Neu" in page
    path = "/accounts/password/reset/key/" + link.split("/accounts/password/reset/key/")[1].split("<")[0]
    visitor = Client()
    form = visitor.get(path, follow=True)
    done = visitor.post(
        form.redirect_chain[-1][0], {"password1": "ganz-neues-wort-7", "password2": "ganz-neues-wort-7"}
    )
    assert done.status_code == 302
    assert Account.objects.get(username="c.neu").check_password("ganz-neues-wort-7")


CSV = (
    "login;name;email;role;office;team\nx.eins;Xaver Eins;x1@example.org;caseworker;steuern;hundesteuer\n"
    "x.zwei;Xenia Zwei;keine-adresse;caseworker;;\nx.drei;Xara Drei;;koenigin;;\nx.eins;Doppelt;;caseworker;;\n"
    "x.vier;Xena Vier;;Teamleitung;Amt für Finanzen;\n"
)


def test_a_list_is_previewed_and_wrong_rows_are_reported(admin: Client, office: Any) -> None:
    file = SimpleUploadedFile("liste.csv", CSV.encode())
    page = admin.post(reverse("staff:import"), {"file": file}).content.decode()
    assert "2 Konten können angelegt werden" in page and "3 Zeilen werden ausgelassen" in page
    assert "Zeile 3" in page and "keine-adresse" in page and "koenigin" in page
    assert not Account.objects.filter(username="x.eins").exists()
    admin.post(reverse("staff:import"), {"text": CSV, "confirm": "1"})
    assert set(Account.objects.filter(username__startswith="x.").values_list("username", flat=True)) == {
        "x.eins",
        "x.vier",
    }


def test_the_last_administrator_keeps_the_role_and_nobody_blocks_herself(admin: Client) -> None:
    row = RoleAssignment.objects.get(role="administrator")
    page = admin.post(reverse("staff:role-end", args=[row.account_id, row.pk]), follow=True).content.decode()
    assert "letzte Person" in page
    page = admin.post(
        reverse("staff:confirm", args=[row.account_id, "sperren"]), follow=True
    ).content.decode()
    assert "eigene Konto" in page
    row.refresh_from_db()
    assert row.valid_to_on is None and row.account.is_active


def test_absence_gives_the_deputy_the_work(admin: Client, make_actor: Any, office: Any) -> None:
    away, deputy = make_actor("caseworker", name="Anna Weg"), make_actor("caseworker", name="Dora Da")
    data = {
        "account": str(away.account_id),
        "deputy": str(deputy.account_id),
        "from_on": "2025-10-13",
        "to_on": "2025-10-20",
    }
    assert admin.post(reverse("staff:absences"), data).status_code == 302
    assert Absence.objects.get().deputy_id == deputy.account_id
    stranger = staff_client(deputy.account_id).post(
        reverse("staff:absences"), {**data, "deputy": str(away.account_id)}
    )
    assert stranger.status_code == 422


def test_a_sign_on_service_appears_on_the_login_page_with_its_secret_sealed(
    admin: Client, mainz: Any
) -> None:
    data = {
        "name": "BundID",
        "key": "bundid",
        "audience": "resident",
        "server_url": "https://id.example/realms/x",
    }
    data |= {"client_id": "stadt", "client_secret": "sehr-geheim", "scopes": "openid profile", "active": "on"}
    assert admin.post(reverse("sign_on:create"), data).status_code == 302
    row = SignOnProvider.objects.get()
    assert "sehr-geheim" not in row.client_secret_sealed
    response = Client().get("/accounts/login/")
    assert "Mit BundID anmelden" in response.content.decode()
    assert "https://id.example" in response["Content-Security-Policy"]
    assert "mainz.bundid" in admin.get(reverse("sign_on:edit", args=[row.pk])).content.decode()


def test_streets_are_loaded_and_wrong_lines_reported(admin: Client) -> None:
    text = "Straße;Hausnummern;PLZ;Ortsbezirk\nAm Markt;1 2 3a;55116;Altstadt\nFalsch;x!;55116;Altstadt\nOhne PLZ;4;12;\n"
    file = SimpleUploadedFile("strassen.csv", text.encode("cp1252"))
    page = admin.post(reverse("administration:places"), {"files": file}).content.decode()
    assert "2 Zeilen wurden ausgelassen" in page
    assert places.address_exists("am markt", "3a") and not places.address_exists("Falsch", "1")


def test_a_logo_that_is_no_image_is_refused(admin: Client, mainz: Any) -> None:
    file = SimpleUploadedFile("logo.png", b"<script>alert(1)</script>", content_type="image/png")
    admin.post(reverse("administration:municipality-logo", args=[mainz.pk]), {"logo": file})
    mainz.refresh_from_db()
    assert mainz.logo_file_id is None


def _picture(kind: str) -> bytes:
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (120, 40), "#16233b").save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_a_logo_is_stored_and_shown_on_public_pages(admin: Client, mainz: Any, kind: str) -> None:
    picture = _picture(kind)
    url = reverse("administration:municipality-logo", args=[mainz.pk])
    admin.post(url, {"logo": SimpleUploadedFile(f"logo.{kind}", picture, content_type=f"image/{kind}")})
    mainz.refresh_from_db()
    assert mainz.logo_file_id is not None
    page = Client().get("/impressum/").content.decode()
    assert f"/marke/logo?v={mainz.logo_file_id}" in page
    shown = Client().get("/marke/logo")
    assert shown["Content-Type"] == f"image/{kind}" and "sandbox" in shown["Content-Security-Policy"]
    assert b"".join(shown.streaming_content)
    admin.post(url, {"remove": "1"})
    mainz.refresh_from_db()
    assert mainz.logo_file_id is None and Client().get("/marke/logo").status_code == 404


@pytest.mark.parametrize(
    "svg",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><rect width="1" height="1"/></svg>',
        b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg"><text>&x;</text></svg>',
        b'<svg xmlns="http://www.w3.org/2000/svg"><image href="https://evil.example/x.png"/></svg>',
    ],
)
@pytest.mark.parametrize("name", ["logo.svg", "logo.png"])
def test_svg_is_refused_whatever_it_is_called(admin: Client, mainz: Any, svg: bytes, name: str) -> None:
    file = SimpleUploadedFile(name, svg, content_type="image/svg+xml")
    admin.post(reverse("administration:municipality-logo", args=[mainz.pk]), {"logo": file})
    mainz.refresh_from_db()
    assert mainz.logo_file_id is None


def test_a_picture_that_hides_a_page_is_not_served_as_one(admin: Client, mainz: Any) -> None:
    polyglot = _picture("png") + b"<script>alert(1)</script>"
    file = SimpleUploadedFile("logo.html", polyglot, content_type="text/html")
    admin.post(reverse("administration:municipality-logo", args=[mainz.pk]), {"logo": file})
    mainz.refresh_from_db()
    shown = Client().get("/marke/logo")
    if mainz.logo_file_id is not None:
        assert shown["Content-Type"] == "image/png" and shown["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("field", ["color_primary", "color_accent"])
@pytest.mark.parametrize("color", ["#ffffff", "#ffee88", "#8a8a8a", "red", "#12345", "url(x)"])
def test_unreadable_colours_are_refused(admin: Client, mainz: Any, field: str, color: str) -> None:
    url = reverse("administration:municipality", args=[mainz.pk])
    before = getattr(mainz, field)
    assert "errors" in admin.post(url, {**MUNICIPALITY, field: color}).content.decode()
    mainz.refresh_from_db()
    assert getattr(mainz, field) == before


def test_colours_reach_the_public_pages(admin: Client, mainz: Any) -> None:
    admin.post(
        reverse("administration:municipality", args=[mainz.pk]), {**MUNICIPALITY, "color_primary": "#004b3a"}
    )
    page = Client().get("/impressum/").content.decode()
    sheet = re.search(r'href="(/marke[^"]*css[^"]*)"', page)
    assert sheet is not None
    assert "#004b3a" in Client().get(sheet[1]).content.decode()
