"""The pages as a parent's phone and a head's desk see them, through the whole stack."""

from __future__ import annotations

import re
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from stadtkern.casework.kita.actions import changing, registering
from stadtkern.casework.kita.models import Child, Facility, Registration, SeatClass
from stadtkern.foundation.accounts.models import Account
from stadtkern.foundation.accounts.session import ASSURANCE, SECOND_FACTOR
from stadtkern.foundation.audit.models import Entry
from stadtkern.kernel import clock
from tests.casework.kita.test_registering import PNG

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(now: datetime, settings: Any) -> Any:
    settings.ALLOWED_HOSTS = ["*"]
    clock.shift_to(now, real_start=clock.real_now())
    return now


@pytest.fixture
def phone(kitas: Any) -> Client:
    return Client(HTTP_HOST="mainz.localhost")


def login(actor: Any) -> Client:
    client = Client(HTTP_HOST="mainz.localhost")
    client.force_login(
        Account.objects.get(pk=actor.account_id), backend="django.contrib.auth.backends.ModelBackend"
    )
    session = client.session
    session[SECOND_FACTOR] = True
    session[ASSURANCE] = 1
    session.save()
    return client


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


CHILD = {
    "born": "yes",
    "child_given": "Mila",
    "child_family": "Çelik",
    "birth_day": "2",
    "birth_month": "5",
    "birth_year": "2024",
}
NEED = {"start": "2026-08-01", "hours": "7", "sibling_rule": "same_preferred"}
CONTACT = {"given": "Zoë", "family": "Çelik", "street": "Am Demofeld 3", "postcode": "55118", "town": "Mainz", "email": "zoe@example.org"}  # fmt: skip


def fill(phone: Client, **more: Any) -> str:
    """The whole way to the summary; gives the address of the draft."""
    phone.post("/kita/merken/", {"key": "sonne", "back": "/kita/suche/"})
    start = phone.post("/kita/anmeldung/", follow=True)
    base = start.redirect_chain[-1][0].rsplit("kind/", 1)[0]
    assert phone.post(base + "kind/", CHILD | more.get("child", {})).status_code == 302
    assert phone.post(base + "bedarf/", NEED).status_code == 302
    phone.post(base + "wuensche/", {"add": "mond"})
    phone.post(base + "wuensche/", {"up": "mond"})
    assert phone.post(base + "wuensche/", {"go": "1"}).status_code == 302
    file = SimpleUploadedFile("Arbeit.png", PNG, "image/png")
    page = phone.get(base + "kriterien/").content.decode()
    proof = re.findall(r'name="(proof_[a-z0-9_-]+)"', page)[0]
    phone.post(
        base + "kriterien/",
        {"fact_alleinerziehend": "ja", "fact_wochenstunden_1": "39", proof: file, "go": "1"},
    )
    assert phone.post(base + "kontakt/", CONTACT).status_code == 302
    return base


def test_from_the_search_to_the_status_and_back_as_a_guest(phone: Client, kitas: SimpleNamespace) -> None:
    page = text(phone.get("/kita/suche/?age=30&hours=9"))
    assert "4 passende Kitas" in page and "Kita Sonne" in page
    assert "Keine Kita passt" in text(phone.get("/kita/suche/?hours=24"))
    assert "direkt in der Kita" in text(phone.get("/kita/kitas/waldzwerge/"))
    base = fill(phone)
    summary = text(phone.get(base + "pruefen/"))
    assert re.search(r"1\. .*Kita Mond.*2\. .*Kita Sonne", summary) and "Arbeit.png" in summary
    refused = phone.post(base + "pruefen/", {"go": "1"})
    assert refused.status_code == 422 and "bestätigen Sie" in text(refused)
    done = phone.post(base + "pruefen/", {"go": "1", "true": "1"}, follow=True)
    row = Registration.objects.get()
    code = re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", done.content.decode())[0]
    assert row.number in text(done) and "Mila ist angemeldet" in text(done)
    # the same button again, in another window
    assert phone.post(base + "pruefen/", {"go": "1", "true": "1"}).status_code == 302
    assert Registration.objects.count() == 1
    other = Client(HTTP_HOST="mainz.localhost")
    assert other.get(f"/kita/meine/{row.pk}/").status_code == 404
    wrong = other.post("/kita/meine/", {"number": row.number, "code": "0000-0000-0000"})
    assert wrong.status_code == 422
    status = text(other.post("/kita/meine/", {"number": row.number, "code": code}, follow=True))
    assert "Punkte" in status and "der Nachweis wird geprüft" in status
    # change the wishes, confirm, withdraw
    other.post(f"/kita/meine/{row.pk}/wuensche/", {"up": "sonne"})
    assert other.post(f"/kita/meine/{row.pk}/wuensche/", {"go": "1"}).status_code == 302
    assert [w.facility.key for w in row.wish_lists.first().wishes.all()] == ["sonne", "mond"]  # type: ignore[union-attr]
    other.post(f"/kita/meine/{row.pk}/zurueckziehen/", {"reason": "Umzug"})
    row.refresh_from_db()
    assert row.state == "withdrawn"


