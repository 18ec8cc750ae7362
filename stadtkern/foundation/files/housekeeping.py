"""Removing what a kill left behind, and checking that everything is still readable."""

from __future__ import annotations

import time
from dataclasses import dataclass
from uuid import UUID

from stadtkern.foundation.files import disk, queries
from stadtkern.foundation.files.errors import DamagedBlob
from stadtkern.foundation.files.models import Blob, StoredFile
from stadtkern.foundation.tenancy import api as tenancy

DAY = 24 * 3600


def sweep(*, older_than: float = DAY) -> int:
    """Remove files without a row (of the current tenant) that are older than a day; returns how many."""
    tenant = tenancy.current_id()
    known = {
        disk.path_of(tenant, address, salt)
        for address, salt in Blob.objects.order_by("id").values_list("address", "salt").iterator()
    }
    removed = 0
    for path in list(disk.all_of(tenant)):
        if path not in known and time.time() - path.stat().st_mtime > older_than:
            disk.remove(path)
            removed += 1
    return removed


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """A file that cannot be read any more."""

    file_id: UUID


def check_all() -> list[Damage]:
    """Read every file of the current tenant completely; the damaged ones."""
    found = []
    for file_id in StoredFile.objects.order_by("id").values_list("id", flat=True).iterator():
        try:
            with queries.open_stream(file_id) as stream:
                while stream.read(1024 * 1024):
                    pass
        except DamagedBlob:
            found.append(Damage(file_id=file_id))
    return found
