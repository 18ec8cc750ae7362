"""The pages of a draft, behind all three doors: questions, leaving, erasing, uploads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from stadtkern.casework.forms import actions, policies
from stadtkern.casework.forms.actions import saving
from stadtkern.casework.forms.actions.drafts import require_usable
from stadtkern.casework.forms.browser.live import rules_of_page
from stadtkern.casework.forms.errors import (
    DraftChanged,
)
from stadtkern.casework.forms.evaluate import Evaluation, under
from stadtkern.casework.forms.loading import load
from stadtkern.casework.forms.messages import Problem
from stadtkern.casework.forms.models import Draft
from stadtkern.casework.forms.runner import access, moves, tree
from stadtkern.casework.forms.runner.mode import Mode
from stadtkern.casework.forms.runner.opening import Open, guarded, open_draft
from stadtkern.casework.forms.runner.pages import FormPage, pages_of
from stadtkern.casework.forms.runner.reading import Reader
from stadtkern.casework.forms.runner.view import PageBuilder, PageView
from stadtkern.foundation.access.api import NotVisible
from stadtkern.kernel.errors import DomainError

REFUSED = 422
BACK_TO_SUMMARY = "zusammenfassung"


# --- one page ------------------------------------------------------------------------------------------------------


@guarded
def page(request: HttpRequest, found: Open, page_id: str) -> HttpResponse:
    """One page of questions."""
    current = next((item for item in pages_of(found.loaded, found.language) if item.id == page_id), None)
    if current is None:
        raise NotVisible()
    if request.method == "POST" and not _is_peek(request):
        return _sent_page(request, found, current)
    evaluation = found.judge()
    if elsewhere := _elsewhere(found, current, evaluation):
        return elsewhere
    if request.method == "POST":
        return _peek(request, found, current)
    return _draw(request, found, current, evaluation)


def _elsewhere(found: Open, current: FormPage, evaluation: Evaluation) -> HttpResponse | None:
    """Where to go when there is nothing to answer on this page now; None when there is."""
    pages = found.pages(evaluation)
    if any(item.id == current.id for item in pages):
        return None
    return redirect(found.url("page", pages[0].id) if pages else found.url("summary"))


def _draw(
    request: HttpRequest,
    found: Open,
    current: FormPage,
    evaluation: Evaluation,
    *,
    problems: tuple[Problem, ...] = (),
    searches: Mapping[str, str] | None = None,
    notice: str = "",
    base: str = "",
    status: int = 200,
) -> HttpResponse:
    pages = found.pages(evaluation)
    view = _view(found, current, evaluation, problems=problems, searches=searches)
    view = replace(view, base=base) if base else view
    step = next((i for i, item in enumerate(pages) if item.id == current.id), 0)
    context = {
        "frame": found.mode.frame,
        "mode": found.mode.name,
        "view": view,
        "title": found.loaded.title_in(found.language),
        "step": step + 1,
        "total": len(pages) + 1,
        "back": found.url("page", pages[step - 1].id) if step else "",
        "leave": found.url("leave"),
        "to_summary": request.GET.get("zurueck") == BACK_TO_SUMMARY,
        "summary": found.url("summary"),
        "notice": notice,
        "on_behalf_of": found.row.on_behalf_of,
        "draft": found.row,
    }
    return render(request, "forms/runner/page.html", context, status=status)


def _view(
    found: Open,
    current: FormPage,
    evaluation: Evaluation,
    *,
    problems: tuple[Problem, ...] = (),
    searches: Mapping[str, str] | None = None,
) -> PageView:
    return PageBuilder(
        found.loaded,
        found.row.values,
        evaluation,
        found.language,
        problems=problems,
        searches=searches,
        file_url=found.file_url,
        own=found.mode.own,
        live=rules_of_page(found.loaded, current.paths, evaluation, found.language),
    ).page(current)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A page after its answers were taken in: what is wrong on it, and whether questions came up that were not shown."""

    evaluation: Evaluation
    problems: tuple[Problem, ...]
    new: frozenset[str]

    @property
    def done(self) -> bool | None:
        return None if self.new else not self.problems


def _verdict(found: Open, current: FormPage, shown: frozenset[str]) -> Verdict:
    evaluation = found.judge()
    return Verdict(
        evaluation=evaluation,
        problems=evaluation.problems_under(current.paths),
        new=_view(found, current, evaluation).shown - shown,
    )


def _sent_page(request: HttpRequest, found: Open, current: FormPage) -> HttpResponse:
    """A page came back: keep everything, judge, then go where the person wants."""
    move = moves.read(request.POST)
    reader = Reader(found.loaded, request.POST, found.row.values)
    answers = move.applied(reader.answers(current.paths), found.loaded)
    adopting = found.actor.account_id is not None and found.row.account_id is None
    try:
        if adopting or request.FILES or move.kind == "unfile":
            return _keep_by_steps(request, found, current, move, answers, reader.shown)
        return _keep_at_once(request, found, current, move, answers, reader.shown)
    except DraftChanged as error:
        return _conflict(request, found, current, answers, error)


