"""Who opens a draft in a browser: the account, the session (link and code), or the cookie of the browser that began it.

The cookie ends with the browser. It opens guests' drafts; for the draft of an account it only lets a lost session add what
was typed (``actions.keep_answers_of_lost_session``).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from stadtkern.casework.forms import codes
from stadtkern.casework.forms.info import DraftInfo
from stadtkern.casework.forms.models import Draft
from stadtkern.foundation.access.api import Actor

GUEST_KEYS = "guest_keys"
NEW_CODE = "forms_new_code"
COOKIE_PATH = "/antrag/"


def actor_of(request: HttpRequest) -> Actor:
    """The plain actor of the request (not its lazy wrapper)."""
    lazy: Any = cast(Any, request).actor
    bool(lazy.kind)
    return cast(Actor, getattr(lazy, "_wrapped", lazy))


def cookie_name(draft_id: UUID) -> str:
    """One cookie per draft."""
    return f"entwurf-{draft_id.hex[-12:]}"


def token_of(request: HttpRequest, draft_id: UUID) -> str:
    """The secret of the browser that began the draft, or empty."""
    return request.COOKIES.get(cookie_name(draft_id), "")[:200]


def actor_for_draft(request: HttpRequest, draft_id: UUID) -> Actor:
    """The actor, who may also open this draft when her browser began it without an account."""
    actor = actor_of(request)
    token = token_of(request, draft_id)
    if not token or draft_id in actor.guest_keys:
        return actor
    rows = Draft.objects.filter(pk=draft_id, account_id__isnull=True, business_id__isnull=True)
    digest = rows.values_list("device_digest", flat=True).first()
    if digest and codes.token_fits(token, digest):
        return replace(actor, guest_keys=actor.guest_keys | {draft_id})
    return actor


def remember(request: HttpRequest, id: UUID) -> None:
    """Let this session open the draft or submission of a guest. What has an owner is opened by right, while one has it."""
    keys = [key for key in request.session.get(GUEST_KEYS, []) if key != str(id)]
    request.session[GUEST_KEYS] = [*keys, str(id)][-50:]


def hand_over(request: HttpRequest, response: HttpResponse, draft: DraftInfo) -> HttpResponse:
    """Give a new draft to this browser: cookie and session; a code is kept until it was shown."""
    if draft.token:
        response.set_cookie(
            cookie_name(draft.id),
            draft.token,
            path=COOKIE_PATH,
            httponly=True,
            samesite="Lax",
            secure=bool(settings.SESSION_COOKIE_SECURE),
        )
    if draft.code:
        request.session[NEW_CODE] = {"draft": str(draft.id), "code": draft.code}
    if not request.user.is_authenticated:
        remember(request, draft.id)
    return response


def let_go(response: HttpResponse, draft_id: UUID) -> None:
    """Take the cookie back."""
    response.delete_cookie(cookie_name(draft_id), path=COOKIE_PATH)


def take_new_code(request: HttpRequest, draft_id: UUID) -> str:
    """The code that was just made, once."""
    kept = request.session.get(NEW_CODE) or {}
    if kept.get("draft") != str(draft_id):
        return ""
    del request.session[NEW_CODE]
    return str(kept.get("code", ""))
