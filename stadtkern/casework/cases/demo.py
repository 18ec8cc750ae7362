"""Synthetic cases of the demo city: applications of invented people, some of them taken, asked back or decided.

They come through the same actions as real ones, with the times of the weeks before the demo date.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db import transaction

from stadtkern.casework.cases import actions, demo_residents
from stadtkern.casework.cases.demo_samples import aliases, sample, send
from stadtkern.casework.cases.models import Case
from stadtkern.casework.forms import api as forms
from stadtkern.foundation.access.api import Actor, system
from stadtkern.foundation.organizations import api as organizations
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel import clock

PER_SERVICE = 6
SERVICES = (
    "aufenthaltserlaubnis-verlaengern",
    "aussengastronomie",
    "baumfaellgenehmigung",
    "bewohnerparkausweis",
    "hund-abmelden",
    "hundesteuer-anmeldung",
    "meldebescheinigung",
    "parkerleichterung-schwerbehinderte",
    "sondernutzung-strassenfest",
)
"""A few services with cases are enough to show the work; the demo has to come up quickly. The Kita brings its own."""
GIVEN = (
    "Lena",
    "Jonas",
    "Aylin",
    "Mateusz",
    "Şirin",
    "Thúy",
    "Karl-Heinz",
    "Zoë",
    "Dragan",
    "Amélie",
    "Björn",
    "Ida",
)
FAMILY = (
    "Becker",
    "Öztürk",
    "Kowalski",
    "Nguyễn",
    "Schäfer",
    "Weiß",
    "Jovanović",
    "Lindqvist",
    "Roth",
    "Çelik",
)


def load() -> None:
    """Make the cases of the demo once."""
    for municipality in organizations.municipalities():
        with tenancy.act_for(municipality.id):
            if municipality.slug == "mainz" and not Case.objects.exists():
                with transaction.atomic():
                    _make(clock.now())


def _make(now: datetime) -> None:
    random = Random(2025)
    actor, staff = system(tenancy.current_id()), demo_residents.teams()
    for slug in SERVICES:
        if forms.published(slug) is None:
            continue
        for index in range(PER_SERVICE):
            at = now - timedelta(days=1 + index * 4, hours=random.randrange(8), minutes=random.randrange(60))
            values = _person(random, sample(slug), aliases(slug))
            case = send(actor, slug, values, at=at, key=f"demo-{slug}-{index}")
            _work(case, staff.get(case.team_id, []) if case.team_id else [], index, at)
    demo_residents.make(now, staff)


def _person(random: Random, sample: Mapping[str, Any], aliases: Mapping[str, str]) -> dict[str, Any]:
    """The sample with another invented person in it."""
    values: dict[str, Any] = json.loads(json.dumps(sample))
    for alias, names in (("vornamen", GIVEN), ("familienname", FAMILY)):
        path = aliases.get(alias, "").split("/")
        target: Any = values
        for step in path[:-1]:
            target = target.get(step) if isinstance(target, dict) else None
        if isinstance(target, dict) and path[-1] in target:
            target[path[-1]] = random.choice(names)
    return values


def _work(case: Case, people: list[Actor], index: int, at: datetime) -> None:
    """What happened to the case since: nothing, taken, asked back, decided."""
    if index % 3 == 0 or not people:
        return
    worker, later = people[0], at + timedelta(hours=20)
    actions.take(actor=worker, case_id=case.pk, revision=None, now=later)
    if index == 2:
        actions.ask_applicant(
            actor=worker,
            case_id=case.pk,
            text="Bitte schicken Sie uns den Nachweis noch einmal. Auf dem Bild ist die Schrift nicht zu lesen.",
            answer_by_on=(clock.now() + timedelta(days=14)).date(),
            pause=True,
            legal_basis="§ 26 Abs. 2 VwVfG (Mitwirkung der Beteiligten)",
            revision=None,
            now=later + timedelta(hours=1),
        )
    if index == 5:
        reason = (
            "Die Voraussetzungen liegen nach den vorgelegten Unterlagen nicht vor (Beispieltext der Demo)."
        )
        demo_residents.decide(case, people[:1], "refuse", reason, later + timedelta(hours=2))
