"""Break-out attempts between people: every address with an id, opened by everybody whose object it is not.

The matrix is made from the address book: a new address with an id is attacked without a line here.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import get_resolver

from stadtkern.foundation.access.middleware import GUEST_KEYS, gate_of
from stadtkern.foundation.access.models import RoleAssignment
from stadtkern.foundation.accounts import demo as demo_accounts
from stadtkern.foundation.accounts.models import Account, AppPassword
from stadtkern.foundation.accounts.session import ASSURANCE, SECOND_FACTOR
from stadtkern.foundation.organizations import api as organizations
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel import clock
from tests.architecture.test_gates import patterns
from tests.foundation.access.test_breakout_http import ASKS_FOR_A_CODE
from tests.journeys import states

pytestmark = pytest.mark.django_db

CLOSED = {302, 400, 401, 403, 404, 405, 409, 410, 415, 422, 429}
WORDS = {
    "slug": states.DOG,
    "page_id": "person",
    "step": "vermerk",
    "rule_id": "R17000001001",
    "kind": "xml",
    "key": "x",
}

# Who may open what of this, by office: everything else must stay closed. (attacker, start of the address)
ALLOWED = {
    ("administrator", "verwaltung/"),
    ("service manager", "arbeit/formulare/"),
    ("counter", "arbeit/post/"),
    ("auditor", "verwaltung/protokoll/"),
    ("other office", "arbeit/unternehmen/"),
    ("other office's lead", "arbeit/unternehmen/"),
    ("counter", "arbeit/unternehmen/"),
    ("auditor", "arbeit/vorgang/"),
}
NOT_STAFF = {"stranger", "other resident", "guest with the code of another case", "blocked lead"}


@pytest.fixture(scope="module")
def built(standing: None) -> dict[str, Any]:
    """The whole city with a case in every state."""
    states.load()
    mainz = organizations.find("mainz")
    assert mainz is not None
    with tenancy.act_for(mainz.id):
        return dict(states.build(clock.now()))


@pytest.fixture
def things(built: dict[str, Any], db: None) -> Iterator[dict[str, Any]]:
    """What stands in that city; the test acts for Mainz."""
    mainz = organizations.find("mainz")
    assert mainz is not None
    with tenancy.act_for(mainz.id):
        yield built


def ids(things: Mapping[str, Any], case: str) -> dict[str, Any]:
    """A value for every argument name, all of one case that is not the attacker's."""
    from stadtkern.casework.cases.models import Case, PostBoxItem
    from stadtkern.casework.forms.models import SubmissionFile
    from stadtkern.casework.payments import api as payments

    row = Case.objects.get(pk=things[case])
    stored = PostBoxItem.objects.filter(case=row, file_id__isnull=False).first()
    attached = SubmissionFile.objects.filter(submission_id=row.submission_id).first()
    charges = payments.charges_of(row.pk)
    file_id = stored.file_id if stored else attached.file_id if attached else row.pk
    return {
        "case_id": row.pk, "submission_id": row.root_submission_id, "file_id": file_id,
        "draft_id": things["draft"], "item_id": things["post_item"], "decision_id": things["proposal"],
        "charge_id": charges[0].id if charges else things["charge"], "version_id": things["version"],
        "old_id": things["published"], "new_id": things["version"], "list_id": things["code_list"],
        "batch_id": things["batch"], "letter_id": things["letter"], "office_id": things["office"],
        "team_id": things["team"], "absence_id": things["absence"], "provider_id": things["provider"],
        "account_id": things["account"], "assignment_id": things["role"], "entry_id": things["entry"],
        "municipality_id": things["municipality"], "password_id": things["app_password"],
        "business_id": things["business"], "member_id": things["member"], "invitation_id": things["invitation"],
        "power_id": things["power"],
    }  # fmt: skip


def addresses() -> list[tuple[str, Any]]:
    """Every address that names an object, with its gate."""
    found = []
    for path, pattern in patterns(get_resolver()):
        if ("<uuid:" in path or "<case_id>" in path) and "(?P" not in path and path not in ASKS_FOR_A_CODE:
            found.append((path, gate_of(pattern.callback)))
    return found


