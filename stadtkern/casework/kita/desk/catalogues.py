"""Criteria catalogues as people read them; new versions as proposals with a trial, published by a second person."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

import stadtkern.content
from stadtkern.casework.kita import policies
from stadtkern.casework.kita.actions import catalogues as actions
from stadtkern.casework.kita.criteria.catalogue import Catalogue as Rules
from stadtkern.casework.kita.criteria.catalogue import Criterion
from stadtkern.casework.kita.criteria.reading import read_catalogue
from stadtkern.casework.kita.desk.gate import desk
from stadtkern.casework.kita.desk.kitas import HOME
from stadtkern.casework.kita.models import Catalogue, Facility, Provider
from stadtkern.casework.kita.public.common import in_language
from stadtkern.casework.kita.rounds import words as round_words
from stadtkern.foundation.access.api import Actor, NotVisible
from stadtkern.foundation.places import api as places
from stadtkern.foundation.shell.api import Cell, Column, Row, Table
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError

SHIPPED = Path(next(iter(stadtkern.content.__path__))) / "kita" / "criteria"
MOST_BYTES = 500_000


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _visible(request: HttpRequest) -> QuerySet[Catalogue]:
    """The office sees all; a provider those of everybody that are published, and its own."""
    scope = policies.scope_of(_actor(request), clock.today())
    rows = Catalogue.objects.select_related("provider", "facility")
    if scope.office:
        return rows
    return rows.filter(Q(provider=None, published_at__isnull=False) | Q(provider__in=scope.providers))


def _may(request: HttpRequest, row: Catalogue) -> bool:
    scope = policies.scope_of(_actor(request), clock.today())
    return scope.office or (row.provider_id is not None and row.provider_id in scope.manages)


@desk()
def overview(request: HttpRequest) -> HttpResponse:
    """The versions that count, those that wait, and how to propose a new one."""
    error = ""
    if request.method == "POST":
        key, error = _propose(request)
        if key is not None:
            return redirect("kita-desk:catalogue", catalogue_id=key)
    scope = policies.scope_of(_actor(request), clock.today())
    rows = list(_visible(request).order_by("catalogue_id", "-version")[:400])
    published = [row for row in rows if row.published_at is not None]
    context = {
        "table": _table(published) if published else None,
        "waiting": [
            (row, reverse("kita-desk:catalogue", args=[row.pk])) for row in rows if row.published_at is None
        ],
        "shipped": _shipped() if scope.office else [],
        "may": scope.office or bool(scope.manages),
        "errors": [("file", error)] if error else [],
        "error": error,
        "breadcrumb": [(_("Kita"), HOME), (_("Kriterien"), "")],
    }
    return render(request, "kita/desk/catalogues.html", context, status=422 if error else 200)


def _table(rows: list[Catalogue]) -> Table:
    columns = [
        Column(label=_("Katalog")),
        Column(label=_("gilt für")),
        Column(label=_("Fassung"), numeric=True),
        Column(label=_("gilt ab")),
        Column(label=_("bis (ausschließlich)")),
        Column(label=_("Kriterien"), numeric=True),
    ]
    body = [
        Row(
            cells=[
                Cell(text=title_of(row), href=reverse("kita-desk:catalogue", args=[row.pk])),
                Cell(text=owner_of(row)),
                Cell(text=row.version),
                Cell(text=f"{row.valid_from_on:%d.%m.%Y}"),
                Cell(text=f"{row.valid_to_on:%d.%m.%Y}" if row.valid_to_on else "–"),
                Cell(text=len(row.document.get("criteria", []))),
            ]
        )
        for row in rows
    ]
    return Table(caption=_("Kriterienkataloge"), columns=columns, rows=body)


def title_of(row: Catalogue) -> str:
    return str(row.document.get("title", {}).get("de", row.catalogue_id))


def owner_of(row: Catalogue) -> str:
    return str(row.facility or row.provider or _("alle Kitas"))


@cache
def _examples() -> tuple[tuple[str, Rules], ...]:
    return tuple(
        (path.stem, read_catalogue(json.loads(path.read_text("utf-8"))))
        for path in sorted(SHIPPED.glob("*.json"))
    )


def _shipped() -> list[dict[str, Any]]:
    """The examples with their titles; those of a provider only where there is one of that key."""
    providers = dict(Provider.objects.values_list("key", "name"))
    kitas = dict(
        Facility.objects.filter(key__in=[rules.scope.key for _, rules in _examples()]).values_list(
            "key", "name"
        )
    )
    found = []
    for name, rules in _examples():
        owner = {"global": _("alle Kitas")}.get(
            rules.scope.level, providers.get(rules.scope.key) or kitas.get(rules.scope.key, "")
        )
        found.append(
            {
                "name": name,
                "title": in_language(rules.title),
                "owner": owner,
                "criteria": ", ".join(in_language(item.label) for item in rules.criteria),
            }
        )
    return found


def _propose(request: HttpRequest) -> tuple[UUID | None, str]:
    """The proposal, or what went wrong."""
    upload, name = request.FILES.get("file"), request.POST.get("shipped", "")
    try:
        if name and name in dict(_examples()):
            document: Any = json.loads((SHIPPED / f"{name}.json").read_text("utf-8"))
            document["valid_from"] = clock.today().isoformat()
        elif upload is not None and (upload.size or 0) <= MOST_BYTES:
            document = json.loads(upload.read().decode("utf-8"))
        else:
            return None, _("Bitte wählen Sie eine Datei (höchstens 500 KB).")
        return actions.propose(actor=_actor(request), document=document, now=clock.now()), ""
    except (ValueError, RecursionError):
        return None, _("Das ist keine lesbare JSON-Datei.")
    except DomainError as error:
        return None, error.text(request.LANGUAGE_CODE)


# --- one version -------------------------------------------------------------------------------------------------


@desk()
@require_safe
def one(request: HttpRequest, catalogue_id: UUID) -> HttpResponse:
    """Every criterion with its meaning, rule and proof; of a proposal also what it changes, and for whom."""
    row = _visible(request).filter(pk=catalogue_id).first()
    if row is None:
        raise NotVisible()
    rules = read_catalogue(row.document)
    before = _before(row)
    known = {item.id: item for item in read_catalogue(before.document).criteria} if before is not None else {}
    waiting = row.published_at is None
    context = {
        "row": row,
        "title": title_of(row),
        "owner": owner_of(row),
        "note": in_language(rules.note) if rules.note else "",
        "criteria": [_criterion(item, known, before is not None) for item in rules.criteria],
        "dropped": [in_language(item.label) for key, item in known.items() if key not in {c.id for c in rules.criteria}],
        "before": before,
        "waiting": waiting,
        "may": waiting and _may(request, row),
        "same_person": row.proposed_by_id is not None and row.proposed_by_id == _actor(request).account_id,
        "running": row.trial.get("running", False),
        "pools": [_pool(pool) for pool in row.trial.get("pools", [])],
        "tried_on": row.trial.get("on", ""),
        "breadcrumb": [
            (_("Kita"), HOME),
            (_("Kriterien"), reverse("kita-desk:catalogues")),
            (title_of(row), ""),
        ],
    }  # fmt: skip
    return render(request, "kita/desk/catalogue.html", context)


def _before(row: Catalogue) -> Catalogue | None:
    """The published version before this one."""
    rows = Catalogue.objects.filter(
        catalogue_id=row.catalogue_id, provider=row.provider, facility=row.facility, version__lt=row.version
    )
    return rows.filter(published_at__isnull=False).order_by("-version").first()


def _criterion(item: Criterion, known: Mapping[str, Criterion], compare: bool) -> dict[str, Any]:
    old = known.get(item.id)
    change = ""
    if compare and old is None:
        change = "new"
    elif old is not None and (old.points, old.proof) != (item.points, item.proof):
        change = "changed"
    return {
        "label": in_language(item.label),
        "definition": in_language(item.definition),
        "rule": item.points,
        "old_rule": old.points if old is not None and old.points != item.points else "",
        "legal": item.legal_note,
        "proof": in_language(item.proof.label) if item.proof else "",
        "months": item.proof.valid_months if item.proof else None,
        "by_kita": item.confirmed_by_kita,
        "change": change,
    }


def _pool(pool: Mapping[str, Any]) -> dict[str, Any]:
    districts = {f"district:{row.id}": row.name for row in places.districts()}
    columns = [
        Column(label=_("Gruppe")),
        Column(label=_("Kinder"), numeric=True),
        Column(label=_("Gewinnen"), numeric=True),
        Column(label=_("Verlieren"), numeric=True),
        Column(label=_("Mit Platz vorher"), numeric=True),
        Column(label=_("nachher"), numeric=True),
        Column(label=_("Erster Wunsch vorher"), numeric=True),
        Column(label=_("nachher"), numeric=True),
    ]
    body = [
        Row(
            cells=[
                Cell(
                    text=districts.get(item["group"]) or round_words.said(round_words.GROUPS, item["group"])
                ),
                Cell(text=item["children"]),
                Cell(text=item["winners"]),
                Cell(text=item["losers"]),
                *(Cell(text=number) for number in (*item["placed"], *item["first"])),
            ]
        )
        for item in pool["groups"]
        if item["children"] is not None
    ]
    title = (
        _("Kinder, die für %(year)s einen Platz suchen") % {"year": pool["name"]}
        if pool["pool"] == "this"
        else _("Kinder der Runde „%(name)s“") % {"name": pool["name"]}
    )
    first = pool["groups"][0]
    return {
        "title": title,
        "winners": first["winners"] or 0,
        "losers": first["losers"] or 0,
        "children": pool["children"],
        "table": Table(caption=title, caption_hidden=True, columns=columns, rows=body),
        "hidden": sum(1 for item in pool["groups"] if item["children"] is None),
    }


@desk()
@require_POST
def step(request: HttpRequest, catalogue_id: UUID, step: str) -> HttpResponse:
    """Publish, try again, or drop a proposal."""
    todo = {"veroeffentlichen": actions.publish, "probe": actions.retry_trial, "verwerfen": actions.discard}
    if step not in todo:
        raise NotVisible()
    try:
        todo[step](actor=_actor(request), key=catalogue_id, now=clock.now())
    except NotVisible:
        raise
    except DomainError as error:
        messages.error(request, error.text(request.LANGUAGE_CODE))
        return redirect("kita-desk:catalogue", catalogue_id=catalogue_id)
    if step == "veroeffentlichen":
        messages.success(request, _("Veröffentlicht. Die Punkte werden danach gerechnet."))
    if step == "verwerfen":
        return redirect("kita-desk:catalogues")
    return redirect("kita-desk:catalogue", catalogue_id=catalogue_id)
