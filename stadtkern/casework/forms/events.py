"""Facts of forms that others may react to; published in the transaction of their cause."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSubmitted:
    """An application arrived (first submission of a chain)."""

    submission_id: UUID
    service_slug: str
    tenant_id: UUID
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionAmended:
    """An applicant sent a new version, through the pages of the form or an interface; the old one is kept."""

    submission_id: UUID
    previous_id: UUID
    root_id: UUID
    service_slug: str
    tenant_id: UUID
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPublished:
    """A version of a form went live and replaced the one before."""

    version_id: UUID
    service_slug: str
    number: int
    tenant_id: UUID
    now: datetime
