"""Where elements stand: found, put in, moved, copied, taken out. Rules, names and pages follow; what hangs on a removed element goes.

An element means the same wherever it stands: changing a group changes all its places, as XDatenfelder wants it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from stadtkern.casework.designer.forms.sheet import EditRefused, Sheet, name_from, new_ids
from stadtkern.casework.forms import definition as forms
from stadtkern.casework.processes.decisions_edit import renamed_text

Children = tuple[forms.Position, ...]
MOST = 999
DEPTH = 8


def find(sheet: Sheet, place: str) -> str:
    """The path of an element: given as path, name, id or label. Raises ``EditRefused``."""
    place = place.strip().strip("/")
    if sheet.at(place) is not None:
        return place
    if place in sheet.ruleset.aliases:
        return sheet.ruleset.aliases[place]
    found = [path for path, position in sheet.form.walk() if position.id == place]
    found = found or [path for path, position in sheet.form.walk() if position.element.label == place]
    if not found:
        raise EditRefused("place", f"Das Element „{place}“ gibt es nicht.", f"There is no element “{place}”.")
    return found[0]


def label_of(sheet: Sheet, path: str) -> str:
    """What people read above an element; its path where there is none."""
    position = sheet.at(path)
    return position.element.label if position else path


def parent_of(path: str) -> str:
    """The path of the group around; empty at the top."""
    return path.rpartition("/")[0]


def children_of(sheet: Sheet, parent: str) -> Children:
    """What stands directly in a group, or at the top. Raises ``EditRefused`` when it is no group."""
    if not parent:
        return sheet.form.children
    position = sheet.at(parent)
    if position is None or not isinstance(position.element, forms.Group):
        raise EditRefused("parent", "Hier kann nichts stehen: Das ist keine Gruppe.", "This is not a group.")
    return position.element.children


def change_element(sheet: Sheet, id: str, change: Callable[[forms.Element], forms.Element]) -> Sheet:
    """The sheet with an element changed wherever it stands."""
    return replace(sheet, form=replace(sheet.form, children=_everywhere(sheet.form.children, id, change)))


def _everywhere(children: Children, id: str, change: Callable[[forms.Element], forms.Element]) -> Children:
    found = []
    for child in children:
        element = child.element
        if isinstance(element, forms.Group):
            element = replace(element, children=_everywhere(element.children, id, change))
        if element.id == id:
            element = change(element)
        found.append(replace(child, element=element))
    return tuple(found)


def change_children(sheet: Sheet, parent: str, change: Callable[[Children], Children]) -> Sheet:
    """The sheet with other children of a group (in all its places), or of the form."""
    if not parent:
        return replace(sheet, form=replace(sheet.form, children=change(sheet.form.children)))
    children_of(sheet, parent)

    def inside(element: forms.Element) -> forms.Element:
        return (
            replace(element, children=change(element.children))
            if isinstance(element, forms.Group)
            else element
        )

    return change_element(sheet, parent.rpartition("/")[2], inside)


# --- edits ---------------------------------------------------------------------------------------------------------


def insert(sheet: Sheet, parent: str, after: str | None, position: forms.Position) -> Sheet:
    """``position`` in a group behind the child ``after`` ("": first, None: last). Raises ``EditRefused``."""
    children = children_of(sheet, parent)
    _require_place(sheet, parent, position)
    at = len(children) if after is None else _index(children, after) + 1
    position = _fitting(sheet, parent, position)
    sheet = change_children(sheet, parent, lambda old: (*old[:at], position, *old[at:]))
    return tidy(sheet)


def _index(children: Children, id: str) -> int:
    return next((number for number, child in enumerate(children) if child.id == id), -1)


def _require_place(sheet: Sheet, parent: str, position: forms.Position) -> None:
    if any(child.id == position.id for child in children_of(sheet, parent)):
        raise EditRefused("parent", "Dieses Element steht hier schon.", "This element is here already.")
    ids = {inner.id for _path, inner in forms.walk((position,))}
    if ids & set(parent.split("/")):
        raise EditRefused("parent", "Eine Gruppe kann nicht in sich selbst stehen.", "A group cannot stand in itself.")  # fmt: skip
    if parent.count("/") + 1 + _height(position) > DEPTH:
        raise EditRefused("parent", "Tiefer geht es nicht.", "It cannot be nested any deeper.")


def _height(position: forms.Position) -> int:
    return max(path.count("/") + 1 for path, _inner in forms.walk((position,)))


def _fitting(sheet: Sheet, parent: str, position: forms.Position) -> forms.Position:
    """One of a choice is always 0:1; what leaves a choice becomes an ordinary element."""
    around = sheet.at(parent)
    if around is not None and isinstance(around.element, forms.Group) and around.element.choice:
        return replace(position, min=0, max=1)
    return position


def step(sheet: Sheet, path: str, by: int) -> Sheet:
    """One place up (-1) or down (1) among its neighbours; at the end nothing changes."""
    id = path.rpartition("/")[2]

    def swapped(children: Children) -> Children:
        at, rows = _index(children, id), list(children)
        to = at + by
        if 0 <= to < len(rows):
            rows[at], rows[to] = rows[to], rows[at]
        return tuple(rows)

    return change_children(sheet, parent_of(path), swapped)


def move(sheet: Sheet, path: str, parent: str, after: str | None = None) -> Sheet:
    """Into another group, behind ``after`` ("": first, None: last). Raises ``EditRefused``."""
    position = sheet.at(path)
    assert position is not None
    if f"{parent}/".startswith(f"{path}/"):
        raise EditRefused("parent", "Eine Gruppe kann nicht in sich selbst stehen.", "A group cannot stand in itself.")  # fmt: skip
    if parent == parent_of(path):
        if after is None or after != position.id:
            rest = lambda old: tuple(child for child in old if child.id != position.id)  # noqa: E731
            sheet = change_children(sheet, parent, rest)
            sheet = change_children(sheet, parent, lambda old: _behind(old, after, position))
        return sheet
    _require_place(sheet, parent, position)
    moved = _fitting(sheet, parent, position)
    target = f"{parent}/{position.id}" if parent else position.id
    out = change_children(
        sheet, parent_of(path), lambda old: tuple(child for child in old if child.id != position.id)
    )
    made = change_children(out, parent, lambda old: _behind(old, after, moved))
    return tidy(follow(made, lambda at: target + at[len(path) :] if within(at, path) else at))


def _behind(children: Children, after: str | None, position: forms.Position) -> Children:
    at = len(children) if after is None else _index(children, after) + 1
    return (*children[:at], position, *children[at:])


def remove(sheet: Sheet, path: str) -> Sheet:
    """Without the element, its rules and its name."""
    id = path.rpartition("/")[2]
    sheet = change_children(
        sheet, parent_of(path), lambda old: tuple(child for child in old if child.id != id)
    )
    elements = dict(sheet.english.get("elements") or {})
    left = {position.id for _path, position in sheet.form.walk()}
    english = {**sheet.english, "elements": {key: texts for key, texts in elements.items() if key in left}}
    return tidy(follow(replace(sheet, english=english), lambda at: at))


def copy(sheet: Sheet, path: str) -> tuple[Sheet, str]:
    """A copy behind the element, with ids, names and rules of its own; also returns its path."""
    position = sheet.at(path)
    assert position is not None
    numbers = iter(new_ids(sheet))
    ids: dict[str, str] = {}

    def renumbered(element: forms.Element) -> forms.Element:
        ids.setdefault(element.id, f"{element.id[0]}{next(numbers)}")
        if isinstance(element, forms.Field):
            return replace(element, id=ids[element.id])
        inner = tuple(replace(child, element=renumbered(child.element)) for child in element.children)
        return replace(element, id=ids[element.id], children=inner)

    made = replace(position, element=renumbered(position.element))
    target = "/".join((*path.split("/")[:-1], made.id))
    paths = {at: target + "".join(f"/{ids[step]}" for step in at[len(path) :].split("/") if step) for at, _p in sheet.form.walk() if within(at, path)}  # fmt: skip
    sheet = insert(sheet, parent_of(path), position.id, made)
    texts = dict(sheet.english.get("elements") or {})
    texts |= {ids[id]: texts[id] for id in ids if id in texts}
    sheet = replace(sheet, english={**sheet.english, "elements": texts})
    return _copied_rules(sheet, paths, ids), target


def _copied_rules(sheet: Sheet, paths: Mapping[str, str], ids: Mapping[str, str]) -> Sheet:
    old, aliases = sheet.ruleset, dict(sheet.ruleset.aliases)
    names: dict[str, str] = {}
    for name, at in old.aliases.items():
        if at in paths:
            names[name] = name_from(name, aliases)
            aliases[names[name]] = paths[at]

    def said(text: str) -> str:
        for before, after in {**names, **ids}.items():
            text = renamed_text(text, before, after)
        return text

    taken = {rule.id for rule in old.validations}

    def fresh(id: str) -> str:
        for before, after in ids.items():
            id = id.replace(before, after)
        made = next(name for n in range(1, 10_000) if (name := id if n == 1 else f"{id}-{n}") not in taken)
        taken.add(made)
        return made

    ruleset = replace(
        old,
        aliases=aliases,
        conditions=(
            *old.conditions,
            *(replace(rule, path=paths[rule.path], expression=said(rule.expression), source_rule="") for rule in old.conditions if rule.path in paths),
        ),
        validations=(
            *old.validations,
            *(replace(rule, id=fresh(rule.id), at=paths[rule.at], expression=said(rule.expression), source_rule="") for rule in old.validations if rule.at in paths),
        ),
        calculations=(
            *old.calculations,
            *(replace(rule, path=paths[rule.path], expression=said(rule.expression), source_rule="") for rule in old.calculations if rule.path in paths),
        ),
    )  # fmt: skip
    return replace(sheet, ruleset=ruleset)


# --- rules and pages follow ----------------------------------------------------------------------------------------


def within(path: str, ancestor: str) -> bool:
    """Whether ``path`` is ``ancestor`` or below it."""
    return path == ancestor or path.startswith(f"{ancestor}/")


def follow(sheet: Sheet, to: Callable[[str], str]) -> Sheet:
    """The rules at their new paths; those whose element is gone go too."""
    old, known = sheet.ruleset, {path for path, _position in sheet.form.walk()}
    ruleset = replace(
        old,
        aliases={name: to(path) for name, path in old.aliases.items() if to(path) in known},
        conditions=tuple(replace(rule, path=to(rule.path)) for rule in old.conditions if to(rule.path) in known),
        validations=tuple(replace(rule, at=to(rule.at)) for rule in old.validations if to(rule.at) in known),
        calculations=tuple(replace(rule, path=to(rule.path)) for rule in old.calculations if to(rule.path) in known),
        pages=tuple(replace(page, paths=tuple(to(path) for path in page.paths)) for page in old.pages),
    )  # fmt: skip
    return replace(sheet, ruleset=ruleset)


def tidy(sheet: Sheet) -> Sheet:
    """Pages of its own layout name every field once: what is new joins the page of its neighbour, what is gone leaves."""
    if not sheet.ruleset.pages:
        return sheet
    listed = {path for page in sheet.ruleset.pages for path in page.paths}
    seen: set[str] = set()
    pages = []
    for page in sheet.ruleset.pages:
        paths = tuple(path for path in dict.fromkeys(page.paths) if path not in seen and sheet.at(path) and not _covered_above(path, listed))  # fmt: skip
        seen |= set(paths)
        if paths:
            pages.append(replace(page, paths=paths))
    ruleset = replace(sheet.ruleset, pages=tuple(pages))
    for path in _uncovered(sheet, seen):
        ruleset = _join(sheet, ruleset, path)
    return replace(sheet, ruleset=ruleset)


def _covered_above(path: str, listed: set[str]) -> bool:
    steps = path.split("/")
    return any("/".join(steps[:depth]) in listed for depth in range(1, len(steps)))


def _uncovered(sheet: Sheet, listed: set[str]) -> Iterator[str]:
    """The topmost elements that no page shows, neither themselves nor in parts."""
    found: list[str] = []
    for path, _position in sheet.form.walk():
        shown = path in listed or _covered_above(path, listed) or _covered_above(path, set(found))
        if not shown and not any(within(page, path) for page in listed):
            found.append(path)
            yield path


def _join(sheet: Sheet, ruleset: forms.Ruleset, path: str) -> forms.Ruleset:
    parent = parent_of(path)
    siblings = [child.id for child in children_of(sheet, parent)]
    before = siblings[: siblings.index(path.rpartition("/")[2])]
    for id in reversed(before if parent else []):
        neighbour = f"{parent}/{id}"
        for number, page in enumerate(ruleset.pages):
            if neighbour in page.paths:
                at = page.paths.index(neighbour) + 1
                grown = replace(page, paths=(*page.paths[:at], path, *page.paths[at:]))
                return replace(ruleset, pages=(*ruleset.pages[:number], grown, *ruleset.pages[number + 1 :]))
    behind = before[-1] if before else parent
    return forms.with_element(sheet.form, ruleset, path, behind)
