"""The work list with 100,000 cases, over HTTP: below 200 ms for the ways people look at it."""

from __future__ import annotations

import asyncio
import sys
import time

from benchmarks.bench_load import crowd
from benchmarks.town import Client, figures, inside, report, town

WAYS = {
    "mein Team": "/arbeit/", "alle": "/arbeit/?bereich=alle&stand=alle", "nach Name": "/arbeit/?bereich=alle&sort=name",
    "Frist überschritten": "/arbeit/?frist=rot", "Suche nach Nummer": "/arbeit/?bereich=alle&q=HA-2020-050000",
    "Seite 50": "/arbeit/?bereich=alle&seite=50",
}  # fmt: skip


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
        found = {}
        for name, path in WAYS.items():
            asyncio.run(look(installation.port, made["cookie"], path, 3))
            found[name] = figures(asyncio.run(look(installation.port, made["cookie"], path, 30)))
            print(f"{name:<24} {found[name]}")
    lines = [(f"Arbeitsliste {name}, p95", figure["p95"], 200.0, "ms") for name, figure in found.items()]
    return report("worklist", lines, {"cases": made["cases"], "ways": found})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
