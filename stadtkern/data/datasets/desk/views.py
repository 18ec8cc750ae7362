"""Reading pages of data editors: all datasets, and one with its versions, report, preview and next step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from stadtkern.data.datasets import actions, policies, presentation, rules, storage
from stadtkern.data.datasets.ingest.report import INFO, PRIVACY, REJECTED, REPAIRED, WARNING
from stadtkern.data.datasets.models import Dataset, Version
from stadtkern.data.datasets.vocabulary import LICENCES, PRIVACY_CLASSES
from stadtkern.foundation.access.api import Actor, NotVisible, Role, staff
from stadtkern.foundation.shell.api import Cell, Column, Row, Table, paginate
from stadtkern.kernel import clock

PREVIEW = 10
MOST_PROBLEMS = 200
ORDER = {PRIVACY: 0, REJECTED: 1, WARNING: 2, REPAIRED: 3, INFO: 4}


def actor_of(request: HttpRequest) -> Actor:
    """Who asks."""
    return cast(Actor, cast(Any, request).actor)


def crumbs(*rest: tuple[str, str]) -> list[tuple[str, str]]:
    """The way from the list."""
    return [(_("Daten"), reverse("datasets-desk:list")), *rest]


def find(request: HttpRequest, dataset_id: UUID) -> Dataset:
    """A dataset of this municipality. Raises ``NotVisible``."""
    row = (
        policies.visible_to(actor_of(request))
        .select_related("published_version")
        .filter(pk=dataset_id)
        .first()
    )
    if row is None:
        raise NotVisible()
    return row


@staff(Role.DATA_EDITOR)
@require_safe
def dataset_list(request: HttpRequest) -> HttpResponse:
    """All datasets, what waits for a release first."""
    rows = policies.visible_to(actor_of(request)).select_related("published_version")
    waiting = set(
        Version.objects.filter(state=Version.State.HANDED_OVER).values_list("dataset_id", flat=True)
    )
    page = paginate(
        request, sorted(rows, key=lambda row: (row.pk not in waiting, row.title.casefold())), per_page=50
    )
    table = Table(
        caption=_("Datensätze"),
        columns=[
            Column(label=_("Titel")),
            Column(label=_("Stand")),
            Column(label=_("Zeilen"), numeric=True),
            Column(label=_("Geändert")),
        ],
        rows=[
            Row(
                cells=[
                    Cell(text=row.title, href=reverse("datasets-desk:detail", args=[row.pk])),
                    Cell(text=(state := _state(row, row.pk in waiting))[1], kind=state[0]),
                    Cell(text=number_format(row.published_version.rows) if row.published_version else "–"),
                    Cell(text=date_format(clock.local(row.changed_at), "SHORT_DATE_FORMAT")),
                ]
            )
            for row in page.object_list
        ],
    )
    context = {"table": table, "page": page, "waiting": len(waiting), "breadcrumb": [(_("Daten"), "")]}
    return render(request, "datasets/desk/list.html", context)


def _state(row: Dataset, waiting: bool) -> tuple[str, str]:
    if waiting:
        return ("warning", _("wartet auf Freigabe"))
    if row.published_version is not None:
        return ("success", _("öffentlich"))
    return ("danger", _("zurückgezogen")) if row.withdrawn_at else ("neutral", _("Entwurf"))


def _version_state(row: Dataset, newest: Version) -> tuple[str, str]:
    """The state of the newest version; that an older one is public is said with it."""
    if newest.state == Version.State.DRAFT and row.published_version is not None:
        return (
            "neutral",
            _("Entwurf, öffentlich ist Version %(number)s") % {"number": row.published_version.number},
        )
    return _state(row, newest.state == Version.State.HANDED_OVER)


@staff(Role.DATA_EDITOR)
@require_safe
def detail(request: HttpRequest, dataset_id: UUID) -> HttpResponse:
    """The newest version with its report, and what comes next."""
    row = find(request, dataset_id)
    versions = list(row.versions.order_by("-number"))
    newest = versions[0]
    actor = actor_of(request)
    lacking = actions.still_missing(row, newest) if newest.state != Version.State.PUBLISHED else []
    context: dict[str, Any] = {
        "row": row,
        "newest": newest,
        "state": _version_state(row, newest),
        "facts": _facts(row, newest),
        "missing": lacking,
        "can_release": newest.handed_over_by_id != actor.account_id,
        "counts": _counts(newest),
        "problems": _problems(newest),
        "more_problems": max(0, len(newest.report["problems"]) - MOST_PROBLEMS)
        + sum(newest.report["unlisted"].values()),
        "preview": presentation.preview(storage.path_of(newest.uri), newest.columns, first=0, rows=PREVIEW),
        "columns": presentation.columns_table(newest.columns),
        "difference": _difference(row, newest),
        "versions": versions,
        "breadcrumb": crumbs((row.title, "")),
    }
    return render(request, "datasets/desk/detail.html", context)


def _facts(row: Dataset, version: Version) -> list[tuple[str, str]]:
    facts = [
        (_("Datei"), version.source_name),
        (_("Zeilen"), number_format(version.rows)),
        (_("Koordinatensystem der Quelle"), version.crs),
        (_("Größe"), presentation.size_name(version.size)),
        (_("Lizenz"), LICENCES.get(row.licence, "")),
        (_("Datenschutz"), PRIVACY_CLASSES.get(row.privacy, "")),
        (_("Begründung"), row.privacy_reason),
        (_("Prüfsumme"), version.sha256[:16] + " …"),
    ]
    return [(term, value) for term, value in facts if value]


def _counts(version: Version) -> Mapping[str, int]:
    return {"repaired": version.report["repaired"], "rejected": version.report["rejected"]}


def _problems(version: Version) -> Table | None:
    found = sorted(version.report["problems"], key=lambda problem: ORDER.get(problem["severity"], 9))[
        :MOST_PROBLEMS
    ]
    if not found:
        return None
    labels = {
        PRIVACY: ("danger", _("Datenschutz")),
        REJECTED: ("danger", _("abgelehnt")),
        WARNING: ("warning", _("bitte prüfen")),
        REPAIRED: ("success", _("repariert")),
        INFO: ("neutral", _("Hinweis")),
    }
    return Table(
        caption=_("Bericht der Übernahme"),
        caption_hidden=True,
        columns=[Column(label=_("Was")), Column(label=_("Art")), Column(label=_("Zeile"), numeric=True)],
        rows=[
            Row(
                cells=[
                    Cell(text=problem["message"]),
                    Cell(text=labels[problem["severity"]][1], kind=labels[problem["severity"]][0]),
                    Cell(text=problem["row"] if problem["row"] is not None else "–"),
                ]
            )
            for problem in found
        ],
    )


def _difference(row: Dataset, newest: Version) -> list[str]:
    """What the newest version changes against the public one, in sentences."""
    public = row.published_version
    if public is None or public.pk == newest.pk:
        return []
    found = rules.difference(public.columns, public.rows, newest.columns, newest.rows)
    sentences = [_("%(number)s Zeilen mehr") % {"number": found.rows} if found.rows > 0 else _("%(number)s Zeilen weniger") % {"number": -found.rows}] if found.rows else [_("gleich viele Zeilen")]  # fmt: skip
    if found.added:
        sentences.append(_("neue Spalten: %(names)s") % {"names": ", ".join(found.added)})
    if found.removed:
        sentences.append(_("weggefallene Spalten: %(names)s") % {"names": ", ".join(found.removed)})
    if found.retyped:
        sentences.append(_("andere Art: %(names)s") % {"names": ", ".join(found.retyped)})
    return sentences
