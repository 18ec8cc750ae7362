"""The code lists of DCAT-AP.de: what they contain, and what people and programs write instead.

``known(name)`` gives a list; ``Vocabulary.resolve`` finds the concept that a written value means: its IRI, its code, its German or
English name, or one of the spellings met in real catalogues.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

_FOLD: Final = re.compile(r"[^a-z0-9äöüß]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """A value of a list. ``open`` and ``page`` are known of licences only."""

    id: str
    de: str
    en: str
    open: bool = True
    page: str = ""

    @property
    def code(self) -> str:
        """The last part of its address."""
        return self.id.rstrip("/").rsplit("/", 1)[-1]

    def label(self, language: str = "de") -> str:
        """Its name for people."""
        return self.de if language.startswith("de") else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """A list with where it comes from."""

    name: str
    scheme: str
    version: str
    source: str
    licence: str
    concepts: Mapping[str, Concept]
    index: Mapping[str, str]

    def label(self, iri: str, language: str = "de") -> str:
        """The name of a value; of an unknown one what its address ends with."""
        concept = self.concepts.get(iri)
        return concept.label(language) if concept else iri.rstrip("/").rsplit("/", 1)[-1]

    def resolve(self, written: str) -> str:
        """The IRI that is meant, or ""."""
        if written in self.concepts:
            return written
        found = self.index.get(_folded(written), "")
        return found or (
            self.index.get(_folded(_tail(written, self.scheme)), "") if self.scheme in written else ""
        )


@cache
def known(name: str) -> Vocabulary:
    """A list by its name (``theme``, ``licence``, ``file_type`` …); raises KeyError."""
    stored = _stored()[name]
    concepts = {concept["id"]: Concept(**concept) for concept in stored["concepts"]}
    head = {key: stored[key] for key in ("scheme", "version", "source", "licence")}
    return Vocabulary(name=name, concepts=concepts, index=_index(name, head["scheme"], concepts), **head)


def all_names() -> tuple[str, ...]:
    """The lists there are."""
    return tuple(_stored())


@cache
def _stored(file: str = "vocabularies.json") -> dict[str, Any]:
    path = files("stadtkern.data.catalog").joinpath(f"vocabularies/{file}")
    stored: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return stored


def _index(name: str, scheme: str, concepts: Mapping[str, Concept]) -> dict[str, str]:
    found: dict[str, str] = {}
    by_tail = {_tail(iri, scheme): iri for iri in concepts}
    for tail, iri in by_tail.items():
        concept = concepts[iri]
        for word in (iri, tail, concept.de, concept.en, concept.page):
            if word:
                found.setdefault(_folded(word), iri)
    for tail, spellings in _stored("spellings.json").get(name, {}).items():
        for written in spellings:
            found.setdefault(_folded(written), by_tail[tail])
    return found


def _tail(iri: str, scheme: str) -> str:
    """What stands behind the address of the list: the code."""
    return iri.removeprefix(f"{scheme}/") if iri.startswith(f"{scheme}/") else iri.rsplit("/", 1)[-1]


def _folded(written: str) -> str:
    plain = written.strip().lower()
    for start in ("https://", "http://", "www."):
        plain = plain.removeprefix(start)
    return _FOLD.sub("-", plain).strip("-")
