"""The state of a case for programs."""

from __future__ import annotations

import pytest

from stadtkern.casework.cases.tokens import state_path

pytestmark = pytest.mark.django_db


def test_the_state_needs_the_token_and_tells_no_personal_data(apply, make_actor, client, now):
    case = apply("hundesteuer-anmeldung", actor=make_actor(name="Lena Becker"), now=now)
    answer = client.get(state_path(case.pk))
    assert answer.status_code == 200
    assert answer.json()["case_number"] == case.number
    assert answer.json()["state"] == "received"
    assert case.applicant_name.split()[-1] not in answer.content.decode()
    assert client.get(f"/api/v1/cases/{case.pk}").status_code == 404
    assert client.get(f"/api/v1/cases/{case.pk}?token={'0' * 32}").status_code == 404
