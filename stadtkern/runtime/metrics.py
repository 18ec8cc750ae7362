"""Figures for Prometheus. Counters live in small shared files, so that all web processes are counted
together.

Labels are route patterns, methods and states, never addresses or ids.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

_own = CollectorRegistry()
_requests = Counter(
    "stadtkern_http_requests_total", "Answered requests.", ("method", "route", "status"), registry=_own
)
_seconds = Histogram(
    "stadtkern_http_request_seconds", "Time to answer.", ("method", "route"), buckets=BUCKETS, registry=_own
)
_errors = Counter("stadtkern_unexpected_errors_total", "Answers with a reference number.", registry=_own)


def observe(*, method: str, route: str, status: int, seconds: float) -> None:
    """Count one answered request."""
    _requests.labels(method, route, str(status)).inc()
    _seconds.labels(method, route).observe(seconds)
    if status >= 500:
        _errors.inc()


def may_read(*, authorization: str, remote: str, forwarded: bool) -> bool:
    """With METRICS_TOKEN: whoever has it. Without: callers on this machine that no proxy forwarded."""
    if token := os.environ.get("METRICS_TOKEN", ""):
        return hmac.compare_digest(authorization.encode(), f"Bearer {token}".encode())
    return remote in {"127.0.0.1", "::1"} and not forwarded


def render() -> bytes:
    """All figures as Prometheus text."""
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")
    if folder and Path(folder).is_dir():
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry = _own
    return generate_latest(registry) + generate_latest(_database_figures())


def _database_figures() -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(DatabaseFigures())
    return registry


class DatabaseFigures(Collector):
    """Jobs and cases by state, sizes; asked from PostgreSQL when Prometheus asks us."""

    def collect(self) -> Iterable[GaugeMetricFamily]:
        from django.db import Error, connection

        reachable = GaugeMetricFamily("stadtkern_database_up", "Whether the database answers.")
        try:
            yield _by_label(
                "stadtkern_jobs",
                "Background jobs by state.",
                ("state",),
                _rows("SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY 1"),
            )
            yield _by_label(
                "stadtkern_oldest_waiting_job_seconds",
                "Age of the oldest job that could run.",
                (),
                _rows(
                    "SELECT coalesce(extract(epoch FROM now() - min(coalesce(j.scheduled_at, e.at))), 0)"
                    " FROM procrastinate_jobs j JOIN procrastinate_events e ON e.job_id = j.id"
                    " AND e.type = 'deferred' WHERE j.status = 'todo'"
                    " AND coalesce(j.scheduled_at, e.at) <= now()"
                ),
            )
            yield _by_label(
                "stadtkern_database_bytes",
                "Size of the database.",
                (),
                _rows("SELECT pg_database_size(current_database())"),
            )
            yield from _cases()
            reachable.add_metric([], 1)
        except Error:
            connection.close()
            reachable.add_metric([], 0)
        yield reachable


def _cases() -> Iterable[GaugeMetricFamily]:
    """Cases by municipality and state; row level security hides them from a query without a municipality."""
    from django.apps import apps

    if not apps.is_installed("stadtkern.casework.cases"):
        return
    cases = apps.get_app_config("cases").models.get("case")
    if cases is None:
        return
    from django.db.models import Count

    from stadtkern.foundation.organizations.models import Municipality
    from stadtkern.foundation.tenancy.api import act_for

    figure = GaugeMetricFamily("stadtkern_cases", "Cases by state.", labels=("municipality", "state"))
    for pk, slug in Municipality.objects.values_list("pk", "slug"):
        with act_for(pk):
            for state, number in cases._default_manager.values_list("state").annotate(Count("pk")):
                figure.add_metric([slug, str(state)], number)
    yield figure


def _by_label(
    name: str, meaning: str, labels: tuple[str, ...], rows: list[tuple[object, ...]]
) -> GaugeMetricFamily:
    figure = GaugeMetricFamily(name, meaning, labels=labels)
    for row in rows:
        figure.add_metric([str(value) for value in row[:-1]], float(str(row[-1])))
    return figure


def _rows(statement: str) -> list[tuple[object, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())
