"""Writes on forms: import, edit rules, publish, retire. A published version never changes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from stadtkern.casework.forms import catalog, events, policies
from stadtkern.casework.forms.codec import to_json
from stadtkern.casework.forms.errors import NotPublishable, VersionFixed
from stadtkern.casework.forms.info import FormVersionInfo, version_info
from stadtkern.casework.forms.loading import resolve
from stadtkern.casework.forms.model import Form, references
from stadtkern.casework.forms.models import Draft, FormDefinition, FormVersion
from stadtkern.casework.forms.parameters import parameters_of
from stadtkern.casework.forms.ruleset import Ruleset, parse_ruleset, rules_of, ruleset_to_json
from stadtkern.casework.forms.ruleset_check import check_ruleset
from stadtkern.casework.forms.xdf import XdfError, read_message
from stadtkern.foundation.access.api import Actor
from stadtkern.foundation.audit import api as audit
from stadtkern.foundation.files import api as files
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel import events as bus
from stadtkern.kernel.errors import Conflict

MAX_SOURCE = 20_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A form was read: the new version, and the ids of a version 2 file that were mapped."""

    version: FormVersionInfo
    source_version: str
    id_map: tuple[tuple[str, str], ...]


@transaction.atomic
def import_form(
    *,
    actor: Actor,
    service_slug: str,
    data: bytes,
    name: str,
    now: datetime,
    rules: object = None,
    texts: Mapping[str, Any] | None = None,
    note: str = "",
) -> Imported:
    """Read an XDatenfelder form as a new version in progress.

    Without ``rules`` those of the newest version are taken over as far as their paths still exist. Raises ``XdfError``
    (reason, line, column, path), ``RulesetError``.
    """
    policies.require_manager(actor)
    message = read_message(data)
    form = message.root
    if not isinstance(form, Form):
        raise XdfError(
            "unknown-message", "Die Datei enthält einen Baustein (Datenfeldgruppe), kein ganzes Formular."
        )
    definition = _definition(service_slug, form, now)
    newest = definition.versions.order_by("-number").first()
    ruleset = parse_ruleset(rules) if rules is not None else _carried_over(newest, form)
    row = FormVersion.objects.create(
        definition=definition,
        number=newest.number + 1 if newest else 1,
        model=to_json(form),
        ruleset=ruleset_to_json(ruleset),
        texts=dict(texts) if texts is not None else (newest.texts if newest else {}),
        note=note[:500],
        source_name=name[:300],
        source_sha256=sha256(data).hexdigest(),
        source_file_id=_keep_source(data, name, now),
        created_at=now,
        created_by_id=actor.account_id,
    )
    _audit(actor, "forms.import", row, now, {"service": service_slug, "number": row.number, "form": form.id})
    return Imported(version=version_info(row), source_version=message.source_version, id_map=message.id_map)


def _definition(service_slug: str, form: Form, now: datetime) -> FormDefinition:
    found = FormDefinition.objects.select_for_update().filter(service_slug=service_slug).first()
    if found is not None:
        return found
    service = catalog.facts(service_slug, "de")
    title = service.title if service else form.label
    try:
        with transaction.atomic():
            return FormDefinition.objects.create(service_slug=service_slug, title=title[:300], created_at=now)
    except IntegrityError:
        return FormDefinition.objects.select_for_update().get(service_slug=service_slug)


def _keep_source(data: bytes, name: str, now: datetime) -> UUID:
    stored = files.store(
        data,
        name=name[:300],
        allowed=files.TEXTS,
        max_bytes=MAX_SOURCE,
        purpose="form-source",
        now=now,
        trusted=True,
    )
    return stored.id


def _carried_over(newest: FormVersion | None, form: Form) -> Ruleset:
    """The rules of the version before, without what names a path or a free-text rule that is gone."""
    if newest is None:
        return Ruleset()
    old = parse_ruleset(newest.ruleset or {})
    paths = {path for path, _ in form.walk()}
    known = rules_of(form).keys()

    def cites(id: str) -> bool:
        return not id or id in known

    return Ruleset(
        aliases={name: path for name, path in old.aliases.items() if path in paths},
        conditions=tuple(r for r in old.conditions if r.path in paths and cites(r.source_rule)),
        validations=tuple(r for r in old.validations if r.at in paths and cites(r.source_rule)),
        calculations=tuple(r for r in old.calculations if r.path in paths and cites(r.source_rule)),
        waived=tuple(r for r in old.waived if cites(r.source_rule)),
        pages=old.pages if all(path in paths for page in old.pages for path in page.paths) else (),
    )


def _editable(actor: Actor, version_id: UUID) -> FormVersion:
    row = policies.find_version(actor, version_id, lock=True)
    if row.state != FormVersion.State.DRAFT:
        raise VersionFixed()
    return row


