"""Writes on drafts. A draft is the applicant's own notebook: its pages are saved without an audit entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from stadtkern.casework.forms import catalog, codes, policies
from stadtkern.casework.forms.actions import saving
from stadtkern.casework.forms.actions.owning import owner_of
from stadtkern.casework.forms.actions.uploads import (
    MAX_FILES,
    allowed_types,
    max_bytes,
    upload_field,
    upload_value,
)
from stadtkern.casework.forms.errors import (
    DraftExpired,
    DraftSent,
    FormNotOnline,
    FormWithdrawn,
    LoginTooWeak,
    TooManyCodes,
    TooManyFiles,
    WrongCode,
)
from stadtkern.casework.forms.info import DraftInfo, draft_info
from stadtkern.casework.forms.loading import LoadedForm, load
from stadtkern.casework.forms.models import (
    HEAVY,
    STAFF_CHANNELS,
    Channel,
    Draft,
    DraftFile,
    FormVersion,
    Submission,
)
from stadtkern.casework.forms.prefill import known_answers, party_answers
from stadtkern.casework.forms.runner import tree
from stadtkern.foundation.access.api import Actor, Mandate, NotAllowed
from stadtkern.foundation.accounts import api as accounts
from stadtkern.foundation.audit import api as audit
from stadtkern.foundation.businesses import api as businesses
from stadtkern.foundation.files import api as files
from stadtkern.foundation.tenancy import api as tenancy

LIFETIME = timedelta(days=30)
PREVIEW_LIFETIME = timedelta(days=1)
LOCK_AFTER = 8
LOCKED_FOR = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """On whose behalf staff enter an application, and how the city reaches that person."""

    name: str = ""
    email: str = ""
    address: str = ""


def published_row(service_slug: str) -> FormVersion:
    """The published version of a service. Raises ``FormNotOnline``."""
    rows = FormVersion.objects.select_related("definition").defer(*HEAVY)
    rows = rows.filter(definition__service_slug=service_slug)
    row = rows.filter(state=FormVersion.State.PUBLISHED).first()
    if row is None:
        raise FormNotOnline()
    return row


@transaction.atomic
def start_draft(
    *,
    actor: Actor,
    service_slug: str,
    now: datetime,
    on_behalf_of: str | None = None,
    prefill: Mapping[str, Any] | None = None,
    channel: str = Channel.ONLINE,
    person: Person | None = None,
    version_id: UUID | None = None,
    party_id: UUID | None = None,
) -> DraftInfo:
    """Begin an application on the published version (a preview names its version), for oneself or for a party.

    Raises ``FormNotOnline``, ``LoginTooWeak`` (a guest where the service needs a login), ``NotAllowed`` (also without a
    mandate for the party).
    """
    policies.require_channel(actor, channel)
    mandate = mandate_for(actor, party_id, service_slug) if party_id is not None else None
    if channel == Channel.PREVIEW and version_id is not None:
        row = policies.find_version(actor, version_id)
    else:
        row = published_row(service_slug)
    if channel == Channel.ONLINE:
        _require_login(actor, service_slug)
    loaded = load(row)
    person = person or Person(name=on_behalf_of or "")
    if mandate is not None:
        person = party_of(mandate)
    values = dict(prefill or {}) if prefill is not None else _own_answers(actor, loaded, channel, mandate)
    draft = _new(
        actor=actor, row=row, channel=channel, values=values, now=now, person=person, mandate=mandate
    )
    info = _with_code(draft, guest=actor.account_id is None)
    _audit(actor, "forms.start_draft", draft, now)
    return info


def mandate_for(actor: Actor, party_id: UUID, service_slug: str) -> Mandate:
    """The right to apply for a party. Raises ``NotAllowed``."""
    mandate = actor.mandate(party_id, "apply", service_slug)
    if mandate is None:
        raise NotAllowed(
            "Für diese Person oder dieses Unternehmen dürfen Sie hier keinen Antrag stellen.",
            message_en="You may not apply for this person or business here.",
        )
    return mandate


def party_of(mandate: Mandate) -> Person:
    """For whom it is, and where messages go: to the party, not to who acts for it."""
    found = businesses.business(mandate.party) if mandate.kind == "business" else None
    if found is not None:
        return Person(name=found.legal_name, email=found.email, address=found.address)
    account = accounts.account(mandate.party)
    return Person(name=mandate.name, email=account.email if account else "")


def _require_login(actor: Actor, service_slug: str) -> None:
    needed = catalog.assurance_needed(service_slug)
    if needed and actor.account_id is None:
        raise LoginTooWeak(needed)


def _own_answers(actor: Actor, loaded: LoadedForm, channel: str, mandate: Mandate | None) -> dict[str, Any]:
    if channel != Channel.ONLINE or actor.account_id is None:
        return {}
    if mandate is None:
        return known_answers(loaded, actor.account_id)
    return party_answers(loaded, mandate, actor.account_id)


def _new(
    *,
    actor: Actor,
    row: FormVersion,
    channel: str,
    values: dict[str, Any],
    now: datetime,
    person: Person,
    amends: Submission | None = None,
    mandate: Mandate | None = None,
) -> Draft:
    lifetime = PREVIEW_LIFETIME if channel == Channel.PREVIEW else LIFETIME
    owner = owner_of(actor, mandate, own=actor.account_id)
    return Draft(
        version=row,
        account_id=owner.account_id,
        business_id=owner.business_id,
        acted_by_id=owner.acted_by_id,
        power_id=owner.power_id,
        channel=channel,
        on_behalf_of=person.name[:300],
        contact_email=person.email[:254],
        contact_address=person.address[:500],
        language=actor.language[:2],
        values=saving.kept(values),
        created_at=now,
        updated_at=now,
        expires_at=now + lifetime,
        amends=amends,
    )


def _with_code(draft: Draft, *, guest: bool) -> DraftInfo:
    """Save a new draft with the secrets that open it; they are shown only now."""
    token = codes.new_token()
    draft.device_digest = codes.token_digest(token)
    code = codes.new_code() if guest else ""
    draft.code_digest = codes.digest(code) if code else draft.code_digest
    draft.save(force_insert=True)
    return draft_info(draft, code=code, token=token)


@transaction.atomic
def start_amendment(*, actor: Actor, submission_id: UUID, now: datetime) -> DraftInfo:
    """Begin a new version of an own submission, filled with what was sent. One amending draft at a time."""
    old = policies.find_submission(actor, submission_id, "amend")
    latest = Submission.objects.filter(root_id=old.root_id or old.pk).order_by("-number").first() or old
    known = Draft.objects.filter(amends=latest, submission__isnull=True, expires_at__gt=now)
    mine = (
        known.filter(pk__in=policies.drafts_visible_to(actor)).select_related("version__definition").first()
    )
    if mine is not None:
        return draft_info(mine)
    own = latest.account_id is not None and latest.account_id == actor.account_id
    own = own or actor.mandate(latest.business_id, "apply", latest.service_slug) is not None
    staff = actor.is_staff and policies.may_enter(actor) and not own
    channel = Channel.COUNTER if staff else Channel.ONLINE
    person = Person(name=latest.on_behalf_of, email=latest.contact_email, address=latest.contact_address)
    draft = _new(
        actor=actor,
        row=latest.version,
        channel=channel,
        values=latest.values,
        now=now,
        person=person,
        amends=latest,
        mandate=None
        if staff
        else actor.mandate(latest.business_id or latest.account_id, "apply", latest.service_slug),
    )
    draft.code_digest = latest.guest_code_digest  # the code of the application opens its amendment, too
    info = _with_code(draft, guest=False)
    taken = [UUID(str(file["id"])) for _, file in tree.files_in(draft.values) if file.get("id")]
    DraftFile.objects.bulk_create(
        [DraftFile(draft=draft, file_id=id, added_at=now) for id in dict.fromkeys(taken)]
    )
    _audit(actor, "forms.start_amendment", draft, now)
    return info


# --- going on ----------------------------------------------------------------------------------------------------


def require_usable(draft: Draft, now: datetime) -> None:
    """Raises ``DraftSent``, ``DraftExpired`` or ``FormWithdrawn`` when nothing may be changed any more."""
    if draft.submission_id is not None:
        raise DraftSent()
    if draft.expires_at <= now:
        raise DraftExpired()
    version = draft.version
    retired = version.state == FormVersion.State.RETIRED and not version.drafts_may_finish
    if retired and draft.amends_id is None and draft.channel != Channel.PREVIEW:
        raise FormWithdrawn()


@transaction.atomic
def save_answers(
    *,
    actor: Actor,
    draft_id: UUID,
    answers: Mapping[str, Any],
    now: datetime,
    base: str | None = None,
    page: str = "",
    done: bool | None = None,
) -> DraftInfo:
    """Put answers (by static path, as typed) into the draft.

    ``base`` is the fingerprint these paths had when the page was shown: if somebody else changed them since, nothing
    is written and ``DraftChanged`` is raised, unless both wrote the same. ``done`` marks the page as (not) complete.
    """
    draft = policies.find_draft(actor, draft_id, lock=True)
    require_usable(draft, now)
    return _save(draft, answers=answers, base=base, page=page, done=done, now=now)


def _save(
    draft: Draft, *, answers: Mapping[str, Any], base: str | None, page: str, done: bool | None, now: datetime
) -> DraftInfo:
    saving.put(draft, answers=answers, base=base, page=page, done=done, now=now)
    draft.save(update_fields=saving.FIELDS)
    return draft_info(draft)


@transaction.atomic
def keep_answers_of_lost_session(
    *, draft_id: UUID, token: str, answers: Mapping[str, Any], base: str, page: str, now: datetime
) -> bool:
    """The login ended while somebody typed: the browser that began the draft may still add to it (never read it).

    True when the answers were kept.
    """
    draft = (
        Draft.objects.select_for_update(of=("self",))
        .select_related("version__definition")
        .filter(pk=draft_id)
        .first()
    )
    if draft is None or not codes.token_fits(token, draft.device_digest):
        return False
    require_usable(draft, now)
    _save(draft, answers=answers, base=base, page=page, done=None, now=now)
    return True


@transaction.atomic
def attach_file(
    *, actor: Actor, draft_id: UUID, path: str, name: str, content: Any, now: datetime, page: str = ""
) -> DraftInfo:
    """Store an upload and put it at the instance path of its field.

    Raises the refusals of ``files`` (size, type, virus, broken), ``TooManyFiles``, ``NotVisible`` for a wrong path.
    """
    draft = policies.find_draft(actor, draft_id, lock=True)
    require_usable(draft, now)
    field, repeated = upload_field(load(draft.version), path)
    if draft.files.count() >= MAX_FILES:
        raise TooManyFiles()
    stored = files.store(
        content, name=name, allowed=allowed_types(field), max_bytes=max_bytes(field), purpose="draft", now=now
    )
    DraftFile.objects.get_or_create(draft=draft, file_id=stored.id, defaults={"added_at": now})
    entry = upload_value(stored)
    before = tree.get(draft.values, path)
    answers = {path: [*(before or []), entry] if repeated else entry}
    return _save(draft, answers=answers, base=None, page=page, done=None, now=now)


@transaction.atomic
def remove_file(
    *, actor: Actor, draft_id: UUID, path: str, file_id: UUID, now: datetime, page: str = ""
) -> DraftInfo:
    """Take an upload out of the draft; it is deleted when nothing else uses it."""
    draft = policies.find_draft(actor, draft_id, lock=True)
    require_usable(draft, now)
    _, repeated = upload_field(load(draft.version), path)
    before = tree.get(draft.values, path)
    items = before if isinstance(before, list) else [before]
    rest = [item for item in items if isinstance(item, dict) and item.get("id") != str(file_id)]
    info = _save(draft, answers={path: rest if repeated else None}, base=None, page=page, done=None, now=now)
    if str(file_id) not in {file.get("id") for _, file in tree.files_in(draft.values)}:
        forget_files(draft, only=file_id)
    return info


def forget_files(draft: Draft, only: UUID | None = None) -> None:
    """Delete the uploads of a draft, except those that belong to a submission."""
    rows = draft.files.filter(file_id=only) if only is not None else draft.files.all()
    from stadtkern.casework.forms.models import SubmissionFile

    ids = list(rows.order_by("id").values_list("file_id", flat=True))
    rows.delete()
    sent = set(SubmissionFile.objects.filter(file_id__in=ids).values_list("file_id", flat=True))
    shared = set(DraftFile.objects.filter(file_id__in=ids).values_list("file_id", flat=True))
    for id in ids:
        if id not in sent | shared:
            files.delete(id)


# --- link and code -------------------------------------------------------------------------------------------------


def open_draft(*, draft_id: UUID, code: str, now: datetime) -> DraftInfo:
    """The draft behind link and code; the caller keeps its id in the session.

    Raises ``WrongCode`` (also when there is no such draft), ``TooManyCodes``, ``DraftExpired``. Wrong codes are counted
    even though the request fails.
    """
    with transaction.atomic():
        rows = Draft.objects.select_for_update(of=("self",)).select_related("version__definition")
        draft = rows.filter(pk=draft_id).first()
        if draft is not None and draft.locked_until_at is not None and draft.locked_until_at > now:
            raise TooManyCodes()
        fits = draft is not None and codes.fits(code, draft.code_digest)
        if draft is not None and (not fits or draft.failed_codes):
            _count(draft, fits=fits, now=now)
    if draft is None or not fits:
        raise WrongCode()
    if draft.expires_at <= now:
        raise DraftExpired()
    return draft_info(draft)


def _count(draft: Draft, *, fits: bool, now: datetime) -> None:
    draft.failed_codes = 0 if fits else draft.failed_codes + 1
    locked = draft.failed_codes >= LOCK_AFTER
    draft.locked_until_at = now + LOCKED_FOR if locked else None
    draft.failed_codes = 0 if locked else draft.failed_codes
    draft.save(update_fields=["failed_codes", "locked_until_at"])


@transaction.atomic
def renew_code(*, actor: Actor, draft_id: UUID, now: datetime) -> DraftInfo:
    """A new code for an own draft; the old one stops working. Returned once in ``code``."""
    draft = policies.find_draft(actor, draft_id, lock=True)
    require_usable(draft, now)
    if draft.business_id is not None or draft.power_id is not None:
        raise NotAllowed()  # a code would outlive the right to act for somebody
    code = codes.new_code()
    draft.code_digest = codes.digest(code)
    draft.save(update_fields=["code_digest"])
    _audit(actor, "forms.renew_code", draft, now)
    return draft_info(draft, code=code)


@transaction.atomic
def adopt_draft(*, actor: Actor, draft_id: UUID, now: datetime) -> DraftInfo:
    """After a login the guest's draft moves into the account: from now on the account opens it."""
    draft = policies.find_draft(actor, draft_id, lock=True)
    if actor.account_id is None or draft.account_id is not None or draft.business_id is not None:
        return draft_info(draft)
    draft.account_id = actor.account_id
    draft.save(update_fields=["account_id"])
    _audit(actor, "forms.adopt_draft", draft, now)
    return draft_info(draft)


