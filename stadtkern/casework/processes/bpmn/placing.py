"""Where nodes stand: columns by the longest way from a start, rows by branch, lanes one below the other."""

from __future__ import annotations

from dataclasses import dataclass, field

from stadtkern.casework.processes.bpmn.graph import Flow, Node, Scope
from stadtkern.casework.processes.bpmn.vocabulary import GATEWAYS

COLUMN_GAP, ROW_GAP, PADDING = 50, 40, 40
BACK_GAP = 20


@dataclass(slots=True)
class Box:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.height

    @property
    def center(self) -> tuple[float, float]:
        """The middle."""
        return self.x + self.width / 2, self.y + self.height / 2

    def moved(self, x: float, y: float) -> Box:
        """The same, elsewhere."""
        return Box(self.x + x, self.y + y, self.width, self.height)


@dataclass(slots=True)
class Placed:
    """A scope laid out from (0, 0): boxes of nodes (of inner scopes, too), bands of lanes, flows that lead back."""

    width: float = 0
    height: float = 0
    boxes: dict[str, Box] = field(default_factory=dict)
    lanes: dict[str, tuple[float, float]] = field(default_factory=dict)
    back: dict[str, float] = field(default_factory=dict)
    """Flows that lead back, with the height at which they run."""


@dataclass(slots=True)
class _Grid:
    """Which cells of a lane's rows are taken, by column."""

    rows: list[set[int]] = field(default_factory=list)

    def free(self, row: int, first: int, last: int) -> bool:
        while len(self.rows) <= row:
            self.rows.append(set())
        return not any(column in self.rows[row] for column in range(first, last + 1))

    def find(self, start: int, first: int, last: int) -> int:
        row = start
        while not self.free(row, first, last):
            row += 1
        return row

    def take(self, row: int, first: int, last: int) -> None:
        self.rows[row] |= set(range(first, last + 1))


def place(scope: Scope, lanes: list[str]) -> Placed:
    """Lays out a scope. `lanes`: the ids of its lowest lanes, from top to bottom."""
    aside = [node for node in scope.nodes.values() if node.is_event_sub_process]
    inner = {node.id: place(node.inner, []) for node in scope.nodes.values() if node.inner is not None}
    sizes = {node.id: _size(node, inner.get(node.id)) for node in scope.nodes.values()}
    back = _back_flows(scope)
    columns = _columns(scope, back)
    rows = _rows(scope, columns, back, lanes)
    placed = _coordinates(scope, sizes, columns, rows, lanes, len(back))
    _strip(aside, sizes, placed, lanes)
    for number, flow in enumerate(sorted(back), 1):
        placed.back[flow] = PADDING / 2 + BACK_GAP * number
    for node in scope.nodes.values():
        if node.kind == "boundaryEvent" and node.host is not None:
            _pin(node, placed)
    for identifier, part in inner.items():
        own = placed.boxes[identifier]
        placed.boxes |= {key: box.moved(own.x, own.y) for key, box in part.boxes.items()}
        placed.back |= {key: height + own.y for key, height in part.back.items()}
    return placed


def _size(node: Node, inner: Placed | None) -> tuple[float, float]:
    if inner is not None and node.inner is not None and node.inner.nodes:
        return max(inner.width, 140), max(inner.height, 100)
    if node.kind in GATEWAYS:
        return 50, 50
    return (36, 36) if node.kind.lower().endswith("event") else (100, 80)


def _strip(
    aside: list[Node], sizes: dict[str, tuple[float, float]], placed: Placed, lanes: list[str]
) -> None:
    """Event sub-processes have no flows; they stand side by side below everything else."""
    if not aside:
        return
    x, top = float(PADDING), placed.height - (PADDING / 2 if not lanes else 0)
    for node in aside:
        placed.boxes[node.id] = Box(x, top, *sizes[node.id])
        x += sizes[node.id][0] + COLUMN_GAP
    height = max(sizes[node.id][1] for node in aside) + PADDING
    placed.width = max(placed.width, x - COLUMN_GAP + PADDING)
    placed.height = top + height
    if lanes:
        begin, old = placed.lanes[lanes[-1]]
        placed.lanes[lanes[-1]] = (begin, old + height)


def _stands_in_line(node: Node) -> bool:
    return node.kind != "boundaryEvent" and not node.is_event_sub_process


def _entries(scope: Scope) -> list[Node]:
    free = [node for node in scope.nodes.values() if not node.incoming and _stands_in_line(node)]
    return [*scope.starts, *(node for node in free if node.kind != "startEvent")] or list(
        scope.nodes.values()
    )[:1]


def _back_flows(scope: Scope) -> set[str]:
    """Flows that close a loop, found by a walk in depth."""
    found: set[str] = set()
    state: dict[str, int] = {}

    def visit(start: Node) -> None:
        stack = [(start, iter(_lines(start)))]
        state[start.id] = 1
        while stack:
            node, lines = stack[-1]
            for flow in lines:
                seen = state.get(flow.target.id, 0)
                if seen == 1:
                    found.add(flow.id)
                elif seen == 0:
                    state[flow.target.id] = 1
                    stack.append((flow.target, iter(_lines(flow.target))))
                    break
            else:
                state[node.id] = 2
                stack.pop()

    for node in [*_entries(scope), *scope.nodes.values()]:
        if node.id not in state and _stands_in_line(node):
            visit(node)
    return found


