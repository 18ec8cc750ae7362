"""``stadtkern data ingest|cql2``: pure, no database.

Exit codes: 0 done, 1 checked and found wrong (cases that fail), 2 input refused, 3 environment.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from stadtkern.kernel.strict_reading import (
    InputRefused,
    as_list,
    as_object,
    as_text,
    as_whole,
    load_json,
    member,
)
from stadtkern.runtime.output import result, result_json, say
from stadtkern.runtime.verbs import DONE, FOUND_WRONG, guarded


def register(parser: argparse.ArgumentParser) -> None:
    """Add the verbs."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="ingest|cql2")
    ingest = verbs.add_parser("ingest", help="eine Datei als Datensatz lesen, prüfen und reparieren")
    ingest.add_argument("file", type=Path, metavar="FILE")
    ingest.add_argument(
        "--crs", metavar="EPSG:n", help="Koordinatensystem der Datei, wenn sie es nicht oder falsch sagt"
    )
    ingest.add_argument("--layer", metavar="NAME", help="Ebene einer Datei mit mehreren; sonst die erste")
    ingest.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="OUT.parquet",
        help="GeoParquet schreiben; sonst wird nur geprüft",
    )
    ingest.add_argument("--json", action="store_true", help="Ergebnis als JSON")
    ingest.set_defaults(run=guarded(run_ingest))
    cql2 = verbs.add_parser("cql2", help="CQL2-Filter gegen ihre erwarteten Anzahlen halten")
    cql2.add_argument("file", type=Path, metavar="FILE.gpkg")
    cql2.add_argument("cases", type=Path, metavar="CASES.json")
    cql2.set_defaults(run=guarded(run_cql2))


def run_ingest(args: argparse.Namespace) -> int:
    """{dataset, rows, repaired, rejected, columns: [{name, type}], crs, bbox, problems}."""
    from stadtkern.data.datasets.ingest.running import ingest

    report = ingest(args.file, args.output, crs=args.crs, layer=args.layer)
    if args.json:
        result_json(report.as_dict())
        return DONE
    place = f", {report.crs}" if report.crs else ""
    result(
        f"{report.dataset}: {report.rows} Zeilen, {report.repaired} repariert, {report.rejected} abgelehnt{place}"
    )
    for column in report.columns:
        result(f"  {column.name}: {column.type}")
    for problem in report.problems:
        say(f"{problem.severity}: {problem.message}")
    for code, number in report.unlisted.items():
        say(f"{code}: {number} weitere")
    return DONE


def run_cql2(args: argparse.Namespace) -> int:
    """Every case is one filter over one layer, through the same ways as in the product; ends with ``N passed, N failed``."""
    import tempfile

    from stadtkern.data.datasets.cql2.counting import count
    from stadtkern.data.datasets.ingest.running import ingest
    from stadtkern.kernel.errors import DomainError

    document = as_object(load_json(args.cases.read_bytes(), str(args.cases)), "")
    cases = [
        as_object(case, f"/cases/{at}")
        for at, case in enumerate(as_list(member(document, "cases", ""), "/cases"))
    ]
    failed = 0
    with tempfile.TemporaryDirectory(prefix="cql2-") as folder:
        files: dict[str, Path] = {}
        for at, case in enumerate(cases):
            collection = as_text(member(case, "collection", f"/cases/{at}"), f"/cases/{at}/collection")
            expected = as_whole(member(case, "expected", f"/cases/{at}"), f"/cases/{at}/expected", 0, 2**53)
            text = member(case, "filter", f"/cases/{at}")
            if not isinstance(text, str | dict):
                raise InputRefused(f"/cases/{at}/filter", "erwartet wird ein Filter als Text oder JSON")
            if collection not in files:
                files[collection] = Path(folder) / f"{len(files)}.parquet"
                ingest(args.file, files[collection], layer=collection)
            try:
                found: int | str = count(Path(folder), files[collection], text)
            except DomainError as error:
                found = error.message
            if found != expected:
                failed += 1
                say(f"{collection}: {text}: {found} statt {expected}")
    result(f"{len(cases) - failed} passed, {failed} failed")
    return FOUND_WRONG if failed else DONE
