"""Entries: written with their cause, only for the own tenant, and never changed by the application."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from stadtkern.foundation.access.api import system
from stadtkern.foundation.audit import api, rules
from stadtkern.foundation.audit.models import Entry, RetentionPeriod
from stadtkern.foundation.tenancy import api as tenancy

OBJECT = ("case", UUID("01990000-0000-7000-8000-000000000001"))


@pytest.fixture
def actor(mainz):
    return system(mainz.pk)


def record(actor, now, **changes):
    return api.record(**{"actor": actor, "action": "cases.decide", "obj": OBJECT, "now": now, **changes})


def test_an_entry_says_who_what_why_and_with_which_outcome(actor, now):
    id = record(actor, now, reason="§ 2 Satzung", details={"kind": "grant", "amount_cents": 18600})
    [entry] = api.entries_for(*OBJECT)
    assert (entry.id, entry.action, entry.actor_kind, entry.outcome) == (id, "cases.decide", "system", "done")
    assert entry.reason == "§ 2 Satzung"
    assert entry.details == {"kind": "grant", "amount_cents": 18600}
    assert entry.at == now
    assert entry.recorded_at.year >= 2026 or entry.recorded_at != now
    assert rules.recorded_at_of(id).date() == entry.recorded_at.date()


def test_rolled_back_work_leaves_no_entry(actor, now):
    with pytest.raises(LookupError), transaction.atomic():
        record(actor, now)
        raise LookupError
    assert api.entries_for(*OBJECT) == []


def test_an_actor_of_another_tenant_is_refused(actor, now, bodenheim):
    with pytest.raises(ValueError, match="another tenant"):
        record(replace_tenant(actor, bodenheim.pk), now)


def replace_tenant(actor, tenant_id):
    return system(tenant_id)


def test_another_tenant_sees_nothing(actor, now, bodenheim):
    record(actor, now)
    with tenancy.act_for(bodenheim.pk):
        assert api.entries_for(*OBJECT) == []
        assert api.search(api.Filter()) == []


@pytest.mark.parametrize("details", [{"x": 1.5}, {"x": b""}, {"x": object()}])
def test_details_without_a_canonical_form_are_refused(actor, now, details):
    with pytest.raises(TypeError):
        record(actor, now, details=details)


def test_unknown_retention_is_refused(actor, now):
    with pytest.raises(api.UnknownRetention):
        record(actor, now, retention="forever")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET action = 'x'",
        "UPDATE audit_entry SET salt = NULL, reason = '', erased_at = now()",
        "UPDATE audit_entry SET leaf_index = 0, action = 'x'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        "DROP TRIGGER audit_guard ON audit_entry",
        "INSERT INTO audit_retentionperiod VALUES ('x', 0)",
        "UPDATE audit_retentionperiod SET months = 0",
        "DELETE FROM audit_checkpoint",
        "UPDATE audit_checkpoint SET size = 0",
        "DELETE FROM audit_tile",
    ],
)
def test_the_application_cannot_change_the_log(actor, now, statement):
    record(actor, now)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Entry.objects.get().action == "cases.decide"


def test_sealing_twice_is_refused(actor, now):
    id = record(actor, now)
    Entry.objects.filter(pk=id).update(leaf_index=0)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Entry.objects.filter(pk=id).update(leaf_index=1)


def test_search_narrows_and_pages(actor, now, mainz):
    other = ("draft", uuid4())
    ids = [record(actor, now, action=f"cases.step{n % 2}") for n in range(5)]
    record(actor, now, obj=other)
    assert [entry.id for entry in api.search(api.Filter(action="cases.step0"))] == [ids[4], ids[2], ids[0]]
    first = api.search(api.Filter(object_kind="case"), limit=2)
    second = api.search(api.Filter(object_kind="case"), after=first[-1].id, limit=2)
    assert [entry.id for entry in first + second] == [ids[4], ids[3], ids[2], ids[1]]
    assert api.search(api.Filter(since=datetime(2030, 1, 1, tzinfo=UTC))) == []


def test_who_read_my_data(actor, now):
    record(actor, now, action="cases.read")
    record(actor, now, action="cases.decide")
    assert [entry.action for entry in api.readers_of([OBJECT])] == ["cases.read"]


def test_the_database_knows_the_same_periods(db):
    assert dict(RetentionPeriod.objects.values_list("name", "months")) == dict(rules.RETENTION_MONTHS)


MOMENT = datetime(2025, 10, 14, 8, 0, tzinfo=UTC)
CONTENT = rules.Content(
    at=MOMENT,
    recorded_at=MOMENT,
    actor_kind="staff",
    actor_id=OBJECT[1],
    action="cases.read",
    object_kind="case",
    object_id=OBJECT[1],
    outcome="done",
    reason="",
    details=None,
)


@pytest.mark.parametrize(
    "change",
    [
        {"at": datetime(2025, 10, 14, 8, 0, 0, 1, tzinfo=UTC)},
        {"recorded_at": datetime(2025, 10, 14, 9, tzinfo=UTC)},
        {"actor_kind": "system"},
        {"actor_id": None},
        {"action": "cases.reads"},
        {"object_kind": "cases"},
        {"object_id": None},
        {"outcome": "refused"},
        {"reason": " "},
        {"details": {}},
    ],
)
def test_every_part_of_the_content_counts(change):
    changed = rules.content_digest(replace(CONTENT, **change), b"s" * 32)
    assert changed != rules.content_digest(CONTENT, b"s" * 32)


def test_the_leaf_is_canonical_json():
    from stadtkern.kernel.canonical import canonical

    data = rules.leaf_data(tenant_id=OBJECT[1], entry_id=OBJECT[1], retention="case", digest=b"d" * 32)
    expected = {
        "v": 1,
        "tenant": str(OBJECT[1]),
        "id": str(OBJECT[1]),
        "retention": "case",
        "digest": "64" * 32,
    }
    assert data == canonical(expected)


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_the_salt_counts(one, two):
    same = rules.content_digest(CONTENT, one) == rules.content_digest(CONTENT, two)
    assert same == (one == two)


@pytest.mark.parametrize(
    ("retention", "now", "expected"),
    [
        ("access", datetime(2026, 12, 31, 23, 59, tzinfo=UTC), False),
        ("access", datetime(2027, 1, 1, tzinfo=UTC), True),
        ("security", datetime(2025, 12, 31, tzinfo=UTC), False),
        ("security", datetime(2026, 1, 1, tzinfo=UTC), True),
        ("case", datetime(2035, 12, 31, tzinfo=UTC), False),
        ("case", datetime(2036, 1, 1, tzinfo=UTC), True),
        ("permanent", datetime(2999, 1, 1, tzinfo=UTC), False),
    ],
)
def test_retention_ends_with_a_calendar_year(retention, now, expected):
    assert rules.may_be_erased(recorded_at=MOMENT, retention=retention, now=now) is expected