def test_few_inputs_are_enough(phone: Client) -> None:
    """At most 25 things to type or choose for one child with two wishes (research 5.1)."""
    base = fill(phone)
    filled = 0
    for step in ("kind", "bedarf", "wuensche", "kriterien", "kontakt"):
        page = phone.get(base + step + "/").content.decode().split("<form", 2)[-1]
        needed = re.findall(r'<(?:input|select|textarea)[^>]*name="([a-z_0-9]+)"', page)
        filled += len(
            {re.sub(r"_(day|month|year)$", "", name) for name in needed}
            - {"to", "q", "csrfmiddlewaretoken", "code"}
        )
    assert filled <= 25, filled


def test_kind_words_on_the_page_where_it_happens(phone: Client) -> None:
    start = phone.post("/kita/anmeldung/", follow=True)
    base = start.redirect_chain[-1][0].rsplit("kind/", 1)[0]
    unborn = phone.post(base + "kind/", CHILD | {"birth_year": "2026"})
    assert (
        unborn.status_code == 422
        and "noch nicht geboren" in text(unborn)
        and 'value="Mila"' in unborn.content.decode()
    )
    assert "Diesen Tag gibt es nicht" in text(phone.post(base + "kind/", CHILD | {"birth_month": "13"}))
    phone.post(base + "kind/", CHILD | {"birth_year": "2019"})
    assert "geht Ihr Kind schon zur Schule" in text(phone.post(base + "bedarf/", NEED))
    assert phone.get(base + "pruefen/?lang=en").status_code == 200


def test_the_summary_tells_siblings_too(phone: Client) -> None:
    start = phone.post("/kita/anmeldung/", follow=True)
    base = start.redirect_chain[-1][0].rsplit("kind/", 1)[0]
    claim = "Ein Geschwisterkind ist schon in dieser Kita Kita Mond"
    phone.post(base + "bedarf/", NEED)
    assert claim not in text(phone.get(base + "pruefen/"))
    phone.post(base + "bedarf/", NEED | {"sibling_facility": "mond"})
    assert claim in text(phone.get(base + "pruefen/"))


def test_later_on_another_device(phone: Client) -> None:
    start = phone.post("/kita/anmeldung/", follow=True)
    base = start.redirect_chain[-1][0].rsplit("kind/", 1)[0]
    left = phone.post(base + "unterbrechen/").content.decode()
    code = re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", left)[0]
    other = Client(HTTP_HOST="mainz.localhost")
    assert other.get(base + "kind/").status_code == 404
    assert other.post(base + "weiter/", {"code": "falsch"}).status_code == 422
    assert other.post(base + "weiter/", {"code": code}).status_code == 302
    assert other.get(base + "kind/").status_code == 200


def test_the_pages_of_the_form_lead_here(phone: Client, make_actor: Any) -> None:
    assert phone.get("/antrag/kita-platz/").headers["Location"] == "/kita/"
    counter = login(make_actor("counter"))
    assert counter.get("/arbeit/erfassen/kita-platz/").headers["Location"] == "/arbeit/kita/erfassen/"


