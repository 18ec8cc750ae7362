"""Every write of relief: measuring decided cases, publishing figures, entering what it took before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction

from stadtkern.casework.cases import api as cases
from stadtkern.casework.relief import rules
from stadtkern.casework.relief.models import Baseline, Figure, Measure
from stadtkern.casework.services import api as services
from stadtkern.foundation.access.api import Actor
from stadtkern.foundation.audit import api as audit
from stadtkern.kernel import clock
from stadtkern.kernel.canonical import JSON
from stadtkern.kernel.errors import InvalidInput, NotVisible

WINDOW = timedelta(days=365)
AGAIN = timedelta(days=3)  # decisions of these days are measured once more (reopened, decided anew)
KEPT = timedelta(days=3 * 365)
MARKS = 1_000


def measure(*, now: datetime) -> int:
    """Measure the cases decided since the last time; returns how many. May run twice."""
    last = Measure.objects.order_by("-decided_on").values_list("decided_on", flat=True).first()
    since = now - WINDOW if last is None else min(datetime.combine(last, time.min, clock.ZONE) - AGAIN, now)
    number = 0
    for piece in _pieces(since, now):
        with transaction.atomic():
            for case in piece:
                days = (clock.local(case.decided_at).date() - clock.local(case.received_at).date()).days
                Measure.objects.update_or_create(
                    case_id=case.id,
                    defaults={
                        "service_slug": case.service_slug,
                        "decided_on": clock.local(case.decided_at).date(),
                        "days": max(days, 0),
                        "online": case.online,
                        "automatic": case.automatic,
                        "minutes": _minutes(case),
                    },
                )
        number += len(piece)
    Measure.objects.filter(decided_on__lt=clock.local(now - KEPT).date()).delete()
    return number


def _pieces(since: datetime, until: datetime) -> Iterator[list[cases.DecidedCase]]:
    after = None
    while piece := cases.decided_cases(since=since, until=until, after=after):
        yield piece
        after = (piece[-1].decided_at, piece[-1].id)


def _minutes(case: cases.DecidedCase) -> int | None:
    """Worked minutes by the log of the case: who did something on it, and when she had it open."""
    entries = [
        entry
        for entry in audit.entries_for("case", case.id, limit=MARKS)
        if entry.actor_kind == "staff" and entry.actor_id and entry.at and entry.at <= case.decided_at
    ]
    workers = {entry.actor_id for entry in entries if not entry.action.endswith(".read")}
    marks = [(entry.actor_id, entry.at) for entry in entries if entry.actor_id in workers]
    if not marks:
        return 0 if case.automatic else None
    return rules.worked_minutes((person, at) for person, at in marks if person and at)


@transaction.atomic
def publish(*, now: datetime) -> int:
    """Reckon the figures of the last year anew and publish them; returns how many services have some."""
    today = clock.local(now).date()
    begin, end = today - WINDOW, today + timedelta(days=1)
    found = _by_service(begin, end)
    before = {row.service_slug: row for row in Baseline.objects.all()}
    titles = {info.slug: (info.title("de"), info.title("en")) for info in services.services()}
    rows, shown, saved = [], [], None
    for slug, ones in sorted(found.items()):
        reckoned = rules.reckon(ones)
        if reckoned is None or slug not in titles:
            continue
        shown += ones
        baseline = before.get(slug)
        gain = reckoned.saved(baseline.minutes if baseline else None)
        saved = saved if gain is None else (saved or 0) + gain
        rows.append(_figure(slug, titles[slug], reckoned, baseline, gain, begin, end, now))
    total = rules.reckon(shown)
    if total is not None:
        rows.append(_figure("", ("", ""), total, None, saved, begin, end, now))
    Figure.objects.all().delete()
    Figure.objects.bulk_create(rows)
    return max(len(rows) - 1, 0)


def _by_service(begin: date, end: date) -> dict[str, list[rules.One]]:
    found: dict[str, list[rules.One]] = {}
    rows = Measure.objects.filter(decided_on__gte=begin, decided_on__lt=end).order_by("id")
    values = rows.values_list("service_slug", "days", "online", "automatic", "minutes")
    for slug, days, online, automatic, minutes in values.iterator(chunk_size=5_000):
        one = rules.One(days=days, online=online, automatic=automatic, minutes=minutes)
        found.setdefault(slug, []).append(one)
    return found


def _figure(
    slug: str,
    titles: tuple[str, str],
    reckoned: rules.Reckoned,
    baseline: Baseline | None,
    saved: int | None,
    begin: date,
    end: date,
    now: datetime,
) -> Figure:
    return Figure(
        service_slug=slug,
        title=titles[0],
        title_en=titles[1],
        from_on=begin,
        to_on=end,
        cases=reckoned.cases,
        online_percent=reckoned.online_percent,
        automatic_percent=reckoned.automatic_percent,
        median_days=reckoned.median_days,
        minutes=reckoned.minutes,
        days_before=baseline.days if baseline else None,
        minutes_before=baseline.minutes if baseline else None,
        saved_minutes=saved,
        computed_at=now,
    )


@transaction.atomic
def set_baseline(
    *, actor: Actor, slug: str, minutes: int | None, days: int | None, source: str, now: datetime
) -> None:
    """Enter what a case of a service took before. The caller has checked the role."""
    if services.find(slug) is None:
        raise NotVisible()
    if minutes is None or not 1 <= minutes <= 10_000:
        raise InvalidInput(
            "Bitte geben Sie die Minuten je Vorgang als ganze Zahl an (1 bis 10.000).",
            message_en="Please give the minutes per case as a whole number (1 to 10,000).",
            extra={"field": "minutes"},
        )
    if days is not None and not 0 <= days <= 3_650:
        raise InvalidInput(
            "Bitte geben Sie die Tage als ganze Zahl an.",
            message_en="Please give the days as a whole number.",
            extra={"field": "days"},
        )
    if not source.strip():
        raise InvalidInput(
            "Bitte schreiben Sie, woher die Schätzung kommt.",
            message_en="Please write where the estimate comes from.",
            extra={"field": "source"},
        )
    row, _ = Baseline.objects.update_or_create(
        service_slug=slug,
        defaults={
            "minutes": minutes,
            "days": days,
            "source": source.strip()[:500],
            "set_by_name": actor.name,
            "set_at": now,
        },
    )
    details: dict[str, JSON] = {"service": slug, "minutes": minutes}
    audit.record(
        actor=actor, action="relief.baseline_set", obj=("baseline", row.pk), details=details, now=now
    )
    publish(now=now)


def forget_case(case_id: UUID) -> None:
    """The case is erased: its figures no longer say whose they are."""
    Measure.objects.filter(case_id=case_id).update(case_id=None)
