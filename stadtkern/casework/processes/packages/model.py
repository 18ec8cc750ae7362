"""What a package consists of, and the one way its files are written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any, ClassVar, Literal

from stadtkern.kernel.errors import DomainError

FORMAT = "stadtkern-package-1"
MANIFEST, SERVICE, FORM, FORM_EN, RULES = (
    "package.json",
    "service.json",
    "form.xdf3.xml",
    "form.en.json",
    "rules.json",
)
PROCESS, TEXTS, PARAMETERS = "process.bpmn", "texts.json", "parameters.json"
DECISIONS, TESTS, CONNECTORS, SAMPLES, CODE_LISTS = (
    "decisions/",
    "tests/",
    "connectors/",
    "samples/",
    "code-lists/",
)
REQUIRED = (MANIFEST, PROCESS, TEXTS)
"""What every package has. One of a service has texts and a form as well; an internal procedure has none."""
OF_SERVICE = (SERVICE, FORM, RULES)

SAMPLE_FILES = ("sample.json", "sample-problem.json")
"""Example applications: for the demo and the tests of a form."""

_SINGLE = frozenset({*REQUIRED, *OF_SERVICE, *SAMPLE_FILES, FORM_EN, PARAMETERS, "README.md", "LICENSE"})
_IN_FOLDER = re.compile(
    r"decisions/[\w-]{1,80}\.dmn|tests/[\w-]{1,80}\.json|connectors/[\w-]{1,80}\.openapi\.json|samples/[\w-]{1,80}\.json"
    r"|code-lists/[\w-]{1,80}\.xml"
)


Severity = Literal["error", "warning", "hint"]
"""An ``error`` keeps a package from going live; a ``warning`` is a gap, a ``hint`` worth a look."""


class PackageRefused(DomainError):
    """A package that cannot be read at all; ``path`` is the file inside the package, with line and column where known."""

    code: ClassVar[str] = "package-refused"
    status: ClassVar[int] = 422
    message = "Das Paket lässt sich nicht lesen."
    message_en = "The package cannot be read."

    def __init__(self, path: str, message: str, *, line: int = 1, column: int = 1) -> None:
        super().__init__(f"{path}: {message}", extra={"path": path, "line": line, "column": column})
        self.path, self.line, self.column, self.reason = path, line, column, message


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a package cannot go live: the file (and place) in it, the element, the sentence for people."""

    path: str
    element: str = ""
    message: str
    message_en: str = ""
    code: str = ""
    """What programs know it by, where they must: the number of the FIM list, ``no-english``."""
    severity: Severity = "error"
    line: int = 0
    column: int = 0
    """The place in the file, or in the expression that the message names; 0: not known."""

    def as_json(self) -> dict[str, Any]:
        """For ``stadtkern package check``."""
        found: dict[str, Any] = {
            "path": self.path,
            "element": self.element,
            "message": self.message,
            "severity": self.severity,
        }
        if self.code:
            found["code"] = self.code
        if self.message_en:
            found["message_en"] = self.message_en
        if self.line:
            found |= {"line": self.line, "column": self.column}
        return found


@dataclass(frozen=True)
class Package:
    """The files of a package by name. ``read_*`` functions make one, ``files`` is canonical already."""

    files: Mapping[str, bytes]

    @cached_property
    def manifest(self) -> Mapping[str, Any]:
        """``package.json``."""
        found: Mapping[str, Any] = self.json(MANIFEST)
        return found

    @property
    def slug(self) -> str:
        """The service's name in addresses."""
        return str(self.manifest.get("slug", ""))

    @property
    def version(self) -> int:
        """The author's version of the package, growing."""
        version = self.manifest.get("version", 0)
        return version if isinstance(version, int) and not isinstance(version, bool) else 0

    def json(self, name: str) -> Any:
        """The content of a JSON file of the package; an absent one is an empty object. Raises ``PackageRefused``."""
        return parse_json(name, self.files[name]) if name in self.files else {}

    def text(self, name: str) -> str:
        """The content of a text file of the package."""
        return self.files[name].decode("utf-8")

    def names(self, folder: str) -> list[str]:
        """The files in a folder of the package, sorted."""
        return sorted(name for name in self.files if name.startswith(folder))

    def with_file(self, name: str, content: bytes) -> Package:
        """A package in which one file is another."""
        return make_package({**self.files, name: content})

    def without_file(self, name: str) -> Package:
        """A package without one file."""
        return Package({key: value for key, value in self.files.items() if key != name})


def allowed_name(name: str) -> bool:
    """Whether a file of this name belongs into a package."""
    return name in _SINGLE or _IN_FOLDER.fullmatch(name) is not None


def code_list_file(key: str) -> str:
    """Where a package holds the version ``key`` of a code list: the same version has the same name in every package."""
    readable = re.sub(r"[^A-Za-z0-9_]+", "-", key.rsplit(":", 1)[-1]).strip("-")[:60]
    return f"{CODE_LISTS}{readable or 'liste'}-{sha256(key.encode()).hexdigest()[:8]}.xml"


def is_procedure(name: str) -> bool:
    """Whether a file belongs to the procedure itself, not to the page and the form of the service."""
    if name in (*OF_SERVICE, *SAMPLE_FILES, FORM_EN) or name.startswith((SAMPLES, CODE_LISTS)):
        return False
    return allowed_name(name)


def make_package(files: Mapping[str, bytes]) -> Package:
    """A package of these files, JSON and line ends made canonical; raises ``PackageRefused``."""
    for name in sorted(files):
        if not allowed_name(name):
            raise PackageRefused(name, "Diese Datei gehört nicht in ein Paket.")
    missing = [name for name in REQUIRED if name not in files]
    if missing:
        raise PackageRefused(missing[0], f"Im Paket fehlt: {', '.join(missing)}.")
    package = Package({name: _canonical(name, files[name]) for name in sorted(files)})
    found = package.manifest.get("format") if isinstance(package.manifest, Mapping) else None
    if found != FORMAT:
        raise PackageRefused(MANIFEST, f"Das Format „{found}“ ist nicht {FORMAT}.")
    return package


def dump_json(value: Any) -> bytes:
    """JSON as packages hold it: UTF-8, one space of indent, the author's order of keys, a line end at the end."""
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def parse_json(name: str, data: bytes) -> Any:
    """JSON of a package file; a key given twice, bad UTF-8 and broken syntax raise ``PackageRefused`` with the place."""
    try:
        return json.loads(
            data.decode("utf-8-sig"), object_pairs_hook=_unique(name), parse_constant=_refuse(name)
        )
    except UnicodeDecodeError as error:
        raise PackageRefused(name, f"Kein gültiges UTF-8 (Byte {error.start}).") from error
    except json.JSONDecodeError as error:
        raise PackageRefused(name, error.msg, line=error.lineno, column=error.colno) from error
    except RecursionError as error:
        raise PackageRefused(name, "Zu tief geschachtelt.") from error


def _unique(name: str) -> Any:
    def build(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                raise PackageRefused(name, f"Der Schlüssel „{key}“ steht zweimal da.")
            found[key] = value
        return found

    return build


def _refuse(name: str) -> Any:
    def constant(word: str) -> Any:
        raise PackageRefused(name, f"„{word}“ ist keine Zahl.")

    return constant


def _canonical(name: str, data: bytes) -> bytes:
    if name.endswith(".json"):
        return dump_json(parse_json(name, data))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PackageRefused(name, f"Kein gültiges UTF-8 (Byte {error.start}).") from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return (text if text.endswith("\n") else text + "\n").encode("utf-8")
