"""Beginning an application, coming back to it, and what one keeps of it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from stadtkern.casework.forms import actions, catalog, hooks, parties, policies, queries, receipts
from stadtkern.casework.forms.answers import groups_of
from stadtkern.casework.forms.errors import FormNotOnline
from stadtkern.casework.forms.info import DraftInfo, FormVersionInfo
from stadtkern.casework.forms.loading import load
from stadtkern.casework.forms.models import Submission
from stadtkern.casework.forms.runner import access
from stadtkern.casework.forms.runner.mode import PUBLIC
from stadtkern.casework.forms.runner.pages import pages_of
from stadtkern.foundation.access.api import guest_or_resident, public
from stadtkern.foundation.accounts import api as accounts
from stadtkern.foundation.audit import api as audit
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError

SECONDS_PER_QUESTION = 12


def _form(slug: str) -> FormVersionInfo:
    found = queries.published(slug)
    if found is None:
        raise FormNotOnline()
    return found


@public
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """What the applicant needs, how long it takes, what happens with the data, and the ways to begin."""
    actor, language, now = access.actor_of(request), getattr(request, "LANGUAGE_CODE", "de"), clock.now()
    if (pages := hooks.own_pages(slug)) is not None:
        return redirect(pages[0])
    form = _form(slug)
    service = catalog.facts(slug, language)
    needed = service.assurance if service else catalog.STRICT_DEFAULT
    questions = sum(1 for _, position in form.form.walk() if getattr(position.element, "is_editable", False))
    drafts = [draft for draft in queries.drafts_of(actor, now) if draft.service_slug == slug]
    context = {
        "title": service.title if service else form.loaded.title_in(language),
        "service": service,
        "slug": slug,
        "minutes": max(3, round(questions * SECONDS_PER_QUESTION / 60)),
        "pages": len(pages_of(form.loaded, language)),
        "guest_allowed": needed == 0,
        "level": needed,
        "logged_in": actor.account_id is not None,
        "weak": actor.account_id is not None and actor.assurance < needed,
        "login": accounts.login_url(reverse("forms:apply-start", args=[slug])),
        "drafts": [
            {"draft": draft, "url": _resume_url(draft), "party": parties.name_of(actor, draft)}
            for draft in drafts
        ],
        "for_business": parties.is_for_business(slug),
        "begin": reverse("forms:begin", args=[slug]),
        "resume": reverse("forms:resume-any"),
    }
    return render(request, "forms/public/start.html", context)


def _resume_url(draft: DraftInfo) -> str:
    page = draft.page or pages_of(queries.version(draft.version_id).loaded, "de")[0].id
    return PUBLIC.page_url(draft.service_slug, draft.id, page)


@guest_or_resident
def begin(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin a draft; a guest first sees the code."""
    if (pages := hooks.own_pages(slug)) is not None:
        return redirect(pages[0])
    actor = access.actor_of(request)
    needed = catalog.assurance_needed(slug)
    here = reverse("forms:apply-start", args=[slug])
    if request.method != "POST":
        return redirect(here)
    if needed and actor.account_id is None:
        return redirect(accounts.login_url(here))
    options = parties.options(actor, slug)
    chosen = request.POST.get("fuer", "")
    if chosen not in {key for key, _label in options} and (chosen or len(options) > 1):
        return _choose_party(request, slug, options, told=bool(chosen) or "gefragt" in request.POST)
    party_id = UUID(chosen) if chosen and chosen != parties.MYSELF else None
    draft = actions.start_draft(actor=actor, service_slug=slug, now=clock.now(), party_id=party_id)
    return enter(request, draft)


def _choose_party(
    request: HttpRequest, slug: str, options: list[tuple[str, str]], *, told: bool
) -> HttpResponse:
    """For whom is this application? Asked before the form, because everything in it belongs to that party."""
    language = getattr(request, "LANGUAGE_CODE", "de")
    service = catalog.facts(slug, language)
    error = gettext("Bitte wählen Sie, für wen Sie den Antrag stellen.") if told else ""
    context = {
        "title": service.title if service else _form(slug).loaded.title_in(language),
        "options": options,
        "action": reverse("forms:begin", args=[slug]),
        "back": reverse("forms:apply-start", args=[slug]),
        "errors": [("fuer", error)] if error else [],
        "error": error,
    }
    return render(request, "forms/public/party.html", context, status=422 if told else 200)


def enter(request: HttpRequest, draft: DraftInfo) -> HttpResponse:
    """Open a new draft in this browser: a guest sees the code first, everybody else the first page."""
    if draft.code:
        target = PUBLIC.url("leave", draft.service_slug, draft.id) + "?neu=1"
    else:
        loaded = queries.version(draft.version_id).loaded
        target = PUBLIC.page_url(draft.service_slug, draft.id, pages_of(loaded, "de")[0].id)
    return access.hand_over(request, redirect(target), draft)


@guest_or_resident
def resume(request: HttpRequest, draft_id: UUID | None = None) -> HttpResponse:
    """Come back with link and code."""
    error, typed = "", ""
    if request.method == "POST":
        typed = request.POST.get("link", "")
        wanted = draft_id or _id_in(typed)
        try:
            found = actions.open_draft(
                draft_id=wanted or UUID(int=0), code=request.POST.get("code", ""), now=clock.now()
            )
        except DomainError as caught:
            error = caught.text(getattr(request, "LANGUAGE_CODE", "de"))
        else:
            access.remember(request, found.id)
            if found.submission_id is not None:
                access.remember(request, found.submission_id)
            return redirect(_resume_url(found))
    context = {"error": error, "needs_link": draft_id is None, "link": typed, "here": request.path}
    return render(request, "forms/public/resume.html", context, status=422 if error else 200)


def _id_in(text: str) -> UUID | None:
    """The id inside a pasted link."""
    for part in reversed(text.strip()[:300].rstrip("/").split("/")):
        try:
            return UUID(part)
        except ValueError:
            continue
    return None


# --- what one keeps ------------------------------------------------------------------------------------------------


def _own(request: HttpRequest, submission_id: UUID) -> Submission:
    actor = access.actor_of(request)
    row = policies.find_submission(actor, submission_id)
    audit.record(
        actor=actor,
        action="forms.read_submission",
        obj=("submission", row.pk),
        now=clock.now(),
        retention="access",
    )
    return row


@guest_or_resident
def received(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """It arrived: number, hash, downloads, all answers."""
    row = _own(request, submission_id)
    language = getattr(request, "LANGUAGE_CODE", "de")
    loaded = load(row.version)
    context = {
        "row": row,
        "title": loaded.title_in(language),
        "case": hooks.case_of(row.pk),
        "groups": groups_of(loaded, row.values, language),
    }
    return render(request, "forms/public/received.html", context)


@guest_or_resident
def receipt_pdf(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """The receipt as a tagged PDF."""
    row = _own(request, submission_id)
    return _download(receipts.receipt_pdf(row.pk), "eingang.pdf", "application/pdf")


@guest_or_resident
def payload_json(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """The answers as JSON, nested by element id."""
    row = _own(request, submission_id)
    return _download(receipts.payload_json(row.pk), "antrag.json", "application/json")


@guest_or_resident
def payload_xml(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """The answers as XML by the form's schema."""
    row = _own(request, submission_id)
    return _download(receipts.payload_xml(row.pk), "antrag.xml", "application/xml")


def _download(content: bytes, name: str, media_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
