"""The actor of a request, and the front door of every view."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from stadtkern.foundation.access.actor import Actor, Kind
from stadtkern.foundation.access.gates import ATTRIBUTE, Gate
from stadtkern.foundation.access.queries import actor_for
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel import clock
from stadtkern.kernel.errors import NotAllowed, NotVisible

GUEST_KEYS = "guest_keys"
ASSURANCE = "assurance"
SECOND_FACTOR = "second_factor"

# Views of libraries that bring their own protection; everything else carries a mark of its own.
LIBRARY_PREFIXES = ("allauth.", "django.contrib.staticfiles.", "django.views.i18n", "whitenoise.")


class CurrentActor:
    """Sets ``request.actor`` (lazily) and refuses views whose gate does not let the actor in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        cast(Any, request).actor = SimpleLazyObject(lambda: _actor(request))
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        gate: Gate | None = getattr(view, ATTRIBUTE, None) or getattr(
            getattr(view, "view_class", None), ATTRIBUTE, None
        )
        if gate is None:
            if getattr(view, "__module__", "").startswith(LIBRARY_PREFIXES):
                return None
            raise NotAllowed(
                f"Die Seite {view.__module__}.{getattr(view, '__name__', '')} hat keine Zugangsregel."
            )
        if gate.kind in ("public", "guest", "machine"):
            return None  # a machine's gate is checked where its credentials are read (API authentication)
        return _enter(request, gate)


def _enter(request: HttpRequest, gate: Gate) -> HttpResponse | None:
    actor: Actor = cast(Any, request).actor
    if actor.kind == "guest":
        return redirect_to_login(request.get_full_path())
    if gate.kind == "staff":
        if not actor.is_staff:
            raise NotVisible()
        if not request.session.get(SECOND_FACTOR):
            return redirect_to_login(request.get_full_path(), login_url="/accounts/zweiter-faktor/")
        if gate.roles and not actor.has(*gate.roles):
            raise NotAllowed()
    elif actor.assurance < gate.assurance:
        return redirect_to_login(request.get_full_path(), login_url="/accounts/vertrauensniveau/")
    return None


def _actor(request: HttpRequest) -> Actor:
    user = cast(Any, request.user)
    keys = frozenset(UUID(key) for key in request.session.get(GUEST_KEYS, []))
    language = getattr(request, "LANGUAGE_CODE", "de")
    if not user.is_authenticated:
        return Actor(kind="guest", tenant_id=tenancy.current_id(), guest_keys=keys, language=language)
    return actor_for(
        account_id=user.pk,
        kind=cast(Kind, user.kind),
        name=str(user),
        on=clock.today(),
        assurance=int(request.session.get(ASSURANCE, 1)),
        language=language,
        guest_keys=keys,
    )
