"""Free-text rules become conditions, validations and calculations in FEEL, one page per rule."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from stadtkern.casework.forms.actions import rules as edits
from stadtkern.casework.forms.desk.common import crumbs, find, manager, revision_of
from stadtkern.casework.forms.errors import RuleRefused
from stadtkern.casework.forms.info import FormVersionInfo, version_info
from stadtkern.casework.forms.model import Field
from stadtkern.casework.forms.models import FormVersion
from stadtkern.casework.forms.ruleset import rules_of
from stadtkern.foundation.access.api import NotVisible, Role, staff
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError

KINDS = [
    (
        "condition",
        gettext_noop("Bedingung"),
        gettext_noop("Das Element erscheint nur, wenn der Ausdruck wahr ist."),
    ),
    (
        "validation",
        gettext_noop("Prüfung"),
        gettext_noop("Ist der Ausdruck falsch, lesen Menschen den Satz dazu."),
    ),
    (
        "calculation",
        gettext_noop("Berechnung"),
        gettext_noop("Das Feld bekommt den Wert des Ausdrucks."),
    ),
    (
        "waiver",
        gettext_noop("Verzicht"),
        gettext_noop("Die Regel wird bewusst nicht übersetzt; der Grund steht dabei."),
    ),
]
WORDS = {kind: word for kind, word, _text in KINDS}
MAX_RULES_FILE = 2_000_000
gate = staff(Role.SERVICE_MANAGER)


def _written(info: FormVersionInfo) -> list[dict[str, Any]]:
    """Every rule of the rule set as one line, with how to remove it."""
    found: list[dict[str, Any]] = []
    sets: list[tuple[str, tuple[Any, ...]]] = [
        ("condition", info.ruleset.conditions),
        ("validation", info.ruleset.validations),
        ("calculation", info.ruleset.calculations),
        ("waiver", info.ruleset.waived),
    ]
    for kind, rules_ in sets:
        for index, item in enumerate(rules_):
            path = getattr(item, "path", "") or getattr(item, "at", "")
            found.append(
                {
                    "kind": kind,
                    "word": _(WORDS[kind]),
                    "index_text": str(index),
                    "source": item.source_rule,
                    "label": _label(info, path),
                    "text": getattr(item, "expression", "") or getattr(item, "reason", ""),
                    "message": getattr(item, "message", ""),
                }
            )
    return found


def _label(info: FormVersionInfo, path: str) -> str:
    position = info.form.at(path) if path else None
    return position.element.label if position else path


@gate
def rules(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """All free-text rules of the form with what became of them."""
    row = find(request, version_id)
    info = version_info(row)
    if request.method == "POST":
        return _remove(request, row)
    written = _written(info)
    free = [
        {
            "rule": item,
            "places": [_label(info, path) or _("ganzes Formular") for path in paths],
            "done": [line for line in written if line["source"] == item.id],
        }
        for item, paths in rules_of(info.form).values()
    ]
    free.sort(key=lambda line: bool(line["done"]))
    context = {
        "row": row,
        "free": free,
        "open_count": sum(not line["done"] for line in free),
        "own": [line for line in written if not line["source"]],
        "editable": row.state == FormVersion.State.DRAFT,
        "alias_count": len(info.ruleset.aliases),
        "breadcrumb": crumbs(row, (_("Regeln"), "")),
    }
    return render(request, "forms/desk/rules.html", context)


def _remove(request: HttpRequest, row: FormVersion) -> HttpResponse:
    kind, _colon, index = request.POST.get("remove", "").partition(":")
    edits.remove_rule(
        actor=manager(request),
        version_id=row.pk,
        revision=revision_of(request),
        kind=kind,
        index=int(index) if index.isdigit() else -1,
        now=clock.now(),
    )
    messages.success(request, _("Die Regel ist entfernt."))
    return redirect(request.POST.get("next") or reverse("forms_desk:rules", args=[row.pk]))


@gate
def rule(request: HttpRequest, version_id: UUID, rule_id: str = "") -> HttpResponse:
    """One free-text rule: its text, what it says about, and its translation."""
    row = find(request, version_id)
    info = version_info(row)
    known = rules_of(info.form)
    if rule_id and rule_id not in known:
        raise NotVisible()
    source, paths = known[rule_id] if rule_id else (None, ("",))
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        try:
            _add(request, row, rule_id)
        except RuleRefused as caught:
            errors = [(caught.field, caught.text(request.LANGUAGE_CODE))]
        except DomainError as caught:
            errors = [("", caught.text(request.LANGUAGE_CODE))]
        else:
            messages.success(request, _("Die Regel ist übersetzt."))
            return redirect("forms_desk:rules", version_id=row.pk)
    context = {
        "row": row,
        "source": source,
        "places": [_label(info, path) for path in paths if path],
        "kinds": [(kind, _(word), _(text)) for kind, word, text in KINDS],
        "sent": request.POST if request.method == "POST" else {"path": paths[0], "kind": ""},
        "paths": _paths(info),
        "aliases": sorted((name, _label(info, path)) for name, path in info.ruleset.aliases.items()),
        "written": [line for line in _written(info) if rule_id and line["source"] == rule_id],
        "errors": errors,
        "error_of": dict(errors),
        "editable": row.state == FormVersion.State.DRAFT,
        "breadcrumb": crumbs(
            row, (_("Regeln"), reverse("forms_desk:rules", args=[row.pk])), (rule_id or _("Eigene Regel"), "")
        ),
    }
    return render(request, "forms/desk/rule.html", context, status=422 if errors else 200)


def _paths(info: FormVersionInfo) -> list[tuple[str, str]]:
    return [
        (path, f"{'– ' * path.count('/')}{position.element.label} ({path})")
        for path, position in info.form.walk()
    ]


def _add(request: HttpRequest, row: FormVersion, rule_id: str) -> None:
    sent = request.POST
    edits.add_rule(
        actor=manager(request),
        version_id=row.pk,
        revision=revision_of(request),
        kind=sent.get("kind", ""),
        source_rule=rule_id,
        path=sent.get("path", ""),
        expression=sent.get("expression", "").replace("\r\n", "\n"),
        message=sent.get("message", ""),
        message_en=sent.get("message_en", ""),
        reason=sent.get("reason", ""),
        now=clock.now(),
    )


@gate
def aliases(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Names of the fields for expressions."""
    row = find(request, version_id)
    info = version_info(row)
    error = ""
    proposed = {path: name for name, path in edits.proposed_aliases(info).items()}
    names = {path: name for name, path in info.ruleset.aliases.items()}
    fields = [
        (path, position.element) for path, position in info.form.walk() if isinstance(position.element, Field)
    ]
    if request.method == "POST":
        typed = {path: request.POST.get(f"a:{path}", "").strip() for path, _field in fields}
        twice = sorted({name for name in typed.values() if name and list(typed.values()).count(name) > 1})
        groups = {name: path for name, path in info.ruleset.aliases.items() if path not in typed}
        try:
            if twice:
                raise RuleRefused(
                    _("Der Name „%(name)s“ steht zweimal da.") % {"name": twice[0]}, field="aliases"
                )
            wanted = {**groups, **{name: path for path, name in typed.items() if name}}
            edits.set_aliases(
                actor=manager(request),
                version_id=row.pk,
                revision=revision_of(request),
                aliases=wanted,
                now=clock.now(),
            )
        except DomainError as caught:
            error, names = caught.text(request.LANGUAGE_CODE), typed
        else:
            messages.success(request, _("Die Namen sind gespeichert."))
            return redirect("forms_desk:rules", version_id=row.pk)
    lines = [
        {
            "path": path,
            "label": element.label,
            "value": names.get(path, ""),
            "proposed": proposed.get(path, ""),
        }
        for path, element in fields
        if element.is_answerable
    ]
    context = {
        "row": row,
        "lines": lines,
        "error": error,
        "editable": row.state == FormVersion.State.DRAFT,
        "breadcrumb": crumbs(
            row, (_("Regeln"), reverse("forms_desk:rules", args=[row.pk])), (_("Namen der Felder"), "")
        ),
    }
    return render(request, "forms/desk/aliases.html", context, status=422 if error else 200)


@gate
def rules_file(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """All rules at once from a ``rules.json``."""
    row = find(request, version_id)
    error = ""
    if request.method == "POST":
        upload = request.FILES.get("file")
        try:
            if upload is None or (upload.size or 0) > MAX_RULES_FILE:
                error = _("Wählen Sie eine Datei von höchstens 2 MB.")
            else:
                edits.replace_rules(
                    actor=manager(request),
                    version_id=row.pk,
                    revision=revision_of(request),
                    data=upload.read(),
                    now=clock.now(),
                )
                messages.success(request, _("Die Regeln sind übernommen."))
                return redirect("forms_desk:rules", version_id=row.pk)
        except DomainError as caught:
            error = caught.text(request.LANGUAGE_CODE)
    way = crumbs(row, (_("Regeln"), reverse("forms_desk:rules", args=[row.pk])), (_("Regeln aus Datei"), ""))
    context = {"row": row, "error": error, "breadcrumb": way}
    return render(request, "forms/desk/rules_file.html", context, status=422 if error else 200)
