"""What the staff pages of forms share."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from stadtkern.casework.forms import policies
from stadtkern.casework.forms.models import FormVersion
from stadtkern.casework.forms.runner.access import actor_of
from stadtkern.foundation.access.api import Actor

Crumbs = list[tuple[str, str]]

STATE_KINDS = {"draft": "neutral", "published": "success", "retired": "warning"}


def version_title(row: FormVersion) -> str:
    """Form and number of a version."""
    return _("%(title)s, Fassung %(number)s") % {"title": row.definition.title, "number": row.number}


def state_words(state: str) -> str:
    """The state in the language of the page."""
    return {"draft": _("in Arbeit"), "published": _("veröffentlicht"), "retired": _("abgelöst")}[state]


def manager(request: HttpRequest) -> Actor:
    """The actor of the request as plain values."""
    return actor_of(request)


def find(request: HttpRequest, version_id: UUID) -> FormVersion:
    """A version the actor may manage. Raises ``NotVisible``."""
    return policies.find_version(actor_of(request), version_id)


def crumbs(row: FormVersion | None = None, *more: tuple[str, str]) -> Crumbs:
    """The way back: forms, version, page."""
    found: Crumbs = [(_("Formulare"), reverse("forms_desk:forms"))]
    if row is not None:
        found.append((version_title(row), reverse("forms_desk:version", args=[row.pk])))
    return [*found, *more]


def revision_of(request: HttpRequest) -> int:
    """The state of the version that the page was drawn from."""
    text = request.POST.get("revision", "")
    return int(text) if text.isdigit() and len(text) < 9 else -1
