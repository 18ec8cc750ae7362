"""Finding data and reading about one dataset."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from stadtkern.data.catalog import exports, policies, presentation, search
from stadtkern.data.catalog.engine.records import text
from stadtkern.foundation.access.api import public
from stadtkern.foundation.shell.api import paginate

PARAMETERS = {
    "theme": "kategorie",
    "publisher": "stelle",
    "format": "format",
    "licence": "lizenz",
    "source": "quelle",
}
PER_PAGE = 20


@public
@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """Words, facets, twenty results a page."""
    query = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    chosen = {
        kind: [value.replace("\x00", "")[:2000] for value in request.GET.getlist(name)[:20] if value]
        for kind, name in PARAMETERS.items()
    }
    language = request.LANGUAGE_CODE
    found = search.find(query, chosen, language=language)
    here = reverse("catalog:search")
    page = paginate(request, found.items, PER_PAGE)
    facets = presentation.facets(found, here, query, chosen, PARAMETERS)
    context = {
        "query": query,
        "total": found.total,
        "page": page,
        "results": [presentation.result(item, language) for item in page.object_list],
        "facets": facets,
        "removable": [value for facet in facets for value in facet["values"] if value["chosen"]],
        "did_you_mean": found.did_you_mean,
        "meant": f"{here}?{urlencode({'q': found.did_you_mean})}" if found.did_you_mean else "",
        "all": here,
        "kept": [(PARAMETERS[kind], value) for kind, values in chosen.items() for value in values],
        "breadcrumb": [(_("Startseite"), "/"), (_("Offene Daten"), "")],
    }
    return render(request, "catalog/search.html", context)


@public
@require_safe
def entry(request: HttpRequest, slug: str) -> HttpResponse:
    """One dataset: what it is, how to get it, who answers for it."""
    row = policies.find_entry(slug)
    record = exports.entry_of(row)
    language = request.LANGUAGE_CODE
    context: dict[str, Any] = {
        "title": text(record.title, language),
        "description": text(record.description, language),
        "downloads": [presentation.download(one, at, language) for at, one in enumerate(record.distributions, 1)],
        "services": [presentation.service(one, language) for one in record.services],
        "facts": presentation.facts(record, language),
        "contact": record.contact,
        "keywords": [word for _language, word in record.keywords],
        "publisher": record.publisher,
        "source": row.source,
        "repaired": presentation.repaired(row.repairs, language),
        "machine": [(label, reverse("catalog:entry-rdf", args=[slug, kind])) for label, kind in presentation.SERIALIZATIONS],
        "landing_page": record.landing_page,
        "breadcrumb": [(_("Startseite"), "/"), (_("Offene Daten"), reverse("catalog:search")), (text(record.title, language)[:80], "")],
    }  # fmt: skip
    return render(request, "catalog/entry.html", context)
