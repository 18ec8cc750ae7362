"""Reading pages for service managers: list, one service with its versions, preview, difference, export."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from stadtkern.casework.services import policies, presentation, queries, rules, xzufi
from stadtkern.casework.services.content import parse
from stadtkern.casework.services.models import Responsibility, Service, ServiceVersion
from stadtkern.foundation.access.api import Actor, NotVisible, Role, staff
from stadtkern.foundation.organizations import api as organizations
from stadtkern.foundation.places import api as places
from stadtkern.foundation.shell import api as shell
from stadtkern.kernel import clock, german_order

KINDS = {
    Service.State.DRAFT: "neutral",
    Service.State.PUBLISHED: "success",
    Service.State.WITHDRAWN: "danger",
}
SORTS = {
    "title": ("title", "id"),
    "state": ("state", "title"),
    "changed": ("changed_at", "id"),
    "review": ("reviewed_on", "title"),
}
PER_PAGE = 50


def responsibility_lines(service: Service, today: date) -> list[dict[str, Any]]:
    """The rules of a service that hold now or later: area, office, team, period."""
    names = {district.key: district.name for district in places.districts()}
    rules = service.responsibilities.select_related("office", "team").order_by("area", "-valid_from_on", "id")
    return [line for rule in rules if not (line := rule_line(rule, names, today))["ended"]]


def rule_line(rule: Responsibility, names: Mapping[str, str], today: date) -> dict[str, Any]:
    """One rule in words."""
    start = date_format(rule.valid_from_on, "SHORT_DATE_FORMAT")
    period = _("ab %(day)s") % {"day": start}
    if rule.valid_to_on:
        last = date_format(rule.valid_to_on, "SHORT_DATE_FORMAT")
        period = _("%(first)s bis vor %(last)s") % {"first": start, "last": last}
    ended = rule.valid_to_on is not None and rule.valid_to_on <= today
    return {
        "id": rule.pk,
        "area": area_name(rule.area, names),
        "office": rule.office.name,
        "team": rule.team.name if rule.team else "",
        "period": period,
        "ended": ended,
        "running": not ended and rule.valid_from_on <= today,
    }


def area_name(area: str, names: Mapping[str, str]) -> str:
    """The name of a district; everywhere when there is none."""
    return names.get(area, area) if area else _("überall, wo nichts anderes gilt")


def actor_of(request: HttpRequest) -> Actor:
    """Who asks."""
    return cast(Actor, cast(Any, request).actor)


def find(request: HttpRequest, slug: str) -> Service:
    """A service that the actor may edit; raises ``NotVisible``."""
    row = (
        policies.editable_by(actor_of(request))
        .select_related("office", "published_version")
        .filter(slug=slug)
        .first()
    )
    if row is None:
        raise NotVisible()
    return row


def state_label(state: str) -> str:
    """The state in the language of the page."""
    return {"draft": _("Entwurf"), "published": _("veröffentlicht"), "withdrawn": _("zurückgezogen")}[state]


def crumbs(*rest: tuple[str, str]) -> list[tuple[str, str]]:
    """The way from the list of services."""
    return [(_("Leistungen"), reverse("services-desk:list")), *rest]


@staff(Role.SERVICE_MANAGER)
@require_safe
def service_list(request: HttpRequest) -> HttpResponse:
    """All services the actor may edit, with filters and sorting."""
    today = clock.today()
    filters = {name: request.GET.get(name, "").strip() for name in ("q", "stand", "amt", "pruefen")}
    rows = _filtered(
        policies.editable_by(actor_of(request)).select_related("office", "published_version"), filters, today
    )
    sort, order = shell.sort_key(request, SORTS, "title")
    ordered: Any = rows.order_by(*order)
    if sort.lstrip("-") == "title":  # German order, which the database does not know
        ordered = german_order.in_order(ordered, lambda service: service.title)
        ordered = ordered[::-1] if sort.startswith("-") else ordered
    page = shell.paginate(request, ordered, PER_PAGE)
    context = {
        "table": _table(page.object_list, today, sort),
        "page": page,
        "total": page.paginator.count,
        "filters": filters,
        "filtered": any(filters.values()),
        "states": [(value, state_label(value)) for value in Service.State.values],
        "offices": [(office.slug, office.name) for office in organizations.offices()],
    }
    return render(request, "services/list.html", context)


def _filtered(rows: Any, filters: dict[str, str], today: Any) -> Any:
    if filters["q"]:
        rows = rows.filter(
            Q(title__icontains=filters["q"]) | Q(slug__icontains=filters["q"]) | Q(leika_key=filters["q"])
        )
    if filters["stand"] in Service.State.values:
        rows = rows.filter(state=filters["stand"])
    if filters["amt"]:
        rows = rows.filter(office__slug=filters["amt"])
    if filters["pruefen"] == "faellig":
        rows = rows.filter(Q(reviewed_on__isnull=True) | Q(reviewed_on__lte=today - rules.REVIEW_EVERY))
    if filters["pruefen"] == "vorlage":
        rows = rows.filter(upstream_pending__isnull=False)
    return rows


def _table(rows: Any, today: Any, sort: str) -> shell.Table:
    lines = []
    for service in rows:
        due = rules.review_due(service.reviewed_on, today)
        reviewed = (
            date_format(service.reviewed_on, "SHORT_DATE_FORMAT") if service.reviewed_on else _("noch nie")
        )
        href = reverse("services-desk:detail", args=[service.slug])
        note = _("Die Vorlage hat sich geändert") if service.upstream_pending else ""
        cells = [
            shell.Cell(text=service.title, href=href, note=note),
            shell.Cell(text=state_label(service.state), kind=KINDS[Service.State(service.state)]),
            shell.Cell(text=service.office.name if service.office else "–"),
            shell.Cell(text=_("ja") if service.online else _("nein")),
            shell.Cell(text=reviewed, kind="warning" if due else "", note=_("Prüfung fällig") if due else ""),
            shell.Cell(text=date_format(timezone.localtime(service.changed_at), "SHORT_DATE_FORMAT")),
        ]
        lines.append(shell.Row(cells=cells, key=service.slug))
    return shell.Table(
        caption=_("Leistungen"),
        caption_hidden=True,
        default_sort=sort,
        columns=[
            shell.Column(label=_("Name"), sort="title"),
            shell.Column(label=_("Stand"), sort="state"),
            shell.Column(label=_("Amt")),
            shell.Column(label=_("Online")),
            shell.Column(label=_("Geprüft am"), sort="review"),
            shell.Column(label=_("Geändert"), sort="changed"),
        ],
        rows=lines,
    )


@staff(Role.SERVICE_MANAGER)
@require_safe
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One service: state, what is missing, versions, next steps."""
    service = find(request, slug)
    versions = queries.versions(service.pk)
    newest = versions[0]
    public_id = service.published_version_id if service.state == Service.State.PUBLISHED else None
    content = parse(newest.content)
    context = {
        "service": service,
        "state": state_label(service.state),
        "kind": KINDS[Service.State(service.state)],
        "newest": newest,
        "unpublished": newest.pk != public_id,
        "facts": _facts(service, content),
        "missing_english": [rules.LABELS[name] for name in ("title", "summary", "description", "processing_time") if not getattr(content, name).en],
        "review_due": rules.review_due(service.reviewed_on, clock.today()),
        "versions": [_version_row(version, public_id) for version in versions],
        "responsibilities": responsibility_lines(service, clock.today()),
        "breadcrumb": crumbs((service.title, "")),
    }  # fmt: skip
    return render(request, "services/detail.html", context)


