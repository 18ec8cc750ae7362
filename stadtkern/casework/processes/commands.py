"""``stadtkern processes``: whether running processes are sound."""

from __future__ import annotations

import argparse
from typing import Any

from stadtkern.runtime.output import result_json


def register(parser: argparse.ArgumentParser) -> None:
    sub = parser.add_subparsers(dest="verb", required=True)
    check = sub.add_parser("verify", help="prüfen, ob die Tabellen sagen, was die Zustände sagen")
    check.add_argument("--tenant", help="Kürzel einer Kommune (Standard: alle)")
    check.add_argument("--json", action="store_true", help="die Ausgabe ist immer JSON")
    check.set_defaults(run=run_verify)


def run_verify(args: argparse.Namespace) -> int:
    """0: everything fits; 1: something differs; 3: no such municipality."""
    from stadtkern.runtime import boot

    with boot.database():
        answer = verify(args.tenant)
    result_json(answer)
    return 0 if answer["ok"] else 1


def verify(tenant: str | None) -> dict[str, Any]:
    """The answer of the command, with the database at hand."""
    from stadtkern.casework.processes import verification
    from stadtkern.foundation.organizations import api as organizations
    from stadtkern.foundation.tenancy import api as tenancy
    from stadtkern.runtime.environment import EnvironmentProblem

    chosen = [row for row in organizations.municipalities() if tenant in (None, row.slug)]
    if not chosen:
        raise EnvironmentProblem(f"Die Kommune {tenant!r} gibt es hier nicht.")
    tenants = []
    for municipality in chosen:
        with tenancy.act_for(municipality.id), verification.one_picture():
            found = verification.verify()
            forgotten = verification.calls_without_job()
        tenants.append(
            {
                "tenant": municipality.slug,
                "instances": found.instances,
                "waits": found.waits,
                "calls_without_job": forgotten,
                "discrepancies": [each.as_json() for each in found.discrepancies],
            }
        )
    wrong = any(row["discrepancies"] or row["calls_without_job"] for row in tenants)
    return {"ok": not wrong, "tenants": tenants}
