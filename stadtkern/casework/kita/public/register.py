"""Registering a child: five short pages, a summary, sending. Every page keeps what was typed before it judges."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, BinaryIO, cast
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST

from stadtkern.casework.cases import api as cases
from stadtkern.casework.kita import notebook, policies, rules, words
from stadtkern.casework.kita.actions import drafts, registering
from stadtkern.casework.kita.criteria.facts import FACTS
from stadtkern.casework.kita.form import Answers
from stadtkern.casework.kita.models import Facility, Registration, RegistrationDraft, SiblingRule
from stadtkern.casework.kita.public import common
from stadtkern.casework.kita.public.common import actor_of, base, by_field
from stadtkern.casework.kita.queries import facilities as catalog
from stadtkern.casework.kita.queries import points
from stadtkern.foundation.access.api import guest_or_resident
from stadtkern.foundation.accounts import api as accounts
from stadtkern.foundation.shell.api import read_date
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError
from stadtkern.kernel.feel.types import BOOLEAN, NUMBER

STEPS = ("kind", "bedarf", "wuensche", "kriterien", "kontakt", "pruefen")
NEW_CODE = "kita_new_code"


def url(draft: RegistrationDraft, step: str) -> str:
    return reverse("kita:step", args=[draft.pk, step])


@guest_or_resident
def begin(request: HttpRequest) -> HttpResponse:
    """What is needed, what happens with the data; then begin."""
    actor = actor_of(request)
    if request.method == "POST":
        draft = drafts.start(actor=actor, now=clock.now(), wishes=common.picked(request))
        common.open_here(request, draft.pk)
        return redirect(url(draft, STEPS[0]))
    own = RegistrationDraft.objects.filter(
        account_id=actor.key, channel="online", registration_id__isnull=True, expires_at__gt=clock.now()
    )
    context = base(
        request,
        (_("Kind anmelden"), ""),
        logged_in=actor.account_id is not None,
        login=accounts.login_url("/kita/anmeldung/"),
        begun=[(row, url(row, STEPS[0])) for row in own[:5]],
    )
    return render(request, "kita/public/begin.html", context)


@guest_or_resident
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, draft_id: UUID, step: str) -> HttpResponse:
    """One page of the registration."""
    draft = drafts.find(actor_of(request), draft_id, clock.now())
    if draft.registration_id is not None:
        return redirect("kita:own", registration_id=draft.registration_id)
    if step not in STEPS:
        return redirect(url(draft, STEPS[0]))
    return _PAGES[step](request, draft)


def _next(draft: RegistrationDraft, step: str, request: HttpRequest) -> HttpResponse:
    """The page after this one; from the summary back to the summary."""
    if request.POST.get("to") == "pruefen":
        return redirect(url(draft, "pruefen"))
    return redirect(url(draft, STEPS[STEPS.index(step) + 1]))


def _keep(request: HttpRequest, draft: RegistrationDraft, **changes: Any) -> RegistrationDraft:
    return drafts.save(actor=actor_of(request), draft_id=draft.pk, changes=changes, now=clock.now())


def _show(
    request: HttpRequest,
    draft: RegistrationDraft,
    step: str,
    title: str,
    problems: list[rules.Problem],
    **context: Any,
) -> HttpResponse:
    errors, error = by_field(problems)
    at = STEPS.index(step)
    shown = base(
        request,
        (_("Kind anmelden"), "/kita/anmeldung/"),
        (title, ""),
        draft=draft,
        notes=draft.answers,
        step=at + 1,
        total=len(STEPS),
        title=title,
        errors=errors,
        error=error,
        back=url(draft, STEPS[at - 1]) if at else "",
        to=request.GET.get("to", "") or request.POST.get("to", ""),
        for_family=draft.channel in drafts.STAFF_CHANNELS,
        **context,
    )
    return render(request, f"kita/public/{step}.html", shown, status=422 if problems else 200)


def _text(request: HttpRequest, name: str, longest: int = 200) -> str:
    return request.POST.get(name, "").replace("\x00", "").strip()[:longest]


# --- the child ---------------------------------------------------------------------------------------------------


def _child(request: HttpRequest, draft: RegistrationDraft) -> HttpResponse:
    problems: list[rules.Problem] = []
    if request.method == "POST":
        typed = read_date(request.POST, "birth")
        kept = {
            "given": _text(request, "child_given"),
            "family": _text(request, "child_family"),
            "born": "no" if request.POST.get("born") == "no" else "yes",
            "day": typed.isoformat() if isinstance(typed, date) else str(typed or ""),
        }
        draft = _keep(request, draft, child=kept)
        known = notebook.answers_of(draft.answers)
        if isinstance(typed, str):
            problems.append(rules.problem("birth", "no-day", gettext_noop("Diesen Tag gibt es nicht.")))
        else:
            problems = rules.child_problems(
                given=known.child_given, family=known.child_family, birth=known.birth, expected=known.expected,
                today=clock.today(),
            )  # fmt: skip
        if not problems:
            return _next(draft, "kind", request)
    child = draft.answers.get("child") or {}
    return _show(
        request, draft, "kind", _("Ihr Kind"), problems, child=child, day=child.get("day") or None,
        born_options=[("yes", _("schon geboren")), ("no", _("noch nicht geboren"))],
    )  # fmt: skip


# --- the need ----------------------------------------------------------------------------------------------------


def _need(request: HttpRequest, draft: RegistrationDraft) -> HttpResponse:
    problems: list[rules.Problem] = []
    today = clock.today()
    if request.method == "POST":
        kept = {name: _text(request, name, 20) for name in ("start", "latest", "hours", "integration")}
        family = {
            "rule": _text(request, "sibling_rule", 20),
            "facility": _text(request, "sibling_facility", 80),
            "number": _text(request, "sibling_number", 40),
        }
        draft = _keep(request, draft, need=kept, siblings=family)
        known = notebook.answers_of(draft.answers)
        problems = rules.need_problems(
            start=known.start, latest=known.latest, born=known.born, today=today, hours=known.hours
        )
        if not problems:
            return _next(draft, "bedarf", request)
    born = notebook.answers_of(draft.answers).born
    kitas = [(row.key, row.name) for row in policies.public_facilities().filter(kind="kita")]
    return _show(
        request, draft, "bedarf", _("Wann brauchen Sie den Platz?"), problems,
        need=draft.answers.get("need") or {}, siblings=draft.answers.get("siblings") or {},
        months=common.month_options(today), hours=common.hour_options(), kitas=kitas,
        claim_on=rules.claim_on(born) if born else None,
        sibling_rules=[(value, words.said(words.SIBLING_RULES, value)) for value in SiblingRule.values],
    )  # fmt: skip


# --- the wishes --------------------------------------------------------------------------------------------------


def _wishes(request: HttpRequest, draft: RegistrationDraft) -> HttpResponse:
    keys = [str(key) for key in draft.answers.get("picked") or []]
    problems: list[rules.Problem] = []
    if request.method == "POST":
        changed = reordered(keys, request.POST)
        draft = _keep(request, draft, picked=changed)
        if request.POST.get("go") != "1":
            return redirect(f"{url(draft, 'wuensche')}{query_of(request)}#wuensche")
        known = notebook.answers_of(draft.answers)
        kitas = catalog.by_keys([wish.key for wish in known.wishes])
        if known.born is None or known.start is None or known.hours is None:
            return redirect(url(draft, "kind"))
        problems = rules.wish_problems(
            known.wishes, [catalog.facts_of(row) for row in kitas], born=known.born, today=clock.today()
        )
        if not problems:
            return _next(draft, "wuensche", request)
        keys = changed
    return _show(
        request, draft, "wuensche", _("Ihre Wünsche"), problems, **wish_context(request, draft.answers, keys)
    )


def reordered(keys: list[str], sent: Any) -> list[str]:
    """The list after one button: up, down, out, or a Kita added at the end."""
    rows = list(dict.fromkeys(keys))
    add = [key for key in sent.getlist("add") if key][:1]
    for name, by in (("up", -1), ("down", 1)):
        key = sent.get(name, "")
        if key in rows:
            at = rows.index(key)
            to = min(max(at + by, 0), len(rows) - 1)
            rows.insert(to, rows.pop(at))
    gone = sent.get("out", "")
    rows = [key for key in rows if key != gone]
    return [*rows, *[key for key in add if key not in rows]][: rules.MOST_WISHES]


def query_of(request: HttpRequest) -> str:
    q = request.POST.get("q", "").strip()[:100]
    to = "&to=pruefen" if request.POST.get("to") == "pruefen" else ""
    return f"?{urlencode({'q': q})}{to}" if q or to else ""


def wish_context(request: HttpRequest, notes: Any, keys: list[str]) -> dict[str, Any]:
    """The ranked list and what could be added: Kitas that take a child of this age for these hours."""
    known = notebook.answers_of(notes)
    chosen = catalog.by_keys(keys)
    q = (request.GET.get("q") or request.POST.get("q", "")).replace("\x00", "").strip()[:100]
    today = clock.today()
    fitting = catalog.search(
        catalog.Search(text=q, born=known.born, start=known.start, hours=known.hours), today
    )
    free = [
        item for item in fitting if item.facility.key not in keys and catalog.is_open(item.facility, today)
    ]
    more = catalog.by_keys([item.facility.key for item in free[:12]])
    return {
        "chosen": chosen,
        "offers": more,
        "offers_total": len(free),
        "q": q,
        "advised": rules.ADVISED_WISHES,
        "hours": known.hours,
        "month": words.month(known.start) if known.start else "",
    }


# --- criteria and proofs -----------------------------------------------------------------------------------------


def _criteria(request: HttpRequest, draft: RegistrationDraft) -> HttpResponse:
    known = notebook.answers_of(draft.answers)
    criteria = points.criteria_at(catalog.by_keys([wish.key for wish in known.wishes]), clock.today())
    names = points.asked_facts(criteria)
    problems: list[rules.Problem] = []
    if request.method == "POST":
        facts = {name: _text(request, f"fact_{name}", 40) for name in names}
        draft = _keep(request, draft, facts={key: value for key, value in facts.items() if value})
        gone = request.POST.get("detach", "")
        if gone:
            drafts.detach(actor=actor_of(request), draft_id=draft.pk, file_id=gone, now=clock.now())
            return redirect(url(draft, "kriterien"))
        problems = _attach(request, draft, [item.id for item in criteria])
        if not problems and request.POST.get("upload") != "1":
            return _next(draft, "kriterien", request)
        if not problems:
            return redirect(f"{url(draft, 'kriterien')}#nachweise")
    draft.refresh_from_db()
    kept = draft.answers.get("facts") or {}
    proofs = draft.answers.get("proofs") or {}
    return _show(
        request, draft, "kriterien", _("Was für Ihr Kind zählt"), problems,
        questions=[_question(name, str(kept.get(name, ""))) for name in names],
        proofs=[
            {"id": item.id, "label": common.in_language(item.label), "proof": common.in_language(item.proof.label), "definition": common.in_language(item.definition),
             "files": proofs.get(item.id, [])}
            for item in criteria if item.proof is not None
        ],
    )  # fmt: skip


def _question(name: str, value: str) -> dict[str, Any]:
    fact = FACTS[name]
    question = words.said(words.QUESTIONS, name) if name in words.QUESTIONS else fact.label
    options: list[tuple[str, str]] = []
    if fact.type is BOOLEAN:
        options = [("ja", _("Ja")), ("nein", _("Nein"))]
    elif fact.choices:
        options = [(choice, words.said(words.CHOICES, choice)) for choice in fact.choices]
    return {
        "id": f"fact_{name}",
        "label": question,
        "number": fact.type is NUMBER,
        "choices": bool(fact.choices),
        "options": options,
        "value": value,
    }


def _attach(request: HttpRequest, draft: RegistrationDraft, criteria: list[str]) -> list[rules.Problem]:
    for criterion in criteria:
        for upload in request.FILES.getlist(f"proof_{criterion}"):
            try:
                drafts.attach(
                    actor=actor_of(request), draft_id=draft.pk, criterion=criterion,
                    content=cast(BinaryIO, upload.file), name=upload.name or "", now=clock.now(),
                )  # fmt: skip
            except DomainError as error:
                text = error.text(getattr(request, "LANGUAGE_CODE", "de"))
                return [rules.problem(f"proof_{criterion}", error.code, text)]
    return []


# --- contact and the end -----------------------------------------------------------------------------------------


def _contact(request: HttpRequest, draft: RegistrationDraft) -> HttpResponse:
    problems: list[rules.Problem] = []
    if request.method == "POST":
        draft = _keep(request, draft, contact={name: _text(request, name) for name in notebook.CONTACT})
        problems = registering.contact_problems(notebook.answers_of(draft.answers).contact)
        if not problems:
            return _next(draft, "kontakt", request)
    kept = draft.answers.get("contact") or _known_contact(request, draft)
    return _show(request, draft, "kontakt", _("Wer meldet das Kind an?"), problems, contact=kept)


def _known_contact(request: HttpRequest, draft: RegistrationDraft) -> dict[str, str]:
    """What we know already: the child's family name, and of an account its mail."""
    child = draft.answers.get("child") or {}
    kept = {"family": str(child.get("family", ""))}
    actor = actor_of(request)
    if actor.account_id is not None and draft.channel == "online":
        account = accounts.account(actor.account_id)
        if account is not None:
            kept["email"] = account.email
    return kept


