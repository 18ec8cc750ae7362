"""The needs plan: who is counted where, small numbers kept back, what the statistics office expects, as page and CSV."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from stadtkern.casework.kita import planning
from stadtkern.casework.kita.models import Contract, Facility
from stadtkern.casework.kita.planning import CITY, Line
from stadtkern.casework.kita.queries import plan
from stadtkern.foundation.places.models import District
from stadtkern.kernel import clock
from stadtkern.kernel.strict_reading import InputRefused
from tests.casework.kita.test_pages import login, text


def line(district: str, looking: int, **more: Any) -> Line:
    return Line(district=district, year=2026, group="U2", looking=looking, **more)


def test_small_numbers_are_kept_back_and_cannot_be_worked_out() -> None:
    def shown(*numbers: int) -> list[int | None]:
        lines = planning.with_city([line(f"d{at}", number) for at, number in enumerate(numbers)])
        return [item.looking for item in planning.hidden(lines) if item.group == "U2"]

    assert shown(20, 30, 40) == [90, 20, 30, 40]
    assert shown(20, 3, 40) == [63, None, None, 40], "a single gap would be total minus the rest"
    assert shown(20, 3, 2) == [25, 20, None, None]
    assert shown(20, 0, 40) == [60, 20, 0, 40], "nobody is nobody"
    assert shown(3) == [None, None]


def test_sums_gaps_and_kita_years() -> None:
    both = [
        line("a", 5, planned=10, expected=40, needed=22),
        line("b", 6, planned=10, expected=20, needed=11),
    ]
    city = planning.with_city(both)[0]
    assert (city.district, city.planned, city.expected, city.needed, city.gap) == (CITY, 20, 60, 33, 13)
    assert [planning.kita_year(date(2026, month, 1)) for month in (7, 8)] == [2025, 2026]
    assert [planning.group_of_seats(*ages) for ages in ((2, 24), (2, 36), (0, 84), (24, 84))] == [
        "U2",
        "U2",
        "Ü2",
        "Ü2",
    ]


CHILDREN = "Jahr;Alter;Kinder\n" + "".join(
    f"{year};{age};{100 + age}\n" for year in range(2010, 2025) for age in range(8)
)
BIRTHS = "Jahr;Geburten\n" + "".join(f"{year};100\n" for year in range(2005, 2025))


def districts(text: str, *names: str) -> bytes:
    head, *rows = text.splitlines()
    return "\n".join([f"Ortsbezirk;{head}", *(f"{name};{row}" for name in names for row in rows)]).encode()


def test_the_forecast_becomes_places() -> None:
    quotas: dict[planning.Group, int] = {"U2": 55, "Ü2": 100}
    found = planning.expectation(CHILDREN.encode(), BIRTHS.encode(), first=2025, quotas=quotas)
    count, needed = found[CITY, 2026, "U2"]
    assert 180 <= count <= 220 and needed == -(-count * 55 // 100)
    assert found[CITY, 2029, "Ü2"][0] == found[CITY, 2029, "Ü2"][1]
    cut = planning.expectation(
        districts(CHILDREN, "Altstadt", "Neustadt"), districts(BIRTHS, "Altstadt", "Neustadt"), first=2025, quotas=quotas
    )  # fmt: skip
    assert cut["Altstadt", 2026, "U2"] == cut["Neustadt", 2026, "U2"] == (count, needed)
    for children, births in (
        (districts(CHILDREN, "Altstadt"), BIRTHS.encode()),
        (b"a;b\n1;2\n", BIRTHS.encode()),
        (b"", BIRTHS.encode()),
        (districts(CHILDREN, ""), districts(BIRTHS, "")),
    ):
        with pytest.raises(InputRefused):
            planning.expectation(children, births, first=2025, quotas=quotas)
    with pytest.raises(InputRefused):
        planning.expectation(CHILDREN.encode(), BIRTHS.encode(), first=2060, quotas=quotas)


@pytest.mark.django_db
def test_places_by_the_kita_children_by_their_home(
    kitas: SimpleNamespace, register: Any, make_actor: Any, now: datetime, settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    clock.shift_to(now, real_start=clock.real_now())
    north, south = (District.objects.create(key=key, name=key.title()) for key in ("nord", "sued"))
    Facility.objects.filter(pk=kitas.sonne.pk).update(district=north)
    for at in range(6):
        row = register(actor=make_actor(name=f"E{at}"), child_given=f"Kind{at}")
        row.district = south
        row.save(update_fields=["district"])
    Contract.objects.create(
        child=row.child, facility=kitas.sonne, provider=kitas.church, hours=7, from_on=date(2025, 8, 1), created_at=now
    )  # fmt: skip
    cells = {(item.district, item.year, item.group): item for item in plan.lines(2025)}
    # the children of the fixture are born in May 2024: from two in August 2026
    assert cells["Sued", 2026, "Ü2"].looking == 6 and cells["Sued", 2026, "U2"].looking == 0
    assert cells["Nord", 2026, "Ü2"].planned == 40 and cells["Nord", 2026, "U2"].staffed == 8
    assert cells["Nord", 2025, "U2"].placed == 1 and cells["Nord", 2026, "Ü2"].placed == 1
    assert (
        cells[plan.NOWHERE, 2025, "Ü2"].permitted == 120 and cells[plan.NOWHERE, 2026, "Ü2"].permitted == 80
    ), "one closes"

    office, page = login(make_actor("kita_office")), "/arbeit/kita/bedarfsplan/"
    seen = text(office.get(page))
    assert "Plätze und Bedarf 2026/2027" in seen and "6 Kinder suchen" in seen and "unter 5" in seen
    got = office.get(page + "?als=csv")
    rows = list(csv.DictReader(io.StringIO(got.content.decode("utf-8-sig")), delimiter=";"))
    [nord] = [r for r in rows if (r["Ortsbezirk"], r["Kita-Jahr"], r["Alter"]) == ("Nord", "2025/2026", "U2")]
    assert nord["Kinder mit Vertrag"] == "<5" and len({r["Kita-Jahr"] for r in rows}) == 5
    sent = {
        "kinder": SimpleUploadedFile("k.csv", CHILDREN.encode()), "geburten": SimpleUploadedFile("g.csv", BIRTHS.encode()),
        "quote-u2": "40", "quote-ue2": "90", "jahr": "2027",
    }  # fmt: skip
    ahead = text(office.post(page, sent))
    assert "Angabe" not in ahead
    assert "Plätze und Bedarf 2027/2028" in ahead, ahead[300:2500]
    assert "Kinder erwartet" in ahead and "Plätze fehlen" in ahead
    wrong = office.post(
        page,
        {
            "kinder": SimpleUploadedFile("k.csv", b"x;y\n1;2\n"),
            "geburten": SimpleUploadedFile("g.csv", b"z\n1\n"),
        },
    )
    assert wrong.status_code == 422 and "erwartet werden die Spalten" in text(wrong)
    assert login(make_actor("kita_staff")).get(page).status_code == 403