@transaction.atomic
def change_language(*, actor: Actor, draft_id: UUID, language: str) -> None:
    """The language of receipts and messages follows the language of the pages."""
    policies.drafts_visible_to(actor).filter(pk=draft_id, submission__isnull=True).update(
        language=language[:2]
    )


@transaction.atomic
def move_to_current_version(*, actor: Actor, draft_id: UUID, now: datetime) -> DraftInfo:
    """Take the answers over into the published version: those whose path it still knows."""
    draft = policies.find_draft(actor, draft_id, lock=True)
    if draft.submission_id is not None:
        raise DraftSent()
    if draft.expires_at <= now:
        raise DraftExpired()
    current = published_row(draft.version.definition.service_slug)
    old, new = load(draft.version).form, load(current).form
    kept: dict[str, Any] = {}
    for path, raw in tree.leaves(draft.values):
        static = tree.static_path(path)
        before, after = old.at(static), new.at(static)
        if (
            before
            and after
            and before.repeated == after.repeated
            and type(before.element) is type(after.element)
        ):
            kept = tree.put(kept, path, raw)
    draft.version, draft.values, draft.done_pages, draft.page = current, kept, [], ""
    draft.revision += 1
    draft.updated_at = now
    draft.save(update_fields=["version", "values", "done_pages", "page", "revision", "updated_at"])
    _audit(actor, "forms.move_draft", draft, now)
    return draft_info(draft)


