"""What other modules use of processes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from stadtkern.casework.processes.definition import (
    BadProcess,
    Block,
    Check,
    Process,
    State,
    Text,
    read_process,
)
from stadtkern.casework.processes.errors import MoveNotAllowed
from stadtkern.casework.processes.models import ProcessVersion
from stadtkern.casework.processes.rules import (
    CheckResult,
    allowed_actions,
    fee_cents,
    fill_text,
    needs_second_person,
    next_state,
    run_checks,
    show,
)

__all__ = [
    "BadProcess",
    "Block",
    "Check",
    "CheckResult",
    "MoveNotAllowed",
    "Process",
    "State",
    "Text",
    "allowed_actions",
    "fee_cents",
    "fill_text",
    "keep",
    "needs_second_person",
    "next_state",
    "read_process",
    "run_checks",
    "show",
    "version",
]


def keep(*, service_slug: str, definition: Mapping[str, Any], now: datetime) -> UUID:
    """Store a definition (once per content) and return the id of its version; raises ``BadProcess``."""
    read_process(definition)
    text = json.dumps(definition, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.sha256(text.encode()).hexdigest()
    row, _ = ProcessVersion.objects.get_or_create(
        service_slug=service_slug, digest=digest, defaults={"definition": dict(definition), "created_at": now}
    )
    return row.pk


@lru_cache(maxsize=512)
def version(version_id: UUID) -> Process:
    """The process of a stored version. Versions never change, so they are kept in memory."""
    return read_process(ProcessVersion.objects.get(pk=version_id).definition)
