"""Two small rounds of the demo, made by the actions of families and the youth office: one whose letters can be read, one to be run live.

Both are follow-up rounds for places during the year, with children of the demo's residents; the main round of the whole city is left to
whoever tries it. Childminders with a single free place make it tight, so that there are refusals with reasons as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from stadtkern.casework.kita import rules
from stadtkern.casework.kita.actions import drafts, registering
from stadtkern.casework.kita.form import Answers, Contact
from stadtkern.casework.kita.models import Facility, Level, Round, RoundKind
from stadtkern.casework.kita.queries.desk import kitas_today
from stadtkern.casework.kita.rounds import jobs
from stadtkern.casework.kita.rounds.actions import freezing, lists, offers, steps
from stadtkern.foundation.access import api as access
from stadtkern.foundation.access.api import Actor
from stadtkern.foundation.accounts import api as accounts

OFFICE: Final = ("kita.team", "kita.leitung")
SOURCE: Final = "Lotto am Samstag (Demo)"
BEACON: Final = "0badc0ffee" * 4
PARENTS: Final = ("zoe.celik", "anh.dang", "maja.scholz", "ioana.tanase", "tarik.aydin")
FINISHED: Final = (("Mila", 900), ("Linh", 870), ("Jonte", 840), ("Sofia", 810), ("Deniz", 780))
LIVE: Final = (("Emre", 880), ("Mai", 850), ("Ole", 820), ("Ana", 790))


def load(now: datetime) -> None:
    """Both rounds; nothing where the demo's people or the form are missing, or where there are rounds already."""
    office = [_staff(login, now) for login in OFFICE]
    parents = [parent for login in PARENTS if (parent := _resident(login, now)) is not None]
    if Round.objects.exists() or None in office or len(parents) < len(PARENTS):
        return
    first, second = (actor for actor in office if actor is not None)
    tight, roomy = _kitas(now.date())
    if len(tight) < 3 or not roomy:
        return
    past = now - timedelta(days=40)
    start = rules.add_months(now.date().replace(day=1), 3)
    _register(parents, FINISHED, start, tight[:2], past)
    finished = _frozen(first, f"Nachrückrunde {start:%m/%Y}", start, past + timedelta(days=1))
    _finish(first, second, finished, past + timedelta(days=3), now)
    later = rules.add_months(start, 1)
    _register(parents, LIVE, later, [tight[2], roomy[0]], now - timedelta(days=5))
    _frozen(first, f"Nachrückrunde {later:%m/%Y}", later, now - timedelta(days=2))


def _staff(login: str, now: datetime) -> Actor | None:
    found = accounts.by_login(login)
    if found is None:
        return None
    return access.actor_for(account_id=found.id, kind="staff", name=found.name, on=now.date())


def _resident(login: str, now: datetime) -> Actor | None:
    found = accounts.by_login(login)
    if found is None:
        return None
    return access.actor_for(account_id=found.id, kind="resident", name=found.name, on=now.date(), assurance=2)


def _kitas(today: date) -> tuple[list[Facility], list[Facility]]:
    """Those of the city's and other taking part: with one free place, and with many."""
    rows = kitas_today(
        list(
            Facility.objects.filter(provider__level__gte=Level.POINTS)
            .select_related("provider")
            .order_by("name")
        ),
        today,
        with_applicants=False,
    )
    return [row.facility for row in rows if row.free == 1], [row.facility for row in rows if row.free > 20]


def _register(
    parents: Sequence[Actor],
    children: Sequence[tuple[str, int]],
    start: date,
    kitas: Sequence[Facility],
    now: datetime,
) -> None:
    """One child each, by the form; the age in days on the first day fits the places of childminders."""
    for parent, (name, days) in zip(parents, children, strict=False):
        person = accounts.identity(parent.account_id) if parent.account_id is not None else None
        if person is None:
            continue
        draft = drafts.start(actor=parent, now=now)
        answers = Answers(
            contact=Contact(
                given=person.given_names.split()[0], family=person.family_name, street=person.street,
                postcode=person.postcode, town=person.city,
            ),
            child_given=name, child_family=person.family_name, birth=start - timedelta(days=days), start=start, hours=7,
            wishes=[rules.WishEntry(key=kita.key, hours=7, start=start) for kita in kitas],
            facts={"kinder_im_haushalt": 1, "deutsch_zuhause": True},
        )  # fmt: skip
        registering.send(actor=parent, draft_id=draft.pk, answers=answers, now=now)


def _frozen(office: Actor, name: str, start: date, now: datetime) -> UUID:
    """Prepared and frozen; the random number has become known since."""
    key = steps.create(
        actor=office, name=name, kind=RoundKind.ROLLING, start_from=start, start_to=rules.add_months(start, 1),
        beacon_source=SOURCE, beacon_at=now + timedelta(days=1), confirm_by=(now + timedelta(days=10)).date(), now=now,
    )  # fmt: skip
    freezing.freeze(actor=office, round_id=key, now=now + timedelta(hours=1))
    return key


def _finish(first: Actor, second: Actor, key: UUID, drawn: datetime, now: datetime) -> None:
    """From the lottery to the letters; the providers' deadline has passed."""
    steps.check(actor=first, round_id=key, now=drawn)
    steps.draw(actor=first, round_id=key, beacon=BEACON, now=drawn)
    steps.release(actor=second, round_id=key, now=drawn)
    jobs.run_round(tenant_id="", round_id=str(key))
    steps.certify(actor=second, round_id=key, now=drawn)
    steps.hand_over(actor=first, round_id=key, now=drawn)
    sent = now - timedelta(days=3)
    lists.confirm_overdue(now=sent)
    offers.release(actor=second, round_id=key, now=sent)
    offers.send_all(round_id=key, now=sent)
