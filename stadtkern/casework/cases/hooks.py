"""What cases tell the rooms below: the case of a submission, and who reaches a submission through its case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.urls import reverse

from stadtkern.casework.cases import policies, tokens
from stadtkern.casework.cases.models import Case
from stadtkern.casework.forms import api as forms
from stadtkern.casework.processes import api as processes
from stadtkern.casework.services import api as services
from stadtkern.foundation.access.api import Actor


def case_of(submission_id: UUID) -> forms.CaseReference | None:
    """Number and address of the case that a submission became."""
    root = forms.submission(submission_id).root_id
    case = Case.objects.filter(root_submission_id=root, parent=None).first()
    if case is None:
        return None
    page = reverse("cases:case", args=[case.pk])
    return forms.CaseReference(number=case.number, url=page, api_url=tokens.state_path(case.pk))


def reaches(actor: Actor, submission_ids: Iterable[UUID], action: str) -> bool:
    """Staff read a submission through a case they see; only the applicant amends it."""
    rows = policies.own(actor, "apply") if action == "amend" else policies.visible_to(actor)
    return rows.filter(root_submission_id__in=list(submission_ids)).exists()


def parameters_of(service_slug: str) -> Mapping[str, Any] | None:
    """The values of the municipality that the next case of this service would run on."""
    service = services.find(service_slug)
    return processes.parameters_in(service.process or {}, service_slug) if service is not None else None
