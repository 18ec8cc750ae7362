"""What other modules use of the audit log."""

from stadtkern.foundation.audit.actions import record
from stadtkern.foundation.audit.queries import (
    EntryInfo,
    Filter,
    entries_by,
    entries_for,
    entry,
    readers_of,
    search,
)
from stadtkern.foundation.audit.rules import RETENTION_MONTHS, UnknownRetention

__all__ = [
    "RETENTION_MONTHS",
    "EntryInfo",
    "Filter",
    "UnknownRetention",
    "entries_by",
    "entries_for",
    "entry",
    "readers_of",
    "record",
    "search",
]
