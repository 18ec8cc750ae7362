"""The addresses that problem documents (RFC 9457) carry as ``type``, each with a small public page.

The texts come from ``docs/errors.md``, which ``tools/list_errors.py`` writes from the code and a test compares.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from stadtkern.foundation.access.api import public
from stadtkern.kernel.errors import NotVisible

PAGE = Path(settings.ROOT) / "docs" / "errors.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemType:
    """One kind of expected failure."""

    code: str
    status: int
    german: str
    english: str


@cache
def known() -> dict[str, ProblemType]:
    """All kinds by code."""
    rows = [line.strip("| \n").split(" | ") for line in PAGE.read_text("utf-8").splitlines()]
    found = [
        ProblemType(code=row[0].strip("`"), status=int(row[1]), german=row[2], english=row[3])
        for row in rows
        if len(row) == 5 and row[0].startswith("`")
    ]
    return {kind.code: kind for kind in found}


@public
@require_safe
def problem_type(request: HttpRequest, code: str) -> HttpResponse:
    """What one code means; a code that does not exist is a page not found."""
    kind = known().get(code)
    if kind is None:
        raise NotVisible()
    crumbs = [(_("Startseite"), "/"), (_("Fehler"), reverse("shell:problem-types")), (kind.code, "")]
    return render(request, "shell/problem_type.html", {"kind": kind, "breadcrumb": crumbs})


@public
@require_safe
def problem_types(request: HttpRequest) -> HttpResponse:
    """All codes with their status."""
    crumbs = [(_("Startseite"), "/"), (_("Fehler"), "")]
    context = {"kinds": sorted(known().values(), key=lambda kind: kind.code), "breadcrumb": crumbs}
    return render(request, "shell/problem_types.html", context)
