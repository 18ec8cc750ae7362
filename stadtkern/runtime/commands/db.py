"""``stadtkern db url``: how a client reaches the running database."""

from __future__ import annotations

import argparse

from stadtkern.runtime import environment
from stadtkern.runtime.environment import EnvironmentProblem
from stadtkern.runtime.output import result, result_json
from stadtkern.runtime.postgres import running_server


def register(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    url = verbs.add_parser("url", help="Adresse der laufenden Datenbank")
    url.add_argument("--role", choices=("app", "owner"), default="app", help="Rolle (Voreinstellung: app)")
    url.add_argument("--json", action="store_true", help="Ergebnis als JSON")
    url.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Starts nothing: a server that ends with this command would be of no use to a client."""
    settings = environment.read()
    if settings.embedded and running_server(settings.data_dir) is None:
        raise EnvironmentProblem(
            f"Für {settings.data_dir} läuft keine Datenbank. Starten Sie stadtkern serve oder demo."
        )
    url = environment.database_url(args.role)
    if args.json:
        result_json({"url": url, "role": args.role, "embedded": settings.embedded})
    else:
        result(url)
    return 0
