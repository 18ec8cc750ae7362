"""Runs everything that belongs together: database, web server, worker. Restarts what dies, ends all at once.

The supervisor itself loads no Django and touches no data. It owns the listening socket, so connections wait
while the
web server restarts. Children run in process groups of their own: Ctrl-C reaches only the supervisor, which
ends them
in order. If it is killed, the kernel ends them (PDEATHSIG), and the keeper of the database notices that
nobody is left.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, Final

from stadtkern.runtime import boot, web
from stadtkern.runtime.environment import Environment, EnvironmentProblem
from stadtkern.runtime.output import say
from stadtkern.runtime.postgres import EmbeddedPostgres
from stadtkern.runtime.waiting import WaitingRoom

STOP_SECONDS: Final = 25.0
STEADY_SECONDS: Final = 30.0
LONGEST_PAUSE: Final = 10.0
TICK_SECONDS: Final = 1.0


class Child:
    """One supervised process: started, restarted with growing pauses, ended with its whole group."""

    def __init__(
        self, name: str, module: str, *, fds: tuple[int, ...] = (), output: IO[bytes] | None = None
    ) -> None:
        self.name, self.module, self.fds, self.output = name, module, fds, output
        self.process: subprocess.Popen[bytes] | None = None
        self.started_at = 0.0
        self.pause = 0.0
        self.next_start = 0.0

    def start(self, environ: Mapping[str, str]) -> None:
        """Start it now.

        Called from the main thread only: PDEATHSIG means the death of the starting thread.
        """
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", self.module],
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=self.output,
            stderr=self.output,
            pass_fds=self.fds,
            process_group=0,
        )

    def tend(self, environ: Mapping[str, str]) -> None:
        """Restart it if it has died and its pause is over."""
        now = time.monotonic()
        if self.process is not None:
            code = self.process.poll()
            if code is None:
                return
            self.sweep()
            self.process = None
            steady = now - self.started_at > STEADY_SECONDS
            self.pause = 0.0 if steady or not self.pause else min(self.pause * 2, LONGEST_PAUSE)
            self.next_start = now + self.pause
            self.pause = self.pause or 0.25
            say(f"{self.name} endete ({code}), Neustart in {self.next_start - now:.1f} s")
        if now >= self.next_start:
            self.start(environ)

    def ask_to_end(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def end(self, deadline: float) -> None:
        """Wait for the end until ``deadline``, then kill; nothing of its group is left."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            say(f"{self.name} reagiert nicht und wird beendet")
        self.sweep()
        self.process.wait()

    def sweep(self) -> None:
        """Kill what is left of the process group."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)


class Supervisor:
    """``run`` returns the exit code after SIGINT, SIGTERM or SIGHUP."""

    def __init__(self, settings: Environment, *, demo: bool, on_ready: Callable[[str], None]) -> None:
        self.settings = settings
        self.demo = demo
        self.on_ready = on_ready
        self.ending = False
        self.public_url = os.environ.get("PUBLIC_URL") or f"http://localhost:{settings.port}"

    def run(self) -> int:
        """Start everything, tend it, end it. Raises ``EnvironmentProblem`` when it cannot start."""
        self.settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _signals(self._end) as wake, _listen(self.settings) as listener:
            with WaitingRoom(listener):
                stack = contextlib.ExitStack()
                postgres = stack.enter_context(boot.server(self.settings))
                try:
                    if (code := self._prepare(wake)) or self.ending:
                        stack.close()
                        return code
                except BaseException:
                    stack.close()
                    raise
            with stack:
                return self._tend(postgres, listener, wake)

    def _end(self) -> None:
        self.ending = True

    def _prepare(self, wake: socket.socket) -> int:
        command = [sys.executable, "-m", "stadtkern.runtime.prepare", "--url", self.public_url]
        step = subprocess.Popen(
            [*command, *(["--demo"] if self.demo else [])],
            env=self._environ(),
            stdin=subprocess.DEVNULL,
            stdout=2,  # messages: our stdout is for the result
            process_group=0,
        )
        while (code := step.poll()) is None and not self.ending:
            _sleep(wake, TICK_SECONDS)
        if code is None:
            step.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                step.wait(STOP_SECONDS)
            step.kill()
            step.wait()
            return 0
        if code < 0:
            raise EnvironmentProblem(f"Die Vorbereitung wurde von außen beendet (Signal {-code}).")
        return code

    def _tend(self, postgres: EmbeddedPostgres | None, listener: socket.socket, wake: socket.socket) -> int:
        environ = self._environ()
        environ[web.SOCKET_VARIABLE] = str(listener.fileno())
        environ["PROMETHEUS_MULTIPROC_DIR"] = str(self._empty_metrics_folder())
        children = [
            Child("Webserver", "stadtkern.runtime.web", fds=(listener.fileno(),), output=self._log("web")),
            Child("Hintergrunddienst", "stadtkern.runtime.worker", output=self._log("worker")),
        ]
        ready = False
        try:
            while not self.ending:
                _keep_database(postgres)
                for child in children:
                    child.tend(environ)
                if not ready and _is_ready(self.settings):
                    ready = True
                    self.on_ready(self.public_url)
                _sleep(wake, TICK_SECONDS if ready else 0.2)
        finally:
            for child in children:
                child.ask_to_end()
            deadline = time.monotonic() + STOP_SECONDS
            for child in children:
                child.end(deadline)
        return 0

    def _environ(self) -> dict[str, str]:
        return os.environ | {web.SUPERVISOR_VARIABLE: str(os.getpid()), "PUBLIC_URL": self.public_url}

    def _log(self, name: str) -> IO[bytes] | None:
        """In the demo the terminal belongs to people; in service the logs belong to the system's journal."""
        if not self.demo:
            return None
        folder = self.settings.data_dir / "logs"
        folder.mkdir(exist_ok=True)
        return (folder / f"{name}.log").open("ab")

    def _empty_metrics_folder(self) -> Path:
        folder = self.settings.data_dir / "run" / "metrics"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder


