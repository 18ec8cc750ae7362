"""Two workers, one step; timers that others fired; messages that arrive twice; summer and winter time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection

from stadtkern.casework.processes import actions, queries, verification, versions
from stadtkern.casework.processes.errors import MoveNotAllowed, NoSuchTask
from stadtkern.casework.processes.models import Instance, Step, Task, Wait
from stadtkern.foundation.access.api import Actor, system
from stadtkern.foundation.jobs.testing import pending, run_pending
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel import clock
from tests.casework.processes.packages_of import shipped, small
from tests.casework.processes.test_running import MESSAGES, TIMERS

WINTER = clock.ZONE


@pytest.fixture
def actor(mainz: Any) -> Actor:
    return system(mainz.pk)


def begin(package: Any, actor: Actor, now: datetime, **facts: Any) -> tuple[str, UUID]:
    subject = ("test", uuid4())
    actions.start(
        subject=subject, version_id=versions.keep(package, now=now), facts=facts, actor=actor, now=now
    )
    return subject


@pytest.fixture
def together(actor: Actor) -> Iterator[Callable[..., list[Any]]]:
    """Run something in several threads with connections of their own, at the same moment; returns results or errors."""

    def run(work: Callable[[], Any], times: int = 4) -> list[Any]:
        barrier, found = threading.Barrier(times), []

        def one() -> None:
            try:
                with tenancy.act_for(actor.tenant_id):
                    barrier.wait(20)
                    found.append(work())
            except Exception as error:
                found.append(type(error))
            finally:
                connection.close()

        threads = [threading.Thread(target=one) for _ in range(times)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        return found

    yield run


@pytest.mark.django_db(transaction=True)
class TestTwoWorkers:
    """The same step from several workers at once."""

    def test_a_task_is_completed_by_one(self, together: Any, actor: Actor, now: datetime) -> None:
        begin(shipped("hundesteuer-anmeldung"), actor, now)
        task = Task.objects.get().pk

        def work() -> str:
            return actions.complete_task(task_id=task, action="take", data={}, actor=actor, now=now).state

        assert sorted(map(str, together(work))) == sorted(map(str, ["in_review", *[NoSuchTask] * 3]))
        assert Step.objects.filter(event="TaskCompleted").count() == 1
        assert verification.verify().discrepancies == ()

    def test_a_timer_fires_once_also_when_it_repeats(
        self, together: Any, actor: Actor, now: datetime
    ) -> None:
        subject = begin(small(TIMERS), actor, now)
        later = now + timedelta(days=1, hours=1)
        fired = together(lambda: actions.fire_due_timers(actor=actor, now=later, limit=10))
        assert sum(fired) == 1 and queries.variables(subject)["erinnert"] == 1
        assert verification.verify().discrepancies == ()

    def test_a_message_is_taken_once(self, together: Any, actor: Actor, now: datetime) -> None:
        subject = begin(small(MESSAGES), actor, now)

        def work() -> int:
            return actions.deliver_message(
                name="ruf", correlation=None, payload={}, actor=actor, now=now, subject=subject
            )

        assert sum(together(work)) == 1

    def test_a_case_begins_anew_once(self, together: Any, actor: Actor, now: datetime) -> None:
        subject = begin(shipped("hundesteuer-anmeldung"), actor, now, jahressteuer=100)
        for step in ("take", "decide", "close"):
            actions.act(subject=subject, action=step, actor=actor, now=now)

        def work() -> str:
            return actions.act(subject=subject, action="reopen", actor=actor, now=now).state

        found = together(work)
        assert found.count("in_review") == 1 and found.count(MoveNotAllowed) == 3
        assert Instance.objects.count() == 2


LOOP = """<message id="m" name="ruf"/><process id="p" isExecutable="true"><startEvent id="s"/>
<exclusiveGateway id="g"/><receiveTask id="r" messageRef="m"/>
<scriptTask id="n"><script>{ zahl: if zahl = null then 1 else zahl + 1 }</script></scriptTask>
<sequenceFlow id="f1" sourceRef="s" targetRef="g"/><sequenceFlow id="f2" sourceRef="g" targetRef="r"/>
<sequenceFlow id="f3" sourceRef="r" targetRef="n"/><sequenceFlow id="f4" sourceRef="n" targetRef="g"/></process>"""


@pytest.mark.django_db
class TestAgain:
    """What arrives twice happens once."""

    def test_a_message_delivered_again_is_not_taken_by_the_next_wait(
        self, actor: Actor, now: datetime
    ) -> None:
        subject = begin(small(LOOP), actor, now)
        for _ in range(3):
            actions.deliver_message(
                name="ruf", correlation=None, payload={}, actor=actor, now=now, subject=subject, cause="m-1"
            )
        assert queries.variables(subject)["zahl"] == 1
        actions.deliver_message(
            name="ruf", correlation=None, payload={}, actor=actor, now=now, subject=subject, cause="m-2"
        )
        assert queries.variables(subject)["zahl"] == 2

    def test_a_signal_job_that_runs_again_reaches_nobody_twice(self, actor: Actor, now: datetime) -> None:
        first = begin(small(MESSAGES), actor, now)
        begin(small(MESSAGES), actor, now)
        actions.deliver_message(name="ruf", correlation=None, payload={}, actor=actor, now=now, subject=first)
        (job,) = pending("processes.broadcast_signal")
        before = Step.objects.count()
        run_pending()
        steps = Step.objects.count()
        assert steps > before
        arguments = {key: value for key, value in job.items() if key != "tenant_id"}
        from stadtkern.casework.processes import jobs

        jobs.broadcast_signal(tenant_id=str(actor.tenant_id), **arguments)
        assert Step.objects.count() == steps

    def test_one_broken_instance_keeps_no_timer_from_the_others(
        self, actor: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        broken = begin(small(TIMERS), actor, now)
        begin(small(TIMERS), actor, now)
        bad = Instance.objects.get(subject_id=broken[1]).pk
        Instance.objects.filter(pk=bad).update(state='{"f": 99}')
        later = now + timedelta(days=1, hours=1)
        assert actions.fire_due_timers(actor=actor, now=later, limit=10) == 1
        assert Wait.objects.filter(instance_id=bad, attempts=1).exists()
        begin(small(TIMERS), actor, now)
        assert actions.fire_due_timers(actor=actor, now=later, limit=1) == 1, (
            "the broken one waits at the end"
        )

    def test_the_tables_are_compared_with_the_states(self, actor: Actor, now: datetime) -> None:
        begin(small(TIMERS), actor, now)
        begin(small(MESSAGES), actor, now)
        begin(shipped("hundesteuer-anmeldung"), actor, now)
        found = verification.verify()
        assert found.discrepancies == () and found.instances == 3 and found.waits >= 6
        Wait.objects.filter(kind="timer").first().delete()  # type: ignore[union-attr]
        Wait.objects.filter(kind="signal").update(key="falsch")
        Task.objects.filter(node="t").update(status="done")
        told = {(each.table, each.what) for each in verification.verify().discrepancies}
        assert told == {("wait", "missing"), ("wait", "different"), ("task", "missing")}


def timer(text: str) -> Any:
    return small(
        f'<process id="p" isExecutable="true"><startEvent id="s"/><intermediateCatchEvent id="c"><timerEventDefinition>'
        f'<timeDuration>{text}</timeDuration></timerEventDefinition></intermediateCatchEvent><userTask id="t" name="T"/>'
        f'<sequenceFlow id="f1" sourceRef="s" targetRef="c"/><sequenceFlow id="f2" sourceRef="c" targetRef="t"/></process>'
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("start", "duration", "due"),
    [
        # Summer time begins on 29 March 2026 at 2:00 (+1), ends on 25 October 2026 at 3:00 (+2).
        (datetime(2026, 3, 28, 12, tzinfo=WINTER), "P1D", datetime(2026, 3, 29, 10, tzinfo=UTC)),
        (datetime(2026, 3, 28, 12, tzinfo=WINTER), "PT23H", datetime(2026, 3, 29, 10, tzinfo=UTC)),
        (datetime(2026, 3, 29, 1, 30, tzinfo=WINTER), "PT1H", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        (datetime(2026, 3, 28, 2, 30, tzinfo=WINTER), "P1D", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        (datetime(2026, 10, 24, 12, tzinfo=WINTER), "P1D", datetime(2026, 10, 25, 11, tzinfo=UTC)),
        (datetime(2026, 10, 24, 12, tzinfo=WINTER), "PT23H", datetime(2026, 10, 25, 9, tzinfo=UTC)),
        (datetime(2026, 10, 25, 2, 30, tzinfo=WINTER), "PT1H", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
        (datetime(2026, 10, 25, 2, 30, tzinfo=WINTER, fold=1), "PT1H", datetime(2026, 10, 25, 2, 30, tzinfo=UTC)),
        (datetime(2026, 2, 28, 12, tzinfo=WINTER), "P1M", datetime(2026, 3, 28, 11, tzinfo=UTC)),
        (datetime(2026, 9, 25, 2, 30, tzinfo=WINTER), "P1M", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ],
)  # fmt: skip
@pytest.mark.parametrize("zone", [UTC, WINTER])
def test_timers_over_the_change_of_clocks(
    actor: Actor, start: datetime, duration: str, due: datetime, zone: Any
) -> None:
    """Days are days of the calendar, hours are time that passes, whatever zone the moment is told in. (FEEL makes no
    difference between PT24H and P1D.)"""
    subject = begin(timer(duration), actor, start.astimezone(zone))
    assert Wait.objects.get().due_at == due
    assert actions.fire_due_timers(actor=actor, now=due - timedelta(seconds=1), limit=10) == 0
    assert actions.fire_due_timers(actor=actor, now=due, limit=10) == 1
    assert actions.fire_due_timers(actor=actor, now=due + timedelta(hours=2), limit=10) == 0
    assert [task.node for task in queries.open_tasks(subject)] == ["t"]


@pytest.mark.django_db
def test_a_shifted_clock_moves_timers_and_retries(actor: Actor, now: datetime) -> None:
    """In the demo only the domain's time is shifted: a timer is due by it, a job runs by the real clock."""
    from stadtkern.casework.processes import jobs as process_jobs
    from stadtkern.foundation.jobs import api as jobs

    clock.shift_to(datetime(2026, 3, 29, 0, 30, tzinfo=UTC), real_start=clock.real_now())
    begin(timer("PT2H"), actor, clock.now())
    due = Wait.objects.get().due_at
    assert due is not None and abs(due - datetime(2026, 3, 29, 2, 30, tzinfo=UTC)) < timedelta(minutes=1)
    run_at = clock.local(clock.now()) + timedelta(hours=3)  # told on the wall clock, over the change
    with connection.cursor() as cursor:
        jobs.enqueue(process_jobs.cancel_child, run_at=run_at.astimezone(UTC), key="x")
        cursor.execute("SELECT max(scheduled_at) FROM procrastinate_jobs")
        planned = cursor.fetchone()[0]
    assert abs(planned - (clock.real_now() + timedelta(hours=2))) < timedelta(minutes=1)
