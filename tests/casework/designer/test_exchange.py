"""A package goes from one municipality to another, which sets its own fees; nothing half goes public."""

# ruff: noqa: F811
from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from stadtkern.casework.cases.demo_samples import PACKAGES, with_files
from stadtkern.casework.cases.models import Case
from stadtkern.casework.designer import exchange
from stadtkern.casework.designer.models import ProcedureDraft
from stadtkern.casework.forms import api as forms
from stadtkern.casework.payments.models import Charge
from stadtkern.casework.processes import api as processes
from stadtkern.casework.processes.packages.archive import read_zip, write_zip
from stadtkern.casework.processes.packages.check import check
from stadtkern.casework.processes.packages.model import Package
from stadtkern.casework.services import api as services
from stadtkern.foundation.access.api import NotAllowed, NotVisible, system
from stadtkern.foundation.access.models import RoleAssignment
from stadtkern.foundation.accounts.models import Account
from stadtkern.foundation.organizations.models import Office, Team
from stadtkern.foundation.tenancy import api as tenancy
from tests.conftest import mainz  # noqa: F401  (an empty one, not the city of the cases)

pytestmark = pytest.mark.django_db
SLUG = "hundesteuer-anmeldung"
FEE = [
    {"name": "gebuehr_cents", "type": "number", "unit": "Cent", "label": {"de": "Gebühr", "en": "Fee"},
     "default": 500, "legal_basis": "Satzung"}
]  # fmt: skip


def furnish(tenant: Any, offices: tuple[str, ...] = ("finanzen",), people: int = 2) -> None:
    """Offices with a team and caseworkers."""
    with tenancy.act_for(tenant.pk):
        for slug in offices:
            office = Office.objects.create(slug=slug, name=f"Amt {slug}", address="Weg 1\n55294 Ort")
            Team.objects.create(slug=f"team-{slug}", name="Team", office=office)
            for number in range(people):
                name = f"{tenant.slug}-{slug}-{number}"
                account = Account.objects.create(
                    username=name, display_name=name, email=f"{name}@amt.example", kind="staff"
                )
                RoleAssignment.objects.create(
                    account=account, role="caseworker", office=office, valid_from_on=date(2025, 1, 1)
                )


@pytest.fixture
def city(mainz: Any, now: datetime) -> Any:
    """Mainz with the dog tax online."""
    from stadtkern.casework.forms import demo as forms_demo
    from stadtkern.casework.services import actions

    furnish(mainz)
    actor = system(mainz.pk)
    service_id = actions.adopt(actor=actor, slug=SLUG, now=now)
    actions.publish(actor=actor, service_id=service_id, version=1, now=now)
    forms_demo.load_package(SLUG)
    return mainz


@contextmanager
def acting(tenant: Any) -> Iterator[Any]:
    with tenancy.act_for(tenant.pk):
        yield system(tenant.pk)


def exported(tenant: Any, now: datetime) -> Package:
    with acting(tenant) as actor:
        package = exchange.export_package(actor=actor, slug=SLUG, now=now)
    return read_zip(write_zip(package))


def with_fee(package: Package) -> Package:
    """The same with a fee that each municipality sets itself."""
    texts = package.json("texts.json")
    texts["fee"]["when"] = "before_submit"
    rules = package.text("decisions/verfahren.dmn")
    if 'id="i_parameter"' not in rules:
        given = '<inputData id="i_parameter" name="parameter"><variable name="parameter"/></inputData>\n  '
        rules = rules.replace('<decision id="fee"', f'{given}<decision id="fee"')
    rules = rules.replace(
        '<literalExpression id="e_fee">\n      <text>0</text>',
        '<informationRequirement id="r_fee_parameter"><requiredInput href="#i_parameter"/></informationRequirement>\n'
        '    <literalExpression id="e_fee">\n      <text>parameter.gebuehr_cents</text>',
    )
    assert "parameter.gebuehr_cents" in rules
    changed = package.with_file("texts.json", json.dumps(texts).encode())
    for name in changed.names("tests/"):
        case = changed.json(name)
        case["expect"]["decision"]["fee"] = 500
        changed = changed.with_file(name, json.dumps(case).encode())
    changed = changed.with_file(
        "parameters.json", json.dumps([*package.json("parameters.json"), *FEE]).encode()
    )
    return changed.with_file("decisions/verfahren.dmn", rules.encode())


def submit(tenant: Any, now: datetime) -> Case:
    from stadtkern.foundation.access.api import Actor

    values = with_files(json.loads((PACKAGES / SLUG / "sample.json").read_text("utf-8")))
    with acting(tenant):
        guest = Actor(kind="guest", tenant_id=tenant.pk)
        info = forms.create_submission(
            actor=guest, service_slug=SLUG, values=values, now=now, channel="online", idempotency_key=""
        )
        return Case.objects.get(root_submission_id=info.id)


