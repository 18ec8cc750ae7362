"""After the offer: what the family and the Kita may do to a contract, and what neither sees of the other."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from stadtkern.casework.kita import policies, walls
from stadtkern.casework.kita.contracts import costs, queries
from stadtkern.casework.kita.contracts.actions import changes, family, publishing, terms
from stadtkern.casework.kita.contracts.errors import (
    ChangeOpen,
    ContractOver,
    HoursDoNotFit,
    NothingToSign,
    NoticeTooShort,
    NotSettled,
    SettlingFull,
    TooManyCodes,
    WrongSecondCode,
)
from stadtkern.casework.kita.models import (
    Absence,
    Contract,
    ContractChange,
    ContractTerms,
    Household,
    Registration,
    SecondGuardian,
)
from stadtkern.foundation.access.api import NotAllowed
from stadtkern.foundation.files import api as files
from stadtkern.kernel.errors import Conflict, InvalidInput, NotVisible

pytestmark = pytest.mark.django_db
AUGUST = date(2026, 8, 1)


def plan(placed: SimpleNamespace, now: datetime, **changed: Any) -> Any:
    values: dict[str, Any] = {
        "actor": placed.head, "facility_id": placed.kita.pk, "contract_id": placed.contract.pk, "settling_from": date(2026, 8, 3),
        "settling_days": 15, "key_person": "Frau Roth", "note_text": "", "meeting_at": None, "now": now,
    }  # fmt: skip
    return terms.save(**values | changed)


def test_the_kita_presents_and_the_family_confirms_what_it_read(placed: Any, now: datetime) -> None:
    mine: dict[str, Any] = {"registration_id": placed.row.pk, "contract_id": placed.contract.pk, "now": now}
    at_kita: dict[str, Any] = {"facility_id": placed.kita.pk, "contract_id": placed.contract.pk, "now": now}
    with pytest.raises(NothingToSign):
        terms.sign(actor=placed.parent, **mine)
    with pytest.raises(NothingToSign):
        terms.present(actor=placed.head, **at_kita)
    plan(placed, now)
    terms.present(actor=placed.head, **at_kita)
    row = ContractTerms.objects.get()
    assert row.file_id is not None and files.read(row.file_id)[:4] == b"%PDF"
    with pytest.raises(NotVisible):
        terms.sign(actor=placed.head, **mine)
    terms.sign(actor=placed.parent, **mine)
    placed.contract.refresh_from_db()
    assert placed.contract.signed_on == now.date()
    with pytest.raises(NothingToSign):
        terms.sign(actor=placed.parent, **mine)
    plan(placed, now, settling_days=10)  # a new plan needs a new signature
    placed.contract.refresh_from_db()
    assert placed.contract.signed_on is None and ContractTerms.objects.get().signed_at is None


def test_not_too_many_children_settle_in_at_once(
    placed: Any, register: Any, make_actor: Any, now: datetime
) -> None:
    for number, name in enumerate(("Ida", "Emil"), 1):
        other = register(actor=make_actor(name=name), child_given=name)
        contract = Contract.objects.create(
            child=other.child, facility=placed.kita, provider=placed.kita.provider, registration=other, hours=7,
            from_on=AUGUST, created_at=now,
        )  # fmt: skip
        plan(placed, now, contract_id=contract.pk, settling_from=date(2026, 8, 2 + number))
    with pytest.raises(SettlingFull) as full:
        plan(placed, now)
    free = date.fromisoformat(full.value.extra["free_on"])
    assert plan(placed, now, settling_from=free)
    with pytest.raises(InvalidInput):
        plan(placed, now, settling_from=date(2026, 7, 1))


def test_other_hours_are_asked_and_split_the_contract(placed: Any, now: datetime) -> None:
    ask: dict[str, Any] = {
        "actor": placed.parent,
        "registration_id": placed.row.pk,
        "contract_id": placed.contract.pk,
        "now": now,
    }
    with pytest.raises(HoursDoNotFit):
        changes.ask_hours(**ask, hours=10, from_on=date(2026, 10, 1))
    with pytest.raises(NoticeTooShort):
        changes.ask_hours(**ask, hours=9, from_on=date(2026, 8, 1))
    key = changes.ask_hours(**ask, hours=9, from_on=date(2026, 10, 1))
    with pytest.raises(ChangeOpen):
        changes.ask_hours(**ask, hours=5, from_on=date(2026, 11, 1))
    assert queries.todo([placed.kita.pk], now.date()).asked == 1
    decide: dict[str, Any] = {
        "actor": placed.head,
        "facility_id": placed.kita.pk,
        "change_id": key,
        "now": now,
    }
    with pytest.raises(InvalidInput):
        changes.decide(**decide, agree=False, answer=" ")
    changes.decide(**decide, agree=True, answer="")
    with pytest.raises(NotSettled):
        changes.decide(**decide, agree=True, answer="")
    first, second = Contract.objects.order_by("from_on")
    assert (first.hours, first.to_on, second.hours, second.from_on, second.to_on) == (
        7, date(2026, 10, 1), 9, date(2026, 10, 1), date(2030, 8, 1),
    )  # fmt: skip
    assert second.follows == first
    # the family ends everything before the other hours begin: they fall away
    changes.give_notice(
        actor=placed.parent, registration_id=placed.row.pk, contract_id=first.pk, end=date(2026, 9, 1), reason="", now=now
    )  # fmt: skip
    assert list(Contract.objects.filter(state="active").values_list("to_on", flat=True)) == [date(2026, 9, 1)]
    with pytest.raises(ContractOver):
        changes.give_notice(
            actor=placed.parent, registration_id=placed.row.pk, contract_id=first.pk, end=date(2026, 8, 1), reason="", now=now
        )  # fmt: skip


def test_an_end_needs_notice_and_by_the_kita_a_reason(placed: Any, now: datetime, head: Any) -> None:
    later = datetime(2026, 9, 10, 9, tzinfo=now.tzinfo)
    mine: dict[str, Any] = {
        "registration_id": placed.row.pk,
        "contract_id": placed.contract.pk,
        "reason": "Umzug",
        "now": later,
    }
    with pytest.raises(NoticeTooShort):
        changes.give_notice(actor=placed.parent, end=date(2026, 10, 1), **mine)
    with pytest.raises(NotVisible):
        changes.give_notice(actor=placed.head, end=date(2026, 11, 1), **mine)
    kita: dict[str, Any] = {
        "facility_id": placed.kita.pk,
        "contract_id": placed.contract.pk,
        "end": date(2027, 1, 1),
        "now": later,
    }
    with pytest.raises(NotVisible):
        changes.end_by_kita(
            actor=head(placed.kitas.mond), reason="Beiträge fehlen seit drei Monaten.", **kita
        )
    with pytest.raises(InvalidInput):
        changes.end_by_kita(actor=placed.head, reason="so", **kita)
    with pytest.raises(NoticeTooShort):
        changes.end_by_kita(
            actor=placed.head,
            reason="Beiträge fehlen seit drei Monaten.",
            **kita | {"end": date(2026, 12, 1)},
        )
    changes.end_by_kita(actor=placed.head, reason="Beiträge fehlen seit drei Monaten.", **kita)
    placed.row.refresh_from_db()
    assert placed.row.state == "registered", "the child looks for a place again"
    with pytest.raises(ContractOver):
        changes.give_notice(actor=placed.parent, end=date(2026, 11, 1), **mine)
    with pytest.raises(IntegrityError), transaction.atomic():
        ContractChange.objects.create(
            contract=placed.contract,
            provider=placed.kita.provider,
            kind="end",
            by="kita",
            effective_on=AUGUST,
            asked_at=now,
        )


def test_a_place_that_is_given_back_before_it_began_is_free(placed: Any, now: datetime) -> None:
    changes.give_notice(
        actor=placed.parent, registration_id=placed.row.pk, contract_id=placed.contract.pk, end=AUGUST, reason="", now=now
    )  # fmt: skip
    placed.contract.refresh_from_db()
    placed.row.refresh_from_db()
    assert (placed.contract.state, placed.row.state) == ("cancelled", "registered")


def test_absences_come_and_go_without_a_diagnosis(placed: Any, now: datetime) -> None:
    later = datetime(2026, 9, 10, 9, tzinfo=now.tzinfo)
    tell: dict[str, Any] = {
        "actor": placed.parent,
        "registration_id": placed.row.pk,
        "contract_id": placed.contract.pk,
        "kind": "ill",
        "now": later,
    }
    for first, last in (
        (date(2026, 9, 9), date(2026, 9, 9)),
        (date(2026, 9, 12), date(2026, 9, 11)),
        (date(2026, 9, 11), date(2028, 9, 11)),
    ):
        with pytest.raises(InvalidInput):
            family.tell_absence(**tell, first=first, last=last)
    key = family.tell_absence(**tell, first=date(2026, 9, 10), last=date(2026, 9, 14))
    assert queries.todo([placed.kita.pk], date(2026, 9, 14)).away == 1
    assert queries.todo([placed.kita.pk], date(2026, 9, 15)).away == 0
    family.end_absence(
        actor=placed.parent, registration_id=placed.row.pk, absence_id=key, now=later + timedelta(days=2)
    )
    assert Absence.objects.get().to_on == date(2026, 9, 12)
    assert family.forget_absences(later + timedelta(days=95)) == 1


def test_income_reaches_no_provider_and_lowers_the_fee(
    placed: Any, register: Any, make_actor: Any, now: datetime
) -> None:
    parent = make_actor(name="Leyla")
    row = register(actor=parent, child_given="Leyla", birth=date(2025, 9, 15))
    unknown = costs.of(row.child, 7, AUGUST, None)[0].cost.cents
    family.say_household(
        actor=parent, registration_id=row.pk, children=2, net_income_cents=280_000, benefits=False, now=now
    )
    known = costs.of(row.child, 7, AUGUST, Household.objects.get())[0].cost.cents
    assert (unknown, known) == (60_000, 24_100)
    with walls.inside([placed.kita.provider_id]):
        assert Household.objects.count() == 0 and SecondGuardian.objects.count() == 0
    with pytest.raises(NotVisible):
        family.say_household(
            actor=placed.head, registration_id=row.pk, children=2, net_income_cents=1, benefits=False, now=now
        )


def test_contracts_stay_behind_the_wall(placed: Any, now: datetime) -> None:
    plan(placed, now)
    changes.ask_hours(
        actor=placed.parent, registration_id=placed.row.pk, contract_id=placed.contract.pk, hours=9, from_on=date(2026, 10, 1), now=now
    )  # fmt: skip
    family.tell_absence(
        actor=placed.parent, registration_id=placed.row.pk, contract_id=placed.contract.pk, kind="ill", first=AUGUST, last=AUGUST, now=now
    )  # fmt: skip
    tables = (Contract, ContractTerms, ContractChange, Absence)
    with walls.inside([placed.kita.provider_id]):
        assert [table.objects.count() for table in tables] == [1, 1, 1, 1]
    with walls.inside([placed.kitas.welfare.pk]):
        assert [table.objects.count() for table in tables] == [0, 0, 0, 0]


def test_the_second_guardian_reads_by_link_and_code_until_somebody_objects(
    placed: Any, make_actor: Any, now: datetime
) -> None:
    invite: dict[str, Any] = {
        "actor": placed.parent,
        "registration_id": placed.row.pk,
        "given": "Tom",
        "family": "Novák",
        "email": "",
        "now": now,
    }
    link, code = family.invite(**invite)
    with pytest.raises(Conflict):
        family.invite(**invite)
    token = link.rstrip("/").rsplit("/", 1)[-1]
    other, ex = make_actor(name="Tom"), make_actor(name="Fremd")
    with pytest.raises(NotVisible):
        policies.find_family(other, placed.row.pk)
    with pytest.raises(WrongSecondCode):
        family.open_second(actor=other, token=token, code="7K3M-Q9TD-0XHA", now=now)
    family.open_second(actor=other, token=token, code=code, now=now)
    assert policies.find_family(other, placed.row.pk) == (placed.row, True)
    with pytest.raises(WrongSecondCode):  # it belongs to one account
        family.open_second(actor=ex, token=token, code=code, now=now)
    with pytest.raises(NotVisible):  # reading is all
        changes.give_notice(
            actor=other, registration_id=placed.row.pk, contract_id=placed.contract.pk, end=AUGUST, reason="", now=now
        )  # fmt: skip
    with pytest.raises(NotVisible):
        family.invite(**invite | {"actor": other})
    family.tell_absence(
        actor=other, registration_id=placed.row.pk, contract_id=placed.contract.pk, kind="ill", first=AUGUST, last=AUGUST, now=now
    )  # fmt: skip
    family.object_to_second(actor=placed.parent, registration_id=placed.row.pk, now=now)
    with pytest.raises(NotVisible):
        policies.find_family(other, placed.row.pk)
    with pytest.raises(WrongSecondCode):
        family.open_second(actor=other, token=token, code=code, now=now)
    with pytest.raises(NotVisible):
        family.find_invited(token)


def test_a_guest_opens_the_second_view_for_one_session_and_codes_cannot_be_guessed(
    placed: Any, make_actor: Any, now: datetime
) -> None:
    link, code = family.invite(
        actor=placed.parent, registration_id=placed.row.pk, given="Tom", family="Novák", email="tom@example.org", now=now
    )  # fmt: skip
    token = link.rstrip("/").rsplit("/", 1)[-1]
    guest = replace(make_actor(name=""), account_id=None, kind="guest")
    found = family.open_second(actor=guest, token=token, code=code.lower().replace("-", " "), now=now)
    assert policies.find_family(replace(guest, guest_keys=frozenset({found.pk})), placed.row.pk)[1]
    with pytest.raises(NotVisible):
        policies.find_family(guest, placed.row.pk)
    for _ in range(10):
        with pytest.raises(WrongSecondCode):
            family.open_second(actor=guest, token=token, code="0000-0000-0000", now=now)
    with pytest.raises(TooManyCodes):
        family.open_second(actor=guest, token=token, code=code, now=now)


def test_only_the_office_publishes_a_scale_and_it_counts_from_its_day(
    placed: Any, make_actor: Any, now: datetime
) -> None:
    import json

    from tests.casework.kita.fees.test_fees import EXAMPLE

    own = EXAMPLE | {"valid_from": "2026-09-01", "lunch_cents": 6_500, "id": "satzung"}
    content = json.dumps(own).encode()
    with pytest.raises(NotAllowed):
        publishing.publish(actor=placed.head, content=content, now=now)
    publishing.publish(actor=make_actor("kita_office"), content=content, now=now)
    assert costs.scale_on(date(2026, 8, 31)).lunch_cents == 8_000
    assert costs.scale_on(date(2026, 9, 1)).lunch_cents == 6_500
    with pytest.raises(InvalidInput):
        publishing.publish(actor=make_actor("kita_office"), content=b'{"format": "x"}', now=now)


def test_a_registration_that_is_erased_takes_household_and_second_guardian_along(
    placed: Any, now: datetime
) -> None:
    family.say_household(
        actor=placed.parent,
        registration_id=placed.row.pk,
        children=1,
        net_income_cents=None,
        benefits=True,
        now=now,
    )
    family.invite(
        actor=placed.parent, registration_id=placed.row.pk, given="Tom", family="Novák", email="", now=now
    )
    Registration.objects.filter(pk=placed.row.pk).delete()
    assert not Household.objects.exists() and not SecondGuardian.objects.exists()
    assert Contract.objects.get().registration_id is None
