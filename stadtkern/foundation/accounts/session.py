"""Keys of the session that say how somebody logged in. ``foundation.access`` reads them at every gate."""

from __future__ import annotations

from typing import Final

ASSURANCE: Final = "assurance"
SECOND_FACTOR: Final = "second_factor"
METHOD: Final = "login_method"
DEMO_PERSON: Final = "demo_person"