def test_what_was_exported_is_a_good_package_and_the_same_again(city: Any, now: datetime) -> None:
    package = exported(city, now)
    assert check(package).ok and check(package).tests == (3, 3)
    assert {"service.json", "form.xdf3.xml", "rules.json", "form.en.json"} <= package.files.keys()
    assert write_zip(exported(city, now)) == write_zip(package)
    with acting(city) as actor:
        taken = exchange.import_package(actor=actor, package=package, now=now)
    assert taken.outcome == "unchanged" and taken.same and set(taken.parts.values()) == {"unchanged"}


def test_a_case_runs_at_the_neighbour_with_its_own_fees(city: Any, bodenheim: Any, now: datetime) -> None:
    furnish(bodenheim)
    with acting(city) as actor:
        taken = exchange.import_package(actor=actor, package=with_fee(exported(city, now)), now=now)
        assert (taken.outcome, taken.version) == ("published", 2)
        assert taken.parts["parameters.json"] == "changed" and taken.parts["form.xdf3.xml"] == "unchanged"
    travelling = exported(city, now)
    with acting(bodenheim) as actor:
        processes.set_parameters(slug=SLUG, values={"gebuehr_cents": 900}, by_name="Kämmerei", now=now)
        planned = exchange.plan_import(actor=actor, package=travelling, now=now)
        assert planned.complete and not planned.known and set(planned.parts.values()) == {"new"}
        assert services.find(SLUG) is None and forms.published(SLUG) is None
        taken = exchange.import_package(actor=actor, package=travelling, now=now)
        assert (taken.outcome, taken.version) == ("published", 1)
        assert ("gebuehr_cents", "900", "own") in {(row.name, row.own, row.state) for row in taken.parameters}
        assert processes.own_parameters(SLUG) == {"gebuehr_cents": "900"}
    here, there = submit(city, now), submit(bodenheim, now)
    for tenant, case, cents in ((city, here, 500), (bodenheim, there, 900)):
        with acting(tenant):
            assert Charge.objects.get(case_id=case.pk).amount_cents == cents
            facts = processes.variables(("case", case.pk))
            assert facts["parameter"]["gebuehr_cents"] == cents
    with acting(bodenheim):
        assert processes.allowed(("case", there.pk)) == {"take", "withdraw"}


def test_a_new_state_of_a_package_leaves_own_values_and_running_cases(city: Any, now: datetime) -> None:
    case = submit(city, now)
    package = with_fee(exported(city, now))
    page = package.json("service.json")
    page["summary"]["de"], page["office"], page["fees"] = "Neu gefasst.", "woanders", []
    package = package.with_file("service.json", json.dumps(page).encode())
    with acting(city) as actor:
        before = services.find(SLUG)
        taken = exchange.import_package(actor=actor, package=package, now=now)
        assert taken.as_json()["running_cases"]["count"] == 1 and taken.kept == ("office", "fees")
        after = services.find(SLUG)
        assert before is not None and after is not None
        assert after.content.summary.de == "Neu gefasst."
        assert (after.content.office, after.content.fees) == (before.content.office, before.content.fees)
        names = {row.name for row in processes.procedure(case.process_version_id).parameters}
        assert "gebuehr_cents" not in names, "a running case stays on its version"


def test_what_is_missing_here_keeps_it_a_draft(city: Any, bodenheim: Any, now: datetime) -> None:
    package = exported(city, now)
    furnish(bodenheim, offices=("kasse",), people=1)
    with acting(bodenheim) as actor:
        planned = exchange.plan_import(actor=actor, package=package, now=now)
        assert planned.missing_offices == ("finanzen",) and not planned.complete
        assert ProcedureDraft.objects.count() == 0
        taken = exchange.import_package(actor=actor, package=package, now=now, offices={"finanzen": "kasse"})
        assert (taken.missing_offices, taken.missing_roles) == ((), ("second_person",))
        assert taken.outcome == "draft" and services.find(SLUG) is None and forms.published(SLUG) is None
        assert taken.draft_id is not None
        draft = ProcedureDraft.objects.get(pk=taken.draft_id)
        assert draft.origin == "import" and json.loads(draft.files["service.json"])["office"] == "kasse"
        assert "form.xdf3.xml" in draft.files


def test_an_office_of_another_name(city: Any, bodenheim: Any, now: datetime) -> None:
    furnish(bodenheim, offices=("kasse",))
    with acting(bodenheim) as actor:
        taken = exchange.import_package(
            actor=actor, package=exported(city, now), now=now, offices={"finanzen": "kasse"}
        )
        found = services.find(SLUG)
    assert taken.outcome == "published" and found is not None and found.content.office == "kasse"


