"""What is killed comes back, what is ended ends completely, what was stored stays."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from stadtkern.runtime.postgres import running_server
from tests.faults.harness import Installation, Role, wait_for

pytestmark = [pytest.mark.enable_socket]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with Installation(tmp_path_factory.mktemp("city")) as running:
        yield running


def test_health_has_exactly_the_promised_keys(city: Installation) -> None:
    status, document = city.health()
    assert status == 200
    assert set(document) == {"status", "version", "checks"}
    assert document["status"] == "ok"
    assert document["checks"] == {"database": "ok", "migrations": "ok", "worker": "ok"}


@pytest.mark.parametrize("role", ["web", "web-worker", "worker", "database", "keeper"])
def test_killed_process_comes_back(city: Installation, role: Role) -> None:
    killed = city.kill(role)
    wait_for(
        lambda: (now := {p.pid for p in city.processes().get(role, [])}) and not now & set(killed),
        30,
        lambda: f"{role} did not come back: {city.tail()}",
    )
    city.wait_until_ready()


def test_web_server_answers_with_new_connections_after_the_database_was_killed(city: Installation) -> None:
    assert city.health()[0] == 200  # both web processes have open connections by now
    before = running_server(city.data_dir)
    city.kill("database")
    wait_for(lambda: running_server(city.data_dir) not in (None, before), 30)
    # The worker may still be on its way back while both web processes are ready again.
    wait_for(lambda: [city.health()[0] for _ in range(20)] == [200] * 20, 60, lambda: str(city.health()))


def test_command_joins_the_running_database_and_leaves_it_running(city: Installation) -> None:
    url = city.run("db", "url").stdout.strip()
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("stadtkern_app",)
    before = running_server(city.data_dir)
    assert city.run("migrate", "--json").stdout.strip() == '{"applied": []}'
    assert running_server(city.data_dir) == before


def test_second_installation_on_the_same_port_is_refused(city: Installation, tmp_path: Path) -> None:
    other = Installation(tmp_path)
    other.port = city.port
    done = other.run("serve", check=False)
    assert done.returncode == 3
    assert f"Port {city.port}" in done.stderr
    assert done.stdout == ""


def test_ends_completely_keeps_the_data_and_leaves_no_orphans(tmp_path: Path) -> None:
    with Installation(tmp_path) as city:
        owner = city.run("db", "url", "--role", "owner").stdout.strip()
        with psycopg.connect(owner) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 'ja' AS answer")
        assert city.stop(signal.SIGINT) == 0
        assert city.leftovers() == []

        city.start()
        city.wait_until_ready()
        owner = city.run("db", "url", "--role", "owner").stdout.strip()
        with psycopg.connect(owner) as connection:
            assert connection.execute("SELECT answer FROM kept").fetchone() == ("ja",)

        city.kill("supervisor")
        wait_for(lambda: not city.leftovers(), 40, lambda: f"left over: {city.leftovers()}")
