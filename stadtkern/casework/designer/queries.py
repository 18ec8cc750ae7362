"""Reads of the workshop: drafts beside what is installed, and what a draft is compared with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stadtkern.casework.designer import contents, policies
from stadtkern.casework.designer.models import ProcedureDraft
from stadtkern.casework.forms import api as forms
from stadtkern.casework.processes import api as processes
from stadtkern.casework.processes.packages.model import FORM, PARAMETERS, RULES, SERVICE, dump_json
from stadtkern.casework.processes.packages.parameters import Parameter, parse_parameters
from stadtkern.casework.services import api as services
from stadtkern.foundation.access.api import Actor, Role
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


def form_fields(row: ProcedureDraft) -> dict[str, str] | None:
    """The names of the form's fields with their labels; None while there is no form."""
    if RULES in row.files:
        aliases = json.loads(row.files[RULES]).get("aliases") or {}
        return {str(name): str(path).rpartition("/")[2] for name, path in aliases.items()}
    info = forms.published(row.slug)
    if info is None:
        return None
    labels = {}
    for name, path in info.ruleset.aliases.items():
        position = info.form.at(path)
        labels[name] = position.element.label if position else path
    return labels


def troubles_of(row: ProcedureDraft, *, run: bool = False) -> list[contents.Trouble]:
    """Everything to look at in a draft; ``run``: its test cases too."""
    return contents.troubles(row.files, around=surroundings(row.slug), run=run)


def surroundings(slug: str) -> dict[str, str]:
    """Page and form of the service as the files of a package; what does not exist is not there."""
    known = services.installed(slug)
    files = forms.files_of_published(slug, clock.now())
    if known is not None:
        files[SERVICE] = dump_json(dict(known.content)).decode()
    return files


def brings_form(row: ProcedureDraft) -> bool:
    """Whether the draft has a form of its own, which is published with it."""
    return FORM in row.files


def may_edit_forms(actor: Actor) -> bool:
    """Whether the pages of the forms are open to the actor."""
    return actor.has(Role.SERVICE_MANAGER)


def form_versions(actor: Actor, slug: str) -> list[forms.VersionLine]:
    """The versions of the service's form, for those who may open them."""
    return forms.version_lines(slug) if may_edit_forms(actor) else []


def declared_parameters(service: services.InstalledService) -> tuple[Parameter, ...]:
    """What a municipality sets itself for an installed procedure."""
    return parse_parameters(json.loads(files_of(service).get(PARAMETERS, "[]")))[0]


def own_values(slug: str) -> dict[str, Any]:
    """What this municipality has set."""
    return processes.own_parameters(slug)
