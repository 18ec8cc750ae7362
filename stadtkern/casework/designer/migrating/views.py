"""`/arbeit/werkstatt/<slug>/umstellen/`: which version the running cases are on, what a move would mean for each, and the move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from stadtkern.casework.cases import api as cases
from stadtkern.casework.designer.desk.common import actor_of, crumbs, gate
from stadtkern.casework.processes import api as processes
from stadtkern.casework.services import api as services
from stadtkern.foundation.shell import api as shell
from stadtkern.kernel import clock
from stadtkern.kernel.errors import NotVisible

SHOWN = 200
FIELD = "ort-"


@dataclass(frozen=True, slots=True)
class Version:
    """A stored version and how many run on it."""

    id: UUID
    at: datetime
    count: int

    @property
    def label(self) -> str:
        """For a list: its moment, and how many run on it."""
        stamp = date_format(timezone.localtime(self.at), "SHORT_DATETIME_FORMAT")
        running = ngettext("%(n)s laufender Vorgang", "%(n)s laufende Vorgänge", self.count) % {
            "n": self.count
        }
        return f"{stamp} ({running})"


@gate
@require_http_methods(["GET", "HEAD", "POST"])
def migrate(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose two versions, see what would happen, say yes."""
    service = services.installed(slug)
    versions = [Version(*row) for row in processes.versions_in_use(slug)]
    if service is None or not versions:
        raise NotVisible()
    sent = request.POST if request.method == "POST" else request.GET
    source = _chosen(sent.get("von", ""), [row for row in versions if row.count], last=True)
    target = _chosen(sent.get("nach", ""), [row for row in versions if row is not source])
    context: dict[str, Any] = {
        "service": service,
        "versions": [(str(row.id), row.label) for row in versions],
        "busy": [(str(row.id), row.label) for row in versions if row.count],
        "source": str(source.id) if source else "",
        "target": str(target.id) if target else "",
        "breadcrumb": crumbs(None, (service.title, ""), (_("Laufende Vorgänge umstellen"), "")),
    }
    if source is None or target is None:
        return render(request, "designer/migrating/page.html", context)
    errors: list[tuple[str, str]] = []
    move = _transfer(source, target, sent, errors)
    if request.method == "POST" and not errors:
        count = processes.start_migration(
            move, accept_lost=sent.get("verlust") == "ja", actor=actor_of(request), now=clock.now()
        )
        told = _(
            "Die Umstellung läuft im Hintergrund: %(n)s Vorgänge werden angesehen. Was nicht passt, bleibt."
        )
        messages.success(request, told % {"n": count})
        return redirect(reverse("designer:migrate", args=[slug]) + f"?von={source.id}&nach={target.id}")
    context |= {"errors": errors, **_foreseen(move)}
    return render(request, "designer/migrating/page.html", context, status=422 if errors else 200)


def _chosen(key: str, versions: list[Version], *, last: bool = False) -> Version | None:
    """The version asked for, else the oldest (``last``) or newest of them."""
    found = next((row for row in versions if str(row.id) == key), None)
    return found or (versions[-1 if last else 0] if versions else None)


def _transfer(
    source: Version, target: Version, sent: Mapping[str, str], errors: list[tuple[str, str]]
) -> processes.Transfer:
    mapping = {
        key.removeprefix(FIELD): value for key, value in sent.items() if key.startswith(FIELD) and value
    }
    try:
        return processes.transfer(source=source.id, target=target.id, mapping=mapping)
    except processes.BadMapping as problem:
        errors.append((FIELD, problem.message))
        return processes.transfer(source=source.id, target=target.id)


def _foreseen(move: processes.Transfer) -> dict[str, Any]:
    """What would happen, in numbers and for each of the first cases."""
    rows = processes.dry_run(move)
    numbers = cases.numbers_of([row.subject_id for row in rows[:SHOWN]])
    staying = [row for row in rows if not row.fits]
    asking = [row for row in rows if row.fits and row.lost]
    labels = [_("Vorgang"), _("Ergebnis"), _("Stand"), _("Aufgabe"), _("Was zu wissen ist")]
    table = shell.Table(
        caption=_("Was mit jedem Vorgang geschähe"),
        columns=[shell.Column(label=label) for label in labels],
        rows=[_row(move, row, numbers.get(row.subject_id, "–")) for row in rows[:SHOWN]],
    )
    return {
        "total": len(rows),
        "going": len(rows) - len(staying) - len(asking),
        "asking": len(asking),
        "staying": len(staying),
        "more": max(0, len(rows) - SHOWN),
        "table": table,
        "places": _places(move),
    }


def _row(move: processes.Transfer, row: processes.Foreseen, number: str) -> shell.Row:
    verdict = (
        shell.Cell(text=_("bleibt"), kind="warning")
        if not row.fits
        else shell.Cell(text=_("fragt"), kind="neutral")
        if row.lost
        else shell.Cell(text=_("zieht um"), kind="success")
    )
    before = move.old.texts.states.get(row.state_before)
    after = move.new.texts.states.get(row.state_after)
    states = [found.label.de for found in (before, after) if found is not None]
    names = [old if old == new else f"{old} → {new}" for old, new in row.tasks]
    return shell.Row(
        cells=[
            shell.Cell(text=number),
            verdict,
            shell.Cell(text=" → ".join(dict.fromkeys(states)) or "–"),
            shell.Cell(text=", ".join(names) or "–"),
            shell.Cell(text=" ".join((*row.needs, *row.lost, *row.added)) or "–"),
        ],
        key=number,
    )


def _places(move: processes.Transfer) -> list[dict[str, Any]]:
    """Elements where somebody stands and that the new version does not have, each with what could take its place."""
    occupied = processes.standing_at(move)
    found = []
    for key, name, same in move.homeless(all_of_them=True):
        if key in occupied:
            options = [("", _("noch nicht bestimmt")), *move.places_for(key)]
            found.append(
                {
                    "id": FIELD + key,
                    "label": name or key,
                    "options": options,
                    "value": move.mapping.get(key, ""),
                    "hint": _("Gleicher Name: %(name)s") % {"name": same} if same else "",
                }
            )
    return found
