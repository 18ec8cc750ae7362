"""Businesses with people, made through the actions; names are drawn, no test depends on one."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from stadtkern.foundation.access.api import Actor


@pytest.fixture
def again() -> Callable[..., Actor]:
    """The actor of the next request: mandates are read anew."""
    from stadtkern.foundation.access.mandates import mandates_of

    def call(actor: Actor, assurance: int | None = None) -> Actor:
        assert actor.account_id is not None
        level = actor.assurance if assurance is None else assurance
        return replace(actor, mandates=mandates_of(actor.account_id), assurance=level)

    return call


@pytest.fixture
def data() -> Callable[..., Any]:
    """Details of an invented business, the same in one test."""
    from stadtkern.foundation.businesses.actions import BusinessData

    name = random.choice(["Rebgarten", "Ufersand", "Kiesweg"]) + random.choice([" Bau", " Handel", " Feste"])

    def call(**more: str) -> Any:
        values = {
            "legal_name": f"{name} GmbH", "legal_form": "gmbh", "register_court": "Mainz", "register_number": "HRB 99001",
            "street": "Am Musterkai", "house_number": "3a", "postcode": "55118", "city": "Mainz", "email": "post@firma.example",
            "phone": "06131 000",
        }  # fmt: skip
        return BusinessData(**(values | more))

    return call


@pytest.fixture
def found(data: Any, now: Any) -> Callable[..., UUID]:
    """``found(actor)`` makes a business that the actor administers."""
    from stadtkern.foundation.businesses import actions

    def call(actor: Actor, **more: str) -> UUID:
        return actions.found_business(
            actor=replace(actor, assurance=4), data=data(**more), entitled=True, now=now
        )

    return call


@pytest.fixture
def join(now: Any) -> Callable[..., None]:
    """``join(boss, business, person, role)``: invited and accepted."""
    from stadtkern.foundation.businesses import actions

    def call(boss: Actor, business_id: UUID, person: Actor, role: str) -> None:
        token = actions.invite(actor=boss, business_id=business_id, email="x@example.org", role=role, now=now)
        actions.accept_invitation(actor=person, token=token, now=now)

    return call


@pytest.fixture
def empower(now: Any) -> Callable[..., UUID]:
    """``empower(grantor, grantee, …)`` gives and accepts a power of attorney; its id."""
    from stadtkern.foundation.businesses import actions
    from stadtkern.kernel import clock

    def call(
        grantor: Actor, grantee: Actor, *, business: UUID | None = None, to_business: UUID | None = None,
        rights: tuple[str, ...] = ("apply", "receive"), services: list[str] | None = None, from_on: Any = None, to_on: Any = None,
    ) -> UUID:  # fmt: skip
        token = actions.grant_power(
            actor=replace(grantor, assurance=4), business_id=business, email="k@example.org", rights=["read", *rights],
            services=services, from_on=from_on or clock.today(), to_on=to_on, now=now,
        )  # fmt: skip
        return actions.accept_power(actor=grantee, token=token, business_id=to_business, now=now)

    return call


@pytest.fixture(autouse=True)
def _its_day(now: Any) -> None:
    """The domain's clock stands on the day of ``now``."""
    from stadtkern.kernel import clock

    clock.shift_to(now, real_start=clock.real_now())
