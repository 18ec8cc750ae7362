"""``check``: everything that keeps a package from going live, all at once and each with its place. Pure, no Django."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from stadtkern.casework.processes.bpmn.document import BpmnDocument, read_bpmn
from stadtkern.casework.processes.bpmn.errors import BpmnError
from stadtkern.casework.processes.packages import check_process as process
from stadtkern.casework.processes.packages import check_texts as words
from stadtkern.casework.processes.packages.check_form import FormParts, check_form, parameter_type
from stadtkern.casework.processes.packages.model import (
    FORM_EN,
    MANIFEST,
    PARAMETERS,
    PROCESS,
    RULES,
    SERVICE,
    TESTS,
    TEXTS,
    Package,
    PackageRefused,
    Problem,
)
from stadtkern.casework.processes.packages.parameters import Parameter, parse_parameters
from stadtkern.casework.processes.packages.procedure import (
    Procedure,
    compile_package,
    loose_ends,
    read_decisions,
    read_processes,
)
from stadtkern.casework.processes.packages.tests import run_tests
from stadtkern.casework.processes.packages.texts import Texts, parse_texts
from stadtkern.kernel import feel

_ORDER = {"error": 0, "warning": 1, "hint": 2}
_OBJECTS = (MANIFEST, TEXTS, SERVICE, RULES, FORM_EN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was found, errors first. ``tests``: how many test cases there are and how many of them hold."""

    slug: str
    version: int
    problems: tuple[Problem, ...]
    tests: tuple[int, int] = (0, 0)

    @property
    def ok(self) -> bool:
        """Nothing keeps the package from going live."""
        return not any(problem.severity == "error" for problem in self.problems)

    def as_json(self) -> dict[str, Any]:
        """What ``stadtkern package check`` prints."""
        return {
            "ok": self.ok,
            "slug": self.slug,
            "version": self.version,
            "tests": {"passed": self.tests[1], "total": self.tests[0]},
            "problems": [problem.as_json() for problem in self.problems],
        }


def check(package: Package, *, run: bool = True) -> Report:
    """Check a package; with ``run`` its test cases too."""
    broken = list(_readable(package))
    if broken:
        return _report(package, broken)
    problems = list(words.check_manifest(package))
    form = FormParts(complete=True)
    if package.manifest.get("kind") != "internal":
        form, found = check_form(package)
        problems += found
    texts, wrong = parse_texts(package.json(TEXTS))
    problems += [Problem(path=TEXTS, element=place, message=text) for place, text in wrong]
    parameters, wrong = parse_parameters(package.json(PARAMETERS))
    problems += [Problem(path=PARAMETERS, element=place, message=text) for place, text in wrong]
    problems += words.check_parameters(parameters)
    problems += words.check_english(package)
    problems += _parts(package, texts, form, parameters)
    tests = (0, 0)
    if run:
        tests, failed = _tests(package, form)
        problems += failed
    return _report(package, problems, tests)


def _readable(package: Package) -> Iterator[Problem]:
    """Files that must be JSON objects and are not."""
    for name in sorted(package.files):
        if name.endswith(".json"):
            try:
                value = package.json(name)
            except PackageRefused as error:
                yield Problem(path=name, message=error.reason, line=error.line, column=error.column)
                continue
            if (name in _OBJECTS or "/" in name) and not isinstance(value, Mapping):
                yield Problem(path=name, message="Hier gehört ein Objekt hin.")


def _parts(
    package: Package, texts: Texts, form: FormParts, parameters: tuple[Parameter, ...]
) -> Iterator[Problem]:
    """Process and decisions against each other and against form, texts and parameters."""
    found: list[Problem] = []
    models, where = read_decisions(package, found)
    said = {(name, row.element, row.message) for name, model in models.items() for row in model.problems}
    unreadable = [row for row in found if (row.path[10:-4], row.element, row.message) not in said]
    document: BpmnDocument | None = None
    own: dict[str, feel.FeelType] = {}
    try:
        document = read_bpmn(package.files[PROCESS])
        own = process.variables_of(document)
    except BpmnError as error:
        yield Problem(
            path=PROCESS,
            message=error.message,
            message_en=error.message_en,
            line=error.line,
            column=error.column,
        )
    types = {**own, **form.aliases, "parameter": parameter_type(parameters)}
    known = types if form.complete and document is not None else None
    yield from process.check_descriptions(package)
    if document is not None:
        yield from process.check_process(document, known)
        yield from process.check_roles(document, package)
        yield from process.check_calls(document, package)
        yield from process.check_words(document, texts)
    for model in read_processes(package, []).values():
        yield from loose_ends(model, texts, where)
    yield from unreadable
    yield from process.check_decisions(models, known)
    yield from words.check_placeholders(texts, form.aliases.keys() if form.complete else None, own.keys())


def _tests(package: Package, form: FormParts) -> tuple[tuple[int, int], list[Problem]]:
    """Run the test cases where the package can run at all."""
    procedure, _ = compile_package(package)
    names = package.names(TESTS)
    if not names:
        message = "Das Paket hat keinen Testfall."
        return (0, 0), [Problem(path=TESTS, message=message, message_en="No test case.", severity="warning")]
    if procedure is None:
        return (len(names), 0), []
    results = run_tests(package, procedure, form.aliases)
    failed = [
        Problem(path=result.path, element=result.name, message=f"Testfall „{result.name}“: {text}")
        for result in results
        for text in result.problems
    ]
    return (len(results), sum(result.ok for result in results)), failed


def compiled(package: Package) -> Procedure | None:
    """The runnable form of a package that ``check`` found in order."""
    return compile_package(package)[0]


def _report(package: Package, problems: list[Problem], tests: tuple[int, int] = (0, 0)) -> Report:
    once: dict[tuple[str, str, str], Problem] = {}
    for problem in problems:
        once.setdefault((problem.path, problem.element, problem.message), problem)
    ordered = sorted(once.values(), key=lambda row: (_ORDER[row.severity], row.path, row.line))
    slug = package.slug if isinstance(package.manifest, Mapping) else ""
    return Report(slug=slug, version=package.version, problems=tuple(ordered), tests=tests)
