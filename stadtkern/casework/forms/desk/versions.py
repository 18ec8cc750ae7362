"""Forms and their versions: import, findings, publish, compare, retire, export."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import UTC, datetime
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from stadtkern.casework.forms import actions, policies
from stadtkern.casework.forms.actions.versions import reasons_against
from stadtkern.casework.forms.desk import layout
from stadtkern.casework.forms.desk.common import (
    STATE_KINDS,
    crumbs,
    find,
    manager,
    state_words,
    version_title,
)
from stadtkern.casework.forms.diff import diff_forms
from stadtkern.casework.forms.errors import NotPublishable
from stadtkern.casework.forms.info import FormVersionInfo, version_info
from stadtkern.casework.forms.jsonschema import json_schema
from stadtkern.casework.forms.models import Channel, FormDefinition, FormVersion
from stadtkern.casework.forms.quality import check_form
from stadtkern.casework.forms.ruleset import open_rules, ruleset_to_json
from stadtkern.casework.forms.runner.mode import PREVIEW
from stadtkern.casework.forms.runner.pages import pages_of
from stadtkern.casework.forms.xdf import XdfError, write_message
from stadtkern.casework.forms.xsd import xml_schema
from stadtkern.casework.services import api as services
from stadtkern.foundation.access.api import Role, staff
from stadtkern.foundation.shell import api as shell
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError

MAX_UPLOAD = 20_000_000
SEVERITIES = {
    "FehlerKritisch": (gettext_noop("Kritische Fehler"), "danger"),
    "FehlerMethodisch": (gettext_noop("Methodische Fehler"), "danger"),
    "Warnung": (gettext_noop("Warnungen"), "warning"),
    "Hinweis": (gettext_noop("Hinweise"), "info"),
}
gate = staff(Role.SERVICE_MANAGER)


@gate
def forms(request: HttpRequest) -> HttpResponse:
    """All forms with the version that is public and the one in progress."""
    rows = (
        policies.definitions_visible_to(manager(request))
        .exclude(service_slug__startswith=policies.TRIAL)
        .prefetch_related("versions")
        .order_by("title", "id")
    )
    page = shell.paginate(request, rows, per_page=50)
    columns = [
        shell.Column(label=label) for label in (_("Formular"), _("Öffentlich"), _("In Arbeit"), _("Leistung"))
    ]
    table = shell.Table(
        caption=_("Formulare"),
        caption_hidden=True,
        columns=columns,
        rows=[_form_row(item) for item in page.object_list],
    )
    return render(request, "forms/desk/forms.html", {"table": table, "page": page})


def _form_row(row: FormDefinition) -> shell.Row:
    versions = sorted(row.versions.all(), key=lambda version: -version.number)
    public = next((item for item in versions if item.state == FormVersion.State.PUBLISHED), None)
    draft = next((item for item in versions if item.state == FormVersion.State.DRAFT), None)
    first = public or draft or versions[0]
    return shell.Row(
        cells=[
            shell.Cell(text=row.title, href=reverse("forms_desk:version", args=[first.pk])),
            shell.Cell(text=_("Fassung %(number)s") % {"number": public.number}, kind="success")
            if public
            else shell.Cell(text=_("keine"), kind="neutral"),
            shell.Cell(
                text=_("Fassung %(number)s") % {"number": draft.number},
                href=reverse("forms_desk:version", args=[draft.pk]),
            )
            if draft
            else shell.Cell(text="–"),
            shell.Cell(text=row.service_slug),
        ]
    )


@gate
def import_form(request: HttpRequest) -> HttpResponse:
    """Read an XDatenfelder file as a new version."""
    error, place, slug = "", "", request.POST.get("service", request.GET.get("leistung", ""))
    if request.method == "POST":
        upload = request.FILES.get("file")
        try:
            if upload is None:
                error = _("Wählen Sie eine Leistung und eine Datei.")
            elif (upload.size or 0) > MAX_UPLOAD:
                error = _("Die Datei ist größer als 20 MB.")
            elif _holds_block(upload):
                return layout.imported(request, upload.read(), upload.name or "baustein.xml")
            elif not slug:
                error = _("Wählen Sie eine Leistung und eine Datei.")
            else:
                done = actions.import_form(
                    actor=manager(request),
                    service_slug=slug,
                    data=upload.read(),
                    name=upload.name or "formular.xml",
                    note=request.POST.get("note", ""),
                    now=clock.now(),
                )
                messages.success(
                    request,
                    _("Fassung %(number)s ist eingelesen (XDatenfelder %(version)s).")
                    % {"number": done.version.number, "version": done.source_version},
                )
                return redirect("forms_desk:version", version_id=done.version.id)
        except XdfError as caught:
            error = caught.message
            place = _("Zeile %(line)s, Spalte %(column)s") % {
                "line": caught.line,
                "column": caught.column,
            } + (f", {caught.path}" if caught.path else "")
        except DomainError as caught:
            error = caught.text(request.LANGUAGE_CODE)
    options = [(item.slug, item.title()) for item in services.services()]
    context = {
        "error": error,
        "place": place,
        "options": options,
        "slug": slug,
        "note": request.POST.get("note", ""),
        "breadcrumb": crumbs(None, (_("Formular einlesen"), "")),
    }
    return render(request, "forms/desk/import.html", context, status=422 if error else 200)


def _holds_block(upload: UploadedFile) -> bool:
    """Whether the file looks like a group message (0103); the reader judges it in earnest."""
    start = upload.read(4000)
    upload.seek(0)
    return b"datenfeldgruppe.0103" in start


@gate
def version(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """One version: what keeps it from going live, what the quality check says, what can be done with it."""
    row = find(request, version_id)
    info = version_info(row)
    siblings = list(row.definition.versions.order_by("-number"))
    is_draft = row.state == FormVersion.State.DRAFT
    context = {
        "row": row,
        "info": info,
        "status_kind": STATE_KINDS[row.state],
        "state_words": state_words(row.state),
        "reasons": reasons_against(row) if is_draft else [],
        "open_rules": len(open_rules(info.ruleset, info.form)),
        "rule_count": len(info.ruleset.expressions()),
        "findings": _findings(info),
        "pages": [(page.title, len(page.paths)) for page in pages_of(info.loaded, request.LANGUAGE_CODE)],
        "facts": _facts(row, info),
        "siblings": [(item, STATE_KINDS[item.state], state_words(item.state)) for item in siblings],
        "others": [item for item in siblings if item.pk != row.pk],
        "is_draft": is_draft,
        "breadcrumb": [crumbs()[0], (version_title(row), "")],
    }
    return render(request, "forms/desk/version.html", context)


def _facts(row: FormVersion, info: FormVersionInfo) -> list[tuple[str, object]]:
    count = sum(1 for _path, position in info.form.walk() if hasattr(position.element, "datatype"))
    return [
        (_("FIM-Kennung"), info.form.key),
        (_("Leistung"), row.definition.service_slug),
        (_("Datenfelder"), count),
        (_("Quelldatei"), row.source_name),
        (_("Anlass"), row.note),
        (_("Angelegt"), _moment(row.created_at)),
        (
            _("Veröffentlicht"),
            _moment(row.published_at) if row.published_at else "",
        ),
    ]


def _moment(at: datetime) -> str:
    return _("%(at)s Uhr") % {"at": f"{clock.local(at):%d.%m.%Y, %H:%M}"}


def _findings(info: FormVersionInfo) -> list[dict[str, object]]:
    groups: dict[str, list[object]] = defaultdict(list)
    for finding in check_form(info.form, info.loaded.code_lists):
        groups[finding.severity].append(finding)
    return [
        {
            "title": f"{_(title)}: {len(groups[key])}",
            "kind": kind,
            "items": groups[key][:100],
            "open": kind == "danger",
        }
        for key, (title, kind) in SEVERITIES.items()
        if groups[key]
    ]


@gate
def copy(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """A new version in progress from this one."""
    row = find(request, version_id)
    if request.method != "POST":
        return redirect("forms_desk:version", version_id=row.pk)
    made = actions.copy_version(
        actor=manager(request), version_id=row.pk, note=request.POST.get("note", ""), now=clock.now()
    )
    messages.success(request, _("Fassung %(number)s ist angelegt.") % {"number": made.number})
    return redirect("forms_desk:version", version_id=made.id)


@gate
def publish(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Ask once more, then go live."""
    row = find(request, version_id)
    reasons = reasons_against(row)
    if request.method == "POST":
        may_finish = request.POST.get("drafts", "finish") != "stop"
        try:
            actions.publish(
                actor=manager(request), version_id=row.pk, drafts_may_finish=may_finish, now=clock.now()
            )
        except NotPublishable as caught:
            reasons = list(caught.reasons)
        else:
            messages.success(request, _("Fassung %(number)s ist jetzt öffentlich.") % {"number": row.number})
            return redirect("forms_desk:version", version_id=row.pk)
    before = row.definition.versions.filter(state=FormVersion.State.PUBLISHED).first()
    changes = len(diff_forms(version_info(before).form, version_info(row).form)) if before else 0
    context = {
        "row": row,
        "before": before,
        "reasons": reasons,
        "changes": changes,
        "breadcrumb": crumbs(row, (_("Veröffentlichen"), "")),
    }
    return render(
        request, "forms/desk/publish.html", context, status=409 if request.method == "POST" else 200
    )


