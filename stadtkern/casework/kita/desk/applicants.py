"""Applicants of one Kita (never with the family's ranking) and their proofs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from stadtkern.casework.kita import policies, words
from stadtkern.casework.kita.actions import reviewing
from stadtkern.casework.kita.criteria.catalogue import Criterion
from stadtkern.casework.kita.criteria.facts import SIBLING
from stadtkern.casework.kita.desk.gate import desk
from stadtkern.casework.kita.desk.kitas import HOME, find
from stadtkern.casework.kita.models import ClaimReview, CriterionClaim, Facility, Registration
from stadtkern.casework.kita.notebook import whole
from stadtkern.casework.kita.queries import desk as lists
from stadtkern.casework.kita.queries import points
from stadtkern.foundation.access.api import NotVisible
from stadtkern.foundation.audit import api as audit
from stadtkern.foundation.files import api as files
from stadtkern.foundation.shell.api import Cell, Column, Row, Table, paginate
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError
from stadtkern.kernel.search.words import fold


@desk()
@require_safe
def applicants(request: HttpRequest, facility_id: UUID) -> HttpResponse:
    """Who wishes this Kita: most points first. The rank the Kita has with a family is not here."""
    row = find(request, facility_id)
    found = lists.applicants(row, clock.today())
    only = request.GET.get("pruefen") == "1"
    named = [fold(word) for word in request.GET.get("q", "").replace("\x00", "")[:100].split()]
    youngest, oldest = whole(request.GET.get("von")), whole(request.GET.get("bis"))
    shown = [
        item
        for item in found
        if (not only or item.to_check)
        and _is_named(item.registration, named)
        and (youngest is None or item.months >= youngest)
        and (oldest is None or item.months < oldest)
    ]
    page = paginate(request, shown, 50)
    context = {
        "row": row,
        "total": len(found),
        "shown": len(shown),
        "to_check": sum(1 for item in found if item.to_check),
        "table": _table(row, list(page)) if shown else None,
        "page": page,
        "asked": request.GET,
        "reset": request.path
        if any(request.GET.get(name) for name in ("q", "von", "bis", "pruefen"))
        else "",
        "breadcrumb": _crumbs(row, _("Bewerbungen")),
    }
    return render(request, "kita/desk/applicants.html", context)


def _is_named(registration: Registration, named: Sequence[str]) -> bool:
    text = fold(f"{registration.child} {registration.number}") if named else ""
    return all(word in text for word in named)


def _crumbs(row: Facility, *more: str) -> list[tuple[str, str]]:
    trail = [(_("Kita"), HOME), (row.name, reverse("kita-desk:kita", args=[row.pk]))]
    if len(more) > 1:
        trail.append((more[0], reverse("kita-desk:applicants", args=[row.pk])))
    return [*trail, (more[-1], "")]


def _table(row: Facility, found: list[lists.Applicant]) -> Table:
    columns = [
        Column(label=_("Kind")),
        Column(label=_("Alter am ersten Tag (Monate)"), numeric=True),
        Column(label=_("Ab")),
        Column(label=_("Stunden"), numeric=True),
        Column(label=_("Punkte"), numeric=True),
        Column(label=_("mit Nachweisen"), numeric=True),
        Column(label=_("Nachweise")),
    ]
    body = [
        Row(
            cells=[
                Cell(
                    text=str(item.registration.child),
                    href=reverse("kita-desk:applicant", args=[row.pk, item.registration.pk]),
                ),
                Cell(text=item.months),
                Cell(text=words.month(item.registration.start_on)),
                Cell(text=item.registration.hours),
                Cell(text=item.total),
                Cell(text=item.possible),
                Cell(text=_("zu prüfen"), kind="warning") if item.to_check else Cell(text="–"),
            ]
        )
        for item in found
    ]
    return Table(caption=_("Bewerbungen"), columns=columns, rows=body)


@desk()
@require_safe
def applicant(request: HttpRequest, facility_id: UUID, registration_id: UUID) -> HttpResponse:
    """One child: what the Kita needs to know, points with parts, proofs to accept or reject. Reading is logged."""
    row = find(request, facility_id)
    registration = policies.find_applicant(request.actor, row, registration_id)  # type: ignore[attr-defined]
    _tell(request, registration)
    return _page(request, row, registration, None)


def _tell(request: HttpRequest, registration: Registration) -> None:
    audit.record(
        actor=request.actor,  # type: ignore[attr-defined]
        action="kita.read_registration",
        obj=("kita_registration", registration.pk),
        now=clock.now(),
        retention="access",
    )


def _page(
    request: HttpRequest, row: Facility, registration: Registration, error: DomainError | None
) -> HttpResponse:
    today = clock.today()
    situation = points.situations([registration], today)[registration.pk]
    valid = points.valid_catalogues(today)
    scored = points.points_at(situation, row, today, valid)
    criteria = {item.id: item for item in points.criteria_of(valid, [row])}
    claims = list(registration.claims.filter(dropped_at=None))
    names = {file.id: file.name for file in files.infos(key for claim in claims for key in claim.file_ids)}
    context = {
        "row": row,
        "registration": registration,
        "child": registration.child,
        "month": words.month(registration.start_on),
        "guardian": registration.guardians.first(),
        "points": scored,
        "parts": [
            (part, words.said(words.STANDINGS, str(part.standing)))
            for part in scored.parts
            if part.possible or part.standing == "unknown"
        ],
        "claims": [
            _claim(claim, criteria, names, situation.reviews, row)
            for claim in claims
            if claim.criterion != SIBLING
        ],
        "sibling": _sibling(situation, row, policies.scope_of(request.actor, today).office),  # type: ignore[attr-defined]
        "error": error.text(request.LANGUAGE_CODE) if error else "",
        "failed": request.POST.get("claim", "sibling" if error else ""),
        "breadcrumb": _crumbs(row, _("Bewerbungen"), str(registration.child)),
    }  # fmt: skip
    return render(request, "kita/desk/applicant.html", context, status=error.status if error else 200)


def _sibling(situation: points.Situation, row: Facility, office: bool) -> dict[str, Any] | None:
    """The Kita the family says a sibling attends, if it is for this desk to confirm, and what is known about it."""
    named = situation.registration.sibling_facility
    if named is None or not (office or named.provider_id == row.provider_id):
        return None
    shown = situation.evidence(row.provider_id if not office else named.provider_id).get(SIBLING)
    judged = [item for item in situation.reviews if item.claim.criterion == SIBLING]
    return {"facility": named, "shown": shown, "review": judged[-1] if judged else None}


def _claim(
    claim: CriterionClaim,
    criteria: dict[str, Criterion],
    names: dict[UUID, str],
    reviews: Sequence[ClaimReview],
    row: Facility,
) -> dict[str, Any]:
    own = [
        item for item in reviews if item.claim_id == claim.pk and item.provider_id in (None, row.provider_id)
    ]
    criterion = criteria.get(claim.criterion)
    return {
        "row": claim,
        "label": criterion.label.de if criterion else claim.criterion,
        "proof": criterion.proof.label.de if criterion and criterion.proof else "",
        "files": [(key, names[key]) for key in claim.file_ids if key in names],
        "review": own[-1] if own else None,
    }


@desk()
@require_POST
def review(request: HttpRequest, facility_id: UUID, registration_id: UUID) -> HttpResponse:
    """Accept or reject a proof."""
    row = find(request, facility_id)
    registration = policies.find_applicant(request.actor, row, registration_id)  # type: ignore[attr-defined]
    try:
        claim = UUID(request.POST.get("claim", ""))
    except ValueError:
        raise NotVisible() from None
    try:
        reviewing.review(
            actor=request.actor,  # type: ignore[attr-defined]
            facility_id=row.pk,
            claim_id=claim,
            accept=request.POST.get("verdict") == "accept",
            reason=request.POST.get("reason", ""),
            now=clock.now(),
        )
    except NotVisible:
        raise
    except DomainError as error:
        return _page(request, row, registration, error)
    messages.success(request, _("Geprüft. Die Punkte sind neu gerechnet."))
    return redirect("kita-desk:applicant", facility_id=row.pk, registration_id=registration.pk)


@desk()
@require_POST
def sibling(request: HttpRequest, facility_id: UUID, registration_id: UUID) -> HttpResponse:
    """The Kita says whether the sibling is there on the first day."""
    row = find(request, facility_id)
    registration = policies.find_applicant(request.actor, row, registration_id)  # type: ignore[attr-defined]
    try:
        reviewing.confirm_sibling(
            actor=request.actor,  # type: ignore[attr-defined]
            facility_id=row.pk,
            registration_id=registration.pk,
            accept=request.POST.get("verdict") == "accept",
            reason=request.POST.get("reason", ""),
            now=clock.now(),
        )
    except NotVisible:
        raise
    except DomainError as error:
        return _page(request, row, registration, error)
    messages.success(request, _("Geprüft. Die Punkte sind neu gerechnet."))
    return redirect("kita-desk:applicant", facility_id=row.pk, registration_id=registration.pk)


@desk()
@require_safe
def proof(request: HttpRequest, facility_id: UUID, claim_id: UUID, file_id: UUID) -> HttpResponseBase:
    """A proof as a file."""
    row = find(request, facility_id)
    claim = lists.find_claim(row, claim_id)
    if claim is None or file_id not in claim.file_ids:
        raise NotVisible()
    _tell(request, claim.registration)
    return files.as_response(file_id)
