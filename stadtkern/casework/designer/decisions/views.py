"""Pages of the decisions of a draft: the list, one decision, and the check while typing (which keeps nothing)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from stadtkern.casework.designer.decisions import presenting, store, table_form, trial
from stadtkern.casework.designer.desk.common import actor_of, crumbs, gate, is_editable, language, revision_of
from stadtkern.casework.designer.desk.common import find as find_draft
from stadtkern.casework.designer.models import ProcedureDraft
from stadtkern.casework.processes import decisions_edit as edit
from stadtkern.casework.processes.decisions_check import Known, Report, report
from stadtkern.kernel import clock
from stadtkern.kernel.dmn import model as m
from stadtkern.kernel.errors import DomainError


@gate
@require_http_methods(["GET", "HEAD", "POST"])
def decisions(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """All decisions of a draft with what they need, and a new one."""
    row = find_draft(request, draft_id)
    sent = {name: request.POST.get(name, "").strip() for name in ("name", "question", "kind")}
    error = ""
    if request.method == "POST":
        try:
            file, decision_id = _add(request, row, sent)
        except DomainError as refused:
            error = refused.text(language())
        else:
            return redirect("designer:decision", draft_id=row.pk, file=file, decision_id=decision_id)
    known = store.known(row)
    found = [_file(row, each, known) for each in store.files(row)]
    context = {
        "row": row,
        "files": found,
        "total": sum(len(each["lines"]) for each in found),
        "editable": is_editable(row),
        "sent": sent,
        "errors": [("name", error)] if error else [],
        "error": error,
        "kinds": [("table", _("Tabelle")), ("literal", _("ein Ausdruck"))],
        "breadcrumb": crumbs(row, (_("Entscheidungen"), "")),
    }
    return render(request, "designer/decisions/list.html", context, status=422 if error else 200)


def _add(request: HttpRequest, row: ProcedureDraft, sent: dict[str, str]) -> tuple[str, str]:
    first = next((each for each in store.files(row) if each.model is not None), None)
    model = first.model if first is not None and first.model is not None else store.new_model(row)
    file = first.name if first is not None else store.FIRST
    kind = "literal" if sent["kind"] == "literal" else "table"
    model = edit.add_decision(model, sent["name"], kind=kind, question=sent["question"][:500])
    store.save(
        actor=actor_of(request),
        row=row,
        revision=revision_of(request),
        name=file,
        model=model,
        now=clock.now(),
    )
    return file, model.elements[-1].id


def _file(row: ProcedureDraft, file: store.File, known: dict[str, Known]) -> dict[str, Any]:
    lines = []
    for element in file.model.elements if file.model is not None else ():
        if isinstance(element, m.Decision) and file.model is not None:
            names = {f"#{e.id}": e.name for e in file.model.elements}
            found = report(file.model, element.id, known)
            lines.append(
                {
                    "name": element.name,
                    "href": reverse("designer:decision", args=[row.pk, file.name, element.id]),
                    "question": element.question,
                    "kind": kind_word(element.logic),
                    "needs": ", ".join(names.get(href, href) for href in element.requires),
                    "errors": found.errors,
                    "gaps": len(found.coverage.gaps)
                    + len(found.coverage.overlaps)
                    + len(found.coverage.unreachable),
                }
            )
    error = ""
    if file.error is not None:
        error = file.error.text(language())
    picture = presenting.picture(file.model) if file.model is not None and file.model.elements else None
    return {"name": file.name, "lines": lines, "error": error, "picture": picture}


def kind_word(logic: m.Boxed | None) -> str:
    """What a decision is made of."""
    if isinstance(logic, m.DecisionTable):
        return _("Tabelle")
    return _("Ausdruck") if logic is None or isinstance(logic, m.Literal) else _("zusammengesetzt")


# -- one decision -----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Desk:
    """What one request works on: the model as the page shows it, with requirements that follow it."""

    row: ProcedureDraft
    file: str
    model: m.Definitions
    decision_id: str
    known: dict[str, Known]
    name: str = ""
    before: m.Definitions | None = None
    errors: list[tuple[str, str]] = field(default_factory=list)

    @property
    def decision(self) -> m.Decision:
        return edit.decision_of(self.model, self.decision_id)

    def put(self, logic: m.Boxed) -> None:
        self.model = edit.follow(
            edit.put_logic(self.model, self.decision_id, logic), dict.fromkeys(self.known, "")
        )

    def report(self) -> Report:
        return report(self.model, self.decision_id, self.known)


def _desk(request: HttpRequest, draft_id: UUID, file: str, decision_id: str) -> _Desk:
    row = find_draft(request, draft_id)
    model, decision = store.find(row, file, decision_id)
    desk = _Desk(row, file, model, decision_id, store.known(row), decision.name, model)
    if request.method == "POST":
        _take(desk, request)
    return desk


def _take(desk: _Desk, request: HttpRequest) -> None:
    """What the fields of the page say, in the model."""
    sent = request.POST
    desk.name = " ".join(sent.get("name", desk.name).split())
    desk.model = edit.describe(
        desk.model,
        desk.decision_id,
        question=" ".join(sent.get("question", "").split())[:500],
        type_ref=" ".join(sent.get("type", "").split())[:100],
    )
    logic = desk.decision.logic
    if isinstance(logic, m.DecisionTable):
        desk.put(table_form.read_table(sent, logic))
    elif logic is None or isinstance(logic, m.Literal):
        text = sent.get("literal", "")[:20_000].replace("\r\n", "\n").strip()
        before = logic or m.Literal(f"e_{desk.decision_id}", "", "")
        desk.put(replace(before, text=text))


@gate
@require_http_methods(["GET", "HEAD", "POST"])
def decision(request: HttpRequest, draft_id: UUID, file: str, decision_id: str) -> HttpResponse:
    """One decision: every button sends the whole form; only "save" and "remove" keep something."""
    desk = _desk(request, draft_id, file, decision_id)
    do = request.POST.get("do", "") if request.method == "POST" else ""
    tried = None
    try:
        if do in ("save", "remove"):
            return _keep(request, desk, remove=do == "remove")
        if do == "try":
            tried = _try(desk, request)
        elif do:
            _button(desk, do)
    except DomainError as refused:
        desk.errors.append(("", refused.text(language())))
    return _page(request, desk, tried)


def _button(desk: _Desk, do: str) -> None:
    logic = desk.decision.logic
    if not isinstance(logic, m.DecisionTable):
        return
    if do.startswith("close-gap:"):
        gaps, text = desk.report().coverage.gaps, do.partition(":")[2]
        if text.isdigit() and len(text) < 4 and int(text) < len(gaps):
            desk.put(table_form.close_gap(logic, gaps[int(text)].cells))
        return
    changed = table_form.apply(logic, do)
    if changed is not None:
        desk.put(changed)


def _try(desk: _Desk, request: HttpRequest) -> trial.Trial:
    asked = trial.questions(desk.model, desk.decision_id, desk.known, request.POST)
    return trial.run(desk.model, desk.decision, asked, store.defaults(desk.row))


def _keep(request: HttpRequest, desk: _Desk, *, remove: bool) -> HttpResponse:
    model = desk.model
    if remove:
        before = store.find(desk.row, desk.file, desk.decision_id)[0]
        model = edit.follow(edit.remove_decision(before, desk.decision_id), dict.fromkeys(desk.known, ""))
    elif desk.name != desk.decision.name:
        model = edit.rename(model, desk.decision_id, desk.name)
    store.save(
        actor=actor_of(request),
        row=desk.row,
        revision=revision_of(request),
        name=desk.file,
        model=model,
        now=clock.now(),
    )
    if remove:
        messages.success(request, _("Die Entscheidung ist entfernt."))
        return redirect("designer:decisions", draft_id=desk.row.pk)
    messages.success(request, _("Die Entscheidung ist gespeichert."))
    return redirect("designer:decision", draft_id=desk.row.pk, file=desk.file, decision_id=desk.decision_id)


def _page(request: HttpRequest, desk: _Desk, tried: trial.Trial | None) -> HttpResponse:
    found, decision = desk.report(), desk.decision
    logic = decision.logic
    is_table = isinstance(logic, m.DecisionTable)
    asked = trial.questions(desk.model, desk.decision_id, desk.known, request.POST)
    at = 0 if language() == "de" else 1
    context: dict[str, Any] = {
        "row": desk.row,
        "decision": decision,
        "file": desk.file,
        "name": desk.name,
        "kind": kind_word(logic),
        "editable": is_editable(desk.row),
        "changed": desk.model != desk.before or desk.name != decision.name,
        "report": found,
        "state": _state(found),
        "state_kind": "danger" if found.errors else "success" if found.coverage.is_clean else "warning",
        "errors": desk.errors,
        "types": presenting.options_with(presenting.type_options(), decision.type_ref),
        "others": [each.message if at == 0 else each.message_en for each in found.others],
        "questions": [
            {"id": f"try-{q.name}", "q": q, "choices": [("", "–"), *((c, c) for c in q.choices)], "error": _error(tried, q.name, at)}
            for q in asked
        ],
        "tried": tried,
        "trace": presenting.trace(tried) if tried is not None else [],
        "problems": presenting.problems(tried) if tried is not None else [],
        "yes_no": [("", "–"), ("true", _("ja")), ("false", _("nein"))],
        "words": sorted((name, each.label) for name, each in desk.known.items()),
        "needs": [e.name for e in desk.model.elements if f"#{e.id}" in decision.requires],
        "breadcrumb": crumbs(
            desk.row, (_("Entscheidungen"), reverse("designer:decisions", args=[desk.row.pk])), (decision.name, "")
        ),
    }  # fmt: skip
    if isinstance(logic, m.DecisionTable):
        context |= {
            "grid": presenting.grid(logic, found, tried, decision.name),
            "policies": presenting.policies(),
            "analysis": presenting.analysis(found.coverage, logic),
        }
    elif logic is None or isinstance(logic, m.Literal):
        text = logic.text if logic is not None else ""
        context["literal"] = {"value": text, "mistake": presenting.mistake(found.at("literal", -1, 0), text), "rows": max(4, text.count("\n") + 2)}  # fmt: skip
    template = "designer/decisions/table.html" if is_table else "designer/decisions/expression.html"
    return render(request, template, context, status=422 if desk.errors else 200)


def _error(tried: trial.Trial | None, name: str, at: int) -> str:
    return tried.errors[name][at] if tried is not None and name in tried.errors else ""


@gate
@require_POST
def check(request: HttpRequest, draft_id: UUID, file: str, decision_id: str) -> JsonResponse:
    """The mistakes of what is being typed, by field; nothing is kept."""
    desk = _desk(request, draft_id, file, decision_id)
    found, logic = desk.report(), desk.decision.logic
    inputs = len(logic.inputs) if isinstance(logic, m.DecisionTable) else 0
    fields: dict[str, Any] = {}
    for cell in found.cells:
        name = presenting.field_of(cell, inputs)
        wrong = presenting.mistake(cell, " ".join(request.POST.get(name, "").split("\r")).strip())
        if wrong is not None:
            fields.setdefault(name, wrong.as_json())
    return JsonResponse({"fields": fields, "errors": found.errors, "state": _state(found)})


def _state(found: Report) -> str:
    """One sentence about all of it."""
    coverage = found.coverage
    if found.errors:
        return ngettext("Ein Feld hat einen Fehler", "%(count)s Felder haben einen Fehler", found.errors) % {
            "count": found.errors
        }
    notes = len(coverage.gaps) + len(coverage.overlaps) + len(coverage.unreachable)
    if notes:
        return ngettext("Ein Hinweis: bitte prüfen", "%(count)s Hinweise: bitte prüfen", notes) % {
            "count": notes
        }
    return _("Nichts zu bemängeln")
