"""The actor of a request, and the front door of every view."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject

from stadtkern.foundation.access.actor import Actor, Kind
from stadtkern.foundation.access.gates import ATTRIBUTE, Gate
from stadtkern.foundation.access.queries import actor_for
from stadtkern.foundation.accounts.api import ASSURANCE, SECOND_FACTOR, login_url, step_up_url
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel import clock
from stadtkern.kernel.errors import PROBLEM_MEDIA_TYPE, DomainError, NotAllowed, NotVisible

GUEST_KEYS = "guest_keys"
NOWHERE = UUID(int=0)  # the tenant of a visitor before the first municipality exists: owns no row

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
        gate: Gate | None = gate_of(view)
        try:
            if gate is None:
                if getattr(view, "__module__", "").startswith(LIBRARY_PREFIXES):
                    return None
                name = f"{view.__module__}.{getattr(view, '__name__', '')}"
                raise NotAllowed(f"Die Seite {name} hat keine Zugangsregel.")
            if gate.kind in ("public", "guest", "machine"):
                return None  # a machine's gate is checked where its credentials are read (API authentication)
            return _enter(request, gate)
        except DomainError as error:
            # Django hands only errors of views to ``process_exception``, not those of ``process_view``.
            return _refusal(request, error)


def gate_of(view: Callable[..., Any]) -> Gate | None:
    """The mark of a view (function or class based), or None."""
    return getattr(view, ATTRIBUTE, None) or getattr(getattr(view, "view_class", None), ATTRIBUTE, None)


def _enter(request: HttpRequest, gate: Gate) -> HttpResponse | None:
    actor: Actor = cast(Any, request).actor
    here = request.get_full_path()
    if actor.kind == "guest":
        return HttpResponseRedirect(login_url(here))
    if gate.kind == "staff":
        if not actor.is_staff:
            raise NotVisible()
        if not request.session.get(SECOND_FACTOR):
            return HttpResponseRedirect(f"/accounts/zweiter-faktor/?{urlencode({'next': here})}")
        if gate.roles and not actor.has(*gate.roles):
            raise NotAllowed()
    elif actor.assurance < gate.assurance:
        return HttpResponseRedirect(step_up_url(here, gate.assurance))
    return None


def _refusal(request: HttpRequest, error: DomainError) -> HttpResponse:
    language = getattr(request, "LANGUAGE_CODE", "de")
    if "application/json" in request.headers.get("Accept", "") or request.path.startswith("/api/"):
        problem = error.as_problem(language)
        return JsonResponse(problem, status=error.status, content_type=PROBLEM_MEDIA_TYPE)
    return render(request, "shell/problem.html", {"problem": error}, status=error.status)


def _actor(request: HttpRequest) -> Actor:
    user = cast(Any, request.user)
    tenant = tenancy.current_id_or_none()
    language = getattr(request, "LANGUAGE_CODE", "de")
    keys = frozenset(UUID(key) for key in request.session.get(GUEST_KEYS, []))
    if not user.is_authenticated or tenant is None:
        return Actor(kind="guest", tenant_id=tenant or NOWHERE, guest_keys=keys, language=language)
    actor = actor_for(
        account_id=user.pk,
        kind=cast(Kind, user.kind),
        name=str(user),
        on=clock.today(),
        assurance=int(request.session.get(ASSURANCE, 1)),
        language=language,
        guest_keys=keys,
    )
    if actor.is_staff and not request.session.get(SECOND_FACTOR):
        # Pages that are no staff pages let her in as a person; what she may do by office begins with the second factor.
        return replace(actor, grants=frozenset(), deputizes_for=frozenset())
    return actor
