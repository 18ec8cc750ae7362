"""Keeps the decoders loaded and forks a fresh process of itself for every file: the isolation of a new process without
the quarter of a second that loading the decoders takes.

Run as a script in Python's isolated mode with an empty environment, so that there is nothing to steal: no settings, no keys,
no connection but one end of a socket pair (its number is the first argument; the rest are folders to import from). It never
reads a file itself. Each message on the socket is a JSON list of the inspector's arguments, with two descriptors: the content and
where to answer. The child sets the inspector's limits, answers, and adds ``DONE`` and its exit code. It ends when the other end closes.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import select
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any

LONGEST_MESSAGE = 4096
SECONDS = 25  # of a child by the clock; the inspector limits its processor time itself
CHILDREN = 32
DONE = b"DONE"
DECODERS = ("pikepdf", "PIL.Image", "PIL.ImageOps", "pypdfium2", "zipfile")


def main(arguments: list[str]) -> int:
    sys.path.extend(arguments[1:])
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    inspector = _inspector()
    for name in DECODERS:
        importlib.import_module(name)
    sys.modules["PIL.Image"].init()
    with socket.socket(fileno=int(arguments[0])) as orders:
        _serve(orders, inspector)
    return 0


def _inspector() -> Any:
    spec = importlib.util.spec_from_file_location("inspector", Path(__file__).with_name("inspector.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _serve(orders: socket.socket, inspector: Any) -> None:
    children: dict[int, float] = {}
    while True:
        ready, _, _ = select.select(
            [orders] if len(children) < CHILDREN else [], [], [], 0.05 if children else None
        )
        _reap(children)
        if not ready:
            continue
        message, descriptors, _, _ = socket.recv_fds(orders, LONGEST_MESSAGE, 2)
        if not message:
            for pid in children:
                os.kill(pid, signal.SIGKILL)
            return
        try:
            if len(descriptors) == 2 and (pid := os.fork()):
                children[pid] = time.monotonic() + SECONDS
            elif len(descriptors) == 2:
                _work(orders, inspector, json.loads(message), *descriptors)
        finally:
            for descriptor in descriptors:
                os.close(descriptor)


def _reap(children: dict[int, float]) -> None:
    """Bury the dead, kill what takes too long."""
    for pid, deadline in list(children.items()):
        if os.waitpid(pid, os.WNOHANG)[0]:
            del children[pid]
        elif time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)


def _work(orders: socket.socket, inspector: Any, arguments: list[str], content: int, answer: int) -> None:
    """In the child: look at one file and end, whatever happens."""
    code = 1
    try:
        orders.close()
        os.dup2(content, 0)
        os.dup2(answer, 1)
        code = inspector.main(arguments)
        sys.stdout.flush()
        sys.stdout.buffer.flush()
        os.write(1, DONE + str(code).encode())
    finally:
        os._exit(code)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
