"""A whole installation under test: real ``stadtkern serve``, real processes, real kills.

    with Installation(tmp_path) as city:
        city.kill("database")
        city.wait_until_ready()

Nothing of it survives the block; ``leftovers()`` names processes that did.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import psutil

Role = Literal["web", "web-worker", "worker", "database", "keeper", "supervisor"]
ROOT = Path(__file__).resolve().parents[2]


class Installation:
    """``stadtkern serve`` (or ``demo``) with a data folder and a port of its own."""

    def __init__(
        self,
        data_dir: Path | None = None,
        *,
        command: Literal["serve", "demo"] = "serve",
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.data_dir = data_dir or Path(tempfile.mkdtemp(prefix="stadtkern-faults-"))
        self.temporary = data_dir is None
        self.command = command
        self.port = free_port()
        self.extra = dict(environ or {})
        self.process: subprocess.Popen[bytes] | None = None
        self.seen: set[int] = set()  # every process of this installation that we ever saw
        self.output = self.data_dir / "test-output.log"

    def __enter__(self) -> Installation:
        self.start()
        self.wait_until_ready(300)
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()
        if self.temporary:
            shutil.rmtree(self.data_dir, ignore_errors=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def environ(self) -> dict[str, str]:
        """The environment of the installation: nothing of the test run's own settings."""
        from stadtkern.runtime.environment import INTERNAL_URL, SETTINGS

        known = {setting.name for setting in SETTINGS} | set(INTERNAL_URL.values())
        known |= {"PYTHONDONTWRITEBYTECODE", "PROMETHEUS_MULTIPROC_DIR"}  # compiled modules start faster
        clean = {name: value for name, value in os.environ.items() if name not in known}
        return clean | {"DATA_DIR": str(self.data_dir), "PORT": str(self.port)} | self.extra

    def start(self) -> None:
        """Start it, without waiting."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        with self.output.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "stadtkern.runtime.cli", self.command],
                cwd=ROOT,
                env=self.environ(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def stop(self, number: signal.Signals = signal.SIGTERM, seconds: float = 60) -> int:
        """Ask it to end and return its exit code; kills what does not end."""
        assert self.process is not None
        self.processes()
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            for process in self.leftovers():
                process.kill()
            self.process.kill()
            return self.process.wait(10)

    def run(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Another command of the same installation."""
        done = subprocess.run(
            [sys.executable, "-m", "stadtkern.runtime.cli", *arguments],
            cwd=ROOT,
            env=self.environ(),
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        if check:
            assert done.returncode == 0, done.stderr
        return done

    def health(self) -> tuple[int, dict[str, Any]]:
        """Status and document of /health; (0, {}) if nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/health")
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        except (OSError, http.client.HTTPException, ValueError):
            return 0, {}
        finally:
            connection.close()

    def wait_until_ready(self, seconds: float = 60) -> None:
        """Until /health answers 200; raises with the end of the output."""
        wait_for(lambda: self.health()[0] == 200, seconds, lambda: f"not ready: {self.tail()}")

    def processes(self) -> dict[Role, list[psutil.Process]]:
        """The running processes by role."""
        found: dict[Role, list[psutil.Process]] = {}
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                role = self._role(process)
                if role:
                    found.setdefault(role, []).append(process)
                    self.seen.add(process.pid)
        return found

    def kill(self, role: Role) -> list[int]:
        """kill -9 every process of ``role``; returns their ids."""
        victims = self.processes().get(role, [])
        assert victims, f"no process of role {role}"
        for victim in victims:
            victim.kill()
        return [victim.pid for victim in victims]

    def leftovers(self) -> list[psutil.Process]:
        """Processes of this installation that are still there."""
        return [process for group in self.processes().values() for process in group]

    def tail(self) -> str:
        """The last lines of everything it said."""
        text = self.output.read_text(encoding="utf-8", errors="replace") if self.output.exists() else ""
        return "\n".join(text.splitlines()[-15:])

    def _role(self, process: psutil.Process) -> Role | None:
        line = process.cmdline()
        data = str(self.data_dir / "postgres" / "data")
        if not line or process.status() == psutil.STATUS_ZOMBIE:
            return None
        if line[0].endswith("/postgres") and data in line:
            return "database"
        if any(part.endswith("postgres_keeper.py") for part in line) and data in " ".join(line):
            return "keeper"
        if process.environ().get("DATA_DIR") != str(self.data_dir):
            return None
        if "stadtkern.runtime.web" in line:
            parent = process.parent()
            return "web-worker" if parent and "stadtkern.runtime.web" in parent.cmdline() else "web"
        if "stadtkern.runtime.worker" in line:
            return "worker"
        return "supervisor" if self.command in line[-1:] else None


def wait_for(condition: Any, seconds: float, message: Any = None) -> None:
    """Until ``condition()`` holds; fails with ``message()`` after ``seconds``."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError(message() if message else "the condition did not come true")


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
