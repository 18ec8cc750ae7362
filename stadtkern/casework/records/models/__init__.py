"""The record in the database: xdomea's tree with what hangs on it, and the messages that moved it."""

from stadtkern.casework.records.models.around import (
    CirculationStep,
    CrossReference,
    HistoryEntry,
    RecordContact,
)
from stadtkern.casework.records.models.documents import DocumentFormat, DocumentVersion
from stadtkern.casework.records.models.messages import Appraisal, RecordMessage
from stadtkern.casework.records.models.plan import FilePlan, FilePlanUnit
from stadtkern.casework.records.models.tree import (
    Confidentiality,
    DocumentRecord,
    FileRecord,
    Origin,
    ProcessRecord,
)

__all__ = [
    "Appraisal",
    "CirculationStep",
    "Confidentiality",
    "CrossReference",
    "DocumentFormat",
    "DocumentRecord",
    "DocumentVersion",
    "FilePlan",
    "FilePlanUnit",
    "FileRecord",
    "HistoryEntry",
    "Origin",
    "ProcessRecord",
    "RecordContact",
    "RecordMessage",
]
