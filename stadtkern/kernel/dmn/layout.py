"""Places the elements of a model for a requirement diagram: what is needed stands below what needs it."""

from __future__ import annotations

from dataclasses import dataclass

from stadtkern.kernel.dmn import model as m

SIZES: dict[type, tuple[int, int]] = {
    m.Decision: (180, 80),
    m.InputData: (160, 50),
    m.KnowledgeModel: (160, 60),
    m.DecisionService: (180, 80),
}
GAP_X, GAP_Y, MARGIN = 40, 70, 20
_PER_ROW = 8
_PASSES = 4


@dataclass(frozen=True, slots=True)
class Box:
    """Where an element stands."""

    id: str
    x: int
    y: int
    width: int
    height: int

    @property
    def top(self) -> tuple[int, int]:
        return (self.x + self.width // 2, self.y)

    @property
    def bottom(self) -> tuple[int, int]:
        return (self.x + self.width // 2, self.y + self.height)


@dataclass(frozen=True, slots=True)
class Line:
    """A requirement: from what is needed to what needs it."""

    source: str
    target: str
    points: tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Diagram:
    """A drawing."""

    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    width: int
    height: int


def layout(definitions: m.Definitions) -> Diagram:
    """Rows by the longest way to what needs nothing; in a row in the order of what is above, so that few lines cross."""
    elements = {e.id: e for e in definitions.elements}
    needs = {id_: _needs(definitions, e, elements) for id_, e in elements.items()}
    rows = _rows(elements, needs)
    boxes = _place(rows, elements)
    lines = tuple(
        Line(source, target, (boxes[source].top, boxes[target].bottom))
        for target, sources in needs.items()
        for source in sources
        if source in boxes
    )
    width = max((b.x + b.width for b in boxes.values()), default=0) + MARGIN
    height = max((b.y + b.height for b in boxes.values()), default=0) + MARGIN
    return Diagram(tuple(boxes[id_] for id_ in elements), lines, width, height)


def _needs(definitions: m.Definitions, element: m.Element, known: dict[str, m.Element]) -> list[str]:
    if isinstance(element, m.DecisionService):
        hrefs = (*element.outputs, *element.encapsulated)
    elif isinstance(element, m.InputData):
        return []
    else:
        hrefs = element.requires
    parts = (href.rpartition("#") for href in hrefs)
    own = ("", definitions.namespace)
    return list(dict.fromkeys(id_ for namespace, _, id_ in parts if namespace in own and id_ in known))


def _rows(elements: dict[str, m.Element], needs: dict[str, list[str]]) -> list[list[str]]:
    """Lowest row first; a cycle does no harm: each pass lifts by one, and there are no more passes than elements."""
    level = dict.fromkeys(elements, 0)
    for id_, element in elements.items():
        if isinstance(element, m.Decision | m.DecisionService):
            level[id_] = 1
    for _ in range(len(elements)):
        lifted = {id_: max([level[id_], *(level[n] + 1 for n in needs[id_])]) for id_ in elements}
        if lifted == level or max(lifted.values(), default=0) > len(elements) + 1:
            break
        level = lifted
    rows: list[list[str]] = [[] for _ in range(max(level.values(), default=0) + 1)]
    for id_ in elements:
        rows[level[id_]].append(id_)
    return _untangled([part for row in rows if row for part in _broken(row)], needs)


def _broken(row: list[str]) -> list[list[str]]:
    """A long row in several, so that the drawing stays readable."""
    count = -(-len(row) // _PER_ROW)
    return [row[i::count] for i in range(count)]


def _untangled(rows: list[list[str]], needs: dict[str, list[str]]) -> list[list[str]]:
    """Orders each row by the middle of its neighbours, up and down a few times."""
    users: dict[str, list[str]] = {id_: [] for id_ in needs}
    for target, sources in needs.items():
        for source in sources:
            users[source].append(target)
    for turn in range(_PASSES):
        neighbours = users if turn % 2 == 0 else needs
        place = {id_: i / max(1, len(row) - 1) for row in rows for i, id_ in enumerate(row)}
        for row in reversed(rows) if turn % 2 == 0 else rows:
            middle = {
                id_: sum(place[n] for n in found) / len(found) if (found := neighbours[id_]) else place[id_]
                for id_ in row
            }
            row.sort(key=lambda id_: middle[id_])
            place.update({id_: i / max(1, len(row) - 1) for i, id_ in enumerate(row)})
    return rows


def _place(rows: list[list[str]], elements: dict[str, m.Element]) -> dict[str, Box]:
    sizes = {id_: SIZES[type(element)] for id_, element in elements.items()}
    widths = [sum(sizes[id_][0] + GAP_X for id_ in row) - GAP_X for row in rows]
    widest, y = max(widths, default=0), MARGIN
    found: dict[str, Box] = {}
    for row, width in zip(reversed(rows), reversed(widths), strict=True):
        x = MARGIN + (widest - width) // 2
        for id_ in row:
            found[id_] = Box(id_, x, y, *sizes[id_])
            x += sizes[id_][0] + GAP_X
        y += max(sizes[id_][1] for id_ in row) + GAP_Y
    return found
