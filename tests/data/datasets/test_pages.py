"""Pages: a data editor uploads, describes, hands over; another releases; everybody reads. No script is needed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from stadtkern.data.datasets.models import Dataset
from tests.data.datasets.test_ogc import HOST, publish

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data_dir(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "var"


def log_in(client: Any, actor: Any) -> Any:
    from stadtkern.foundation.accounts.models import Account

    client.force_login(
        Account.objects.get(pk=actor.account_id), backend="django.contrib.auth.backends.ModelBackend"
    )
    session = client.session
    session["second_factor"] = True
    session.save()
    return client


def test_from_upload_to_publication(client: Any, make_actor: Any) -> None:
    first, second, clerk = make_actor("data_editor"), make_actor("data_editor"), make_actor("caseworker")
    assert log_in(client, clerk).get("/arbeit/daten/", **HOST).status_code == 403
    log_in(client, first)
    assert "Datei hochladen" in client.get("/arbeit/daten/", **HOST).content.decode()
    refused = client.post("/arbeit/daten/neu/", {"file": SimpleUploadedFile("x.exe", b"MZ\x00")}, **HOST)
    assert refused.status_code == 422 and "Format" in refused.content.decode()
    upload = SimpleUploadedFile(
        "Spielplätze.csv", "Name;lon;lat\nAm Rhein;8,27;50,0\nzu kurz\n".encode("cp1252")
    )
    place = client.post("/arbeit/daten/neu/", {"file": upload, "title": "Spielplätze"}, **HOST)["Location"]
    html = client.get(place, **HOST).content.decode()
    assert "Zeile 3" in html and "Vor der Freigabe fehlt noch" in html and "Am Rhein" in html
    wrong = client.post(place + "pass/", {"title": "", "description": "bleibt stehen"}, **HOST)
    assert wrong.status_code == 422 and "bleibt stehen" in wrong.content.decode()
    said = {
        "title": "Spielplätze", "description": "Alle Spielplätze der Stadt mit Lage.", "publisher": "Stadt Mainz", "contact_email": "d@mainz.example",
        "licence": "dl-zero-de/2.0", "themes": ["REGI"], "keywords": "Kinder, Freizeit", "privacy": "open",
    }  # fmt: skip
    assert client.post(place + "pass/", said, **HOST)["Location"] == place
    client.post(place + "v1/schritt/", {"step": "hand_over"}, **HOST)
    assert "zweite Person" in client.get(place, **HOST).content.decode()
    client.post(place + "v1/schritt/", {"step": "release"}, **HOST)
    assert not Dataset.objects.filter(published_version__isnull=False).exists()
    log_in(client, second)
    assert "wartet auf Freigabe" in client.get("/arbeit/daten/", **HOST).content.decode()
    client.post(place + "v1/schritt/", {"step": "release"}, **HOST)
    assert client.get("/daten/datensatz/spielplaetze/", **HOST).status_code == 200
    for page in ("version/", "zuruecknehmen/", "pass/"):
        assert client.get(place + page, **HOST).status_code == 200
    client.post(place + "zuruecknehmen/", {"reason": "Die Liste ist veraltet."}, **HOST)
    assert client.get("/daten/datensatz/spielplaetze/", **HOST).status_code == 410


def test_public_page(client: Any, make_actor: Any, tmp_path: Path, now: datetime) -> None:
    path = tmp_path / "baeume.csv"
    path.write_text("Nr;Art;lon;lat\n" + "".join(f"{n};<b>Linde</b>;8,{200 + n};49,9\n" for n in range(30)))
    key = publish(make_actor, path, now, title="Bäume & Sträucher")
    html = client.get("/daten/datensatz/baeume/", **HOST).content.decode()
    assert "Bäume &amp; Sträucher" in html and "&lt;b&gt;Linde" in html and "<b>Linde" not in html
    assert "/daten/datensatz/baeume/v1.csv" in html and "/ogc/collections/baeume" in html
    assert "seite=2" in html and client.get("/daten/datensatz/baeume/?seite=2", **HOST).status_code == 200
    assert client.get("/daten/datensatz/baeume/v1/", **HOST).status_code == 200
    assert client.get("/daten/datensatz/baeume/v2/", **HOST).status_code == 404
    assert client.get("/daten/datensatz/baeume/v1.exe", **HOST).status_code == 404
    Dataset.objects.filter(pk=key).update(
        published_version=None, withdrawn_at=now, withdrawn_reason="Falsche Quelle"
    )
    gone = client.get("/daten/datensatz/baeume/", **HOST)
    assert gone.status_code == 410 and "Falsche Quelle" in gone.content.decode()