def filled(path: str, values: Mapping[str, Any]) -> str:
    """The address with its ids."""
    parts = []
    for part in path.split("<"):
        name, closed, rest = part.partition(">")
        if not closed:
            parts.append(part)
            continue
        kind, _, name = name.rpartition(":")
        value = values.get(name, WORDS.get(name, "1" if kind == "int" else values["case_id"]))
        parts.append(f"{value}{rest}")
    return "/" + "".join(parts)


def client_of(
    login: str, *, second_factor: bool = True, keys: list[Any] | None = None, host: str = ""
) -> Client:
    """A browser in which somebody is logged in (empty: nobody)."""
    client = Client(raise_request_exception=False, **({"headers": {"host": host}} if host else {}))
    if login:
        client.force_login(
            Account.objects.get(username=login), backend="django.contrib.auth.backends.ModelBackend"
        )
    session = client.session
    session[ASSURANCE], session[SECOND_FACTOR] = 4, second_factor
    session[GUEST_KEYS] = [str(key) for key in keys or []]
    session.save()
    client.cookies["sessionid"] = session.session_key or ""
    return client


def attackers(things: Mapping[str, Any]) -> dict[str, Client]:
    """Everybody who is not the applicant, not responsible, not any more, or not here."""
    yesterday = clock.today() - timedelta(days=1)
    RoleAssignment.objects.filter(account__username="t.okafor").update(valid_to_on=yesterday)
    Account.objects.filter(username="k.vogt").update(is_active=False)
    return {
        "stranger": client_of(""),
        "other resident": client_of("anh.dang"),
        "guest with the code of another case": client_of("", keys=[things["new"], things["submission"]]),
        "other office": client_of("h.kraemer"),
        "other office's lead": client_of("p.sauer"),
        "former caseworker": client_of("t.okafor"),
        "blocked lead": client_of("k.vogt"),
        "without second factor": client_of("s.berger", second_factor=False),
        "counter": client_of("i.schalter"),
        "service manager": client_of("v.leistung"),
        "administrator": client_of("admin"),
        "neighbour's administrator": client_of("bod.admin"),
        "neighbour's caseworker": client_of("bod.steuern"),
        "neighbour's caseworker at home": client_of("bod.steuern", host="bodenheim.localhost"),
        "neighbour's administrator at home": client_of("bod.admin", host="bodenheim.localhost"),
    }


def allowed(who: str, path: str) -> bool:
    return any(who == name and path.startswith(start) for name, start in ALLOWED)


def secrets_of(things: Mapping[str, Any], case: str) -> list[bytes]:
    """What only the applicant and the office know."""
    from stadtkern.casework.cases.models import Case

    row = Case.objects.get(pk=things[case])
    return [row.number.encode(), row.applicant_name.encode()]


def state() -> list[Any]:
    """Everything of the cases and begun applications that an attack could change."""
    from stadtkern.casework.cases.models import Case, CaseEvent, Decision, Message, Request
    from stadtkern.casework.forms.models import Draft, Submission

    models = (Case, CaseEvent, Decision, Message, Request, Submission)
    found: list[Any] = [list(model.objects.order_by("pk").values()) for model in models]
    found.append(sorted(Draft.objects.exclude(channel="preview").values_list("pk", flat=True)))
    found.append(list(AppPassword.objects.order_by("pk").values()))
    return found


@pytest.mark.parametrize("share", [4, pytest.param(1, marks=pytest.mark.slow)])
def test_nobody_opens_what_is_somebody_elses(things: dict[str, Any], share: int) -> None:
    """Every address by one in ``share`` of the people, in turns."""
    people, before = attackers(things), state()
    attempts, succeeded = 0, []
    for case in ("decided", "parking"):
        values, told = ids(things, case), secrets_of(things, case)
        for turn, (path, gate) in enumerate(addresses()):
            for who, client in list(people.items())[turn % share :: share]:
                if allowed(who, path):
                    continue
                if case == "parking" and "case_id" not in path:
                    continue
                # Who does not pass the gate by reading does not pass it by writing: one attempt is enough.
                outside = gate is not None and gate.kind == "staff" and who in NOT_STAFF
                for method in ("get",) if outside else ("get", "post"):
                    attempts += 1
                    response = getattr(client, method)(filled(path, values))
                    text = b"".join(response.streaming_content) if response.streaming else response.content
                    if response.status_code not in CLOSED or any(secret in text for secret in told):
                        succeeded.append(f"{who}: {method} {path} ({case}): {response.status_code}")
    assert not succeeded, f"{len(succeeded)} of {attempts}:\n" + "\n".join(succeeded[:60])
    assert attempts > 3000 / share
    assert state() == before, "an attempt changed something"


