"""Writes on code lists: a genericode file becomes a version on the shelf, once and for good."""

from __future__ import annotations

import json
from datetime import datetime
from hashlib import sha256

from django.db import connection, transaction

from stadtkern.casework.forms import policies
from stadtkern.casework.forms.genericode import read_code_list
from stadtkern.casework.forms.loading import stored_lists
from stadtkern.casework.forms.model import CodeList
from stadtkern.casework.forms.models import CodeListVersion
from stadtkern.foundation.access.api import Actor
from stadtkern.foundation.audit import api as audit
from stadtkern.kernel.errors import Conflict, InvalidInput

_ROWS_AT_ONCE = 5_000
# One statement for thousands of rows (COPY is not possible under row level security, bulk_create is 20 times slower).
_INSERT_ENTRIES = """
INSERT INTO forms_codelistentry (tenant_id, code_list_id, position, code, name, cells)
SELECT %s, %s, %s + line.number - 1, line.entry ->> 0, line.entry ->> 1,
       ARRAY(SELECT jsonb_array_elements_text(line.entry -> 2))
FROM jsonb_array_elements(%s::jsonb) WITH ORDINALITY AS line (entry, number)
"""


@transaction.atomic
def import_code_list(*, actor: Actor, data: bytes, now: datetime) -> CodeListVersion:
    """Read a genericode list. The same list again (also written by another program) is no change; other content under
    the same version is refused with what is different.

    Raises ``XdfError`` (reason, line, column), ``Conflict``.
    """
    policies.require_manager(actor)
    found = read_code_list(data)
    digest = sha256(data).hexdigest()
    known = CodeListVersion.objects.filter(key=found.key[:400]).first()
    if known is None:
        row = _keep_list(found, digest, actor, now)
        _audit_list(actor, row, now)
        return row
    if known.source_sha256 != digest and (conflict := conflict_with(known, found)) is not None:
        raise conflict
    return known


def conflict_with(known: CodeListVersion, found: CodeList) -> Conflict | None:
    """Why a list cannot stand for the one that is here under the same version; None: they say the same."""
    here = stored_lists([known])[known.pk]
    if _said(here) == _said(found):
        return None
    old, new = (
        {value.code: row for value, row in zip(each.values(), each.rows, strict=True)}
        for each in (here, found)
    )
    other = sorted(code for code in old.keys() | new.keys() if old.get(code) != new.get(code))
    what, what_en = f"{len(other)} Einträge sind anders", f"{len(other)} entries differ"
    if len(other) == 1:
        what, what_en = f"der Eintrag „{other[0]}“ ist anders", f"the entry “{other[0]}” differs"
    elif other:
        what, what_en = f"{what}, zum Beispiel „{other[0]}“", f"{what_en}, for example “{other[0]}”"
    else:
        what, what_en = "Spalten oder Reihenfolge sind anders", "columns or order differ"
    return Conflict(
        f"Die Codeliste „{known.key}“ ist hier schon mit anderem Inhalt eingelesen: {what}. "
        "Ein anderer Inhalt braucht eine neue Version der Liste.",
        message_en=f"The code list “{known.key}” is already here with other content: {what_en}. "
        "Other content needs a new version of the list.",
    )


def _said(codes: CodeList) -> tuple[object, ...]:
    """What a list says, however it was written down."""
    return codes.columns, codes.rows, codes.code_column, codes.name_column, codes.help_column


def _keep_list(found: CodeList, digest: str, actor: Actor, now: datetime) -> CodeListVersion:
    if not found.uri or len(found.key) > 400:
        raise InvalidInput("Die Codeliste hat keine brauchbare Kennung.")
    row = CodeListVersion.objects.create(
        uri=found.uri[:300],
        version=found.version[:100],
        key=found.key,
        title=found.title[:300],
        columns=list(found.columns),
        code_column=found.code_column,
        name_column=found.name_column,
        help_column=found.help_column,
        size=len(found.rows),
        source_sha256=digest,
        imported_at=now,
        imported_by_id=actor.account_id,
    )
    lines = [
        [value.code[:200], value.name[:1000], list(cells)]
        for value, cells in zip(found.values(), found.rows, strict=True)
    ]
    with connection.cursor() as cursor:
        for start in range(0, len(lines), _ROWS_AT_ONCE):
            part = json.dumps(lines[start : start + _ROWS_AT_ONCE])
            cursor.execute(_INSERT_ENTRIES, [row.tenant_id, row.pk, start, part])
    return row


def _audit_list(actor: Actor, row: CodeListVersion, now: datetime) -> None:
    audit.record(
        actor=actor,
        action="forms.import_code_list",
        obj=("code_list", row.pk),
        now=now,
        details={"key": row.key, "size": row.size},
        retention="administration",
    )
