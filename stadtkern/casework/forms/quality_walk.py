"""What the quality checks walk over: every element with its position, its parent and the groups above it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from stadtkern.casework.forms.model import CodeList, Element, Field, Form, Group, Position


class Raw(NamedTuple):
    """A finding before its text is looked up: code, id of the element, what exactly was found."""

    code: str
    element: str
    detail: str = ""


class Place(NamedTuple):
    """One position: the element, the form or group that contains it, and the groups above (outermost first)."""

    position: Position
    parent: Form | Group
    above: tuple[Group, ...]

    @property
    def element(self) -> Element:
        return self.position.element


class Survey:
    """The form laid out once for all checks. ``elements`` holds every distinct element, ``places`` every position."""

    def __init__(self, root: Form | Group, code_lists: Mapping[str, CodeList]) -> None:
        self.root = root
        self.code_lists = code_lists
        self.places: list[Place] = []
        self.containers: list[Form | Group] = [root]
        self._collect(root, (root,) if isinstance(root, Group) else ())
        distinct: dict[int, Element] = {id(place.element): place.element for place in self.places}
        self.elements: list[Element] = list(distinct.values())
        if isinstance(root, Group):
            self.elements.insert(0, root)
        self.fields = [element for element in self.elements if isinstance(element, Field)]
        self.groups = [element for element in self.elements if isinstance(element, Group)]

    def _collect(self, parent: Form | Group, above: tuple[Group, ...]) -> None:
        for position in parent.children:
            self.places.append(Place(position, parent, above))
            if isinstance(position.element, Group):
                self.containers.append(position.element)
                self._collect(position.element, (*above, position.element))

    @property
    def everything(self) -> list[Form | Group | Field]:
        """The form itself (when there is one) and all elements."""
        return [self.root, *self.elements] if isinstance(self.root, Form) else [*self.elements]
