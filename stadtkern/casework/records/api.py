"""What other modules use of records: file what happened, close it, read it."""

from stadtkern.casework.records.actions.filing import (
    RecordClosed,
    close_record,
    file_document,
    open_record,
    reopen_record,
)
from stadtkern.casework.records.queries import DocumentInfo, RecordInfo, contents, filed_among

__all__ = [
    "DocumentInfo",
    "RecordClosed",
    "RecordInfo",
    "close_record",
    "contents",
    "file_document",
    "filed_among",
    "open_record",
    "reopen_record",
]
