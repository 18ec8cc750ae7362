"""What the pages of the workshop share."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from stadtkern.casework.designer import policies
from stadtkern.casework.designer.models import ProcedureDraft
from stadtkern.foundation.access.api import Actor, Role, staff

gate = staff(Role.PROCESS_DESIGNER)

STATE_KINDS = {"draft": "neutral", "submitted": "warning", "published": "success", "withdrawn": "danger"}


def actor_of(request: HttpRequest) -> Actor:
    """Who asks."""
    return cast(Actor, cast(Any, request).actor)


def find(request: HttpRequest, draft_id: UUID) -> ProcedureDraft:
    """A draft the actor may see; raises ``NotVisible``."""
    return policies.find(actor_of(request), draft_id)


def state_label(state: str) -> str:
    """The state in the language of the page."""
    return {
        "draft": _("in Arbeit"),
        "submitted": _("zur Prüfung"),
        "published": _("veröffentlicht"),
        "withdrawn": _("verworfen"),
    }[state]


def is_editable(row: ProcedureDraft) -> bool:
    """Whether forms are shown."""
    return row.state == ProcedureDraft.State.DRAFT


def crumbs(row: ProcedureDraft | None = None, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """The way from the list of procedures."""
    found = [(_("Werkstatt"), reverse("designer:list"))]
    if row is not None:
        found.append((row.title, reverse("designer:overview", args=[row.pk]) if more else ""))
    return [*found, *more]


def revision_of(request: HttpRequest) -> int:
    """The revision that the page was drawn from."""
    text = request.POST.get("revision", "")
    return int(text) if text.isdigit() and len(text) < 9 else -1
