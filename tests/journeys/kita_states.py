"""Two rounds for the walk over all pages: one whose lists lie with the providers, one whose offers have left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4


def rounds(maker: Any) -> dict[str, Any]:
    """Made by the actions of the youth office; every round has three children for the one seat of "Kita Eng"."""
    from stadtkern.casework.kita.models import (
        Deviation,
        Facility,
        ListEntry,
        Provider,
        Registration,
        SeatClass,
        SeatCount,
    )
    from stadtkern.casework.kita.rounds import jobs
    from stadtkern.casework.kita.rounds.actions import hardship, lists, offers
    from stadtkern.casework.kita.rules import add_months

    owner = Provider.objects.get(key="walk")
    narrow = Facility.objects.create(
        provider=owner, key="eng", name="Kita Eng", accepting_from_on=date(2025, 1, 1)
    )
    seat = SeatClass.objects.create(facility=narrow, name="Ein Platz", from_months=2, to_months=84)
    SeatCount.objects.create(seat_class=seat, from_on=date(2025, 1, 1), permitted=1, planned=1, staffed=1)
    initiative = Provider.objects.create(
        key="ranked", name="Elterninitiative Rundgang", kind="initiative", level=2, agreement_signed_on=date(2025, 1, 1)
    )  # fmt: skip
    ranked = Facility.objects.create(provider=initiative, key="eigen", name="Kita Eigen")
    today = maker.now.date()
    late, early = add_months(today, 9), add_months(today, 8)
    _register(maker, ("Ada", "Bela", "Cem"), late)
    _register(maker, ("Dora", "Eli", "Fynn"), early)
    sent = _round(maker, "Runde mit Angeboten", late)
    offers.release(actor=maker.system, round_id=sent, now=maker.now + timedelta(days=30))
    jobs.send_offers(tenant_id="", round_id=str(sent))
    confirming = _round(maker, "Runde bei den Trägern", early)
    line = list(ListEntry.objects.filter(round=confirming, facility=narrow))
    asked = lists.ask_deviation(
        actor=maker.actor("kita.team"), round_id=confirming, facility_id=narrow.pk, out_id=line[0].registration_id,
        into_id=line[1].registration_id, reason="siblings", note="Die Schwester ist schon hier.", seen=[], now=maker.now,
    )  # fmt: skip
    assert Deviation.objects.filter(pk=asked).exists()
    hardship.ask(
        actor=maker.actor("kita.team"), registration_id=line[2].registration_id, reason="Schutz des Kindes", now=maker.now
    )  # fmt: skip
    return {
        "kita_sent": sent,
        "kita_confirming": confirming,
        "kita_eng": narrow.pk,
        "kita_ranked": ranked.pk,
        "kita_waiting": line[2].registration_id,
        "kita_offered": Registration.objects.get(state="offered").pk,
        "kita_refused": Registration.objects.filter(state="registered", entries__round=sent)[0].pk,
    }


def placed(maker: Any, kita: Any) -> tuple[UUID, UUID, str]:
    """A child with a contract, a start plan that lies with the family, a wish for other hours, an absence, a second guardian invited."""
    from stadtkern.casework.kita.contracts.actions import changes, family, terms
    from stadtkern.casework.kita.models import Contract, Registration
    from stadtkern.casework.kita.rules import add_months

    start, head, parent = (
        add_months(maker.now.date(), 2),
        maker.actor("kita.goldgrube"),
        maker.actor("zoe.celik"),
    )
    _register(maker, ("Lotte",), start, key=kita.key)
    row = Registration.objects.get(child__given_names="Lotte")
    contract = Contract.objects.create(
        child=row.child, facility=kita, provider=kita.provider, registration=row, hours=7, seat_class=kita.seat_classes.get(),
        from_on=start, to_on=add_months(start, 30), created_at=maker.now,
    )  # fmt: skip
    Registration.objects.filter(pk=row.pk).update(state="placed")
    at: dict[str, Any] = {"facility_id": kita.pk, "contract_id": contract.pk, "actor": head, "now": maker.now}
    terms.save(
        **at,
        settling_from=start,
        settling_days=15,
        key_person="Frau Roth",
        note_text="",
        meeting_at=maker.now,
    )
    terms.present(**at)
    mine: dict[str, Any] = {
        "registration_id": row.pk,
        "contract_id": contract.pk,
        "actor": parent,
        "now": maker.now,
    }
    changes.ask_hours(**mine, hours=9, from_on=add_months(start, 2))
    family.tell_absence(**mine, kind="holiday", first=start, last=add_months(start, 1))
    link, _code = family.invite(
        actor=parent, registration_id=row.pk, given="Tom", family="Novák", email="", now=maker.now
    )
    return row.pk, contract.pk, link.rstrip("/").rsplit("/", 1)[-1]


def _register(maker: Any, names: Sequence[str], start: date, *, key: str = "eng") -> None:
    from stadtkern.casework.kita.actions import drafts, registering
    from stadtkern.casework.kita.form import Answers, Contact
    from stadtkern.casework.kita.rules import WishEntry

    parent = maker.actor("zoe.celik")
    for name in names:
        draft = drafts.start(actor=parent, now=maker.now)
        answers = Answers(
            contact=Contact(given="Zoë", family="Çelik-Nowák", street="Am Demofeld 3", postcode="55118", town="Mainz"),
            child_given=name, child_family="Çelik-Nowák", birth=date(2024, 5, 2), start=start, hours=7,
            wishes=[WishEntry(key=key, hours=7, start=start)], facts={"wochenstunden_1": 20},
        )  # fmt: skip
        registering.send(actor=parent, draft_id=draft.pk, answers=answers, now=maker.now)


def _round(maker: Any, name: str, start: date) -> UUID:
    from stadtkern.casework.kita.rounds import jobs
    from stadtkern.casework.kita.rounds.actions import freezing, steps
    from stadtkern.casework.kita.rules import add_months

    office, now = maker.actor("kita.team"), maker.now
    key = steps.create(
        actor=office, name=name, kind="main", start_from=start, start_to=add_months(start, 1), beacon_source="Lotto am Samstag",
        beacon_at=now - timedelta(hours=1), confirm_by=now.date() + timedelta(days=20), now=now - timedelta(days=1),
    )  # fmt: skip
    freezing.freeze(actor=office, round_id=key, now=now - timedelta(hours=2))
    steps.check(actor=office, round_id=key, now=now)
    steps.draw(actor=office, round_id=key, beacon="0badc0ffee" * 4, now=now)
    steps.release(actor=replace(office, account_id=uuid4()), round_id=key, now=now)
    jobs.run_round(tenant_id="", round_id=str(key))
    steps.certify(actor=office, round_id=key, now=now)
    steps.hand_over(actor=office, round_id=key, now=now)
    return key