def test_the_counter_registers_for_a_family(kitas: Any, make_actor: Any) -> None:
    counter = login(make_actor("counter"))
    start = counter.post("/arbeit/kita/erfassen/", {"channel": "phone"}, follow=True)
    base = start.redirect_chain[-1][0].rsplit("kind/", 1)[0]
    counter.post(base + "kind/", CHILD)
    counter.post(base + "bedarf/", NEED)
    counter.post(base + "wuensche/", {"add": "sonne", "go": "1"})
    counter.post(base + "kriterien/", {"go": "1"})
    counter.post(base + "kontakt/", CONTACT | {"email": ""})
    done = counter.post(base + "pruefen/", {"go": "1", "true": "1"}, follow=True)
    row = Registration.objects.get()
    assert done.status_code == 200 and row.channel == "phone" and "Code für die Familie" in text(done)
    assert counter.get(f"/kita/meine/{row.pk}/").status_code == 200
    assert Entry.objects.filter(action="kita.read_registration").exists()
    counter.post(f"/kita/meine/{row.pk}/zurueckziehen/", {"reason": "am Telefon"})
    row.refresh_from_db()
    assert row.state == "withdrawn"
    assert login(make_actor("counter")).get(f"/kita/meine/{row.pk}/").status_code == 404


def test_the_heads_desk(kitas: SimpleNamespace, register: Any, head: Any, parent: Any, now: datetime) -> None:
    row = register()
    family = login(parent)
    page = family.get(f"/kita/meine/{row.pk}/").content.decode()
    criterion = re.findall(r'name="criterion" value="([^"]+)"', page)[0]
    upload = {"criterion": criterion, "file": SimpleUploadedFile("Nachweis.png", PNG, "image/png")}
    assert "Der Nachweis ist da" in text(family.post(f"/kita/meine/{row.pk}/nachweis/", upload, follow=True))
    desk = login(head(kitas.sonne))
    assert "Kita Sonne" in text(desk.get("/arbeit/kita/")) and "Kita Mond" not in text(
        desk.get("/arbeit/kita/")
    )
    base = f"/arbeit/kita/kita/{kitas.sonne.pk}/"
    assert "46 mit Personal" in text(desk.get(base))
    listed = text(desk.get(base + "bewerbungen/"))
    assert "Mila" in listed and "zu prüfen" in listed
    one = base + f"bewerbungen/{row.pk}/"
    shown = desk.get(one).content.decode()
    claim = re.findall(r'name="claim" value="([^"]+)"', shown)[0]
    file = re.findall(rf'href="({base}nachweis/[^"]+)"', shown)[0]
    assert b"".join(desk.get(file)) == PNG
    without = desk.post(one + "pruefen/", {"claim": claim, "verdict": "reject", "reason": ""})
    assert without.status_code == 422 and "Bitte nennen Sie den Grund" in text(without)
    desk.post(one + "pruefen/", {"claim": claim, "verdict": "reject", "reason": "Das Blatt ist leer."})
    assert "Das Blatt ist leer." in text(family.get(f"/kita/meine/{row.pk}/"))
    block = {"seat_class": str(kitas.sonne.seat_classes.first().pk), "count": "2", "reason": "Fachkraft fehlt", "to_day": "1", "to_month": "2", "to_year": "2026"}  # fmt: skip
    assert "Fachkraft fehlt" in text(desk.post(base + "sperren/", block, follow=True))
    seats = {"name": "U2 kurz", "from_months": "2", "to_months": "24", "max_hours": "5", "from_day": "1", "from_month": "11", "from_year": "2025", "permitted": "5", "planned": "6", "staffed": "4"}  # fmt: skip
    assert "mehr Plätze, als erlaubt" in text(desk.post(base + "plaetze/", seats))
    assert desk.post(base + "plaetze/", seats | {"planned": "5"}).status_code == 302


