"""Pages after the offer: the fee calculator for everybody, the family's contract, the Kita's list, the second guardian."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client

from stadtkern.casework.kita.models import Contract, ContractChange, ContractTerms, SecondGuardian
from stadtkern.kernel import clock
from tests.casework.kita.test_pages import login, text

pytestmark = pytest.mark.django_db
AUGUST = {
    "settling_day": "3",
    "settling_month": "8",
    "settling_year": "2026",
    "days": "15",
    "key_person": "Frau Roth",
}


@pytest.fixture(autouse=True)
def _today(now: datetime, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    clock.shift_to(now, real_start=clock.real_now())


def stranger() -> Client:
    return Client(HTTP_HOST="mainz.localhost")


def test_everybody_reckons_what_a_place_costs_and_nothing_is_kept(kitas: Any, settings: Any) -> None:
    client = stranger()
    assert "Was kostet ein Platz?" in text(client.get("/kita/kosten/"))
    asked = {
        "born_day": "15", "born_month": "3", "born_year": "2025", "hours": "7", "start": "2026-08-01",
        "income": "2.800", "children": "2", "lunch": "1",
    }  # fmt: skip
    page = text(client.post("/kita/kosten/", asked))
    assert (
        "241,00 € im Monat" in page
        and "März 2027" in page
        and "beitragsfrei" in page
        and "Erfundene Staffel" in page
    )
    assert settings.SESSION_COOKIE_NAME not in client.cookies
    wrong = client.post("/kita/kosten/", asked | {"income": "viel", "born_year": "1990"})
    assert wrong.status_code == 422 and 'value="viel"' in wrong.content.decode()
    assert 'value="15"' in client.get("/kita/kosten/?geboren=2025-03-15&stunden=9").content.decode()


def test_the_family_and_the_kita_follow_one_contract(placed: Any, head: Any) -> None:
    family, desk, other = login(placed.parent), login(placed.head), login(head(placed.kitas.mond))
    mine = f"/kita/meine/{placed.row.pk}/vertrag/"
    there = f"/arbeit/kita/kita/{placed.kita.pk}/vertraege/"
    assert "Zum Vertrag" in text(family.get(f"/kita/meine/{placed.row.pk}/"))
    assert "Die Kita plant die Eingewöhnung" in text(family.get(mine))
    assert "Startplan fehlt" in text(desk.get(there))
    assert (
        other.get(there).status_code == 404 and other.get(f"{there}{placed.contract.pk}/").status_code == 404
    )
    one = f"{there}{placed.contract.pk}/"
    assert desk.post(one, AUGUST | {"days": ""}).status_code == 422
    assert "noch nicht vorgelegt" in text(desk.post(one, AUGUST, follow=True))
    assert "liegt bei der Familie" in text(desk.post(one + "vorlegen/", follow=True))
    page = text(family.get(mine))
    assert "Ihr Vertrag liegt bereit" in page and "Frau Roth" in page and "Ankommen" in page
    paper = family.get(f"{mine}{placed.contract.pk}/vertrag.pdf")
    assert b"".join(paper.streaming_content)[:4] == b"%PDF"  # type: ignore[attr-defined]
    assert other.get(f"{mine}{placed.contract.pk}/vertrag.pdf").status_code == 404
    assert "Vertrag bestätigt" in text(family.post(f"{mine}{placed.contract.pk}/bestaetigen/", follow=True))
    assert ContractTerms.objects.get().signed_by == "family"

    asked = family.post(
        f"{mine}{placed.contract.pk}/stunden/", {"hours": "9", "from": "2026-10-01"}, follow=True
    )
    assert "wartet auf die Kita" in text(asked)
    change = ContractChange.objects.get()
    assert "wünscht andere Stunden" in text(desk.get(one))
    assert other.post(f"{there}wunsch/{change.pk}/", {"verdict": "agree"}).status_code == 404
    desk.post(f"{there}wunsch/{change.pk}/", {"verdict": "agree"})
    assert Contract.objects.filter(hours=9).exists() and "9 Stunden am Tag" in text(family.get(mine))

    away = {"kind": "ill", "first_day": "3", "first_month": "9", "first_year": "2026"}
    assert "krank" in text(family.post(f"{mine}{placed.contract.pk}/abwesend/", away, follow=True))
    clock.shift_to(datetime(2026, 9, 3, 8, tzinfo=clock.ZONE), real_start=clock.real_now())
    assert "Ein Kind fehlt heute" in text(desk.get(there))
    spoken = {"income": "2.800", "children": "2"}
    assert "neu gerechnet" in text(family.post(f"/kita/meine/{placed.row.pk}/haushalt/", spoken, follow=True))
    assert "2800" not in text(desk.get(one))
    assert "Letzter Tag in der Kita" in text(family.get(f"{mine}{placed.contract.pk}/ende/"))
    assert family.post(f"{mine}{placed.contract.pk}/ende/", {"end": "2026-09-30"}).status_code == 422


def test_the_second_guardian_reads_along_and_stops_when_somebody_objects(
    placed: Any, make_actor: Any
) -> None:
    family, guest = login(placed.parent), stranger()
    manage = f"/kita/meine/{placed.row.pk}/zweite-person/"
    page = text(family.post(manage, {"given": "Tom", "family": "Novák", "email": ""}))
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", page)
    link = re.search(r"/kita/zweite-person/[\w-]+/", page)
    assert code and link and code[0] not in text(family.get(manage)), "the code is shown once"
    own = f"/kita/meine/{placed.row.pk}/"
    assert guest.get(own).status_code == 404
    assert guest.post(link[0], {"code": "0000-0000-0000"}).status_code == 403
    opened = guest.post(link[0], {"code": code[0]}, follow=True)
    assert "Sie lesen mit" in text(opened) and "Anmeldung zurückziehen" not in text(opened)
    contract = text(guest.get(own + "vertrag/"))
    assert (
        "Kita Sonne" in contract and "Vertrag kündigen" not in contract and "Nettoeinkommen" not in contract
    )
    assert text(guest.get("/kita/meine/")).count("Mila") == 1
    assert "Ergebnis" in text(guest.get(f"/kita/ergebnis/{placed.row.pk}/"))
    for path in (f"vertrag/{placed.contract.pk}/ende/", "wuensche/", "zurueckziehen/"):
        assert guest.get(own + path).status_code == 404, path
    assert "beendet" in text(family.post(manage, {"verb": "object"}, follow=True))
    for path in (own, own + "vertrag/", f"/kita/ergebnis/{placed.row.pk}/", link[0]):
        assert guest.get(path).status_code == 404, path
    assert SecondGuardian.objects.get().ended_by == "family"


def test_the_office_publishes_a_scale(placed: Any, make_actor: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    desk = login(make_actor("kita_office"))
    assert "Beispielstaffel" in text(desk.get("/arbeit/kita/beitraege/"))
    example = desk.get("/arbeit/kita/beitraege/beispiel.json").content.replace(
        b'"lunch_cents": 8000', b'"lunch_cents": 6500'
    )
    answer = desk.post(
        "/arbeit/kita/beitraege/", {"file": SimpleUploadedFile("s.json", example)}, follow=True
    )
    assert "Veröffentlicht" in text(answer)
    assert login(placed.head).get("/arbeit/kita/beitraege/").status_code == 403
    assert desk.post("/arbeit/kita/beitraege/", {}).status_code == 422
    assert date(2025, 1, 1) <= clock.today()
