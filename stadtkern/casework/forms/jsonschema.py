"""JSON Schema 2020-12 of a form, nested by element id as FIT-Connect sends it.

Groups are objects, repeated positions arrays, choice groups ``oneOf``; elements are shared under ``$defs`` by id and
version. Labels carry no value and do not appear.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stadtkern.casework.forms.intake import field_values
from stadtkern.casework.forms.model import CodeList, Datatype, Element, Field, Form, Group, Position, walk
from stadtkern.casework.forms.patterns import usable, without_anchors

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_UPLOAD: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "maxLength": 500},
        "size": {"type": "integer", "minimum": 0},
        "media_type": {"type": "string"},
        "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        "id": {"type": "string"},
    },
    "required": ["name", "size", "media_type", "sha256"],
    "additionalProperties": False,
}


def json_schema(root: Form | Group, code_lists: Mapping[str, CodeList] | None = None) -> dict[str, Any]:
    """The schema of a submission of this form (or of the values of one group)."""
    builder = _Builder(code_lists or {})
    body = builder.children(root.children)
    if isinstance(root, Group) and root.choice:
        body = builder.choice(root.children)
    schema: dict[str, Any] = {
        "$schema": DIALECT,
        "$id": f"urn:stadtkern:form:{root.id}:{root.version or 'draft'}",
        "title": root.label,
    }
    if root.definition or root.description:
        schema["description"] = root.definition or root.description
    return {**schema, **body, "$defs": builder.definitions}


class _Builder:
    def __init__(self, code_lists: Mapping[str, CodeList]) -> None:
        self.code_lists = code_lists
        self.definitions: dict[str, Any] = {}

    def children(self, positions: tuple[Position, ...]) -> dict[str, Any]:
        shown = [position for position in positions if carries_value(position)]
        schema: dict[str, Any] = {
            "type": "object",
            "properties": {position.id: self.position(position) for position in shown},
            "additionalProperties": False,
        }
        required = [position.id for position in shown if position.required]
        return {**schema, "required": required} if required else schema

    def choice(self, positions: tuple[Position, ...]) -> dict[str, Any]:
        """Exactly one child; a child that only shows text is chosen by its empty object."""
        shown = [
            position
            for position in positions
            if carries_value(position) or isinstance(position.element, Group)
        ]
        return {
            "type": "object",
            "properties": {position.id: self.position(position) for position in shown},
            "additionalProperties": False,
            "oneOf": [{"required": [position.id]} for position in shown] or [{"maxProperties": 0}],
        }

    def position(self, position: Position) -> dict[str, Any]:
        reference = {"$ref": f"#/$defs/{self.define(position.element)}"}
        if not position.repeated:
            return reference
        array: dict[str, Any] = {"type": "array", "items": reference}
        if position.min:
            array["minItems"] = position.min
        if position.max is not None:
            array["maxItems"] = position.max
        return array

    def define(self, element: Element) -> str:
        key = element.key
        if key not in self.definitions:
            self.definitions[key] = {}
            if isinstance(element, Group):
                body = self.choice(element.children) if element.choice else self.children(element.children)
            else:
                body = self.field(element)
            self.definitions[key] = {**self.texts(element), **body}
        return key

    def texts(self, element: Element) -> dict[str, Any]:
        texts = {"title": element.label}
        if element.help:
            texts["description"] = element.help
        return texts

    def field(self, field: Field) -> dict[str, Any]:
        values = field_values(field, self.code_lists)
        if values:
            return {"oneOf": [{"const": value.code, "title": value.name or value.code} for value in values]}
        match field.datatype:
            case Datatype.BOOL:
                return {"type": "boolean"}
            case Datatype.NUM | Datatype.NUM_INT | Datatype.NUM_CURRENCY:
                return self.number(field)
            case Datatype.DATE:
                return {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
            case Datatype.TIME:
                return {"type": "string", "pattern": "^[0-9]{2}:[0-9]{2}:[0-9]{2}$"}
            case Datatype.DATETIME:
                return {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}"}
            case Datatype.FILE:
                return self.upload(field)
            case Datatype.OBJ:
                return {}
            case _:
                return self.text(field)

    def text(self, field: Field) -> dict[str, Any]:
        limits = field.constraints
        schema: dict[str, Any] = {"type": "string"}
        if limits.shortest is not None:
            schema["minLength"] = limits.shortest
        if limits.longest is not None:
            schema["maxLength"] = limits.longest
        if limits.pattern and usable(limits.pattern) is None:
            schema["pattern"] = f"^(?:{without_anchors(limits.pattern)})$"
        return schema

    def number(self, field: Field) -> dict[str, Any]:
        limits = field.constraints
        whole = field.datatype is Datatype.NUM_INT
        schema: dict[str, Any] = {"type": "integer" if whole else "number"}
        if limits.lowest is not None:
            schema["minimum"] = _number(limits.lowest)
        if limits.highest is not None:
            schema["maximum"] = _number(limits.highest)
        return schema

    def upload(self, field: Field) -> dict[str, Any]:
        schema = {**_UPLOAD, "properties": dict(_UPLOAD["properties"])}
        if field.max_size is not None:
            schema["properties"]["size"] = {"type": "integer", "minimum": 0, "maximum": field.max_size}
        if field.media_types:
            schema["properties"]["media_type"] = {"enum": list(field.media_types)}
        return schema


def carries_value(position: Position) -> bool:
    """Whether a submission has something to say here: a field with a value, or a group that contains one."""
    if position.max == 0:
        return False
    if isinstance(position.element, Field):
        return position.element.is_answerable
    return position.element.choice or any(
        isinstance(inner.element, Field) and inner.element.is_answerable
        for _, inner in walk(position.element.children)
    )


def _number(value: Any) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
