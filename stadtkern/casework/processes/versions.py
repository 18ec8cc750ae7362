"""Stored versions of procedures. A version never changes, so its compiled form is kept in memory."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction

from stadtkern.casework.processes.models import LocalParameter, ProcessVersion
from stadtkern.casework.processes.packages.model import (
    PARAMETERS,
    Package,
    is_procedure,
    make_package,
)
from stadtkern.casework.processes.packages.parameters import Parameter, as_json, effective, parse_parameters
from stadtkern.casework.processes.packages.procedure import Procedure, read_procedure
from stadtkern.foundation.tenancy import api as tenancy


def keep(package: Package, *, now: datetime) -> UUID:
    """Store a package (once per content) and return the id of its version; raises ``BadProcedure``."""
    digest = digest_of(package)
    known = (
        ProcessVersion.objects.filter(service_slug=package.slug, digest=digest)
        .values_list("pk", flat=True)
        .first()
    )
    if known is not None:
        return known
    read_procedure(package)
    files = {name: package.text(name) for name in sorted(package.files)}
    row, _ = ProcessVersion.objects.get_or_create(
        service_slug=package.slug, digest=digest, defaults={"definition": {"files": files}, "created_at": now}
    )
    return row.pk


def keep_definition(definition: Mapping[str, Any], *, now: datetime) -> UUID:
    """Like ``keep``, from the ``{"files": {name: text}}`` that a version of a service holds."""
    text = json.dumps(definition, sort_keys=True, ensure_ascii=False)
    known = _kept(tenancy.current_id(), hashlib.sha256(text.encode()).hexdigest())
    if known:
        return known[0]
    found = keep(_package(definition), now=now)
    transaction.on_commit(lambda: known.append(found))  # what is rolled back must not be remembered
    return found


@lru_cache(maxsize=1024)
def _kept(tenant: UUID, digest: str) -> list[UUID]:
    """Which version a definition became; filled by ``keep_definition``."""
    return []


def definition_of(folder: Path) -> dict[str, Any]:
    """The procedure in a folder, as a version of a service holds it: without texts and form of the service."""
    names = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    parts = {name: (folder / name).read_bytes() for name in sorted(names) if is_procedure(name)}
    package = make_package(parts)
    return {"files": {name: package.text(name) for name in package.files}}


def _package(definition: Mapping[str, Any]) -> Package:
    return make_package({name: text.encode("utf-8") for name, text in definition["files"].items()})


def digest_of(package: Package) -> str:
    """The checksum of a package's files, names included."""
    found = hashlib.sha256()
    for name in sorted(package.files):
        content = package.files[name]
        found.update(f"{name}\0{len(content)}\0".encode())
        found.update(content)
    return found.hexdigest()


@lru_cache(maxsize=256)
def procedure(version_id: UUID) -> Procedure:
    """The runnable form of a stored version."""
    return read_procedure(package_of(version_id))


def package_of(version_id: UUID) -> Package:
    """The files of a stored version."""
    return _package(ProcessVersion.objects.values_list("definition", flat=True).get(pk=version_id))


def parameters_of(found: Procedure) -> dict[str, Any]:
    """What holds in this municipality for the parameters of a procedure, as FEEL sees it."""
    if not found.parameters:
        return {}
    return dict(effective(found.parameters, own_parameters(found.slug)))


def parameters_in(definition: Mapping[str, Any], slug: str) -> dict[str, Any]:
    """The same for a procedure that a version of a service holds, whether a case ran on it or not."""
    declared = _declared(str((definition.get("files") or {}).get(PARAMETERS, "[]")))
    return dict(effective(declared, own_parameters(slug))) if declared else {}


@lru_cache(maxsize=256)
def _declared(text: str) -> tuple[Parameter, ...]:
    return parse_parameters(json.loads(text))[0]


def own_parameters(slug: str) -> dict[str, Any]:
    """The values that this municipality set itself, as they are kept."""
    return dict(LocalParameter.objects.filter(service_slug=slug).values_list("name", "value"))


def unset_parameters(*, slug: str, names: Collection[str]) -> None:
    """Go back to the defaults of the package."""
    LocalParameter.objects.filter(service_slug=slug, name__in=names).delete()


def set_parameters(*, slug: str, values: Mapping[str, Any], by_name: str, now: datetime) -> None:
    """Set values of this municipality; the caller has checked them against the declaration."""
    for name, value in sorted(values.items()):
        LocalParameter.objects.update_or_create(
            service_slug=slug,
            name=name,
            defaults={"value": as_json(value), "set_at": now, "set_by_name": by_name[:200]},
        )
