"""JSON API: the public catalogue."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Router, Schema
from pydantic import Field

from stadtkern.casework.services import queries
from stadtkern.casework.services.xzufi import as_json, as_xml
from stadtkern.kernel.errors import NotVisible

router = Router(tags=["services"])


class LocalText(Schema):
    """A text in German and, where it exists, English."""

    de: str
    en: str


class FeeOut(Schema):
    """``amount_cents`` null: depends on the case."""

    label: LocalText
    amount_cents: int | None
    legal_basis: str


class DeadlineOut(Schema):
    label: LocalText
    legal_basis: str


class DocumentOut(Schema):
    label: LocalText
    required: bool
    why: LocalText


class LegalBasisOut(Schema):
    citation: str
    title: LocalText


class ServiceLine(Schema):
    """A service in a list."""

    slug: str
    leika_key: str
    title: LocalText
    summary: LocalText
    online: bool
    office: str
    assurance_level: str
    version: int
    published_at: datetime | None
    url: str
    apply_url: str | None


class ServiceOut(ServiceLine):
    """Everything a service page says."""

    description: LocalText
    synonyms: dict[str, list[str]]
    life_situations: list[str]
    audience: list[str]
    fees: list[FeeOut]
    deadlines: list[DeadlineOut]
    processing_time: LocalText
    documents: list[DocumentOut]
    legal_basis: list[LegalBasisOut]
    steps: list[LocalText]
    related: list[str]
    reviewed_on: date | None
    external_url: str | None


class ServicePage(Schema):
    """A part of the list."""

    total: int
    offset: int
    items: list[ServiceLine]


def _line(info: queries.ServiceInfo, request: HttpRequest) -> dict[str, object]:
    return {
        **info.content.to_json(),
        "version": info.version,
        "published_at": info.published_at,
        "url": request.build_absolute_uri(reverse("site:service", args=[info.slug])),
        "apply_url": request.build_absolute_uri(f"/antrag/{info.slug}/") if info.online else None,
    }


@router.get(
    "/services", response=ServicePage, operation_id="listServices", summary="Veröffentlichte Leistungen"
)
def list_services(
    request: HttpRequest,
    life_situation: str = "",
    online: bool | None = None,
    offset: Annotated[int, Field(ge=0)] = 0,
    limit: Annotated[int, Field(ge=1, le=500)] = 100,
) -> dict[str, object]:
    """Published services by title, filtered by life situation or online."""
    found = queries.services(life_situation=life_situation, online=online)
    items = [_line(info, request) for info in found[offset : offset + limit]]
    return {"total": len(found), "offset": offset, "items": items}


@router.get("/services/{slug}", response=ServiceOut, operation_id="getService", summary="Eine Leistung")
def get_service(request: HttpRequest, slug: str) -> dict[str, object]:
    """One published service; 404 if there is none of this name."""
    return _line(_find(slug), request)


@router.get("/services/{slug}/xzufi", operation_id="exportService", summary="Eine Leistung als XZuFi 2.2")
def export_service(request: HttpRequest, slug: str, format: Literal["json", "xml"] = "xml") -> HttpResponse:
    """One published service in the exchange format of the portals (JSON model of the FIM portal or XML)."""
    content = _find(slug).content
    if format == "json":
        return HttpResponse(as_json(content), content_type="application/json")
    return HttpResponse(as_xml([content]), content_type="application/xml")


def _find(slug: str) -> queries.ServiceInfo:
    info = queries.find(slug)
    if info is None:
        raise NotVisible()
    return info
