"""Cases that run while worker, web server and database are killed: shared by the test and the benchmark of faults.

Each case waits for a person, calls an outside system (ours, which notes the key of every call), waits for a timer and for a
person again. Two threads try to complete every task, so that each step is also taken twice at the same time.
"""

from __future__ import annotations

import http.server
import json
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from benchmarks.town import ROOT
from tests.faults.harness import Installation, Role

VICTIMS: tuple[Role, ...] = ("worker", "database", "worker", "web-worker", "database", "web")
EVENTS = {"started": 1, "TaskCompleted": 2, "ConnectorReturned": 1, "TimerFired": 1}
PROCESS = """<process id="p" isExecutable="true"><startEvent id="s"/><userTask id="a" name="A" stadtkern:actions="weiter"/>
<serviceTask id="c" stadtkern:result="antwort"><extensionElements><stadtkern:connector type="http" operation="melden">
<stadtkern:input name="nummer" value="nummer"/></stadtkern:connector></extensionElements></serviceTask>
<intermediateCatchEvent id="t"><timerEventDefinition><timeDuration>PT1S</timeDuration></timerEventDefinition></intermediateCatchEvent>
<userTask id="b" name="B" stadtkern:actions="weiter"/><endEvent id="e"/>
<sequenceFlow id="f1" sourceRef="s" targetRef="a"/><sequenceFlow id="f2" sourceRef="a" targetRef="c"/>
<sequenceFlow id="f3" sourceRef="c" targetRef="t"/><sequenceFlow id="f4" sourceRef="t" targetRef="b"/>
<sequenceFlow id="f5" sourceRef="b" targetRef="e"/></process>"""


def description(port: int) -> dict[str, Any]:
    """The outside system as its OpenAPI file tells it."""
    number = {"type": "object", "required": ["nummer"], "properties": {"nummer": {"type": "integer"}}}
    answer = {"content": {"application/json": {"schema": number}}, "description": "ok"}
    operation = {
        "operationId": "melden",
        "requestBody": {"required": True, "content": {"application/json": {"schema": number}}},
        "responses": {"200": answer},
    }
    return {
        "openapi": "3.0.3",
        "info": {"title": "Probe", "version": "1"},
        "servers": [{"url": f"http://127.0.0.1:{port}"}],
        "paths": {"/melden": {"post": operation}},
    }


class OutsideSystem:
    """Answers with the number it got, and notes number and key of every call."""

    def __init__(self) -> None:
        self.calls: list[tuple[int, str]] = []
        calls = self.calls

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                calls.append((body["nummer"], self.headers["Idempotency-Key"]))
                answer = json.dumps(body).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self.server.server_address[1])

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@dataclass
class Outcome:
    """What was found when everything stood still."""

    kills: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    calls: int = 0
    problems: dict[str, int] = field(default_factory=dict)


PAUSE = (0.4, 3.6)  # seconds between two kills
AFTER = (
    120  # what is still open after the last kill: lost jobs are found after 30 seconds, timers every minute
)


def expected_seconds(kills: int) -> int:
    """How long a storm takes on two quiet cores."""
    return round(kills * (sum(PAUSE) / 2 + 0.3)) + AFTER


