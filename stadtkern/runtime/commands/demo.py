"""``stadtkern demo``: the demo city, ready to be used; a second start keeps the data."""

from __future__ import annotations

import argparse
import json
import os

from stadtkern.runtime import environment
from stadtkern.runtime.output import result


def register(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Until SIGINT or SIGTERM.

    Prints the address and the demo accounts on stdout once everything is ready.
    """
    from stadtkern.runtime.demo import DEFAULT_DATE
    from stadtkern.runtime.supervisor import Supervisor

    os.environ["STADTKERN_DEMO"] = "1"
    if not os.environ.get("DEMO_DATE"):
        os.environ["DEMO_DATE"] = DEFAULT_DATE
    return Supervisor(environment.read(), demo=True, on_ready=_announce).run()


def _announce(url: str) -> None:
    from stadtkern.runtime.demo import lines_for_people

    path = environment.data_dir() / "demo.json"
    known = json.loads(path.read_text(encoding="utf-8"))["accounts"]
    result("\n".join(lines_for_people(url, known)))
    result(f"Alle Konten mit Passwörtern: {path}\nBeenden mit Strg-C.")
