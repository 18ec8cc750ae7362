"""The family's result: what was offered until when, why better wishes were refused, accept or decline."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from stadtkern.casework.kita import policies
from stadtkern.casework.kita import words as kita_words
from stadtkern.casework.kita.contracts import costs
from stadtkern.casework.kita.contracts import words as contract_words
from stadtkern.casework.kita.models import Offer, Registration, Round, RoundEntry, RoundState, Wish, WishList
from stadtkern.casework.kita.public.common import actor_of, base
from stadtkern.casework.kita.rounds import words
from stadtkern.casework.kita.rounds.actions import offers
from stadtkern.foundation.access.api import NotVisible, guest_or_resident
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError

SHOWN = (RoundState.OFFERED, RoundState.CLOSED)


@guest_or_resident
@require_safe
def result(request: HttpRequest, registration_id: UUID) -> HttpResponse:
    """Offers first, then every round with its reasons. Before a result there is nothing to see here."""
    row, second = policies.find_family(actor_of(request), registration_id)
    today = clock.today()
    found = [
        _offer(row, item, today)
        for item in Offer.objects.filter(registration=row)
        .exclude(state=Offer.State.READY)
        .select_related("facility__provider")
    ]
    entries = RoundEntry.objects.filter(registration=row, round__state__in=SHOWN).select_related(
        "round", "facility"
    )
    context = base(
        request,
        (_("Meine Kita-Anmeldung"), "/kita/meine/"),
        (row.number, f"/kita/meine/{row.pk}/"),
        (_("Ergebnis"), ""),
        row=row,
        child=row.child,
        second=second,
        scale=costs.scale_on(today),
        open=[item for item in found if item["open"]],
        past=[item for item in found if not item["open"]],
        entries=[_entry(row, entry) for entry in entries.order_by("-round__created_at")],
    )
    return render(request, "kita/public/result.html", context)


def _offer(row: Registration, item: Offer, today: Any) -> dict[str, Any]:
    """An offer with what it costs: the highest fee, since nobody has said an income yet."""
    waits = item.state == Offer.State.SENT and item.expires_on > today
    parts = costs.of(row.child, item.hours, item.start_on, None) if waits else []
    return {
        "row": item,
        "open": waits,
        "parts": [contract_words.stretch(part) for part in parts],
        "days": (item.expires_on - today).days,
        "month": kita_words.month(item.start_on),
        "state": words.said(words.OFFERS, item.state),
        "higher": waits and _has_higher(item),
    }


def _has_higher(item: Offer) -> bool:
    """Whether there is a wish better than the offer, so that staying registered for it makes sense."""
    newest = WishList.objects.filter(registration=item.registration_id).order_by("-version").first()
    if newest is None:
        return False
    first = newest.wishes.order_by("rank").values_list("facility_id", flat=True).first()
    return first is not None and first != item.facility_id


def _entry(row: Registration, entry: RoundEntry) -> dict[str, Any]:
    """The reasons, by wish of the list that was frozen."""
    names = _names(row, entry.round)
    return {
        "round": entry.round,
        "facility": entry.facility,
        "rank": entry.rank,
        "refusals": [
            {"rank": item["rank"], "name": names.get(item["rank"], ""), "sentences": words.refusal(item)}
            for item in entry.refusals
        ],
    }


def _names(row: Registration, round: Round) -> dict[int, str]:
    """The Kitas of the list that counted: the newest one at the freeze."""
    lists = WishList.objects.filter(registration=row)
    if round.frozen_at is not None:
        lists = lists.filter(created_at__lte=round.frozen_at)
    newest = lists.order_by("-version").first()
    wishes = Wish.objects.filter(wish_list=newest).select_related("facility")
    return {wish.rank: wish.facility.name for wish in wishes}


@guest_or_resident
@require_POST
def answer(request: HttpRequest, registration_id: UUID, offer_id: UUID) -> HttpResponse:
    """Accept, accept and keep better wishes, decline."""
    actor, now, verdict = actor_of(request), clock.now(), request.POST.get("verdict")
    if not Offer.objects.filter(pk=offer_id, registration=registration_id).exists():
        raise NotVisible()
    try:
        if verdict in ("accept", "keep"):
            offers.accept(actor=actor, offer_id=offer_id, keep_higher=verdict == "keep", now=now)
            messages.success(request, _("Der Platz gehört Ihrem Kind. Die Kita meldet sich bei Ihnen."))
        elif verdict == "decline":
            offers.decline(actor=actor, offer_id=offer_id, now=now)
            messages.success(request, _("Sie haben abgelehnt. Ihr Kind bleibt angemeldet."))
        else:
            raise NotVisible()
    except NotVisible:
        raise
    except DomainError as error:
        messages.error(request, error.text(request.LANGUAGE_CODE))
    return redirect("kita-round:result", registration_id=registration_id)