@gate
def retire(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Take the form off line, or close it for drafts."""
    row = find(request, version_id)
    if request.method == "POST":
        may_finish = request.POST.get("drafts", "finish") != "stop"
        actions.retire(
            actor=manager(request), version_id=row.pk, drafts_may_finish=may_finish, now=clock.now()
        )
        messages.success(request, _("Fassung %(number)s ist nicht mehr öffentlich.") % {"number": row.number})
        return redirect("forms_desk:version", version_id=row.pk)
    return render(
        request, "forms/desk/retire.html", {"row": row, "breadcrumb": crumbs(row, (_("Ablösen"), ""))}
    )


@gate
def delete(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Throw a version in progress away."""
    row = find(request, version_id)
    if request.method == "POST":
        actions.delete_version(actor=manager(request), version_id=row.pk, now=clock.now())
        messages.success(request, _("Fassung %(number)s ist gelöscht.") % {"number": row.number})
        return redirect("forms_desk:forms")
    context = {
        "confirm_frame": "shell/desk.html",
        "title": _("Fassung %(number)s löschen?") % {"number": row.number},
        "text": _("Die Fassung war nie öffentlich. Ihre Regeln gehen verloren."),
        "action": request.path,
        "label": _("Fassung löschen"),
        "back": reverse("forms_desk:version", args=[row.pk]),
    }
    return render(request, "shell/confirm.html", context)


@gate
def compare(request: HttpRequest, old_id: UUID, new_id: UUID) -> HttpResponse:
    """Two versions side by side: elements and rules."""
    old, new = find(request, old_id), find(request, new_id)
    was, now_ = version_info(old), version_info(new)
    changes = diff_forms(was.form, now_.form)
    rows = [
        shell.Row(
            cells=[
                shell.Cell(text=change.label, note=change.path),
                shell.Cell(
                    text={"added": _("neu"), "removed": _("entfallen"), "changed": _("geändert")}[change.kind]
                ),
                shell.Cell(text=change.part_label),
                shell.Cell(text=change.old),
                shell.Cell(text=change.new),
            ]
        )
        for change in changes[:1000]
    ]
    columns = [
        shell.Column(label=label)
        for label in (_("Element"), _("Änderung"), _("Eigenschaft"), _("Vorher"), _("Nachher"))
    ]
    context = {
        "old": old,
        "new": new,
        "table": shell.Table(caption=_("Unterschiede der Elemente"), columns=columns, rows=rows),
        "count": len(changes),
        "rules_changed": _rule_changes(was, now_),
        "breadcrumb": crumbs(new, (_("Vergleich mit Fassung %(number)s") % {"number": old.number}, "")),
    }
    return render(request, "forms/desk/compare.html", context)


def _rule_changes(was: FormVersionInfo, now_: FormVersionInfo) -> list[tuple[str, str]]:
    """Rules that exist on one side only, as text."""

    def lines(info: FormVersionInfo) -> dict[str, str]:
        document = ruleset_to_json(info.ruleset)
        parts = ("conditions", "validations", "calculations", "waived")
        return {
            json.dumps(rule, ensure_ascii=False, sort_keys=True): part
            for part in parts
            for rule in document[part]
        }

    before, after = lines(was), lines(now_)
    gone = [(_("entfallen"), text) for text in before if text not in after]
    return gone + [(_("neu"), text) for text in after if text not in before]


@gate
def preview(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Fill the form as a resident would; nothing is submitted."""
    row = find(request, version_id)
    slug = row.definition.service_slug
    if request.method != "POST":
        return redirect("forms_desk:version", version_id=row.pk)
    draft = actions.start_draft(
        actor=manager(request), service_slug=slug, channel=Channel.PREVIEW, version_id=row.pk, now=clock.now()
    )
    return redirect(PREVIEW.page_url(slug, draft.id, pages_of(version_info(row).loaded, "de")[0].id))


@staff(Role.SERVICE_MANAGER, Role.PROCESS_DESIGNER)
def preview_home(request: HttpRequest, slug: str) -> HttpResponse:
    """Where a preview ends."""
    if slug.startswith(policies.TRIAL):
        return redirect("designer:list")
    return redirect("forms_desk:forms")


@gate
def export(request: HttpRequest, version_id: UUID, kind: str) -> HttpResponse:
    """The form as XDatenfelder 3 (``xdf3.xml``), JSON Schema, XSD, or its rules."""
    row = find(request, version_id)
    info = version_info(row)
    if kind == "xdf3.xml":
        stamp = clock.now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        content, media = (
            write_message(info.form, message_id=str(uuid4()), created_at=stamp),
            "application/xml",
        )
    elif kind == "xsd":
        content, media = xml_schema(info.form, info.loaded.code_lists), "application/xml"
    elif kind == "schema.json":
        schema = json_schema(info.form, info.loaded.code_lists)
        content, media = json.dumps(schema, ensure_ascii=False, indent=1).encode(), "application/schema+json"
    elif kind == "rules.json":
        rules = ruleset_to_json(info.ruleset)
        content, media = json.dumps(rules, ensure_ascii=False, indent=1).encode(), "application/json"
    else:
        raise Http404
    response = HttpResponse(content, content_type=media)
    name = f"{row.definition.service_slug}-{row.number}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
