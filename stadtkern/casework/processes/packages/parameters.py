"""Parameters: what each municipality sets for itself (fees, addresses, limits) without touching the rest of a package.

The declaration with a default is part of the package; the values of a municipality are not. FEEL sees both as the context
``parameter``, for example ``parameter.steuer_ersthund_cents``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, get_args

from stadtkern.casework.processes.packages.refusing import Refusal

Kind = Literal["number", "text", "date", "boolean"]
KINDS: tuple[str, ...] = get_args(Kind)
Value = Decimal | str | date | bool
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
MAX_TEXT = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A declared parameter; ``default`` has the type of ``kind``."""

    name: str
    kind: Kind
    label: str
    label_en: str
    unit: str
    default: Value
    legal_basis: str


class BadValue(Refusal):
    """A value that is not of the parameter's kind; the text is for people."""


def parse_value(kind: str, value: object) -> Value:
    """The typed value of JSON or of a form's text; raises ``BadValue``."""
    if kind == "boolean":
        if isinstance(value, bool):
            return value
        if value in ("true", "false"):
            return value == "true"
        raise BadValue("Hier gehört ja oder nein hin.", "This must be yes or no.")
    if kind == "number":
        return _number(value)
    if kind == "date":
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            raise BadValue(
                "Dieses Datum gibt es nicht (Beispiel: 2026-01-31).",
                "There is no such date (example: 2026-01-31).",
            ) from None
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise BadValue(
            f"Hier gehört ein Text mit höchstens {MAX_TEXT} Zeichen hin.",
            f"This must be a text of at most {MAX_TEXT} characters.",
        )
    return value


def _number(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise BadValue("Hier gehört eine Zahl hin.", "This must be a number.")
    text = str(value).strip()
    if re.fullmatch(r"-?\d{1,3}(\.\d{3})*,\d+|-?\d+,\d+", text):  # as Germans write it
        text = text.replace(".", "").replace(",", ".")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise BadValue("Hier gehört eine Zahl hin.", "This must be a number.") from None
    if not number.is_finite() or abs(number) >= Decimal(10) ** 15:
        raise BadValue("Diese Zahl ist zu groß.", "This number is too large.")
    return number


def as_json(value: Value) -> Any:
    """The value as JSON keeps it: numbers as text of full precision, dates in ISO 8601."""
    if isinstance(value, bool):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)


def parse_parameters(data: object) -> tuple[tuple[Parameter, ...], list[tuple[str, str]]]:
    """The declarations of ``parameters.json``, and what is wrong with them as (path, sentence)."""
    problems: list[tuple[str, str]] = []
    if not isinstance(data, Sequence) or isinstance(data, str):
        return (), [] if data in ({}, None) else [("$", "Hier gehört eine Liste hin.")]
    found: dict[str, Parameter] = {}
    for index, row in enumerate(data):
        try:
            parameter = _read(row)
        except BadValue as error:
            problems.append((f"$[{index}]", str(error)))
            continue
        if parameter.name in found:
            problems.append((f"$[{index}].name", f"„{parameter.name}“ gibt es zweimal."))
        found[parameter.name] = parameter
    return tuple(found.values()), problems


def _read(row: object) -> Parameter:
    if not isinstance(row, Mapping):
        raise BadValue("Hier gehört ein Objekt hin.")
    name, kind = str(row.get("name", "")), str(row.get("type", ""))
    if not _NAME.fullmatch(name):
        raise BadValue(f"Der Name „{name}“ ist nicht erlaubt: Kleinbuchstaben, Ziffern und _.")
    if kind not in KINDS:
        raise BadValue(f"Die Art „{kind}“ ist keine von {', '.join(KINDS)}.")
    label = row.get("label") or {}
    label = label if isinstance(label, Mapping) else {"de": str(label)}
    if not label.get("de"):
        raise BadValue(f"Der Parameter „{name}“ hat keine deutsche Bezeichnung.")
    return Parameter(
        name=name,
        kind=kind,  # type: ignore[arg-type]  # tested above
        label=str(label["de"]),
        label_en=str(label.get("en", "")),
        unit=str(row.get("unit", "")),
        default=parse_value(kind, row.get("default")),
        legal_basis=str(row.get("legal_basis", "")),
    )


def effective(parameters: Sequence[Parameter], own: Mapping[str, Any]) -> dict[str, Value]:
    """What holds in a municipality: its own value where it set a fitting one, the package's default elsewhere."""
    values: dict[str, Value] = {}
    for parameter in parameters:
        try:
            values[parameter.name] = parse_value(parameter.kind, own[parameter.name])
        except (KeyError, BadValue):
            values[parameter.name] = parameter.default
    return values