def test_more_rows_need_no_more_queries(
    kitas: SimpleNamespace, register: Any, head: Any, phone: Client, now: datetime
) -> None:
    row, desk = register(), login(head(kitas.sonne))
    wishes = changing.entries(row.wish_lists.get().wishes.select_related("facility"))
    base = f"/arbeit/kita/kita/{kitas.sonne.pk}/"
    pages = [(desk, "/arbeit/kita/"), (desk, base), (desk, base + "bewerbungen/"), (phone, "/kita/suche/")]

    def asked() -> list[int]:
        found = []
        for client, path in pages:
            client.get(path)  # catalogues and sessions are warm
            with CaptureQueriesContext(connection) as queries:
                assert client.get(path).status_code == 200
            found.append(len(queries))
        return found

    before = asked()
    for number, key in enumerate(("elster", "fink", "specht", "zeisig")):
        SeatClass.objects.create(facility=kitas.sonne, name=f"Nest {number}", from_months=24, to_months=72)
        Facility.objects.create(
            provider=kitas.church, key=key, name=f"Kita {key}", longitude=8.2, latitude=50
        )
        child = Child.objects.create(family_name=key, birth_date=row.child.birth_date, identity=key)
        other = Registration.objects.create(child=child, case_id=uuid4(), number=key, hours=7, start_on=row.start_on, registered_at=now, confirm_by_on=row.confirm_by_on)  # fmt: skip
        registering.add_wishes(
            other, wishes, {"sonne": kitas.sonne, "mond": kitas.mond}, by="family", now=now
        )
    # four more of everything: a query per row would be four more; sessions write now and then
    assert all(now - then < 3 for now, then in zip(asked(), before, strict=True))
    assert "5 Kinder wünschen sich" in text(desk.get(base + "bewerbungen/"))


def test_the_office_sets_up_a_provider(kitas: Any, make_actor: Any) -> None:
    office = login(make_actor("kita_office"))
    new = {"name": "Pfarrei St. Demo", "kind": "catholic", "level": "2", "privacy_regime": "KDG"}
    assert "Ohne unterschriebene Vereinbarung" in text(office.post("/arbeit/kita/traeger/neu/", new))
    signed = {"signed_day": "1", "signed_month": "9", "signed_year": "2025"}
    made = office.post("/arbeit/kita/traeger/neu/", new | signed, follow=True)
    address = made.redirect_chain[-1][0]
    kita = {"name": "Kita St. Demo", "kind": "kita", "street": "Am Demofeld 9", "postcode": "55118", "town": "Mainz", "opens": "7:30", "closes": "17:00"}  # fmt: skip
    assert "Uhrzeit" in text(office.post(address + "kita-neu/", kita | {"opens": "halb acht"}))
    assert office.post(address + "kita-neu/", kita).status_code == 302
    staff = make_actor("kita_staff", name="Agnes Leitung")
    assert (
        office.post(
            address + "personal/", {"account": str(staff.account_id), "function": "manager"}
        ).status_code
        == 302
    )
    assert "Kita St. Demo" in text(login(staff).get("/arbeit/kita/"))
    assert "alle Kitas" in text(office.get("/arbeit/kita/kriterien/"))
    assert "keine lesbare" in text(
        office.post("/arbeit/kita/kriterien/", {"file": SimpleUploadedFile("x.json", b"{")})
    )


def test_the_link_of_the_mail_changes_nothing_until_it_is_pressed(
    register: Any, now: datetime, phone: Client
) -> None:
    from stadtkern.casework.kita.actions import changing

    row = register()
    token = changing.ask(registration_id=row.pk, now=now)
    assert "Mila" in text(phone.get(f"/kita/bestaetigen/{token}/"))
    assert row.reconfirmations.filter(confirmed_at=None).exists()
    assert "bleibt angemeldet" in text(phone.post(f"/kita/bestaetigen/{token}/"))
    assert not row.reconfirmations.filter(confirmed_at=None).exists()
    assert phone.get("/kita/bestaetigen/falsch/").status_code == 410


@pytest.mark.parametrize("language", ["en", "tr", "uk"])
def test_the_parents_pages_speak(phone: Client, language: str) -> None:
    base = fill(phone)
    german = {
        path: text(phone.get(path))
        for path in ("/kita/", "/kita/suche/", base + "bedarf/", base + "pruefen/")
    }
    for path, words in german.items():
        other = phone.get(f"{path}?lang={language}")
        assert f'<html lang="{language}"' in other.content.decode()
        assert text(other) != words and "Weiter " not in text(other)
    assert '<html lang="de"' in phone.get("/leistungen/").content.decode() or language == "en"
