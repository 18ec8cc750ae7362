"""A hundred people register their dog at the same time, page by page, on a fresh installation.

Each waits 3 to 8 seconds on every page. Budgets (load generator on the same two cores): sending p95 < 500 ms, page p95
< 100 ms, no errors, the case open within 5 s. ``python -m benchmarks.bench_load [PEOPLE]``
"""

from __future__ import annotations

import asyncio
import random
import re
import sys
import time
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import psutil

from benchmarks.town import SERVICE, Client, figures, hidden, report, town
from tests.faults.harness import Installation

TODAY = date.today()  # noqa: DTZ011  the town runs on the real date
DOG = "G17000001020[0]/F1700000"
PAGES: dict[str, list[tuple[str, str]]] = {
    "person": [
        ("G17000000010/F17000000011", "Żółkiewski"), ("G17000000010/F17000000012", "Zoë"),
        ("G17000000010/F17000000013_day", "14"), ("G17000000010/F17000000013_month", "3"),
        ("G17000000010/F17000000013_year", "1988"), ("G17000000010/F17000000014", "zoe@resident.example"),
    ],
    "anschrift": [
        ("G17000000021/F17000000022", "Am Demofeld"), ("G17000000021/F17000000023", "12"),
        ("G17000000021/F17000000025", "55118"), ("G17000000021/F17000000026", "Mainz"),
    ],
    "zuzug": [("G17000001010/F17000001011", "false")],
    "hund": [
        (f"{DOG}1021", "Bruno"), (f"{DOG}1022", "labrador"), (f"{DOG}1024", "m"), (f"{DOG}1027", "zucht"),
        (f"{DOG}1028", "276098100000001"), (f"{DOG}1029", "false"),
        *[(f"{DOG}1025{part}", str(value)) for part, value in zip(("_day", "_month", "_year"), (1, 2, 2024), strict=True)],
        *[
            (f"{DOG}1026{part}", str(value))
            for day in [TODAY - timedelta(days=3)]
            for part, value in zip(("_day", "_month", "_year"), (day.day, day.month, day.year), strict=True)
        ],
    ],
    "ermaessigungswunsch": [("G17000001040/F17000001042", "false")],
    "zahlung": [
        ("G17000001050/_choice", "G17000001051"), ("G17000001050/G17000001051/F17000000053", "Zoë Żółkiewski"),
        ("G17000001050/G17000001051/F17000000052", "DE02120300000000202051"), ("G17000001050/G17000001051/F17000001054", "true"),
    ],
    "berechnung": [],
    "abschluss": [("G17000000060/F17000000061", "elektronisch"), ("G17000000060/F17000000062", "true")],
}  # fmt: skip


@dataclass
class Measured:
    """Seconds per kind of request, and what went wrong."""

    pages: list[float] = field(default_factory=list)
    saves: list[float] = field(default_factory=list)
    submits: list[float] = field(default_factory=list)
    opened: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


async def applicant(port: int, measured: Measured, pause: tuple[float, float], start: float) -> None:
    """One person, from the start page of the application to the open case."""
    await asyncio.sleep(start)
    client = Client(port)

    async def wait() -> None:
        await asyncio.sleep(random.uniform(*pause))

    async def get(path: str) -> str:
        began = time.perf_counter()
        status, text, target = await client.request("GET", path)
        measured.pages.append(time.perf_counter() - began)
        if status != 200:
            raise RuntimeError(f"{status} {re.sub('[0-9a-f-]{36}', 'ID', path)} {target}")
        return text

    async def post(path: str, form: list[tuple[str, str]], into: list[float]) -> str:
        began = time.perf_counter()
        status, text, target = await client.request("POST", path, form)
        into.append(time.perf_counter() - began)
        if status != 302:
            wrong = re.findall(r'class="kern-error[^>]*>([^<]+)', text)
            raise RuntimeError(f"{status} statt weiter: {re.sub('[0-9a-f-]{36}', 'ID', path)} {wrong[:3]}")
        return target

    try:
        text = await get(f"/antrag/{SERVICE}/")
        await wait()
        form = [("csrfmiddlewaretoken", hidden(text, "csrfmiddlewaretoken"))]
        target = await post(f"/antrag/{SERVICE}/beginnen/", form, measured.saves)
        await get(target)
        await wait()
        target = target.split("unterbrechen")[0] + "seite/person/"
        while "/seite/" in target:
            text = await get(target)
            await wait()
            name = target.split("/seite/")[1].split("/")[0]
            text = re.sub(r"<template>.*?</template>", "", text, flags=re.S)  # what waits for a script
            names = re.findall(r'name="_f" value="([^"]+)"', text)
            form = [
                ("csrfmiddlewaretoken", hidden(text, "csrfmiddlewaretoken")),
                ("_base", hidden(text, "_base")),
            ]
            form += [("_f", each) for each in names] + re.findall(r'name="(_n:[^"]+)" value="([^"]*)"', text)
            target = await post(target, [*form, *PAGES[name], ("_action", "next")], measured.saves)
        text = await get(target)
        await wait()
        began = time.perf_counter()
        form = [("csrfmiddlewaretoken", hidden(text, "csrfmiddlewaretoken"))]
        target = await post(target.replace("/uebersicht/", "/absenden/"), form, measured.submits)
        for _ in range(50):
            status, text, onward = await client.request("GET", target)
            if status == 302:
                target = onward
            elif status == 200 and re.search(r"[A-Z]{2,5}-\d{4}-\d+", text):
                measured.opened.append(time.perf_counter() - began)
                return
            else:
                await asyncio.sleep(0.1)
        measured.errors.append("kein Vorgang nach dem Absenden")
    except Exception as error:
        measured.errors.append(f"{type(error).__name__}: {error}"[:300])
    finally:
        await client.close()


