"""The connector ``register.query``: one interface to registers, whoever keeps them.

A register registers a source. Until a municipality is connected, ``melderegister`` exists in a demo and in tests only: the
documented test register (``content/registers/``). Without a source nothing is clear, and a person looks.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings

import stadtkern.content
from stadtkern.casework.processes.connectors import Call, Connector, ConnectorError
from stadtkern.casework.processes.packages.connector_names import DECLARED


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a register says: how many entries fit, and the one if it is exactly one."""

    hits: int
    data: Mapping[str, Any] = field(default_factory=dict)


class Register(Protocol):
    """What a source must offer. It logs who asked and why on its own side (§ 40 BMG)."""

    def query(self, query: Mapping[str, Any], *, legal_basis: str, key: str) -> Found:
        """Entries that fit all given values. ``key`` is the same when a question is asked again. Raises
        ``ConnectorError``."""
        ...


_sources: dict[str, Register] = {}


def register_source(name: str, source: Register) -> None:
    """Connect a register; the last one of a name counts."""
    _sources[name] = source


def source_of(name: str) -> Register | None:
    """The connected register, else the test register where there is a demo."""
    if name in _sources:
        return _sources[name]
    return _test_register(name) if settings.DEMO else None


def run(call: Call) -> Mapping[str, Any]:
    """Ask. A register that is not connected is no failure: ``answered`` is false then."""
    query = {str(name): value for name, value in call.data["query"].items() if value not in (None, "")}
    if not call.data["legal_basis"].strip():
        raise ConnectorError("Eine Abfrage braucht ihre Rechtsgrundlage.", final=True)
    source = source_of(call.data["register"])
    if source is None or not query:
        return {"answered": False, "found": False, "hits": 0, "data": {}}
    found = source.query(query, legal_basis=call.data["legal_basis"], key=call.key)
    data = found.data if found.hits == 1 else {}
    return {"answered": True, "found": found.hits == 1, "hits": found.hits, "data": data}


class TestRegister:
    """The documented test register: people that do not exist, in a file."""

    __test__ = False  # not a pytest class

    def __init__(self, rows: list[Mapping[str, Any]]) -> None:
        self.rows = rows

    def query(self, query: Mapping[str, Any], *, legal_basis: str, key: str) -> Found:
        """Compares as a register office does: without case, accents count."""
        wanted = {name: _plain(value) for name, value in query.items()}
        fitting = [
            row for row in self.rows if all(_plain(row.get(name)) == value for name, value in wanted.items())
        ]
        return Found(hits=len(fitting), data=fitting[0] if len(fitting) == 1 else {})


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    text = value.isoformat() if isinstance(value, date) else str("" if value is None else value)
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


@cache
def _test_register(name: str) -> TestRegister | None:
    path = Path(next(iter(stadtkern.content.__path__))) / "registers" / f"{name}.json"
    if not name.isidentifier() or not path.is_file():
        return None
    return TestRegister(json.loads(path.read_text("utf-8"))["entries"])


_declared = DECLARED["register.query"]
assert _declared.operation is not None
CONNECTOR = Connector(
    name=_declared.name,
    label=_declared.label,
    label_en=_declared.label_en,
    operations=(_declared.operation,),
    run=run,
    outside=True,
    seconds=10,
)
