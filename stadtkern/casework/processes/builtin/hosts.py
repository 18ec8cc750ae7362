"""Which outside systems the procedures of this municipality may call. An administrator says so, with a purpose."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from stadtkern.casework.processes.connectors import ConnectorError
from stadtkern.casework.processes.models import AllowedHost
from stadtkern.foundation.access.api import Actor
from stadtkern.foundation.audit import api as audit
from stadtkern.kernel.errors import InvalidInput

_NAME = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


def is_private(host: str) -> bool:
    """Whether an allowed host stands in the own network. Raises ``ConnectorError`` when it is not allowed at all."""
    found = AllowedHost.objects.filter(host=host).values_list("private", flat=True).first()
    if found is None:
        raise ConnectorError(
            f"„{host}“ ist nicht als Außensystem erlaubt. Das stellt die Systemverwaltung ein.", final=True
        )
    return found


def allowed() -> QuerySet[AllowedHost]:
    """All of this municipality, by name."""
    return AllowedHost.objects.order_by("host")


@transaction.atomic
def allow(*, actor: Actor, host: str, private: bool, purpose: str, now: datetime) -> UUID:
    """Allow a host (once). The caller has checked the role. Raises ``InvalidInput``."""
    name = host.strip().lower().rstrip(".")
    if not _NAME.fullmatch(name):
        raise InvalidInput(
            "Bitte geben Sie nur den Rechnernamen an, zum Beispiel „register.land.example“.",
            message_en="Please enter only the host name, for example “register.land.example”.",
            extra={"field": "host"},
        )
    if not purpose.strip():
        raise InvalidInput(
            "Bitte sagen Sie, wofür.", message_en="Please say what for.", extra={"field": "purpose"}
        )
    row, _ = AllowedHost.objects.update_or_create(
        host=name,
        defaults={
            "private": private,
            "purpose": purpose.strip()[:300],
            "allowed_at": now,
            "allowed_by_name": actor.name[:200],
        },
    )
    audit.record(
        actor=actor,
        action="processes.host_allowed",
        obj=("allowed_host", row.pk),
        details={"host": name, "private": private},
        now=now,
        retention="administration",
    )
    return row.pk


@transaction.atomic
def forbid(*, actor: Actor, host_id: UUID, now: datetime) -> None:
    """Take the permission back; again is fine."""
    row = AllowedHost.objects.filter(pk=host_id).first()
    if row is None:
        return
    row.delete()
    audit.record(
        actor=actor,
        action="processes.host_forbidden",
        obj=("allowed_host", host_id),
        details={"host": row.host},
        now=now,
        retention="administration",
    )
