"""``stadtkern forms import FILE``: a form from a file, by the platform itself."""

from __future__ import annotations

from pathlib import Path

from django.core.exceptions import ObjectDoesNotExist

from stadtkern.casework.forms.actions.versions import import_form
from stadtkern.casework.forms.xdf import XdfError, read_form
from stadtkern.foundation.access.api import system
from stadtkern.foundation.organizations import api as organizations
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError
from stadtkern.runtime.output import result_json, say

DONE, REFUSED, ENVIRONMENT = 0, 2, 3


def import_form_file(path: Path, *, service: str | None, tenant: str) -> int:
    """Import the file as a version in progress; prints {service, version_id, number, form}. Returns the exit code."""
    data = path.read_bytes()
    try:
        slug = service or read_form(data).id.lower()
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
            done = import_form(
                actor=system(tenant_id), service_slug=slug, data=data, name=path.name, now=clock.now()
            )
        except XdfError as error:
            say(f"{path}:{error.line}:{error.column}: {error.message}")
            return REFUSED
        except DomainError as error:
            say(f"{path}:1:1: {error.message}")
            return REFUSED
    version = done.version
    result_json(
        {
            "service": version.service_slug,
            "version_id": str(version.id),
            "number": version.number,
            "form": version.form.key,
            "id_map": dict(done.id_map),
        }
    )
    return DONE
