"""``stadtkern serve``: the installation without demo data."""

from __future__ import annotations

import argparse

from stadtkern.runtime import environment
from stadtkern.runtime.output import result


def register(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Until SIGINT or SIGTERM; prints the address on stdout once everything is ready."""
    from stadtkern.runtime.supervisor import Supervisor

    return Supervisor(environment.read(), demo=False, on_ready=_announce).run()


def _announce(url: str) -> None:
    result(f"Stadtkern läuft: {url}")
