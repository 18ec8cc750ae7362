"""``stadtkern audit``: verify, seal, checkpoint."""

from __future__ import annotations

import argparse
from pathlib import Path
from uuid import UUID

from stadtkern.runtime.environment import EnvironmentProblem
from stadtkern.runtime.output import result, result_json, say


def register(parser: argparse.ArgumentParser) -> None:
    sub = parser.add_subparsers(dest="verb", required=True)
    verify = sub.add_parser("verify", help="das Protokoll vollständig prüfen")
    verify.add_argument("--checkpoint", type=Path, help="eigener, früher gesicherter Prüfpunkt")
    verify.set_defaults(run=run_verify)
    seal = sub.add_parser("seal", help="offene Einträge jetzt besiegeln")
    seal.set_defaults(run=run_seal)
    checkpoint = sub.add_parser("checkpoint", help="den neuesten Prüfpunkt ausgeben, um ihn aufzubewahren")
    checkpoint.set_defaults(run=run_checkpoint)
    for command in (verify, seal, checkpoint):
        command.add_argument("--tenant", default="mainz", help="Kürzel der Kommune (Standard: mainz)")
    for command in (verify, seal):
        command.add_argument("--json", action="store_true", help="die Ausgabe ist immer JSON")


def run_verify(args: argparse.Namespace) -> int:
    """0: nothing wrong; 1: problems found."""
    own_copy = args.checkpoint.read_text(encoding="utf-8") if args.checkpoint else None
    from stadtkern.runtime import boot

    with boot.database():
        from stadtkern.foundation.audit.verification import verify

        report = verify(_tenant(args.tenant), own_copy=own_copy)
    answer = {
        "entries": report.entries,
        "sealed": report.sealed,
        "checkpoints": report.checkpoints,
        "ok": report.ok,
        "problems": [{"kind": problem.kind, "index": problem.index} for problem in report.problems],
    }
    result_json(answer)
    return 0 if report.ok else 1


def run_seal(args: argparse.Namespace) -> int:
    from stadtkern.runtime import boot

    with boot.database():
        from stadtkern.foundation.audit.seal import seal
        from stadtkern.foundation.tenancy import api as tenancy

        with tenancy.act_for(_tenant(args.tenant)):
            sealed = 0
            while done := seal():
                sealed += done
    result_json({"sealed": sealed})
    return 0


def run_checkpoint(args: argparse.Namespace) -> int:
    from stadtkern.runtime import boot

    with boot.database():
        from stadtkern.foundation.audit.models import Checkpoint
        from stadtkern.foundation.tenancy import api as tenancy

        with tenancy.act_for(_tenant(args.tenant)):
            newest = Checkpoint.objects.order_by("-size").first()
    if newest is None:
        say("Es ist noch nichts besiegelt.")
        return 1
    result(newest.note)
    return 0


def _tenant(slug: str) -> UUID:
    from stadtkern.foundation.organizations import api as organizations

    found = organizations.find(slug)
    if found is None:
        raise EnvironmentProblem(f"Die Kommune {slug!r} gibt es hier nicht.")
    return found.id
