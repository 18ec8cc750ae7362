"""The part of OpenAPI 3 that a procedure needs: operations by name, what goes in, what comes back. Pure.

A package describes an outside system in ``connectors/NAME.openapi.json``. Every value is checked on its way out and in: what the
description does not promise is no answer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

METHODS = ("get", "put", "post", "delete", "patch")
MAX_DEPTH = 40
_FORBIDDEN_HEADERS = frozenset(
    {"host", "content-length", "transfer-encoding", "connection", "idempotency-key"}
)


class BadDescription(ValueError):
    """The file is no OpenAPI description that can be called; the text says why."""


class Misfit(ValueError):
    """A value does not fit the description; the text names the place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A value in the path, the query or the headers."""

    name: str
    where: str
    required: bool
    schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A request ready to be sent."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpOperation:
    """One operation with everything that is known of it."""

    id: str
    method: str
    server: str
    path: str
    parameters: tuple[Parameter, ...]
    body: Mapping[str, Any] | None
    body_required: bool
    answers: Mapping[str, Mapping[str, Any] | None]
    """Schema of the answer by status (``200``, ``2XX``, ``default``); None: no content."""
    document: Mapping[str, Any]

    @property
    def host(self) -> str:
        """The machine that is called."""
        return (urlsplit(self.server).hostname or "").lower()

    def request(self, data: Mapping[str, Any]) -> Prepared:
        """The request for these inputs; what is no parameter belongs to the body. Raises ``Misfit``."""
        values = {name: _json(value) for name, value in data.items()}
        path, query, headers = self.path, [], {"Accept": "application/json"}
        for parameter in self.parameters:
            value = values.pop(parameter.name, None)
            if value is None:
                if parameter.required:
                    raise Misfit(f"{parameter.name}: fehlt")
                continue
            _check(self.document, parameter.schema, value, parameter.name)
            if parameter.where == "path":
                path = path.replace("{" + parameter.name + "}", quote(_text(value), safe=""))
            elif parameter.where == "query":
                query.append((parameter.name, _text(value)))
            else:
                headers[parameter.name] = _header(parameter.name, value)
        body = self._body(values, headers)
        url = self.server.rstrip("/") + path + (f"?{urlencode(query)}" if query else "")
        return Prepared(method=self.method.upper(), url=url, headers=headers, body=body)

    def _body(self, values: dict[str, Any], headers: dict[str, str]) -> bytes | None:
        if self.body is None:
            if values:
                raise Misfit(f"{min(values)}: kennt die Beschreibung nicht")
            return None
        content: Any = values["body"] if set(values) == {"body"} else values
        if not content and not self.body_required:
            return None
        _check(self.document, self.body, content, "body")
        headers["Content-Type"] = "application/json"
        return json.dumps(content, ensure_ascii=False).encode()

    def answer(self, status: int, content: bytes) -> dict[str, Any]:
        """The entries of a successful answer; one that is no object is the entry ``value``. Raises ``Misfit``."""
        known = [str(status), f"{status // 100}XX", "default"]
        name = next((key for key in known if key in self.answers), None)
        if name is None:
            raise Misfit(f"Status {status} kennt die Beschreibung nicht")
        schema = self.answers[name]
        if schema is None:
            return {}
        try:
            found = json.loads(content, parse_float=Decimal, parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            raise Misfit("die Antwort ist kein JSON") from error
        _check(self.document, schema, found, "Antwort")
        return found if isinstance(found, dict) else {"value": found}


def operations(text: bytes | str) -> dict[str, HttpOperation]:
    """The operations of a description by ``operationId``. Raises ``BadDescription``."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadDescription(f"kein JSON: {error}") from error
    if not isinstance(document, dict) or not str(document.get("openapi", "")).startswith("3."):
        raise BadDescription("keine Beschreibung nach OpenAPI 3")
    found: dict[str, HttpOperation] = {}
    for operation in _operations(document):
        if operation.id in found:
            raise BadDescription(f"operationId {operation.id} gibt es zweimal")
        found[operation.id] = operation
    if not found:
        raise BadDescription("keine Operation mit operationId")
    return found


