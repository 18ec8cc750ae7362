"""The runner's addresses behind one door: each view gets its mode and its gate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path

from stadtkern.casework.forms.runner import sending, web
from stadtkern.casework.forms.runner.mode import PREVIEW, PUBLIC, Mode
from stadtkern.foundation.shell import api as shell

View = Callable[..., HttpResponseBase]
Gate = Callable[[View], View]


def draft_urls(mode: Mode, gate: Gate, prefix: str = "") -> list[URLPattern]:
    """The pages of one draft: ``<slug>/<draft>/…`` below ``prefix``."""
    base = f"{prefix}<slug:slug>/<uuid:draft_id>/"
    routes: list[tuple[str, str, Any]] = [
        ("seite/<slug:page_id>/", "page", web.page),
        ("uebersicht/", "summary", sending.summary),
        ("absenden/", "send", sending.send),
        ("unterbrechen/", "leave", web.leave),
        ("loeschen/", "discard", web.discard),
        ("neue-fassung/", "move", web.move),
        ("datei/<uuid:file_id>/", "file", web.file),
    ]
    return [
        path(base + route, _behind(mode, gate, view), name=f"{mode.name}-{name}")
        for route, name, view in routes
    ]


def _behind(mode: Mode, gate: Gate, view: Any) -> View:
    def run(request: HttpRequest, slug: str, draft_id: UUID, **more: Any) -> HttpResponseBase:
        if mode is not PREVIEW:
            plain: HttpResponseBase = view(request, mode, slug, draft_id, **more)
            return plain
        framed = (
            request.headers.get("Sec-Fetch-Dest") == "iframe"
        )  # "as on a telephone": without the frame of the desk
        seen = replace(mode, frame=PUBLIC.frame) if framed else mode
        answer: HttpResponseBase = view(request, seen, slug, draft_id, **more)
        shell.framed_here(answer)
        return answer

    run.__name__ = f"{mode.name}_{view.__name__}"
    run.__doc__ = view.__doc__
    return gate(run)
