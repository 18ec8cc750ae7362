"""A fresh installation with one published service, made through the product's own actions; and a small HTTP client."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.faults.harness import Installation

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results"
SERVICE = "hundesteuer-anmeldung"


@contextlib.contextmanager
def town(**environ: str) -> Iterator[Installation]:
    """``stadtkern serve`` on an empty folder, with a municipality, an office, a team and the dog tax."""
    with Installation(environ={"WEB_WORKERS": "2", "LOG_LEVEL": "WARNING"} | environ) as installation:
        inside(installation, "found")
        yield installation


def inside(installation: Installation, step: str, *arguments: str) -> dict[str, Any]:
    """Run one step of ``benchmarks.prepare`` with the installation's settings."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.prepare", step, *arguments],
        cwd=ROOT, env=installation.environ(), capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


class Client:
    """One keep-alive connection with cookies: enough of HTTP for our own server, cheap enough for a hundred of them."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None
        self.used = 0.0

    async def request(
        self, method: str, path: str, form: list[tuple[str, str]] | None = None
    ) -> tuple[int, str, str]:
        """Status, text, and the path redirected to (empty without)."""
        body = urlencode(form).encode() if form is not None else b""
        head = [f"{method} {path} HTTP/1.1", f"Host: localhost:{self.port}", f"Content-Length: {len(body)}"]
        if form is not None:
            head.append("Content-Type: application/x-www-form-urlencoded")
        if self.cookies:
            head.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        raw = "\r\n".join(head).encode() + b"\r\n\r\n" + body
        if time.monotonic() - self.used > 1:
            await self.close()  # the server ends idle connections; a browser opens a new one, too
        for attempt in (1, 2):
            try:
                return await self._exchange(raw)
            except (OSError, asyncio.IncompleteReadError):
                await self.close()
                if attempt == 2 or method != "GET":
                    raise
        raise AssertionError

    async def _exchange(self, raw: bytes) -> tuple[int, str, str]:
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        assert self.reader is not None and self.writer is not None
        self.writer.write(raw)
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status, length, target, chunked, end = int(head[0].split()[1]), 0, "", False, False
        for line in head[1:]:
            name, _, value = line.partition(": ")
            match name.lower():
                case "content-length":
                    length = int(value)
                case "location":
                    parts = urlsplit(value)
                    target = parts.path + (f"?{parts.query}" if parts.query else "")
                case "set-cookie":
                    key, _, content = value.partition(";")[0].partition("=")
                    self.cookies[key] = content
                case "transfer-encoding":
                    chunked = True
                case "connection":
                    end = value.lower() == "close"
        body = await self._chunks() if chunked else await self.reader.readexactly(length)
        self.used = time.monotonic()
        if end:
            await self.close()
        return status, body.decode("utf-8", "replace"), target

    async def _chunks(self) -> bytes:
        assert self.reader is not None
        parts = []
        while size := int((await self.reader.readline()).strip() or b"0", 16):
            parts.append(await self.reader.readexactly(size))
            await self.reader.readline()
        await self.reader.readline()
        return b"".join(parts)

    async def close(self) -> None:
        """Drop the connection."""
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{re.escape(name)}" value="([^"]*)"', page)
    return found.group(1) if found else ""


def figures(seconds: list[float]) -> dict[str, float]:
    """Median, 95th and 99th percentile and maximum in milliseconds."""
    ordered = sorted(seconds) or [0.0]

    def at(part: float) -> float:
        return round(ordered[min(len(ordered) - 1, int(len(ordered) * part))] * 1000, 1)

    return {
        "count": len(seconds),
        "median": round(statistics.median(ordered) * 1000, 1),
        "p95": at(0.95),
        "p99": at(0.99),
        "max": at(1),
    }


def report(name: str, lines: list[tuple[str, float, float, str]], more: dict[str, Any]) -> int:
    """Print (what, measured, budget, unit), keep JSON, and return 1 if a budget is missed."""
    missed = [what for what, measured, budget, _unit in lines if measured > budget]
    for what, measured, budget, unit in lines:
        print(
            f"{what:<44} {measured:>10.1f} {unit:<3} (höchstens {budget:g} {unit}) {'VERFEHLT' if what in missed else 'ok'}"
        )
    RESULTS.mkdir(exist_ok=True)
    document = {
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "figures": {
            what: {"measured": measured, "budget": budget, "unit": unit}
            for what, measured, budget, unit in lines
        },
        **more,
    }
    (RESULTS / f"{name}.json").write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(f"{len(lines) - len(missed)} passed, {len(missed)} failed")
    return 1 if missed else 0
