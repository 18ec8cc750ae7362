"""``stadtkern catalog``: judge, harvest and write catalogues in DCAT-AP.de.

stadtkern catalog validate FILE [--shapes DIR]        {violations, warnings, results}; 1 on violations (no database)
stadtkern catalog harvest FILE_OR_URL --tenant T      take a foreign catalogue over; 1 when the reading broke off
stadtkern catalog export --tenant T -o OUT.ttl        the whole catalogue as Turtle
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from stadtkern.runtime.output import result, result_json, say
from stadtkern.runtime.verbs import DONE, FOUND_WRONG, REFUSED, guarded


def register(parser: argparse.ArgumentParser) -> None:
    """Add the verbs."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="validate|harvest|export")
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
    harvest = verbs.add_parser("harvest", help="einen fremden Katalog übernehmen (DCAT, CKAN, OGC API, WFS)")
    harvest.add_argument("source", metavar="FILE_OR_URL")
    harvest.add_argument("--name", default="", help="Name der Quelle (beim ersten Mal)")
    harvest.add_argument(
        "--publisher", default="", help="Herausgeber, wenn die Quelle keinen nennt (beim ersten Mal)"
    )
    harvest.add_argument("--private", action="store_true", help="die Quelle steht im eigenen Netz")
    harvest.add_argument("--json", action="store_true")
    harvest.add_argument("--tenant", default="mainz")
    harvest.set_defaults(run=guarded(run_harvest))
    export = verbs.add_parser("export", help="den ganzen Katalog ausgeben")
    export.add_argument("-o", "--output", type=Path, required=True, metavar="OUT.ttl")
    export.add_argument("--tenant", default="mainz")
    export.set_defaults(run=guarded(run_export))


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


def run_harvest(args: argparse.Namespace) -> int:
    """{source, run, state, reason, kind, pages, taken, changed, unchanged, removed, kept, doubled, refused, repairs}."""
    from stadtkern.data.catalog.engine.fetching import from_file, from_web, is_address

    name = str(args.source)
    remote = is_address(name)
    if not remote and not Path(name).is_file():
        say(f"{name}: weder eine Datei noch eine Adresse mit http:// oder https://")
        return REFUSED
    with _acting(args.tenant) as actor:
        from stadtkern.data.catalog import actions
        from stadtkern.data.catalog.models import HarvestRun, HarvestSource
        from stadtkern.kernel import clock

        address = name if remote else f"file:{Path(name).name}"
        source = HarvestSource.objects.filter(address=address).first() or actions.keep_source(
            actor=actor, name=args.name or Path(name).name or address, address=address, publisher_name=args.publisher,
            rhythm="day" if remote else "manual", private=args.private, now=clock.now(),
        )  # fmt: skip
        run = actions.harvest(
            actor=actor, source_id=source.pk, fetch=from_web(private=args.private) if remote else from_file,
            read_from=name, now=clock.now(),
        )  # fmt: skip
        told = {
            "source": str(source.pk),
            "run": str(run.pk),
            "state": str(run.state),
            "reason": run.reason,
            "kind": run.kind,
        }
        figures = (
            "pages",
            "taken",
            "changed",
            "unchanged",
            "removed",
            "kept",
            "doubled",
            "refused",
            "repairs",
        )
        if args.json:
            result_json({**told, **{figure: getattr(run, figure) for figure in figures}})
        else:
            for figure in figures[:-1]:
                result(f"{figure}: {getattr(run, figure)}")
            for code, count in run.repairs.items():
                result(f"repair {code}: {count}")
        if run.message:
            say(run.message)
    if run.state == HarvestRun.State.REFUSED:
        return REFUSED
    return DONE if run.state == HarvestRun.State.DONE else FOUND_WRONG


def run_export(args: argparse.Namespace) -> int:
    """The whole catalogue of a municipality as Turtle."""
    with _acting(args.tenant):
        from stadtkern.data.catalog import exports

        count = 0
        with args.output.open("wb") as file:
            for part in exports.whole_as_turtle():
                count += file.write(part)
    say(f"{args.output}: {count} Bytes")
    return DONE


@contextmanager
def _acting(slug: str) -> Iterator[Any]:
    """The database, acting for one municipality as the platform itself."""
    from stadtkern.runtime import boot

    with boot.database():
        from stadtkern.foundation.access.api import system
        from stadtkern.foundation.organizations import api as organizations
        from stadtkern.foundation.tenancy import api as tenancy
        from stadtkern.kernel.strict_reading import InputRefused

        found = next((row for row in organizations.municipalities() if row.slug == slug), None)
        if found is None:
            raise InputRefused(slug, "diese Kommune gibt es nicht")
        with tenancy.act_for(found.id):
            yield system(found.id)
