"""Nothing of a family stays longer than its case, unless a contract still needs the child."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from stadtkern.casework.kita.models import Child, Contract, Registration
from stadtkern.foundation.files import api as files


@transaction.atomic
def erase(*, case_id: UUID) -> None:
    """The registration of an erased case with wishes, proofs and reviews; the child when nothing else names it."""
    row = Registration.objects.filter(case_id=case_id).first()
    if row is None:
        return
    for ids in row.claims.values_list("file_ids", flat=True):
        for key in ids:
            _forget(key)
    child_id = row.child_id
    row.delete()
    others = Registration.objects.filter(child_id=child_id).exists()
    if not others and not Contract.objects.filter(child_id=child_id).exists():
        Child.objects.filter(pk=child_id).delete()


def _forget(key: UUID) -> None:
    """Proofs that came with the form went with its case already."""
    try:
        files.delete(key)
    except files.FileNotFound:
        return
