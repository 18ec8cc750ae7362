"""Bytes that nobody trusts as an RDF graph: no entities, no foreign contexts, bounded size.

RDF/XML with a document type declaration is refused (entities), JSON-LD with a context by address too (rdflib would fetch it).
"""

from __future__ import annotations

import json
import logging
import re
from typing import Any, Final
from xml.parsers import expat

from rdflib import Graph
from rdflib.plugins.parsers.jsonld import to_rdf

from stadtkern.data.catalog.engine.problems import SourceRefused

MOST_BYTES: Final = 64_000_000
MOST_DEPTH: Final = 200
_BASE: Final = "urn:x-base:"  # relative addresses are no addresses of datasets
_ABOUT_CONTENT: Final = (SyntaxError, ValueError, TypeError, LookupError, AttributeError, RecursionError)
_SERIALIZATIONS: Final = ("xml", "turtle", "json-ld", "nt")
_LINE: Final = re.compile(r"at line (\d+)")

# rdflib reports dates it cannot read as warnings with a traceback; the repair reports them properly.
logging.getLogger("rdflib.term").setLevel(logging.ERROR)


def read_graph(data: bytes, name: str = "", serialization: str = "") -> Graph:
    """The graph in these bytes; the serialization is judged by content unless given. Raises ``SourceRefused``."""
    if len(data) > MOST_BYTES:
        raise SourceRefused("too-large", f"mehr als {MOST_BYTES // 1_000_000} MB", name)
    chosen = serialization or guess(data)
    if chosen not in _SERIALIZATIONS:
        raise SourceRefused("not-rdf", _not_rdf(data), name)
    graph = Graph(bind_namespaces="none")
    try:
        if chosen == "json-ld":
            to_rdf(_checked_json(data, name), graph, base=_BASE)
        else:
            if chosen == "xml":
                _check_xml(data, name)
            graph.parse(data=data, format=chosen, publicID=_BASE)
    except SourceRefused:
        raise
    except Exception as error:
        # xml.sax and the parsers of rdflib have no common base; what they raise is about the content.
        if isinstance(error, _ABOUT_CONTENT) or type(error).__module__.split(".")[0] in {"rdflib", "xml"}:
            raise SourceRefused(
                "not-rdf", f"kein lesbares RDF ({_short(error)})", _at(name, error)
            ) from error
        raise
    return graph


def guess(data: bytes) -> str:
    """``xml``, ``json-ld``, ``turtle``, or ``html``, ``json``, ``empty`` for what is no RDF; by its beginning."""
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    lowered = head.lower()
    if not head:
        return "empty"
    if lowered.startswith(b"<!doctype html") or b"<html" in lowered[:1024]:
        return "html"
    if head.startswith((b"{", b"[")):
        return "json-ld" if b'"@' in data[:200_000] else "json"
    if lowered.startswith(b"<?xml") or b"<rdf:rdf" in lowered or re.match(rb"<\w+(:\w+)?[\s>]", lowered):
        return "xml"
    return "turtle"


def _not_rdf(data: bytes) -> str:
    kind = guess(data)
    if kind == "html":
        return "die Quelle antwortet mit einer Webseite (HTML) statt mit Daten"
    return "die Quelle ist leer" if kind == "empty" else "kein RDF"


def _check_xml(data: bytes, name: str) -> None:
    parser = expat.ParserCreate()
    depth = 0

    def doctype(*_: object) -> None:
        raise SourceRefused(
            "doctype", "DOCTYPE-Angaben werden nicht angenommen", f"{name}:{parser.CurrentLineNumber}"
        )

    def start(*_: object) -> None:
        nonlocal depth
        depth += 1
        if depth > MOST_DEPTH:
            raise SourceRefused("too-deep", "zu tief verschachtelt", f"{name}:{parser.CurrentLineNumber}")

    def end(*_: object) -> None:
        nonlocal depth
        depth -= 1

    parser.StartDoctypeDeclHandler, parser.StartElementHandler, parser.EndElementHandler = doctype, start, end
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        place = f"{name}:{error.lineno}:{error.offset + 1}"
        raise SourceRefused(
            "not-rdf", f"kein wohlgeformtes XML ({expat.ErrorString(error.code)})", place
        ) from error
    except (LookupError, ValueError) as error:
        raise SourceRefused("not-rdf", "unbekannte Zeichencodierung", name) from error


def _checked_json(data: bytes, name: str) -> Any:
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise SourceRefused("not-rdf", f"kein gültiges JSON ({_short(error)})", _at(name, error)) from error
    waiting = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, dict):
            for context in (value.get("@context"), value.get("@import")):
                if isinstance(context, str) or (
                    isinstance(context, list) and any(isinstance(c, str) for c in context)
                ):
                    raise SourceRefused(
                        "foreign-context",
                        f"der JSON-LD-Kontext {context!r:.200} müsste von außen geladen werden",
                        name,
                    )
            waiting.extend(value.values())
    return document


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__


def _at(name: str, error: Exception) -> str:
    line = getattr(error, "lineno", None) or getattr(error, "lines", None)
    found = _LINE.search(str(error))
    number = found.group(1) if found else (str(int(line) + 1) if isinstance(line, int) else "")
    return f"{name}:{number}" if number else name
