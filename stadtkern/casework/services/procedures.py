"""Procedures of services, for the workshop above: what is installed, and a new procedure going live."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from stadtkern.casework.services import actions
from stadtkern.casework.services.content import parse
from stadtkern.casework.services.models import Service
from stadtkern.foundation.access.api import Actor, Role
from stadtkern.kernel import german_order


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledService:
    """A service of this municipality, public or not. ``content`` and ``process`` are those of the public version, else the newest."""

    id: UUID
    slug: str
    title: str
    state: str
    number: int
    newest: int
    content: Mapping[str, Any]
    process: Mapping[str, Any] | None

    @property
    def has_unpublished_texts(self) -> bool:
        """Somebody wrote texts that are not public yet."""
        return self.state == Service.State.PUBLISHED and self.newest != self.number


def installed(slug: str) -> InstalledService | None:
    """The service of this name, or None."""
    row = Service.objects.select_related("published_version").filter(slug=slug).first()
    return _info(row) if row else None


def installed_services() -> list[InstalledService]:
    """All services of the municipality by title."""
    rows = Service.objects.select_related("published_version").order_by("title", "id")
    return german_order.in_order([_info(row) for row in rows], lambda service: service.title)


def _info(row: Service) -> InstalledService:
    newest = row.versions.order_by("-number")[0]
    shown = row.published_version or newest
    return InstalledService(
        id=row.pk,
        slug=row.slug,
        title=row.title,
        state=row.state,
        number=shown.number,
        newest=newest.number,
        content=shown.content,
        process=shown.process,
    )


@transaction.atomic
def publish_procedure(
    *,
    actor: Actor,
    slug: str,
    process: Mapping[str, Any],
    content: Mapping[str, Any],
    now: datetime,
    note: str,
) -> int:
    """Make a procedure public, as a new version of its service (which begins to exist if need be); returns the number.

    The caller's policy has judged that this actor may: procedures go live by two people, not by the editors of texts.
    Raises ``BadContent``, ``OfficeMissing``. Texts in progress stay a version of their own and do not become public.
    """
    editor = actor.acting_as(Role.SERVICE_MANAGER)
    written = parse({**content, "slug": slug})
    service = Service.objects.select_for_update(of=("self",)).filter(slug=slug).first()
    if service is None:
        service_id = actions.create(actor=editor, content=written, now=now, process=process, note=note[:300])
        number = 1
    else:
        service_id = service.pk
        number = actions.add_version(editor, service, written, process, note[:300], now)
    actions.publish(actor=editor, service_id=service_id, version=number, now=now)
    return number