async def crowd(port: int, people: int, pause: tuple[float, float]) -> Measured:
    """All of them, beginning within five seconds."""
    measured = Measured()
    await asyncio.gather(*(applicant(port, measured, pause, 5 * n / people) for n in range(people)))
    return measured


class Usage:
    """Processor seconds since the start, by role, and what the rest of the machine used in the same time.

    The figures above are only as good as the machine was free; processor time per person says something on a busy one, too.
    """

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.began, self.all_before, self.before = time.perf_counter(), _busy(), self._now()
        self.load_before = psutil.getloadavg()[0]

    def _now(self) -> dict[str, float]:
        groups = self.installation.processes()
        used = {
            str(role): sum(_seconds(process) for process in _family(role, group))
            for role, group in groups.items()
        }
        return used | {"generator": _seconds(psutil.Process())}

    def result(self, people: int) -> dict[str, Any]:
        """Milliseconds of processor time per person by role, and how busy the machine was otherwise."""
        seconds = time.perf_counter() - self.began
        used = {role: value - self.before.get(role, 0.0) for role, value in self._now().items()}
        elsewhere = max(0.0, _busy() - self.all_before - sum(used.values()))
        return {
            "seconds": round(seconds, 1),
            "cpu_ms_per_person": {role: round(1000 * value / people) for role, value in sorted(used.items())},
            "cores": psutil.cpu_count(),
            "cores_used": round(sum(used.values()) / seconds, 2),
            "cores_used_by_others": round(elsewhere / seconds, 2),
            "load_average": [round(self.load_before, 2), round(psutil.getloadavg()[0], 2)],
        }


def _family(role: str, group: list[psutil.Process]) -> list[psutil.Process]:
    """The processes of a role; the database works in children of its own."""
    if role != "database":
        return group
    return [*group, *(child for process in group for child in process.children(recursive=True))]


def _seconds(process: psutil.Process) -> float:
    """Of the process and of its children that have ended."""
    times = process.cpu_times()
    return float(times.user + times.system + times.children_user + times.children_system)


def _busy() -> float:
    times = psutil.cpu_times()
    return float(times.user + times.nice + times.system + times.irq + times.softirq)


def main(arguments: list[str]) -> int:
    people = int(arguments[0]) if arguments else 100
    with town() as installation:
        warm = asyncio.run(
            crowd(installation.port, 4, (0, 0.05))
        )  # imports and caches of a server that has just started
        if warm.errors:
            print(warm.errors, file=sys.stderr)
            return 1
        usage = Usage(installation)
        measured = asyncio.run(crowd(installation.port, people, (3, 8)))
        machine = usage.result(people)
    pages, saves, submits, opened = (
        figures(x) for x in (measured.pages, measured.saves, measured.submits, measured.opened)
    )
    print(f"{people} Personen; Seiten {pages}; Speichern {saves}; Absenden {submits}; Vorgang offen {opened}")
    print(f"Rechenzeit je Person (ms): {machine['cpu_ms_per_person']}; Kerne: {machine['cores_used']} benutzt, "
          f"{machine['cores_used_by_others']} von anderen; Last {machine['load_average']}")  # fmt: skip
    for error in sorted(set(measured.errors))[:10]:
        print(f"  {measured.errors.count(error)}x {error}")
    lines = [
        ("Absenden p95", submits["p95"], 500, "ms"), ("Seite p95", pages["p95"], 100, "ms"),
        ("Fehler", float(len(measured.errors)), 0, ""), ("Vorgang offen, längstens", opened["max"], 5000, "ms"),
        ("Nicht angekommen", float(people - len(measured.opened)), 0, ""),
    ]  # fmt: skip
    return report(
        "load",
        lines,
        {
            "people": people,
            "machine": machine,
            "pages": pages,
            "saves": saves,
            "submits": submits,
            "opened": opened,
        },
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
