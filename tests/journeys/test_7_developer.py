"""Goal 7: a developer elsewhere works with the documented JSON interface only."""

from __future__ import annotations

import secrets
from typing import Any

import jsonschema

from tests.journeys import api
from tests.journeys.city import SERVICE


def test_from_the_description_to_the_state(city: Any) -> None:
    status, described, _kind = api.call(city.base, "/api/openapi.json")
    assert status == 200 and described["openapi"].startswith("3.1")
    assert "/api/v1/services/{slug}/submissions" in described["paths"]
    for operations in described["paths"].values():
        for operation in operations.values():
            assert operation["responses"] and (operation.get("summary") or operation.get("description"))

    status, services, _kind = api.call(city.base, "/api/v1/services")
    assert status == 200 and SERVICE in str(services)

    status, schema, _kind = api.call(city.base, f"/api/v1/services/{SERVICE}/form")
    assert status == 200
    jsonschema.Draft202012Validator.check_schema(schema)
    body = api.answers(city.town.resident(today=city.today, dogs=2))
    jsonschema.validate(body, schema)

    key = secrets.token_hex(8)
    path, headers = f"/api/v1/services/{SERVICE}/submissions", {"Idempotency-Key": key}
    first = api.call(city.base, path, body, headers=headers)
    again = api.call(city.base, path, body, headers=headers)
    assert first[0] == again[0] == 201 and first[1] == again[1]
    assert set(first[1]) >= {"submission_id", "case_number", "state_url"}
    status, state, _kind = api.call(city.base, "/api/" + first[1]["state_url"].split("/api/", 1)[1])
    assert (status, state["case_number"], state["state"]) == (200, first[1]["case_number"], "received")

    changed = body | {"G17000001010": {"F17000001011": True}}
    status, problem, kind = api.call(city.base, path, changed, headers=headers)
    assert status in (409, 422) and kind == "application/problem+json", (status, problem)

    for bad in (b"{", {"G17000000010": {}}, {"X": 1}, [], {"G17000000010": {"F17000000011": "x" * 300}}):
        status, problem, kind = api.call(
            city.base, path, bad, headers={"Idempotency-Key": secrets.token_hex(8)}
        )
        assert (status, kind) == (422, "application/problem+json"), (bad, status, problem)
        assert problem["title"] and problem["type"], problem
    status, problem, kind = api.call(city.base, "/api/v1/services/gibt-es-nicht")
    assert (status, kind) == (404, "application/problem+json")
    status, _problem, kind = api.call(city.base, path, body, login=("niemand", "falsch"))
    assert (status, kind) == (401, "application/problem+json")
