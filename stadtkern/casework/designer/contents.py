"""What a draft holds, what is wrong with it, and what differs from another: judgements on files, no database."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from stadtkern.casework.processes.bpmn import (
    BpmnDocument,
    BpmnError,
    check,
    compare,
    read_bpmn,
)
from stadtkern.casework.processes.packages.check import check as check_package
from stadtkern.casework.processes.packages.check_texts import NO_ENGLISH
from stadtkern.casework.processes.packages.model import (
    CODE_LISTS,
    DECISIONS,
    FORM,
    FORM_EN,
    MANIFEST,
    OF_SERVICE,
    PARAMETERS,
    PROCESS,
    RULES,
    TESTS,
    TEXTS,
    Package,
    Problem,
    is_procedure,
    make_package,
)
from stadtkern.casework.processes.packages.parameters import Parameter, parse_parameters

Files = Mapping[str, str]
Severity = Literal["error", "problem", "hint"]
FORM_FILES = (FORM, RULES, FORM_EN)
_CONTEXT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Something to look at: ``error`` keeps the draft from going live, ``problem`` and ``hint`` do not."""

    path: str
    element: str = ""
    severity: Severity = "error"
    message: str
    message_en: str = ""
    place: str = ""
    expression: str = ""
    code: str = ""

    @property
    def part(self) -> str:
        """Which page mends it."""
        return part_of(self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """A mistake in an expression: the sentence, and the text cut into what stands before, what is marked, what comes after."""

    text: str
    before: str
    marked: str
    after: str
    suggestion: str = ""
    severity: str = "error"

    def as_json(self) -> dict[str, str]:
        """For the check while typing."""
        return asdict(self)


def marked(
    said: str, text: str, offset: int, length: int, suggestion: str = "", severity: str = "error"
) -> Mistake:
    """The mistake at a place of ``text``; ``said`` is the sentence."""
    start = min(offset, len(text))
    end = min(len(text), start + max(1, length))
    return Mistake(
        text=said,
        before=text[:start],
        marked=text[start:end],
        after=text[end:],
        suggestion=suggestion,
        severity=severity,
    )


def part_of(path: str) -> str:
    """The part of a package that a file belongs to: process, texts, decisions, parameters, form, tests or package."""
    if path.startswith(DECISIONS):
        return "decisions"
    if path.startswith(TESTS):
        return "tests"
    if path in FORM_FILES:
        return "form"
    return {PROCESS: "process", TEXTS: "texts", PARAMETERS: "parameters"}.get(path, "package")


def package_of(files: Files) -> Package:
    """The files as a package; raises ``PackageRefused``."""
    return make_package({name: text.encode("utf-8") for name, text in files.items()})


def canonical(files: Files) -> dict[str, str]:
    """The files as packages write them; raises ``PackageRefused``."""
    package = package_of(files)
    return {name: package.text(name) for name in package.files}


def procedure_part(files: Files) -> dict[str, str]:
    """Only what belongs to the procedure itself, as versions of services keep it."""
    return {name: text for name, text in sorted(files.items()) if is_procedure(name)}


def troubles(files: Files, *, around: Files | None = None, run: bool = False) -> list[Trouble]:
    """Everything to look at, the worst first. ``around``: page and form of the service, which live elsewhere; ``run``: test cases too.

    What is wrong with the page is said where it is edited, and so with a form that the draft does not hold itself; a form that
    does not exist yet is no error of the procedure. The advice of the FIM list is on the page of the form.
    """
    package = package_of({**(around or {}), **files})
    expressions = _expressions(package.files[PROCESS])
    elsewhere = {*OF_SERVICE, FORM_EN} - ({*FORM_FILES} if FORM in files else set())
    found = [
        Trouble(
            path=each.path,
            element=each.element,
            severity=_severity(each),
            message=each.message,
            message_en=each.message_en or each.message,
            place=f"{each.line}:{each.column}" if each.line > 1 and not each.element else "",
            expression=expressions.get((each.element, each.message), ""),
            code=each.code,
        )
        for each in check_package(package, run=run).problems
        if each.path not in elsewhere
        and each.path
        not in (
            TESTS,
            CODE_LISTS,
        )  # lists stand on the shelf here, the page of the form says which are missing
        and not (each.path == FORM and each.severity == "hint")
    ]
    return severity_first(found)


def severity_first(found: Iterable[Trouble]) -> list[Trouble]:
    """The worst first."""
    order = {"error": 0, "problem": 1, "hint": 2}
    return sorted(found, key=lambda each: order[each.severity])


def _severity(problem: Problem) -> Severity:
    if problem.severity == "warning":  # German counts; a missing translation is worth a look
        return "hint" if problem.code == NO_ENGLISH else "problem"
    return "error" if problem.severity == "error" else "hint"


def _expressions(xml: bytes) -> dict[tuple[str, str], str]:
    """The expression that a finding is about, by element and message."""
    try:
        findings = check(read_bpmn(xml)).findings
    except BpmnError:
        return {}
    return {(each.element_id, each.message): each.expression for each in findings if each.expression}


def texts_of(files: Files) -> dict[str, Any]:
    """``texts.json`` as values."""
    found: dict[str, Any] = json.loads(files[TEXTS])
    return found


def manifest_of(files: Files) -> dict[str, Any]:
    """``package.json`` as values."""
    found: dict[str, Any] = json.loads(files[MANIFEST])
    return found


def parameters_of(files: Files) -> tuple[Parameter, ...]:
    """What each municipality sets for itself; what is wrong with the rest is said by the check."""
    return parse_parameters(json.loads(files.get(PARAMETERS, "[]")))[0]


def office_of(files: Files) -> str:
    """The office that a service of this package belongs to, as the manifest says; empty where it says nothing."""
    offices = (manifest_of(files).get("requires") or {}).get("offices") or [""]
    return str(offices[0])


# --- differences ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """One file that differs: ``lines`` are (kind, text) with kind same, out, in or gap; ``elements`` name what changed in a drawing."""

    path: str
    change: str
    lines: tuple[tuple[str, str], ...]
    elements: tuple[tuple[str, str], ...] = ()


def differences(before: Files, after: Files) -> list[FileChange]:
    """What differs, file by file; the manifest's own count of versions does not matter."""
    found = []
    for path in sorted({*before, *after}):
        old, new = before.get(path), after.get(path)
        if old == new:
            continue
        change = "added" if old is None else "removed" if new is None else "changed"
        elements = _drawn(old, new) if path == PROCESS and old and new else ()
        lines = tuple(_lines(_shown(path, old), _shown(path, new)))
        if lines or elements or change != "changed":
            found.append(FileChange(path=path, change=change, lines=lines, elements=elements))
    return found


def _shown(path: str, text: str | None) -> list[str]:
    if text is None:
        return []
    lines = text.splitlines()
    if path == MANIFEST:
        return [line for line in lines if not line.startswith((' "version"', ' "made_with"'))]
    if path == PROCESS:  # coordinates say nothing to people
        return re.sub(r"\s*<[\w]*:?BPMNDiagram.*</[\w]*:?BPMNDiagram>", "", text, flags=re.S).splitlines()
    return lines


def _lines(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for number, group in enumerate(matcher.get_grouped_opcodes(_CONTEXT)):
        if number:
            yield "gap", "…"
        for tag, a, b, c, d in group:
            if tag == "equal":
                yield from (("same", line) for line in old[a:b])
                continue
            yield from (("out", line) for line in old[a:b])
            yield from (("in", line) for line in new[c:d])


def _drawn(old: str, new: str) -> tuple[tuple[str, str], ...]:
    """(change, name) of the elements of a drawing that were added, removed or changed."""
    try:
        before, after = read_bpmn(old.encode("utf-8")), read_bpmn(new.encode("utf-8"))
    except BpmnError:
        return ()
    found: dict[str, str] = {}
    for each in compare(before, after):
        if not each.diagram:
            key = each.id.partition("/")[0]
            found[key] = found.get(key, each.change if key == each.id else "changed")
    return tuple((change, _name(key, after, before)) for key, change in found.items())


def _name(key: str, *documents: BpmnDocument) -> str:
    for document in documents:
        element = document.by_id.get(key)
        if element is not None:
            return " ".join(element.attributes.get("name", "").split()) or key
    return key


def count(found: Iterable[Trouble], part: str, severity: str = "error") -> int:
    """How many troubles of a severity a part has."""
    return sum(1 for each in found if each.part == part and each.severity == severity)
