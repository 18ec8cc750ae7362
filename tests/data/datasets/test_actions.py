"""The way of a dataset: taken over, described, handed over, released by a second person, replaced, withdrawn."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, transaction
from django.db.utils import DatabaseError

from stadtkern.data.datasets import actions, api, storage
from stadtkern.data.datasets.errors import FileRefused, NotPublishable, SecondPersonNeeded
from stadtkern.data.datasets.models import Dataset, Version
from stadtkern.foundation.access.api import NotAllowed
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel.errors import Conflict, InvalidInput

TREES = "Art;lon;lat\nLinde;8,25;49,99\nAhorn;8,26;50,00\n"
PASSPORT = api.Passport(
    title="Bäume im Stadtgebiet", description="Alle städtischen Bäume mit Art und Lage.", publisher="Stadt Mainz",
    contact_email="daten@mainz.example", licence="dl-by-de/2.0", attribution="Stadt Mainz", themes=("ENVI",), keywords=("Bäume",), privacy="open",
)  # fmt: skip

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data_dir(settings: Any, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path / "var"
    return tmp_path / "var"


@pytest.fixture
def trees(tmp_path: Path) -> Path:
    path = tmp_path / "baeume.csv"
    path.write_text(TREES)
    return path


@pytest.fixture
def published(make_actor: Any, trees: Path, now: datetime) -> Any:
    first, second = make_actor("data_editor"), make_actor("data_editor")
    key, number = actions.take_over(actor=first, source=trees, file_name="Bäume.csv", now=now)
    actions.describe(actor=first, dataset_id=key, passport=PASSPORT, now=now)
    actions.hand_over(actor=first, dataset_id=key, number=number, now=now)
    actions.release(actor=second, dataset_id=key, number=number, now=now)
    return key, first, second


def test_the_whole_way(published: Any, trees: Path, now: datetime, data_dir: Path) -> None:
    key, first, second = published
    info = api.find("baeume")
    assert info is not None and (info.title, info.version.number, info.version.rows) == (
        "Bäume im Stadtgebiet",
        1,
        2,
    )
    assert set(info.version.formats) == {"csv", "geojson", "parquet"}
    assert api.rows(api.folder(), f"SELECT count(*) FROM {api.file(info.version.path)}") == [(2,)]
    trees.write_text(TREES + "Buche;8,27;49,98\n")
    _, number = actions.take_over(
        actor=second, source=trees, file_name="Bäume.csv", now=now, dataset_id=key, note="Buche ergänzt"
    )
    assert number == 2 and (found := api.find("baeume")) and found.version.number == 1
    actions.hand_over(actor=second, dataset_id=key, number=2, now=now)
    actions.release(actor=first, dataset_id=key, number=2, now=now)
    assert (found := api.find("baeume")) and found.version.rows == 3
    assert (old := api.find("baeume", 1)) and old.version.rows == 2 and old.version.path.is_file()
    assert not [path for path in data_dir.rglob("*") if path.name.endswith(".part")]


def test_a_second_person_releases(make_actor: Any, trees: Path, now: datetime) -> None:
    first = make_actor("data_editor")
    key, number = actions.take_over(actor=first, source=trees, file_name="x.csv", now=now)
    with pytest.raises(NotPublishable) as caught:
        actions.hand_over(actor=first, dataset_id=key, number=number, now=now)
    assert {field for field, _ in caught.value.extra["missing"]} >= {
        "description",
        "licence",
        "publisher",
        "themes",
        "privacy",
    }
    actions.describe(actor=first, dataset_id=key, passport=PASSPORT, now=now)
    with pytest.raises(Conflict):
        actions.release(actor=make_actor("data_editor"), dataset_id=key, number=number, now=now)
    actions.hand_over(actor=first, dataset_id=key, number=number, now=now)
    with pytest.raises(SecondPersonNeeded):
        actions.release(actor=first, dataset_id=key, number=number, now=now)
    with pytest.raises(IntegrityError, match="second_person"), transaction.atomic():
        Version.objects.filter(dataset_id=key).update(published_by_id=first.account_id)
    assert api.published() == []


def test_people_in_the_data_need_a_reason(make_actor: Any, tmp_path: Path, now: datetime) -> None:
    path = tmp_path / "x.csv"
    path.write_text("Vorname;Nachname\nKim;Muster\n")
    first = make_actor("data_editor")
    key, number = actions.take_over(actor=first, source=path, file_name="x.csv", now=now)
    actions.describe(actor=first, dataset_id=key, passport=PASSPORT, now=now)
    with pytest.raises(NotPublishable) as caught:
        actions.hand_over(actor=first, dataset_id=key, number=number, now=now)
    assert [field for field, _ in caught.value.extra["missing"]] == ["privacy_reason"]


def test_a_version_never_changes(published: Any) -> None:
    for change in ({"sha256": "0" * 64}, {"rows": 7}, {"state": "draft"}, {"columns": []}, {"number": 9}):
        with pytest.raises((InternalError, DatabaseError), match="never changes"), transaction.atomic():
            Version.objects.filter(dataset_id=published[0]).update(**change)


def test_withdrawn_with_a_reason(published: Any, now: datetime) -> None:
    key, first, _ = published
    with pytest.raises(InvalidInput):
        actions.withdraw(actor=first, dataset_id=key, reason="", now=now)
    actions.withdraw(actor=first, dataset_id=key, reason="Die Quelle war falsch.", now=now)
    assert api.find("baeume") is None and Dataset.objects.get(pk=key).withdrawn_at == now


def test_others_cannot(published: Any, make_actor: Any, trees: Path, now: datetime) -> None:
    clerk = make_actor("caseworker")
    with pytest.raises(NotAllowed):
        actions.take_over(actor=clerk, source=trees, file_name="x.csv", now=now)
    with pytest.raises(NotAllowed):
        actions.withdraw(actor=clerk, dataset_id=published[0], reason="Weil ich will", now=now)


def test_other_municipalities_see_nothing(published: Any, bodenheim: Any, mainz: Any) -> None:
    info = api.find("baeume")
    assert info is not None
    with tenancy.act_for(bodenheim.pk):
        assert api.published() == [] and Dataset.objects.count() == 0
        with pytest.raises(storage.NoSuchFile):
            storage.path_of(info.version.uri)
    with pytest.raises(storage.NoSuchFile):
        storage.path_of("dir:../../etc/passwd")


def test_nothing_stays_of_what_failed(
    make_actor: Any, tmp_path: Path, now: datetime, data_dir: Path, monkeypatch: Any
) -> None:
    first = make_actor("data_editor")
    bad = tmp_path / "x.csv"
    bad.write_bytes(b"")
    with pytest.raises(FileRefused):
        actions.take_over(actor=first, source=bad, file_name="x.csv", now=now)
    bad.write_text(TREES)
    monkeypatch.setattr(actions.audit, "record", lambda **_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        actions.take_over(actor=first, source=bad, file_name="x.csv", now=now)
    assert not Dataset.objects.exists() and not [path for path in data_dir.rglob("*") if path.is_file()]


def test_a_draft_can_be_thrown_away(
    make_actor: Any, trees: Path, now: datetime, data_dir: Path, django_capture_on_commit_callbacks: Any
) -> None:
    first = make_actor("data_editor")
    key, number = actions.take_over(actor=first, source=trees, file_name="x.csv", now=now)
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.discard(actor=first, dataset_id=key, number=number, now=now)
    assert not Dataset.objects.exists() and not list(data_dir.rglob("*.parquet"))
