"""The form as a tree with what is wrong with it, its own properties, a new element, one element, the check while typing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stadtkern.casework.designer import queries
from stadtkern.casework.designer.contents import Trouble, parameters_of, severity_first
from stadtkern.casework.designer.desk.common import find, gate, is_editable, language, trouble_words
from stadtkern.casework.designer.forms import (
    checking,
    controls,
    kinds,
    properties,
    renaming,
    rules,
    store,
    tree,
)
from stadtkern.casework.designer.forms.common import (
    Refusals,
    broken,
    found_path,
    home,
    keep,
    kind_word,
    needs_form,
    parents,
    sent,
    way,
)
from stadtkern.casework.designer.forms.sheet import EditRefused, Sheet
from stadtkern.casework.designer.models import ProcedureDraft
from stadtkern.casework.designer.policies import editable_now
from stadtkern.casework.forms import api as published_forms
from stadtkern.casework.forms import definition as forms
from stadtkern.foundation.access.api import NotVisible
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError

EMPTY_FORM = "1078"
"""The FIM list: a form must have at least one element."""


@gate
@require_safe
def form(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """The tree of groups and fields; without a form, the ways to begin one."""
    row = find(request, draft_id)
    if not store.has_form(row):
        return _beginning(request, row)
    try:
        sheet = store.load(row)
    except DomainError as error:
        return broken(request, row, error)
    found = troubles(row, sheet)
    context = {
        "row": row,
        "form": sheet.form,
        "lines": lines(row, sheet, found, request.GET.get("stelle", "")),
        "troubles": [line | {"href": _address(row, sheet, each)} for line, each in zip(trouble_words(found), found, strict=True)],
        "errors_count": sum(each.severity == "error" for each in found),
        "advice": sum(1 for _each in checking.advice(sheet)),
        "free_rules": len(forms.rules_of(sheet.form)),
        "editable": is_editable(row),
        "may_undo": is_editable(row) and store.may_undo(row),
        "pages": len(sheet.ruleset.pages),
        "breadcrumb": [*way(row)[:-1], (_("Formular"), "")],
    }  # fmt: skip
    return render(request, "designer/forms/tree.html", context)


def _beginning(request: HttpRequest, row: ProcedureDraft) -> HttpResponse:
    info = published_forms.published(row.slug)
    context = {
        "row": row,
        "title": store.begin(row, title="", title_en="", legal_basis="", now=clock.now()),
        "published": info,
        "fields": sorted((queries.form_fields(row) or {}).items()),
        "editable": is_editable(row),
        "breadcrumb": [*way(row)[:-1], (_("Formular"), "")],
    }
    return render(request, "designer/forms/beginning.html", context)


def troubles(row: ProcedureDraft, sheet: Sheet) -> list[Trouble]:
    """Why the form cannot go live, and what else is wrong with it."""
    found = [each for each in queries.troubles_of(row) if each.part == "form"]
    for key in published_forms.missing_code_lists(sheet.form):
        field = next(p.id for _path, p in sheet.form.walk() if isinstance(p.element, forms.Field) and p.element.code_list and p.element.code_list.key == key)  # fmt: skip
        found.append(Trouble(path="form.xdf3.xml", element=field, message=f"Die Codeliste „{key}“ ist hier nicht eingelesen.", message_en=f"The code list “{key}” is not here."))  # fmt: skip
    if not sheet.form.children:
        found = [each for each in found if each.code != EMPTY_FORM]  # said in our own words
        found.append(Trouble(path="form.xdf3.xml", message="Das Formular ist noch leer.", message_en="The form is empty."))  # fmt: skip
    return severity_first(found)


def _address(row: ProcedureDraft, sheet: Sheet, trouble: Trouble) -> str:
    path = checking.place_of(sheet, trouble.element)
    if path:
        return reverse("designer:form-element", args=[row.pk, path])
    if trouble.element and any(rule.id == trouble.element for rule in sheet.form.rules):
        return reverse("designer:form-rules", args=[row.pk])
    return reverse("designer:form-about", args=[row.pk]) if trouble.element == sheet.form.id else ""


def lines(
    row: ProcedureDraft, sheet: Sheet, found: Iterable[Trouble] = (), here: str = ""
) -> list[dict[str, Any]]:
    """The elements in order, with depth, name, kind, how often, rules and errors."""
    wrong = Counter(checking.place_of(sheet, each.element) for each in found if each.severity == "error")
    result = []
    for path, position in sheet.form.walk():
        element, siblings = position.element, tree.children_of(sheet, tree.parent_of(path))
        at = [child.id for child in siblings].index(position.id)
        result.append(
            {
                "path": path,
                "key": path.replace("/", "-"),
                "depth": path.count("/"),
                "label": element.label,
                "kind": kind_word(element),
                "group": isinstance(element, forms.Group),
                "alias": sheet.alias_of(path),
                "count": _count(sheet, path, position),
                "condition": rules.condition_of(sheet, path),
                "calculation": rules.calculation_of(sheet, path),
                "checks": len(rules.written(sheet, path)),
                "errors": wrong[path],
                "first": at == 0,
                "last": at == len(siblings) - 1,
                "here": path == here,
                "href": reverse("designer:form-element", args=[row.pk, path]),
            }
        )
    return result


def _count(sheet: Sheet, path: str, position: forms.Position) -> str:
    """How often, in words; empty where once is usual."""
    element = position.element
    if isinstance(element, forms.Field):
        if element.kind is forms.Kind.LABEL or rules.calculation_of(sheet, path):
            return ""
        wanted = position.required or rules.demanded(sheet, path, element.id)
        return _("Pflicht") if wanted and not position.repeated else _("mehrere") if position.repeated else _("freiwillig")  # fmt: skip
    if position.max is None:
        return _("ab %(least)s mal") % {"least": position.min}
    if position.repeated:
        return _("%(least)s bis %(most)s mal") % {"least": position.min, "most": position.max}
    return ""


# --- the form itself -----------------------------------------------------------------------------------------------


@gate
@require_http_methods(["GET", "HEAD", "POST"])
@needs_form
def about(request: HttpRequest, row: ProcedureDraft, sheet: Sheet) -> HttpResponse:
    """Title, legal basis and help of the form as a whole."""
    title = sheet.english.get("title") or {}
    values = {
        "title": sheet.form.label,
        "title_en": str(title.get("en", "")) if isinstance(title, dict) else "",
        "help": sheet.form.help,
        "legal_basis": "\n".join(basis.text for basis in sheet.form.legal_bases),
    }
    errors = Refusals()
    if request.method == "POST":
        values = {name: request.POST.get(name, values[name]).strip() for name in values}
        if not values["title"]:
            errors.append(("title", _("Geben Sie an, wie das Formular heißt.")))
        else:
            try:
                keep(request, row, _described(sheet, values))
            except DomainError as error:
                errors.add(error)
            else:
                messages.success(request, _("Gespeichert."))
                return redirect(home(row))
    context = {"row": row, "form": sheet.form, "values": values, "errors": errors, "error": dict(errors), "editable": is_editable(row), "advice": list(checking.advice(sheet)), "breadcrumb": way(row, (_("Angaben zum Formular"), ""))}  # fmt: skip
    return render(request, "designer/forms/about.html", context, status=errors.status)


def _described(sheet: Sheet, values: dict[str, str]) -> Sheet:
    kept = {basis.text: basis for basis in sheet.form.legal_bases}
    bases = [" ".join(line.split()) for line in values["legal_basis"].splitlines() if line.strip()]
    title = " ".join(values["title"].split())
    form_ = replace(
        sheet.form,
        name=title if sheet.form.name in ("", sheet.form.title) else sheet.form.name,
        title=title,
        help=values["help"],
        legal_bases=tuple(kept.get(text) or forms.LegalBasis(text=text) for text in bases),
    )
    return replace(
        sheet, form=form_, english={**sheet.english, "title": {"de": title, "en": values["title_en"]}}
    )


# --- elements ------------------------------------------------------------------------------------------------------


@gate
@require_http_methods(["GET", "HEAD", "POST"])
@needs_form
def new(request: HttpRequest, row: ProcedureDraft, sheet: Sheet) -> HttpResponse:
    """A new element: first what and where, then its properties; a POST with all of it makes it."""
    asked = request.POST if request.method == "POST" else request.GET
    code, errors = asked.get("kind", ""), Refusals()
    values = {**properties.DEFAULTS.get(code, {}), **({"least": "1", "most": "1"} if code in kinds.GROUPS else {"required": "yes", "most": "1"})}  # fmt: skip
    parent, after = _place(sheet, asked.get("parent", ""), asked.get("after"))
    if request.method == "POST":
        values |= {
            name: text for name, text in sent(request).items() if name not in ("kind", "parent", "after")
        }
        try:
            editable_now(row)
            made, path = properties.add(sheet, code, parent, after, _with_file(request, values))
            keep(request, row, made)
        except (EditRefused, DomainError) as error:
            errors.add(error)
        else:
            messages.success(
                request, _("„%(label)s“ ist dazugekommen.") % {"label": tree.label_of(made, path)}
            )
            if request.POST.get("then") == "next":
                query = f"?kind={code}&parent={parent}&after={path.rpartition('/')[2]}"
                return redirect(reverse("designer:form-new", args=[row.pk]) + query)
            return redirect(home(row, path))
    chosen = code in kinds.OFFERED
    context = {
        "row": row,
        "kind": kinds.ALL[code] if chosen else None,
        "kind_label": _(kinds.ALL[code].label) if chosen else "",
        "kinds": [(each, _(kinds.ALL[each].label), _(kinds.ALL[each].hint) if kinds.ALL[each].hint else "") for each in kinds.OFFERED],
        "parents": parents(sheet),
        "parent": parent,
        "parent_label": dict(parents(sheet)).get(parent, "").replace("– ", ""),
        "after": after,
        "editable": is_editable(row),
        "breadcrumb": way(row, (_("Neues Element"), "")),
        **(_fields(row, sheet, f"{parent}/-" if parent else "-", kinds.ALL[code], _blank(kinds.ALL[code], values), errors) if chosen else {"errors": errors, "error": dict(errors)}),
    }  # fmt: skip
    return render(request, "designer/forms/new.html", context, status=errors.status)


def _blank(kind: kinds.Kind, values: dict[str, str]) -> dict[str, str]:
    """The properties a new element of this kind has, as far as they are set."""
    names = [*kinds.properties_of(kind), "rule_1_if", "rule_1_message", "rule_1_message_en"]
    more = [name for name in values if name.startswith("rule_") and name not in names]
    return {name: values.get(name, "") for name in [*names, *more]}


def _place(sheet: Sheet, parent: str, after: str | None) -> tuple[str, str | None]:
    """Parent path and the id of the neighbour before it; what does not exist is the end of the form."""
    try:
        parent = tree.find(sheet, parent) if parent.strip() else ""
        if after:
            after = tree.find(
                sheet, f"{parent}/{after}" if parent and sheet.at(f"{parent}/{after}") else after
            )
            parent, after = tree.parent_of(after), after.rpartition("/")[2]
        tree.children_of(sheet, parent)
    except EditRefused as error:
        raise NotVisible() from error
    return parent, after


def _with_file(request: HttpRequest, values: dict[str, str]) -> dict[str, str]:
    """The values of a genericode file instead of those typed. Raises ``XdfError``, ``EditRefused``."""
    upload = request.FILES.get("genericode")
    if upload is None:
        return values
    if (upload.size or 0) > 5_000_000:
        raise EditRefused("genericode", "Die Datei ist größer als 5 MB.", "The file is larger than 5 MB.")
    found = forms.read_code_list(upload.read()).values()
    return {**values, "choices": "\n".join(f"{v.code} | {v.name.replace('|', '/')}" for v in found)}


@gate
@require_http_methods(["GET", "HEAD", "POST"])
@needs_form
def element(request: HttpRequest, row: ProcedureDraft, sheet: Sheet, place: str) -> HttpResponse:
    """One element with all that can be set; names that are sent are changed, others stay."""
    path = found_path(sheet, place)
    position = sheet.form.at(path)
    assert position is not None
    values, errors = properties.read(sheet, path), Refusals()
    if request.method == "POST":
        typed = {
            name: text for name, text in sent(request).items() if name in values or name.startswith("rule_")
        }
        try:
            editable_now(row)
            typed = _with_file(request, typed)
            changed = properties.apply(sheet, path, typed)
            named = store.follow(row, path, sheet, changed)
            keep(request, row, changed, named[2].files if named else None)
        except (EditRefused, DomainError) as error:
            errors.add(error)
            values |= typed
        else:
            messages.success(request, _("Gespeichert."))
            if named:
                renaming.tell(request, row, *named)
            stay = request.POST.get("then") != "list"
            return redirect("designer:form-element", draft_id=row.pk, place=path) if stay else redirect(home(row, path))  # fmt: skip
    kind, way_up = kinds.kind_of(position.element), tree.parent_of(path)
    context = {
        "row": row,
        "path": path,
        "id": position.id,
        "title": position.element.label,
        "kind": kind,
        "kind_label": _(kind.label),
        "places": sum(1 for _path, each in sheet.form.walk() if each.id == position.id),
        "parents": parents(sheet, path),
        "parent": way_up,
        "neighbours": [("", _("am Anfang")), *((child.id, _("nach „%(label)s“") % {"label": child.element.label}) for child in tree.children_of(sheet, way_up) if child.id != position.id)],
        "troubles": trouble_words(each for each in troubles(row, sheet) if checking.place_of(sheet, each.element) == path),
        "editable": is_editable(row),
        "breadcrumb": way(row, (position.element.label, "")),
        **_fields(row, sheet, path, kind, values, errors),
    }  # fmt: skip
    return render(request, "designer/forms/element.html", context, status=errors.status)


def _fields(
    row: ProcedureDraft,
    sheet: Sheet,
    path: str,
    kind: kinds.Kind,
    values: dict[str, str],
    errors: list[tuple[str, str]],
) -> dict[str, Any]:
    """The fields of the page, and the names that its expressions may use."""
    parameters = parameters_of(row.files)
    wrong = checking.mistakes(sheet, path, values, parameters, language())
    labels = queries.form_fields(row) or {}
    german = language() == "de"
    return {
        "parts": controls.parts_of(kind, values, dict(errors), wrong),
        "rules": controls.rule_rows(values, dict(errors), wrong),
        "errors": errors,
        "error": dict(errors),
        "words": [
            *sorted(labels.items()),
            ("heute", _("der heutige Tag")),
            *((f"parameter.{each.name}", each.label if german else each.label_en or each.label) for each in parameters),
        ],
    }  # fmt: skip


@gate
@require_POST
@needs_form
def check(request: HttpRequest, row: ProcedureDraft, sheet: Sheet) -> HttpResponse:
    """The mistakes of the expressions being typed, by field; nothing is kept."""
    place = request.POST.get("place", "")
    path = place if place.endswith("-") else found_path(sheet, place) if place else ""
    wrong = checking.mistakes(sheet, path, sent(request), parameters_of(row.files), language())
    state = (
        ngettext("Ein Ausdruck hat einen Fehler", "%(count)s Ausdrücke haben einen Fehler", len(wrong))
        % {"count": len(wrong)}
        if wrong
        else _("Die Ausdrücke sind in Ordnung (%(time)s)")
        % {"time": timezone.localtime().strftime("%H:%M:%S")}
    )
    fields = {name: each.as_json() for name, each in wrong.items()}
    return JsonResponse({"fields": fields, "errors": len(wrong), "state": state})
