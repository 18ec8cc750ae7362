"""Up, down, into another group, copied, removed, taken back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from stadtkern.casework.designer import actions
from stadtkern.casework.designer.contents import FORM_FILES
from stadtkern.casework.designer.desk.common import actor_of, find, gate
from stadtkern.casework.designer.forms import store, tree
from stadtkern.casework.designer.forms.common import (
    found_path,
    home,
    keep,
    needs_form,
    refused,
    revision,
    way,
)
from stadtkern.casework.designer.forms.sheet import EditRefused, Sheet
from stadtkern.casework.designer.models import ProcedureDraft
from stadtkern.kernel import clock, feel
from stadtkern.kernel.errors import DomainError


def _no(request: HttpRequest, row: ProcedureDraft, error: Exception) -> HttpResponse:
    """Why it cannot be done, on a page of its own (a program reads the status)."""
    text = refused(error)[1]
    context = {"row": row, "text": text, "breadcrumb": way(row, (_("Nicht möglich"), ""))}
    status = error.status if isinstance(error, DomainError) else 422
    return render(request, "designer/forms/refused.html", context, status=status)


@gate
@require_POST
@needs_form
def move(request: HttpRequest, row: ProcedureDraft, sheet: Sheet) -> HttpResponse:
    """``up`` or ``down`` name an element; or ``place`` goes to ``parent``, behind ``after`` (empty: first, absent: last)."""
    sent = request.POST
    try:
        if by := {"up": -1, "down": 1}.get(next((name for name in ("up", "down") if name in sent), "")):
            path = found_path(sheet, sent.get("up") or sent.get("down") or "")
            sheet = tree.step(sheet, path, by)
        else:
            path = found_path(sheet, sent.get("place", ""))
            parent = found_path(sheet, sent["parent"]) if sent.get("parent") else ""
            after = sent.get("after")
            if after:
                after = found_path(sheet, after).rpartition("/")[2]
                after = after if any(child.id == after for child in tree.children_of(sheet, parent)) else None
            sheet = tree.move(sheet, path, parent, after)
            path = f"{parent}/{path.rpartition('/')[2]}".strip("/")
        keep(request, row, sheet)
    except (EditRefused, DomainError) as error:
        return _no(request, row, error)
    return redirect(home(row, path))


@gate
@require_POST
@needs_form
def copy(request: HttpRequest, row: ProcedureDraft, sheet: Sheet) -> HttpResponse:
    """A copy of ``place`` behind it."""
    try:
        sheet, path = tree.copy(sheet, found_path(sheet, request.POST.get("place", "")))
        keep(request, row, sheet)
    except (EditRefused, DomainError) as error:
        return _no(request, row, error)
    messages.success(request, _("Die Kopie steht dahinter."))
    return redirect(home(row, path))


@gate
@require_http_methods(["GET", "HEAD", "POST"])
@needs_form
def remove(request: HttpRequest, row: ProcedureDraft, sheet: Sheet) -> HttpResponse:
    """Remove ``place``, after one more question."""
    path = found_path(sheet, (request.POST if request.method == "POST" else request.GET).get("place", ""))
    position = sheet.form.at(path)
    assert position is not None
    if request.method == "POST":
        try:
            keep(request, row, tree.remove(sheet, path))
        except DomainError as error:
            return _no(request, row, error)
        messages.success(
            request,
            _("„%(label)s“ ist entfernt. „Rückgängig“ holt es zurück.") % {"label": position.element.label},
        )
        return redirect(home(row, tree.parent_of(path)))
    inside = sum(1 for other, _position in sheet.form.walk() if tree.within(other, path)) - 1
    labels = [found.element.label for each in dict.fromkeys(_users(sheet, path)) if (found := sheet.form.at(each))]  # fmt: skip
    context = {"row": row, "path": path, "label": position.element.label, "inside": inside, "uses": labels, "back": home(row, path), "breadcrumb": way(row, (_("Entfernen"), ""))}  # fmt: skip
    return render(request, "designer/forms/remove.html", context)


def _users(sheet: Sheet, path: str) -> Iterator[str]:
    """Paths whose rules name something that would be gone, and that would stay."""
    names = sheet.ruleset.aliases
    gone = {name for name, at in names.items() if tree.within(at, path)}
    for _where, at, text in sheet.ruleset.expressions():
        with suppress(feel.FeelError):  # the check says what is wrong with it
            if not tree.within(at, path) and gone & feel.variables(text, names):
                yield at


@gate
@require_POST
def undo(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Take back the last step of the form, again and again."""
    row = find(request, draft_id)
    try:
        actions.undo(actor=actor_of(request), draft_id=row.pk, revision=revision(request, row), files=FORM_FILES, now=clock.now())  # fmt: skip
    except DomainError as error:
        return _no(request, row, error)
    messages.success(request, _("Der letzte Schritt ist zurückgenommen."))
    return redirect(home(row))


@gate
@require_POST
def discard(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """The draft without a form of its own; can be taken back."""
    row = find(request, draft_id)
    try:
        store.discard(actor=actor_of(request), row=row, revision=revision(request, row), now=clock.now())
    except DomainError as error:
        return _no(request, row, error)
    messages.success(request, _("Der Entwurf hat kein eigenes Formular mehr."))
    return redirect(home(row))
