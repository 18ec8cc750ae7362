"""Packages for tests: the shipped ones, and small ones around a process of our own."""

from __future__ import annotations

import json
from pathlib import Path

import stadtkern.content
from stadtkern.casework.processes.packages.model import FORMAT, Package, allowed_name, make_package

SERVICES = Path(stadtkern.content.__file__).parent / "services"
SHIPPED = sorted(path.parent.name for path in SERVICES.glob("*/package.json"))

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:stadtkern="urn:stadtkern:bpmn:1" id="d" targetNamespace="urn:test">'
)
STATE = {"label": {"de": "Stand"}, "public": {"de": "Stand."}, "kind": "open"}


def shipped(slug: str) -> Package:
    """A package of the product."""
    folder = SERVICES / slug
    names = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    return make_package({name: (folder / name).read_bytes() for name in names if allowed_name(name)})


def small(
    process: str, *, states: tuple[str, ...] = ("received",), slug: str = "test", parameters: object = ()
) -> Package:
    """A package whose ``process.bpmn`` is ``process`` inside the usual head."""
    texts = {
        "states": dict.fromkeys(states, STATE),
        "file_plan": "1",
        "retention_years": 1,
        "decision": {"kinds": []},
    }
    files = {
        "package.json": {"format": FORMAT, "slug": slug, "version": 1},
        "service.json": {},
        "rules.json": {},
        "texts.json": texts,
        "parameters.json": list(parameters),  # type: ignore[call-overload]
    }
    return make_package(
        {
            **{name: json.dumps(content).encode() for name, content in files.items()},
            "form.xdf3.xml": b"<form/>",
            "process.bpmn": f"{HEAD}{process}</definitions>".encode(),
        }
    )
