"""Connectors under bad conditions: hanging, garbage, wrong types, foreign hosts, crashes between answer and commit."""

from __future__ import annotations

import http.server
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import OperationalError

from stadtkern.casework.processes import actions, calling, connectors, queries, verification, versions
from stadtkern.casework.processes.builtin import hosts
from stadtkern.casework.processes.models import Incident, Instance, Task, Wait
from stadtkern.casework.processes.packages import openapi
from stadtkern.casework.processes.packages.connector_names import DECLARED, problems_of_call
from stadtkern.casework.processes.packages.model import make_package
from stadtkern.foundation.access.api import Actor, system
from stadtkern.foundation.jobs.testing import run_pending
from stadtkern.kernel.errors import InvalidInput
from tests.casework.processes.packages_of import small

CALL = """<process id="p" isExecutable="true"><startEvent id="s"/><serviceTask id="c" stadtkern:result="antwort"><extensionElements>
<stadtkern:connector type="%s" operation="%s"><stadtkern:input name="nummer" value="nummer"/></stadtkern:connector>
</extensionElements></serviceTask><userTask id="t" name="T"/>%s
<sequenceFlow id="f1" sourceRef="s" targetRef="c"/><sequenceFlow id="f2" sourceRef="c" targetRef="t"/></process>"""
Run = Callable[[connectors.Call], Any]


@pytest.fixture
def actor(mainz: Any) -> Actor:
    return system(mainz.pk)


@pytest.fixture
def probe() -> Iterator[Callable[..., None]]:
    """Register a connector ``probe`` with one typed operation."""

    def register(run: Run, **options: Any) -> None:
        number = connectors.Field(name="nummer", kind="number", required=True)
        operation = connectors.Operation(
            name="ask", label="fragen", label_en="ask", inputs=(number,), outputs=(number,)
        )
        connectors.register(
            connectors.Connector(
                name="probe", label="Probe", label_en="Probe", operations=(operation,), run=run, **options
            )
        )

    yield register
    connectors.forget("probe")
    calling._places.clear()


def begin(package: Any, actor: Actor, now: datetime, **facts: Any) -> tuple[str, UUID]:
    subject = ("test", uuid4())
    version = versions.keep(package, now=now)
    actions.start(subject=subject, version_id=version, facts=facts, actor=actor, now=now)
    return subject


def call(actor: Actor, now: datetime) -> None:
    wait = Wait.objects.get(kind="call")
    calling.call(actor=actor, instance_id=wait.instance_id, wait=wait.number, now=now)


PROBE = small(CALL % ("probe", "ask", ""))