def _keep_at_once(
    request: HttpRequest,
    found: Open,
    current: FormPage,
    move: moves.Move,
    answers: Mapping[str, Any],
    shown: frozenset[str],
) -> HttpResponse:
    """The usual way: one judgement and one write without a lock. If somebody else wrote meanwhile, step by step."""
    before, base = found.row.values, request.POST.get("_base", "")
    read = saving.put(found.row, answers=answers, base=base, page=current.id, done=None, now=found.now)
    try:
        verdict = _verdict(found, current, shown)
    except Exception:
        saving.write_unless_overtaken(found.row, read)
        raise
    if _elsewhere(found, current, verdict.evaluation) and (
        answer := _elsewhere(found, current, found.judge(before))
    ):
        return answer  # neither before nor after is there anything to answer on this page: nothing is kept
    saving.mark(found.row, current.id, verdict.done if move.kind == "next" else None)
    if saving.write_unless_overtaken(found.row, read):
        return _onward(request, found, current, move, verdict)
    found.row = policies.find_draft(found.actor, found.row.pk)
    require_usable(found.row, found.now)
    return _keep_by_steps(request, found, current, move, answers, shown)


def _keep_by_steps(
    request: HttpRequest,
    found: Open,
    current: FormPage,
    move: moves.Move,
    answers: Mapping[str, Any],
    shown: frozenset[str],
) -> HttpResponse:
    """With uploads, after a login in mid-form, or when two windows write: each step under its own lock."""
    if answer := _elsewhere(found, current, found.judge()):
        return answer
    if found.actor.account_id is not None and found.row.account_id is None:
        actions.adopt_draft(actor=found.actor, draft_id=found.row.pk, now=found.now)
    _keep(found, answers, base=request.POST.get("_base", ""), page=current.id)
    uploads = _take_uploads(request, found, current)
    if move.kind == "unfile":
        _remove_upload(found, move, current)
    found.row.refresh_from_db(fields=["values", "revision", "done_pages", "account_id"])
    verdict = _verdict(found, current, shown)
    if uploads:
        return _draw(request, found, current, verdict.evaluation, problems=uploads, status=REFUSED)
    if move.kind == "next" and verdict.done is not None:
        _keep(found, {}, base="", page=current.id, done=verdict.done)
    return _onward(request, found, current, move, verdict)


def _onward(
    request: HttpRequest, found: Open, current: FormPage, move: moves.Move, verdict: Verdict
) -> HttpResponse:
    """Where the pressed button leads, once everything is kept."""
    if move.kind == "search":
        return _draw(request, found, current, verdict.evaluation, searches=moves.searches(request.POST))
    if move.kind in ("add", "remove", "upload", "unfile", "refresh"):
        again = found.url("page", current.id) + moves.query(request) + move.anchor()
        return redirect(again)
    if move.kind == "leave":
        return redirect(found.url("leave"))
    return _go_on(request, found, current, verdict)


def _is_peek(request: HttpRequest) -> bool:
    return moves.read(request.POST).kind == "peek"


def _peek(request: HttpRequest, found: Open, current: FormPage) -> HttpResponse:
    """The page as it would be with these answers (a help for scripts); nothing is kept."""
    for path, raw in Reader(found.loaded, request.POST, found.row.values).answers(current.paths).items():
        found.row.values = tree.put(found.row.values, path, tree.storable(raw))
    return _draw(request, found, current, found.judge(), base=request.POST.get("_base", ""))


def _keep(found: Open, answers: Mapping[str, Any], *, base: str, page: str, done: bool | None = None) -> None:
    actions.save_answers(
        actor=found.actor,
        draft_id=found.row.pk,
        answers=answers,
        now=found.now,
        base=base,
        page=page,
        done=done,
    )


def _take_uploads(request: HttpRequest, found: Open, current: FormPage) -> tuple[Problem, ...]:
    """Store what was chosen; refusals stand at their field, the other files are kept."""
    problems: list[Problem] = []
    for path in request.FILES:
        static = tree.static_path(str(path))
        if not any(under(static, top) for top in current.paths):
            continue
        for file in request.FILES.getlist(path)[:20]:
            try:
                actions.attach_file(
                    actor=found.actor,
                    draft_id=found.row.pk,
                    path=str(path),
                    name=file.name or "Datei",
                    content=file,
                    now=found.now,
                    page=current.id,
                )
            except DomainError as error:
                name = file.name or ""
                problems.append(
                    Problem(
                        path=str(path),
                        code=error.code,
                        message=f"„{name[:80]}“: {error.message}",
                        message_en=f"“{name[:80]}”: {error.message_en}",
                    )
                )
    return tuple(problems)


