"""Four numbers per month, catalogues with versions, and what ends: counts, drafts, whole registrations."""

from __future__ import annotations

import io
import json
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db.models import Sum

from stadtkern.casework.kita.actions import catalogues, changing, drafts, erasing, providers
from stadtkern.casework.kita.actions.providers import Refused
from stadtkern.casework.kita.models import (
    Catalogue,
    Child,
    Contract,
    CriterionClaim,
    Registration,
    RegistrationDraft,
    Wish,
)
from stadtkern.casework.kita.queries import desk, facilities, occupancy, points
from stadtkern.foundation.access.api import system
from stadtkern.foundation.files import api as files
from stadtkern.kernel.errors import NotAllowed
from stadtkern.kernel.strict_reading import InputRefused
from tests.casework.kita.conftest import CONTENT
from tests.casework.kita.test_registering import PNG

pytestmark = pytest.mark.django_db


def test_four_numbers_month_by_month(kitas: SimpleNamespace, register: Any, head: Any, now: datetime) -> None:
    row, today = register(), now.date()
    actor, big = head(kitas.sonne), kitas.sonne.seat_classes.get(name="Ü2")
    Contract.objects.create(
        child=row.child, facility=kitas.sonne, provider=kitas.church, seat_class=big, hours=7,
        from_on=date(2025, 12, 1), to_on=date(2026, 2, 1), created_at=now,
    )  # fmt: skip
    providers.set_counts(
        actor=actor,
        seat_class_id=big.pk,
        from_on=date(2026, 1, 1),
        permitted=40,
        planned=39,
        staffed=20,
        now=now,
    )
    providers.block_seats(
        actor=actor, seat_class_id=big.pk, count=3, reason="Umbau", from_on=date(2026, 1, 1), to_on=date(2026, 2, 1), now=now
    )  # fmt: skip
    months = {month.on: month for month in occupancy.months(kitas.sonne, today)}
    assert len(months) == 24 and min(months) == date(2025, 10, 1)
    shown = {
        day: (m.permitted, m.planned, m.staffed, m.occupied, m.blocked, m.free) for day, m in months.items()
    }
    assert shown[date(2025, 11, 1)] == (50, 50, 46, 0, 0, 46)
    assert shown[date(2025, 12, 1)] == (50, 50, 46, 1, 0, 45)
    assert shown[date(2026, 1, 1)] == (50, 49, 28, 1, 3, 24)
    assert shown[date(2026, 2, 1)] == (50, 49, 28, 0, 0, 28)
    assert months[date(2025, 12, 1)].under_two == 1 and months[date(2026, 1, 1)].under_two == 1
    [middle], [after] = (desk.kitas_today([kitas.sonne], on) for on in (date(2026, 1, 15), date(2026, 2, 10)))
    assert (middle.staffed, middle.occupied, middle.blocked, middle.free, middle.overdue_blocks) == (
        28,
        1,
        3,
        24,
        0,
    )
    assert (after.staffed, after.occupied, after.blocked, after.free, after.overdue_blocks) == (
        28,
        0,
        0,
        28,
        1,
    )


def test_counts_follow_each_other_without_gap_or_overlap(
    kitas: SimpleNamespace, now: datetime, mainz: Any
) -> None:
    seat, office = kitas.sonne.seat_classes.get(name="U2"), system(mainz.pk)
    for day, staffed in ((date(2026, 6, 1), 5), (date(2026, 3, 1), 4), (date(2026, 6, 1), 6)):
        providers.set_counts(
            actor=office,
            seat_class_id=seat.pk,
            from_on=day,
            permitted=10,
            planned=9,
            staffed=staffed,
            now=now,
        )
    periods = list(seat.counts.order_by("from_on").values_list("from_on", "to_on", "staffed"))
    assert periods == [
        (date(2025, 1, 1), date(2026, 3, 1), 8),
        (date(2026, 3, 1), date(2026, 6, 1), 4),
        (date(2026, 6, 1), None, 6),
    ]
    with pytest.raises(Refused):
        providers.set_counts(
            actor=office,
            seat_class_id=seat.pk,
            from_on=date(2027, 1, 1),
            permitted=1,
            planned=2,
            staffed=1,
            now=now,
        )
    assert seat.counts.aggregate(n=Sum("staffed"))["n"] == 18


