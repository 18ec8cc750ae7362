"""Decisions without a person (§ 35a VwVfG): allowed by law, everything clear, not drawn for a look by a person, not stopped.

Only a grant may go out this way: where something is refused, somebody is heard first (§ 28 VwVfG).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q

from stadtkern.casework.cases import letters, queries
from stadtkern.casework.cases.actions.common import procedure_of, write_history
from stadtkern.casework.cases.actions.deciding import deliver_decision
from stadtkern.casework.cases.models import AutomaticSetting, Case, Decision
from stadtkern.casework.payments import api as payments
from stadtkern.casework.processes import api as processes
from stadtkern.casework.services import api as services
from stadtkern.foundation.access.api import Actor
from stadtkern.foundation.audit import api as audit
from stadtkern.kernel.errors import InvalidInput

SAMPLE_PERCENT = 10  # until a municipality says otherwise

WHY = {
    "in_hands": "Eine Person bearbeitet den Vorgang schon.",
    "stopped": "Die automatische Entscheidung ist für diese Leistung angehalten.",
    "sample": "Für die Stichprobe ausgelost: Eine Person prüft.",
    "legal_basis": "Es fehlt die Vorschrift, die das zulässt (§ 35a VwVfG).",
    "checks": "Nicht alle Prüfungen sind eindeutig erfüllt.",
    "fee": "Die Gebühr ist offen oder unklar.",
    "text": "Für den Bescheid fehlen Angaben.",
    "four_eyes": "Die Entscheidung braucht eine zweite Person.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What holds for a service in this municipality."""

    service_slug: str
    stopped: bool
    sample_percent: int
    reason: str = ""
    changed_at: datetime | None = None
    changed_by_name: str = ""


def setting_of(slug: str) -> Setting:
    """The setting of a service; without one it is not stopped, and every tenth case goes to a person."""
    return settings_of([slug])[slug]


def settings_of(slugs: Collection[str]) -> dict[str, Setting]:
    """The settings of these services, in one query."""
    rows = {row.service_slug: row for row in AutomaticSetting.objects.filter(service_slug__in=slugs)}
    return {slug: _setting(slug, rows.get(slug)) for slug in slugs}


def _setting(slug: str, row: AutomaticSetting | None) -> Setting:
    if row is None:
        return Setting(service_slug=slug, stopped=False, sample_percent=SAMPLE_PERCENT)
    return Setting(
        service_slug=slug,
        stopped=row.stopped,
        sample_percent=row.sample_percent,
        reason=row.reason,
        changed_at=row.changed_at,
        changed_by_name=row.changed_by_name,
    )


@transaction.atomic
def change_setting(
    *, actor: Actor, slug: str, stopped: bool, sample_percent: int, reason: str, now: datetime
) -> None:
    """Stop or allow, and set the share that a person looks at. The caller has checked the role. Raises ``InvalidInput``."""
    if not reason.strip():
        raise InvalidInput(
            "Bitte nennen Sie den Grund.", message_en="Please give the reason.", extra={"field": "reason"}
        )
    if not 1 <= sample_percent <= 100:
        raise InvalidInput(
            "Die Stichprobe liegt zwischen 1 und 100 Prozent.",
            message_en="The sample is between 1 and 100 percent.",
            extra={"field": "sample_percent"},
        )
    AutomaticSetting.objects.update_or_create(
        service_slug=slug,
        defaults={
            "stopped": stopped,
            "sample_percent": sample_percent,
            "reason": reason.strip()[:500],
            "changed_at": now,
            "changed_by_name": actor.name[:200],
        },
    )
    audit.record(
        actor=actor,
        action="cases.automatic_changed",
        obj=("service", UUID(int=0)),
        details={"service": slug, "stopped": stopped, "sample_percent": sample_percent},
        reason=reason.strip()[:500],
        now=now,
        retention="administration",
    )


def is_drawn(case_id: UUID, percent: int) -> bool:
    """Whether a case is one of those a person looks at. The same answer whenever it is asked: drawn by the id, which nobody
    can choose."""
    number = int.from_bytes(hashlib.sha256(b"stadtkern-sample-1" + case_id.bytes).digest()[:8], "big")
    return number % 10_000 < percent * 100


