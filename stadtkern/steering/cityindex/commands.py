"""``stadtkern index score|decompose|check``: pure, no database.

Exit codes: 0 done, 2 input refused (stderr begins with file, row and column, or the place in the document).
"""

from __future__ import annotations

import argparse
import csv
import io
import math
from dataclasses import asdict
from pathlib import Path

from stadtkern import content
from stadtkern.kernel.strict_reading import load_json, load_table
from stadtkern.runtime.output import result, result_json, say
from stadtkern.runtime.verbs import DONE, guarded

EDITIONS = Path(content.__file__).parent / "steering" / "index_editions.csv"


def register(parser: argparse.ArgumentParser) -> None:
    """Add the verbs."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="score|decompose|check")
    score = verbs.add_parser("score", help="Gesamtwerte aus Indikatorwerten rechnen")
    score.add_argument("data", type=Path, metavar="DATA.csv")
    score.add_argument("meta", type=Path, metavar="META.csv")
    _method(score)
    score.add_argument("-o", "--output", type=Path, metavar="OUT.csv", help="sonst Standardausgabe")
    score.set_defaults(run=guarded(run_score))
    decompose = verbs.add_parser("decompose", help="Veränderung von Punkten und Rang genau zerlegen")
    decompose.add_argument("case", type=Path, metavar="CASE.json")
    _method(decompose)
    decompose.set_defaults(run=guarded(run_decompose))
    check = verbs.add_parser("check", help="Widersprüche in veröffentlichten Angaben finden")
    check.add_argument("facts", type=Path, metavar="FACTS.csv")
    check.add_argument(
        "--editions",
        type=Path,
        default=EDITIONS,
        metavar="EDITIONS.csv",
        help="Angaben je Ausgabe, sonst die mitgelieferten",
    )
    check.set_defaults(run=guarded(run_check))


def _method(parser: argparse.ArgumentParser) -> None:
    # The names stand here once more so that --help does not wait for numpy.
    parser.add_argument(
        "--normalise", choices=["minmax", "max0", "rank", "fixed"], default="minmax", help="Normalisierung"
    )
    parser.add_argument(
        "--aggregate", choices=["arithmetic", "geometric", "harmonic"], default="arithmetic", help="Mittel"
    )


def run_score(args: argparse.Namespace) -> int:
    """uCode and one column per aggregate, the index first; cities by their code. Gaps stay empty."""
    from stadtkern.steering.cityindex.engine.composite import scores
    from stadtkern.steering.cityindex.engine.frames import read_frame, read_panel, unknown_columns

    data = load_table(args.data.read_bytes(), str(args.data))
    meta = load_table(args.meta.read_bytes(), str(args.meta))
    frame = read_frame(meta)
    panel = read_panel(data, frame, within_scales=args.normalise == "fixed")
    found = scores(panel, args.normalise, args.aggregate)
    columns = [group.code for group in sorted(frame.groups, key=lambda group: -group.level)]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["uCode", *columns])
    for at in sorted(range(len(panel.cities)), key=lambda at: panel.cities[at]):
        values = [float(found[code][at]) for code in columns]
        writer.writerow([panel.cities[at], *("" if math.isnan(value) else repr(value) for value in values)])
    if ignored := unknown_columns(data, meta):
        say(f"{args.data}: nicht in META, ohne Wirkung: {', '.join(ignored)}")
    if args.output is None:
        result(text.getvalue())
    else:
        args.output.write_text(text.getvalue(), encoding="utf-8")
    return DONE


def run_decompose(args: argparse.Namespace) -> int:
    """One JSON object."""
    from stadtkern.steering.cityindex.engine.decomposition import decomposed, read_movement

    document = load_json(args.case.read_bytes(), str(args.case))
    result_json(decomposed(read_movement(document, args.normalise, args.aggregate)))
    return DONE


def run_check(args: argparse.Namespace) -> int:
    """{contradictions: [{kind, rows, text}]}; finding some is an answer, not a failure."""
    from stadtkern.steering.cityindex.engine.contradictions import contradictions
    from stadtkern.steering.cityindex.engine.facts import read_editions, read_facts

    facts = read_facts(load_table(args.facts.read_bytes(), str(args.facts)))
    editions = read_editions(load_table(args.editions.read_bytes(), str(args.editions)))
    result_json({"contradictions": [asdict(found) for found in contradictions(facts, editions)]})
    return DONE
