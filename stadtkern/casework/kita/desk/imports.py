"""The wizard for lists from other programs: upload, columns, what would happen, take over, rows that could not be taken."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from stadtkern.casework.kita import policies
from stadtkern.casework.kita.actions import importing as actions
from stadtkern.casework.kita.desk.gate import desk
from stadtkern.casework.kita.desk.kitas import HOME
from stadtkern.casework.kita.importing.cells import is_null
from stadtkern.casework.kita.importing.fields import FIELDS, Kind
from stadtkern.casework.kita.importing.reading import Import
from stadtkern.casework.kita.models import ListImport
from stadtkern.foundation.access.api import Actor, NotAllowed, NotVisible
from stadtkern.foundation.shell.api import Cell, Column, Row, Table, csv_response
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError
from stadtkern.kernel.strict_reading import InputRefused

SHOWN = 100
IGNORED = "-"


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


@desk()
def overview(request: HttpRequest) -> HttpResponse:
    """Upload a list, and those uploaded before."""
    today = clock.today()
    scope = actions.require_importer(_actor(request), today)
    error = ""
    if request.method == "POST":
        key, error = _upload(request)
        if key is not None:
            return redirect("kita-desk:import", import_id=key)
    rows = ListImport.objects.select_related("provider")
    if not scope.office:
        rows = rows.filter(provider__in=scope.manages)
    providers = policies.providers_visible_to(_actor(request), today).filter(active=True)
    kitas = policies.facilities_of(_actor(request), today).only("name", "provider")
    context = {
        "rows": [(row, reverse("kita-desk:import", args=[row.pk])) for row in rows[:50]],
        "office": scope.office,
        "kinds": [("waiting", _("Kinder auf einer Warteliste")), ("places", _("Kitas mit ihren Plätzen"))],
        "providers": [(str(row.pk), row.name) for row in providers],
        "kitas": [(str(row.pk), row.name) for row in kitas],
        "typed": request.POST,
        "errors": [("file", error)] if error else [],
        "error": error,
        "breadcrumb": [(_("Kita"), HOME), (_("Listen einlesen"), "")],
    }
    return render(request, "kita/desk/imports.html", context, status=422 if error else 200)


def _upload(request: HttpRequest) -> tuple[UUID | None, str]:
    upload, scope = request.FILES.get("file"), policies.scope_of(_actor(request), clock.today())
    if upload is None:
        return None, _("Bitte wählen Sie eine Datei.")
    provider = _uuid(request.POST.get("provider"))
    if provider is None and not scope.office and len(scope.manages) == 1:
        [provider] = scope.manages
    try:
        key = actions.upload(
            actor=_actor(request),
            kind=request.POST.get("kind", ""),
            provider_id=provider,
            facility_id=_uuid(request.POST.get("kita")),
            content=BytesIO(upload.read(actions.MOST_BYTES + 1)),
            name=upload.name or "",
            now=clock.now(),
        )
    except (NotVisible, NotAllowed):
        raise
    except InputRefused as refused:
        return None, _plain(refused)
    except DomainError as error:
        return None, error.text(request.LANGUAGE_CODE)
    return key, ""


def _plain(refused: InputRefused) -> str:
    """The sentence without the place in the file."""
    return str(refused).split(": ", 1)[-1]


@desk()
def one(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Columns and what comes of them; then how far it is; then what was taken."""
    now = clock.now()
    row = actions.find(_actor(request), import_id, clock.local(now).date())
    error = ""
    if request.method == "POST":
        step = request.POST.get("go", "")
        try:
            if step == "discard":
                actions.discard(actor=_actor(request), key=row.pk, now=now)
                messages.success(request, _("Die Liste ist gelöscht."))
                return redirect("kita-desk:imports")
            chosen = _chosen(request, row)
            actions.choose(actor=_actor(request), key=row.pk, chosen=chosen, now=now)
            if step == "take":
                actions.take_over(actor=_actor(request), key=row.pk, now=now)
            return redirect("kita-desk:import", import_id=row.pk)
        except NotVisible:
            raise
        except InputRefused as refused:
            error = _plain(refused)
        except DomainError as caught:
            error = caught.text(request.LANGUAGE_CODE)
        row.refresh_from_db()
    return _page(request, row, error)


