"""A small round: three seats, five children, two providers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest


@pytest.fixture
def office(make_actor: Any) -> Any:
    return make_actor("kita_office", name="Ada Amt")


@pytest.fixture
def second(make_actor: Any) -> Any:
    return make_actor("kita_office", name="Bea Zwei")


@pytest.fixture
def city(kitas: Any, register: Any, make_actor: Any) -> SimpleNamespace:
    """Sonne has one seat from two, Mond two; four children want Sonne first, all born on different days."""
    from stadtkern.casework.kita.models import SeatCount
    from stadtkern.casework.kita.rules import WishEntry

    SeatCount.objects.filter(seat_class__facility=kitas.sonne, seat_class__name="Ü2").update(staffed=1)
    SeatCount.objects.filter(seat_class__facility=kitas.mond, seat_class__name="Ü2").update(staffed=2)
    start = date(2026, 8, 1)
    children, parents = [], []
    for number, name in enumerate(("Mila", "Ida", "Noah", "Emil"), 1):
        parent = make_actor(name=f"Eltern {name}")
        parents.append(parent)
        children.append(
            register(
                actor=parent,
                child_given=name,
                birth=date(2023, 5, number),
                facts={"alleinerziehend": number % 2 == 0, "wochenstunden_1": 39, "wochenstunden_2": 20},
                wishes=tuple(WishEntry(key=key, hours=7, start=start) for key in ("sonne", "mond")),
            )
        )
    return SimpleNamespace(kitas=kitas, children=children, parents=parents)


@pytest.fixture
def make_round(office: Any, now: Any) -> Callable[..., Any]:
    from stadtkern.casework.kita.models import Round
    from stadtkern.casework.kita.rounds.actions import steps

    def make(**changes: Any) -> Round:
        values: dict[str, Any] = {
            "name": "Hauptrunde 2026",
            "kind": "main",
            "start_from": date(2026, 8, 1),
            "start_to": date(2027, 8, 1),
            "beacon_source": "Lotto am Samstag, 6. Juni 2026",
            "beacon_at": now + timedelta(days=1),
            "confirm_by": now.date() + timedelta(days=10),
        }
        return Round.objects.get(pk=steps.create(actor=office, now=now, **values | changes))

    return make


@pytest.fixture
def drive(office: Any, second: Any, now: Any) -> Callable[..., Any]:
    """``drive(round, "certified")``: all steps up to there; the job of the run is done in place."""
    from stadtkern.casework.kita.models import Round
    from stadtkern.casework.kita.rounds import jobs
    from stadtkern.casework.kita.rounds.actions import freezing, offers, steps

    later = now + timedelta(days=2)

    def to(row: Round, state: str) -> Round:
        key = row.pk
        moves: list[tuple[str, Callable[[], Any]]] = [
            ("frozen", lambda: freezing.freeze(actor=office, round_id=key, now=now)),
            ("preflight", lambda: steps.check(actor=office, round_id=key, now=now)),
            ("drawn", lambda: steps.draw(actor=office, round_id=key, beacon="ab" * 32, now=later)),
            ("released", lambda: steps.release(actor=second, round_id=key, now=later)),
            ("run", lambda: jobs.run_round(tenant_id="", round_id=str(key))),
            ("certified", lambda: steps.certify(actor=office, round_id=key, now=later)),
            ("confirming", lambda: steps.hand_over(actor=office, round_id=key, now=later)),
            (
                "offered",
                lambda: offers.release(actor=office, round_id=key, now=later + timedelta(days=30)),
            ),
            ("sent", lambda: offers.send_all(round_id=key, now=later + timedelta(days=30))),
        ]
        for name, step in moves:
            step()
            if name == state:
                break
        return Round.objects.get(pk=key)

    return to