def _lines(node: Node) -> list[Flow]:
    return [*node.outgoing, *(flow for event in node.boundary for flow in event.outgoing)]


def _columns(scope: Scope, back: set[str]) -> dict[str, int]:
    """The longest way to each node, back flows left out."""
    columns = {node.id: 0 for node in scope.nodes.values()}
    waiting = {node.id: 0 for node in scope.nodes.values()}
    for flow in scope.flows:
        waiting[flow.target.id] += flow.id not in back
    todo = [node for node in scope.nodes.values() if not waiting[node.id] and node.kind != "boundaryEvent"]
    while todo:
        node = todo.pop(0)
        for flow in _lines(node):
            if flow.id in back:
                continue
            columns[flow.target.id] = max(columns[flow.target.id], columns[node.id] + 1)
            waiting[flow.target.id] -= 1
            if not waiting[flow.target.id]:
                todo.append(flow.target)
    return columns


def _rows(scope: Scope, columns: dict[str, int], back: set[str], lanes: list[str]) -> dict[str, int]:
    grids = {lane: _Grid() for lane in [*lanes, ""]}
    rows: dict[str, int] = {}

    def put(node: Node, parent: Node | None, first: bool) -> None:
        grid = grids[node.lane if node.lane in grids else ""]
        column = columns[node.id]
        begin = columns[parent.id] + 1 if parent is not None else column
        same = parent is not None and parent.lane == node.lane
        wanted = rows[parent.id] + (0 if first else 1) if parent is not None and same else 0
        row = grid.find(wanted, min(begin, column), _chain_end(node, columns, rows, back))
        grid.take(row, min(begin, column), column)
        rows[node.id] = row

    for entry in [*_entries(scope), *scope.nodes.values()]:
        if entry.id in rows or not _stands_in_line(entry):
            continue
        put(entry, None, True)
        todo = [entry]
        while todo:
            node = todo.pop()
            fresh = [f.target for f in _lines(node) if f.id not in back and f.target.id not in rows]
            for number, target in enumerate(dict.fromkeys(fresh)):
                direct = any(flow.target is target for flow in node.outgoing)
                put(target, node, first=number == 0 and direct)
            todo += reversed(list(dict.fromkeys(fresh)))
    return rows


def _chain_end(node: Node, columns: dict[str, int], rows: dict[str, int], back: set[str]) -> int:
    """The last column a branch needs to itself: up to the first node that stands already."""
    last = columns[node.id]
    seen = {node.id}
    while True:
        following = [flow.target for flow in node.outgoing if flow.id not in back]
        if not following or following[0].id in seen:
            return last
        if following[0].id in rows:
            return max(last, columns[following[0].id] - 1)
        node = following[0]
        seen.add(node.id)
        last = columns[node.id]


def _coordinates(
    scope: Scope,
    sizes: dict[str, tuple[float, float]],
    columns: dict[str, int],
    rows: dict[str, int],
    lanes: list[str],
    loops: int,
) -> Placed:
    widths: dict[int, float] = {}
    heights: dict[tuple[str, int], float] = {}
    for node in scope.nodes.values():
        if not _stands_in_line(node):
            continue
        width, height = sizes[node.id]
        lane = node.lane if node.lane in lanes else ""
        widths[columns[node.id]] = max(widths.get(columns[node.id], 0), width)
        heights[lane, rows[node.id]] = max(heights.get((lane, rows[node.id]), 0), height)
    left: dict[int, float] = {}
    x = float(PADDING)
    for column in sorted(widths):
        left[column] = x
        x += widths[column] + COLUMN_GAP
    placed = Placed(width=x - COLUMN_GAP + PADDING)
    y, top = float(PADDING) + BACK_GAP * loops, {}
    order = [*lanes, ""] if any(lane == "" for lane, _ in heights) or not lanes else lanes
    begin = 0.0
    for lane in order:
        for row in sorted(row for name, row in heights if name == lane):
            top[lane, row] = y
            y += heights[lane, row] + ROW_GAP
        if not any(name == lane for name, _ in heights):
            y += 80 + ROW_GAP
        if lane:
            placed.lanes[lane] = (begin, y - begin)
            begin = y
            y += ROW_GAP
    placed.height = y - ROW_GAP + (PADDING if not lanes else 0)
    for node in scope.nodes.values():
        if _stands_in_line(node):
            width, height = sizes[node.id]
            lane = node.lane if node.lane in lanes else ""
            column = columns[node.id]
            placed.boxes[node.id] = Box(
                left[column] + (widths[column] - width) / 2,
                top[lane, rows[node.id]] + (heights[lane, rows[node.id]] - height) / 2,
                width,
                height,
            )
    return placed


def _pin(node: Node, placed: Placed) -> None:
    """Border events sit on the lower edge of their activity, side by side from the right."""
    assert node.host is not None
    host = placed.boxes[node.host.id]
    number = node.host.boundary.index(node)
    placed.boxes[node.id] = Box(host.right - 46 - number * 44, host.bottom - 18, 36, 36)
