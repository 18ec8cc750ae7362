"""The demo's residents have a history: a case that is decided, one that waits for them, one in review, a draft.

``content/demo/applications.json`` says who applied for what; it comes through the actions that people use, too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from importlib import resources
from typing import Any
from uuid import UUID

from stadtkern.casework.cases import actions, letters, queries
from stadtkern.casework.cases.demo_samples import aliases, moved, sample, send, without_files
from stadtkern.casework.cases.models import Case, Decision, PostBoxItem
from stadtkern.casework.forms import api as forms
from stadtkern.casework.payments import api as payments
from stadtkern.casework.processes import api as processes
from stadtkern.foundation.access import api as access
from stadtkern.foundation.access.api import Actor, system
from stadtkern.foundation.accounts import api as accounts
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel import clock

PATHS = {
    "vornamen": "given_names", "familienname": "family_name", "geburtsdatum": "birth_date", "strasse": "street",
    "plz": "postcode", "ort": "city",
}  # fmt: skip

CONFIRMATION = "G17000000060"  # the last page of all our forms: how to be told, and that all is true


def make(now: datetime, staff: Mapping[UUID, list[Actor]]) -> None:
    """All applications of the residents; those of services that this installation has not are left out."""
    text = (resources.files("stadtkern.content") / "demo" / "applications.json").read_text(encoding="utf-8")
    for entry in json.loads(text):
        account = accounts.by_login(entry["login"])
        if account is not None and forms.published(entry["service"]) is not None:
            _apply(_resident(account.id, account.name), entry, staff, now)


def _resident(account_id: UUID, name: str) -> Actor:
    identity = accounts.identity(account_id)
    return access.actor_for(
        account_id=account_id, kind="resident", name=name, on=clock.today(),
        assurance=identity.assurance if identity else 1,
    )  # fmt: skip


def _apply(actor: Actor, entry: Mapping[str, Any], staff: Mapping[UUID, list[Actor]], now: datetime) -> None:
    at = now - timedelta(days=entry["days_ago"], hours=3)
    values = _own(actor, entry["service"], entry.get("business", ""))
    if entry["story"] == "draft":
        pages = [group for group in values if group != CONFIRMATION][:3]
        begun = {key: without_files(values[key]) for key in pages}
        forms.start_draft(
            actor=actor, service_slug=entry["service"], now=at, prefill=moved(begun, timedelta())
        )
        return
    # Who once proved herself applies at that level; the account's present login decides nothing here.
    sender = replace(actor, assurance=max(actor.assurance, 3))
    key = f"demo-{entry['service']}-{entry['days_ago']}"
    party = _party(sender, entry["business"]) if "business" in entry else None
    case = send(sender, entry["service"], values, at=at, key=key, party_id=party)
    people = staff.get(case.team_id, []) if case.team_id else []
    if people:
        STORIES[entry["story"]](case, people, entry, at + timedelta(hours=20))


def _party(actor: Actor, name: str) -> UUID | None:
    """The business of this name that the person applies for."""
    return next((mandate.party for mandate in actor.mandates if mandate.name == name), None)


def _own(actor: Actor, slug: str, business: str = "") -> dict[str, Any]:
    """The sample with this person's name, date of birth and address in it, and the name of the business she acts for."""
    values: dict[str, Any] = json.loads(json.dumps(sample(slug)))
    assert actor.account_id is not None
    identity, account = accounts.identity(actor.account_id), accounts.account(actor.account_id)
    known = {alias: getattr(identity, name, None) for alias, name in PATHS.items()}
    street, _, number = str(known["strasse"] or "").rpartition(" ")
    known |= {
        "strasse": street,
        "hausnummer": number.rstrip("abc"),
        "hausnummernzusatz": number.lstrip("0123456789"),
        "email": account.email if account else "",
    }
    if business:
        known["org_name"] = business
    for alias, value in known.items():
        *steps, last = aliases(slug).get(alias, "").split("/")
        target: Any = values
        for step in steps:
            target = target.get(step) if isinstance(target, dict) else None
        if isinstance(target, dict) and last in target and value is not None:
            target[last] = value.isoformat() if hasattr(value, "isoformat") else str(value) or None
    return values


def teams() -> dict[UUID, list[Actor]]:
    """The caseworkers of every team, as actors."""
    found: dict[UUID, list[Actor]] = {}
    for colleague in access.colleagues(system(tenancy.current_id())):
        actor = access.actor_for(account_id=colleague.id, kind="staff", name=colleague.name, on=clock.today())
        for team in actor.teams("caseworker"):
            found.setdefault(team, []).append(actor)
    return found


def _review(case: Case, people: list[Actor], entry: Mapping[str, Any], at: datetime) -> None:
    """Taken, the fee is paid, and somebody wrote to the applicant."""
    _pay(case, people[0], at)
    actions.take(actor=people[0], case_id=case.pk, revision=None, now=at)
    if text := entry.get("text"):
        actions.send_message(actor=people[0], case_id=case.pk, text=text, now=at + timedelta(minutes=20))


def _question(case: Case, people: list[Actor], entry: Mapping[str, Any], at: datetime) -> None:
    """Asked for something that is missing; the deadline stands still."""
    _pay(case, people[0], at)
    actions.take(actor=people[0], case_id=case.pk, revision=None, now=at)
    actions.ask_applicant(
        actor=people[0], case_id=case.pk, text=entry["text"], answer_by_on=(clock.now() + timedelta(days=14)).date(),
        pause=True, legal_basis="§ 26 Abs. 2 VwVfG (Mitwirkung der Beteiligten)", revision=None,
        now=at + timedelta(hours=1),
    )  # fmt: skip


def _decided(case: Case, people: list[Actor], entry: Mapping[str, Any], at: datetime) -> None:
    """Granted (or ``kind``); a second person releases it where the service wants four eyes."""
    _pay(case, people[0], at)
    actions.take(actor=people[0], case_id=case.pk, revision=None, now=at)
    decide(case, people, entry.get("kind", "grant"), entry.get("text", ""), at + timedelta(hours=2))
    PostBoxItem.objects.filter(case=case, kind="receipt").update(read_at=at)


def decide(case: Case, people: list[Actor], kind: str, reason: str, at: datetime) -> None:
    """Propose a decision with the text of the service, and release it when there is a second person who may."""
    case.refresh_from_db()
    procedure, facts = processes.procedure(case.process_version_id), queries.facts_of(case)
    text, _ = letters.draft_text(case, procedure, kind, facts)
    fee = (
        procedure.fee_cents(facts) if procedure.texts.fee.when == "with_decision" and kind != "refuse" else 0
    )
    decision_id = actions.propose_decision(
        actor=people[0], case_id=case.pk, kind=kind, text=text, reason=reason, block_ids=[], fee_cents=fee or 0,
        delivery="online", revision=None, now=at,
    )  # fmt: skip
    decision = Decision.objects.get(pk=decision_id)
    if decision.needs_release and len(people) > 1:
        actions.release_decision(
            actor=people[1],
            case_id=case.pk,
            decision_id=decision_id,
            revision=None,
            now=at + timedelta(hours=2),
        )


def _pay(case: Case, worker: Actor, at: datetime) -> None:
    for charge in payments.charges_of(case.pk):
        actions.settle_payment(
            actor=worker, charge_id=charge.id, case_id=case.pk, now=at - timedelta(hours=1)
        )


STORIES = {"review": _review, "question": _question, "decided": _decided}