def _chosen(request: HttpRequest, row: ListImport) -> dict[str, str]:
    """The columns of the form by their names; none leaves a column out."""
    found = actions.read(row, clock.today())
    fields = {field.name for field in FIELDS[_kind(row)]}
    chosen = {}
    for at, name in enumerate(found.table.header):
        value = request.POST.get(f"column-{at}")
        if value is not None:
            chosen[name] = value if value in fields else IGNORED
    return chosen


def _kind(row: ListImport) -> Kind:
    return "waiting" if row.kind == ListImport.Kind.WAITING else "places"


def _page(request: HttpRequest, row: ListImport, error: str) -> HttpResponse:
    context: dict[str, Any] = {
        "row": row,
        "errors": [("column-0", error)] if error else [],
        "new": row.state == ListImport.State.NEW,
        "running": row.state == ListImport.State.RUNNING,
        "gone": row.file_id is None,
        "breadcrumb": [
            (_("Kita"), HOME),
            (_("Listen einlesen"), reverse("kita-desk:imports")),
            (row.file_name, ""),
        ],
    }
    if row.file_id is not None:
        found = actions.read(row, clock.today())
        bad = _bad_rows(row, found)
        context |= {
            "rows": len(found.table.lines),
            "good": len(found.taken),
            "bad": len({number for number, *_rest in bad}),
            "encoding": found.table.encoding,
            "warnings": [*found.warnings],
            "columns": _columns(row, found),
            "table": _table(bad[:SHOWN]) if bad else None,
            "more": max(0, len(bad) - SHOWN),
            "left_out": len(found.left_out),
        }
    return render(request, "kita/desk/import.html", context, status=422 if error else 200)


def _columns(row: ListImport, found: Import) -> list[dict[str, Any]]:
    """Every column of the file with its guess and the first things that stand in it."""
    guessed = {column.index: column for column in found.mapping.columns}
    options = [(field.name, field.label + (" *" if field.required else "")) for field in FIELDS[_kind(row)]]
    columns = []
    for at, name in enumerate(found.table.header):
        cells = (line.cells[at] for line in found.table.lines if at < len(line.cells))
        samples = [cell.strip()[:40] for cell in cells if not is_null(cell)][:3]
        column = guessed.get(at)
        columns.append(
            {
                "id": f"column-{at}",
                "name": name or _("Spalte %(n)s") % {"n": at + 1},
                "value": column.field.name if column else "",
                "options": options,
                "samples": ", ".join(samples),
                "doubtful": column is not None and column.fit < 0.8 and bool(samples),
            }
        )
    return columns


def _bad_rows(row: ListImport, found: Import) -> list[tuple[int, str, str, str]]:
    """(row, column, value, reason): what cannot be read, and what was refused while taking over."""
    rows = [(item.row, item.name, item.value, item.reason) for item in found.problems]
    rows += [(item["row"], "", "", item["reason"]) for item in row.refused]
    return sorted(rows)


def _table(bad: Iterable[tuple[int, str, str, str]]) -> Table:
    columns = [
        Column(label=_("Zeile"), numeric=True),
        Column(label=_("Spalte")),
        Column(label=_("Inhalt")),
        Column(label=_("Warum nicht")),
    ]
    rows = [Row(cells=[Cell(text=part) for part in line]) for line in bad]
    return Table(caption=_("Zeilen, die so nicht übernommen werden"), columns=columns, rows=rows)


@desk()
@require_safe
def refused(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """The rows that were not taken, as they came, with the reason in a column of its own."""
    row = actions.find(_actor(request), import_id, clock.today())
    found = actions.read(row, clock.today())
    reasons: dict[int, list[str]] = {}
    for number, column, _value, reason in _bad_rows(row, found):
        reasons.setdefault(number, []).append(f"{column}: {reason}" if column else reason)
    rows = [
        [line.row, "; ".join(reasons[line.row]), *line.cells]
        for line in found.table.lines
        if line.row in reasons
    ]
    return csv_response("nicht-uebernommen.csv", [_("Zeile"), _("Grund"), *found.table.header], rows)
