"""What all actions on cases share: locking, moving, writing history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from stadtkern.casework.cases import policies, rules
from stadtkern.casework.cases.errors import CaseChanged
from stadtkern.casework.cases.events import CaseMoved
from stadtkern.casework.cases.models import Case, CaseEvent, PostBoxItem
from stadtkern.casework.processes import api as processes
from stadtkern.foundation.access.api import Actor, Mandate, Right
from stadtkern.foundation.audit import api as audit
from stadtkern.foundation.notifications import api as notifications
from stadtkern.kernel import clock, events
from stadtkern.kernel.errors import NotVisible


def lock_for_work(actor: Actor, case_id: UUID, revision: int | None) -> Case:
    """The case, locked, for staff. Raises ``NotVisible``, ``NotAllowed`` or ``CaseChanged``."""
    policies.find_for_work(actor, case_id)
    return _lock(case_id, revision)


def lock_for_applicant(actor: Actor, case_id: UUID, right: Right = "apply") -> Case:
    """The case, locked, for its applicant or who may do this for her."""
    policies.find_as_applicant(actor, case_id, right)
    return _lock(case_id, None)


def _lock(case_id: UUID, revision: int | None) -> Case:
    case = locked(case_id)
    if case is None:
        raise NotVisible()  # disposed of since it was found
    if revision is not None and case.revision != revision:
        raise CaseChanged(extra={"revision": case.revision})
    return case


def locked(case_id: UUID) -> Case | None:
    """The case, locked before everything that hangs on it; rows that only refer to it need not wait. None: it is gone."""
    return Case.objects.select_for_update(no_key=True).filter(pk=case_id).first()


def procedure_of(case: Case) -> processes.Procedure:
    """The pinned procedure of a case."""
    return processes.procedure(case.process_version_id)


def subject_of(case: Case) -> processes.Subject:
    """What the process of a case hangs on."""
    return ("case", case.pk)


def move(case: Case, action: str, *, actor: Actor, now: datetime) -> processes.Situation:
    """Let the process of the case take a step; raises ``MoveNotAllowed``. The caller saves."""
    situation = processes.act(subject=subject_of(case), action=action, actor=actor, now=now)
    take_state(case, situation.state, now=now)
    return situation


def take_state(case: Case, target: str, *, now: datetime) -> None:
    """The case is now in the state its process gave it. The caller saves."""
    procedure = procedure_of(case)
    source, case.state = case.state, target
    case.state_kind = procedure.texts.states[target].kind
    case.closed_at = now if case.state_kind == "closed" else None
    case.retain_until_on = (
        rules.retain_until(clock.local(now).date(), procedure.texts.retention_years)
        if case.closed_at
        else None
    )
    events.publish(
        CaseMoved(case_id=case.pk, service_slug=case.service_slug, source=source, target=target, at=now)
    )


def save(case: Case) -> None:
    """Store the case as its next revision."""
    case.revision += 1
    case.save()


def write_history(
    case: Case,
    kind: str,
    *,
    actor: Actor,
    now: datetime,
    public: bool = False,
    data: Mapping[str, Any] | None = None,
) -> None:
    """A line of the history and the audit entry of the same fact."""
    mandate = policies.mandate(actor, case) if public and not actor.has(*policies.WORK) else None
    CaseEvent.objects.create(
        case=case,
        at=now,
        kind=kind,
        public=public,
        actor_name=_name_of(actor, mandate)[:200],
        actor_account_id=actor.account_id,
        data=dict(data or {}),
    )
    audit.record(
        actor=actor,
        action=f"cases.{kind}",
        obj=("case", case.pk),
        details={key: value for key, value in (data or {}).items() if key in AUDITED} | acting_for(mandate),
        now=now,
    )


def _name_of(actor: Actor, mandate: Mandate | None) -> str:
    """Who acted, as the history shows it; somebody with a power of attorney acts in another's name (§ 14 VwVfG)."""
    if actor.kind not in ("staff", "resident"):
        return ""
    return actor.name if mandate is None or mandate.power is None else f"{actor.name} (in Vollmacht)"


def author_of(case: Case, actor: Actor) -> str:
    """From whom a message of the applicant is: the party, and the person who wrote it where it is another one."""
    if policies.mandate(actor, case) is None:
        return case.applicant_name
    return f"{actor.name} ({case.applicant_name})"[:200]


def acting_for(mandate: Mandate | None) -> dict[str, str]:
    """For the audit: for whom somebody acted, and by which power of attorney; nothing where people act for themselves."""
    if mandate is None:
        return {}
    return {"for": str(mandate.party)} | ({"power": str(mandate.power)} if mandate.power is not None else {})


# Of the history's details only codes and ids enter the audit log, never free text or names.
AUDITED = frozenset(
    {"source", "target", "kind", "check", "request", "decision", "delivery", "cents", "message"}
)


def put_into_post_box(
    case: Case, *, kind: str, title: str, now: datetime, file_id: UUID | None = None, mail: bool = True
) -> None:
    """Lay something into the applicant's post box and tell her by mail (without any content)."""
    PostBoxItem.objects.create(case=case, kind=kind, title=title, file_id=file_id, at=now)
    if not mail or not case.applicant_email:
        return
    english = case.language == "en"
    subject = f"News about your case {case.number}" if english else f"Neues zu Ihrem Vorgang {case.number}"
    text = (
        "There is something new in your post box. Please log in to read it."
        if english
        else "In Ihrem Postfach liegt etwas Neues. Bitte melden Sie sich an, um es zu lesen."
    )
    notifications.send_mail(
        to=case.applicant_email, subject=subject, text=text, language=case.language, case_id=case.pk
    )
