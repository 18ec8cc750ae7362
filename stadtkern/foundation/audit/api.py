"""What other modules use of the audit log."""

from stadtkern.foundation.audit.actions import record
from stadtkern.foundation.audit.proofs import InclusionProof, proof_for
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
from stadtkern.foundation.audit.seal import LogDamaged, erase_due, seal
from stadtkern.foundation.audit.verification import Problem, Report, verify

__all__ = [
    "RETENTION_MONTHS",
    "EntryInfo",
    "Filter",
    "InclusionProof",
    "LogDamaged",
    "Problem",
    "Report",
    "UnknownRetention",
    "entries_by",
    "entries_for",
    "entry",
    "erase_due",
    "proof_for",
    "readers_of",
    "record",
    "seal",
    "search",
    "verify",
]
