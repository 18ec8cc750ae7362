"""Checks of how elements stand together: cardinality, choice groups, duplicates, versions, publication."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from stadtkern.casework.forms.model import Datatype, ElementArt, Field, Form, Group
from stadtkern.casework.forms.quality_walk import Place, Raw, Survey

DEFAULT_FIELD = "F60000000001"
DRAFT, INACTIVE = 3, 7


def check(survey: Survey) -> Iterator[Raw]:
    """All findings about the structure."""
    for place in survey.places:
        yield from _position(place)
        yield from _versions(survey, place)
    for container in survey.containers:
        yield from _container(container)
        yield from _published(container, survey)
    yield from _versions_of_one(survey)


def _position(place: Place) -> Iterator[Raw]:
    position, element = place.position, place.element
    if position.min < 0 or (position.max is not None and position.max < 0):
        yield Raw("1046", element.id, f"({position.cardinality})")
    elif position.max is not None and position.min > position.max:
        yield Raw("1047", element.id, f"({position.cardinality})")
    if isinstance(place.parent, Group) and place.parent.choice and (position.min, position.max) != (0, 1):
        yield Raw("1118", element.id, f"(in {place.parent.id}: {position.cardinality})")
    if isinstance(element, Field) and element.datatype is Datatype.FILE and position.max is not None:
        yield Raw("1139", element.id, f"({position.cardinality})")
    if element.art is ElementArt.ABSTRACT:
        yield Raw("1013", element.id, f"(in {place.parent.id})")
    legal_parent = isinstance(place.parent, Group) and place.parent.art is ElementArt.LEGAL
    if legal_parent and element.art is not ElementArt.LEGAL and not position.legal_bases:
        yield Raw("1022", element.id, f"(in {place.parent.id})")
    if element.publication.status == INACTIVE:
        yield Raw("1116", element.id, f"(in {place.parent.id})")
    if isinstance(element, Group) and element.id in {group.id for group in place.above}:
        yield Raw("1026", element.id)


def _versions(survey: Survey, place: Place) -> Iterator[Raw]:
    element, parent = place.element, place.parent
    if parent.version and not element.version:
        yield Raw("1135", element.id, f"(in {parent.id} {parent.version})")
    own_range = element.id[1:6] == survey.root.id[1:6]
    if not survey.root.version and element.version and own_range and element.art is ElementArt.LEGAL:
        yield Raw("1134", element.id)


def _container(container: Form | Group) -> Iterator[Raw]:
    count = len(container.children)
    if not count:
        yield Raw("1078" if isinstance(container, Form) else "1023", container.id)
    if isinstance(container, Group):
        if container.choice and count < 2:
            yield Raw("1043", container.id)
        elif count == 1:
            yield Raw("1106", container.id)
    equals = Counter((position.element.id, position.element.version) for position in container.children)
    for (id, version), times in equals.items():
        if times > 1:
            code = "1025" if isinstance(container, Form) else "1004"
            yield Raw(code, id, f"(Version {version or 'ohne'}, {times}-mal in {container.id})")
    if any(position.id == DEFAULT_FIELD for position in container.children):
        yield Raw("1094" if count > 1 else "1095", container.id)


def _published(container: Form | Group, survey: Survey) -> Iterator[Raw]:
    if not container.publication.published_on:
        return
    whole = isinstance(container, Form)
    inside = survey.elements if whole else [position.element for position in container.children]
    for element in inside:
        if not element.publication.published_on:
            yield Raw("1127" if whole else "1128", element.id, f"(in {container.id})")
        if element.publication.status < DRAFT:
            yield Raw("1129" if whole else "1130", element.id, f"(in {container.id})")


def _versions_of_one(survey: Survey) -> Iterator[Raw]:
    versions: dict[str, set[str]] = {}
    for element in survey.elements:
        versions.setdefault(element.id, set()).add(element.version)
    for id, found in versions.items():
        if len(found) > 1:
            yield Raw("1003", id, f"({', '.join(sorted(version or 'ohne' for version in found))})")
