"""A round as everybody sees it: its dates, the hash of what was frozen, the source of the random number, files and figures."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from stadtkern.casework.kita.models import Round, RoundState
from stadtkern.casework.kita.public.common import base
from stadtkern.casework.kita.rounds import fairness, rules, words
from stadtkern.foundation.access.api import NotVisible, public
from stadtkern.foundation.files import api as files

PUBLISHED = (RoundState.OFFERED, RoundState.CLOSED)


def find(round_id: UUID) -> Round:
    """A round from its freeze on. Raises ``NotVisible``."""
    row = Round.objects.exclude(root_sha256="").filter(pk=round_id).first()
    if row is None:
        raise NotVisible()
    return row


@public
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """All rounds since their freeze."""
    rows = Round.objects.exclude(root_sha256="")[:50]
    context = base(
        request,
        (_("Vergaberunden"), ""),
        rows=[(row, words.said(words.STATES, row.state)) for row in rows],
    )
    return render(request, "kita/public/rounds.html", context)


@public
@require_safe
def one(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """One round. Files come when offers have left: before that they would show a Kita who ranks it where (ADR 0141)."""
    row = find(round_id)
    published = row.state in PUBLISHED
    found: dict[str, Any] = fairness.figures(row) if published else {}
    context = base(
        request,
        (_("Vergaberunden"), "/kita/runden/"),
        (row.name, ""),
        row=row,
        state=words.said(words.STATES, row.state),
        published=published,
        found=found,
        groups=[{**item, "label": words.line(item)} for item in found.get("rows", [])],
        small=row.result.get("children", 0) < rules.SMALL,
    )
    return render(request, "kita/public/round.html", context)


@public
@require_safe
def file(request: HttpRequest, round_id: UUID, name: str) -> HttpResponseBase:
    """``runde.json`` and ``ergebnis.json``, for ``stadtkern kita verify``."""
    row = find(round_id)
    key = {"runde": row.instance_file_id, "ergebnis": row.outcome_file_id}.get(name)
    if key is None or row.state not in PUBLISHED:
        raise NotVisible()
    return files.as_response(key)
