"""The command ``stadtkern``: one table of commands, each loaded only when it is called.

The contract (HOUSE, "One command line"): stdout carries only the result, messages go to stderr; ``--json``
prints one
UTF-8 object. Exit codes: 0 done, 1 checked and found wrong, 2 input refused, 3 environment or unexpected
error.

A command module offers ``register(parser)``, which adds its subparsers and ``set_defaults(run=function)``;
``function(args) -> int`` returns the exit code. Pure commands must not import Django.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable, Sequence
from typing import Final, NoReturn

from stadtkern.runtime.environment import EnvironmentProblem
from stadtkern.runtime.output import result, say

DONE: Final = 0
FOUND_WRONG: Final = 1
REFUSED: Final = 2
ENVIRONMENT: Final = 3

COMMANDS: Final[dict[str, str]] = {
    "demo": "stadtkern.runtime.commands.demo",
    "serve": "stadtkern.runtime.commands.serve",
    "worker": "stadtkern.runtime.commands.worker",
    "migrate": "stadtkern.runtime.commands.migrate",
    "init": "stadtkern.runtime.commands.init",
    "db": "stadtkern.runtime.commands.db",
    "backup": "stadtkern.runtime.commands.backup",
    "restore": "stadtkern.runtime.commands.restore",
    "organizations": "stadtkern.foundation.organizations.commands",
    "places": "stadtkern.foundation.places.commands",
    "audit": "stadtkern.foundation.audit.commands",
    "services": "stadtkern.casework.services.commands",
    "forms": "stadtkern.casework.forms.commands",
    "records": "stadtkern.casework.records.commands",
    "retention": "stadtkern.casework.cases.commands",
    "kita": "stadtkern.casework.kita.commands",
    "feel": "stadtkern.kernel.feel.commands",
    "search": "stadtkern.kernel.search.commands",
    "assistant": "stadtkern.fronts.assistant.commands",
    "dmn": "stadtkern.kernel.dmn.commands",
    "bpmn": "stadtkern.casework.processes.bpmn.commands",
    "package": "stadtkern.casework.designer.commands",
    "processes": "stadtkern.casework.processes.commands",
    "data": "stadtkern.data.datasets.commands",
    "twin": "stadtkern.data.twin.commands",
    "catalog": "stadtkern.data.catalog.commands",
    "index": "stadtkern.steering.cityindex.commands",
    "projects": "stadtkern.steering.projects.commands",
}

SUMMARIES: Final[dict[str, str]] = {
    "demo": "Demo-Stadt Mainz starten: Datenbank, Webserver, Hintergrunddienst",
    "serve": "Betrieb ohne Demodaten: Datenbank, Webserver, Hintergrunddienst",
    "worker": "nur den Hintergrunddienst starten",
    "migrate": "Datenbankschema auf den Stand des Programms bringen",
    "init": "neue Kommune auf einer leeren Installation anlegen",
    "db": "Adresse der laufenden Datenbank ausgeben",
    "backup": "Sicherung einer oder aller Kommunen schreiben",
    "restore": "Sicherung einspielen",
    "organizations": "Kommunen dieser Installation",
    "places": "Orte, Straßen und Hausnummern laden",
    "audit": "Protokoll prüfen",
    "services": "Leistungen importieren und exportieren (XZuFi)",
    "forms": "Formulare importieren, prüfen und exportieren (XDatenfelder)",
    "records": "Akten übernehmen und abgeben (xdomea), Unverändertheit prüfen",
    "retention": "löschen, was lange genug aufbewahrt wurde",
    "kita": "Kita-Plätze vergeben, Ergebnisse prüfen, Bedarf vorausberechnen",
    "feel": "einen FEEL-Ausdruck auswerten",
    "search": "Suche ausprobieren und messen",
    "assistant": "Assistenten fragen und sein Verhalten prüfen",
    "dmn": "Entscheidungsmodelle auswerten und prüfen (DMN)",
    "bpmn": "Abläufe prüfen, einlesen und ausgeben (BPMN)",
    "package": "Pakete von Verfahren prüfen, durchspielen, ausgeben und übernehmen",
    "processes": "laufende Prozesse prüfen",
    "data": "Dateien als Datensätze lesen, prüfen und filtern (GeoParquet, CQL2)",
    "twin": "Stadtmodelle einlesen (CityGML, CityJSON), 3D Tiles, Sonne und Schatten",
    "catalog": "Kataloge offener Daten prüfen, einsammeln und ausgeben (DCAT-AP.de)",
    "index": "Städteindex rechnen, Veränderungen zerlegen, Angaben prüfen",
    "projects": "Projekte und Vorgänge unter Kapazität, Geld und Fristen planen",
}


class _Parser(argparse.ArgumentParser):
    """argparse ends with 2 on wrong usage, which is our "input refused"; messages already go to stderr."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(REFUSED, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; the console script hands it to ``sys.exit``."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or given[0] in {"-h", "--help"}:
        (result if given else say)(overview())
        return DONE if given else REFUSED
    if given[0] == "--version":
        from stadtkern.runtime.version import version

        result(f"stadtkern {version()}")
        return DONE
    if given[0] not in COMMANDS:
        say(f"stadtkern: Befehl {given[0]!r} gibt es nicht.\n\n{overview()}")
        return REFUSED
    return guarded(lambda: _run(given[0], given[1:]))


def _run(command: str, arguments: list[str]) -> int:
    module_name = COMMANDS[command]
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name and module_name.startswith(error.name):
            raise EnvironmentProblem(f"Der Befehl {command} gehört nicht zu dieser Installation.") from error
        raise
    parser = _Parser(prog=f"stadtkern {command}", description=SUMMARIES.get(command))
    module.register(parser)
    args = parser.parse_args(arguments)
    run: Callable[[argparse.Namespace], int] | None = getattr(args, "run", None)
    if run is None:
        parser.print_help(sys.stderr)
        return REFUSED
    return run(args)


def guarded(action: Callable[[], int]) -> int:
    """Turn what goes wrong into an exit code;

    An unexpected error gets a reference number and is logged once.
    """
    try:
        code = action()
        sys.stdout.flush()
        return code
    except EnvironmentProblem as problem:
        say(f"stadtkern: {problem}")
        return ENVIRONMENT
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader (head, less) has gone; Python must not complain about it a second time at exit.
        sys.stderr.close()
        return DONE
    except Exception as error:
        from stadtkern.runtime.failures import report

        return report(error)


def overview() -> str:
    """What ``stadtkern --help`` prints."""
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {SUMMARIES.get(name, '')}" for name in COMMANDS]
    return "\n".join(["Aufruf: stadtkern BEFEHL ... (Hilfe: stadtkern BEFEHL --help)", "", *lines])


if __name__ == "__main__":
    sys.exit(main())
