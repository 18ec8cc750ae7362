"""Sources and runs as data editors see them."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from stadtkern.data.catalog import actions, jobs, policies
from stadtkern.data.catalog.desk import shown
from stadtkern.data.catalog.models import HarvestRun, HarvestSource
from stadtkern.foundation.access.api import Actor, NotVisible, staff
from stadtkern.foundation.shell.api import paginate
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError


def actor_of(request: HttpRequest) -> Actor:
    return cast(Actor, cast(Any, request).actor)


@require_safe
@staff(*policies.DESK)
def sources(request: HttpRequest) -> HttpResponse:
    """All sources with their last run."""
    last = HarvestRun.objects.filter(source=OuterRef("pk")).order_by("-started_at")
    rows = (
        policies.sources_for(actor_of(request))
        .annotate(
            datasets=Count("entries", distinct=True),
            last_at=Subquery(last.values("started_at")[:1]),
            last_state=Subquery(last.values("state")[:1]),
            last_reason=Subquery(last.values("reason")[:1]),
        )
        .order_by("name", "pk")
    )
    page = paginate(request, rows, 50)
    context = {
        "table": shown.source_table(page.object_list) if page.object_list else None,
        "page": page,
        "breadcrumb": [(_("Datenquellen"), "")],
    }
    return render(request, "catalog/desk/sources.html", context)


@require_http_methods(["GET", "POST"])
@staff(*policies.DESK)
def new(request: HttpRequest) -> HttpResponse:
    """Add a source; it is read at once."""
    return _form(request, None)


@require_http_methods(["GET", "POST"])
@staff(*policies.DESK)
def change(request: HttpRequest, source_id: UUID) -> HttpResponse:
    """Change a source."""
    return _form(request, policies.find_source(actor_of(request), source_id))


def _form(request: HttpRequest, row: HarvestSource | None) -> HttpResponse:
    error: DomainError | None = None
    values: dict[str, Any] = {
        "name": row.name if row else "", "address": row.address if row else "", "rhythm": row.rhythm if row else "day",
        "publisher_name": row.publisher_name if row else "", "private": row.private if row else False,
    }  # fmt: skip
    if request.method == "POST":
        values = {name: request.POST.get(name, "").replace("\x00", "") for name in values}
        values["private"] = request.POST.get("private") == "1"
        try:
            kept = actions.keep_source(
                actor=actor_of(request), source_id=row.pk if row else None, now=clock.now(), **values
            )
        except DomainError as caught:
            error = caught
        else:
            if row is None:
                jobs.harvest_soon(kept.pk)
                messages.success(request, _("Gespeichert. Die Quelle wird gerade zum ersten Mal gelesen."))
            else:
                messages.success(request, _("Gespeichert."))
            return redirect("catalog-desk:source", kept.pk)
    title = row.name if row else _("Neue Datenquelle")
    field = str(error.extra.get("field", "address")) if error else ""
    told = error.text(request.LANGUAGE_CODE) if error else ""
    context = {
        "title": title,
        "values": values,
        "errors": [(field, told)] if error else [],
        "error": {field: told} if error else {},
        "rhythms": list(shown.rhythms().items()),
        "back": reverse("catalog-desk:source", args=[row.pk]) if row else reverse("catalog-desk:sources"),
        "from_file": bool(row and row.address.startswith("file:")),
        "breadcrumb": [(_("Datenquellen"), reverse("catalog-desk:sources")), (title, "")],
    }
    return render(request, "catalog/desk/form.html", context, status=error.status if error else 200)


@require_http_methods(["GET", "POST"])
@staff(*policies.DESK)
def source(request: HttpRequest, source_id: UUID) -> HttpResponse:
    """One source: state, runs, what can be done."""
    actor = actor_of(request)
    row = policies.find_source(actor, source_id)
    if request.method == "POST":
        return _act(request, actor, row)
    page = paginate(request, row.runs.order_by("-started_at", "pk"), 20)
    last = (
        page.object_list[0]
        if page.object_list and page.number == 1
        else row.runs.order_by("-started_at").first()
    )
    context = {
        "source": row,
        "from_file": row.address.startswith("file:"),
        "facts": shown.source_facts(row),
        "alert": shown.alert(last) if last else None,
        "runs": shown.run_table(page.object_list) if page.object_list else None,
        "page": page,
        "breadcrumb": [(_("Datenquellen"), reverse("catalog-desk:sources")), (row.name, "")],
    }
    return render(request, "catalog/desk/source.html", context)


def _act(request: HttpRequest, actor: Actor, row: HarvestSource) -> HttpResponse:
    wanted = request.POST.get("action", "")
    if wanted == "harvest" and row.active and not row.address.startswith("file:"):
        jobs.harvest_soon(row.pk)
        messages.success(
            request, _("Die Quelle wird jetzt gelesen. Laden Sie die Seite in einer Minute neu.")
        )
    elif wanted in ("pause", "resume"):
        actions.switch_source(actor=actor, source_id=row.pk, active=wanted == "resume", now=clock.now())
        messages.success(
            request,
            _("Die Quelle ruht jetzt.") if wanted == "pause" else _("Die Quelle wird wieder gelesen."),
        )
    elif wanted == "remove":
        gone = actions.remove_source(actor=actor, source_id=row.pk, now=clock.now())
        told = ngettext("Quelle und %(n)s Eintrag entfernt.", "Quelle und %(n)s Einträge entfernt.", gone) % {
            "n": gone
        }
        messages.success(request, told)
        return redirect("catalog-desk:sources")
    return redirect("catalog-desk:source", row.pk)


@require_safe
@staff(*policies.DESK)
def run(request: HttpRequest, source_id: UUID, run_id: UUID) -> HttpResponse:
    """One run: figures, repairs, datasets by what happened to them."""
    row = policies.find_source(actor_of(request), source_id)
    found = row.runs.filter(pk=run_id).first()
    if found is None:
        raise NotVisible()
    begun = f"{clock.local(found.started_at):%d.%m.%Y %H:%M}"
    context = {
        "source": row,
        "begun": begun,
        "alert": shown.alert(found),
        "facts": shown.run_facts(found),
        "repairs": shown.repair_table(found, request.LANGUAGE_CODE) if found.repairs else None,
        "lists": shown.lists(found),
        "breadcrumb": [
            (_("Datenquellen"), reverse("catalog-desk:sources")),
            (row.name, reverse("catalog-desk:source", args=[row.pk])),
            (begun, ""),
        ],
    }
    return render(request, "catalog/desk/run.html", context)
