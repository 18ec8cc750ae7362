"""A registration comes in, is judged with kind words, changes, is confirmed, ends."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from stadtkern.casework.cases.models import Case, CaseEvent
from stadtkern.casework.kita import rules
from stadtkern.casework.kita.actions import changing
from stadtkern.casework.kita.errors import AlreadyRegistered, LinkExpired, RegistrationRefused, WishesFixed
from stadtkern.casework.kita.models import Child, Contract, Registration, Wish
from stadtkern.casework.kita.queries import points
from stadtkern.casework.kita.rules import WishEntry
from stadtkern.foundation.access.api import Actor
from stadtkern.kernel.errors import NotVisible

pytestmark = pytest.mark.django_db


def codes(error: RegistrationRefused) -> set[str]:
    return {item.code for item in error.problems}


def test_it_is_a_case_with_record_receipt_and_history(register: Any, kitas: Any) -> None:
    row = register()
    case = Case.objects.get(pk=row.case_id)
    assert case.number == row.number and case.record_id is not None and case.office == kitas.office
    assert case.post_box.filter(kind="receipt").exists()
    assert [wish.facility.key for wish in row.wish_lists.get().wishes.all()] == ["sonne", "mond"]
    assert row.guardians.get().email == "zoe@example.org"
    assert row.facts == {"alleinerziehend": True, "wochenstunden_1": 39}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"birth": date(2026, 3, 1)}, "unborn"),
        ({"birth": None, "expected": date(2026, 9, 1)}, "too-far"),
        ({"birth": None, "expected": date(2026, 2, 1), "start": date(2026, 1, 1)}, "unborn"),
        ({"birth": date(2019, 5, 2)}, "too-old"),
        ({"start": date(2025, 10, 1)}, "past"),
        ({"latest": date(2026, 1, 1)}, "before-start"),
        ({"hours": None}, "missing"),
        ({"wishes": ()}, "none"),
        ({"wishes": "stadtpark"}, "closed"),
        ({"wishes": "waldzwerge"}, "not-participating"),
        ({"wishes": "gibt-es-nicht"}, "unknown"),
        ({"wishes": "10 hours"}, "hours"),
        ({"child_given": " "}, "missing"),
    ],
)
def test_it_says_kindly_what_does_not_work(register: Any, changes: dict[str, Any], code: str) -> None:
    start = date(2026, 8, 1)
    if isinstance(text := changes.get("wishes"), str):
        key, hours = ("sonne", 10) if text == "10 hours" else (text, 7)
        changes = {"wishes": (WishEntry(key=key, hours=hours, start=start),)}
    with pytest.raises(RegistrationRefused) as caught:
        register(**changes)
    assert code in codes(caught.value)
    assert not Case.objects.exists() and not Child.objects.exists()


def test_the_same_child_entered_twice_is_recognised_and_twins_are_two(register: Any, make_actor: Any) -> None:
    register()
    with pytest.raises(AlreadyRegistered):
        register(actor=make_actor(), child_given=" mila", child_family="Celik Nowak")
    assert Case.objects.count() == 1  # nothing of the second one stayed
    register(child_given="Ida")
    assert Registration.objects.count() == 2


def test_the_database_itself_holds_one_registration_and_one_contract_per_child(
    register: Any, kitas: Any, now: Any
) -> None:
    row = register()
    with pytest.raises(IntegrityError), transaction.atomic():
        Registration.objects.create(
            child=row.child, case_id=row.child_id, number="x", start_on=row.start_on, hours=7, registered_at=now, confirm_by_on=row.confirm_by_on
        )  # fmt: skip
    place = {
        "child": row.child,
        "facility": kitas.sonne,
        "provider": kitas.church,
        "hours": 7,
        "created_at": now,
    }
    Contract.objects.create(**place, from_on=date(2026, 8, 1), to_on=date(2027, 8, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        Contract.objects.create(**place, from_on=date(2027, 7, 31))
    Contract.objects.create(**place, from_on=date(2027, 8, 1))  # the day after the end: [from, to)


def test_wishes_are_only_added(register: Any, parent: Any, now: Any) -> None:
    row = register()
    turned = [WishEntry(key=key, hours=7, start=date(2026, 8, 1)) for key in ("mond", "sonne")]
    assert changing.change_wishes(actor=parent, registration_id=row.pk, wishes=turned, now=now) == 2
    assert changing.change_wishes(actor=parent, registration_id=row.pk, wishes=turned, now=now) == 2
    assert [version.version for version in row.wish_lists.all()] == [2, 1]
    with pytest.raises(DatabaseError), transaction.atomic():
        Wish.objects.update(rank=9)
    Registration.objects.filter(pk=row.pk).update(state="frozen")
    with pytest.raises(WishesFixed):
        changing.change_wishes(actor=parent, registration_id=row.pk, wishes=turned[:1], now=now)


def test_points_have_parts_and_proofs(register: Any, kitas: Any, parent: Any, now: Any, head: Any) -> None:
    from stadtkern.casework.kita.actions import reviewing

    row = register()
    today = now.date()
    before = points.points_at(points.situations([row], today)[row.pk], kitas.sonne, today)
    waiting = [part for part in before.parts if part.standing == "proof_missing"]
    assert waiting and before.possible > before.total
    claim = changing.add_proof(
        actor=parent, registration_id=row.pk, criterion=waiting[0].criterion, content=io.BytesIO(PNG), name="Nachweis.png", now=now
    )  # fmt: skip
    reviewing.review(
        actor=head(kitas.sonne), facility_id=kitas.sonne.pk, claim_id=claim, accept=True, reason="", now=now
    )
    after = points.points_at(points.situations([row], today)[row.pk], kitas.sonne, today)
    assert after.total == before.total + waiting[0].possible
    elsewhere = points.points_at(points.situations([row], today)[row.pk], kitas.mond, today)
    assert elsewhere.total == before.total, "another provider's acceptance does not count here"


def test_withdrawing_ends_case_and_registration_and_the_child_may_come_back(
    register: Any, parent: Any, now: Any
) -> None:
    row = register()
    changing.withdraw(actor=parent, registration_id=row.pk, reason="Oma hilft", now=now)
    row.refresh_from_db()
    assert row.state == "withdrawn" and Case.objects.get(pk=row.case_id).state == "withdrawn"
    again = register()
    assert again.child_id == row.child_id


def test_withdrawing_on_the_page_of_the_case_counts_too(register: Any, parent: Any, now: Any) -> None:
    from stadtkern.casework.cases import api as cases

    row = register()
    cases.withdraw(actor=parent, case_id=row.case_id, reason="", now=now)
    row.refresh_from_db()
    assert row.state == "withdrawn"


def test_a_family_that_does_not_answer_loses_its_registration_and_one_tap_keeps_it(
    register: Any, now: Any
) -> None:
    silent, kept = register(), register(child_given="Ida")
    token = changing.ask(registration_id=kept.pk, now=now)
    changing.ask(registration_id=silent.pk, now=now)
    changing.confirm_by_token(token=token, now=now + timedelta(days=3))
    changing.ask_and_expire(now + rules.ANSWER_WITHIN)
    states = dict(Registration.objects.values_list("pk", "state"))
    assert states == {silent.pk: "expired", kept.pk: "registered"}
    with pytest.raises(LinkExpired):
        changing.find_by_token("falsch", now.date())
    assert CaseEvent.objects.filter(case_id=silent.case_id, kind="kita_expired").exists()
    case = Case.objects.get(pk=silent.case_id)
    assert case.state_kind == "closed" and case.retain_until_on is not None, "or it would never be erased"


def test_a_guest_gets_a_code_and_strangers_see_nothing(register: Any, mainz: Any, make_actor: Any) -> None:
    from stadtkern.casework.kita import policies

    guest = Actor(kind="guest", tenant_id=mainz.pk)
    row = register(actor=guest)
    assert len(row.code) == 14
    for actor in (guest, make_actor(), make_actor("caseworker"), make_actor("administrator")):
        with pytest.raises(NotVisible):
            policies.find_own(actor, row.pk)
    assert policies.find_own(replace(guest, guest_keys=frozenset({row.case_id})), row.pk) == row


def test_siblings_of_the_same_family_are_one_family(register: Any, answers: Any) -> None:
    first = register()
    second = register(child_given="Ida", sibling_number=first.number)
    first.refresh_from_db()
    assert first.family_id == second.family_id == first.pk
    other = replace(answers.contact, email="fremd@example.org", street="Anderswo 1")
    stranger = register(child_given="Theo", sibling_number=first.number, contact=other)
    assert stranger.family_id is None


def test_a_registration_by_a_program_is_judged_like_any_other(mainz: Any, answers: Any, now: Any) -> None:
    from stadtkern.casework.forms import api as forms
    from stadtkern.casework.kita import form
    from stadtkern.foundation.access.api import system

    values = form.to_values(answers, names={}, criteria={})
    assert form.read(values) == replace(answers, proofs={})
    forms.create_submission(
        actor=system(mainz.pk), service_slug="kita-platz", values=values, now=now, channel="api"
    )
    assert Registration.objects.get().channel == "api"
    bad = form.to_values(
        replace(answers, child_given="Ida", wishes=(replace(answers.wishes[0], key="weg"),)),
        names={},
        criteria={},
    )
    with pytest.raises(RegistrationRefused):
        forms.create_submission(
            actor=system(mainz.pk), service_slug="kita-platz", values=bad, now=now, channel="api"
        )


def _png() -> bytes:
    from PIL import Image

    buffer = io.BytesIO()
    Image.new("RGB", (4, 4), "white").save(buffer, "PNG")
    return buffer.getvalue()


PNG = _png()
