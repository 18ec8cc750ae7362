"""What is said to be made in the designer can be made there, from nothing, by typing alone: the export is the shipped package."""

# ruff: noqa: F811
from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import stadtkern.content
from stadtkern.casework.processes.packages.archive import read_folder
from tests.casework.designer.conftest import log_in
from tests.casework.designer.replay import Replay, differences
from tests.conftest import mainz  # noqa: F401  (an empty one, not the city of the cases)

SERVICES = Path(next(iter(stadtkern.content.__path__))) / "services"
MADE = sorted(
    folder.parent.name
    for folder in SERVICES.glob("*/package.json")
    if read_folder(folder.parent).manifest.get("made_with") == "designer"
)
DAILY = "sepa-mandat"


@pytest.fixture
def replay(mainz: Any, make_actor: Any) -> Replay:
    """Two designers and a service manager in a municipality that has no service at all."""
    people = (
        ("process_designer", "Pia Reinhardt"),
        ("process_designer", "Oliver Peters"),
        ("service_manager", "Vera Leist"),
    )
    return Replay(*(log_in(make_actor(role, name=name)) for role, name in people))


def wanted(slug: str) -> Any:
    """The shipped package, and its office in the municipality."""
    from stadtkern.foundation.organizations.models import Office

    package = read_folder(SERVICES / slug)
    Office.objects.create(slug=package.json("service.json")["office"], name="Amt")
    return package


def test_at_least_fifteen_services_are_made_in_the_designer_alone() -> None:
    assert len(MADE) >= 15 and DAILY in MADE


@pytest.mark.django_db
def test_a_service_is_made_from_nothing_by_typing(replay: Replay) -> None:
    package = wanted(DAILY)
    made = replay.make(package)
    assert differences(made, package) == []
    assert made.manifest["made_with"] == "designer"
    assert replay.sent > 40  # page by page, not by a file


def test_what_differs_is_named() -> None:
    package = read_folder(SERVICES / DAILY)
    assert differences(package.without_file("sample.json"), package) == []
    other = package.with_file("parameters.json", b"[{}]").without_file("rules.json")
    form = package.text("form.xdf3.xml").replace(">Familienname<", ">Nachname<")
    other = other.with_file("form.xdf3.xml", form.encode())
    assert differences(other, package) == ["form.xdf3.xml", "parameters.json", "rules.json"]


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("slug", [slug for slug in MADE if slug != DAILY])
def test_every_service_of_the_designer_is_made_from_nothing(replay: Replay, slug: str) -> None:
    package = wanted(slug)
    assert differences(replay.make(package), package) == []
