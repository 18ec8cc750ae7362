"""The log against somebody who may do everything in the database: every attack is found, and says where."""

from __future__ import annotations

import base64
import itertools
import json
import os
import threading
from datetime import UTC, datetime
from uuid import UUID

import psycopg
import pytest
from django.db import connection, connections, transaction

from stadtkern.foundation.access.api import system
from stadtkern.foundation.audit import api, commands
from stadtkern.foundation.audit.models import Checkpoint, Entry, Tile
from stadtkern.foundation.audit.seal import outside_path
from stadtkern.foundation.audit.tiles import Nodes
from stadtkern.foundation.keys import api as keys
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel import merkle, signed_note
from stadtkern.runtime.environment import EnvironmentProblem

OBJECT = ("case", UUID("01990000-0000-7000-8000-000000000001"))
BATCHES = (3, 1, 5, 300, 2)


@pytest.fixture
def write(now):
    def call(count=1, **changes):
        actor = system(tenancy.current_id())
        return [
            api.record(
                **{
                    "actor": actor,
                    "action": "cases.read",
                    "obj": OBJECT,
                    "now": now,
                    "reason": f"n{n}",
                    **changes,
                }
            )
            for n in range(count)
        ]

    return call


class TestSealing:
    def test_entries_get_places_in_order_and_the_tree_is_signed(self, mainz, write):
        ids = []
        for size in BATCHES:
            ids += write(size)
            assert api.seal() == size
        assert list(Entry.objects.order_by("leaf_index").values_list("id", flat=True)) == ids
        assert list(Checkpoint.objects.order_by("size").values_list("size", flat=True)) == [3, 4, 9, 309, 311]
        report = api.verify(mainz.pk)
        assert (report.ok, report.entries, report.sealed, report.checkpoints) == (True, 311, 311, 5)

    def test_nothing_new_makes_no_checkpoint(self, mainz, write):
        assert api.seal() == 0
        write()
        api.seal()
        assert api.seal() == 0
        assert Checkpoint.objects.count() == 1

    def test_unsealed_entries_are_no_problem(self, mainz, write):
        write(2)
        api.seal()
        write(3)
        report = api.verify(mainz.pk)
        assert (report.ok, report.entries, report.sealed) == (True, 5, 2)

    def test_every_entry_has_a_proof_that_others_can_check(self, mainz, write):
        ids = []
        for size in BATCHES:
            ids += write(size)
            api.seal()
        for place in (0, 2, 3, 8, 255, 256, 308, 310):
            proof = api.proof_for(ids[place])
            assert proof.holds
            sent = json.loads(json.dumps(proof.as_json()))
            text = signed_note.opened(
                sent["checkpoint"],
                name=f"stadtkern/{mainz.pk}/audit",
                public_key=keys.provider().public_key(mainz.pk, "audit"),
                verify=keys.verify,
            )
            checkpoint = signed_note.parse_checkpoint(text)
            assert merkle.verify_inclusion(
                index=sent["index"],
                size=checkpoint.size,
                leaf=merkle.leaf_hash(sent["leaf_data"].encode()),
                proof=[base64.b64decode(part) for part in sent["path"]],
                root=checkpoint.root,
            )

    def test_no_proof_before_the_seal(self, mainz, write):
        [id] = write()
        assert api.proof_for(id) is None

    def test_checkpoints_continue_each_other(self, mainz, write):
        for size in BATCHES:
            write(size)
            api.seal()
        rows = list(Checkpoint.objects.order_by("size").values_list("size", "root"))
        for (old, old_root), (new, new_root) in itertools.pairwise(rows):
            proof = merkle.consistency_proof(old, new, Nodes())
            assert merkle.verify_consistency(
                old=old, new=new, old_root=bytes(old_root), new_root=bytes(new_root), proof=proof
            )

    def test_municipalities_have_logs_of_their_own(self, mainz, bodenheim, write):
        write(2)
        api.seal()
        with tenancy.act_for(bodenheim.pk):
            write(1)
            api.seal()
            assert Checkpoint.objects.get().size == 1
        assert api.verify(bodenheim.pk).ok
        assert api.verify(mainz.pk).ok


