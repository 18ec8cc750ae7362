"""The page of a dataset: what it is, the rows, the downloads, how to cite it, how programs read it, its history."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from stadtkern.data.datasets import presentation, queries
from stadtkern.data.datasets.models import Dataset
from stadtkern.data.datasets.queries import DatasetInfo
from stadtkern.data.datasets.vocabulary import FORMATS, FREQUENCIES, LICENCES, THEMES
from stadtkern.foundation.access.api import NotVisible, public
from stadtkern.kernel import clock

PER_PAGE = 20


@public
@require_safe
def dataset(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    """The current or a certain version; one that was withdrawn says so (410)."""
    info = queries.find(slug, number)
    if info is None:
        return _gone(request, slug)
    version = info.version
    page = Paginator(range(version.rows), PER_PAGE).get_page(request.GET.get("seite"))
    versions = queries.history(info.id)
    fixed = request.build_absolute_uri(reverse("datasets:version", args=[slug, version.number]))
    context: dict[str, Any] = {
        "info": info,
        "newest": versions[0].number == version.number,
        "newest_href": reverse("datasets:dataset", args=[slug]),
        "facts": _facts(info),
        "page": page,
        "table": presentation.preview(version.path, version.columns, first=page.start_index() - 1, rows=PER_PAGE),
        "columns": presentation.columns_table(version.columns),
        "downloads": _downloads(info),
        "citation": _("%(publisher)s: %(title)s, Version %(number)s vom %(day)s. %(address)s") % {
            "publisher": info.publisher, "title": info.title, "number": version.number,
            "day": date_format(clock.local(version.published_at), "j. F Y"), "address": fixed,
        },
        "api": request.build_absolute_uri(f"/ogc/collections/{slug}"),
        "versions": [
            {"number": row.number, "rows": row.rows, "day": row.published_at, "note": row.note, "href": reverse("datasets:version", args=[slug, row.number])}
            for row in versions
        ],
        "breadcrumb": [(_("Startseite"), "/"), (_("Offene Daten"), "/daten/"), (info.title, "")],
    }  # fmt: skip
    return render(request, "datasets/dataset.html", context)


def _gone(request: HttpRequest, slug: str) -> HttpResponse:
    row = Dataset.objects.filter(slug=slug, withdrawn_at__isnull=False).first()
    if row is None:
        raise NotVisible()
    context = {
        "row": row,
        "breadcrumb": [(_("Startseite"), "/"), (_("Offene Daten"), "/daten/"), (row.title, "")],
    }
    return render(request, "datasets/withdrawn.html", context, status=410)


def _facts(info: DatasetInfo) -> list[tuple[str, str]]:
    version = info.version
    facts = [
        (_("Herausgeber"), info.publisher),
        (_("Lizenz"), LICENCES.get(info.licence, info.licence)),
        (_("Zu nennen"), info.attribution),
        (_("Stand"), date_format(clock.local(version.published_at), "j. F Y")),
        (_("Version"), str(version.number)),
        (_("Zeilen"), number_format(version.rows)),
        (_("Aktualisierung"), FREQUENCIES.get(info.frequency, "")),
        (_("Themen"), ", ".join(THEMES.get(theme, theme) for theme in info.themes)),
        (_("Schlagwörter"), ", ".join(info.keywords)),
        (_("Fragen an"), info.contact_email),
    ]
    return [(term, value) for term, value in facts if value]


def _downloads(info: DatasetInfo) -> list[dict[str, str]]:
    hints = {
        "csv": _("für Tabellenprogramme"),
        "geojson": _("für Karten und Programme"),
        "json": _("für Programme"),
        "parquet": _("für große Auswertungen"),
    }
    return [
        {
            "label": FORMATS[key][0],
            "hint": hints[key]
            + (f", {presentation.size_name(info.version.size)}" if key == "parquet" else ""),
            "href": reverse("datasets:download", args=[info.slug, info.version.number, key]),
        }
        for key in info.version.formats
    ]