@transaction.atomic
def discard_draft(*, actor: Actor, draft_id: UUID, now: datetime) -> None:
    """Erase an own draft with its uploads."""
    draft = policies.find_draft(actor, draft_id, lock=True)
    if draft.submission_id is not None:
        raise DraftSent()
    _audit(actor, "forms.discard_draft", draft, now)
    forget_files(draft)
    draft.delete()


@transaction.atomic
def expire_drafts(*, actor: Actor, now: datetime, limit: int = 500) -> int:
    """Erase drafts whose time is over (Art. 5 (1) e GDPR); returns how many."""
    rows = (
        Draft.objects.select_for_update(skip_locked=True)
        .filter(expires_at__lte=now)
        .order_by("expires_at", "id")
    )
    found = list(rows[:limit])
    for draft in found:
        forget_files(draft)
        draft.delete()
    if found:
        audit.record(
            actor=actor,
            action="forms.expire_drafts",
            obj=("tenant", tenancy.current_id()),
            now=now,
            details={"count": len(found)},
            retention="administration",
        )
    return len(found)


def acting_for(row: Draft | Submission) -> dict[str, str]:
    """For the audit: for whom somebody acted, and by which power of attorney; nothing where people act for themselves."""
    if row.acted_by_id is None:
        return {}
    found = {"for": str(row.business_id or row.account_id)}
    return found | ({"power": str(row.power_id)} if row.power_id is not None else {})


def _audit(actor: Actor, action: str, draft: Draft, now: datetime) -> None:
    details = {"version": str(draft.version_id), "channel": str(draft.channel), **acting_for(draft)}
    audit.record(
        actor=actor, action=action, obj=("draft", draft.pk), now=now, details=details, retention="access"
    )


__all__ = ["STAFF_CHANNELS", "Person", "start_draft"]