def _remove_upload(found: Open, move: moves.Move, current: FormPage) -> None:
    actions.remove_file(
        actor=found.actor,
        draft_id=found.row.pk,
        path=move.path,
        file_id=move.file_id,
        now=found.now,
        page=current.id,
    )


def _go_on(request: HttpRequest, found: Open, current: FormPage, verdict: Verdict) -> HttpResponse:
    """Next page, or this one again with what is wrong or has become visible by the answers."""
    evaluation, problems = verdict.evaluation, verdict.problems
    if verdict.new:
        told = tuple(
            p for p in problems if not any(under(p.path, tree.static_path(path)) for path in verdict.new)
        )
        text = _("Durch Ihre Antworten sind Fragen dazugekommen. Bitte beantworten Sie auch diese.")
        status = REFUSED if told else 200
        return _draw(request, found, current, evaluation, problems=told, notice=text, status=status)
    if problems:
        return _draw(request, found, current, evaluation, problems=problems, status=REFUSED)
    pages = found.pages(evaluation)
    if request.GET.get("zurueck") == BACK_TO_SUMMARY:
        return redirect(found.url("summary"))
    step = next((i for i, item in enumerate(pages) if item.id == current.id), len(pages) - 1)
    following = pages[step + 1] if step + 1 < len(pages) else None
    return redirect(found.url("page", following.id) if following else found.url("summary"))


def _conflict(
    request: HttpRequest, found: Open, current: FormPage, answers: Mapping[str, Any], error: DomainError
) -> HttpResponse:
    """Both states side by side; nothing was written."""
    found.row.refresh_from_db(fields=["values", "revision"])
    typed = found.row.values
    for path, raw in answers.items():
        typed = tree.put(typed, path, tree.storable(raw))
    context = {
        "frame": found.mode.frame,
        "text": error.text(found.language),
        "rows": moves.both_states(found.loaded, found.row.values, typed, current.paths, found.language),
        "sent": [
            (key, value)
            for key in request.POST
            if key not in ("csrfmiddlewaretoken", "_base", "_action")
            for value in request.POST.getlist(key)
        ],
        "base": tree.fingerprint(found.row.values, current.paths),
        "here": request.get_full_path(),
        "keep": found.url("page", current.id),
        "page": current,
    }
    return render(request, "forms/runner/conflict.html", context, status=409)


# --- leaving, moving, erasing --------------------------------------------------------------------------------------


@guarded
def leave(request: HttpRequest, found: Open) -> HttpResponse:
    """How to come back later: account, or link and code."""
    if request.method == "POST":
        renewed = actions.renew_code(actor=found.actor, draft_id=found.row.pk, now=found.now)
        response = redirect(found.url("leave"))
        return access.hand_over(request, response, renewed)
    code = access.take_new_code(request, found.row.pk)
    context = {
        "frame": found.mode.frame,
        "title": found.loaded.title_in(found.language),
        "draft": found.row,
        "code": code,
        "link": request.build_absolute_uri(reverse("forms:resume", args=[found.row.pk])),
        "go_on": found.resume_url(),
        "here": found.url("leave"),
        "discard": found.url("discard"),
        "fresh": request.GET.get("neu") == "1",
        "has_account": found.row.account_id is not None,
    }
    return render(request, "forms/runner/leave.html", context)


@guarded
def discard(request: HttpRequest, found: Open) -> HttpResponse:
    """Erase the draft, after one more question."""
    start = found.mode.url("start", found.slug)
    if request.method == "POST":
        actions.discard_draft(actor=found.actor, draft_id=found.row.pk, now=found.now)
        response = redirect(start)
        access.let_go(response, found.row.pk)
        return response
    context = {
        "confirm_frame": found.mode.frame,
        "title": _("Diesen Entwurf löschen?"),
        "text": _("Ihre Angaben und Dateien werden gelöscht. Das lässt sich nicht rückgängig machen."),
        "action": found.url("discard"),
        "label": _("Entwurf löschen"),
        "back": found.url("summary"),
    }
    return render(request, "shell/confirm.html", context)


def move(request: HttpRequest, mode: Mode, slug: str, draft_id: UUID) -> HttpResponse:
    """Take the answers over into the new version of the form."""
    found = open_draft(request, mode, slug, draft_id)
    if request.method != "POST":
        return redirect(found.url("summary"))
    moved = actions.move_to_current_version(actor=found.actor, draft_id=draft_id, now=found.now)
    first = pages_of(
        load(Draft.objects.select_related("version__definition").get(pk=moved.id).version), "de"
    )[0]
    return redirect(found.url("page", first.id))


@guarded
def file(request: HttpRequest, found: Open, file_id: UUID) -> HttpResponseBase:
    """An upload of the draft: the file, or a small picture of it."""
    return moves.file_answer(found.row, file_id, picture=request.GET.get("bild") == "1")