def _summary(request: HttpRequest, draft: RegistrationDraft) -> HttpResponse:
    known = notebook.answers_of(draft.answers)
    kitas = catalog.by_keys([wish.key for wish in known.wishes])
    problems = registering.problems_of(known, kitas, clock.today())
    if request.method == "POST":
        if request.POST.get("true") != "1":
            problems = [
                *problems,
                rules.problem(
                    "true", "missing", gettext_noop("Bitte bestätigen Sie, dass Ihre Angaben stimmen.")
                ),
            ]
        if not problems:
            try:
                return _send(request, draft)
            except DomainError as error:
                text = error.text(getattr(request, "LANGUAGE_CODE", "de"))
                problems = [rules.problem("true", error.code, text)]
    elif problems:
        problems = problems[:6]
    return _show(
        request, draft, "pruefen", _("Stimmt alles?"), problems if request.method == "POST" else [],
        open_problems=[item.text(_) for item in problems] if request.method != "POST" else [],
        parts=_parts(draft, known, kitas),
    )  # fmt: skip


def _parts(draft: RegistrationDraft, known: Answers, kitas: list[Facility]) -> list[dict[str, Any]]:
    """The summary, one part per page."""
    facts = [
        (
            _question(name, "")["label"],
            words.said(words.CHOICES, str(value))
            if not isinstance(value, bool)
            else (_("Ja") if value else _("Nein")),
        )
        for name, value in known.facts.items()
    ]
    siblings_at = catalog.by_keys([known.sibling_facility]) if known.sibling_facility else []
    files = [row["name"] for rows in (draft.answers.get("proofs") or {}).values() for row in rows]
    who = known.contact
    pairs: list[tuple[str, str, list[tuple[str, Any]]]] = [
        ("kind", _("Ihr Kind"), [
            (_("Name"), f"{known.child_given} {known.child_family}".strip()),
            (_("Geburtsdatum") if known.birth else _("Errechneter Termin"), known.born),
        ]),
        ("bedarf", _("Wann brauchen Sie den Platz?"), [
            (_("Ab"), words.month(known.start) if known.start else ""),
            (_("Spätestens ab"), words.month(known.latest) if known.latest else ""),
            (_("Betreuung"), _("%(hours)s Stunden am Tag") % {"hours": known.hours} if known.hours else ""),
            (_("Besonderer Förderbedarf"), _("Ja") if known.integration else _("Nein")),
            (_("Ein Geschwisterkind ist schon in dieser Kita"), ", ".join(row.name for row in siblings_at)),
            (_("Aktenzeichen der Anmeldung des Geschwisterkindes"), known.sibling_number),
        ]),
        ("wuensche", _("Ihre Wünsche"), [(f"{rank}.", row.name) for rank, row in enumerate(kitas, 1)]),
        ("kriterien", _("Was für Ihr Kind zählt"), [*facts, (_("Nachweise"), ", ".join(files))]),
        ("kontakt", _("Wer meldet das Kind an?"), [
            (_("Name"), f"{who.given} {who.family}".strip()),
            (_("Anschrift"), f"{who.street}, {who.postcode} {who.town}"),
            (_("E-Mail"), who.email),
            (_("Telefon"), who.phone),
        ]),
    ]  # fmt: skip
    return [
        {"title": title, "items": items, "href": f"{url(draft, step)}?to=pruefen"}
        for step, title, items in pairs
    ]