def test_an_own_value_that_no_longer_fits_is_told(city: Any, now: datetime) -> None:
    with acting(city) as actor:
        exchange.import_package(actor=actor, package=with_fee(exported(city, now)), now=now)
        processes.set_parameters(slug=SLUG, values={"gebuehr_cents": 900, "alt": 1}, by_name="x", now=now)
        before = exported(city, now)
        others = [row for row in before.json("parameters.json") if row["name"] != FEE[0]["name"]]
        fees = [*others, {**FEE[0], "type": "date", "default": "2025-01-01"}]
        package = before.with_file("parameters.json", json.dumps(fees).encode())
        package = package.with_file(
            "decisions/verfahren.dmn",
            package.text("decisions/verfahren.dmn").replace("parameter.gebuehr_cents", "500").encode(),
        )
        taken = exchange.plan_import(actor=actor, package=package, now=now)
    assert not taken.complete and taken.as_json()["missing"]["parameters"] == ["gebuehr_cents"]
    assert taken.unused_parameters == ("alt",)


def test_a_wrong_package_changes_nothing(city: Any, now: datetime) -> None:
    package = exported(city, now).without_file("rules.json")
    with acting(city) as actor, pytest.raises(exchange.PackageIncomplete) as refused:
        exchange.import_package(actor=actor, package=package, now=now)
    assert refused.value.extra["problems"][0]["path"] == "rules.json"
    with acting(city):
        assert services.installed(SLUG).newest == 1  # type: ignore[union-attr]


def test_people_bring_a_draft_and_only_designers_may(city: Any, now: datetime, make_actor: Any) -> None:
    package = with_fee(exported(city, now))
    designer, clerk = make_actor("process_designer"), make_actor("caseworker")
    with pytest.raises(NotAllowed):
        exchange.import_package(actor=clerk, package=package, now=now)
    with pytest.raises(NotAllowed):
        exchange.export_package(actor=clerk, slug=SLUG, now=now)
    taken = exchange.import_package(actor=designer, package=package, now=now)
    assert taken.outcome == "draft" and taken.complete
    assert taken.draft_id is not None
    assert "form.xdf3.xml" not in ProcedureDraft.objects.get(pk=taken.draft_id).files, "the form is the same"
    assert services.installed(SLUG).number == 1  # type: ignore[union-attr]


def test_a_service_without_procedure_has_no_package(city: Any, now: datetime) -> None:
    with acting(city) as actor, pytest.raises(NotVisible):
        exchange.export_package(actor=actor, slug="gibtsnicht", now=now)


# --- the command line


def package(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any, str]:
    """``stadtkern package …`` in this process; the database of the tests is the one it finds."""
    from stadtkern.runtime.cli import main

    status = main(["package", *arguments])
    told = capsys.readouterr()
    return status, json.loads(told.out) if told.out else None, told.err


def test_export_and_import_by_command(
    city: Any, bodenheim: Any, now: datetime, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    furnish(bodenheim, offices=("kasse",))
    file = tmp_path / "hund.zip"
    status, told, _ = package(capsys, "export", SLUG, "-o", str(file))
    assert status == 0 and told["slug"] == SLUG and check(read_zip(file.read_bytes())).ok
    take = ["import", str(file), "--tenant", "bodenheim"]
    status, told, _ = package(capsys, *take, "--dry-run")
    assert (status, told["outcome"], told["missing"]["offices"]) == (1, "planned", ["finanzen"])
    status, told, _ = package(capsys, *take, "--office", "finanzen=kasse")
    assert (status, told["outcome"], told["version"]) == (0, "published", 1)
    status, told, _ = package(capsys, *take, "--office", "finanzen=kasse")
    assert (status, told["outcome"]) == (0, "unchanged")
    with acting(bodenheim):
        assert services.find(SLUG) is not None and forms.published(SLUG) is not None


def test_what_the_command_refuses(
    city: Any, now: datetime, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, _, said = package(capsys, "export", "gibtsnicht", "-o", str(tmp_path / "x.zip"))
    assert status == 2 and said.startswith("gibtsnicht:")
    assert package(capsys, "export", SLUG, "-o", str(tmp_path / "x.zip"), "--tenant", "atlantis")[0] == 3
    assert package(capsys, "import", str(tmp_path / "nichts.zip"))[0] == 2
    assert package(capsys, "import", str(tmp_path / "x"), "--office", "finanzen")[0] == 2
    (tmp_path / "w.zip").write_bytes(write_zip(exported(city, now).without_file("rules.json")))
    status, told, _ = package(capsys, "import", str(tmp_path / "w.zip"))
    assert (status, told["outcome"]) == (1, "refused") and told["problems"][0]["path"] == "rules.json"
