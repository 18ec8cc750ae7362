"""``stadtkern worker``: only the worker, for installations whose web servers run elsewhere."""

from __future__ import annotations

import argparse

from stadtkern.runtime import boot, environment


def register(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Until SIGINT or SIGTERM."""
    from stadtkern.runtime import worker

    with boot.server(environment.read()):
        return worker.main()
