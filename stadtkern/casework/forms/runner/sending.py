"""The overview before sending, and sending."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from stadtkern.casework.forms import actions
from stadtkern.casework.forms.errors import (
    LoginTooWeak,
    SubmissionRefused,
)
from stadtkern.casework.forms.evaluate import Evaluation
from stadtkern.casework.forms.runner import access, moves
from stadtkern.casework.forms.runner.opening import Open, after, guarded
from stadtkern.foundation.accounts import api as accounts

REFUSED = 422


@guarded
def summary(request: HttpRequest, found: Open) -> HttpResponse:
    """Everything on one page, with links to change it; from here it is sent."""
    return _draw_summary(request, found, found.judge())


def _draw_summary(
    request: HttpRequest, found: Open, evaluation: Evaluation, *, status: int = 200
) -> HttpResponse:
    context = {
        "frame": found.mode.frame,
        "mode": found.mode.name,
        "title": found.loaded.title_in(found.language),
        "draft": found.row,
        "send": found.url("send"),
        "leave": found.url("leave"),
        "discard": found.url("discard"),
        **moves.summary(found, evaluation),
    }
    return render(request, "forms/runner/summary.html", context, status=status)


@guarded
def send(request: HttpRequest, found: Open) -> HttpResponse:
    """Send the application; a second press finds the same receipt."""
    if request.method != "POST":
        return redirect(found.url("summary"))
    if found.actor.account_id is not None and found.row.account_id is None:
        actions.adopt_draft(actor=found.actor, draft_id=found.row.pk, now=found.now)
    if found.row.language != found.language[:2]:
        actions.change_language(actor=found.actor, draft_id=found.row.pk, language=found.language)
    try:
        sent = actions.submit_draft(actor=found.actor, draft_id=found.row.pk, now=found.now)
    except SubmissionRefused:
        return _draw_summary(request, found, found.judge(), status=REFUSED)
    except LoginTooWeak as error:
        target = found.url("summary")
        weak = found.actor.account_id is not None
        return redirect(accounts.step_up_url(target, error.level) if weak else accounts.login_url(target))
    response = after(request, found, sent.id)
    access.let_go(response, found.row.pk)
    return response
