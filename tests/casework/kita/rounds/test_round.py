"""A round from the draft to the contract, and what stops it."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from stadtkern.casework.kita.models import (
    Contract,
    ListEntry,
    Offer,
    Provider,
    Registration,
    Round,
    RoundEntry,
    SeatClass,
    SeatCount,
)
from stadtkern.casework.kita.rounds import jobs, leftover
from stadtkern.casework.kita.rounds.actions import common, freezing, lists, offers, steps
from stadtkern.casework.kita.rounds.errors import (
    AlreadyOffered,
    BeaconTooEarly,
    NotConfirmed,
    OfferOver,
    SeatTaken,
    SecondPerson,
    WrongStep,
)
from stadtkern.foundation.access.api import NotAllowed
from stadtkern.kernel.errors import InvalidInput, NotVisible
from stadtkern.runtime import cli

pytestmark = pytest.mark.django_db


def test_from_draft_to_contract(
    city: Any, make_round: Any, drive: Any, now: Any, tmp_path: Path, capsys: Any
) -> None:
    row = drive(make_round(), "certified")
    assert row.result["children"] == 4 and row.result["placed"] == 3 and row.result["justified_envy"] == 0
    instance, outcome = tmp_path / "runde.json", tmp_path / "ergebnis.json"
    instance.write_bytes(common.read(row.instance_file_id))
    outcome.write_bytes(common.read(row.outcome_file_id))
    assert cli.main(["kita", "verify", str(instance), str(outcome)]) == 0
    changed = instance.read_text("utf-8").replace('"seats":[[', '"seats":[[1,', 1)
    instance.write_text(changed, "utf-8")
    assert cli.main(["kita", "verify", str(instance), str(outcome)]) != 0, "a changed file is found"

    text = common.read(row.instance_file_id).decode()
    for secret in ("Mila", "Nowák", "2023-05", "alleinerziehend", str(city.children[0].pk), "zoe@"):
        assert secret not in text

    steps.hand_over(actor=_office(row), round_id=row.pk, now=now)
    with pytest.raises(NotConfirmed):
        offers.release(actor=_office(row), round_id=row.pk, now=now)
    later = now + timedelta(days=30)
    assert offers.release(actor=_office(row), round_id=row.pk, now=later) == 3
    assert offers.send_all(round_id=row.pk, now=later) == 3
    assert offers.send_all(round_id=row.pk, now=later) == 0
    left = Registration.objects.get(state="registered")
    refused = RoundEntry.objects.get(registration=left).refusals
    assert [reason["rank"] for reason in refused] == [1, 2] and refused[0]["suitable"] == 1

    offer = Offer.objects.filter(facility=city.kitas.mond).first()
    assert offer is not None
    at = [child.pk for child in city.children].index(offer.registration_id)
    with pytest.raises(NotVisible):
        offers.accept(actor=city.parents[at - 1], offer_id=offer.pk, keep_higher=False, now=later)
    key = offers.accept(actor=city.parents[at], offer_id=offer.pk, keep_higher=True, now=later)
    contract = Contract.objects.get(pk=key)
    assert contract.facility == city.kitas.mond and contract.seat_class is not None
    child = Registration.objects.get(pk=offer.registration_id)
    assert child.state == "placed"
    newest = child.wish_lists.first()
    assert newest is not None and [wish.facility.key for wish in newest.wishes.all()] == ["sonne"]
    with pytest.raises(OfferOver):
        offers.decline(actor=city.parents[at], offer_id=offer.pk, now=later)

    # the place stays when the child moves up: it is the last wish of the next round
    other = Offer.objects.get(facility=city.kitas.sonne)
    other_at = [child.pk for child in city.children].index(other.registration_id)
    offers.decline(actor=city.parents[other_at], offer_id=other.pk, now=later)
    offers.expire_and_remind(now=later + timedelta(days=40))
    assert Offer.objects.filter(state="expired").count() == 1
    rolling = make_round(kind="rolling", name="Nachrückrunde", beacon_at=later + timedelta(days=60))
    freezing.freeze(actor=_office(row), round_id=rolling.pk, now=later + timedelta(days=50))
    frozen = json.loads(common.read(Round.objects.get(pk=rolling.pk).frozen_file_id))
    assert len(frozen["keeps"]) == 1 and frozen["children"] == 4


def _office(row: Round) -> Any:
    from stadtkern.foundation.access.api import system

    return system(row.tenant_id)


def test_steps_keep_their_order_and_need_the_right_people(
    city: Any, make_round: Any, drive: Any, office: Any, second: Any, now: Any, head: Any
) -> None:
    row = make_round()
    with pytest.raises(NotAllowed):
        freezing.freeze(actor=head(city.kitas.sonne), round_id=row.pk, now=now)
    with pytest.raises(WrongStep):
        steps.draw(actor=office, round_id=row.pk, beacon="ab" * 32, now=now)
    with pytest.raises(WrongStep):  # the number is known already: freezing would come too late
        freezing.freeze(actor=office, round_id=row.pk, now=now + timedelta(days=1))
    row = drive(row, "preflight")
    assert not [item for item in row.checks if item["level"] == "red"]
    assert {item["code"] for item in row.checks} >= {"few-wishes", "siblings-not-linked"}
    with pytest.raises(BeaconTooEarly):
        steps.draw(actor=office, round_id=row.pk, beacon="ab" * 32, now=now)
    later = now + timedelta(days=2)
    steps.draw(actor=office, round_id=row.pk, beacon="ab" * 32, now=later)
    with pytest.raises(SecondPerson):
        steps.release(actor=office, round_id=row.pk, now=later)
    assert Registration.objects.filter(state="frozen").count() == 4
    steps.cancel(actor=office, round_id=row.pk, reason="Fehler", now=later)
    assert Registration.objects.filter(state="registered").count() == 4


def test_a_killed_run_begins_again_with_the_same_bytes(
    city: Any, make_round: Any, drive: Any, monkeypatch: Any
) -> None:
    row = drive(make_round(), "released")

    class Killed(BaseException):
        pass

    def die(*args: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(steps, "_write_lists", die)
        with pytest.raises(Killed), transaction.atomic():
            jobs.run_round(tenant_id="", round_id=str(row.pk))
    row.refresh_from_db()
    assert row.state == "drawn" and not ListEntry.objects.exists()
    assert not RoundEntry.objects.exclude(held=None).exists()
    jobs.run_round(tenant_id="", round_id=str(row.pk))
    row.refresh_from_db()
    first = common.read(row.outcome_file_id)
    Round.objects.filter(pk=row.pk).update(state="drawn", task="run")
    jobs.run_round(tenant_id="", round_id=str(row.pk))
    row.refresh_from_db()
    assert common.read(row.outcome_file_id) == first


def test_sending_that_is_killed_loses_and_doubles_nothing(
    city: Any, make_round: Any, drive: Any, now: Any, monkeypatch: Any
) -> None:
    from stadtkern.casework.cases.models import PostBoxItem

    row = drive(make_round(), "offered")
    real, count = offers.send_one, [0]

    def dies_at_the_second(**arguments: Any) -> bool:
        count[0] += 1
        if count[0] == 2:
            raise SystemExit
        return real(**arguments)

    with monkeypatch.context() as patch:
        patch.setattr(offers, "send_one", dies_at_the_second)
        with pytest.raises(SystemExit):
            offers.send_all(round_id=row.pk, now=now)
    assert Offer.objects.filter(state="sent").count() == 1
    offers.send_all(round_id=row.pk, now=now)
    titles = list(PostBoxItem.objects.filter(kind="kita").values_list("case_id", "title"))
    assert len(titles) == len(set(titles)) == 4 and Offer.objects.filter(state="sent").count() == 3


def test_a_deviation_needs_a_reason_the_list_that_was_seen_and_a_second_person(
    city: Any, make_round: Any, drive: Any, head: Any, now: Any
) -> None:
    row = drive(make_round(), "confirming")
    kita = city.kitas.sonne
    first, other = head(kita), head(kita)
    rows = list(ListEntry.objects.filter(round=row, facility=kita))
    assert rows[0].placed and rows[0].points >= rows[1].points
    ask: dict[str, Any] = {
        "actor": first, "round_id": row.pk, "facility_id": kita.pk, "out_id": rows[0].registration_id,
        "into_id": rows[2].registration_id, "reason": "care", "note": "Förderbedarf", "now": now,
    }  # fmt: skip
    with pytest.raises(WrongStep):  # somebody is passed over and was not shown
        lists.ask_deviation(**ask, seen=[])
    key = lists.ask_deviation(**ask, seen=[rows[1].registration_id])
    with pytest.raises(SecondPerson):
        lists.decide_deviation(actor=first, deviation_id=key, approve=True, now=now)
    with pytest.raises(NotVisible):
        lists.decide_deviation(actor=head(city.kitas.mond), deviation_id=key, approve=True, now=now)
    manager = head(provider=city.kitas.church)
    with pytest.raises(WrongStep):
        lists.confirm(actor=manager, round_id=row.pk, provider_id=kita.provider_id, now=now)
    lists.decide_deviation(actor=other, deviation_id=key, approve=True, now=now)
    lists.confirm(actor=manager, round_id=row.pk, provider_id=kita.provider_id, now=now)
    with pytest.raises(NotAllowed):
        lists.confirm(actor=manager, round_id=row.pk, provider_id=city.kitas.mond.provider_id, now=now)
    lists.confirm_overdue(now=now + timedelta(days=11))
    offers.release(actor=_office(row), round_id=row.pk, now=now + timedelta(days=12))
    assert Offer.objects.get(facility=kita).registration_id == rows[2].registration_id


def test_a_provider_that_leaves_in_the_middle_sends_nothing(
    city: Any, make_round: Any, drive: Any, now: Any
) -> None:
    row = drive(make_round(), "confirming")
    Provider.objects.filter(pk=city.kitas.welfare.pk).update(level=1)
    offers.release(actor=_office(row), round_id=row.pk, now=now + timedelta(days=30))
    assert list(Offer.objects.values_list("provider_id", flat=True)) == [city.kitas.church.pk]


def test_the_last_seat_goes_to_one(
    city: Any, make_round: Any, drive: Any, office: Any, register: Any, now: Any, make_actor: Any
) -> None:
    row = drive(make_round(), "sent")
    late = register(actor=make_actor(name="Später"), child_given="Lena")
    seat = SeatClass.objects.get(facility=city.kitas.sonne, name="U2")
    SeatCount.objects.filter(seat_class=seat).update(staffed=1)
    left = Registration.objects.filter(state="registered").exclude(pk=late.pk).get()
    place: dict[str, Any] = {
        "actor": office, "round_id": row.pk, "facility_id": city.kitas.sonne.pk, "seat_class_id": seat.pk,
        "start": late.start_on, "now": now,
    }  # fmt: skip
    offers.offer_place(registration_id=late.pk, **place)
    with pytest.raises(SeatTaken):
        offers.offer_place(registration_id=left.pk, **place)
    SeatCount.objects.filter(seat_class=seat).update(staffed=5)
    with pytest.raises(AlreadyOffered):
        offers.offer_place(registration_id=late.pk, **place)
    with pytest.raises(IntegrityError), transaction.atomic():
        Offer.objects.create(
            round=row, registration=late, facility=city.kitas.mond, provider=city.kitas.welfare, hours=7,
            start_on=late.start_on, outside_wishes=True, expires_on=late.start_on, created_at=now,
        )  # fmt: skip


def test_a_seat_that_is_left_is_proposed_and_counted_the_same_way(
    city: Any, make_round: Any, drive: Any, office: Any, now: Any
) -> None:
    row = drive(make_round(), "sent")
    left = Registration.objects.get(state="registered")
    assert leftover.proposals(leftover.waiting(row), leftover.seats_left(row)) == []
    seat = SeatClass.objects.get(facility=city.kitas.mond, name="Ü2")
    SeatCount.objects.filter(seat_class=seat).update(staffed=3)
    (found,) = leftover.proposals(leftover.waiting(row), leftover.seats_left(row))
    assert (found.registration, found.line.seat_class) == (left, seat)
    place: dict[str, Any] = {
        "actor": office, "round_id": row.pk, "registration_id": left.pk, "facility_id": city.kitas.mond.pk,
        "seat_class_id": seat.pk, "start": left.start_on, "now": now,
    }  # fmt: skip
    one = Contract.objects.create(  # taken over from a list that names no class of seats
        child=left.child, facility=city.kitas.mond, provider=city.kitas.welfare, hours=7,
        from_on=left.start_on, created_at=now,
    )  # fmt: skip
    assert seat not in [line.seat_class for _, line in leftover.seats_left(row)]
    with pytest.raises(SeatTaken):
        offers.offer_place(**place)
    one.delete()
    offers.offer_place(**place)


def test_a_short_time_to_answer_brings_one_reminder(city: Any, make_round: Any, drive: Any, now: Any) -> None:
    drive(make_round(answer_days=1), "sent")
    morning = now + timedelta(days=32)
    assert offers.expire_and_remind(now=morning) == (0, 3)
    assert offers.expire_and_remind(now=morning) == (0, 0)


def test_a_kita_at_level_two_brings_its_own_order(
    city: Any, make_round: Any, drive: Any, head: Any, now: Any
) -> None:
    kita, last = city.kitas.mond, city.children[3]
    mine = head(kita)
    with pytest.raises(WrongStep):  # level 3: points count
        lists.save_ranking(actor=head(city.kitas.sonne), facility_id=city.kitas.sonne.pk, numbers=[], now=now)
    with pytest.raises(InvalidInput):
        lists.save_ranking(actor=mine, facility_id=kita.pk, numbers=["KITA-0"], now=now)
    lists.save_ranking(actor=mine, facility_id=kita.pk, numbers=[last.number], now=now)
    Registration.objects.exclude(pk=last.pk).update(facts={"alleinerziehend": True, "wochenstunden_1": 39})
    row = drive(make_round(), "certified")
    there = ListEntry.objects.filter(round=row, facility=kita, placed=True)
    assert set(there.values_list("registration_id", flat=True)) <= {last.pk}, (
        "who is missing cannot be admitted"
    )
    assert row.result["placed"] == 1 + there.count()
