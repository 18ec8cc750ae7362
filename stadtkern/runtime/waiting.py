"""Answers on the listening socket while the installation prepares itself: 503, come back in a second."""

from __future__ import annotations

import contextlib
import json
import select
import socket
import threading

from stadtkern.runtime.version import version

PAGE = (
    "<!doctype html><html lang=de><meta charset=utf-8><meta http-equiv=refresh content=2>"
    "<title>Stadtkern startet</title><main><h1>Stadtkern startet</h1>"
    "<p>Die Seite lädt sich neu, sobald alles bereit ist.</p></main></html>"
)


class WaitingRoom:
    """A thread that accepts connections of ``listener`` until the block ends;

    The socket itself stays open.
    """

    def __init__(self, listener: socket.socket) -> None:
        self.listener = listener
        self._stop_read, self._stop_write = socket.socketpair()
        self._thread = threading.Thread(target=self._serve, daemon=True, name="waiting-room")

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *exception: object) -> None:
        self._stop_write.close()
        self._thread.join(timeout=10)
        self._stop_read.close()

    def _serve(self) -> None:
        self.listener.setblocking(False)
        while True:
            ready, _, _ = select.select([self.listener, self._stop_read], [], [])
            if self._stop_read in ready:
                return
            with contextlib.suppress(OSError):
                client, _ = self.listener.accept()
                with client:
                    _answer(client)


def _answer(client: socket.socket) -> None:
    client.settimeout(1.0)
    request = client.recv(8192)
    if request.split(b" ")[1:2] == [b"/health"]:
        checks = {"database": "unknown", "migrations": "pending", "worker": "unknown"}
        body = json.dumps({"status": "unavailable", "version": version(), "checks": checks})
        kind = "application/json"
    else:
        body, kind = PAGE, "text/html; charset=utf-8"
    content = body.encode()
    head = (
        f"HTTP/1.1 503 Service Unavailable\r\nContent-Type: {kind}\r\nContent-Length: {len(content)}\r\n"
        "Retry-After: 1\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n"
    )
    client.sendall(head.encode() + content)