@pytest.fixture
def attack():
    """Run statements as a superuser who has switched the triggers off."""

    def call(*statements):
        url = os.environ["STADTKERN_DATABASE_OWNER_URL"].replace("stadtkern_owner@", "postgres@")
        with psycopg.connect(url) as intruder:
            intruder.execute("SET session_replication_role = replica")
            for statement in statements:
                intruder.execute(statement)

    return call


@pytest.fixture
def log(transactional_db, mainz, write, tmp_path, settings):
    """Twenty entries in three batches (8, 4, 8), committed."""
    settings.DATA_DIR = tmp_path
    for size in (8, 4, 8):
        write(size)
        with transaction.atomic():
            api.seal()
    return mainz.pk


def found(tenant, **more):
    return [(problem.kind, problem.index) for problem in api.verify(tenant, **more).problems]


ONE = "tenant_id = (SELECT id FROM organizations_municipality WHERE slug = 'mainz')"

ATTACKS = {
    "another reason": (["UPDATE audit_entry SET reason = 'x' WHERE leaf_index = 5"], [("changed", 5)]),
    "another actor": (
        ["UPDATE audit_entry SET actor_id = gen_random_uuid() WHERE leaf_index = 19"],
        [("changed", 19)],
    ),
    "another time": (
        ["UPDATE audit_entry SET at = at + interval '1 s' WHERE leaf_index = 0"],
        [("changed", 0)],
    ),
    "another digest": (
        ["UPDATE audit_entry SET digest = sha256('x') WHERE leaf_index = 9"],
        [("changed", 9)],
    ),
    "a shorter retention": (
        ["UPDATE audit_entry SET retention = 'security' WHERE leaf_index = 7"],
        [("changed", 7)],
    ),
    "erased before its time": (
        [
            "UPDATE audit_entry SET erased_at = now(), at = NULL, actor_kind = '', actor_id = NULL, action = '',"
            " object_kind = '', object_id = NULL, outcome = '', reason = '', details = NULL, salt = NULL"
            " WHERE leaf_index = 3"
        ],
        [("changed", 3)],
    ),
    "deleted": (["DELETE FROM audit_entry WHERE leaf_index IN (4, 11)"], [("missing", 4), ("missing", 11)]),
    "taken out of the tree": (
        ["UPDATE audit_entry SET leaf_index = NULL WHERE leaf_index = 6"],
        [("missing", 6)],
    ),
    "exchanged": (
        [
            "UPDATE audit_entry SET leaf_index = -1 WHERE leaf_index = 2",
            "UPDATE audit_entry SET leaf_index = 2 WHERE leaf_index = 13",
            "UPDATE audit_entry SET leaf_index = 13 WHERE leaf_index = -1",
        ],
        [("reordered", 2), ("reordered", 13)],
    ),
    "end cut off": (["DELETE FROM audit_entry WHERE leaf_index >= 15"], [("truncated", 15)]),
    "end cut off with its checkpoint": (
        ["DELETE FROM audit_entry WHERE leaf_index >= 12", "DELETE FROM audit_checkpoint WHERE size = 20"],
        [("truncated", 12)],
    ),
    "end cut off without any trace in the database": (
        [
            "DELETE FROM audit_entry WHERE leaf_index >= 12",
            "DELETE FROM audit_checkpoint WHERE size = 20",
            "UPDATE audit_tile SET hashes = substr(hashes, 1, 12 * 32)",
        ],
        [("truncated", 12)],
    ),
    "everything deleted": (
        ["DELETE FROM audit_entry", "DELETE FROM audit_checkpoint", "DELETE FROM audit_tile"],
        [("truncated", 0)],
    ),
    "checkpoint lost": (["DELETE FROM audit_checkpoint WHERE size = 20"], [("truncated", 12)]),
    "forged checkpoint": (
        ["UPDATE audit_checkpoint SET note = replace(note, E'\\n12\\n', E'\\n11\\n') WHERE size = 12"],
        [("bad_signature", 1)],
    ),
    "root and note differ": (
        ["UPDATE audit_checkpoint SET root = sha256('x') WHERE size = 8"],
        [("bad_signature", 0)],
    ),
}


