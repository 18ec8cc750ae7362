"""Jobs belong to their transaction, run for their tenant, are repeated, and never get lost."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from stadtkern.foundation.jobs import api, registry, testing, worker
from stadtkern.foundation.jobs.models import JobFailure
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel import clock

seen: list[tuple[str, str]] = []


@api.job(name="tests.note", retry=2)
def note(*, tenant_id: str, word: str) -> None:
    seen.append((str(tenancy.current_id()), word))


@api.job(name="tests.fail", retry=0)
def fail(*, tenant_id: str) -> None:
    raise ValueError("Erika Mustermann")


@api.job(name="tests.chain", retry=0)
def chain(*, tenant_id: str) -> None:
    with transaction.atomic():
        api.enqueue(note, word="kept")
    try:
        with transaction.atomic():
            api.enqueue(note, word="rolled back")
            raise LookupError
    except LookupError:
        pass


@api.periodic(name="tests.tick", cron="0 3 * * *")
def tick(*, now) -> None:
    seen.append((str(tenancy.current_id()), now.tzname()))


@pytest.fixture(autouse=True)
def _empty():
    seen.clear()


def test_a_job_runs_for_the_tenant_that_enqueued_it(mainz):
    api.enqueue(note, word="hallo")
    assert testing.run_pending("tests.note") == ["tests.note"]
    assert seen == [(str(mainz.pk), "hallo")]


def test_rolled_back_work_leaves_no_job(mainz):
    with pytest.raises(LookupError), transaction.atomic():
        api.enqueue(note, word="nie")
        raise LookupError
    assert testing.pending("tests.note") == []


def test_ids_travel_as_text_and_lock_is_per_tenant(mainz):
    identifier = uuid4()
    api.enqueue(note, lock="case-1", word=identifier)
    row = ProcrastinateJob.objects.get(task_name="tests.note")
    assert row.args["word"] == str(identifier)
    assert row.lock == f"{mainz.pk}:case-1"


def test_a_later_job_waits_and_follows_the_clock_of_the_demo(mainz, now):
    clock.shift_to(now, real_start=clock.real_now())
    api.enqueue(note, run_at=clock.now() + timedelta(hours=1), word="später")
    assert testing.run_pending("tests.note") == []
    waits = ProcrastinateJob.objects.get(task_name="tests.note").scheduled_at - clock.real_now()
    assert timedelta(minutes=59) < waits <= timedelta(hours=1)


def test_a_function_without_mark_is_refused(mainz):
    with pytest.raises(ValueError, match="not a job"):
        api.enqueue(lambda: None)


def test_without_a_tenant_nothing_is_enqueued(db):
    with pytest.raises(tenancy.NoTenant):
        api.enqueue(note, word="x")


def test_two_functions_cannot_share_a_name():
    with pytest.raises(ValueError, match=r"tests\.note"):
        api.job(name="tests.note")(lambda **_: None)


def test_failures_are_kept_without_their_text(mainz):
    api.enqueue(fail)
    with pytest.raises(ValueError):
        testing.run_pending("tests.fail")
    failure = JobFailure.objects.get()
    assert failure.error == "builtins.ValueError"
    assert "Mustermann" not in failure.place


class TestWorker:
    """The real worker, with its own connections."""

    pytestmark = pytest.mark.django_db(transaction=True)

    @pytest.fixture(autouse=True)
    def _clean(self, transactional_db):
        yield
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs")
            cursor.execute("DELETE FROM procrastinate_workers")

    def test_it_runs_what_was_committed(self, transactional_db, mainz):
        api.enqueue(note, word="eins")
        api.enqueue(chain)
        worker.run(concurrency=2, wait=False)
        assert sorted(word for _, word in seen) == ["eins", "kept"]
        assert not ProcrastinateJob.objects.filter(task_name__startswith="tests.").exists()

    def test_a_failed_job_is_listed_and_can_run_again(self, transactional_db, mainz, bodenheim):
        api.enqueue(fail)
        worker.run(concurrency=1, wait=False)
        [failed] = [entry for entry in api.failed_jobs() if entry.name == "tests.fail"]
        assert failed.error == "builtins.ValueError"
        assert "test_jobs.py" in failed.place
        with tenancy.act_for(bodenheim.pk):
            assert api.failed_jobs() == []
            with pytest.raises(api.JobNotFound):
                api.retry_failed(failed.number)
        api.retry_failed(failed.number)
        assert ProcrastinateJob.objects.get(pk=failed.number).status == "todo"

    def test_a_retried_job_waits_before_its_next_attempt(self, transactional_db, mainz, monkeypatch):
        calls = []
        monkeypatch.setitem(
            registry.JOBS,
            "tests.note",
            registry.Job(
                name="tests.note", queue="default", retry=2, function=lambda **_: calls.append(1) or 1 / 0
            ),
        )
        api.enqueue(note, word="x")
        worker.run(concurrency=1, wait=False)
        row = ProcrastinateJob.objects.get(task_name="tests.note")
        assert (row.status, row.attempts, len(calls)) == ("todo", 1, 1)
        assert row.scheduled_at > clock.real_now()

    def test_periodic_jobs_run_once_per_municipality(self, transactional_db, mainz, bodenheim):
        app = worker.build_app()
        app.tasks["tests.tick.all"].func(timestamp=0)
        app.tasks["tests.tick.all"].func(timestamp=1)
        assert sorted(testing.run_pending("tests.tick")) == ["tests.tick", "tests.tick"]
        assert {tenant for tenant, _ in seen} == {str(mainz.pk), str(bodenheim.pk)}

    def test_a_job_of_a_killed_worker_runs_again(self, transactional_db, mainz):
        api.enqueue(note, word="noch einmal")
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '2 minutes')"
                " RETURNING id"
            )
            cursor.execute(
                "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE task_name = 'tests.note'",
                [cursor.fetchone()[0]],
            )
            cursor.execute(
                "SELECT procrastinate_defer_jobs_v1(ARRAY[ROW('periodic', 'jobs.rescue', 0, NULL, NULL,"
                """ '{"timestamp": 0}', NULL)]::procrastinate_job_to_defer_v1[])"""
            )
        worker.run(concurrency=1, wait=False)
        assert seen == [(str(mainz.pk), "noch einmal")]

    def test_the_sign_of_life(self, transactional_db, mainz):
        assert not api.worker_is_alive()
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())")
        assert api.worker_is_alive()
