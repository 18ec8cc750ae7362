"""Checks that look at one element alone: id, texts, legal basis, status, relations."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stadtkern.casework.forms.model import (
    ElementArt,
    Field,
    Form,
    Group,
    LegalBasis,
    Predicate,
    Rule,
)
from stadtkern.casework.forms.quality_walk import Raw, Survey
from stadtkern.casework.forms.xdf.ids import V3_ID
from stadtkern.kernel.din91379 import first_foreign

DEFAULT_PROFILE = "D99000000001"
FIM_AUTHORS = ("FIM-Baustein Datenfelder", "FIM Baustein Datenfelder")
SHORT_TEXT, LONG_TEXT, ADDRESS = 255, 5_000, 255

_URL = re.compile(r"https?://[^\s/?#]+\.[^\s/?#]+([/?#]\S*)?")
_SHORT = ("name", "title", "question", "output")
_LONG = ("description", "definition", "help", "help_output")
_RELEASED = range(3, 8)


def check(survey: Survey) -> Iterator[Raw]:
    """All findings about single elements."""
    for element in survey.everything:
        yield from _identity(element.id, element)
        yield from _texts(element)
        yield from _legal_bases(element.id, element.legal_bases)
        yield from _status(element)
        yield from _relations(element)
        for rule in element.rules:
            yield from _rule(rule)
    for place in survey.places:
        yield from _legal_bases(place.element.id, place.position.legal_bases)
    for element in survey.elements:
        yield from _labels(element)
    if isinstance(survey.root, Form):
        yield from _form(survey.root)


def _identity(id: str, element: Form | Group | Field | Rule) -> Iterator[Raw]:
    letters = {Form: "S", Group: "G", Field: "F", Rule: "R"}
    if not id:
        yield Raw("1038", "")
    elif not V3_ID.fullmatch(id) or id[0] != letters[type(element)]:
        yield Raw("1039", id, f"Erwartet: {letters[type(element)]} und 11 Ziffern, gefunden: {id}.")
    if not element.name:
        yield Raw("1002", id)


def _texts(element: Form | Group | Field) -> Iterator[Raw]:
    for names, longest in ((_SHORT, SHORT_TEXT), (_LONG, LONG_TEXT)):
        for name in names:
            text = getattr(element, name, "")
            if len(text) > longest:
                yield Raw("1136", element.id, f"({name}: {len(text)} Zeichen, empfohlen höchstens {longest})")
            yield from _latin(element.id, name, text)
    if isinstance(element, Field):
        yield from _latin(element.id, "content", element.content)
        for value in element.values:
            yield from _latin(element.id, "values", f"{value.name} {value.help}")
    for keyword in element.keywords:
        yield from _latin(element.id, "keywords", keyword.text)
        if len(keyword.uri) > ADDRESS:
            yield Raw("1137", element.id, f"({len(keyword.uri)} Zeichen)")


def _latin(id: str, name: str, text: str) -> Iterator[Raw]:
    foreign = first_foreign(text) if text else None
    if foreign is not None:
        yield Raw("1131", id, f"({name}: {foreign.message})")


def _legal_bases(id: str, bases: tuple[LegalBasis, ...]) -> Iterator[Raw]:
    for basis in bases:
        if ";" in basis.text:
            yield Raw("1132", id, f"({basis.text[:80]})")
        if basis.link and not _URL.fullmatch(basis.link):
            yield Raw("1133", id, f"({basis.link[:80]})")
        if len(basis.link) > ADDRESS:
            yield Raw("1138", id, f"({len(basis.link)} Zeichen)")


def _status(element: Form | Group | Field) -> Iterator[Raw]:
    publication = element.publication
    if publication.status not in range(1, 9):
        yield Raw("1032", element.id, f"({publication.status})")
    if publication.status in _RELEASED and not publication.status_set_on:
        yield Raw("1143" if isinstance(element, Form) else "1142", element.id)
    if not publication.status_set_by:
        yield Raw("1117", element.id)
    elif publication.status_set_by in FIM_AUTHORS and element.id[1:3] != "60":
        yield Raw("1141" if isinstance(element, Form) else "1140", element.id)


def _relations(element: Form | Group | Field) -> Iterator[Raw]:
    for relation in element.relations:
        target = relation.target.id
        if not target:
            yield Raw("1091", element.id)
        elif relation.predicate is not Predicate.LINKED and target[:1] != element.id[:1]:
            yield Raw("1087", element.id, f"({relation.predicate.value} {target})")


def _labels(element: Group | Field) -> Iterator[Raw]:
    id = element.id
    if not element.question:
        yield Raw("1009", id)
    if not element.output:
        yield Raw("1010", id)
    for help in (element.help, element.help_output):
        if help and help in (element.question, element.output):
            yield Raw("1098", id)
        if help and help == element.name:
            yield Raw("1099", id)
    if not element.legal_bases and element.art is ElementArt.LEGAL:
        yield Raw("1006", id)
    if not element.legal_bases and element.art is ElementArt.HARMONISED:
        yield Raw("1101", id)
    if isinstance(element, Field) and element.art is ElementArt.ABSTRACT:
        yield Raw("1014", id)


def _rule(rule: Rule) -> Iterator[Raw]:
    yield from _identity(rule.id, rule)
    yield from _legal_bases(rule.id, rule.legal_bases)
    yield from _latin(rule.id, "text", rule.text)
    if not rule.text:
        yield Raw("1024", rule.id)
    if not rule.author:
        yield Raw("1117", rule.id)
    elif rule.author in FIM_AUTHORS and rule.id[1:3] != "60":
        yield Raw("1140", rule.id)


def _form(form: Form) -> Iterator[Raw]:
    if not form.title:
        yield Raw("1050", form.id)
    if not form.legal_bases:
        yield Raw("1051", form.id)
    if form.help and form.help == form.title:
        yield Raw("1098", form.id)
    if form.help and form.help == form.name:
        yield Raw("1099", form.id)
    if form.structure_modification not in ("1", "2", "3"):
        yield Raw("1033", form.id)
    if form.representation_modification not in ("1", "2", "3"):
        yield Raw("1034", form.id)
    yield from _profile(form)


def _profile(form: Form) -> Iterator[Raw]:
    profile = form.document_profile
    if profile is None or not profile.id:
        yield Raw("1007", form.id)
    elif profile.id == DEFAULT_PROFILE:
        yield Raw("1096", form.id)
        if form.publication.status in (4, 5, 6):
            yield Raw("1097", form.id)
    elif not profile.id.startswith("D99"):
        yield Raw("1124", form.id, f"({profile.id})")
