"""What the pages of the workshop share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from stadtkern.casework.designer import actions, policies, text_forms
from stadtkern.casework.designer.contents import Trouble
from stadtkern.casework.designer.models import ProcedureDraft
from stadtkern.foundation.access.api import Actor, Role, staff
from stadtkern.kernel import clock

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


def save(request: HttpRequest, row: ProcedureDraft, changes: Mapping[str, str | None]) -> None:
    """Keep changed files for the person who asks. Raises ``Conflict``, ``DraftFixed``, ``PackageRefused``."""
    actions.save_files(
        actor=actor_of(request),
        draft_id=row.pk,
        revision=revision_of(request),
        changes=changes,
        now=clock.now(),
    )


def language() -> str:
    """The language of the page: de or en."""
    return "de" if (get_language() or "de").startswith("de") else "en"


WORDS = {"error": "danger", "problem": "warning", "hint": "neutral"}


def trouble_words(found: Iterable[Trouble]) -> list[dict[str, Any]]:
    """Troubles as lines: a word and a shape, the sentence in the language of the page."""
    german = language() == "de"
    words = {"error": _("Fehler"), "problem": _("Problem"), "hint": _("Hinweis")}
    return [
        {
            "severity": each.severity,
            "kind": WORDS.get(each.severity, "neutral"),
            "word": words.get(each.severity, each.severity),
            "message": each.message if german else each.message_en or each.message,
            "expression": each.expression,
            "place": each.place,
            "element": each.element,
            "path": each.path,
            "href": "",
        }
        for each in found
    ]


def trouble_rows(row: ProcedureDraft, found: Iterable[Trouble]) -> list[dict[str, Any]]:
    """The same with the page where it is mended."""
    kept = list(found)
    return [
        line | {"href": _address(row, each)} for line, each in zip(trouble_words(kept), kept, strict=True)
    ]


def _address(row: ProcedureDraft, trouble: Trouble) -> str:
    if trouble.part == "process":
        if trouble.element:
            return reverse("designer:element", args=[row.pk, trouble.element])
        return reverse("designer:process", args=[row.pk])
    if trouble.part == "texts":
        for section in text_forms.SECTIONS.values():
            if trouble.element.startswith(section.prefixes):
                return reverse("designer:text-section", args=[row.pk, section.name])
        return reverse("designer:texts", args=[row.pk])
    if trouble.part == "parameters":
        return reverse("designer:parameters", args=[row.pk])
    if trouble.element == "office":
        return reverse("designer:rename", args=[row.pk])
    if trouble.part == "form":
        return reverse("designer:form", args=[row.pk])
    part = trouble.part if trouble.part in ("decisions", "tests") else "overview"
    return reverse(f"designer:{part}", args=[row.pk])
