"""The list of records, one record with its documents, and what a document looks like. Reading leaves an entry in the log."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from stadtkern.casework.records import policies, reading_room
from stadtkern.casework.records.desk import labels
from stadtkern.casework.records.models import DocumentRecord, FileRecord, Origin, ProcessRecord
from stadtkern.foundation.access.api import Actor, NotVisible, staff
from stadtkern.foundation.audit import api as audit
from stadtkern.foundation.files import api as files
from stadtkern.foundation.organizations import api as organizations
from stadtkern.foundation.shell.api import Cell, Column, Row, Table, paginate
from stadtkern.kernel import clock

PER_PAGE = 50


@require_safe
@staff(*policies.ALL)
def record_list(request: HttpRequest) -> HttpResponse:
    """Files or process records that fit the filters."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    asked = reading_room.read_filters(request.GET)
    page = paginate(request, reading_room.listed(actor, asked), per_page=PER_PAGE)
    rows = list(page.object_list)
    counts = reading_room.process_counts(actor, [row.pk for row in rows]) if asked.kind == "akten" else {}
    context = {
        "page": page,
        "table": _files_table(rows, counts) if asked.kind == "akten" else _processes_table(rows),
        "filters": asked,
        "kinds": [("akten", _("Akten")), ("vorgaenge", _("Vorgänge"))],
        "states": [("alle", _("alle")), ("offen", _("offen")), ("zda", _("zu den Akten (zdA)"))],
        "offices": [(str(each.id), each.label(request.LANGUAGE_CODE)) for each in organizations.offices()],
        "origins": [(value, labels.origin(value)) for value in Origin.values],
        "office": str(asked.office or ""),
        "breadcrumb": [(_("Akten"), "")],
    }
    return render(request, "records/desk/list.html", context)


def _files_table(rows: list[FileRecord], counts: dict[UUID, int]) -> Table:
    columns = [
        Column(label=_("Kennzeichen")),
        Column(label=_("Betreff")),
        Column(label=_("Amt")),
        Column(label=_("Vorgänge"), numeric=True),
        Column(label=_("Stand")),
    ]
    lines = [
        Row(
            cells=[
                _reference(row),
                Cell(text=row.subject or "–"),
                Cell(text=row.office.name if row.office else _("alle Ämter") if row.collective else "–"),
                Cell(text=counts.get(row.pk, 0)),
                _state(row),
            ]
        )
        for row in rows
    ]
    return Table(caption=_("Akten"), columns=columns, rows=lines, caption_hidden=True)


def _processes_table(rows: list[ProcessRecord]) -> Table:
    columns = [
        Column(label=_("Kennzeichen")),
        Column(label=_("Betreff")),
        Column(label=_("Akte")),
        Column(label=_("Eröffnet")),
        Column(label=_("Stand")),
    ]
    lines = [
        Row(
            cells=[
                _reference(row),
                Cell(text=row.subject or "–"),
                Cell(text=(row.file.reference or row.file.subject) if row.file else "–"),
                Cell(text=_day(row.opened_at)),
                _state(row),
            ]
        )
        for row in rows
    ]
    return Table(caption=_("Vorgänge"), columns=columns, rows=lines, caption_hidden=True)


def _reference(row: FileRecord | ProcessRecord) -> Cell:
    shown = row.reference or _("ohne Kennzeichen")
    return Cell(text=shown, href=reverse("records-desk:record", args=[row.uid]))


def _state(row: FileRecord | ProcessRecord) -> Cell:
    if row.closed_at is not None:
        return Cell(text=_("zdA %(day)s") % {"day": _day(row.closed_at)}, kind="neutral")
    if row.origin == Origin.OFFERED:
        return Cell(text=_("angeboten"), kind="info")
    return Cell(text=_("offen"), kind="success")


def _day(at: Any) -> str:
    return clock.local(at).strftime("%d.%m.%Y") if at else "–"


