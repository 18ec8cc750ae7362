"""Break-out attempts through the pages: every address with an id, with ids of another municipality and invented ones."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.test import Client
from django.urls import URLPattern, get_resolver

from stadtkern.foundation.access.middleware import gate_of
from stadtkern.foundation.access.models import Absence, RoleAssignment
from stadtkern.foundation.accounts.models import Account, AppPassword, SignOnProvider
from stadtkern.foundation.accounts.session import ASSURANCE, SECOND_FACTOR
from stadtkern.foundation.organizations.models import Office, Team
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.foundation.tenancy.api import TenantModel
from tests.architecture.test_gates import patterns

pytestmark = pytest.mark.django_db

SECRET = "Geheim-aus-Bodenheim"
# Asks for the code before it looks anything up: the same page for every id, so nothing is told.
ASKS_FOR_A_CODE = {
    "antrag/weitermachen/<uuid:draft_id>/",
    "kita/anmeldung/<uuid:draft_id>/weiter/",
    "stellungnahme/<uuid:statement_id>/",
}
CLOSED = {302, 400, 401, 403, 404, 405, 409, 410, 422, 429}


def addresses() -> list[tuple[str, bool]]:
    """Addresses whose only argument kind is an id (other arguments get a harmless word), and whether they are public."""
    found = []
    for path, pattern in patterns(get_resolver()):
        assert isinstance(pattern, URLPattern)
        if "<uuid:" not in path or "(?P" in path:
            continue
        gate = gate_of(pattern.callback)
        found.append((path, (gate is not None and gate.kind == "public") or path in ASKS_FOR_A_CODE))
    return found


ADDRESSES = addresses()


def filled(path: str, uuid: UUID) -> str:
    """``a/<uuid:x>/<slug:y>/`` with this id."""
    parts = []
    for part in path.split("<"):
        name, closed, rest = part.partition(">")
        if not closed:
            parts.append(part)
            continue
        kind = name.partition(":")[0]
        parts.append((str(uuid) if kind == "uuid" else "1" if kind == "int" else "sperren") + rest)
    return "/" + "".join(parts)


@pytest.fixture
def foreign(mainz: Any, bodenheim: Any) -> dict[str, UUID]:
    """One row of everything that can be made here, in Bodenheim."""
    with tenancy.act_for(bodenheim.pk):
        office = Office.objects.create(slug="geheim", name=SECRET)
        team = Team.objects.create(slug="geheim", name=SECRET, office=office)
        account = Account.objects.create(username="bod", kind="staff", home=bodenheim, display_name=SECRET)
        deputy = Account.objects.create(username="bod2", kind="staff", home=bodenheim, display_name=SECRET)
        resident = Account.objects.create(username="res", kind="resident", display_name=SECRET)
        role = RoleAssignment.objects.create(
            account=account, role="administrator", valid_from_on=date(2025, 1, 1)
        )
        absence = Absence.objects.create(
            account=account, deputy=deputy, from_on=date(2025, 1, 1), to_on=date(2027, 1, 1)
        )
        provider = SignOnProvider.objects.create(
            key="g", name=SECRET, audience="staff", server_url="https://x.example", client_id="x"
        )
        password = AppPassword.objects.create(
            account=resident, name=SECRET, scopes=["files"], digest="d", created_at="2025-01-01T00:00Z"
        )
        found = {
            "municipality": bodenheim.pk,
            "office": office.pk,
            "team": team.pk,
            "staff account": account.pk,
            "resident account": resident.pk,
            "role": role.pk,
            "absence": absence.pk,
            "sign-on service": provider.pk,
            "app password": password.pk,
        }
        for model in apps.get_models():
            if issubclass(model, TenantModel) and (row := model._default_manager.order_by("pk").first()):
                found.setdefault(model._meta.label, row.pk)
    return {**found, "invented": uuid4()}


def client_for(account_id: Any) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(
        Account.objects.get(pk=account_id), backend="django.contrib.auth.backends.ModelBackend"
    )
    session = client.session
    session[SECOND_FACTOR], session[ASSURANCE] = True, 4
    session.save()
    return client


@pytest.mark.parametrize("turns", [10, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize("role", ["administrator", "caseworker", "resident", "guest"])
def test_no_address_opens_an_object_of_another_municipality(
    role: str, turns: int, foreign: dict[str, UUID], make_actor: Any, office: Any
) -> None:
    """Every address with an invented id and one in ``turns`` of the others, the kinds by turns over the addresses."""
    if role == "guest":
        client = Client(raise_request_exception=False)
    else:
        client = client_for(make_actor(None if role == "resident" else role).account_id)
    before = state(foreign)
    attempts, succeeded = 0, []
    for path, is_public in ADDRESSES:
        for number, (kind, uuid) in enumerate(foreign.items()):
            if kind != "invented" and number % turns != len(path) % turns:
                continue
            for method in ("get", "post") if role == "administrator" else ("get",):
                attempts += 1
                response = getattr(client, method)(filled(path, uuid))
                text = b"".join(response.streaming_content) if response.streaming else response.content
                if SECRET.encode() in text or (response.status_code not in CLOSED and not is_public):
                    succeeded.append(f"{method} {path} with {kind}: {response.status_code}")
    assert not succeeded, "\n".join(succeeded)
    assert attempts >= 40
    assert state(foreign) == before, "something of the other municipality changed"


def state(foreign: dict[str, UUID]) -> list[Any]:
    with tenancy.act_for(foreign["municipality"]):
        found: list[Any] = [
            list(model.objects.order_by("pk").values())
            for model in (Office, Team, RoleAssignment, Absence, SignOnProvider)
        ]
    columns = ("pk", "is_active", "email", "display_name", "password")
    found.append(list(Account.objects.filter(display_name=SECRET).order_by("pk").values(*columns)))
    found.append(list(AppPassword.objects.filter(name=SECRET).values()))
    return found


def test_a_session_of_one_municipality_has_no_roles_in_another(
    make_actor: Any, bodenheim: Any, office: Any
) -> None:
    """The same login at the other municipality's address is nobody there."""
    client = client_for(make_actor("administrator").account_id)
    for address in (
        "/verwaltung/",
        "/verwaltung/aemter/",
        "/verwaltung/personal/",
        "/verwaltung/personal/export.csv",
    ):
        assert client.get(address, headers={"host": "mainz.localhost"}).status_code == 200
        assert client.get(address, headers={"host": "bodenheim.localhost"}).status_code == 403


def test_a_resident_cannot_use_another_residents_app_password(make_actor: Any) -> None:
    one, other = make_actor(), make_actor()
    row = AppPassword.objects.create(
        account_id=other.account_id,
        name="Telefon",
        scopes=["files"],
        digest="x",
        created_at="2025-01-01T00:00Z",
    )
    client_for(one.account_id).post(f"/konto/app-passwoerter/{row.pk}/sperren/")
    row.refresh_from_db()
    assert row.revoked_at is None
