"""A sibling in the Kita counts when a contract shows it or the Kita confirms it; the family's word alone does not."""

from __future__ import annotations

from datetime import date, datetime
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from stadtkern.casework.kita.actions import reviewing
from stadtkern.casework.kita.models import Child, Contract, Guardian, Registration
from stadtkern.casework.kita.queries import desk, points, siblings
from stadtkern.kernel import clock
from stadtkern.kernel.errors import InvalidInput, NotVisible
from tests.casework.kita.test_pages import login, text

pytestmark = pytest.mark.django_db
FIRST = date(2026, 8, 1)


@pytest.fixture
def row(register: Any, kitas: SimpleNamespace) -> Registration:
    """Mila wishes Sonne and Mond; her brother is said to be in Sonne."""
    found: Registration = register()
    found.sibling_facility = kitas.sonne
    found.save(update_fields=["sibling_facility"])
    return found


def standing(row: Registration, kita: Any, now: datetime) -> tuple[str, int]:
    known = points.situations([row], now.date())[row.pk]
    [part] = [p for p in points.points_at(known, kita, now.date()).parts if p.criterion == "geschwister"]
    return str(part.standing), part.points


def brother(kitas: SimpleNamespace, now: datetime, *, to_on: date | None = None, **guardian: Any) -> Contract:
    child = Child.objects.create(
        given_names="Ali", family_name="Çelik", birth_date=date(2021, 1, 1), identity="ali"
    )
    Contract.objects.create(
        child=child, facility=kitas.sonne, provider=kitas.church, hours=7, from_on=date(2024, 8, 1),
        to_on=to_on, created_at=now,
    )  # fmt: skip
    sent = Registration.objects.create(
        child=child, case_id=uuid4(), number="KITA-ALT-1", state="closed", start_on=date(2024, 8, 1), hours=7,
        registered_at=now, confirm_by_on=now.date(),
    )  # fmt: skip
    Guardian.objects.create(registration=sent, given_names="Zoë", **guardian)
    return child.contracts.get()


def test_the_word_of_the_family_alone_gives_no_points(
    row: Registration, kitas: SimpleNamespace, now: datetime
) -> None:
    assert standing(row, kitas.sonne, now) == ("unconfirmed", 0)
    assert standing(row, kitas.mond, now) == ("not_met", 0)
    [shown] = desk.applicants(kitas.sonne, now.date())
    assert shown.to_check == 1 and shown.possible - shown.total >= 12
    [elsewhere] = desk.applicants(kitas.mond, now.date())
    assert elsewhere.to_check == 0, "another provider has nothing to confirm"
    assert siblings.unconfirmed([row]) == [row]


@pytest.mark.parametrize(
    "guardian",
    [
        {"family_name": "Anders", "email": "ZOE@example.org"},
        {"family_name": "Celik-Nowak", "street": "am Demofeld 3", "postcode": "55118"},
    ],
)
def test_a_contract_of_the_same_family_is_proof(
    guardian: dict[str, str], row: Registration, kitas: SimpleNamespace, now: datetime
) -> None:
    held = brother(kitas, now, **guardian)
    assert standing(row, kitas.sonne, now) == ("counted", 12)
    assert siblings.unconfirmed([row]) == []
    held.to_on = FIRST
    held.save()
    assert standing(row, kitas.sonne, now) == ("unconfirmed", 0), "gone on the first day"


def test_a_stranger_of_the_same_name_is_none(
    row: Registration, kitas: SimpleNamespace, now: datetime
) -> None:
    brother(kitas, now, family_name="Çelik-Nowák", street="Woanders 1", postcode="55116")
    assert standing(row, kitas.sonne, now) == ("unconfirmed", 0)


def test_the_head_confirms_and_nobody_else(
    row: Registration, kitas: SimpleNamespace, head: Any, now: datetime
) -> None:
    def say(actor: Any, kita: Any, accept: bool = True, reason: str = "") -> Any:
        return reviewing.confirm_sibling(
            actor=actor, facility_id=kita.pk, registration_id=row.pk, accept=accept, reason=reason, now=now
        )

    with pytest.raises(NotVisible):
        say(head(kitas.mond), kitas.mond)
    own = head(kitas.sonne)
    with pytest.raises(InvalidInput):
        say(own, kitas.sonne, accept=False)
    say(own, kitas.sonne)
    assert standing(row, kitas.sonne, now) == ("counted", 12)
    say(own, kitas.sonne, accept=False, reason="kommt im Sommer in die Schule")
    assert standing(row, kitas.sonne, now) == ("denied", 0), "the newest word counts"
    brother(kitas, now, family_name="x", email="zoe@example.org")
    assert standing(row, kitas.sonne, now) == ("denied", 0), "and stands above the contract"


def test_on_the_page_of_the_child(
    row: Registration, kitas: SimpleNamespace, head: Any, now: datetime, settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    clock.shift_to(now, real_start=clock.real_now())
    own, other = login(head(kitas.sonne)), login(head(kitas.mond))
    page = f"/arbeit/kita/kita/{kitas.sonne.pk}/bewerbungen/{row.pk}/"
    assert "noch nicht bestätigt" in text(own.get(page))
    refused = own.post(page + "geschwister/", {"verdict": "reject"})
    assert refused.status_code == 422 and "nennen Sie den Grund" in text(refused)
    assert "12" in text(own.post(page + "geschwister/", {"verdict": "accept"}, follow=True))
    elsewhere = f"/arbeit/kita/kita/{kitas.mond.pk}/bewerbungen/{row.pk}/"
    assert "Geschwisterkind in der Kita" not in text(other.get(elsewhere))
    assert other.post(elsewhere + "geschwister/", {"verdict": "accept"}).status_code == 404
