"""What every page's frame shows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from stadtkern.foundation.shell import navigation
from stadtkern.kernel import clock

THEME_COOKIE = "thema"


def frame(request: HttpRequest) -> dict[str, Any]:
    """Municipality, actor, language, theme, navigation and the demo date."""
    language = getattr(request, "LANGUAGE_CODE", "de")
    municipality = getattr(request, "municipality", None)
    actor = getattr(request, "actor", None)
    return {
        "municipality": municipality,
        "actor": actor,
        "language": language,
        "theme": theme_of(request),
        "demo_today": clock.today() if clock.is_shifted() else None,
        "demo": settings.DEMO,
        "brand_version": brand_version(municipality),
        "public_nav": navigation.public_nav(request, language),
        "footer_nav": navigation.footer_nav(request, language),
        "desk_nav": SimpleLazyObject(lambda: _desk_nav(request, language, actor)),
        "desk_search_url": navigation.desk_search_url(),
    }


def _desk_nav(request: HttpRequest, language: str, actor: Any) -> list[dict[str, Any]]:
    return navigation.desk_nav(request, language, actor.roles if actor is not None else frozenset())


def theme_of(request: HttpRequest) -> str:
    """``light`` or ``dark`` if the person chose one, else empty (the device decides)."""
    asked = request.GET.get("thema") or request.COOKIES.get(THEME_COOKIE, "")
    return asked if asked in ("light", "dark") else ""


def brand_version(municipality: Any) -> str:
    """Changes when the colours change, so that the brand's style sheet can be cached for long."""
    if municipality is None:
        return "0"
    return f"{municipality.color_primary}{municipality.color_accent}".replace("#", "")
