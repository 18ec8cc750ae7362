"""One request to an outside system, and only to that: checked address, no proxies, bounded time and size.

Another address that it points to (redirect) is followed only where the caller allows it, and judged again.

The name is looked up once and every address it has is judged; the connection goes to a judged address, so that a name which
changes in between (DNS rebinding) leads nowhere else.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

MAX_BYTES = 1_000_000
SECONDS = 15.0


class Refused(Exception):
    """This address may not be called; trying again makes no sense."""


class Unreachable(Exception):
    """No answer, a broken one or one that is too large or too slow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    content: bytes
    media_type: str = ""
    url: str = ""


def fetch(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    body: bytes | None,
    private: bool,
    seconds: float = SECONDS,
    max_bytes: int = MAX_BYTES,
    redirects: int = 0,
    plain: bool = False,
) -> Answer:
    """``private``: the host stands in the own network (then also without TLS); ``plain``: public data, also without TLS.

    ``redirects``: how many other addresses may be followed (GET only). Raises ``Refused`` and ``Unreachable``.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme not in ("https", "http") or (parts.scheme == "http" and not (private or plain)):
        raise Refused("Nur verschlüsselte Verbindungen (https) sind erlaubt.")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    until = time.monotonic() + seconds
    address = _address(host, port, private=private)
    connection = _Connection(host, port, address=address, tls=parts.scheme == "https", timeout=seconds)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request(method, target, body=body, headers={**headers, "Connection": "close"})
        response = connection.getresponse()
        if 300 <= response.status < 400:
            further = urljoin(url, response.getheader("Location") or "")
            if not redirects or method != "GET" or further == url:
                raise Refused("Das andere System verweist auf eine andere Adresse; dorthin gehen wir nicht.")
        else:
            content = _read(response, connection, until, max_bytes)
            media_type = (response.getheader("Content-Type") or "").split(";")[0].strip().lower()
            return Answer(status=response.status, content=content, media_type=media_type, url=url)
    except (OSError, http.client.HTTPException) as error:
        raise Unreachable(type(error).__name__) from error
    finally:
        connection.close()
    return fetch(
        method,
        further,
        headers=headers,
        body=None,
        private=private,
        seconds=max(until - time.monotonic(), 0.1),
        max_bytes=max_bytes,
        redirects=redirects - 1,
        plain=plain,
    )


def _address(host: str, port: int, *, private: bool) -> str:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise Unreachable(f"{host} ist nicht bekannt") from error
    addresses = [str(entry[4][0]) for entry in found]
    for text in addresses:
        if not private and not _public(text):
            raise Refused(f"{host} steht im eigenen Netz; dafür braucht es eine ausdrückliche Erlaubnis.")
    return addresses[0]


def _public(text: str) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return address.is_global and not address.is_multicast


class _Connection(http.client.HTTPConnection):
    """A connection to a given address that is known by its name."""

    def __init__(self, host: str, port: int, *, address: str, tls: bool, timeout: float) -> None:
        super().__init__(host, port, timeout=timeout)
        self.address, self.tls = address, tls

    def connect(self) -> None:
        plain = socket.create_connection((self.address, self.port), self.timeout)
        if not self.tls:
            self.sock = plain
            return
        context = ssl.create_default_context()
        self.sock = context.wrap_socket(plain, server_hostname=self.host)


def _read(response: http.client.HTTPResponse, connection: _Connection, until: float, max_bytes: int) -> bytes:
    """The content, in pieces: a system that sends a byte now and then must not keep us."""
    parts: list[bytes] = []
    size = 0
    while True:
        left = until - time.monotonic()
        if left <= 0:
            raise Unreachable("zu langsam")
        if connection.sock is not None:
            connection.sock.settimeout(left)
        part = response.read1(65_536)
        if not part:
            return b"".join(parts)
        size += len(part)
        if size > max_bytes:
            raise Unreachable("die Antwort ist zu groß")
        parts.append(part)
