"""Synthetic cases of the demo city: applications of invented people, some of them taken, asked back or decided.

They come through the same actions as real ones, with the times of the weeks before the demo date.
"""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from django.db import transaction
from PIL import Image

import stadtkern.content
from stadtkern.casework.cases import actions, letters, queries
from stadtkern.casework.cases.models import Case
from stadtkern.casework.forms import api as forms
from stadtkern.casework.processes import api as processes
from stadtkern.foundation.access import api as access
from stadtkern.foundation.access.api import Actor, system
from stadtkern.foundation.organizations import api as organizations
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel import clock

PACKAGES = Path(next(iter(stadtkern.content.__path__))) / "services"
PER_SERVICE = 6
SAMPLE_DAY = date(2025, 10, 14)  # the day on which the samples of the packages are sent
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
    actor = system(tenancy.current_id())
    for folder in sorted(PACKAGES.glob("*/sample.json")):
        slug = folder.parent.name
        if forms.published(slug) is None:
            continue
        sample = json.loads(folder.read_text("utf-8"))
        aliases = json.loads((folder.parent / "rules.json").read_text("utf-8"))["aliases"]
        for index in range(PER_SERVICE):
            at = now - timedelta(days=1 + index * 4, hours=random.randrange(8), minutes=random.randrange(60))
            values = _person(random, sample, aliases)
            submission = forms.create_submission(
                actor=actor,
                service_slug=slug,
                values=_moved(_with_files(values), clock.local(at).date() - SAMPLE_DAY),
                now=at,
                channel="online",
                idempotency_key=f"demo-{slug}-{index}",
            )
            case = Case.objects.get(root_submission_id=submission.id, parent=None)
            _work(case, index, at)


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


def _moved(value: Any, distance: timedelta) -> Any:
    """Dates of the sample as far from the day of sending as in the sample."""
    if isinstance(value, dict):
        return {key: _moved(item, distance) for key, item in value.items()}
    if isinstance(value, list):
        return [_moved(item, distance) for item in value]
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return (date.fromisoformat(value) + distance).isoformat()
    return value


def _with_files(value: Any) -> Any:
    """Uploads of the sample as small real pictures, or as a page where the form takes PDF only."""
    if isinstance(value, dict):
        if "sha256" in value and "media_type" in value:
            kind = "PDF" if value["media_type"] == "application/pdf" else "PNG"
            name = str(value["name"]).rsplit(".", 1)[0] + f".{kind.lower()}"
            return {"name": name, "content": base64.b64encode(_picture(name, kind)).decode()}
        return {key: _with_files(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_files(item) for item in value]
    return value


def _picture(seed: str, kind: str) -> bytes:
    color = (40 + len(seed) * 7 % 160, 90, 120)
    buffer = io.BytesIO()
    Image.new("RGB", (640, 400), color).save(buffer, kind)
    return buffer.getvalue()


def _work(case: Case, index: int, at: datetime) -> None:
    """What happened to the case since: nothing, taken, asked back, decided."""
    people = list(_team(case))
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
        _decide(case, worker, later + timedelta(hours=2))


def _decide(case: Case, worker: Actor, at: datetime) -> None:
    case.refresh_from_db()
    process = processes.version(case.process_version_id)
    text, _ = letters.draft_text(case, process, "refuse", queries.facts_of(case))
    actions.propose_decision(
        actor=worker,
        case_id=case.pk,
        kind="refuse",
        text=text,
        reason="Die Voraussetzungen liegen nach den vorgelegten Unterlagen nicht vor (Beispieltext der Demo).",
        block_ids=[],
        fee_cents=0,
        delivery="online",
        revision=None,
        now=at,
    )


def _team(case: Case) -> Iterator[Actor]:
    """The caseworkers of the case's team, as actors."""
    for colleague in access.colleagues(system(tenancy.current_id())):
        actor = _as_actor(colleague.id, colleague.name)
        if actor.has("caseworker") and case.team_id in actor.teams("caseworker"):
            yield actor


def _as_actor(account_id: UUID, name: str) -> Actor:
    return access.actor_for(account_id=account_id, kind="staff", name=name, on=clock.today())