def _operations(document: Mapping[str, Any]) -> Iterator[HttpOperation]:
    for path, item in _mapping(document.get("paths"), "paths").items():
        item = _mapping(item, path)
        for method in METHODS:
            if method not in item:
                continue
            raw = _mapping(item[method], f"{method} {path}")
            if not raw.get("operationId"):
                continue
            yield _operation(document, path, item, method, raw)


def _operation(
    document: Mapping[str, Any], path: str, item: Mapping[str, Any], method: str, raw: Mapping[str, Any]
) -> HttpOperation:
    name = str(raw["operationId"])
    parameters = {
        (found.name, found.where): found
        for part in (item.get("parameters", []), raw.get("parameters", []))
        for found in (_parameter(document, each, name) for each in part)
    }
    loose = set(re.findall(r"\{([^}]+)\}", path)) - {n for n, where in parameters if where == "path"}
    if loose:
        raise BadDescription(f"{name}: Platzhalter ohne Parameter: {', '.join(sorted(loose))}")
    body = resolve(document, raw.get("requestBody") or {})
    schema = _content(body, f"{name} requestBody") if body else None
    return HttpOperation(
        id=name,
        method=method,
        server=_server(document, item, raw, name),
        path=path,
        parameters=tuple(parameters.values()),
        body=schema,
        body_required=bool(body.get("required")),
        answers={
            str(status): _content(resolve(document, answer), f"{name} {status}")
            for status, answer in _mapping(raw.get("responses"), f"{name} responses").items()
        },
        document=document,
    )


def _server(document: Mapping[str, Any], item: Mapping[str, Any], raw: Mapping[str, Any], name: str) -> str:
    servers = raw.get("servers") or item.get("servers") or document.get("servers") or []
    url = str(servers[0].get("url", "")) if servers and isinstance(servers[0], dict) else ""
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.username or "{" in url:
        raise BadDescription(f"{name}: servers nennt keine vollständige Adresse")
    return url


def _parameter(document: Mapping[str, Any], raw: Any, operation: str) -> Parameter:
    found = resolve(document, raw)
    name, where = str(found.get("name", "")), str(found.get("in", ""))
    if where not in ("path", "query", "header") or not name:
        raise BadDescription(f"{operation}: Parameter {name or '?'} in „{where}“ wird nicht unterstützt")
    if where == "header" and name.lower() in _FORBIDDEN_HEADERS:
        raise BadDescription(f"{operation}: den Header {name} setzt die Plattform selbst")
    required = bool(found.get("required")) or where == "path"
    return Parameter(name=name, where=where, required=required, schema=found.get("schema") or {})


def _content(found: Mapping[str, Any], place: str) -> Mapping[str, Any] | None:
    content = _mapping(found.get("content") or {}, place)
    if not content:
        return None
    for kind, body in content.items():
        if re.match(r"application/([\w.-]+\+)?json", kind):
            return dict(_mapping(body, place).get("schema") or {})
    raise BadDescription(f"{place}: nur JSON wird unterstützt, nicht {', '.join(content)}")


def _mapping(value: Any, place: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise BadDescription(f"{place}: fehlt oder ist kein Objekt")
    return value


def resolve(document: Mapping[str, Any], value: Any) -> Mapping[str, Any]:
    """Follow ``$ref`` inside the same file. Raises ``BadDescription`` for any other, and for circles."""
    for _ in range(MAX_DEPTH):
        if not isinstance(value, dict):
            raise BadDescription("ein Verweis führt nicht zu einem Objekt")
        if "$ref" not in value:
            return value
        reference = str(value["$ref"])
        if not reference.startswith("#/"):
            raise BadDescription(f"{reference}: nur Verweise in derselben Datei werden gelesen")
        value = document
        for part in reference[2:].split("/"):
            key = part.replace("~1", "/").replace("~0", "~")
            if not isinstance(value, dict) or key not in value:
                raise BadDescription(f"{reference}: gibt es nicht")
            value = value[key]
    raise BadDescription("Verweise im Kreis")


_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float, Decimal),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}


