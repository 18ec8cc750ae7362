"""What programs of a provider get: their own, and nothing else."""

from __future__ import annotations

import base64
import csv
import io
import json
import zipfile
from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client

from stadtkern.casework.kita.contracts.actions import terms
from stadtkern.casework.kita.interfaces import exporting
from stadtkern.casework.kita.models import Contract, Provider, Registration, SeatCount
from stadtkern.foundation.access.api import NotAllowed
from stadtkern.foundation.accounts.app_passwords import create
from stadtkern.kernel import clock
from stadtkern.kernel.errors import NotVisible

pytestmark = pytest.mark.django_db
API = "/api/v1/kita/facilities"


@pytest.fixture(autouse=True)
def _today(now: datetime, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    clock.shift_to(now, real_start=clock.real_now())


def program(actor: Any, *scopes: str) -> Client:
    """A client with an app password of the account."""
    from stadtkern.foundation.accounts.models import Account

    _, secret = create(actor=actor, name="Software", scopes=list(scopes or ("kita",)), now=clock.now())
    name = Account.objects.get(pk=actor.account_id).username
    token = base64.b64encode(f"{name}:{secret}".encode()).decode()
    return Client(HTTP_HOST="mainz.localhost", HTTP_AUTHORIZATION=f"Basic {token}")


def test_a_program_sees_the_kitas_of_its_provider_and_no_rank(placed: Any, make_actor: Any) -> None:
    client = program(placed.head)
    (kita,) = client.get(API).json()
    assert (kita["key"], kita["level"], kita["applicants"]) == ("sonne", 3, 1)
    assert {seat["name"]: seat["staffed"] for seat in kita["seat_classes"]} == {"U2": 8, "Ü2": 38}
    assert client.get(f"{API}/mond/applicants").status_code == 404
    (child,) = client.get(f"{API}/sonne/applicants").json()
    assert child["number"] == placed.row.number and "rank" not in child and child["state"] == "placed"
    (contract,) = client.get(f"{API}/sonne/contracts").json()
    assert (contract["hours"], contract["from_on"], contract["seat_class"]) == (7, "2026-08-01", "Ü2")
    months = client.get(f"{API}/sonne/occupancy?months=12").json()
    assert len(months) == 12 and [m["occupied"] for m in months if m["on"] == "2026-08-01"] == [1]
    for wrong in (
        program(placed.head, "calendar"),
        program(placed.parent),
        Client(HTTP_HOST="mainz.localhost"),
    ):
        answer = wrong.get(API)
        assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    assert "/v1/kita/facilities/{key}/contracts" in json.dumps(
        Client().get("/api/openapi.json", HTTP_HOST="mainz.localhost").json()
    )


def test_a_program_changes_its_own_seats_only(placed: Any, head: Any) -> None:
    seat = placed.kita.seat_classes.get(name="U2")
    body = {"from_on": "2026-01-01", "permitted": 10, "planned": 9, "staffed": 7}
    path = f"{API}/sonne/seats/{seat.pk}"
    assert (
        program(head(placed.kitas.mond)).put(path, body, content_type="application/json").status_code == 404
    )
    client = program(placed.head)
    assert client.put(path, body | {"staffed": 12}, content_type="application/json").status_code == 422
    assert client.put(path, body, content_type="application/json").status_code == 204
    assert SeatCount.objects.get(seat_class=seat, from_on=date(2026, 1, 1)).staffed == 7


def test_only_a_provider_that_decides_itself_reports_contracts(
    placed: Any, register: Any, make_actor: Any
) -> None:
    waiting = register(actor=make_actor(name="Ida"), child_given="Ida")
    client = program(placed.head)
    body = {"registration": waiting.number, "from_on": "2026-08-01", "hours": 7}

    def post() -> Any:
        return client.post(f"{API}/sonne/contracts", body, content_type="application/json")

    assert post().status_code == 409, "level 3 gets contracts by offers"
    Provider.objects.filter(pk=placed.kita.provider_id).update(level=1)
    body["registration"] = "KP-0"
    assert post().status_code == 404
    body["registration"] = waiting.number
    Registration.objects.filter(pk=waiting.pk).update(state="frozen")
    assert post().status_code == 409
    Registration.objects.filter(pk=waiting.pk).update(state="registered")
    made = post()
    assert made.status_code == 201 and made.json()["to_on"] == "2030-08-01"
    waiting.refresh_from_db()
    assert waiting.state == "placed" and post().status_code == 409


def test_a_calendar_has_dates_and_no_names(placed: Any, now: datetime, head: Any) -> None:
    terms.save(
        actor=placed.head, facility_id=placed.kita.pk, contract_id=placed.contract.pk, settling_from=date(2026, 8, 3),
        settling_days=15, key_person="", note_text="", meeting_at=datetime(2026, 7, 1, 9, 30, tzinfo=clock.ZONE), now=now,
    )  # fmt: skip
    stranger = Client(HTTP_HOST="mainz.localhost")
    for actor, sees in ((placed.head, True), (placed.parent, True), (head(placed.kitas.mond), False)):
        _, secret = create(actor=actor, name="Kalender", scopes=["calendar"], now=now)
        answer = stranger.get(f"/kita/kalender/{secret}.ics")
        text = answer.content.decode()
        assert answer["Content-Type"].startswith("text/calendar") and text.startswith("BEGIN:VCALENDAR\r\n")
        assert ("DTSTART:20260701T073000Z" in text and f"Kennenlernen {placed.row.number}" in text) is sees
        assert "Mila" not in text and "Nowák" not in text
    _, wide = create(actor=placed.head, name="Alles", scopes=["calendar", "kita"], now=now)
    assert stranger.get(f"/kita/kalender/{wide}.ics").status_code == 404, (
        "no address for a password that opens more"
    )
    assert stranger.get("/kita/kalender/falsch.ics").status_code == 404


def test_a_provider_leaves_with_all_its_data_and_nothing_of_others(
    placed: Any, head: Any, make_actor: Any, now: datetime
) -> None:
    Contract.objects.filter(pk=placed.contract.pk).update(source="=HYPERLINK(1)")
    manager = head(provider=placed.kitas.church)
    with pytest.raises(NotAllowed):
        exporting.export(actor=placed.head, provider_id=placed.kitas.church.pk, now=now)
    with pytest.raises(NotVisible):
        exporting.export(actor=manager, provider_id=placed.kitas.welfare.pk, now=now)
    with exporting.export(actor=manager, provider_id=placed.kitas.church.pk, now=now) as file:
        zipped = zipfile.ZipFile(file)
        contents = json.loads(zipped.read("inhalt.json"))
        assert contents["tables"]["vertraege"] == 1 and contents["tables"]["bewerbungen"] == 1
        text = zipped.read("vertraege.csv").decode("utf-8-sig")
        (line,) = csv.DictReader(io.StringIO(text), delimiter=";")
        assert line["child_given_names"] == "Mila" and line["source"] == "'=HYPERLINK(1)"
        everything = b"".join(zipped.read(name) for name in zipped.namelist()).decode()
        assert "Kita Mond" not in everything and "zoe@example.org" in everything
    from tests.casework.kita.test_pages import login

    answer = login(manager).get(f"/arbeit/kita/traeger/{placed.kitas.church.pk}/daten.zip")
    assert b"".join(answer.streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]


def test_the_calendar_address_is_made_on_a_tap(placed: Any) -> None:
    from tests.casework.kita.test_pages import login

    client = login(placed.parent)
    assert "Kalenderadresse anlegen" in client.get("/kita/kalender/").content.decode()
    assert ".ics" in client.post("/kita/kalender/").content.decode()
