"""Giving entries their places in the tree, and signing how the tree stands."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from stadtkern.foundation.audit import rules, tiles
from stadtkern.foundation.audit.models import Checkpoint, Entry
from stadtkern.foundation.keys import api as keys
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel import clock, merkle, signed_note
from stadtkern.kernel.errors import DomainError

KEY_NAME = "audit"
BATCH = 20_000


class LogDamaged(DomainError):
    """The stored tree does not fit its last checkpoint: nothing is sealed on top of it."""

    code = "log-damaged"
    status = 500
    message = "Das Protokoll wurde verändert. Es wird nicht weiter besiegelt; prüfen Sie es mit „stadtkern audit verify“."
    message_en = (
        "The log was tampered with. It is not sealed any further; check it with “stadtkern audit verify”."
    )


def origin_of(tenant: UUID) -> str:
    """The name of a municipality's log; also the name of its key."""
    return f"stadtkern/{tenant}/audit"


def seal(*, at_most: int = BATCH) -> int:
    """Seal the committed entries of the current tenant that have no place yet; returns how many.

    Order is that of the ids, among those visible now: an entry whose transaction is still open is simply sealed
    next time, so no writer waits and no gap arises. One sealer at a time (advisory lock). Raises ``LogDamaged``.
    """
    tenant = tenancy.current_id()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"audit:{tenant}"])
        rows = list(
            Entry.objects.filter(leaf_index__isnull=True)
            .order_by("id")
            .values_list("id", "retention", "digest")[:at_most]
        )
        if not rows:
            return 0
        tree = _tree()
        start = tree.size
        made = []
        for id, retention, digest in rows:
            leaf = rules.leaf_hash(tenant_id=tenant, entry_id=id, retention=retention, digest=bytes(digest))
            made += tree.append(leaf)
        _give_places([row[0] for row in rows], start)
        tiles.append(made)
        note = _sign(tenant, tree.size, tree.root())
        Checkpoint.objects.create(size=tree.size, root=tree.root(), note=note, sealed_at=clock.real_now())
        transaction.on_commit(lambda: keep_outside(tenant, note))
    return len(rows)


def _tree() -> merkle.Growing:
    last = Checkpoint.objects.order_by("-size").first()
    if last is None:
        return tiles.growing(0)
    try:
        tree = tiles.growing(last.size)
    except LookupError as error:
        raise LogDamaged() from error
    if tree.root() != bytes(last.root):
        raise LogDamaged()
    return tree


def _give_places(ids: list[UUID], start: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE audit_entry e SET leaf_index = v.place FROM unnest(%s::uuid[], %s::bigint[]) AS v (id, place)"
            " WHERE e.id = v.id AND e.leaf_index IS NULL",
            [ids, list(range(start, start + len(ids)))],
        )
        if cursor.rowcount != len(ids):
            raise LogDamaged()


def _sign(tenant: UUID, size: int, root: bytes) -> str:
    origin, provider = origin_of(tenant), keys.provider()
    return signed_note.sign(
        signed_note.Checkpoint(origin=origin, size=size, root=root).text(),
        name=origin,
        public_key=provider.public_key(tenant, KEY_NAME),
        signer=lambda message: provider.sign(tenant, KEY_NAME, message),
    )


def outside_path(tenant: UUID) -> Path:
    """Where the newest checkpoint lies outside of the database: who cuts the log there does not reach it."""
    return Path(settings.DATA_DIR) / "audit" / f"{tenant}.checkpoint"


def keep_outside(tenant: UUID, note: str) -> None:
    """Replace the file by the newer checkpoint, whole or not at all; an older one never replaces a newer one."""
    path = outside_path(tenant)
    if path.exists() and _size_of(path.read_text(encoding="utf-8")) >= _size_of(note):
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(note)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)


def _size_of(note: str) -> int:
    try:
        return signed_note.parse_checkpoint(note.rpartition("\n\n")[0] + "\n").size
    except signed_note.BadNote:
        return -1


def erase_due(*, at_most: int = 5_000) -> int:
    """Erase the content of entries of the current tenant whose retention has run out; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_erase_due(%s)", [at_most])
        return int(cursor.fetchone()[0])
