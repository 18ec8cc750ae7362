"""The demo world in the tables: every constraint holds, and what the tables say is what the world says."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from stadtkern.casework.kita.demo.world import make
from stadtkern.kernel import clock


def test_a_small_world_stands_in_the_tables(mainz: Any, now: datetime) -> None:
    from stadtkern.casework.kita.actions import changing
    from stadtkern.casework.kita.demo.loading import Loader
    from stadtkern.casework.kita.models import Contract, Facility, Registration, SeatCount, Wish
    from stadtkern.casework.kita.queries import points

    world = make(today=clock.local(now).date(), children=300)
    Loader(world, now).run()
    children = [child for family in world.families for child in family.children]
    looking = {child.id: child for child in children if child.wishes}
    assert Facility.objects.count() == 200
    assert Registration.objects.count() == len(looking) > 50
    assert Contract.objects.count() == sum(child.contract is not None for child in children)
    assert Wish.objects.count() == sum(len(child.wishes) for child in looking.values())
    assert sum(SeatCount.objects.values_list("permitted", flat=True)) == 9_724
    row = Registration.objects.filter(claims__reviews__verdict="accepted").select_related("child").first()
    assert row is not None
    newest = row.wish_lists.get()
    first = newest.wishes.select_related("facility").get(rank=1)
    situation = points.situations([row], world.opening)[row.pk]
    assert points.points_at(situation, first.facility, world.opening).total > 0
    # a registration without a case can be asked and end like any other
    changing.ask(registration_id=row.pk, now=now)
    changing.expire(registration_id=row.pk, now=now)
    row.refresh_from_db()
    assert row.state == "expired"
