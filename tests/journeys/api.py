"""The JSON interface as a developer elsewhere uses it: standard library only."""

from __future__ import annotations

import base64
import json
import urllib.error
import urllib.request
from typing import Any

from tests.journeys.city import SERVICE
from tests.journeys.people import IBAN, Resident


def call(
    base: str,
    path: str,
    body: object = None,
    *,
    headers: dict[str, str] | None = None,
    login: tuple[str, str] | None = None,
) -> tuple[int, Any, str]:
    """Status, document and media type."""
    data = None if body is None else (body if isinstance(body, bytes) else json.dumps(body).encode())
    request = urllib.request.Request(base + path, data=data, headers=dict(headers or {}))
    if data is not None:
        request.add_header("Content-Type", "application/json")
    if login:
        request.add_header("Authorization", "Basic " + base64.b64encode(":".join(login).encode()).decode())
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            raw, status, kind = answer.read(), answer.status, answer.headers.get_content_type()
    except urllib.error.HTTPError as error:
        raw, status, kind = error.read(), error.code, error.headers.get_content_type()
    return status, json.loads(raw) if "json" in kind else raw, kind


def answers(resident: Resident, *, dangerous: bool = False) -> dict[str, Any]:
    """A whole registration, nested by element id."""
    return {
        "G17000000010": {
            "F17000000011": resident.family, "F17000000012": resident.given,
            "F17000000013": resident.born.isoformat(), "F17000000014": resident.email,
        },
        "G17000000021": {
            "F17000000022": resident.street, "F17000000023": resident.number,
            "F17000000025": resident.postcode, "F17000000026": "Mainz",
        },
        "G17000000060": {"F17000000061": "elektronisch", "F17000000062": True},
        "G17000001010": {"F17000001011": False},
        "G17000001040": {"F17000001042": False},
        "G17000001050": {"G17000001051": {"F17000000053": resident.name, "F17000000052": IBAN, "F17000001054": True}},
        "G17000001020": [
            {
                "F17000001021": dog.name, "F17000001022": dog.breed, "F17000001024": "m",
                "F17000001025": dog.born.isoformat(), "F17000001026": dog.kept_since.isoformat(),
                "F17000001027": "zucht", "F17000001028": dog.chip, "F17000001029": dangerous,
            } | ({"F17000001030": "OA-2025-17"} if dangerous else {})
            for dog in resident.dogs
        ],
    }  # fmt: skip


def submit(base: str, resident: Resident, key: str, **more: Any) -> dict[str, Any]:
    """Submit and return the answer; fails when it is refused."""
    status, document, _kind = call(
        base,
        f"/api/v1/services/{SERVICE}/submissions",
        answers(resident, **more),
        headers={"Idempotency-Key": key},
    )
    assert status == 201, document
    return dict(document)
