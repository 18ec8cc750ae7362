"""The work list with 100,000 cases, over HTTP: below 200 ms for the ways people look at it."""

from __future__ import annotations

import asyncio
import html
import re
import sys
import time
from urllib.parse import quote

from benchmarks.bench_load import crowd
from benchmarks.town import Client, figures, inside, report, town

WAYS = {
    "mein Team": "/arbeit/", "meine": "/arbeit/?bereich=meine", "noch niemandem": "/arbeit/?bereich=frei",
    "alle": "/arbeit/?bereich=alle&stand=alle", "erledigt": "/arbeit/?bereich=alle&stand=erledigt",
    "wartet": "/arbeit/?stand=wartet", "nach Name": "/arbeit/?bereich=alle&sort=name",
    "nach Leistung, absteigend": "/arbeit/?sort=-leistung", "nach Eingang, absteigend": "/arbeit/?sort=-eingang",
    "nach Nummer": "/arbeit/?sort=nummer", "Frist überschritten": "/arbeit/?frist=rot",
    "eine Leistung": "/arbeit/?leistung=hundesteuer-anmeldung",
    "Suche nach Nummer": "/arbeit/?bereich=alle&q=HA-2020-050000", "Suche nach Name": "/arbeit/?q=grossm",
    "Suche nach zwei Wörtern": "/arbeit/?q=żółk person", "Seite 50": "/arbeit/?bereich=alle&seite=50",
    "Seite 100": "/arbeit/?seite=100",
}  # fmt: skip
DEEP = "Seite 101 (hinter einem Schlüssel)"


async def next_page(port: int, cookie: str, path: str) -> str:
    """Where "Weiter" leads."""
    client = Client(port)
    name, _, value = cookie.partition("=")
    client.cookies[name] = value
    _, text, _ = await client.request("GET", path)
    await client.close()
    found = re.search(r'href="([^"]+)" rel="next"', text)
    if found is None:
        raise RuntimeError(f"no next page: {path}")
    return "/arbeit/" + html.unescape(found.group(1))


async def look(port: int, cookie: str, path: str, times: int) -> list[float]:
    """Seconds of each answer."""
    client, seconds = Client(port), []
    name, _, value = cookie.partition("=")
    client.cookies[name] = value
    for _ in range(times):
        began = time.perf_counter()
        status, text, target = await client.request("GET", path)
        seconds.append(time.perf_counter() - began)
        if status != 200 or "HA-20" not in text:
            raise RuntimeError(f"{status} {path} {target}")
    await client.close()
    return seconds


def main(arguments: list[str]) -> int:
    number = int(arguments[0]) if arguments else 100_000
    with town() as installation:
        warm = asyncio.run(crowd(installation.port, 1, (0, 0.01)))
        if warm.errors:
            print(warm.errors, file=sys.stderr)
            return 1
        made = inside(installation, "cases", str(number))
        found, ways = {}, {name: quote(path, safe="/?&=-") for name, path in WAYS.items()}
        ways[DEEP] = asyncio.run(next_page(installation.port, made["cookie"], WAYS["Seite 100"]))
        for name, path in ways.items():
            asyncio.run(look(installation.port, made["cookie"], path, 3))
            found[name] = figures(asyncio.run(look(installation.port, made["cookie"], path, 30)))
            print(f"{name:<36} {found[name]}")
    lines = [(f"Arbeitsliste {name}, p95", figure["p95"], 200.0, "ms") for name, figure in found.items()]
    return report("worklist", lines, {"cases": made["cases"], "ways": found})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
