"""Reads of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from stadtkern.casework.services.content import ServiceContent, parse
from stadtkern.casework.services.models import CatalogState, Responsibility, Service, ServiceVersion
from stadtkern.foundation.organizations import api as organizations


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceInfo:
    """A published service as others see it."""

    id: UUID
    slug: str
    leika_key: str
    office_id: UUID | None
    online: bool
    assurance: str
    version: int
    published_at: datetime | None
    content: ServiceContent
    process: Mapping[str, Any] | None

    def title(self, language: str = "de") -> str:
        return self.content.title.in_language(language)

    def summary(self, language: str = "de") -> str:
        return self.content.summary.in_language(language)


def find(slug: str) -> ServiceInfo | None:
    """A published service, or None."""
    row = _published().filter(slug=slug).first()
    return _info(row) if row else None


def services(
    *, life_situation: str = "", office_id: UUID | None = None, online: bool | None = None
) -> list[ServiceInfo]:
    """Published services by title."""
    rows = _published()
    if life_situation:
        rows = rows.filter(life_situations__contains=[life_situation])
    if office_id is not None:
        rows = rows.filter(office_id=office_id)
    if online is not None:
        rows = rows.filter(online=online)
    return [_info(row) for row in rows.order_by("title", "id")]


def content_of(slug: str) -> ServiceContent | None:
    """Content of the published version, or None."""
    found = find(slug)
    return found.content if found else None


def process_of(slug: str) -> Mapping[str, Any] | None:
    """The process of the newest public version (also of a withdrawn service, whose cases go on), or None."""
    row = (
        Service.objects.select_related("published_version")
        .filter(slug=slug, published_version__isnull=False)
        .first()
    )
    return row.published_version.process if row and row.published_version else None


def catalog_version() -> int:
    """Moves with every publication; caches compare it."""
    return CatalogState.objects.values_list("version", flat=True).first() or 0


def responsible_office(slug: str, *, on: date, area: str = "") -> organizations.OfficeInfo | None:
    """The office for a service: that of the area if there is one, else the general one."""
    row = Service.objects.filter(slug=slug).first()
    if row is None:
        return None
    found = (
        Responsibility.objects.filter(service=row, valid_from_on__lte=on, area__in=["", area])
        .exclude(valid_to_on__lte=on)
        .order_by("-area", "id")
        .first()
    )
    office_id = found.office_id if found else row.office_id
    return organizations.office(id=office_id) if office_id else None


def versions(service_id: UUID) -> list[ServiceVersion]:
    """All versions of a service, the newest first."""
    return list(ServiceVersion.objects.filter(service_id=service_id).order_by("-number"))


def _published() -> Any:
    return Service.objects.select_related("published_version").filter(state=Service.State.PUBLISHED)


def _info(row: Service) -> ServiceInfo:
    version = row.published_version
    assert version is not None  # constraint published_service_has_version
    return ServiceInfo(
        id=row.pk,
        slug=row.slug,
        leika_key=row.leika_key,
        office_id=row.office_id,
        online=row.online,
        assurance=row.assurance_level,
        version=version.number,
        published_at=version.published_at,
        content=parse(version.content),
        process=version.process,
    )
