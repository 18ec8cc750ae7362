"""What the built-in connectors are called and what goes in and out. Pure: for the check of a package and the designer.

What runs behind a name stands in ``processes/builtin/`` and, where it needs a case, in ``cases/connectors.py``. The operations
of ``http`` are those of the OpenAPI file in the package; all others have one, so that a diagram need not name it.
"""

from __future__ import annotations

from dataclasses import dataclass

from stadtkern.casework.processes.connectors import Field, Kind, Operation


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """A connector without its machinery."""

    name: str
    label: str
    label_en: str
    operation: Operation | None
    """None: the package describes the operations (OpenAPI)."""
    outside: bool = False


def _fields(*fields: tuple[str, Kind, bool]) -> tuple[Field, ...]:
    return tuple(Field(name=name, kind=kind, required=required) for name, kind, required in fields)


def _one(
    name: str,
    label: str,
    label_en: str,
    *,
    inputs: tuple[tuple[str, Kind, bool], ...] = (),
    outputs: tuple[tuple[str, Kind, bool], ...] = (),
    outside: bool = False,
) -> Declaration:
    operation = Operation(
        name=name.rpartition(".")[2],
        label=label,
        label_en=label_en,
        inputs=_fields(*inputs),
        outputs=_fields(*outputs),
    )
    return Declaration(name=name, label=label, label_en=label_en, operation=operation, outside=outside)


_ALL = (
    Declaration(
        name="http", label="Anderes System (OpenAPI)", label_en="Other system (OpenAPI)", operation=None, outside=True
    ),
    _one(
        "mail",
        "E-Mail senden",
        "Send a mail",
        inputs=(("to", "text", False), ("text", "text", True)),
        outputs=(("sent_to", "text", True),),
    ),
    _one(
        "letter",
        "Brief schreiben",
        "Write a letter",
        inputs=(("text", "text", True), ("print", "boolean", False)),
        outputs=(("file_id", "text", True),),
    ),
    _one(
        "payment.charge",
        "Gebühr fordern",
        "Charge a fee",
        inputs=(("cents", "number", True), ("purpose", "text", False), ("invoice", "boolean", False)),
        outputs=(("charge_id", "text", True), ("open", "boolean", True)),
    ),
    _one(
        "record.file",
        "Vermerk zur Akte nehmen",
        "File a note in the record",
        inputs=(("title", "text", True), ("text", "text", True)),
        outputs=(("file_id", "text", True),),
    ),
    _one(
        "case.decide",
        "Automatisch entscheiden (§ 35a VwVfG)",
        "Decide automatically",
        inputs=(("kind", "text", False), ("legal_basis", "text", True), ("reason", "text", False), ("proof", "any", False)),
        outputs=(("decided", "boolean", True), ("why", "text", True)),
    ),
    _one(
        "case.ask_applicant",
        "Bei der antragstellenden Person nachfragen",
        "Ask the applicant",
        inputs=(("text", "text", True), ("days", "number", False)),
        outputs=(("asked", "boolean", True),),
    ),
    _one(
        "case.request_statement",
        "Stellungnahme erbitten",
        "Ask for a statement",
        inputs=(("party", "any", True), ("question", "text", False), ("days", "number", False), ("silence", "text", False)),
        outputs=(("id", "text", True), ("party", "text", True)),
    ),
    _one(
        "appointment.offer",
        "Termine vorschlagen",
        "Offer appointments",
        inputs=(("office", "text", True), ("count", "number", False)),
        outputs=(("slots", "list", True),),
    ),
    _one(
        "register.query",
        "Register abfragen",
        "Query a register",
        inputs=(("register", "text", True), ("query", "context", True), ("legal_basis", "text", True)),
        outputs=(("answered", "boolean", True), ("found", "boolean", True), ("hits", "number", True), ("data", "context", True)),
        outside=True,
    ),
)  # fmt: skip

DECLARED = {declaration.name: declaration for declaration in _ALL}
"""By name."""


def problems_of_call(connector: str, operation: str, inputs: frozenset[str]) -> list[str]:
    """Why a service task with these inputs cannot be called, as sentences; ``http`` is checked against its file elsewhere."""
    found = DECLARED.get(connector)
    if found is None:
        return [f"Den Anschluss „{connector}“ gibt es nicht. Vorhanden: {', '.join(sorted(DECLARED))}."]
    if found.operation is None:
        return []
    if operation not in ("", found.operation.name):
        return [f"„{connector}“ kann „{operation}“ nicht. Möglich: {found.operation.name}."]
    missing = [row.name for row in found.operation.inputs if row.required and row.name not in inputs]
    return [f"Für „{connector}“ fehlt die Angabe „{name}“." for name in missing]