@require_safe
@staff(*policies.ALL)
def record(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One file or process record: what lies in it, one document to read, and what is known about it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    node = policies.find(actor, uid)
    page = paginate(request, reading_room.documents(actor, node), per_page=2 * PER_PAGE)
    shown = list(page.object_list)
    parts = reading_room.attachments(actor, [each.pk for each in shown])
    document = _chosen(request, actor, node, shown, parts)
    inside = paginate(request, reading_room.processes(actor, node), per_page=PER_PAGE)
    counts = reading_room.document_counts(actor, [each.pk for each in inside.object_list])
    kind = "file" if isinstance(node, FileRecord) else "process"
    audit.record(actor=actor, action="records.read", obj=(f"{kind}_record", node.pk), now=clock.now())
    contents = reading_room.contents(document) if document else []
    context = {
        "node": node,
        "is_file": isinstance(node, FileRecord),
        "title": node.subject or node.reference or _("ohne Betreff"),
        "facts": _facts(node),
        "subfiles": reading_room.subfiles(actor, node) if isinstance(node, FileRecord) else [],
        "processes": [(each, counts.get(each.pk, 0)) for each in inside.object_list],
        "process_page": inside,
        "documents": [(each, parts.get(each.pk, [])) for each in shown],
        "page": max(page, inside, key=lambda each: each.paginator.num_pages),
        "document": document,
        "document_facts": _document_facts(document) if document else [],
        "contents": contents,
        "current": next((each for each in contents if each.readable), contents[0] if contents else None),
        "history": reading_room.history(**{kind: node}),
        "contacts": reading_room.contacts(**{kind: node}),
        "breadcrumb": [(_("Akten"), reverse("records-desk:list")), *_trail(actor, node)],
    }
    return render(request, "records/desk/record.html", context)


def _chosen(
    request: HttpRequest,
    actor: Actor,
    node: FileRecord | ProcessRecord,
    shown: list[DocumentRecord],
    parts: dict[UUID, list[DocumentRecord]],
) -> DocumentRecord | None:
    """The document to read: the one asked for, or the first; raises ``NotVisible`` for one that does not lie here."""
    asked = request.GET.get("dokument", "")
    if not asked:
        return shown[0] if shown else None
    here = [*shown, *(part for found in parts.values() for part in found)]
    found = next((each for each in here if str(each.uid) == asked), None)
    if found is None:
        raise NotVisible()
    return found


def _facts(node: FileRecord | ProcessRecord) -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = [
        (_("Kennzeichen"), node.reference or "–"),
        (_("Herkunft"), labels.origin(node.origin)),
        (_("Amt"), node.office.name if node.office else "–"),
        (_("Vertraulichkeit"), labels.level(node.confidentiality)),
        (_("Angelegt"), _day(node.opened_at)),
        (_("Zu den Akten (zdA)"), _day(node.closed_at)),
    ]
    if isinstance(node, FileRecord) and node.plan_unit:
        found.insert(1, (_("Aktenplan"), node.plan_unit))
    if isinstance(node, ProcessRecord):
        if node.retention_years is not None:
            found.append((_("Aufbewahren"), _("%(years)s Jahre") % {"years": node.retention_years}))
        if node.retention_until_on is not None:
            found.append((_("Aufbewahren bis"), node.retention_until_on.strftime("%d.%m.%Y")))
    return [*found, (_("xdomea-UUID"), node.uid)]


def _document_facts(document: DocumentRecord) -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = [
        (_("Richtung"), labels.direction(document.direction)),
        (_("Zur Akte genommen"), _day(document.filed_at)),
    ]
    if document.written_on:
        found.append((_("Datum des Schreibens"), document.written_on.strftime("%d.%m.%Y")))
    if document.reference:
        found.append((_("Kennzeichen"), document.reference))
    return found


def _trail(actor: Actor, node: FileRecord | ProcessRecord) -> list[tuple[str, str]]:
    """From the outermost file to here; names only of what the actor may see."""
    above: FileRecord | ProcessRecord | None = node.parent
    if above is None and isinstance(node, ProcessRecord):
        above = node.file
    here = (node.reference or node.subject or _("ohne Kennzeichen"), "")
    if above is None:
        return [here]
    try:
        parent = policies.find(actor, above.uid)
    except NotVisible:
        return [here]
    steps = _trail(actor, parent)
    return [*steps[:-1], (steps[-1][0], reverse("records-desk:record", args=[parent.uid])), here]


@require_safe
@staff(*policies.ALL)
def content(request: HttpRequest, uid: UUID, format_id: UUID) -> StreamingHttpResponse:
    """The bytes of one file of a document; PDF and images in the browser, everything else as a download."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = policies.find_content(actor, uid, format_id)
    if found.file_id is None:
        raise NotVisible()
    audit.record(
        actor=actor,
        action="records.read",
        obj=("document_record", found.version.document_id),
        now=clock.now(),
    )
    return files.as_response(found.file_id, inline=True)


@require_safe
@staff(*policies.ALL)
def page_image(request: HttpRequest, uid: UUID, format_id: UUID, page: int) -> HttpResponse:
    """One page as an image, drawn in a process with limits."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = policies.find_content(actor, uid, format_id)
    if found.file_id is None:
        raise NotVisible()
    response = HttpResponse(files.preview(found.file_id, page=page, width=900), content_type="image/png")
    response["Cache-Control"] = "private, max-age=600"
    return response
