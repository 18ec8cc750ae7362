"""Reactions to facts of other rooms."""

from __future__ import annotations

from stadtkern.casework.cases.events import CaseErased
from stadtkern.casework.cases.statements.models import Statement
from stadtkern.casework.records import api as records
from stadtkern.foundation.files import api as files
from stadtkern.kernel.events import subscribe


@subscribe(CaseErased)
def erase_answers(event: CaseErased) -> None:
    """With the case go the files that came with statements, unless a record keeps them (rows go by cascade)."""
    found: set[object] = set()
    for ids in Statement.objects.filter(case_id=event.case_id).values_list("answer_file_ids", flat=True):
        found |= set(ids)
    own = sorted(info.id for info in files.infos(list(found)))  # type: ignore[arg-type]
    kept = records.filed_among(own)
    for file_id in own:
        if file_id not in kept:
            files.delete(file_id)
