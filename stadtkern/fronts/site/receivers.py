"""Reactions to other modules' events."""

from __future__ import annotations

from stadtkern.casework.services.events import ServicePublished, ServiceWithdrawn
from stadtkern.fronts.site import search
from stadtkern.kernel.events import subscribe


@subscribe(ServicePublished)
def rebuild_after_publication(event: ServicePublished) -> None:
    """This process builds its index anew; others notice by the version of the catalogue."""
    search.forget(event.tenant_id)


@subscribe(ServiceWithdrawn)
def rebuild_after_withdrawal(event: ServiceWithdrawn) -> None:
    """The same when a service is taken off."""
    search.forget(event.tenant_id)
