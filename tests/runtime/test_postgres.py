"""The embedded server: one per data folder, kept alive, ended by its last user, never confused by leftovers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from stadtkern.runtime import postgres as runtime_postgres
from stadtkern.runtime.environment import EnvironmentProblem
from stadtkern.runtime.postgres import EmbeddedPostgres, running_server
from stadtkern.runtime.postgres_keeper import is_server_of, live_server
from tests.faults.harness import wait_for


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One cluster for all tests here; none of them leaves a server running."""
    folder = tmp_path_factory.mktemp("cluster")
    with EmbeddedPostgres(folder, fsync=False):
        pass
    yield folder
    assert running_server(folder) is None


def answer(url: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT 1").fetchone()
        return row and row[0]


def answers(url: str) -> bool:
    try:
        return answer(url) == 1
    except psycopg.OperationalError:
        return False


def test_last_user_stops_it(data_dir: Path) -> None:
    first, second = EmbeddedPostgres(data_dir, fsync=False), EmbeddedPostgres(data_dir, fsync=False)
    server = first.start()
    assert second.start() == server
    first.stop()
    assert answer(server.url()) == 1
    second.stop()
    data = str(data_dir / "postgres" / "data")
    wait_for(lambda: not is_server_of(server.pid, data) and not os.path.exists(server.socket_dir), 20)


def test_many_who_start_together_get_one_server(data_dir: Path) -> None:
    users = [EmbeddedPostgres(data_dir, fsync=False) for _ in range(6)]
    pids: list[int] = []
    threads = [threading.Thread(target=lambda user=user: pids.append(user.start().pid)) for user in users]  # type: ignore[misc]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    try:
        assert len(pids) == 6 and len(set(pids)) == 1
    finally:
        for user in users:
            user.stop()


def test_killed_server_is_restarted_and_keeps_what_was_committed(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir) as server:
        owner = server.url("owner")
        with psycopg.connect(owner) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS kept (answer text)")
            connection.execute("INSERT INTO kept VALUES ('ja')")
        os.kill(server.pid, signal.SIGKILL)
        wait_for(lambda: answers(owner), 20)
        with psycopg.connect(owner) as connection:
            assert connection.execute("SELECT count(*) > 0 FROM kept").fetchone() == (True,)
        again = running_server(data_dir)
        assert again is not None and again.pid != server.pid and again.socket_dir == server.socket_dir


def test_stale_pid_file_of_another_process_is_removed(data_dir: Path) -> None:
    """After a power failure the process id may belong to anybody, even to this test."""
    stale = data_dir / "postgres" / "data" / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{stale.parent}\n0\n5432\n/tmp\n\n\nready   \n")
    assert live_server(str(stale.parent)) is None
    with EmbeddedPostgres(data_dir, fsync=False) as server:
        assert server.pid != os.getpid()
        assert answer(server.url()) == 1


def test_user_killed_with_all_its_threads_leaves_no_server(data_dir: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path;"
        "from stadtkern.runtime.postgres import EmbeddedPostgres;"
        "print(EmbeddedPostgres(Path(sys.argv[1]), fsync=False).start().pid, flush=True); time.sleep(60)"
    )
    user = subprocess.Popen([sys.executable, "-c", program, str(data_dir)], stdout=subprocess.PIPE, text=True)
    assert user.stdout is not None
    with user.stdout:
        pid = int(user.stdout.readline())
    user.kill()
    user.wait()
    wait_for(lambda: not is_server_of(pid, str(data_dir / "postgres" / "data")), 20)
    wait_for(lambda: not EmbeddedPostgres(data_dir).is_kept(), 20)


def test_server_without_keeper_is_adopted(data_dir: Path) -> None:
    """A second keeper takes over a server that is alive; the last user stops that one too."""
    user = EmbeddedPostgres(data_dir, fsync=False)
    server = user.start()
    keeper = int((data_dir / "postgres" / "keeper.lock").read_text())
    os.kill(keeper, signal.SIGKILL)  # the kernel asks the server to shut down
    wait_for(lambda: not user.is_kept(), 10)
    again = user.start()
    assert answer(again.url()) == 1
    assert again.socket_dir == server.socket_dir
    user.stop()
    assert running_server(data_dir) is None


def test_interrupted_initdb_leaves_nothing_half_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime_postgres, "INITDB", ("--no-such-option",))
    with pytest.raises(EnvironmentProblem):
        EmbeddedPostgres(tmp_path, fsync=False).start()
    assert not (tmp_path / "postgres" / "data").exists()
    assert not list((tmp_path / "postgres").glob("initdb-*"))


def test_server_that_does_not_start_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime_postgres, "START_SECONDS", 2.0)
    broken = dict(runtime_postgres.SERVER_OPTIONS) | {"shared_buffers": "viel"}
    monkeypatch.setattr(runtime_postgres, "SERVER_OPTIONS", broken)
    began = time.monotonic()
    with pytest.raises(EnvironmentProblem, match="shared_buffers"):
        EmbeddedPostgres(tmp_path, fsync=False).start()
    assert time.monotonic() - began < 60
    wait_for(lambda: not EmbeddedPostgres(tmp_path).is_kept(), 30)


def test_foreign_socket_folder_is_refused(data_dir: Path, tmp_path: Path) -> None:
    """Somebody who guesses the name of the socket folder cannot put himself in between."""
    with EmbeddedPostgres(data_dir, fsync=False) as server:
        place = Path(server.socket_dir)
    place.symlink_to(tmp_path)
    try:
        with pytest.raises(EnvironmentProblem, match="gehört jemand anderem"):
            EmbeddedPostgres(data_dir, fsync=False).start()
    finally:
        place.unlink()


def test_log_of_the_server_repeats_no_values(data_dir: Path) -> None:
    with (
        EmbeddedPostgres(data_dir, fsync=False) as server,
        psycopg.connect(server.url("owner"), autocommit=True) as connection,
    ):
        connection.execute("CREATE TEMP TABLE person (name text PRIMARY KEY)")
        for _ in range(2):
            try:
                connection.execute("INSERT INTO person VALUES (%s)", ["Erika Mustermann"])
            except psycopg.errors.UniqueViolation:
                break
        else:
            pytest.fail("the second insert must fail")
    assert "Mustermann" not in (data_dir / "postgres" / "server.log").read_text()
