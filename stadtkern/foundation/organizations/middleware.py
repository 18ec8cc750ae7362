"""Which municipality a request is for: by host name, else the default one."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from stadtkern.foundation.organizations.models import Municipality
from stadtkern.foundation.tenancy import api as tenancy

_SECONDS_KEPT = 5.0
SETUP_PATH = "/einrichten/"
OPEN_BEFORE_SETUP = (SETUP_PATH, "/static/", "/marke", "/health", "/metrics", "/gallery")


class CurrentMunicipality:
    """Sets ``request.municipality`` and acts for it; without any municipality the set-up page is shown."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        host = request.get_host().rsplit(":", 1)[0].lower()
        municipality = find_by_host(host)
        cast(Any, request).municipality = municipality
        if municipality is None:
            if request.path.startswith(OPEN_BEFORE_SETUP):
                return self.get_response(request)
            return HttpResponseRedirect(SETUP_PATH)
        with tenancy.act_for(municipality.pk):
            return self.get_response(request)


_kept: dict[str, tuple[float, Municipality | None]] = {}


def find_by_host(host: str) -> Municipality | None:
    """The municipality of a host name, kept for a few seconds per process."""
    kept = _kept.get(host)
    if kept is not None and time.monotonic() - kept[0] < _SECONDS_KEPT and kept[1] is not None:
        return kept[1]
    active = Municipality.objects.filter(active=True)
    found = (
        active.filter(domains__contains=[host]).order_by("slug").first()
        or active.filter(slug=host.split(".", 1)[0]).first()
        or active.filter(slug=settings.DEFAULT_TENANT).first()
        or active.order_by("created_at", "slug").first()
    )
    _kept[host] = (time.monotonic(), found)
    return found


def forget() -> None:
    """Drop what is kept (after a change of municipalities)."""
    _kept.clear()


def tenant_id_of(slug: str) -> UUID:
    """The tenant of a slug; raises ``Municipality.DoesNotExist``."""
    return Municipality.objects.only("pk").get(slug=slug).pk
