"""The work list stays quick: every order and filter has an index that row security lets PostgreSQL use."""

from __future__ import annotations

import json
import re
from itertools import product
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stadtkern.casework.cases import pages, queries, worklist
from stadtkern.casework.cases.models import Case, NameWord
from stadtkern.kernel import clock

pytestmark = pytest.mark.django_db
SERVICE = "hundesteuer-anmeldung"

_COPY = """
INSERT INTO cases_case (tenant_id, number, service_slug, service_title, submission_id, root_submission_id, channel, state,
  state_kind, revision, applicant_name, applicant_address, applicant_email, language, received_at, due_on, assignee_id,
  office_id, process_version_id, team_id)
SELECT tenant_id, 'XX-2020-' || lpad(n::text, 6, '0'), service_slug, service_title, uuidv7(), uuidv7(), channel,
  'received', 'open', 1, applicant_name, '', '', language, received_at - (n || ' minutes')::interval,
  CASE WHEN n %% 7 > 0 THEN due_on - (n %% 40 - 20) END, NULL, office_id, process_version_id, team_id
FROM cases_case, generate_series(1, %s) n WHERE id = %s
"""


@pytest.fixture
def world(apply: Any, make_actor: Any, team: Any, now: Any) -> Any:
    clock.shift_to(now, real_start=clock.real_now())
    worker = make_actor("caseworker", team=team("finanzen"), name="S. Berger")
    case = apply(SERVICE, actor=make_actor(assurance=4), now=now)
    case.applicant_name = "Lena Becker"
    case.save()
    return worker, case


def copies(case: Case, number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_COPY, [number, case.pk])


