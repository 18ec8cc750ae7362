"""Relief: figures from real cases, before and now, never about fewer than five, without a query over all cases."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from stadtkern.casework.cases import actions as case_actions
from stadtkern.casework.cases.models import Case
from stadtkern.casework.relief import actions, chart, jobs, queries, rules
from stadtkern.casework.relief.models import Baseline, Figure, Measure
from stadtkern.foundation.audit import api as audit
from stadtkern.kernel import clock
from stadtkern.kernel.errors import InvalidInput
from tests.casework.cases.test_pages import browse  # noqa: F401  (a fixture)

ANNA, BERT = UUID(int=1), UUID(int=2)
START = datetime(2025, 10, 14, 9, 0, tzinfo=clock.ZONE)
DOG = "hundesteuer-anmeldung"


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("marks", "minutes"),
    [
        ([], 0),
        ([(ANNA, at(0))], 1),
        ([(ANNA, at(0)), (ANNA, at(10))], 10),
        ([(ANNA, at(10)), (ANNA, at(0)), (ANNA, at(5))], 10),
        ([(ANNA, at(0)), (ANNA, at(15))], 15),
        ([(ANNA, at(0)), (ANNA, at(15.1))], 2),
        ([(ANNA, at(0)), (ANNA, at(4)), (ANNA, at(300)), (ANNA, at(303))], 7),
        ([(ANNA, at(0)), (BERT, at(1)), (ANNA, at(3)), (BERT, at(5))], 7),
        ([(ANNA, at(0)), (ANNA, at(1.2))], 2),
    ],
)
def test_work_is_measured_in_stretches(marks, minutes) -> None:
    assert rules.worked_minutes(marks) == minutes


def one(days: int = 2, minutes: int | None = 10, online: bool = True, automatic: bool = False) -> rules.One:
    return rules.One(days=days, online=online, automatic=automatic, minutes=minutes)


def test_fewer_than_five_say_nothing() -> None:
    assert rules.reckon([one()] * 4) is None
    found = rules.reckon(
        [one(days=1), one(days=3), one(days=9, online=False), one(days=4), one(minutes=None)]
    )
    assert found is not None and (found.cases, found.online_percent, found.median_days) == (5, 80, 3)
    assert found.minutes is None, "only four of them were measured"
    assert found.saved(60) is None


def test_what_takes_longer_now_is_said_too() -> None:
    found = rules.reckon([one(minutes=30)] * 6)
    assert found is not None and found.saved(20) == -60 and found.saved(None) is None


def test_the_chart_fits_and_shows_small_bars() -> None:
    drawn = chart.before_and_now([("A", 200, 1), ("B", 0, 50)])
    assert drawn is not None and drawn.rows[0].before_width == chart.LONGEST and drawn.rows[0].now_width >= 2
    assert chart.before_and_now([]) is None


@pytest.fixture
def decided(apply, make_actor, team, now):
    """``decided(5)`` makes so many decided dog registrations, each with ten minutes of work."""
    clock.shift_to(now, real_start=clock.real_now())
    worker = make_actor("caseworker", team=team("finanzen"), name="S. Berger")
    resident = make_actor(name="Lena Becker", assurance=4)

    def make(number: int, slug: str = DOG) -> list[Case]:
        cases = []
        for index in range(number):
            begin = now + timedelta(days=2, hours=index)
            case = apply(slug, actor=resident, now=now, key=f"{slug}-{index}-{uuid4()}")
            audit.record(actor=worker, action="cases.read", obj=("case", case.pk), now=begin)
            case_actions.take(actor=worker, case_id=case.pk, revision=None, now=begin + timedelta(minutes=2))
            case_actions.propose_decision(
                actor=worker, case_id=case.pk, kind="refuse", text="Nein.", reason="Weil.", block_ids=[], fee_cents=0,
                delivery="online", revision=None, now=begin + timedelta(minutes=10),
            )  # fmt: skip
            case.refresh_from_db()
            cases.append(case)
        return cases

    return make


def release_all(cases: list[Case], make_actor, team) -> None:
    second = make_actor("team_lead", team=team("finanzen"), name="T. Lead")
    for case in cases:
        proposal = case.decisions.filter(released_at=None).first()
        if proposal is not None:
            case_actions.release_decision(
                actor=second,
                case_id=case.pk,
                decision_id=proposal.pk,
                revision=None,
                now=proposal.proposed_at,
            )


@pytest.mark.django_db
def test_the_nightly_job_measures_and_publishes(decided, make_actor, team, now) -> None:
    cases = decided(5)
    release_all(cases, make_actor, team)
    later = now + timedelta(days=4)
    jobs.reckon(now=later)
    assert Measure.objects.count() == 5
    found = queries.published()
    assert found.total is not None and [row.service_slug for row in found.services] == [DOG]
    row = found.services[0]
    assert (row.cases, row.online_percent, row.automatic_percent, row.median_days) == (5, 100, 0, 2)
    assert row.minutes is not None and 10 <= row.minutes <= 12
    actions.set_baseline(
        actor=make_actor("service_manager", name="M"),
        slug=DOG,
        minutes=40,
        days=21,
        source="20 Akten",
        now=later,
    )
    row = queries.published().services[0]
    assert row.minutes_before == 40 and row.saved_minutes == (40 - (row.minutes or 0)) * 5
    jobs.reckon(now=later)
    assert Measure.objects.count() == 5 and Figure.objects.count() == 2, "twice changes nothing"


@pytest.mark.django_db
def test_four_cases_are_not_published_and_not_in_the_sum(decided, make_actor, team, now, client) -> None:
    release_all(decided(4), make_actor, team)
    jobs.reckon(now=now + timedelta(days=4))
    assert Measure.objects.count() == 4 and not Figure.objects.exists()
    assert "mindestens 5" in client.get("/was-es-bringt/").content.decode()
    empty = client.get("/api/v1/relief").json()
    assert empty["services"] == [] and empty["total"] is None and empty["least_cases"] == 5


@pytest.mark.django_db
def test_the_page_reads_stored_figures_only(
    decided, make_actor, team, now, client, django_assert_max_num_queries
) -> None:
    release_all(decided(5), make_actor, team)
    Baseline.objects.create(service_slug=DOG, minutes=130, days=21, source="x", set_by_name="M", set_at=now)
    jobs.reckon(now=now + timedelta(days=4))
    client.get("/was-es-bringt/")
    with django_assert_max_num_queries(6):
        page = client.get("/was-es-bringt/").content.decode()
    assert "Stunden Arbeit gespart" in page and "<svg" in page and "130 vorher" in page
    assert "5 Entscheidungen" in page and "100 %" in page
    english = client.get("/was-es-bringt/?lang=en").content.decode()
    assert "hours of work saved" in english
    found = client.get("/api/v1/relief").json()
    assert found["services"][0]["minutes_per_case_before"] == 130 and found["total"]["cases"] == 5
    assert "Lena" not in page and "Berger" not in page


@pytest.mark.django_db
def test_an_erased_case_leaves_nameless_figures(decided, make_actor, team, now) -> None:
    cases = decided(5)
    release_all(cases, make_actor, team)
    jobs.reckon(now=now + timedelta(days=4))
    actions.forget_case(cases[0].pk)
    assert Measure.objects.filter(case_id=None).count() == 1 and Measure.objects.count() == 5


@pytest.mark.django_db
def test_the_service_manager_enters_what_it_took_before(decided, browse, make_actor, team, now) -> None:  # noqa: F811
    manager = browse(make_actor("service_manager", name="M. Lenz"))
    assert "noch nicht geschätzt" in manager.get("/arbeit/entlastung/").content.decode()
    page = f"/arbeit/entlastung/{DOG}/"
    for wrong in (
        {"minutes": "viele"},
        {"minutes": "30", "source": ""},
        {"minutes": "30", "days": "x", "source": "a"},
    ):
        answer = manager.post(page, wrong)
        assert answer.status_code == 422 and str(wrong["minutes"]) in answer.content.decode()
    assert manager.post(page, {"minutes": "1.200", "days": "", "source": "Befragung"}).status_code == 302
    assert Baseline.objects.get().minutes == 1200
    assert manager.get("/arbeit/entlastung/gibt-es-nicht/").status_code == 404
    worker = browse(make_actor("caseworker", team=team("finanzen"), name="X"))
    assert worker.get(page).status_code == 403


@pytest.mark.django_db
def test_implausible_estimates_are_refused(decided, make_actor, now) -> None:
    actor = make_actor("service_manager", name="M")
    for minutes in (None, 0, 10_001):
        with pytest.raises(InvalidInput):
            actions.set_baseline(actor=actor, slug=DOG, minutes=minutes, days=None, source="x", now=now)
