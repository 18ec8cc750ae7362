"""What the outermost middleware answers, counts and logs."""

from __future__ import annotations

import io
import json
import logging

import pytest
from django.test import Client, override_settings

from stadtkern.runtime import health, logs, metrics

pytestmark = pytest.mark.django_db


def lines_logged(act: object) -> list[dict[str, object]]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.JsonLines())
    logger = logging.getLogger("stadtkern.requests")
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        act()  # type: ignore[operator]
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_health_without_a_worker_is_503(client: Client) -> None:
    response = client.get("/health")
    assert response.status_code == 503
    assert response.json()["checks"] == {"database": "ok", "migrations": "ok", "worker": "missing"}
    assert set(response.json()) == {"status", "version", "checks"}


@override_settings(ALLOWED_HOSTS=["nur.example.org"])
def test_health_answers_whatever_the_host_name_is(client: Client) -> None:
    assert client.get("/health", headers={"host": "10.0.0.7"}).status_code == 503


def test_health_without_a_database_is_503(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    def fails() -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(health, "_database", fails)
    monkeypatch.setattr(health, "_close", lambda: None)
    checks = client.get("/health").json()["checks"]
    assert checks == {"database": "unreachable", "migrations": "unknown", "worker": "unknown"}


def test_log_line_carries_pattern_and_id_but_not_the_address(client: Client, mainz: object) -> None:
    logged = lines_logged(
        lambda: client.get(
            "/gibt/es/nicht/Erika-Mustermann?q=1970-01-01", headers={"x-request-id": "proxy-4711"}
        )
    )
    assert len(logged) == 1
    assert logged[0]["route"] == "(unknown)"
    assert logged[0]["request_id"] == "proxy-4711"
    assert logged[0]["status"] == 404
    assert "Mustermann" not in json.dumps(logged) and "1970" not in json.dumps(logged)


@pytest.mark.parametrize("given", ["", "kurz", "a" * 65, "zeile\numbruch", "umläute-sind-keine"])
def test_strange_request_ids_are_replaced(client: Client, given: str) -> None:
    answered = client.get("/gibt-es-nicht", headers={"x-request-id": given})["X-Request-ID"]
    assert answered != given and len(answered) == 32


def test_metrics_count_requests_and_jobs(client: Client, mainz: object) -> None:
    client.get("/gibt-es-nicht")
    text = client.get("/metrics", REMOTE_ADDR="127.0.0.1").content.decode()
    assert 'stadtkern_http_requests_total{method="GET",route="(unknown)",status="404"}' in text
    assert "stadtkern_database_up 1.0" in text
    assert "stadtkern_http_request_seconds_bucket" in text


@pytest.mark.parametrize(
    ("token", "authorization", "remote", "forwarded", "allowed"),
    [
        ("", "", "127.0.0.1", False, True),
        ("", "", "::1", False, True),
        ("", "", "127.0.0.1", True, False),
        ("", "", "203.0.113.9", False, False),
        ("geheim", "", "127.0.0.1", False, False),
        ("geheim", "Bearer falsch", "127.0.0.1", False, False),
        ("geheim", "Bearer geheim", "203.0.113.9", True, True),
    ],
)
def test_who_may_read_the_figures(
    token: str,
    authorization: str,
    remote: str,
    forwarded: bool,
    allowed: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("METRICS_TOKEN", token)
    assert metrics.may_read(authorization=authorization, remote=remote, forwarded=forwarded) is allowed


def test_figures_are_not_there_for_strangers(client: Client) -> None:
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 404


class TestLogLines:
    def formatted(self, name: str, message: str, *values: object, **extra: object) -> dict[str, object]:
        record = logging.LogRecord(name, logging.ERROR, __file__, 1, message, values, None)
        record.__dict__.update(extra)
        return dict(json.loads(logs.JsonLines().format(record)))

    def test_values_of_libraries_stay_out(self) -> None:
        line = self.formatted("django.db.backends", "query %s failed", "WHERE name = 'Mustermann'")
        assert line["message"] == "query %s failed"

    def test_messages_of_libraries_without_template_stay_out(self) -> None:
        assert "Mustermann" not in json.dumps(
            self.formatted("procrastinate.worker", "job for Erika Mustermann")
        )

    def test_only_known_fields_are_written(self) -> None:
        line = self.formatted("stadtkern.cases", "opened", object_id="0198", applicant="Erika")
        assert line["object_id"] == "0198" and "applicant" not in line

    def test_exception_is_a_place_not_a_text(self) -> None:
        try:
            raise ValueError("geboren 1970-01-01")
        except ValueError as error:
            record = logging.LogRecord(
                "stadtkern",
                logging.ERROR,
                __file__,
                1,
                "failed",
                (),
                (ValueError, error, error.__traceback__),
            )
        line = json.loads(logs.JsonLines().format(record))
        assert line["exception"]["type"] == "builtins.ValueError"
        assert "test_requests.py" in line["exception"]["at"][0]
        assert "1970" not in json.dumps(line)
