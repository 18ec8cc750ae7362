"""``stadtkern kita allocate|verify|cases|tickets|forecast|import|demo``: pure, no database.

Exit codes: 0 done, 1 checked and found wrong, 2 input refused (stderr starts with the file or the place in the document), 3 environment.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from stadtkern.kernel.strict_reading import InputRefused
from stadtkern.runtime.output import result, result_json, say
from stadtkern.runtime.verbs import DONE, FOUND_WRONG, guarded, seconds


def register(parser: argparse.ArgumentParser) -> None:
    """Add the verbs."""
    verbs = parser.add_subparsers(
        dest="verb", required=True, metavar="allocate|verify|cases|tickets|forecast|import|demo"
    )
    allocate = verbs.add_parser("allocate", help="Plätze vergeben")
    allocate.add_argument("instance", type=Path, metavar="INSTANCE.json")
    allocate.add_argument(
        "--exact", action="store_true", help="die meisten Kinder unter allen stabilen Ergebnissen"
    )
    allocate.add_argument("--repair", action="store_true", help="die wenigsten zusätzlichen Plätze finden")
    allocate.add_argument(
        "--seconds", type=seconds, default=60.0, metavar="N", help="Zeit für die exakte Suche"
    )
    allocate.add_argument("-o", "--output", type=Path, metavar="OUT.json", help="sonst Standardausgabe")
    allocate.set_defaults(run=guarded(run_allocate))
    verify = verbs.add_parser("verify", help="ein Ergebnis unabhängig prüfen")
    verify.add_argument("instance", type=Path, metavar="INSTANCE.json")
    verify.add_argument("outcome", type=Path, metavar="OUT.json")
    verify.set_defaults(run=guarded(run_verify))
    cases = verbs.add_parser("cases", help="Regressionsfälle rechnen")
    cases.add_argument("file", type=Path, metavar="CASES.json")
    cases.set_defaults(run=guarded(run_cases))
    tickets = verbs.add_parser("tickets", help="Lose ziehen: Kennung, Los, das beste zuerst")
    tickets.add_argument("beacon", metavar="BEACON_HEX")
    tickets.add_argument("commitment", metavar="COMMITMENT_HEX")
    tickets.add_argument("ids", type=Path, metavar="IDS.txt")
    tickets.set_defaults(run=guarded(run_tickets))
    forecast = verbs.add_parser("forecast", help="Kinder je Altersjahr vorausberechnen")
    forecast.add_argument("children", type=Path, metavar="CHILDREN_BY_AGE.csv")
    forecast.add_argument("births", type=Path, metavar="BIRTHS.csv")
    forecast.add_argument("--years", type=int, default=4, metavar="N")
    forecast.add_argument(
        "--origin", type=int, default=None, metavar="YEAR", help="nichts Jüngeres verwenden"
    )
    forecast.set_defaults(run=guarded(run_forecast))
    table = verbs.add_parser("import", help="eine Warteliste oder Platzliste (CSV) prüfen")
    table.add_argument("file", type=Path, metavar="FILE.csv")
    table.add_argument(
        "--dry-run", action="store_true", required=True, help="nur prüfen; übernommen wird im Browser"
    )
    table.add_argument("--kind", choices=["places", "waiting"], help="sonst an den Spalten erkannt")
    table.set_defaults(run=guarded(run_import))
    demo = verbs.add_parser("demo", help="die Runde der erfundenen Stadt als Instanz schreiben")
    demo.add_argument("--form", choices=["seats", "siblings"], default="seats", help="Format der Instanz")
    demo.add_argument("--children", type=int, default=10_000, metavar="N", help="Kinder der Stadt")
    demo.add_argument("--seed", type=int, default=None, metavar="N", help="Anfang der Zufallszahlen")
    demo.add_argument("-o", "--output", type=Path, metavar="OUT.json", help="sonst Standardausgabe")
    demo.set_defaults(run=guarded(run_demo))


def run_allocate(args: argparse.Namespace) -> int:
    """Write the result as one JSON object."""
    from stadtkern.casework.kita.allocation.formats import read_file
    from stadtkern.casework.kita.allocation.results import write
    from stadtkern.casework.kita.allocation.run import allocate

    instance, digest = read_file(args.instance)
    began = time.monotonic()
    found = allocate(instance, exact=args.exact, repair=args.repair, seconds=args.seconds)
    text = write(found.document(digest, time.monotonic() - began))
    if args.output is None:
        result(text)
    else:
        args.output.write_text(text, encoding="utf-8")
        say(f"{args.output}: {found.status}, {found.placed} von {len(found.assignment)} Kindern vermittelt")
    return DONE


def run_verify(args: argparse.Namespace) -> int:
    """0, or 1 with the first violation."""
    from stadtkern.casework.kita.allocation.formats import read_file
    from stadtkern.casework.kita.allocation.verify import Violation, verify
    from stadtkern.kernel.strict_reading import load_json

    instance, digest = read_file(args.instance)
    document = load_json(args.outcome.read_bytes(), str(args.outcome))
    try:
        verify(instance, document, digest)
    except Violation as violation:
        result(str(violation))
        return FOUND_WRONG
    result("Alle Zusagen halten.")
    return DONE


def run_cases(args: argparse.Namespace) -> int:
    """The failed ones on stderr, the count as last line."""
    from stadtkern.casework.kita.allocation.cases import run_cases as run
    from stadtkern.kernel.strict_reading import load_json

    outcomes = run(load_json(args.file.read_bytes(), str(args.file)))
    failed = [outcome for outcome in outcomes if outcome.problems]
    for outcome in failed:
        say(f"{outcome.id}: {'; '.join(outcome.problems)}")
    result(f"{len(outcomes) - len(failed)} passed, {len(failed)} failed")
    return FOUND_WRONG if failed else DONE


def run_tickets(args: argparse.Namespace) -> int:
    """id, tab, ticket in hex; best first."""
    from stadtkern.casework.kita.allocation.lottery import lottery_key, read_ids, tickets

    key = lottery_key(_hex(args.beacon, "BEACON_HEX"), _hex(args.commitment, "COMMITMENT_HEX"))
    try:
        lines = args.ids.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise InputRefused(f"{args.ids}:1:{error.start + 1}", "kein gültiges UTF-8") from error
    for child, value in tickets(key, read_ids(lines, str(args.ids))):
        sys.stdout.write(f"{child}\t{value}\n")
    return DONE


def _hex(text: str, name: str) -> bytes:
    try:
        return bytes.fromhex(text) if text.isalnum() else b""
    except ValueError as error:
        raise InputRefused(name, "keine Hexadezimalzahl") from error


def run_forecast(args: argparse.Namespace) -> int:
    """[{year, age, children}] as one JSON list."""
    from stadtkern.casework.kita.allocation.forecast import forecast, read_births, read_children

    if not 1 <= args.years <= 10:
        raise InputRefused("--years", "zwischen 1 und 10")
    children = read_children(args.children.read_bytes(), str(args.children))
    births = read_births(args.births.read_bytes(), str(args.births))
    result_json(forecast(children, births, years=args.years, origin=args.origin))
    return DONE


def run_import(args: argparse.Namespace) -> int:
    """What would be taken and why the rest would not, as one JSON object; 1 when no row can be taken."""
    from stadtkern.casework.kita.importing.reading import read_import, report
    from stadtkern.kernel import clock

    found = read_import(args.file.read_bytes(), str(args.file), today=clock.today(), kind=args.kind)
    result_json(report(found))
    return DONE if found.taken else FOUND_WRONG


def run_demo(args: argparse.Namespace) -> int:
    """A ``kita-seats-1`` or ``kita-siblings-1`` instance."""
    from stadtkern.casework.kita.demo.instances import round_of, seats_document, siblings_document
    from stadtkern.casework.kita.demo.world import SEED, make
    from stadtkern.kernel import clock

    if not 1 <= args.children <= 100_000:
        raise InputRefused("--children", "zwischen 1 und 100000")
    world = make(today=clock.today(), children=args.children, seed=SEED if args.seed is None else args.seed)
    written = {"seats": seats_document, "siblings": siblings_document}[args.form]
    text = json.dumps(written(round_of(world), f"demo_{world.seed}"))
    if args.output is None:
        result(text)
    else:
        args.output.write_text(text + "\n", encoding="utf-8")
        say(f"{args.output}: {world.children} Kinder, {len(world.facilities)} Kitas")
    return DONE
