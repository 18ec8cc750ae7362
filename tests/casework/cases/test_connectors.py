"""What the connectors of the house do in a case: through PostgreSQL and jobs, once under repeated delivery, together with their
answer or not at all, and an incident when what they are given is no use.

The only fakes: ``Hanging`` and ``Talking`` are registers behind the real ``register.query`` (no municipality is connected yet).
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError

from stadtkern.casework.appointments.models import Slot
from stadtkern.casework.cases.models import Case, CaseEvent, PostBoxItem, Request
from stadtkern.casework.payments import api as payments
from stadtkern.casework.processes import actions as steps
from stadtkern.casework.processes import api as processes
from stadtkern.casework.processes import calling, connectors, queries, versions
from stadtkern.casework.processes.builtin import registers
from stadtkern.casework.processes.jobs import call_connector
from stadtkern.casework.processes.models import Incident, Wait
from stadtkern.casework.processes.packages.model import make_package
from stadtkern.foundation.access.api import system
from stadtkern.foundation.jobs.testing import pending, run_pending
from stadtkern.foundation.notifications.models import Letter, Mail
from stadtkern.foundation.organizations.models import Office
from tests.casework.processes.packages_of import small

pytestmark = pytest.mark.django_db
MESSAGES = {
    "hallo": {
        "subject": {"de": "Neues", "en": "News"},
        "text": {"de": "Guten Tag, es gibt Neues.", "en": "Hello, there is news."},
    },
    "luecke": {
        "subject": {"de": "Neues", "en": "News"},
        "text": {"de": "{{gibtesnicht}}", "en": "{{gibtesnicht}}"},
    },
}
Begin = Callable[..., Case]


def package(connector: str, inputs: dict[str, str]) -> Any:
    given = "".join(f"<stadtkern:input name='{name}' value='{value}'/>" for name, value in inputs.items())
    base = small(
        f"""<process id="p" isExecutable="true"><startEvent id="s"/><serviceTask id="c" stadtkern:result="antwort">
        <extensionElements><stadtkern:connector type="{connector}">{given}</stadtkern:connector></extensionElements></serviceTask>
        <userTask id="t" name="T"/><sequenceFlow id="f1" sourceRef="s" targetRef="c"/>
        <sequenceFlow id="f2" sourceRef="c" targetRef="t"/></process>"""
    )
    texts = {**json.loads(base.files["texts.json"]), "messages": MESSAGES}
    return make_package({**base.files, "texts.json": json.dumps(texts).encode()})


@pytest.fixture
def begin(apply: Any, make_actor: Any, now: datetime) -> Begin:
    """``begin("mail", text='"hallo"')``: a case whose process calls the connector."""

    def run(connector: str, **inputs: str) -> Case:
        case = Case.objects.first() or apply("hundesteuer-anmeldung", actor=make_actor(assurance=4), now=now)
        run_pending()
        Mail.objects.all().delete()
        steps.erase(("case", case.pk))
        version = versions.keep(package(connector, inputs), now=now)
        Case.objects.filter(pk=case.pk).update(process_version_id=version, applicant_email="lena@example.org")
        steps.start(
            subject=("case", case.pk), version_id=version, facts={}, actor=system(case.tenant_id), now=now
        )
        case.refresh_from_db()
        return case

    return run


def effects(case: Case) -> dict[str, int]:
    """Everything that a connector may leave behind, counted."""
    from stadtkern.casework.records import api as records

    return {
        "mail": Mail.objects.filter(case_id=case.pk).count(),
        "letter": Letter.objects.filter(reference=case.number).count(),
        "post": PostBoxItem.objects.filter(case=case).exclude(kind="receipt").count(),
        "charge": len([row for row in payments.charges_of(case.pk) if row.amount_cents == 4711]),
        "notes": str(records.contents(case.record_id)).count("kind='note'"),
        "requests": Request.objects.filter(case=case).count(),
        "history": CaseEvent.objects.filter(case=case, kind__in=["written_to", "applicant_asked"]).count(),
    }


NOTHING = dict.fromkeys(("mail", "letter", "post", "charge", "notes", "requests", "history"), 0)
ONCE = [
    ("mail", {"text": '"hallo"'}, {"mail": 1, "history": 1}),
    ("letter", {"text": '"hallo"'}, {"letter": 1, "post": 1, "mail": 1, "history": 1}),
    ("payment.charge", {"cents": "4711"}, {"charge": 1}),
    ("record.file", {"title": '"Vermerk"', "text": '"Geprüft."'}, {"notes": 1}),
    (
        "case.ask_applicant",
        {"text": '"hallo"', "days": "7"},
        {"requests": 1, "post": 1, "mail": 1, "history": 1},
    ),
]


@pytest.mark.parametrize(("connector", "inputs", "left"), ONCE)
def test_once_also_when_the_job_is_delivered_again(
    begin: Begin,
    connector: str,
    inputs: dict[str, str],
    left: dict[str, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The server dies before the answer is stored: nothing is left. Then the job runs, and runs again: once."""
    case = begin(connector, **inputs)
    (job,) = pending("processes.call_connector")

    def gone(*args: Any, **more: Any) -> bool:
        raise OperationalError("server closed the connection")

    with monkeypatch.context() as broken, pytest.raises(OperationalError):
        broken.setattr(calling, "_tell", gone)
        call_connector(**job)
    assert effects(case) == NOTHING
    run_pending("processes.call_connector")
    for _ in range(2):
        call_connector(**job)
    assert effects(case) == {**NOTHING, **left}
    answer = queries.variables(("case", case.pk))["antwort"]
    assert answer and [task.node for task in queries.open_tasks(("case", case.pk))] == ["t"]
    assert not Incident.objects.exists() and processes.verify().discrepancies == ()


