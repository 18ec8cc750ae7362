"""Where the bytes of a source come from: a file (also compressed by gzip) or an address in the world.

Addresses are judged by ``kernel.outgoing``: public hosts only unless the own network is allowed, bounded time and size, three redirects.
"""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from stadtkern.data.catalog.engine.harvesting import Fetch
from stadtkern.data.catalog.engine.problems import SourceRefused
from stadtkern.kernel import outgoing

ACCEPT: Final = "application/rdf+xml, text/turtle;q=0.9, application/ld+json;q=0.8, application/json;q=0.7, application/xml;q=0.5, */*;q=0.1"


def is_address(source: str) -> bool:
    """Whether a source is an address of the web and not a file."""
    return source.startswith(("http://", "https://"))


def from_file(address: str, *, most_bytes: int, seconds: float) -> bytes:
    """The content of a file; ``address`` is a path or ``file:``. Raises ``SourceRefused``."""
    path = Path(unquote(urlsplit(address).path) if address.startswith("file:") else address)
    try:
        with path.open("rb") as file:
            data = file.read(most_bytes + 1)
    except OSError as error:
        raise SourceRefused("no-file", "die Datei lässt sich nicht lesen", str(path)) from error
    return _bounded(_unzipped(data, most_bytes, str(path)), most_bytes, str(path))


def from_web(*, private: bool = False) -> Fetch:
    """Fetching from the web; ``private``: hosts of the own network, too."""

    def fetch(address: str, *, most_bytes: int, seconds: float) -> bytes:
        if not is_address(address):
            raise SourceRefused("no-address", "keine Adresse mit http:// oder https://", address)
        try:
            answer = outgoing.fetch(
                "GET",
                address,
                headers={
                    "Accept": ACCEPT,
                    "User-Agent": "Stadtkern-Harvester",
                    "Accept-Encoding": "identity",
                },
                body=None,
                private=private,
                plain=True,
                seconds=seconds,
                max_bytes=most_bytes,
                redirects=3,
            )
        except outgoing.Refused as error:
            raise SourceRefused("not-allowed", str(error), address) from error
        except (outgoing.Unreachable, ValueError) as error:
            raise SourceRefused("unreachable", f"nicht zu erreichen ({error})", address) from error
        if answer.status != 200:
            raise SourceRefused(
                f"status-{answer.status}", f"die Quelle antwortet mit Status {answer.status}", address
            )
        return _bounded(_unzipped(answer.content, most_bytes, address), most_bytes, address)

    return fetch


def _unzipped(data: bytes, most_bytes: int, place: str) -> bytes:
    if not data.startswith(b"\x1f\x8b"):
        return data
    unpacker = zlib.decompressobj(31)
    try:
        return unpacker.decompress(data, most_bytes + 1)
    except zlib.error as error:
        raise SourceRefused("not-gzip", "die komprimierte Datei ist beschädigt", place) from error


def _bounded(data: bytes, most_bytes: int, place: str) -> bytes:
    if len(data) > most_bytes:
        raise SourceRefused("too-large", f"mehr als {most_bytes // 1_000_000} MB", place)
    return data
