"""Running instances move to another version: told before, done in batches, nothing lost, what does not fit stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from stadtkern.casework.processes import actions, migrating, queries, versions
from stadtkern.casework.processes.models import Instance, Step, Task, Wait
from stadtkern.casework.processes.verification import verify
from stadtkern.foundation.access.api import Actor, system
from stadtkern.foundation.audit.models import Entry
from stadtkern.foundation.jobs.testing import run_pending
from tests.casework.processes.packages_of import small

pytestmark = pytest.mark.django_db

OLD = """<message id="m" name="ruf"/><process id="p" isExecutable="true"><startEvent id="s"/>
<userTask id="t" name="Prüfen" stadtkern:role="caseworker" stadtkern:state="received" stadtkern:actions="gut"/>
<boundaryEvent id="frist" attachedToRef="t" cancelActivity="false"><timerEventDefinition><timeDuration>P10D</timeDuration></timerEventDefinition></boundaryEvent>
<endEvent id="e2"/>
<boundaryEvent id="ruf" attachedToRef="t" cancelActivity="false"><messageEventDefinition messageRef="m"/></boundaryEvent><endEvent id="e3"/>
<userTask id="u" name="Buchen" stadtkern:role="caseworker" stadtkern:state="done" stadtkern:actions="fertig"/><endEvent id="e"/>
<sequenceFlow id="f1" sourceRef="s" targetRef="t"/><sequenceFlow id="f2" sourceRef="t" targetRef="u"/><sequenceFlow id="f3" sourceRef="u" targetRef="e"/>
<sequenceFlow id="f4" sourceRef="frist" targetRef="e2"/><sequenceFlow id="f5" sourceRef="ruf" targetRef="e3"/></process>"""
#: the same with another id, name, role and outcome of the first task, without the message and the booking, with a second timer
NEW = """<process id="p" isExecutable="true"><startEvent id="s"/>
<userTask id="t2" name="Antrag prüfen" stadtkern:role="team_lead" stadtkern:state="received" stadtkern:actions="gut schlecht"/>
<boundaryEvent id="frist" attachedToRef="t2" cancelActivity="false"><timerEventDefinition><timeDuration>P10D</timeDuration></timerEventDefinition></boundaryEvent>
<endEvent id="e2"/>
<boundaryEvent id="mahnung" attachedToRef="t2" cancelActivity="false"><timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition></boundaryEvent>
<endEvent id="e3"/><endEvent id="e" stadtkern:state="done"/>
<sequenceFlow id="f1" sourceRef="s" targetRef="t2"/><sequenceFlow id="f2" sourceRef="t2" targetRef="e"/>
<sequenceFlow id="f4" sourceRef="frist" targetRef="e2"/><sequenceFlow id="f5" sourceRef="mahnung" targetRef="e3"/></process>"""
PARAMETER = {"name": "satz", "type": "number", "label": {"de": "Satz"}, "default": 84}
MAPPING = {"t": "t2"}


@pytest.fixture
def actor(mainz: Any) -> Actor:
    return system(mainz.pk)


@pytest.fixture
def old(mainz: Any, now: datetime) -> UUID:
    return versions.keep(small(OLD, states=("received", "done")), now=now)


@pytest.fixture
def new(mainz: Any, now: datetime) -> UUID:
    package = small(NEW, states=("received", "done"), parameters=[PARAMETER])
    return versions.keep(package, now=now + timedelta(hours=1))


@pytest.fixture
def begin(old: UUID, actor: Actor, now: datetime) -> Callable[..., tuple[str, UUID]]:
    def start(*steps: str) -> tuple[str, UUID]:
        subject = ("case", uuid4())
        actions.start(subject=subject, version_id=old, facts={"x": 1}, actor=actor, now=now)
        for step in steps:
            actions.act(subject=subject, action=step, actor=actor, now=now)
        return subject

    return start


def test_the_dry_run_says_what_would_happen_and_changes_nothing(begin: Any, old: UUID, new: UUID) -> None:
    first, second = begin(), begin("gut")
    before = list(Instance.objects.order_by("id").values("state", "version_id"))
    told = {
        row.subject_id: row
        for row in migrating.dry_run(migrating.transfer(source=old, target=new, mapping=MAPPING))
    }
    here = told[first[1]]
    assert here.fits and here.tasks == (("Prüfen", "Antrag prüfen"),)
    assert (here.state_before, here.state_after) == ("received", "received")
    assert here.lost == ("Auf „ruf“ wird nicht mehr gewartet.",)
    assert here.added == ("Auf „mahnung“ wird neu gewartet.", "Der Wert „parameter.satz“ kommt hinzu.")
    assert not here.moves(accept_lost=False) and here.moves(accept_lost=True)
    assert not told[second[1]].fits and told[second[1]].needs == (
        "Für „Buchen“ ist im neuen Ablauf kein Platz bestimmt.",
    )
    assert list(Instance.objects.order_by("id").values("state", "version_id")) == before


def test_without_a_mapping_it_says_who_has_no_place(begin: Any, old: UUID, new: UUID) -> None:
    begin()
    move = migrating.transfer(source=old, target=new)
    assert [row.fits for row in migrating.dry_run(move)] == [False]
    assert {row[0] for row in move.homeless()} >= {"t", "u", "ruf"}


@pytest.mark.parametrize("mapping", [{"gibtsnicht": "t2"}, {"t": "gibtsnicht"}])
def test_a_mapping_of_what_does_not_exist_is_refused(old: UUID, new: UUID, mapping: dict[str, str]) -> None:
    with pytest.raises(migrating.BadMapping):
        migrating.transfer(source=old, target=new, mapping=mapping)


def test_versions_of_two_services_do_not_mix(old: UUID, now: datetime) -> None:
    other = versions.keep(small(NEW, states=("received", "done"), slug="anders"), now=now)
    with pytest.raises(migrating.BadMapping):
        migrating.transfer(source=old, target=other, mapping=MAPPING)


def test_those_that_fit_move_and_the_others_stay(
    begin: Any, old: UUID, new: UUID, actor: Actor, now: datetime
) -> None:
    moving, staying = [begin() for _ in range(3)], begin("gut")
    task = Task.objects.filter(instance__subject_id=moving[0][1]).get()
    timer = Wait.objects.get(instance=task.instance, kind="timer")
    move = migrating.transfer(source=old, target=new, mapping=MAPPING)
    assert migrating.start(move, accept_lost=True, actor=actor, now=now) == 4
    run_pending()
    assert set(Instance.objects.filter(version_id=new).values_list("subject_id", flat=True)) == {
        s[1] for s in moving
    }
    assert Instance.objects.get(subject_id=staying[1]).version_id == old
    task.refresh_from_db()
    assert (task.node, task.name, task.role, task.actions, task.status) == (
        "t2",
        "Antrag prüfen",
        "team_lead",
        "gut schlecht",
        "open",
    )
    assert Wait.objects.get(pk=timer.pk).due_at == timer.due_at, "a running deadline keeps running"
    assert sorted(Wait.objects.filter(instance=task.instance).values_list("kind", "node")) == [
        ("timer", "frist"),
        ("timer", "mahnung"),
    ]
    assert verify().discrepancies == ()
    assert queries.variables(moving[0]) == {"x": 1, "parameter": {"satz": 84}}
    assert Step.objects.filter(instance=task.instance, event="Migrated").count() == 1
    assert actions.act(subject=moving[0], action="schlecht", actor=actor, now=now).state == "done"
    assert actions.act(subject=staying, action="fertig", actor=actor, now=now).ended
    assert Entry.objects.filter(action="processes.migrated").count() == 3
    assert Entry.objects.filter(action="processes.migrate").count() == 1


def test_what_would_be_lost_wants_a_yes(
    begin: Any, old: UUID, new: UUID, actor: Actor, now: datetime
) -> None:
    begin()
    move = migrating.transfer(source=old, target=new, mapping=MAPPING)
    migrating.start(move, accept_lost=False, actor=actor, now=now)
    run_pending()
    assert Instance.objects.filter(version_id=new).count() == 0


def test_many_go_in_batches_and_twice_is_once(
    begin: Any, old: UUID, new: UUID, actor: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrating, "BATCH", 2)
    for _ in range(5):
        begin()
    move = migrating.transfer(source=old, target=new, mapping=MAPPING)
    last, moved = migrating.migrate_batch(move, accept_lost=True, after=None, by="", actor=actor, now=now)
    assert (last is not None, moved) == (True, 2)
    migrating.start(move, accept_lost=True, actor=actor, now=now)
    run_pending()
    assert Instance.objects.filter(version_id=new).count() == 5
    assert Step.objects.filter(event="Migrated").count() == 5
    assert verify().discrepancies == ()


def test_a_state_that_is_gone_keeps_a_case_where_it_is(begin: Any, old: UUID, now: datetime) -> None:
    begin("gut")
    gone = versions.keep(small(OLD.replace('"done"', '"received"'), states=("received",)), now=now)
    begun = migrating.dry_run(migrating.transfer(source=old, target=gone))
    assert [row.state_after for row in begun] == ["received"] and begun[0].fits
    silent = versions.keep(small(OLD.replace('stadtkern:state="done"', ""), states=("received",)), now=now)
    told = migrating.dry_run(migrating.transfer(source=old, target=silent))
    assert told[0].needs == ("Den Stand „done“ gibt es in der neuen Fassung nicht.",)


CALLS = """<process id="p" isExecutable="true"><startEvent id="s"/><callActivity id="c" calledElement="q"/><endEvent id="e"/>
<sequenceFlow id="f1" sourceRef="s" targetRef="c"/><sequenceFlow id="f2" sourceRef="c" targetRef="e"/></process>
<process id="q" isExecutable="true"><startEvent id="qs"/><userTask id="qt" name="{name}" stadtkern:actions="gut"/><endEvent id="qe"/>
<sequenceFlow id="qf1" sourceRef="qs" targetRef="qt"/><sequenceFlow id="qf2" sourceRef="qt" targetRef="qe"/></process>"""


def test_called_processes_move_with_their_caller(mainz: Any, actor: Actor, now: datetime) -> None:
    first, second = (versions.keep(small(CALLS.format(name=name)), now=now) for name in ("Drüben", "Dort"))
    subject = ("case", uuid4())
    actions.start(subject=subject, version_id=first, facts={}, actor=actor, now=now)
    migrating.start(migrating.transfer(source=first, target=second), accept_lost=False, actor=actor, now=now)
    run_pending()
    assert list(Instance.objects.values_list("version_id", flat=True).distinct()) == [second]
    task = Task.objects.get(status="open")
    assert task.name == "Dort"
    actions.complete_task(task_id=task.pk, action="gut", data={}, actor=actor, now=now)
    run_pending()
    assert queries.situation(subject).ended


def test_versions_with_how_many_run_on_them(begin: Any, old: UUID, new: UUID) -> None:
    begin()
    assert [(pk, count) for pk, _, count in migrating.versions_in_use("test")] == [(new, 0), (old, 1)]
    assert [count for _, count in migrating.running_by_version("test")] == [1]
