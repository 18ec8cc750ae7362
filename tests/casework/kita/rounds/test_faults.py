"""What goes wrong in a round: processes that die, jobs that fail for good, two heads at once, a provider that leaves."""

from __future__ import annotations

import hashlib
import os
import signal
import threading
import time
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections

from stadtkern.casework.cases.models import PostBoxItem
from stadtkern.casework.kita.actions import changing
from stadtkern.casework.kita.errors import WishesFixed
from stadtkern.casework.kita.models import (
    Offer,
    Provider,
    ProviderConfirmation,
    Registration,
    Round,
    RoundEntry,
    SeatClass,
    SeatCount,
)
from stadtkern.casework.kita.rounds import jobs, snapshot, tasks, words
from stadtkern.casework.kita.rounds.actions import freezing, offers, steps
from stadtkern.casework.kita.rounds.desk import words as staff_words
from stadtkern.casework.kita.rounds.errors import SeatTaken, WrongStep
from stadtkern.casework.kita.rules import WishEntry
from stadtkern.foundation.jobs.testing import pending
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel import clock


class Killed(BaseException):
    """The process ends here."""


def killed(*args: Any, **more: Any) -> Any:
    raise Killed


@pytest.mark.django_db
class TestTasks:
    """Freezing and trying are jobs: resumed after a kill, told when they fail for good."""

    @pytest.fixture(autouse=True)
    def _now(self, now: Any) -> None:
        clock.shift_to(now, real_start=clock.real_now())

    def test_a_killed_freeze_holds_the_wishes_and_ends_with_the_same_root(
        self, city: Any, make_round: Any, office: Any, now: Any, monkeypatch: Any
    ) -> None:
        row = make_round()
        steps.ask(actor=office, round_id=row.pk, task="freeze", now=now)
        with pytest.raises(WrongStep):
            steps.ask(actor=office, round_id=row.pk, task="preview", now=now)
        assert len(pending("kita.freeze_round")) == 1
        seen: list[str] = []

        def dies(actor: Any, round_id: Any, taken: snapshot.Snapshot, at: Any) -> str:
            seen.append(hashlib.sha256(taken.frozen_bytes).hexdigest())
            raise Killed

        with monkeypatch.context() as patch:
            patch.setattr(freezing, "_fix", dies)
            with pytest.raises(Killed):
                jobs.freeze_round(tenant_id="", round_id=str(row.pk))
        row.refresh_from_db()
        assert (row.state, row.root_sha256, row.problem) == ("draft", "", "") and 80 <= row.progress < 100
        turned = [WishEntry(key=key, hours=7, start=row.start_from_on) for key in ("mond", "sonne")]
        with pytest.raises(WishesFixed):  # held from the first moment on
            changing.change_wishes(
                actor=city.parents[0], registration_id=city.children[0].pk, wishes=turned, now=now
            )
        jobs.freeze_round(tenant_id="", round_id=str(row.pk))
        row.refresh_from_db()
        assert (row.state, row.task, [row.root_sha256]) == ("frozen", "", seen)
        assert RoundEntry.objects.filter(round=row).count() == 4

    def test_a_freeze_that_is_cancelled_gives_the_children_back(
        self, city: Any, make_round: Any, office: Any, now: Any, monkeypatch: Any
    ) -> None:
        row = make_round()
        steps.ask(actor=office, round_id=row.pk, task="freeze", now=now)
        with monkeypatch.context() as patch:
            patch.setattr(freezing, "_fix", killed)
            with pytest.raises(Killed):
                jobs.freeze_round(tenant_id="", round_id=str(row.pk))
        assert Registration.objects.filter(state="frozen").count() == 4
        steps.cancel(actor=office, round_id=row.pk, reason="", now=now)
        assert Registration.objects.filter(state="registered").count() == 4
        jobs.freeze_round(tenant_id="", round_id=str(row.pk))  # the worker wakes up late
        assert Registration.objects.filter(state="registered").count() == 4

    def test_a_freeze_that_takes_beyond_the_random_number_is_refused(
        self, city: Any, make_round: Any, office: Any, now: Any
    ) -> None:
        row = make_round()
        with pytest.raises(WrongStep, match="schon bekannt"):
            freezing.freeze(
                actor=office, round_id=row.pk, now=now, at_the_end=lambda: now + timedelta(days=2)
            )

    def test_what_fails_for_good_is_told_and_can_be_tried_again(
        self, city: Any, make_round: Any, office: Any, now: Any, monkeypatch: Any
    ) -> None:
        row = make_round()
        with pytest.raises(WrongStep):
            steps.retry(actor=office, round_id=row.pk, now=now)
        steps.ask(actor=office, round_id=row.pk, task="preview", now=now)

        def broken(*args: Any, **more: Any) -> Any:
            raise RuntimeError

        with monkeypatch.context() as patch:
            patch.setattr(snapshot, "take", broken)
            for attempt in range(tasks.ATTEMPTS["preview"]):
                row.refresh_from_db()
                assert row.problem == "", attempt
                with pytest.raises(RuntimeError):
                    jobs.preview_round(tenant_id="", round_id=str(row.pk))
        row.refresh_from_db()
        assert row.problem == "failed" and "fehlgeschlagen" in staff_words.PROBLEMS["failed"]
        jobs.preview_round(tenant_id="", round_id=str(row.pk))
        assert Round.objects.get(pk=row.pk).checks == [], "nothing happens until somebody asks again"
        steps.retry(actor=office, round_id=row.pk, now=now)
        jobs.preview_round(tenant_id="", round_id=str(row.pk))
        row.refresh_from_db()
        assert row.checks and (row.task, row.problem) == ("", "")

    def test_a_task_that_kills_its_process_each_time_stops(
        self, city: Any, make_round: Any, office: Any, now: Any, monkeypatch: Any
    ) -> None:
        row = make_round()
        steps.ask(actor=office, round_id=row.pk, task="preview", now=now)
        monkeypatch.setattr(snapshot, "take", killed)
        for _ in range(tasks.ATTEMPTS["preview"] + tasks.KILLS):
            with pytest.raises(Killed):
                jobs.preview_round(tenant_id="", round_id=str(row.pk))
        jobs.preview_round(tenant_id="", round_id=str(row.pk))
        assert Round.objects.get(pk=row.pk).problem == "killed"

    def test_what_people_can_put_right_is_told_in_words(
        self, city: Any, make_round: Any, office: Any, now: Any
    ) -> None:
        row = make_round()
        steps.ask(actor=office, round_id=row.pk, task="freeze", now=now)
        Round.objects.filter(pk=row.pk).update(beacon_at=now - timedelta(minutes=1))
        jobs.freeze_round(tenant_id="", round_id=str(row.pk))
        assert "schon bekannt" in Round.objects.get(pk=row.pk).problem


