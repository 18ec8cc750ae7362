"""„Meine Kita-Anmeldung“: where it stands, points per Kita with their parts, and what a family may do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from stadtkern.casework.cases import api as cases
from stadtkern.casework.kita import notebook, policies, rules, words
from stadtkern.casework.kita.actions import changing, registering
from stadtkern.casework.kita.criteria.points import Points
from stadtkern.casework.kita.errors import RegistrationRefused
from stadtkern.casework.kita.models import (
    ACTIVE_STATES,
    ClaimReview,
    Contract,
    CriterionClaim,
    Registration,
    State,
    Wish,
)
from stadtkern.casework.kita.public import register
from stadtkern.casework.kita.public.common import actor_of, base, by_field, in_language, open_here
from stadtkern.casework.kita.queries import points
from stadtkern.foundation.access.api import guest_or_resident, public
from stadtkern.foundation.audit import api as audit
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError

MINE = "Meine Kita-Anmeldung"


@guest_or_resident
def entry(request: HttpRequest) -> HttpResponse:
    """My registrations; without an account by number and code."""
    actor = actor_of(request)
    rows = list(policies.own_registrations(actor)[:20])
    known = {row.pk for row in rows}
    shared = policies.shared_with(actor).select_related("registration__child")[:20]
    rows += [item.registration for item in shared if item.registration_id not in known]
    error = ""
    if request.method == "POST":
        try:
            case_id = cases.open_with_code(
                request, number=request.POST.get("number", "").strip(), code=request.POST.get("code", "")
            )
            row = Registration.objects.filter(case_id=case_id).first()
            return (
                redirect("kita:own", registration_id=row.pk)
                if row
                else redirect("cases:case", case_id=case_id)
            )
        except DomainError as caught:
            error = caught.text(getattr(request, "LANGUAGE_CODE", "de"))
    context = base(
        request, (_("Meine Kita-Anmeldung"), ""), rows=[_line(row) for row in rows],
        errors=[("number", error)] if error else [], error=error, guest=actor_of(request).account_id is None,
    )  # fmt: skip
    return render(request, "kita/public/mine.html", context, status=422 if error else 200)


def _line(row: Registration) -> dict[str, Any]:
    return {"row": row, "child": str(row.child), "state": words.said(words.STATES, row.state)}


@guest_or_resident
@require_safe
def done(request: HttpRequest, registration_id: UUID) -> HttpResponse:
    """It arrived: number, code, what happens next."""
    row = policies.find_own(actor_of(request), registration_id)
    code = register.new_code(request, row)
    return render(request, "kita/public/done.html", base(request, (_("Angemeldet"), ""), row=row, code=code))


@guest_or_resident
@require_safe
def own(request: HttpRequest, registration_id: UUID) -> HttpResponse:
    """Where it stands, and the points at each Kita."""
    actor = actor_of(request)
    row, second = policies.find_family(actor, registration_id)
    if not second and not cases.is_own(actor, row.case_id):  # the office or a counter helps
        audit.record(
            actor=actor, action="kita.read_registration", obj=("kita_registration", row.pk), now=clock.now()
        )
    today = clock.today()
    wishes = _wishes(row)
    situation = points.situations([row], today)[row.pk]
    valid = points.valid_catalogues(today)
    claims = points.open_claims(row)
    scored = [points.points_at(situation, wish.facility, today, valid) for wish in wishes]
    active = row.state in ACTIVE_STATES and not second
    waiting = row.reconfirmations.filter(confirmed_at=None, due_on__gt=today).first() if active else None
    born = row.child.birth_date or row.child.expected_on
    context = base(
        request, (_(MINE), "/kita/meine/"), (row.number, ""),
        row=row, child=row.child, state=words.said(words.STATES, row.state),
        wishes=[_wish(wish, found, claims) for wish, found in zip(wishes, scored, strict=True)],
        active=active, fixed=row.state == State.FROZEN, waiting=waiting, month=words.month(row.start_on),
        missing=_missing(wishes, scored, situation.reviews, claims, valid) if active else [],
        claim_on=rules.claim_on(born) if born else None,
        few=len(wishes) < rules.ADVISED_WISHES,
        second=second,
        contract=Contract.objects.filter(registration=row, state=Contract.State.ACTIVE).exists(),
    )  # fmt: skip
    return render(request, "kita/public/own.html", context)


def _wishes(row: Registration) -> list[Wish]:
    newest = row.wish_lists.first()
    if newest is None:
        return []
    return list(newest.wishes.select_related("facility__provider", "facility__district"))


def _wish(wish: Wish, scored: Points, claims: dict[str, CriterionClaim]) -> dict[str, Any]:
    english = get_language() != "de"
    return {
        "rank": wish.rank,
        "facility": wish.facility,
        "hours": wish.hours,
        "month": words.month(wish.start_on),
        "total": scored.total,
        "possible": scored.possible,
        "parts": [
            {
                "label": part.label_en if english else part.label,
                "points": part.points,
                "possible": part.possible,
                "standing": _("der Nachweis wird geprüft")
                if part.standing == "proof_missing" and part.criterion in claims
                else words.said(words.STANDINGS, str(part.standing)),
            }
            for part in scored.parts
            if part.possible or part.standing == "unknown"
        ],
    }


def _missing(
    wishes: Sequence[Wish],
    scored: Sequence[Points],
    reviews: Sequence[ClaimReview],
    claims: Mapping[str, CriterionClaim],
    valid: Sequence[points.CatalogueLine],
) -> list[dict[str, Any]]:
    """Criteria that would count if they were proved: where a proof is missing or was not accepted."""
    found: dict[str, dict[str, Any]] = {}
    known = {item.id: item for item in points.criteria_of(valid, [wish.facility for wish in wishes])}
    reasons = {review.claim.criterion: review.reason for review in reviews if review.reason}
    for one in scored:
        for part in one.parts:
            wanted = part.standing in ("proof_missing", "proof_expired", "proof_rejected")
            criterion = known.get(part.criterion)
            if wanted and criterion is not None and criterion.proof is not None:
                if part.standing == "proof_missing" and part.criterion in claims:
                    continue
                found.setdefault(
                    part.criterion,
                    {
                        "id": part.criterion,
                        "label": in_language(criterion.label),
                        "proof": in_language(criterion.proof.label),
                        "standing": words.said(words.STANDINGS, str(part.standing)),
                        "reason": reasons.get(part.criterion, "")
                        if part.standing == "proof_rejected"
                        else "",
                    },
                )
    return list(found.values())


@guest_or_resident
def wishes(request: HttpRequest, registration_id: UUID) -> HttpResponse:
    """Change the wishes: a new version; the old ones are kept."""
    row = policies.find_own(actor_of(request), registration_id)
    kept = request.session.get("kita_wishes") or {}
    stored = [wish.facility.key for wish in _wishes(row)]
    keys = list(kept.get(str(row.pk)) or stored)
    problems: list[rules.Problem] = []
    if request.method == "POST":
        keys = register.reordered(keys, request.POST)
        request.session["kita_wishes"] = {str(row.pk): keys}
        if request.POST.get("go") != "1":
            return redirect(f"{request.path}{register.query_of(request)}#wuensche")
        problems = _change(request, row, keys)
        if not problems:
            request.session.pop("kita_wishes", None)
            messages.success(request, _("Ihre Wünsche sind geändert."))
            return redirect("kita:own", registration_id=row.pk)
    notes = notebook.notes_of(row)
    born = row.child.birth_date or row.child.expected_on
    notes["child"] = {"day": born.isoformat() if born else "", "born": "yes"}
    errors, error = by_field(problems)
    context = base(
        request, (_(MINE), "/kita/meine/"), (row.number, f"/kita/meine/{row.pk}/"), (_("Wünsche ändern"), ""),
        row=row, errors=errors, error=error, changed=keys != stored, **register.wish_context(request, notes, keys),
    )  # fmt: skip
    return render(request, "kita/public/change.html", context, status=422 if problems else 200)


def _change(request: HttpRequest, row: Registration, keys: list[str]) -> list[rules.Problem]:
    """Known wishes keep their hours and month, new ones take those of the registration."""
    known = {wish.facility.key: wish for wish in _wishes(row)}
    entries = [
        rules.WishEntry(
            key=key,
            hours=known[key].hours if key in known else row.hours,
            start=known[key].start_on if key in known else row.start_on,
        )
        for key in keys
    ]
    try:
        changing.change_wishes(
            actor=actor_of(request), registration_id=row.pk, wishes=entries, now=clock.now()
        )
    except RegistrationRefused as refused:
        return list(refused.problems)
    except DomainError as error:
        return [rules.problem("wuensche", error.code, error.text(request.LANGUAGE_CODE))]
    return []


@guest_or_resident
@require_POST
def proof(request: HttpRequest, registration_id: UUID) -> HttpResponse:
    """Upload a missing proof."""
    criterion = request.POST.get("criterion", "")[:60]
    upload = request.FILES.get("file")
    if upload is None:
        messages.error(request, _("Bitte wählen Sie eine Datei aus."))
        return redirect("kita:own", registration_id=registration_id)
    try:
        changing.add_proof(
            actor=actor_of(request), registration_id=registration_id, criterion=criterion,
            content=cast(BinaryIO, upload.file), name=upload.name or "", now=clock.now(),
        )  # fmt: skip
        messages.success(request, _("Der Nachweis ist da. Wir prüfen ihn."))
    except DomainError as error:
        messages.error(request, error.text(request.LANGUAGE_CODE))
    return redirect("kita:own", registration_id=registration_id)


@guest_or_resident
@require_POST
def confirm(request: HttpRequest, registration_id: UUID) -> HttpResponse:
    """Still needed: said on the own page."""
    changing.confirm(actor=actor_of(request), registration_id=registration_id, now=clock.now())
    messages.success(request, _("Danke. Ihr Kind bleibt angemeldet."))
    return redirect("kita:own", registration_id=registration_id)


@guest_or_resident
def withdraw(request: HttpRequest, registration_id: UUID) -> HttpResponse:
    """The place is not needed any more."""
    row = policies.find_own(actor_of(request), registration_id)
    if request.method == "POST":
        changing.withdraw(
            actor=actor_of(request),
            registration_id=row.pk,
            reason=request.POST.get("reason", ""),
            now=clock.now(),
        )
        messages.success(request, _("Die Anmeldung ist zurückgezogen."))
        return redirect("kita:own", registration_id=row.pk)
    context = base(
        request,
        (_(MINE), "/kita/meine/"),
        (row.number, f"/kita/meine/{row.pk}/"),
        (_("Zurückziehen"), ""),
        row=row,
    )
    return render(request, "kita/public/withdraw.html", context)


@guest_or_resident
@require_POST
def sibling(request: HttpRequest, registration_id: UUID) -> HttpResponse:
    """Register a brother or sister: family and wishes are there already."""
    row = policies.find_own(actor_of(request), registration_id)
    draft = registering.draft_for_sibling(actor=actor_of(request), registration=row, now=clock.now())
    open_here(request, draft.pk)
    return redirect("kita:step", draft_id=draft.pk, step="kind")


@public
def tap(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the mail: one button. Opening it changes nothing (mail scanners open links)."""
    if request.method == "POST":
        row = changing.confirm_by_token(token=token, now=clock.now())
        return render(request, "kita/public/confirmed.html", base(request, (_("Bestätigt"), ""), row=row))
    asked = changing.find_by_token(token, clock.today())
    context = base(
        request,
        (_("Brauchen Sie den Platz noch?"), ""),
        given=asked.registration.child.given_names,
        due_on=asked.due_on,
    )
    return render(request, "kita/public/tap.html", context)
