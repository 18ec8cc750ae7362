"""Running processes in PostgreSQL: task completions per second through the action, task lists, with 10,000 open instances.

Two working processes share the cores with the database; nothing goes over HTTP. ``python -m benchmarks.bench_processes
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
import time
from pathlib import Path
from typing import Any

import psutil

from benchmarks.town import ROOT, figures, report

PROCESSES = 2
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
    """A municipality, the version, and its share of the open instances; asked for by each working process."""
    from stadtkern.foundation.organizations import rules
    from stadtkern.foundation.organizations.desk import creation
    from stadtkern.kernel import clock

    made = creation.found_first(
        slug="messstadt", values={"name": "Messstadt", "ags": "07315000", "state": rules.state_of_ags("07315000")},
        admin_login="messung", admin_email="messung@stadt.example", now=clock.now(),
    )  # fmt: skip
    return {"tenant": str(made.tenant_id)}


def begin(tenant: str, number: int) -> dict[str, Any]:
    """Start instances; returns seconds."""
    from uuid import UUID, uuid4

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
        return {"seconds": time.perf_counter() - began}


def complete(tenant: str, share: int, number: int, *, profiled: bool = False) -> dict[str, Any]:
    """Complete the open tasks of every second instance, the oldest first; returns seconds and how long each took."""
    from uuid import UUID

    from django.db import connection

    from stadtkern.casework.processes import actions
    from stadtkern.casework.processes.models import Task
    from stadtkern.foundation.access.api import system
    from stadtkern.foundation.tenancy import api as tenancy
    from stadtkern.kernel import clock

    with tenancy.act_for(UUID(tenant)):
        actor, took, statements = system(UUID(tenant)), [], []
        ids = list(Task.objects.filter(status="open").order_by("instance_id").values_list("pk", flat=True))
        mine = ids[share::PROCESSES][:number]

        def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            statements.append(" ".join(sql.split())[:110])
            return execute(sql, params, many, context)

        def one(task: UUID) -> None:
            actions.complete_task(
                task_id=task, action="weiter", data={"notiz": "geprüft"}, actor=actor, now=clock.now()
            )

        one(mine[0])  # the procedure is compiled once per process
        with connection.execute_wrapper(count):
            one(mine[1])
        profile = cProfile.Profile()
        if profiled:
            profile.enable()
        cpu, began = time.process_time(), time.perf_counter()
        for task in mine[2:]:
            start = time.perf_counter()
            one(task)
            took.append(time.perf_counter() - start)
        seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
        profile.disable()
        if profiled:
            pstats.Stats(profile).sort_stats("tottime").print_stats(28)
            print("\n".join(statements), file=sys.stderr)
    return {
        "seconds": seconds,
        "done": len(took),
        "cpu_ms": 1000 * cpu / len(took),
        "statements": len(statements),
        **figures(took),
    }


def lists(tenant: str) -> dict[str, Any]:
    """The task list of a role and of a person, sorted by due date, 50 rows; and what one subject waits for."""
    from uuid import UUID

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
            found = prepare(0)
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
    tenant = answer(child("prepare"))["tenant"]
    begun = [child("begin", tenant, str(instances // PROCESSES)) for _ in range(PROCESSES)]
    starts = [answer(process) for process in begun]
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
    shown = answer(child("lists", tenant))
    sound = answer(child("verify"))
    per_start = instances / max(each["seconds"] for each in starts)
    print(f"{rate:.0f} Erledigungen/s, {done[0]['statements']} Anweisungen je Erledigung, "
          f"{done[0]['cpu_ms']:.2f} ms Rechenzeit; {per_start:.0f} Anfänge/s; Last {load:.2f}")  # fmt: skip
    lines = [
        ("Millisekunden je Erledigung (2 Prozesse zusammen)", 1000 / rate, 1000 / 300, "ms"),
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