class TestTampering:
    @pytest.mark.parametrize("name", ATTACKS)
    def test_every_attack_is_found_at_its_place(self, log, attack, name):
        statements, expected = ATTACKS[name]
        assert found(log) == []
        attack(*statements)
        assert found(log) == expected

    def test_content_leaf_and_tile_changed_together_are_bounded_by_the_checkpoints(self, log, attack):
        """An intruder who knows the whole format still lacks the signing key."""
        entry = Entry.objects.get(leaf_index=10)
        from stadtkern.foundation.audit import rules

        content = rules.Content(
            at=entry.at,
            recorded_at=entry.recorded_at,
            actor_kind=entry.actor_kind,
            actor_id=entry.actor_id,
            action=entry.action,
            object_kind=entry.object_kind,
            object_id=entry.object_id,
            outcome=entry.outcome,
            reason="gefälscht",
            details=entry.details,
        )
        digest = rules.content_digest(content, bytes(entry.salt))
        leaf = rules.leaf_hash(tenant_id=log, entry_id=entry.pk, retention=entry.retention, digest=digest)
        tile = bytearray(Tile.objects.get(level=0).hashes)
        tile[320:352] = leaf
        attack(
            f"UPDATE audit_entry SET reason = 'gefälscht', digest = '\\x{digest.hex()}' WHERE leaf_index = 10",
            f"UPDATE audit_tile SET hashes = '\\x{tile.hex()}' WHERE level = 0",
        )
        assert found(log) == [("changed", 8)]  # somewhere in the batch that began at 8

    def test_nothing_is_sealed_on_top_of_a_damaged_tree(self, log, attack, write):
        attack("UPDATE audit_tile SET hashes = set_byte(hashes, 5, 255 - get_byte(hashes, 5))")
        write()
        with pytest.raises(api.LogDamaged):
            api.seal()

    def test_an_auditor_brings_an_own_copy(self, log, attack):
        copy = Checkpoint.objects.get(size=20).note
        outside_path(log).unlink()
        attack(*ATTACKS["end cut off without any trace in the database"][0])
        assert found(log) == []
        assert found(log, own_copy=copy) == [("truncated", 12)]
        assert found(log, own_copy="irgendwas") == [("bad_signature", -1)]

    def test_another_key_is_noticed(self, log):
        for path in (outside_path(log).parent.parent / "keys" / str(log)).glob("sign-*"):
            path.unlink()
        assert found(log) == [
            ("bad_signature", -1),
            ("bad_signature", 0),
            ("bad_signature", 1),
            ("bad_signature", 2),
        ]


class TestErasing:
    def test_content_goes_and_every_proof_still_holds(self, log, attack, write, monkeypatch):
        old = datetime(2024, 5, 1, tzinfo=UTC)
        ids = [write(1, retention="security")[0], write(1, retention="permanent")[0], write(1)[0]]
        # Three entries of 2024: their ids carry that time, so they are made as the database would have made them.
        with connection.cursor() as cursor:
            cursor.execute("SELECT uuidv7(%s - now()), uuidv7(%s - now()), uuidv7(%s - now())", [old] * 3)
            new_ids = cursor.fetchone()
        for entry_id, new_id in zip(ids, new_ids, strict=True):
            self._move(attack, entry_id, new_id, old)
        with transaction.atomic():
            api.seal()
        assert found(log) == []
        assert api.erase_due() == 1
        erased = Entry.objects.get(pk=new_ids[0])
        assert (erased.reason, erased.action, erased.actor_kind, erased.salt, erased.object_id) == (
            "",
            "",
            "",
            None,
            None,
        )
        assert erased.erased_at is not None
        assert found(log) == []
        assert api.proof_for(new_ids[0]).holds
        assert api.entry(new_ids[0]).erased
        assert api.erase_due() == 0
        with transaction.atomic():
            write(1)
            api.seal()
        assert found(log) == []

    @staticmethod
    def _move(attack, entry_id, new_id, moment):
        from stadtkern.foundation.audit import rules

        entry = Entry.objects.get(pk=entry_id)
        content = rules.Content(
            at=entry.at,
            recorded_at=moment,
            actor_kind=entry.actor_kind,
            actor_id=None,
            action=entry.action,
            object_kind=entry.object_kind,
            object_id=entry.object_id,
            outcome=entry.outcome,
            reason=entry.reason,
            details=None,
        )
        digest = rules.content_digest(content, bytes(entry.salt)).hex()
        attack(
            f"UPDATE audit_entry SET id = '{new_id}', recorded_at = '{moment.isoformat()}', digest = '\\x{digest}'"
            f" WHERE id = '{entry_id}'"
        )

    def test_nobody_else_can_be_erased(self, mainz, bodenheim, write):
        write(1, retention="security")
        api.seal()
        with tenancy.act_for(bodenheim.pk):
            assert api.erase_due() == 0
        assert api.erase_due() == 0  # this year's


