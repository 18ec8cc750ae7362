"""The catalogue for programs: RDF/XML, Turtle, JSON-LD, by address or by Accept; pages linked with Hydra and by header."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import parse_etags
from django.views.decorators.http import require_safe

from stadtkern.data.catalog import exports, policies
from stadtkern.data.catalog.engine.writing import MEDIA_TYPES
from stadtkern.foundation.access.api import public
from stadtkern.kernel.errors import NotVisible

_PREFERRED = [
    *((media, kind) for kind, media in MEDIA_TYPES.items()),
    ("application/xml", "rdf"),
    ("application/json", "jsonld"),
]


@public
@require_safe
def negotiate(request: HttpRequest) -> HttpResponse:
    """``/catalog``: people go to the search, programs get what they accept (303 See Other)."""
    kind = kind_of(request)
    target = reverse("catalog:rdf", args=[kind]) if kind else reverse("catalog:search")
    query = request.META.get("QUERY_STRING", "")
    response = HttpResponseRedirect(f"{target}?{query}" if query and kind else target, status=303)
    response["Vary"] = "Accept"
    return response


def kind_of(request: HttpRequest) -> str:
    """``rdf``, ``ttl``, ``jsonld`` by Accept; "" where a page for people is wanted."""
    wanted = request.get_preferred_type(
        ["text/html", "application/xhtml+xml", *(media for media, _ in _PREFERRED)]
    )
    return dict(_PREFERRED).get(wanted or "", "")


@public
@require_safe
def catalog(request: HttpRequest, kind: str) -> HttpResponse:
    """``/catalog.ttl?page=2``: a hundred entries and where the others are."""
    written = request.GET.get("page", "1")
    tag = f'"{exports.version()}-{written[:9]}-{kind}"'
    if tag in parse_etags(request.headers.get("If-None-Match", "")):
        return HttpResponseNotModified()
    try:
        number = int(written) if written.isdecimal() and len(written) < 10 else 0
        data, pages = exports.page_as_rdf(number, kind)
    except IndexError as error:
        raise NotVisible() from error
    response = HttpResponse(data, content_type=f"{MEDIA_TYPES[kind]}; charset=utf-8")
    response["ETag"] = tag
    response["Access-Control-Allow-Origin"] = "*"
    base = request.build_absolute_uri(request.path)
    links = [f'<{base}?page={number + 1}>; rel="next"'] if number < pages else []
    links += [f'<{base}?page={number - 1}>; rel="prev"'] if number > 1 else []
    if links:
        response["Link"] = ", ".join(links)
    return response


@public
@require_safe
def entry(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """One dataset."""
    data = exports.entry_as_rdf(policies.find_entry(slug), kind)
    response = HttpResponse(data, content_type=f"{MEDIA_TYPES[kind]}; charset=utf-8")
    response["Access-Control-Allow-Origin"] = "*"
    return response
