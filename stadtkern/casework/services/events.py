"""Facts others may react to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicePublished:
    """A version of a service is public now (search, portals and caches should follow)."""

    tenant_id: UUID
    service_id: UUID
    slug: str
    version: int
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceWithdrawn:
    """A service is no longer public."""

    tenant_id: UUID
    service_id: UUID
    slug: str
    now: datetime
