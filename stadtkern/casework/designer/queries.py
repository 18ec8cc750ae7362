"""Reads of the workshop: drafts beside what is installed, and what a draft is compared with."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from stadtkern.casework.designer import contents, policies
from stadtkern.casework.designer.models import DraftRevision, ProcedureDraft
from stadtkern.casework.forms import api as forms
from stadtkern.casework.forms import definition
from stadtkern.casework.processes import api as processes
from stadtkern.casework.processes.packages.model import (
    FORM,
    MANIFEST,
    RULES,
    SERVICE,
    dump_json,
)
from stadtkern.casework.processes.packages.parameters import Parameter
from stadtkern.casework.services import api as services
from stadtkern.foundation.access.api import Actor
from stadtkern.kernel import clock

OPEN = (ProcedureDraft.State.DRAFT, ProcedureDraft.State.SUBMITTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A procedure of the municipality: its service, its open draft, or both."""

    slug: str
    title: str
    service: services.InstalledService | None
    draft: ProcedureDraft | None


def lines(actor: Actor) -> list[Line]:
    """Services with a procedure or a draft, then drafts of services that do not exist yet."""
    rows = policies.visible_to(actor).filter(state__in=OPEN).defer("files")
    open_drafts = {row.slug: row for row in rows.select_related("author", "submitted_by")}
    known = services.installed_services()
    found = [
        Line(slug=each.slug, title=each.title, service=each, draft=open_drafts.get(each.slug))
        for each in known
        if each.process or each.slug in open_drafts
    ]
    slugs = {each.slug for each in known}
    new = [row for slug, row in open_drafts.items() if slug not in slugs]
    return [Line(slug=row.slug, title=row.title, service=None, draft=row) for row in new] + found


def files_of(service: services.InstalledService | None) -> dict[str, str]:
    """The files of an installed procedure; empty without one."""
    process: Mapping[str, Any] = (service.process if service else None) or {}
    found: dict[str, str] = dict(process.get("files") or {})
    return found


def published_files(slug: str) -> dict[str, str]:
    """The files of the procedure that is public now; empty when there is none."""
    service = services.installed(slug)
    return files_of(service) if service and service.state != "draft" else {}


def has_form(row: ProcedureDraft) -> bool:
    """Whether there is a form, in the draft or public."""
    return RULES in row.files or forms.published(row.slug) is not None


def form_and_names(row: ProcedureDraft) -> tuple[definition.Form | None, Mapping[str, str]] | None:
    """The form that the draft holds (None: it cannot be read), else the public one, and name to path of its fields."""
    if RULES in row.files:
        aliases = json.loads(row.files[RULES]).get("aliases") or {}
        return _own_form(row), {str(name): str(path) for name, path in aliases.items()}
    info = forms.published(row.slug)
    return (info.form, info.ruleset.aliases) if info is not None else None


def _own_form(row: ProcedureDraft) -> definition.Form | None:
    try:
        return definition.read_form(row.files.get(FORM, "").encode("utf-8"))
    except definition.XdfError:
        return None


def form_fields(row: ProcedureDraft) -> dict[str, str] | None:
    """The names of the form's fields with their labels; None while there is no form."""
    found = form_and_names(row)
    if found is None:
        return None
    form, names = found
    labels = {path: position.element.label for path, position in form.walk()} if form is not None else {}
    return {name: labels.get(path, path) for name, path in names.items()}


def troubles_of(row: ProcedureDraft, *, run: bool = False) -> list[contents.Trouble]:
    """Everything to look at in a draft; ``run``: its test cases too."""
    around = surroundings(row.slug)
    found = contents.troubles(row.files, around=around, run=run)
    if SERVICE not in around and SERVICE not in row.files and not contents.office_of(row.files):
        message = "Für die neue Leistung ist noch kein Amt genannt."
        missing = contents.Trouble(
            path=MANIFEST, element="office", message=message, message_en="The new service has no office yet."
        )
        return contents.severity_first([missing, *found])
    return found


def surroundings(slug: str) -> dict[str, str]:
    """Page and form of the service as the files of a package; what does not exist is not there."""
    known = services.installed(slug)
    files = forms.files_of_published(slug, clock.now())
    if known is not None:
        files[SERVICE] = dump_json(dict(known.content)).decode()
    return files


def last_step(row: ProcedureDraft, files: Collection[str]) -> DraftRevision | None:
    """The newest step that changed one of these files and was not taken back."""
    steps = row.revisions.filter(before__has_any_keys=list(files)).order_by("-number")
    gone: set[int] = set()
    for number, undoes in steps.values_list("number", "undoes"):  # what stood in the files is large
        if undoes is not None:
            gone.add(undoes)
        elif number not in gone:
            return steps.get(number=number)
    return None


def went_on(row: ProcedureDraft, step: DraftRevision, files: Collection[str]) -> bool:
    """Whether one of these files was changed after a step, other than to and fro."""
    if not files:
        return False
    later = row.revisions.filter(number__gt=step.number, before__has_any_keys=list(files))
    steps = dict(later.values_list("number", "undoes"))
    return any(undoes is None and number not in steps.values() for number, undoes in steps.items())


def declared_parameters(service: services.InstalledService) -> tuple[Parameter, ...]:
    """What a municipality sets itself for an installed procedure."""
    return contents.parameters_of(files_of(service))


def parameters_on_trial(service_slug: str) -> Mapping[str, Any] | None:
    """The values that a form on trial sees: those of its draft, set by this municipality or by default."""
    slug = forms.slug_on_trial(service_slug)
    row = ProcedureDraft.objects.filter(slug=slug, state__in=OPEN).first() if slug else None
    if row is None:
        return None
    return processes.parameters_in({"files": row.files}, slug)


def own_values(slug: str) -> dict[str, Any]:
    """What this municipality has set."""
    return processes.own_parameters(slug)
