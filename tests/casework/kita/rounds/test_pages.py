"""Pages of a round: the office drives it, providers see their own, everybody the proof, the family its reasons."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from stadtkern.casework.kita import walls
from stadtkern.casework.kita.models import (
    HardshipGrant,
    ListEntry,
    Offer,
    ProviderConfirmation,
    Registration,
    Round,
    RoundEntry,
)
from stadtkern.casework.kita.rounds import jobs
from stadtkern.casework.kita.rounds.desk.findings import groups
from stadtkern.casework.kita.rounds.rules import Finding
from stadtkern.foundation.jobs.testing import run_pending
from stadtkern.kernel import clock
from tests.casework.kita.test_pages import login, text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(now: datetime, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    clock.shift_to(now, real_start=clock.real_now())


def later(now: datetime, **delta: float) -> None:
    clock.shift_to(now + timedelta(**delta), real_start=clock.real_now())


NEW = {
    "name": "Hauptrunde 2026", "kind": "main", "from_day": "1", "from_month": "8", "from_year": "2026",
    "to_day": "1", "to_month": "8", "to_year": "2027", "beacon_source": "Lotto am Samstag", "beacon_day": "15",
    "beacon_month": "10", "beacon_year": "2025", "beacon_time": "20:15", "confirm_day": "1", "confirm_month": "11",
    "confirm_year": "2025", "answer_days": "10",
}  # fmt: skip


def test_the_office_runs_a_round_and_everybody_sees_what_is_theirs(
    city: Any, office: Any, second: Any, head: Any, now: datetime
) -> None:
    desk, other, stranger = login(office), login(second), Client(HTTP_HOST="mainz.localhost")
    heads, manager = login(head(city.kitas.sonne)), login(head(provider=city.kitas.church))
    assert desk.post("/arbeit/kita/runden/neu/", NEW | {"confirm_day": ""}).status_code == 422
    assert heads.get("/arbeit/kita/runden/neu/").status_code == 403
    made = desk.post("/arbeit/kita/runden/neu/", NEW, follow=True)
    assert "Jetzt einfrieren" in text(made)
    row = Round.objects.get()
    page, open_page = f"/arbeit/kita/runden/{row.pk}/", f"/kita/runden/{row.pk}/"
    assert stranger.get(open_page).status_code == 404

    def step(client: Client, name: str, **data: str) -> str:
        return text(client.post(f"{page}schritt/{name}/", data, follow=True))

    assert "Die Probe prüft" in step(desk, "pruefen")
    assert run_pending("kita.preview_round") == ["kita.preview_round"]
    assert "weniger als drei Wünschen" in text(desk.get(page))
    assert heads.post(f"{page}schritt/einfrieren/").status_code == 403
    assert "Das Einfrieren liest" in step(desk, "einfrieren")
    assert "geht gerade nicht" in step(desk, "pruefen"), "one task at a time"
    run_pending("kita.freeze_round")
    assert "Befunde gesehen" in text(desk.get(page))
    kinds = desk.get(f"{page}befunde/siblings-not-linked/")
    assert kinds.content.count(b"/kita/meine/") == 4
    assert desk.get(f"{page}befunde/unbekannt/").status_code == 404
    assert heads.get(f"{page}befunde/siblings-not-linked/").status_code in (403, 404)
    early = desk.get(f"{page}danach/", follow=True)
    assert early.redirect_chain[-1][0] == page and "sobald die Angebote" in text(early)
    row.refresh_from_db()
    assert row.root_sha256 in stranger.get(open_page).content.decode()
    assert "noch nicht bekannt" in step(desk, "vorpruefung")
    assert "Befunde der Vorprüfung (gesehen)" in text(desk.get(page)), "what was seen is folded"
    later(now, days=2)
    jobs.shadow_round(tenant_id="", round_id=str(row.pk))
    assert "Schattenlauf" in text(desk.get(page))
    assert "hexadezimal" in step(desk, "los", beacon="falsch")
    assert "Eine zweite Person" in step(desk, "los", beacon="0f" * 16)
    assert "zweite Person freigeben" in step(desk, "freigeben")
    assert "rechnet" in step(other, "freigeben")
    jobs.run_round(tenant_id="", round_id=str(row.pk))
    assert heads.get(page).status_code == 404, "a provider sees a round when its lists are there"
    assert "Alle Zusagen halten" in step(desk, "nachpruefen")
    step(desk, "uebergeben")
    assert "noch nicht alle Träger" in step(desk, "angebote")

    mine = f"{page}kita/{city.kitas.sonne.pk}/"
    seen = text(heads.get(mine))
    assert "Mila" in seen and "Warten" in seen and "Rang 1" not in seen and "Los" in seen
    assert heads.get(f"{page}kita/{city.kitas.mond.pk}/").status_code == 404
    assert "Kita Mond" not in text(heads.get(page)), "nothing of another provider"
    last = ListEntry.objects.filter(facility=city.kitas.sonne).last()
    assert last is not None
    dialog = heads.get(f"{mine}abweichen/{last.registration_id}/")
    assert "werden übergangen" in text(dialog) and dialog.content.count(b'name="seen"') == 2
    assert heads.post(f"{mine}abweichen/{last.registration_id}/", {"note": ""}).status_code in (404, 422)
    assert "bestätigt" in text(manager.post(f"{page}bestaetigen/{city.kitas.church.pk}/", follow=True))
    assert manager.post(f"{page}bestaetigen/{city.kitas.welfare.pk}/").status_code in (302, 403, 404)
    assert ProviderConfirmation.objects.filter(confirmed_at=None).count() == 1
    later(now, days=20)
    step(desk, "angebote")
    jobs.send_offers(tenant_id="", round_id=str(row.pk))
    assert "wartet auf Antwort: 3" in text(desk.get(page))

    public = text(stranger.get(open_page))
    assert "kita verify runde.json" in public and "Mila" not in public
    assert stranger.get(f"{open_page}runde.json").status_code == 200
    assert stranger.get(f"{open_page}anlage.json").status_code == 404
    assert "3 von 4" not in public, "a round this small shows no figures"
    _families(city, now)
    after = desk.get(f"{page}danach/")
    assert "Kein freier Platz passt" in text(after) and "Ohne passenden Platz" in text(after)
    assert "berechtigten Neid" in text(desk.get(f"{page}fairness/"))
    assert b"".join(desk.get(f"{page}bericht.pdf")).startswith(b"%PDF")
    assert "Anspruch" in text(desk.get("/arbeit/kita/runden/anspruch/"))
    assert heads.get(f"{page}fairness/").status_code == 403
    _walls(city)


def test_findings_are_grouped_by_kind() -> None:
    stored = [
        Finding(code="over-staff", level="red", kind="facility", subject=str(uuid4()), name="Kita Eng", count=3).data(),
        *(
            Finding(code="same-child", level="yellow", kind="registration", subject=str(uuid4()), name=f"K{n}").data()
            for n in range(25)
        ),
        Finding(code="same-child", level="yellow", kind="more", subject="", name="", count=7).data(),
        Finding(code="few-wishes", level="yellow", kind="", subject="", name="", count=12).data(),
    ]  # fmt: skip
    red, twice, few = groups(stored)
    assert (red.red, red.count, red.cases[0].count, red.more) == (True, 1, 3, False)
    assert (twice.count, len(twice.first), twice.unnamed, twice.more) == (32, 20, 7, True)
    assert twice.first[0].name == "K0" and twice.first[0].href.startswith("/kita/meine/")
    assert (few.count, few.cases, few.more) == (12, [], False)


def _families(city: Any, now: datetime) -> None:
    """An offer with a countdown and an answer; a refusal with numbers; nobody else's."""
    offer = Offer.objects.filter(facility=city.kitas.mond).first()
    assert offer is not None
    at = [child.pk for child in city.children].index(offer.registration_id)
    family, stranger = login(city.parents[at]), login(city.parents[at - 1])
    address = f"/kita/ergebnis/{offer.registration_id}/"
    assert stranger.get(address).status_code == 404
    page = text(family.get(address))
    assert "Tage Zeit" in page and "Annehmen und für bessere Wünsche" in page
    assert re.search(r"Für Ihr Kind kam 1 Platz in Frage", page)
    assert "1 bis 2" in page, "fewer than three children behind a number: a range"
    assert "gehört Ihrem Kind" in text(
        family.post(f"{address}antwort/{offer.pk}/", {"verdict": "keep"}, follow=True)
    )
    assert stranger.post(f"{address}antwort/{offer.pk}/", {"verdict": "decline"}).status_code in (302, 404)
    offer.refresh_from_db()
    assert offer.state == "accepted"
    left = Registration.objects.get(state="registered")
    at = [child.pk for child in city.children].index(left.pk)
    family = login(city.parents[at])
    assert "hat keiner Ihrer Wünsche geklappt" in text(family.get(f"/kita/ergebnis/{left.pk}/"))
    for language, words in (("en", "place"), ("tr", "yer"), ("uk", "місц")):
        page = text(family.get(f"/kita/ergebnis/{left.pk}/?lang={language}", follow=True))
        assert words in page, language


def _walls(city: Any) -> None:
    """In the database itself: a provider reads its own rows, and no rank of any family."""
    with walls.inside([city.kitas.church.pk]):
        assert set(ListEntry.objects.values_list("provider_id", flat=True)) == {city.kitas.church.pk}
        assert set(Offer.objects.values_list("provider_id", flat=True)) == {city.kitas.church.pk}
        assert not RoundEntry.objects.exists() and not HardshipGrant.objects.exists()


def test_hardship_by_two_people(register: Any, office: Any, second: Any, kitas: Any) -> None:
    child = register()
    address = f"/arbeit/kita/runden/haertefall/{child.pk}/"
    first, other = login(office), login(second)
    assert first.post(address, {"verdict": "ask", "reason": " "}).status_code == 422
    first.post(address, {"verdict": "ask", "reason": "Schutz des Kindes"})
    assert first.post(address, {"verdict": "approve"}).status_code == 409
    assert "genehmigt" in text(other.post(address, {"verdict": "approve"}, follow=True))
    other.post(address, {"verdict": "end"})
    assert not HardshipGrant.objects.exists()