@pytest.mark.django_db
class TestCalls:
    """What a call does to its process."""

    def test_a_hanging_system_is_left_after_its_time(self, probe: Any, actor: Actor, now: datetime) -> None:
        release = threading.Event()
        probe(lambda asked: release.wait(20) and {"nummer": 1}, outside=True, seconds=0.2)
        begin(PROBE, actor, now, nummer=1)
        began = time.monotonic()
        call(actor, now)
        call(actor, now)
        assert time.monotonic() - began < 3 and Wait.objects.get().attempts == 2
        call(actor, now)
        assert Wait.objects.get().attempts == 2, "both places are taken: this was no attempt"
        release.set()

    @pytest.mark.parametrize(
        "answer",
        [None, 7, "text", {"nummer": "sieben"}, {}, {"nummer": object()}, {"nummer": 1, "x": "y" * 300_000}],
    )
    @pytest.mark.parametrize("outside", [True, False])
    def test_garbage_is_an_incident(
        self, probe: Any, actor: Actor, now: datetime, answer: Any, outside: bool
    ) -> None:
        probe(lambda asked: answer, outside=outside)
        begin(PROBE, actor, now, nummer=1)
        run_pending()
        assert "probe" in Incident.objects.get().message and not Wait.objects.exists()
        assert verification.verify().discrepancies == ()

    def test_wrong_input_is_not_sent(self, probe: Any, actor: Actor, now: datetime) -> None:
        calls: list[Any] = []
        probe(calls.append)
        begin(PROBE, actor, now, nummer="eins")
        run_pending()
        assert calls == [] and "nummer" in Incident.objects.get().message

    def test_a_broken_connector_is_tried_again_and_then_an_incident(
        self, probe: Any, actor: Actor, now: datetime
    ) -> None:
        calls: list[str] = []

        def run(asked: connectors.Call) -> Mapping[str, Any]:
            calls.append(asked.key)
            raise ZeroDivisionError

        probe(run, attempts=3)
        begin(PROBE, actor, now, nummer=1)
        run_pending(even_later=True)
        assert len(calls) == 3 and len(set(calls)) == 1
        assert "ZeroDivisionError" in Incident.objects.get().message

    def test_an_error_that_the_model_catches_is_no_incident(
        self, probe: Any, actor: Actor, now: datetime
    ) -> None:
        caught = """<boundaryEvent id="b" attachedToRef="c"><errorEventDefinition id="be"/></boundaryEvent>
        <userTask id="hand" name="von Hand"/><sequenceFlow id="f3" sourceRef="b" targetRef="hand"/>"""

        def run(asked: connectors.Call) -> Mapping[str, Any]:
            raise connectors.ConnectorError("geht nicht", final=True)

        probe(run)
        begin(small(CALL % ("probe", "ask", caught)), actor, now, nummer=1)
        run_pending()
        assert Task.objects.get().node == "hand" and not Incident.objects.exists()

    def test_a_crash_after_the_answer_calls_again_with_the_same_key(
        self, probe: Any, actor: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        calls: list[str] = []
        probe(lambda asked: calls.append(asked.key) or {"nummer": 2}, outside=True)
        subject = begin(PROBE, actor, now, nummer=1)

        def gone(*args: Any, **more: Any) -> bool:
            raise OperationalError("server closed the connection")

        with monkeypatch.context() as broken, pytest.raises(OperationalError):
            broken.setattr(calling, "_tell", gone)
            call(actor, now)
        run_pending()
        assert len(calls) == 2 and len(set(calls)) == 1
        assert queries.variables(subject)["antwort"] == {"nummer": 2} and Task.objects.count() == 1

    def test_a_call_whose_job_is_lost_is_made_after_all(
        self, probe: Any, actor: Actor, now: datetime
    ) -> None:
        from django.db import connection

        probe(lambda asked: {"nummer": 2})
        begin(PROBE, actor, now, nummer=1)
        assert verification.calls_without_job() == 0
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'processes.call_connector'")
        assert verification.calls_without_job() == 1
        run_pending("processes.call_forgotten")
        assert calling.call_forgotten(set) == 1
        run_pending()
        assert Task.objects.get().node == "t"

    def test_a_house_connector_and_its_answer_are_one(self, probe: Any, actor: Actor, now: datetime) -> None:
        """What the connector wrote is gone when nobody waits for the answer any more."""

        def run(asked: connectors.Call) -> Mapping[str, Any]:
            hosts.allow(actor=actor, host="wirkung.example", private=False, purpose="Probe", now=now)
            actions.cancel(subject=(asked.subject_kind, asked.subject_id), reason="", actor=actor, now=now)
            return {"nummer": 1}

        probe(run)
        begin(PROBE, actor, now, nummer=1)
        call(actor, now)
        assert not hosts.allowed().exists() and Instance.objects.get().status == "running"


class System(http.server.BaseHTTPRequestHandler):
    """An outside system with every bad habit, by path."""

    seen: list[tuple[str, str, dict[str, Any]]] = []

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
        System.seen.append((self.path, self.headers.get("Idempotency-Key", ""), body))
        way = self.path.split("?")[0].rsplit("/", 1)[-1]
        if way == "umleitung":
            self.send_response(302)
            self.send_header("Location", "http://169.254.169.254/latest")
            self.end_headers()
            return
        status = {"fehlt": 404, "kaputt": 503}.get(way, 200)
        text = {
            "unsinn": b"<html>",
            "riesig": b'"' + b"x" * 2_000_000 + b'"',
            "falsch": b'{"nummer": "x"}',
        }.get(way, json.dumps({"nummer": body.get("nummer", 0) + 1}).encode())
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), System)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def described(server: str) -> dict[str, Any]:
    number = {
        "type": "object",
        "required": ["nummer"],
        "properties": {"nummer": {"$ref": "#/components/schemas/N"}},
    }
    post = {
        "requestBody": {"required": True, "content": {"application/json": {"schema": number}}},
        "responses": {"200": {"description": "ok", "content": {"application/json": {"schema": number}}}},
    }
    paths = ("gut", "umleitung", "fehlt", "kaputt", "unsinn", "riesig", "falsch")
    return {
        "openapi": "3.0.3",
        "info": {"title": "Probe", "version": "1"},
        "servers": [{"url": server}],
        "components": {"schemas": {"N": {"type": "integer", "minimum": 0}}},
        "paths": {f"/{name}": {"post": {"operationId": name, **post}} for name in paths},
    }


def asking(operation: str, server: str) -> Any:
    files = {**small(CALL % ("http", operation, "")).files}
    return make_package({**files, "connectors/probe.openapi.json": json.dumps(described(server)).encode()})