def storm(
    city: Installation,
    cases: int,
    kills: int,
    *,
    seed: int = 1,
    pause: tuple[float, float] = PAUSE,
    helped: bool = False,
) -> Outcome:
    """Run the cases through ``kills`` kills and judge what is left. The cases begin one after the other until the last kill, so
    that every kill meets some. ``helped``: the driver fires timers and makes calls as a second worker would; then nothing has
    to wait until the house finds the jobs of a killed worker (the short form of the test)."""
    spread = 0.8 * kills * (sum(pause) / 2)
    outside, began, outcome = OutsideSystem(), time.monotonic(), Outcome()
    urls = {role: city.run("db", "url", "--role", role).stdout.strip() for role in ("app", "owner")}
    driver = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.storm_processes", str(cases), str(outside.port), urls["app"], urls["owner"],
         str(spread), str(int(helped))],
        cwd=ROOT, env=city.environ(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        outcome.kills = _kill(city, driver, kills, random.Random(seed), pause)
        out, err = driver.communicate(timeout=600 + 3 * cases)
    finally:
        driver.kill()
        outside.stop()
    if driver.returncode:
        raise RuntimeError(err[-3000:])
    outcome.seconds = time.monotonic() - began
    outcome.problems = {"kills_missing": kills - sum(outcome.kills.values())} | dict(
        json.loads(out.strip().splitlines()[-1])
    )
    keys: dict[int, set[str]] = {}
    for number, key in outside.calls:
        keys.setdefault(number, set()).add(key)
    outcome.calls = len(outside.calls)
    outcome.problems["never_called"] = cases - len(keys)
    outcome.problems["called_with_two_keys"] = sum(1 for each in keys.values() if len(each) > 1)
    shared = Counter(key for each in keys.values() for key in each)
    outcome.problems["key_of_two_cases"] = sum(1 for count in shared.values() if count > 1)
    return outcome


def _kill(
    city: Installation,
    driver: subprocess.Popen[str],
    kills: int,
    chance: random.Random,
    pause: tuple[float, float],
) -> dict[str, int]:
    """One after the other, at random moments, without waiting for the house to stand again; the driver goes on meanwhile."""
    done: Counter[str] = Counter()
    while driver.poll() is None and "begun" not in (driver.stdout.readline() if driver.stdout else "begun"):
        pass
    while sum(done.values()) < kills and driver.poll() is None:
        role = VICTIMS[sum(done.values()) % len(VICTIMS)]
        if city.processes().get(role):
            city.kill(role)
            done[role] += 1
        time.sleep(chance.uniform(*pause))
    return dict(done)


def drive(cases: int, port: int, spread: float, helped: bool) -> dict[str, int]:
    """Start the cases and complete what is open, twice at the same time, until all have ended; then count."""
    from django.db import connection
    from django.db.utils import Error

    from stadtkern.foundation.organizations import api as organizations
    from stadtkern.foundation.tenancy import api as tenancy

    tenant = organizations.municipalities()[0].id
    until = time.monotonic() + 500 + 3 * cases
    acknowledged: Counter[str] = Counter()
    stopped = threading.Event()

    def persist(work: Any) -> None:
        while not stopped.is_set() and time.monotonic() < until:
            try:
                with tenancy.act_for(tenant):
                    if work():
                        return
            except Error:
                connection.close()
            time.sleep(0.3)

    persist(lambda: _prepare(port, tenant))
    print("begun", flush=True)
    began = time.monotonic()

    def due() -> int:
        passed = (time.monotonic() - began) / spread if spread else 1.0
        return min(cases, 1 + int(cases * passed))

    works = [lambda: _begin(cases, due(), tenant), *[lambda: _complete(cases, tenant, acknowledged)] * 2]
    if helped:
        works.append(lambda: _help(cases, tenant))
    threads = [threading.Thread(target=persist, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found: dict[str, int] = {}
    persist(lambda: bool(found.update(_judge(cases)) or True))
    found["acknowledged_twice"] = sum(1 for count in acknowledged.values() if count > 1)
    return found


def _prepare(port: int, tenant: Any) -> bool:
    """The procedure and the leave to call our outside system; may run again."""
    from stadtkern.casework.processes import versions
    from stadtkern.casework.processes.builtin import hosts
    from stadtkern.foundation.access.api import system
    from stadtkern.kernel import clock

    versions.keep(_package(port), now=clock.now())
    hosts.allow(actor=system(tenant), host="127.0.0.1", private=True, purpose="Probe", now=clock.now())
    return True


def _package(port: int) -> Any:
    from stadtkern.casework.processes.packages.model import make_package
    from tests.casework.processes.packages_of import small

    files = {"connectors/probe.openapi.json": json.dumps(description(port)).encode()}
    return make_package({**small(PROCESS, slug="sturm").files, **files})


def _begin(cases: int, due: int, tenant: Any) -> bool:
    """Start what is due and has not begun yet; a case is one subject. Whether all have begun."""
    from uuid import UUID

    from stadtkern.casework.processes import actions
    from stadtkern.casework.processes.models import Instance, ProcessVersion
    from stadtkern.foundation.access.api import system
    from stadtkern.kernel import clock

    version = ProcessVersion.objects.values_list("pk", flat=True).get(service_slug="sturm")
    known = set(Instance.objects.filter(subject_kind="storm").values_list("subject_id", flat=True))
    for number in range(due):
        subject = UUID(int=number + 1)
        if subject not in known:
            actions.start(
                subject=("storm", subject),
                version_id=version,
                facts={"nummer": number},
                actor=system(tenant),
                now=clock.now(),
            )
    return due == cases


def _help(cases: int, tenant: Any) -> bool:
    """What a second worker does: due timers, and calls that are open (perhaps made by the first one at the same moment)."""
    from stadtkern.casework.processes import actions, calling
    from stadtkern.casework.processes.models import Instance, Wait
    from stadtkern.foundation.access.api import system
    from stadtkern.kernel import clock

    actor = system(tenant)
    actions.fire_due_timers(actor=actor, now=clock.now(), limit=500)
    for instance, wait in Wait.objects.filter(kind="call").values_list("instance_id", "number"):
        calling.call(actor=actor, instance_id=instance, wait=wait, now=clock.now())
    return Instance.objects.filter(subject_kind="storm", status="completed").count() == cases


def _complete(cases: int, tenant: Any, acknowledged: Counter[str]) -> bool:
    """Complete every open task; whether all cases have ended."""
    from stadtkern.casework.processes import actions
    from stadtkern.casework.processes.errors import NoSuchTask
    from stadtkern.casework.processes.models import Instance, Task
    from stadtkern.foundation.access.api import system
    from stadtkern.kernel import clock

    for task in (
        Task.objects.filter(instance__subject_kind="storm", status="open")
        .order_by("id")
        .values_list("pk", flat=True)
    ):
        try:
            actions.complete_task(
                task_id=task, action="weiter", data={}, actor=system(tenant), now=clock.now()
            )
            acknowledged[str(task)] += 1
        except NoSuchTask:
            pass  # the other thread was faster
    ended = Instance.objects.filter(subject_kind="storm", status="completed").count()
    return ended == cases


def _judge(cases: int) -> dict[str, int]:
    """What is lost, double or does not fit, counted in the database."""
    from stadtkern.casework.processes import verification
    from stadtkern.casework.processes.models import Incident, Instance, Step, Task, Wait

    instances = Instance.objects.filter(subject_kind="storm")
    steps = Counter(Step.objects.filter(instance__in=instances).values_list("instance_id", "event"))
    wrong = [
        (pk, event)
        for pk in instances.values_list("pk", flat=True)
        for event, times in EVENTS.items()
        if steps[pk, event] != times
    ]
    tasks = Counter(
        Task.objects.filter(instance__in=instances, status="done").values_list("instance_id", "node")
    )
    return {
        "not_ended": cases - instances.filter(status="completed").count(),
        "begun_twice": instances.count() - instances.values("subject_id").distinct().count(),
        "steps_lost_or_double": len(wrong),
        "tasks_done_twice": sum(1 for times in tasks.values() if times > 1),
        "tasks_lost": 2 * cases - len(tasks),
        "left_over": Wait.objects.filter(instance__in=instances).count()
        + Task.objects.filter(status="open").count(),
        "incidents": Incident.objects.filter(instance__in=instances).count(),
        "discrepancies": len(verification.verify().discrepancies),
    }


def main(arguments: list[str]) -> int:
    import os

    from stadtkern.runtime import boot
    from stadtkern.runtime.environment import INTERNAL_URL

    for role, url in zip(("app", "owner"), arguments[2:4], strict=True):
        os.environ[INTERNAL_URL[role]] = url
    with boot.database():
        print(
            json.dumps(drive(int(arguments[0]), int(arguments[1]), float(arguments[4]), arguments[5] == "1"))
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
