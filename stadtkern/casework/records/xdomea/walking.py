"""Walking through a message's tree: the primary documents it names, and its objects from top to bottom."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

from stadtkern.casework.records.xdomea.messages import Message
from stadtkern.casework.records.xdomea.model import DocumentRecord, FileRecord, PrimaryDocument, ProcessRecord
from stadtkern.casework.records.xdomea.values import FileName

AnyRecord = FileRecord | ProcessRecord | DocumentRecord


def nodes(value: Any) -> Iterator[Any]:
    """``value`` and every object of the model below it, in the order of the document."""
    yield value
    for one in dataclasses.fields(value):
        given = getattr(value, one.name)
        for item in given if isinstance(given, tuple) else (given,):
            if dataclasses.is_dataclass(item) and not isinstance(item, type):
                yield from nodes(item)


def file_names(message: Message) -> Iterator[FileName]:
    """Names of all primary documents and detached signatures."""
    for each in nodes(message.body):
        if isinstance(each, PrimaryDocument):
            yield each.file_name
            if each.signature:
                yield from each.signature.files


def records(message: Message) -> Iterator[AnyRecord]:
    """Every file, process record and document, parents before children."""
    for each in nodes(message.body):
        if isinstance(each, FileRecord | ProcessRecord | DocumentRecord):
            yield each


def records_in(top: AnyRecord | None) -> Iterator[AnyRecord]:
    """``top`` and the objects inside it."""
    if top is not None:
        yield from (
            each for each in nodes(top) if isinstance(each, FileRecord | ProcessRecord | DocumentRecord)
        )
