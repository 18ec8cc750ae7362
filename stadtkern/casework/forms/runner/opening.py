"""A draft that is open in a browser, and everything that can keep it from being used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse

from stadtkern.casework.forms import codes, policies
from stadtkern.casework.forms.actions.drafts import keep_answers_of_lost_session, require_usable
from stadtkern.casework.forms.actions.submissions import parameters_for
from stadtkern.casework.forms.errors import (
    DraftExpired,
    DraftSent,
    FormWithdrawn,
)
from stadtkern.casework.forms.evaluate import Evaluation
from stadtkern.casework.forms.loading import LoadedForm, load
from stadtkern.casework.forms.models import Draft
from stadtkern.casework.forms.prefill import known_answers
from stadtkern.casework.forms.runner import access
from stadtkern.casework.forms.runner.mode import Mode
from stadtkern.casework.forms.runner.pages import FormPage, pages_of, visible_pages
from stadtkern.casework.forms.runner.reading import Reader
from stadtkern.foundation.access.api import Actor, NotVisible
from stadtkern.foundation.accounts import api as accounts
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError


@dataclass(slots=True, kw_only=True)
class Open:
    """A draft that is open in a browser, with its form."""

    actor: Actor
    row: Draft
    loaded: LoadedForm
    mode: Mode
    language: str
    now: datetime

    @property
    def slug(self) -> str:
        return self.loaded.service_slug

    def judge(self, values: Mapping[str, Any] | None = None) -> Evaluation:
        """The answers so far (or others) against the rules."""
        own = self.row.account_id if self.row.channel == "online" else None
        trusted = known_answers(self.loaded, own) if own is not None and self._has_locked() else {}
        today = clock.local(self.now).date()
        return self.loaded.judge(
            self.row.values if values is None else values,
            today=today,
            prefilled=trusted,
            parameters=parameters_for(self.loaded, self.row.amends) if self.loaded.uses_parameters else {},
        )

    def _has_locked(self) -> bool:
        fields = (position.element for _, position in self.loaded.form.walk())
        return any(getattr(element, "kind", None) == "locked" for element in fields)

    def pages(self, evaluation: Evaluation) -> tuple[FormPage, ...]:
        """The pages that are visible now."""
        return visible_pages(self.loaded, pages_of(self.loaded, self.language), evaluation)

    def url(self, view: str, *args: object) -> str:
        return self.mode.url(view, self.slug, self.row.pk, *args)

    def resume_url(self) -> str:
        """Where the person was, or the first page."""
        page = self.row.page or pages_of(self.loaded, self.language)[0].id
        return self.url("page", page)

    def file_url(self, file_id: str) -> str:
        return self.url("file", file_id)


def open_draft(request: HttpRequest, mode: Mode, slug: str, draft_id: UUID) -> Open:
    """The draft for this browser. Raises ``NotVisible``."""
    actor = access.actor_for_draft(request, draft_id)
    row = policies.find_draft(actor, draft_id)
    loaded = load(row.version)
    if loaded.service_slug != slug:
        raise NotVisible()
    language = getattr(request, "LANGUAGE_CODE", "de")
    return Open(actor=actor, row=row, loaded=loaded, mode=mode, language=language, now=clock.now())


def guarded(view: Any) -> Any:
    """Turn what can happen to a draft into a page of its own: login lost, sent, expired, form withdrawn."""

    def run(request: HttpRequest, mode: Mode, slug: str, draft_id: UUID, **more: Any) -> HttpResponseBase:
        try:
            found = open_draft(request, mode, slug, draft_id)
        except NotVisible:
            answer = _lost_session(request, mode, slug, draft_id, more.get("page_id", ""))
            if answer is None:
                raise
            return answer
        try:
            require_usable(found.row, found.now)
            answer_to: HttpResponseBase = view(request, found, **more)
        except DraftSent:
            return after(request, found, found.row.submission_id)
        except (DraftExpired, FormWithdrawn) as error:
            return _stopped(request, found, error)
        return answer_to

    run.__name__ = view.__name__
    run.__doc__ = view.__doc__
    return run


def _lost_session(
    request: HttpRequest, mode: Mode, slug: str, draft_id: UUID, page_id: str
) -> HttpResponse | None:
    """The login ended in mid-form: keep what was typed, ask to log in, go on where it was."""
    token = access.token_of(request, draft_id)
    row = Draft.objects.select_related("version__definition").filter(pk=draft_id).first()
    owned = row is not None and (row.account_id is not None or row.business_id is not None)
    fits = row is not None and owned and codes.token_fits(token, row.device_digest)
    if row is None or not fits or access.actor_of(request).kind != "guest":
        return None
    loaded = load(row.version)
    page = next((page for page in pages_of(loaded, "de") if page.id == page_id), None)
    kept = False
    if request.method == "POST" and page is not None:
        reader = Reader(loaded, request.POST, row.values)
        kept = keep_answers_of_lost_session(
            draft_id=draft_id,
            token=token,
            answers=reader.answers(page.paths),
            base=request.POST.get("_base", ""),
            page=page.id,
            now=clock.now(),
        )
    target = mode.page_url(slug, draft_id, page_id) if page else mode.url("summary", slug, draft_id)
    context = {
        "frame": mode.frame,
        "login": accounts.login_url(target),
        "kept": kept,
        "title": row.version.definition.title,
    }
    return render(request, "forms/runner/login_again.html", context, status=401)


def _stopped(request: HttpRequest, found: Open, error: DomainError) -> HttpResponse:
    context = {
        "frame": found.mode.frame,
        "error": error,
        "text": error.text(found.language),
        "expired": isinstance(error, DraftExpired),
        "expires_at": found.row.expires_at,
        "move": found.url("move"),
        "start": found.mode.url("start", found.slug),
        "title": found.loaded.title_in(found.language),
    }
    return render(request, "forms/runner/stopped.html", context, status=error.status)


def after(request: HttpRequest, found: Open, submission_id: UUID | None) -> HttpResponse:
    """Where a sent draft leads: the receipt of the case."""
    assert submission_id is not None
    if found.mode.name == "entry":
        return redirect(found.mode.url("done", submission_id))
    if found.row.account_id is None and found.row.business_id is None:
        access.remember(request, submission_id)
    try:
        return redirect(reverse("cases:after_submit", args=[submission_id]))
    except NoReverseMatch:
        return redirect(reverse("forms:received", args=[submission_id]))
