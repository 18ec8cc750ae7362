"""One installation for all processes of a test run: the first sets it up, the others join, the last one out stops it."""

from __future__ import annotations

import fcntl
import json
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

import psutil

from tests.faults.harness import Installation
from tests.journeys.city import City
from tests.journeys.people import Town


class Stand:
    """``with Stand(folder, browser, seed) as city``: ``folder`` is shared by the processes of the run.

    ``keep`` leaves the installation running for the next run (for whoever writes journeys).
    """

    def __init__(self, folder: Path, browser: Any, seed: int, *, keep: bool = False) -> None:
        self.browser, self.seed, self.keep = browser, seed, keep
        folder.mkdir(parents=True, exist_ok=True)
        self.lock, self.known = folder / "journeys.lock", folder / "journeys.json"

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with self.lock.open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _read(self) -> dict[str, Any]:
        return dict(json.loads(self.known.read_text("utf-8"))) if self.known.exists() else {}

    def _write(self, document: dict[str, Any]) -> None:
        self.known.write_text(json.dumps(document), "utf-8")

    def __enter__(self) -> City:
        town = Town(self.seed)
        with self._alone():
            found = self._read()
            if found.get("broken"):
                raise AssertionError(f"the set-up failed in another process: {found['broken']}")
            if not found.get("users"):
                found = self._set_up(town)
            self._write(found | {"users": found["users"] + 1})
        installation = Installation(Path(found["data_dir"]))
        installation.port = found["port"]
        return City(installation, self.browser, town, found["facts"])

    def _set_up(self, town: Town) -> dict[str, Any]:
        installation = Installation(environ={"WEB_WORKERS": "2"})
        city = City(installation, self.browser, town)
        try:
            installation.start()
            installation.wait_until_ready(180)
            city.set_up()
        except BaseException as error:
            self._write({"broken": f"{type(error).__name__}: {error}"[:2000]})
            installation.stop()
            raise
        assert installation.process is not None
        return {
            "users": 0, "pid": installation.process.pid, "data_dir": str(installation.data_dir),
            "port": installation.port, "facts": city.facts(),
        }  # fmt: skip

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._alone():
            found = self._read()
            self._write(found | {"users": found["users"] - (not self.keep)})
            if found["users"] == 1 and not self.keep:
                self._stop(found)

    def _stop(self, found: dict[str, Any]) -> None:
        """End it as Ctrl-C would; fails if a process stays behind."""
        installation = Installation(Path(found["data_dir"]))
        supervisor = psutil.Process(found["pid"])
        supervisor.terminate()
        end = time.monotonic() + 60
        while time.monotonic() < end and _runs(supervisor):
            time.sleep(0.1)
        left = installation.leftovers()
        for process in left:
            process.kill()
        assert not left, left
        shutil.rmtree(installation.data_dir, ignore_errors=True)


def _runs(process: psutil.Process) -> bool:
    """Whether it still works (a zombie waits only for its parent, which may be another test process)."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