def test_the_owners_get_in(things: dict[str, Any]) -> None:
    """The matrix can fail: the same addresses open for those whose they are."""
    values = ids(things, "decided")
    for login, path in (
        ("zoe.celik", "vorgaenge/<uuid:case_id>/"), ("zoe.celik", "vorgaenge/<uuid:case_id>/antrag.json"),
        ("zoe.celik", "vorgaenge/<uuid:case_id>/eingang/"), ("s.berger", "arbeit/vorgang/<uuid:case_id>/"),
        ("t.okafor", "arbeit/vorgang/<uuid:case_id>/"), ("v.leistung", "arbeit/formulare/fassung/<uuid:version_id>/"),
    ):  # fmt: skip
        assert client_of(login).get(filled(path, values)).status_code == 200, (login, path)


def test_lists_show_nothing_of_others(things: dict[str, Any]) -> None:
    """Own pages, work lists and exports of people who have nothing to do with the case."""
    told = secrets_of(things, "decided")
    for who, client in attackers(things).items():
        for path in (
            "/vorgaenge/", "/postfach/", "/meine-daten/", "/meine-daten/export.zip", "/arbeit/",
            f"/arbeit/?bereich=alle&stand=alle&q={told[0].decode()}", "/arbeit/vorgaenge.csv?bereich=alle&stand=alle",
            "/suche/?q=" + told[0].decode(), f"/arbeit/?q={things['decided']}",
        ):  # fmt: skip
            response = client.get(path)
            text = b"".join(response.streaming_content) if response.streaming else response.content
            searched = told[0].decode() in path
            assert told[1] not in text, (who, path)
            assert searched or told[0] not in text, (who, path)


def basic(login: str, password: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{login}:{password}".encode()).decode()}


def test_the_interface_gives_nothing_away(things: dict[str, Any]) -> None:
    """State of a case by API: nobody, other people, a wrong scope, a revoked password, the login's own password."""
    known = {str(entry["login"]): str(entry["app_password"]) for entry in demo_accounts.demo_accounts()}
    path, client = f"/api/v1/cases/{things['decided']}", Client(raise_request_exception=False)
    told = secrets_of(things, "decided")
    attempts: list[dict[str, str]] = [
        {}, basic("anh.dang", known["anh.dang"]), basic("h.kraemer", known["h.kraemer"]),
        basic("bod.steuern", known["bod.steuern"]), basic("zoe.celik", "falsch"), basic("zoe.celik", demo_accounts.PASSWORD),
        basic("s.berger", demo_accounts.PASSWORD), basic("s.berger", known["anh.dang"]), basic("", ""),
        {"authorization": "Basic ???"}, {"authorization": f"Bearer {things['decided']}"},
    ]  # fmt: skip
    for headers in attempts:
        response = client.get(path, headers=headers)
        assert response.status_code in CLOSED, (headers, response.status_code)
        assert not any(secret in response.content for secret in told)
    AppPassword.objects.filter(account__username="s.berger").update(scopes=["files"])
    assert client.get(path, headers=basic("s.berger", known["s.berger"])).status_code in CLOSED
    AppPassword.objects.filter(account__username="s.berger").update(
        scopes=["cases"], revoked_at=clock.real_now()
    )
    assert client.get(path, headers=basic("s.berger", known["s.berger"])).status_code in CLOSED


def test_a_key_for_a_draft_opens_only_that_draft(things: dict[str, Any]) -> None:
    """Link and code of one begun application say nothing about another, nor about the counter's."""
    client = client_of("", keys=[things["draft"]])
    assert client.get(f"/antrag/{states.DOG}/{things['draft']}/seite/person/").status_code == 200
    for name in ("full_draft", "entry_draft", "preview_draft", "old_draft"):
        for door in ("antrag", "arbeit/erfassen", "arbeit/formulare/vorschau"):
            response = client.get(f"/{door}/{states.DOG}/{things[name]}/seite/person/")
            assert response.status_code in CLOSED, (name, door)
    assert isinstance(things["draft"], UUID)
