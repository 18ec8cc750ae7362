"""Every read of forms worth a name."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Q

from stadtkern.casework.forms import parameters, policies
from stadtkern.casework.forms.answers import AnswerGroup, Difference, differences_of, groups_of
from stadtkern.casework.forms.facts import facts_of
from stadtkern.casework.forms.info import (
    DraftInfo,
    FormVersionInfo,
    SubmissionInfo,
    draft_info,
    submission_info,
    version_info,
)
from stadtkern.casework.forms.loading import KEPT, kept_form, load
from stadtkern.casework.forms.models import (
    HEAVY,
    HEAVY_OF_VERSION,
    Channel,
    FormVersion,
    Submission,
)
from stadtkern.casework.forms.ruleset import ruleset_to_json
from stadtkern.casework.forms.xdf import write_message
from stadtkern.foundation.access.api import Actor, NotVisible
from stadtkern.kernel import clock


def published(service_slug: str) -> FormVersionInfo | None:
    """The published version of a service's form, or None."""
    rows = FormVersion.objects.select_related("definition").defer(*HEAVY)
    rows = rows.filter(definition__service_slug=service_slug)
    row = rows.filter(state=FormVersion.State.PUBLISHED).first()
    return version_info(row) if row else None


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionLine:
    """A version of a form in a list of others."""

    id: UUID
    number: int
    state: str


def version_lines(service_slug: str) -> list[VersionLine]:
    """The versions of a service's form, the newest first."""
    rows = FormVersion.objects.filter(definition__service_slug=service_slug).order_by("-number")
    return [
        VersionLine(id=pk, number=number, state=state)
        for pk, number, state in rows.values_list("pk", "number", "state")
    ]


def files_of_published(service_slug: str, now: datetime) -> dict[str, str]:
    """The published form as the files of a package (``form.xdf3.xml``, ``rules.json``, ``form.en.json``); empty without one."""
    info = published(service_slug)
    if info is None:
        return {}
    stamp = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    message = write_message(info.form, message_id=f"{service_slug}-{info.number}", created_at=stamp)
    files = {
        "form.xdf3.xml": message.decode("utf-8"),
        "rules.json": json.dumps(ruleset_to_json(info.ruleset), ensure_ascii=False),
    }
    if english := (info.loaded.texts or {}).get("en"):
        files["form.en.json"] = json.dumps(english, ensure_ascii=False)
    return files


def load_published(limit: int = KEPT) -> int:
    """Have the published forms and their compiled rules at hand before the first visitor asks; returns how many."""
    rows = FormVersion.objects.select_related("definition").filter(state=FormVersion.State.PUBLISHED)
    found = list(rows.order_by("-published_at", "id")[:limit])
    for row in found:
        load(row).prepare()
    return len(found)


def online_slugs() -> frozenset[str]:
    """Services that have a published form."""
    rows = FormVersion.objects.filter(state=FormVersion.State.PUBLISHED)
    return frozenset(rows.values_list("definition__service_slug", flat=True))


def version(version_id: UUID) -> FormVersionInfo:
    """A version by id (for cases that pinned it). Raises ``NotVisible``."""
    row = FormVersion.objects.select_related("definition").defer(*HEAVY).filter(pk=version_id).first()
    if row is None:
        raise NotVisible()
    return version_info(row)


def _submission_row(submission_id: UUID) -> Submission:
    rows = Submission.objects.select_related("version__definition").defer(*HEAVY_OF_VERSION)
    row = rows.filter(pk=submission_id).first()
    if row is None:
        raise NotVisible()
    return row


def submission(submission_id: UUID) -> SubmissionInfo:
    """A submission for trusted callers (who checked their own policy). Raises ``NotVisible``."""
    return submission_info(_submission_row(submission_id))


def chain(submission_id: UUID) -> list[SubmissionInfo]:
    """All versions of an application, the first one first."""
    row = _submission_row(submission_id)
    root = row.root_id or row.pk
    rows = Submission.objects.filter(Q(pk=root) | Q(root_id=root)).order_by("number")
    return [submission_info(item) for item in rows.prefetch_related("files")]


def facts(submission: UUID | SubmissionInfo) -> dict[str, object]:
    """The answers by alias, as FEEL sees them; who has read the submission already hands it over."""
    if isinstance(submission, SubmissionInfo):
        loaded = kept_form(submission.form_version_id) or version(submission.form_version_id).loaded
        values, at, fixed = submission.values, submission.submitted_at, submission.parameters
    else:
        row = _submission_row(submission)
        loaded, values, at, fixed = load(row.version), row.values, row.submitted_at, row.parameters
    return facts_of(loaded, values, today=clock.local(at).date(), parameters=parameters.read(fixed))


def render_answers(submission_id: UUID, language: str = "de") -> list[AnswerGroup]:
    """Groups with their answers; each unpacks as (label, [(label, text, path)])."""
    row = _submission_row(submission_id)
    return groups_of(load(row.version), row.values, language)


def differences(old_submission_id: UUID, new_submission_id: UUID, language: str = "de") -> list[Difference]:
    """What the applicant changed from one version to another."""
    old, new = _submission_row(old_submission_id), _submission_row(new_submission_id)
    return differences_of(load(new.version), old.values, new.values, language)


def drafts_of(actor: Actor, now: datetime) -> list[DraftInfo]:
    """Own open drafts, the last touched first."""
    rows = policies.drafts_visible_to(actor).filter(submission__isnull=True, expires_at__gt=now)
    rows = (
        rows.exclude(channel=Channel.PREVIEW).select_related("version__definition").defer(*HEAVY_OF_VERSION)
    )
    return [draft_info(row) for row in rows.order_by("-updated_at", "-id")[:50]]
