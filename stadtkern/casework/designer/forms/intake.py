"""How a form gets into a draft: from nothing, from what is public, from a file; building blocks and code lists from files."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stadtkern.casework.designer.desk.common import actor_of, find, gate, language
from stadtkern.casework.designer.forms import properties, store, tree
from stadtkern.casework.designer.forms.common import (
    Refusals,
    home,
    keep,
    needs_form,
    parents,
    way,
)
from stadtkern.casework.designer.forms.sheet import (
    EditRefused,
    Sheet,
    name_from,
    read_sheet,
)
from stadtkern.casework.designer.models import ProcedureDraft
from stadtkern.casework.designer.policies import editable_now
from stadtkern.casework.forms import api as forms_api
from stadtkern.casework.forms import definition as forms
from stadtkern.casework.processes.packages.model import FORM, FORM_EN, RULES
from stadtkern.foundation.access.api import NotVisible
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError

MAX_FILE = 20_000_000


@gate
@require_POST
def begin(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """A form without any question: ``title``, ``title_en``, ``legal_basis`` (one per line); all may be left out."""
    row = find(request, draft_id)
    if store.has_form(row):
        return redirect(home(row))
    editable_now(row)
    sent = request.POST
    sheet = store.begin(row, title=sent.get("title", "").strip(), title_en=sent.get("title_en", "").strip(), legal_basis=sent.get("legal_basis", ""), now=clock.now())  # fmt: skip
    keep(request, row, sheet)
    messages.success(request, _("Das Formular ist angelegt. Fügen Sie die erste Gruppe hinzu."))
    return redirect(home(row))


@gate
@require_POST
def take_over(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """The public form of the service, to go on from."""
    row = find(request, draft_id)
    editable_now(row)
    files = store.published(row, clock.now())
    if store.has_form(row) or not files:
        return redirect(home(row))
    keep(request, row, read_sheet(files))
    messages.success(request, _("Das öffentliche Formular ist im Entwurf. Öffentlich bleibt, was ist, bis eine zweite Person zustimmt."))  # fmt: skip
    return redirect(home(row))


@gate
@require_http_methods(["GET", "HEAD", "POST"])
def from_file(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """An XDatenfelder file becomes the form of the draft: ``file``, and ``rules`` (rules.json) where there are any."""
    row = find(request, draft_id)
    errors = Refusals()
    if request.method == "POST":
        try:
            editable_now(row)
            keep(request, row, _read(request, row))
        except forms.XdfError as error:
            where = _("Zeile %(line)s, Spalte %(column)s: ") % {"line": error.line, "column": error.column}
            errors.append(("file", where + error.text(language())))
            errors.status = error.status
        except (EditRefused, DomainError) as error:
            errors.add(error)
        else:
            messages.success(request, _("Das Formular ist eingelesen."))
            return redirect(home(row))
    context = {
        "row": row,
        "errors": errors,
        "error": dict(errors),
        "breadcrumb": way(row, (_("Aus Datei"), "")),
    }
    return render(request, "designer/forms/file.html", context, status=errors.status)


def _read(request: HttpRequest, row: ProcedureDraft) -> Sheet:
    data = _bytes(request, "file")
    message = forms.read_message(data)
    if not isinstance(message.root, forms.Form):
        raise EditRefused("file", "Die Datei enthält einen Baustein, kein ganzes Formular. Lesen Sie ihn als Baustein ein.", "The file holds a building block, not a form.")  # fmt: skip
    written = forms.write_message(message.root, message_id=message.message_id, created_at=message.created_at)
    files = {FORM: written.decode("utf-8"), FORM_EN: row.files.get(FORM_EN, "{}")}
    rules = request.FILES.get("rules")
    if rules is not None:
        files[RULES] = _text(rules)
    return _all_named(read_sheet(files))


def _all_named(sheet: Sheet) -> Sheet:
    """Every field gets a name for expressions."""
    aliases = dict(sheet.ruleset.aliases)
    named = set(aliases.values())
    for path, position in sheet.form.walk():
        element = position.element
        if isinstance(element, forms.Field) and element.is_answerable and path not in named:
            aliases[name_from(element.name or element.label, aliases)] = path
    return replace(sheet, ruleset=replace(sheet.ruleset, aliases=aliases))


def _bytes(request: HttpRequest, name: str) -> bytes:
    upload = request.FILES.get(name)
    if not isinstance(upload, UploadedFile) or (upload.size or 0) > MAX_FILE:
        raise EditRefused(
            name, "Wählen Sie eine Datei von höchstens 20 MB.", "Choose a file of 20 MB at most."
        )
    data: bytes = upload.read()
    return data


def _text(upload: UploadedFile) -> str:
    try:
        text: str = upload.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise EditRefused("rules", "Die Datei ist nicht in UTF-8 geschrieben.", "The file is not UTF-8.") from error  # fmt: skip
    return text


@gate
@require_safe
def download(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """The form as XDatenfelder 3."""
    row = find(request, draft_id)
    if not store.has_form(row):
        raise NotVisible()
    response = HttpResponse(row.files[FORM], content_type="application/xml")
    response["Content-Disposition"] = f'attachment; filename="{row.slug}.xdf3.xml"'
    return response


# --- from the shelf ------------------------------------------------------------------------------------------------


@gate
@require_http_methods(["GET", "HEAD", "POST"])
@needs_form
def block(request: HttpRequest, row: ProcedureDraft, sheet: Sheet) -> HttpResponse:
    """Put a building block into ``parent``: one on the shelf (``block``, its id or key), or a file (message 0103)."""
    errors = Refusals()
    if request.method == "POST":
        try:
            editable_now(row)
            sheet, path = _inserted(request, sheet)
            keep(request, row, sheet)
        except (EditRefused, DomainError) as error:
            errors.add(error)
        else:
            messages.success(request, _("Der Baustein ist im Formular."))
            return redirect(home(row, path))
    context = {
        "row": row,
        "blocks": [("", "–"), *((str(line.id), f"{line.name} ({line.key})") for line in forms_api.blocks())],
        "parents": parents(sheet),
        "errors": errors,
        "error": dict(errors),
        "breadcrumb": way(row, (_("Baustein"), "")),
    }
    return render(request, "designer/forms/block.html", context, status=errors.status)


def _inserted(request: HttpRequest, sheet: Sheet) -> tuple[Sheet, str]:
    group = forms_api.block_group(_block_id(request))
    known = {position.id: position.element for _path, position in sheet.form.walk()}
    for _path, position in forms.walk((forms.Position(element=group),)):
        same = known.get(position.id)
        if same is not None and same != position.element:
            raise EditRefused("block", f"Die Kennung {position.id} gibt es im Formular schon mit anderem Inhalt („{same.label}“).", f"The id {position.id} is in the form with other content.")  # fmt: skip
    parent = tree.find(sheet, request.POST["parent"]) if request.POST.get("parent") else ""
    sheet = tree.insert(sheet, parent, None, forms.Position(element=group))
    path = f"{parent}/{group.id}".strip("/")
    values = {name: request.POST[name] for name in ("least", "most") if request.POST.get(name, "").strip()}
    if values:
        sheet = properties.apply(sheet, path, {"least": "1", "most": "1", **values})
    return _all_named(sheet), path


def _block_id(request: HttpRequest) -> UUID:
    upload = request.FILES.get("file")
    if upload is not None:
        actor = store.editor(actor_of(request))
        return forms_api.import_block(actor=actor, data=_bytes(request, "file"), name=upload.name or "", now=clock.now()).id  # fmt: skip
    wanted = request.POST.get("block", "")
    found = next((line.id for line in forms_api.blocks() if wanted in (str(line.id), line.key)), None)
    if found is None:
        raise EditRefused(
            "block", "Wählen Sie einen Baustein oder eine Datei.", "Choose a building block or a file."
        )
    return found


@gate
@require_http_methods(["GET", "HEAD", "POST"])
def code_list(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Read a genericode file as a code list for all forms of the municipality."""
    row = find(request, draft_id)
    errors = Refusals()
    if request.method == "POST":
        try:
            editable_now(row)
            found = forms_api.import_code_list(actor=store.editor(actor_of(request)), data=_bytes(request, "file"), now=clock.now())  # fmt: skip
        except (EditRefused, DomainError) as error:
            errors.add(error, "file")
        else:
            messages.success(request, _("„%(title)s“ hat %(count)s Einträge.") % {"title": found.title or found.key, "count": found.size})  # fmt: skip
            return redirect(home(row))
    context = {"row": row, "lists": forms_api.code_lists(), "errors": errors, "error": dict(errors), "breadcrumb": way(row, (_("Codeliste"), ""))}  # fmt: skip
    return render(request, "designer/forms/code_list.html", context, status=errors.status)
