"""The words of a package: its card, German and English texts, placeholders, parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from typing import Any

from stadtkern.casework.processes.packages.model import (
    MANIFEST,
    PARAMETERS,
    TEXTS,
    Package,
    Problem,
)
from stadtkern.casework.processes.packages.parameters import Parameter
from stadtkern.casework.processes.packages.texts import Texts
from stadtkern.casework.processes.packages.vocabulary import CASE_WORDS, KINDS, ROLES
from stadtkern.casework.processes.rules import PLACEHOLDER

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
NO_ENGLISH = "no-english"
_LOOKS_LIKE_ONE = re.compile(r"\{\{?[^{}]*\}?\}?")
_GERMAN_ONLY = ("decision.",)
"""Notices are written in the official language (§ 23 VwVfG); nobody translates them."""


def check_manifest(package: Package) -> Iterator[Problem]:
    """The card of the package: who it is, for whom, what it needs."""
    card = package.manifest
    if not _SLUG.fullmatch(package.slug) or len(package.slug) > 50:
        yield _card("slug", f"„{package.slug}“ ist kein Kürzel: kleine Buchstaben, Ziffern und Bindestriche.")
    if package.version < 1:
        yield _card("version", "Die Fassung ist eine ganze Zahl ab 1.")
    if card.get("kind") not in KINDS:
        yield _card("kind", f"„{card.get('kind')}“ ist keiner der Werte {', '.join(KINDS)}.")
    title = card.get("title")
    if not (isinstance(title, Mapping) and str(title.get("de") or "").strip()):
        yield _card("title.de", "Der deutsche Name fehlt.")
    requires = card.get("requires", {})
    if not isinstance(requires, Mapping):
        yield _card("requires", "Hier gehört ein Objekt hin.")
        return
    for key in ("roles", "connectors", "offices"):
        rows = requires.get(key, [])
        if not isinstance(rows, list) or not all(isinstance(row, str) for row in rows):
            yield _card(f"requires.{key}", "Hier gehört eine Liste von Namen hin.")
        elif key == "roles":
            for role in rows:
                if role not in ROLES:
                    yield _card(
                        "requires.roles",
                        f"Die Rolle „{role}“ gibt es nicht. Bekannt sind: {', '.join(ROLES)}.",
                    )


def _card(element: str, message: str) -> Problem:
    return Problem(path=MANIFEST, element=element, message=message)


def check_english(package: Package) -> Iterator[Problem]:
    """Texts for applicants without their English; a warning, because German is what counts."""
    for path in (TEXTS, PARAMETERS):
        for place in _untranslated(package.json(path), ""):
            if not place.startswith(_GERMAN_ONLY):
                yield Problem(
                    path=path,
                    element=place,
                    message="Der englische Text fehlt.",
                    message_en="The English text is missing.",
                    code=NO_ENGLISH,
                    severity="warning",
                )


def _untranslated(value: Any, place: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        german = value.get("de")
        if isinstance(german, str) and german.strip() and not str(value.get("en") or "").strip():
            yield place
        for key, inner in value.items():
            yield from _untranslated(inner, f"{place}.{key}" if place else str(key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _untranslated(inner, f"{place}[{index}]")


def check_placeholders(texts: Texts, aliases: Set[str] | None, variables: Set[str]) -> Iterator[Problem]:
    """``{{names}}`` that nothing fills. Letters know the answers of the form and the words of a case, messages also the
    variables of the process. ``aliases`` None: the form is not known, so only the way of writing is checked."""
    for place, text in _letters(texts):
        yield from _of_text(place, text, None if aliases is None else aliases | CASE_WORDS)
    for place, text in _messages(texts):
        yield from _of_text(place, text, None if aliases is None else aliases | CASE_WORDS | variables)


def _letters(texts: Texts) -> Iterator[tuple[str, str]]:
    for kind, letter in texts.letters.items():
        yield f"decision.letters.{kind}", letter
    for index, block in enumerate(texts.blocks):
        yield f"decision.blocks[{index}].text", block.text
    yield "decision.remedy", texts.remedy


def _messages(texts: Texts) -> Iterator[tuple[str, str]]:
    for key, (subject, text) in texts.messages.items():
        for name, part in (("subject", subject), ("text", text)):
            yield f"messages.{key}.{name}", part.de
            yield f"messages.{key}.{name}.en", part.en


def _of_text(place: str, text: str, known: Set[str] | None) -> Iterator[Problem]:
    for name in dict.fromkeys(PLACEHOLDER.findall(text)):
        if known is not None and name.split(".")[0] not in known:
            yield Problem(
                path=TEXTS,
                element=place,
                message=f"Den Platzhalter „{{{{{name}}}}}“ gibt es nicht: weder im Formular noch im Vorgang.",
                message_en=f"Nothing fills the placeholder {{{{{name}}}}}.",
            )
    for found in _LOOKS_LIKE_ONE.findall(PLACEHOLDER.sub("", text)):
        yield Problem(
            path=TEXTS,
            element=place,
            message=f"„{found}“ ist kein Platzhalter. Geschrieben wird er so: {{{{vorname}}}}.",
            message_en=f"{found} is no placeholder; they are written {{{{name}}}}.",
        )


def check_parameters(parameters: tuple[Parameter, ...]) -> Iterator[Problem]:
    """A value that a municipality sets should say on which law it rests."""
    for parameter in parameters:
        if not parameter.legal_basis:
            yield Problem(
                path=PARAMETERS,
                element=parameter.name,
                message="Es ist nicht gesagt, worauf dieser Wert beruht (legal_basis).",
                message_en="It is not said on what this value rests.",
                severity="hint",
            )
