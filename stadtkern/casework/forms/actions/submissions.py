"""Sending: the server judges everything again, writes once, and tells the house in the same transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from stadtkern.casework.forms import catalog, codes, events, policies
from stadtkern.casework.forms.actions.drafts import (
    Person,
    acting_for,
    mandate_for,
    party_of,
    published_row,
    require_usable,
)
from stadtkern.casework.forms.actions.owning import Owner, owner_of, still_of
from stadtkern.casework.forms.actions.uploads import Uploads, store_uploads
from stadtkern.casework.forms.canonical import payload_sha256
from stadtkern.casework.forms.errors import KeyReused, LoginTooWeak, SubmissionRefused
from stadtkern.casework.forms.evaluate import Evaluation
from stadtkern.casework.forms.info import SubmissionInfo, submission_info
from stadtkern.casework.forms.loading import LoadedForm, load
from stadtkern.casework.forms.models import (
    STAFF_CHANNELS,
    Channel,
    Draft,
    DraftFile,
    FormVersion,
    Submission,
    SubmissionFile,
)
from stadtkern.casework.forms.parameters import Parameters, kept, read
from stadtkern.casework.forms.prefill import known_answers
from stadtkern.casework.forms.runner import tree
from stadtkern.foundation.access.api import Actor, NotAllowed
from stadtkern.foundation.accounts import api as accounts
from stadtkern.foundation.audit import api as audit
from stadtkern.foundation.files import api as files
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel import clock
from stadtkern.kernel import events as bus
from stadtkern.kernel.errors import InvalidInput

SCOPE = "submissions"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Envelope:
    """Everything about a submission except its answers."""

    channel: str
    client: str
    key: str = ""
    request_sha256: str = ""
    owner: Owner = field(default_factory=Owner)
    entered_by_id: UUID | None = None
    person: Person = field(default_factory=Person)
    code_digest: str = ""
    language: str = "de"
    assurance: int = 0
    previous: Submission | None = None


# --- from a draft --------------------------------------------------------------------------------------------------


@transaction.atomic
def submit_draft(
    *, actor: Actor, draft_id: UUID, now: datetime, idempotency_key: str | None = None
) -> SubmissionInfo:
    """Send the draft. Sending it again gives the same submission.

    Raises ``SubmissionRefused`` with all problems, ``LoginTooWeak``, ``DraftExpired``, ``FormWithdrawn``.
    """
    draft = policies.find_draft(actor, draft_id, lock=True)
    if draft.submission_id is not None:
        # Not draft.submission: the join was read before the lock was granted.
        return submission_info(Submission.objects.get(pk=draft.submission_id))
    require_usable(draft, now)
    if draft.channel == Channel.PREVIEW:
        raise NotAllowed("Eine Vorschau wird nicht abgeschickt.", message_en="A preview is not sent.")
    policies.require_channel(actor, draft.channel)
    _require_assurance(actor, draft)
    loaded = load(draft.version)
    evaluation = judge(loaded, draft.values, now=now, account_id=_applicant(draft), previous=draft.amends)
    attached = _own_files(draft, evaluation)
    row, used = _write(draft.version, loaded, evaluation, _envelope(actor, draft, idempotency_key), now=now)
    _empty(draft, row, attached, used, now)
    _tell(
        row, actor=actor, now=now
    )  # last: whoever hears of it takes the next case number, and others wait for that
    return submission_info(row, used)


def _applicant(draft: Draft) -> UUID | None:
    return draft.account_id if draft.channel == Channel.ONLINE else None


def _require_assurance(actor: Actor, draft: Draft) -> None:
    if draft.channel != Channel.ONLINE:
        return
    needed = catalog.assurance_needed(draft.version.definition.service_slug)
    if actor.assurance < needed and actor.kind != "system":
        raise LoginTooWeak(needed)


def _own_files(draft: Draft, evaluation: Evaluation) -> list[UUID]:
    """The uploads of the draft. Raises ``NotAllowed`` when the answers name others."""
    own = list(draft.files.order_by("id").values_list("file_id", flat=True))
    known = {str(id) for id in own}
    if any(file.get("id") not in known for _, file in tree.files_in(evaluation.values)):
        raise NotAllowed()
    return own


def _envelope(actor: Actor, draft: Draft, key: str | None) -> _Envelope:
    staff = draft.channel in STAFF_CHANNELS
    old = draft.amends if staff and draft.amends is not None else draft
    applicant = _applicant(draft) if old is draft else old.account_id
    return _Envelope(
        channel=draft.channel,
        client=f"draft:{draft.pk}",
        key=key or str(draft.pk),
        owner=still_of(actor, old, draft.version.definition.service_slug, account_id=applicant),
        entered_by_id=actor.account_id if staff else None,
        person=Person(name=draft.on_behalf_of, email=draft.contact_email, address=draft.contact_address),
        code_digest=draft.code_digest or (draft.amends.guest_code_digest if draft.amends is not None else ""),
        language=draft.language,
        assurance=0 if staff else actor.assurance,
        previous=draft.amends,
    )


def _empty(
    draft: Draft, row: Submission, attached: list[UUID], used: tuple[UUID, ...], now: datetime
) -> None:
    """The answers live in the submission now; the draft only remembers where they went."""
    if attached:
        draft.files.all().delete()
    for id in attached:
        if (
            id not in used
            and not SubmissionFile.objects.filter(file_id=id).exists()
            and not DraftFile.objects.filter(file_id=id).exists()
        ):
            files.delete(id)
    draft.submission, draft.values, draft.updated_at = row, {}, now
    draft.revision += 1
    draft.save(update_fields=["submission", "values", "updated_at", "revision"])


# --- in one go -----------------------------------------------------------------------------------------------------


def create_submission(
    *,
    actor: Actor,
    service_slug: str,
    values: Mapping[str, Any],
    files: Uploads | None = None,
    now: datetime,
    channel: str = Channel.API,
    idempotency_key: str = "",
    person: Person | None = None,
    guest_code: str = "",
    party_id: UUID | None = None,
) -> SubmissionInfo:
    """Send a whole application at once, for oneself or for a party one may apply for. Uploads come in ``files`` by instance path, or inside the values as objects
    ``{"name", "content": base64}``. The same key and content give the same submission. ``guest_code`` opens the case without an account.

    Raises ``SubmissionRefused``, ``KeyReused``, ``LoginTooWeak``, ``FormNotOnline`` and the refusals of ``files``.
    """
    policies.require_channel(actor, channel)
    mandate = mandate_for(actor, party_id, service_slug) if party_id is not None else None
    _refuse_too_deep(values)
    uploads = dict(files or {})
    client, digest = _client(actor), _request_digest(service_slug, values, uploads)
    known = _sent_before(client, idempotency_key, digest)
    if known is not None:
        return known
    try:
        with transaction.atomic():
            return _create(
                actor=actor,
                service_slug=service_slug,
                values=values,
                uploads=uploads,
                now=now,
                envelope=_Envelope(
                    channel=channel,
                    client=client,
                    key=idempotency_key[:200],
                    request_sha256=digest,
                    owner=owner_of(actor, mandate, own=_own_account(actor, channel)),
                    entered_by_id=actor.account_id if actor.kind in ("staff", "machine") else None,
                    person=party_of(mandate) if mandate is not None else person or Person(),
                    code_digest=codes.digest(guest_code) if guest_code else "",
                    language=actor.language[:2],
                    assurance=actor.assurance,
                ),
            )
    except IntegrityError:
        # Another request with the same key was faster; its transaction is committed now.
        known = _sent_before(client, idempotency_key, digest)
        if known is None:
            raise
        return known


def _own_account(actor: Actor, channel: str) -> UUID | None:
    """The account of whoever sends for herself; None for guests and staff."""
    own = channel in (Channel.ONLINE, Channel.API) and actor.kind == "resident"
    return actor.account_id if own else None


def _refuse_too_deep(values: Mapping[str, Any]) -> None:
    if tree.is_too_deep(values):
        raise InvalidInput(
            "Die Angaben sind zu tief verschachtelt.", message_en="The values are nested too deeply."
        )


def _client(actor: Actor) -> str:
    return f"{actor.kind}:{actor.account_id}" if actor.account_id else "anonymous"


def _sent_before(client: str, key: str, digest: str) -> SubmissionInfo | None:
    if not key:
        return None
    row = Submission.objects.filter(client=client, idempotency_key=key[:200]).first()
    if row is None:
        return None
    if row.request_sha256 != digest:
        raise KeyReused()
    return submission_info(row)


def _request_digest(slug: str, values: Mapping[str, Any], uploads: Uploads) -> str:
    sums = {
        path: [[item.name, sha256(item.content).hexdigest()] for item in items]
        for path, items in uploads.items()
    }
    text = json.dumps([slug, tree.storable(values), sums], sort_keys=True, ensure_ascii=True, default=str)
    return sha256(text.encode()).hexdigest()


def _create(
    *,
    actor: Actor,
    service_slug: str,
    values: Mapping[str, Any],
    uploads: Uploads,
    now: datetime,
    envelope: _Envelope,
) -> SubmissionInfo:
    row = published_row(service_slug)
    _require_api_login(actor, service_slug, envelope)
    loaded = load(row)
    complete = store_uploads(loaded, values, uploads, now=now)
    evaluation = judge(loaded, complete, now=now, account_id=envelope.owner.account_id)
    return _written(row, loaded, evaluation, envelope, actor=actor, now=now)


def _require_api_login(actor: Actor, service_slug: str, envelope: _Envelope) -> None:
    """Programs with the scope speak for their users; people need the level of the service."""
    needed = catalog.assurance_needed(service_slug)
    trusted = envelope.channel in STAFF_CHANNELS or SCOPE in actor.scopes or actor.kind == "system"
    if needed > actor.assurance and not trusted:
        raise LoginTooWeak(needed)


@transaction.atomic
def amend_submission(
    *,
    actor: Actor,
    submission_id: UUID,
    values: Mapping[str, Any],
    files: Uploads | None = None,
    now: datetime,
) -> SubmissionInfo:
    """A new version of an own submission on the same form version; the old one is kept.

    Values carry the uploads that stay (as they were) and new ones. The house hears of it as of one sent through the pages
    (``SubmissionAmended``): its case takes the new version and notes it in the timeline. Raises ``SubmissionRefused``; ``Conflict`` if
    somebody amended it meanwhile.
    """
    _refuse_too_deep(values)
    found = policies.find_submission(actor, submission_id, "amend")
    old = (
        Submission.objects.select_related("version__definition")
        .select_for_update(of=("self",))
        .get(pk=found.pk)
    )
    loaded = load(old.version)
    keep = {str(id) for id in old.files.values_list("file_id", flat=True)}
    complete = store_uploads(loaded, values, dict(files or {}), now=now, keep=keep)
    evaluation = judge(loaded, complete, now=now, account_id=old.account_id, previous=old)
    envelope = _Envelope(
        channel=old.channel
        if actor.account_id == old.account_id or old.business_id is not None
        else Channel.COUNTER
        if actor.is_staff
        else old.channel,
        client=f"amend:{old.pk}",
        owner=still_of(actor, old, old.service_slug, account_id=old.account_id),
        entered_by_id=actor.account_id if actor.is_staff else None,
        person=Person(name=old.on_behalf_of, email=old.contact_email, address=old.contact_address),
        code_digest=old.guest_code_digest,
        language=old.language,
        assurance=actor.assurance,
        previous=old,
    )
    return _written(old.version, loaded, evaluation, envelope, actor=actor, now=now)


# --- judging and writing -------------------------------------------------------------------------------------------


def judge(
    loaded: LoadedForm,
    values: Mapping[str, Any],
    *,
    now: datetime,
    account_id: UUID | None,
    previous: Submission | None = None,
) -> Evaluation:
    """The answers as the server understands them; a new version of an application keeps the values of the municipality that
    held for the first. Raises ``SubmissionRefused`` when something is wrong."""
    trusted = known_answers(loaded, account_id) if account_id is not None else {}
    evaluation = loaded.judge(
        values, today=clock.local(now).date(), prefilled=trusted, parameters=parameters_for(loaded, previous)
    )
    if not evaluation.ok:
        raise SubmissionRefused(evaluation.problems)
    return evaluation


def parameters_for(loaded: LoadedForm, previous: Submission | None) -> Parameters:
    """The values of the municipality that hold: those kept with the application, else those of now."""
    return read(previous.parameters) if previous is not None else loaded.parameters()


def _written(
    version: FormVersion,
    loaded: LoadedForm,
    evaluation: Evaluation,
    envelope: _Envelope,
    *,
    actor: Actor,
    now: datetime,
) -> SubmissionInfo:
    row, used = _write(version, loaded, evaluation, envelope, now=now)
    _tell(row, actor=actor, now=now)
    return submission_info(row, used)


def _write(
    version: FormVersion, loaded: LoadedForm, evaluation: Evaluation, envelope: _Envelope, *, now: datetime
) -> tuple[Submission, tuple[UUID, ...]]:
    """The submission and its files in the order of their places."""
    previous = envelope.previous
    row = Submission.objects.create(
        version=version,
        service_slug=loaded.service_slug,
        number=previous.number + 1 if previous else 1,
        previous=previous,
        root_id=(previous.root_id or previous.pk) if previous else None,
        channel=envelope.channel,
        account_id=envelope.owner.account_id,
        business_id=envelope.owner.business_id,
        acted_by_id=envelope.owner.acted_by_id,
        power_id=envelope.owner.power_id,
        entered_by_id=envelope.entered_by_id,
        on_behalf_of=envelope.person.name,
        contact_email=_email(loaded, evaluation, envelope),
        contact_address=envelope.person.address,
        guest_code_digest=envelope.code_digest,
        language=envelope.language,
        assurance=envelope.assurance,
        values=evaluation.values,
        parameters=kept(evaluation.run.parameters) if loaded.uses_parameters else {},
        sha256=payload_sha256(evaluation.values),
        client=envelope.client,
        idempotency_key=envelope.key,
        request_sha256=envelope.request_sha256,
        submitted_at=now,
    )
    rows = sorted(_file_rows(row, evaluation), key=lambda item: item.path)
    if rows:
        SubmissionFile.objects.bulk_create(rows)
    return row, tuple(item.file_id for item in rows)


def _file_rows(row: Submission, evaluation: Evaluation) -> list[SubmissionFile]:
    return [
        SubmissionFile(
            submission=row,
            file_id=UUID(str(file["id"])),
            path=path[:500],
            name=file["name"],
            media_type=file["media_type"],
            size=file["size"],
            sha256=file["sha256"],
        )
        for path, file in tree.files_in(evaluation.values)
    ]


def _email(loaded: LoadedForm, evaluation: Evaluation, envelope: _Envelope) -> str:
    """Where messages go: what staff noted, else the form's e-mail field, else the account's address."""
    path = loaded.ruleset.aliases.get("email")
    typed = tree.get(evaluation.values, path) if path else None
    if envelope.person.email:
        return envelope.person.email
    if isinstance(typed, str) and "@" in typed and len(typed) <= 254:
        return typed
    account = accounts.account(envelope.owner.account_id) if envelope.owner.account_id else None
    return account.email if account else ""


def _tell(row: Submission, *, actor: Actor, now: datetime) -> None:
    first = row.previous_id is None
    audit.record(
        actor=actor,
        action="forms.submit" if first else "forms.amend",
        obj=("submission", row.pk),
        now=now,
        details={
            "service": row.service_slug,
            "channel": str(row.channel),
            "sha256": row.sha256,
            "number": row.number,
            **acting_for(row),
        },
        retention="case",
    )
    if row.previous_id is None:
        bus.publish(
            events.FormSubmitted(
                submission_id=row.pk, service_slug=row.service_slug, tenant_id=tenancy.current_id(), now=now
            )
        )
        return
    bus.publish(
        events.SubmissionAmended(
            submission_id=row.pk,
            previous_id=row.previous_id,
            root_id=row.root_id or row.pk,
            service_slug=row.service_slug,
            tenant_id=tenancy.current_id(),
            now=now,
        )
    )
