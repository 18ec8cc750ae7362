"""What crosses the border of this room: plain values, no rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from stadtkern.casework.forms.loading import LoadedForm, load
from stadtkern.casework.forms.model import Form
from stadtkern.casework.forms.models import Draft, FormVersion, Submission
from stadtkern.casework.forms.ruleset import Ruleset


@dataclass(frozen=True, slots=True, kw_only=True)
class FormVersionInfo:
    """A version of a form. ``loaded`` offers labels and judging."""

    id: UUID
    service_slug: str
    number: int
    state: str
    title: str
    form: Form
    ruleset: Ruleset
    published_at: datetime | None
    loaded: LoadedForm


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftInfo:
    """A draft as its owner sees it. ``code`` and ``token`` are only there right after the start."""

    id: UUID
    service_slug: str
    version_id: UUID
    channel: str
    language: str
    values: Mapping[str, Any]
    revision: int
    page: str
    title: str
    updated_at: datetime
    expires_at: datetime
    submission_id: UUID | None = None
    amends_id: UUID | None = None
    account_id: UUID | None = None
    business_id: UUID | None = None
    code: str = ""
    token: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionInfo:
    """What was sent. ``root_id`` is the first submission of the chain (its own id for that one)."""

    id: UUID
    root_id: UUID
    number: int
    previous_id: UUID | None
    service_slug: str
    form_version_id: UUID
    account_id: UUID | None
    entered_by_id: UUID | None
    on_behalf_of: str
    channel: str
    values: Mapping[str, Any]
    parameters: Mapping[str, Any]
    file_ids: tuple[UUID, ...]
    sha256: str
    submitted_at: datetime
    contact_email: str
    contact_address: str
    language: str
    guest_code_digest: str
    assurance: int
    business_id: UUID | None = None
    acted_by_id: UUID | None = None
    power_id: UUID | None = None


def version_info(row: FormVersion) -> FormVersionInfo:
    """The row as others see it."""
    loaded = load(row)
    return FormVersionInfo(
        id=row.pk,
        service_slug=loaded.service_slug,
        number=row.number,
        state=row.state,
        title=loaded.title,
        form=loaded.form,
        ruleset=loaded.ruleset,
        published_at=row.published_at,
        loaded=loaded,
    )


def draft_info(row: Draft, *, code: str = "", token: str = "") -> DraftInfo:
    """The row as its owner sees it; ``version.definition`` should be selected with it."""
    return DraftInfo(
        id=row.pk,
        service_slug=row.version.definition.service_slug,
        version_id=row.version_id,
        channel=row.channel,
        language=row.language,
        values=row.values,
        revision=row.revision,
        page=row.page,
        title=row.version.definition.title,
        updated_at=row.updated_at,
        expires_at=row.expires_at,
        submission_id=row.submission_id,
        amends_id=row.amends_id,
        account_id=row.account_id,
        business_id=row.business_id,
        code=code,
        token=token,
    )


def submission_info(row: Submission, file_ids: tuple[UUID, ...] | None = None) -> SubmissionInfo:
    """The row as others see it."""
    if file_ids is None:
        file_ids = tuple(row.files.order_by("path", "id").values_list("file_id", flat=True))
    return SubmissionInfo(
        id=row.pk,
        root_id=row.root_id or row.pk,
        number=row.number,
        previous_id=row.previous_id,
        service_slug=row.service_slug,
        form_version_id=row.version_id,
        account_id=row.account_id,
        entered_by_id=row.entered_by_id,
        on_behalf_of=row.on_behalf_of,
        channel=row.channel,
        values=row.values,
        parameters=row.parameters,
        file_ids=file_ids,
        sha256=row.sha256,
        submitted_at=row.submitted_at,
        contact_email=row.contact_email,
        contact_address=row.contact_address,
        language=row.language,
        guest_code_digest=row.guest_code_digest,
        assurance=row.assurance,
        business_id=row.business_id,
        acted_by_id=row.acted_by_id,
        power_id=row.power_id,
    )