def test_writers_do_not_wait_and_open_transactions_are_sealed_later(transactional_db, mainz, write):
    """Eight writers and a sealer at once: no entry is lost, none has two places."""
    tenant = mainz.pk

    def writer():
        try:
            with tenancy.act_for(tenant):
                for _ in range(15):
                    with transaction.atomic():
                        write(1)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=writer) for _ in range(8)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        api.seal()
    for thread in threads:
        thread.join()
    api.seal()
    report = api.verify(tenant)
    assert (report.ok, report.entries, report.sealed) == (True, 120, 120)


class TestCommand:
    @pytest.fixture(autouse=True)
    def _here(self, monkeypatch):
        from contextlib import nullcontext

        from stadtkern.runtime import boot

        monkeypatch.setattr(boot, "database", lambda **_: nullcontext())

    def run(self, *words):
        import argparse

        parser = argparse.ArgumentParser()
        commands.register(parser)
        args = parser.parse_args(words)
        return args.run(args)

    def test_verify_prints_one_object_and_ends_with_0_or_1(self, log, attack, capsys):
        assert self.run("verify", "--tenant", "mainz") == 0
        answer = json.loads(capsys.readouterr().out)
        assert answer == {"entries": 20, "sealed": 20, "checkpoints": 3, "ok": True, "problems": []}
        attack("DELETE FROM audit_entry WHERE leaf_index = 1")
        assert self.run("verify", "--tenant", "mainz") == 1
        answer = json.loads(capsys.readouterr().out)
        assert (answer["ok"], answer["problems"]) == (False, [{"kind": "missing", "index": 1}])

    def test_without_a_municipality_every_log_is_checked(self, log, attack, bodenheim, capsys, tmp_path):
        copy = tmp_path / "note"
        copy.write_text(Checkpoint.objects.order_by("-size")[0].note, "utf-8")
        bodenheim.active = False
        bodenheim.save()
        assert self.run("verify", "--checkpoint", str(copy)) == 0
        answer = json.loads(capsys.readouterr().out)
        assert answer["ok"] and set(answer["tenants"]) == {"mainz", "bodenheim"} and answer["entries"] == 20
        attack("DELETE FROM audit_entry WHERE leaf_index = 1")
        assert self.run("verify") == 1
        answer = json.loads(capsys.readouterr().out)
        assert answer["problems"] == [{"tenant": "mainz", "kind": "missing", "index": 1}]
        assert answer["tenants"]["bodenheim"]["ok"] and not answer["tenants"]["mainz"]["ok"]
        copy.write_text("stadtkern/niemand/audit\n1\n", "utf-8")
        with pytest.raises(EnvironmentProblem):
            self.run("verify", "--checkpoint", str(copy))
        with pytest.raises(EnvironmentProblem, match="bodenheim"):
            self.run("checkpoint")

    def test_seal_and_checkpoint(self, mainz, write, capsys):
        write(2)
        assert self.run("checkpoint") == 1
        assert self.run("seal") == 0
        assert json.loads(capsys.readouterr().out) == {"sealed": 2}
        assert self.run("checkpoint") == 0
        assert capsys.readouterr().out.startswith(f"stadtkern/{mainz.pk}/audit\n2\n")