def _keep_database(postgres: EmbeddedPostgres | None) -> None:
    """The keeper restarts a killed server; this restarts a killed keeper."""
    if postgres is None or postgres.is_kept():
        return
    try:
        postgres.start()
    except EnvironmentProblem as problem:
        say(str(problem))


def _listen(settings: Environment) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.bind else socket.AF_INET
    try:
        return socket.create_server((settings.bind, settings.port), family=family, backlog=2048)
    except OSError as error:
        raise EnvironmentProblem(
            f"Port {settings.port} ist nicht frei ({error.strerror}). Setzen Sie PORT auf einen anderen."
        ) from error


def _is_ready(settings: Environment) -> bool:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.bind, settings.bind)
    connection = http.client.HTTPConnection(host, settings.port, timeout=2)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _sleep(wake: socket.socket, seconds: float) -> None:
    """Until a signal comes (a child's end is one) or the time is over."""
    select.select([wake], [], [], seconds)
    with contextlib.suppress(BlockingIOError):
        wake.recv(4096)


@contextlib.contextmanager
def _signals(end: Callable[[], None]) -> Iterator[socket.socket]:
    """SIGINT, SIGTERM and SIGHUP ask to end; they and SIGCHLD make the returned socket readable."""
    wake, write = socket.socketpair()
    wake.setblocking(False)
    write.setblocking(False)
    handlers: dict[int, Callable[[int, object], None]] = {signal.SIGCHLD: lambda *_: None}
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        handlers[number] = lambda *_: end()
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    old = signal.set_wakeup_fd(write.fileno(), warn_on_full_buffer=False)
    try:
        yield wake
    finally:
        signal.set_wakeup_fd(old)
        for restored, previous in before.items():
            signal.signal(restored, previous)
        wake.close()
        write.close()
