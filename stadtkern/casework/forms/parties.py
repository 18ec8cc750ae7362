"""For whom somebody applies: for herself, for a business she belongs to, or by a power of attorney."""

from __future__ import annotations

from django.utils.translation import gettext as _

from stadtkern.casework.forms import queries
from stadtkern.casework.forms.info import DraftInfo
from stadtkern.casework.services import api as services
from stadtkern.foundation.access.api import Actor

MYSELF = "ich"


def is_for_business(slug: str) -> bool:
    """Whether businesses may apply for the service."""
    found = services.find(slug)
    return found is not None and "business" in found.content.audience


def online_services(language: str) -> list[tuple[str, str]]:
    """(slug, title) of what one can apply for, for the scope of a power of attorney."""
    online = queries.online_slugs()
    return [
        (found.slug, found.title(language))
        for found in services.services(online=True)
        if found.slug in online
    ]


def options(actor: Actor, slug: str) -> list[tuple[str, str]]:
    """(key, label) to choose from; only oneself where nobody else gave the actor a right to apply."""
    found = [(MYSELF, _("Für mich selbst"))]
    if actor.account_id is None:
        return found
    business = is_for_business(slug)
    for mandate in actor.mandates:
        key = str(mandate.party)
        fits = mandate.covers("apply", slug) and (business or mandate.kind == "person")
        if fits and key not in {known for known, _label in found}:
            words = _("In Vollmacht für %(name)s") if mandate.power is not None else _("Für %(name)s")
            found.append((key, words % {"name": mandate.name}))
    return found


def name_of(actor: Actor, draft: DraftInfo) -> str:
    """For whom a draft is; empty for one's own."""
    party = draft.business_id or draft.account_id
    if party == actor.account_id:
        return ""
    return next((mandate.name for mandate in actor.mandates if mandate.party == party), "")