def _send(request: HttpRequest, draft: RegistrationDraft) -> HttpResponse:
    actor = actor_of(request)
    answers = notebook.answers_of(draft.answers)
    sent = registering.send(actor=actor, draft_id=draft.pk, answers=answers, now=clock.now())
    if sent.code:
        request.session[NEW_CODE] = {"registration": str(sent.registration_id), "code": sent.code}
        if draft.channel == "online":
            cases.remember(request, sent.case_id)
    if draft.channel in drafts.STAFF_CHANNELS:
        return redirect("kita-desk:entered", registration_id=sent.registration_id)
    request.session.pop(common.PICKED, None)
    return redirect("kita:done", registration_id=sent.registration_id)


def new_code(request: HttpRequest, registration: Registration) -> str:
    """The code that this browser session made for a registration, or empty."""
    kept = request.session.get(NEW_CODE) or {}
    return str(kept.get("code", "")) if kept.get("registration") == str(registration.pk) else ""


_PAGES: dict[str, Callable[[HttpRequest, RegistrationDraft], HttpResponse]] = {
    "kind": _child,
    "bedarf": _need,
    "wuensche": _wishes,
    "kriterien": _criteria,
    "kontakt": _contact,
    "pruefen": _summary,
}


# --- leaving and coming back -------------------------------------------------------------------------------------


