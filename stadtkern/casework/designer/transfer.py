"""Packages as files of the workshop: a draft as one zip, and what a foreign package would change here, line by line."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime

from stadtkern.casework.designer import code_lists, contents, queries
from stadtkern.casework.designer.exchange import installed_package
from stadtkern.casework.designer.models import ProcedureDraft
from stadtkern.casework.forms.definition import XdfError
from stadtkern.casework.processes.packages.archive import write_zip
from stadtkern.casework.processes.packages.model import CODE_LISTS, FORM, Package, make_package


def export(row: ProcedureDraft) -> bytes:
    """The draft as a package: with the page and the form of its service, where it has none of its own, and the code lists."""
    package = contents.package_of({**queries.surroundings(row.slug), **row.files})
    if FORM in package.files:
        with suppress(XdfError):  # a form that nobody can read travels as it is
            lists = code_lists.of_form(package.text(FORM))
            package = make_package({**package.files, **lists})
    return write_zip(package)


def lines(package: Package, *, now: datetime) -> Mapping[str, tuple[tuple[str, str], ...]]:
    """The lines of each file that differs from what is installed."""
    here = installed_package(package.slug, now=now)
    if here is None:
        return {}
    changes = contents.differences(_texts(here), _texts(package))
    return {each.path: each.lines for each in changes if each.change == "changed"}


def _texts(package: Package) -> dict[str, str]:
    return {name: package.text(name) for name in package.files if not name.startswith(CODE_LISTS)}