def _check(
    document: Mapping[str, Any], schema: Mapping[str, Any], value: Any, place: str, depth: int = 0
) -> None:
    """Types, required entries, enumerations, formats of dates and limits; ``oneOf`` and ``anyOf``: one must fit."""
    if depth > MAX_DEPTH:
        raise Misfit(f"{place}: zu tief geschachtelt")
    schema = resolve(document, schema)
    if value is None and schema.get("nullable"):
        return
    _check_type(schema, value, place)
    if "enum" in schema and value not in schema["enum"]:
        raise Misfit(f"{place}: kein vorgesehener Wert")
    if "const" in schema and value != schema["const"]:
        raise Misfit(f"{place}: kein vorgesehener Wert")
    for part in schema.get("allOf", []):
        _check(document, part, value, place, depth + 1)
    for word in ("oneOf", "anyOf"):
        if word in schema and not any(_fits(document, part, value, place, depth) for part in schema[word]):
            raise Misfit(f"{place}: passt zu keiner der Möglichkeiten")
    if isinstance(value, str):
        _check_text(schema, value, place)
    elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        _check_number(schema, value, place)
    elif isinstance(value, list):
        if len(value) > schema.get("maxItems", 100_000):
            raise Misfit(f"{place}: zu viele Einträge")
        for number, item in enumerate(value):
            _check(document, schema.get("items") or {}, item, f"{place}[{number}]", depth + 1)
    elif isinstance(value, dict):
        _check_object(document, schema, value, place, depth)


def _fits(document: Mapping[str, Any], schema: Mapping[str, Any], value: Any, place: str, depth: int) -> bool:
    try:
        _check(document, schema, value, place, depth + 1)
    except Misfit:
        return False
    return True


def _check_type(schema: Mapping[str, Any], value: Any, place: str) -> None:
    wanted = schema.get("type")
    names = [wanted] if isinstance(wanted, str) else list(wanted or [])
    kinds = tuple(kind for name in names for kind in _TYPES.get(name, ()))
    wrong_bool = isinstance(value, bool) and "boolean" not in names
    if names and (not isinstance(value, kinds) or wrong_bool):
        raise Misfit(f"{place}: ist nicht vom Typ {' oder '.join(names)}")


def _check_text(schema: Mapping[str, Any], value: str, place: str) -> None:
    if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", 1_000_000):
        raise Misfit(f"{place}: Länge nicht erlaubt")
    readers = {"date": date.fromisoformat, "date-time": datetime.fromisoformat}
    reader = readers.get(str(schema.get("format", "")))
    if reader is not None:
        try:
            reader(value)
        except ValueError:
            raise Misfit(f"{place}: kein Datum") from None


def _check_number(schema: Mapping[str, Any], value: float | Decimal, place: str) -> None:
    low, high = schema.get("minimum"), schema.get("maximum")
    if (isinstance(low, int | float) and value < low) or (isinstance(high, int | float) and value > high):
        raise Misfit(f"{place}: außerhalb der Grenzen")


def _check_object(
    document: Mapping[str, Any], schema: Mapping[str, Any], value: Mapping[str, Any], place: str, depth: int
) -> None:
    properties = schema.get("properties") or {}
    for name in schema.get("required", []):
        if name not in value:
            raise Misfit(f"{place}.{name}: fehlt")
    for name, item in value.items():
        if name in properties:
            _check(document, properties[name], item, f"{place}.{name}", depth + 1)
        elif schema.get("additionalProperties") is False:
            raise Misfit(f"{place}.{name}: kennt die Beschreibung nicht")


def _json(value: Any) -> Any:
    """A kept value as JSON has it."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, Mapping):
        return {key: _json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_json(item) for item in value]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(map(_text, value)) if isinstance(value, list) else str(value)


def _header(name: str, value: Any) -> str:
    text = _text(value)
    if not text.isascii() or not text.isprintable():
        raise Misfit(f"{name}: in einem Header nicht erlaubt")
    return text


def _no_constant(name: str) -> Any:
    raise ValueError(name)
