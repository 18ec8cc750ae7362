"""Code lists: import of genericode files, their versions, search in their entries."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from stadtkern.casework.forms import actions
from stadtkern.casework.forms.desk.common import crumbs, manager
from stadtkern.casework.forms.models import CodeListEntry, CodeListVersion
from stadtkern.casework.forms.xdf import XdfError
from stadtkern.foundation.access.api import NotVisible, Role, staff
from stadtkern.foundation.shell import api as shell
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError

MAX_UPLOAD = 60_000_000
gate = staff(Role.SERVICE_MANAGER)


@gate
def code_lists(request: HttpRequest) -> HttpResponse:
    """All code lists; a new one comes as a genericode file."""
    error = ""
    if request.method == "POST":
        upload = request.FILES.get("file")
        try:
            if upload is None or (upload.size or 0) > MAX_UPLOAD:
                error = _("Wählen Sie eine Datei von höchstens 60 MB.")
            else:
                found = actions.import_code_list(actor=manager(request), data=upload.read(), now=clock.now())
                messages.success(
                    request,
                    _("„%(title)s“ hat %(count)s Einträge.")
                    % {"title": found.title or found.key, "count": found.size},
                )
                return redirect("forms_desk:code-list", list_id=found.pk)
        except XdfError as caught:
            error = (
                _("Zeile %(line)s, Spalte %(column)s") % {"line": caught.line, "column": caught.column}
                + f": {caught.message}"
            )
        except DomainError as caught:
            error = caught.text(request.LANGUAGE_CODE)
    page = shell.paginate(
        request, CodeListVersion.objects.order_by("title", "uri", "-imported_at", "id"), per_page=50
    )
    rows = [
        shell.Row(
            cells=[
                shell.Cell(text=row.title or row.uri, href=reverse("forms_desk:code-list", args=[row.pk])),
                shell.Cell(text=row.version),
                shell.Cell(text=row.size),
                shell.Cell(text=row.key),
            ]
        )
        for row in page.object_list
    ]
    columns = [
        shell.Column(label=_("Codeliste")),
        shell.Column(label=_("Version")),
        shell.Column(label=_("Einträge"), numeric=True),
        shell.Column(label=_("Kennung")),
    ]
    table = shell.Table(caption=_("Codelisten"), caption_hidden=True, columns=columns, rows=rows)
    context = {
        "table": table,
        "page": page,
        "error": error,
        "breadcrumb": crumbs(None, (_("Codelisten"), "")),
    }
    return render(request, "forms/desk/code_lists.html", context, status=422 if error else 200)


@gate
def code_list(request: HttpRequest, list_id: UUID) -> HttpResponse:
    """The entries of one list, with search."""
    row = CodeListVersion.objects.filter(pk=list_id).first()
    if row is None:
        raise NotVisible()
    words = request.GET.get("q", "")[:100].replace("\x00", "")
    entries = CodeListEntry.objects.filter(code_list=row)
    if words:
        entries = entries.filter(Q(name__icontains=words) | Q(code__istartswith=words))
    page = shell.paginate(request, entries.order_by("position"), per_page=100)
    rows = [
        shell.Row(cells=[shell.Cell(text=entry.code), shell.Cell(text=entry.name)])
        for entry in page.object_list
    ]
    columns = [shell.Column(label=_("Code")), shell.Column(label=_("Name"))]
    way = [*crumbs(None, (_("Codelisten"), reverse("forms_desk:code-lists"))), (row.title or row.uri, "")]
    context = {
        "row": row,
        "table": shell.Table(caption=_("Einträge"), caption_hidden=True, columns=columns, rows=rows),
        "page": page,
        "words": words,
        "breadcrumb": way,
    }
    return render(request, "forms/desk/code_list.html", context)