def decide(
    case_id: UUID, *, actor: Actor, legal_basis: str, reason: str, proof: Any, now: datetime
) -> tuple[bool, str]:
    """Grant the application, or say why a person must. The case is locked until the answer is stored."""
    case = Case.objects.select_for_update(no_key=True).get(pk=case_id)
    facts, procedure = queries.facts_of(case), procedure_of(case)
    why = _obstacle(case, procedure, facts, legal_basis)
    if not why:
        text, missing = letters.draft_text(case, procedure, Decision.Kind.GRANT, facts)
        why = "text" if missing or not text.strip() else ""
    if why:
        write_history(case, "automatic_declined", actor=actor, now=now, data={"why": why, "text": WHY[why]})
        return False, why
    results = processes.run_checks(procedure, facts)
    decision = Decision(
        case=case,
        kind=Decision.Kind.GRANT,
        text=text.strip(),
        reason=_reason(results, legal_basis, reason),
        remedy=processes.fill_text(procedure.texts.remedy, letters.context(case, facts))[0],
        fee_cents=procedure.fee_cents(facts) or 0,
        delivery=_delivery(facts),
        automatic=True,
        proof=[*(result.decided.as_json() for result in results), {"register": proof}],
        proposed_at=now,
    )
    decision.save(force_insert=True)
    deliver_decision(actor, case, decision, now=now)
    return True, ""


def _obstacle(case: Case, procedure: processes.Procedure, facts: Mapping[str, Any], legal_basis: str) -> str:
    """The first thing that stands against a decision without a person; a code of ``WHY`` or empty."""
    setting = setting_of(case.service_slug)
    if case.state != "received" or case.assignee_id is not None or case.decided_at is not None:
        return "in_hands"
    if setting.stopped:
        return "stopped"
    if not legal_basis.strip():
        return "legal_basis"
    if processes.needs_second_person(procedure, facts):
        return "four_eyes"
    if any(result.outcome != "ok" for result in processes.run_checks(procedure, facts)):
        return "checks"
    if procedure.fee_cents(facts) is None or any(charge.is_open for charge in payments.charges_of(case.pk)):
        return "fee"
    return "sample" if is_drawn(case.pk, setting.sample_percent) else ""


def _reason(results: list[processes.CheckResult], legal_basis: str, reason: str) -> str:
    """The reason with what was checked and how it came out (§ 39 VwVfG)."""
    lines = [f"– {result.check.label('de')}: erfüllt ({result.check.legal_basis})" for result in results]
    told = [reason.strip()] if reason.strip() else []
    return "\n\n".join(
        [*told, "Automatisch geprüft wurde:\n" + "\n".join(lines), f"Zugelassen durch: {legal_basis.strip()}"]
    )


def _delivery(facts: Mapping[str, Any]) -> str:
    return Decision.Delivery.LETTER if facts.get("bescheidweg") == "brief" else Decision.Delivery.ONLINE


def services_with_automatic() -> list[tuple[str, str]]:
    """Slug and title of the published services whose procedure can decide automatically, by title."""
    found = []
    for service in services.services():
        files = (services.process_of(service.slug) or {}).get("files", {})
        if 'type="case.decide"' in str(files.get("process.bpmn", "")):
            found.append((service.slug, service.title("de")))
    return sorted(found, key=lambda row: row[1])


def counts(slugs: Collection[str], *, since: datetime) -> dict[str, tuple[int, int]]:
    """Decisions of each of these services since then: automatic ones, and all; in one query."""
    rows = (
        Decision.objects.filter(case__service_slug__in=slugs, released_at__gte=since)
        .values_list("case__service_slug")
        .annotate(automatic=Count("id", filter=Q(automatic=True)), every=Count("id"))
        .order_by()
    )
    return dict.fromkeys(slugs, (0, 0)) | {slug: (automatic, every) for slug, automatic, every in rows}
