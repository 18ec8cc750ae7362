"""File formats: EU file type, IANA media type and what a file name ends with, each from the other.

Formats that the list of file types lacks (Parquet, FlatGeobuf) are named by their media type only.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

FILE_TYPE: Final = "http://publications.europa.eu/resource/authority/file-type/"
IANA: Final = "https://www.iana.org/assignments/media-types/"

# media type, EU file type ("" if the list has none), endings of file names
_TABLE: Final[tuple[tuple[str, str, tuple[str, ...]], ...]] = (
    ("text/csv", "CSV", ("csv",)),
    ("text/tab-separated-values", "TSV", ("tsv",)),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "XLSX", ("xlsx",)),
    ("application/vnd.ms-excel", "XLS", ("xls",)),
    ("application/vnd.oasis.opendocument.spreadsheet", "ODS", ("ods",)),
    ("application/vnd.oasis.opendocument.text", "ODT", ("odt",)),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "DOCX", ("docx",)),
    ("application/msword", "DOC", ("doc",)),
    ("application/geo+json", "GEOJSON", ("geojson",)),
    ("application/json", "JSON", ("json",)),
    ("application/ld+json", "JSON_LD", ("jsonld",)),
    ("application/gml+xml", "GML", ("gml",)),
    ("application/vnd.google-earth.kml+xml", "KML", ("kml",)),
    ("application/vnd.google-earth.kmz", "KMZ", ("kmz",)),
    ("application/geopackage+sqlite3", "GPKG", ("gpkg",)),
    ("application/vnd.shp", "SHP", ("shp",)),
    ("application/vnd.apache.parquet", "", ("parquet", "geoparquet")),
    ("application/vnd.flatgeobuf", "", ("fgb",)),
    ("application/rdf+xml", "RDF_XML", ("rdf",)),
    ("text/turtle", "RDF_TURTLE", ("ttl",)),
    ("application/n-triples", "RDF_N_TRIPLES", ("nt",)),
    ("application/pdf", "PDF", ("pdf",)),
    ("text/html", "HTML", ("html", "htm")),
    ("text/plain", "TXT", ("txt",)),
    ("application/xml", "XML", ("xml",)),
    ("application/zip", "ZIP", ("zip",)),
    ("application/gzip", "GZIP", ("gz",)),
    ("image/png", "PNG", ("png",)),
    ("image/jpeg", "JPEG", ("jpg", "jpeg")),
    ("image/tiff", "TIFF", ("tif", "tiff")),
    ("text/calendar", "ICS", ("ics",)),
    ("application/yaml", "YAML", ("yaml", "yml")),
)
_MEDIA: Final = re.compile(r"[a-z]+/[a-z0-9][a-z0-9!#$&^_.+-]*")
_KINDS: Final = {
    "application",
    "audio",
    "font",
    "haptics",
    "image",
    "message",
    "model",
    "multipart",
    "text",
    "video",
}
_OLD: Final = {
    "text/xml": "application/xml",
    "application/x-zip-compressed": "application/zip",
    "application/csv": "text/csv",
    "text/json": "application/json",
    "application/vnd.geo+json": "application/geo+json",
    "application/x-shapefile": "application/vnd.shp",
    "application/msexcel": "application/vnd.ms-excel",
    "application/x-gzip": "application/gzip",
}
BY_MEDIA: Final = {media: FILE_TYPE + code for media, code, _ in _TABLE if code}
BY_FORMAT: Final = {FILE_TYPE + code: media for media, code, _ in _TABLE if code}
BY_ENDING: Final = {ending: media for media, _, endings in _TABLE for ending in endings}


def media_type(written: str) -> str:
    """``text/csv`` from ``text/csv; charset=utf-8``, from its address at IANA or from an outdated name; "" if it is none."""
    plain = written.strip().lower().split(";")[0].strip()
    for start in (IANA, IANA.replace("https", "http"), "http://www.iana.org/assignments/media-types/"):
        plain = plain.removeprefix(start)
    plain = _OLD.get(plain, plain)
    return plain if _MEDIA.fullmatch(plain) and plain.split("/")[0] in _KINDS else ""


def media_of_address(url: str) -> str:
    """The media type that the ending of the file name says; "" if it says none."""
    name = urlsplit(url).path.rsplit("/", 1)[-1]
    return BY_ENDING.get(name.rsplit(".", 1)[-1].lower(), "") if "." in name else ""
