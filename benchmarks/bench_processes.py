"""Running processes in PostgreSQL: task completions per second through the action, task lists, with 10,000 open instances.

Two working processes with two threads each share the cores with the database; nothing goes over HTTP. ``python -m benchmarks.bench_processes
[INSTANCES] [COMPLETIONS]``; ``… profile`` shows where the processor time of one process goes, and how many statements a
completion takes (worth reading on a busy machine).
"""

from __future__ import annotations

import cProfile
import itertools
import json
import os
import pstats
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import psutil

from benchmarks.town import ROOT, figures, report

PROCESSES = 2
THREADS = 2  # per process, as a web process has several
WARM = 20
STARTS = 200
TASKS = 10
INSTANCES = 10_000
COMPLETIONS = 6_000


def package() -> Any:
    """Ten user tasks in a row, with roles, due dates and a state."""
    from tests.casework.processes.packages_of import small

    nodes = "".join(
        f'<userTask id="t{n}" name="Schritt {n}" stadtkern:role="caseworker" stadtkern:actions="weiter" stadtkern:state="received">'
        f'<extensionElements><stadtkern:due amount="{n + 3}" unit="working_days"/></extensionElements></userTask>'
        for n in range(TASKS)
    )
    stops = ["s", *(f"t{n}" for n in range(TASKS)), "e"]
    flows = "".join(
        f'<sequenceFlow id="f{n}" sourceRef="{a}" targetRef="{b}"/>'
        for n, (a, b) in enumerate(itertools.pairwise(stops))
    )
    return small(
        f'<process id="p" isExecutable="true"><startEvent id="s"/>{nodes}<endEvent id="e"/>{flows}</process>',
        slug="messung",
    )


def facts(number: int) -> dict[str, Any]:
    """As much as an application of ours carries into its process."""
    return {f"angabe_{n}": f"Wert {n} von {number} mit äöü" for n in range(25)} | {"nummer": number}


def prepare(instances: int) -> dict[str, Any]:
    """A municipality, the version, and the open instances: one begun by the action, the others its copies."""
    from uuid import uuid4

    from django.db import connection

    from stadtkern.casework.processes import actions, versions
    from stadtkern.foundation.access.api import system
    from stadtkern.foundation.organizations import rules
    from stadtkern.foundation.organizations.desk import creation
    from stadtkern.foundation.tenancy import api as tenancy
    from stadtkern.kernel import clock
    from stadtkern.runtime import boot

    made = creation.found_first(
        slug="messstadt", values={"name": "Messstadt", "ags": "07315000", "state": rules.state_of_ags("07315000")},
        admin_login="messung", admin_email="messung@stadt.example", now=clock.now(),
    )  # fmt: skip
    tenant = UUID(str(made.tenant_id))
    began = time.perf_counter()
    with tenancy.act_for(tenant):
        version = versions.keep(package(), now=clock.now())
        subject = ("bench", uuid4())
        actions.start(
            subject=subject, version_id=version, facts=facts(0), actor=system(tenant), now=clock.now()
        )
        with connection.cursor() as cursor:
            cursor.execute((Path(__file__).parent / "copies.sql").read_text("utf-8"), [instances - 1])
    with boot.as_owner(), connection.cursor() as cursor:
        cursor.execute("ANALYZE processes_instance, processes_task, processes_step, processes_wait")
    return {"tenant": str(tenant), "seconds": time.perf_counter() - began}


def begin(tenant: str, number: int) -> dict[str, Any]:
    """Start some more instances through the action; returns seconds and how many."""
    from uuid import uuid4

    from stadtkern.casework.processes import actions, versions
    from stadtkern.foundation.access.api import system
    from stadtkern.foundation.tenancy import api as tenancy
    from stadtkern.kernel import clock

    with tenancy.act_for(UUID(tenant)):
        actor, version = system(UUID(tenant)), versions.keep(package(), now=clock.now())
        began = time.perf_counter()
        for n in range(number):
            actions.start(
                subject=("bench", uuid4()), version_id=version, facts=facts(n), actor=actor, now=clock.now()
            )
        return {"seconds": time.perf_counter() - began, "done": number}


