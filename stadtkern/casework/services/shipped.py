"""The templates shipped with the product: ``stadtkern/content/services/<slug>/``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import stadtkern.content
from stadtkern.casework.services.content import ServiceContent, parse
from stadtkern.kernel.errors import NotVisible

FOLDER = Path(stadtkern.content.__file__).parent / "services"


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """Content and, for online services, the process."""

    slug: str
    content: ServiceContent
    process: Mapping[str, Any] | None


def slugs() -> list[str]:
    """All templates that are shipped."""
    return sorted(path.parent.name for path in FOLDER.glob("*/service.json"))


def situations() -> frozenset[str]:
    """The life situations under which the templates are filed."""
    return frozenset(name for slug in slugs() for name in load(slug).content.life_situations)


def load(slug: str) -> Template:
    """One template; raises ``NotVisible`` or ``BadContent``."""
    if slug not in slugs():
        raise NotVisible("Diese Vorlage gibt es nicht.", message_en="There is no such template.")
    folder = FOLDER / slug
    content = parse(json.loads((folder / "service.json").read_text("utf-8")))
    return Template(
        slug=slug,
        content=content,
        process=_procedure(folder) if (folder / "process.bpmn").exists() else None,
    )


def _procedure(folder: Path) -> dict[str, Any]:
    """The files of the procedure as ``processes`` keeps them: process, decisions, texts, parameters, test cases."""
    names = ["package.json", "process.bpmn", "texts.json", "parameters.json"]
    for pattern in ("decisions/*.dmn", "connectors/*.openapi.json", "tests/*.json"):
        names += sorted(path.relative_to(folder).as_posix() for path in folder.glob(pattern))
    return {"files": {name: (folder / name).read_text("utf-8") for name in names}}
