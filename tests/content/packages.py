"""The packages as the tests see them: read from the product's own files, judged by the product's own engines."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import stadtkern.content
from stadtkern.casework.forms.evaluate import Evaluation, evaluate
from stadtkern.casework.forms.intake import Intake
from stadtkern.casework.forms.model import Form
from stadtkern.casework.forms.rules_run import RulesRun
from stadtkern.casework.forms.ruleset import Ruleset, parse_ruleset
from stadtkern.casework.forms.xdf import read_form
from stadtkern.casework.processes.api import Procedure
from stadtkern.casework.processes.packages.parameters import effective
from stadtkern.casework.processes.packages.procedure import read_procedure
from tests.casework.processes.packages_of import shipped

CONTENT = Path(stadtkern.content.__file__).parent
SERVICES = CONTENT / "services"
DEMO = CONTENT / "demo"
DEMO_DAY = date(2025, 10, 14)
ONLINE = (
    "akteneinsicht",
    "aufenthaltserlaubnis-verlaengern",
    "aufgrabung",
    "aussengastronomie",
    "baumfaellgenehmigung",
    "bewohnerparkausweis",
    "bildung-und-teilhabe",
    "ehrenamtskarte",
    "feuerwerk-ausnahme",
    "fundsachen",
    "gaststaettengestattung",
    "geburtsurkunde",
    "gewerbe-anmelden",
    "handwerkerparkausweis",
    "hund-abmelden",
    "hundesteuer-anmeldung",
    "kita-platz",
    "meldebescheinigung",
    "muelltonne-aendern",
    "parkerleichterung-schwerbehinderte",
    "schulbuchausleihe",
    "sepa-mandat",
    "sondernutzung-strassenfest",
    "sperrmuell",
    "wochenmarkt-standplatz",
    "wohngeld",
)


def slugs() -> list[str]:
    return sorted(folder.name for folder in SERVICES.iterdir() if (folder / "service.json").is_file())


def read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def service(slug: str) -> dict[str, Any]:
    loaded = read_json(SERVICES / slug / "service.json")
    assert isinstance(loaded, dict)
    return loaded


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """An online service: form, rules and procedure."""

    folder: Path
    form: Form
    ruleset: Ruleset
    procedure: Procedure

    def sample(self, name: str) -> Any:
        return read_json(self.folder / f"{name}.json")

    @property
    def parameters(self) -> Mapping[str, object]:
        """What a municipality has that set nothing itself."""
        return effective(self.procedure.parameters, {})

    def judge(self, raw: object) -> Evaluation:
        return evaluate(self.form, self.ruleset, raw, today=DEMO_DAY, parameters=self.parameters)

    def facts(self, raw: object) -> Mapping[str, Any]:
        """Every alias with its value, as checks, fees and letters see it."""
        intake = Intake(self.form, {}, {}, {})
        run = RulesRun(self.form, self.ruleset, intake.take(raw), intake, DEMO_DAY, self.parameters)
        run.settle()
        return {name: run.alias(path, "") for name, path in self.ruleset.aliases.items()}


@cache
def package(slug: str) -> Package:
    folder = SERVICES / slug
    return Package(
        folder=folder,
        form=read_form((folder / "form.xdf3.xml").read_bytes()),
        ruleset=parse_ruleset((folder / "rules.json").read_bytes()),
        procedure=read_procedure(shipped(slug)),
    )
