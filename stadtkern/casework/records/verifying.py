"""Whether every stored version is still what was filed: each content is read and its hash compared."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from uuid import UUID

from stadtkern.casework.records.models import DocumentFormat
from stadtkern.foundation.files import api as files
from stadtkern.kernel.errors import DomainError

_CHUNK = 1 << 20


@dataclass(slots=True)
class Verdict:
    """How many contents were read and which are not what they were."""

    versions: int = 0
    problems: list[dict[str, str]] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.problems


def verify() -> Verdict:
    """Read every content of every version of the current tenant."""
    verdict = Verdict()
    rows = (
        DocumentFormat.objects.filter(file_id__isnull=False)
        .select_related("version__document")
        .order_by("id")
    )
    for row in rows.iterator(chunk_size=500):
        verdict.versions += 1
        problem = _problem(row)
        if problem:
            document = row.version.document
            verdict.problems.append(
                {"document": str(document.uid), "version": row.version.number, "problem": problem}
            )
    return verdict


def _problem(row: DocumentFormat) -> str:
    file_id: UUID | None = row.file_id
    if file_id is None:
        return ""
    digest = hashlib.sha256()
    try:
        with files.open_stream(file_id) as stream:
            while part := stream.read(_CHUNK):
                digest.update(part)
    except DomainError as error:
        return error.code
    return "" if digest.hexdigest() == row.sha256 else "content-changed"
