"""``stadtkern projects schedule|plan``: pure, no database.

Exit codes: 0 done, 1 no plan is possible (the conflict is named), 2 input refused (stderr begins with the place), 3 environment.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from stadtkern.kernel.strict_reading import InputRefused, load_json
from stadtkern.runtime.output import result, say
from stadtkern.runtime.verbs import DONE, guarded, seconds


def register(parser: argparse.ArgumentParser) -> None:
    """Add the verbs."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="schedule|plan")
    schedule = verbs.add_parser(
        "schedule", help="Vorgänge unter begrenzten Kapazitäten so früh wie möglich beenden"
    )
    schedule.add_argument("instances", type=Path, metavar="INSTANCES.json")
    schedule.add_argument("--id", metavar="ID", help="nur diese Instanz")
    _common(schedule, "je Instanz; sonst 10, 20 oder 30 nach Größe")
    schedule.set_defaults(run=guarded(run_schedule))
    plan = verbs.add_parser("plan", help="Projekte auswählen und legen: der größte Nutzen, der möglich ist")
    plan.add_argument("portfolio", type=Path, metavar="PORTFOLIO.json")
    _common(plan, "sonst 20")
    plan.add_argument("--why", action="store_true", help="für jedes nicht gewählte Projekt sagen, warum")
    plan.set_defaults(run=guarded(run_plan))


def _common(parser: argparse.ArgumentParser, usual: str) -> None:
    parser.add_argument("--seconds", type=seconds, metavar="N", help=f"Zeit für die Suche, {usual}")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="Anfang der Zufallszahlen")
    parser.add_argument("-o", "--output", type=Path, metavar="OUT.json", help="sonst Standardausgabe")


def run_schedule(args: argparse.Namespace) -> int:
    """{instances: [{id, starts, makespan, bound, status}]}."""
    from stadtkern.steering.projects.engine.instances import read_instances
    from stadtkern.steering.projects.engine.scheduling import schedule

    given = read_instances(load_json(args.instances.read_bytes(), str(args.instances)))
    if args.id is not None:
        given = [instance for instance in given if instance.id == args.id]
        if not given:
            raise InputRefused(str(args.instances), f"keine Instanz »{args.id}«")
    found = []
    for instance in given:
        outcome = schedule(instance, args.seconds, seed=args.seed)
        say(f"{outcome.id}: Ende {outcome.makespan}, Schranke {outcome.bound}, {outcome.status}")
        found.append(asdict(outcome))
    return _write(args, {"instances": found})


def run_plan(args: argparse.Namespace) -> int:
    """{starts: {id: month}, benefit, bound, gap, status, load, spent, why_not}."""
    from stadtkern.steering.projects.engine.choosing import SECONDS, choose, why_not
    from stadtkern.steering.projects.engine.portfolios import read_portfolio

    portfolio = read_portfolio(load_json(args.portfolio.read_bytes(), str(args.portfolio)))
    time = args.seconds or SECONDS
    plan = choose(portfolio, seconds=time, seed=args.seed)
    document: dict[str, object] = {
        "starts": {name: portfolio.label(start) for name, start in plan.starts.items()},
        "benefit": plan.benefit,
        "bound": plan.bound,
        "gap": round(plan.gap, 6),
        "status": plan.status,
    }
    if args.why:
        rest = [project.id for project in portfolio.projects if project.id not in plan.starts]
        document["why_not"] = [asdict(why_not(portfolio, plan, name, seconds=time)) for name in rest]
    return _write(args, document)


def _write(args: argparse.Namespace, document: dict[str, object]) -> int:
    text = json.dumps(document, ensure_ascii=False)
    if args.output is None:
        result(text)
    else:
        args.output.write_text(text + "\n", encoding="utf-8")
    return DONE
