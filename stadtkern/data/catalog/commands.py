"""``stadtkern catalog``: judge, harvest and write catalogues in DCAT-AP.de.

stadtkern catalog validate FILE [--shapes DIR]     {violations, warnings, results}; 1 on violations (no database)
"""

from __future__ import annotations

import argparse
from pathlib import Path

from stadtkern.runtime.output import result_json, say
from stadtkern.runtime.verbs import DONE, FOUND_WRONG, guarded


def register(parser: argparse.ArgumentParser) -> None:
    """Add the verbs."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="validate")
    validate = verbs.add_parser(
        "validate", help="Katalog nach den amtlichen Regeln von DCAT-AP.de 3.0 prüfen"
    )
    validate.add_argument(
        "file", type=Path, metavar="FILE.ttl", help="Turtle, RDF/XML oder JSON-LD, auch .gz"
    )
    validate.add_argument(
        "--shapes",
        type=Path,
        metavar="DIR",
        help="andere Ausgabe der Regeln (Dateien wie die mitgelieferten)",
    )
    validate.add_argument("--json", action="store_true", help="(immer JSON)")
    validate.set_defaults(run=guarded(run_validate))


def run_validate(args: argparse.Namespace) -> int:
    """{violations, warnings, results: [{severity, focus, path, value, message, shape}]}."""
    from stadtkern.data.catalog.engine.fetching import from_file
    from stadtkern.data.catalog.engine.graphs import MOST_BYTES, read_graph
    from stadtkern.data.catalog.engine.judging import judge

    name = str(args.file)
    judgement = judge(read_graph(from_file(name, most_bytes=MOST_BYTES, seconds=0), name), args.shapes)
    result_json(
        {
            "violations": judgement.violations,
            "warnings": judgement.warnings,
            "results": [finding.as_json() for finding in judgement.findings],
        }
    )
    say(f"{name}: {judgement.violations} Verstöße, {judgement.warnings} Warnungen")
    return FOUND_WRONG if judgement.violations else DONE
