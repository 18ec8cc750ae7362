"""The pages of a form and its building blocks: plain forms whose buttons change the draft of a layout until it is saved."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from stadtkern.casework.forms.actions import layout as edits
from stadtkern.casework.forms.desk.common import crumbs, find, manager, revision_of
from stadtkern.casework.forms.errors import BlockRefused
from stadtkern.casework.forms.info import FormVersionInfo, version_info
from stadtkern.casework.forms.model import Element, Field, Form, Group, walk
from stadtkern.casework.forms.models import BuildingBlock, FormVersion
from stadtkern.casework.forms.page_editor import Arranged, PageEditor
from stadtkern.casework.forms.page_editor import number_in as _number
from stadtkern.casework.forms.xdf import XdfError
from stadtkern.foundation.access.api import Role, staff
from stadtkern.foundation.shell import api as shell
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError

MAX_UPLOAD = 20_000_000
gate = staff(Role.SERVICE_MANAGER)


@gate
@require_http_methods(["GET", "HEAD", "POST"])
def pages(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Titles, order and content of the pages. Buttons: split, join, add a page, back to the default, save."""
    row = find(request, version_id)
    editor = _editor(version_info(row))
    if request.method != "POST":
        return _pages_page(request, row, editor, editor.stored())
    at, chosen = editor.pressed(request.POST)
    if chosen is None:
        return _pages_page(request, row, editor, at)
    try:
        edits.set_pages(
            actor=manager(request),
            version_id=row.pk,
            revision=revision_of(request),
            pages=chosen,
            now=clock.now(),
        )
    except DomainError as error:
        return _pages_page(request, row, editor, at, error=error.text(request.LANGUAGE_CODE))
    messages.success(request, _("Die Seiten sind gespeichert."))
    return redirect("forms_desk:pages", version_id=row.pk)


def _editor(info: FormVersionInfo) -> PageEditor:
    loaded = info.loaded

    def label(part: Element | Form, language: str) -> str:
        return loaded.title_in(language) if isinstance(part, Form) else loaded.label(part, language)

    return PageEditor(info.form, info.ruleset, label)


def _pages_page(
    request: HttpRequest, row: FormVersion, editor: PageEditor, at: Arranged, *, error: str = ""
) -> HttpResponse:
    context = {
        **editor.context(at),
        "row": row,
        "editable": row.state == FormVersion.State.DRAFT,
        "errors": [("page-0-de", error)] if error else [],
        "breadcrumb": crumbs(row, (_("Seiten"), "")),
    }
    return render(request, "forms/desk/pages.html", context, status=422 if error else 200)


# --- building blocks --------------------------------------------------------------------------------------------


@gate
@require_http_methods(["GET", "HEAD", "POST"])
def blocks(request: HttpRequest) -> HttpResponse:
    """The shelf: what was read, and reading another one."""
    error = place = ""
    if request.method == "POST":
        upload = request.FILES.get("file")
        try:
            if upload is None or (upload.size or 0) > MAX_UPLOAD:
                error = _("Wählen Sie eine Datei von höchstens 20 MB.")
            else:
                return imported(request, upload.read(), upload.name or "baustein.xml")
        except XdfError as caught:
            error, place = caught.message, _place(caught)
        except DomainError as caught:
            error = caught.text(request.LANGUAGE_CODE)
    rows = BuildingBlock.objects.only("id", "key", "name", "source_name", "imported_at").order_by(
        "name", "id"
    )
    page = shell.paginate(request, rows, per_page=50)
    context = {
        "page": page,
        "error": error,
        "place": place,
        "breadcrumb": crumbs(None, (_("Bausteine"), "")),
    }
    return render(request, "forms/desk/blocks.html", context, status=422 if error else 200)


def _place(error: XdfError) -> str:
    text = _("Zeile %(line)s, Spalte %(column)s") % {"line": error.line, "column": error.column}
    return f"{text}, {error.path}" if error.path else text


def imported(request: HttpRequest, data: bytes, name: str) -> HttpResponse:
    """Read a building block and say so."""
    done = edits.import_block(actor=manager(request), data=data, name=name, now=clock.now())
    said = (
        _("Der Baustein „%(name)s“ ist eingelesen.")
        if done.new
        else _("Den Baustein „%(name)s“ gibt es schon.")
    )
    messages.success(request, said % {"name": done.name})
    return redirect("forms_desk:block", block_id=done.id)


