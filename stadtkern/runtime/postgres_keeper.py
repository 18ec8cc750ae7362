"""The keeper: parent of the embedded PostgreSQL server. A script of its own; only the standard library.

    python -I -S postgres_keeper.py keep  CONFIG.json
    python -I -S postgres_keeper.py run   CONFIG.json -- COMMAND ...     (initdb, under the server's identity)

Why a process between us and the server: several commands may use one server, and whoever started it may end
first.
Every user holds a shared lock on ``users.lock``; the kernel releases it even after kill -9. The keeper
waits for the
exclusive one. When it gets it nobody is left, and it stops the server. Until then it restarts a server that
died.
The server gets SIGINT (fast shutdown) from the kernel when the keeper itself dies, so no server is ever
orphaned.

CONFIG: {data, socket_dir, binary, arguments, users_lock, keeper_lock, log, identity: {kind, uid, gid}}.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import json
import os
import select
import shutil
import signal
import sys
import threading
import time
from typing import Any, NoReturn

PR_SET_PDEATHSIG = 1
CLONE_NEWUSER = 0x10000000
FAST_SHUTDOWN_SECONDS = 60
GIVE_UP_AFTER = 8  # failed starts in a row
HEALTHY_AFTER = 20.0  # seconds after which a server counts as started


class Keeper:
    """Starts or adopts the server, restarts it when it dies, stops it when nobody uses it any more."""

    def __init__(self, config: dict[str, Any]) -> None:
        self.config = config
        self.server = 0
        self.is_child = False
        self._stop_asked = threading.Event()
        self.wake_read, self.wake_write = os.pipe()
        os.set_blocking(self.wake_write, False)

    def _is_stopping(self) -> bool:
        return self._stop_asked.is_set()

    def run(self) -> int:
        lock = os.open(self.config["keeper_lock"], os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return 0  # another keeper is at work
        os.ftruncate(lock, 0)
        os.write(lock, str(os.getpid()).encode())
        for ignored in (signal.SIGINT, signal.SIGHUP):
            signal.signal(ignored, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda *_: self._end())
        threading.Thread(target=self._wait_for_last_user, daemon=True).start()
        return self._keep()

    def _keep(self) -> int:
        failures = 0
        while not self._is_stopping():
            began = time.monotonic()
            self._start_or_adopt()
            self._wait_for_end_of_server()
            if self._is_stopping():
                break
            failures = 0 if time.monotonic() - began > HEALTHY_AFTER else failures + 1
            if failures >= GIVE_UP_AFTER:
                return 1
            time.sleep(min(0.1 * 2**failures, 5.0) if failures > 1 else 0.1)
        self._stop_server()
        shutil.rmtree(self.config["socket_dir"], ignore_errors=True)
        return 0

    def _wait_for_last_user(self) -> None:
        users = os.open(self.config["users_lock"], os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        while True:
            try:
                fcntl.flock(users, fcntl.LOCK_EX)  # held until this process is gone: new users wait for that
                break
            except InterruptedError:
                continue
        self._end()

    def _end(self) -> None:
        self._stop_asked.set()
        with contextlib.suppress(BlockingIOError):
            os.write(self.wake_write, b"x")

    def _start_or_adopt(self) -> None:
        found = live_server(self.config["data"])
        if found and found[1] != "stopping":
            self.server, self.is_child = found[0], False
            return
        if found:
            wait_for_process(found[0], FAST_SHUTDOWN_SECONDS)
        remove_leftovers(self.config)
        self.server, self.is_child = spawn(self.config), True

    def _wait_for_end_of_server(self) -> None:
        """Return when the server is gone or the keeper shall stop."""
        while not self._is_stopping():
            try:
                server = os.pidfd_open(self.server)
            except ProcessLookupError:
                break
            except OSError:  # a kernel before 5.3
                if self._poll_once():
                    break
                continue
            try:
                ready, _, _ = select.select([server, self.wake_read], [], [])
            finally:
                os.close(server)
            if server in ready:
                break
        if not self._is_stopping() and self.is_child:
            os.waitpid(self.server, 0)

    def _poll_once(self) -> bool:
        select.select([self.wake_read], [], [], 0.2)
        if self.is_child:
            return os.waitid(os.P_PID, self.server, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
        return not process_exists(self.server)

    def _stop_server(self) -> None:
        for number, seconds in (
            (signal.SIGINT, FAST_SHUTDOWN_SECONDS),
            (signal.SIGQUIT, 5),
            (signal.SIGKILL, 5),
        ):
            try:
                os.kill(self.server, number)
            except ProcessLookupError:
                return
            if self._ended_within(seconds):
                return

    def _ended_within(self, seconds: float) -> bool:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.is_child:
                pid, _ = os.waitpid(self.server, os.WNOHANG)
                if pid:
                    return True
            elif not process_exists(self.server):
                return True
            time.sleep(0.02)
        return False


def live_server(data: str) -> tuple[int, str] | None:
    """(pid, status) of a running server of this data directory, whoever started it; None if there is none."""
    try:
        with open(os.path.join(data, "postmaster.pid"), encoding="utf-8") as file:
            lines = file.read().splitlines()
        pid = int(lines[0])
    except (OSError, ValueError, IndexError):
        return None
    if not is_server_of(pid, data):
        return None
    return pid, lines[7].strip() if len(lines) > 7 else "starting"


def is_server_of(pid: int, data: str) -> bool:
    """Whether ``pid`` is a postgres process working in ``data`` (a process id may have been used again)."""
    try:
        with open(f"/proc/{pid}/comm", encoding="utf-8") as file:
            if not file.read().startswith("postgres"):
                return False
        return os.path.samefile(os.readlink(f"/proc/{pid}/cwd"), data)
    except OSError:
        return False


def remove_leftovers(config: dict[str, Any]) -> None:
    """Remove what a killed server leaves behind; only called when no server of this directory is alive."""
    for path in (
        os.path.join(config["data"], "postmaster.pid"),
        os.path.join(config["socket_dir"], ".s.PGSQL.5432"),
        os.path.join(config["socket_dir"], ".s.PGSQL.5432.lock"),
    ):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)


def spawn(config: dict[str, Any]) -> int:
    """Fork and become the server.

    Its parent is the keeper's main thread, which lives as long as the keeper.
    """
    parent = os.getpid()
    child = os.fork()
    if child:
        return child
    try:
        log = os.open(config["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        null = os.open(os.devnull, os.O_RDONLY)
        for source, target in ((null, 0), (log, 1), (log, 2)):
            os.dup2(source, target)
        os.setsid()
        for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        become(config["identity"])
        die_with_parent(parent, signal.SIGINT)
        os.execv(config["binary"], [config["binary"], *config["arguments"]])
    except BaseException as error:
        os.write(2, f"keeper: {error}\n".encode())
    os._exit(126)


def become(identity: dict[str, Any]) -> None:
    """The server refuses to run as root: use another uid, or the same one seen from a user namespace."""
    if identity["kind"] == "self":
        return
    uid, gid = identity["uid"], identity["gid"]
    if identity["kind"] == "uid":
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
        return
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    for name, content in (("setgroups", "deny"), ("uid_map", f"{uid} 0 1"), ("gid_map", f"{gid} 0 1")):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
            file.write(content)


def die_with_parent(parent: int, number: int) -> None:
    """Ask the kernel for signal ``number`` when the parent dies; must come after every change of identity."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
    if os.getppid() != parent:
        os.kill(os.getpid(), number)


def process_exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def wait_for_process(pid: int, seconds: float) -> None:
    end = time.monotonic() + seconds
    while process_exists(pid) and time.monotonic() < end:
        time.sleep(0.05)


def run_as(config: dict[str, Any], command: list[str]) -> NoReturn:
    become(config["identity"])
    os.execv(command[0], command)


def main(arguments: list[str]) -> int:
    verb, text, *rest = arguments
    config = json.loads(text)
    if verb == "run":
        run_as(config, rest[1:])
    return Keeper(config).run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
