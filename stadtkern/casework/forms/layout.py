"""Which element stands on which page: the layout as a list of units that people move about. Pure.

A unit is a path that is placed as a whole. A group that neither repeats nor is a choice may be split into its parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from stadtkern.casework.forms.model import Field, Form, Group, Position
from stadtkern.casework.forms.ruleset import Page, Ruleset


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """Something to place: where it is in the form, whether it can be split, whether its siblings can be joined again."""

    path: str
    label: str
    splittable: bool
    parent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A unit on a page (number of the page as typed) at a place."""

    path: str
    page: int
    place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedPage:
    """A page as typed; ``order`` is its wished place."""

    id: str
    title: str
    title_en: str
    order: int


def units(form: Form, split: Iterable[str]) -> list[Unit]:
    """The units of a form in document order, with the groups of ``split`` in parts."""
    opened = frozenset(split)
    found: list[Unit] = []

    def walk(positions: Sequence[Position], parent: str) -> None:
        for position in positions:
            path = f"{parent}/{position.id}" if parent else position.id
            element = position.element
            if path in opened and can_split(position) and isinstance(element, Group):
                walk(element.children, path)
            else:
                label = element.label
                found.append(Unit(path=path, label=label, splittable=can_split(position), parent=parent))

    walk(form.children, "")
    return found


def can_split(position: Position) -> bool:
    """A repeated group or a choice is asked on one page; so is a group with a single part."""
    element = position.element
    return (
        isinstance(element, Group)
        and not position.repeated
        and not element.choice
        and len(element.children) > 1
    )


def split_of(form: Form, pages: Iterable[Page]) -> frozenset[str]:
    """The groups that these pages show in parts."""
    paths = [path for page in pages for path in page.paths]
    above = {"/".join(path.split("/")[:depth]) for path in paths for depth in range(1, path.count("/") + 1)}
    return frozenset(path for path in above if (at := form.at(path)) is not None and can_split(at))


def arranged(typed: Sequence[TypedPage], placed: Iterable[Placed]) -> tuple[Page, ...]:
    """The pages in their new order with their units; pages without any unit fall away."""
    by_page: dict[int, list[Placed]] = {}
    for unit in placed:
        by_page.setdefault(unit.page, []).append(unit)
    order = sorted(range(len(typed)), key=lambda number: (typed[number].order, number))
    return tuple(
        Page(
            id=typed[number].id,
            title=typed[number].title,
            title_en=typed[number].title_en,
            paths=tuple(unit.path for unit in sorted(by_page[number], key=lambda unit: unit.place)),
        )
        for number in order
        if by_page.get(number)
    )


def with_element(form: Form, ruleset: Ruleset, path: str, after: str) -> Ruleset:
    """The rules with a page for a new element that no page shows yet: behind the page of ``after``."""
    pages = list(ruleset.pages)
    if not pages or any(within(path, shown) for page in pages for shown in page.paths):
        return ruleset
    position = form.at(path)
    title = position.element.label if position else path
    used = {page.id for page in pages}
    made = Page(id=free_id(used), title=title, paths=(path,))
    at = next(
        (number for number, page in enumerate(pages) if any(within(after, shown) or within(shown, after) for shown in page.paths)),
        len(pages) - 1 if after else -1,
    )  # fmt: skip
    return replace(ruleset, pages=(*pages[: at + 1], made, *pages[at + 1 :]))


def free_id(used: Iterable[str]) -> str:
    """An id for a new page."""
    taken = set(used)
    return next(name for number in range(1, 10_000) if (name := f"seite-{number}") not in taken)


def within(path: str, ancestor: str) -> bool:
    """Whether ``path`` is ``ancestor`` or below it."""
    return bool(ancestor) and (path == ancestor or path.startswith(f"{ancestor}/"))


# --- the tree of elements --------------------------------------------------------------------------------------


def inserted(form: Form, parent: str, after: str, position: Position) -> Form:
    """The form with ``position`` below the group ``parent`` ("": top), behind the child ``after`` ("": first)."""
    return replace(
        form, children=_insert(form.children, parent.split("/") if parent else [], after, position)
    )


def _insert(
    children: tuple[Position, ...], way: Sequence[str], after: str, new: Position
) -> tuple[Position, ...]:
    if not way:
        at = next((number for number, child in enumerate(children) if child.id == after), -1)
        return (*children[: at + 1], new, *children[at + 1 :])
    return tuple(
        replace(
            child,
            element=replace(child.element, children=_insert(child.element.children, way[1:], after, new)),
        )
        if child.id == way[0] and isinstance(child.element, Group)
        else child
        for child in children
    )


def without(form: Form, path: str) -> Form:
    """The form without the element at ``path``."""
    return replace(form, children=_remove(form.children, path.split("/")))


def _remove(children: tuple[Position, ...], way: Sequence[str]) -> tuple[Position, ...]:
    if len(way) == 1:
        return tuple(child for child in children if child.id != way[0])
    return tuple(
        replace(child, element=replace(child.element, children=_remove(child.element.children, way[1:])))
        if child.id == way[0] and isinstance(child.element, Group)
        else child
        for child in children
    )


def elements(root: Field | Group) -> Mapping[str, Field | Group]:
    """An element and all below it, by id."""
    found: dict[str, Field | Group] = {root.id: root}
    if isinstance(root, Group):
        for child in root.children:
            found |= elements(child.element)
    return found
