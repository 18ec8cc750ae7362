"""The list of Kitas on the desk: searched, filtered, sorted, paged; the figures of the head stay those of all."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stadtkern.casework.kita.models import (
    Child,
    Facility,
    Provider,
    Registration,
    SeatClass,
    SeatCount,
    Wish,
    WishList,
)
from stadtkern.casework.kita.queries import desk, overview
from stadtkern.foundation.places.models import District
from stadtkern.kernel import clock
from tests.casework.kita.test_pages import login, text

NOBODY = uuid4()


def kita(name: str, provider: str, district: str, *, staffed: int, occupied: int, overdue: int = 0) -> Any:
    owner = Provider(pk=uuid4(), tenant_id=NOBODY, name=provider)
    place = District(tenant_id=NOBODY, key=district.lower(), name=district) if district else None
    facility = Facility(
        pk=uuid4(), tenant_id=NOBODY, name=name, provider=owner, district=place, street="Große Bleiche 1"
    )
    return desk.KitaToday(
        facility=facility,
        permitted=50,
        planned=40,
        staffed=staffed,
        occupied=occupied,
        blocked=0,
        overdue_blocks=overdue,
        applicants=occupied * 2,
    )


ROWS = [
    kita("Ärmel", "Stadt", "Altstadt", staffed=10, occupied=4),
    kita("Zeder", "Pfarrei Müller", "Lerchenberg", staffed=10, occupied=12),
    kita("Ahorn", "Stadt", "", staffed=10, occupied=10, overdue=1),
]


def names(**asked: Any) -> list[str]:
    return [row.facility.name for row in overview.pick(ROWS, overview.Asked(**asked))]


def test_search_filters_and_orders() -> None:
    assert names() == ["Ahorn", "Ärmel", "Zeder"]
    assert names(text="mueller") == ["Zeder"] and names(text="stadt alt") == ["Ärmel"]
    assert names(text="bleiche zed") == ["Zeder"] and names(text="nirgends") == []
    assert names(district="lerchenberg") == ["Zeder"]
    assert names(provider=str(ROWS[0].facility.provider_id)) == ["Ärmel"]
    assert names(standing="frei") == ["Ärmel"] and names(standing="voll") == ["Ahorn", "Zeder"]
    assert names(standing="zu-viele") == ["Zeder"] and names(standing="sperre") == ["Ahorn"]
    assert names(sort="-frei") == ["Ärmel", "Ahorn", "Zeder"]
    assert names(sort="frei")[0] == "Zeder" and names(sort="-name")[0] == "Zeder"
    assert names(sort="-bewerbungen")[0] == "Zeder" and names(sort="traeger")[0] == "Zeder"


@pytest.mark.django_db
def test_many_kitas_on_pages_with_the_same_queries(
    kitas: SimpleNamespace, make_actor: Any, now: datetime, settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    clock.shift_to(now, real_start=clock.real_now())
    office = login(make_actor("kita_office"))
    office.get("/arbeit/kita/")  # what is read once per process
    few = CaptureQueriesContext(connection)
    with few:
        assert "184 Plätze mit Personal sind heute frei" in text(office.get("/arbeit/kita/"))
    rows = [
        Facility(pk=uuid4(), provider=kitas.city, key=f"viel-{n}", name=f"Kita Viel {n:02}")
        for n in range(40)
    ]
    Facility.objects.bulk_create(rows)
    seats = [SeatClass(pk=uuid4(), facility=row, name="Ü2") for row in rows]
    SeatClass.objects.bulk_create(seats)
    SeatCount.objects.bulk_create(
        [
            SeatCount(
                pk=uuid4(), seat_class=seat, from_on=date(2025, 1, 1), permitted=n, planned=n, staffed=n
            )
            for n, seat in enumerate(seats)
        ]
    )
    many = CaptureQueriesContext(connection)
    with many:
        first = text(office.get("/arbeit/kita/"))
    assert len(many) == len(few), "the number of queries does not grow with the Kitas"
    total = sum(max(0, row.free) for row in desk.kitas_today(list(Facility.objects.all()), now.date()))
    assert total == 184 + sum(range(40)) and f"{total} Plätze mit Personal sind heute frei" in first
    assert "Kita Viel 10" in first and "Kita Viel 39" not in first
    assert "Kita Viel 39" in text(office.get("/arbeit/kita/?seite=2"))
    found = text(office.get("/arbeit/kita/?q=viel+07&stand=frei"))
    assert "1 von 44 Kitas" in found and f"{total} Plätze mit Personal" in found
    best = text(office.get("/arbeit/kita/?sort=-frei"))
    assert "Kita Sonne" in best and "Kita Viel 39" in best and "Kita Viel 01" not in best
    assert "Keine Kita passt zu allen Angaben" in text(office.get("/arbeit/kita/?q=nirgends"))


@pytest.mark.django_db
def test_no_applicant_is_cut_off(
    kitas: SimpleNamespace, make_actor: Any, now: datetime, settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    clock.shift_to(now, real_start=clock.real_now())
    count = 520
    born = [date(2023, 1, 1) + timedelta(days=n) for n in range(count)]
    children = [
        Child(pk=uuid4(), given_names=f"Kind{n}", family_name="Vogel", birth_date=day, identity=f"k{n}")
        for n, day in enumerate(born)
    ]
    sent = [
        Registration(
            pk=child.pk,
            child=child,
            case_id=child.pk,
            number=f"KITA-{n:04}",
            start_on=date(2026, 8, 1),
            hours=7,
            registered_at=now,
            confirm_by_on=now.date(),
        )
        for n, child in enumerate(children)
    ]
    lists = [
        WishList(pk=row.pk, registration=row, version=1, created_at=now, created_by="family") for row in sent
    ]
    wishes = [
        Wish(pk=row.pk, wish_list=row, rank=1, facility=kitas.sonne, hours=7, start_on=date(2026, 8, 1))
        for row in lists
    ]
    Child.objects.bulk_create(children)
    Registration.objects.bulk_create(sent)
    WishList.objects.bulk_create(lists)
    Wish.objects.bulk_create(wishes)
    office = login(make_actor("kita_office"))
    address = f"/arbeit/kita/kita/{kitas.sonne.pk}/bewerbungen/"
    assert f"{count} Kinder wünschen sich diese Kita" in text(office.get(address))
    assert f"Kind{count - 1} " in text(office.get(address + "?seite=11"))
    found = text(office.get(address + "?q=vogel+kita-0515"))
    assert "1 von 520 Kindern" in found and "Kind515" in found
