"""News for editors: list, write, preview, publish, withdraw."""

from __future__ import annotations

from datetime import date
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stadtkern.foundation.access.api import Actor, Role, staff
from stadtkern.foundation.shell import api as shell
from stadtkern.fronts.site import actions, policies
from stadtkern.fronts.site.models import NewsMessage
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError

TEXT_FIELDS = ("title", "text", "period", "label")
NAMES = tuple(f"{name}_{code}" for name in TEXT_FIELDS for code in ("de", "en"))
gate = staff(Role.SERVICE_MANAGER)


def _actor(request: HttpRequest) -> Actor:
    return cast(Actor, cast(Any, request).actor)


def _crumbs(*rest: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Aktuelles"), reverse("site-desk:news")), *rest]


def _state(row: NewsMessage, today: date) -> tuple[str, str]:
    """Kind and words: draft, waits for its day, public, expired."""
    if row.state == NewsMessage.State.DRAFT:
        return "neutral", _("Entwurf")
    if row.visible_from_on and row.visible_from_on > today:
        return "warning", _("erscheint am %(day)s") % {
            "day": date_format(row.visible_from_on, "SHORT_DATE_FORMAT")
        }
    if row.visible_to_on and row.visible_to_on <= today:
        return "neutral", _("abgelaufen")
    return "success", _("öffentlich")


@gate
@require_safe
def news_list(request: HttpRequest) -> HttpResponse:
    """All news with their state, the newest first."""
    today = clock.today()
    page = shell.paginate(request, policies.editable_by(_actor(request)), 50)
    lines = []
    for row in page.object_list:
        kind, words = _state(row, today)
        start = date_format(row.visible_from_on, "SHORT_DATE_FORMAT") if row.visible_from_on else "–"
        end = date_format(row.visible_to_on, "SHORT_DATE_FORMAT") if row.visible_to_on else "–"
        cells = [
            shell.Cell(text=row.title_de, href=reverse("site-desk:news-edit", args=[row.pk])),
            shell.Cell(text=words, kind=kind),
            shell.Cell(text=start),
            shell.Cell(text=end),
            shell.Cell(text=_("ja") if row.title_en and row.text_en else _("fehlt")),
        ]
        lines.append(shell.Row(cells=cells, key=row.slug))
    heads = (_("Überschrift"), _("Stand"), _("Sichtbar ab"), _("Nicht mehr ab"), _("Englisch"))
    table = shell.Table(
        caption=_("Meldungen"),
        caption_hidden=True,
        columns=[shell.Column(label=label) for label in heads],
        rows=lines,
    )
    return render(request, "site/desk/news.html", {"table": table, "page": page})


@gate
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, news_id: UUID | None = None) -> HttpResponse:
    """Write or change; a change of a public one is public at once."""
    row = policies.find(_actor(request), news_id) if news_id else None
    if request.method != "POST":
        values = {name: getattr(row, name) for name in NAMES} if row else {}
        days = (row.visible_from_on, row.visible_to_on) if row else (None, None)
        return _page(request, row, values, days, {}, row.revision if row else 0)
    values = {name: request.POST.get(name, "").replace("\r\n", "\n").strip() for name in NAMES}
    start, end = shell.read_date(request.POST, "visible_from"), shell.read_date(request.POST, "visible_to")
    text = request.POST.get("revision", "")
    revision = int(text) if text.isdigit() and len(text) < 9 else 0
    errors = {
        name: _("Diesen Tag gibt es nicht.")
        for name, day in (("visible_from", start), ("visible_to", end))
        if isinstance(day, str)
    }
    if not errors and not isinstance(start, str) and not isinstance(end, str):
        try:
            saved = actions.save_news(
                actor=_actor(request),
                news_id=news_id,
                values=actions.NewsValues(**values, visible_from_on=start, visible_to_on=end),
                revision=revision if news_id else None,
                now=clock.now(),
            )
        except actions.NewsIncomplete as error:
            errors = error.by_field(request.LANGUAGE_CODE)
        except DomainError as error:
            errors = {"title_de": error.text(request.LANGUAGE_CODE)}
            revision = row.revision if row else 0
        else:
            messages.success(request, _("Die Meldung ist gespeichert."))
            return redirect("site-desk:news-edit", news_id=saved)
    return _page(request, row, values, (start, end), errors, revision)


def _page(
    request: HttpRequest,
    row: NewsMessage | None,
    values: dict[str, str],
    days: tuple[Any, Any],
    errors: dict[str, str],
    revision: int,
) -> HttpResponse:
    kind, words = _state(row, clock.today()) if row else ("neutral", _("neu"))
    context = {
        "row": row,
        "values": values,
        "visible_from": days[0],
        "visible_to": days[1],
        "error": errors,
        "errors": list(errors.items()),
        "revision": revision,
        "kind": kind,
        "words": words,
        "is_public": row is not None and row.state == NewsMessage.State.PUBLISHED,
        "breadcrumb": _crumbs((row.title_de if row else _("Neue Meldung"), "")),
    }
    return render(request, "site/desk/news_edit.html", context, status=422 if errors else 200)


@gate
@require_safe
def preview(request: HttpRequest, news_id: UUID) -> HttpResponse:
    """As residents will see it, in German or English."""
    row = policies.find(_actor(request), news_id)
    language = "en" if request.GET.get("sprache") == "en" else "de"
    shown = {
        name: (getattr(row, f"{name}_en") if language == "en" else "") or getattr(row, f"{name}_de")
        for name in TEXT_FIELDS
    }
    context = {
        "row": row,
        "shown": shown,
        "preview_language": language,
        "breadcrumb": _crumbs(
            (row.title_de, reverse("site-desk:news-edit", args=[row.pk])), (_("Vorschau"), "")
        ),
    }
    return render(request, "site/desk/news_preview.html", context)


@gate
@require_POST
def change_state(request: HttpRequest, news_id: UUID, step: str) -> HttpResponse:
    """Publish, withdraw or delete."""
    actor, now = _actor(request), clock.now()
    try:
        if step == "veroeffentlichen":
            actions.publish_news(actor=actor, news_id=news_id, now=now)
            messages.success(request, _("Veröffentlicht."))
        elif step == "zurueckziehen":
            actions.withdraw_news(actor=actor, news_id=news_id, now=now)
            messages.success(request, _("Zurückgezogen. Die Meldung ist wieder ein Entwurf."))
        else:
            actions.delete_news(actor=actor, news_id=news_id, now=now)
            messages.success(request, _("Der Entwurf ist gelöscht."))
            return redirect("site-desk:news")
    except actions.NewsIncomplete as error:
        messages.error(request, " ".join(error.by_field(request.LANGUAGE_CODE).values()))
    except DomainError as error:
        if error.status == 404:
            raise
        messages.error(request, error.text(request.LANGUAGE_CODE))
    return redirect("site-desk:news-edit", news_id=news_id)