@guest_or_resident
@require_POST
def leave(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Go on later: with the account, or with link and code on any device."""
    draft = drafts.find(actor_of(request), draft_id, clock.now())
    code = drafts.with_code(draft) if draft.account_id is None else ""
    link = request.build_absolute_uri(reverse("kita:resume", args=[draft.pk]))
    context = base(request, (_("Später weitermachen"), ""), code=code, link=link, draft=draft)
    return render(request, "kita/public/leave.html", context)


@guest_or_resident
def resume(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Come back with the code."""
    error = ""
    if request.method == "POST":
        found = drafts.open_with_code(draft_id, request.POST.get("code", ""), clock.now())
        if found is not None:
            common.open_here(request, found.pk)
            return redirect(url(found, STEPS[0]))
        error = _("Dieser Code passt nicht. Bitte prüfen Sie ihn.")
    elif drafts_of_account(request, draft_id):
        return redirect("kita:step", draft_id=draft_id, step=STEPS[0])
    context = base(request, (_("Weitermachen"), ""), errors=[("code", error)] if error else [], error=error)
    return render(request, "kita/public/resume.html", context, status=422 if error else 200)


def drafts_of_account(request: HttpRequest, draft_id: UUID) -> bool:
    try:
        drafts.find(actor_of(request), draft_id, clock.now())
    except DomainError:
        return False
    return True
