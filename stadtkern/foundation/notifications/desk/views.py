"""The post room: what waits, what was printed, what to print again; and the log of mail."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from stadtkern.foundation.access.api import Actor, NotVisible, Role, staff
from stadtkern.foundation.audit import api as audit
from stadtkern.foundation.files import api as files
from stadtkern.foundation.notifications import letters
from stadtkern.foundation.notifications.models import Mail
from stadtkern.foundation.shell.api import Cell, Column, Row, Table, paginate
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError


@require_safe
@staff(Role.COUNTER)
def post_room(request: HttpRequest) -> HttpResponse:
    """Waiting letters and the newest batches."""
    context = {
        "waiting": _letters(letters.waiting_letters(), _("Briefe, die auf den Druck warten")),
        "batches": _batches(letters.print_batches()),
        "breadcrumb": [(_("Post"), "")],
    }
    return render(request, "notifications/desk/post.html", context)


@require_POST
@staff(Role.COUNTER)
def create_batch(request: HttpRequest) -> HttpResponse:
    """Join the waiting letters."""
    try:
        made = letters.make_batch(actor=_actor(request), now=clock.now())
    except letters.NothingToPrint as problem:
        messages.warning(request, problem.text(_actor(request).language))
        return redirect("post:list")
    return redirect("post:batch", batch_id=made.id)


@require_safe
@staff(Role.COUNTER)
def batch(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """One batch: its file, its letters, and whether it was printed."""
    found = _found(batch_id)
    rows = [{"letter": row, "first": row.recipient.split("\n")[0]} for row in letters.letters_of(batch_id)]
    context = {
        "batch": found,
        "printed_at": clock.local(found.printed_at) if found.printed_at else None,
        "rows": rows,
        "breadcrumb": [(_("Post"), reverse("post:list")), (f"{_('Druckstapel')} {found.number}", "")],
    }
    return render(request, "notifications/desk/batch.html", context)


@require_safe
@staff(Role.COUNTER)
def batch_file(request: HttpRequest, batch_id: UUID) -> HttpResponseBase:
    """The PDF of a batch."""
    found = _found(batch_id)
    _leave_trace(request, ("print_batch", batch_id))
    return files.as_response(found.file_id, inline=True)


@require_POST
@staff(Role.COUNTER)
def printed(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """The batch is printed and on its way."""
    done = letters.mark_printed(actor=_actor(request), batch_id=batch_id, now=clock.now())
    messages.success(
        request, _("Druckstapel %(number)s ist als gedruckt vermerkt.") % {"number": done.number}
    )
    return redirect("post:list")


@require_safe
@staff(Role.COUNTER)
def letter_file(request: HttpRequest, letter_id: UUID) -> HttpResponseBase:
    """The PDF of one letter."""
    found = letters.letter(letter_id)
    if found is None:
        raise NotVisible()
    _leave_trace(request, ("letter", letter_id))
    return files.as_response(found.file_id, inline=True)


@require_POST
@staff(Role.COUNTER)
def again(request: HttpRequest, letter_id: UUID) -> HttpResponse:
    """Print one letter once more."""
    try:
        letters.reprint(actor=_actor(request), letter_id=letter_id, now=clock.now())
    except DomainError as problem:
        messages.warning(request, problem.text(_actor(request).language))
    else:
        messages.success(request, _("Der Brief wartet noch einmal auf den Druck."))
    return redirect("post:list")


@require_safe
@staff(Role.COUNTER, Role.ADMINISTRATOR)
def mails(request: HttpRequest) -> HttpResponse:
    """The log of mail: no content, no full address."""
    page = paginate(request, Mail.objects.order_by("-queued_at", "-id"))
    context = {"page": page, "table": _mails(page.object_list), "breadcrumb": [(_("E-Mails"), "")]}
    return render(request, "notifications/desk/mails.html", context)


def _letters(rows: list[letters.LetterInfo], caption: str) -> Table:
    columns = [_("Empfängerin oder Empfänger"), _("Zeichen"), _("Veranlasst")]
    return Table(
        caption=caption,
        columns=[Column(label=label) for label in columns],
        rows=[
            Row(
                key=str(row.id),
                cells=[
                    Cell(text=row.recipient.split("\n")[0], href=reverse("post:letter-file", args=[row.id])),
                    Cell(text=row.reference),
                    Cell(text=f"{clock.local(row.queued_at):%d.%m.%Y, %H:%M}"),
                ],
            )
            for row in rows
        ],
    )


def _batches(rows: list[letters.BatchInfo]) -> Table:
    columns = [
        Column(label=_("Druckstapel")),
        Column(label=_("Briefe"), numeric=True),
        Column(label=_("Seiten"), numeric=True),
        Column(label=_("Zusammengestellt")),
        Column(label=_("Stand")),
    ]
    return Table(
        caption=_("Druckstapel, die neuesten zuerst"),
        columns=columns,
        rows=[
            Row(
                key=str(row.id),
                cells=[
                    Cell(text=row.number, href=reverse("post:batch", args=[row.id])),
                    Cell(text=row.letter_count),
                    Cell(text=row.page_count),
                    Cell(text=f"{clock.local(row.created_at):%d.%m.%Y, %H:%M}"),
                    Cell(text=_("gedruckt"), kind="success")
                    if row.printed_at
                    else Cell(text=_("noch zu drucken"), kind="warning"),
                ],
            )
            for row in rows
        ],
    )


def _mails(rows: Any) -> Table:
    kinds = {Mail.State.WAITING: "warning", Mail.State.SENT: "success", Mail.State.FAILED: "danger"}
    words = {
        Mail.State.WAITING: _("wartet"),
        Mail.State.SENT: _("gesendet"),
        Mail.State.FAILED: _("nicht zustellbar"),
    }
    columns = [_("Veranlasst"), _("An"), _("Betreff"), _("Stand"), _("Versuche"), _("Letzter Fehler")]
    return Table(
        caption=_("E-Mails, die neuesten zuerst"),
        columns=[Column(label=label, numeric=label == _("Versuche")) for label in columns],
        rows=[
            Row(
                key=str(row.pk),
                cells=[
                    Cell(text=f"{clock.local(row.queued_at):%d.%m.%Y, %H:%M}"),
                    Cell(text=row.recipient_hint),
                    Cell(text=row.subject),
                    Cell(text=words[row.state], kind=kinds[row.state]),
                    Cell(text=row.attempts),
                    Cell(text=row.error),
                ],
            )
            for row in rows
        ],
    )


def _found(batch_id: UUID) -> letters.BatchInfo:
    found = letters.print_batch(batch_id)
    if found is None:
        raise NotVisible()
    return found


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = cast(Any, request).actor
    return actor


def _leave_trace(request: HttpRequest, obj: tuple[str, UUID]) -> None:
    """Reading somebody's letter is an event, too."""
    audit.record(
        actor=_actor(request), action="notifications.read", obj=obj, now=clock.now(), retention="access"
    )