@pytest.mark.django_db
class TestLeaving:
    """A provider leaves in the middle: it is not asked, nothing is sent in its name, its children are told why."""

    def test_before_the_lists_are_handed_over(
        self, city: Any, make_round: Any, drive: Any, office: Any, now: Any
    ) -> None:
        row = drive(make_round(), "certified")
        Provider.objects.filter(pk=city.kitas.welfare.pk).update(active=False)
        steps.hand_over(actor=office, round_id=row.pk, now=now)
        assert list(ProviderConfirmation.objects.values_list("provider_id", flat=True)) == [
            city.kitas.church.pk
        ]
        offers.release(actor=office, round_id=row.pk, now=now + timedelta(days=30))
        offers.send_all(round_id=row.pk, now=now + timedelta(days=30))
        assert set(Offer.objects.values_list("provider_id", flat=True)) == {city.kitas.church.pk}
        self._told_why(2)

    def test_between_the_release_and_the_sending(
        self, city: Any, make_round: Any, drive: Any, now: Any
    ) -> None:
        row = drive(make_round(), "offered")
        assert Offer.objects.filter(state="ready").count() == 3
        Provider.objects.filter(pk=city.kitas.welfare.pk).update(level=1)
        offers.send_all(round_id=row.pk, now=now)
        assert list(Offer.objects.values_list("provider_id", "state")) == [(city.kitas.church.pk, "sent")]
        assert Registration.objects.filter(state="registered").count() == 3
        self._told_why(2)

    def _told_why(self, number: int) -> None:
        left = [
            words.refusal(item)
            for entry in RoundEntry.objects.all()
            for item in entry.refusals
            if item.get("left")
        ]
        assert left == [["Der Träger dieser Kita nimmt an der Vergabe nicht mehr teil."]] * number
        assert PostBoxItem.objects.filter(title="Ergebnis der Kita-Vergabe").count() == 3


