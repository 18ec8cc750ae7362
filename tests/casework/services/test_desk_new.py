"""Service managers make services from nothing and from others, and settle who is responsible where."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client

from stadtkern.casework.services import actions, queries, responsibilities
from stadtkern.casework.services.models import Responsibility, Service
from stadtkern.foundation.access.api import NotVisible, system
from stadtkern.foundation.audit.models import Entry

pytestmark = pytest.mark.django_db
HOME = "/arbeit/leistungen/"
SLUG = "hundesteuer-anmeldung"


def _log_in(client: Client, actor: Any) -> Client:
    from stadtkern.foundation.accounts.models import Account

    account = Account.objects.get(pk=actor.account_id)
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["second_factor"] = True
    session.save()
    return client


@pytest.fixture
def manager(client: Client, make_actor: Any) -> Client:
    return _log_in(client, make_actor("service_manager"))


@pytest.fixture
def offices(mainz: Any) -> dict[str, Any]:
    """Finance with two teams, a local office with one, two districts with a street each and one in both."""
    from stadtkern.foundation.organizations.models import Office, Team
    from stadtkern.foundation.places.models import Address, District, Street

    finance = Office.objects.create(slug="finanzen", name="Amt für Finanzen")
    local = Office.objects.create(slug="lerchenberg", name="Ortsverwaltung Lerchenberg")
    teams = {
        "a": Team.objects.create(slug="a", name="Team A", office=finance),
        "b": Team.objects.create(slug="b", name="Team B", office=finance),
        "l": Team.objects.create(slug="l", name="Team L", office=local),
    }
    for key, name, streets in (
        ("altstadt", "Altstadt", ("Augustinerstraße", "Gartenstraße")),
        ("lerchenberg", "Lerchenberg", ("Hindemithstraße", "Gartenstraße")),
    ):
        district = District.objects.create(key=key, name=name)
        for street in streets:
            row = Street.objects.create(name=street, district=district, postcode="55116")
            Address.objects.create(street=row, number="1")
    return {"finance": finance, "local": local, **teams}


@pytest.fixture
def dog_tax(mainz: Any, offices: Any, now: datetime) -> Service:
    actor = system(mainz.pk)
    service_id = actions.adopt(actor=actor, slug=SLUG, now=now)
    actions.publish(actor=actor, service_id=service_id, version=1, now=now)
    return Service.objects.get(pk=service_id)


NEW = {
    "title_de": "Fundrad abholen",
    "summary_de": "Ihr gefundenes Fahrrad holen Sie hier ab.",
    "office": "finanzen",
    "leika_key": "99123456789012",
    "assurance_level": "low",
    "audience": ["citizen"],
    "life_situations": ["umzug"],
    "fees_0_label_de": "Verwahrung",
    "fees_0_amount": "12,50",
    "deadlines_0_label_de": "Binnen sechs Monaten",
    "documents_0_label_de": "Kaufbeleg",
    "documents_0_required": "1",
}


def test_from_nothing_to_the_public_page_and_away_again(manager: Client, offices: Any) -> None:
    assert manager.get(f"{HOME}neu/").status_code == 200
    response = manager.post(f"{HOME}neu/", NEW)
    assert response["Location"] == f"{HOME}fundrad-abholen/"
    assert (
        queries.find("fundrad-abholen") is None
        and manager.get("/leistungen/fundrad-abholen/").status_code == 404
    )
    manager.post(f"{HOME}fundrad-abholen/veroeffentlichen/", {"version": "1"})
    page = manager.get("/leistungen/fundrad-abholen/").content.decode()
    assert "Amt für Finanzen" in page and "12,50" in page and "Kaufbeleg" in page and "sechs Monaten" in page
    manager.post(f"{HOME}fundrad-abholen/zurueckziehen/", {"reason": "Neue Stelle"})
    assert manager.get("/leistungen/fundrad-abholen/").status_code == 404
    manager.post(f"{HOME}fundrad-abholen/veroeffentlichen/", {"version": "1"})
    assert manager.get("/leistungen/fundrad-abholen/").status_code == 200
    written = Entry.objects.order_by("id").values_list("action", flat=True)
    steps = [action for action in written if action.startswith("services.")]
    assert steps == ["services.create", "services.publish", "services.withdraw", "services.publish"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title_de": ""}, "title_de"),
        ({"summary_de": ""}, "summary_de"),
        ({"leika_key": "12"}, "leika_key"),
        ({"slug": "Groß Und Weit"}, "slug"),
        ({"slug": "neu"}, "slug"),
        ({"slug": SLUG}, "slug"),
        ({"fees_0_amount": "viel"}, "fees_0_amount"),
    ],
)
def test_mistakes_in_a_new_service_keep_the_input(
    manager: Client, dog_tax: Service, changes: dict[str, str], field: str
) -> None:
    response = manager.post(f"{HOME}neu/", {**NEW, **changes})
    text = response.content.decode()
    assert response.status_code == 422
    assert f'href="#{field}"' in text and f'id="{field}"' in text and "Kaufbeleg" in text
    assert Service.objects.count() == 1


def test_a_copy_takes_the_texts_and_leaves_what_is_the_originals(manager: Client, dog_tax: Service) -> None:
    assert manager.post(f"{HOME}{SLUG}/kopieren/", {"title": " "}).status_code == 422
    assert manager.post(f"{HOME}{SLUG}/kopieren/", {"title": "X", "slug": SLUG}).status_code == 422
    response = manager.post(f"{HOME}{SLUG}/kopieren/", {"title": "Katze anmelden"})
    assert response["Location"] == f"{HOME}katze-anmelden/bearbeiten/"
    copy = Service.objects.get(slug="katze-anmelden")
    content = queries.versions(copy.pk)[0].content
    original = queries.versions(dog_tax.pk)[0].content
    assert content["fees"] == original["fees"] and content["documents"] == original["documents"]
    assert (copy.state, copy.leika_key, copy.online, copy.reviewed_on) == ("draft", "", False, None)
    assert queries.versions(copy.pk)[0].process == queries.versions(dog_tax.pk)[0].process


def _rule(offices: Any, **changes: Any) -> dict[str, Any]:
    day = {f"valid_from_{part}": text for part, text in (("day", "1"), ("month", "9"), ("year", "2025"))}
    local = offices["local"]
    return {"areas": ["lerchenberg"], "target": f"{local.pk}/{offices['l'].pk}", **day, **changes}


def test_a_district_has_its_own_office_and_the_public_page_asks(
    manager: Client, client: Client, dog_tax: Service, offices: Any
) -> None:
    public = f"/leistungen/{SLUG}/"
    assert 'name="strasse"' not in manager.get(public).content.decode()
    assert manager.post(f"{HOME}{SLUG}/zustaendigkeit/", _rule(offices)).status_code == 302
    page = manager.get(f"{HOME}{SLUG}/zustaendigkeit/").content.decode()
    assert "Ortsverwaltung Lerchenberg" in page and "Team L" in page
    assert "Lerchenberg" in manager.get(f"{HOME}{SLUG}/").content.decode()
    assert 'name="strasse"' in manager.get(public).content.decode()

    def asked(query: str) -> str:
        return manager.get(f"{public}?{query}").content.decode()

    assert "Für Lerchenberg ist zuständig" in asked("strasse=hindemithstr.")
    assert "Ortsverwaltung Lerchenberg" in asked("strasse=Hindemithstraße")
    assert "Ortsverwaltung Lerchenberg" not in asked("strasse=Augustinerstraße")
    assert "Ortsverwaltung Lerchenberg" in asked("bezirk=lerchenberg")
    several = asked("strasse=Gartenstraße")
    assert "in mehreren Ortsbezirken" in several and "?bezirk=altstadt#" in several
    assert "Meinen Sie" in asked("strasse=Hinde") and "kennen wir nicht" in asked("strasse=Xyz")
    assert "kennen wir nicht" not in asked("bezirk=gibtesnicht")
    assert "Hund anmelden" in manager.get("/aemter/lerchenberg/").content.decode()


def test_rules_do_not_overlap_and_end(manager: Client, dog_tax: Service, offices: Any, now: datetime) -> None:
    from stadtkern.kernel import clock

    address = f"{HOME}{SLUG}/zustaendigkeit/"
    manager.post(address, _rule(offices))
    again = manager.post(address, _rule(offices, valid_from_year="2027"))
    assert again.status_code == 422 and "gilt in dieser Zeit schon" in again.content.decode()
    row = Responsibility.objects.get()
    wrong = {"valid_to_day": "1", "valid_to_month": "8", "valid_to_year": "2025"}
    assert manager.post(f"{address}{row.pk}/", _rule(offices, **wrong)).status_code == 422
    changed = manager.post(f"{address}{row.pk}/", _rule(offices, target=str(offices["finance"].pk)))
    assert changed.status_code == 302
    row.refresh_from_db()
    assert (row.office, row.team) == (offices["finance"], None)
    assert manager.post(f"{address}{row.pk}/beenden/").status_code == 302
    row.refresh_from_db()
    assert row.valid_to_on == clock.today()
    assert not queries.areas(SLUG, on=clock.today())


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"areas": []}, "areas"),
        ({"areas": ["atlantis"]}, "areas"),
        ({"target": ""}, "target"),
        ({"target": "x/y"}, "target"),
        ({"valid_from_month": "13"}, "valid_from"),
        ({"valid_to_day": "9"}, "valid_to"),
    ],
)
def test_mistakes_in_a_rule(
    manager: Client, dog_tax: Service, offices: Any, changes: dict[str, Any], field: str
) -> None:
    response = manager.post(f"{HOME}{SLUG}/zustaendigkeit/", _rule(offices, **changes))
    assert response.status_code == 422 and f'href="#{field}"' in response.content.decode()
    assert not Responsibility.objects.exists()


def test_a_team_of_another_office_is_refused(
    dog_tax: Service, offices: Any, mainz: Any, now: datetime
) -> None:
    values = responsibilities.Values(
        office_id=offices["local"].pk, team_id=offices["a"].pk, valid_from_on=date(2025, 1, 1)
    )
    with pytest.raises(responsibilities.ResponsibilityProblem):
        responsibilities.add(
            actor=system(mainz.pk), service_id=dog_tax.pk, areas=[""], values=values, now=now
        )


def test_administrators_settle_teams_but_do_not_edit_texts(
    client: Client, make_actor: Any, dog_tax: Service, offices: Any
) -> None:
    _log_in(client, make_actor("administrator"))
    assert "Hund anmelden" in client.get(f"{HOME}zustaendigkeiten/").content.decode()
    target = f"{offices['finance'].pk}/{offices['b'].pk}"
    assert (
        client.post(f"{HOME}{SLUG}/zustaendigkeit/", _rule(offices, areas=["*"], target=target)).status_code
        == 302
    )
    assert queries.responsible(SLUG, on=date(2026, 1, 1)).team_id == offices["b"].pk
    assert "Team B" in client.get(f"{HOME}zustaendigkeiten/").content.decode()
    assert client.get(f"{HOME}{SLUG}/bearbeiten/").status_code in (403, 404)


@pytest.mark.parametrize("role", ["caseworker", "auditor", "counter"])
def test_others_settle_nothing(
    client: Client, make_actor: Any, dog_tax: Service, offices: Any, now: datetime, role: str
) -> None:
    actor = make_actor(role)
    _log_in(client, actor)
    for page in ("neu/", "zustaendigkeiten/", f"{SLUG}/kopieren/", f"{SLUG}/zustaendigkeit/"):
        assert client.get(HOME + page).status_code in (403, 404)
    assert client.post(f"{HOME}{SLUG}/zustaendigkeit/", _rule(offices)).status_code in (403, 404)
    values = responsibilities.Values(
        office_id=offices["local"].pk, team_id=None, valid_from_on=date(2025, 1, 1)
    )
    with pytest.raises(NotVisible):
        responsibilities.add(actor=actor, service_id=dog_tax.pk, areas=[""], values=values, now=now)


def test_a_manager_of_another_office_does_not_see_it(
    client: Client, make_actor: Any, dog_tax: Service, offices: Any
) -> None:
    _log_in(client, make_actor("service_manager", office=offices["local"]))
    assert client.get(f"{HOME}{SLUG}/zustaendigkeit/").status_code == 404
    assert client.post(f"{HOME}{SLUG}/zustaendigkeit/", _rule(offices)).status_code == 404
    assert client.get(f"{HOME}{SLUG}/kopieren/").status_code == 404
