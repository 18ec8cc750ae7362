"""The procedure of an objection (Widerspruchsverfahren, §§ 68 ff. VwGO): the same for every service, shipped as a package."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import stadtkern.content
from stadtkern.casework.cases.deadlines import due_date
from stadtkern.casework.processes import api as processes

FOLDER = Path(stadtkern.content.__file__).parent / "procedures" / "widerspruch"


@cache
def package() -> Mapping[str, Any]:
    """The files of the package as a service's version keeps them."""
    return processes.definition_of(FOLDER)


def due_on(procedure: processes.Procedure, received_on: date) -> date | None:
    """Three months, after which an action for failure to act is possible (§ 75 VwGO)."""
    return due_date(procedure, received_on=received_on, pauses=[])
