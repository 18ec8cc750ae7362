"""A package made ready to run: its process compiled for the engine, its decisions loaded, its texts typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar

from stadtkern.casework.processes.bpmn.compile import compile as compile_process
from stadtkern.casework.processes.bpmn.document import read_bpmn
from stadtkern.casework.processes.bpmn.errors import BpmnError, NotExecutable
from stadtkern.casework.processes.engine import model as engine
from stadtkern.casework.processes.packages.model import (
    DECISIONS,
    PARAMETERS,
    PROCESS,
    TEXTS,
    Package,
    Problem,
)
from stadtkern.casework.processes.packages.parameters import Parameter, effective, parse_parameters
from stadtkern.casework.processes.packages.texts import Texts, parse_texts
from stadtkern.kernel import dmn
from stadtkern.kernel.errors import DomainError
from stadtkern.kernel.feel import FeelError

MAX_FEE_CENTS = 100_000_000
FEE, FOUR_EYES = "fee", "four_eyes"
PARAMETER = "parameter"


class BadProcedure(DomainError):
    """A package that cannot run; ``extra["problems"]`` lists every reason with its place."""

    code: ClassVar[str] = "bad-procedure"
    status: ClassVar[int] = 422
    message = "Dieses Verfahren lässt sich so nicht ausführen."
    message_en = "This procedure cannot be executed as it is."

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(extra={"problems": [problem.as_json() for problem in problems]})
        self.problems = problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """The value of a decision with its reasons: the tables read, which rules hit. ``error`` where it has no answer."""

    name: str
    value: Any
    trace: tuple[dmn.TableTrace, ...] = ()
    error: str = ""

    def as_json(self) -> dict[str, Any]:
        """For the record and the screen."""
        from stadtkern.kernel.feel import from_python, to_json

        return {
            "decision": self.name,
            "value": to_json(from_python(self.value)),
            "trace": [table.as_json() for table in self.trace],
            "error": self.error,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """A runnable package. Shared between requests: it never changes."""

    slug: str
    texts: Texts
    process: engine.Process
    processes: Mapping[str, engine.Process] = field(repr=False)
    """The main process and those it may call, by id."""
    models: Mapping[str, dmn.Model] = field(repr=False)
    where: Mapping[str, str] = field(repr=False)
    """The model in which a decision stands, by the decision's name."""
    parameters: tuple[Parameter, ...] = ()

    def has(self, decision: str) -> bool:
        """Whether the package has this decision."""
        return decision in self.where

    def decide(self, name: str, facts: Mapping[str, Any]) -> Decided:
        """The decision on these facts; a fact that is missing is null. Never raises for what the facts are.

        Without ``parameter`` among the facts the defaults of the package hold."""
        if name not in self.where:
            return Decided(name=name, value=None, error="unbekannte Entscheidung")
        model = self.models[self.where[name]]
        if PARAMETER in model.inputs and PARAMETER not in facts:
            facts = {**facts, PARAMETER: effective(self.parameters, {})}
        try:
            result = model.evaluate(name, {key: facts.get(key) for key in model.inputs})
        except (FeelError, dmn.DmnError) as error:
            return Decided(name=name, value=None, error=str(error))
        told = "; ".join(problem.message for problem in result.errors)
        return Decided(name=name, value=result.value, trace=result.trace, error=told)

    def fee_cents(self, facts: Mapping[str, Any]) -> int | None:
        """The fee in whole cents; 0 without a rule, None when the rule has no plausible answer (a person enters it)."""
        if not self.has(FEE):
            return 0
        amount = self.decide(FEE, facts).value
        if isinstance(amount, bool) or not isinstance(amount, int | Decimal):
            return None
        cents = int(Decimal(amount).to_integral_value())
        return cents if 0 <= cents <= MAX_FEE_CENTS else None


def read_procedure(package: Package) -> Procedure:
    """The runnable form of a package; raises ``BadProcedure`` with every problem."""
    procedure, problems = compile_package(package)
    if procedure is None:
        raise BadProcedure(problems)
    return procedure


