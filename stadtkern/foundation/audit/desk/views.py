"""The log for auditors: list, entry with its proof, export. Looking at an entry and exporting leave entries, too."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from stadtkern.foundation.access.api import Actor, NotVisible, Role, staff
from stadtkern.foundation.accounts import api as accounts
from stadtkern.foundation.audit import queries
from stadtkern.foundation.audit.actions import record
from stadtkern.foundation.audit.desk import filters
from stadtkern.foundation.audit.models import Checkpoint, Entry
from stadtkern.foundation.audit.proofs import proof_for
from stadtkern.foundation.audit.queries import EntryInfo
from stadtkern.foundation.shell.api import Cell, Column, Row, Table, csv_response
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel import clock

PER_PAGE = 50
EXPORT_LIMIT = 10_000


@require_safe
@staff(Role.AUDITOR, Role.ADMINISTRATOR)
def entries(request: HttpRequest) -> HttpResponse:
    """The newest entries that fit the filters; "older" goes on behind the last one."""
    asked = filters.read(request.GET)
    after = _uuid(request.GET.get("nach", ""))
    found = queries.search(asked.filter, after=after, limit=PER_PAGE + 1)
    page, more = found[:PER_PAGE], len(found) > PER_PAGE
    older = f"?{asked.query}&nach={page[-1].id}" if more else ""
    context = {
        "table": _table(page),
        "values": asked.values,
        "errors": asked.errors,
        "older": older,
        "newest": f"?{asked.query}" if after else "",
        "export": f"{reverse('audit:export')}?{asked.query}",
        "checkpoint": Checkpoint.objects.order_by("-size").first(),
        "unsealed": Entry.objects.filter(leaf_index__isnull=True)[:1000].count(),
        "breadcrumb": _trail(),
    }
    return render(request, "audit/desk/list.html", context, status=422 if asked.errors else 200)


@require_safe
@staff(Role.AUDITOR, Role.ADMINISTRATOR)
def entry(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """One entry with everything it says, and the proof that it stands in the log."""
    found = queries.entry(entry_id)
    if found is None:
        raise NotVisible()
    _leave_trace(request, "audit.read", entry_id)
    proof = proof_for(entry_id)
    context = {
        "entry": found,
        "facts": _facts(found),
        "details": json.dumps(found.details, ensure_ascii=False, indent=2) if found.details else "",
        "proof": proof,
        "proof_facts": [
            (_("Platz"), proof.index),
            (_("Größe des Baums"), proof.size),
            (_("Blatt"), proof.leaf.hex()),
            (_("Wurzel"), proof.root.hex()),
        ]
        if proof
        else [],
        "breadcrumb": _trail((_("Eintrag"), "")),
    }
    return render(request, "audit/desk/entry.html", context)


@require_safe
@staff(Role.AUDITOR, Role.ADMINISTRATOR)
def proof(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """The proof as a file that can be checked without this program."""
    found = proof_for(entry_id)
    if found is None:
        raise NotVisible()
    response = HttpResponse(json.dumps(found.as_json(), indent=2), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="nachweis-{entry_id}.json"'
    return response


@require_safe
@staff(Role.AUDITOR, Role.ADMINISTRATOR)
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The newest signed checkpoint, to be kept elsewhere."""
    newest = Checkpoint.objects.order_by("-size").first()
    if newest is None:
        raise NotVisible()
    response = HttpResponse(newest.note, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="pruefpunkt-{newest.size}.txt"'
    return response


@require_safe
@staff(Role.AUDITOR, Role.ADMINISTRATOR)
def export(request: HttpRequest) -> HttpResponse:
    """What the filters find, as CSV (at most 10,000 entries)."""
    asked = filters.read(request.GET)
    found = queries.search(asked.filter, limit=EXPORT_LIMIT)
    narrowed = {key: value for key, value in asked.values.items() if value}
    _leave_trace(
        request, "audit.export", tenancy.current_id(), details={"filter": narrowed, "count": len(found)}
    )
    names = _names(found)
    head = ["Zeitpunkt", "Aufgezeichnet", "Wer", "Konto", "Handlung", "Art", "Gegenstand", "Ergebnis"]
    rows = (
        [
            clock.local(row.at).isoformat(timespec="seconds") if row.at else "",
            row.recorded_at.isoformat(timespec="seconds"),
            names[row.id],
            row.actor_id or "",
            row.action,
            row.object_kind,
            row.object_id or "",
            row.outcome,
            row.reason,
            json.dumps(row.details, ensure_ascii=False) if row.details else "",
            "" if row.leaf_index is None else row.leaf_index,
        ]
        for row in found
    )
    return csv_response("protokoll.csv", [*head, "Begründung", "Einzelheiten", "Platz im Baum"], rows)


def _table(page: list[EntryInfo]) -> Table:
    names = _names(page)
    columns = [_("Zeitpunkt"), _("Wer"), _("Handlung"), _("Gegenstand"), _("Ergebnis"), _("Nachweis")]
    return Table(
        caption=_("Einträge, die neuesten zuerst"),
        columns=[Column(label=label) for label in columns],
        rows=[_row(row, names[row.id]) for row in page],
    )


def _row(row: EntryInfo, name: str) -> Row:
    sealed = row.leaf_index is not None
    return Row(
        key=str(row.id),
        cells=[
            Cell(text=_moment(row), href=reverse("audit:entry", args=[row.id])),
            Cell(text=name),
            Cell(text=row.action or _("Inhalt gelöscht")),
            Cell(text=row.object_kind, note=str(row.object_id or "")),
            Cell(text=row.outcome),
            Cell(text=_("besiegelt") if sealed else _("noch offen"), kind="success" if sealed else "neutral"),
        ],
    )


def _facts(row: EntryInfo) -> list[tuple[str, object]]:
    return [
        (_("Zeitpunkt"), _moment(row)),
        (_("Aufgezeichnet"), f"{clock.local(row.recorded_at):%d.%m.%Y, %H:%M:%S}"),
        (_("Wer"), _names([row])[row.id]),
        (_("Konto"), row.actor_id or ""),
        (_("Handlung"), row.action),
        (_("Gegenstand"), f"{row.object_kind} {row.object_id or ''}".strip()),
        (_("Ergebnis"), row.outcome),
        (_("Begründung"), row.reason),
        (_("Aufbewahrungsklasse"), row.retention),
    ]


def _names(rows: Iterable[EntryInfo]) -> dict[UUID, str]:
    """How the actors are called today; the log itself holds ids only."""
    rows = list(rows)
    known = accounts.accounts({row.actor_id for row in rows if row.actor_id})
    kinds = {
        "system": _("System"),
        "guest": _("ohne Anmeldung"),
        "machine": _("Programm"),
        "staff": _("Beschäftigte"),
        "resident": _("Bürgerin oder Bürger"),
    }
    found = {}
    for row in rows:
        account = known.get(row.actor_id) if row.actor_id else None
        found[row.id] = account.name if account else kinds.get(row.actor_kind, "–")
    return found


def _moment(row: EntryInfo) -> str:
    return f"{clock.local(row.at or row.recorded_at):%d.%m.%Y, %H:%M:%S}"


def _leave_trace(
    request: HttpRequest, action: str, object_id: UUID, details: dict[str, Any] | None = None
) -> None:
    actor: Actor = cast(Any, request).actor
    record(
        actor=actor,
        action=action,
        obj=("audit", object_id),
        now=clock.now(),
        details=details,
        retention="access",
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _trail(*steps: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Protokoll"), reverse("audit:list") if steps else ""), *steps]