@transaction.atomic
def save_ruleset(
    *,
    actor: Actor,
    version_id: UUID,
    ruleset: Ruleset,
    revision: int,
    action: str = "forms.edit_rules",
    now: datetime,
) -> FormVersionInfo:
    """Keep the rules of a version in progress. Raises ``Conflict`` when somebody else saved since ``revision``."""
    row = _editable(actor, version_id)
    if row.revision != revision:
        raise Conflict()
    document = ruleset_to_json(ruleset)
    parse_ruleset(document)
    row.ruleset = document
    row.revision += 1
    row.save(update_fields=["ruleset", "revision"])
    _audit(actor, action, row, now, {"revision": row.revision})
    return version_info(row)


@transaction.atomic
def copy_version(*, actor: Actor, version_id: UUID, note: str = "", now: datetime) -> FormVersionInfo:
    """A new version in progress with the content of another one (to change rules of a published form)."""
    old = policies.find_version(actor, version_id)
    FormDefinition.objects.select_for_update().get(pk=old.definition_id)
    newest = old.definition.versions.order_by("-number").first() or old
    row = FormVersion.objects.create(
        definition=old.definition,
        number=newest.number + 1,
        model=old.model,
        ruleset=old.ruleset,
        texts=old.texts,
        note=note[:500],
        source_name=old.source_name,
        source_sha256=old.source_sha256,
        source_file_id=old.source_file_id,
        created_at=now,
        created_by_id=actor.account_id,
    )
    _audit(actor, "forms.copy", row, now, {"from": str(old.pk), "number": row.number})
    return version_info(row)


@transaction.atomic
def delete_version(*, actor: Actor, version_id: UUID, now: datetime) -> None:
    """Throw away a version in progress (with its previews)."""
    row = _editable(actor, version_id)
    _audit(actor, "forms.delete_version", row, now, {"number": row.number})
    Draft.objects.filter(version=row).delete()
    row.delete()


def reasons_against(row: FormVersion, parameters: Collection[str] | None = None) -> list[str]:
    """Why a version cannot be published yet, as sentences; empty when it can.

    ``parameters``: names of the municipality's values where the caller brings them along; else those known now.
    """
    info = version_info(row)
    if parameters is None and info.loaded.uses_parameters:
        parameters = parameters_of(info.service_slug)
    reasons = [problem.message for problem in check_ruleset(info.ruleset, info.form, parameters=parameters)]
    missing = sorted(key for _, key in references(info.form) if key not in info.loaded.code_lists)
    reasons += [f"Die Codeliste „{key}“ fehlt. Lesen Sie sie zuerst ein." for key in missing]
    return reasons


@transaction.atomic
def publish(
    *,
    actor: Actor,
    version_id: UUID,
    now: datetime,
    drafts_may_finish: bool = True,
    parameters: Collection[str] | None = None,
) -> FormVersionInfo:
    """Go live; the published version before is retired, cases and (if allowed) drafts on it go on.

    Raises ``NotPublishable`` with every reason, ``VersionFixed``.
    """
    row = _editable(actor, version_id)
    FormDefinition.objects.select_for_update().get(pk=row.definition_id)
    reasons = reasons_against(row, parameters)
    if reasons:
        raise NotPublishable(reasons)
    before = row.definition.versions.filter(state=FormVersion.State.PUBLISHED).first()
    if before is not None:
        _retire(before, now, drafts_may_finish=drafts_may_finish)
    row.code_list_ids = sorted({found.pk for found in resolve(version_info(row).form).values()})
    row.state = FormVersion.State.PUBLISHED
    row.published_at, row.published_by_id = now, actor.account_id
    row.save(update_fields=["code_list_ids", "state", "published_at", "published_by_id"])
    details = {
        "service": row.definition.service_slug,
        "number": row.number,
        "replaced": before.number if before else None,
    }
    _audit(actor, "forms.publish", row, now, details)
    bus.publish(
        events.FormPublished(
            version_id=row.pk,
            service_slug=row.definition.service_slug,
            number=row.number,
            tenant_id=tenancy.current_id(),
            now=now,
        )
    )
    return version_info(row)


@transaction.atomic
def retire(*, actor: Actor, version_id: UUID, drafts_may_finish: bool, now: datetime) -> FormVersionInfo:
    """Take a published version off line; drafts on it may be finished or not."""
    row = policies.find_version(actor, version_id, lock=True)
    if row.state == FormVersion.State.DRAFT:
        raise Conflict("Nur eine veröffentlichte Fassung lässt sich vom Netz nehmen.")
    _retire(row, now, drafts_may_finish=drafts_may_finish)
    _audit(actor, "forms.retire", row, now, {"number": row.number, "drafts_may_finish": drafts_may_finish})
    return version_info(row)


def _retire(row: FormVersion, now: datetime, *, drafts_may_finish: bool) -> None:
    row.state = FormVersion.State.RETIRED
    row.retired_at = row.retired_at or now
    row.drafts_may_finish = drafts_may_finish
    row.save(update_fields=["state", "retired_at", "drafts_may_finish"])


def _audit(actor: Actor, action: str, row: FormVersion, now: datetime, details: Mapping[str, Any]) -> None:
    audit.record(
        actor=actor,
        action=action,
        obj=("form_version", row.pk),
        now=now,
        details=dict(details),
        retention="administration",
    )
