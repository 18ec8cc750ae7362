"""Reads of the catalogue."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

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

    def procedure_texts(self) -> Mapping[str, Any]:
        """``texts.json`` of the procedure: deadline, appointment, retention; empty without a procedure."""
        text = ((self.process or {}).get("files") or {}).get("texts.json", "{}")
        found: Mapping[str, Any] = json.loads(text)
        return found


def find(slug: str) -> ServiceInfo | None:
    """A published service, or None."""
    row = _published().filter(slug=slug).first()
    return _info(row) if row else None


def services(
    *,
    life_situation: str = "",
    office_id: UUID | None = None,
    online: bool | None = None,
    on: date | None = None,
) -> list[ServiceInfo]:
    """Published services by title; of an office also those for which it is responsible in a part of the area on a day."""
    rows = _published()
    if life_situation:
        rows = rows.filter(life_situations__contains=[life_situation])
    if office_id is not None:
        here = Q(office_id=office_id)
        if on is not None:
            here |= Q(pk__in=valid_rules(on).filter(office_id=office_id).values("service_id"))
        rows = rows.filter(here)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Responsible:
    """The office for a service in an area and the team that gets its new cases (None: the first of the office)."""

    office_id: UUID | None
    team_id: UUID | None
    area: str


def responsible(slug: str, *, on: date, area: str = "") -> Responsible:
    """Who is responsible: the rule of the area if there is one, else the rule for everywhere, else the service."""
    row = Service.objects.filter(slug=slug).only("pk", "office_id").first()
    if row is None:
        return Responsible(office_id=None, team_id=None, area="")
    found = valid_rules(on).filter(service=row, area__in=["", area]).order_by("-area", "id").first()
    if found is None:
        return Responsible(office_id=row.office_id, team_id=None, area="")
    return Responsible(office_id=found.office_id, team_id=found.team_id, area=found.area)


def responsible_office(slug: str, *, on: date, area: str = "") -> organizations.OfficeInfo | None:
    """The office for a service: that of the area if there is one, else the general one."""
    office_id = responsible(slug, on=on, area=area).office_id
    return organizations.office(id=office_id) if office_id else None


def areas(slug: str, *, on: date) -> frozenset[str]:
    """The areas (keys of districts) that have an office or team of their own for this service."""
    rows = valid_rules(on).filter(service__slug=slug).exclude(area="")
    return frozenset(rows.order_by("area").values_list("area", flat=True))


def valid_rules(on: date) -> QuerySet[Responsibility]:
    """The rules of responsibility that hold on a day."""
    return Responsibility.objects.filter(valid_from_on__lte=on).exclude(valid_to_on__lte=on)


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