def compile_package(package: Package) -> tuple[Procedure | None, list[Problem]]:
    """The runnable form, or None, and what stands in its way."""
    texts, text_problems = parse_texts(package.json(TEXTS))
    parameters, parameter_problems = parse_parameters(package.json(PARAMETERS))
    problems = [Problem(path=TEXTS, element=path, message=text) for path, text in text_problems]
    problems += [Problem(path=PARAMETERS, element=path, message=text) for path, text in parameter_problems]
    processes = read_processes(package, problems)
    models, where = read_decisions(package, problems)
    for process in processes.values():
        problems += loose_ends(process, texts, where)
    if problems or not processes:
        return None, problems
    procedure = Procedure(
        slug=package.slug,
        texts=texts,
        process=next(iter(processes.values())),
        processes=processes,
        models=models,
        where=where,
        parameters=parameters,
    )
    return procedure, []


def read_processes(package: Package, problems: list[Problem]) -> dict[str, engine.Process]:
    """The executable processes of the file, the main one first."""
    try:
        document = read_bpmn(package.files[PROCESS])
        main = compile_process(document)
        others = [
            compile_process(document, element.attributes["id"])
            for element in document.processes
            if element.attributes.get("isExecutable") == "true" and element.attributes.get("id") != main.id
        ]
        return {process.id: process for process in (main, *others)}
    except NotExecutable as error:
        problems += [
            Problem(
                path=PROCESS,
                element=str(row.get("element", "")),
                message=row["message"]["de"],
                message_en=row["message"]["en"],
                line=row["line"],
                column=row["column"],
            )
            for row in error.problems
        ]
    except BpmnError as error:
        problems.append(Problem(path=PROCESS, message=error.message, message_en=error.message_en))
    return {}


def read_decisions(package: Package, problems: list[Problem]) -> tuple[dict[str, dmn.Model], dict[str, str]]:
    """The decision models by file name, and in which of them each decision stands."""
    models: dict[str, dmn.Model] = {}
    where: dict[str, str] = {}
    for path in package.names(DECISIONS):
        name = re.sub(r"^decisions/|\.dmn$", "", path)
        try:
            model = dmn.load(package.files[path])
        except dmn.DmnError as error:
            problems.append(Problem(path=path, message=str(error)))
            continue
        models[name] = model
        problems += [
            Problem(path=path, element=found.element, message=found.message) for found in model.problems
        ]
        for decision in model.decisions:
            if decision in where:
                problems.append(
                    Problem(
                        path=path,
                        element=decision,
                        message=f"„{decision}“ gibt es schon in {where[decision]}.dmn.",
                    )
                )
            where[decision] = name
    return models, where


def loose_ends(process: engine.Process, texts: Texts, where: Mapping[str, str]) -> list[Problem]:
    """States, decisions and checks that are named but nowhere defined."""
    problems = []
    for node in process.nodes.values():
        state = node.settings.get("state", "")
        if state and state not in texts.states:
            problems.append(
                Problem(
                    path=PROCESS, element=node.id, message=f"Den Stand „{state}“ gibt es in texts.json nicht."
                )
            )
        if isinstance(node, engine.BusinessRuleTask) and node.decision not in where:
            problems.append(
                Problem(
                    path=PROCESS,
                    element=node.id,
                    message=f"Die Entscheidung „{node.decision}“ gibt es in decisions/ nicht.",
                )
            )
    for check in texts.checks:
        if check.decision not in where:
            problems.append(
                Problem(
                    path=TEXTS,
                    element=f"checks.{check.id}",
                    message=f"Die Entscheidung „{check.decision}“ gibt es in decisions/ nicht.",
                )
            )
    if texts.fee.when != "none" and FEE not in where:
        problems.append(
            Problem(path=TEXTS, element="fee", message="Für die Gebühr fehlt die Entscheidung „fee“.")
        )
    return problems
