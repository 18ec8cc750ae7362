"""Code lists travel with the package of the form that asks for them: each version by its own name, never two contents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from stadtkern.casework.forms import api as forms
from stadtkern.casework.forms.definition import CodeList, read_code_list, read_form, write_code_list
from stadtkern.casework.processes.packages.archive import MAX_FILE_BYTES
from stadtkern.casework.processes.packages.model import CODE_LISTS, FORM, Package, code_list_file
from stadtkern.foundation.access.api import Actor, Role
from stadtkern.kernel.errors import Conflict


@dataclass(frozen=True, slots=True, kw_only=True)
class ListTaken:
    """What a list of a package means here. ``other``: this version is here with other content, ``reason`` says which."""

    file: str
    key: str
    title: str
    size: int
    state: Literal["new", "known", "other"]
    reason: str = ""
    reason_en: str = ""


def files_of(lists: Iterable[CodeList]) -> dict[str, bytes]:
    """The lists as files of a package; one that no package can hold is left out, and the check of the package says so."""
    files = {code_list_file(codes.key): write_code_list(codes) for codes in lists}
    return {name: data for name, data in files.items() if len(data) <= MAX_FILE_BYTES}


def of_form(form: str) -> dict[str, bytes]:
    """The lists of a form of the workshop as files. Raises ``XdfError``."""
    return files_of(forms.code_lists_for(read_form(form.encode("utf-8"))).values())


def judge(package: Package) -> tuple[ListTaken, ...]:
    """What the lists of a package mean here; the package was checked before."""
    return tuple(_judged(name, read_code_list(package.files[name])) for name in package.names(CODE_LISTS))


def _judged(name: str, codes: CodeList) -> ListTaken:
    state: Literal["new", "known", "other"] = "new"
    reason = reason_en = ""
    try:
        state = "known" if forms.knows_code_list(codes) else "new"
    except Conflict as error:
        state, reason, reason_en = "other", error.message, error.message_en
    return ListTaken(
        file=name,
        key=codes.key,
        title=codes.title or codes.key,
        size=len(codes.rows),
        state=state,
        reason=reason,
        reason_en=reason_en,
    )


def missing(package: Package) -> tuple[str, ...]:
    """Lists that the form asks for and that are neither in the package nor here."""
    if FORM not in package.files:
        return ()
    brought = [read_code_list(package.files[name]) for name in package.names(CODE_LISTS)]
    names = {name for codes in brought for name in (codes.key, codes.uri)}
    wanted = forms.missing_code_lists(read_form(package.files[FORM]))
    return tuple(key for key in wanted if key not in names)


def keep(*, actor: Actor, package: Package, now: datetime) -> None:
    """Put the lists on the shelf of this municipality. Raises ``Conflict`` for a version that says something else here."""
    editor = actor if actor.kind == "system" else actor.acting_as(Role.SERVICE_MANAGER)
    for name in package.names(CODE_LISTS):
        forms.import_code_list(actor=editor, data=package.files[name], now=now)
