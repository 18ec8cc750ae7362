"""``stadtkern audit``: verify, seal, checkpoint."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stadtkern.runtime.environment import EnvironmentProblem
from stadtkern.runtime.output import result, result_json, say

if TYPE_CHECKING:
    from stadtkern.foundation.audit.verification import Report
    from stadtkern.foundation.organizations.api import MunicipalityInfo


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
        command.add_argument("--tenant", help="Kürzel der Kommune (sonst alle)")
    for command in (verify, seal):
        command.add_argument("--json", action="store_true", help="die Ausgabe ist immer JSON")


def run_verify(args: argparse.Namespace) -> int:
    """0: nothing wrong; 1: problems found. Without a municipality the logs of all, also of those that are switched off."""
    own_copy = args.checkpoint.read_text(encoding="utf-8") if args.checkpoint else ""
    from stadtkern.runtime import boot

    with boot.database():
        from stadtkern.foundation.audit.seal import origin_of
        from stadtkern.foundation.audit.verification import verify

        tenants = _tenants(args.tenant)
        # A checkpoint names the log it was made of; with --tenant it is compared with that one, whatever it says.
        owners = [
            tenant for tenant in tenants if args.tenant or own_copy.startswith(f"{origin_of(tenant.id)}\n")
        ]
        if own_copy and not owners:
            raise EnvironmentProblem("Dieser Prüfpunkt gehört zu keiner Kommune dieser Installation.")
        reports = {
            tenant.slug: verify(tenant.id, own_copy=own_copy if own_copy and tenant in owners else None)
            for tenant in tenants
        }
    answers = {slug: _answer(report) for slug, report in reports.items()}
    result_json(answers[args.tenant] if args.tenant else _together(answers))
    return 0 if all(report.ok for report in reports.values()) else 1


def _answer(report: Report) -> dict[str, Any]:
    return {
        "entries": report.entries,
        "sealed": report.sealed,
        "checkpoints": report.checkpoints,
        "ok": report.ok,
        "problems": [{"kind": problem.kind, "index": problem.index} for problem in report.problems],
    }


def _together(answers: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """One answer for several logs: sums, every problem with its municipality, and each log on its own."""
    sums = {
        key: sum(answer[key] for answer in answers.values()) for key in ("entries", "sealed", "checkpoints")
    }
    problems = [{"tenant": slug, **each} for slug, answer in answers.items() for each in answer["problems"]]
    return {**sums, "ok": not problems, "problems": problems, "tenants": answers}


def run_seal(args: argparse.Namespace) -> int:
    from stadtkern.runtime import boot

    with boot.database():
        from stadtkern.foundation.audit.seal import seal
        from stadtkern.foundation.tenancy import api as tenancy

        sealed = 0
        for tenant in _tenants(args.tenant):
            with tenancy.act_for(tenant.id):
                while done := seal():
                    sealed += done
    result_json({"sealed": sealed})
    return 0


def run_checkpoint(args: argparse.Namespace) -> int:
    """The newest note of one log; with several municipalities one has to be named."""
    from stadtkern.runtime import boot

    with boot.database():
        from stadtkern.foundation.audit.models import Checkpoint
        from stadtkern.foundation.tenancy import api as tenancy

        tenants = _tenants(args.tenant)
        if len(tenants) != 1:
            names = ", ".join(tenant.slug for tenant in tenants)
            raise EnvironmentProblem(f"Bitte nennen Sie mit --tenant die Kommune: {names or 'noch keine'}.")
        with tenancy.act_for(tenants[0].id):
            newest = Checkpoint.objects.order_by("-size").first()
    if newest is None:
        say("Es ist noch nichts besiegelt.")
        return 1
    result(newest.note)
    return 0


def _tenants(slug: str | None) -> list[MunicipalityInfo]:
    from stadtkern.foundation.organizations import api as organizations

    if slug is None:
        return organizations.municipalities(also_inactive=True)
    found = organizations.find(slug)
    if found is None:
        raise EnvironmentProblem(f"Die Kommune {slug!r} gibt es hier nicht.")
    return [found]
