"""Places are public to read; administrators replace them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stadtkern.kernel.errors import NotAllowed

if TYPE_CHECKING:
    from stadtkern.foundation.access.actor import Actor


def require_replace(actor: Actor) -> None:
    """Raises ``NotAllowed`` for anybody but administrators, commands and the set-up."""
    if actor.kind != "system" and not (actor.is_staff and actor.has("administrator")):
        raise NotAllowed()
