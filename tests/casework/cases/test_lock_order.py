"""A case is locked before its process, whoever moves it: two steps of one case wait for each other and never deadlock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from stadtkern.casework.cases.actions.common import lock_for_work, move, save
from stadtkern.casework.cases.models import Case
from stadtkern.casework.processes import actions as steps
from stadtkern.casework.processes import execution, migrating, versions
from stadtkern.casework.processes.models import Instance, Wait
from stadtkern.foundation.access.api import Actor, system
from stadtkern.foundation.tenancy import api as tenancy
from tests.casework.cases.conftest import build_city
from tests.casework.processes.packages_of import small

# Waiting for the applicant ends by her answer, by a person's step, or by the clock; each is another state of the case.
PROCESS = """<message id="m" name="melden"/><process id="p" isExecutable="true"><startEvent id="s"/>
<userTask id="a" name="A" stadtkern:actions="take" stadtkern:state="received"/>
<boundaryEvent id="b" attachedToRef="a" cancelActivity="false"><timerEventDefinition><timeDuration>P1D</timeDuration>
</timerEventDefinition></boundaryEvent>
<boundaryEvent id="n" attachedToRef="a" cancelActivity="false"><messageEventDefinition messageRef="m"/></boundaryEvent>
<userTask id="c" name="C" stadtkern:actions="weiter" stadtkern:state="in_review"/>
<userTask id="d2" name="D" stadtkern:actions="weiter" stadtkern:state="in_review"/><endEvent id="e"/>
<sequenceFlow id="f1" sourceRef="s" targetRef="a"/><sequenceFlow id="f2" sourceRef="a" targetRef="e"/>
<sequenceFlow id="f3" sourceRef="b" targetRef="c"/><sequenceFlow id="f4" sourceRef="n" targetRef="d2"/></process>"""


@pytest.fixture
def mainz(db: None) -> Iterator[Any]:
    """Built for each test: one of them commits."""
    municipality = build_city()
    with tenancy.act_for(municipality.pk):
        yield municipality


@pytest.fixture
def case(apply: Any, make_actor: Any, now: datetime) -> Case:
    """A case whose process is the one above."""
    found: Case = apply("hundesteuer-anmeldung", actor=make_actor(assurance=4), now=now)
    actor = system(found.tenant_id)
    version = versions.keep(small(PROCESS, states=("received", "in_review")), now=now)
    steps.erase(("case", found.pk))
    steps.start(subject=("case", found.pk), version_id=version, facts={}, actor=actor, now=now)
    found.process_version_id, found.state = version, "received"
    found.save()
    return found


def locks(work: Callable[[], Any]) -> list[str]:
    """The tables that a piece of work locks, in order."""
    with CaptureQueriesContext(connection) as queries:
        work()
    found = [
        query["sql"]
        for query in queries
        if " FOR NO KEY UPDATE" in query["sql"] or " FOR UPDATE" in query["sql"]
    ]
    return [
        "case" if "cases_case" in sql else "instance" for sql in found if "_case" in sql or "_instance" in sql
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["timer", "message", "migration", "cancel"])
def test_the_case_is_locked_first(case: Case, way: str, now: datetime) -> None:
    actor, subject = system(case.tenant_id), ("case", case.pk)
    if way == "timer":
        found = locks(lambda: steps.fire_due_timers(actor=actor, now=now + timedelta(days=2), limit=9))
    elif way == "message":
        found = locks(
            lambda: steps.deliver_message(
                name="melden", correlation=None, payload={}, subject=subject, actor=actor, now=now
            )
        )
    elif way == "cancel":
        key = Instance.objects.get().key
        found = locks(lambda: steps.cancel_by_key(key=key, actor=actor, now=now))
    else:
        newer = versions.keep(
            small(PROCESS.replace('"A"', '"A2"'), states=("received", "in_review")), now=now
        )
        move_to = migrating.transfer(source=case.process_version_id, target=newer)
        found = locks(
            lambda: migrating.migrate_one(
                move_to, instance_id=Instance.objects.get().pk, accept_lost=True, by="", actor=actor, now=now
            )
        )
    assert "instance" in found and found[0] == "case", found


@pytest.mark.django_db(transaction=True)
def test_a_person_and_the_clock_at_the_same_moment(
    case: Case, make_actor: Any, team: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The person holds the case and waits until the clock holds the instance (or is seen to wait): with the other order
    both would now need what the other one has, and PostgreSQL would end one of them."""
    worker: Actor = make_actor("caseworker", team=team("finanzen"))
    person_has_case, clock_has_instance = threading.Event(), threading.Event()
    failed: list[BaseException] = []
    real = execution.running

    def seen(row: Instance) -> Any:
        if threading.current_thread().name == "clock":
            clock_has_instance.set()
        return real(row)

    monkeypatch.setattr(execution, "running", seen)

    def person() -> None:
        with transaction.atomic():
            held = lock_for_work(worker, case.pk, None)
            person_has_case.set()
            clock_has_instance.wait(1.0)
            move(held, "take", actor=worker, now=now)
            save(held)

    def clock() -> None:
        person_has_case.wait(20)
        later = now + timedelta(days=2)
        wait = Wait.objects.get(kind="timer")
        steps._one(
            wait.instance_id,
            wait.number,
            steps.e.TimerFired(wait.number),
            actor=system(case.tenant_id),
            now=later,
        )

    def run(work: Callable[[], None], tenant: UUID) -> None:
        try:
            with tenancy.act_for(tenant):
                work()
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=(work, case.tenant_id), name=work.__name__)
        for work in (person, clock)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    assert not any(thread.is_alive() for thread in threads)
