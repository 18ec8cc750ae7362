"""Which of my data does the city have, why, until when, and who read them (Art. 15, 20 DSGVO)."""

from __future__ import annotations

import dataclasses
import io
import json
import zipfile
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from stadtkern.casework.cases import policies, queries
from stadtkern.casework.cases.models import Case, PostBoxItem
from stadtkern.casework.forms import api as forms
from stadtkern.casework.processes import api as processes
from stadtkern.foundation.access.api import Actor, guest_or_resident
from stadtkern.foundation.accounts import api as accounts
from stadtkern.foundation.audit import api as audit
from stadtkern.foundation.businesses import api as businesses
from stadtkern.foundation.files import api as files
from stadtkern.kernel import clock

LIMIT = 200


@guest_or_resident
def page(request: HttpRequest) -> HttpResponse:
    """All of it on one page."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    cases = list(policies.personal(actor).order_by("-received_at", "-id")[:LIMIT])
    context = {
        "cases": [_about(case, actor.language) for case in cases],
        "identity": accounts.identity(actor.account_id) if actor.account_id else None,
        "readings": _readings(cases),
    }
    return render(request, "cases/public/own_data.html", context)


def _about(case: Case, language: str) -> dict[str, Any]:
    years = processes.procedure(case.process_version_id).texts.retention_years
    return {
        "case": case,
        "state": queries.public_state(case, language),
        "kept_until": case.retain_until_on.year if case.retain_until_on else None,
        "years": years,
    }


def _readings(cases: list[Case]) -> list[dict[str, Any]]:
    """Who of the staff opened which case when (from the audit log)."""
    numbers = {case.pk: case.number for case in cases}
    entries = audit.readers_of([("case", case_id) for case_id in numbers], limit=LIMIT)
    people = accounts.accounts(entry.actor_id for entry in entries if entry.actor_id)
    return [
        {
            "number": numbers.get(entry.object_id, "") if entry.object_id else "",
            "at": entry.at or entry.recorded_at,
            "who": people[entry.actor_id].name if entry.actor_id in people else "",
        }
        for entry in entries
    ]


@guest_or_resident
def export(request: HttpRequest) -> HttpResponse:
    """Everything as one archive: data as JSON, documents as files."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    cases = list(policies.personal(actor).order_by("received_at", "id")[:LIMIT])
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        overview: dict[str, Any] = {
            "exported_at": clock.now().isoformat(),
            "cases": [_as_json(case) for case in cases],
        }
        if actor.account_id is not None:
            overview["identity"] = _identity(actor.account_id)
            overview["forms"] = forms.export_account(actor.account_id)
            overview["acting_for_others"] = businesses.export_account(actor.account_id)
        overview["readings"] = [{**row, "at": row["at"].isoformat()} for row in _readings(cases)]
        archive.writestr("daten.json", json.dumps(overview, ensure_ascii=False, indent=2))
        for case in cases:
            _write_case(archive, case)
    response = HttpResponse(buffer.getvalue(), content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="meine-daten.zip"'
    response["Cache-Control"] = "private, no-store"
    return response


def _identity(account_id: UUID) -> dict[str, Any] | None:
    """What the identity provider told us about the person."""
    identity = accounts.identity(account_id)
    if identity is None:
        return None
    values = dataclasses.asdict(identity)
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in values.items()}


def _as_json(case: Case) -> dict[str, Any]:
    return {
        "number": case.number,
        "service": case.service_title,
        "received_at": case.received_at.isoformat(),
        "state": case.state,
        "name": case.applicant_name,
        "address": case.applicant_address,
        "email": case.applicant_email,
        "messages": [
            {"at": message.sent_at.isoformat(), "direction": message.direction, "text": message.text}
            for message in case.messages.exclude(direction="note")
        ],
    }


def _write_case(archive: zipfile.ZipFile, case: Case) -> None:
    if case.parent_id is None:
        archive.writestr(f"{case.number}/antrag.json", forms.payload_json(case.submission_id))
    items = PostBoxItem.objects.filter(case=case, file_id__isnull=False).order_by("at", "id")
    for number, item in enumerate(items, start=1):
        if item.file_id is not None:
            info = files.info(item.file_id)
            archive.writestr(f"{case.number}/{number:02d}-{info.name}", files.read(item.file_id))