def complete(tenant: str, share: int, number: int, *, profiled: bool = False) -> dict[str, Any]:
    """Complete the open tasks of every second instance, the oldest first, as one web process does: by several threads, each
    with a connection of its own. Returns seconds, how long each took, and processor time with that of the server."""
    from django.db import connection

    from stadtkern.casework.processes.models import Task
    from stadtkern.foundation.tenancy import api as tenancy

    threads_here = 1 if profiled else THREADS
    with tenancy.act_for(UUID(tenant)):
        ids = list(Task.objects.filter(status="open").order_by("instance_id").values_list("pk", flat=True))
        mine = ids[share::PROCESSES][: number + threads_here * (WARM + 1)]
        workers = [Worker(UUID(tenant), mine[n::threads_here]) for n in range(threads_here)]
        if profiled:
            workers[0].run(profiled=True)
        else:
            threads = [threading.Thread(target=worker.run) for worker in workers]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        connection.close()
    took = [seconds for worker in workers for seconds in worker.took]
    done = sum(len(worker.took) for worker in workers)
    if done != number:
        raise RuntimeError(f"{done} of {number}")
    if profiled:
        pstats.Stats(workers[0].profile).sort_stats("tottime").print_stats(28)
        print("\n".join(workers[0].statements), file=sys.stderr)
    return {
        "seconds": max(worker.seconds for worker in workers),
        "done": done,
        "cpu_ms": 1000 * sum(worker.cpu for worker in workers) / done,
        "server_cpu_ms": 1000 * sum(worker.server_cpu for worker in workers) / done,
        "statements": len(workers[0].statements),
        **figures(took),
    }


