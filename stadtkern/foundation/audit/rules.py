"""What an entry's leaf is, and how long its content lives. Pure decisions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from stadtkern.kernel import merkle
from stadtkern.kernel.canonical import JSON, canonical

# Whole months after the end of the calendar year in which the entry was recorded; None: never erased.
RETENTION_MONTHS: Final[Mapping[str, int | None]] = {
    "security": 0,  # logins, refused access: end of the year (plus the year itself)
    "access": 12,  # reading of personal data: end of the following calendar year, BMG § 40 (5)
    "transfer": 24,  # transfers with the identification number, IDNrG § 9
    "administration": 60,
    "case": 120,  # ten years, as the records of most services
    "permanent": None,  # rules, publications, keys: no personal data
}


class UnknownRetention(ValueError):
    """A retention class that is not in the table: a mistake in the program."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The part of an entry that can be erased."""

    at: datetime
    recorded_at: datetime
    actor_kind: str
    actor_id: UUID | None
    action: str
    object_kind: str
    object_id: UUID | None
    outcome: str
    reason: str
    details: Mapping[str, JSON] | None


def content_digest(content: Content, salt: bytes) -> bytes:
    """SHA-256 over salt and canonical content: without the salt nobody can guess the content from it."""
    body: JSON = {
        "at": _moment(content.at),
        "recorded_at": _moment(content.recorded_at),
        "actor": {"kind": content.actor_kind, "id": _text(content.actor_id)},
        "action": content.action,
        "object": {"kind": content.object_kind, "id": _text(content.object_id)},
        "outcome": content.outcome,
        "reason": content.reason,
        "details": content.details,
    }
    return hashlib.sha256(salt + canonical(body)).digest()


def leaf_data(*, tenant_id: UUID, entry_id: UUID, retention: str, digest: bytes) -> bytes:
    """What the tree holds: it binds tenant, id (which carries the time) and class, so that none can be exchanged."""
    # Canonical JSON, written out: verifying a million entries spends most of its time here.
    return (
        f'{{"digest":"{digest.hex()}","id":"{entry_id}","retention":{json.dumps(retention)},'
        f'"tenant":"{tenant_id}","v":1}}'
    ).encode()


def leaf_hash(*, tenant_id: UUID, entry_id: UUID, retention: str, digest: bytes) -> bytes:
    """The hash of an entry's leaf."""
    return merkle.leaf_hash(
        leaf_data(tenant_id=tenant_id, entry_id=entry_id, retention=retention, digest=digest)
    )


def recorded_at_of(entry_id: UUID) -> datetime:
    """The moment inside a UUIDv7."""
    return datetime.fromtimestamp((entry_id.int >> 80) / 1000, UTC)


def may_be_erased(*, recorded_at: datetime, retention: str, now: datetime) -> bool:
    """Whether the content's time has run out: so many months after the end of the calendar year (UTC)."""
    months = RETENTION_MONTHS.get(retention)
    if months is None:
        return False
    years, rest = divmod(months, 12)
    return now >= datetime(recorded_at.year + 1 + years, 1 + rest, 1, tzinfo=UTC)


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)
