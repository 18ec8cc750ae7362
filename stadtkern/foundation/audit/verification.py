"""Finding change, deletion, reordering and truncation of the log: everything is computed again from the content.

What is compared: content with its digest, the leaf with the tile, all tiles with every signed checkpoint, and the newest
checkpoint outside of the database (or the copy an auditor brings along) with the tree.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import Max

from stadtkern.foundation.audit import rules
from stadtkern.foundation.audit.models import Checkpoint, Entry, Tile
from stadtkern.foundation.audit.seal import KEY_NAME, origin_of, outside_path
from stadtkern.foundation.keys import api as keys
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel import clock, merkle, signed_note

Kind = Literal["changed", "missing", "reordered", "truncated", "bad_signature"]

MOST_PROBLEMS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """``index`` is the place of the entry from 0; with ``bad_signature`` that of the checkpoint, -1 the one outside."""

    kind: Kind
    index: int


@dataclass(slots=True, kw_only=True)
class Report:
    """What was looked at and what was found (at most 1,000 problems, in order)."""

    entries: int = 0
    sealed: int = 0
    checkpoints: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.problems

    def add(self, kind: Kind, index: int) -> None:
        problem = Problem(kind=kind, index=index)
        if len(self.problems) < MOST_PROBLEMS and problem not in self.problems[-50:]:
            self.problems.append(problem)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Signed:
    """A checkpoint whose signature is right; ``ordinal`` -1: kept outside of the database."""

    ordinal: int
    size: int
    root: bytes


def verify(tenant: UUID, *, own_copy: str | None = None) -> Report:
    """Check the whole log of a tenant. ``own_copy`` is a checkpoint (signed note) that an auditor has kept."""
    with tenancy.act_for(tenant):
        report = Report(entries=Entry.objects.count())
        signed = _checkpoints(tenant, report, own_copy)
        tiles = _leaves_in_tiles()
        leaves = _check_entries(tenant, report, tiles)
        claimed = Checkpoint.objects.aggregate(largest=Max("size"))["largest"] or 0
        _check_lengths(report, signed, count=len(leaves), claimed=claimed)
        _check_roots(report, signed, tiles if len(tiles) >= len(leaves) else leaves)
    report.problems.sort(key=lambda problem: (problem.index, problem.kind))
    return report


def _checkpoints(tenant: UUID, report: Report, own_copy: str | None) -> list[_Signed]:
    """Those with a right signature, by size."""
    origin, public_key = origin_of(tenant), keys.provider().public_key(tenant, KEY_NAME)
    notes = [
        (ordinal, note, size, bytes(root))
        for ordinal, (note, size, root) in enumerate(
            Checkpoint.objects.order_by("size").values_list("note", "size", "root").iterator()
        )
    ]
    report.checkpoints = len(notes)
    outside = outside_path(tenant)
    kept = outside.read_text(encoding="utf-8") if outside.exists() else None
    found = []
    for ordinal, note, size, root in [
        *notes,
        *((-1, text, None, None) for text in (kept, own_copy) if text is not None),
    ]:
        try:
            text = signed_note.opened(note, name=origin, public_key=public_key, verify=keys.verify)
            read = signed_note.parse_checkpoint(text)
        except signed_note.BadNote:
            report.add("bad_signature", ordinal)
            continue
        if read.origin != origin or (size is not None and (read.size, read.root) != (size, root)):
            report.add("bad_signature", ordinal)
            continue
        found.append(_Signed(ordinal=ordinal, size=read.size, root=read.root))
    return sorted(found, key=lambda checkpoint: checkpoint.size)


def _leaves_in_tiles() -> list[bytes]:
    """Leaf hashes as the tiles have them, up to the first hole."""
    leaves: list[bytes] = []
    rows = Tile.objects.filter(level=0).order_by("number").values_list("number", "hashes")
    for number, hashes in rows.iterator(chunk_size=100):
        if number * 256 != len(leaves):
            break
        data = bytes(hashes)
        leaves += [data[at : at + 32] for at in range(0, len(data) - len(data) % 32, 32)]
    return leaves


def _rows() -> Iterator[tuple[Any, ...]]:
    yield from (
        Entry.objects.filter(leaf_index__isnull=False)
        .order_by("leaf_index")
        .values_list(
            "leaf_index",
            "id",
            "retention",
            "digest",
            "erased_at",
            "salt",
            "recorded_at",
            "at",
            "actor_kind",
            "actor_id",
            "action",
            "object_kind",
            "object_id",
            "outcome",
            "reason",
            "details",
        )
        .iterator(chunk_size=5_000)
    )


def _check_entries(tenant: UUID, report: Report, tiles: list[bytes]) -> list[bytes]:
    """Compare every entry with its digest and its leaf; returns the leaves as the entries have them."""
    now = clock.real_now()
    leaves: list[bytes] = []
    strangers: dict[int, bytes] = {}  # place: leaf that the tile does not have there
    for index, id, retention, digest, erased_at, *content in _rows():
        while len(leaves) < index:
            report.add("missing", len(leaves))
            leaves.append(tiles[len(leaves)] if len(leaves) < len(tiles) else b"\x00" * 32)
        leaf = rules.leaf_hash(tenant_id=tenant, entry_id=id, retention=retention, digest=bytes(digest))
        leaves.append(leaf)
        report.sealed += 1
        if index < len(tiles) and tiles[index] != leaf:
            strangers[index] = leaf
        elif not _content_is_right(id, retention, bytes(digest), erased_at, content, now):
            report.add("changed", index)
    _sort_strangers(report, strangers, tiles)
    return leaves


def _sort_strangers(report: Report, strangers: dict[int, bytes], tiles: list[bytes]) -> None:
    """A leaf that belongs to another place was moved; one that belongs nowhere was changed."""
    known = set(tiles) if strangers else set()
    for index, leaf in strangers.items():
        report.add("reordered" if leaf in known else "changed", index)


def _content_is_right(
    id: UUID, retention: str, digest: bytes, erased_at: datetime | None, content: list[Any], now: datetime
) -> bool:
    salt, recorded_at, *rest = content
    if erased_at is not None:
        # Nothing is left to compare; but it must have been time to erase (the id carries when it was recorded).
        empty = salt is None and not any(rest)
        return empty and rules.may_be_erased(
            recorded_at=rules.recorded_at_of(id), retention=retention, now=now
        )
    if salt is None or rest[0] is None:
        return False
    names = (
        "at",
        "actor_kind",
        "actor_id",
        "action",
        "object_kind",
        "object_id",
        "outcome",
        "reason",
        "details",
    )
    try:
        body = rules.Content(recorded_at=recorded_at, **dict(zip(names, rest, strict=True)))
        return rules.content_digest(body, bytes(salt)) == digest
    except (TypeError, ValueError):
        return False


def _check_lengths(report: Report, signed: list[_Signed], *, count: int, claimed: int) -> None:
    """Entries behind the last one that is there were cut off; sealed entries without a checkpoint lost theirs."""
    largest = signed[-1].size if signed else 0
    if largest > count:
        report.add("truncated", count)
    if claimed < count:
        report.add("truncated", claimed)


def _check_roots(report: Report, signed: list[_Signed], leaves: list[bytes]) -> None:
    """The tree must have had every signed root at its size; the first that differs bounds the place of the change."""
    tree, good = merkle.Growing(), 0
    for checkpoint in signed:
        if checkpoint.size > len(leaves):
            break
        for leaf in leaves[tree.size : checkpoint.size]:
            tree.append(leaf)
        if tree.root() != checkpoint.root:
            if not any(good <= problem.index < checkpoint.size for problem in report.problems):
                report.add("changed", good)
            return
        good = checkpoint.size