def test_a_new_version_of_a_catalogue_begins_where_the_old_one_ends(
    kitas: SimpleNamespace, mainz: Any, head: Any, now: datetime
) -> None:
    document = json.loads((CONTENT / "kita" / "criteria" / "mainz.json").read_text("utf-8"))
    office = system(mainz.pk)
    with pytest.raises(NotAllowed):
        catalogues.propose(actor=head(provider=kitas.church), document=document, now=now)
    with pytest.raises(InputRefused):
        catalogues.propose(actor=office, document=document | {"criteria": [{}]}, now=now)
    catalogues.propose(actor=office, document=document | {"valid_from": "2026-01-01"}, now=now)
    rows = Catalogue.objects.filter(catalogue_id=document["id"]).order_by("version")
    assert [(row.version, row.valid_from_on, row.valid_to_on) for row in rows] == [
        (1, date(2025, 1, 1), date(2026, 1, 1)),
        (2, date(2026, 1, 1), None),
    ]
    assert [line.id for line in points.valid_catalogues(date(2025, 12, 31))] == [rows[0].pk]
    assert [line.id for line in points.valid_catalogues(date(2026, 1, 1))] == [rows[1].pk]


def test_a_provider_publishes_for_itself_and_counts_only_there(
    kitas: SimpleNamespace, head: Any, now: datetime
) -> None:
    document = json.loads((CONTENT / "kita" / "criteria" / "konfession.json").read_text("utf-8"))
    document |= {"valid_from": "2025-01-01", "scope": {"level": "provider", "key": kitas.church.key}}
    catalogues.propose(actor=head(provider=kitas.church), document=document, now=now)
    at = {
        kita.key: {item.id for item in points.criteria_at([kita], now.date())}
        for kita in (kitas.sonne, kitas.mond)
    }
    assert "bekenntnis" in at["sonne"] and "bekenntnis" not in at["mond"]
    assert "bekenntnis" in points.asked_facts(points.criteria_at([kitas.sonne], now.date()))


def test_erasing_a_case_erases_the_child_unless_a_contract_needs_it(
    register: Any, kitas: SimpleNamespace, parent: Any, now: datetime
) -> None:
    gone, placed = register(), register(child_given="Ida")
    claim = changing.add_proof(
        actor=parent,
        registration_id=gone.pk,
        criterion="arbeit",
        content=io.BytesIO(PNG),
        name="a.png",
        now=now,
    )
    file = CriterionClaim.objects.get(pk=claim).file_ids[0]
    Contract.objects.create(
        child=placed.child,
        facility=kitas.sonne,
        provider=kitas.church,
        hours=7,
        from_on=date(2026, 8, 1),
        created_at=now,
    )
    for row in (gone, placed):
        erasing.erase(case_id=row.case_id)
    assert not Registration.objects.exists() and not Wish.objects.exists()
    assert list(Child.objects.values_list("given_names", flat=True)) == ["Ida"]
    with pytest.raises(files.FileNotFound):
        files.info(file)


def test_drafts_end_with_their_files(kitas: SimpleNamespace, parent: Any, now: datetime) -> None:
    draft = drafts.start(actor=parent, now=now)
    drafts.attach(
        actor=parent, draft_id=draft.pk, criterion="arbeit", content=io.BytesIO(PNG), name="a.png", now=now
    )
    kept = drafts.find(parent, draft.pk, now).file_ids[0]
    assert drafts.discard_expired(now + drafts.LIFETIME - timedelta(seconds=1)) == 0
    assert drafts.discard_expired(now + drafts.LIFETIME) == 1
    assert not RegistrationDraft.objects.exists()
    with pytest.raises(files.FileNotFound):
        files.info(kept)


def test_the_nearest_kita_first_and_only_those_that_fit(kitas: SimpleNamespace, now: datetime) -> None:
    home = (8.251, 49.99)
    found = facilities.search(facilities.Search(home=home), now.date())
    assert [item.facility.key for item in found][:2] == ["mond", "sonne"]
    assert found[0].home_metres is not None and found[0].home_metres < 100 < (found[1].home_metres or 0)
    assert found[-1].home_metres is None, "without a position at the end"
    later = facilities.search(facilities.Search(start=date(2026, 8, 1)), now.date())
    assert "stadtpark" not in {item.facility.key for item in later}, "closed by then"
    assert facilities.search(facilities.Search(born=date(2016, 1, 1)), now.date()) == []
