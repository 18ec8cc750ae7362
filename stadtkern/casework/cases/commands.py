"""``stadtkern retention``: what has outlived its purpose, as a list (``--dry-run``) or erased now."""

from __future__ import annotations

import argparse
from typing import Any

from stadtkern.runtime.output import result_json


def register(parser: argparse.ArgumentParser) -> None:
    sub = parser.add_subparsers(dest="verb", required=True)
    run = sub.add_parser("run", help="löschen, was lange genug aufbewahrt wurde (geschieht sonst jede Nacht)")
    run.add_argument("--dry-run", action="store_true", help="nur auflisten, nichts löschen")
    run.add_argument("--tenant", help="Kürzel einer Kommune (Standard: alle)")
    run.add_argument("--json", action="store_true", help="die Ausgabe ist immer JSON")
    run.set_defaults(run=run_retention)


def run_retention(args: argparse.Namespace) -> int:
    """0: done or listed; 3: no such municipality, or something could not be erased."""
    from stadtkern.runtime import boot

    with boot.database():
        answer = work(tenant=args.tenant, dry_run=args.dry_run)
    result_json(answer)
    return 0


def work(*, tenant: str | None, dry_run: bool) -> dict[str, Any]:
    """The answer of the command, with the database at hand."""
    from stadtkern.casework.cases import retention
    from stadtkern.foundation.organizations import api as organizations
    from stadtkern.foundation.tenancy import api as tenancy
    from stadtkern.kernel import clock
    from stadtkern.runtime.environment import EnvironmentProblem

    chosen = [row for row in organizations.municipalities() if tenant in (None, row.slug)]
    if not chosen:
        raise EnvironmentProblem(f"Die Kommune {tenant!r} gibt es hier nicht.")
    now, tenants = clock.now(), []
    for municipality in chosen:
        with tenancy.act_for(municipality.id):
            found = retention.plan(now).as_json() if dry_run else {"counts": retention.run(now)}
        tenants.append({"tenant": municipality.slug, **found})
    logins = retention.old_logins() if dry_run or tenant else retention.forget_logins()
    return {
        "dry_run": dry_run,
        "at": now.isoformat(),
        "tenants": tenants,
        "installation": {"logins": 0 if tenant and not dry_run else logins},
    }
