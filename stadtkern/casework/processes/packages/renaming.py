"""A field of the form is called otherwise: process, decisions, letters, messages and test cases follow, as whole names only.

Expressions are read, never searched. Where a part sets a name of the same spelling itself, it means something else there
and stays. What could not follow is said; the check of the package says it again as a mistake.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from stadtkern.casework.processes import decisions_edit as edit
from stadtkern.casework.processes.bpmn.document import BpmnDocument, read_bpmn, write_bpmn
from stadtkern.casework.processes.bpmn.errors import BpmnError
from stadtkern.casework.processes.bpmn.renaming import own_names, rename_variable
from stadtkern.casework.processes.decisions_table import EditRefused
from stadtkern.casework.processes.packages.model import (
    DECISIONS,
    PROCESS,
    TESTS,
    TEXTS,
    dump_json,
    parse_json,
)
from stadtkern.casework.processes.packages.vocabulary import BROUGHT
from stadtkern.casework.processes.rules import PLACEHOLDER
from stadtkern.kernel.dmn import DmnError, write
from stadtkern.kernel.dmn import model as m
from stadtkern.kernel.dmn.reader import read


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A place that got the new name: the file, the element or key, in how many expressions or texts."""

    path: str
    element: str
    count: int = 1


@dataclass(slots=True)
class Renaming:
    """What follows a new name. ``files``: those that changed; ``left``: (file, element) that name it and stay."""

    files: dict[str, str] = field(default_factory=dict)
    followed: list[Followed] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)


class NameInUse(ValueError):
    """The new name already means something in the procedure: ``path`` says in which file."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


def rename_alias(files: Mapping[str, str], old: str, new: str) -> Renaming:
    """What the rest of a package becomes when the form calls ``old`` now ``new``. Raises ``NameInUse``."""
    found = Renaming()
    document = _drawing(files)
    own = own_names(document) if document is not None else set()
    own |= {name for names in BROUGHT.values() for name in names}
    if new in own:
        raise NameInUse(PROCESS)
    if document is not None:
        _process(found, document, old, new, own)
    for path in sorted(name for name in files if name.startswith(DECISIONS)):
        _decisions(found, path, files[path], old, new, own)
    if TEXTS in files:
        _texts(found, files[TEXTS], old, new, own)
    for path in sorted(name for name in files if name.startswith(TESTS)):
        _test(found, path, files[path], old, new, own)
    return found


def _drawing(files: Mapping[str, str]) -> BpmnDocument | None:
    try:
        return read_bpmn(files[PROCESS].encode("utf-8")) if PROCESS in files else None
    except BpmnError:
        return None


def _process(found: Renaming, document: BpmnDocument, old: str, new: str, own: set[str]) -> None:
    changed, left = rename_variable(document, old, new, write=old not in own)
    found.left += [(PROCESS, element) for element in left]
    if changed:
        found.files[PROCESS] = write_bpmn(document).decode("utf-8")
        found.followed += [
            Followed(path=PROCESS, element=element, count=count)
            for element, count in Counter(changed).items()
        ]


def _decisions(found: Renaming, path: str, text: str, old: str, new: str, own: set[str]) -> None:
    try:
        before = read(text.encode("utf-8"))
    except DmnError:
        return
    if any(each.name == new for each in before.elements):
        raise NameInUse(path)
    given = next((e for e in before.elements if isinstance(e, m.InputData) and e.name == old), None)
    if given is None:
        return
    if old in own:
        found.left += [(path, each.name) for each in before.elements if _uses(each, old)]
        return
    try:
        after = edit.rename(before, given.id, new)
    except EditRefused:
        found.left.append((path, old))
        return
    stale = [each.name for each in after.elements if _uses(each, old)]
    if stale:
        found.left += [(path, name) for name in stale]
        return
    found.files[path] = write(after, text.encode("utf-8")).decode("utf-8")
    changed = [
        b.name for b, a in zip(before.elements, after.elements, strict=True) if b != a and b is not given
    ]
    found.followed += [Followed(path=path, element=name) for name in changed or [old]]


def _uses(element: m.Element, name: str) -> bool:
    if not isinstance(element, m.Decision | m.KnowledgeModel):
        return False
    return name in edit.used_names(element.logic, [name])[0]


def _texts(found: Renaming, text: str, old: str, new: str, own: set[str]) -> None:
    texts = parse_json(TEXTS, text.encode("utf-8"))
    counts: Counter[str] = Counter()

    def fill(place: str, said: str) -> str:
        def named(match: re.Match[str]) -> str:
            name, dot, rest = match[1].partition(".")
            if name != old:
                return match[0]
            counts[place] += 1
            return "{{" + f"{new}{dot}{rest}" + "}}"

        return PLACEHOLDER.sub(named, said)

    fresh = {key: value if key == "messages" and old in own else _mapped(value, key, fill) for key, value in texts.items()}  # fmt: skip
    if counts:
        found.files[TEXTS] = dump_json(fresh).decode()
        found.followed += [Followed(path=TEXTS, element=place, count=n) for place, n in counts.items()]


def _mapped(value: Any, place: str, change: Callable[[str, str], str]) -> Any:
    """A JSON value with every text changed; ``place`` is told as the check tells it."""
    if isinstance(value, str):
        return change(place, value)
    if isinstance(value, Mapping):
        return {key: _mapped(inner, f"{place}.{key}", change) for key, inner in value.items()}
    if isinstance(value, list):
        return [_mapped(inner, f"{place}[{index}]", change) for index, inner in enumerate(value)]
    return value


def _test(found: Renaming, path: str, text: str, old: str, new: str, own: set[str]) -> None:
    """Test cases name answers as keys: in the input, in what a step sets, and in the values that are expected."""
    case = parse_json(path, text.encode("utf-8"))
    if not isinstance(case, Mapping):
        return
    fresh = dict(case)
    if isinstance(case.get("input"), Mapping):
        fresh["input"] = _rekeyed(case["input"], old, new)
    if old not in own:
        if isinstance(case.get("steps"), list):
            fresh["steps"] = [_rekeyed_in(step, "set", old, new) for step in case["steps"]]
        if isinstance(case.get("expect"), Mapping):
            fresh["expect"] = _rekeyed_in(case["expect"], "values", old, new)
    if fresh != case:
        found.files[path] = dump_json(fresh).decode()
        found.followed.append(Followed(path=path, element=str(case.get("name") or path)))


def _rekeyed_in(value: Any, key: str, old: str, new: str) -> Any:
    if isinstance(value, Mapping) and isinstance(value.get(key), Mapping):
        return {**value, key: _rekeyed(value[key], old, new)}
    return value


def _rekeyed(values: Mapping[str, Any], old: str, new: str) -> dict[str, Any]:
    return {(new if name == old else name): value for name, value in values.items()}
