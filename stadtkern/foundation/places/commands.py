"""``stadtkern places load FILES``: street lists (CSV) and outlines (GeoJSON) of one municipality."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path


def register(parser: argparse.ArgumentParser) -> None:
    """Adds ``load``."""
    sub = parser.add_subparsers(required=True)
    load_parser = sub.add_parser(
        "load", help="Straßenliste (CSV) und Umrisse (GeoJSON) laden; ersetzt, was da ist"
    )
    load_parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    load_parser.add_argument("--tenant", default="mainz")
    load_parser.add_argument("--json", action="store_true")
    load_parser.set_defaults(run=load)


def load(args: argparse.Namespace) -> int:
    """Read all files first; nothing is replaced if one cannot be read (exit 2). Exit 1 if lines were left out."""
    from stadtkern.foundation.places import reading

    delivery = reading.Delivery()
    for path in args.files:
        try:
            raw = path.read_bytes()
            read = (
                reading.read_outlines
                if path.suffix.lower() in (".geojson", ".json")
                else reading.read_streets
            )
            read(raw, delivery)
        except OSError as error:
            _say(f"{path}: {error.strerror}")
            return 2
        except reading.Unreadable as error:
            _say(f"{path}:{error.place}: {error.message}")
            return 2
    return _store(args, delivery)


def _store(args: argparse.Namespace, delivery: object) -> int:
    from stadtkern.runtime import boot

    with boot.database():
        from stadtkern.foundation.access.api import system
        from stadtkern.foundation.organizations import api as organizations
        from stadtkern.foundation.places import actions
        from stadtkern.foundation.places.reading import Delivery
        from stadtkern.foundation.tenancy import api as tenancy
        from stadtkern.kernel import clock

        assert isinstance(delivery, Delivery)
        tenant = organizations.find(args.tenant)
        if tenant is None:
            _say(f"Die Kommune {args.tenant!r} gibt es nicht.")
            return 2
        with tenancy.act_for(tenant.id):
            loaded = actions.replace_all(actor=system(tenant.id), delivery=delivery, now=clock.now())
    for problem in delivery.problems[:50]:
        _say(f"{problem.line}:1: {problem.message}")
    result = {
        "districts": loaded.districts,
        "streets": loaded.streets,
        "addresses": loaded.addresses,
        "boundary": loaded.boundary,
        "left_out": len(delivery.problems),
    }
    if args.json:
        sys.stdout.write(json.dumps(result) + "\n")
    else:
        sys.stdout.write(
            f"{loaded.districts} Ortsbezirke, {loaded.streets} Straßen, {loaded.addresses} Hausnummern" + "\n"
        )
    return 1 if delivery.problems else 0


def _say(message: str) -> None:
    sys.stderr.write(message + "\n")
