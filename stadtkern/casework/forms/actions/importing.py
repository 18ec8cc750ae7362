"""``stadtkern forms import FILE``: a form or a building block from a file, by the platform itself."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist

from stadtkern.casework.forms.actions.layout import import_block
from stadtkern.casework.forms.actions.versions import import_form
from stadtkern.casework.forms.model import Form
from stadtkern.casework.forms.xdf import XdfError, read_message
from stadtkern.foundation.access.api import system
from stadtkern.foundation.organizations import api as organizations
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError
from stadtkern.runtime.output import result_json, say

DONE, REFUSED, ENVIRONMENT = 0, 2, 3


def import_form_file(path: Path, *, service: str | None, tenant: str) -> int:
    """Import the file: a form (0102) as a version in progress, a group (0103) as a building block.

    Prints {service, version_id, number, form, id_map} or {block, block_id, name, new, id_map}. Returns the exit code.
    """
    data = path.read_bytes()
    try:
        root = read_message(data).root
    except XdfError as error:
        say(f"{path}:{error.line}:{error.column}: {error.message}")
        return REFUSED
    try:
        tenant_id = organizations.tenant_id_of(tenant)
    except ObjectDoesNotExist:
        say(
            f"Die Kommune „{tenant}“ gibt es hier nicht. Legen Sie sie mit „stadtkern init“ an oder laden Sie die Demo."
        )
        return ENVIRONMENT
    with tenancy.act_for(tenant_id):
        try:
            if isinstance(root, Form):
                outcome = _import_form(tenant_id, service or root.id.lower(), data, path.name)
            else:
                outcome = _import_block(tenant_id, data, path.name)
        except XdfError as error:
            say(f"{path}:{error.line}:{error.column}: {error.message}")
            return REFUSED
        except DomainError as error:
            say(f"{path}:1:1: {error.message}")
            return REFUSED
    result_json(outcome)
    return DONE


def _import_form(tenant_id: UUID, slug: str, data: bytes, name: str) -> dict[str, object]:
    done = import_form(actor=system(tenant_id), service_slug=slug, data=data, name=name, now=clock.now())
    version = done.version
    return {
        "service": version.service_slug,
        "version_id": str(version.id),
        "number": version.number,
        "form": version.form.key,
        "id_map": dict(done.id_map),
    }


def _import_block(tenant_id: UUID, data: bytes, name: str) -> dict[str, object]:
    done = import_block(actor=system(tenant_id), data=data, name=name, now=clock.now())
    return {
        "block": done.key,
        "block_id": str(done.id),
        "name": done.name,
        "new": done.new,
        "id_map": dict(done.id_map),
    }