def _facts(service: Service, content: Any) -> list[Any]:
    public = reverse("site:service", args=[service.slug]) if service.state == Service.State.PUBLISHED else ""
    return [
        (_("Zuständiges Amt"), service.office.name if service.office else ""),
        (_("Leistungsschlüssel"), service.leika_key),
        (_("Online"), _("ja") if service.online else _("nein")),
        (_("Vertrauensniveau"), service.get_assurance_level_display()),
        (_("Sprachen"), ", ".join(service.languages)),
        (
            _("Fachlich geprüft am"),
            date_format(content.reviewed_on, "DATE_FORMAT") if content.reviewed_on else "",
        ),
        {"term": _("Öffentliche Seite"), "value": public, "href": public}
        if public
        else (_("Öffentliche Seite"), ""),
    ]


def _version_row(version: ServiceVersion, public_id: Any) -> dict[str, Any]:
    return {
        "number": version.number,
        "note": version.note,
        "created_at": version.created_at,
        "published_at": version.published_at,
        "is_public": version.pk == public_id,
        "before": version.number - 1,
    }


@staff(Role.SERVICE_MANAGER)
@require_safe
def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest version as residents would see it, in German or English."""
    service = find(request, slug)
    language = "en" if request.GET.get("sprache") == "en" else "de"
    content = parse(queries.versions(service.pk)[0].content)
    with translation.override(language):
        shown = render(
            request, "services/preview_content.html", {"service": presentation.view(content, language)}
        )
    context = {
        "service": service,
        "shown": shown.content.decode(),
        "preview_language": language,
        "breadcrumb": crumbs(
            (service.title, reverse("services-desk:detail", args=[slug])), (_("Vorschau"), "")
        ),
    }
    return render(request, "services/preview.html", context)


@staff(Role.SERVICE_MANAGER)
@require_safe
def difference(request: HttpRequest, slug: str) -> HttpResponse:
    """What changed between two versions, word by word."""
    service = find(request, slug)
    versions = {version.number: version for version in queries.versions(service.pk)}
    newest = max(versions)
    old = _number(request.GET.get("von"), max(newest - 1, 1))
    new = _number(request.GET.get("nach"), newest)
    if old not in versions or new not in versions:
        raise NotVisible()
    context = {
        "service": service,
        "old": old,
        "new": new,
        "numbers": [(str(number), str(number)) for number in sorted(versions)],
        "changes": rules.differences(versions[old].content, versions[new].content),
        "process_changed": versions[old].process != versions[new].process,
        "breadcrumb": crumbs(
            (service.title, reverse("services-desk:detail", args=[slug])), (_("Unterschied"), "")
        ),
    }
    return render(request, "services/difference.html", context)


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isdigit() and len(text) < 7 else default


@staff(Role.SERVICE_MANAGER)
@require_safe
def export_one(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """The newest version as XZuFi (``export.xml`` or ``export.json``)."""
    service = find(request, slug)
    content = parse(queries.versions(service.pk)[0].content)
    if kind == "json":
        return _download(xzufi.as_json(content).encode(), f"{slug}.json", "application/json")
    if kind == "xml":
        return _download(xzufi.as_xml([content]), f"{slug}.xml", "application/xml")
    raise NotVisible()


@staff(Role.SERVICE_MANAGER)
@require_safe
def export_all(request: HttpRequest) -> HttpResponse:
    """All published services as one XZuFi document for the portals."""
    contents = [info.content for info in queries.services()]
    return _download(xzufi.as_xml(contents), "leistungen.xml", "application/xml")


def _download(content: bytes, name: str, media_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
