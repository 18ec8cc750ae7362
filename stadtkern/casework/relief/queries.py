"""Reads of relief: the stored figures, never the cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from stadtkern.casework.relief.models import Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """All published figures: of each service, and of all together (None: nothing may be said yet)."""

    total: Figure | None
    services: tuple[Figure, ...]

    @property
    def to_on(self) -> date | None:
        return self.total.to_on if self.total else None

    @property
    def computed_at(self) -> datetime | None:
        return self.total.computed_at if self.total else None


def published() -> Published:
    """What the nightly job left, services with most cases first."""
    rows = list(Figure.objects.order_by("-cases", "title", "id")[:500])
    return Published(
        total=next((row for row in rows if not row.service_slug), None),
        services=tuple(row for row in rows if row.service_slug),
    )
