"""The JSON API of forms: schema, submitting, idempotency, errors with places, credentials."""

from __future__ import annotations

import base64
import json

import jsonschema
import pytest

from stadtkern.casework.forms.models import Submission
from tests.casework.forms.django_fixtures import DOG_TAX, PARKING, TREE, sample, with_uploads

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(online, client):
    client.defaults["HTTP_HOST"] = "mainz.localhost"
    online(DOG_TAX)
    return client


def submit(client, values, *, slug=DOG_TAX, key="", **headers):
    body = values if isinstance(values, bytes | str) else json.dumps(values)
    extra = {"Idempotency-Key": key} if key else {}
    return client.post(
        f"/api/v1/services/{slug}/submissions",
        body,
        content_type="application/json",
        headers={**extra, **headers},
    )


def test_the_schema_accepts_what_the_server_accepts(api, online):
    online(TREE)
    for slug in (DOG_TAX, TREE):
        schema = api.get(f"/api/v1/services/{slug}/form").json()
        values = with_uploads(sample(slug))
        jsonschema.validate(values, schema)
        assert submit(api, values, slug=slug).status_code == 201


def test_the_answer_names_submission_and_state(api):
    answer = submit(api, sample(DOG_TAX))
    assert answer.status_code == 201
    body = answer.json()
    assert body["submission_id"] == str(Submission.objects.get().pk)
    assert body["state_url"].startswith("http") and body["case_number"] is not None


def test_the_same_key_gives_the_same_answer(api):
    first = submit(api, sample(DOG_TAX), key="7f")
    again = submit(api, sample(DOG_TAX), key="7f")
    assert (again.status_code, again.json()) == (201, first.json())
    assert Submission.objects.count() == 1
    other = submit(api, sample(DOG_TAX, "sample-problem"), key="7f")
    assert other.status_code == 409 and other["Content-Type"] == "application/problem+json"


def test_validation_errors_have_places(api):
    values = sample(DOG_TAX)
    values["G17000000010"]["F17000000013"] = "gestern"
    values["nonsense"] = 1
    answer = submit(api, values)
    assert answer.status_code == 422 and answer["Content-Type"] == "application/problem+json"
    errors = {error["path"]: error for error in answer.json()["errors"]}
    assert errors["G17000000010/F17000000013"]["code"] == "not_date"
    assert "nonsense" in errors


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"nul",
        b'"x"',
        b'{"a": NaN}',
        b"[" * 100_000,
        b"\xff\xfe",
        b'{"G17000000010": ' + b"[" * 900 + b"]" * 900 + b"}",
    ],
)
def test_broken_bodies_are_refused_kindly(api, body):
    answer = submit(api, body)
    assert answer.status_code == 422 and answer.json()["status"] == 422
    assert not Submission.objects.exists()


def test_oversize_bodies_are_refused_before_reading(api):
    answer = api.post(
        f"/api/v1/services/{DOG_TAX}/submissions",
        b"{}",
        content_type="application/json",
        headers={"Content-Length": str(10**9)},
    )
    assert answer.status_code == 413


def test_a_service_with_login_needs_an_app_password_with_scope(api, online, make_actor, now):
    from stadtkern.foundation.accounts import app_passwords
    from stadtkern.foundation.accounts.models import Account

    online(PARKING)
    values = with_uploads(sample(PARKING))
    assert submit(api, values, slug=PARKING).status_code == 403
    actor = make_actor()
    login = Account.objects.get(pk=actor.account_id).username
    _, wrong = app_passwords.create(actor=actor, name="Kalender", scopes=["calendar"], now=now)
    _, right = app_passwords.create(actor=actor, name="Portal", scopes=["submissions"], now=now)
    for secret, expected in ((wrong, 401), ("erfunden", 401), (right, 201)):
        token = base64.b64encode(f"{login}:{secret}".encode()).decode()
        assert submit(api, values, slug=PARKING, Authorization=f"Basic {token}").status_code == expected
    assert Submission.objects.get().account_id == actor.account_id
    assert submit(api, values, slug=PARKING, Authorization="Bearer x").status_code == 401


def test_unknown_service_and_schema_in_openapi(api):
    assert submit(api, {}, slug="gibt-es-nicht").status_code == 404
    assert api.get("/api/v1/services/gibt-es-nicht/form").status_code == 404
    assert api.get(f"/api/v1/services/{DOG_TAX}/form.xsd").content.startswith(b"<?xml")
    paths = api.get("/api/openapi.json").json()["paths"]
    assert "/api/v1/services/{slug}/submissions" in paths
