"""Small forms for tests, built by hand."""

from __future__ import annotations

from typing import Any

from stadtkern.casework.forms.model import Constraints, Datatype, Field, Form, Group, Kind, Position, Value


def field(id: str, datatype: Datatype = Datatype.TEXT, **more: Any) -> Field:
    limits = {key: more.pop(key) for key in list(more) if key in Constraints.__dataclass_fields__}
    return Field(id=id, datatype=datatype, constraints=Constraints(**limits), **{"question": id, **more})


def group(id: str, *children: Position, choice: bool = False) -> Group:
    return Group(id=id, question=id, choice=choice, children=children)


def at(element: Field | Group, cardinality: str = "1:1") -> Position:
    low, high = cardinality.split(":")
    return Position(element=element, min=int(low), max=None if high == "*" else int(high))


def form(*children: Position, **more: Any) -> Form:
    return Form(id="S1", children=children, **more)


DOGS = form(
    at(field("F1", Datatype.BOOL), "1:1"),
    at(
        group(
            "G2",
            at(field("F21", max_length="20")),
            at(field("F22", Datatype.DATE), "0:1"),
            at(field("F23", kind=Kind.SELECT, values=(Value(code="m"), Value(code="w"))), "0:1"),
            at(field("F24", Datatype.FILE, media_types=("application/pdf",), max_size=1000), "0:*"),
        ),
        "1:3",
    ),
    at(
        group(
            "G3",
            at(group("G31", at(field("F311", pattern="[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}"))), "0:1"),
            at(group("G32", at(field("F321", kind=Kind.LABEL, content="Sie überweisen selbst."))), "0:1"),
            choice=True,
        ),
    ),
    at(group("G4", at(field("F41")), at(field("F42"), "0:1")), "0:1"),
    at(field("F5", Datatype.NUM_CURRENCY, kind=Kind.LOCKED), "0:1"),
    at(field("F6"), "0:2"),
)
UPLOAD = {"name": "a.pdf", "size": 10, "media_type": "application/pdf", "sha256": "0" * 64, "id": "x"}
COMPLETE: dict[str, Any] = {
    "F1": True,
    "G2": [{"F21": "Rex", "F22": "2024-03-01", "F23": "m"}],
    "G3": {"G31": {"F311": "DE02120300000000202051"}},
}
