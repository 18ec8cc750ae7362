"""What a draft holds, what is wrong with it, and what differs from another: judgements on files, no database."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Any

from stadtkern.casework.processes.bpmn import (
    BpmnDocument,
    BpmnError,
    Finding,
    check,
    compare,
    read_bpmn,
)
from stadtkern.casework.processes.packages.model import (
    DECISIONS,
    MANIFEST,
    PARAMETERS,
    PROCESS,
    TESTS,
    TEXTS,
    Package,
    is_procedure,
    make_package,
)
from stadtkern.casework.processes.packages.procedure import compile_package
from stadtkern.casework.processes.packages.vocabulary import CASE_WORDS

Files = Mapping[str, str]
PLACEHOLDER = re.compile(r"\{\{\s*([\w.-]+)\s*\}\}")
#: what every letter may name, beside the fields of the form (cases fill them)
LETTER_NAMES = frozenset(
    {
        "antragsteller",
        "aktenzeichen",
        "leistung",
        "eingangsdatum",
        "kommune",
        "amt",
        "amt_anschrift",
        "termin",
    }
)
_CONTEXT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Something to look at: ``error`` keeps the draft from going live, ``problem`` and ``hint`` do not."""

    path: str
    element: str = ""
    name: str = ""
    severity: str = "error"
    message: str
    message_en: str = ""
    suggestion: str = ""
    suggestion_en: str = ""
    place: str = ""
    expression: str = ""

    @property
    def part(self) -> str:
        """Which page mends it."""
        return part_of(self.path)


def part_of(path: str) -> str:
    """The part of a package that a file belongs to: process, texts, decisions, parameters, tests or package."""
    if path.startswith(DECISIONS):
        return "decisions"
    if path.startswith(TESTS):
        return "tests"
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


def troubles(files: Files, *, fields: Set[str] | None = None) -> list[Trouble]:
    """Everything to look at, the worst first. ``fields``: names of the form; None when there is no form to compare with."""
    found = process_troubles(files[PROCESS].encode("utf-8"))
    told = {(each.element, each.message) for each in found}
    _, problems = compile_package(package_of(procedure_part(files)))
    found += [
        Trouble(
            path=each.path,
            element=each.element,
            severity=each.severity,
            message=each.message,
            message_en=each.message_en or each.message,
        )
        for each in problems
        if (each.element, each.message) not in told
    ]
    found += list(unknown_placeholders(files, fields))
    order = {"error": 0, "problem": 1, "hint": 2}
    return sorted(found, key=lambda each: order.get(each.severity, 3))


def process_troubles(xml: bytes) -> list[Trouble]:
    """Why elements of a drawing are not executable, and what else was found; also for a file that cannot be read."""
    try:
        document = read_bpmn(xml)
    except BpmnError as error:
        place = f"{error.line}:{error.column}"
        return [Trouble(path=PROCESS, message=error.message, message_en=error.message_en, place=place)]
    return [_of_finding(found) for found in check(document).findings]


def _of_finding(found: Finding) -> Trouble:
    place = found.position
    return Trouble(
        path=PROCESS,
        element=found.element_id,
        name=found.name,
        severity=found.severity,
        message=found.message,
        message_en=found.message_en,
        suggestion=found.suggestion,
        suggestion_en=found.suggestion_en,
        place=f"{place.line}:{place.column}" if place is not None else "",
        expression=found.expression or "",
    )


def texts_of(files: Files) -> dict[str, Any]:
    """``texts.json`` as values."""
    found: dict[str, Any] = json.loads(files[TEXTS])
    return found


def manifest_of(files: Files) -> dict[str, Any]:
    """``package.json`` as values."""
    found: dict[str, Any] = json.loads(files[MANIFEST])
    return found


def unknown_placeholders(files: Files, fields: Set[str] | None) -> Iterator[Trouble]:
    """``{{names}}`` in letters and blocks that nobody fills."""
    if fields is None:
        return
    decision = texts_of(files).get("decision") or {}
    texts = [(f"decision.letters.{kind}", letter) for kind, letter in (decision.get("letters") or {}).items()]
    texts += [(f"decision.blocks.{row.get('id')}", row.get("text")) for row in decision.get("blocks") or []]
    texts.append(("decision.remedy", decision.get("remedy")))
    known = fields | CASE_WORDS
    for place, text in texts:
        written = text.get("de", "") if isinstance(text, Mapping) else str(text or "")
        for name in sorted({*PLACEHOLDER.findall(written)} - known):
            near = difflib.get_close_matches(name, sorted(known), n=1)
            yield Trouble(
                path=TEXTS,
                element=place,
                message=f"Den Platzhalter „{{{{{name}}}}}“ füllt niemand.",
                message_en=f'Nobody fills the placeholder "{{{{{name}}}}}".',
                suggestion=f"Meinen Sie „{{{{{near[0]}}}}}“?" if near else "",
                suggestion_en=f'Did you mean "{{{{{near[0]}}}}}"?' if near else "",
            )


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
