"""What the service says about itself: landing page, conformance, collections, queryables, description of the interface."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from stadtkern.data.datasets.ogc import crs
from stadtkern.data.datasets.ogc.parameters import DEFAULT_LIMIT, FORMATS, MOST
from stadtkern.data.datasets.queries import DatasetInfo
from stadtkern.data.datasets.vocabulary import LICENCES

Json = dict[str, Any]
GEOJSON: Final = "application/geo+json"
JSON: Final = "application/json"
SCHEMA: Final = "application/schema+json"
OPENAPI: Final = "application/vnd.oai.openapi+json;version=3.0"
CSV: Final = "text/csv; charset=utf-8"
PARQUET: Final = "application/vnd.apache.parquet"

_F1, _F2, _F3, _CQL = (
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/", "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/", "http://www.opengis.net/spec/cql2/1.0/conf/",
)  # fmt: skip
CONFORMS_TO: Final = [
    *(_F1 + name for name in ("core", "geojson", "oas30")),
    _F2 + "crs",
    *(_F3 + name for name in ("queryables", "queryables-query-parameters", "filter", "features-filter")),
    *(
        _CQL + name
        for name in (
            "cql2-text", "cql2-json", "basic-cql2", "advanced-comparison-operators", "case-insensitive-comparison",
            "accent-insensitive-comparison", "basic-spatial-functions", "basic-spatial-functions-plus", "spatial-functions",
            "temporal-functions", "property-property", "arithmetic",
        )
    ),
]  # fmt: skip
TYPES: Final[dict[str, Json]] = {
    "string": {"type": "string"}, "integer": {"type": "integer"}, "number": {"type": "number"}, "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"}, "datetime": {"type": "string", "format": "date-time"},
}  # fmt: skip


def link(href: str, rel: str, type: str, title: str) -> Json:
    """A link of the documents."""
    return {"href": href, "rel": rel, "type": type, "title": title}


def landing(base: str, municipality: str) -> Json:
    """The entry (17-069r4, 7.2)."""
    return {
        "title": f"Offene Daten: {municipality}",
        "description": f"Veröffentlichte Datensätze der Kommune {municipality} als OGC API Features.",
        "links": [
            link(f"{base}/", "self", JSON, "Diese Seite"),
            link(f"{base}/api", "service-desc", OPENAPI, "Beschreibung der Schnittstelle"),
            link(f"{base}/conformance", "conformance", JSON, "Erfüllte Anforderungen"),
            link(f"{base}/collections", "data", JSON, "Datensätze"),
        ],
    }


def conformance() -> Json:
    """What is fulfilled."""
    return {"conformsTo": CONFORMS_TO}


def address(base: str, info: DatasetInfo, pinned: int | None) -> str:
    """Where a collection stands; a pinned one names its version."""
    return f"{base}/collections/{quote(info.slug)}" + (f"@{pinned}" if pinned else "")


def collection(base: str, info: DatasetInfo, pinned: int | None = None) -> Json:
    """A dataset (17-069r4, 7.14; 18-058r1)."""
    own = address(base, info, pinned)
    spatial = info.version.bbox is not None
    described: Json = {
        "id": info.slug + (f"@{pinned}" if pinned else ""),
        "title": info.title,
        "description": info.description,
        "itemType": "feature",
        "license": LICENCES.get(info.licence, info.licence),
        "attribution": info.attribution or info.publisher,
        "version": info.version.number,
        "links": [
            link(own, "self", JSON, "Dieser Datensatz"),
            link(f"{own}/items", "items", GEOJSON, "Objekte als GeoJSON"),
            link(f"{own}/items?f=csv", "items", CSV, "Objekte als CSV"),
            link(f"{own}/items?f=parquet", "items", PARQUET, "Objekte als GeoParquet"),
            link(
                f"{own}/queryables",
                "http://www.opengis.net/def/rel/ogc/1.0/queryables",
                SCHEMA,
                "Merkmale für Filter",
            ),
        ],
        "extent": {},
    }
    if spatial:
        described["extent"] = {"spatial": {"bbox": [list(info.version.bbox or ())], "crs": crs.CRS84}}
        described["crs"] = list(crs.OFFERED)
        described["storageCrs"] = crs.CRS84
    return described


def collections(base: str, infos: list[DatasetInfo]) -> Json:
    """All datasets."""
    return {
        "links": [link(f"{base}/collections", "self", JSON, "Datensätze")],
        "crs": list(crs.OFFERED),
        "collections": [collection(base, info) for info in infos],
    }


def queryables(base: str, info: DatasetInfo, pinned: int | None) -> Json:
    """What filters may name (19-079r2, 6.2), as JSON Schema."""
    properties: Json = {}
    for column in info.version.columns:
        if column["type"] == "geometry":
            properties[column["name"]] = {"title": "Geometrie", "format": "geometry-any"}
        else:
            properties[column["name"]] = {"title": column["name"], **TYPES[column["type"]]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{address(base, info, pinned)}/queryables",
        "type": "object",
        "title": info.title,
        "properties": properties,
        "additionalProperties": False,
    }


def openapi(base: str, infos: list[DatasetInfo]) -> Json:
    """The interface as OpenAPI 3.0 (17-069r4, class oas30)."""
    ids = [info.slug for info in infos]
    path: Json = {
        "name": "collectionId",
        "in": "path",
        "required": True,
        "schema": {"type": "string", **({"enum": ids} if ids else {})},
    }
    return {
        "openapi": "3.0.3",
        "info": {"title": "Offene Daten (OGC API Features)", "version": "1.0.0", "description": "Lesen ist offen und braucht keinen Schlüssel."},
        "servers": [{"url": base}],
        "paths": {
            "/": _get("getLandingPage", "Einstieg"),
            "/conformance": _get("getConformance", "Erfüllte Anforderungen"),
            "/collections": _get("getCollections", "Datensätze"),
            "/collections/{collectionId}": _get("describeCollection", "Ein Datensatz", [path]),
            "/collections/{collectionId}/queryables": _get("getQueryables", "Merkmale für Filter", [path]),
            "/collections/{collectionId}/items": _get("getFeatures", "Objekte", [path, *_item_parameters()], GEOJSON),
            "/collections/{collectionId}/items/{featureId}": _get(
                "getFeature", "Ein Objekt",
                [path, {"name": "featureId", "in": "path", "required": True, "schema": {"type": "string"}}, _text("crs", "Koordinatensystem der Antwort")],
                GEOJSON,
            ),
        },
    }  # fmt: skip


def _item_parameters() -> list[Json]:
    numbers = {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}}
    return [
        {"name": "f", "in": "query", "schema": {"type": "string", "enum": list(FORMATS), "default": "json"}},
        {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT_LIMIT}, "style": "form", "explode": False},
        {"name": "bbox", "in": "query", "schema": numbers, "style": "form", "explode": False},
        _text("bbox-crs", "Koordinatensystem von bbox"), _text("crs", "Koordinatensystem der Antwort"),
        {"name": "datetime", "in": "query", "schema": {"type": "string"}, "style": "form", "explode": False},
        _text("filter", "Bedingung in CQL2"),
        {"name": "filter-lang", "in": "query", "schema": {"type": "string", "enum": ["cql2-text", "cql2-json"], "default": "cql2-text"}},
        _text("filter-crs", "Koordinatensystem im Filter"), _text("properties", "nur diese Merkmale, durch Komma getrennt"),
        _text("after", "Schlüssel der nächsten Seite; steht im Verweis „next“"),
    ]  # fmt: skip


def _text(name: str, description: str) -> Json:
    return {"name": name, "in": "query", "description": description, "schema": {"type": "string"}}


def _get(operation: str, summary: str, parameters: list[Json] | None = None, media: str = JSON) -> Json:
    failure = {
        "description": "Fehler",
        "content": {"application/problem+json": {"schema": {"type": "object"}}},
    }
    found: Json = {
        "operationId": operation,
        "summary": summary,
        "responses": {
            "200": {
                "description": summary,
                "content": {media.partition(";")[0]: {"schema": {"type": "object"}}},
            },
            **({"400": failure} if parameters else {}),
            **({"404": failure} if parameters else {}),
        },
    }
    if parameters:
        found["parameters"] = parameters
    return {"get": found}
