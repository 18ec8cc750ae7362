"""From a path and a query to an answer. The datasets come in as a function, so that nothing here knows a database or a framework."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from stadtkern.data.datasets.errors import QueryRefused
from stadtkern.data.datasets.ogc import crs, documents, items
from stadtkern.data.datasets.ogc.documents import CSV, GEOJSON, JSON, OPENAPI, PARQUET, SCHEMA, link
from stadtkern.data.datasets.ogc.parameters import Asked, asked, single, wrong
from stadtkern.data.datasets.queries import DatasetInfo
from stadtkern.kernel.errors import DomainError, NotVisible

FOREVER: Final = "public, max-age=31536000, immutable"
SHORT: Final = "public, max-age=60"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A request without its framework: path below the service, query, media types, and where the service stands."""

    path: str
    query: Mapping[str, Sequence[str]]
    accept: str = ""
    base: str
    municipality: str
    now: datetime
    folder: Path
    all: Callable[[], list[DatasetInfo]]
    find: Callable[[str, int | None], DatasetInfo | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A response without its framework; ``body`` may come in pieces."""

    status: int = 200
    media_type: str = JSON
    body: bytes | Iterable[str]
    headers: dict[str, str] = field(default_factory=dict)


def answer(asking: Asking) -> Answer:
    """The answer to any path; failures are problem documents with the status that the standard asks for."""
    try:
        return _route(asking)
    except DomainError as error:
        body = {"code": error.code, "description": error.text("de"), **error.as_problem("de")}
        return Answer(status=error.status, media_type="application/problem+json", body=_bytes(body))


def _route(asking: Asking) -> Answer:
    parts = [part for part in asking.path.split("/") if part]
    match parts:
        case []:
            return _document(asking, documents.landing(asking.base, asking.municipality))
        case ["conformance"]:
            return _document(asking, documents.conformance())
        case ["api"]:
            return _document(asking, documents.openapi(asking.base, asking.all()), OPENAPI)
        case ["collections"]:
            return _document(asking, documents.collections(asking.base, asking.all()))
        case ["collections", name]:
            info, pinned = _dataset(asking, name)
            return _document(asking, documents.collection(asking.base, info, pinned), pinned=pinned)
        case ["collections", name, "queryables"]:
            info, pinned = _dataset(asking, name)
            return _document(asking, documents.queryables(asking.base, info, pinned), SCHEMA, pinned=pinned)
        case ["collections", name, "items"]:
            return _items(asking, *_dataset(asking, name))
        case ["collections", name, "items", key]:
            return _item(asking, *_dataset(asking, name), key)
    raise NotVisible()


def _document(asking: Asking, value: Any, media_type: str = JSON, *, pinned: int | None = None) -> Answer:
    for key in asking.query:
        if key != "f":
            raise wrong(key, "gibt es nicht", "does not exist")
    if single(asking.query, "f") not in (None, "json"):
        raise wrong("f", "kann hier nur json sein", "may only be json here")
    return Answer(media_type=media_type, body=_bytes(value), headers={"Cache-Control": SHORT})


def _dataset(asking: Asking, name: str) -> tuple[DatasetInfo, int | None]:
    slug, at, number = name.partition("@")
    pinned = int(number) if number.isdecimal() and len(number) < 9 else None
    info = asking.find(slug, pinned)
    if info is None or (at and pinned is None):
        raise NotVisible()
    return info, pinned


def columns(info: DatasetInfo) -> dict[str, str]:
    """Names and types of a version."""
    return {column["name"]: column["type"] for column in info.version.columns}


def _items(asking: Asking, info: DatasetInfo, pinned: int | None) -> Answer:
    known = columns(info)
    want = asked(asking.query, known, format=_accepted(asking.accept))
    path = info.version.path
    headers = {"Content-Crs": f"<{want.crs}>", "Cache-Control": FOREVER if pinned else SHORT}
    if want.format == "csv":
        return Answer(media_type=CSV, body=items.as_csv(asking.folder, path, known, want), headers=headers)
    if want.format == "parquet":
        if want.crs != crs.CRS84:
            raise QueryRefused(
                "GeoParquet gibt es nur in CRS84.", message_en="GeoParquet is offered in CRS84 only."
            )
        return Answer(
            media_type=PARQUET, body=items.as_parquet(asking.folder, path, known, want), headers=headers
        )
    texts, following = items.page(asking.folder, path, known, want)
    matched = (
        info.version.rows if want.where.sql == "true" else items.counted(asking.folder, path, want.where)
    )
    head = {
        "timeStamp": asking.now.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "numberMatched": matched,
        "numberReturned": len(texts),
        "links": _page_links(asking, info, pinned, want, following),
    }
    text = (
        '{"type":"FeatureCollection",'
        + json.dumps(head, ensure_ascii=False)[1:-1]
        + ',"features":['
        + ",\n".join(texts)
        + "]}"
    )
    return Answer(media_type=GEOJSON, body=text.encode(), headers=headers)


def _page_links(
    asking: Asking, info: DatasetInfo, pinned: int | None, want: Asked, following: int | None
) -> list[dict[str, Any]]:
    """Every other page is pinned to this version: a publication between two pages mixes nothing."""
    own = f"{documents.address(asking.base, info, pinned)}/items"
    kept = [(key, value) for key, values in asking.query.items() for value in values]
    links = [
        link(_with(own, kept), "self", GEOJSON, "Diese Seite"),
        link(_with(own, [*_without(kept, "f"), ("f", "csv")]), "alternate", CSV, "Diese Seite als CSV"),
        link(
            _with(own, [*_without(kept, "f"), ("f", "parquet")]),
            "alternate",
            PARQUET,
            "Diese Seite als GeoParquet",
        ),
        link(documents.address(asking.base, info, pinned), "collection", JSON, info.title),
    ]
    if following is not None:
        fixed = f"{documents.address(asking.base, info, info.version.number)}/items"
        links.append(
            link(
                _with(fixed, [*_without(kept, "after"), ("after", str(following))]),
                "next",
                GEOJSON,
                "Nächste Seite",
            )
        )
    return links


def _without(query: list[tuple[str, str]], name: str) -> list[tuple[str, str]]:
    return [(key, value) for key, value in query if key != name]


def _with(address: str, query: list[tuple[str, str]]) -> str:
    return f"{address}?{urlencode(query)}" if query else address


def _item(asking: Asking, info: DatasetInfo, pinned: int | None, key: str) -> Answer:
    for name in asking.query:
        if name not in ("f", "crs"):
            raise wrong(name, "gibt es nicht", "does not exist")
    if single(asking.query, "f") not in (None, "json"):
        raise wrong("f", "kann hier nur json sein", "may only be json here")
    uri = crs.known(single(asking.query, "crs") or crs.CRS84, "crs")
    if not key.isdecimal() or len(key) > 15:
        raise NotVisible()
    text = items.one(asking.folder, info.version.path, columns(info), int(key), uri)
    if text is None:
        raise NotVisible()
    own = documents.address(asking.base, info, pinned)
    links = [
        link(f"{own}/items/{key}", "self", GEOJSON, "Dieses Objekt"),
        link(own, "collection", JSON, info.title),
    ]
    body = text[:-1] + ',"links":' + json.dumps(links, ensure_ascii=False) + "}"
    return Answer(
        media_type=GEOJSON,
        body=body.encode(),
        headers={"Content-Crs": f"<{uri}>", "Cache-Control": FOREVER if pinned else SHORT},
    )


def _accepted(accept: str) -> str | None:
    """The first media type that is one of ours; none means JSON."""
    for part in accept.split(","):
        match part.partition(";")[0].strip().lower():
            case "text/csv":
                return "csv"
            case "application/vnd.apache.parquet":
                return "parquet"
            case "application/geo+json" | "application/json" | "*/*":
                return "json"
    return None


def _bytes(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
