"""Trying the form out: the real pages in preview mode, in full width or as on a telephone. Nothing is ever sent."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from stadtkern.casework.designer.desk.common import actor_of, gate
from stadtkern.casework.designer.forms import store
from stadtkern.casework.designer.forms.common import home, needs_form, way
from stadtkern.casework.designer.forms.sheet import Sheet
from stadtkern.casework.designer.models import ProcedureDraft
from stadtkern.kernel import clock


@gate
@require_http_methods(["GET", "HEAD", "POST"])
@needs_form
def preview(request: HttpRequest, row: ProcedureDraft, sheet: Sheet) -> HttpResponse:
    """A POST begins a preview and leads to its first page; with ``width=phone`` it is shown in a frame of 390 pixels."""
    if request.method != "POST" or not sheet.form.children:
        return redirect(home(row))
    address = store.try_out(actor=actor_of(request), row=row, now=clock.now())
    if request.POST.get("width") != "phone":
        return redirect(address)
    context = {"row": row, "address": address, "breadcrumb": way(row, (_("Vorschau"), ""))}
    return render(request, "designer/forms/phone.html", context)
