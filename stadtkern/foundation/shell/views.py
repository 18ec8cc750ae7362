"""Pages of the frame itself: the municipality's colours and logo, expired sessions, the gallery."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from stadtkern.foundation.access.api import public
from stadtkern.foundation.shell.gallery import gallery_context
from stadtkern.kernel.errors import NotVisible

_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_YEAR = 31_536_000
DEFAULT_COLORS = ("#16233b", "#8c1d2c")


def _colors(request: HttpRequest) -> tuple[str, str]:
    municipality: Any = getattr(request, "municipality", None)
    if municipality is None:
        return DEFAULT_COLORS
    chosen = (municipality.color_primary, municipality.color_accent)
    if all(_COLOR.fullmatch(color) for color in chosen):
        return chosen
    return DEFAULT_COLORS


@public
@require_safe
def brand_css(request: HttpRequest) -> HttpResponse:
    """The two colours of the municipality as custom properties (inline style is forbidden by our own policy)."""
    primary, accent = _colors(request)
    response = HttpResponse(f":root{{--sk-brand:{primary};--sk-accent:{accent}}}\n", content_type="text/css")
    patch_cache_control(response, public=True, max_age=_YEAR)
    return response


@public
@require_safe
def brand_icon(request: HttpRequest) -> HttpResponse:
    """The icon of the browser tab: a rounded square in both colours, no coat of arms."""
    primary, accent = _colors(request)
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><clipPath id="c"><rect width="32" height="32" rx="9"/>'
        f'</clipPath><g clip-path="url(#c)"><path fill="{primary}" d="M0 0h32v32H0z"/>'
        f'<path fill="{accent}" d="M0 0h32L0 32z"/></g></svg>'
    )
    response = HttpResponse(svg, content_type="image/svg+xml")
    patch_cache_control(response, public=True, max_age=_YEAR)
    return response


@public
@require_safe
def brand_logo(request: HttpRequest) -> FileResponse:
    """The logo that the municipality uploaded."""
    from stadtkern.foundation.files import api as files

    municipality: Any = getattr(request, "municipality", None)
    if municipality is None or municipality.logo_file_id is None:
        raise NotVisible()
    info = files.info(municipality.logo_file_id)
    content = files.read(municipality.logo_file_id)
    response = FileResponse(iter([content]), content_type=info.media_type)
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    patch_cache_control(response, public=True, max_age=_YEAR)
    return response


@public
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was sent from an expired or foreign session; nothing was changed."""
    back = request.path if request.method == "POST" else ""
    return render(request, "shell/csrf_failure.html", {"back": back}, status=403)


@public
@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component in every state, only in the demo and while developing."""
    if not (settings.DEMO or settings.DEBUG):
        raise NotVisible()
    template = "shell/gallery_desk.html" if request.GET.get("rahmen") == "arbeit" else "shell/gallery.html"
    return render(request, template, gallery_context(request))
