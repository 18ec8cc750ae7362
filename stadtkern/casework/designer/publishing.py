"""A draft goes live: procedure, and the form it brought along, in one transaction with the new version of the service."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from stadtkern.casework.designer.contents import package_of, procedure_part
from stadtkern.casework.designer.models import ProcedureDraft
from stadtkern.casework.forms import api as forms
from stadtkern.casework.processes import api as processes
from stadtkern.casework.processes.packages.model import (
    FORM,
    FORM_EN,
    MANIFEST,
    PARAMETERS,
    RULES,
    SERVICE,
    dump_json,
)
from stadtkern.casework.processes.packages.parameters import parse_parameters
from stadtkern.casework.processes.packages.procedure import Procedure, read_procedure
from stadtkern.casework.services import api as services
from stadtkern.foundation.access.api import Actor, Role


def go_live(*, actor: Actor, row: ProcedureDraft, now: datetime) -> int:
    """Store the version, publish the form that came with it, publish the service with both; returns the number."""
    known = services.installed(row.slug)
    files = with_manifest(procedure_part(row.files), version=(known.newest if known else 0) + 1)
    processes.keep({"files": files}, now=now)
    if FORM in row.files:
        _publish_form(actor, row, now)
    content = dict(known.content) if known else new_content(row)
    content["online"] = content.get("online") is True or forms.published(row.slug) is not None
    note = f"Verfahren aus der Werkstatt, Entwurf {row.revision}"
    return services.publish_procedure(
        actor=actor, slug=row.slug, process={"files": files}, content=content, now=now, note=note
    )


def with_manifest(files: Mapping[str, str], *, version: int) -> dict[str, str]:
    """The files with a manifest that says what the procedure needs."""
    procedure = read_procedure(package_of(files))
    manifest: dict[str, Any] = dict(json.loads(files[MANIFEST]))
    needed = {"roles": _roles(procedure), "connectors": _connectors(procedure)}
    manifest["version"] = version
    manifest["made_with"] = "designer"
    manifest["requires"] = {**(manifest.get("requires") or {}), **needed}
    return {**files, MANIFEST: dump_json(manifest).decode()}


def _roles(procedure: Procedure) -> list[str]:
    nodes = [node for process in procedure.processes.values() for node in process.nodes.values()]
    lanes = [lane for process in procedure.processes.values() for lane in process.lanes]
    found = {getattr(node, "role", None) for node in nodes} | {getattr(lane, "role", None) for lane in lanes}
    return sorted(str(role) for role in found if role)


def _connectors(procedure: Procedure) -> list[str]:
    nodes = [node for process in procedure.processes.values() for node in process.nodes.values()]
    return sorted({str(name) for node in nodes if (name := getattr(node, "connector", ""))})


def new_content(row: ProcedureDraft) -> dict[str, Any]:
    """What the page of a service says that did not exist: the texts that came with the package, else the name."""
    if SERVICE in row.files:
        found: dict[str, Any] = json.loads(row.files[SERVICE])
        return found
    manifest = json.loads(row.files[MANIFEST])
    title = manifest.get("title") or {"de": row.title}
    offices = (manifest.get("requires") or {}).get("offices") or [""]
    kind = "business" if manifest.get("kind") == "business" else "citizen"
    return {"slug": row.slug, "title": title, "summary": title, "office": offices[0], "audience": [kind]}


def _publish_form(actor: Actor, row: ProcedureDraft, now: datetime) -> None:
    editor = actor.acting_as(Role.SERVICE_MANAGER)
    texts = {"en": json.loads(row.files[FORM_EN])} if FORM_EN in row.files else None
    imported = forms.import_form(
        actor=editor,
        service_slug=row.slug,
        data=row.files[FORM].encode("utf-8"),
        name=f"{row.slug}.xdf3.xml",
        rules=json.loads(row.files[RULES]) if RULES in row.files else None,
        texts=texts,
        note="mit dem Verfahren übernommen",
        now=now,
    )
    declared, _wrong = parse_parameters(json.loads(row.files.get(PARAMETERS, "[]")))
    forms.publish(
        actor=editor, version_id=imported.version.id, parameters=[each.name for each in declared], now=now
    )
