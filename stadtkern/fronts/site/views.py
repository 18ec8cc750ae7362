"""Pages of the public site. All of them are public and only read."""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from stadtkern.casework.services import api as services
from stadtkern.foundation.access.api import public
from stadtkern.foundation.organizations import api as organizations
from stadtkern.fronts.site import responsibility, search, texts
from stadtkern.fronts.site.schema_org import as_script_text, service_document
from stadtkern.kernel import clock, german_order
from stadtkern.kernel.errors import NotVisible

TASKS = ("hundesteuer-anmeldung", "bewohnerparkausweis", "meldebescheinigung", "sondernutzung-strassenfest")
GROUP_TITLES = {
    "service": ("Leistungen", "Services"),
    "situation": ("Lebenslagen", "Life situations"),
    "office": ("Ämter", "Offices"),
    "news": ("Aktuelles", "News"),
    "help": ("Hilfe", "Help"),
}


def _language(request: HttpRequest) -> str:
    return str(getattr(request, "LANGUAGE_CODE", "de"))


def _name(request: HttpRequest) -> str:
    municipality = cast(Any, request).municipality
    return str(municipality.brand or municipality.name) if municipality else "Stadtkern"


def _line(service: services.ServiceInfo, language: str) -> dict[str, Any]:
    return {
        "title": service.title(language),
        "summary": service.summary(language),
        "href": reverse("site:service", args=[service.slug]),
        "online": service.online,
        "slug": service.slug,
    }


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The question first, then four tasks that work online, life situations and news."""
    language = _language(request)
    online = {service.slug: service for service in services.services(online=True)}
    chosen = [online.pop(slug) for slug in TASKS if slug in online]
    chosen = (chosen + list(online.values()))[:4]
    context = {
        "tasks": [_line(service, language) for service in chosen],
        "situations": _situation_lines(language),
        "news": [_news_line(item, language) for item in texts.news()[:4]],
        "service_count": len(services.services()),
    }
    return render(request, "site/home.html", context)


@public
@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """Answers to a question in everyday words."""
    language = _language(request)
    query = request.GET.get("q", "").strip()[:200]
    found = search.search(query, language) if query else None
    groups = [
        {
            "title": GROUP_TITLES[name][language == "en"],
            "entries": [
                {
                    "title": entry.title,
                    "summary": _excerpt(entry.summary or entry.text),
                    "href": search.address(entry),
                }
                for entry in entries
            ],
        }
        for name, entries in (found.groups if found else [])
    ]
    context = {
        "query": query,
        "groups": groups,
        "total": found.total if found else 0,
        "did_you_mean": found.did_you_mean if found else None,
        "situations": _situation_lines(language),
        "breadcrumb": [(_("Startseite"), "/"), (_("Suche"), "")],
    }
    return render(request, "site/search.html", context)


def _excerpt(text: str) -> str:
    first = text.lstrip("# ").split("\n", 1)[0]
    return first if len(first) <= 160 else first[:157].rsplit(" ", 1)[0] + " …"


@public
@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """Type-ahead for the search field, as JSON."""
    query = request.GET.get("q", "").strip()[:100]
    entries = search.suggest(query, _language(request)) if len(query) > 1 else []
    rows = [{"title": entry.title, "url": search.address(entry)} for entry in entries]
    response = JsonResponse({"results": rows})
    patch_cache_control(response, private=True, max_age=60)
    return response


@public
@require_safe
def service_list(request: HttpRequest) -> HttpResponse:
    """All services from A to Z, in German order."""
    language = _language(request)
    rows = [_line(service, language) for service in services.services()]
    if request.GET.get("online") == "1":
        rows = [row for row in rows if row["online"]]
    letters: dict[str, list[dict[str, Any]]] = {}
    for row in german_order.in_order(rows, lambda row: str(row["title"])):
        letters.setdefault(german_order.initial(str(row["title"])), []).append(row)
    context = {
        "letters": letters,
        "alphabet": [(letter, letter in letters) for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"],
        "total": len(rows),
        "only_online": request.GET.get("online") == "1",
        "breadcrumb": [(_("Startseite"), "/"), (_("Leistungen"), "")],
    }
    return render(request, "site/services.html", context)


@public
@require_safe
def service_page(request: HttpRequest, slug: str) -> HttpResponse:
    """One service: the first button is what people came for."""
    language = _language(request)
    service = services.find(slug)
    if service is None:
        raise NotVisible(
            "Diese Leistung gibt es hier nicht. Suchen Sie danach oder schauen Sie in die Liste von A bis Z.",
            message_en="This service does not exist here. Search for it or look at the list from A to Z.",
        )
    content = service.content
    responsible = responsibility.look_up(request, slug, on=clock.today())
    office = responsible.office
    url = request.build_absolute_uri(request.path)
    related = [found for other in content.related if (found := services.find(other)) is not None]
    document = service_document(service, office, municipality=_name(request), url=url, language=language)
    context = {
        "service": services.view(content, language),
        "office": _office_view(office, language) if office else None,
        "responsible": responsible,
        "apply_url": f"/antrag/{slug}/" if service.online else "",
        "related": [_line(found, language) for found in related],
        "situations": [row for row in _situation_lines(language) if row["slug"] in content.life_situations],
        "json_ld": as_script_text(document),
        "breadcrumb": [
            (_("Startseite"), "/"),
            (_("Leistungen"), reverse("site:services")),
            (service.title(language), ""),
        ],
    }
    return render(request, "site/service.html", context)


def _office_view(office: organizations.OfficeInfo, language: str) -> dict[str, Any]:
    return {
        "slug": office.slug,
        "name": office.label(language),
        "href": reverse("site:office", args=[office.slug]),
        "address": office.address,
        "phone": office.phone,
        "phone_link": "tel:" + "".join(c for c in office.phone if c.isdigit() or c == "+"),
        "email": office.email,
        "opening_hours": office.opening_hours,
    }


def _situation_lines(language: str) -> list[dict[str, Any]]:
    return [
        {
            "slug": row.slug,
            "title": row.title.in_language(language),
            "text": row.text.in_language(language),
            "href": reverse("site:situation", args=[row.slug]),
        }
        for row in texts.situations()
    ]


@public
@require_safe
def situations(request: HttpRequest) -> HttpResponse:
    """All life situations."""
    context = {
        "situations": _situation_lines(_language(request)),
        "breadcrumb": [(_("Startseite"), "/"), (_("Lebenslagen"), "")],
    }
    return render(request, "site/situations.html", context)


@public
@require_safe
def situation(request: HttpRequest, slug: str) -> HttpResponse:
    """One life situation with its services, online ones first."""
    language = _language(request)
    row = texts.situation(slug)
    if row is None:
        raise NotVisible()
    lines = [_line(service, language) for service in services.services(life_situation=slug)]
    lines = german_order.in_order(lines, lambda line: str(line["title"]))
    title = row.title.in_language(language)
    context = {
        "title": title,
        "text": row.text.in_language(language),
        "services": sorted(lines, key=lambda line: not line["online"]),
        "breadcrumb": [(_("Startseite"), "/"), (_("Lebenslagen"), reverse("site:situations")), (title, "")],
    }
    return render(request, "site/situation.html", context)


@public
@require_safe
def offices(request: HttpRequest) -> HttpResponse:
    """All offices in German order."""
    language = _language(request)
    rows = [_office_view(office, language) for office in organizations.offices()]
    context = {
        "offices": german_order.in_order(rows, lambda row: str(row["name"])),
        "breadcrumb": [(_("Startseite"), "/"), (_("Ämter"), "")],
    }
    return render(request, "site/offices.html", context)


@public
@require_safe
def office(request: HttpRequest, slug: str) -> HttpResponse:
    """One office: address, hours and what it does."""
    language = _language(request)
    found = organizations.office(slug=slug)
    if found is None:
        raise NotVisible()
    view = _office_view(found, language)
    lines = [_line(service, language) for service in services.services(office_id=found.id, on=clock.today())]
    context = {
        "office": view,
        "teams": [team.name for team in organizations.teams(found.id)],
        "services": german_order.in_order(lines, lambda line: str(line["title"])),
        "breadcrumb": [(_("Startseite"), "/"), (_("Ämter"), reverse("site:offices")), (view["name"], "")],
    }
    return render(request, "site/office.html", context)


def _news_line(item: texts.NewsItem, language: str) -> dict[str, Any]:
    return {
        "title": item.title.in_language(language),
        "text": item.text.in_language(language),
        "period": item.period.in_language(language),
        "label": item.label.in_language(language),
        "href": reverse("site:news-item", args=[item.slug]),
    }


@public
@require_safe
def news(request: HttpRequest) -> HttpResponse:
    """All news."""
    language = _language(request)
    context = {
        "news": [_news_line(item, language) for item in texts.news()],
        "breadcrumb": [(_("Startseite"), "/"), (_("Aktuelles"), "")],
    }
    return render(request, "site/news.html", context)


@public
@require_safe
def news_item(request: HttpRequest, slug: str) -> HttpResponse:
    """One message."""
    item = next((row for row in texts.news() if row.slug == slug), None)
    if item is None:
        raise NotVisible()
    line = _news_line(item, _language(request))
    crumbs = [(_("Startseite"), "/"), (_("Aktuelles"), reverse("site:news")), (line["title"], "")]
    return render(request, "site/news_item.html", {"item": line, "breadcrumb": crumbs})


@public
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines may read: the public pages, not the personal ones."""
    rules = ["User-agent: *"]
    rules += [
        f"Disallow: {path}" for path in ("/accounts/", "/antrag/", "/vorgaenge/", "/postfach/", "/arbeit/")
    ]
    if settings.DEMO:
        rules = ["User-agent: *", "Disallow: /"]
    rules.append(f"Sitemap: {request.build_absolute_uri(reverse('site:sitemap'))}")
    return HttpResponse("\n".join(rules) + "\n", content_type="text/plain; charset=utf-8")


@public
@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """All public pages in both languages (sitemaps.org with hreflang)."""
    paths = [
        reverse(f"site:{name}") for name in ("home", "services", "situations", "offices", "news", "help")
    ]
    paths += [reverse("site:service", args=[service.slug]) for service in services.services()]
    paths += [reverse("site:situation", args=[row.slug]) for row in texts.situations()]
    paths += [reverse("site:office", args=[row.slug]) for row in organizations.offices()]
    pages = [request.build_absolute_uri(path) for path in paths]
    return render(request, "site/sitemap.xml", {"pages": pages}, content_type="application/xml")