@pytest.mark.django_db
@pytest.mark.enable_socket
class TestHttp:
    """The connector ``http`` against a real server."""

    def told(
        self,
        operation: str,
        port: int,
        actor: Actor,
        now: datetime,
        *,
        nummer: Any = 1,
        host: str = "127.0.0.1",
    ) -> str:
        begin(asking(operation, f"http://{host}:{port}"), actor, now, nummer=nummer)
        run_pending(even_later=True)
        incident = Incident.objects.first()
        return incident.message if incident else ""

    def test_it_asks_and_gives_what_was_promised(self, port: int, actor: Actor, now: datetime) -> None:
        hosts.allow(actor=actor, host="127.0.0.1", private=True, purpose="Probe", now=now)
        System.seen.clear()
        subject = begin(asking("gut", f"http://127.0.0.1:{port}"), actor, now, nummer=4)
        run_pending()
        assert queries.variables(subject)["antwort"] == {"nummer": 5}
        assert System.seen[0][2] == {"nummer": 4} and len(System.seen[0][1]) > 20

    @pytest.mark.parametrize(
        ("operation", "sentence"),
        [
            ("umleitung", "verweist auf eine andere Adresse"),
            ("fehlt", "Status 404"),
            ("kaputt", "Status 503"),
            ("unsinn", "kein JSON"),
            ("riesig", "zu groß"),
            ("falsch", "nicht vom Typ"),
        ],
    )
    def test_what_goes_wrong_is_said(
        self, operation: str, sentence: str, port: int, actor: Actor, now: datetime
    ) -> None:
        hosts.allow(actor=actor, host="127.0.0.1", private=True, purpose="Probe", now=now)
        System.seen.clear()
        assert sentence in self.told(operation, port, actor, now)
        again = {"kaputt": 5, "riesig": 5}.get(operation, 1)
        assert len(System.seen) == again and len({key for _, key, _ in System.seen}) == 1

    def test_only_allowed_hosts_and_private_ones_only_on_purpose(
        self, port: int, actor: Actor, now: datetime
    ) -> None:
        System.seen.clear()
        assert "nicht als Außensystem erlaubt" in self.told("gut", port, actor, now)
        hosts.allow(actor=actor, host="localhost", private=False, purpose="Probe", now=now)
        Incident.objects.all().delete()
        assert "https" in self.told("gut", port, actor, now, host="localhost")
        assert System.seen == []

    def test_values_that_do_not_fit_stay_here(self, port: int, actor: Actor, now: datetime) -> None:
        hosts.allow(actor=actor, host="127.0.0.1", private=True, purpose="Probe", now=now)
        System.seen.clear()
        assert "außerhalb der Grenzen" in self.told("gut", port, actor, now, nummer=-1)
        assert System.seen == []


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("127.0.0.1", False), ("10.1.2.3", False), ("192.168.0.1", False), ("169.254.169.254", False), ("100.64.0.1", False),
        ("::1", False), ("fe80::1", False), ("fc00::1", False), ("::ffff:10.0.0.1", False), ("0.0.0.0", False),
        ("224.0.0.1", False), ("93.184.215.14", True), ("2606:2800:21f::1", True),
    ],
)  # fmt: skip
def test_which_addresses_are_public(address: str, public: bool) -> None:
    from stadtkern.kernel import outgoing

    assert outgoing._public(address) is public


@pytest.mark.parametrize(
    "host", ["https://x.example", "x.example/pfad", "", "a b", "x_y.example", "-a.example"]
)
@pytest.mark.django_db
def test_a_host_is_a_name(host: str, actor: Actor, now: datetime) -> None:
    with pytest.raises(InvalidInput):
        hosts.allow(actor=actor, host=host, private=False, purpose="Probe", now=now)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"openapi": "2.0"}, "OpenAPI 3"),
        ({"servers": []}, "vollständige Adresse"),
        ({"servers": [{"url": "file:///etc/passwd"}]}, "vollständige Adresse"),
        ({"servers": [{"url": "https://user:pw@x.example"}]}, "vollständige Adresse"),
        ({"paths": {}}, "operationId"),
        ({"paths": {"/a/{id}": {"get": {"operationId": "a", "responses": {}}}}}, "Platzhalter"),
        (
            {
                "paths": {
                    "/a": {"get": {"operationId": "a", "responses": {"200": {"$ref": "http://x.example#/a"}}}}
                }
            },
            "derselben Datei",
        ),
    ],
)
def test_a_bad_description_is_refused(change: dict[str, Any], told: str) -> None:
    with pytest.raises(openapi.BadDescription, match=told):
        openapi.operations(json.dumps({**described("https://x.example"), **change}))


def test_the_declared_connectors_are_there() -> None:
    known = connectors.known()
    assert set(DECLARED) <= set(known)
    for name, declared in DECLARED.items():
        assert known[name].outside == declared.outside
        assert problems_of_call(name, "", frozenset()) == [
            f"Für „{name}“ fehlt die Angabe „{row.name}“."
            for row in (declared.operation.inputs if declared.operation else ())
            if row.required
        ]
    assert problems_of_call("telefax", "", frozenset())
