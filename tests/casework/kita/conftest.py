"""A city with two providers, three Kitas, a criteria catalogue and the registration online."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

import stadtkern.content

CONTENT = Path(next(iter(stadtkern.content.__path__)))


@pytest.fixture
def kitas(mainz: Any, now: datetime) -> SimpleNamespace:
    """``kitas.sonne`` and ``kitas.mond`` (church), ``kitas.stadt`` (city), ``kitas.listed`` (listed only)."""
    from stadtkern.casework.forms import demo as forms_demo
    from stadtkern.casework.kita.actions import catalogues
    from stadtkern.casework.kita.models import Facility, Provider, SeatClass, SeatCount
    from stadtkern.casework.services import actions as services
    from stadtkern.foundation.access.api import system
    from stadtkern.foundation.organizations.models import Office, Team

    office = Office.objects.create(slug="jugend", name="Amt für Jugend und Familie")
    Team.objects.create(slug="kita", name="Kita", office=office)
    actor = system(mainz.pk)
    service_id = services.adopt(actor=actor, slug="kita-platz", now=now)
    services.publish(actor=actor, service_id=service_id, version=1, now=now)
    forms_demo.load_package("kita-platz")
    document = json.loads((CONTENT / "kita" / "criteria" / "mainz.json").read_text("utf-8"))
    catalogues.propose(actor=actor, document=document | {"valid_from": "2025-01-01"}, now=now)

    def provider(key: str, kind: str, level: int) -> Provider:
        signed = None if level == 0 else date(2025, 1, 1)
        return Provider.objects.create(
            key=key, name=f"Träger {key}", kind=kind, level=level, agreement_signed_on=signed
        )

    def facility(owner: Provider, key: str, **more: Any) -> Facility:
        row = Facility.objects.create(
            provider=owner,
            key=key,
            name=f"Kita {key.title()}",
            **({"accepting_from_on": date(2025, 1, 1)} | more),
        )
        small = SeatClass.objects.create(facility=row, name="U2", from_months=2, to_months=24, max_hours=9)
        big = SeatClass.objects.create(facility=row, name="Ü2", from_months=24, to_months=84, max_hours=9)
        for seat, count in ((small, 10), (big, 40)):
            SeatCount.objects.create(
                seat_class=seat, from_on=date(2025, 1, 1), permitted=count, planned=count, staffed=count - 2
            )
        return row

    church = provider("kirche", "catholic", 3)
    welfare = provider("verband", "welfare", 2)
    city = provider("stadt", "city", 4)
    listed = provider("frei", "initiative", 0)
    return SimpleNamespace(
        church=church,
        welfare=welfare,
        city=city,
        sonne=facility(church, "sonne", longitude=8.27, latitude=50.0),
        mond=facility(welfare, "mond", longitude=8.25, latitude=49.99),
        stadt=facility(city, "stadtpark", closed_on=date(2026, 7, 1)),
        listed=facility(listed, "waldzwerge"),
        office=office,
    )


@pytest.fixture
def answers(kitas: SimpleNamespace) -> Any:
    """A complete registration; ``replace`` changes parts of it."""
    from stadtkern.casework.kita.form import Answers, Contact
    from stadtkern.casework.kita.rules import WishEntry

    start = date(2026, 8, 1)
    return Answers(
        contact=Contact(
            given="Zoë", family="Çelik-Nowák", email="zoe@example.org", street="Am Demofeld 3", postcode="55118", town="Mainz"
        ),
        child_given="Mila",
        child_family="Çelik-Nowák",
        birth=date(2024, 5, 2),
        start=start,
        hours=7,
        wishes=(WishEntry(key="sonne", hours=7, start=start), WishEntry(key="mond", hours=7, start=start)),
        facts={"alleinerziehend": True, "wochenstunden_1": 39},
    )  # fmt: skip


@pytest.fixture
def parent(make_actor: Any) -> Any:
    return make_actor(name="Zoë Çelik-Nowák")


@pytest.fixture
def register(answers: Any, parent: Any, now: datetime) -> Callable[..., Any]:
    """``register(child_given="Ida")`` sends a registration and gives it."""
    from stadtkern.casework.kita.actions import drafts, registering
    from stadtkern.casework.kita.models import Registration

    def send(*, actor: Any = None, channel: str = "online", **changes: Any) -> Registration:
        who = actor or parent
        draft = drafts.start(actor=who, now=now, channel=channel)
        if who.account_id is None:
            who = replace(who, guest_keys=who.guest_keys | {draft.pk})
        sent = registering.send(actor=who, draft_id=draft.pk, answers=replace(answers, **changes), now=now)
        row = Registration.objects.select_related("child").get(pk=sent.registration_id)
        row.code = sent.code  # type: ignore[attr-defined]
        return row

    return send


@pytest.fixture
def head(make_actor: Any, now: datetime) -> Callable[..., Any]:
    """``head(kitas.sonne)`` is its head, ``head(provider=kitas.church)`` a manager."""
    from stadtkern.casework.kita.models import ProviderStaff

    def make(facility: Any = None, *, provider: Any = None) -> Any:
        actor = make_actor("kita_staff")
        ProviderStaff.objects.create(
            account_id=UUID(str(actor.account_id)),
            provider=provider or facility.provider,
            facility=facility,
            function="head" if facility else "manager",
            valid_from_on=date(2025, 1, 1),
        )
        return actor

    return make
