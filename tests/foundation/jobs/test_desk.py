"""The administrator's page of failed jobs."""

from __future__ import annotations

import pytest
from django.db import connection
from django.urls import reverse

from stadtkern.foundation.audit import api as audit
from stadtkern.foundation.jobs import api
from stadtkern.foundation.tenancy import api as tenancy


@api.job(name="tests.desk", retry=0)
def work(*, tenant_id: str) -> None:
    pass


@pytest.fixture
def failed(mainz):
    """The number of a job that failed for good."""
    api.enqueue(work)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE task_name = 'tests.desk'")
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'failed', attempts = 1 WHERE task_name = 'tests.desk' RETURNING id"
        )
        return cursor.fetchone()[0]


@pytest.fixture
def admin(make_actor, sign_in):
    return sign_in(make_actor("administrator"))


def test_failed_jobs_are_listed_and_run_again(admin, failed):
    page = admin.get(reverse("jobs:list")).content.decode()
    assert "tests.desk" in page
    assert "Hintergrunddienst meldet sich nicht" in page
    assert admin.post(reverse("jobs:retry", args=[failed])).status_code == 302
    assert api.failed_jobs() == []
    assert audit.search(audit.Filter(action="jobs.retry"))[0].details == {"number": failed}
    assert admin.post(reverse("jobs:retry", args=[failed])).status_code == 404


def test_jobs_of_another_municipality_are_neither_shown_nor_started(admin, bodenheim):
    with tenancy.act_for(bodenheim.pk):
        api.enqueue(work)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE task_name = 'tests.desk'")
            cursor.execute(
                "UPDATE procrastinate_jobs SET status = 'failed' WHERE task_name = 'tests.desk' RETURNING id"
            )
            number = cursor.fetchone()[0]
    assert "tests.desk" not in admin.get(reverse("jobs:list")).content.decode()
    assert admin.post(reverse("jobs:retry", args=[number])).status_code == 404


@pytest.mark.parametrize("role", [None, "caseworker", "auditor"])
def test_others_do_not_enter(make_actor, sign_in, failed, role):
    client = sign_in(make_actor(role))
    assert client.get(reverse("jobs:list")).status_code in (403, 404)
    assert client.post(reverse("jobs:retry", args=[failed])).status_code in (403, 404)


def test_reading_changes_nothing(admin, failed):
    assert admin.get(reverse("jobs:retry", args=[failed])).status_code == 405
