"""The page on which running cases move: first what would happen to each, then the move; the case goes on under the new version."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stadtkern.casework.cases import actions
from stadtkern.casework.cases.models import CaseEvent
from stadtkern.casework.processes import versions
from stadtkern.casework.processes.models import Instance
from stadtkern.casework.processes.packages.model import Package
from stadtkern.foundation.jobs.testing import run_pending
from tests.casework.designer.conftest import log_in

pytestmark = pytest.mark.django_db
DOG = "hundesteuer-anmeldung"
PAGE = f"/arbeit/werkstatt/{DOG}/umstellen/"


@pytest.fixture
def now() -> datetime:
    from stadtkern.kernel import clock

    return clock.now()


@pytest.fixture
def case(city: Any, apply: Any, make_actor: Any, now: datetime) -> Any:
    return apply(DOG, actor=make_actor(), now=now)


def newer(case: Any, now: datetime, *, renamed: bool = False) -> UUID:
    """The next version: another name for the state, the first task under another id if ``renamed``."""
    package: Package = versions.package_of(case.process_version_id)
    texts = package.json("texts.json")
    texts["states"]["received"]["label"]["de"] = "Frisch eingegangen"
    package = package.with_file("texts.json", json.dumps(texts).encode())
    if renamed:
        drawing = package.text("process.bpmn").replace("sichten", "annehmen")
        package = package.with_file("process.bpmn", drawing.encode())
    return versions.keep(package, now=now + timedelta(minutes=1))


def test_the_page_says_what_would_happen_and_does_it(
    case: Any, author: Any, make_actor: Any, team: Any, now: datetime
) -> None:
    target = newer(case, now)
    client = log_in(author)
    page = client.get(PAGE).content.decode()
    assert case.number in page and "zieht um" in page and "1 ziehen ohne Verlust um" in page
    assert Instance.objects.get(subject_id=case.pk).version_id == case.process_version_id
    sent = {"von": str(case.process_version_id), "nach": str(target)}
    assert client.post(PAGE, sent).status_code == 302
    run_pending()
    case.refresh_from_db()
    assert case.process_version_id == target and Instance.objects.get(subject_id=case.pk).version_id == target
    assert CaseEvent.objects.filter(case=case, kind="migrated").count() == 1
    clerk = make_actor("caseworker", office=team("finanzen").office)
    actions.take(actor=clerk, case_id=case.pk, revision=case.revision, now=now)
    case.refresh_from_db()
    assert case.state == "in_review"
    assert "nichts umzustellen" not in client.get(PAGE).content.decode()


def test_an_element_of_another_name_is_mapped_by_hand(case: Any, author: Any, now: datetime) -> None:
    target = newer(case, now, renamed=True)
    client = log_in(author)
    page = client.get(PAGE).content.decode()
    assert "1 bleiben" in page and "Was an die Stelle tritt" in page and "Übernehmen" in page
    assert "Jetzt umstellen" not in page
    page = client.get(PAGE, {"ort-sichten": "annehmen"}).content.decode()
    assert "1 ziehen ohne Verlust um" in page and "Jetzt umstellen" in page
    sent = {"von": str(case.process_version_id), "nach": str(target), "ort-sichten": "annehmen"}
    client.post(PAGE, sent)
    run_pending()
    assert Instance.objects.get(subject_id=case.pk).version_id == target


def test_a_mapping_of_nonsense_is_told(case: Any, author: Any, now: datetime) -> None:
    newer(case, now)
    response = log_in(author).get(PAGE, {"ort-gibtsnicht": "annehmen"})
    assert response.status_code == 422 and "Zuordnung" in response.content.decode()


def test_nothing_to_do_and_nobody_else(case: Any, author: Any, make_actor: Any) -> None:
    assert "nichts umzustellen" in log_in(author).get(PAGE).content.decode()
    assert log_in(author).get("/arbeit/werkstatt/gibtsnicht/umstellen/").status_code == 404
    assert log_in(make_actor("caseworker")).get(PAGE).status_code in (403, 404)


def test_many_cases_need_no_more_queries(
    case: Any, apply: Any, author: Any, make_actor: Any, now: datetime
) -> None:
    newer(case, now)
    client = log_in(author)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as one:
        client.get(PAGE)
    for _ in range(3):
        apply(DOG, actor=make_actor(), now=now)
    with CaptureQueriesContext(connection) as many:
        assert "4 ziehen" in client.get(PAGE).content.decode()
    assert len(many) <= len(one) + 1