@gate
@require_http_methods(["GET", "HEAD", "POST"])
def block(request: HttpRequest, block_id: UUID) -> HttpResponse:
    """What is in a building block; taking it off the shelf."""
    row = edits.find_block(manager(request), block_id)
    if request.method == "POST":
        edits.delete_block(actor=manager(request), block_id=row.pk, now=clock.now())
        messages.success(
            request, _("Der Baustein ist gelöscht. Formulare, in denen er steht, bleiben, wie sie sind.")
        )
        return redirect("forms_desk:blocks")
    group = edits.group_of(row)
    lines = [
        shell.Row(
            cells=[
                shell.Cell(text="– " * path.count("/") + position.element.label),
                shell.Cell(text=_("Feld") if isinstance(position.element, Field) else _("Gruppe")),
                shell.Cell(text=position.cardinality),
                shell.Cell(text=position.element.key),
            ]
        )
        for path, position in walk(group.children)
    ]
    columns = [shell.Column(label=label) for label in (_("Element"), _("Art"), _("Häufigkeit"), _("Kennung"))]
    way = crumbs(None, (_("Bausteine"), reverse("forms_desk:blocks")), (row.name, ""))
    context = {
        "row": row,
        "group": group,
        "table": shell.Table(caption=_("Inhalt"), caption_hidden=True, columns=columns, rows=lines),
        "breadcrumb": way,
    }
    return render(request, "forms/desk/block.html", context)


@gate
@require_http_methods(["GET", "HEAD", "POST"])
def parts(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """The groups of a version in progress: put a building block in, take a group out."""
    row = find(request, version_id)
    info = version_info(row)
    errors: dict[str, str] = {}
    sent = request.POST if request.method == "POST" else {"least": "1", "most": "1"}
    if request.method == "POST":
        try:
            text = _change(request, row)
        except BlockRefused as error:
            errors = {error.field: error.text(request.LANGUAGE_CODE)}
        except DomainError as error:
            errors = {"block": error.text(request.LANGUAGE_CODE)}
        else:
            messages.success(request, text)
            return redirect("forms_desk:parts", version_id=row.pk)
    shelf = BuildingBlock.objects.only("id", "key", "name").order_by("name", "id")
    context = {
        "row": row,
        "groups": [
            {
                "path": path,
                "label": position.element.label,
                "depth": path.count("/"),
                "times": position.cardinality,
            }
            for path, position in info.form.walk()
            if isinstance(position.element, Group)
        ],
        "blocks": [(str(item.pk), f"{item.name} ({item.key})") for item in shelf],
        "places": _places(info.form),
        "sent": sent,
        "error": errors,
        "errors": list(errors.items()),
        "editable": row.state == FormVersion.State.DRAFT,
        "breadcrumb": crumbs(row, (_("Bausteine einfügen"), "")),
    }
    return render(request, "forms/desk/parts.html", context, status=422 if errors else 200)


def _change(request: HttpRequest, row: FormVersion) -> str:
    sent = request.POST
    actor, revision, now = manager(request), revision_of(request), clock.now()
    if path := sent.get("remove", ""):
        edits.remove_element(actor=actor, version_id=row.pk, revision=revision, path=path, now=now)
        return _("Die Gruppe ist entfernt, mit den Regeln, die an ihr hingen.")
    parent, _bar, after = sent.get("place", "|").partition("|")
    most = sent.get("most", "").strip()
    edits.insert_block(
        actor=actor,
        version_id=row.pk,
        revision=revision,
        block_id=_uuid(sent.get("block", "")),
        parent=parent,
        after=after,
        least=_number(sent.get("least"), -1),
        most=None if most in ("", "*") else _number(most, 0),
        now=now,
    )
    return _("Der Baustein ist eingefügt. Übersetzen Sie seine Regeln und prüfen Sie die Seiten.")


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def _places(form: Form) -> list[tuple[str, str]]:
    """Where a block may stand: ``parent|after`` and words; first in a group, and behind each of its children."""
    found = [("|", _("ganz am Anfang"))]
    found += [
        (f"|{child.id}", _("nach „%(name)s“") % {"name": child.element.label}) for child in form.children
    ]
    for path, position in form.walk():
        if isinstance(position.element, Group) and not position.element.choice:
            last = position.element.children[-1].id if position.element.children else ""
            words = {"name": f"{'– ' * path.count('/')}{position.element.label}"}
            found.append((f"{path}|{last}", _("als letztes in „%(name)s“") % words))
    return found