@pytest.mark.django_db(transaction=True)
def test_sending_that_is_killed_by_the_system_loses_and_doubles_nothing(
    city: Any, make_round: Any, drive: Any, register: Any, make_actor: Any, now: Any
) -> None:
    """A real process is shot (SIGKILL) between and inside of its transactions, again and again, until everything has left."""
    SeatCount.objects.filter(seat_class__name="Ü2").update(staffed=30)
    for number in range(12):
        register(
            actor=make_actor(name=f"Kind {number}"), child_given=f"Kind {number}", child_family=f"Nr {number}"
        )
    row = drive(make_round(), "offered")
    total = Offer.objects.filter(state="ready").count()
    tenant, shots = tenancy.current_id(), 0
    assert total == 16
    while Offer.objects.filter(state="ready").exists() and shots < 40:
        before = Offer.objects.filter(state="sent").count()
        connections.close_all()
        child = os.fork()
        if child == 0:  # a worker of its own, with a connection of its own
            try:
                with tenancy.act_for(tenant):
                    offers.send_all(round_id=row.pk, now=now)
            finally:
                os._exit(0)
        end = time.monotonic() + 20
        while Offer.objects.filter(state="sent").count() < before + 2 and time.monotonic() < end:
            time.sleep(0.002)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        shots += 1
    offers.send_all(round_id=row.pk, now=now)
    assert shots > 1 and Offer.objects.filter(state="sent").count() == total
    told = Counter(PostBoxItem.objects.filter(kind="kita").values_list("case_id", flat=True))
    assert len(told) == total and set(told.values()) == {1}
    assert not RoundEntry.objects.filter(round=row, told_at=None).exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_offer_the_last_seat_at_once_one_gets_it(
    city: Any, make_round: Any, drive: Any, register: Any, make_actor: Any, office: Any, second: Any, now: Any
) -> None:
    row = drive(make_round(), "sent")
    children = [register(actor=make_actor(name=name), child_given=name).pk for name in ("Lena", "Oskar")]
    seat = SeatClass.objects.get(facility=city.kitas.sonne, name="U2")
    SeatCount.objects.filter(seat_class=seat).update(staffed=1)
    barrier, found = threading.Barrier(2), []

    def one(actor: Any, child: Any) -> None:
        try:
            with tenancy.act_for(row.tenant_id):
                barrier.wait(20)
                offers.offer_place(
                    actor=actor, round_id=row.pk, registration_id=child, facility_id=city.kitas.sonne.pk,
                    seat_class_id=seat.pk, start=row.start_from_on, now=now,
                )  # fmt: skip
                found.append("offered")
        except SeatTaken:
            found.append("taken")
        finally:
            connection.close()

    threads = [
        threading.Thread(target=one, args=pair) for pair in zip((office, second), children, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(found) == ["offered", "taken"]
    assert Offer.objects.filter(seat_class=seat, state="ready").count() == 1
