"""Every write of the workshop: one action, one transaction, one audit entry."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from stadtkern.casework.designer import policies, queries
from stadtkern.casework.designer.contents import canonical
from stadtkern.casework.designer.errors import (
    DraftExists,
    LaterSteps,
    NothingToUndo,
    NotReady,
    ReasonNeeded,
    SlugRefused,
)
from stadtkern.casework.designer.models import DraftRevision, ProcedureDraft
from stadtkern.casework.designer.publishing import go_live
from stadtkern.casework.forms import api as forms
from stadtkern.casework.processes import api as processes
from stadtkern.casework.processes.packages.model import MANIFEST, dump_json, parse_json
from stadtkern.casework.processes.packages.parameters import BadValue, Parameter, Value, parse_value
from stadtkern.casework.processes.packages.vocabulary import KINDS
from stadtkern.casework.services import api as services
from stadtkern.foundation.access.api import Actor
from stadtkern.foundation.audit import api as audit
from stadtkern.kernel.errors import Conflict

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
MAX_SLUG = 50
#: steps that can be taken back
KEPT_STEPS = 200
OPEN = (ProcedureDraft.State.DRAFT, ProcedureDraft.State.SUBMITTED)


@transaction.atomic
def create_draft(
    *,
    actor: Actor,
    slug: str,
    title: str,
    files: Mapping[str, str],
    origin: str,
    base_version: int | None = None,
    now: datetime,
) -> UUID:
    """Begin a draft; raises ``SlugRefused``, ``DraftExists``, ``PackageRefused``."""
    policies.require_designer(actor)
    if not SLUG.fullmatch(slug) or len(slug) > MAX_SLUG:
        raise SlugRefused()
    if ProcedureDraft.objects.filter(slug=slug, state__in=OPEN).exists():
        raise DraftExists()
    row = ProcedureDraft.objects.create(
        slug=slug,
        title=title[:300],
        files=canonical(_renamed(files, slug, title)),
        origin=origin,
        base_version=base_version,
        author_id=actor.account_id,
        editor_ids=_people(actor),
        created_at=now,
        changed_at=now,
    )
    _record(actor, "designer.create", row, now, origin=origin)
    return row.pk


def _renamed(files: Mapping[str, str], slug: str, title: str) -> dict[str, str]:
    """The files with the manifest naming this service."""
    manifest = parse_json(MANIFEST, files.get(MANIFEST, "{}").encode("utf-8"))
    if isinstance(manifest, dict):
        manifest["slug"] = slug
        manifest.setdefault("title", {"de": title})
    return {**files, MANIFEST: dump_json(manifest).decode()}


@transaction.atomic
def save_files(
    *,
    actor: Actor,
    draft_id: UUID,
    revision: int,
    changes: Mapping[str, str | None],
    now: datetime,
) -> int:
    """Keep changed files (None removes one); returns the new revision. The step before can be had back (``undo``).

    Raises ``Conflict`` when somebody else saved since ``revision``, ``DraftFixed``, ``PackageRefused``.
    """
    row = policies.editable(actor, draft_id)
    if row.revision != revision:
        raise Conflict()
    return _keep(actor, row, changes, now)


@transaction.atomic
def undo(*, actor: Actor, draft_id: UUID, revision: int, files: Sequence[str], now: datetime) -> int:
    """Take back the last step that changed one of these files, with all it changed; step by step; returns the new revision.

    Raises ``NothingToUndo``, ``LaterSteps``, ``Conflict``, ``DraftFixed``.
    """
    row = policies.editable(actor, draft_id)
    if row.revision != revision:
        raise Conflict()
    last = queries.last_step(row, files)
    if last is None:
        raise NothingToUndo()
    if queries.went_on(row, last, {*last.before} - {*files}):
        raise LaterSteps()
    return _keep(actor, row, last.before, now, undoes=last.number)


def _keep(
    actor: Actor,
    row: ProcedureDraft,
    changes: Mapping[str, str | None],
    now: datetime,
    undoes: int | None = None,
) -> int:
    old = row.files
    files = {name: text for name, text in {**row.files, **changes}.items() if text is not None}
    fresh = canonical(files)
    if fresh == row.files:
        return row.revision
    row.files = fresh
    row.revision += 1
    row.changed_at = now
    row.editor_ids = sorted({*row.editor_ids, *_people(actor)})
    row.save(update_fields=["files", "revision", "changed_at", "editor_ids"])
    DraftRevision.objects.create(
        draft=row,
        number=row.revision,
        before={name: old.get(name) for name in sorted({*old, *fresh}) if old.get(name) != fresh.get(name)},
        undoes=undoes,
        by_id=actor.account_id,
        at=now,
    )
    DraftRevision.objects.filter(draft=row, number__lte=row.revision - KEPT_STEPS).delete()
    _record(actor, "designer.edit", row, now, revision=row.revision, files=sorted(changes))
    return row.revision


@transaction.atomic
def rename(
    *,
    actor: Actor,
    draft_id: UUID,
    revision: int,
    title: str,
    title_en: str,
    office: str = "",
    kind: str = "",
    now: datetime,
) -> int:
    """Another name for the procedure, whom it is for, and the office of a service that does not exist yet; the short name never changes."""
    row = policies.editable(actor, draft_id)
    manifest = dict(parse_json(MANIFEST, row.files[MANIFEST].encode("utf-8")))
    manifest["title"] = {"de": title, "en": title_en}
    if kind in KINDS:
        manifest["kind"] = kind
    if office:
        manifest["requires"] = {**(manifest.get("requires") or {}), "offices": [office]}
    changes = {MANIFEST: dump_json(manifest).decode()}
    number = save_files(actor=actor, draft_id=draft_id, revision=revision, changes=changes, now=now)
    ProcedureDraft.objects.filter(pk=draft_id).update(title=title[:300])
    return number


@transaction.atomic
def keep_test_results(*, actor: Actor, draft_id: UUID, results: Mapping[str, Any], now: datetime) -> None:
    """Keep how the test cases of the present revision came out; running them changes nothing else."""
    row = policies.find(actor, draft_id, lock=True)
    row.test_results = {"revision": row.revision, "at": now.isoformat(), **results}
    row.save(update_fields=["test_results"])


@transaction.atomic
def submit(*, actor: Actor, draft_id: UUID, revision: int, note: str, now: datetime) -> None:
    """Hand over to a second person; raises ``NotReady``, ``Conflict``, ``DraftFixed``. Test cases are run, and must hold."""
    row = policies.editable(actor, draft_id)
    if row.revision != revision:
        raise Conflict()
    require_ready(row)
    row.state = ProcedureDraft.State.SUBMITTED
    row.submitted_by_id, row.submitted_at, row.handover_note = actor.account_id, now, note.strip()[:2000]
    row.reviewed_by_id, row.reviewed_at = None, None
    row.save()
    _record(actor, "designer.submit", row, now, revision=row.revision)


def require_ready(row: ProcedureDraft) -> None:
    """Raises ``NotReady`` with every error of the draft."""
    wrong = [each for each in queries.troubles_of(row, run=True) if each.severity == "error"]
    if wrong:
        raise NotReady(wrong)


@transaction.atomic
def take_back(*, actor: Actor, draft_id: UUID, now: datetime) -> None:
    """Work on it again before the second person has looked."""
    row = policies.find(actor, draft_id, lock=True)
    if row.state != ProcedureDraft.State.SUBMITTED:
        raise Conflict()
    row.state = ProcedureDraft.State.DRAFT
    row.changed_at = now
    row.save(update_fields=["state", "changed_at"])
    _record(actor, "designer.take_back", row, now)


@transaction.atomic
def give_back(*, actor: Actor, draft_id: UUID, reason: str, now: datetime) -> None:
    """The second person wants changes; raises ``ReasonNeeded``, ``SecondPerson``, ``DraftFixed``."""
    row = policies.reviewable(actor, draft_id)
    if not reason.strip():
        raise ReasonNeeded()
    row.state = ProcedureDraft.State.DRAFT
    row.reviewed_by_id, row.reviewed_at, row.review_note = actor.account_id, now, reason.strip()[:2000]
    row.changed_at = now
    row.save()
    _record(actor, "designer.give_back", row, now)


@transaction.atomic
def publish(*, actor: Actor, draft_id: UUID, revision: int, now: datetime) -> int:
    """The second person makes it public: new cases run on it, running ones stay. Returns the version of the service.

    Raises ``SecondPerson``, ``DraftFixed``, ``Conflict``, ``NotReady``, ``OfficeMissing``.
    """
    row = policies.reviewable(actor, draft_id)
    if row.revision != revision:
        raise Conflict()
    require_ready(row)
    number = go_live(actor=actor, row=row, now=now)
    row.state = ProcedureDraft.State.PUBLISHED
    row.reviewed_by_id, row.reviewed_at, row.review_note = actor.account_id, now, ""
    row.published_version = number
    row.changed_at = now
    row.save()
    forms.end_trial(row.slug)
    _record(actor, "designer.publish", row, now, version=number, revision=row.revision)
    return number


@transaction.atomic
def withdraw(*, actor: Actor, draft_id: UUID, now: datetime) -> None:
    """Throw a draft away; it stays readable."""
    row = policies.editable(actor, draft_id)
    row.state = ProcedureDraft.State.WITHDRAWN
    row.changed_at = now
    row.save(update_fields=["state", "changed_at"])
    forms.end_trial(row.slug)
    _record(actor, "designer.withdraw", row, now)


@transaction.atomic
def set_own_values(
    *, actor: Actor, slug: str, declared: Sequence[Parameter], typed: Mapping[str, str], now: datetime
) -> list[tuple[str, str]]:
    """Set this municipality's values; an empty text goes back to the package's default. Returns what is wrong, by name;
    then nothing is kept."""
    policies.require_designer(actor)
    values: dict[str, Value] = {}
    wrong: list[tuple[str, str]] = []
    for parameter in declared:
        text = typed.get(parameter.name, "")
        if text:
            try:
                values[parameter.name] = parse_value(parameter.kind, text)
            except BadValue as problem:
                wrong.append((parameter.name, problem.text(actor.language)))
    if wrong:
        return wrong
    service = services.installed(slug)
    processes.unset_parameters(slug=slug, names=[each.name for each in declared if each.name not in values])
    processes.set_parameters(slug=slug, values=values, by_name=actor.name, now=now)
    audit.record(
        actor=actor,
        action="designer.set_values",
        obj=("service", service.id if service else actor.tenant_id),
        now=now,
        details={"slug": slug, "names": sorted(values)},
        retention="permanent",
    )
    return []


def _people(actor: Actor) -> list[UUID]:
    return [actor.account_id] if actor.account_id is not None else []


def _record(actor: Actor, action: str, row: ProcedureDraft, now: datetime, **details: Any) -> None:
    audit.record(
        actor=actor,
        action=action,
        obj=("procedure_draft", row.pk),
        now=now,
        details={"slug": row.slug, **details},
        retention="permanent",
    )
