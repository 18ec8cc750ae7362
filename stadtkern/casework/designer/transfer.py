"""Packages as files of the workshop: a draft as one zip, and what a foreign package would change here, line by line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from stadtkern.casework.designer import contents, queries
from stadtkern.casework.designer.exchange import installed_package
from stadtkern.casework.designer.models import ProcedureDraft
from stadtkern.casework.processes.packages.archive import write_zip
from stadtkern.casework.processes.packages.model import Package


def export(row: ProcedureDraft) -> bytes:
    """The draft as a package: with the page and the form of its service, where it has none of its own."""
    return write_zip(contents.package_of({**queries.surroundings(row.slug), **row.files}))


def lines(package: Package, *, now: datetime) -> Mapping[str, tuple[tuple[str, str], ...]]:
    """The lines of each file that differs from what is installed."""
    here = installed_package(package.slug, now=now)
    if here is None:
        return {}
    changes = contents.differences(_texts(here), _texts(package))
    return {each.path: each.lines for each in changes if each.change == "changed"}


def _texts(package: Package) -> dict[str, str]:
    return {name: package.text(name) for name in package.files}
