"""What other modules use of organizations."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from stadtkern.foundation.organizations.checklist import SetupStep, register_setup_step
from stadtkern.foundation.organizations.middleware import forget, tenant_id_of
from stadtkern.foundation.organizations.models import Municipality, Office, Team
from stadtkern.foundation.organizations.rules import slug_of as short_name
from stadtkern.foundation.tenancy import api as tenancy

__all__ = [
    "MunicipalityInfo",
    "OfficeInfo",
    "SetupStep",
    "TeamInfo",
    "current",
    "find",
    "forget",
    "municipalities",
    "office",
    "offices",
    "public_address",
    "register_setup_step",
    "short_name",
    "slug_of",
    "team",
    "teams",
    "tenant_id_of",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class MunicipalityInfo:
    """A tenant as others see it."""

    id: UUID
    slug: str
    name: str
    kind: str
    ags: str
    state: str
    address: str
    phone: str
    sender_email: str
    color_primary: str
    color_accent: str
    logo_file_id: UUID | None
    brand: str
    domains: tuple[str, ...]
    operator: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeInfo:
    """An office as others see it."""

    id: UUID
    slug: str
    name: str
    name_en: str
    parent_id: UUID | None
    address: str
    phone: str
    email: str
    opening_hours: str

    def label(self, language: str = "de") -> str:
        return self.name_en if language == "en" and self.name_en else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamInfo:
    """A team as others see it."""

    id: UUID
    slug: str
    name: str
    office_id: UUID


def _municipality(row: Municipality) -> MunicipalityInfo:
    return MunicipalityInfo(
        id=row.pk,
        slug=row.slug,
        name=row.name,
        kind=row.kind,
        ags=row.ags,
        state=row.state,
        address=row.address,
        phone=row.phone,
        sender_email=row.sender_email,
        color_primary=row.color_primary,
        color_accent=row.color_accent,
        logo_file_id=row.logo_file_id,
        brand=row.brand,
        domains=tuple(row.domains),
        operator=row.operator,
    )


def _office(row: Office) -> OfficeInfo:
    return OfficeInfo(
        id=row.pk,
        slug=row.slug,
        name=row.name,
        name_en=row.name_en,
        parent_id=row.parent_id,
        address=row.address,
        phone=row.phone,
        email=row.email,
        opening_hours=row.opening_hours,
    )


def municipalities(*, also_inactive: bool = False) -> list[MunicipalityInfo]:
    """All active tenants, by name; ``also_inactive``: those that were switched off, too."""
    rows = Municipality.objects.all() if also_inactive else Municipality.objects.filter(active=True)
    return [_municipality(row) for row in rows.order_by("name")]


def find(slug: str) -> MunicipalityInfo | None:
    """One tenant by its short name, or None."""
    row = Municipality.objects.filter(slug=slug).first()
    return _municipality(row) if row else None


def slug_of(tenant_id: UUID) -> str:
    """The short name of a tenant; raises ``Municipality.DoesNotExist``."""
    return Municipality.objects.only("slug").get(pk=tenant_id).slug


def current() -> MunicipalityInfo:
    """The current tenant; raises ``NoTenant``."""
    return _municipality(Municipality.objects.get(pk=tenancy.current_id()))


def public_address(path: str) -> str:
    """The whole address of a page, under the name of the current municipality (for mails and answers of the API)."""
    base = str(settings.PUBLIC_URL).rstrip("/")
    here = current()
    if here.slug != settings.DEFAULT_TENANT and here.domains:
        scheme, _, host = base.partition("://")
        port = f":{host.rpartition(':')[2]}" if ":" in host and ":" not in here.domains[0] else ""
        base = f"{scheme}://{here.domains[0]}{port}"
    return base + path


def offices() -> list[OfficeInfo]:
    """All active offices of the current tenant, by name."""
    return [_office(row) for row in Office.objects.filter(active=True).order_by("name", "id")]


def office(*, slug: str | None = None, id: UUID | None = None) -> OfficeInfo | None:
    """One office of the current tenant by slug or id, or None."""
    rows = Office.objects.filter(slug=slug) if slug is not None else Office.objects.filter(pk__in=[id])
    row = rows.first()
    return _office(row) if row else None


def teams(office_id: UUID | None = None) -> list[TeamInfo]:
    """Active teams of the current tenant (of one office), by name."""
    rows = Team.objects.filter(active=True)
    if office_id is not None:
        rows = rows.filter(office_id=office_id)
    return [
        TeamInfo(id=t.pk, slug=t.slug, name=t.name, office_id=t.office_id)
        for t in rows.order_by("name", "id")
    ]


def team(*, slug: str) -> TeamInfo | None:
    """One team of the current tenant by slug, or None."""
    row = Team.objects.filter(slug=slug).first()
    return TeamInfo(id=row.pk, slug=row.slug, name=row.name, office_id=row.office_id) if row else None