class Worker:
    """One thread: warms up, counts the statements of one completion, then completes the rest by the clock."""

    def __init__(self, tenant: UUID, tasks: list[UUID]) -> None:
        self.tenant, self.tasks = tenant, tasks
        self.took: list[float] = []
        self.statements: list[str] = []
        self.seconds = self.cpu = self.server_cpu = 0.0
        self.profile = cProfile.Profile()

    def count(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.statements.append(" ".join(sql.split())[:110])
        return execute(sql, params, many, context)

    def run(self, *, profiled: bool = False) -> None:
        from django.db import connection

        from stadtkern.casework.processes import actions
        from stadtkern.foundation.access.api import system
        from stadtkern.foundation.tenancy import api as tenancy
        from stadtkern.kernel import clock

        def one(task: UUID) -> None:
            actions.complete_task(
                task_id=task, action="weiter", data={"notiz": "geprüft"}, actor=system(self.tenant), now=clock.now()
            )  # fmt: skip

        with tenancy.act_for(self.tenant):
            for task in self.tasks[:WARM]:  # compiled once per process, planned once per connection
                one(task)
            with connection.execute_wrapper(self.count):
                one(self.tasks[WARM])
            server = psutil.Process(connection.connection.info.backend_pid)
            if profiled:
                self.profile.enable()
            before, cpu, began = sum(server.cpu_times()[:2]), time.thread_time(), time.perf_counter()
            for task in self.tasks[WARM + 1 :]:
                start = time.perf_counter()
                one(task)
                self.took.append(time.perf_counter() - start)
            self.seconds, self.cpu = time.perf_counter() - began, time.thread_time() - cpu
            self.profile.disable()
            self.server_cpu = sum(server.cpu_times()[:2]) - before
        connection.close()


def lists(tenant: str) -> dict[str, Any]:
    """The task list of a role and of a person, sorted by due date, 50 rows; and what one subject waits for."""
    from stadtkern.casework.processes import queries
    from stadtkern.casework.processes.models import Instance
    from stadtkern.foundation.tenancy import api as tenancy

    found: dict[str, Any] = {}
    with tenancy.act_for(UUID(tenant)):
        subject = ("bench", Instance.objects.order_by("-id").values_list("subject_id", flat=True)[0])
        for name, ask in {
            "role": lambda: queries.tasks_of(roles=["caseworker"]),
            "role, page 100": lambda: queries.tasks_of(roles=["caseworker"], offset=4_950),
            "person": lambda: queries.tasks_of(roles=[], person="niemand"),
            "subject": lambda: queries.open_tasks(subject),
        }.items():
            took = []
            for _ in range(30):
                start = time.perf_counter()
                ask()
                took.append(time.perf_counter() - start)
            found[name] = figures(took)
    return found


def child(step: str, *arguments: str) -> subprocess.Popen[str]:
    """A process of its own on the same database."""
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.bench_processes", "step", step, *arguments],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def answer(process: subprocess.Popen[str]) -> dict[str, Any]:
    """The last line it printed."""
    out, _ = process.communicate(timeout=1800)
    if process.returncode:
        raise RuntimeError(out[-2000:])
    found: dict[str, Any] = json.loads(out.strip().splitlines()[-1])
    return found


def step(arguments: list[str]) -> int:
    """One step inside a process of its own; prints its result as JSON."""
    from stadtkern.runtime import boot

    name, rest = arguments[0], arguments[1:]
    with boot.database():
        if name == "prepare":
            found = prepare(int(rest[0]))
        elif name == "begin":
            found = begin(rest[0], int(rest[1]))
        elif name == "complete":
            found = complete(rest[0], int(rest[1]), int(rest[2]))
        elif name == "profile":
            found = complete(rest[0], 0, int(rest[1]), profiled=True)
        elif name == "lists":
            found = lists(rest[0])
        else:
            from stadtkern.casework.processes.commands import verify

            found = verify(None)
    print(json.dumps(found))
    return 0


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["step"]:
        return step(arguments[1:])
    profiled = "profile" in arguments
    numbers = [int(word) for word in arguments if word.isdigit()]
    instances = numbers[0] if numbers else 2_000 if profiled else INSTANCES
    completions = numbers[1] if len(numbers) > 1 else 1_000 if profiled else COMPLETIONS
    folder = Path(tempfile.mkdtemp(prefix="stadtkern-processes-"))
    os.environ["DATA_DIR"] = str(folder)
    from stadtkern.runtime import boot

    try:
        with boot.database():  # keeps the server up between the steps
            return measure(instances, completions, profiled=profiled)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def measure(instances: int, completions: int, *, profiled: bool) -> int:
    prepared = answer(child("prepare", str(instances)))
    tenant = prepared["tenant"]
    print(f"{instances} offene Instanzen in {prepared['seconds']:.1f} s", flush=True)
    if profiled:
        out, _ = child("profile", tenant, str(completions)).communicate()
        print(out)
        return 0
    load = psutil.getloadavg()[0]
    working = [
        child("complete", tenant, str(share), str(completions // PROCESSES)) for share in range(PROCESSES)
    ]
    done = [answer(process) for process in working]
    rate = sum(each["done"] for each in done) / max(each["seconds"] for each in done)
    begun = answer(child("begin", tenant, str(STARTS)))
    shown = answer(child("lists", tenant))
    sound = answer(child("verify"))
    per_start = begun["done"] / begun["seconds"]
    cpu = sum(each["cpu_ms"] + each["server_cpu_ms"] for each in done) / len(done)
    print(f"{rate:.0f} Erledigungen/s, {done[0]['statements']} Anweisungen je Erledigung, "
          f"{done[0]['cpu_ms']:.2f} + {done[0]['server_cpu_ms']:.2f} ms Rechenzeit (Python, PostgreSQL), "
          f"das trägt {1000 * PROCESSES / cpu:.0f}/s auf {PROCESSES} Kernen; {per_start:.0f} Anfänge/s; Last {load:.2f}")  # fmt: skip
    lines = [
        ("Millisekunden je Erledigung (alle zusammen)", 1000 / rate, 1000 / 300, "ms"),
        *((f"Aufgabenliste {name}, p95", figure["p95"], 200.0, "ms") for name, figure in shown.items()),
        ("Abweichungen", float(not sound["ok"]), 0.0, ""),
    ]
    machine = {
        "cores": psutil.cpu_count(),
        "load_before": round(load, 2),
        "load_after": round(psutil.getloadavg()[0], 2),
    }
    return report(
        "processes",
        lines,
        {"instances": instances, "per_second": round(rate), "starts_per_second": round(per_start), "workers": done,
         "lists": shown, "machine": machine, "verified": sound},
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
