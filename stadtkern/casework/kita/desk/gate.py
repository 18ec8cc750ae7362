"""The gate of every desk page of kita: role, scope, and the wall round the actor's providers (ADR 0130)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase

from stadtkern.casework.kita import policies, walls
from stadtkern.foundation.access.api import Role, staff
from stadtkern.kernel import clock

View = Callable[..., HttpResponseBase]
WALLED = "kita_walled"


def desk(*roles: Role) -> Callable[[View], View]:
    """For staff with one of ``roles`` (all of kita if none is named). Whoever is not the office stays behind the wall."""

    def mark(view: View) -> View:
        @wraps(view)
        def behind(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            scope = policies.scope_of(request.actor, clock.today())  # type: ignore[attr-defined]
            if scope.office or not request.actor.has(Role.KITA_STAFF):  # type: ignore[attr-defined]
                return view(request, *args, **kwargs)
            with walls.inside(scope.providers):
                return view(request, *args, **kwargs)

        setattr(behind, WALLED, True)
        return staff(*(roles or policies.STAFF))(behind)

    return mark
