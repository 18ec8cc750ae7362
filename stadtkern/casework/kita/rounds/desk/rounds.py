"""The run room of the youth office: a round, its next step, findings, figures, files. Providers see the rounds that concern them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from stadtkern.casework.kita import policies
from stadtkern.casework.kita.desk.gate import desk
from stadtkern.casework.kita.models import (
    Deviation,
    Level,
    ListEntry,
    ProviderConfirmation,
    Round,
    RoundKind,
    RoundState,
)
from stadtkern.casework.kita.notebook import whole
from stadtkern.casework.kita.rounds import rules, words
from stadtkern.casework.kita.rounds.actions import offers, steps
from stadtkern.casework.kita.rounds.desk import findings
from stadtkern.casework.kita.rounds.desk import words as staff_words
from stadtkern.foundation.access.api import Actor, NotVisible, Role
from stadtkern.foundation.files import api as files
from stadtkern.foundation.shell.api import Cell, Column, Row, Table, read_date
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError, InvalidInput

HOME = "/arbeit/kita/"
PROVIDER_STATES = (RoundState.CONFIRMING, RoundState.OFFERED, RoundState.CLOSED)


def actor_of(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def find(request: HttpRequest, round_id: UUID) -> Round:
    """The office sees every round, providers those that have reached them. Raises ``NotVisible``."""
    row = Round.objects.filter(pk=round_id).first()
    scope = policies.scope_of(actor_of(request), clock.today())
    if row is None or not (scope.office or row.state in PROVIDER_STATES):
        raise NotVisible()
    return row


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Kita"), HOME), (_("Vergaberunden"), reverse("kita-rounds:overview")), *more]


@desk()
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """All rounds, the newest first."""
    scope = policies.scope_of(actor_of(request), clock.today())
    rows = Round.objects.all() if scope.office else Round.objects.filter(state__in=PROVIDER_STATES)
    columns = [
        Column(label=_("Runde")),
        Column(label=_("Art")),
        Column(label=_("Stand")),
        Column(label=_("Kinder"), numeric=True),
        Column(label=_("Mit Platz"), numeric=True),
    ]
    body = [
        Row(
            cells=[
                Cell(text=row.name, href=reverse("kita-rounds:round", args=[row.pk])),
                Cell(text=words.said(words.KINDS, row.kind)),
                Cell(text=words.said(words.STATES, row.state)),
                Cell(text=row.result.get("children", "–")),
                Cell(text=row.result.get("placed", "–")),
            ]
        )
        for row in rows[:200]
    ]
    context = {
        "table": Table(caption=_("Vergaberunden"), columns=columns, rows=body) if body else None,
        "office": scope.office,
        "ranked": policies.facilities_of(actor_of(request), clock.today()).filter(
            provider__level=Level.RANKED
        )[:50],
        "breadcrumb": [(_("Kita"), HOME), (_("Vergaberunden"), "")],
    }
    return render(request, "kita/desk/rounds/overview.html", context)


@desk(Role.KITA_OFFICE)
def new(request: HttpRequest) -> HttpResponse:
    """Prepare a round; the source of the random number is named now."""
    error: DomainError | None = None
    sent = request.POST
    if request.method == "POST":
        try:
            key = steps.create(actor=actor_of(request), now=clock.now(), **_typed(request))
            return redirect("kita-rounds:round", round_id=key)
        except DomainError as caught:
            error = caught
    text = error.text(request.LANGUAGE_CODE) if error else ""
    year = clock.today().year + (clock.today().month > 5)
    context = {
        "values": sent or {"kind": "main", "answer_days": "10"},
        "kinds": [(key, _(words.KINDS[key])) for key, _label in RoundKind.choices],
        "from": read_date(sent, "from") if sent else date(year, 8, 1),
        "to": read_date(sent, "to") if sent else date(year + 1, 8, 1),
        "beacon": read_date(sent, "beacon") if sent else None,
        "confirm": read_date(sent, "confirm") if sent else None,
        "errors": [("name", text)] if text else [],
        "error": text,
        "breadcrumb": crumbs((_("Neue Runde"), "")),
    }
    return render(request, "kita/desk/rounds/new.html", context, status=422 if error else 200)


def _typed(request: HttpRequest) -> dict[str, Any]:
    sent = request.POST
    days = {name: read_date(sent, name) for name in ("from", "to", "beacon", "confirm")}
    if not all(isinstance(day, date) for day in days.values()):
        raise InvalidInput(
            "Bitte geben Sie alle vier Tage vollständig an.",
            message_en="Please enter all four days completely.",
        )
    at = sent.get("beacon_time", "").strip() or "00:00"
    try:
        moment = datetime.combine(days["beacon"], time.fromisoformat(at), tzinfo=clock.ZONE)  # type: ignore[arg-type]
    except ValueError:
        raise InvalidInput(
            "Bitte geben Sie die Uhrzeit als 20:15 an.", message_en="Please enter the time as 20:15."
        ) from None
    return {
        "name": sent.get("name", "").replace("\x00", ""),
        "kind": sent.get("kind", ""),
        "start_from": days["from"],
        "start_to": days["to"],
        "beacon_source": sent.get("beacon_source", "").replace("\x00", ""),
        "beacon_at": moment,
        "confirm_by": days["confirm"],
        "answer_days": whole(sent.get("answer_days")) or 10,
    }  # fmt: skip


@desk()
@require_safe
def one(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """The office: where the round stands and the next step. A provider: its own lists."""
    row = find(request, round_id)
    today = clock.today()
    scope = policies.scope_of(actor_of(request), today)
    context: dict[str, Any] = {
        "row": row,
        "state": words.said(words.STATES, row.state),
        "office": scope.office,
        "lists": _lists(request, row),
        "confirmations": _confirmations(row, scope),
        "breadcrumb": crumbs((row.name, "")),
    }
    if scope.office:
        context |= _office_context(request, row)
    return render(request, "kita/desk/rounds/round.html", context)


def _office_context(request: HttpRequest, row: Round) -> dict[str, Any]:
    done = rules.STEPS.index(row.state) if row.state in rules.STEPS else len(rules.STEPS)
    return {
        "steps": [
            (words.said(words.STATES, name), at < done, at == done) for at, name in enumerate(rules.STEPS)
        ],
        "findings": findings.groups(row.checks),
        "seen": row.state not in (RoundState.DRAFT, RoundState.FROZEN),
        "red": rules.red(row.checks),
        "shadow": {
            **row.shadow,
            "groups": [
                {**group, "label": words.said(words.GROUPS, group["group"])}
                for group in row.shadow.get("groups", [])
            ],
        },
        "same_person": row.asked_by_id == actor_of(request).account_id,
        "running": words.said(staff_words.TASKS, row.task) if row.task and not row.problem else "",
        "problem": words.said(staff_words.PROBLEMS, row.problem),
        "failed": words.said(staff_words.FAILED, row.task),
        "unplaced": row.result.get("children", 0) - row.result.get("placed", 0),
        "beacon_known": clock.now() >= row.beacon_at,
        "offers": _offers(row),
        "overdue": clock.today() >= row.confirm_by_on,
        "public": request.build_absolute_uri(reverse("kita-round:round", args=[row.pk])),
    }


def _offers(row: Round) -> list[tuple[str, int]]:
    counts = dict(row.offers.order_by().values_list("state").annotate(n=Count("pk")))
    return [(words.said(words.OFFERS, key), counts[key]) for key in words.OFFERS if key in counts]


def _lists(request: HttpRequest, row: Round) -> list[dict[str, Any]]:
    """The Kitas with a list that the actor works for."""
    kitas = {kita.pk: kita for kita in policies.facilities_of(actor_of(request), clock.today())}
    lines = ListEntry.objects.filter(round=row, facility__in=list(kitas)).order_by()
    counts = lines.values_list("facility_id").annotate(
        seated=Count("pk", filter=Q(placed=True)), waiting=Count("pk", filter=Q(placed=False))
    )
    return [
        {
            "name": kitas[key].name,
            "placed": placed,
            "waiting": waiting,
            "href": reverse("kita-rounds:list", args=[row.pk, key]),
        }
        for key, placed, waiting in sorted(counts, key=lambda item: kitas[item[0]].name)
    ]


def _confirmations(row: Round, scope: policies.Scope) -> list[dict[str, Any]]:
    rows = ProviderConfirmation.objects.filter(round=row).select_related("provider")
    asked = set(
        Deviation.objects.filter(round=row, state=Deviation.State.ASKED).values_list("provider_id", flat=True)
    )
    return [
        {
            "row": item,
            "may": item.confirmed_at is None and item.provider_id in scope.manages,
            "waits": item.provider_id in asked,
        }
        for item in rows.order_by("provider__name")
    ]


@desk(Role.KITA_OFFICE)
@require_POST
def step(request: HttpRequest, round_id: UUID, step: str) -> HttpResponse:
    """One step; what stops it is said on the page."""
    actor, now = actor_of(request), clock.now()
    todo: dict[str, Callable[[], object]] = {
        "pruefen": lambda: steps.ask(actor=actor, round_id=round_id, task="preview", now=now),
        "einfrieren": lambda: steps.ask(actor=actor, round_id=round_id, task="freeze", now=now),
        "erneut": lambda: steps.retry(actor=actor, round_id=round_id, now=now),
        "vorpruefung": lambda: steps.check(actor=actor, round_id=round_id, now=now),
        "los": lambda: steps.draw(
            actor=actor, round_id=round_id, beacon=request.POST.get("beacon", ""), now=now
        ),
        "freigeben": lambda: steps.release(actor=actor, round_id=round_id, now=now),
        "plaetze": lambda: steps.grant(actor=actor, round_id=round_id, now=now),
        "familien": lambda: steps.excuse(actor=actor, round_id=round_id, now=now),
        "nachpruefen": lambda: steps.certify(actor=actor, round_id=round_id, now=now),
        "uebergeben": lambda: steps.hand_over(actor=actor, round_id=round_id, now=now),
        "angebote": lambda: offers.release(actor=actor, round_id=round_id, now=now),
        "abbrechen": lambda: steps.cancel(
            actor=actor, round_id=round_id, reason=request.POST.get("reason", ""), now=now
        ),
        "abschliessen": lambda: steps.close(actor=actor, round_id=round_id, now=now),
    }
    if step not in todo:
        raise NotVisible()
    try:
        todo[step]()
    except NotVisible:
        raise
    except DomainError as error:
        messages.error(request, error.text(request.LANGUAGE_CODE))
    return redirect("kita-rounds:round", round_id=round_id)


@desk(Role.KITA_OFFICE)
@require_safe
def file(request: HttpRequest, round_id: UUID, name: str) -> HttpResponseBase:
    """The files of a round for the office: the annex as well, which is never published."""
    row = find(request, round_id)
    key = {
        "eingefroren": row.frozen_file_id,
        "anlage": row.annex_file_id,
        "runde": row.instance_file_id,
        "ergebnis": row.outcome_file_id,
    }.get(name)
    if key is None:
        raise NotVisible()
    if name == "anlage":
        from stadtkern.casework.kita.rounds.actions.common import tell

        tell(actor_of(request), "round_annex_read", row.pk, clock.now())
    return files.as_response(key)