def test_a_question_is_not_asked_twice(begin: Begin, now: datetime) -> None:
    case = begin("case.ask_applicant", text='"hallo"')
    Request.objects.create(
        case=case,
        text="?",
        paths=[],
        answer_by_on=now.date(),
        asked_at=now,
        old_submission_id=case.submission_id,
    )
    run_pending()
    assert queries.variables(("case", case.pk))["antwort"] == {"asked": False}
    assert effects(case)["requests"] == 1


def test_free_appointments_are_offered_in_order(begin: Begin, now: datetime) -> None:
    office = Office.objects.get(slug="finanzen")
    for days in (9, 2, 5, -1):
        at = datetime.now(now.tzinfo) + timedelta(days=days)
        Slot.objects.create(office=office, starts_at=at, ends_at=at + timedelta(minutes=20))
    case = begin("appointment.offer", office='"finanzen"', count="2")
    run_pending()
    slots = queries.variables(("case", case.pk))["antwort"]["slots"]
    assert len(slots) == 2 and slots[0]["at"] < slots[1]["at"] and "Uhr" in slots[0]["text"]


GARBAGE = [
    ("mail", {"text": '"fehlt"'}, "gibt es im Paket nicht"),
    ("mail", {"text": '"luecke"'}, "gibtesnicht"),
    ("letter", {"text": "7"}, "text"),
    ("payment.charge", {"cents": "-5"}, "nicht plausibel"),
    ("payment.charge", {"cents": "0.5"}, "nicht plausibel"),
    ("record.file", {"title": '"x"', "text": "null"}, "text"),
    ("case.ask_applicant", {"text": '"fehlt"'}, "gibt es im Paket nicht"),
    ("appointment.offer", {"office": '"mond"'}, "gibt es hier nicht"),
]


def test_garbage_is_an_incident_and_leaves_nothing(begin: Begin) -> None:
    for connector, inputs, told in GARBAGE:
        case = begin(connector, **inputs)
        run_pending()
        assert told in Incident.objects.get().message, connector
        assert effects(case) == NOTHING and not Wait.objects.filter(kind="call").exists(), connector


class Hanging:
    """A register that does not answer until it is let go."""

    def __init__(self) -> None:
        self.go = threading.Event()

    def query(self, query: Any, *, legal_basis: str, key: str) -> processes.Found:
        self.go.wait(20)
        return processes.Found(hits=0)


class Talking:
    """A register that answers what it was told to, and notes the keys it was asked with."""

    def __init__(self, answer: Any) -> None:
        self.answer, self.keys = answer, []  # type: ignore[var-annotated]

    def query(self, query: Any, *, legal_basis: str, key: str) -> Any:
        self.keys.append(key)
        return self.answer


ASK = {"register": '"probe"', "query": "{name: &quot;x&quot;}", "legal_basis": '"§ 1"'}


@pytest.fixture
def short() -> Iterator[None]:
    """The real connector, with less patience."""
    real = connectors.known()["register.query"]
    connectors.register(replace(real, seconds=0.2, attempts=2))
    yield
    connectors.register(real)
    registers._sources.clear()
    calling._places.clear()


def test_a_register_that_hangs_keeps_nobody_waiting(begin: Begin, short: None) -> None:
    source = Hanging()
    processes.register_source("probe", source)
    begin("register.query", **ASK)
    run_pending("processes.call_connector", even_later=True)
    assert "nicht geantwortet" in Incident.objects.get().message
    source.go.set()


@pytest.mark.parametrize(
    "answer", [None, "ja", processes.Found(hits="viele"), processes.Found(hits=1, data=[1])]
)  # type: ignore[arg-type]
def test_a_register_that_talks_rubbish_is_an_incident(begin: Begin, short: None, answer: Any) -> None:
    source = Talking(answer)
    processes.register_source("probe", source)
    begin("register.query", **ASK)
    run_pending("processes.call_connector", even_later=True)
    assert "register.query" in Incident.objects.get().message and len(set(source.keys)) == 1