def plan(rows: Any) -> str:
    """The plan when neither sorting nor reading the whole table is wanted: what is left of them has no index."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
    return str(rows.explain(format="json"))


def nodes(text: str) -> list[tuple[str, str, str]]:
    """Kind, table and index of every node of a plan."""
    found: list[tuple[str, str, str]] = []

    def walk(node: dict[str, Any]) -> None:
        found.append((node["Node Type"], node.get("Relation Name", ""), node.get("Index Name", "")))
        for child in node.get("Plans", ()):
            walk(child)

    walk(json.loads(text)[0]["Plan"])
    return found


def test_every_order_comes_out_of_an_index_under_row_security(world: Any, now: Any) -> None:
    worker, _ = world
    for sort, state in product(worklist.SORTS, ("offen", "alle")):
        filters = worklist.Filters(sort=sort, state=state)
        rows = worklist.found_by(worker, filters, now.date()).order_by(*filters.order.fields)
        found = nodes(plan(rows.values_list("pk")[:51]))
        assert not [kind for kind, _, _ in found if "Sort" in kind], (sort, state, found)
        assert ("Seq Scan", "cases_case") not in [(kind, table) for kind, table, _ in found], (sort, state)
        wanted = ("case_by_", "case_open_by_", "case_number_")
        assert any(index.startswith(wanted) for _, _, index in found), (sort, state, found)


def test_searching_and_filtering_look_into_an_index(world: Any, now: Any) -> None:
    worker, _ = world
    for query in (
        {"q": "XX-2020-0000"},
        {"q": "beck"},
        {"leistung": SERVICE},
        {"frist": "rot"},
        {"bereich": "frei"},
    ):
        rows = worklist.found_by(worker, worklist.read_filters(query), now.date())
        found = nodes(plan(rows.values_list("pk")[:51]))
        scans = [table for kind, table, _ in found if kind == "Seq Scan" and table.startswith("cases_")]
        assert not scans, (query, found)


def test_a_word_and_a_number_are_conditions_on_their_index(world: Any) -> None:
    """``LIKE`` would be a filter: under row security PostgreSQL does not trust it inside an index."""
    words, numbers = (
        NameWord.objects.filter(word__begins="beck"),
        Case.objects.filter(number__begins="HA-2025"),
    )
    assert re.search(r'"Index Cond": "[^"]*word', plan(words.order_by("word").values("case_id")))
    assert re.search(r'"Index Cond": "[^"]*number', plan(numbers.order_by("number").values("pk")))


def test_a_page_asks_for_cases_four_times(world: Any, now: Any) -> None:
    worker, case = world
    copies(case, 1200)
    with CaptureQueriesContext(connection) as asked:
        page = pages.page_of(worker, worklist.Filters(), now.date(), {})
        queries.headline_counts(worker, now.date())
        queries.services_in_work(worker)
    assert len(asked) == 4, [query["sql"][:100] for query in asked]
    assert all(
        "count(*)" not in query["sql"].lower() or "limit 1001" in query["sql"].lower() for query in asked
    )
    assert len(page.cases) == 50
    assert str(page.counted) == "mehr als 1.000"


def test_counts_are_exact_up_to_a_thousand(world: Any, now: Any) -> None:
    worker, case = world
    copies(case, 700)
    counts = queries.headline_counts(worker, now.date())
    overdue = Case.objects.filter(due_on__lt=now.date()).count()
    assert counts["overdue"].number == overdue
    assert not counts["overdue"].is_more
    assert counts["unassigned"].number == 701
    assert str(pages.page_of(worker, worklist.Filters(), now.date(), {}).counted) == "701"


def test_going_on_by_keys_shows_every_case_once(world: Any, now: Any, monkeypatch: Any) -> None:
    """Also over the border between numbers and keys, and over cases without a deadline."""
    worker, case = world
    copies(case, 130)
    monkeypatch.setattr(pages, "PER_PAGE", 10)
    monkeypatch.setattr(pages, "LIMIT", 40)
    monkeypatch.setattr(pages, "DEEPEST", 5)
    for sort in worklist.SORTS:
        filters = worklist.Filters(sort=sort)
        seen: list[Any] = []
        link = "seite=1"
        while link:
            asked = dict(part.split("=") for part in link.split("&"))
            page = pages.page_of(worker, filters, now.date(), asked)
            seen += [row.pk for row in page.cases]
            link = page.after
            assert len(seen) < 200, sort
        assert seen == [row.pk for row in worklist.cases_for(worker, filters, now.date())], sort


def test_names_are_found_by_the_beginning_of_their_words(world: Any, now: Any) -> None:
    worker, case = world
    for word in ("becker", "BECK", "lena beck", "Lèna", "Becker, Lena"):
        found = worklist.cases_for(worker, worklist.Filters(query=word), now.date())
        assert [row.pk for row in found] == [case.pk], word


def test_accents_are_folded_and_the_words_follow_the_name(world: Any, now: Any) -> None:
    worker, case = world
    case.applicant_name = "Zoë Großmüller-Żółkiewski"
    case.save()

    def found(query: str) -> bool:
        return worklist.cases_for(worker, worklist.Filters(query=query), now.date()).exists()

    assert found("zoe") and found("grossmu") and found("zolk") and found("Żółk") and found("Großmüller-Ż")
    assert not found("becker") and not found("ller") and not found("%")


def test_the_filter_names_the_services_in_work(world: Any, make_actor: Any, team: Any) -> None:
    worker, case = world
    assert queries.services_in_work(worker) == [(SERVICE, case.service_title)]
    assert queries.services_in_work(make_actor("caseworker")) == [(SERVICE, case.service_title)]
    assert queries.services_in_work(make_actor("caseworker", team=team("sondernutzung"))) == []
    assert queries.services_in_work(make_actor("auditor")) == []
    Case.objects.filter(pk=case.pk).update(state_kind="closed")
    assert queries.services_in_work(worker) == []


def test_j_and_k_go_through_the_open_list(world: Any, now: Any) -> None:
    worker, case = world
    copies(case, 30)
    rows = list(worklist.cases_for(worker, worklist.Filters(), now.date()))
    for before, this, after in zip(rows, rows[1:], rows[2:], strict=False):
        assert worklist.neighbours(worker, this) == (before.pk, after.pk)
    assert worklist.neighbours(worker, rows[0])[0] is None
    assert worklist.neighbours(worker, rows[-1])[1] is None
