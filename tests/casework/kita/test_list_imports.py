"""The wizard: a list with umlauts in Latin-1, wrong rows and swapped columns becomes registrations and places; the rest comes back."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from stadtkern.casework.kita.actions import importing
from stadtkern.casework.kita.jobs import take_over_list
from stadtkern.casework.kita.models import Facility, ListImport, Registration, SeatCount
from stadtkern.foundation.access.api import NotAllowed, NotVisible
from stadtkern.foundation.files import api as files
from stadtkern.kernel import clock
from tests.casework.kita.test_pages import login, text

pytestmark = pytest.mark.django_db

WAITING = """Nachname;Vorname;geb. am;Anmeldung;ab wann;Straße und Hausnummer;PLZ;Wohnort;Eltern;1. Wunsch;2. Wunsch;Bemerkung
Özdemir;Mia;3.4.2024;1.2.2025;08/2026;Große Bleiche 12;55116;Mainz;Ayşe Özdemir;Kita Sonne;;läuft schon
Vogel;Tim;31.2.2024;;08/2026;Am Demofeld 3;55118;Mainz;;Kita Sonne;;null
Müller;Ida;5.6.2024;2.2.2025;08/2026;;55118;Mainz;Bernd Müller;Kita Sonne;;
Weiß;Emil;7.7.2024;3.2.2025;08/2026;Am Demofeld 5;55118;Mainz;Eva Weiß;Kita Mond;;
Weiß;Lea;8.8.2024;3.2.2025;08/2026;Am Demofeld 5;55118;Mainz;Eva Weiß;Kita Nirgends;;
"""
PLACES = """Einrichtung;Träger;U2;Ü2;Öffnungszeiten;Telefon
Kita Sonne;Träger kirche;12;50;07:30-16:30;06131 12345
Kita Neubau;Träger kirche;10;20;;keine
Kita Fremd;Träger stadt;10;20;;
"""


@pytest.fixture(autouse=True)
def _today(now: datetime, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    clock.shift_to(now, real_start=clock.real_now())


def send(actor: Any, content: str, now: datetime, kind: str = "waiting", **more: Any) -> ListImport:
    key = importing.upload(
        actor=actor, kind=kind, provider_id=more.get("provider"), facility_id=more.get("facility"),
        content=io.BytesIO(content.encode("cp1252", "replace")), name="Liste.csv", now=now,
    )  # fmt: skip
    return ListImport.objects.get(pk=key)


def test_from_the_upload_to_the_rows_that_come_back(kitas: SimpleNamespace, head: Any, now: datetime) -> None:
    manager = head(provider=kitas.church)
    client = login(manager)
    assert "Eine Liste aus einem anderen Programm" in text(client.get("/arbeit/kita/einlesen/"))
    assert client.post("/arbeit/kita/einlesen/", {"kind": "waiting"}).status_code == 422
    broken = SimpleUploadedFile("x.csv", b"a;b\n1;2\n", "text/csv")
    wrong = client.post("/arbeit/kita/einlesen/", {"kind": "waiting", "file": broken})
    assert wrong.status_code == 422 and "Es fehlt eine Spalte für »Nachname«" in text(wrong)
    upload = SimpleUploadedFile("Warteliste.csv", WAITING.encode("cp1252", "replace"), "text/csv")
    seen = client.post("/arbeit/kita/einlesen/", {"kind": "waiting", "file": upload}, follow=True)
    assert ListImport.objects.exists(), text(seen)[:3000]
    row = ListImport.objects.get()
    page = f"/arbeit/kita/einlesen/{row.pk}/"
    assert row.provider == kitas.church and "4 von 5 Zeilen können übernommen werden" in text(seen)
    assert "gibt es im Kalender nicht" in text(seen) and "Windows-1252" in text(seen)
    assert 'option value="family_name" selected' in seen.content.decode()
    assert not Registration.objects.exists(), "nothing is taken before somebody says so"

    # the person leaves the remark out and says what a column means; a needed column cannot be dropped
    header = WAITING.splitlines()[0].split(";")
    fields = [
        "family_name",
        "given_names",
        "birth_date",
        "registered_on",
        "start_on",
        "street",
        "postcode",
        "town",
        "guardian",
        "wish_1",
        "wish_2",
    ]
    columns = {f"column-{at}": name for at, name in enumerate([*fields, ""])}
    assert len(columns) == len(header)
    refused = client.post(page, columns | {"column-0": "", "go": "map"})
    assert refused.status_code == 422 and "Es fehlt eine Spalte" in text(refused)
    assert client.post(page, columns | {"go": "take"}).status_code == 302
    take_over_list(tenant_id="", import_id=str(row.pk))
    take_over_list(tenant_id="", import_id=str(row.pk))  # a second run takes nothing twice
    done = text(client.get(page))
    assert "Eine Zeile ist übernommen" in done
    assert "Straße und Hausnummer" in done and "gehört nicht zu Ihrem Träger" in done
    assert "gibt es hier nicht" in done
    [mia] = Registration.objects.all()
    assert (str(mia.child), mia.channel, mia.start_on) == ("Mia Özdemir", "import", date(2026, 8, 1))
    assert mia.registered_at.date() == date(2025, 2, 1), "the day of the old list"
    back = client.get(f"{page}nicht-uebernommen.csv").content.decode("utf-8-sig")
    assert back.startswith("Zeile;Grund;Nachname;") and len(back.splitlines()) == 5
    assert "Mia" not in back and "Müller" in back

    # another provider sees nothing of it; whoever only heads a Kita does not import
    stranger = login(head(provider=kitas.welfare))
    assert stranger.get(page).status_code == 404 and "Warteliste.csv" not in text(
        stranger.get("/arbeit/kita/einlesen/")
    )
    assert login(head(kitas.sonne)).get("/arbeit/kita/einlesen/").status_code == 403


def test_places_bring_known_kitas_up_to_date_and_stay_inside_the_provider(
    kitas: SimpleNamespace, head: Any, make_actor: Any, now: datetime
) -> None:
    manager, office = head(provider=kitas.church), make_actor("kita_office")
    with pytest.raises(NotVisible):
        send(manager, PLACES, now, kind="places", provider=kitas.city.pk)
    with pytest.raises(NotAllowed):
        send(head(kitas.sonne), PLACES, now, kind="places", provider=kitas.church.pk)
    row = send(manager, PLACES, now, kind="places", provider=kitas.church.pk)
    importing.take_over(actor=manager, key=row.pk, now=now)
    importing.run(key=row.pk, now=now)
    row.refresh_from_db()
    assert (row.taken, [item["row"] for item in row.refused]) == ([2, 3], [4])
    assert not Facility.objects.filter(name="Kita Fremd").exists()
    sonne = Facility.objects.get(pk=kitas.sonne.pk)
    assert f"{sonne.opens:%H:%M}" == "07:30" and sonne.phone == "06131 12345"
    counts = SeatCount.objects.filter(seat_class__facility=sonne, to_on=None)
    assert dict(counts.values_list("seat_class__name", "permitted")) == {"U2": 12, "Ü2": 50}
    assert Facility.objects.get(name="Kita Neubau").seat_classes.count() == 2
    second = send(office, PLACES, now, kind="places")
    importing.take_over(actor=office, key=second.pk, now=now)
    importing.run(key=second.pk, now=now)
    second.refresh_from_db()
    assert second.taken == [2, 3, 4] and Facility.objects.get(name="Kita Fremd").provider == kitas.city


def test_a_list_of_one_kita_and_the_end_of_its_file(kitas: SimpleNamespace, head: Any, now: datetime) -> None:
    manager = head(provider=kitas.church)
    content = (
        "Name;Vorname;Geburtsdatum;Anschrift;PLZ;Ort\nVogel;Tim;1.3.2024;Am Demofeld 3;55118;Mainz\n" * 1
        + "Vogel;Ina;1.3.2023;Am Demofeld 3;55118;Mainz\n"
    )
    row = send(manager, content, now, facility=kitas.sonne.pk)
    importing.take_over(actor=manager, key=row.pk, now=now)
    importing.run(key=row.pk, now=now)
    assert Registration.objects.count() == 2
    file = row.file_id
    assert file is not None
    assert importing.forget_old(now + importing.KEPT - timedelta(seconds=1)) == 0
    assert importing.forget_old(now + importing.KEPT) == 1
    with pytest.raises(files.FileNotFound):
        files.info(file)
    assert "nach 30 Tagen gelöscht" in text(login(manager).get(f"/arbeit/kita/einlesen/{row.pk}/"))
