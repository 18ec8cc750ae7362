"""The shipped services run for real: an application becomes a case, its process asks, writes and calls without any failure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import pytest

from stadtkern.casework.cases.demo_samples import with_files
from stadtkern.casework.processes import api as processes
from stadtkern.foundation.jobs.testing import run_pending
from tests.content.packages import ONLINE, SERVICES, package, read_json

DAILY = ("ehrenamtskarte", "gewerbe-anmelden", "sperrmuell")
"""Together they ask outside bodies, write letters and mails, file notes, and send the same to a list of offices."""
PREFERRED = ("take", "decide", "close", "vollstaendig", "gefunden", "abgeholt", "release")
MOST = 25


@pytest.mark.django_db
@pytest.mark.parametrize("slug", DAILY)
@pytest.mark.parametrize("sample", ["sample", "sample-problem"])
def test_a_service_runs_through(slug: str, sample: str, mainz: Any, make_actor: Any, now: datetime) -> None:
    run(slug, sample, mainz, make_actor, now)


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("slug", sorted(set(ONLINE) - {*DAILY, "kita-platz"}))  # a registration needs Kitas
@pytest.mark.parametrize("sample", ["sample", "sample-problem"])
def test_every_service_runs_through(
    slug: str, sample: str, mainz: Any, make_actor: Any, now: datetime
) -> None:
    run(slug, sample, mainz, make_actor, now)


def run(slug: str, sample: str, mainz: Any, make_actor: Any, now: datetime) -> None:
    """Send the sample and do every task that comes up until the case waits for somebody outside, or is closed."""
    from stadtkern.casework.cases.models import Case
    from stadtkern.casework.forms import api as forms
    from stadtkern.casework.forms import demo as forms_demo
    from stadtkern.casework.processes.models import Wait
    from stadtkern.casework.services import actions as services
    from stadtkern.foundation.access.api import system
    from stadtkern.foundation.organizations.models import Office, Team
    from stadtkern.kernel import clock

    clock.shift_to(now, real_start=clock.real_now())
    where = read_json(SERVICES / slug / "service.json")["office"]
    office = Office.objects.create(slug=where, name="Amt", address="Musterplatz 1, 55116 Mainz")
    Team.objects.create(slug="team", name="Team", office=office)
    actor = system(mainz.pk)
    service_id = services.adopt(actor=actor, slug=slug, now=now)
    services.publish(actor=actor, service_id=service_id, version=1, now=now)
    forms_demo.load_package(slug)
    values = with_files(read_json(SERVICES / slug / f"{sample}.json"))
    sent = forms.create_submission(
        actor=make_actor(assurance=4),
        service_slug=slug,
        values=values,
        now=now,
        channel="online",
        idempotency_key="1",
    )
    case = Case.objects.get(root_submission_id=sent.id, parent=None)
    subject = ("case", case.pk)
    entered = _entered(slug)
    run_pending()
    assert processes.open_incidents() == []
    done = []
    while len(done) < MOST and (tasks := processes.open_tasks(subject)):
        task = tasks[0]
        wanted = next((name for name in PREFERRED if name in task.actions), (*task.actions, "")[0])
        processes.complete_task(task_id=task.id, action=wanted, data=entered, actor=actor, now=now)
        done.append(task.node)
        run_pending()
        assert [found.message for found in processes.open_incidents()] == [], done
    assert len(done) < MOST
    case.refresh_from_db()
    assert case.state in package(slug).procedure.texts.states
    # else nobody and nothing could ever go on
    assert (
        case.state == "closed"
        or processes.allowed(subject)
        or Wait.objects.filter(due_at__isnull=False).exists()
    )


def _entered(slug: str) -> Mapping[str, Any]:
    """What people enter in the test cases of the package, with the types that pages give."""
    found: dict[str, Any] = {}
    for path in sorted((SERVICES / slug / "tests").glob("*.json")):
        for step in json.loads(path.read_text("utf-8"))["steps"]:
            if "task" in step:
                found |= step.get("set", {})
    found.pop("beteiligte", None)
    return {name: _typed(value) for name, value in found.items()}


def _typed(value: Any) -> Any:
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else value
    except ValueError:
        return value
