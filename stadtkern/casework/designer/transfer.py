"""Packages in and out: a draft or an installed procedure as one zip, and what a foreign package would bring here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from stadtkern.casework.designer import contents, queries
from stadtkern.casework.designer.models import ProcedureDraft
from stadtkern.casework.forms import api as forms
from stadtkern.casework.processes.packages.archive import read_zip, write_zip
from stadtkern.casework.processes.packages.connector_names import DECLARED
from stadtkern.casework.processes.packages.model import SERVICE, Package, dump_json
from stadtkern.casework.processes.packages.vocabulary import ROLES
from stadtkern.casework.services import api as services
from stadtkern.foundation.organizations import api as organizations

Change = Literal["new", "changed", "same", "missing"]


def export(row: ProcedureDraft, *, now: datetime) -> bytes:
    """The draft as a package: with the page and the form of its service, where it has none of its own."""
    return write_zip(contents.package_of({**_surroundings(row.slug, now), **row.files}))


def export_installed(service: services.InstalledService, *, now: datetime) -> bytes:
    """An installed procedure as a package."""
    return write_zip(contents.package_of({**_surroundings(service.slug, now), **queries.files_of(service)}))


def _surroundings(slug: str, now: datetime) -> dict[str, str]:
    service = services.installed(slug)
    files = forms.files_of_published(slug, now)
    if service is not None:
        files[SERVICE] = dump_json(dict(service.content)).decode()
    return files


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """One file of a foreign package beside what is here."""

    path: str
    change: Change
    lines: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a package would bring: file by file, what is wrong with it, and what this municipality lacks for it."""

    slug: str
    title: str
    version: int
    author: str
    exists: bool
    files: tuple[Brought, ...]
    lacking: tuple[tuple[str, str], ...]
    troubles: tuple[contents.Trouble, ...]
    parameters: tuple[str, ...]


def read_package(data: bytes) -> dict[str, str]:
    """The files of a zip as text; raises ``PackageRefused``."""
    package = read_zip(data)
    return {name: package.text(name) for name in package.files}


def report(files: Mapping[str, str], *, now: datetime) -> Report:
    """The dry run: nothing is kept."""
    package = contents.package_of(files)
    service = services.installed(package.slug)
    here = {**_surroundings(package.slug, now), **queries.files_of(service)} if service else {}
    here = contents.canonical(here) if here and "package.json" in here else here
    manifest = package.manifest
    title = manifest.get("title") or {}
    own = queries.own_values(package.slug)
    return Report(
        slug=package.slug,
        title=str(title.get("de", "")) if isinstance(title, Mapping) else str(title),
        version=package.version,
        author=str(manifest.get("author", "")),
        exists=service is not None,
        files=tuple(_brought(files, here)),
        lacking=tuple(_lacking(package)),
        troubles=tuple(contents.troubles(files, fields=_fields(files))),
        parameters=tuple(sorted(own)),
    )


def _brought(files: Mapping[str, str], here: Mapping[str, str]) -> list[Brought]:
    differing = {change.path: change for change in contents.differences(here, files)}
    found = []
    for path in sorted({*files, *here}):
        change: Change = "missing" if path not in files else "new" if path not in here else "same"
        lines: tuple[tuple[str, str], ...] = ()
        if change == "same" and path in differing:
            change, lines = "changed", differing[path].lines
        found.append(Brought(path=path, change=change, lines=lines))
    return found


def _fields(files: Mapping[str, str]) -> frozenset[str] | None:
    if "rules.json" not in files:
        return None
    return frozenset(json.loads(files["rules.json"]).get("aliases") or {})


def _lacking(package: Package) -> list[tuple[str, str]]:
    """(kind, name) of what the package asks for and this municipality does not have."""
    requires: Mapping[str, Any] = package.manifest.get("requires") or {}
    found = [("role", str(name)) for name in requires.get("roles") or [] if name not in ROLES]
    found += [("connector", str(name)) for name in requires.get("connectors") or [] if name not in DECLARED]
    offices = {office.slug for office in organizations.offices()}
    return found + [("office", str(name)) for name in requires.get("offices") or [] if name not in offices]
