"""kill -9 of web server, its workers and database during 200 submissions: every acknowledged one is there once."""

from __future__ import annotations

import http.client
import json
import random
import sys
import threading
import time
import uuid
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.faults.harness import ROOT, Installation, Role, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]

SERVICE = "hundesteuer-anmeldung"
SUBMISSIONS = 200
CLIENTS = 8
KILLS: tuple[Role, ...] = ("database", "web-worker", "database", "web", "keeper", "worker")


class Applicants:
    """Clients that submit until they have an answer, each submission under its own Idempotency-Key."""

    def __init__(self, port: int, number: int) -> None:
        self.port = port
        self.body = (ROOT / f"stadtkern/content/services/{SERVICE}/sample.json").read_bytes()
        self.waiting = [str(uuid.uuid4()) for _ in range(number)]
        self.acknowledged: dict[str, str] = {}
        self.refused: list[str] = []
        self.repeated = 0
        self.lock = threading.Lock()

    def work(self) -> None:
        while True:
            with self.lock:
                if not self.waiting:
                    return
                key = self.waiting.pop()
            self.submit(key)

    def submit(self, key: str) -> None:
        """Repeat what nobody answered; a real client would do the same."""
        for _ in range(120):
            status, answer = self.post(key)
            if status == 201:
                with self.lock:
                    self.acknowledged[key] = answer["submission_id"]
                return
            if 400 <= status < 500 and status != 409:
                with self.lock:
                    self.refused.append(f"{status} {answer}")
                return
            with self.lock:
                self.repeated += 1
            time.sleep(0.5)
        with self.lock:
            self.refused.append(f"never answered: {key}")

    def post(self, key: str) -> tuple[int, dict[str, Any]]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Content-Type": "application/json", "Idempotency-Key": key, "Host": "mainz.localhost"}
        try:
            connection.request("POST", f"/api/v1/services/{SERVICE}/submissions", self.body, headers)
            response = connection.getresponse()
            text = response.read()
            return response.status, json.loads(text) if response.status == 201 else {"text": text[:300]}
        except (OSError, http.client.HTTPException, ValueError):
            return 0, {}
        finally:
            connection.close()


def test_every_acknowledged_submission_is_there_once(tmp_path: Path) -> None:
    city = Installation(tmp_path, command="demo")
    city.start()
    try:
        city.wait_until_ready(600)
        applicants = Applicants(city.port, SUBMISSIONS)
        threads = [threading.Thread(target=applicants.work) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        killed = kill_while_busy(city, applicants)
        for thread in threads:
            thread.join()
        city.wait_until_ready()
        sys.stdout.write(
            f"{len(applicants.acknowledged)} acknowledged, {applicants.repeated} repeated, {killed} kills\n"
        )
        assert applicants.refused == []
        assert len(applicants.acknowledged) == SUBMISSIONS
        assert killed == len(KILLS)
        check_database(city, applicants)
    finally:
        city.stop()
    assert city.leftovers() == []


def kill_while_busy(city: Installation, applicants: Applicants) -> int:
    """One kill after each seventh of the submissions, at a random moment of it."""
    chance = random.Random(20251014)
    for number, role in enumerate(KILLS, start=1):
        goal = SUBMISSIONS * number // (len(KILLS) + 1)

        def reached(goal: int = goal) -> bool:
            return len(applicants.acknowledged) + len(applicants.refused) >= goal

        wait_for(reached, 300, city.tail)
        time.sleep(chance.random())
        wait_for(lambda role=role: city.processes().get(role), 60, city.tail)
        city.kill(role)
    return len(KILLS)


def check_database(city: Installation, applicants: Applicants) -> None:
    """One submission per key, one case per submission, one number per case."""
    url = city.run("db", "url", "--role", "owner").stdout.strip()
    ids = sorted(applicants.acknowledged.values())
    keys = list(applicants.acknowledged)
    assert len(set(ids)) == SUBMISSIONS
    with psycopg.connect(url) as connection:
        stored = connection.execute(
            "SELECT id::text FROM forms_submission WHERE idempotency_key = ANY(%s) ORDER BY 1", [keys]
        ).fetchall()
        cases = connection.execute(
            "SELECT submission_id::text, number FROM cases_case"
            " WHERE submission_id = ANY(%s::uuid[]) ORDER BY 1",
            [ids],
        ).fetchall()
    assert [row[0] for row in stored] == ids
    assert [row[0] for row in cases] == ids
    assert len({row[1] for row in cases}) == SUBMISSIONS
