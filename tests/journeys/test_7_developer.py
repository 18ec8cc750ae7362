"""Goal 7: a developer elsewhere works with the documented JSON interface only, with the standard library."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from tests.journeys import api
from tests.journeys.browser import PHONE
from tests.journeys.city import SERVICE, picture
from tests.journeys.desk import open_case, take

SUBMISSIONS = "/api/v1/services/{slug}/submissions"
METHODS = {"get", "put", "post", "delete", "patch", "head", "options", "trace"}


def test_the_description_is_valid(city: Any) -> None:
    """What OpenAPI 3.1 demands of a document, as far as generators rely on it."""
    status, described, kind = api.call(city.base, "/api/openapi.json")
    assert status == 200 and kind == "application/json" and re.fullmatch(r"3\.1\.\d+", described["openapi"])
    assert described["info"]["title"] and described["info"]["version"] and SUBMISSIONS in described["paths"]
    names: list[str] = []
    for path, operations in described["paths"].items():
        in_path = set(re.findall(r"{(\w+)}", path))
        for method, operation in operations.items():
            assert method in METHODS and (operation.get("summary") or operation.get("description")), (
                path,
                method,
            )
            names.append(operation["operationId"])
            parameters = operation.get("parameters", [])
            assert {item["name"] for item in parameters if item["in"] == "path"} == in_path, path
            assert all(item["required"] for item in parameters if item["in"] == "path"), path
            assert operation["responses"] and all(
                re.fullmatch(r"[1-5](\d\d|XX)|default", str(code)) for code in operation["responses"]
            ), path
            assert all(answer.get("description") for answer in operation["responses"].values()), path
    assert len(names) == len(set(names)), sorted(names)
    for reference in references(described):
        target: Any = described
        for part in reference.removeprefix("#/").split("/"):
            target = target[part.replace("~1", "/").replace("~0", "~")]
    for name, schema in described.get("components", {}).get("schemas", {}).items():
        jsonschema.Draft202012Validator.check_schema(schema), name
    create = described["paths"][SUBMISSIONS]["post"]
    assert "201" in create["responses"] and "requestBody" in create
    assert any(item["name"].casefold() == "idempotency-key" for item in create["parameters"])


def references(document: Any) -> Iterator[str]:
    """Every ``$ref`` in a document."""
    if isinstance(document, dict):
        if isinstance(found := document.get("$ref"), str):
            yield found
        document = list(document.values())
    if isinstance(document, list):
        for item in document:
            yield from references(item)


def test_from_the_form_to_the_state(city: Any) -> None:
    status, services, _kind = api.call(city.base, "/api/v1/services")
    assert status == 200 and SERVICE in str(services)
    status, one, _kind = api.call(city.base, f"/api/v1/services/{SERVICE}")
    assert status == 200 and one["slug"] == SERVICE
    status, schema, _kind = api.call(city.base, f"/api/v1/services/{SERVICE}/form")
    assert status == 200
    jsonschema.Draft202012Validator.check_schema(schema)
    body = api.answers(city.town.resident(today=city.today, dogs=2))
    jsonschema.validate(body, schema)

    # twice with one key is once; another content under the same key is refused
    key = city.town.key()
    path, headers = SUBMISSIONS.format(slug=SERVICE), {"Idempotency-Key": key}
    first = api.call(city.base, path, body, headers=headers)
    again = api.call(city.base, path, body, headers=headers)
    assert first[0] == again[0] == 201 and first[1] == again[1], first
    assert set(first[1]) >= {"submission_id", "case_number", "state_url"}
    status, state, _kind = api.call(city.base, "/api/" + first[1]["state_url"].split("/api/", 1)[1])
    assert (status, state["case_number"], state["state"]) == (200, first[1]["case_number"], "received")
    changed = body | {"G17000000060": {"F17000000061": "brief", "F17000000062": True}}
    status, problem, kind = api.call(city.base, path, changed, headers=headers)
    assert status in (409, 422) and kind == "application/problem+json", (status, problem)

    # the state without its token is nobody's business
    bare = "/api/" + first[1]["state_url"].split("/api/", 1)[1].split("?")[0]
    assert api.call(city.base, bare)[0] in (401, 403, 404)


def test_what_is_wrong_is_said(city: Any) -> None:
    path = SUBMISSIONS.format(slug=SERVICE)
    body = api.answers(city.town.resident(today=city.today))
    no_rule = body | {"G17000000060": {"F17000000061": "elektronisch", "F17000000062": False}}
    for bad in (
        b"{",
        {"G17000000010": {}},
        {"X": 1},
        [],
        {"G17000000010": {"F17000000011": "x" * 300}},
        no_rule,
    ):
        status, problem, kind = api.call(city.base, path, bad, headers={"Idempotency-Key": city.town.key()})
        assert (status, kind) == (422, "application/problem+json"), (bad, status, problem)
        assert problem["title"] and problem["type"] and problem["status"] == 422, problem
    status, problem, kind = api.call(city.base, "/api/v1/services/gibt-es-nicht")
    assert (status, kind) == (404, "application/problem+json")
    status, _problem, kind = api.call(city.base, path, body, login=("niemand", "falsch"))
    assert (status, kind) == (401, "application/problem+json")


@pytest.mark.parametrize("scripts", [False], ids=["no-scripts"])
def test_with_an_app_password_and_a_file(city: Any, person: Any, scripts: bool, tmp_path: Any) -> None:
    """Sent in the name of an account; the state is followed while the desk works."""
    resident = city.town.resident(today=city.today)
    phone = person(city.base, device=PHONE)
    phone.go("/accounts/signup/").fill("E-Mail", resident.email)
    for field in phone.page.locator("main input[type=password]").all():
        field.fill(city.password)
    phone.click("Konto anlegen", role="button")
    phone.go("/konto/app-passwoerter/").fill("Gerät oder Programm", "Skript")
    phone.page.get_by_role("group", name="Wofür?").get_by_role("checkbox").first.check()
    phone.click("App-Passwort erzeugen", role="button")
    secret = phone.page.locator("#app-password").inner_text()
    login = re.search(r"Anmeldename (\S+?):", phone.text())
    assert login

    evidence = base64.b64encode(picture(tmp_path / "n.png").read_bytes()).decode()
    body = api.answers(resident) | {
        "G17000001040": {"F17000001042": True},
        "G17000001043": {
            "F17000001044": "tierheim",
            "F17000001046": [{"name": "n.png", "content": evidence}],
        },
    }
    path, headers = SUBMISSIONS.format(slug=SERVICE), {"Idempotency-Key": city.town.key()}
    status, made, _kind = api.call(city.base, path, body, headers=headers, login=(login.group(1), secret))
    assert status == 201, made
    phone.go("/vorgaenge/").sees(made["case_number"])
    worker = city.desk("w.werk", make=person)
    case = open_case(worker, made["case_number"])
    worker.sees("n.png")
    take(worker, case)
    state_url = "/api/" + made["state_url"].split("/api/", 1)[1]
    assert api.call(city.base, state_url)[1]["state"] == "in_review"

    # revoked, it is worth nothing
    phone.go("/konto/app-passwoerter/").click("Sperren", role="link").click(
        re.compile("[Ss]perren"), role="button"
    )
    headers = {"Idempotency-Key": city.town.key()}
    assert api.call(city.base, path, body, headers=headers, login=(login.group(1), secret))[0] == 401
