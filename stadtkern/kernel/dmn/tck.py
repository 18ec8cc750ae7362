"""Runs the DMN Technology Compatibility Kit: folders with `*.dmn` and `*-test-*.xml`.

A value result passes when the value is the expected one; numbers count as equal up to 1e-8 as in the kit's own runners.
An error result passes when the value is null and an error was reported."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path

from stadtkern.kernel.dmn.engine import Model, Result
from stadtkern.kernel.dmn.errors import DmnError
from stadtkern.kernel.dmn.loading import load
from stadtkern.kernel.dmn.xml import read_xml
from stadtkern.kernel.feel import FeelError, from_python
from stadtkern.kernel.feel.ops import equal
from stadtkern.kernel.feel.temporal import parse_any
from stadtkern.kernel.feel.types import ANY, BUILTIN, FeelType, kind_of
from stadtkern.kernel.feel.values import text_of
from stadtkern.kernel.safe_xml import XmlNode

XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
TOLERANCE = Decimal("1e-8")


class Untyped(str):
    """A value written without a type: the model's type decides what it is."""


@dataclass(frozen=True, slots=True)
class Case:
    """One expected result and what came of it."""

    folder: str
    test: str
    decision: str
    is_error: bool
    passed: bool
    detail: str


@dataclass(slots=True)
class Report:
    """All cases of a run."""

    cases: list[Case] = field(default_factory=list)

    def count(self, *, error: bool) -> tuple[int, int]:
        """Passed and total of the value results or of the error results."""
        chosen = [c for c in self.cases if c.is_error == error]
        return sum(c.passed for c in chosen), len(chosen)

    def as_json(self) -> dict[str, object]:
        """{value: {passed, total}, error: {passed, total}, folders: {…}}."""
        folders: dict[str, dict[str, int]] = {}
        for case in self.cases:
            entry = folders.setdefault(case.folder, {"passed": 0, "total": 0})
            entry["passed"] += case.passed
            entry["total"] += 1
        value, error = self.count(error=False), self.count(error=True)
        return {
            "value": {"passed": value[0], "total": value[1]},
            "error": {"passed": error[0], "total": error[1]},
            "folders": folders,
        }


def run(root: Path, only: str = "") -> Report:
    """Runs every test file below a folder. `only` chooses folders by a part of their name."""
    report = Report()
    for file in sorted(root.rglob("*.xml")):
        if "-test-" in file.name and only in file.parent.name:
            report.cases.extend(run_file(file))
    return report


def run_file(file: Path) -> Iterator[Case]:
    """The cases of one test file."""
    root = read_xml(file.read_bytes())
    model = _model(file, root)
    for test in root.named("testCase"):
        inputs = {e.attributes.get("name", ""): value_of(e) for e in test.named("inputNode")}
        for node in test.named("resultNode"):
            yield _case(file, model, test, node, inputs)


def _model(file: Path, root: XmlNode) -> Model | DmnError:
    name = next((e.text for e in root.named("modelName")), "")
    try:
        return load(file.parent / Path(name).name)
    except DmnError as error:
        return error


def _case(
    file: Path, model: Model | DmnError, test: XmlNode, node: XmlNode, inputs: dict[str, object]
) -> Case:
    decision, is_error = node.attributes.get("name", ""), node.attributes.get("errorResult") == "true"
    expected = next((value_of(e) for e in node.named("expected")), None)
    target = (
        test.attributes.get("invocableName", decision)
        if test.attributes.get("type") in ("decisionService", "bkm")
        else decision
    )
    failed, value, reasons = _evaluate(model, target, inputs)
    if test.attributes.get("type") == "decisionService" and isinstance(value, dict) and decision in value:
        value = value[decision]  # a service with several results; the kit asks for one of them
    if is_error:
        passed = value is None and failed
    else:
        passed = same(value, expected)
    detail = f"expected {text_of(expected)}, got {text_of(value)}" + (f" ({reasons})" if reasons else "")
    return Case(file.parent.name, test.attributes.get("id", ""), decision, is_error, passed, detail)


def _evaluate(model: Model | DmnError, target: str, inputs: dict[str, object]) -> tuple[bool, object, str]:
    """Whether errors were reported, the value, and the errors in short."""
    if isinstance(model, DmnError):
        return True, None, model.code
    try:
        typed = {name: adapt(value, model.inputs.get(name, ANY)) for name, value in inputs.items()}
        result: Result = model.evaluate(target, typed)
    except (DmnError, FeelError) as error:
        return True, None, error.code
    return bool(result.errors), from_python(result.value), ", ".join(sorted({e.code for e in result.errors}))


def same(value: object, expected: object) -> bool:
    """Equal as the kit means it."""
    if isinstance(expected, Untyped):
        expected = adapt(expected, BUILTIN[kind_of(value)])
    if isinstance(value, Decimal) and isinstance(expected, Decimal):
        return abs(value - expected) <= TOLERANCE * max(Decimal(1), abs(expected))
    if isinstance(value, list) and isinstance(expected, list):
        return len(value) == len(expected) and all(map(same, value, expected))
    if isinstance(value, dict) and isinstance(expected, dict):
        return value.keys() == expected.keys() and all(same(v, expected[k]) for k, v in value.items())
    return value == expected or equal(value, expected) is True


def adapt(value: object, type_: FeelType) -> object:
    """Gives values written without a type the one that is expected."""
    if isinstance(value, Untyped):
        if type_.kind == "number":
            return _number(value)
        if type_.kind == "boolean":
            return value == "true"
        return str(value) if type_.kind in ("string", "Any") else parse_any(value)
    if isinstance(value, list):
        return [adapt(v, type_.item or ANY) for v in value]
    if isinstance(value, dict):
        return {k: adapt(v, type_.member(k) or ANY) for k, v in value.items()}
    return value


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def value_of(element: XmlNode) -> object:
    """The FEEL value of an element with `value`, `list` or `component` children."""
    if element.attributes.get(f"{XSI}nil") == "true":
        return None
    components = list(element.named("component"))
    if components:
        return {c.attributes.get("name", ""): value_of(c) for c in components}
    for child in element.named("list"):
        return (
            None
            if child.attributes.get(f"{XSI}nil") == "true"
            else [value_of(i) for i in child.named("item")]
        )
    for child in element.named("value"):
        return None if child.attributes.get(f"{XSI}nil") == "true" else _simple(child)
    return None


def _simple(element: XmlNode) -> object:
    text = element.text
    if element.attributes.get(f"{XSI}type") is None:
        return Untyped(text.strip())
    kind = element.attributes.get(f"{XSI}type", "").partition(":")[2]
    if kind in ("decimal", "double", "integer", "int", "long", "float"):
        return _number(text)
    if kind == "boolean":
        return text.strip() in ("true", "1")
    return parse_any(text.strip()) if kind in ("date", "time", "dateTime", "duration") else text
