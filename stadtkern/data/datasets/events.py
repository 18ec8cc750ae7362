"""Facts that others may react to."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetPublished:
    """A version is public now; earlier ones stay reachable under their number."""

    dataset_id: UUID
    slug: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetWithdrawn:
    """A dataset is no longer offered."""

    dataset_id: UUID
    slug: str
