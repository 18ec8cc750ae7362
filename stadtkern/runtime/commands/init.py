"""``stadtkern init``: a new municipality on an installation without demo data.

What is asked for belongs to ``foundation.organizations``; this only finds it.
"""

from __future__ import annotations

import argparse


def register(parser: argparse.ArgumentParser) -> None:
    from stadtkern.foundation.organizations import commands  # loaded only for this command

    commands.register_init(parser)
