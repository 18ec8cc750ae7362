"""A proof for one entry that anybody can check without this program."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from uuid import UUID

from stadtkern.foundation.audit import rules
from stadtkern.foundation.audit.models import Checkpoint, Entry
from stadtkern.foundation.audit.tiles import Nodes
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel import merkle
from stadtkern.kernel.canonical import JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class InclusionProof:
    """Leaf, path and the signed checkpoint that an entry is part of."""

    index: int
    size: int
    leaf: bytes
    leaf_data: bytes
    path: tuple[bytes, ...]
    root: bytes
    note: str
    holds: bool

    def as_json(self) -> dict[str, JSON]:
        """For download: hashes in base 64, the leaf's data as text."""
        return {
            "index": self.index,
            "size": self.size,
            "leaf_data": self.leaf_data.decode(),
            "leaf_hash": base64.b64encode(self.leaf).decode(),
            "path": [base64.b64encode(part).decode() for part in self.path],
            "root": base64.b64encode(self.root).decode(),
            "checkpoint": self.note,
        }


def proof_for(entry_id: UUID) -> InclusionProof | None:
    """The proof against the newest checkpoint; None when the entry is unknown, not sealed yet, or nodes are missing."""
    entry = Entry.objects.filter(pk=entry_id, leaf_index__isnull=False).first()
    newest = Checkpoint.objects.order_by("-size").first()
    if entry is None or newest is None or entry.leaf_index is None or entry.leaf_index >= newest.size:
        return None
    data = rules.leaf_data(
        tenant_id=tenancy.current_id(),
        entry_id=entry.pk,
        retention=entry.retention,
        digest=bytes(entry.digest),
    )
    try:
        path = merkle.inclusion_proof(entry.leaf_index, newest.size, Nodes())
    except LookupError:
        return None
    leaf, root = merkle.leaf_hash(data), bytes(newest.root)
    return InclusionProof(
        index=entry.leaf_index,
        size=newest.size,
        leaf=leaf,
        leaf_data=data,
        path=tuple(path),
        root=root,
        note=newest.note,
        holds=merkle.verify_inclusion(
            index=entry.leaf_index, size=newest.size, leaf=leaf, proof=path, root=root
        ),
    )
