"""The realistic chance: by age group, from five children on, in tens; an honest answer when nothing can be said."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from stadtkern.casework.kita.models import Round
from stadtkern.casework.kita.rounds import chances
from stadtkern.kernel import clock
from tests.casework.kita.test_pages import text

OLD, NEW = chances.FROM_TWO, chances.UNDER_TWO


def test_counts_from_five_children_on_and_shares_in_tens() -> None:
    rows = [("a", OLD, n < 2) for n in range(7)] + [("a", NEW, True)] * 4 + [("b", OLD, True)] * 5
    counts = chances.tally(rows)
    assert counts == {"a": {OLD: [7, 2]}, "b": {OLD: [5, 5]}}
    assert chances.of(counts, "a", OLD) == chances.Chance(share=30, wished=7)
    assert chances.of(counts, "b", OLD).share == 100
    for kita, age in (("a", NEW), ("c", OLD)):
        assert chances.of(counts, kita, age) == chances.Chance(share=None, wished=0)


def test_the_age_is_that_of_the_first_day() -> None:
    assert chances.group(date(2024, 8, 1), date(2026, 7, 1)) == NEW
    assert chances.group(date(2024, 8, 1), date(2026, 8, 1)) == OLD


@pytest.mark.django_db
def test_the_search_says_what_the_last_round_knows(
    city: Any, make_round: Any, drive: Any, now: Any, settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    clock.shift_to(now, real_start=clock.real_now())
    guest, address = Client(HTTP_HOST="mainz.localhost"), "/kita/suche/?age=48&start=2026-08-01"
    assert "letzten Runde" not in text(guest.get(address))
    row = drive(make_round(), "sent")
    assert row.audit["chances"] == {}, "four children are too few to tell"
    assert "keine Angabe" in text(guest.get(address))
    # the entries themselves: one of four got Sonne, the other three were refused there; two of three got Mond
    assert _raw(row) == {"sonne": [4, 1], "mond": [3, 2]}
    Round.objects.filter(pk=row.pk).update(audit=row.audit | {"chances": {"sonne": {OLD: [10, 3]}}})
    page = text(guest.get(address))
    assert "etwa 3 von 10 Kindern" in page and "keine Angabe" in page
    assert "Nennen Sie" in text(guest.get("/kita/suche/"))
    assert "etwa 3 von 10" in text(guest.get("/kita/kitas/sonne/"))


def _raw(row: Any) -> dict[str, list[int]]:
    from stadtkern.casework.kita.rounds import rules

    before, rules.SMALL = rules.SMALL, 1  # type: ignore[misc]
    try:
        return {key: groups[OLD] for key, groups in chances.compute(row).items()}
    finally:
        rules.SMALL = before  # type: ignore[misc]
