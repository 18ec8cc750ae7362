"""What runs by the clock for the rooms below: the seal, erasing, sweeping."""

from __future__ import annotations

from uuid import uuid4

from stadtkern.foundation.access.api import system
from stadtkern.foundation.audit import api as audit
from stadtkern.foundation.jobs import registry, testing, worker


def test_the_periodic_jobs_are_known_to_every_worker():
    known = {name: entry.cron for name, entry in registry.PERIODICS.items()}
    assert known["audit.seal"] == "* * * * *"
    assert {"audit.erase", "files.sweep", "notifications.forget"} <= set(known)
    tasks = worker.build_app().tasks
    for name in known:
        assert {name, f"{name}.all"} <= set(tasks)


def test_the_log_is_sealed_by_its_job(mainz, now):
    audit.record(actor=system(mainz.pk), action="x.y", obj=("case", uuid4()), now=now)
    worker.build_app().tasks["audit.seal.all"].func(timestamp=0)
    assert testing.run_pending("audit.seal") == ["audit.seal"]
    report = audit.verify(mainz.pk)
    assert (report.ok, report.sealed, report.entries) == (True, 1, 1)
