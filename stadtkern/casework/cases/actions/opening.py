"""An application becomes a case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from stadtkern.casework.cases import records, rules
from stadtkern.casework.cases.actions.common import put_into_post_box, subject_of, write_history
from stadtkern.casework.cases.deadlines import due_date
from stadtkern.casework.cases.events import CaseOpened
from stadtkern.casework.cases.jobs import file_receipt
from stadtkern.casework.cases.models import Case
from stadtkern.casework.forms import api as forms
from stadtkern.casework.payments import api as payments
from stadtkern.casework.processes import api as processes
from stadtkern.casework.services import api as services
from stadtkern.foundation.access.api import Actor
from stadtkern.foundation.jobs import api as jobs
from stadtkern.foundation.organizations import api as organizations
from stadtkern.foundation.places import api as places
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel import clock, events


@transaction.atomic
def open_case(*, actor: Actor, submission_id: UUID, now: datetime) -> UUID:
    """Open the case of a submission (once); returns its id.

    Gives the number, pins the procedure, computes the deadline, names office and team, opens the record, charges a fee
    that is due before processing, and enqueues the receipt.
    """
    existing = (
        Case.objects.filter(root_submission_id=submission_id, parent=None)
        .values_list("pk", flat=True)
        .first()
    )
    if existing is not None:
        return existing
    submission = forms.submission(submission_id)
    service = services.find(submission.service_slug)
    if service is None:
        raise LookupError(f"service of submission does not exist: {submission.service_slug}")
    facts = forms.facts(submission)
    version_id = processes.keep(service.process or {}, now=now)
    procedure = processes.procedure(version_id)
    today = clock.local(now).date()
    responsible = services.responsible(service.slug, on=today, area=_area_of(service.slug, facts, today))
    team_id, due_on = _team_of(responsible), due_date(procedure, received_on=today, pauses=[])
    case = Case.objects.create(
        # After all reads: until the commit, everybody else who opens a case of this service waits for this row.
        number=next_number(rules.number_prefix(service.slug), today.year),
        service_slug=service.slug,
        service_title=service.title("de"),
        process_version_id=version_id,
        submission_id=submission_id,
        root_submission_id=submission_id,
        channel=submission.channel,
        applicant_id=submission.account_id,
        business_id=submission.business_id,
        applicant_name=_party_name(submission, facts),
        applicant_address=_party_address(submission, facts),
        applicant_email=submission.contact_email or str(facts.get("email") or ""),
        language=submission.language,
        office_id=responsible.office_id,
        team_id=team_id,
        received_at=now,
        due_on=due_on,
    )
    case.record_id = records.open_for(case, procedure, now=now)
    case.save(update_fields=["record_id"])
    write_history(case, "received", actor=actor, now=now, public=True, data={"channel": case.channel})
    processes.start(subject=subject_of(case), version_id=version_id, facts=facts, actor=actor, now=now)
    _charge(case, procedure, facts, actor=actor, now=now)
    title = "Receipt for your application" if case.language == "en" else "Eingangsbestätigung zu Ihrem Antrag"
    put_into_post_box(case, kind="receipt", title=title, now=now)
    jobs.enqueue(file_receipt, case_id=str(case.pk))
    events.publish(CaseOpened(case_id=case.pk, service_slug=case.service_slug, channel=case.channel, at=now))
    return case.pk


def next_number(prefix: str, year: int) -> str:
    """The next case number; numbers have no gaps except for work that was rolled back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_numberrange (tenant_id, prefix, year, last) VALUES (%s, %s, %s, 1) "
            "ON CONFLICT (tenant_id, prefix, year) DO UPDATE SET last = cases_numberrange.last + 1 RETURNING last",
            [tenancy.current_id(), prefix, year],
        )
        return rules.case_number(prefix, year, cursor.fetchone()[0])


def _area_of(slug: str, facts: Mapping[str, Any], today: date) -> str:
    """The district whose office or team the case goes to; empty where the service makes no difference."""
    areas = services.areas(slug, on=today)
    if not areas:
        return ""
    place = rules.matter_address(facts)
    if place.district in areas:
        return place.district
    if not place.street:
        return ""
    found = places.district_of(place.street, place.number, postcode=place.postcode)
    if found is not None:
        return found.key
    candidates = places.districts_of_street(place.street, postcode=place.postcode)
    return candidates[0].key if len(candidates) == 1 else ""


def _team_of(responsible: services.Responsible) -> UUID | None:
    """The team of the rule while it exists, else the first team of the office by name."""
    if responsible.office_id is None:
        return None
    teams = [team.id for team in organizations.teams(responsible.office_id)]
    if responsible.team_id in teams:
        return responsible.team_id
    return teams[0] if teams else None


def _party_name(submission: forms.SubmissionInfo, facts: Mapping[str, Any]) -> str:
    """Who applies. For a business that is its name; the person in the form only fills it in."""
    if submission.business_id is not None:
        return submission.on_behalf_of
    return person_name(facts) or submission.on_behalf_of


def _party_address(submission: forms.SubmissionInfo, facts: Mapping[str, Any]) -> str:
    if submission.business_id is not None and submission.contact_address:
        return submission.contact_address
    return person_address(facts) or submission.contact_address


def person_name(facts: Mapping[str, Any]) -> str:
    """The applicant's name by the usual aliases of our packages."""
    parts = [facts.get("vornamen"), facts.get("familienname")]
    name = " ".join(str(part) for part in parts if part)
    return name or str(facts.get("firma") or facts.get("name") or "")


def person_address(facts: Mapping[str, Any]) -> str:
    """The applicant's postal address by the usual aliases of our packages, two lines."""
    street = " ".join(
        str(facts.get(key)) for key in ("strasse", "hausnummer", "hausnummernzusatz") if facts.get(key)
    )
    town = " ".join(str(facts.get(key)) for key in ("plz", "ort") if facts.get(key))
    return "\n".join(line for line in (street, town) if line)


def _charge(
    case: Case, procedure: processes.Procedure, facts: Mapping[str, Any], *, actor: Actor, now: datetime
) -> None:
    if procedure.texts.fee.when != "before_submit":
        return
    cents = procedure.fee_cents({**facts, "parameter": processes.parameters_of(procedure)}) or 0
    if cents == 0:
        return
    payments.charge(
        actor=actor,
        case_id=case.pk,
        reference=f"{case.number}-1",
        purpose=f"{case.service_title}, {case.number}",
        amount_cents=cents,
        invoice=case.channel != "online",
        now=now,
    )
